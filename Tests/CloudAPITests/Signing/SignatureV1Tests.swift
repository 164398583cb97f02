import CloudAPI
import SystemSupport
import Testing

@Suite struct SignatureV1Tests {
    private static let parameters = [
        (name: "VpnConnectionId", value: "vco-bp1bbi27hojx80nck****"), (name: "ClientToken", value: "tok en/1+~*"),
        (name: "Version", value: "2016-04-28"), (name: "Action", value: "DeleteVpnConnection"),
        (name: "Format", value: "JSON"), (name: "RegionId", value: "cn-hangzhou"),
        (name: "Timestamp", value: "2026-11-22T21:12:00Z"), (name: "SignatureMethod", value: "HMAC-SHA1"),
        (name: "SignatureType", value: ""), (name: "SignatureVersion", value: "1.0"),
        (name: "SignatureNonce", value: "de4a68db551e22a96c06409a977d7556"), (name: "AccessKeyId", value: "testid"),
    ]

    @Test func signsAKnownRequest() {
        let signature = SignatureV1.sign(method: "GET", parameters: Self.parameters, secret: "testsecret").signature
        #expect(signature == "YR2J0vZZTbp6+8mkA/Img/MSd2k=")
    }

    @Test func leavesTheSignatureItselfOut() {
        let signed = Self.parameters + [(name: "Signature", value: "anything")]
        let signature = SignatureV1.sign(method: "GET", parameters: signed, secret: "testsecret").signature
        #expect(signature == "YR2J0vZZTbp6+8mkA/Img/MSd2k=")
    }

    @Test func sortsByBytesAndEncodesTwice() {
        let text = SignatureV1.sign(
            method: "POST", parameters: [("b", "x y"), ("a.2", "1"), ("a.10", "*"), ("B", "é")], secret: ""
        ).stringToSign
        #expect(text == "POST&%2F&B%3D%25C3%25A9%26a.10%3D%252A%26a.2%3D1%26b%3Dx%2520y")
    }

    @Test func dependsOnMethodSecretAndEveryParameter() {
        let signature = SignatureV1.sign(method: "GET", parameters: Self.parameters, secret: "testsecret").signature
        #expect(
            SignatureV1.sign(method: "POST", parameters: Self.parameters, secret: "testsecret").signature != signature)
        #expect(
            SignatureV1.sign(method: "GET", parameters: Self.parameters, secret: "testsecret2").signature != signature)
        for index in Self.parameters.indices {
            var changed = Self.parameters
            changed[index].value += "x"
            #expect(SignatureV1.sign(method: "GET", parameters: changed, secret: "testsecret").signature != signature)
        }
    }
}
