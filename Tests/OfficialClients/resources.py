"""Brings to life what tests need, by the newer client."""

import dataclasses
import itertools

from endpoint import REGION, as_json

ZONES = (f"{REGION}-h", f"{REGION}-i")
IKE = {
    "psk": "top-secret-1", "ike_version": "ikev2", "ike_mode": "main", "ike_enc_alg": "aes256",
    "ike_auth_alg": "sha256", "ike_pfs": "group14", "ike_lifetime": 7200, "local_id": "cloud.example",
    "remote_id": "office.example",
}
IPSEC = {"ipsec_enc_alg": "aes192", "ipsec_auth_alg": "sha384", "ipsec_pfs": "group5", "ipsec_lifetime": 3600}
"""What a tunnel can be told, all of it other than what it would be told nothing."""

IKE_TEXT = as_json(
    Psk="top-secret-1", IkeVersion="ikev2", IkeMode="main", IkeEncAlg="aes256", IkeAuthAlg="sha256", IkePfs="group14",
    IkeLifetime=7200, LocalId="cloud.example", RemoteId="office.example")
IPSEC_TEXT = as_json(IpsecEncAlg="aes192", IpsecAuthAlg="sha384", IpsecPfs="group5", IpsecLifetime=3600)
"""The same for connections with a single tunnel, which take it as JSON."""


@dataclasses.dataclass
class Network:
    """A VPC with a vSwitch in each of two zones."""

    vpc: str
    table: str
    switches: list


class Resources:
    def __init__(self, calls):
        self.calls = calls
        self.settle = calls.endpoint.settle
        self.numbers = itertools.count(1)

    def network(self, **parameters):
        vpc = self.calls.create_vpc(**{"cidr_block": "10.0.0.0/8", **parameters})
        self.settle()
        switches = [
            self.calls.create_vswitch(vpc_id=vpc.vpc_id, zone_id=zone, cidr_block=f"10.0.{number}.0/24").v_switch_id
            for number, zone in enumerate(ZONES)]
        self.settle()
        return Network(vpc.vpc_id, vpc.route_table_id, switches)

    def gateway(self, network=None, is_dual=False, **parameters):
        """The id of a VPN gateway that is active; `is_dual` gives its connections two tunnels."""
        network = network or self.network()
        if is_dual:
            parameters = {
                "v_switch_id": network.switches[0], "disaster_recovery_vswitch_id": network.switches[1], **parameters}
        gateway = self.calls.create_vpn_gateway(**{"vpc_id": network.vpc, "bandwidth": 10, **parameters})
        self.settle()
        return gateway.vpn_gateway_id

    def customer_gateway(self, **parameters):
        address = f"203.0.113.{next(self.numbers)}"
        return self.calls.create_customer_gateway(**{"ip_address": address, **parameters}).customer_gateway_id

    def connection(self, gateway, **parameters):
        """The id of a connection with a single tunnel that is up."""
        if "customer_gateway_id" not in parameters:
            parameters["customer_gateway_id"] = self.customer_gateway()
        self.settle()
        connection = self.calls.create_vpn_connection(**{
            "vpn_gateway_id": gateway, "local_subnet": "10.0.0.0/16",
            "remote_subnet": f"192.168.{next(self.numbers)}.0/24", **parameters})
        self.settle()
        return connection.vpn_connection_id

    def tunnels(self, asn=None, **options):
        """What two tunnels are told; with BGP where their peers' autonomous system is given."""
        tunnels = []
        for position in (0, 1):
            parameters = {"asn": str(asn)} if asn else {}
            tunnel = {"customer_gateway_id": self.customer_gateway(**parameters), **options}
            if asn:
                block = next(self.numbers) + 10
                tunnel["tunnel_bgp_config"] = {
                    "local_asn": 65001, "tunnel_cidr": f"169.254.{block}.0/30", "local_bgp_ip": f"169.254.{block}.1"}
            tunnels.append(tunnel)
        return tunnels

    def dual_connection(self, gateway, tunnels=None, **parameters):
        """The id of a connection with two tunnels that are up."""
        tunnels = [
            {"role": role, **tunnel} for role, tunnel in zip(("master", "slave"), tunnels or self.tunnels())]
        self.settle()
        connection = self.calls.create_vpn_connection(**{
            "vpn_gateway_id": gateway, "local_subnet": "10.0.0.0/16",
            "remote_subnet": f"192.168.{next(self.numbers)}.0/24", "tunnel_options_specification": tunnels,
            **parameters})
        self.settle()
        return connection.vpn_connection_id

    def attachment(self, **parameters):
        """The id of a connection without a VPN gateway that is up; it has a single tunnel unless tunnels are given."""
        if not {"customer_gateway_id", "tunnel_options_specification"} & set(parameters):
            parameters["customer_gateway_id"] = self.customer_gateway()
        connection = self.calls.create_vpn_attachment(**{
            "local_subnet": "10.0.0.0/16", "remote_subnet": f"192.168.{next(self.numbers)}.0/24", **parameters})
        self.settle()
        return connection.vpn_connection_id
