"""Routes of VPN gateways by destination, by policy and by BGP, and of connections without a VPN gateway."""

import unittest

from endpoint import OfficialClientTest, as_json
from resources import ZONES, Resources


class GatewayRoutes(OfficialClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resources = Resources(cls.calls)
        cls.network = cls.resources.network()
        cls.gateway = cls.resources.gateway(cls.network)
        cls.connection = cls.resources.connection(cls.gateway, auto_config_route=False)

    def published(self, destination):
        """Whether the VPC's route table leads a network to the gateway."""
        found = self.calls.describe_route_entry_list(
            route_table_id=self.network.table, destination_cidr_block=destination)
        return [route.next_hops.next_hop[0].next_hop_id for route in found.route_entrys.route_entry] == [self.gateway]

    def test_life_of_a_route(self):
        route = {
            "vpn_gateway_id": self.gateway, "next_hop": self.connection, "route_dest": "192.168.50.0/24", "weight": 0}
        created = self.calls.create_vpn_route_entry(
            publish_vpc=False, description="To the office.", overlay_mode="Ipsec", **route)
        self.assert_complete(created)
        self.assert_fields(
            created, next_hop=self.connection, route_dest="192.168.50.0/24", weight=0, state="normal",
            description="To the office.", overlay_mode="Ipsec", vpn_instance_id=self.gateway)
        self.settle()
        listed = self.calls.describe_vpn_route_entries(vpn_gateway_id=self.gateway, route_entry_type="custom")
        self.assert_complete(listed)
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (entry,) = listed.vpn_route_entries.vpn_route_entry
        self.assert_fields(
            entry, next_hop=self.connection, route_dest="192.168.50.0/24", weight=0, state="normal",
            route_entry_type="custom", vpn_instance_id=self.gateway, create_time=created.create_time)
        counts = {count.route_entry_type: count.route_count for count in listed.vpn_route_counts.vpn_route_count}
        self.assertEqual(counts["custom"], 1)

        self.calls.modify_vpn_route_entry_weight(new_weight=100, **route)
        self.settle()
        route["weight"] = 100
        self.assertFalse(self.published("192.168.50.0/24"))
        publish = {name: route[name] for name in ("vpn_gateway_id", "next_hop", "route_dest")}
        self.calls.publish_vpn_route_entry(publish_vpc=True, route_type="dbr", **publish)
        self.settle()
        (entry,) = self.calls.describe_vpn_route_entries(
            vpn_gateway_id=self.gateway).vpn_route_entries.vpn_route_entry
        self.assert_fields(entry, weight=100, state="published")
        self.assertTrue(self.published("192.168.50.0/24"))
        self.calls.publish_vpn_route_entry(publish_vpc=False, route_type="dbr", **publish)
        self.settle()
        self.assertFalse(self.published("192.168.50.0/24"))

        self.calls.delete_vpn_route_entry(**route)
        self.assertEqual(self.calls.describe_vpn_route_entries(vpn_gateway_id=self.gateway).total_count, 0)
        self.assert_gone("InvalidRouteEntry.NotFound", self.calls.delete_vpn_route_entry, **route)

    def test_life_of_a_policy_based_route(self):
        route = {
            "vpn_gateway_id": self.gateway, "next_hop": self.connection, "route_dest": "192.168.60.0/24",
            "route_source": "10.0.0.0/24", "weight": 0, "priority": 5}
        created = self.calls.create_vpn_pbr_route_entry(publish_vpc=True, description="To the office.", **route)
        self.assert_complete(created)
        self.assert_fields(
            created, next_hop=self.connection, route_dest="192.168.60.0/24", route_source="10.0.0.0/24", weight=0,
            priority=5, state="published", description="To the office.", vpn_instance_id=self.gateway)
        self.assertTrue(self.published("192.168.60.0/24"))

        def only():
            self.settle()
            listed = self.calls.describe_vpn_pbr_route_entries(vpn_gateway_id=self.gateway)
            self.assert_complete(listed)
            self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
            (entry,) = listed.vpn_pbr_route_entries.vpn_pbr_route_entry
            return entry

        self.assert_fields(
            only(), next_hop=self.connection, route_dest="192.168.60.0/24", route_source="10.0.0.0/24", weight=0,
            priority=5, state="published", create_time=created.create_time, vpn_instance_id=self.gateway)
        self.calls.modify_vpn_pbr_route_entry_weight(new_weight=100, **route)
        route["weight"] = 100
        self.assert_fields(only(), weight=100, priority=5)
        self.calls.modify_vpn_pbr_route_entry_priority(new_priority=7, **route)
        route["priority"] = 7
        self.assert_fields(only(), weight=100, priority=7)
        self.calls.modify_vpn_pbr_route_entry_attribute(new_priority=9, new_weight=0, **route)
        route.update(weight=0, priority=9)
        self.assert_fields(only(), weight=0, priority=9)
        self.calls.publish_vpn_route_entry(
            publish_vpc=False, route_type="pbr", vpn_gateway_id=self.gateway, next_hop=self.connection,
            route_dest="192.168.60.0/24")
        self.assertEqual(only().state, "normal")
        self.assertFalse(self.published("192.168.60.0/24"))
        self.calls.delete_vpn_pbr_route_entry(**route)
        self.assertEqual(self.calls.describe_vpn_pbr_route_entries(vpn_gateway_id=self.gateway).total_count, 0)

    def test_routes_that_follow_from_the_networks(self):
        gateway = self.resources.gateway(self.network)
        connection = self.resources.connection(
            gateway, local_subnet="10.0.0.0/24,10.0.1.0/24", remote_subnet="192.168.70.0/24", auto_config_route=True)
        routes = self.calls.describe_vpn_pbr_route_entries(
            vpn_gateway_id=gateway).vpn_pbr_route_entries.vpn_pbr_route_entry
        self.assertEqual(
            sorted((route.route_source, route.route_dest, route.next_hop) for route in routes),
            [("10.0.0.0/24", "192.168.70.0/24", connection), ("10.0.1.0/24", "192.168.70.0/24", connection)])

    def test_routes_by_bgp(self):
        gateway = self.resources.gateway(self.network, is_dual=True)
        connection = self.resources.dual_connection(
            gateway, self.resources.tunnels(asn=65010), enable_tunnels_bgp=True)
        tunnels = self.calls.describe_vpn_connection(
            vpn_connection_id=connection).tunnel_options_specification.tunnel_options
        listed = self.calls.describe_vpn_route_entries(vpn_gateway_id=gateway, route_entry_type="bgp")
        self.assert_complete(listed)
        self.assertEqual(listed.total_count, 2)
        routes = listed.vpn_route_entries.vpn_route_entry
        self.assertEqual(
            [route.next_hop_tunnel_id for route in routes], [tunnel.tunnel_id for tunnel in tunnels])
        for route in routes:
            self.assert_fields(
                route, route_dest="10.0.0.0/8", route_entry_type="bgp", source="CLOUD", next_hop=connection,
                vpn_instance_id=gateway, as_path="65001")
        counts = {
            (count.route_entry_type, count.source): count.route_count
            for count in listed.vpn_route_counts.vpn_route_count}
        self.assertEqual(counts["bgp", "CLOUD"], 2)

    def test_routes_between_two_networks_by_bgp(self):
        ours, theirs = self.facing()
        for (gateway, _), mine, other in (
            (ours, "10.0.0.0/8", "172.16.0.0/12"), (theirs, "172.16.0.0/12", "10.0.0.0/8"),
        ):
            listed = self.calls.describe_vpn_route_entries(vpn_gateway_id=gateway, route_entry_type="bgp")
            routes = {route.route_dest: route.source for route in listed.vpn_route_entries.vpn_route_entry}
            self.assertEqual(routes, {mine: "CLOUD", other: "VPN_BGP"})

    def test_propagated_routes_stand_in_the_networks_table(self):
        (gateway, table), (_, _) = self.facing()
        found = self.calls.describe_route_entry_list(
            route_table_id=table, destination_cidr_block="172.16.0.0/12").route_entrys.route_entry
        self.assertEqual([route.next_hops.next_hop[0].next_hop_id for route in found], [gateway])

    def facing(self):
        """Two networks whose gateways tell each other of them: of each the gateway and the route table."""
        sides = []
        for block, switch in (("10.0.0.0/8", "10.0.0.0/24"), ("172.16.0.0/12", "172.16.0.0/24")):
            vpc = self.calls.create_vpc(cidr_block=block)
            self.settle()
            self.calls.create_vswitch(vpc_id=vpc.vpc_id, zone_id=ZONES[0], cidr_block=switch)
            self.settle()
            gateway = self.calls.create_vpn_gateway(vpc_id=vpc.vpc_id, bandwidth=10).vpn_gateway_id
            self.settle()
            self.calls.modify_vpn_gateway_attribute(vpn_gateway_id=gateway, auto_propagate=True)
            sides.append((gateway, vpc.route_table_id))
        addresses = [self.calls.describe_vpn_gateway(vpn_gateway_id=gateway).internet_ip for gateway, _ in sides]
        for position, (gateway, _) in enumerate(sides):
            other = 1 - position
            customer = self.calls.create_customer_gateway(
                ip_address=addresses[other], asn=str(65001 + other)).customer_gateway_id
            self.resources.connection(
                gateway, customer_gateway_id=customer, local_subnet="0.0.0.0/0", remote_subnet="0.0.0.0/0",
                ike_config=as_json(Psk="top-secret-1"), bgp_config=as_json(
                    EnableBgp="true", LocalAsn=65001 + position, TunnelCidr="169.254.200.0/30",
                    LocalBgpIp=f"169.254.200.{1 + position}"))
        return sides


class ConnectionRoutes(OfficialClientTest):
    def test_life_of_a_route(self):
        resources = Resources(self.calls)
        connection = resources.attachment(
            tunnel_options_specification=resources.tunnels(), remote_subnet="192.168.0.0/16")
        route = {
            "vpn_connection_id": connection, "next_hop": connection, "route_dest": "192.168.80.0/24",
            "overlay_mode": "Ipsec"}
        created = self.calls.create_vco_route_entry(weight=0, description="To the office.", **route)
        self.assert_complete(created)
        self.assert_fields(
            created, vpn_connection_id=connection, next_hop=connection, route_dest="192.168.80.0/24", weight=0,
            description="To the office.", overlay_mode="Ipsec", state="published")
        self.settle()
        listed = self.calls.describe_vco_route_entries(vpn_connection_id=connection, route_entry_type="custom")
        self.assert_complete(listed)
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (entry,) = listed.vco_route_entries
        self.assert_fields(
            entry, vpn_connection_id=connection, next_hop=connection, route_dest="192.168.80.0/24", weight=0,
            state="published", route_entry_type="custom", create_time=created.create_time, source="", as_path="",
            community="")
        self.assertEqual(len(entry.next_hop_tunnel_id_list), 2)
        self.assertEqual({count.route_entry_type: count.route_count for count in listed.vpn_route_counts}["custom"], 1)

        self.calls.modify_vco_route_entry_weight(weight=0, new_weight=100, **route)
        self.settle()
        (entry,) = self.calls.describe_vco_route_entries(vpn_connection_id=connection).vco_route_entries
        self.assertEqual(entry.weight, 100)
        self.calls.delete_vco_route_entry(weight=100, **route)
        self.assertEqual(self.calls.describe_vco_route_entries(vpn_connection_id=connection).total_count, 0)
        self.assert_gone("InvalidRouteEntry.NotFound", self.calls.delete_vco_route_entry, weight=100, **route)
