import CloudAPI
import DataValue
import LocalVPC
import Testing

@Suite struct NetworkTests {
    @Test func regionsAndZones() throws {
        let bench = try Bench()
        let regions = bench.call("DescribeRegions", region: nil)
        let count = regions.list("Regions.Region").count
        #expect((0..<count).map { regions.string("Regions.Region.\($0).RegionId") } == Catalogue.regions)
        #expect(regions.string("Regions.Region.0.RegionEndpoint") == "vpc.ap-northeast-1.aliyuncs.com")
        #expect(bench.call("DescribeZones").string("Zones.Zone.0.ZoneId") == "cn-hangzhou-b")
        #expect(bench.call("DescribeZones", region: "eu-central-1").string("Zones.Zone.0.ZoneId") == "eu-central-1a")
        for region in Catalogue.regions {
            #expect(!bench.call("DescribeZones", region: region).list("Zones.Zone").isEmpty, "\(region)")
        }
        #expect(bench.call("DescribeZones", region: nil).outcome == "400 MissingParameter")
        #expect(bench.call("DescribeZones", region: "atlantis-1").outcome == "404 InvalidRegionId.NotFound")
    }

    @Test func vpcFromPendingToGone() throws {
        let bench = try Bench()
        let created = bench.call(
            "CreateVpc",
            [
                "CidrBlock": "10.0.0.0/8", "VpcName": "core", "Description": "the core", "Tag.1.Key": "env",
                "Tag.1.Value": "test",
            ])
        #expect(created.status == 200)
        let id = try #require(created.string("VpcId"))
        #expect(id.wholeMatch(of: /vpc-bp1[a-z0-9]{18}/) != nil)
        #expect(created.string("VRouterId")?.hasPrefix("vrt-bp1") == true)
        #expect(created.string("RouteTableId")?.hasPrefix("vtb-bp1") == true)

        let pending = bench.call("DescribeVpcs", ["VpcId": id])
        #expect(pending.string("Vpcs.Vpc.0.Status") == "Pending")
        #expect(bench.call("DeleteVpc", ["VpcId": id]).outcome == "400 IncorrectVpcStatus")
        #expect(
            bench.call(
                "CreateVSwitch", ["VpcId": id, "ZoneId": "cn-hangzhou-b", "CidrBlock": "10.0.0.0/24"]
            ).outcome == "400 IncorrectVpcStatus")

        bench.clock.advance(seconds: 1)
        let available = bench.call("DescribeVpcs", ["VpcName": "core"])
        #expect(available.at("TotalCount") == 1)
        #expect(available.string("Vpcs.Vpc.0.Status") == "Available")
        #expect(available.string("Vpcs.Vpc.0.CidrBlock") == "10.0.0.0/8")
        #expect(available.string("Vpcs.Vpc.0.Description") == "the core")
        #expect(available.string("Vpcs.Vpc.0.CreationTime") == "2026-11-22T21:12:00Z")
        #expect(available.string("Vpcs.Vpc.0.Tags.Tag.0.Value") == "test")
        #expect(available.at("Vpcs.Vpc.0.IsDefault") == false)
        #expect(bench.call("DescribeVpcs", ["Tag.1.Key": "env", "Tag.1.Value": "test"]).at("TotalCount") == 1)
        #expect(bench.call("DescribeVpcs", ["Tag.1.Key": "env", "Tag.1.Value": "live"]).at("TotalCount") == 0)

