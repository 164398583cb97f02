"""VPCs, vSwitches, route tables, elastic addresses, regions and zones."""

import unittest

from endpoint import REGION, OfficialClientTest
from resources import ZONES, Resources

TAGS = [{"key": "team", "value": "net"}, {"key": "empty", "value": ""}]
TIME = r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$"


class Vpcs(OfficialClientTest):
    def test_life_of_a_vpc(self):
        created = self.calls.create_vpc(
            cidr_block="192.168.0.0/16", vpc_name="first", description="A network.", user_cidr="198.51.100.0/24",
            enable_dns_hostname=True, tag=TAGS, resource_group_id="rg-one")
        self.assert_complete(created)
        self.assertRegex(created.vpc_id, "^vpc-bp1[0-9a-z]{18}$")
        self.assertRegex(created.vrouter_id, "^vrt-")
        self.assertRegex(created.route_table_id, "^vtb-")
        self.assertEqual(created.resource_group_id, "rg-one")
        pending = self.calls.describe_vpc_attribute(vpc_id=created.vpc_id)
        self.assertEqual(pending.status, "Pending")
        self.settle()

        found = self.calls.describe_vpc_attribute(vpc_id=created.vpc_id)
        self.assert_complete(found)
        self.assert_fields(
            found, vpc_id=created.vpc_id, status="Available", vpc_name="first", description="A network.",
            cidr_block="192.168.0.0/16", region_id=REGION, vrouter_id=created.vrouter_id, is_default=False,
            resource_group_id="rg-one", dns_hostname_status="ENABLED", enabled_ipv_6=False)
        self.assertRegex(found.creation_time, TIME)
        self.assertEqual(found.user_cidrs.user_cidr, ["198.51.100.0/24"])
        self.assertEqual([(tag.key, tag.value) for tag in found.tags.tag], [("team", "net"), ("empty", "")])
        self.assertEqual(found.v_switch_ids.v_switch_id, [])

        listed = self.calls.describe_vpcs(vpc_id=created.vpc_id)
        self.assert_complete(listed)
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (vpc,) = listed.vpcs.vpc
        self.assert_fields(
            vpc, vpc_id=created.vpc_id, status="Available", vpc_name="first", cidr_block="192.168.0.0/16",
            creation_time=found.creation_time, region_id=REGION, vrouter_id=created.vrouter_id)
        self.assertEqual(vpc.router_table_ids.router_table_ids, [created.route_table_id])
        self.assert_agrees(vpc, found)
        self.assert_fields(
            found, ipv_4gateway_id="", ipv_6cidr_block="", dhcp_options_set_id="", dhcp_options_set_status="")

        self.calls.modify_vpc_attribute(vpc_id=created.vpc_id, vpc_name="second", description="Another.")
        self.assert_fields(
            self.calls.describe_vpc_attribute(vpc_id=created.vpc_id), vpc_name="second", description="Another.",
            cidr_block="192.168.0.0/16")

        self.calls.delete_vpc(vpc_id=created.vpc_id)
        self.assert_gone("InvalidVpcId.NotFound", self.calls.describe_vpc_attribute, vpc_id=created.vpc_id)
        self.assertEqual(self.calls.describe_vpcs(vpc_id=created.vpc_id).total_count, 0)

    def test_a_vpc_tells_what_is_in_it(self):
        network = Resources(self.calls).network()
        found = self.calls.describe_vpc_attribute(vpc_id=network.vpc)
        self.assertEqual(sorted(found.v_switch_ids.v_switch_id), sorted(network.switches))
        counts = {item.resource_type: item.resource_count for item in found.cloud_resources.cloud_resource_set_type}
        self.assertEqual((counts["VSwitch"], counts["RouteTable"]), (2, 1))

    def test_pages_by_number(self):
        group = "rg-pages"
        ids = {self.calls.create_vpc(resource_group_id=group).vpc_id for _ in range(5)}
        seen = []
        for number, count in ((1, 2), (2, 2), (3, 1), (4, 0)):
            page = self.calls.describe_vpcs(resource_group_id=group, page_number=number, page_size=2)
            self.assert_fields(page, total_count=5, page_number=number, page_size=2)
            self.assertEqual(len(page.vpcs.vpc), count)
            seen += [vpc.vpc_id for vpc in page.vpcs.vpc]
        self.assertEqual(set(seen), ids)

    def test_filters_narrow_the_list(self):
        wanted = self.calls.create_vpc(vpc_name="wanted", tag=[{"key": "find", "value": "me"}]).vpc_id
        self.calls.create_vpc(vpc_name="other", tag=[{"key": "find", "value": "not"}])
        for filters in (
            {"vpc_name": "wanted"}, {"tag": [{"key": "find", "value": "me"}]}, {"vpc_id": wanted},
            {"vpc_id": f"{wanted},vpc-none", "is_default": False},
        ):
            with self.subTest(filters):
                found = self.calls.describe_vpcs(**filters)
                self.assertEqual([vpc.vpc_id for vpc in found.vpcs.vpc], [wanted])
        self.assertEqual(self.calls.describe_vpcs(is_default=True).total_count, 0)
        self.assertEqual(self.calls.describe_vpcs(region_id="cn-beijing").total_count, 0)

    def test_filters_that_nothing_passes(self):
        vpc = self.calls.create_vpc().vpc_id
        owner = self.calls.describe_vpcs(vpc_id=vpc).vpcs.vpc[0].owner_id
        for filters, count in (
            ({"vpc_owner_id": owner}, 1), ({"vpc_owner_id": owner + 1}, 0), ({"enable_ipv_6": False}, 1),
            ({"enable_ipv_6": True}, 0), ({"dhcp_options_set_id": "dopt-none"}, 0),
        ):
            with self.subTest(filters):
                self.assertEqual(self.calls.describe_vpcs(vpc_id=vpc, **filters).total_count, count)


