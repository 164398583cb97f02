import CloudAPI
import DataValue
import Glibc
import NIOCore
import Synchronization

/// The one thread that writes. What waits for it is carried out together, so that one write to the disk serves all.
final class Writer: Sendable {
    enum Job: Sendable {
        /// A call that passed its checks.
        case write(PreparedCall)
        /// A request of which nothing is known yet.
        case any(WireRequest)
        /// Something that is set from outside of the API.
        case administer(@Sendable (Administration) throws -> Void)
    }
    private struct Entry: Sendable {
        let job: Job
        let done: @Sendable (CallResult) -> Void
    }
    /// No more calls than this share a transaction: nobody waits for long behind others.
    private static let groupSize = 128

    private struct State {
        var waiting: [Entry] = []
        var isClosing = false
        var thread: pthread_t?
    }
    private let state = Mutex(State())
    private let signal = Signal()
    /// Wakes the writer for what it put off.
    private let timer: any EventLoop
    private let worker: Confined

    /// The worker, for the writer's thread alone.
    private final class Confined: @unchecked Sendable {
        let worker: Worker
        init(_ worker: Worker) { self.worker = worker }
    }

    init(_ worker: Worker, timer: any EventLoop) {
        self.worker = Confined(worker)
        self.timer = timer
        let thread = PosixThread.start(stackSize: 1 << 20) { [self] in run() }
        state.withLock { $0.thread = thread }
    }

    /// - Parameter done: called once, on the writer's thread.
    func enqueue(_ job: Job, _ done: @escaping @Sendable (CallResult) -> Void) {
        let isFirst = state.withLock { state in
            state.waiting.append(Entry(job: job, done: done))
            return state.waiting.count == 1
        }
        if isFirst { signal.raise() }
    }

    /// Finishes what waits, keeps nonces for the next server, and closes the database.
    func close() {
        let thread = state.withLock { state in
            state.isClosing = true
            defer { state.thread = nil }
            return state.thread
        }
        signal.raise()
        if let thread { pthread_join(thread, nil) }
    }

    private func run() {
        let worker = worker.worker
        let clock = SystemClock()
        var nextWaking: Nanoseconds = 0
        while true {
            signal.wait()
            while true {
                let group = state.withLock { state in
                    let group = Array(state.waiting.prefix(Self.groupSize))
                    state.waiting.removeFirst(group.count)
                    return group
                }
                if group.isEmpty { break }
                carryOut(group, worker)
            }
            if state.withLock({ $0.isClosing && $0.waiting.isEmpty }) {
                // Where it cannot be, the reads of this server can be sent again to the next one, and its writes cannot.
                try? worker.keepNonces()
                worker.database.close()
                return
            }
            let now = clock.monotonic()
            worker.tidy(now: now)
            if worker.database.hasErasedSecrets, now >= nextWaking {
                nextWaking = now + 1_000_000_000
                timer.scheduleTask(in: .seconds(1)) { [signal] in signal.raise() }
            }
        }
    }

    private func carryOut(_ group: [Entry], _ worker: Worker) {
        var calls: [PreparedCall] = []
        var callers: [Entry] = []
        for entry in group {
            switch entry.job {
            case .write(let call):
                calls.append(call)
                callers.append(entry)
            case .any(let request): entry.done(worker.answer(request))
            case .administer(let body):
                do {
                    try worker.administer(body)
                    entry.done(CallResult(.success(Record()), action: ""))
                } catch {
                    let message = (error as? AdministrationError)?.message ?? "\(error)"
                    entry.done(CallResult(.failure(ServiceError(500, "InternalError", message)), action: ""))
                }
            }
        }
        if calls.isEmpty { return }
        for (entry, result) in zip(callers, worker.write(together: calls)) { entry.done(result) }
    }
}

/// A flag that one thread waits for and others raise.
private final class Signal: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func raise() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0 {}
        // Raised several times is raised once.
        while sem_trywait(semaphore) == 0 {}
    }
}

/// Threads that are not the event loops' own.
enum PosixThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func start(stackSize: Int, _ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Body(body))
        let failure = pthread_create(
            &thread, &attributes,
            { pointer in
                if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        if failure == 0 { return thread }
        box.release()
        return nil
    }
}
