"""SSL servers with their clients' certificates, and IPsec servers."""

import unittest

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
except ImportError:
    x509 = None

from endpoint import REGION, OfficialClientTest, as_json
from resources import Resources

TIME = r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$"


class RemoteAccessTest(OfficialClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resources = Resources(cls.calls)

    def setUp(self):
        # In a network of its own, since the ways to clients stand in the network's table.
        self.gateway = self.resources.gateway(enable_ssl=True, ssl_connections=5)


class SslServers(RemoteAccessTest):
    def server(self, **parameters):
        server = self.calls.create_ssl_vpn_server(**{
            "vpn_gateway_id": self.gateway, "client_ip_pool": "192.168.8.0/24", "local_subnet": "10.0.0.0/16",
            **parameters}).ssl_vpn_server_id
        self.settle()
        return server

    def test_life_of_a_server(self):
        created = self.calls.create_ssl_vpn_server(
            vpn_gateway_id=self.gateway, client_ip_pool="192.168.8.0/24", local_subnet="10.0.0.0/16,10.1.0.0/16",
            name="first", cipher="AES-256-CBC", compress=True, port=2001, proto="UDP", dns_servers="10.0.0.53",
            enable_multi_factor_auth=True, idaa_sinstance_id="idaas-one", idaa_sregion_id=REGION,
            idaa_sapplication_id="app-one")
        self.assert_complete(created)
        self.assertEqual(created.name, "first")
        server = created.ssl_vpn_server_id
        self.assertRegex(server, "^vss-bp1[0-9a-z]{18}$")
        self.settle()
        expected = {
            "ssl_vpn_server_id": server, "vpn_gateway_id": self.gateway, "name": "first",
            "client_ip_pool": "192.168.8.0/24", "local_subnet": "10.0.0.0/16,10.1.0.0/16", "cipher": "AES-256-CBC",
            "compress": True, "port": 2001, "proto": "UDP", "enable_multi_factor_auth": True,
            "idaa_sinstance_id": "idaas-one", "idaa_sapplication_id": "app-one",
            "max_connections": 5, "connections": 0, "region_id": REGION}
        for filters in ({"ssl_vpn_server_id": server}, {"vpn_gateway_id": self.gateway}, {"name": "first"}):
            with self.subTest(filters):
                listed = self.calls.describe_ssl_vpn_servers(**filters)
                self.assert_complete(listed)
                self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
                (entry,) = listed.ssl_vpn_servers.ssl_vpn_server
                self.assert_fields(entry, **expected, dns_servers="10.0.0.53", idaa_sregion_id=REGION)
        self.assertEqual(
            entry.internet_ip, self.calls.describe_vpn_gateway(vpn_gateway_id=self.gateway).internet_ip)

        changed = self.calls.modify_ssl_vpn_server(
            ssl_vpn_server_id=server, name="second", client_ip_pool="192.168.9.0/24", proto="TCP", compress=False)
        self.assert_complete(changed)
        self.assert_fields(changed, **{
            **expected, "name": "second", "client_ip_pool": "192.168.9.0/24", "proto": "TCP", "compress": False})
        self.settle()
        (entry,) = self.calls.describe_ssl_vpn_servers(ssl_vpn_server_id=server).ssl_vpn_servers.ssl_vpn_server
        self.assert_agrees(changed, entry)

        clients = self.calls.describe_ssl_vpn_clients(vpn_gateway_id=self.gateway)
        self.assert_complete(clients)
        self.assert_fields(
            clients, vpn_gateway_id=self.gateway, region_id=REGION, total_count=0, page_number=1, page_size=10,
            client_info_list=[])
        self.calls.delete_ssl_vpn_server(ssl_vpn_server_id=server)
        self.assertEqual(self.calls.describe_ssl_vpn_servers(ssl_vpn_server_id=server).total_count, 0)
        self.settle()
        self.assert_gone(
            "InvalidSslVpnServerId.NotFound", self.calls.delete_ssl_vpn_server, ssl_vpn_server_id=server)
        self.calls.delete_vpn_gateway(vpn_gateway_id=self.gateway)

    def test_life_of_a_client_certificate(self):
        server = self.server()
        created = self.calls.create_ssl_vpn_client_cert(ssl_vpn_server_id=server, name="first")
        self.assert_complete(created)
        certificate = created.ssl_vpn_client_cert_id
        self.assertRegex(certificate, "^vsc-bp1[0-9a-z]{18}$")
        self.settle()
        found = self.calls.describe_ssl_vpn_client_cert(ssl_vpn_client_cert_id=certificate)
        self.assert_complete(found)
        self.assert_fields(
            found, ssl_vpn_client_cert_id=certificate, ssl_vpn_server_id=server, name="first", status="normal",
            region_id=REGION)
        self.assertGreater(found.end_time, found.create_time)
        self.assertIn(f"remote {self.calls.describe_vpn_gateway(vpn_gateway_id=self.gateway).internet_ip} 1194",
                      found.client_config)
        listed = self.calls.describe_ssl_vpn_client_certs(ssl_vpn_server_id=server)
        self.assert_complete(listed)
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (entry,) = listed.ssl_vpn_client_cert_keys.ssl_vpn_client_cert_key
        self.assert_fields(
            entry, ssl_vpn_client_cert_id=certificate, ssl_vpn_server_id=server, name="first", status="normal",
            create_time=found.create_time, end_time=found.end_time)
        changed = self.calls.modify_ssl_vpn_client_cert(ssl_vpn_client_cert_id=certificate, name="second")
        self.assert_complete(changed)
        self.assert_fields(changed, ssl_vpn_client_cert_id=certificate, name="second")
        self.assertEqual(self.calls.describe_ssl_vpn_client_certs(name="second").total_count, 1)
        self.calls.delete_ssl_vpn_client_cert(ssl_vpn_client_cert_id=certificate)
        for call in (self.calls.describe_ssl_vpn_client_cert, self.calls.delete_ssl_vpn_client_cert):
            self.assert_gone("InvalidSslVpnClientCertId.NotFound", call, ssl_vpn_client_cert_id=certificate)
        self.calls.delete_ssl_vpn_server(ssl_vpn_server_id=server)

    @unittest.skipIf(x509 is None, "the package cryptography is not there")
    def test_a_certificate_is_one_and_of_the_servers_authority(self):
        made = self.calls.create_ssl_vpn_client_cert(ssl_vpn_server_id=self.server())
        found = self.calls.describe_ssl_vpn_client_cert(ssl_vpn_client_cert_id=made.ssl_vpn_client_cert_id)
        authority = x509.load_pem_x509_certificate(found.ca_cert.encode())
        certificate = x509.load_pem_x509_certificate(found.client_cert.encode())
        certificate.verify_directly_issued_by(authority)
        for text in (found.ca_cert, found.client_cert, found.client_key):
            self.assertRegex(text, r"^-----BEGIN [A-Z ]+-----\n[^-]+-----END [A-Z ]+-----\n$")
        key = serialization.load_pem_private_key(found.client_key.encode(), None)
        self.assertEqual(key.public_key(), certificate.public_key())
        self.assertEqual(int(certificate.not_valid_after_utc.timestamp()), found.end_time // 1000)

    def test_a_certificate_that_ends(self):
        made = self.calls.create_ssl_vpn_client_cert(ssl_vpn_server_id=self.server()).ssl_vpn_client_cert_id

        def status():
            return self.calls.describe_ssl_vpn_client_cert(ssl_vpn_client_cert_id=made).status

        self.assertEqual(status(), "normal")
        self.settle(f"{(3 * 365 - 5) * 24}h")
        self.assertEqual(status(), "expiring-soon")
        self.settle("240h")
        self.assertEqual(status(), "expired")
        (entry,) = self.calls.describe_ssl_vpn_client_certs(
            ssl_vpn_client_cert_id=made).ssl_vpn_client_cert_keys.ssl_vpn_client_cert_key
        self.assertEqual(entry.status, "expired")


class IpsecServers(RemoteAccessTest):
    def test_life_of_a_server(self):
        created = self.calls.create_ipsec_server(
            vpn_gateway_id=self.gateway, ip_sec_server_name="first", client_ip_pool="192.168.8.0/24",
            local_subnet="10.0.0.0/16", effect_immediately=True, psk="top-secret-1", psk_enabled=True,
            ike_config=as_json(IkeVersion="ikev2", IkeEncAlg="aes256", IkeLifetime=7200, LocalId="cloud.example"),
            ipsec_config=as_json(IpsecEncAlg="aes192", IpsecLifetime=3600))
        self.assert_complete(created)
        self.assert_fields(created, ipsec_server_name="first", vpn_gateway_id=self.gateway, region_id=REGION)
        server = created.ipsec_server_id
        self.assertRegex(server, "^iss-bp1[0-9a-z]{18}$")
        self.settle()
        for filters in (
            {"ipsec_server_id": [server]}, {"vpn_gateway_id": self.gateway}, {"ipsec_server_name": "first"},
        ):
            with self.subTest(filters):
                listed = self.calls.list_ipsec_servers(**filters)
                # There is a next page only where a token says so.
                self.assert_complete(listed, "next_token")
                self.assert_fields(listed, total_count=1, max_results=10)
                (entry,) = listed.ipsec_servers
                self.assert_fields(
                    entry, ipsec_server_id=server, ipsec_server_name="first", vpn_gateway_id=self.gateway,
                    client_ip_pool="192.168.8.0/24", local_subnet="10.0.0.0/16", effect_immediately=True,
                    psk="top-secret-1", psk_enabled=True, max_connections=5, online_client_count=0,
                    region_id=REGION, creation_time=created.creation_time)
        self.assertRegex(entry.creation_time, TIME)
        self.assert_fields(
            entry.ike_config, ike_version="ikev2", ike_enc_alg="aes256", ike_lifetime=7200, local_id="cloud.example",
            ike_mode="main", ike_pfs="group2")
        self.assert_fields(entry.ipsec_config, ipsec_enc_alg="aes192", ipsec_lifetime=3600, ipsec_pfs="group2")
        self.assertEqual(
            entry.internet_ip, self.calls.describe_vpn_gateway(vpn_gateway_id=self.gateway).internet_ip)

        self.calls.update_ipsec_server(
            ipsec_server_id=server, ipsec_server_name="second", client_ip_pool="192.168.9.0/24", psk="another-1",
            ike_config=as_json(IkeLifetime=600))
        self.settle()
        (entry,) = self.calls.list_ipsec_servers(ipsec_server_id=[server]).ipsec_servers
        self.assert_fields(
            entry, ipsec_server_name="second", client_ip_pool="192.168.9.0/24", psk="another-1",
            local_subnet="10.0.0.0/16")
        self.assert_fields(entry.ike_config, ike_lifetime=600, ike_enc_alg="aes256")
        self.calls.delete_ipsec_server(ipsec_server_id=server)
        self.settle()
        self.assertEqual(self.calls.list_ipsec_servers(ipsec_server_id=[server]).total_count, 0)
        self.assert_gone(
            "InvalidIpsecServerId.NotFound", self.calls.delete_ipsec_server, ipsec_server_id=server)

    def test_pages_by_token(self):
        servers = set()
        for name in ("first", "second"):
            gateway = self.resources.gateway(enable_ssl=True)
            servers.add(self.calls.create_ipsec_server(
                vpn_gateway_id=gateway, ip_sec_server_name=name, local_subnet="10.0.0.0/16", psk_enabled=True,
                client_ip_pool=f"172.16.{len(servers)}.0/24").ipsec_server_id)
        first = self.calls.list_ipsec_servers(max_results=1)
        self.assertEqual(first.total_count, 2)
        second = self.calls.list_ipsec_servers(max_results=1, next_token=first.next_token)
        self.assertIn(second.next_token, (None, ""))
        self.assertEqual({page.ipsec_servers[0].ipsec_server_id for page in (first, second)}, servers)
