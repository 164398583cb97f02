import CloudAPI
import DataValue
import SystemSupport
import Testing

@Suite struct SigningClientTests {
    private func client(_ transport: CannedTransport, token: String? = nil, endpoint: String? = nil) -> SigningClient {
        SigningClient(
            transport: transport,
            credentials: Credentials(
                accessKeyID: "testid", accessKeySecret: Secret("testsecret"), securityToken: token.map { Secret($0) }),
            signature: .v1, endpoint: endpoint, clock: ManualClock(), uniqueTexts: CountedTexts())
    }

    private func query(_ request: WireRequest) throws -> [String: String] {
        let parsed = try #require(PercentEncoding.parseQuery(request.target.dropFirst(2)))
        return Dictionary(parsed.map { ($0.name, $0.value) }, uniquingKeysWith: { $0 + "!" + $1 })
    }

    @Test func signsAndSendsARequest() throws {
        let transport = CannedTransport(body: #"{"RequestId":"req-1"}"#)
        let answer = try client(transport, token: "session").send(.deletion())
        #expect(answer.requestID == "req-1")
        #expect(answer.attempts == 1)
        let request = try #require(transport.sent.first)
        #expect(request.method == "POST")
        #expect(request.origin == "https://vpc.aliyuncs.com")
        #expect(request.header("host") == "vpc.aliyuncs.com")
        #expect(request.body.isEmpty)
        var query = try query(request)
        let signature = query.removeValue(forKey: "Signature")
        #expect(
            query == [
                "Action": "DeleteVpnConnection", "Version": "2016-04-28", "Format": "JSON",
                "Timestamp": "2026-11-22T21:12:00Z", "SignatureMethod": "HMAC-SHA1", "SignatureNonce": "unique-2",
                "SignatureVersion": "1.0", "AccessKeyId": "testid", "SecurityToken": "session",
                "VpnConnectionId": "vco-1", "ClientToken": "unique-1",
            ])
        let parameters = query.map { (name: $0.key, value: $0.value) }
        #expect(signature == SignatureV1.sign(method: "POST", parameters: parameters, secret: "testsecret").signature)
    }

    @Test func signsTheFormInTheBodyToo() throws {
        let transport = CannedTransport(body: #"{"RequestId":"req-1"}"#)
        let call = APICall(
            action: "CreateVpnConnection", region: "cn-hangzhou",
            parameters: [WireParameter("Name", "名 字"), WireParameter("A.1.Psk", "a&b", position: .body)], isWrite: true)
        _ = try client(transport).send(call)
        let request = try #require(transport.sent.first)
        #expect(String(decoding: request.body, as: UTF8.self) == "A.1.Psk=a%26b")
        #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
        var signed = try query(request)
        #expect(signed["Name"] == "名 字")
        let signature = signed.removeValue(forKey: "Signature")
        signed["A.1.Psk"] = "a&b"
        let parameters = signed.map { (name: $0.key, value: $0.value) }
        #expect(signature == SignatureV1.sign(method: "POST", parameters: parameters, secret: "testsecret").signature)
    }

    @Test func keepsTheTokenThatIsGivenAndMakesNoneForReads() throws {
        let transport = CannedTransport(body: "{}")
        let client = client(transport)
        _ = try client.send(.deletion([WireParameter("ClientToken", "mine")]))
        _ = try client.send(.listing)
        _ = try client.send(.deletion([WireParameter("ClientToken", "")]))
        #expect(try query(transport.sent[0])["ClientToken"] == "mine")
        #expect(try query(transport.sent[1])["ClientToken"] == nil)
        #expect(try query(transport.sent[2])["ClientToken"]?.hasPrefix("unique-") == true)
    }

    @Test func repeatsACallWithItsTokenAndANewNonce() throws {
        let transport = CannedTransport(body: "{}")
        let client = client(transport)
        let call = APICall.deletion().withClientToken(from: CountedTexts())
        _ = try client.send(call)
        _ = try client.send(call)
        let queries = try transport.sent.map(query)
        #expect(queries[0]["ClientToken"] == queries[1]["ClientToken"])
        #expect(queries[0]["SignatureNonce"] != queries[1]["SignatureNonce"])
    }

    @Test func letsNoParameterStandInForACommonOne() throws {
        let transport = CannedTransport(body: "{}")
        _ = try client(transport).send(
            .deletion([WireParameter("Action", "DescribeVpcs"), WireParameter("Signature", "x")]))
        #expect(try query(transport.sent[0])["Action"] == "DeleteVpnConnection")
    }

    @Test func hidesTheSecretsOfAnAnswer() throws {
        let body = """
            {"IkeConfig":{"Psk":"hunter2","IkeMode":"main"},"List":[{"Psk":"a","Id":1},{"Psk":"b","Id":2}],
             "NextToken":"n","VpnBgpConfig":{"AuthKey":7},"RequestId":"r"}
            """
        let value = try client(CannedTransport(body: body)).send(.listing).value
        guard case .record(let record) = value, case .record(let ike)? = record["IkeConfig"],
            case .secret(let psk)? = ike["Psk"], case .list(let list)? = record["List"],
            case .record(let item)? = list.last
        else {
            Issue.record("\(value)")
            return
        }
        #expect(psk.content == "hunter2")
        #expect(item["Psk"]?.typeName == "secret")
        #expect(item["Id"] == 2)
        #expect(record["NextToken"]?.typeName == "string")
        #expect(ike["IkeMode"]?.typeName == "string")
        #expect(record.keys == ["IkeConfig", "List", "NextToken", "VpnBgpConfig", "RequestId"])
        #expect(!JSON.text(value).contains("hunter2"))
    }

    @Test func refusesAnEndpointBeforeAnythingIsSent() {
        let transport = CannedTransport(body: "{}")
        #expect {
            try client(transport, endpoint: "http://example.org").send(.deletion())
        } throws: { error in
            (error as? APIError)?.attempts == 0 && (error as? APIError)?.isAmbiguous == false
        }
        #expect(transport.sent.isEmpty)
    }

    @Test func sendsNothingOnceInterrupted() {
        let transport = CannedTransport(body: "{}")
        let call = APICall.deletion()
        call.cancellation.cancel()
        #expect(throws: APIError.self) { try client(transport).send(call) }
        #expect(transport.sent.isEmpty)
    }

    @Test(arguments: [
        (TransportError.Reason.timeout, "Client.Timeout"), (.network, "Client.Network"), (.tls, "Client.Tls"),
        (.answerTooLarge, "Client.Answer"), (.cancelled, "Client.Interrupted"),
    ])
    func saysThatTheOutcomeOfALostWriteIsUnknown(reason: TransportError.Reason, code: String) throws {
        for mayHaveArrived in [true, false] {
            let failure = TransportError(reason, "lost", mayHaveArrived: mayHaveArrived)
            let error = #expect(throws: APIError.self) {
                try client(CannedTransport(.failure(failure))).send(.deletion())
            }
            #expect(error?.code == code)
            #expect(error?.isAmbiguous == mayHaveArrived)
            #expect(error?.attempts == 1)
            let unknown = "; the outcome of DeleteVpnConnection is unknown (ClientToken unique-1)"
            #expect(error?.message == "lost" + (mayHaveArrived ? unknown : ""))
        }
    }

    @Test func saysNothingOfTheKindForARead() {
        let failure = TransportError(.timeout, "lost", mayHaveArrived: true)
        let error = #expect(throws: APIError.self) { try client(CannedTransport(.failure(failure))).send(.listing) }
        #expect(error?.message == "lost")
    }
}
