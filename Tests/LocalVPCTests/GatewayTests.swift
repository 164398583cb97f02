import DataValue
import LocalVPC
import Testing

@Suite struct GatewayTests {
    @Test func gatewayFromProvisioningToGone() throws {
        let bench = try Bench()
        let vpc = bench.makeVpc()
        let vSwitch =
            bench.call(
                "CreateVSwitch", ["VpcId": vpc, "ZoneId": "cn-hangzhou-b", "CidrBlock": "192.168.1.0/24"]
            ).string("VSwitchId") ?? ""
        bench.clock.advance(seconds: 1)
        let created = bench.call(
            "CreateVpnGateway",
            [
                "VpcId": vpc, "VSwitchId": vSwitch, "Bandwidth": "100", "Name": "edge-1", "EnableSsl": "true",
                "SslConnections": "20", "InstanceChargeType": "POSTPAY", "AutoPay": "true",
            ])
        #expect(created.status == 200)
        let id = try #require(created.string("VpnGatewayId"))
        #expect(id.hasPrefix("vpn-bp1"))
        #expect(created.string("Name") == "edge-1")

        func status() -> String? { bench.call("DescribeVpnGateway", ["VpnGatewayId": id]).string("Status") }
        #expect(status() == "provisioning")
        #expect(bench.call("DeleteVpnGateway", ["VpnGatewayId": id]).outcome == "400 VpnGateway.Configuring")
        bench.clock.advance(seconds: 2.5)
        #expect(status() == "provisioning")
        bench.clock.advance(seconds: 0.5)
        let gateway = bench.call("DescribeVpnGateway", ["VpnGatewayId": id])
        #expect(gateway.string("Status") == "active")
        #expect(gateway.string("VSwitchId") == vSwitch)
        #expect(gateway.string("Spec") == "100M")
        #expect(gateway.string("IpsecVpn") == "enable")
        #expect(gateway.string("SslVpn") == "enable")
        #expect(gateway.at("SslMaxConnections") == 20)
        #expect(gateway.string("BusinessStatus") == "Normal")
        #expect(gateway.at("CreateTime") == .int(1_795_381_922_000))
        #expect(gateway.string("InternetIp")?.hasPrefix("198.1") == true)

        #expect(bench.call("DeleteVpc", ["VpcId": vpc]).outcome == "400 DependencyViolation.VSwitch")
        #expect(bench.call("DeleteVSwitch", ["VSwitchId": vSwitch]).outcome == "400 DependencyViolation")
        let modified = bench.call(
            "ModifyVpnGatewayAttribute", ["VpnGatewayId": id, "Name": "edge-2", "Description": "renamed"])
        #expect(modified.string("Name") == "edge-2")
        #expect(modified.string("Status") == "updating")
        #expect(
            bench.call("ModifyVpnGatewayAttribute", ["VpnGatewayId": id, "Name": "edge-3"]).outcome
                == "400 VpnGateway.Configuring")
        bench.clock.advance(seconds: 2)
        let list = bench.call("DescribeVpnGateways", ["VpcId": vpc, "Status": "active"])
        #expect(list.at("TotalCount") == 1)
        #expect(list.string("VpnGateways.VpnGateway.0.Description") == "renamed")
        #expect(bench.call("DescribeVpnGateways", ["Status": "updating"]).at("TotalCount") == 0)
        #expect(bench.call("DescribeVpnGateways", ["BusinessStatus": "FinancialLocked"]).at("TotalCount") == 0)
        #expect(bench.call("DeleteVpnGateway", ["VpnGatewayId": id]).status == 200)
        #expect(
            bench.call("DescribeVpnGateway", ["VpnGatewayId": id]).outcome
                == "404 InvalidVpnGatewayInstanceId.NotFound")
    }

    @Test(arguments: [
        (["Bandwidth": "10"], "400 MissingParameter"),
        (["VpcId": "vpc-none", "Bandwidth": "10"], "404 InvalidVpcId.NotFound"),
        (["VpcId": "VPC"], "400 MissingParameter"),
        (["VpcId": "VPC", "Bandwidth": "11"], "400 InvalidParameter"),
        (["VpcId": "VPC", "Bandwidth": "ten"], "400 InvalidParameter"),
        (["VpcId": "VPC", "Bandwidth": "10", "VSwitchId": "vsw-none"], "404 InvalidVSwitchId.NotFound"),
        (["VpcId": "VPC", "Bandwidth": "10", "Name": "1st"], "400 InvalidName"),
        (["VpcId": "VPC", "Bandwidth": "10", "InstanceChargeType": "FREE"], "400 InvalidParameter"),
        (["VpcId": "VPC", "Bandwidth": "10", "InstanceChargeType": "PREPAY"], "400 MissingParameter"),
        (["VpcId": "VPC", "Bandwidth": "10", "EnableIpsec": "false"], "400 InvalidParameter"),
        (["VpcId": "VPC", "Bandwidth": "10", "VpnType": "NationalStandard"], "200"),
        (["VpcId": "VPC", "Bandwidth": "10", "SslConnections": "7"], "400 InvalidParameter"),
    ])
    func gatewayParametersAreChecked(parameters: [String: String], outcome: String) throws {
        let bench = try Bench()
        let vpc = bench.makeVpc()
        let all =
            bench.common("CreateVpnGateway") + [("RegionId", "cn-hangzhou")]
            + parameters.map { ($0.key, $0.value == "VPC" ? vpc : $0.value) }
        #expect(bench.send(all).outcome == outcome)
    }

    @Test func prepaidGatewayIsHeldUntilItsEnd() throws {
        let bench = try Bench()
        let vpc = bench.makeVpc()
        let id =
            bench.call(
                "CreateVpnGateway",
                ["VpcId": vpc, "Bandwidth": "5", "InstanceChargeType": "PREPAY", "Period": "1"]
            ).string("VpnGatewayId") ?? ""
        bench.clock.advance(seconds: 3)
        #expect(bench.call("DeleteVpnGateway", ["VpnGatewayId": id]).outcome == "403 ForbiddenRelease")
        bench.clock.advance(seconds: 31 * 86400)
        #expect(bench.call("DeleteVpnGateway", ["VpnGatewayId": id]).status == 200)
    }

    @Test func vpcWithAGatewayStays() throws {
        let bench = try Bench()
        let vpc = bench.makeVpc()
        let gateway = bench.makeGateway(vpc: vpc)
        #expect(bench.call("DeleteVpc", ["VpcId": vpc]).outcome == "400 DependencyViolation.Instance")
        #expect(bench.call("DeleteVpnGateway", ["VpnGatewayId": gateway]).status == 200)
        #expect(bench.call("DeleteVpc", ["VpcId": vpc]).status == 200)
    }

    @Test func regionsAreApart() throws {
        let bench = try Bench()
        let gateway = bench.makeGateway(region: "eu-central-1")
        #expect(gateway.hasPrefix("vpn-gw8"))
        for action in ["DescribeVpnGateway", "DeleteVpnGateway", "ModifyVpnGatewayAttribute"] {
            #expect(bench.call(action, ["VpnGatewayId": gateway]).outcome == "404 InvalidVpnGatewayInstanceId.NotFound")
        }
        #expect(bench.call("DescribeVpnGateways").at("TotalCount") == 0)
        #expect(bench.call("DescribeVpnGateways", region: "eu-central-1").at("TotalCount") == 1)
    }

    @Test func customerGatewayFromCreationToDeletion() throws {
        let bench = try Bench()
        let created = bench.call(
            "CreateCustomerGateway",
            [
                "IpAddress": "203.0.113.9", "Name": "分公司", "Description": "branch", "Asn": "123.456",
                "Tags.1.Key": "site", "Tags.1.Value": "north",
            ])
        let id = try #require(created.string("CustomerGatewayId"))
        #expect(id.hasPrefix("cgw-bp1"))
        #expect(created.at("CreateTime") == .int(1_795_381_920_000))
        #expect(
            bench.call("CreateCustomerGateway", ["IpAddress": "203.0.113.9"]).outcome
                == "400 InvalidIpAddress.AlreadyExist")
        // The address is taken in this region only.
        #expect(bench.call("CreateCustomerGateway", ["IpAddress": "203.0.113.9"], region: "cn-beijing").status == 200)

        let one = bench.call("DescribeCustomerGateway", ["CustomerGatewayId": id])
        #expect(one.string("IpAddress") == "203.0.113.9")
        #expect(one.string("Name") == "分公司")
        #expect(one.at("Asn") == 8_061_384)
        let list = bench.call("DescribeCustomerGateways", ["Tag.1.Key": "site", "Tag.1.Value": "north"])
        #expect(list.string("CustomerGateways.CustomerGateway.0.CustomerGatewayId") == id)

        let modified = bench.call("ModifyCustomerGatewayAttribute", ["CustomerGatewayId": id, "Name": "branch-1"])
        #expect(modified.string("Name") == "branch-1")
        #expect(modified.string("Description") == "branch")
        #expect(
            bench.call("DescribeCustomerGateway", ["CustomerGatewayId": id], region: "cn-beijing").outcome
                == "404 InvalidCustomerGatewayInstanceId.NotFound")
        #expect(bench.call("DeleteCustomerGateway", ["CustomerGatewayId": id]).status == 200)
        #expect(
            bench.call("DeleteCustomerGateway", ["CustomerGatewayId": id]).outcome
                == "404 InvalidCustomerGatewayInstanceId.NotFound")
        // The address is free again.
        #expect(bench.call("CreateCustomerGateway", ["IpAddress": "203.0.113.9"]).status == 200)
    }

    @Test(arguments: [
        ("IpAddress", "1.2.3", "400 InvalidIpAddress.WrongFormat"),
        ("IpAddress", "1.2.3.4.5", "400 InvalidIpAddress.WrongFormat"),
        ("IpAddress", "127.0.0.1", "400 InvalidIpAddress.WrongFormat"),
        ("IpAddress", "255.255.255.255", "400 InvalidIpAddress.WrongFormat"),
        ("IpAddress", "example.com", "400 InvalidIpAddress.WrongFormat"),
        ("IpAddress", "1.2.3.4'; DROP TABLE resource; --", "400 InvalidIpAddress.WrongFormat"),
        ("Name", "https://evil", "400 InvalidName"),
        ("Name", String(repeating: "x", count: 200), "400 InvalidName"),
        ("Description", "HTTP://x", "400 InvalidDescription"),
        ("Asn", "0", "400 InvalidParameter"), ("Asn", "45104", "400 InvalidParameter"),
        ("Asn", "4294967296", "400 InvalidParameter"), ("Asn", "99999.1", "400 InvalidParameter"),
        ("Asn", "99999999999999999999999", "400 InvalidParameter"),
        ("AuthKey", "what?", "400 InvalidParameter"),
        ("Tags.1.Key", String(repeating: "k", count: 129), "400 InvalidParameter"),
    ])
    func customerGatewayParametersAreChecked(name: String, value: String, outcome: String) throws {
        let bench = try Bench()
        let reply =
            name == "IpAddress"
            ? bench.call("CreateCustomerGateway", [name: value])
            : bench.call("CreateCustomerGateway", ["IpAddress": "203.0.113.1", name: value])
        #expect(reply.outcome == outcome)
        #expect(bench.call("DescribeCustomerGateways").at("TotalCount") == 0)
    }
}
