import NIOConcurrencyHelpers

/// A flag that one thread raises and others observe, to stop what blocks on behalf of the user.
///
/// Raising it is idempotent. Handlers run once each, on the thread that raises; one that is added after that runs at
/// once.
package final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        var nextToken = 0
        var handlers: [Int: @Sendable () -> Void] = [:]
    }
    private let state = NIOLockedValueBox(State())

    package init() {}

    package var isCancelled: Bool { state.withLockedValue(\.isCancelled) }

    package func cancel() {
        let handlers = state.withLockedValue { state in
            state.isCancelled = true
            defer { state.handlers = [:] }
            return state.handlers.sorted { $0.key < $1.key }.map(\.value)
        }
        for handler in handlers { handler() }
    }

    /// Runs `body` while `handler` stands ready to be called by ``cancel()``.
    package func whileObserving<Result, Failure: Error>(
        _ handler: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let token: Int? = state.withLockedValue { state in
            if state.isCancelled { return nil }
            state.nextToken += 1
            state.handlers[state.nextToken] = handler
            return state.nextToken
        }
        guard let token else {
            handler()
            return try body()
        }
        defer { _ = state.withLockedValue { $0.handlers.removeValue(forKey: token) } }
        return try body()
    }
}
