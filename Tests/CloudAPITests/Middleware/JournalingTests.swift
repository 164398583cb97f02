import CloudAPI
import DataValue
import NIOConcurrencyHelpers
import SystemSupport
import Testing

/// Keeps a journal's lines, and can die between two.
private final class Sink: JournalSink {
    private let lines = NIOLockedValueBox<[String]>([])
    var all: [String] { lines.withLockedValue { $0 } }
    /// Whether the disk is full.
    let isFull = NIOLockedValueBox(false)

    func commit(_ line: String) throws(SystemError) {
        if isFull.withLockedValue({ $0 }) { throw SystemError(.number(28), "journal: no space") }
        note(line)
    }
    func note(_ line: String) { lines.withLockedValue { $0.append(line) } }
}

/// Answers by turns.
private final class Turns: APIHandler {
    private let results: NIOLockedValueBox<[Result<APIAnswer, APIError>]>
    private let sink: Sink
    /// What stood in the journal when each call arrived.
    let seen = NIOLockedValueBox<[Int]>([])

    init(_ results: [Result<APIAnswer, APIError>], _ sink: Sink) {
        self.results = NIOLockedValueBox(results)
        self.sink = sink
    }

    func send(_ call: APICall) throws(APIError) -> APIAnswer {
        seen.withLockedValue { $0.append(sink.all.count) }
        return try results.withLockedValue { $0.removeFirst() }.get()
    }
}

@Suite("The journal of writes")
struct JournalingTests {
    private let sink = Sink()
    private static let done = Result<APIAnswer, APIError>.success(
        APIAnswer(value: ["VpcId": "vpc-1", "RequestId": "R"], requestID: "R", httpStatus: 200))

    private static func failed(_ code: String, _ status: Int?, ambiguous: Bool = false) -> Result<APIAnswer, APIError> {
        var error = APIError(
            code: code, message: "hunter2", httpStatus: status, action: "CreateVpc", isAmbiguous: ambiguous)
        if code.hasPrefix("Client.") { error.delivery = ambiguous ? .unknown : .notSent }
        return .failure(error)
    }

    private func summary(_ results: [Result<APIAnswer, APIError>], token: String? = "t-1", cut: Int = 0) throws
        -> JournalSummary
    {
        sink.note(
            Journaling.firstLine(
                JournalHeader(
                    time: 1_795_381_920_000_000_000, process: 7, program: "a.vpcsh", target: "prod", region: "r")))
        let handler = Journaling(Turns(results, sink), clock: ManualClock(), sink: sink)
        var parameters = [WireParameter("VpcName", "x"), WireParameter("Psk", "hunter2")]
        if let token { parameters.append(WireParameter("ClientToken", token)) }
        for _ in results {
            _ = try? handler.send(APICall(action: "CreateVpc", region: "r", parameters: parameters, isWrite: true))
        }
        #expect(!sink.all.joined().contains("hunter2"))
        return JournalSummary(sink.all.dropLast(cut).joined(separator: "\n"))
    }

    @Test("A write is noted with its token before it is sent, and its outcome after")
    func order() throws {
        let turns = Turns([Self.done], sink)
        _ = try Journaling(turns, clock: ManualClock(), sink: sink).send(
            .deletion([WireParameter("ClientToken", "t-1"), WireParameter("VpnConnectionId", "vco-1")]))
        #expect(turns.seen.withLockedValue { $0 } == [1], "the intent stood there when the request left")
        #expect(sink.all.count == 2)
        #expect(sink.all[0].contains(#""intent":1"#) && sink.all[0].contains(#""token":"t-1""#))
        #expect(sink.all[0].contains(#""VpnConnectionId":"vco-1""#))
        #expect(sink.all[1].contains(#""outcome":1"#) && sink.all[1].contains(#""result":"done""#))
    }

    @Test("Reads leave no trace")
    func reads() throws {
        _ = try Journaling(Turns([Self.done], sink), sink: sink).send(.listing)
        #expect(sink.all.isEmpty)
    }

    @Test("Sendings of one token are one write, and the whole decides about it")
    func together() throws {
        let summary = try summary([Self.failed("Client.Timeout", nil, ambiguous: true), Self.done])
        #expect(summary.header?.program == "a.vpcsh")
        #expect(summary.writes.count == 1)
        #expect(summary.writes.first?.sendings == 2)
        #expect(summary.writes.first?.result == .done)
        #expect(summary.writes.first?.identities.map(\.value) == ["vpc-1"])
        #expect(summary.unknownCount == 0)
        #expect(summary.status == nil)
    }

    @Test("What is known of a run that was killed: a write that was meant and has no outcome is unknown")
    func killed() throws {
        let summary = try summary([Self.done, Self.done], token: nil, cut: 1)
        #expect(summary.writes.map(\.result) == [.done, .unknown])
        #expect(summary.unknownCount == 1)
    }

    @Test("A line that was cut short by a crash is passed over")
    func cutShort() throws {
        _ = try summary([Self.done])
        let text = sink.all.joined(separator: "\n")
        let summary = JournalSummary(String(text.dropLast(20)))
        #expect(summary.writes.first?.result == .unknown)
        #expect(JournalSummary("").writes.isEmpty)
        #expect(JournalSummary("\u{0}\n[]\n{\"outcome\":9}").writes.isEmpty)
    }

    @Test("A refusal ends the doubt; a refusal at the gate does not; a lost connection that never was leaves none")
    func doubts() throws {
        let lost = Self.failed("Client.Timeout", nil, ambiguous: true)
        for (results, result) in [
            ([lost, Self.failed("QuotaExceeded", 400)], JournalResult.refused),
            ([lost, Self.failed("Throttling.User", 400)], .unknown), ([lost], .unknown),
            ([Self.failed("Client.Network", nil)], .notDone), ([Self.failed("Throttling.User", 400)], .notDone),
            ([Self.failed("IdempotentProcessing", 400)], .unknown), ([Self.failed("QuotaExceeded", 400)], .refused),
        ] {
            let test = JournalingTests()
            #expect(try test.summary(results).writes.first?.result == result, "\(results)")
        }
    }

    @Test("The end is told with its status")
    func end() throws {
        _ = try summary([Self.done])
        sink.note(Journaling.lastLine(time: 1_795_381_999_000_000_000, status: 3))
        let summary = JournalSummary(sink.all.joined(separator: "\n"))
        #expect(summary.status == 3)
        #expect(summary.lastTime == 1_795_381_999_000_000_000)
    }

    @Test("No write is sent that the journal cannot tell of, and a read needs none")
    func fullDisk() throws {
        let turns = Turns([Self.done], sink)
        let handler = Journaling(turns, clock: ManualClock(), sink: sink)
        sink.isFull.withLockedValue { $0 = true }
        let write = APICall(action: "CreateVpc", region: "r", parameters: [], isWrite: true)
        #expect {
            try handler.send(write)
        } throws: { error in
            guard let error = error as? APIError else { return false }
            return error.code == "Script.File" && error.attempts == 0 && error.delivery == .notSent
                && !error.isAmbiguous
        }
        #expect(turns.seen.withLockedValue { $0 }.isEmpty)
        _ = try handler.send(APICall(action: "DescribeVpcs", region: "r", parameters: [], isWrite: false))
        #expect(turns.seen.withLockedValue { $0 }.count == 1)
    }
}
