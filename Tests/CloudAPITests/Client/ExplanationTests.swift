import CloudAPI
import DataValue
import Testing

@Suite("What is explained is what is sent, secrets masked")
struct ExplanationTests {
    private func client(_ transport: CannedTransport, _ signature: SignatureKind, _ method: RequestMethod)
        -> SigningClient
    {
        SigningClient(
            transport: transport,
            credentials: Credentials(
                accessKeyID: "testid", accessKeySecret: Secret("testsecret"), securityToken: Secret("tok-en-0123")),
            signature: signature, method: method, clock: ManualClock(), uniqueTexts: CountedTexts())
    }

    @Test(arguments: SignatureKind.allCases, RequestMethod.allCases)
    func isTheRequest(signature: SignatureKind, method: RequestMethod) throws {
        let call = APICall(
            action: "CreateVpc", region: "cn-hangzhou",
            parameters: [
                WireParameter("Name", "名 字+/~*%"), WireParameter("B", "2", position: .body),
                WireParameter("ClientToken", "mine"),
            ], isWrite: true)
        let transport = CannedTransport(body: "{}")
        _ = try client(transport, signature, method).send(call)
        let sent = try #require(transport.sent.first)
        let explanation = try client(CannedTransport(body: "{}"), signature, method).explain(call)
        #expect(explanation.method == method.rawValue)
        // Its token is the one thing that is not shown.
        let masked = { (text: String) in
            text.split(separator: "tok-en-0123", omittingEmptySubsequences: false).joined(separator: "****")
        }
        #expect(explanation.url == masked(sent.origin + sent.target))
        #expect(explanation.body == String(decoding: sent.body, as: UTF8.self))
        #expect(explanation.headers.map(\.name) == sent.headers.map(\.name))
        #expect(explanation.headers.map(\.value) == sent.headers.map { masked($0.value) })
        #expect(!explanation.hidesHashes)
        if signature == .acs3 {
            #expect(explanation.canonicalRequest?.contains(explanation.canonicalQuery) == true)
            #expect(explanation.stringToSign.hasPrefix("ACS3-HMAC-SHA256\n"))
            #expect(sent.header("Authorization")?.hasSuffix("Signature=" + explanation.signature) == true)
        } else {
            #expect(explanation.canonicalRequest == nil)
            #expect(explanation.stringToSign.hasPrefix("\(method.rawValue)&%2F&"))
            #expect(
                PercentEncoding.parseQuery(sent.target.drop { $0 != "?" }.dropFirst())?.contains {
                    $0.name == "Signature" && $0.value == explanation.signature
                } == true)
        }
    }

    @Test("Neither secrets nor what they could be guessed from", arguments: SignatureKind.allCases)
    func masks(signature: SignatureKind) throws {
        let call = APICall(
            action: "CreateIpsecServer", region: "cn-hangzhou",
            parameters: [
                WireParameter("Psk", "a&b c", isSecret: true),
                WireParameter("C.Psk", "q&w", isSecret: true, position: .body),
                WireParameter("ClientToken", "mine"),
            ], isWrite: true)
        let transport = CannedTransport(body: "{}")
        _ = try client(transport, signature, .post).send(call)
        let sent = try #require(transport.sent.first)
        let explanation = try client(CannedTransport(body: "{}"), signature, .post).explain(call)
        #expect(explanation.hidesHashes)
        let parts = [
            explanation.url, explanation.canonicalQuery, explanation.canonicalRequest ?? "", explanation.stringToSign,
            explanation.signature, explanation.body,
        ]
        let text = (parts + explanation.headers.map(\.value)).joined(separator: "\n")
        for secret in [
            "a&b c", "a%26b%20c", "a%2526b%2520c", "q&w", "q%26w", "testsecret", "tok-en-0123",
            SignatureACS3.hash(sent.body),
            sent.header("Authorization")?.split(separator: "=").last.map(String.init) ?? "none",
        ] {
            #expect(!text.contains(secret), "\(secret) is shown")
        }
        #expect(text.contains("****"))
    }
}
