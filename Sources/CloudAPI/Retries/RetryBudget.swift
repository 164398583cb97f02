/// How many repetitions a session can still afford: where a service is down, its clients must not make it worse.
///
/// Repetitions take from the budget and successes pay back, so that a session in which most calls succeed never notices
/// it, and one in which nothing does soon sends each call once.
package struct RetryBudget: Sendable, Equatable {
    /// A hundred repetitions in a row.
    package static let capacity = 500
    /// What a repetition takes.
    package static let cost = 5

    /// What is left.
    package private(set) var balance = RetryBudget.capacity

    /// A full budget.
    package init() {}

    /// Takes what one repetition costs; false, and nothing taken, where it is not there.
    package mutating func take() -> Bool {
        guard balance >= Self.cost else { return false }
        balance -= Self.cost
        return true
    }

    /// A call has succeeded. What its last repetition cost comes back; a call without any earns a fifth of one.
    package mutating func succeed(afterRepetition: Bool) {
        balance = min(Self.capacity, balance + (afterRepetition ? Self.cost : 1))
    }
}
