import CloudAPI
import DataValue
import LocalVPC
import Testing

@Suite struct MalformedRequestTests {
    @Test(arguments: [
        "", "/", "?", "/?", "/?&&&", "/?=", "/?%", "/?a=%", "/?a=%4", "/?a=%zz", "/?a=%ff%fe", "/?Action",
        "//?Action=x",
        "/etc/passwd?Action=DescribeRegions", "/?Action=DescribeRegions&Action=DeleteVpc", "/?Format=&Action=x",
        "/?Action=%00", "/?\u{1F98A}=\u{1F98A}", "http://vpc.local/?Action=DescribeRegions",
    ])
    func nonsenseIsAnswered(target: String) throws {
        let reply = try Bench().sendRaw(target)
        #expect((400..<500).contains(reply.status), "\(reply.status) \(reply.text)")
    }

    @Test(arguments: ["HEAD", "PUT", "DELETE", "", "get", "🦊"])
    func otherMethodsAreRefused(method: String) throws {
        let reply = try Bench().sendRaw("/?Format=JSON&Action=DescribeRegions", method: method)
        #expect(reply.outcome == "405 UnsupportedHTTPMethod")
    }

    @Test func otherBodiesAreRefused() throws {
        let bench = try Bench()
        for (type, body) in [("application/json", "{}"), ("application/x-www-form-urlencoded", "a=%")] {
            let request = WireRequest(
                method: "POST", origin: "http://vpc.local", target: "/?Format=JSON",
                headers: [("content-type", type)], body: Array(body.utf8))
            let response = try bench.service.send(request)
            #expect(response.status == 400)
        }
        let bytes = bench.sendRaw("/?Format=JSON", method: "POST", body: [0xFF, 0xFE, 0x00])
        #expect(bytes.outcome == "400 InvalidParameter")
        let long = bench.sendRaw("/?Format=JSON&a=" + String(repeating: "a", count: 2_000_000))
        #expect(long.outcome == "413 RequestTooLarge")
    }

    /// Every operation with every parameter set to something absurd: refused or carried out, but never a crash and
    /// never an internal error, and nothing is damaged.
    @Test(arguments: [
        "", " ", "0", "-1", "9223372036854775808", "true", "null", "{}", "[]", "'", "\"", "' OR '1'='1",
        "x'; DROP TABLE resource; --", "%", "*", "\u{0}", "\r\n", "\u{FEFF}", "é", "e\u{301}", "🦊🦊🦊", "٣", "1.0.0.0/0",
        String(repeating: "a", count: 10_000), #"{"a":1,"a":2}"#, String(repeating: "[", count: 5000),
    ])
    func absurdParametersDoNoHarm(value: String) throws {
        let bench = try Bench()
        let (gateway, peer, connection) = bench.makeOffice()
        let names = [
            "RegionId", "VpcId", "VSwitchId", "VpnGatewayId", "CustomerGatewayId", "VpnConnectionId", "ZoneId",
            "CidrBlock", "Bandwidth", "Name", "Description", "IpAddress", "Asn", "LocalSubnet", "RemoteSubnet",
            "IkeConfig", "IpsecConfig", "HealthCheckConfig", "BgpConfig", "PageNumber", "PageSize", "ClientToken",
            "Tag.1.Key", "Tags.1.Value", "Status", "DryRun", "UserCidr",
        ]
        let sane = [
            "RegionId": "cn-hangzhou", "VpnGatewayId": gateway, "CustomerGatewayId": peer,
            "VpnConnectionId": connection, "LocalSubnet": "192.168.0.0/24", "RemoteSubnet": "10.3.0.0/24",
            "Bandwidth": "5", "IpAddress": "203.0.113.50", "CidrBlock": "192.168.0.0/16",
        ]
        let actions = [
            "DescribeRegions", "DescribeZones", "CreateVpc", "DescribeVpcs", "CreateVSwitch", "DescribeVSwitches",
            "CreateVpnGateway", "DescribeVpnGateway", "DescribeVpnGateways", "CreateCustomerGateway",
            "DescribeCustomerGateway", "DescribeCustomerGateways", "CreateVpnConnection", "DescribeVpnConnection",
            "DescribeVpnConnections", "ModifyVpnConnectionAttribute", "ModifyVpnGatewayAttribute",
            "ModifyCustomerGatewayAttribute",
        ]
        for action in actions {
            for name in names {
                var parameters = sane
                parameters[name] = value
                let reply = bench.send(bench.common(action) + parameters.map { ($0.key, $0.value) })
                let isOrderly = reply.status == 200 || (400..<500).contains(reply.status)
                #expect(isOrderly, "\(action) \(name): \(reply.status) \(reply.text)")
                bench.clock.advance(seconds: 3)
            }
        }
        #expect(bench.call("DescribeVpnConnection", ["VpnConnectionId": connection]).status == 200)
    }

    @Test func mutatedRequestsAreAnswered() throws {
        let bench = try Bench()
        let random = Repeatable(7)
        let start = Array(("/?" + PercentEncoding.query(bench.common("DescribeVpcs"))).utf8)
        for _ in 0..<2000 {
            var bytes = start
            for _ in 0...(random.next() % 4) {
                let position = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: position)
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: position)
                }
            }
            let reply = bench.sendRaw(String(decoding: bytes, as: UTF8.self))
            #expect((400..<500).contains(reply.status), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
