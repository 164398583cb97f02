import DataValue
import SystemSupport

/// How patient a client is.
package struct RetryPolicy: Sendable, Equatable {
    /// How often a call is repeated after failures of the network or the service, behind its first sending. With 0
    /// nothing is repeated, but for a request that was refused for the client's clock or for credentials that ran out.
    package var repetitions: Int
    /// How often a call is repeated that the service refused for coming too fast.
    package var throttledRepetitions: Int
    /// The wait before the first repetition is a random part of this; it doubles with each.
    package var firstWait: Duration
    /// No wait is longer.
    package var longestWait: Duration
    /// The longest wait while the service is still processing a write of the same token.
    package var longestProcessingWait: Duration
    /// The longest time that a call may take, with everything: no wait goes beyond it.
    package var callLimit: Duration

    /// The defaults: three repetitions, five where the service is too busy, waits up to 0.5 s, 1 s, 2 s … 20 s, and two
    /// minutes in all.
    package init(
        repetitions: Int = 3, throttledRepetitions: Int = 5, firstWait: Duration = .milliseconds(500),
        longestWait: Duration = .seconds(20), longestProcessingWait: Duration = .seconds(5),
        callLimit: Duration = .seconds(120)
    ) {
        self.repetitions = repetitions
        self.throttledRepetitions = throttledRepetitions
        self.firstWait = firstWait
        self.longestWait = longestWait
        self.longestProcessingWait = longestProcessingWait
        self.callLimit = callLimit
    }

    /// Every call is sent once.
    package static let never = RetryPolicy(repetitions: 0)

    /// A wait with full jitter: any span up to a ceiling that doubles with each repetition, so that what failed together
    /// does not come back together.
    ///
    /// - Parameter chance: from 0 up to, not including, 1.
    func wait(after repetitions: Int, longest: Duration, chance: Double) -> Duration {
        var ceiling = max(.nanoseconds(1), firstWait)
        for _ in 0..<min(repetitions, 62) where ceiling < longest { ceiling *= 2 }
        return .nanoseconds(Int64(Double(min(ceiling, longest).nanoseconds) * chance))
    }
}
