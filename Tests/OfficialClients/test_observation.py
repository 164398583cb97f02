"""Logs and diagnoses."""

import json

from endpoint import OfficialClientTest
from resources import Resources

TIME = r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$"


class Logs(OfficialClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resources = Resources(cls.calls)
        cls.network = cls.resources.network()

    def test_logs_of_a_connection(self):
        connection = self.resources.connection(self.resources.gateway(self.network))
        found = self.calls.describe_vpn_connection_logs(vpn_connection_id=connection, minute_period=10)
        self.assert_complete(found)
        self.assert_fields(found, page_number=1, page_size=10, is_completed=True, count=len(found.data.logs))
        self.assertTrue(any("established" in line for line in found.data.logs), found.data.logs)
        created = self.calls.describe_vpn_connection(vpn_connection_id=connection).create_time // 1000
        before = self.calls.describe_vpn_connection_logs(
            vpn_connection_id=connection, from_=created - 600, to=created - 60)
        self.assert_fields(before, count=0)
        self.assertEqual(before.data.logs, [])
        page = self.calls.describe_vpn_connection_logs(vpn_connection_id=connection, page_number=2, page_size=2)
        self.assertEqual(page.data.logs, found.data.logs[2:4])

    def test_logs_of_a_tunnel(self):
        connection = self.resources.dual_connection(self.resources.gateway(self.network, is_dual=True))
        first, second = self.calls.describe_vpn_connection(
            vpn_connection_id=connection).tunnel_options_specification.tunnel_options
        found = self.calls.describe_vpn_connection_logs(
            vpn_connection_id=connection, tunnel_id=first.tunnel_id, page_size=50)
        self.assertTrue(found.data.logs)
        for line in found.data.logs:
            self.assertIn(first.tunnel_id, line)
            self.assertNotIn(second.tunnel_id, line)

    def test_logs_of_servers(self):
        gateway = self.resources.gateway(self.network, enable_ssl=True)
        ssl = self.calls.create_ssl_vpn_server(
            vpn_gateway_id=gateway, client_ip_pool="192.168.8.0/24", local_subnet="10.0.0.0/16").ssl_vpn_server_id
        self.settle()
        ipsec = self.calls.create_ipsec_server(
            vpn_gateway_id=gateway, client_ip_pool="192.168.9.0/24", local_subnet="10.0.0.0/16",
            psk_enabled=True).ipsec_server_id
        self.settle()
        found = self.calls.describe_vpn_ssl_server_logs(vpn_ssl_server_id=ssl, minute_period=10)
        self.assert_complete(found)
        self.assert_fields(found, page_number=1, page_size=10, is_completed=True, count=len(found.data.logs))
        self.assertTrue(found.data.logs)
        certificate = self.calls.create_ssl_vpn_client_cert(ssl_vpn_server_id=ssl).ssl_vpn_client_cert_id
        self.assertEqual(self.calls.describe_vpn_ssl_server_logs(
            vpn_ssl_server_id=ssl, ssl_vpn_client_cert_id=certificate).count, 0)
        found = self.calls.list_ipsec_server_logs(ipsec_server_id=ipsec, minute_period=10)
        self.assert_complete(found)
        self.assert_fields(found, page_number=1, page_size=10, is_completed=True, count=len(found.data))
        self.assertTrue(found.data)


class Diagnoses(OfficialClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resources = Resources(cls.calls)
        cls.gateways = [cls.resources.gateway() for _ in range(2)]

    def facing(self, psk):
        """Connections of two gateways that face each other with a key each, of which the second may be wrong."""
        addresses = [self.calls.describe_vpn_gateway(vpn_gateway_id=id).internet_ip for id in self.gateways]
        connections = []
        for position, (gateway, key) in enumerate(zip(self.gateways, ("right-1", psk))):
            peer = self.calls.describe_customer_gateways(page_size=50).customer_gateways.customer_gateway
            known = [item.customer_gateway_id for item in peer if item.ip_address == addresses[1 - position]]
            customer = known[0] if known else self.calls.create_customer_gateway(
                ip_address=addresses[1 - position]).customer_gateway_id
            subnets = ["10.0.0.0/16", "172.16.0.0/16"]
            connections.append(self.resources.connection(
                gateway, customer_gateway_id=customer, local_subnet=subnets[position],
                remote_subnet=subnets[1 - position], ike_config=json.dumps({"Psk": key})))
        for connection in connections:
            self.addCleanup(self.settle)
            self.addCleanup(self.calls.delete_vpn_connection, vpn_connection_id=connection)
        return connections

    def test_a_connection_that_is_well(self):
        connections = self.facing("right-1")
        found = self.calls.diagnose_vpn_connections(vpn_connection_ids=connections)
        self.assert_complete(found)
        self.assert_fields(found, total_count=2, page_number=1, page_size=10)
        self.assertEqual([item.vpn_connection_id for item in found.vpn_connections], connections)
        for item in found.vpn_connections:
            self.assert_fields(item, severity="Normal", failed_reason_code="", failed_time=0)

    def test_a_connection_with_a_wrong_key(self):
        connections = self.facing("wrong-1")
        found = self.calls.diagnose_vpn_connections(vpn_gateway_id=self.gateways[0])
        self.assert_complete(found)
        (item,) = found.vpn_connections
        self.assert_fields(
            item, vpn_connection_id=connections[0], severity="Critical", failed_reason_code="PskMismatch")
        self.assert_fields(item, mismatch_local_param="Psk=****", mismatch_remote_param="Psk=****")
        self.assert_filled(item, "failed_reason", "source_log")
        self.assertGreater(item.failed_time, 1_500_000_000_000)
        self.assertNotIn("right-1", json.dumps(found.to_map()))
        self.assertNotIn("wrong-1", json.dumps(found.to_map()))
        self.assertEqual(
            self.calls.describe_vpn_connection(vpn_connection_id=connections[0]).status, "ike_sa_not_established")

    def test_a_tunnel(self):
        connection = self.resources.dual_connection(self.resources.gateway(is_dual=True))
        tunnel = self.calls.describe_vpn_connection(
            vpn_connection_id=connection).tunnel_options_specification.tunnel_options[1].tunnel_id
        (item,) = self.calls.diagnose_vpn_connections(tunnel_ids=[tunnel]).vpn_connections
        self.assert_fields(item, tunnel_id=tunnel, vpn_connection_id=connection, severity="Normal")

    def test_a_gateway(self):
        gateway = self.gateways[0]
        connection = self.resources.connection(gateway, remote_subnet="192.168.200.0/24")
        begun = self.calls.diagnose_vpn_gateway(
            vpn_gateway_id=gateway, resource_id=connection, resource_type="IPsec",
            ipsec_extend_info=json.dumps({"PrivateSourceIp": "10.0.0.9", "PrivateDestinationIp": "192.168.200.9"}))
        self.assert_complete(begun)
        running = self.calls.get_vpn_gateway_diagnose_result(diagnose_id=begun.diagnose_id)
        # The end is told of when it has come.
        self.assert_complete(running, "finish_time")
        self.assert_fields(running, finished_count=0, diagnose_result=[])
        self.settle()
        for way in ({"diagnose_id": begun.diagnose_id}, {"vpn_gateway_id": gateway}):
            with self.subTest(way):
                found = self.calls.get_vpn_gateway_diagnose_result(**way)
                self.assert_complete(found)
                self.assert_fields(
                    found, diagnose_id=begun.diagnose_id, vpn_gateway_id=gateway, resource_type="IPsec",
                    resource_instance_id=connection, finished_count=found.total_count)
        self.assertRegex(found.begin_time, TIME)
        self.assertRegex(found.finish_time, TIME)
        self.assertEqual(len(found.diagnose_result), found.total_count)
        self.assertEqual({item.diagnose_result_level for item in found.diagnose_result}, {"normal"})
        for item in found.diagnose_result:
            self.assertIsInstance(json.loads(item.diagnose_result_description), dict)
