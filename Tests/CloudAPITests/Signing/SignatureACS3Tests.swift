import CloudAPI
import Testing

@Suite struct SignatureACS3Tests {
    private static let headers = [
        (name: "accept", value: "application/json"), (name: "Host", value: " 127.0.0.1:8097 "),
        (name: "user-agent", value: "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2"),
        (name: "x-acs-action", value: "DeleteVpnConnection"), (name: "x-acs-version", value: "2016-04-28"),
        (
            name: "x-acs-content-sha256",
            value: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        ),
        (name: "x-acs-credentials-provider", value: "static_ak"),
        (name: "x-acs-date", value: "2026-11-22T21:12:01Z"),
        (name: "x-acs-signature-nonce", value: "fc6a1373d9b7c49b54acecf86d7052d2"),
        (name: "Connection", value: "keep-alive"),
    ]

    @Test func signsAKnownRequest() {
        let query = [
            (name: "VpnConnectionId", value: "vco-bp1bbi27hojx80nck****"), (name: "RegionId", value: "cn-hangzhou"),
            (name: "ClientToken", value: "tok en/1+~*"),
        ]
        let names = SignatureACS3.signedHeaders(Self.headers)
        #expect(!names.contains("connection"))
        let signature = SignatureACS3.sign(
            method: "POST", query: query, headers: Self.headers, signedHeaders: names,
            bodyHash: SignatureACS3.hash([]), secret: "testsecret"
        ).signature
        #expect(signature == "062079bd3fc5968d05d0b73e62994de26d909ded67b568f05f41f68818d2493d")
    }
}
