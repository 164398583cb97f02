"""Tags and resource groups."""

from endpoint import OfficialClientTest
from resources import Resources


class Tags(OfficialClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resources = Resources(cls.calls)
        cls.network = cls.resources.network()
        cls.gateway = cls.resources.gateway(cls.network)
        cls.customer = cls.resources.customer_gateway()
        cls.connection = cls.resources.connection(cls.gateway, customer_gateway_id=cls.customer)
        cls.attachment = cls.resources.attachment()
        cls.address = cls.calls.allocate_eip_address().allocation_id

    def tags_of(self, kind, resource):
        """A resource's tags, in the order of their keys."""
        found = self.calls.list_tag_resources(resource_type=kind, resource_id=[resource])
        self.assert_complete(found)
        for item in found.tag_resources.tag_resource:
            self.assert_fields(item, resource_id=resource, resource_type=kind)
        return sorted((item.tag_key, item.tag_value) for item in found.tag_resources.tag_resource)

    def test_tags_of_every_kind(self):
        for kind, resource in (
            ("VPC", self.network.vpc), ("VSWITCH", self.network.switches[0]), ("ROUTETABLE", self.network.table),
            ("EIP", self.address), ("VpnGateway", self.gateway), ("CustomerGateway", self.customer),
            ("VpnConnection", self.connection), ("VpnAttachment", self.attachment),
        ):
            with self.subTest(kind):
                self.calls.tag_resources(resource_type=kind, resource_id=[resource], tag=[
                    {"key": "team", "value": "net"}, {"key": "stage", "value": "test"}, {"key": "bare"}])
                self.assertEqual(
                    self.tags_of(kind, resource), [("bare", ""), ("stage", "test"), ("team", "net")])
                self.calls.tag_resources(
                    resource_type=kind, resource_id=[resource], tag=[{"key": "stage", "value": "live"}])
                self.calls.un_tag_resources(resource_type=kind, resource_id=[resource], tag_key=["team"])
                self.assertEqual(self.tags_of(kind, resource), [("bare", ""), ("stage", "live")])
                self.calls.un_tag_resources(resource_type=kind, resource_id=[resource], all=True)
                self.assertEqual(self.tags_of(kind, resource), [])

    def test_what_has_a_tag(self):
        switches = self.network.switches
        self.calls.tag_resources(
            resource_type="VSWITCH", resource_id=switches, tag=[{"key": "find", "value": "both"}])
        self.calls.tag_resources(
            resource_type="VSWITCH", resource_id=switches[:1], tag=[{"key": "only", "value": "one"}])
        both = self.calls.list_tag_resources(
            resource_type="VSWITCH", tag=[{"key": "find", "value": "both"}]).tag_resources.tag_resource
        self.assertEqual({item.resource_id for item in both}, set(switches))
        one = self.calls.list_tag_resources(resource_type="VSWITCH", tag=[{"key": "only"}]).tag_resources.tag_resource
        self.assertEqual([item.resource_id for item in one], switches[:1])
        first = self.calls.list_tag_resources(
            resource_type="VSWITCH", tag=[{"key": "find", "value": "both"}], max_results=1)
        second = self.calls.list_tag_resources(
            resource_type="VSWITCH", tag=[{"key": "find", "value": "both"}], max_results=1,
            next_token=first.next_token)
        self.assertEqual(second.next_token, "")
        self.assertEqual(
            {page.tag_resources.tag_resource[0].resource_id for page in (first, second)}, set(switches))

    def test_resource_groups(self):
        self.calls.move_vpn_resource_group(
            instance_id=self.gateway, resource_type="VpnGateway", new_resource_group_id="rg-new")
        self.calls.move_vpn_resource_group(
            instance_id=self.customer, resource_type="CustomerGateway", new_resource_group_id="rg-new")
        self.calls.move_vpn_resource_group(
            instance_id=self.attachment, resource_type="VpnAttachment", new_resource_group_id="rg-new")
        for found in (
            self.calls.describe_vpn_gateway(vpn_gateway_id=self.gateway),
            self.calls.describe_vpn_connection(vpn_connection_id=self.connection),
            self.calls.describe_customer_gateway(customer_gateway_id=self.customer),
            self.calls.describe_vpn_connection(vpn_connection_id=self.attachment),
        ):
            with self.subTest(type(found).__name__):
                self.assertEqual(found.resource_group_id, "rg-new")
        self.assertEqual(self.calls.describe_vpn_gateways(resource_group_id="rg-new").total_count, 1)
