import DataValue
import LocalVPC
import Testing

@Suite struct DeleteVpnConnectionTests {
    @Test(arguments: ["GET", "POST"])
    func jsonAnswerHoldsTheRequestIDAlone(method: String) throws {
        let bench = try Bench()
        let (_, _, id) = bench.makeOffice()
        let reply = bench.call(
            "DeleteVpnConnection", ["VpnConnectionId": id, "ClientToken": "02fb3da4-130e-11e9-8e44-0016e04115b"],
            method: method)
        #expect(reply.status == 200)
        guard case .record(let record) = reply.value else {
            Issue.record("no record")
            return
        }
        #expect(record.keys == ["RequestId"])
        #expect(bench.call("DescribeVpnConnections").at("TotalCount") == 0)
        #expect(
            bench.call("DescribeVpnConnection", ["VpnConnectionId": id]).outcome
                == "404 InvalidVpnConnectionInstanceId.NotFound")
    }

    @Test func xmlAnswer() throws {
        let bench = try Bench()
        let (_, _, id) = bench.makeOffice()
        let reply = bench.call("DeleteVpnConnection", ["VpnConnectionId": id], format: "XML")
        #expect(reply.status == 200)
        let shape =
            #/<\?xml version="1.0" encoding="UTF-8"\?><DeleteVpnConnectionResponse><RequestId>[0-9A-F-]{36}</RequestId></DeleteVpnConnectionResponse>/#
        #expect(reply.text.wholeMatch(of: shape) != nil, "\(reply.text)")
    }

    @Test func requiredParameters() throws {
        let bench = try Bench()
        #expect(bench.call("DeleteVpnConnection").outcome == "400 MissingParameter")
        #expect(
            bench.call("DeleteVpnConnection", ["VpnConnectionId": "vco-1"], region: nil).outcome
                == "400 MissingParameter")
    }

    @Test func unknownAndForeignConnectionsAreNotFound() throws {
        let bench = try Bench()
        let (gateway, _, id) = bench.makeOffice()
        let missing = "404 InvalidVpnConnectionInstanceId.NotFound"
        for wrong in ["vco-none", gateway, "' OR 1=1 --", "*", "%", "vco-\u{0}", "🦊"] {
            let reply = bench.call("DeleteVpnConnection", ["VpnConnectionId": wrong])
            #expect(reply.outcome == (wrong.contains("\0") ? "400 InvalidParameter" : missing))
        }
        #expect(bench.call("DeleteVpnConnection", ["VpnConnectionId": id], region: "cn-beijing").outcome == missing)
        #expect(bench.call("DescribeVpnConnections").at("TotalCount") == 1)
    }

    @Test func gatewayBeingConfiguredRefuses() throws {
        let bench = try Bench()
        let (gateway, peer, id) = bench.makeOffice()
        _ = bench.call("ModifyVpnGatewayAttribute", ["VpnGatewayId": gateway, "Name": "busy"])
        #expect(bench.call("DeleteVpnConnection", ["VpnConnectionId": id]).outcome == "400 VpnGateway.Configuring")
        bench.clock.advance(seconds: 1.9)
        #expect(bench.call("DeleteVpnConnection", ["VpnConnectionId": id]).outcome == "400 VpnGateway.Configuring")
        bench.clock.advance(seconds: 0.1)
        #expect(bench.call("DeleteVpnConnection", ["VpnConnectionId": id]).status == 200)
        // The deletion configures the gateway in its turn.
        #expect(
            bench.call(
                "CreateVpnConnection",
                [
                    "VpnGatewayId": gateway, "CustomerGatewayId": peer, "LocalSubnet": "192.168.0.0/24",
                    "RemoteSubnet": "10.0.0.0/24",
                ]
            ).outcome == "400 VpnGateway.Configuring")
    }

    @Test func permissions() throws {
        let bench = try Bench()
        let (_, _, id) = bench.makeOffice()
        func delete(key: String) -> String {
            bench.call("DeleteVpnConnection", ["VpnConnectionId": id], key: key, secret: key).outcome
        }
        let reader = AccessKey.subUser("reader", secret: "reader", rules: [.allow("vpc:Describe*")])
        let keeper = AccessKey.subUser(
            "keeper", secret: "keeper", rules: [.allow("*"), .deny("DeleteVpn*", on: "vco-*")])
        let cleaner = AccessKey.subUser("cleaner", secret: "cleaner", rules: [.allow("Delete*", on: id)])
        bench.setAccessPolicy(AccessPolicy(keys: [.root, reader, keeper, cleaner]))
        #expect(delete(key: "reader") == "403 Forbbiden.SubUser")
        #expect(delete(key: "keeper") == "403 Forbbiden.SubUser")
        #expect(
            bench.call("DescribeVpnConnection", ["VpnConnectionId": id], key: "reader", secret: "reader").status == 200)

        bench.setAccessPolicy(
            AccessPolicy(keys: [.root, cleaner], accountRules: [.deny("DeleteVpnConnection", on: id)]))
        #expect(delete(key: "local") == "403 Forbidden")
        #expect(delete(key: "cleaner") == "403 Forbidden")
        #expect(bench.call("DescribeVpnConnections").at("TotalCount") == 1)

        bench.setAccessPolicy(AccessPolicy(keys: [.root, cleaner]))
        #expect(delete(key: "cleaner") == "200")
    }

    @Test func permissionIsAskedBeforeExistence() throws {
        let nobody = AccessKey.subUser("nobody", secret: "nobody", rules: [])
        let bench = try Bench(policy: AccessPolicy(keys: [nobody]))
        let reply = bench.call(
            "DeleteVpnConnection", ["VpnConnectionId": "vco-none"], key: "nobody", secret: "nobody")
        #expect(reply.outcome == "403 Forbbiden.SubUser")
    }
}
