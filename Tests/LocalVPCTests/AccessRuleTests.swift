import DataValue
import LocalVPC
import Testing

@Suite struct AccessRuleTests {
    private func rule(_ text: String, _ effect: AccessRule.Effect = .deny) -> AccessRule {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        return AccessRule(effect, action: parts[0], resource: parts.count > 1 ? parts[1] : "*")
    }

    /// What is denied for one of the resources that a call names is denied.
    @Test(arguments: [
        "DeleteVpc", "deletevpc", "DELETEVPC", "vpc:DeleteVpc", "VPC:deleteVPC", "Delete*", "*", "vpc:*", "D?leteVpc",
        "*@vpc-*", "deletevpc@acs:vpc:*:*:vpc/vpc-*", "*@acs:vpc:cn-hangzhou:*:vpc/*", "*@ACS:VPC:*:*:VPC/*",
        "*@acs:vpc:cn-*:1234567890123456:*", "*@acs:*:*:*:vpc/vpc-*", "*@acs:vpc:::vpc/*",
    ])
    func matchingRulesDeny(text: String) throws {
        let bench = try Bench()
        let vpc = bench.makeVpc()
        try bench.service.administer { try $0.setAccountRules([rule(text)]) }
        #expect(bench.call("DeleteVpc", ["VpcId": vpc]).outcome == "403 Forbidden")
    }

    @Test(arguments: [
        "DeleteVSwitch", "Create*", "*@vsw-*", "*@acs:vpc:cn-beijing:*:vpc/*", "*@acs:vpc:*:*:vswitch/*",
        "*@acs:vpc:*:42:vpc/*", "*@VPC-*",
    ])
    func otherRulesDoNot(text: String) throws {
        let bench = try Bench()
        let vpc = bench.makeVpc()
        try bench.service.administer { try $0.setAccountRules([rule(text)]) }
        #expect(bench.call("DeleteVpc", ["VpcId": vpc]).status == 200)
    }