class VSwitches(OfficialClientTest):
    def setUp(self):
        self.vpc = self.calls.create_vpc(cidr_block="10.0.0.0/8")
        self.settle()

    def test_life_of_a_vswitch(self):
        created = self.calls.create_vswitch(
            vpc_id=self.vpc.vpc_id, zone_id=ZONES[0], cidr_block="10.1.0.0/24", v_switch_name="first",
            description="A switch.", tag=TAGS)
        self.assert_complete(created)
        self.assertRegex(created.v_switch_id, "^vsw-bp1[0-9a-z]{18}$")
        self.assertEqual(self.calls.describe_vswitch_attributes(v_switch_id=created.v_switch_id).status, "Pending")
        self.settle()

        found = self.calls.describe_vswitch_attributes(v_switch_id=created.v_switch_id)
        self.assert_complete(found)
        self.assert_fields(
            found, v_switch_id=created.v_switch_id, vpc_id=self.vpc.vpc_id, status="Available", zone_id=ZONES[0],
            cidr_block="10.1.0.0/24", v_switch_name="first", description="A switch.", is_default=False,
            available_ip_address_count=252)
        self.assertRegex(found.creation_time, TIME)
        self.assert_fields(
            found.route_table, route_table_id=self.vpc.route_table_id, route_table_type="System")
        self.assertEqual([(tag.key, tag.value) for tag in found.tags.tag], [("team", "net"), ("empty", "")])

        listed = self.calls.describe_vswitches(vpc_id=self.vpc.vpc_id)
        self.assert_complete(listed)
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (vswitch,) = listed.v_switches.v_switch
        self.assert_fields(
            vswitch, v_switch_id=created.v_switch_id, vpc_id=self.vpc.vpc_id, status="Available", zone_id=ZONES[0],
            cidr_block="10.1.0.0/24", creation_time=found.creation_time)
        self.assert_agrees(vswitch, found)
        self.assert_fields(found, share_type="", network_acl_id="", ipv_6cidr_block="")

        self.calls.modify_vswitch_attribute(
            v_switch_id=created.v_switch_id, v_switch_name="second", description="Another.")
        self.assert_fields(
            self.calls.describe_vswitch_attributes(v_switch_id=created.v_switch_id), v_switch_name="second",
            description="Another.")
        self.assert_refused(
            400, "DependencyViolation.VSwitch", self.calls.delete_vpc, vpc_id=self.vpc.vpc_id)

        self.calls.delete_vswitch(v_switch_id=created.v_switch_id)
        self.assert_gone(
            "InvalidVSwitchId.NotFound", self.calls.describe_vswitch_attributes, v_switch_id=created.v_switch_id)
        self.calls.delete_vpc(vpc_id=self.vpc.vpc_id)

    def test_filters_narrow_the_list(self):
        def vswitch(zone, block, **parameters):
            return self.calls.create_vswitch(
                vpc_id=self.vpc.vpc_id, zone_id=zone, cidr_block=block, **parameters).v_switch_id

        wanted = vswitch(ZONES[0], "10.1.0.0/24", v_switch_name="wanted", tag=[{"key": "find", "value": "me"}])
        vswitch(ZONES[1], "10.2.0.0/24", v_switch_name="other")
        for filters in (
            {"v_switch_name": "wanted"}, {"tag": [{"key": "find"}]}, {"v_switch_id": wanted}, {"zone_id": ZONES[0]},
        ):
            with self.subTest(filters):
                found = self.calls.describe_vswitches(vpc_id=self.vpc.vpc_id, **filters)
                self.assertEqual([vswitch.v_switch_id for vswitch in found.v_switches.v_switch], [wanted])
        table = self.vpc.route_table_id
        self.assertEqual(self.calls.describe_vswitches(route_table_id=table).total_count, 2)
        self.assertEqual(self.calls.describe_vswitches(region_id=None, vpc_id=self.vpc.vpc_id).total_count, 2)

    def test_filters_that_nothing_passes(self):
        vswitch = self.calls.create_vswitch(
            vpc_id=self.vpc.vpc_id, zone_id=ZONES[0], cidr_block="10.1.0.0/24").v_switch_id
        owner = self.calls.describe_vswitch_attributes(v_switch_id=vswitch).owner_id
        for filters, count in (
            ({"v_switch_owner_id": owner}, 1), ({"v_switch_owner_id": owner + 1}, 0), ({"enable_ipv_6": False}, 1),
            ({"enable_ipv_6": True}, 0),
        ):
            with self.subTest(filters):
                self.assertEqual(self.calls.describe_vswitches(v_switch_id=vswitch, **filters).total_count, count)


