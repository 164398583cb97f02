import DataValue
import SystemSupport

/// Sends a call as often as ``RetryEngine`` says, and reports the last failure with what is known of the whole.
package struct Retrying: APIHandler {
    /// What a call needs beyond being sent, of whoever signs it.
    package struct Mending: Sendable {
        /// Sets the clock by the service's time.
        package var correctClock: @Sendable (WallTime) -> Void
        /// Gets new credentials in place of temporary ones; false where there are none to be had.
        package var renewCredentials: @Sendable (Cancellation) -> Bool

        /// Both as given.
        package init(
            correctClock: @escaping @Sendable (WallTime) -> Void,
            renewCredentials: @escaping @Sendable (Cancellation) -> Bool
        ) {
            self.correctClock = correctClock
            self.renewCredentials = renewCredentials
        }
    }

    private let next: any APIHandler
    private let policy: RetryPolicy
    private let control: RetryControl
    private let mending: Mending?
    private let clock: any TimeSource
    private let chance: any ChanceSource
    private let uniqueTexts: any UniqueTextSource

    /// - Parameters:
    ///   - next: Sends a call once.
    ///   - control: Shared by all calls of a session.
    ///   - mending: Nil where neither clock nor credentials can be changed.
    ///   - uniqueTexts: For client tokens.
    package init(
        _ next: any APIHandler, policy: RetryPolicy = RetryPolicy(), control: RetryControl = RetryControl(),
        mending: Mending? = nil, clock: any TimeSource = SystemClock(), chance: any ChanceSource = SystemChance(),
        uniqueTexts: any UniqueTextSource = RandomUUIDs()
    ) {
        self.next = next
        self.policy = policy
        self.control = control
        self.mending = mending
        self.clock = clock
        self.chance = chance
        self.uniqueTexts = uniqueTexts
    }

    /// Blocks until the call has succeeded or is given up. The error is that of the last sending, with the number of all
    /// sendings, the time that they took, and whether the outcome of a write is unknown.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        var call = call.withClientToken(from: uniqueTexts)
        var engine = RetryEngine(call.retryKind, policy: policy, now: clock.monotonic())
        var history = History(start: clock.monotonic())
        var action = engine.begin(now: clock.monotonic())
        while true {
            switch action {
            case .send(let newToken, let limit):
                if newToken { call.replaceClientToken(from: uniqueTexts) }
                switch sendOnce(call, within: limit, &history) {
                case .success(var answer):
                    _ = control.withBudget { engine.answered(budget: &$0) }
                    answer.attempts = history.attempts
                    return answer
                case .failure(let error):
                    history.last = error
                    let failure = Failure(error)
                    action = control.withBudget { budget in
                        engine.failed(failure, now: clock.monotonic(), chance: chance.next(), budget: &budget)
                    }
                }
            case .wait(let span):
                clock.sleep(for: span, cancellation: call.cancellation)
                action =
                    call.cancellation.isCancelled ? engine.interrupted() : engine.woke(now: clock.monotonic())
            case .correctClock:
                let serverTime = history.last?.serverTime
                if let serverTime { mending?.correctClock(serverTime) }
                action = engine.mended(serverTime != nil && mending != nil, now: clock.monotonic())
            case .renewCredentials:
                let renewed = mending?.renewCredentials(call.cancellation) ?? false
                action = engine.mended(renewed, now: clock.monotonic())
            case .finish(let verdict): throw history.error(verdict, call, now: clock.monotonic())
            }
        }
    }

    /// Waits for the call's turn and sends it.
    private func sendOnce(_ call: APICall, within limit: Duration, _ history: inout History)
        -> Result<APIAnswer, APIError>
    {
        let turn = control.reserve(now: clock.monotonic())
        if turn > .zero {
            guard turn < limit else {
                let message = "the service asks for fewer calls, and this one's turn would come too late"
                return .failure(history.last ?? .unsent("Client.Timeout", message, call))
            }
            clock.sleep(for: turn, cancellation: call.cancellation)
            if call.cancellation.isCancelled {
                return .failure(.unsent(SigningClient.interrupted, "interrupted before it was sent", call))
            }
        }
        var call = call
        call.timeLimit = limit - turn
        let sent = clock.monotonic()
        do {
            let answer = try next.send(call)
            history.attempts += answer.attempts
            control.note(nil, sent: sent, now: clock.monotonic())
            return .success(answer)
        } catch {
            history.attempts += error.attempts
            control.note(Failure(error), sent: sent, now: clock.monotonic())
            return .failure(error)
        }
    }
}

/// What has happened to a call so far.
private struct History {
    let start: MonotonicTime
    var attempts = 0
    var last: APIError?

    /// The last failure, with what is known of the whole.
    func error(_ verdict: RetryEngine.Verdict, _ call: APICall, now: MonotonicTime) -> APIError {
        var error = last ?? .unsent("Client.Timeout", "no time was left to send it", call)
        if verdict.reason == .interrupted { error.code = SigningClient.interrupted }
        if verdict.reason == .budgetUsed {
            error.message += "; it is not repeated any more, since too much has failed in this session"
        }
        // Only a lost answer says so itself. The last sending may have been refused at the gate while an earlier one is
        // still under way.
        let unknown = AnswerReader.unknownOutcome(of: call)
        if verdict.isOpen, !error.message.contains(unknown) { error.message += unknown }
        error.isAmbiguous = verdict.isOpen
        error.openToken = verdict.isOpen ? call.clientToken : nil
        error.attempts = attempts
        error.elapsed = now - start
        return error
    }
}

extension APIError {
    /// An error of a call that never left.
    package static func unsent(_ code: String, _ message: String, _ call: APICall) -> APIError {
        var error = APIError(code: code, message: message, action: call.action, attempts: 0)
        error.delivery = .notSent
        return error
    }
}

extension APICall {
    /// What the engine has to know of it.
    var retryKind: RetryEngine.Kind {
        guard changesAnything else { return .read }
        guard clientToken != nil else { return .writeWithoutToken }
        return .write(isReplaceable: tokenOrigin != .given, isKept: tokenOrigin == .kept)
    }

    /// Puts a new token in the place of the one that is there.
    mutating func replaceClientToken(from source: some UniqueTextSource) {
        for place in parameters.indices where parameters[place].name == "ClientToken" {
            parameters[place].value = source.next()
        }
        tokenOrigin = .made
    }
}