    @Test(arguments: [
        ("DeleteVcp", "DeleteVpc"), ("Foo*", "Delete*"), ("ecs:DeleteInstance", "vpc:DeleteVpc"), ("vpc:", "Delete"),
        ("acs:vpc:*:*:vpc/vpc-1", "*@acs:vpc:*:*:vpc/vpc-1"), ("*@vpc/vpc-1", "vpc-1 is one"),
        ("*@acs:ecs:*:*:vpc/vpc-1", "acs:vpc"), ("*@acs:vpc:*:vpc/vpc-1", "acs:vpc:*:*"),
        ("*@acs:vpc:*:*:vpcs/vpc-1", "vpc"), ("*@acs:vpc:*:*:vpc", "vpnconnection/vco-1"),
        ("*@acs:vpc:*:*:vpc/", "vpnconnection/vco-1"),
    ])
    func rulesThatNeverApplyAreRefused(text: String, help: String) throws {
        let rule = rule(text)
        let problem = #expect(throws: AccessRuleProblem.self) { try rule.check() }
        #expect(problem?.help.contains(help) == true, "\(problem?.description ?? "")")
        let bench = try Bench()
        #expect(throws: AdministrationError.self) {
            try bench.service.administer { try $0.setAccountRules([rule]) }
        }
        #expect(throws: AdministrationError.self) {
            try bench.service.administer { _ = try $0.newUser("u", rules: [rule]) }
        }
    }

    @Test func faultsThatBefallNothingAreRefused() throws {
        let bench = try Bench()
        #expect(throws: AdministrationError.self) {
            try bench.service.administer { try $0.set([LocalVPC.Fault(action: "DeleteVcp", kind: .throttle)]) }
        }
        try bench.service.administer { try $0.set([LocalVPC.Fault(action: "vpc:describevpcs", kind: .throttle)]) }
        #expect(bench.call("DescribeVpcs").code == "Throttling.User")
    }

    /// A sub-user with a rule of each kind, and calls that name several resources in whatever order and manner.
    @Test func everyResourceThatACallNamesIsLookedAt() throws {
        let bench = try Bench()
        let world = try World(bench)
        let (mine, other) = (world.gateway, world.dualGateway)
        func outcome(_ rules: [AccessRule], _ action: String, _ parameters: [(String, String)]) -> String {
            let user = AccessKey.subUser("user", secret: "user", rules: rules)
            bench.setAccessPolicy(AccessPolicy(keys: [.root, user]))
            let reply = bench.call(action, parameters, key: "user", secret: "user")
            return reply.status == 403 ? "denied" : "allowed"
        }
        func tag(_ ids: String...) -> [(String, String)] {
            [("ResourceType", "VpnGateway"), ("Tag.1.Key", "k"), ("TagKey.1", "k")]
                + ids.enumerated().map { ("ResourceId.\($0.offset + 1)", $0.element) }
        }
        let own: [AccessRule] = [.allow("*", on: mine)]
        let allButOther: [AccessRule] = [.allow("*"), .deny("*", on: other)]
        for action in ["TagResources", "UnTagResources", "ListTagResources"] {
            for rules in [own, allButOther] {
                #expect(outcome(rules, action, tag(mine)) == "allowed")
                #expect(outcome(rules, action, tag(other)) == "denied")
                #expect(outcome(rules, action, tag(mine, other)) == "denied")
                #expect(outcome(rules, action, tag(other, mine)) == "denied")
                #expect(outcome(rules, action, tag(mine, mine, other)) == "denied")
            }
        }
        let gap = [("ResourceType", "VpnGateway"), ("ResourceId.1", mine), ("ResourceId.3", other), ("Tag.1.Key", "k")]
        #expect(outcome(own, "TagResources", gap) == "denied")
        #expect(outcome(own, "DescribeVpnGateways", [("VpnGatewayId", "\(mine),\(other)")]) == "denied")
        #expect(outcome(own, "DescribeVpnGateways", [("VpnGatewayId", mine)]) == "allowed")
        // One that names none is about all of them.
        #expect(outcome(own, "DescribeVpnGateways", []) == "denied")
        #expect(outcome(own, "DescribeVpnGateways", [("VpcId", mine)]) == "denied")
        #expect(outcome(allButOther, "DescribeVpnGateways", []) == "allowed")
        #expect(outcome([.allow("Describe*", on: "acs:vpc:*:*:vpngateway/*")], "DescribeVpnGateways", []) == "allowed")
        #expect(outcome([.allow("Describe*", on: "acs:vpc:*:*:vpc/*")], "DescribeVpnGateways", []) == "denied")
        // What is connected is touched too.
        let connection = [
            ("VpnGatewayId", mine), ("CustomerGatewayId", world.peer), ("LocalSubnet", "10.1.0.0/24"),
            ("RemoteSubnet", "192.168.44.0/24"), ("DryRun", "true"),
        ]
        #expect(outcome(own, "CreateVpnConnection", connection) == "denied")
        #expect(outcome(own + [.allow("CreateVpn*", on: "cgw-*")], "CreateVpnConnection", connection) == "allowed")
        let tunnels = [
            ("VpnConnectionId", world.connection), ("TunnelId", "tun-1"),
            ("TunnelOptionsSpecification.CustomerGatewayId", world.peer),
        ]
        #expect(outcome([.allow("*"), .deny("*", on: world.peer)], "ModifyTunnelAttribute", tunnels) == "denied")
        #expect(outcome([.allow("*"), .deny("*", on: "cgw-no")], "ModifyTunnelAttribute", tunnels) == "allowed")
    }

    /// A rule that denies in a region is not got round by not naming the region.
    @Test func theRegionOfACall() throws {
        let bench = try Bench()
        let vpc = bench.makeVpc()
        let made = bench.call(
            "CreateVSwitch", ["VpcId": vpc, "ZoneId": "cn-hangzhou-h", "CidrBlock": "192.168.1.0/24"])
        let id = made.string("VSwitchId") ?? ""
        try bench.service.administer { try $0.setAccountRules([rule("*@acs:vpc:cn-hangzhou:*:vswitch/*")]) }
        let call = { bench.call("DescribeVSwitchAttributes", ["VSwitchId": id], region: $0).outcome }
        #expect(call("cn-hangzhou") == "403 Forbidden")
        #expect(call(nil) == "403 Forbidden")
        try bench.service.administer { try $0.setAccountRules([rule("*@acs:vpc:cn-beijing:*:vswitch/*")]) }
        #expect(call("cn-hangzhou") == "200")
    }
}
