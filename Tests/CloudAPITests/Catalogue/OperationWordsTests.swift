import CloudAPI
import Testing

@Suite("Operations, parameters and errors in words")
struct OperationWordsTests {
    private static let family = Catalogue.operationNames.filter { name in
        ["Vpn", "Ipsec", "CustomerGateway"].contains { name.contains($0) }
    }
    private static let basics = [
        "CreateVpc", "DeleteVpc", "DescribeVpcs", "DescribeVpcAttribute", "ModifyVpcAttribute", "CreateVSwitch",
        "DeleteVSwitch", "DescribeVSwitches", "DescribeVSwitchAttributes", "ModifyVSwitchAttribute", "TagResources",
        "UnTagResources", "ListTagResources", "DescribeRegions", "DescribeZones",
    ]
    private static let inherited: Set<String> = [
        "OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount",
    ]

    private func fields(_ type: ParameterType) -> [Parameter] {
        switch type {
        case .record(let fields): fields.flatMap { [$0] + self.fields($0.type) }
        case .list(let element): fields(element)
        default: []
        }
    }

    @Test("Every operation of the VPN family, and the basics, with each of their parameters")
    func complete() throws {
        #expect(Self.family.count > 55)
        for name in Self.family + Self.basics {
            let operation = try #require(Catalogue.operation(named: name))
            #expect(OperationWords.summary(of: name)?.hasSuffix(".") == true, "\(name)")
            for parameter in operation.parameters.flatMap({ [$0] + fields($0.type) })
            where !Self.inherited.contains(parameter.name) {
                let words = OperationWords.parameter(parameter.name, of: name)
                #expect(words?.meaning.isEmpty == false, "\(name) \(parameter.name)")
                if let value = words?.defaultValue, let values = words?.values, !values.isEmpty {
                    #expect(values.contains(value), "\(name) \(parameter.name): \(value)")
                }
            }
        }
    }

    @Test("An operation's own words go before those for all")
    func ownWords() {
        #expect(OperationWords.parameter("CidrBlock", of: "CreateVpc")?.defaultValue == "172.16.0.0/12")
        #expect(OperationWords.parameter("CidrBlock", of: "CreateVSwitch")?.defaultValue == nil)
        #expect(
            OperationWords.parameter(
                "TunnelOptionsSpecification.1.TunnelIkeConfig.IkeVersion", of: "CreateVpnConnection")?.values == [
                    "ikev1", "ikev2",
                ])
        #expect(OperationWords.parameter("Tag.1", of: "DescribeVpcs")?.meaning.hasPrefix("list only") == true)
        #expect(OperationWords.parameter("Nothing", of: "DescribeVpcs") == nil)
        #expect(OperationWords.summary(of: "CreateNatGateway") == nil)
        #expect(OperationWords.errors(of: "CreateNatGateway").isEmpty)
    }

    @Test("Each error that an operation is known to answer has a cause and a remedy")
    func errors() {
        var count = 0
        for name in Self.family {
            for error in OperationWords.errors(of: name) {
                count += 1
                #expect(!error.cause.isEmpty && !error.remedy.isEmpty, "\(error.code)")
            }
        }
        #expect(count > 130)
        #expect(OperationWords.errors(of: "DeleteVpnConnection").contains { $0.code == "VpnGateway.Configuring" })
        #expect(OperationWords.error("Forbbiden.SubUser") != nil, "the service's own spelling")
        #expect(OperationWords.error("Nothing.Of.The.Kind") == nil)
        for code in OperationWords.codes {
            #expect(OperationWords.error(code) != nil, "\(code): the lines are not sorted")
        }
    }
}