        #expect(bench.call("DeleteVpc", ["VpcId": id], region: "cn-beijing").outcome == "404 InvalidVpcId.NotFound")
        #expect(bench.call("DeleteVpc", ["VpcId": id], region: nil).status == 200)
        #expect(bench.call("DeleteVpc", ["VpcId": id]).outcome == "404 InvalidVpcId.NotFound")
        #expect(bench.call("DescribeVpcs").at("TotalCount") == 0)
    }

    @Test(arguments: [
        ("CidrBlock", "10.0.0.0", "400 InvalidCidrBlock.Malformed"),
        ("CidrBlock", "10.0.0.1/8", "400 InvalidCidrBlock.Malformed"),
        ("CidrBlock", "10.0.0.0/29", "400 InvalidCidrBlock.Malformed"),
        ("CidrBlock", "0.0.0.0/0", "400 InvalidCidrBlock.Malformed"),
        ("CidrBlock", "0.0.0.0/8", "400 InvalidCidrBlock.Malformed"),
        ("CidrBlock", "100.64.0.0/16", "400 InvalidCidrBlock.Malformed"),
        ("CidrBlock", "010.0.0.0/8", "400 InvalidCidrBlock.Malformed"),
        ("CidrBlock", "10.0.0.0/8/8", "400 InvalidCidrBlock.Malformed"),
        ("CidrBlock", "300.0.0.0/8", "400 InvalidCidrBlock.Malformed"),
        ("CidrBlock", "10.0.0.0/99999999999999999999", "400 InvalidCidrBlock.Malformed"),
        ("VpcName", "http://x", "400 InvalidVpcName.Malformed"),
        ("VpcName", String(repeating: "n", count: 129), "400 InvalidVpcName.Malformed"),
        ("VpcName", "a\nb", "400 InvalidVpcName.Malformed"),
        ("Description", "https://x", "400 InvalidVpcDiscription.Malformed"),
        ("UserCidr", "10.0.0.0/8,nonsense", "400 InvalidParameter"),
        ("DryRun", "maybe", "400 InvalidParameter"),
        ("DryRun", "true", "400 DryRunOperation"),
        ("RegionId", "", "400 MissingParameter"),
    ])
    func vpcParametersAreChecked(name: String, value: String, outcome: String) throws {
        let bench = try Bench()
        let region = name == "RegionId" ? nil : "cn-hangzhou"
        #expect(bench.call("CreateVpc", [name: value], region: region).outcome == outcome)
        #expect(bench.call("DescribeVpcs").at("TotalCount") == 0)
    }

    @Test func vSwitchLivesInItsVpc() throws {
        let bench = try Bench()
        let vpc = bench.makeVpc("192.168.0.0/16")
        func create(_ block: String, zone: String = "cn-hangzhou-b", vpc: String) -> Reply {
            bench.call("CreateVSwitch", ["VpcId": vpc, "ZoneId": zone, "CidrBlock": block, "VSwitchName": "lan"])
        }
        let created = create("192.168.1.0/24", vpc: vpc)
        let id = try #require(created.string("VSwitchId"))
        #expect(id.hasPrefix("vsw-bp1"))
        #expect(create("192.168.1.128/25", vpc: vpc).outcome == "400 InvalidCidrBlock.Overlapped")
        #expect(create("192.168.0.0/16", vpc: vpc).outcome == "400 InvalidCidrBlock.Overlapped")
        #expect(create("10.0.0.0/24", vpc: vpc).outcome == "400 InvalidParameter")
        #expect(create("192.168.0.0/15", vpc: vpc).outcome == "400 InvalidCirdrBlock.MaskLength")
        #expect(create("192.168.2.0/30", vpc: vpc).outcome == "400 InvalidCirdrBlock.MaskLength")
        #expect(create("192.168.2.1/24", vpc: vpc).outcome == "400 InvalidCidrBlock.Malformed")
        #expect(create("192.168.2.0/24", zone: "cn-beijing-c", vpc: vpc).outcome == "404 InvalidZoneId.NotFound")
        #expect(create("192.168.2.0/24", vpc: "vpc-none").outcome == "404 InvalidVpcId.NotFound")

        let list = bench.call("DescribeVSwitches", ["VpcId": vpc], region: nil)
        #expect(list.at("TotalCount") == 1)
        #expect(list.string("VSwitches.VSwitch.0.Status") == "Pending")
        #expect(list.at("VSwitches.VSwitch.0.AvailableIpAddressCount") == 252)
        #expect(list.string("VSwitches.VSwitch.0.RouteTable.RouteTableType") == "System")
        #expect(bench.call("DescribeVpcs").string("Vpcs.Vpc.0.VSwitchIds.VSwitchId.0") == id)
        #expect(bench.call("DescribeVSwitches", region: nil).outcome == "400 MissingParameter")
        #expect(
            bench.call("DescribeVSwitches", ["VSwitchName": "lan", "ZoneId": "cn-hangzhou-c"]).at("TotalCount") == 0)
        #expect(
            bench.call("DescribeVSwitches", ["VSwitchName": "lan", "ZoneId": "cn-hangzhou-b"]).at("TotalCount") == 1)

        #expect(bench.call("DeleteVSwitch", ["VSwitchId": id]).outcome == "400 IncorrectVSwitchStatus")
        bench.clock.advance(seconds: 1)
        #expect(bench.call("DeleteVpc", ["VpcId": vpc]).outcome == "400 DependencyViolation.VSwitch")
        #expect(bench.call("DeleteVSwitch", ["VSwitchId": id, "DryRun": "true"]).outcome == "400 DryRunOperation")
        #expect(bench.call("DeleteVSwitch", ["VSwitchId": id]).status == 200)
        #expect(bench.call("DeleteVSwitch", ["VSwitchId": id]).outcome == "404 InvalidVSwitchId.NotFound")
        #expect(bench.call("DeleteVpc", ["VpcId": vpc]).status == 200)
    }

    @Test func idsOfAnotherKindAreNotFound() throws {
        let bench = try Bench()
        let vpc = bench.makeVpc()
        #expect(bench.call("DeleteVSwitch", ["VSwitchId": vpc]).outcome == "404 InvalidVSwitchId.NotFound")
    }
}
