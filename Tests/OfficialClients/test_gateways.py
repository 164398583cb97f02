"""VPN gateways of either type, and customer gateways."""

import json

from endpoint import REGION, OfficialClientTest
from resources import Resources

ADDRESS = r"^\d+\.\d+\.\d+\.\d+$"


class VpnGateways(OfficialClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resources = Resources(cls.calls)
        cls.network = cls.resources.network()

    def gone(self, gateway):
        """A deleted gateway is on its way, and then gone."""
        self.assertEqual(self.calls.describe_vpn_gateway(vpn_gateway_id=gateway).status, "deleting")
        self.settle()
        self.assert_gone(
            "InvalidVpnGatewayInstanceId.NotFound", self.calls.describe_vpn_gateway, vpn_gateway_id=gateway)
        self.assertEqual(self.calls.describe_vpn_gateways(vpn_gateway_id=gateway).total_count, 0)

    def test_life_of_a_gateway(self):
        created = self.calls.create_vpn_gateway(
            vpc_id=self.network.vpc, v_switch_id=self.network.switches[0], bandwidth=10, name="first",
            enable_ipsec=True, enable_ssl=True, ssl_connections=5, instance_charge_type="POSTPAY", auto_pay=True,
            resource_group_id="rg-one")
        self.assert_complete(created)
        self.assertRegex(created.vpn_gateway_id, "^vpn-bp1[0-9a-z]{18}$")
        self.assertEqual(created.name, "first")
        gateway = created.vpn_gateway_id
        self.assertEqual(self.calls.describe_vpn_gateway(vpn_gateway_id=gateway).status, "provisioning")
        self.settle()

        found = self.calls.describe_vpn_gateway(vpn_gateway_id=gateway)
        self.assert_complete(found, "reservation_data")
        self.assert_fields(
            found, vpn_gateway_id=gateway, vpc_id=self.network.vpc, v_switch_id=self.network.switches[0],
            status="active", business_status="Normal", name="first", description="", spec="10M", ipsec_vpn="enable",
            ssl_vpn="enable", ssl_max_connections=5, charge_type="PostpayByFlow", gateway_type="Traditional",
            vpn_type="Normal", network_type="public", auto_propagate=False, enable_bgp=False,
            resource_group_id="rg-one")
        self.assertRegex(found.internet_ip, ADDRESS)
        self.assertGreater(found.create_time, 1_500_000_000_000)
        self.assertGreater(found.end_time, found.create_time)
        self.assertIsInstance(json.loads(found.tag), dict)

        listed = self.calls.describe_vpn_gateways(vpn_gateway_id=gateway)
        self.assert_complete(listed, "vpn_gateways.vpn_gateway.reservation_data")
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (entry,) = listed.vpn_gateways.vpn_gateway
        single = found.to_map()
        del single["RequestId"]
        self.assertEqual(entry.to_map(), single)

        changed = self.calls.modify_vpn_gateway_attribute(
            vpn_gateway_id=gateway, name="second", description="A gateway.", auto_propagate=True)
        self.assert_complete(changed)
        self.assert_fields(
            changed, vpn_gateway_id=gateway, vpc_id=self.network.vpc, name="second", description="A gateway.",
            auto_propagate=True, internet_ip=found.internet_ip, status="updating", spec="10M")
        self.assert_agrees(changed, self.calls.describe_vpn_gateway(vpn_gateway_id=gateway))
        self.settle()
        self.assert_fields(
            self.calls.describe_vpn_gateway(vpn_gateway_id=gateway), name="second", description="A gateway.",
            auto_propagate=True, status="active")

        self.calls.delete_vpn_gateway(vpn_gateway_id=gateway)
        self.gone(gateway)

    def test_life_of_an_enhanced_gateway(self):
        created = self.calls.create_enhanced_vpn_gateway(
            vpc_id=self.network.vpc, v_switch_id=self.network.switches[0],
            disaster_recovery_vswitch_id=self.network.switches[1], gateway_type="Enhanced.SiteToSite", name="first",
            network_type="public", vpn_type="Normal")
        self.assert_complete(created)
        gateway = created.vpn_gateway_id
        self.settle()
        found = self.calls.describe_vpn_gateway(vpn_gateway_id=gateway)
        self.assert_complete(found, "reservation_data")
        self.assert_fields(
            found, status="active", gateway_type="Enhanced.SiteToSite", name="first", ssl_vpn="disable",
            disaster_recovery_vswitch_id=self.network.switches[1])
        self.assertRegex(found.disaster_recovery_internet_ip, ADDRESS)
        self.assertEqual(len(found.eni_instance_ids.eni_instance_id), 2)

        changed = self.calls.update_enhanced_vpn_gateway(
            vpn_gateway_id=gateway, name="second", description="A gateway.", auto_propagate=True)
        self.assert_complete(changed)
        self.assert_fields(
            changed, vpn_gateway_id=gateway, name="second", description="A gateway.", status="updating",
            gateway_type="Enhanced.SiteToSite", auto_propagate=True)
        self.assert_agrees(changed, self.calls.describe_vpn_gateway(vpn_gateway_id=gateway))
        self.settle()
        self.assert_refused(
            400, "OperationUnsupported.GatewayType", self.calls.delete_vpn_gateway, vpn_gateway_id=gateway)
        self.calls.delete_enhanced_vpn_gateway(vpn_gateway_id=gateway)
        self.gone(gateway)

    def test_a_gateway_in_two_zones(self):
        gateway = self.resources.gateway(self.network, is_dual=True, enable_ssl=True)
        found = self.calls.describe_vpn_gateway(vpn_gateway_id=gateway)
        self.assert_fields(
            found, v_switch_id=self.network.switches[0], disaster_recovery_vswitch_id=self.network.switches[1])
        addresses = {found.internet_ip, found.disaster_recovery_internet_ip, found.ssl_vpn_internet_ip}
        self.assertEqual(len(addresses), 3)
        for address in addresses:
            self.assertRegex(address, ADDRESS)

    def test_a_private_gateway(self):
        gateway = self.resources.gateway(self.network, bandwidth=200, network_type="private")
        found = self.calls.describe_vpn_gateway(vpn_gateway_id=gateway)
        self.assert_fields(found, network_type="private", spec="200M")
        self.assertTrue(found.internet_ip.startswith("10.0."), found.internet_ip)
        self.assertEqual(len(found.eni_instance_ids.eni_instance_id), 1)

    def test_filters_narrow_the_list(self):
        network = self.resources.network()
        wanted = self.resources.gateway(network, resource_group_id="rg-wanted")
        self.resources.gateway()
        self.calls.tag_resources(
            resource_type="VpnGateway", resource_id=[wanted], tag=[{"key": "find", "value": "me"}])
        for filters in (
            {"vpc_id": network.vpc}, {"resource_group_id": "rg-wanted"}, {"tag": [{"key": "find", "value": "me"}]},
            {"vpc_id": network.vpc, "status": "active"}, {"vpc_id": network.vpc, "business_status": "Normal"},
            {"vpc_id": network.vpc, "gateway_type": "Traditional"},
        ):
            with self.subTest(filters):
                found = self.calls.describe_vpn_gateways(**filters)
                self.assertEqual([item.vpn_gateway_id for item in found.vpn_gateways.vpn_gateway], [wanted])
        for filters in (
            {"status": "updating"}, {"business_status": "FinancialLocked"}, {"gateway_type": "Enhanced.SiteToSite"},
        ):
            with self.subTest(filters):
                self.assertEqual(self.calls.describe_vpn_gateways(vpc_id=network.vpc, **filters).total_count, 0)

    def test_zones_and_what_the_region_can_do(self):
        found = self.calls.describe_vpn_gateway_available_zones(spec="10M")
        self.assert_complete(found)
        self.assertEqual(found.region_id, REGION)
        self.assert_filled(found, "available_zone_id_list.zone_id", "available_zone_id_list.zone_name")
        self.assertIs(self.calls.check_vpn_bgp_enabled().bgp_enabled, True)


class Certificates(OfficialClientTest):
    """Those of VPN gateways of the type NationalStandard."""

    def test_life_of_an_association(self):
        resources = Resources(self.calls)
        gateway = resources.gateway(vpn_type="NationalStandard")
        self.assertEqual(
            self.calls.describe_vpn_gateway(vpn_gateway_id=gateway).vpn_type, "NationalStandard")
        both = {"certificate_id": "6bfe4218-ea1d-4aa5", "certificate_type": "Encryption"}
        self.calls.associate_vpn_gateway_with_certificate(vpn_gateway_id=gateway, **both)
        self.settle()
        found = self.calls.list_vpn_certificate_associations(vpn_gateway_id=[gateway])
        # There is a next page only where a token says so.
        self.assert_complete(found, "next_token")
        self.assert_fields(found, total_count=1, max_results=10)
        (relation,) = found.vpn_certificate_relations
        self.assert_fields(relation, vpn_gateway_id=gateway, region_id=REGION, **both)
        self.assertRegex(relation.association_time, r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        for filters, count in (
            ({"certificate_id": ["6bfe4218-ea1d-4aa5"]}, 1), ({"certificate_id": ["other"]}, 0),
            ({"certificate_type": "Encryption"}, 1), ({"certificate_type": "Signature"}, 0),
        ):
            with self.subTest(filters):
                self.assertEqual(self.calls.list_vpn_certificate_associations(**filters).total_count, count)
        self.calls.dissociate_vpn_gateway_with_certificate(vpn_gateway_id=gateway, **both)
        self.assertEqual(self.calls.list_vpn_certificate_associations().total_count, 0)


class CustomerGateways(OfficialClientTest):
    def test_life_of_a_customer_gateway(self):
        created = self.calls.create_customer_gateway(
            ip_address="203.0.113.9", name="first", description="An office.", asn="65010", auth_key="bgp-key",
            resource_group_id="rg-one", tags=[{"key": "team", "value": "net"}])
        self.assert_complete(created)
        self.assert_fields(created, ip_address="203.0.113.9", name="first", description="An office.")
        self.assertRegex(created.customer_gateway_id, "^cgw-bp1[0-9a-z]{18}$")
        gateway = created.customer_gateway_id

        found = self.calls.describe_customer_gateway(customer_gateway_id=gateway)
        self.assert_complete(found)
        self.assert_fields(
            found, customer_gateway_id=gateway, ip_address="203.0.113.9", name="first", description="An office.",
            asn=65010, auth_key="bgp-key", create_time=created.create_time, resource_group_id="rg-one")
        self.assertEqual([(tag.key, tag.value) for tag in found.tags.tag], [("team", "net")])

        listed = self.calls.describe_customer_gateways(customer_gateway_id=gateway)
        self.assert_complete(listed)
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (entry,) = listed.customer_gateways.customer_gateway
        single = found.to_map()
        del single["RequestId"]
        self.assertEqual(entry.to_map(), single)

        changed = self.calls.modify_customer_gateway_attribute(
            customer_gateway_id=gateway, name="second", description="Another.", auth_key="new-key")
        self.assert_complete(changed)
        self.assert_fields(
            changed, customer_gateway_id=gateway, name="second", description="Another.", ip_address="203.0.113.9",
            create_time=created.create_time)
        self.assert_agrees(changed, self.calls.describe_customer_gateway(customer_gateway_id=gateway))
        self.assert_fields(
            self.calls.describe_customer_gateway(customer_gateway_id=gateway), name="second", auth_key="new-key")

        self.calls.delete_customer_gateway(customer_gateway_id=gateway)
        for call in (self.calls.describe_customer_gateway, self.calls.delete_customer_gateway):
            self.assert_gone("InvalidCustomerGatewayInstanceId.NotFound", call, customer_gateway_id=gateway)

    def test_filters_narrow_the_list(self):
        wanted = self.calls.create_customer_gateway(
            ip_address="203.0.113.10", resource_group_id="rg-wanted",
            tags=[{"key": "find", "value": "me"}]).customer_gateway_id
        self.calls.create_customer_gateway(ip_address="203.0.113.11")
        for filters in (
            {"customer_gateway_id": wanted}, {"resource_group_id": "rg-wanted"},
            {"tag": [{"key": "find", "value": "me"}]},
        ):
            with self.subTest(filters):
                found = self.calls.describe_customer_gateways(**filters)
                ids = [item.customer_gateway_id for item in found.customer_gateways.customer_gateway]
                self.assertEqual(ids, [wanted])
