"""What the endpoint refuses comes out of the client as its own exceptions, with the documented codes and statuses."""

import unittest

from endpoint import Calls, OfficialClientTest, as_json
from resources import Resources


class ErrorTest(OfficialClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resources = Resources(cls.calls)
        cls.network = cls.resources.network()
        cls.gateway = cls.resources.gateway(cls.network, enable_ssl=True)
        cls.customer = cls.resources.customer_gateway()
        cls.connection = cls.resources.connection(cls.gateway, customer_gateway_id=cls.customer)


class Keys(OfficialClientTest):
    def test_a_wrong_secret(self):
        error = self.assert_refused(
            400, "SignatureDoesNotMatch", Calls(self.endpoint, secret="wrong").describe_vpcs)
        self.assertNotIn("local", error.message)

    def test_an_unknown_key(self):
        self.assert_refused(
            404, "InvalidAccessKeyId.NotFound", Calls(self.endpoint, key="nobody").describe_vpcs)

    def test_what_the_endpoint_does_not_have(self):
        self.assert_refused(501, "Local.NotImplemented", self.calls.describe_nat_gateways)

    def test_a_region_that_there_is_not(self):
        for call in (self.calls.describe_vpcs, self.calls.describe_vpn_gateways, self.calls.create_vpc):
            self.assert_refused(404, "InvalidRegionId.NotFound", call, region_id="mars-north-1")


class Parameters(ErrorTest):
    def test_missing_ones(self):
        for call, name, parameters in (
            (self.calls.describe_vpcs, "RegionId", {"region_id": None}),
            (self.calls.create_vswitch, "ZoneId", {"vpc_id": self.network.vpc, "cidr_block": "10.9.0.0/24"}),
            (self.calls.create_customer_gateway, "IpAddress", {}),
            (self.calls.create_vpn_gateway, "VpcId", {"bandwidth": 10}),
            (self.calls.create_vpn_gateway, "Bandwidth", {"vpc_id": self.network.vpc}),
            (self.calls.describe_vpn_connection, "VpnConnectionId", {}),
            (self.calls.create_vpn_connection, "RemoteSubnet", {
                "vpn_gateway_id": self.gateway, "local_subnet": "10.0.0.0/16", "customer_gateway_id": self.customer}),
            (self.calls.create_vpn_connection, "CustomerGatewayId", {
                "vpn_gateway_id": self.gateway, "local_subnet": "10.0.0.0/16", "remote_subnet": "192.168.0.0/24"}),
            (self.calls.tag_resources, "ResourceId", {"resource_type": "VPC", "tag": [{"key": "k"}]}),
        ):
            with self.subTest(name, call=call.args[0]):
                self.assert_refused(400, "MissingParameter", call, name, **parameters)

    def test_malformed_ones(self):
        office = {"vpn_gateway_id": self.gateway, "customer_gateway_id": self.customer}
        for code, call, parameters in (
            ("InvalidIpAddress.WrongFormat", self.calls.create_customer_gateway, {"ip_address": "300.1.1.1"}),
            ("InvalidName", self.calls.create_customer_gateway, {
                "ip_address": "203.0.113.200", "name": "https://example"}),
            ("InvalidDescription", self.calls.create_customer_gateway, {
                "ip_address": "203.0.113.200", "description": "https://example"}),
            ("InvalidName", self.calls.modify_vpn_gateway_attribute, {"vpn_gateway_id": self.gateway, "name": "1"}),
            ("IllegalParam.LocalSubnet", self.calls.create_vpn_connection, {
                **office, "local_subnet": "10.0.0.1/16", "remote_subnet": "192.168.0.0/24"}),
            ("IllegalParam.RemoteSubnet", self.calls.create_vpn_connection, {
                **office, "local_subnet": "10.0.0.0/16", "remote_subnet": "office"}),
            ("IllegalParam.LocalSubnet", self.calls.create_ipsec_server, {
                "vpn_gateway_id": self.gateway, "local_subnet": "nowhere", "client_ip_pool": "192.168.8.0/24",
                "psk_enabled": True}),
            ("InvalidCidrBlock.Malformed", self.calls.create_vpc, {"cidr_block": "10.0.0.0"}),
            ("InvalidParameter", self.calls.describe_vpcs, {"page_size": 51}),
            ("InvalidParameter", self.calls.list_ipsec_servers, {"next_token": "made-up"}),
            ("InvalidParameter", self.calls.describe_vpn_connection_logs, {
                "vpn_connection_id": self.connection, "from_": 1_000_000, "to": 1_001_000}),
            ("InvalidTagKey", self.calls.tag_resources, {
                "resource_type": "VPC", "resource_id": [self.network.vpc], "tag": [{"key": "acs:k", "value": "v"}]}),
            ("Duplicate.TagKey", self.calls.tag_resources, {
                "resource_type": "VPC", "resource_id": [self.network.vpc], "tag": [{"key": "k"}, {"key": "k"}]}),
            ("InvalidParameter", self.calls.create_vpn_connection, {
                **office, "local_subnet": "10.0.0.0/16", "remote_subnet": "192.168.0.0/24",
                "ike_config": as_json(IkeVersion="ikev3")}),
        ):
            with self.subTest(code, call=call.args[0]):
                self.assert_refused(400, code, call, **parameters)


class Resource(ErrorTest):
    def test_unknown_ids(self):
        other = {"local_subnet": "10.0.0.0/16", "remote_subnet": "192.168.99.0/24"}
        route = {"next_hop": "vco-none", "route_dest": "192.168.0.0/24", "weight": 0, "publish_vpc": False}
        for code, call, parameters in (
            ("InvalidVpcId.NotFound", self.calls.describe_vpc_attribute, {"vpc_id": "vpc-none"}),
            ("InvalidVSwitchId.NotFound", self.calls.delete_vswitch, {"v_switch_id": "vsw-none"}),
            ("InvalidVpnGatewayInstanceId.NotFound", self.calls.describe_vpn_gateway, {"vpn_gateway_id": "vpn-none"}),
            ("InvalidVpnGatewayInstanceId.NotFound", self.calls.delete_vpn_gateway, {"vpn_gateway_id": "vpn-none"}),
            ("InvalidVpnGatewayInstanceId.NotFound", self.calls.modify_vpn_gateway_attribute, {
                "vpn_gateway_id": "vpn-none"}),
            ("InvalidVpnGatewayInstanceId.NotFound", self.calls.create_vpn_connection, {
                "vpn_gateway_id": "vpn-none", "customer_gateway_id": self.customer, **other}),
            ("InvalidCustomerGatewayInstanceId.NotFound", self.calls.create_vpn_connection, {
                "vpn_gateway_id": self.gateway, "customer_gateway_id": "cgw-none", **other}),
            ("InvalidVpnGatewayInstanceId.NotFound", self.calls.create_vpn_route_entry, {
                "vpn_gateway_id": "vpn-none", **route}),
            ("InvalidVpnGatewayInstanceId.NotFound", self.calls.create_ssl_vpn_server, {
                "vpn_gateway_id": "vpn-none", "client_ip_pool": "192.168.8.0/24", "local_subnet": "10.0.0.0/16"}),
            ("InvalidVpnGatewayInstanceId.NotFound", self.calls.create_ipsec_server, {
                "vpn_gateway_id": "vpn-none", "client_ip_pool": "192.168.8.0/24", "local_subnet": "10.0.0.0/16",
                "psk_enabled": True}),
            ("InvalidCustomerGatewayInstanceId.NotFound", self.calls.delete_customer_gateway, {
                "customer_gateway_id": "cgw-none"}),
            ("InvalidVpnConnectionInstanceId.NotFound", self.calls.delete_vpn_connection, {
                "vpn_connection_id": "vco-none"}),
            ("InvalidVpnConnectionInstanceId.NotFound", self.calls.modify_vpn_connection_attribute, {
                "vpn_connection_id": "vco-none"}),
            ("InvalidVpnConnectionInstanceId.NotFound", self.calls.download_vpn_connection_config, {
                "vpn_connection_id": "vco-none"}),
            ("InvalidSslVpnServerId.NotFound", self.calls.delete_ssl_vpn_server, {"ssl_vpn_server_id": "vss-none"}),
            ("InvalidSslVpnClientCertId.NotFound", self.calls.delete_ssl_vpn_client_cert, {
                "ssl_vpn_client_cert_id": "vsc-none"}),
        ):
            with self.subTest(code, call=call.args[0]):
                self.assert_refused(404, code, call, **parameters)

    def test_what_is_in_another_region(self):
        other = Calls(self.endpoint, region="cn-beijing")
        for code, call, parameters in (
            ("InvalidVpcId.NotFound", other.describe_vpc_attribute, {"vpc_id": self.network.vpc}),
            ("InvalidVpnGatewayInstanceId.NotFound", other.describe_vpn_gateway, {"vpn_gateway_id": self.gateway}),
            ("InvalidVpnConnectionInstanceId.NotFound", other.describe_vpn_connection, {
                "vpn_connection_id": self.connection}),
            ("InvalidCustomerGatewayInstanceId.NotFound", other.delete_customer_gateway, {
                "customer_gateway_id": self.customer}),
        ):
            with self.subTest(code, call=call.args[0]):
                self.assert_refused(404, code, call, **parameters)
        self.assertEqual(other.describe_vpn_gateways().total_count, 0)

    def test_what_something_else_needs(self):
        for code, call, parameters in (
            ("DependencyViolation.VpnConnection", self.calls.delete_vpn_gateway, {"vpn_gateway_id": self.gateway}),
            ("DependencyViolation.VpnConnection", self.calls.delete_customer_gateway, {
                "customer_gateway_id": self.customer}),
            ("DependencyViolation.VSwitch", self.calls.delete_vpc, {"vpc_id": self.network.vpc}),
            ("DependencyViolation", self.calls.delete_vswitch, {"v_switch_id": self.network.switches[0]}),
        ):
            with self.subTest(code, call=call.args[0]):
                self.assert_refused(400, code, call, **parameters)

    def test_what_there_is_already(self):
        address = self.calls.describe_customer_gateway(customer_gateway_id=self.customer).ip_address
        found = self.calls.describe_vpn_connection(vpn_connection_id=self.connection)
        for code, call, parameters in (
            ("InvalidIpAddress.AlreadyExist", self.calls.create_customer_gateway, {"ip_address": address}),
            ("InvalidVpnConnection.AlreadyExists", self.calls.create_vpn_connection, {
                "vpn_gateway_id": self.gateway, "customer_gateway_id": self.customer,
                "local_subnet": found.local_subnet, "remote_subnet": found.remote_subnet}),
        ):
            with self.subTest(code):
                self.assert_refused(400, code, call, **parameters)

    def test_a_gateway_that_is_busy(self):
        gateway = self.calls.create_vpn_gateway(vpc_id=self.network.vpc, bandwidth=10, enable_ssl=True).vpn_gateway_id
        servers = {"vpn_gateway_id": gateway, "client_ip_pool": "192.168.8.0/24", "local_subnet": "10.0.0.0/16"}
        changes = (
            (self.calls.create_vpn_connection, {
                "vpn_gateway_id": gateway, "customer_gateway_id": self.customer, "local_subnet": "10.0.0.0/16",
                "remote_subnet": "192.168.98.0/24"}),
            (self.calls.modify_vpn_gateway_attribute, {"vpn_gateway_id": gateway, "name": "name"}),
            (self.calls.create_ssl_vpn_server, servers),
            (self.calls.create_ipsec_server, {**servers, "psk_enabled": True}),
            (self.calls.delete_vpn_gateway, {"vpn_gateway_id": gateway}),
        )
        for call, parameters in changes:
            with self.subTest(call.args[0]):
                self.assert_refused(400, "VpnGateway.Configuring", call, **parameters)
        self.settle()
        self.calls.delete_vpn_gateway(vpn_gateway_id=gateway)
        self.settle()

    def test_a_network_that_is_not_there_yet(self):
        vpc = self.calls.create_vpc(cidr_block="10.0.0.0/8").vpc_id
        self.assert_refused(400, "IncorrectVpcStatus", self.calls.delete_vpc, vpc_id=vpc)
        self.settle()
        vswitch = self.calls.create_vswitch(
            vpc_id=vpc, zone_id="cn-hangzhou-h", cidr_block="10.0.0.0/24").v_switch_id
        self.assert_refused(400, "IncorrectVSwitchStatus", self.calls.delete_vswitch, v_switch_id=vswitch)

    def test_a_gateway_that_is_not_paid_for(self):
        gateway = self.resources.gateway(self.network)
        self.endpoint.local("lock", gateway)
        self.addCleanup(self.endpoint.local, "unlock", gateway)
        self.assertEqual(
            self.calls.describe_vpn_gateway(vpn_gateway_id=gateway).business_status, "FinancialLocked")
        self.assert_refused(
            400, "VpnGateway.FinancialLocked", self.calls.create_vpn_connection, vpn_gateway_id=gateway,
            customer_gateway_id=self.customer, local_subnet="10.0.0.0/16", remote_subnet="192.168.97.0/24")

    def test_a_gateway_that_is_paid_for_in_advance(self):
        gateway = self.resources.gateway(self.network, instance_charge_type="PREPAY", period=1)
        self.assert_fields(
            self.calls.describe_vpn_gateway(vpn_gateway_id=gateway), charge_type="Prepay", business_status="Normal")
        self.assert_refused(403, "ForbiddenRelease", self.calls.delete_vpn_gateway, vpn_gateway_id=gateway)
        self.settle("768h")
        self.assertEqual(
            self.calls.describe_vpn_gateway(vpn_gateway_id=gateway).business_status, "FinancialLocked")
        self.calls.delete_vpn_gateway(vpn_gateway_id=gateway)

    def test_servers_that_a_gateway_cannot_have(self):
        plain = self.resources.gateway(self.network)
        national = self.resources.gateway(self.network, vpn_type="NationalStandard", enable_ssl=True)
        pool = {"client_ip_pool": "192.168.8.0/24", "local_subnet": "10.0.0.0/16"}
        self.assert_refused(
            400, "VpnGateway.SslVpnDisabled", self.calls.create_ipsec_server, vpn_gateway_id=plain, psk_enabled=True,
            **pool)
        self.assert_refused(
            400, "OperationUnsupported.IPsecServer", self.calls.create_ipsec_server, vpn_gateway_id=national,
            psk_enabled=True, **pool)

    def test_a_second_server(self):
        gateway = self.resources.gateway(self.network, enable_ssl=True)
        first = {"vpn_gateway_id": gateway, "client_ip_pool": "192.168.8.0/24", "local_subnet": "10.0.0.0/16"}
        second = {**first, "client_ip_pool": "192.168.9.0/24"}
        self.calls.create_ssl_vpn_server(**first)
        self.settle()
        self.assert_refused(400, "Resource.QuotaFull", self.calls.create_ssl_vpn_server, **second)
        self.calls.create_ipsec_server(psk_enabled=True, **second)
        self.settle()
        self.assert_refused(
            400, "OperationFailed.IPsecServerExist", self.calls.create_ipsec_server, psk_enabled=True,
            **{**first, "client_ip_pool": "172.16.0.0/24"})
        self.assert_refused(
            400, "DependencyViolation.SslVpnServer", self.calls.delete_vpn_gateway, vpn_gateway_id=gateway)


class Quotas(OfficialClientTest):
    def test_every_documented_one(self):
        resources = Resources(self.calls)
        network = resources.network()
        gateway = resources.gateway(network, enable_ssl=True)
        connection = resources.connection(gateway, auto_config_route=False)
        server = self.calls.create_ssl_vpn_server(
            vpn_gateway_id=gateway, client_ip_pool="172.16.8.0/24", local_subnet="10.0.0.0/16").ssl_vpn_server_id
        self.settle()
        route = {"vpn_gateway_id": gateway, "next_hop": connection, "weight": 0, "publish_vpc": False}
        networks = {"vpn_gateway_id": gateway, "local_subnet": "10.0.0.0/16", "remote_subnet": "192.168.88.0/24"}
        customer = resources.customer_gateway()
        for quota, code, call, parameters in (
            ("vpcs", "QuotaExceeded.Vpc", self.calls.create_vpc, {}),
            ("eips", "QuotaExceeded.Eip", self.calls.allocate_eip_address, {}),
            ("vpn-gateways", "Resource.QuotaFull", self.calls.create_vpn_gateway, {
                "vpc_id": network.vpc, "bandwidth": 10}),
            ("customer-gateways", "Resource.QuotaFull", self.calls.create_customer_gateway, {
                "ip_address": "203.0.113.222"}),
            ("connections-per-gateway", "Resource.QuotaFull", self.calls.create_vpn_connection, {
                "customer_gateway_id": customer, **networks}),
            ("policy-routes-per-gateway", "QuotaExceeded.PolicyBasedRoute", self.calls.create_vpn_connection, {
                "customer_gateway_id": customer, "auto_config_route": True, **networks}),
            ("routes-per-gateway", "Resource.QuotaFull", self.calls.create_vpn_route_entry, {
                "route_dest": "192.168.1.0/24", **route}),
            ("ssl-client-certificates", "Resource.QuotaFull", self.calls.create_ssl_vpn_client_cert, {
                "ssl_vpn_server_id": server}),
            ("routes-per-gateway", "QuotaExceeded.VpnRouteEntry", self.calls.create_ipsec_server, {
                "vpn_gateway_id": gateway, "client_ip_pool": "172.16.9.0/24", "local_subnet": "10.0.0.0/16",
                "psk_enabled": True}),
        ):
            with self.subTest(quota, code=code):
                self.endpoint.local("quota", "set", quota, "0")
                try:
                    self.assert_refused(400, code, call, **parameters)
                finally:
                    self.endpoint.local("quota", "standard")


class Repeated(OfficialClientTest):
    def test_the_same_token_is_the_same_work(self):
        first = self.calls.create_customer_gateway(ip_address="203.0.113.1", client_token="token-1")
        again = self.calls.create_customer_gateway(ip_address="203.0.113.1", client_token="token-1")
        self.assertEqual(again.customer_gateway_id, first.customer_gateway_id)
        self.assertNotEqual(again.request_id, first.request_id)
        self.assertEqual(self.calls.describe_customer_gateways().total_count, 1)
        self.assert_refused(
            400, "IdempotentParameterMismatch", self.calls.create_customer_gateway, ip_address="203.0.113.2",
            client_token="token-1")

    def test_a_token_says_nothing_after_a_failure(self):
        gateway = {"bandwidth": 10, "client_token": "token-2"}
        self.assert_refused(404, "InvalidVpcId.NotFound", self.calls.create_vpn_gateway, vpc_id="vpc-none", **gateway)
        network = Resources(self.calls).network()
        self.assertRegex(self.calls.create_vpn_gateway(vpc_id=network.vpc, **gateway).vpn_gateway_id, "^vpn-")

    def test_deleting_again(self):
        customer = self.calls.create_customer_gateway(ip_address="203.0.113.3").customer_gateway_id
        for _ in range(2):
            self.calls.delete_customer_gateway(customer_gateway_id=customer, client_token="token-3")


class DryRuns(ErrorTest):
    def test_what_would_succeed(self):
        network = self.resources.network()
        self.calls.delete_vswitch(v_switch_id=network.switches[1])
        for call, parameters in (
            (self.calls.create_vpc, {}), (self.calls.delete_vswitch, {"v_switch_id": network.switches[0]}),
            (self.calls.create_vpn_connection, {
                "vpn_gateway_id": self.gateway, "customer_gateway_id": self.customer, "local_subnet": "10.0.0.0/16",
                "remote_subnet": "192.168.77.0/24"}),
            (self.calls.create_ssl_vpn_server, {
                "vpn_gateway_id": self.gateway, "local_subnet": "10.0.0.0/16", "client_ip_pool": "192.168.8.0/24"}),
            (self.calls.create_vpn_route_entry, {
                "vpn_gateway_id": self.gateway, "next_hop": self.connection, "route_dest": "192.168.78.0/24",
                "weight": 0, "publish_vpc": False}),
        ):
            with self.subTest(call.args[0]):
                self.assert_refused(400, "DryRunOperation", call, dry_run=True, **parameters)
        # The client has this one as text.
        self.assert_refused(
            400, "DryRunOperation", self.calls.create_ipsec_server, vpn_gateway_id=self.gateway, dry_run="true",
            local_subnet="10.0.0.0/16", client_ip_pool="192.168.8.0/24", psk_enabled=True)
        self.assertEqual(self.calls.list_ipsec_servers(vpn_gateway_id=self.gateway).total_count, 0)
        self.assertEqual(
            self.calls.describe_vswitch_attributes(v_switch_id=network.switches[0]).status, "Available")
        self.assertEqual(self.calls.describe_vpn_connections().total_count, 1)

    def test_what_would_fail(self):
        self.assert_refused(
            400, "DependencyViolation.VSwitch", self.calls.delete_vpc, vpc_id=self.network.vpc, dry_run=True)
        self.assert_refused(404, "InvalidVpcId.NotFound", self.calls.delete_vpc, vpc_id="vpc-none", dry_run=True)

    def test_of_what_only_looks(self):
        for call, parameters in (
            (self.calls.describe_vpcs, {}), (self.calls.describe_vpc_attribute, {"vpc_id": self.network.vpc}),
            (self.calls.describe_vswitches, {}), (self.calls.describe_eip_addresses, {}),
        ):
            with self.subTest(call.args[0]):
                self.assert_refused(400, "DryRunOperation", call, dry_run=True, **parameters)


class Users(ErrorTest):
    FORBIDDEN = (
        "associate_vpn_gateway_with_certificate", "create_ipsec_server", "delete_ipsec_server",
        "dissociate_vpn_gateway_with_certificate", "list_ipsec_servers", "list_vpn_certificate_associations",
        "tag_resources", "un_tag_resources", "update_ipsec_server")
    """Operations whose documentation has no code for sub-users, but only the general one."""
    SUB_USER = (
        "create_customer_gateway", "create_ssl_vpn_client_cert", "create_ssl_vpn_server", "create_vpn_connection",
        "create_vpn_route_entry", "delete_customer_gateway", "delete_ssl_vpn_client_cert", "delete_ssl_vpn_server",
        "delete_vpn_connection", "delete_vpn_gateway", "delete_vpn_pbr_route_entry", "describe_customer_gateway",
        "describe_customer_gateways", "describe_ssl_vpn_client_certs", "describe_ssl_vpn_servers",
        "describe_vpn_connection", "describe_vpn_connections", "describe_vpn_gateway", "describe_vpn_gateways",
        "download_vpn_connection_config", "modify_customer_gateway_attribute", "modify_ssl_vpn_client_cert",
        "modify_ssl_vpn_server", "modify_vpn_connection_attribute", "modify_vpn_gateway_attribute",
        "modify_vpn_pbr_route_entry_weight")
    """Operations whose documentation has the code for sub-users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nobody = Calls(cls.endpoint, *cls.endpoint.user("nobody"))

    def test_the_code_for_sub_users(self):
        for name in self.SUB_USER:
            with self.subTest(name):
                self.assert_refused(403, "Forbbiden.SubUser", getattr(self.nobody, name))

    def test_the_general_code(self):
        for name in self.FORBIDDEN:
            with self.subTest(name):
                self.assert_refused(403, "Forbidden", getattr(self.nobody, name))

    def test_one_that_may_only_look(self):
        key, secret = self.endpoint.user("reader", "--allow", "Describe*", "--deny", "DescribeVpnConnection")
        reader = Calls(self.endpoint, key, secret)
        self.assertEqual(reader.describe_vpn_gateways().total_count, 1)
        for call, parameters in (
            (reader.describe_vpn_connection, {"vpn_connection_id": self.connection}),
            (reader.delete_vpn_connection, {"vpn_connection_id": self.connection}),
            (reader.create_vpn_gateway, {"vpc_id": self.network.vpc, "bandwidth": 10}),
            (reader.create_customer_gateway, {"ip_address": "203.0.113.201"}),
        ):
            with self.subTest(call.args[0]):
                self.assert_refused(403, "Forbbiden.SubUser", call, **parameters)
        self.assert_refused(
            400, "SignatureDoesNotMatch", Calls(self.endpoint, key, secret + "x").describe_vpn_gateways)

    def test_what_the_account_itself_may_not(self):
        self.endpoint.local("user", "set", "root", "--deny", "DeleteVpn*")
        self.addCleanup(self.endpoint.local, "user", "set", "root")
        self.assert_refused(
            403, "Forbidden", self.calls.delete_vpn_connection, vpn_connection_id=self.connection)
        self.assertEqual(
            self.calls.describe_vpn_connection(vpn_connection_id=self.connection).vpn_connection_id, self.connection)


class Faults(OfficialClientTest):
    """What goes wrong on purpose."""

    def test_what_the_service_itself_fails_with(self):
        for fault, status, code in (
            ("throttle", 400, "Throttling.User"), ("500", 500, "InternalError"), ("503", 503, "ServiceUnavailable"),
        ):
            with self.subTest(fault):
                self.endpoint.local("fault", "set", "DescribeVpcs", fault, "--times", "1")
                self.assert_refused(status, code, self.calls.describe_vpcs)
                self.assertEqual(self.calls.describe_vpcs().total_count, 0)
