import DataValue
import LocalVPC
import Testing

@Suite struct TokenTests {
    @Test func sameTokenDoesTheWorkOnce() throws {
        let bench = try Bench()
        let first = bench.call("CreateVpc", ["VpcName": "a", "ClientToken": "t-1"])
        let second = bench.call("CreateVpc", ["ClientToken": "t-1", "VpcName": "a"])
        #expect(second.status == 200)
        #expect(second.string("VpcId") == first.string("VpcId"))
        #expect(second.string("RequestId") != first.string("RequestId"))
        #expect(bench.call("DescribeVpcs").at("TotalCount") == 1)
    }

    @Test func otherParametersAreRefused() throws {
        let bench = try Bench()
        bench.call("CreateVpc", ["VpcName": "a", "ClientToken": "t-1"])
        #expect(
            bench.call("CreateVpc", ["VpcName": "b", "ClientToken": "t-1"]).outcome == "400 IdempotentParameterMismatch"
        )
        #expect(bench.call("DescribeVpcs").at("TotalCount") == 1)
    }

    @Test func deletionCanBeRepeated() throws {
        let bench = try Bench()
        let (_, _, id) = bench.makeOffice()
        func delete(_ token: String) -> String {
            bench.call("DeleteVpnConnection", ["VpnConnectionId": id, "ClientToken": token]).outcome
        }
        #expect(delete("once") == "200")
        #expect(delete("once") == "200")
        #expect(delete("twice") == "404 InvalidVpnConnectionInstanceId.NotFound")
    }

    @Test func failureDoesNotUseTheTokenUp() throws {
        let bench = try Bench()
        let (gateway, _, id) = bench.makeOffice()
        bench.call("ModifyVpnGatewayAttribute", ["VpnGatewayId": gateway, "Name": "busy"])
        let parameters: KeyValuePairs = ["VpnConnectionId": id, "ClientToken": "t"]
        #expect(bench.call("DeleteVpnConnection", parameters).outcome == "400 VpnGateway.Configuring")
        bench.clock.advance(seconds: 2)
        #expect(bench.call("DeleteVpnConnection", parameters).status == 200)
    }

    @Test(arguments: [
        (String(repeating: "x", count: 64), "200"), (String(repeating: "x", count: 65), "400 InvalidParameter"),
        ("grün", "400 InvalidParameter"), ("a\tb", "400 InvalidParameter"), ("tok en/1+~*", "200"),
    ])
    func tokenIsASCIIOfAtMost64Characters(token: String, outcome: String) throws {
        #expect(try Bench().call("CreateVpc", ["ClientToken": token]).outcome == outcome)
    }

    @Test(arguments: [
        "CreateVpc", "DeleteVpc", "CreateVSwitch", "CreateVpnGateway", "ModifyVpnGatewayAttribute", "DeleteVpnGateway",
        "CreateCustomerGateway", "ModifyCustomerGatewayAttribute", "DeleteCustomerGateway", "CreateVpnConnection",
        "ModifyVpnConnectionAttribute", "DeleteVpnConnection",
    ])
    func everyWriteThatTakesATokenRepeatsItsAnswer(action: String) throws {
        let bench = try Bench()
        let (gateway, peer, connection) = bench.makeOffice()
        let lonePeer = bench.makeCustomerGateway("203.0.113.77")
        let loneGateway = bench.makeGateway()
        let loneVpc = bench.makeVpc()
        let parameters: [String: String] =
            switch action {
            case "DeleteVpc": ["VpcId": loneVpc]
            case "CreateVSwitch": ["VpcId": loneVpc, "ZoneId": "cn-hangzhou-b", "CidrBlock": "192.168.7.0/24"]
            case "CreateVpnGateway": ["VpcId": loneVpc, "Bandwidth": "5"]
            case "ModifyVpnGatewayAttribute": ["VpnGatewayId": gateway, "Name": "named"]
            case "DeleteVpnGateway": ["VpnGatewayId": loneGateway]
            case "CreateCustomerGateway": ["IpAddress": "203.0.113.99"]
            case "ModifyCustomerGatewayAttribute": ["CustomerGatewayId": peer, "Name": "named"]
            case "DeleteCustomerGateway": ["CustomerGatewayId": lonePeer]
            case "CreateVpnConnection":
                [
                    "VpnGatewayId": gateway, "CustomerGatewayId": peer, "LocalSubnet": "192.168.0.0/24",
                    "RemoteSubnet": "10.77.0.0/24",
                ]
            case "ModifyVpnConnectionAttribute": ["VpnConnectionId": connection, "Name": "named"]
            case "DeleteVpnConnection": ["VpnConnectionId": connection]
            default: [:]
            }
        func send(_ changes: [String: String] = [:]) -> Reply {
            bench.send(
                bench.common(action) + [("RegionId", "cn-hangzhou"), ("ClientToken", "the-token")]
                    + parameters.merging(changes) { $1 }.map { ($0.key, $0.value) })
        }
        func withoutRequestID(_ reply: Reply) -> Value {
            guard case .record(var record) = reply.value else { return .null }
            record["RequestId"] = nil
            return .record(record)
        }
        let first = send()
        #expect(first.status == 200, "\(first.text)")
        let second = send()
        #expect(second.status == 200, "\(second.text)")
        #expect(withoutRequestID(second) == withoutRequestID(first))
        #expect(send(["Unheard": "of"]).outcome == "400 IdempotentParameterMismatch")
    }

    @Test func tokenIsForgottenAfterADay() throws {
        let bench = try Bench()
        bench.call("CreateVpc", ["ClientToken": "t"])
        bench.clock.advance(seconds: 86_401)
        bench.call("CreateVpc", ["ClientToken": "t"])
        #expect(bench.call("DescribeVpcs").at("TotalCount") == 2)
    }
}
