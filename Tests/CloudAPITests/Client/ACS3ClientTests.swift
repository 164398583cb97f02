import CloudAPI
import DataValue
import SystemSupport
import Testing

@Suite("Requests signed with ACS3-HMAC-SHA256, by POST and GET")
struct ACS3ClientTests {
    private let call = APICall(
        action: "CreateVpnConnection", region: "cn-hangzhou",
        parameters: [
            WireParameter("Name", "名 字+/~*%"), WireParameter("Empty", ""), WireParameter("Tags.1.Key", "a"),
            WireParameter("A.1.Psk", "a&b", position: .body), WireParameter("ClientToken", "mine"),
        ], isWrite: true)

    private func send(
        _ call: APICall, method: RequestMethod, token: String? = nil, signature: SignatureKind = .acs3
    ) throws -> WireRequest {
        let transport = CannedTransport(body: "{}")
        let client = SigningClient(
            transport: transport,
            credentials: Credentials(
                accessKeyID: "testid", accessKeySecret: Secret("testsecret"), securityToken: token.map { Secret($0) }),
            signature: signature, method: method, clock: ManualClock(), uniqueTexts: CountedTexts())
        _ = try client.send(call)
        return try #require(transport.sent.first)
    }

    /// Signs a request anew from what was sent, as a service does.
    private func expected(_ request: WireRequest) throws -> String {
        let query = try #require(PercentEncoding.parseQuery(request.target.drop { $0 != "?" }.dropFirst()))
        let names = SignatureACS3.signedHeaders(request.headers)
        let signature = SignatureACS3.sign(
            method: request.method, query: query, headers: request.headers, signedHeaders: names,
            bodyHash: SignatureACS3.hash(request.body), secret: "testsecret"
        ).signature
        return SignatureACS3.authorization(accessKeyID: "testid", signedHeaders: names, signature: signature)
    }

    @Test("By POST: query parameters in the query, body parameters in a form")
    func post() throws {
        let request = try send(call, method: .post)
        #expect(request.method == "POST")
        #expect(request.target == "/?Name=%E5%90%8D%20%E5%AD%97%2B%2F~%2A%25&Empty=&Tags.1.Key=a&ClientToken=mine")
        #expect(String(decoding: request.body, as: UTF8.self) == "A.1.Psk=a%26b")
        #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
        #expect(request.header("x-acs-action") == "CreateVpnConnection")
        #expect(request.header("x-acs-version") == "2016-04-28")
        #expect(request.header("x-acs-date") == "2026-11-22T21:12:00Z")
        #expect(request.header("x-acs-signature-nonce") == "unique-1")
        #expect(request.header("x-acs-content-sha256") == SignatureACS3.hash(request.body))
        #expect(request.header("x-acs-security-token") == nil)
        #expect(request.header("Authorization") == (try expected(request)))
        for name in ["host", "content-type", "x-acs-date", "x-acs-content-sha256", "x-acs-signature-nonce"] {
            #expect(SignatureACS3.signedHeaders(request.headers).contains(name), "\(name) is signed")
        }
    }

    @Test("By GET: everything in the query, and no body")
    func get() throws {
        let request = try send(call, method: .get)
        #expect(request.method == "GET")
        #expect(request.target.contains("A.1.Psk=a%26b"))
        #expect(request.body.isEmpty)
        #expect(request.header("Content-Type") == nil)
        #expect(request.header("x-acs-content-sha256") == SignatureACS3.hash([]))
        #expect(request.header("Authorization") == (try expected(request)))
    }

    @Test("Version 1.0 by GET signs the method too")
    func getV1() throws {
        let request = try send(call, method: .get, signature: .v1)
        var query = try #require(PercentEncoding.parseQuery(request.target.dropFirst(2)))
        let place = try #require(query.firstIndex { $0.name == "Signature" })
        let signature = query.remove(at: place).value
        #expect(signature == SignatureV1.sign(method: "GET", parameters: query, secret: "testsecret").signature)
        #expect(query.contains { $0.name == "A.1.Psk" })
        #expect(request.body.isEmpty)
    }

