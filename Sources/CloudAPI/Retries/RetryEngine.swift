import DataValue
import SystemSupport

/// Decides what becomes of one call: when it is sent, under which client token, and when it is given up.
///
///     ready ── begin ──▶ sending ── answered ──▶ finished
///                        │     ▲                    ▲
///                   failed     woke                 │
///                        ▼     │                    │
///                       waiting ── interrupted ─────┤
///                        │                          │
///                       mending ── mended ──────────┘ (or sending)
///
/// Invariants
/// - A write is repeated only under the token that it was sent with before, for as long as anybody may still carry that
///   one out. A new token comes in only where the service says that the old one is spent, and once a call at most.
/// - A write without a token is repeated only where it is certain that it did not arrive.
/// - ``isOpen`` is true from the first sending of a write that may have arrived until the service answers the write
///   itself. A call that is finished while it is true has an unknown outcome, whatever its last error was.
/// - Nothing is decided by the clock but what `now` says, nothing by chance but what `chance` says: the same inputs give
///   the same actions.
package struct RetryEngine: Sendable, Equatable {
    /// What is sent.
    package enum Kind: Sendable, Equatable {
        /// Changes nothing, so that it can be repeated at will.
        case read
        /// A write that the service cannot recognise when it comes again.
        case writeWithoutToken
        /// A write with a token. One that the user gave cannot be replaced. One that is kept belongs to an earlier call of
        /// which the outcome is not known.
        case write(isReplaceable: Bool, isKept: Bool)
    }
    /// Where the call stands.
    package enum State: Sendable, Equatable {
        case ready, sending, waiting, mending, finished
    }
    /// What is to be done next.
    package enum Action: Sendable, Equatable {
        /// Send the call, within a span of nanoseconds; then `answered` or `failed`.
        case send(newToken: Bool, within: Duration)
        /// Wait for a span of nanoseconds; then `woke` or `interrupted`.
        case wait(Duration)
        /// Set the clock by the service's; then `mended`.
        case correctClock
        /// Get new credentials; then `mended`.
        case renewCredentials
        /// It is over.
        case finish(Verdict)
    }
    /// How a call ended.
    package struct Verdict: Sendable, Equatable {
        /// Why it is not sent again.
        package enum Reason: Sendable, Equatable {
            /// There is an answer.
            case answered
            /// Another sending would be no use, or no good.
            case notRepeatable
            /// As many repetitions as the policy allows have failed.
            case repetitionsUsed
            /// The session's budget has run out.
            case budgetUsed
            /// No time is left.
            case timeUsed
            case interrupted
        }
        package var reason: Reason
        /// Whether the service may have done the work, or may still do it.
        package var isOpen: Bool

        /// Both as given.
        package init(reason: Reason, isOpen: Bool) {
            self.reason = reason
            self.isOpen = isOpen
        }
    }

    /// Where the call stands.
    package private(set) var state = State.ready
    /// Whether a sending of a write may have arrived that the service has not answered.
    package private(set) var isOpen: Bool
    private let kind: Kind
    private let policy: RetryPolicy
    private let deadline: MonotonicTime
    private var repetitions = 0
    private var throttledRepetitions = 0
    private var processingWaits = 0
    private var hasCorrectedClock = false
    private var hasRenewedCredentials = false
    private var hasReplacedToken = false
    /// Whether the sending that comes next gets a new token.
    private var replacesToken = false

    /// A call that has not been sent.
    ///
    /// - Parameter now: by the clock that the other inputs are read from.
    package init(_ kind: Kind, policy: RetryPolicy, now: MonotonicTime) {
        self.kind = kind
        self.policy = policy
        deadline = now + policy.callLimit
        isOpen = if case .write(_, let isKept) = kind { isKept } else { false }
    }

    /// Sends for the first time.
    package mutating func begin(now: MonotonicTime) -> Action {
        guard state == .ready else { return finish(.notRepeatable) }
        return send(now)
    }

    /// The service has answered: the work is done.
    package mutating func answered(budget: inout RetryBudget) -> Action {
        budget.succeed(afterRepetition: repetitions > 0)
        isOpen = false
        return finish(.answered)
    }

    /// The wait is over.
    package mutating func woke(now: MonotonicTime) -> Action {
        guard state == .waiting else { return finish(.notRepeatable) }
        return send(now)
    }

    /// The user has stopped the call while it waited.
    package mutating func interrupted() -> Action { finish(.interrupted) }

    /// What `correctClock` or `renewCredentials` asked for has been done, or could not be.
    package mutating func mended(_ succeeded: Bool, now: MonotonicTime) -> Action {
        guard state == .mending, succeeded else { return finish(.notRepeatable) }
        return send(now)
    }

    /// A sending has failed.
    ///
    /// - Parameter chance: from 0 up to, not including, 1.
    package mutating func failed(_ failure: Failure, now: MonotonicTime, chance: Double, budget: inout RetryBudget)
        -> Action
    {
        guard state == .sending else { return finish(.notRepeatable) }
        note(failure)
        switch failure {
        case .interrupted: return finish(.interrupted)
        case .unusable, .unreadable, .tokenMismatch, .rejected, .refused: return finish(.notRepeatable)
        case .notSent, .busy: return repeated(now, chance, &budget)
        case .lost: return mayRepeat ? repeated(now, chance, &budget) : finish(.notRepeatable)
        case .throttled: return mayRepeat ? slowedDown(now, chance) : finish(.notRepeatable)
        case .processing:
            guard policy.repetitions > 0, mayRepeat, kind != .read else { return finish(.notRepeatable) }
            processingWaits += 1
            // Half of each wait is certain: it is for the service to get on, not for clients to spread.
            let wait = policy.wait(
                after: processingWaits, longest: policy.longestProcessingWait, chance: 0.5 + chance / 2)
            return pause(wait, now)
        case .tokenSpent:
            guard case .write(isReplaceable: true, _) = kind, !hasReplacedToken else { return finish(.notRepeatable) }
            hasReplacedToken = true
            replacesToken = true
            return repeated(now, chance, &budget)
        case .clockSkew:
            if hasCorrectedClock { return finish(.notRepeatable) }
            hasCorrectedClock = true
            state = .mending
            return .correctClock
        case .credentialsExpired:
            if hasRenewedCredentials { return finish(.notRepeatable) }
            hasRenewedCredentials = true
            state = .mending
            return .renewCredentials
        }
    }

    // MARK: What is known

    /// Keeps the account of whether somebody may still carry the write out.
    private mutating func note(_ failure: Failure) {
        guard kind != .read else { return }
        switch failure {
        case .lost, .unreadable, .processing, .throttled(outcomeIsOpen: true), .interrupted(mayHaveArrived: true):
            isOpen = true
        case .refused, .tokenSpent:
            // The service has looked at the write under this token, and has not carried it out.
            isOpen = false
        case .notSent, .unusable, .throttled, .tokenMismatch, .busy, .clockSkew, .credentialsExpired, .rejected,
            .interrupted:
            break
        }
    }

    /// Whether another sending does no harm even if this one arrived.
    private var mayRepeat: Bool { kind != .writeWithoutToken }

    // MARK: What is done

    private mutating func repeated(_ now: MonotonicTime, _ chance: Double, _ budget: inout RetryBudget) -> Action {
        guard repetitions < policy.repetitions else { return finish(.repetitionsUsed) }
        guard budget.take() else { return finish(.budgetUsed) }
        let wait = policy.wait(after: repetitions, longest: policy.longestWait, chance: chance)
        repetitions += 1
        return pause(wait, now)
    }

    private mutating func slowedDown(_ now: MonotonicTime, _ chance: Double) -> Action {
        guard policy.repetitions > 0, throttledRepetitions < policy.throttledRepetitions else {
            return finish(.repetitionsUsed)
        }
        let wait = policy.wait(after: throttledRepetitions, longest: policy.longestWait, chance: chance)
        throttledRepetitions += 1
        return pause(wait, now)
    }

    private mutating func pause(_ span: Duration, _ now: MonotonicTime) -> Action {
        guard span < deadline - now else { return finish(.timeUsed) }
        state = .waiting
        return .wait(span)
    }

    private mutating func send(_ now: MonotonicTime) -> Action {
        guard now < deadline else { return finish(.timeUsed) }
        state = .sending
        defer { replacesToken = false }
        return .send(newToken: replacesToken, within: deadline - now)
    }

    private mutating func finish(_ reason: Verdict.Reason) -> Action {
        state = .finished
        return .finish(Verdict(reason: reason, isOpen: isOpen))
    }
}
