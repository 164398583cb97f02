import DataValue
import NIOConcurrencyHelpers
import SystemSupport

/// What all calls of a session share as to repetitions: one budget, one pace.
package final class RetryControl: Sendable {
    private struct State {
        var budget = RetryBudget()
        var limiter = RateLimiter()
    }
    private let state = NIOLockedValueBox(State())

    /// A full budget and no limit of the pace.
    package init() {}

    /// Requests a second; nil where the pace has no limit.
    package var rate: Double? { state.withLockedValue(\.limiter.rate) }
    /// What is left of the budget.
    package var balance: Int { state.withLockedValue(\.budget.balance) }

    func withBudget<Result>(_ body: (inout RetryBudget) -> Result) -> Result {
        state.withLockedValue { body(&$0.budget) }
    }

    /// The span to wait before a request leaves.
    func reserve(now: MonotonicTime) -> Duration { state.withLockedValue { $0.limiter.reserve(now: now) } }

    /// Takes in what an answer says about the pace. No answer says nothing.
    func note(_ failure: Failure?, sent: MonotonicTime, now: MonotonicTime) {
        switch failure {
        case .throttled?: state.withLockedValue { $0.limiter.throttled(sent: sent, now: now) }
        case nil, .processing?, .tokenMismatch?, .tokenSpent?, .refused?:
            state.withLockedValue { $0.limiter.accepted(sent: sent, now: now) }
        default: break
        }
    }
}
