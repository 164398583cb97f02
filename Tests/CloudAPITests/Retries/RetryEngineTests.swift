import CloudAPI
import DataValue
import SystemSupport
import Testing

/// Drives an engine by hand: time stands still unless it is moved, chance is one half.
private final class Bench {
    var engine: RetryEngine
    var budget = RetryBudget()
    var now: MonotonicTime = 1_000_000_000_000
    let policy: RetryPolicy

    static let made = RetryEngine.Kind.write(isReplaceable: true, isKept: false)
    static let given = RetryEngine.Kind.write(isReplaceable: false, isKept: false)
    static let kept = RetryEngine.Kind.write(isReplaceable: true, isKept: true)

    init(_ kind: RetryEngine.Kind, _ policy: RetryPolicy = RetryPolicy()) {
        self.policy = policy
        engine = RetryEngine(kind, policy: policy, now: now)
    }

    func begin() -> RetryEngine.Action { engine.begin(now: now) }
    func fail(_ failure: Failure, chance: Double = 0.5) -> RetryEngine.Action {
        engine.failed(failure, now: now, chance: chance, budget: &budget)
    }
    func wake() -> RetryEngine.Action { engine.woke(now: now) }
    func succeed() -> RetryEngine.Action { engine.answered(budget: &budget) }
    func interrupt() -> RetryEngine.Action { engine.interrupted() }
    func mend(_ succeeded: Bool) -> RetryEngine.Action { engine.mended(succeeded, now: now) }

    /// Fails, waits as long as it is told to, and wakes; the sending that follows, or how it ended.
    func failAndWake(_ failure: Failure) -> RetryEngine.Action {
        let action = fail(failure)
        guard case .wait(let span) = action else { return action }
        now = now + span
        return wake()
    }

    /// A sending with the token as it was, and all the time that is left.
    func sending(newToken: Bool = false) -> RetryEngine.Action {
        .send(newToken: newToken, within: (1_000_000_000_000 as MonotonicTime) + policy.callLimit - now)
    }
}

private func finished(_ reason: RetryEngine.Verdict.Reason, open: Bool) -> RetryEngine.Action {
    .finish(.init(reason: reason, isOpen: open))
}

private let writes: [RetryEngine.Kind] = [Bench.made, Bench.given]
private let everyKind: [RetryEngine.Kind] = [.read, .writeWithoutToken, Bench.made, Bench.given]

@Suite("The retry engine: every transition")
struct RetryEngineTests {
    // MARK: From ready

    @Test("A call is sent at once, with the whole of its time", arguments: everyKind)
    func begins(_ kind: RetryEngine.Kind) {
        let bench = Bench(kind)
        #expect(bench.engine.state == .ready)
        #expect(bench.begin() == .send(newToken: false, within: bench.policy.callLimit))
        #expect(bench.engine.state == .sending)
        #expect(!bench.engine.isOpen)
    }

    @Test("A kept token begins with an unknown outcome")
    func beginsOpen() {
        let bench = Bench(Bench.kept)
        #expect(bench.engine.isOpen)
        _ = bench.begin()
        #expect(bench.fail(.unusable) == finished(.notRepeatable, open: true))
    }

    // MARK: From sending to finished

    @Test("An answer ends the call and every doubt", arguments: everyKind)
    func answered(_ kind: RetryEngine.Kind) {
        let bench = Bench(kind)
        _ = bench.begin()
        #expect(bench.succeed() == finished(.answered, open: false))
        #expect(bench.engine.state == .finished)
    }

    @Test(
        "What another sending cannot mend ends the call",
        arguments: [Failure.unusable, .tokenMismatch, .rejected, .refused], everyKind)
    func notRepeatable(_ failure: Failure, _ kind: RetryEngine.Kind) {
        let bench = Bench(kind)
        _ = bench.begin()
        #expect(bench.fail(failure) == finished(.notRepeatable, open: false))
    }

    @Test("An answer that is too large leaves a write open, and is not asked for again", arguments: everyKind)
    func unreadable(_ kind: RetryEngine.Kind) {
        let bench = Bench(kind)
        _ = bench.begin()
        #expect(bench.fail(.unreadable) == finished(.notRepeatable, open: kind != .read))
    }

