import CloudAPI
import DataValue
import LocalVPC
import SystemSupport
import Testing

@Suite struct RequestTests {
    @Test(arguments: [
        "Action", "Version", "AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp",
    ])
    func commonParametersAreRequired(name: String) throws {
        let bench = try Bench()
        let reply = bench.send(bench.common("DescribeRegions").filter { $0.name != name })
        #expect(reply.outcome == "400 MissingParameter")
        #expect(reply.string("Message")?.contains(name) == true)
    }

    @Test func signatureIsRequired() throws {
        let bench = try Bench()
        let reply = bench.sendRaw("/?" + PercentEncoding.query(bench.common("DescribeRegions")))
        #expect(reply.outcome == "400 MissingParameter")
    }

    @Test func wrongSecretIsRefusedWithoutShowingWhatWasSigned() throws {
        let bench = try Bench()
        let reply = bench.call(
            "CreateVpnConnection", ["IkeConfig": #"{"Psk":"verysecret"}"#], secret: "wrong")
        #expect(reply.outcome == "400 SignatureDoesNotMatch")
        #expect(!reply.text.contains("verysecret"))
    }

    @Test func tamperedParameterIsRefused() throws {
        let bench = try Bench()
        let parameters = bench.common("DescribeZones") + [("RegionId", "cn-hangzhou")]
        let signature = SignatureV1.sign(method: "GET", parameters: parameters, secret: "local").signature
        let tampered = parameters.map { $0.name == "RegionId" ? ("RegionId", "cn-beijing") : $0 }
        let reply = bench.sendRaw("/?" + PercentEncoding.query(tampered + [("Signature", signature)]))
        #expect(reply.outcome == "400 SignatureDoesNotMatch")
    }

    @Test func unknownKeyIsRefused() throws {
        #expect(try Bench().call("DescribeRegions", key: "nobody").outcome == "404 InvalidAccessKeyId.NotFound")
    }

    @Test func replayIsRefused() throws {
        let bench = try Bench()
        let parameters = bench.common("DescribeRegions")
        #expect(bench.send(parameters).status == 200)
        #expect(bench.send(parameters).outcome == "400 SignatureNonceUsed")
        // A refused request has not used its nonce up.
        let other = bench.common("DescribeRegions")
        #expect(bench.send(other, secret: "wrong").outcome == "400 SignatureDoesNotMatch")
        #expect(bench.send(other).status == 200)
    }

    @Test(arguments: [(-901, false), (-899, true), (0, true), (899, true), (901, false)])
    func timeMayBeOffByAQuarterOfAnHour(seconds: Int64, isAccepted: Bool) throws {
        let bench = try Bench()
        let time = Bench.timestamp(Int64(bench.clock.now().seconds) + seconds)
        let reply = bench.send(bench.common("DescribeRegions").map { $0.name == "Timestamp" ? ($0.name, time) : $0 })
        #expect(reply.outcome == (isAccepted ? "200" : "400 InvalidTimeStamp.Expired"))
    }

    @Test func replayIsRefusedForAsLongAsTheTimeIsAccepted() throws {
        let bench = try Bench()
        let parameters = bench.common("DescribeRegions")
        let ahead = Bench.timestamp(Int64(bench.clock.now().seconds) + 890)
        let request = parameters.map { $0.name == "Timestamp" ? ($0.name, ahead) : $0 }
        #expect(bench.send(request).status == 200)
        for _ in 0..<3 {
            bench.clock.advance(seconds: 590)
            #expect(bench.send(request).outcome == "400 SignatureNonceUsed")
        }
        bench.clock.advance(seconds: 590)
        #expect(bench.send(request).outcome == "400 InvalidTimeStamp.Expired")
    }

    @Test(arguments: [
        "", "now", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-22 21:12:00", "9999999999-01-01T00:00:00Z",
        "2026-11-22T21:12:00+01:00", "２026-11-22T21:12:00Z",
    ])
    func malformedTimeIsRefused(time: String) throws {
        let bench = try Bench()
        let reply = bench.send(bench.common("DescribeRegions").map { $0.name == "Timestamp" ? ($0.name, time) : $0 })
        #expect(reply.outcome == (time.isEmpty ? "400 MissingParameter" : "400 InvalidTimeStamp.Format"))
    }

    @Test func postWithFormIsTheSameAsGet() throws {
        #expect(try Bench().call("DescribeZones", method: "POST").list("Zones.Zone").isEmpty == false)
    }

    /// What two versions of the official Python SDK really sent, to the byte.
    @Test(arguments: [
        (
            "GET",
            "/?VpnConnectionId=vco-bp1bbi27hojx80nck%2A%2A%2A%2A&ClientToken=tok%20en%2F1%2B~%2A&Version=2016-04-28"
                + "&Action=DeleteVpnConnection&Format=JSON&RegionId=cn-hangzhou&Timestamp=2026-11-22T21%3A12%3A00Z"
                + "&SignatureMethod=HMAC-SHA1&SignatureType=&SignatureVersion=1.0"
                + "&SignatureNonce=de4a68db551e22a96c06409a977d7556&AccessKeyId=testid"
                + "&Signature=YR2J0vZZTbp6%2B8mkA%2FImg%2FMSd2k%3D"
        ),
        (
            "POST",
            "/?VpnConnectionId=vco-bp1bbi27hojx80nck%2A%2A%2A%2A&ClientToken=tok%20en%2F1%2B~%2A&Version=2016-04-28"
                + "&Action=DeleteVpnConnection&Format=JSON&RegionId=cn-hangzhou&Timestamp=2026-11-22T21%3A12%3A00Z"
                + "&SignatureMethod=HMAC-SHA1&SignatureType=&SignatureVersion=1.0"
                + "&SignatureNonce=a53f794742de257dd40d229ed9120d9e&AccessKeyId=testid"
                + "&Signature=s1R79UABYQfh5tClrmBrGDvSvoI%3D"
        ),
    ])
    func recordedRequestsAreUnderstood(method: String, target: String) throws {
        let key = AccessKey(id: "testid", secret: "testsecret", isSubUser: false, rules: [])
        let bench = try Bench(policy: AccessPolicy(keys: [key]))
        let reply = bench.sendRaw(target, method: method)
        #expect(reply.outcome == "404 InvalidVpnConnectionInstanceId.NotFound")
    }

    @Test func unknownOperationsAndVersions() throws {
        let bench = try Bench()
        #expect(bench.call("DropEverything").outcome == "404 InvalidAction.NotFound")
        #expect(bench.call("deletevpc").outcome == "404 InvalidAction.NotFound")
        let lacking = bench.call("CreateRouteTable")
        #expect(lacking.outcome == "501 Local.NotImplemented")
        #expect(lacking.string("Message")?.contains("CreateRouteTable") == true)
        let other = bench.common("DescribeRegions").map { $0.name == "Version" ? ("Version", "2014-05-26") : $0 }
        #expect(bench.send(other).outcome == "404 InvalidAction.NotFound")
    }

    @Test func unsupportedParameterIsNamed() throws {
        let reply = try Bench().call("CreateVpc", ["EnableIpv6": "true"])
        #expect(reply.outcome == "501 Local.NotImplemented")
        #expect(reply.string("Message")?.contains("EnableIpv6") == true)
    }

    @Test(.enabled(if: !Bench.overSocket, "a call can be cancelled in process only"))
    func cancelledCallIsNotCarriedOut() throws {
        let bench = try Bench()
        let endpoint = try #require(bench.service.endpoint)
        let cancellation = Cancellation()
        cancellation.cancel()
        let request = WireRequest(method: "GET", origin: "http://vpc.local", target: "/", headers: [])
        let error = #expect(throws: TransportError.self) {
            try endpoint.send(request, timeouts: Timeouts(), cancellation: cancellation)
        }
        #expect(error?.reason == .cancelled)
        #expect(error?.mayHaveArrived == false)
    }
}

@Suite struct AnswerTests {
    @Test func xmlIsTheDefault() throws {
        let bench = try Bench()
        let reply = bench.send(bench.common("DescribeRegions").filter { $0.name != "Format" })
        #expect(reply.status == 200)
        #expect(reply.text.hasPrefix(#"<?xml version="1.0" encoding="UTF-8"?><DescribeRegionsResponse><RequestId>"#))
        #expect(reply.text.contains("<Region><RegionId>cn-hangzhou</RegionId>"))
        // A list repeats its element.
        #expect(reply.text.ranges(of: "<Regions>").count == 1)
        #expect(reply.text.ranges(of: "<Region>").count > 10)
        #expect(reply.headers.contains { $0.name == "Content-Type" && $0.value.hasPrefix("text/xml") })
    }

