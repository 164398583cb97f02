import CloudAPI
import DataValue
import NIOConcurrencyHelpers
import SystemSupport
import Testing

/// Answers as it was told, then with success; keeps the calls. Each sending takes a tenth of a second.
private final class ToldHandler: APIHandler {
    private let state: NIOLockedValueBox<(outcomes: [APIError], calls: [APICall])>
    private let clock: ManualClock
    private let before: @Sendable (APICall) -> Void

    init(_ outcomes: [APIError], clock: ManualClock, before: @escaping @Sendable (APICall) -> Void = { _ in }) {
        state = NIOLockedValueBox((outcomes, []))
        self.clock = clock
        self.before = before
    }

    var tokens: [String?] { state.withLockedValue { $0.calls.map(\.clientToken) } }
    var limits: [Duration?] { state.withLockedValue { $0.calls.map(\.timeLimit) } }

    func send(_ call: APICall) throws(APIError) -> APIAnswer {
        before(call)
        clock.sleep(for: 100_000_000, cancellation: Cancellation())
        let error = state.withLockedValue { state -> APIError? in
            state.calls.append(call)
            return state.outcomes.isEmpty ? nil : state.outcomes.removeFirst()
        }
        if let error { throw error }
        return APIAnswer(value: .null, requestID: "R", httpStatus: 200)
    }
}

private struct Half: ChanceSource {
    func next() -> Double { 0.5 }
}

private func lost(_ action: String = "CreateVpc", ambiguous: Bool = true) -> APIError {
    var error = APIError(code: "Client.Network", message: "lost", action: action, isAmbiguous: ambiguous)
    error.delivery = .unknown
    return error
}

private func refused(_ code: String, _ status: Int = 400, serverTime: WallTime? = nil) -> APIError {
    var error = APIError(code: code, message: "no", httpStatus: status, requestID: "R", action: "CreateVpc")
    error.serverTime = serverTime
    return error
}

@Suite("Repeating calls")
struct RetryingTests {
    private let clock = ManualClock()
    private let write = APICall(
        action: "CreateVpc", region: "cn-hangzhou", parameters: [WireParameter("CidrBlock", "10.0.0.0/16")],
        isWrite: true)

    private func retrying(
        _ handler: any APIHandler, _ policy: RetryPolicy = RetryPolicy(), control: RetryControl = RetryControl(),
        mending: Retrying.Mending? = nil
    ) -> Retrying {
        Retrying(
            handler, policy: policy, control: control, mending: mending, clock: clock, chance: Half(),
            uniqueTexts: CountedTexts())
    }

    @Test("All sendings of one write carry one token, and its answer tells how many there were")
    func oneToken() throws {
        let handler = ToldHandler([lost(), refused("Throttling.User"), refused("IdempotentProcessing")], clock: clock)
        let answer = try retrying(handler).send(write)
        #expect(answer.attempts == 4)
        #expect(handler.tokens == Array(repeating: "unique-1", count: 4))
    }

    @Test("A write that is given up says that its outcome is unknown, with its token, count and time")
    func unknownOutcome() throws {
        let handler = ToldHandler(Array(repeating: lost(), count: 9), clock: clock)
        let error = #expect(throws: APIError.self) { try retrying(handler).send(write) }
        #expect(error?.attempts == 4)
        #expect(error?.isAmbiguous == true)
        #expect(error?.openToken == "unique-1")
        // Four sendings of 0.1 s, waits of 0.25, 0.5 and 1 s.
        #expect(error?.elapsed == 2_150_000_000)
    }

    @Test("Also where the last answer was only a refusal at the gate")
    func openBehindRefusal() throws {
        let handler = ToldHandler([lost(), refused("SignatureDoesNotMatch")], clock: clock)
        let error = #expect(throws: APIError.self) { try retrying(handler).send(write) }
        #expect(error?.code == "SignatureDoesNotMatch")
        #expect(error?.isAmbiguous == true)
        #expect(error?.message == "no; the outcome of CreateVpc is unknown (ClientToken unique-1)")
    }

    @Test("A refused write is not ambiguous and leaves no token to repeat it with")
    func refusedWrite() throws {
        let handler = ToldHandler([lost(), refused("QuotaExceeded.Vpc")], clock: clock)
        let error = #expect(throws: APIError.self) { try retrying(handler).send(write) }
        #expect(error?.isAmbiguous == false)
        #expect(error?.openToken == nil)
        #expect(error?.message == "no")
    }