class RouteTables(OfficialClientTest):
    def setUp(self):
        self.resources = Resources(self.calls)
        self.network = self.resources.network()

    def entries(self, **filters):
        return self.calls.describe_route_entry_list(route_table_id=self.network.table, **filters)

    def test_the_table_of_a_vpc(self):
        listed = self.calls.describe_route_table_list(vpc_id=self.network.vpc)
        self.assert_complete(listed)
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (table,) = listed.router_table_list.router_table_list_type
        self.assert_fields(
            table, route_table_id=self.network.table, vpc_id=self.network.vpc, route_table_type="System",
            router_type="VRouter", status="Available", associate_type="VSwitch")
        self.assertRegex(table.router_id, "^vrt-")
        self.assertRegex(table.creation_time, TIME)
        self.assertEqual(sorted(table.v_switch_ids.v_switch_id), sorted(self.network.switches))

    def test_filters_narrow_the_list(self):
        router = self.calls.describe_vpc_attribute(vpc_id=self.network.vpc).vrouter_id
        for filters, count in (
            ({"route_table_id": self.network.table}, 1), ({"router_id": router}, 1),
            ({"vpc_id": self.network.vpc, "router_type": "VBR"}, 0),
            ({"vpc_id": self.network.vpc, "route_table_type": "System"}, 1),
        ):
            with self.subTest(filters):
                self.assertEqual(self.calls.describe_route_table_list(**filters).total_count, count)

    def test_there_are_no_custom_tables(self):
        self.assertEqual(
            self.calls.describe_route_table_list(vpc_id=self.network.vpc, route_table_type="Custom").total_count, 0)

    def test_a_vpc_in_a_group_has_its_table_there(self):
        table = self.resources.network(resource_group_id="rg-tables").table
        listed = self.calls.describe_route_table_list(resource_group_id="rg-tables")
        self.assertEqual(
            [item.route_table_id for item in listed.router_table_list.router_table_list_type], [table])

    def test_life_of_a_route(self):
        gateway = self.resources.gateway(self.network)
        created = self.calls.create_route_entry(
            route_table_id=self.network.table, destination_cidr_block="192.168.0.0/16", next_hop_id=gateway,
            next_hop_type="VpnGateway", route_entry_name="way", description="To the office.")
        self.assert_complete(created)
        self.assertRegex(created.route_entry_id, "^rte-")

        listed = self.entries()
        # There is another page only where a token says so, and no route here is another service's.
        self.assert_complete(
            listed, "next_token", "route_entrys.route_entry.next_hops.next_hop.next_hop_related_info")
        self.assertEqual(listed.total_count, 3)
        routes = {route.type: route for route in listed.route_entrys.route_entry}
        custom = routes["Custom"]
        self.assert_fields(
            custom, route_entry_id=created.route_entry_id, route_entry_name="way", description="To the office.",
            destination_cidr_block="192.168.0.0/16", status="Available", ip_version="ipv4",
            route_table_id=self.network.table)
        self.assertRegex(custom.gmt_modified, TIME)
        (hop,) = custom.next_hops.next_hop
        self.assert_fields(hop, next_hop_type="VpnGateway", next_hop_id=gateway, enabled=1, weight=0)
        self.assertEqual(routes["System"].next_hops.next_hop[0].next_hop_type, "local")

        for filters in (
            {"destination_cidr_block": "192.168.0.0/16"}, {"route_entry_type": "Custom"}, {"next_hop_id": gateway},
            {"next_hop_type": "VpnGateway"}, {"route_entry_name": "way"}, {"route_entry_id": created.route_entry_id},
            {"route_entry_type": "Custom", "ip_version": "ipv4"},
        ):
            with self.subTest(filters):
                found = self.entries(**filters)
                self.assertEqual(
                    [route.route_entry_id for route in found.route_entrys.route_entry], [created.route_entry_id])

        self.calls.delete_route_entry(route_entry_id=created.route_entry_id)
        self.assertEqual(self.entries(route_entry_type="Custom").total_count, 0)
        self.assert_gone(
            "InvalidRouteEntry.NotFound", self.calls.delete_route_entry, route_entry_id=created.route_entry_id)

    def test_further_filters_of_routes(self):
        for filters, count in (
            ({"dest_cidr_block_list": ["10.0.1.0/24", "172.16.0.0/16"]}, 1), ({"service_type": "TR"}, 0),
        ):
            with self.subTest(filters):
                self.assertEqual(self.entries(**filters).total_count, count)

    def test_pages_by_token(self):
        first = self.entries(max_result=1)
        self.assertEqual(first.total_count, 2)
        second = self.entries(max_result=1, next_token=first.next_token)
        self.assertIn(second.next_token, (None, ""))
        ids = [page.route_entrys.route_entry[0].route_entry_id for page in (first, second)]
        self.assertEqual(len(set(ids)), 2)