    @Test(arguments: ["JSON", "json", "XML", "xml"])
    func formatGoesByItsNameInAnyCase(format: String) throws {
        let reply = try Bench().call("DescribeRegions", format: format)
        #expect(reply.status == 200)
        #expect(reply.text.hasPrefix("<") == (format.lowercased() == "xml"))
    }

    @Test func unknownFormatIsRefusedInXml() throws {
        let reply = try Bench().call("DescribeRegions", format: "YAML")
        #expect(reply.status == 400)
        #expect(reply.text.contains("<Code>InvalidParameter</Code>"))
    }

    @Test func errorsInBothFormats() throws {
        let bench = try Bench()
        let json = bench.call("DeleteVpnConnection", ["VpnConnectionId": "vco-none"])
        #expect(json.status == 404)
        guard case .record(let record) = json.value else {
            Issue.record("no record")
            return
        }
        #expect(record.keys == ["RequestId", "HostId", "Code", "Message", "Recommend"])
        #expect(json.string("HostId") == "vpc.local")
        let xml = bench.call("DeleteVpnConnection", ["VpnConnectionId": "<&\"'>"], format: "XML")
        #expect(xml.status == 404)
        #expect(xml.text.contains("<Error><RequestId>"))
        #expect(xml.text.contains("<Code>InvalidVpnConnectionInstanceId.NotFound</Code>"))
        #expect(xml.text.contains("&lt;&amp;&quot;&apos;&gt;"))
        #expect(xml.text.hasSuffix("</Error>"))
    }

    @Test func errorBeforeParsingKeepsTheFormat() throws {
        let reply = try Bench().sendRaw("/?Format=JSON&x=%zz")
        #expect(reply.outcome == "400 InvalidParameter")
    }

    @Test func requestIDsAreFreshUpperCaseUUIDs() throws {
        let bench = try Bench()
        let ids = (0..<50).compactMap { _ in bench.call("DescribeRegions").string("RequestId") }
        #expect(Set(ids).count == 50)
        let shape = /[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}/
        for id in ids { #expect(id.wholeMatch(of: shape) != nil, "\(id)") }
    }
}
