import DataValue
import SystemSupport

/// Something that goes wrong on purpose, so that whoever calls can be tested.
package struct Fault: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// `Throttling.User`: nothing was done.
        case throttle
        /// `InternalError` with status 500: nothing was done.
        case error500 = "500"
        /// `ServiceUnavailable` with status 503: nothing was done.
        case error503 = "503"
        /// `InternalError` with status 500, although the work was done.
        case error500Done = "500-done"
        /// The answer is held back.
        case delay
        /// The work is done, but instead of the answer the connection ends.
        case lost
        /// The connection ends, and nothing was done.
        case drop

        package var summary: String {
            switch self {
            case .throttle: "Throttling.User (400), nothing done"
            case .error500: "InternalError (500), nothing done"
            case .error503: "ServiceUnavailable (503), nothing done"
            case .error500Done: "InternalError (500), although the work was done"
            case .delay: "the answer comes later"
            case .lost: "the work is done, the answer never comes"
            case .drop: "the connection ends, nothing done"
            }
        }
    }

    /// Operation names, in which `*` stands for any text: `Describe*`.
    package var action: String
    package var kind: Kind
    /// How many of a thousand calls it befalls.
    package var perMille: Int
    /// How long a delay is, in nanoseconds.
    package var delay: Nanoseconds
    /// How many more calls it befalls before it is gone; nil for ever.
    package var remaining: Int?

    package init(
        action: String, kind: Kind, perMille: Int = 1000, delay: Nanoseconds = 0, remaining: Int? = nil
    ) {
        self.action = action
        self.kind = kind
        self.perMille = perMille
        self.delay = delay
        self.remaining = remaining
    }
}

/// What befalls one call.
struct FaultDecision: Sendable {
    var delay: Nanoseconds = 0
    /// What else happens; never `delay`.
    var kind: Fault.Kind?
    /// Positions of faults that are used up by one.
    var counted: [Int] = []

    /// Throws the dice for a call.
    ///
    /// - Parameter random: a number of 64 random bits.
    static func decide(_ faults: [Fault], action: String, random: () -> UInt64) -> FaultDecision {
        var decision = FaultDecision()
        for (position, fault) in faults.enumerated()
        where fault.remaining != 0 && ActionPattern(fault.action).matches(action) {
            if fault.kind != .delay, decision.kind != nil { continue }
            guard fault.perMille >= 1000 || Int(random() % 1000) < fault.perMille else { continue }
            if fault.kind == .delay {
                decision.delay += fault.delay
            } else {
                decision.kind = fault.kind
            }
            if fault.remaining != nil { decision.counted.append(position) }
        }
        return decision
    }

    /// The error that is answered instead of doing anything.
    var refusal: ServiceError? {
        switch kind {
        case .throttle: ServiceError(400, "Throttling.User", "The request was denied for too many requests.")
        case .error500: ServiceError(500, "InternalError", "The service failed, as a fault that was set asks for.")
        case .error503:
            ServiceError(503, "ServiceUnavailable", "The service is not available, as a fault that was set asks for.")
        default: nil
        }
    }
}