class ElasticAddresses(OfficialClientTest):
    # What an address has only where it is bound, reserved ahead of time, or of a pool.
    ABSENT = [f"eip_addresses.eip_address.{name}" for name in (
        "biz_type", "mode", "public_ip_address_pool_id", "reservation_active_time", "reservation_bandwidth",
        "reservation_internet_charge_type", "reservation_order_type", "segment_instance_id", "service_id", "vpc_id",
        "zone")]

    def test_life_of_an_address(self):
        created = self.calls.allocate_eip_address(
            bandwidth="10", internet_charge_type="PayByTraffic", instance_charge_type="PostPaid", isp="BGP_PRO",
            name="first", description="An address.", resource_group_id="rg-one", tag=TAGS)
        self.assert_complete(created)
        self.assertRegex(created.allocation_id, "^eip-bp1")
        self.assertRegex(created.eip_address, r"^\d+\.\d+\.\d+\.\d+$")

        listed = self.calls.describe_eip_addresses(allocation_id=created.allocation_id)
        self.assert_complete(listed, *self.ABSENT)
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (address,) = listed.eip_addresses.eip_address
        self.assert_fields(
            address, allocation_id=created.allocation_id, ip_address=created.eip_address, status="Available",
            bandwidth="10", internet_charge_type="PayByTraffic", charge_type="PostPaid", isp="BGP_PRO", name="first",
            description="An address.", region_id=REGION, business_status="Normal", resource_group_id="rg-one")
        self.assertRegex(address.allocation_time, TIME)
        self.assertEqual([(tag.key, tag.value) for tag in address.tags.tag], [("team", "net"), ("empty", "")])

        self.calls.modify_eip_address_attribute(
            allocation_id=created.allocation_id, bandwidth="20", name="second", description="Another.")
        (address,) = self.calls.describe_eip_addresses(
            eip_address=created.eip_address).eip_addresses.eip_address
        self.assert_fields(address, bandwidth="20", name="second", description="Another.")

        self.calls.release_eip_address(allocation_id=created.allocation_id)
        self.assertEqual(self.calls.describe_eip_addresses(allocation_id=created.allocation_id).total_count, 0)
        self.assert_gone(
            "InvalidAllocationId.NotFound", self.calls.release_eip_address, allocation_id=created.allocation_id)

    def test_filters_narrow_the_list(self):
        wanted = self.calls.allocate_eip_address(
            name="wanted", tag=[{"key": "find", "value": "me"}], resource_group_id="rg-wanted").allocation_id
        self.calls.allocate_eip_address(name="other")
        for filters in (
            {"eip_name": "wanted"}, {"tag": [{"key": "find", "value": "me"}]}, {"resource_group_id": "rg-wanted"},
            {"resource_group_id": "rg-wanted", "status": "Available"},
        ):
            with self.subTest(filters):
                found = self.calls.describe_eip_addresses(**filters)
                self.assertEqual([item.allocation_id for item in found.eip_addresses.eip_address], [wanted])
        self.assertEqual(self.calls.describe_eip_addresses(status="InUse").total_count, 0)

    def test_filters_by_how_it_is_paid_for_and_connected(self):
        one = self.calls.allocate_eip_address(isp="BGP_PRO").allocation_id
        other = self.calls.allocate_eip_address(instance_charge_type="PrePaid", period=1).allocation_id
        for filters, expected in (
            ({"isp": "BGP_PRO"}, [one]), ({"charge_type": "PostPaid"}, [one]), ({"charge_type": "PrePaid"}, [other]),
        ):
            with self.subTest(filters):
                found = self.calls.describe_eip_addresses(allocation_id=f"{one},{other}", **filters)
                self.assertEqual([item.allocation_id for item in found.eip_addresses.eip_address], expected)

    def test_filters_that_nothing_passes(self):
        address = self.calls.allocate_eip_address().allocation_id
        for filters in (
            {"associated_instance_id": "i-none", "associated_instance_type": "EcsInstance"},
            {"lock_reason": "financial"}, {"service_managed": True}, {"security_protection_enabled": True},
            {"public_ip_address_pool_id": "pippool-none"}, {"segment_instance_id": "eipsg-none"},
        ):
            with self.subTest(filters):
                self.assertEqual(
                    self.calls.describe_eip_addresses(allocation_id=address, **filters).total_count, 0)