    @Test("A token of temporary credentials travels in a signed header")
    func securityToken() throws {
        let request = try send(call, method: .post, token: "t0k3n/+=")
        #expect(request.header("x-acs-security-token") == "t0k3n/+=")
        #expect(request.header("x-acs-accesskey-id") == "testid")
        #expect(SignatureACS3.signedHeaders(request.headers).contains("x-acs-security-token"))
        #expect(request.header("Authorization") == (try expected(request)))
    }

    @Test("Without parameters there is no query")
    func bare() throws {
        let call = APICall(action: "DescribeRegions", region: "cn-hangzhou", parameters: [], isWrite: false)
        let request = try send(call, method: .post)
        #expect(request.target == "/")
        #expect(request.header("Authorization") == (try expected(request)))
    }

    @Test("The hash of nothing is what it is said to be")
    func emptyHash() { #expect(SignatureACS3.emptyHash == SignatureACS3.hash([])) }

    @Test("No parameter stands in for a common one")
    func commonParameters() throws {
        var call = call
        call.parameters.append(WireParameter("Action", "DeleteEverything"))
        let request = try send(call, method: .post)
        #expect(!request.target.contains("Action="))
        // With version 1.0 these are parameters; here they mean nothing, and a product may have its own of the name.
        call.parameters.append(WireParameter("Timestamp", "x"))
        #expect(try send(call, method: .post).target.contains("Timestamp=x"))
    }

    @Test("Once corrected, requests carry the service's time", arguments: SignatureKind.allCases)
    func clockCorrection(_ signature: SignatureKind) throws {
        let transport = CannedTransport(body: "{}")
        let client = SigningClient(
            transport: transport, credentials: Credentials(accessKeyID: "i", accessKeySecret: Secret("s")),
            signature: signature, clock: ManualClock(), uniqueTexts: CountedTexts())
        client.correctClock(try #require(Timestamp.parse("2030-01-01T00:00:00Z")))
        _ = try client.send(.listing)
        let request = try #require(transport.sent.first)
        let date = request.header("x-acs-date") ?? request.target
        #expect(date.contains(signature == .acs3 ? "2030-01-01T00:00:00Z" : "2030-01-01T00%3A00%3A00Z"))
    }

    @Test("An expired time in an answer with a Date is corrected and sent again, once")
    func clockSkew() throws {
        for (headers, sendings) in [([(name: "Date", value: "Tue, 01 Jan 2030 00:00:00 GMT")], 2), ([], 1)] {
            let transport = CannedTransport(
                status: 400, headers: headers, body: #"{"Code":"InvalidTimeStamp.Expired","Message":"m"}"#)
            let client = SigningClient(
                transport: transport, credentials: Credentials(accessKeyID: "i", accessKeySecret: Secret("s")),
                clock: ManualClock(), uniqueTexts: CountedTexts())
            let error = #expect(throws: APIError.self) {
                try Retrying(client, mending: client.mending, clock: ManualClock()).send(.deletion())
            }
            #expect(error?.code == "InvalidTimeStamp.Expired")
            #expect(error?.isAmbiguous == false)
            #expect(transport.sent.count == sendings)
            if sendings == 2 { #expect(transport.sent[1].header("x-acs-date") == "2030-01-01T00:00:00Z") }
        }
    }

    @Test("Dates of HTTP", arguments: ["Sun, 22 Nov 2026 21:12:00 GMT", "Xyz, 22 Nov 2026 21:12:00 GMT"])
    func dates(_ text: String) { #expect(Timestamp.parseHTTP(text) == 1_795_381_920_000_000_000) }

    @Test(
        "No dates of HTTP",
        arguments: ["", "now", "Sun, 22 Nov 2026 21:12:00", "Sun, 31 Nov 2026 21:12:00 GMT", "a b c d e GMT"])
    func noDates(_ text: String) { #expect(Timestamp.parseHTTP(text) == nil) }
}
