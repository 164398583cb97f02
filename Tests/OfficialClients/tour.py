"""A walk through all that the endpoint does: every operation is called, with as much in its answer as there can be."""

import json

from endpoint import REGION, AlibabaCloudException, Calls
from resources import IKE, IKE_TEXT, IPSEC, IPSEC_TEXT, Resources

TAGS = [{"key": "team", "value": "net"}]
GROUP = "rg-tour"
HEALTH = json.dumps({
    "Enable": "true", "Dip": "192.168.1.1", "Sip": "10.0.0.1", "Interval": 5, "Retry": 4, "Policy": "reserve_route"})


def _bgp(block):
    return json.dumps({
        "EnableBgp": "true", "LocalAsn": 65001, "TunnelCidr": f"169.254.{block}.0/30",
        "LocalBgpIp": f"169.254.{block}.1"})


class Tour:
    def __init__(self, calls):
        self.calls = calls
        self.settle = calls.endpoint.settle
        self.resources = Resources(calls)

    def run(self):
        """Calls every operation at least once, and takes away again what it made."""
        self.regions()
        self.networks()
        self.gateways()
        self.connections()
        self.routes()
        self.attachments()
        self.servers()
        self.certificates()
        self.groups()
        self.end()

    def regions(self):
        self.calls.describe_regions()
        self.calls.describe_zones()
        self.calls.describe_vpn_gateway_available_zones(spec="10M")
        self.calls.check_vpn_bgp_enabled()

    def networks(self):
        self.network = self.resources.network(
            vpc_name="tour", description="A network.", tag=TAGS, resource_group_id=GROUP, user_cidr="198.51.100.0/24")
        vpc, vswitch = self.network.vpc, self.network.switches[0]
        self.calls.modify_vpc_attribute(vpc_id=vpc, vpc_name="tour")
        self.calls.modify_vswitch_attribute(v_switch_id=vswitch, v_switch_name="tour", description="A switch.")
        self.calls.tag_resources(resource_type="VSWITCH", resource_id=[vswitch], tag=TAGS)
        self.calls.tag_resources(resource_type="ROUTETABLE", resource_id=[self.network.table], tag=TAGS)
        self.calls.list_tag_resources(resource_type="VSWITCH", resource_id=[vswitch])
        self.calls.describe_vpcs(vpc_id=vpc)
        self.calls.describe_vpc_attribute(vpc_id=vpc)
        self.calls.describe_vswitches(vpc_id=vpc)
        self.calls.describe_vswitch_attributes(v_switch_id=vswitch)
        self.calls.describe_route_table_list(vpc_id=vpc)
        address = self.calls.allocate_eip_address(name="tour", tag=TAGS, resource_group_id=GROUP).allocation_id
        self.calls.describe_eip_addresses(allocation_id=address)
        self.calls.modify_eip_address_attribute(allocation_id=address, description="An address.")
        self.calls.release_eip_address(allocation_id=address)

    def gateways(self):
        self.gateway = self.resources.gateway(
            self.network, name="tour", enable_ssl=True, ssl_connections=5, resource_group_id=GROUP)
        self.dual = self.resources.gateway(self.network, is_dual=True, name="tour", enable_ssl=True)
        for gateway in (self.gateway, self.dual):
            self.calls.tag_resources(resource_type="VpnGateway", resource_id=[gateway], tag=TAGS)
            self.calls.modify_vpn_gateway_attribute(vpn_gateway_id=gateway, description="A gateway.")
        self.settle()
        enhanced = self.calls.create_enhanced_vpn_gateway(
            vpc_id=self.network.vpc, v_switch_id=self.network.switches[0], gateway_type="Enhanced.SiteToSite",
            disaster_recovery_vswitch_id=self.network.switches[1], name="tour").vpn_gateway_id
        self.settle()
        self.calls.tag_resources(resource_type="VpnGateway", resource_id=[enhanced], tag=TAGS)
        self.calls.update_enhanced_vpn_gateway(vpn_gateway_id=enhanced, description="A gateway.")
        self.settle()
        for gateway in (self.gateway, self.dual, enhanced):
            self.calls.describe_vpn_gateway(vpn_gateway_id=gateway)
            self.calls.describe_vpn_gateway(vpn_gateway_id=gateway, include_reservation_data=True)
        self.calls.describe_vpn_gateways(include_reservation_data=True)
        self.calls.delete_enhanced_vpn_gateway(vpn_gateway_id=enhanced)
        self.customer = self.calls.create_customer_gateway(
            ip_address="192.0.2.1", name="tour", description="An office.", asn="65010", auth_key="bgp-key", tags=TAGS,
            resource_group_id=GROUP).customer_gateway_id
        self.calls.describe_customer_gateway(customer_gateway_id=self.customer)
        self.calls.describe_customer_gateways()
        self.calls.modify_customer_gateway_attribute(customer_gateway_id=self.customer, name="tour")
        self.settle()

    def connections(self):
        self.connection = self.resources.connection(
            self.gateway, customer_gateway_id=self.customer, name="tour", ike_config=IKE_TEXT,
            ipsec_config=IPSEC_TEXT, health_check_config=HEALTH, bgp_config=_bgp(9), tags=TAGS)
        self.dual_connection = self.resources.dual_connection(
            self.dual, self.resources.tunnels(asn=65010, tunnel_ike_config=IKE, tunnel_ipsec_config=IPSEC),
            name="tour", enable_tunnels_bgp=True, tags=TAGS)
        for connection in (self.connection, self.dual_connection):
            self.calls.modify_vpn_connection_attribute(vpn_connection_id=connection, name="tour")
            self.settle()
            found = self.calls.describe_vpn_connection(vpn_connection_id=connection)
            self.calls.download_vpn_connection_config(vpn_connection_id=connection)
            self.calls.describe_vpn_connection_logs(vpn_connection_id=connection)
        self.calls.describe_vpn_connections()
        self.calls.describe_vpn_cross_account_authorizations(vpn_connection_id=self.connection)
        self.calls.modify_tunnel_attribute(
            vpn_connection_id=self.dual_connection,
            tunnel_id=found.tunnel_options_specification.tunnel_options[0].tunnel_id,
            tunnel_options_specification={"enable_dpd": False})
        self.settle()
        self.calls.diagnose_vpn_connections(vpn_connection_ids=[self.connection, self.dual_connection])
        self.calls.diagnose_vpn_gateway(
            vpn_gateway_id=self.gateway, resource_id=self.connection, resource_type="IPsec", ipsec_extend_info="{}")
        self.settle()
        self.calls.get_vpn_gateway_diagnose_result(vpn_gateway_id=self.gateway)

    def routes(self):
        route = {"vpn_gateway_id": self.gateway, "next_hop": self.connection, "weight": 0}
        to_office = {**route, "route_dest": "192.168.50.0/24"}
        self.calls.create_vpn_route_entry(publish_vpc=True, description="To the office.", **to_office)
        policy = {**route, "route_dest": "192.168.60.0/24", "route_source": "10.0.0.0/24", "priority": 5}
        self.calls.create_vpn_pbr_route_entry(publish_vpc=True, description="To the office.", **policy)
        self.settle()
        for gateway in (self.gateway, self.dual):
            self.calls.describe_vpn_route_entries(vpn_gateway_id=gateway)
            self.calls.describe_vpn_route_entries(vpn_gateway_id=gateway, route_entry_type="bgp")
            self.calls.describe_vpn_pbr_route_entries(vpn_gateway_id=gateway)
        self.calls.describe_route_entry_list(route_table_id=self.network.table, max_result=1)
        self.calls.describe_route_entry_list(route_table_id=self.network.table)
        self.calls.publish_vpn_route_entry(
            vpn_gateway_id=self.gateway, next_hop=self.connection, route_dest="192.168.50.0/24", publish_vpc=False,
            route_type="dbr")
        self.settle()
        self.calls.modify_vpn_route_entry_weight(new_weight=100, **to_office)
        self.calls.modify_vpn_pbr_route_entry_weight(new_weight=100, **policy)
        self.settle()
        policy["weight"] = to_office["weight"] = 100
        self.calls.modify_vpn_pbr_route_entry_priority(new_priority=6, **policy)
        self.settle()
        policy["priority"] = 6
        self.calls.modify_vpn_pbr_route_entry_attribute(new_priority=7, **policy)
        self.settle()
        policy["priority"] = 7
        self.calls.delete_vpn_route_entry(**to_office)
        self.calls.delete_vpn_pbr_route_entry(**policy)
        own = self.calls.create_route_entry(
            route_table_id=self.network.table, destination_cidr_block="192.168.70.0/24", next_hop_id=self.gateway,
            next_hop_type="VpnGateway").route_entry_id
        self.calls.delete_route_entry(route_entry_id=own)

    def attachments(self):
        attachment = self.resources.attachment(
            customer_gateway_id=self.customer, name="tour", ike_config=IKE_TEXT, ipsec_config=IPSEC_TEXT,
            health_check_config=HEALTH, bgp_config=_bgp(8), tags=TAGS)
        dual = self.resources.attachment(
            name="tour", enable_tunnels_bgp=True, tags=TAGS, tunnel_options_specification=self.resources.tunnels(
                asn=65010, tunnel_ike_config=IKE, tunnel_ipsec_config=IPSEC))
        for connection in (attachment, dual):
            self.calls.modify_vpn_attachment_attribute(vpn_connection_id=connection, name="tour")
            self.settle()
            route = {
                "vpn_connection_id": connection, "next_hop": connection, "route_dest": "192.168.80.0/24", "weight": 0}
            self.calls.create_vco_route_entry(description="To the office.", **route)
            self.settle()
            self.calls.describe_vco_route_entries(vpn_connection_id=connection)
            self.calls.describe_vco_route_entries(vpn_connection_id=connection, route_entry_type="bgp")
            self.calls.modify_vco_route_entry_weight(new_weight=100, **route)
            self.settle()
            self.calls.delete_vco_route_entry(**{**route, "weight": 100})
            self.calls.endpoint.local("attach", connection)
            self.calls.describe_vpn_attachments(vpn_connection_id=connection)
            self.calls.describe_vpn_connection(vpn_connection_id=connection)
            self.calls.endpoint.local("detach", connection)
            self.settle()
            self.calls.delete_vpn_attachment(vpn_connection_id=connection)

    def servers(self):
        server = self.calls.create_ssl_vpn_server(
            vpn_gateway_id=self.gateway, client_ip_pool="172.16.8.0/24", local_subnet="10.0.0.0/16", name="tour",
            enable_multi_factor_auth=True, idaa_sinstance_id="idaas-one", idaa_sregion_id=REGION,
            idaa_sapplication_id="app-one", dns_servers="10.0.0.53").ssl_vpn_server_id
        self.settle()
        self.calls.modify_ssl_vpn_server(ssl_vpn_server_id=server, name="tour")
        self.settle()
        self.calls.describe_ssl_vpn_servers()
        self.calls.describe_ssl_vpn_clients(vpn_gateway_id=self.gateway)
        self.calls.describe_vpn_ssl_server_logs(vpn_ssl_server_id=server)
        certificate = self.calls.create_ssl_vpn_client_cert(
            ssl_vpn_server_id=server, name="tour").ssl_vpn_client_cert_id
        self.calls.describe_ssl_vpn_client_cert(ssl_vpn_client_cert_id=certificate)
        self.calls.describe_ssl_vpn_client_certs()
        self.calls.modify_ssl_vpn_client_cert(ssl_vpn_client_cert_id=certificate, name="tour")
        self.calls.delete_ssl_vpn_client_cert(ssl_vpn_client_cert_id=certificate)
        self.calls.delete_ssl_vpn_server(ssl_vpn_server_id=server)
        self.settle()
        servers = [self.ipsec_server(gateway, number) for number, gateway in enumerate(
            (self.gateway, self.resources.gateway(self.network, enable_ssl=True)))]
        self.calls.list_ipsec_servers(max_results=1)
        self.calls.list_ipsec_server_logs(ipsec_server_id=servers[0])
        for server in servers:
            self.calls.update_ipsec_server(ipsec_server_id=server, ipsec_server_name="tour")
            self.settle()
            self.calls.delete_ipsec_server(ipsec_server_id=server)
            self.settle()

    def ipsec_server(self, gateway, number):
        server = self.calls.create_ipsec_server(
            vpn_gateway_id=gateway, client_ip_pool=f"172.16.{number}.0/24", local_subnet="10.0.0.0/16",
            psk_enabled=True, psk="top-secret-1", ip_sec_server_name="tour").ipsec_server_id
        self.settle()
        return server

    def certificates(self):
        gateway = self.resources.gateway(self.network, vpn_type="NationalStandard")
        for kind in ("Encryption", "Signature"):
            self.calls.associate_vpn_gateway_with_certificate(
                vpn_gateway_id=gateway, certificate_id="6bfe4218-ea1d", certificate_type=kind)
            self.settle()
        self.calls.list_vpn_certificate_associations(max_results=1)
        self.calls.dissociate_vpn_gateway_with_certificate(
            vpn_gateway_id=gateway, certificate_id="6bfe4218-ea1d", certificate_type="Signature")
        self.settle()

    def groups(self):
        self.calls.move_vpn_resource_group(
            instance_id=self.gateway, resource_type="VpnGateway", new_resource_group_id="rg-other")
        self.calls.list_tag_resources(resource_type="VpnConnection", tag=TAGS, max_results=1)
        self.calls.un_tag_resources(resource_type="VpnGateway", resource_id=[self.gateway], all=True)

    def end(self):
        for connection in (self.connection, self.dual_connection):
            self.calls.delete_vpn_connection(vpn_connection_id=connection)
            self.settle()
        self.calls.delete_customer_gateway(customer_gateway_id=self.customer)
        for gateway in self.calls.describe_vpn_gateways(vpc_id=self.network.vpc).vpn_gateways.vpn_gateway:
            self.calls.delete_vpn_gateway(vpn_gateway_id=gateway.vpn_gateway_id)
        self.settle()
        for vswitch in self.network.switches:
            self.calls.delete_vswitch(v_switch_id=vswitch)
        self.calls.delete_vpc(vpc_id=self.network.vpc)


def served(endpoint):
    """The operations of the SDK that an endpoint has, by the SDK's names: each is called for a region that there is
    not, and only what the endpoint does not have is answered with Local.NotImplemented."""
    calls = Calls(endpoint, region="nowhere")
    found = set()
    for name in calls.names():
        try:
            calls.call(name)
        except AlibabaCloudException as error:
            if (error.status_code, error.code) == (501, "Local.NotImplemented"):
                continue
        found.add(name)
    return found