    @Test("An interrupt ends the call; a write that may have arrived stays open", arguments: everyKind)
    func interrupted(_ kind: RetryEngine.Kind) {
        for mayHaveArrived in [true, false] {
            let bench = Bench(kind)
            _ = bench.begin()
            #expect(
                bench.fail(.interrupted(mayHaveArrived: mayHaveArrived))
                    == finished(.interrupted, open: mayHaveArrived && kind != .read))
        }
    }

    // MARK: From sending to waiting

    @Test("What certainly did not arrive is sent again, whatever it is", arguments: everyKind)
    func notSent(_ kind: RetryEngine.Kind) {
        for failure in [Failure.notSent, .busy] {
            let bench = Bench(kind)
            _ = bench.begin()
            #expect(bench.fail(failure) == .wait(250_000_000))
            #expect(bench.engine.state == .waiting)
            #expect(!bench.engine.isOpen)
            #expect(bench.wake() == bench.sending())
            #expect(bench.engine.state == .sending)
        }
    }

    @Test(
        "A lost read, and a lost write with a token, are sent again under the same token", arguments: writes + [.read])
    func lost(_ kind: RetryEngine.Kind) {
        let bench = Bench(kind)
        _ = bench.begin()
        #expect(bench.fail(.lost) == .wait(250_000_000))
        #expect(bench.engine.isOpen == (kind != .read))
        #expect(bench.wake() == bench.sending())
    }

    @Test("A lost write without a token is never sent again")
    func lostWithoutToken() {
        let bench = Bench(.writeWithoutToken)
        _ = bench.begin()
        #expect(bench.fail(.lost) == finished(.notRepeatable, open: true))
        #expect(bench.budget.balance == RetryBudget.capacity)
    }

    @Test("A write without a token that did not arrive at first and is lost then is not sent a third time")
    func notSentThenLost() {
        let bench = Bench(.writeWithoutToken)
        _ = bench.begin()
        #expect(bench.failAndWake(.notSent) == bench.sending())
        #expect(bench.fail(.lost) == finished(.notRepeatable, open: true))
    }

    @Test("Waits double up to the longest and take a random part of that: full jitter")
    func jitter() {
        let policy = RetryPolicy(repetitions: 9, longestWait: 3_000_000_000, callLimit: .seconds(1 << 60))
        let bench = Bench(.read, policy)
        _ = bench.begin()
        for (chance, wait) in [(0.0, 0), (0.5, 500), (0.999, 1998), (0.5, 1500), (0.25, 750)] as [(Double, Int64)] {
            #expect(bench.fail(.lost, chance: chance) == .wait(.milliseconds(wait)))
            _ = bench.wake()
        }
    }

    @Test("A call that came too fast is sent again under the same token", arguments: writes + [.read])
    func throttled(_ kind: RetryEngine.Kind) {
        for outcomeIsOpen in [false, true] {
            let bench = Bench(kind)
            _ = bench.begin()
            #expect(bench.fail(.throttled(outcomeIsOpen: outcomeIsOpen)) == .wait(250_000_000))
            #expect(bench.engine.isOpen == (outcomeIsOpen && kind != .read))
            #expect(bench.wake() == bench.sending())
        }
    }

    @Test("A write without a token that came too fast did arrive, so it is not sent again")
    func throttledWithoutToken() {
        var bench = Bench(.writeWithoutToken)
        _ = bench.begin()
        #expect(bench.fail(.throttled(outcomeIsOpen: false)) == finished(.notRepeatable, open: false))
        bench = Bench(.writeWithoutToken)
        _ = bench.begin()
        #expect(bench.fail(.throttled(outcomeIsOpen: true)) == finished(.notRepeatable, open: true))
    }

    @Test("Repetitions for pace are counted apart and cost nothing of the budget")
    func throttledCount() {
        let bench = Bench(.read, RetryPolicy(repetitions: 1, throttledRepetitions: 2))
        _ = bench.begin()
        #expect(bench.failAndWake(.throttled(outcomeIsOpen: false)) == bench.sending())
        #expect(bench.failAndWake(.throttled(outcomeIsOpen: false)) == bench.sending())
        #expect(bench.budget.balance == RetryBudget.capacity)
        #expect(bench.failAndWake(.lost) == bench.sending())
        #expect(bench.fail(.throttled(outcomeIsOpen: false)) == finished(.repetitionsUsed, open: false))
    }

    @Test("While the service is processing the write, the same token waits, as often as it takes", arguments: writes)
    func processing(_ kind: RetryEngine.Kind) {
        let bench = Bench(kind, RetryPolicy(repetitions: 1, callLimit: 60_000_000_000))
        _ = bench.begin()
        for _ in 0..<10 { #expect(bench.failAndWake(.processing) == bench.sending()) }
        #expect(bench.engine.isOpen)
        #expect(bench.budget.balance == RetryBudget.capacity)
        _ = bench.succeed()
        #expect(!bench.engine.isOpen)
    }

    @Test("It is not waited for beyond the call's time, and then the outcome is unknown")
    func processingForever() {
        let bench = Bench(Bench.made)
        var action = bench.begin()
        var sendings = 0
        while case .send = action {
            sendings += 1
            action = bench.failAndWake(.processing)
        }
        #expect(action == finished(.timeUsed, open: true))
        #expect((20...60).contains(sendings))
    }

    @Test(
        "'Processing' in answer to what has no token is a refusal",
        arguments: [RetryEngine.Kind.read, .writeWithoutToken])
    func processingWithoutToken(_ kind: RetryEngine.Kind) {
        let bench = Bench(kind)
        _ = bench.begin()
        #expect(bench.fail(.processing) == finished(.notRepeatable, open: kind != .read))
    }

    // MARK: Tokens

    @Test("A spent token is replaced, once, if the client made it")
    func spentToken() {
        let bench = Bench(Bench.made)
        _ = bench.begin()
        #expect(bench.failAndWake(.lost) == bench.sending())
        #expect(bench.engine.isOpen)
        // The first sending has failed for good, says the service: no doubt is left.
        #expect(bench.failAndWake(.tokenSpent) == bench.sending(newToken: true))
        #expect(!bench.engine.isOpen)
        // The new token stays from then on.
        #expect(bench.failAndWake(.lost) == bench.sending())
        #expect(bench.fail(.tokenSpent) == finished(.notRepeatable, open: false))
    }

    @Test("A token that the user gave is never replaced", arguments: [Bench.given, .read, .writeWithoutToken])
    func spentGivenToken(_ kind: RetryEngine.Kind) {
        let bench = Bench(kind)
        _ = bench.begin()
        #expect(bench.fail(.tokenSpent) == finished(.notRepeatable, open: false))
    }

    @Test("A token that belongs to another write stops the call, and leaves open what was open")
    func mismatch() {
        let bench = Bench(Bench.made)
        _ = bench.begin()
        #expect(bench.failAndWake(.lost) == bench.sending())
        #expect(bench.fail(.tokenMismatch) == finished(.notRepeatable, open: true))
    }

    @Test("A refusal of the write ends the doubt that a lost answer left; a refusal of the request does not")
    func refusalEndsDoubt() {
        for (failure, isOpen) in [
            (Failure.refused, false), (.rejected, true), (.throttled(outcomeIsOpen: false), true),
        ] {
            let bench = Bench(Bench.made, RetryPolicy(throttledRepetitions: 0))
            _ = bench.begin()
            #expect(bench.failAndWake(.lost) == bench.sending())
            guard case .finish(let verdict) = bench.fail(failure) else {
                Issue.record("\(failure) does not end it")
                continue
            }
            #expect(verdict.isOpen == isOpen, "\(failure)")
        }
    }

    // MARK: Limits

    @Test("As many repetitions as the policy allows, then the failure stands", arguments: [0, 1, 3])
    func repetitions(_ count: Int) {
        for kind in [RetryEngine.Kind.read, Bench.made] {
            let bench = Bench(kind, RetryPolicy(repetitions: count))
            _ = bench.begin()
            for _ in 0..<count { #expect(bench.failAndWake(.lost) == bench.sending()) }
            #expect(bench.fail(.lost) == finished(.repetitionsUsed, open: kind != .read))
        }
    }

    @Test(
        "With no repetitions allowed, nothing but a mended request goes out again",
        arguments: [Failure.notSent, .lost, .busy, .throttled(outcomeIsOpen: false), .processing, .tokenSpent])
    func never(_ failure: Failure) {
        let bench = Bench(Bench.made, .never)
        _ = bench.begin()
        guard case .finish = bench.fail(failure) else {
            Issue.record("\(failure) is repeated")
            return
        }
    }

    @Test("An empty budget ends repetitions, but not waits for pace or processing")
    func budget() {
        let bench = Bench(Bench.made)
        while bench.budget.take() {}
        _ = bench.begin()
        #expect(bench.failAndWake(.throttled(outcomeIsOpen: false)) == bench.sending())
        #expect(bench.failAndWake(.processing) == bench.sending())
        #expect(bench.fail(.lost) == finished(.budgetUsed, open: true))
    }

    @Test("No wait goes beyond the call's time, and no sending begins behind it")
    func time() {
        var bench = Bench(.read, RetryPolicy(callLimit: 1_000_000_000))
        _ = bench.begin()
        bench.now = bench.now + .milliseconds(900)
        #expect(bench.fail(.lost, chance: 0.9) == finished(.timeUsed, open: false))

        bench = Bench(.read, RetryPolicy(callLimit: 1_000_000_000))
        _ = bench.begin()
        bench.now = bench.now + .milliseconds(900)
        #expect(bench.fail(.lost, chance: 0.1) == .wait(50_000_000))
        bench.now = bench.now + .milliseconds(200)
        #expect(bench.wake() == finished(.timeUsed, open: false))

        bench = Bench(.read, RetryPolicy(callLimit: 0))
        #expect(bench.begin() == finished(.timeUsed, open: false))
    }

    // MARK: From waiting

    @Test("An interrupt during a wait ends the call; what is open stays open")
    func interruptedWait() {
        for (kind, failure, isOpen) in [
            (Bench.made, Failure.lost, true), (Bench.made, .notSent, false), (.read, .lost, false),
        ] {
            let bench = Bench(kind)
            _ = bench.begin()
            _ = bench.fail(failure)
            #expect(bench.interrupt() == finished(.interrupted, open: isOpen))
        }
    }

    // MARK: Mending

    @Test("A wrong clock is corrected and the request sent again at once, once", arguments: everyKind)
    func clockSkew(_ kind: RetryEngine.Kind) {
        for policy in [RetryPolicy(), .never] {
            let bench = Bench(kind, policy)
            _ = bench.begin()
            #expect(bench.fail(.clockSkew) == .correctClock)
            #expect(bench.engine.state == .mending)
            #expect(bench.mend(true) == bench.sending())
            #expect(bench.fail(.clockSkew) == finished(.notRepeatable, open: false))
        }
    }

    @Test("A clock that cannot be corrected ends the call")
    func clockSkewWithoutTime() {
        let bench = Bench(.read)
        _ = bench.begin()
        _ = bench.fail(.clockSkew)
        #expect(bench.mend(false) == finished(.notRepeatable, open: false))
    }

    @Test("Credentials that ran out are renewed once", arguments: everyKind)
    func credentials(_ kind: RetryEngine.Kind) {
        var bench = Bench(kind)
        _ = bench.begin()
        #expect(bench.fail(.credentialsExpired) == .renewCredentials)
        #expect(bench.mend(true) == bench.sending())
        #expect(bench.fail(.credentialsExpired) == finished(.notRepeatable, open: false))
        bench = Bench(kind)
        _ = bench.begin()
        _ = bench.fail(.credentialsExpired)
        #expect(bench.mend(false) == finished(.notRepeatable, open: false))
    }

    @Test("A mended request keeps what is open")
    func mendingKeepsDoubt() {
        for failure in [Failure.clockSkew, .credentialsExpired] {
            let bench = Bench(Bench.made)
            _ = bench.begin()
            #expect(bench.failAndWake(.lost) == bench.sending())
            _ = bench.fail(failure)
            #expect(bench.mend(true) == bench.sending())
            #expect(bench.fail(failure) == finished(.notRepeatable, open: true))
        }
    }

    // MARK: What does not belong

    @Test("An input that does not fit the state ends the call and sends nothing")
    func outOfPlace() {
        var bench = Bench(Bench.made)
        #expect(bench.fail(.lost) == finished(.notRepeatable, open: false))
        bench = Bench(Bench.made)
        #expect(bench.wake() == finished(.notRepeatable, open: false))
        bench = Bench(Bench.made)
        _ = bench.begin()
        #expect(bench.begin() == finished(.notRepeatable, open: false))
        bench = Bench(Bench.made)
        _ = bench.begin()
        #expect(bench.mend(true) == finished(.notRepeatable, open: false))
    }
}