    @Test("A spent token is replaced by a new one")
    func spentToken() throws {
        let handler = ToldHandler([lost(), refused("IdempotentFailed")], clock: clock)
        _ = try retrying(handler).send(write)
        #expect(handler.tokens == ["unique-1", "unique-1", "unique-2"])
    }

    @Test("Each sending gets only the time that is left of the call's")
    func timeLeft() throws {
        let handler = ToldHandler([lost(), lost()], clock: clock)
        _ = try retrying(handler, RetryPolicy(callLimit: 10_000_000_000)).send(write)
        #expect(handler.limits == [10_000_000_000, 9_650_000_000, 9_050_000_000])
    }

    @Test("An interrupt during a wait ends the call; what is open is said")
    func interruptedWait() {
        let cancellation = Cancellation()
        var call = write
        call.cancellation = cancellation
        let handler = ToldHandler([lost()], clock: clock) { _ in cancellation.cancel() }
        let error = #expect(throws: APIError.self) { try retrying(handler).send(call) }
        #expect(error?.code == "Client.Interrupted")
        #expect(error?.isAmbiguous == true)
        #expect(handler.tokens.count == 1)
    }

    @Test("The clock is corrected by the service's time, and the call sent again")
    func clockSkew() throws {
        let corrected = NIOLockedValueBox<[WallTime]>([])
        let mending = Retrying.Mending(
            correctClock: { time in corrected.withLockedValue { $0.append(time) } }, renewCredentials: { _ in false })
        let handler = ToldHandler([refused("InvalidTimeStamp.Expired", serverTime: 77)], clock: clock)
        _ = try retrying(handler, mending: mending).send(write)
        #expect(corrected.withLockedValue { $0 } == [77])
        #expect(handler.tokens == ["unique-1", "unique-1"])
    }

    @Test("Credentials that ran out are renewed, and the call sent again; without new ones the refusal stands")
    func credentials() throws {
        for renews in [true, false] {
            let mending = Retrying.Mending(correctClock: { _ in }, renewCredentials: { _ in renews })
            let handler = ToldHandler([refused("InvalidSecurityToken.Expired", 403)], clock: clock)
            let result = Result { try retrying(handler, mending: mending).send(write) }
            #expect(((try? result.get()) != nil) == renews)
            #expect(handler.tokens.count == (renews ? 2 : 1))
        }
    }

    @Test("A session that was refused for its pace slows all of its calls down, and later speeds up")
    func pace() throws {
        let control = RetryControl()
        let handler = ToldHandler([refused("Throttling.User")], clock: clock)
        let retrying = retrying(handler, control: control)
        _ = try retrying.send(write)
        #expect(control.rate != nil)
        var spans: [Duration] = []
        for _ in 0..<40 {
            let start = clock.now()
            _ = try retrying.send(write)
            spans.append(clock.now() - start)
        }
        #expect(spans[0] > 200_000_000, "slower than the service answers")
        #expect(spans[39] == 100_000_000, "as fast as it answers")
        #expect(control.rate == nil)
    }

    @Test("A turn that would come too late is not waited for")
    func lateTurn() throws {
        let control = RetryControl()
        let handler = ToldHandler([refused("Throttling.User")], clock: clock)
        _ = try retrying(handler, control: control).send(write)
        let error = #expect(throws: APIError.self) {
            try retrying(handler, RetryPolicy(repetitions: 0, callLimit: 1_000_000), control: control).send(write)
        }
        #expect(error?.code == "Client.Timeout")
        #expect(error?.attempts == 0)
        #expect(error?.isAmbiguous == false)
    }

    @Test("When too much has failed in a session, calls are sent once")
    func budget() throws {
        let control = RetryControl()
        let handler = ToldHandler(Array(repeating: lost(ambiguous: false), count: 1000), clock: clock)
        var attempts: [Int] = []
        var last: APIError?
        for _ in 0..<40 {
            last = #expect(throws: APIError.self) { try retrying(handler, control: control).send(.listing) }
            attempts.append(last?.attempts ?? 0)
        }
        #expect(attempts.prefix(33).allSatisfy { $0 == 4 })
        #expect(attempts.suffix(6).allSatisfy { $0 == 1 })
        #expect(last?.message.contains("not repeated any more") == true)
    }
}
