import CloudAPI
import NIOCore
import SystemSupport

/// What belongs to one event loop, and is touched on it only.
final class LoopState: @unchecked Sendable {
    let loop: any EventLoop
    /// Nil where the writer does the reading.
    let worker: Worker?
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var isEmpty: EventLoopPromise<Void>?
    /// Whether connections are looked after: they are while there are any.
    private var isWatching = false
    private var date: (second: Int64, text: String) = (.min, "")

    init(_ loop: any EventLoop, _ worker: Worker?) {
        self.loop = loop
        self.worker = worker
    }

    func add(_ connection: HTTPConnection, _ core: ServerCore) {
        loop.preconditionInEventLoop()
        connections[ObjectIdentifier(connection)] = connection
        core.admit(connection, on: self)
        watch(every: .nanoseconds(core.limits.pause))
    }

    func remove(_ connection: HTTPConnection, _ core: ServerCore) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        core.dismiss()
        if connections.isEmpty { isEmpty?.succeed() }
    }

    /// Looks at all connections from time to time. A timer for each would have to be set again with every request, and
    /// taken out of the midst of all others.
    private func watch(every pause: TimeAmount) {
        if isWatching || connections.isEmpty { return }
        isWatching = true
        loop.scheduleTask(in: pause) { [self] in
            let now = NIODeadline.now()
            for connection in Array(connections.values) { connection.check(now) }
            isWatching = false
            watch(every: pause)
        }
    }

    // MARK: Room

    /// Since when the connection that has been idle for longest has been so; nil where none is.
    func oldestIdle(besides other: HTTPConnection?) -> NIODeadline? { oldest(besides: other)?.since }

    /// Closes it; false where there is none any more.
    func closeOldestIdle(besides other: HTTPConnection?) -> Bool {
        guard let found = oldest(besides: other) else { return false }
        found.connection.cut()
        return true
    }

    private func oldest(besides other: HTTPConnection?) -> (connection: HTTPConnection, since: NIODeadline)? {
        connections.values.compactMap { connection in
            connection === other ? nil : connection.idleSince.map { (connection, $0) }
        }.min { $0.1 < $1.1 }
    }

    // MARK: Dates

    /// The time as HTTP has it, made once a second.
    ///
    /// - Parameter time: nanoseconds since 1970.
    func date(_ time: Int64) -> String {
        let second = time / 1_000_000_000
        if date.second != second { date = (second, Timestamp.httpText(WallTime(seconds: Int(second)))) }
        return date.text
    }

    // MARK: The end

    func drain(patience: TimeAmount) -> EventLoopFuture<Void> {
        if connections.isEmpty { return loop.makeSucceededVoidFuture() }
        let promise = loop.makePromise(of: Void.self)
        isEmpty = promise
        for connection in Array(connections.values) { connection.drain() }
        loop.scheduleTask(in: patience) { [self] in
            for connection in Array(connections.values) { connection.cut() }
        }
        return promise.futureResult
    }
}
