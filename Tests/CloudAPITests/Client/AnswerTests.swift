import CloudAPI
import DataValue
import Testing

@Suite struct AnswerTests {
    private func error(
        _ status: Int, _ body: String, headers: [(name: String, value: String)] = [], call: APICall = .deletion()
    ) -> APIError? {
        let transport = CannedTransport(status: status, headers: headers, body: body)
        let client = SigningClient(
            transport: transport, credentials: Credentials(accessKeyID: "i", accessKeySecret: Secret("s")),
            clock: ManualClock(), uniqueTexts: CountedTexts())
        return #expect(throws: APIError.self, "\(body)") { try client.send(call) }
    }

    @Test(arguments: [
        (400, false), (403, false), (404, false), (409, false), (429, false), (500, true), (501, false), (503, true),
        (504, true), (507, false),
    ])
    func passesTheServicesErrorsOnUnchanged(status: Int, isAmbiguous: Bool) {
        let body = #"{"RequestId":"req-1","HostId":"h","Code":"Forbbiden.SubUser","Message":"no \"way\""}"#
        #expect(
            error(status, body)
                == APIError(
                    code: "Forbbiden.SubUser", message: "no \"way\"", httpStatus: status, requestID: "req-1",
                    action: "DeleteVpnConnection", isAmbiguous: isAmbiguous))
    }

    @Test(arguments: [
        "<Error><RequestId>req-1</RequestId><HostId>h</HostId><Code>C.X</Code><Message>a &lt; b</Message></Error>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n <Code> C.X </Code>\n <Message>a &#60; b</Message>\n"
            + "<RequestId>req-1</RequestId>\n</Error>\n",
        "\u{FEFF}<n:Error xmlns:n='urn:x>y'><!-- <Code>no</Code> --><n:Code>C.X</n:Code>"
            + "<n:Message><![CDATA[a < b]]></n:Message><RequestId a=\"1\">req-1</RequestId><Empty/></n:Error>",
        "<ErrorResponse><Error><Code>C.X</Code><Message>a &#x3c; b</Message></Error><RequestId>req-1</RequestId>"
            + "</ErrorResponse>",
    ])
    func readsErrorsInXML(body: String) {
        #expect(
            error(404, body)
                == APIError(
                    code: "C.X", message: "a < b", httpStatus: 404, requestID: "req-1", action: "DeleteVpnConnection"))
    }

    @Test(arguments: [
        "<Error>", "<Error><Code>C</Code>", "<Error><Code>C</Error></Code>", "<Error><Code></Code></Error>", "<", "<>",
        "<Other><Code>C</Code></Other>", "<Error><Code>&unknown;</Code></Error>",
        "<Error><Code>&#xD800;</Code></Error>",
        "<!DOCTYPE Error [<!ENTITY a \"b\">]><Error><Code>&a;</Code></Error>", "x<Error><Code>C</Code></Error>",
        "<Error><Code>C</Code></Error><Error><Code>D</Code></Error>", "<Error a=\"><Code>C</Code></Error>",
        "<Error><Code>C</Code></Error><![CDATA[x]]>", "<Error><![CDATA[", "<!-- ", "<Error><Code>&", "</Error>",
    ])
    func takesNothingElseForOne(body: String) {
        #expect(error(400, body)?.code == "Client.Answer")
    }

    @Test func looksAtNoMoreXMLThanAnErrorNeeds() {
        let long = String(repeating: "x", count: 70_000)
        #expect(error(400, "<Error><Code>C</Code><Message>\(long)</Message></Error>")?.code == "Client.Answer")
        let deep =
            String(repeating: "<Error>", count: 1000) + "<Code>C</Code>" + String(repeating: "</Error>", count: 1000)
        #expect(error(400, deep)?.code == "Client.Answer")
    }

    @Test(arguments: [
        (200, "", "the answer is empty (HTTP status 200)"), (200, " \n", "the answer is empty (HTTP status 200)"),
        (404, "", "the answer is empty (HTTP status 404)"),
        (502, "<html><body>Bad Gateway</body></html>", "the answer is a web page"),
        (200, "<!DOCTYPE html><p>log in</p>", "the answer is a web page"),
        (200, #"{"RequestId":"r","Vpn"#, "the answer is no valid JSON: "),
        (200, "[]", "the answer is JSON, but no record"),
        (400, "{}", "the answer is no error that the service would give"),
        (200, "hello", "the answer is neither JSON nor an error in XML"),
        (200, "<Error><Code>C.X</Code></Error>", "the answer is XML where JSON was asked for, with the error C.X"),
        (302, "", "the service answers with a redirect, which is not followed (HTTP status 302)"),
        (307, #"{"Code":"X"}"#, "the service answers with a redirect"),
    ])
    func saysWhatItCouldNotUnderstand(status: Int, body: String, message: String) {
        let found = error(status, body, call: .listing)
        #expect(found?.code == "Client.Answer")
        #expect(found?.message.hasPrefix(message) == true, "\(found?.message ?? "")")
        #expect(found?.httpStatus == status)
        #expect(found?.message.contains("not known") == false)
    }

    @Test(arguments: [400, 500, 501, 502, 503, 504, 507, 200])
    func neverSaysThatAReadMayHaveBeenDone(status: Int) {
        for body in [#"{"Code":"InternalError","Message":"m"}"#, "<html>", ""] {
            #expect(error(status, status == 200 ? "" : body, call: .listing)?.isAmbiguous == false, "\(body)")
        }
        let lost = SigningClient(
            transport: CannedTransport(.failure(TransportError(.timeout, "lost", mayHaveArrived: true))),
            credentials: Credentials(accessKeyID: "i", accessKeySecret: Secret("s")))
        var expected = APIError(code: "Client.Timeout", message: "lost", action: "DescribeVpnConnections")
        expected.delivery = .unknown
        #expect(throws: expected) { try lost.send(.listing) }
    }

    @Test(arguments: [(501, "Local.NotImplemented"), (503, "Local.DatabaseLocked"), (507, "Local.StorageFull")])
    func believesTheLocalServiceThatNothingWasDone(status: Int, code: String) {
        #expect(error(status, #"{"Code":"\#(code)","Message":"m"}"#)?.isAmbiguous == false)
    }

    @Test(arguments: [(200, true), (502, true), (404, false), (302, false), (501, false)])
    func saysWhetherAWriteMayHaveBeenDone(status: Int, isAmbiguous: Bool) {
        let found = error(status, "oops")
        #expect(found?.isAmbiguous == isAmbiguous)
        #expect(found?.message.contains("is unknown (ClientToken unique-1)") == isAmbiguous)
    }

    @Test func takesTheRequestIDFromTheHeaderWhereTheBodyHasNone() {
        #expect(error(503, "oops", headers: [("X-Acs-Request-Id", "req-9")])?.requestID == "req-9")
        #expect(error(400, #"{"Code":"C"}"#, headers: [("x-acs-request-id", "req-9")])?.requestID == "req-9")
        #expect(error(400, #"{"RequestId":"req-8"}"#)?.requestID == "req-8")
    }

    @Test func survivesBytesThatAreNoText() {
        #expect(error(200, "\u{0}\u{1}")?.code == "Client.Answer")
        let transport = CannedTransport(.success(WireResponse(status: 200, headers: [], body: [0xEF, 0xFF, 0x3C])))
        let client = SigningClient(
            transport: transport, credentials: Credentials(accessKeyID: "i", accessKeySecret: Secret("s")))
        #expect(throws: APIError.self) { try client.send(.listing) }
    }
}
