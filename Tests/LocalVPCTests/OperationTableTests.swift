import CloudAPI
import DataValue
import LocalVPC
import Testing

/// The service's operations against the catalogue of the official SDK.
@Suite struct OperationTableTests {
    private static let words = ["Vpn", "Ipsec", "SslVpn", "CustomerGateway", "Vco", "Tunnel"]
    static let vpnOperations = Catalogue.operationNames.filter { name in words.contains { name.contains($0) } }

    @Test func everyOperationOnVpnIsThere() throws {
        let bench = try Bench()
        #expect(Self.vpnOperations.count >= 60, "\(Self.vpnOperations.count)")
        let lacking = Self.vpnOperations.filter { bench.call($0).status == 501 }
        #expect(lacking == [])
        for action in ["TagResources", "UnTagResources", "ListTagResources", "DescribeRouteTableList"] {
            #expect(bench.call(action).status != 501)
        }
    }

    /// What the SDK marks as required is refused where it is missing, and named.
    @Test(arguments: vpnOperations)
    func requiredParametersAreRequired(action: String) throws {
        let bench = try Bench()
        let operation = try #require(Catalogue.operation(named: action))
        let required = operation.parameters.filter(\.isRequired).map(\.name)
        for missing in required {
            let given = required.filter { $0 != missing && $0 != "RegionId" }.map { ($0, "x") }
            let reply = bench.call(action, given, region: missing == "RegionId" ? nil : "cn-hangzhou")
            #expect(reply.outcome == "400 MissingParameter", "\(action) without \(missing): \(reply.text)")
            #expect(reply.string("Message")?.contains(missing) == true)
        }
    }

    @Test func anOperationThatIsLackingNamesItself() throws {
        let reply = try Bench().call("CreateNatGateway")
        #expect(reply.outcome == "501 Local.NotImplemented")
        #expect(reply.string("Message")?.contains("CreateNatGateway") == true)
    }

    @Test func unknownRegionsAreNotFound() throws {
        let bench = try Bench()
        for action in ["DescribeVpnGateways", "CreateCustomerGateway"] {
            let reply = bench.call(action, ["IpAddress": "203.0.113.1"], region: "mars-north-1")
            #expect(reply.outcome == "404 InvalidRegionId.NotFound")
        }
    }
}
