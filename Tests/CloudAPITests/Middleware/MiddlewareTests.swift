import CloudAPI
import DataValue
import Testing

@Suite struct MiddlewareTests {
    private static let answer = APIAnswer(value: ["RequestId": "req-1"], requestID: "req-1", httpStatus: 200)

    @Test func readOnlyLetsReadsPassOnly() throws {
        let next = CannedHandler(.success(Self.answer))
        let handler = ReadOnlyGuard(next)
        _ = try handler.send(.listing)
        #expect(next.sent.count == 1)
        #expect {
            try handler.send(.deletion())
        } throws: { error in
            let error = error as? APIError
            return error?.code == "Client.ReadOnly" && error?.attempts == 0 && error?.isAmbiguous == false
        }
        #expect(next.sent.count == 1)
    }

    @Test(arguments: [
        APICall(action: "DeleteVpnConnection", region: "r", parameters: [], isWrite: false),
        APICall(action: "DescribeBrandNew", region: "r", parameters: [], isWrite: false),
        APICall(action: "DescribeVpcs", region: "r", parameters: [], isWrite: true),
    ])
    func readOnlyBelievesNeitherSideAlone(call: APICall) {
        let next = CannedHandler(.success(Self.answer))
        #expect(throws: APIError.self) { try ReadOnlyGuard(next).send(call) }
        #expect(next.sent.isEmpty)
    }

    @Test func dryRunShowsWritesAndSendsReads() throws {
        let next = CannedHandler(.success(Self.answer))
        let lines = Lines()
        let handler = DryRun(next) { lines.add($0) }
        #expect(try handler.send(.listing).wasSent)
        let answer = try handler.send(
            .deletion([WireParameter("VpnConnectionId", "vco \"1\""), WireParameter("Psk", "hunter2", isSecret: true)]))
        #expect(next.sent.map(\.action) == ["DescribeVpnConnections"])
        #expect(!answer.wasSent)
        #expect(answer.attempts == 0)
        #expect(
            answer.value == [
                "Action": "DeleteVpnConnection", "Region": "cn-hangzhou",
                "Parameters": ["VpnConnectionId": "vco \"1\"", "Psk": "****"],
            ])
        #expect(lines.all == [#"DeleteVpnConnection VpnConnectionId="vco \"1\"" Psk="****""#])
    }

    @Test func tracingWritesARequestAndItsAnswer() throws {
        let lines = Lines()
        let handler = Tracing(
            CannedHandler(.success(Self.answer)), clock: ManualClock(step: 12_345_678), host: { "\($0.region).example" }
        ) { lines.add($0) }
        _ = try handler.send(
            .deletion([WireParameter("Name", "a\nb"), WireParameter("IkeConfig", "hunter2", isSecret: true)]))
        #expect(
            lines.all == [
                #"> POST cn-hangzhou.example DeleteVpnConnection Name="a\nb" IkeConfig="****""#,
                "< DeleteVpnConnection 200 12.345ms request req-1",
            ])
    }

    @Test func tracingWritesErrorsAndPassesThemOn() {
        let lines = Lines()
        let failure = APIError(
            code: "Throttling.User", message: "m", httpStatus: 400, requestID: "req-2", action: "DescribeVpnConnections"
        )
        let handler = Tracing(CannedHandler(.failure(failure)), clock: ManualClock(), host: { _ in "h" }) {
            lines.add($0)
        }
        #expect(throws: failure) { try handler.send(.listing) }
        #expect(lines.all.last == "< DescribeVpnConnections 400 Throttling.User 0.000ms request req-2")
    }

    @Test func secretsShowNowhereEvenIfNobodyMarkedThem() {
        let call = APICall.deletion([WireParameter("TunnelOptionsSpecification.1.TunnelIkeConfig.Psk", "hunter2")])
        #expect(call.redactedParameters.map(\.value) == ["****"])
    }

    @Test func tokensAreGivenToWritesThatTakeThem() throws {
        let next = CannedHandler(.success(Self.answer))
        let handler = ClientTokens(next, source: CountedTexts())
        _ = try handler.send(.deletion())
        _ = try handler.send(.deletion([WireParameter("ClientToken", "mine")]))
        _ = try handler.send(.listing)
        #expect(next.sent.map(\.clientToken) == ["unique-1", "mine", nil])
    }
}
