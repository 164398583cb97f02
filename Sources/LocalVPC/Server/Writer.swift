import CloudAPI
import DataValue
import NIOCore
import Synchronization
import SystemSupport

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
        var thread: SystemThread?
    }
    private let state = Mutex(State())
    private let signal = Waker()
    /// Wakes the writer for what it put off.
    private let timer: any EventLoop
    private let worker: Confined

    /// The worker, for the writer's thread alone.
    private final class Confined: @unchecked Sendable {
        let worker: Worker
        init(_ worker: Worker) { self.worker = worker }
    }

    /// - Throws: ``SystemError`` where there is no room for the thread.
    init(_ worker: Worker, timer: any EventLoop) throws(SystemError) {
        self.worker = Confined(worker)
        self.timer = timer
        let thread = try SystemThread.start(stackSize: 1 << 20) { [self] in run() }
        state.withLock { $0.thread = thread }
    }

    /// - Parameter done: called once, on the writer's thread.
    func enqueue(_ job: Job, _ done: @escaping @Sendable (CallResult) -> Void) {
        let isFirst = state.withLock { state in
            state.waiting.append(Entry(job: job, done: done))
            return state.waiting.count == 1
        }
        if isFirst { signal.wake() }
    }

    /// Finishes what waits, keeps nonces for the next server, and closes the database.
    func close() {
        let thread = state.withLock { state in
            state.isClosing = true
            defer { state.thread = nil }
            return state.thread
        }
        signal.wake()
        thread?.join()
    }

    private func run() {
        let worker = worker.worker
        let clock = SystemClock()
        var nextWaking = clock.monotonic()
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
                nextWaking = now + .seconds(1)
                timer.scheduleTask(in: .seconds(1)) { [signal] in signal.wake() }
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
