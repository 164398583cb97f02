import CloudAPI
import NIOCore
import Synchronization

/// What all connections share.
final class ServerCore: Sendable {
    let service: LocalService
    let metrics = Metrics()
    /// Whether connections end after their present request.
    let isDraining = Atomic<Bool>(false)
    private let writer: Writer
    private let loops: [ObjectIdentifier: LoopState]

    /// - Parameter reading: a worker for each loop; none where the writer does the reading.
    init(_ service: LocalService, loops: [any EventLoop], reading: [Worker], writer: Writer) {
        self.service = service
        self.writer = writer
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

    var connectionCount: Int {
        loops.values.reduce(0) { $0 + $1.connectionCount.load(ordering: .relaxed) }
    }
}

/// What belongs to one event loop, and is touched on it only.
final class LoopState: @unchecked Sendable {
    let loop: any EventLoop
    /// Nil where the writer does the reading.
    let worker: Worker?
    /// May be read anywhere.
    let connectionCount = Atomic<Int>(0)
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var isEmpty: EventLoopPromise<Void>?

    init(_ loop: any EventLoop, _ worker: Worker?) {
        self.loop = loop
        self.worker = worker
    }

    func add(_ connection: HTTPConnection) {
        loop.preconditionInEventLoop()
        connections[ObjectIdentifier(connection)] = connection
        connectionCount.store(connections.count, ordering: .relaxed)
    }

    func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        connectionCount.store(connections.count, ordering: .relaxed)
        if connections.isEmpty { isEmpty?.succeed() }
    }

    func drain(patience: TimeAmount) -> EventLoopFuture<Void> {
        if connections.isEmpty { return loop.makeSucceededVoidFuture() }
        let promise = loop.makePromise(of: Void.self)
        isEmpty = promise
        for connection in connections.values { connection.drain() }
        loop.scheduleTask(in: patience) { [self] in
            for connection in connections.values { connection.cut() }
        }
        return promise.futureResult
    }
}
