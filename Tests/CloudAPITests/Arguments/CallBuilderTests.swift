import CloudAPI
import DataValue
import Testing

@Suite struct CallBuilderTests {
    private func wire(_ name: String, _ arguments: [(name: String, value: Value)], region: String? = nil) throws
        -> [WireParameter]
    {
        let operation = try #require(Catalogue.operation(named: name))
        return try CallBuilder(operation, region: region).parameters(arguments)
    }

    private func problems(_ name: String, _ arguments: [(name: String, value: Value)]) throws -> [ArgumentProblem] {
        let operation = try #require(Catalogue.operation(named: name))
        return CallBuilder(operation, region: "cn-hangzhou")
            .problems(names: arguments.map(\.name), values: arguments.map(\.value))
    }

    @Test func flattensListsOfRecords() throws {
        let tags: Value = [["Key": "env", "Value": "prod"], ["Key": "team", "Value": 7]]
        let parameters = try wire("DescribeVpnConnections", [("Tag", tags), ("PageSize", 10)], region: "cn-beijing")
        #expect(
            parameters == [
                WireParameter("Tag.1.Key", "env"), WireParameter("Tag.1.Value", "prod"),
                WireParameter("Tag.2.Key", "team"), WireParameter("Tag.2.Value", "7"), WireParameter("PageSize", "10"),
                WireParameter("RegionId", "cn-beijing"),
            ])
    }

    @Test func takesFlattenedNamesAsTheyAre() throws {
        let parameters = try wire(
            "DescribeVpnConnections", [("RegionId", "r-1"), ("Tag.12.Key", "env"), ("Tag.1.Value", "x")], region: "r-2")
        #expect(parameters.map(\.name) == ["RegionId", "Tag.12.Key", "Tag.1.Value"])
        #expect(parameters[0].value == "r-1")
    }

    @Test func sendsBodyParametersInTheBodyAndMarksTheSecretOnes() throws {
        let tunnel: Value = ["Role": "master", "TunnelIkeConfig": ["Psk": "content", "IkeLifetime": 86400]]
        let parameters = try wire(
            "CreateVpnConnection",
            [
                ("VpnGatewayId", "vpn-1"), ("LocalSubnet", "10.0.0.0/24"), ("RemoteSubnet", "10.1.0.0/24"),
                ("EnableDpd", true), ("TunnelOptionsSpecification", [tunnel]),
            ], region: "cn-hangzhou")
        #expect(parameters[3] == WireParameter("EnableDpd", "true"))
        let prefix = "TunnelOptionsSpecification.1."
        #expect(
            Array(parameters[4...6]) == [
                WireParameter(prefix + "Role", "master", position: .body),
                WireParameter(prefix + "TunnelIkeConfig.Psk", "content", isSecret: true, position: .body),
                WireParameter(prefix + "TunnelIkeConfig.IkeLifetime", "86400", position: .body),
            ])
    }

    @Test func sendsStructuresInTextParametersAsJSONWithWhatSecretsHold() throws {
        let config: Value = ["Psk": .secret(Secret("p\"w")), "IkeLifetime": 86400, "nested": [true, nil]]
        let parameters = try wire(
            "ModifyVpnConnectionAttribute", [("VpnConnectionId", "vco-1"), ("IkeConfig", config)], region: "r")
        #expect(
            parameters[1]
                == WireParameter(
                    "IkeConfig", #"{"Psk":"p\"w","IkeLifetime":86400,"nested":[true,null]}"#, isSecret: true))
    }

    @Test(arguments: [
        (#"{"Psk":"x"}"#, true), (#" {"psk":"x"}"#, true), (#"{"Psk":"x""#, true), ("Psk=x", true),
        (#"{"IkeMode":"main"}"#, false), (#"[{"a":{"Psk":"x"}}]"#, true),
    ])
    func findsSecretsInTextWrittenOutByHand(text: String, isSecret: Bool) throws {
        let parameters = try wire(
            "ModifyVpnConnectionAttribute", [("VpnConnectionId", "vco-1"), ("IkeConfig", .string(text))], region: "r")
        #expect(parameters[1] == WireParameter("IkeConfig", text, isSecret: isSecret))
    }

    @Test func keepsASecretSecretInAnyParameter() throws {
        let parameters = try wire(
            "DescribeVpnConnections", [("VpnGatewayId", .secret("vpn-" + Secret("1")))], region: "r")
        #expect(parameters[0] == WireParameter("VpnGatewayId", "vpn-1", isSecret: true))
    }

    @Test func joinsWhatTravelsBetweenCommas() throws {
        let arguments: [(name: String, value: Value)] = [
            ("GrantType", "CBN"), ("InstanceId", "i"), ("RegionId", "r"), ("VbrInstanceIds", ["a", "b"]),
            ("VbrOwnerUid", "12345678901234567"), ("VbrRegionNo", "r"),
        ]
        #expect(try wire("GrantInstanceToVbr", arguments)[3] == WireParameter("VbrInstanceIds", "a,b"))
        var asText = arguments
        asText[3].value = "a,b,c"
        #expect(try wire("GrantInstanceToVbr", asText)[3].value == "a,b,c")
    }

    @Test(arguments: scalars)
    func writesScalarsAsText(name: String, value: Value, text: String) throws {
        let operation = name == "PageSize" ? "DescribeVpnConnections" : "ModifyVpnConnectionAttribute"
        let arguments = [(name: "VpnConnectionId", value: "vco-1" as Value), (name: name, value: value)]
        #expect(try wire(operation, arguments, region: "r")[1] == WireParameter(name, text))
    }

    private static let scalars: [(String, Value, String)] = [
        ("PageSize", "10", "10"), ("PageSize", 10, "10"), ("EnableDpd", "true", "true"),
        ("EnableDpd", false, "false"), ("Name", 7, "7"), ("Name", 2.5, "2.5"), ("Name", true, "true"),
        ("Name", "", ""), ("Name", .bigNumber("123456789012345678901234567890"), "123456789012345678901234567890"),
    ]

    private static let mismatches: [(String, Value)] = [
        ("PageSize", "ten"), ("PageSize", 2.5), ("PageSize", true), ("PageSize", nil), ("PageSize", [1]),
        ("PageSize", ""), ("PageSize", "99999999999999999999"), ("PageSize", .duration(1_000_000_000)),
        ("PageSize", "+1"), ("VpnConnectionId", .duration(1)), ("VpnConnectionId", nil), ("Tag", "env"),
        ("Tag", ["Key": "x"]), ("Tag", ["x"]), ("Tag.1", "x"), ("PageSize", .secret(Secret("x"))),
        ("VpnConnectionId", [.duration(1)]),
    ]

    @Test(arguments: mismatches)
    func refusesValuesOfOtherTypes(name: String, value: Value) throws {
        let found = try problems("DescribeVpnConnections", [(name, value)])
        #expect(found.count == 1)
        guard case .wrongType? = found.first?.kind else {
            Issue.record("\(found)")
            return
        }
        #expect(found.first?.argument == 0)
    }

    @Test(arguments: [
        ("ten", "'ten'"), ("", "''"), ("+1", "'+1'"), ("1\u{1B}[2J\n", #"'1\u{1b}[2J\u{a}'"#), ("zehn €", "'zehn €'"),
        (String(repeating: "9", count: 100), "'\(String(repeating: "9", count: 40))…'"),
    ])
    func showsTextOfAnotherForm(text: String, shown: String) throws {
        let found = try problems("DescribeVpnConnections", [("PageSize", .string(text))])
        #expect(found.map(\.message) == ["PageSize takes an int, not \(shown)"])
    }

    @Test func namesNeverASecretInAMessage() throws {
        let found = try problems(
            "DescribeVpnConnections", [("PageSize", .secret(Secret("hunter2"))), ("Tag.1", "hunter2")])
        #expect(found.map(\.message) == ["PageSize takes an int, not a secret", "Tag.1 takes a record, not a string"])
    }

    @Test(arguments: [
        ("VpnConectionId", ["VpnConnectionId"]), ("Tag.1.Kye", ["Tag.1.Key"]), ("Nonsense", []),
        ("vpngatewayid", ["VpnGatewayId"]), ("PageSize.1", []), ("Tag.1.Key.x", []), ("", []),
        (".", []),
    ])
    func suggestsNearNamesForUnknownOnes(name: String, nearest: [String]) throws {
        let found = try problems("DescribeVpnConnections", [(name, "x")])
        #expect(found.map(\.kind) == [.unknown])
        #expect(found.first?.nearest == nearest)
        #expect(found.first?.message == "DescribeVpnConnections has no parameter \(name)")
    }

    @Test func looksForUnknownNamesInsideRecords() throws {
        let found = try problems("DescribeVpnConnections", [("Tag", [["Key": "a", "Valu": "b"]])])
        #expect(found.map(\.parameter) == ["Tag.1.Valu"])
        #expect(found.first?.nearest == ["Tag.1.Value"])
    }

    @Test(arguments: ["Tag.0.Key", "Tag.x.Key", "Tag.01.Key", "Tag.-1.Key", "Tag..Key", "Tag.99999999999999999999.Key"])
    func numbersListsFromOne(name: String) throws {
        #expect(try problems("DescribeVpnConnections", [(name, "x")]).map(\.kind) == [.badIndex])
    }

    @Test func namesEverythingThatIsMissing() throws {
        let found = try problems("CreateVpnConnection", [("VpnGatewayId", "vpn-1")])
        #expect(found.map(\.kind) == [.missing, .missing])
        #expect(found.map(\.parameter) == ["LocalSubnet", "RemoteSubnet"])
        let operation = try #require(Catalogue.operation(named: "DescribeVpnConnections"))
        let withoutRegion = CallBuilder(operation, region: nil).problems(names: [], values: [])
        #expect(withoutRegion.map(\.parameter) == ["RegionId"])
    }

    @Test func findsWhatIsGivenTwice() throws {
        #expect(
            try problems("DescribeVpnConnections", [("PageSize", 1), ("PageSize", 2)]).map(\.kind) == [.givenTwice])
        let mixed = try problems("DescribeVpnConnections", [("Tag", [["Key": "a"]]), ("Tag.1.Key", "b")])
        #expect(mixed.map(\.parameter) == ["Tag.1.Key"])
        #expect(mixed.map(\.kind) == [.givenTwice])
    }

    @Test func checksNamesBeforeValuesAreKnown() throws {
        let operation = try #require(Catalogue.operation(named: "DeleteVpnConnection"))
        let builder = CallBuilder(operation, region: "r")
        #expect(builder.problems(names: ["VpnConnectionId"], values: [nil]).isEmpty)
        let found = builder.problems(names: ["VpnConnection", "ClientToken", "ClientToken"], values: [nil, nil, "x"])
        #expect(found.map(\.kind) == [.unknown, .givenTwice, .missing])
    }

    @Test func letsUnknownNamesThroughWhereAsked() throws {
        let operation = try #require(Catalogue.operation(named: "DeleteVpnConnection"))
        let builder = CallBuilder(operation, region: "r", allowsUnknown: true)
        let parameters = try builder.parameters([("VpnConnectionId", "vco-1"), ("New.1.Thing", "x"), ("L", [1, 2])])
        #expect(parameters.map(\.name) == ["VpnConnectionId", "New.1.Thing", "L.1", "L.2", "RegionId"])
        #expect(throws: ArgumentProblems.self) { try builder.parameters([("New", "x")]) }
    }

    @Test func flattensWhatAnUnknownOperationGets() throws {
        let parameters = try CallBuilder.unchecked(
            action: "NewThing", arguments: [("A", ["x", ["k": true]]), ("Psk", "p"), ("B", 1)])
        #expect(
            parameters == [
                WireParameter("A.1", "x"), WireParameter("A.2.k", "true"), WireParameter("Psk", "p", isSecret: true),
                WireParameter("B", "1"),
            ])
    }

    @Test func makesACallForTheRegionThatIsGiven() throws {
        let operation = try #require(Catalogue.operation(named: "DeleteVpnConnection"))
        let call = try CallBuilder(operation, region: "cn-hangzhou")
            .call([("VpnConnectionId", "vco-1"), ("RegionId", "cn-beijing")])
        #expect(call.region == "cn-beijing")
        #expect(call.isWrite)
        #expect(call.action == "DeleteVpnConnection")
    }

    @Test func refusesBottomlessValues() throws {
        var deep: Value = "x"
        for _ in 0..<1000 { deep = [deep] }
        #expect(try problems("DescribeVpnConnections", [("VpnGatewayId", deep)]).map(\.kind) == [.tooDeep])
        let parameters = [(name: "A", value: deep)]
        #expect(throws: ArgumentProblems.self) { try CallBuilder.unchecked(action: "X", arguments: parameters) }
    }

    @Test func countsAnEmptyListAsNotGiven() throws {
        let found = try problems("DescribeVpnConnections", [("Tag", []), ("Tag", [])])
        #expect(found.isEmpty)
    }
}
