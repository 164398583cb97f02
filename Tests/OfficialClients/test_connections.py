"""IPsec connections: with one tunnel, with two, and without a VPN gateway."""

import unittest

from endpoint import OfficialClientTest, as_json
from resources import IKE, IKE_TEXT, IPSEC, IPSEC_TEXT, ZONES, Resources

ADDRESS = r"^\d+\.\d+\.\d+\.\d+$"
HEALTH = as_json(enable="true", dip="192.168.1.1", sip="10.0.0.1", interval=5, retry=4, policy="reserve_route")
BGP = as_json(EnableBgp="true", LocalAsn=65001, TunnelCidr="169.254.11.0/30", LocalBgpIp="169.254.11.1")


class ConnectionTest(OfficialClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resources = Resources(cls.calls)
        cls.network = cls.resources.network()
        cls.gateway = cls.resources.gateway(cls.network)
        cls.dual_gateway = cls.resources.gateway(cls.network, is_dual=True)

    def assert_gone_connection(self, connection):
        self.assert_gone(
            "InvalidVpnConnectionInstanceId.NotFound", self.calls.describe_vpn_connection,
            vpn_connection_id=connection)
        self.assertEqual(self.calls.describe_vpn_connections(vpn_connection_id=connection).total_count, 0)

    def assert_listed(self, connection, found, *absent):
        """The list has the connection as it is described singly, under the names that the list has for it."""
        listed = self.calls.describe_vpn_connections(vpn_connection_id=connection)
        self.assert_complete(listed, *(f"vpn_connections.vpn_connection.{name}" for name in absent))
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (entry,) = listed.vpn_connections.vpn_connection
        expected = found.to_map()
        expected["Tag"] = expected.pop("Tags")
        for name in ("RequestId", "ZoneNo"):
            expected.pop(name, None)
        expected.get("VpnBgpConfig", {}).pop("EnableBgp", None)
        self.assertEqual(entry.to_map(), expected)


class SingleTunnel(ConnectionTest):
    def test_life_of_a_connection(self):
        customer = self.resources.customer_gateway(asn="65010", auth_key="bgp-key")
        created = self.calls.create_vpn_connection(
            vpn_gateway_id=self.gateway, customer_gateway_id=customer, name="first", local_subnet="10.0.0.0/16",
            remote_subnet="192.168.1.0/24,192.168.2.0/24", effect_immediately=True, auto_config_route=True,
            enable_dpd=True, enable_nat_traversal=False, ike_config=IKE_TEXT, ipsec_config=IPSEC_TEXT,
            health_check_config=HEALTH, bgp_config=BGP, tags=[{"key": "team", "value": "net"}])
        self.assert_complete(created)
        self.assertRegex(created.vpn_connection_id, "^vco-bp1[0-9a-z]{18}$")
        connection = created.vpn_connection_id

        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        self.assert_fields(found, status="ike_sa_not_established", state="provisioning")
        self.settle("3s")
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        self.assert_fields(found, status="ike_sa_established", state="active")
        self.settle()
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        self.assert_complete(found)
        self.assert_fields(
            found, vpn_connection_id=connection, vpn_gateway_id=self.gateway, customer_gateway_id=customer,
            name="first", status="ipsec_sa_established", state="active", local_subnet="10.0.0.0/16",
            remote_subnet="192.168.1.0/24,192.168.2.0/24", effect_immediately=True, enable_dpd=True,
            enable_nat_traversal=False, create_time=created.create_time, attach_type="VPNGW", network_type="public",
            spec="10M", internet_ip=self.calls.describe_vpn_gateway(vpn_gateway_id=self.gateway).internet_ip,
            cross_account_authorized=False, enable_tunnels_bgp=False)
        self.assert_fields(found.ike_config, **IKE)
        self.assert_fields(found.ipsec_config, **IPSEC)
        self.assert_fields(
            found.vco_health_check, enable="true", dip="192.168.1.1", sip="10.0.0.1", interval=5, retry=4,
            policy="reserve_route", status="success")
        self.assert_fields(
            found.vpn_bgp_config, enable_bgp="true", local_asn=65001, tunnel_cidr="169.254.11.0/30",
            local_bgp_ip="169.254.11.1", peer_asn=65010, peer_bgp_ip="169.254.11.2", auth_key="bgp-key",
            status="success")
        self.assertEqual([(tag.key, tag.value) for tag in found.tags.tag], [("team", "net")])
        self.assertEqual(found.tunnel_options_specification.tunnel_options, [])
        self.assert_listed(connection, found)

        changed = self.calls.modify_vpn_connection_attribute(
            vpn_connection_id=connection, name="second", remote_subnet="192.168.3.0/24", enable_dpd=False,
            ike_config=as_json(IkeVersion="ikev1", IkeMode="aggressive"), ipsec_config=as_json(IpsecLifetime=7200))
        self.assert_filled(
            changed, "vpn_gateway_id", "customer_gateway_id", "vco_health_check.dip", "vpn_bgp_config.local_asn")
        self.assert_fields(
            changed, vpn_connection_id=connection, name="second", remote_subnet="192.168.3.0/24", enable_dpd=False,
            create_time=created.create_time)
        self.assert_fields(changed.ike_config, **{**IKE, "ike_version": "ikev1", "ike_mode": "aggressive"})
        self.assert_fields(changed.ipsec_config, **{**IPSEC, "ipsec_lifetime": 7200})
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        self.assert_fields(found, name="second", state="updating", status="ike_sa_not_established")
        # Of these two this answer has less.
        self.assert_agrees(changed, found, "VcoHealthCheck", "VpnBgpConfig")
        self.assert_fields(
            changed.vpn_bgp_config, enable_bgp="true", local_asn=65001, peer_asn=65010, tunnel_cidr="169.254.11.0/30",
            local_bgp_ip="169.254.11.1", peer_bgp_ip="169.254.11.2")
        self.assert_fields(changed.vco_health_check, enable="true", dip="192.168.1.1", sip="10.0.0.1", interval=5)
        self.assert_refused(
            400, "VpnGateway.Configuring", self.calls.delete_vpn_connection, vpn_connection_id=connection)
        self.settle()
        self.calls.delete_vpn_connection(vpn_connection_id=connection)
        self.assert_gone_connection(connection)
        self.settle()
        self.calls.delete_customer_gateway(customer_gateway_id=customer)

    def test_a_modification_answers_all_that_the_model_has(self):
        customer = self.resources.customer_gateway(asn="65010", auth_key="bgp-key")
        connection = self.resources.connection(
            self.gateway, customer_gateway_id=customer, health_check_config=HEALTH, bgp_config=as_json(
                EnableBgp="true", LocalAsn=65001, TunnelCidr="169.254.13.0/30", LocalBgpIp="169.254.13.1"))
        self.assert_complete(
            self.calls.modify_vpn_connection_attribute(vpn_connection_id=connection, name="second"))

    def test_what_a_connection_is_told_nothing_of(self):
        connection = self.resources.connection(self.gateway)
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        # What is not in use has neither a status nor addresses.
        self.assert_complete(
            found, "vco_health_check.status", *(f"vpn_bgp_config.{name}" for name in (
                "auth_key", "local_asn", "local_bgp_ip", "peer_asn", "peer_bgp_ip", "status", "tunnel_cidr")))
        self.assert_fields(
            found, enable_dpd=True, enable_nat_traversal=True, effect_immediately=False, name="")
        self.assert_fields(
            found.ike_config, ike_version="ikev1", ike_mode="main", ike_enc_alg="aes", ike_auth_alg="md5",
            ike_pfs="group2", ike_lifetime=86400)
        self.assertRegex(found.ike_config.psk, r"^[0-9a-z]{16}$")
        self.assert_fields(
            found.ipsec_config, ipsec_enc_alg="aes", ipsec_auth_alg="md5", ipsec_pfs="group2", ipsec_lifetime=86400)
        self.assert_fields(found.vco_health_check, enable="false")
        self.assert_fields(found.vpn_bgp_config, enable_bgp="false")

    def test_filters_narrow_the_list(self):
        customer = self.resources.customer_gateway()
        wanted = self.resources.connection(
            self.gateway, customer_gateway_id=customer, tags=[{"key": "find", "value": "me"}])
        self.resources.connection(self.gateway)
        for filters in (
            {"vpn_connection_id": wanted}, {"customer_gateway_id": customer},
            {"tag": [{"key": "find", "value": "me"}], "vpn_gateway_id": self.gateway},
        ):
            with self.subTest(filters):
                found = self.calls.describe_vpn_connections(**filters)
                self.assertEqual([item.vpn_connection_id for item in found.vpn_connections.vpn_connection], [wanted])
        elsewhere = self.calls.describe_vpn_connections(
            vpn_gateway_id=self.dual_gateway, customer_gateway_id=customer)
        self.assertEqual(elsewhere.total_count, 0)

    def test_what_the_other_device_is_to_be_told(self):
        customer = self.resources.customer_gateway(asn="65010")
        connection = self.resources.connection(
            self.gateway, customer_gateway_id=customer, remote_subnet="192.168.90.0/24", ike_config=IKE_TEXT,
            ipsec_config=IPSEC_TEXT, bgp_config=as_json(
                EnableBgp="true", LocalAsn=65001, TunnelCidr="169.254.12.0/30", LocalBgpIp="169.254.12.1"))
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        told = self.calls.download_vpn_connection_config(vpn_connection_id=connection)
        self.assert_complete(told)
        config = told.vpn_connection_config
        address = self.calls.describe_customer_gateway(customer_gateway_id=customer).ip_address
        self.assert_fields(
            config, local=address, remote=found.internet_ip, local_subnet="192.168.90.0/24",
            remote_subnet="10.0.0.0/16")
        self.assert_fields(
            config.ike_config, **{**IKE, "local_id": "office.example", "remote_id": "cloud.example"})
        self.assert_fields(config.ipsec_config, **IPSEC)
        (bgp,) = config.bgp_configs.bgp_config
        self.assert_fields(
            bgp, local_asn="65010", local_bgp_ip="169.254.12.2", peer_asn="65001", peer_bgp_ip="169.254.12.1",
            tunnel_cidr="169.254.12.0/30")

    def test_nothing_is_granted_to_other_accounts(self):
        connection = self.resources.connection(self.gateway)
        found = self.calls.describe_vpn_cross_account_authorizations(vpn_connection_id=connection)
        self.assert_complete(found)
        self.assert_fields(found, total_count=0, page_number=1, page_size=10, cross_account_authorizations=[])


class TwoTunnels(ConnectionTest):
    def test_life_of_a_connection(self):
        tunnels = self.resources.tunnels(
            asn=65010, tunnel_ike_config=IKE, tunnel_ipsec_config=IPSEC, enable_dpd=True, enable_nat_traversal=False)
        connection = self.calls.create_vpn_connection(
            vpn_gateway_id=self.dual_gateway, name="first", local_subnet="10.0.0.0/16",
            remote_subnet="192.168.1.0/24", enable_tunnels_bgp=True, tags=[{"key": "team", "value": "net"}],
            tunnel_options_specification=[{"role": "master", **tunnels[0]}, {"role": "slave", **tunnels[1]}],
        ).vpn_connection_id
        self.settle()
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        self.assert_complete(found.tunnel_options_specification)
        self.assert_fields(
            found, status="ipsec_sa_established", state="active", enable_tunnels_bgp=True,
            vpn_gateway_id=self.dual_gateway)
        gateway = self.calls.describe_vpn_gateway(vpn_gateway_id=self.dual_gateway)
        addresses = (gateway.internet_ip, gateway.disaster_recovery_internet_ip)
        options = found.tunnel_options_specification.tunnel_options
        self.assertEqual(len(options), 2)
        for position, tunnel in enumerate(options):
            with self.subTest(tunnel=position):
                told = tunnels[position]
                self.assertRegex(tunnel.tunnel_id, "^tun-bp1[0-9a-z]{18}$")
                self.assert_fields(
                    tunnel, customer_gateway_id=told["customer_gateway_id"], role=("master", "slave")[position],
                    enable_dpd="true", enable_nat_traversal="false", internet_ip=addresses[position],
                    state="active", status="ipsec_sa_established", tunnel_index=position + 1,
                    zone_no=ZONES[position])
                self.assert_fields(tunnel.tunnel_ike_config, **{**IKE, "ike_lifetime": "7200"})
                self.assert_fields(tunnel.tunnel_ipsec_config, **{**IPSEC, "ipsec_lifetime": "3600"})
                bgp = told["tunnel_bgp_config"]
                self.assert_fields(
                    tunnel.tunnel_bgp_config, bgp_status="success", local_asn="65001", peer_asn="65010",
                    tunnel_cidr=bgp["tunnel_cidr"], local_bgp_ip=bgp["local_bgp_ip"],
                    peer_bgp_ip=bgp["local_bgp_ip"].removesuffix("1") + "2")
        self.assertIs(self.calls.describe_vpn_gateway(vpn_gateway_id=self.dual_gateway).enable_bgp, True)
        (entry,) = self.calls.describe_vpn_connections(vpn_connection_id=connection).vpn_connections.vpn_connection
        self.assert_agrees(entry, found)

        changed = self.calls.modify_tunnel_attribute(
            vpn_connection_id=connection, tunnel_id=options[1].tunnel_id, tunnel_options_specification={
                "enable_dpd": False, "tunnel_ike_config": {"ike_lifetime": 600},
                "tunnel_ipsec_config": {"ipsec_pfs": "disabled"}})
        self.assert_complete(changed)
        self.assert_fields(
            changed, tunnel_id=options[1].tunnel_id, enable_dpd=False, role="slave", internet_ip=addresses[1],
            customer_gateway_id=tunnels[1]["customer_gateway_id"], zone_no=ZONES[1])
        self.assert_fields(changed.tunnel_ike_config, **{**IKE, "ike_lifetime": 600})
        self.assert_fields(changed.tunnel_ipsec_config, **{**IPSEC, "ipsec_pfs": "disabled"})
        self.assert_fields(changed.tunnel_bgp_config, enable_bgp=True, local_asn=65001, peer_asn=65010)
        self.settle()

        changed = self.calls.modify_vpn_connection_attribute(
            vpn_connection_id=connection, name="second", tunnel_options_specification=[
                {"tunnel_id": options[0].tunnel_id, "tunnel_ike_config": {"psk": "another-1"}}])
        first, second = changed.tunnel_options_specification.tunnel_options
        self.assertEqual(changed.name, "second")
        configurations = [
            ({**IKE, "psk": "another-1"}, IPSEC), ({**IKE, "ike_lifetime": 600}, {**IPSEC, "ipsec_pfs": "disabled"})]
        for tunnel, (ike, ipsec) in zip((first, second), configurations):
            self.assert_fields(tunnel.tunnel_ike_config, **ike)
            self.assert_fields(tunnel.tunnel_ipsec_config, **ipsec)
        self.settle()

        told = self.calls.download_vpn_connection_config(vpn_connection_id=connection).vpn_connection_config
        self.assert_complete(told)
        self.assertEqual(
            [tunnel.tunnel_id for tunnel in told.tunnels_config.tunnel_config],
            [tunnel.tunnel_id for tunnel in options])
        self.assertEqual([tunnel.remote for tunnel in told.tunnels_config.tunnel_config], list(addresses))
        for tunnel, (ike, ipsec) in zip(told.tunnels_config.tunnel_config, configurations):
            self.assert_fields(
                tunnel.ike_config, **{**ike, "local_id": ike["remote_id"], "remote_id": ike["local_id"]})
            self.assert_fields(tunnel.ipsec_config, **ipsec)
        self.assertEqual([bgp.local_asn for bgp in told.bgp_configs.bgp_config], ["65010", "65010"])

        self.calls.delete_vpn_connection(vpn_connection_id=connection)
        self.assert_gone_connection(connection)


class Attachments(ConnectionTest):
    def test_life_of_an_attachment(self):
        customer = self.resources.customer_gateway(asn="65010")
        created = self.calls.create_vpn_attachment(
            customer_gateway_id=customer, name="first", local_subnet="10.0.0.0/16", remote_subnet="192.168.1.0/24",
            network_type="public", effect_immediately=True, enable_dpd=True, enable_nat_traversal=True,
            ike_config=IKE_TEXT, ipsec_config=IPSEC_TEXT, health_check_config=HEALTH, bgp_config=BGP,
            resource_group_id="rg-one", tags=[{"key": "team", "value": "net"}], tunnel_bandwidth="Large")
        self.assert_complete(created)
        self.assert_fields(created, name="first", success=True)
        connection = created.vpn_connection_id
        self.settle()
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        self.assert_complete(found)
        self.assert_fields(
            found, name="first", vpn_gateway_id="", customer_gateway_id=customer, state="init",
            attach_type="NO_ASSOCIATED", status="ipsec_sa_established", resource_group_id="rg-one",
            tunnel_bandwidth="Large", create_time=created.create_time)
        self.assert_fields(found.ike_config, **IKE)

        self.endpoint.local("attach", connection, "--to", "tr-one")
        listed = self.calls.describe_vpn_attachments(vpn_connection_id=connection)
        self.assert_complete(listed)
        self.assert_fields(listed, total_count=1, page_number=1, page_size=10)
        (attachment,) = listed.vpn_attachments
        self.assert_fields(
            attachment, instance_id=connection, name="first", attach_type="CEN", transit_router_id="tr-one",
            tunnel_bandwidth="Large", cross_account_authorized=False)
        self.assertEqual([(tag.key, tag.value) for tag in attachment.tags], [("team", "net")])
        self.assertEqual(self.calls.describe_vpn_attachments(attach_type="CEN").total_count, 1)
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        self.assert_fields(found, state="attached", attach_type="CEN", transit_router_id="tr-one")
        self.assert_refused(
            400, "DependencyViolation.TransitRouter", self.calls.delete_vpn_attachment, vpn_connection_id=connection)
        self.endpoint.local("detach", connection)

        changed = self.calls.modify_vpn_attachment_attribute(
            vpn_connection_id=connection, name="second", local_subnet="10.1.0.0/16", network_type="private",
            ike_config=as_json(IkeLifetime=600))
        self.assert_complete(changed)
        self.assert_fields(
            changed, vpn_connection_id=connection, name="second", local_subnet="10.1.0.0/16", network_type="private")
        self.assertEqual(changed.ike_config.ike_lifetime, 600)
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        self.assert_agrees(changed, found, "VcoHealthCheck", "VpnBgpConfig", "TunnelOptionsSpecification")
        self.assert_fields(
            changed.vpn_bgp_config, enable_bgp="true", local_asn=65001, peer_asn=65010, tunnel_cidr="169.254.11.0/30",
            local_bgp_ip="169.254.11.1", peer_bgp_ip="169.254.11.2")
        self.assert_fields(
            changed.vco_health_check, enable="true", dip="192.168.1.1", sip="10.0.0.1", policy="reserve_route")
        self.settle()
        deleted = self.calls.delete_vpn_attachment(vpn_connection_id=connection)
        self.assert_complete(deleted)
        self.assertIs(deleted.success, True)
        self.assert_gone_connection(connection)

    def test_an_attachment_with_two_tunnels(self):
        tunnels = self.resources.tunnels(asn=65010, tunnel_ike_config=IKE, tunnel_ipsec_config=IPSEC)
        connection = self.resources.attachment(
            enable_tunnels_bgp=True, tunnel_options_specification=[
                {"tunnel_index": number, **tunnel} for number, tunnel in enumerate(tunnels, 1)])
        found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
        options = found.tunnel_options_specification.tunnel_options
        self.assertEqual([tunnel.tunnel_index for tunnel in options], [1, 2])
        for tunnel in options:
            self.assertRegex(tunnel.internet_ip, ADDRESS)
            self.assert_fields(tunnel.tunnel_ike_config, **{**IKE, "ike_lifetime": "7200"})
        changed = self.calls.modify_vpn_attachment_attribute(
            vpn_connection_id=connection, tunnel_options_specification=[
                {"tunnel_id": options[1].tunnel_id, "tunnel_index": 2, "tunnel_ike_config": {"psk": "another-1"}}])
        first, second = changed.tunnel_options_specification
        self.assertEqual((first.tunnel_ike_config.psk, second.tunnel_ike_config.psk), (IKE["psk"], "another-1"))
        self.assertEqual(second.tunnel_id, options[1].tunnel_id)
        self.settle()
        self.calls.delete_vpn_attachment(vpn_connection_id=connection)
        self.assert_gone_connection(connection)
