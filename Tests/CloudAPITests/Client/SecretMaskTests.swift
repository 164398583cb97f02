import CloudAPI
import DataValue
import Testing

/// Services repeat what they were sent; no message may show a secret for it.
@Suite struct SecretMaskTests {
    private func message(
        _ text: String, secret: String = "key/Secret+1=", token: String? = nil, parameters: [WireParameter] = []
    ) -> String? {
        let body = JSON.text(.record(Record([("Code", "SignatureDoesNotMatch"), ("Message", .string(text))])))
        let client = SigningClient(
            transport: CannedTransport(status: 400, body: body),
            credentials: Credentials(
                accessKeyID: "local", accessKeySecret: Secret(secret), securityToken: token.map { Secret($0) }),
            clock: ManualClock(), uniqueTexts: CountedTexts())
        return #expect(throws: APIError.self) { try client.send(.deletion(parameters)) }?.message
    }

    @Test(arguments: [
        ("the secret is key/Secret+1=.", "the secret is ****."), ("key%2FSecret%2B1%3D", "****"),
        ("a%3Dkey%252FSecret%252B1%253D%26b", "a%3D****%26b"), ("key%2fSecret%2b1%3d", "****"),
        ("key%25252FSecret%25252B1%25253D", "****"), ("key/Secret+1=key/Secret+1=", "********"),
        ("key/Secret", "key/Secret"), ("%", "%"), ("key%2", "key%2"), ("", ""),
    ])
    func masksTheAccessKeySecret(text: String, masked: String) {
        #expect(message(text) == masked)
    }

    @Test func masksTheSecurityTokenInTheTextThatIsSigned() {
        let token = "CAIS+abc/def==%x y"
        let encoded = PercentEncoding.encode(token)
        for form in [token, encoded, PercentEncoding.encode(encoded)] {
            #expect(
                message("POST&%2F&SecurityToken%3D\(form)%26x", token: token) == "POST&%2F&SecurityToken%3D****%26x")
        }
        #expect(message("CAIS%2Babc%2Fdef%3D%3D%25x+y", token: token) == "****")
    }

    @Test func masksSecretParameters() {
        let psk = [WireParameter("Psk", "hunter2 ü", isSecret: true), WireParameter("Name", "visible")]
        #expect(
            message("hunter2 ü, hunter2%20%C3%BC, hunter2+%c3%bc, visible", parameters: psk)
                == "****, ****, ****, visible")
        let config = #"{"Psk":"hunt\"er2","IkeMode":"main","More":[{"AuthKey":123456}]}"#
        let structured = [WireParameter("IkeConfig", config, isSecret: true, position: .body)]
        #expect(message(#"main: hunt"er2 and 123456"#, parameters: structured) == "main: **** and ****")
        #expect(message("got \(config)", parameters: structured) == "got ****")
    }

    @Test func takesTheLongestSecretFirst() {
        let both = [WireParameter("Psk", "abcdef", isSecret: true), WireParameter("Cak", "abcdefghi", isSecret: true)]
        #expect(message("abcdefghi abcdef", parameters: both) == "**** ****")
    }

    @Test func leavesWordsWholeThatHoldAShortSecretByChance() {
        let short = [WireParameter("Psk", "ab", isSecret: true)]
        #expect(message("about cab: ab", parameters: short) == "about cab: ****")
        #expect(message("Psk%3Dab%26 Psk%253Dab%2526 ab", parameters: short) == "Psk%3D****%26 Psk%253D****%2526 ****")
        #expect(message("nothing", parameters: [WireParameter("Psk", "", isSecret: true)]) == "nothing")
    }

    @Test func takesTheKnownKeyOfTheLocalServiceForNoSecret() {
        #expect(message("the local service", secret: "local") == "the local service")
    }
}
