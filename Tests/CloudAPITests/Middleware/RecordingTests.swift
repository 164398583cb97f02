import CloudAPI
import DataValue
import Testing

@Suite("Recording and replay")
struct RecordingTests {
    private static func answer(_ value: Value) -> APIAnswer {
        APIAnswer(value: value, requestID: "req-1", httpStatus: 200)
    }

    private func record(_ calls: [(APICall, Result<APIAnswer, APIError>)]) -> String {
        let lines = Lines()
        lines.add(Recorder.header)
        for (call, result) in calls {
            _ = try? Recorder(CannedHandler(result), write: { lines.add($0) }).send(call)
        }
        return lines.all.joined(separator: "\n") + "\n"
    }

    private func describing(_ id: String, region: String = "cn-hangzhou") -> APICall {
        APICall(
            action: "DescribeVpnConnection", region: region,
            parameters: [WireParameter("RegionId", region), WireParameter("VpnConnectionId", id)], isWrite: false)
    }

    @Test("What was recorded is replayed: answers and errors, equal requests in their order, each once")
    func replays() throws {
        let failure = APIError(
            code: "VpnGateway.Configuring", message: "busy", httpStatus: 400, requestID: "req-2", action: "x")
        let text = record([
            (describing("a"), .success(Self.answer(["Status": "first"]))), (describing("b"), .failure(failure)),
            (describing("a"), .success(Self.answer(["Status": "second"]))),
        ])
        let replay = try Replay(text)
        #expect(try replay.send(describing("a")).value == ["Status": "first"])
        #expect(try replay.send(describing("a")).value == ["Status": "second"])
        let error = #expect(throws: APIError.self) { try replay.send(describing("b")) }
        #expect(error?.code == "VpnGateway.Configuring")
        #expect(error?.httpStatus == 400)
        #expect(error?.requestID == "req-2")
        let spent = #expect(throws: APIError.self) { try replay.send(describing("a")) }
        #expect(spent?.code == "Client.Replay")
        #expect(spent?.message.contains("recorded 2 times") == true)
    }

    @Test("The client token does not count, for it is new each time; nor does the parameters' order")
    func tokens() throws {
        let call = APICall.deletion([
            WireParameter("VpnConnectionId", "vco-1"), WireParameter("RegionId", "r"),
            WireParameter("ClientToken", "one"),
        ])
        let text = record([(call, .success(Self.answer([:])))])
        #expect(!text.contains("one"))
        let again = APICall.deletion([
            WireParameter("ClientToken", "two"), WireParameter("RegionId", "r"),
            WireParameter("VpnConnectionId", "vco-1"),
        ])
        #expect(throws: Never.self) { try Replay(text).send(again) }
    }

    @Test("No secret is recorded, of parameters or of answers, and answers' secrets are secrets again")
    func secrets() throws {
        let call = APICall(
            action: "CreateVpnConnection", region: "r",
            parameters: [
                WireParameter("Psk", "hunter2"), WireParameter("IkeConfig", "{hunter2}", isSecret: true),
                WireParameter("Tunnel.1.Psk", "hunter2"),
            ], isWrite: true)
        let value: Value = ["IkeConfig": ["Psk": .secret(Secret("hunter2")), "IkeVersion": "ikev2"]]
        let text = record([(call, .success(Self.answer(value)))])
        #expect(!text.contains("hunter2"))
        let answer = try Replay(text).send(call).value
        guard case .record(let record) = answer, case .record(let ike)? = record["IkeConfig"] else {
            Issue.record("\(answer)")
            return
        }
        #expect(ike["Psk"]?.typeName == "secret")
        #expect(ike["IkeVersion"] == "ikev2")
    }

    @Test("What was not recorded fails, and names the nearest that was")
    func nearest() throws {
        let replay = try Replay(
            record([
                (describing("a"), .success(Self.answer([:]))),
                (describing("b", region: "x"), .success(Self.answer([:]))),
            ]))
        func message(_ call: APICall) -> String {
            let error = #expect(throws: APIError.self) { try replay.send(call) }
            #expect(error?.code == "Client.Replay")
            #expect(error?.attempts == 0)
            return error?.message ?? ""
        }
        let other = message(describing("c"))
        #expect(other.contains(#"VpnConnectionId="c""#))
        #expect(other.contains(#"the nearest is: DescribeVpnConnection RegionId="cn-hangzhou" VpnConnectionId="a""#))
        #expect(other.contains("differs in VpnConnectionId"))
        #expect(message(describing("a", region: "x")).contains("differs in VpnConnectionId"))
        #expect(message(.listing).contains("the nearest is: DescribeVpnConnection "))
        #expect(throws: APIError.self) { try Replay(Recorder.header).send(.listing) }
    }

    @Test(
        "What is no recording is refused",
        arguments: ["", "{}", "hello\n", "\(Recorder.header)\n{\"product\":3}", "\(Recorder.header)\nx"])
    func noRecording(_ text: String) { #expect(throws: Replay.Problem.self) { try Replay(text) } }

    @Test("What the user interrupted and what was not sent is not recorded")
    func notRecorded() {
        var unsent = Self.answer([:])
        unsent.wasSent = false
        let interrupted = APIError(code: "Client.Interrupted", message: "", action: "x")
        let text = record([(.listing, .success(unsent)), (.listing, .failure(interrupted))])
        #expect(text == Recorder.header + "\n")
    }
}