class RegionsAndZones(OfficialClientTest):
    def test_regions(self):
        found = self.calls.describe_regions(accept_language="en-US")
        self.assert_complete(found)
        self.assert_filled(found, "regions.region.region_id", "regions.region.local_name")
        regions = {region.region_id: region for region in found.regions.region}
        self.assertGreater(len(regions), 20)
        self.assertEqual(regions["cn-hangzhou"].region_endpoint, "vpc.aliyuncs.com")
        self.assertEqual(regions["eu-central-1"].region_endpoint, "vpc.eu-central-1.aliyuncs.com")

    def test_zones(self):
        found = self.calls.describe_zones(accept_language="en-US")
        self.assert_complete(found)
        zones = {zone.zone_id: zone for zone in found.zones.zone}
        self.assertLessEqual(set(ZONES), set(zones))
        self.assertEqual({zone.zone_type for zone in found.zones.zone}, {"AvailabilityZone"})
        self.assertEqual(self.calls.describe_zones(zone_type="EdgeZone").zones.zone, [])

    def test_languages_as_the_model_writes_them(self):
        for call, languages in (
            (self.calls.describe_regions, ("zh-CN", "en-US", "ja")),
            (self.calls.describe_zones, ("zh-cn", "en-us", "ja")),
        ):
            for language in languages:
                with self.subTest(call.args[0], language=language):
                    call(accept_language=language)

    def test_every_region_has_zones_in_which_a_vswitch_can_be(self):
        for region in self.calls.describe_regions().regions.region:
            with self.subTest(region.region_id):
                zones = self.calls.describe_zones(region_id=region.region_id).zones.zone
                self.assertTrue(zones)
                for zone in zones:
                    self.assertTrue(zone.zone_id.startswith(region.region_id), zone.zone_id)
