import CloudAPI
import NIOCore
import Synchronization
import SystemSupport

/// What all connections share.
final class ServerCore: Sendable {
    let service: LocalService
    let metrics = Metrics()
    /// Whether connections end after their present request.
    let isDraining = Atomic<Bool>(false)
    /// Whether only programs on this machine reach the server; until it is bound that is supposed.
    let isLoopback = Atomic<Bool>(true)
    let limits: ServerLimits
    /// How many connections there may be.
    let capacity: Int
    /// Ends all waiting for a database that another process holds locked.
    let stopping: Cancellation
    /// Called on whatever thread when a connection has ended.
    let connectionEnded = Mutex<(@Sendable () -> Void)?>(nil)
    private let total = Atomic<Int>(0)
    private let writer: Writer
    private let loops: [ObjectIdentifier: LoopState]

    /// - Parameter reading: a worker for each loop; none where the writer does the reading.
    init(
        _ service: LocalService, loops: [any EventLoop], reading: [Worker], writer: Writer, limits: ServerLimits,
        stopping: Cancellation
    ) {
        self.service = service
        self.writer = writer
        self.limits = limits
        self.stopping = stopping
        capacity = limits.connections(loops: loops.count)
        var states: [ObjectIdentifier: LoopState] = [:]
        var workers = reading.makeIterator()
        for loop in loops { states[ObjectIdentifier(loop)] = LoopState(loop, workers.next()) }
        self.loops = states
    }

    /// The state of the event loop that one is on.
    func state(of loop: any EventLoop) -> LoopState? { loops[ObjectIdentifier(loop)] }

    /// Answers a request, at once or later: to be called on the event loop of `state`, where `done` is called too.
    func answer(_ request: WireRequest, on state: LoopState, _ done: @escaping @Sendable (CallResult) -> Void) {
        let loop = state.loop
        guard let worker = state.worker else {
            writer.enqueue(.any(request)) { result in loop.execute { done(result) } }
            return
        }
        switch worker.begin(request) {
        case .done(let result): done(result)
        case .write(let call):
            if let refusal = service.refusalToBegin(call) { return done(CallResult(.failure(refusal), of: call)) }
            writer.enqueue(.write(call)) { [service] result in
                service.finish(call)
                loop.execute { done(result) }
            }
        }
    }

    /// Sets something from outside of the API, and waits until it is done; not to be called on an event loop.
    func administer(_ body: @escaping @Sendable (Administration) throws -> Void) -> AdministrationError? {
        guard let loop = loops.values.first?.loop else { return nil }
        let promise = loop.makePromise(of: CallResult.self)
        writer.enqueue(.administer(body)) { promise.succeed($0) }
        guard case .failure(let error)? = (try? promise.futureResult.wait())?.outcome else { return nil }
        return AdministrationError(error.message)
    }

    /// Ends connections as soon as they have nothing to do, and those that are busy for too long.
    func drain(patience: TimeAmount) {
        isDraining.store(true, ordering: .sequentiallyConsistent)
        let all = loops.values.map { state in state.loop.flatSubmit { state.drain(patience: patience) } }
        for finished in all { try? finished.wait() }
    }

    /// Closes all databases. Nothing may be answered any more.
    func close() {
        writer.close()
        for state in loops.values { try? state.loop.submit { state.worker?.database.close() }.wait() }
    }

    // MARK: Connections

    var connectionCount: Int { total.load(ordering: .relaxed) }

    /// To be called when a connection has come. Where there are too many, the one that has been idle for longest goes;
    /// where none is idle, the new one does.
    func admit(_ connection: HTTPConnection, on state: LoopState) {
        let count = total.add(1, ordering: .relaxed).newValue
        if count <= capacity { return }
        if count <= capacity + ServerLimits.overflow {
            connection.awaitRoom()
            return makeRoom(for: connection, on: state, attempts: 4)
        }
        // They come faster than the loops can agree on which one has been idle for longest.
        if !state.closeOldestIdle(besides: connection) { connection.cut() }
    }

    /// To be called when a connection has ended.
    func dismiss() {
        total.subtract(1, ordering: .relaxed)
        connectionEnded.withLock { $0 }?()
    }

    private func makeRoom(for connection: HTTPConnection, on own: LoopState, attempts: Int) {
        let states = Array(loops.values)
        let found = states.map { state in state.loop.submit { state.oldestIdle(besides: connection) } }
        EventLoopFuture.whenAllSucceed(found, on: own.loop).whenComplete { [self] result in
            let times = (try? result.get()) ?? []
            let oldest = zip(states, times).compactMap { state, since in since.map { (state, $0) } }
                .min { $0.1 < $1.1 }
            guard let (state, _) = oldest else { return connection.refuseForWantOfRoom() }
            state.loop.submit { state.closeOldestIdle(besides: connection) }.hop(to: own.loop).whenComplete { result in
                if (try? result.get()) == true { return connection.roomWasMade() }
                // It has got something to do meanwhile.
                if attempts > 1 { return self.makeRoom(for: connection, on: own, attempts: attempts - 1) }
                connection.refuseForWantOfRoom()
            }
        }
    }

    /// Closes the connection that has been idle for longest, if any is.
    func makeRoom() {
        let states = Array(loops.values)
        guard let first = states.first else { return }
        let found = states.map { state in state.loop.submit { state.oldestIdle(besides: nil) } }
        EventLoopFuture.whenAllSucceed(found, on: first.loop).whenSuccess { times in
            let oldest = zip(states, times).compactMap { state, since in since.map { (state, $0) } }
                .min { $0.1 < $1.1 }
            guard let (state, _) = oldest else { return }
            state.loop.execute { _ = state.closeOldestIdle(besides: nil) }
        }
    }
}
