// swift-format-ignore-file

extension OperationWords {
    /// A line for each operation, sorted by name: name, what it does, the codes of errors that it is known to answer.
    static let operations: StaticString = #"""
AssociateVpnGatewayWithCertificate	Binds an SM certificate to a VPN gateway of the type NationalStandard.	VpnGateway.Configuring Forbidden InvalidVpnGatewayInstanceId.NotFound
CheckVpnBgpEnabled	Tells whether VPN gateways of the region support BGP.	
CreateCustomerGateway	Registers the device at the far end of an IPsec connection: its public address, and its AS number for BGP.	InvalidDescription InvalidIpAddress.AlreadyExist InvalidIpAddress.WrongFormat InvalidName Resource.QuotaFull Forbbiden.SubUser Forbidden
CreateEnhancedVpnGateway	Buys a VPN gateway of the enhanced type, which is billed by use and has tunnels in two zones.	
CreateIpsecServer	Sets up a server on a VPN gateway to which telephones and computers connect with their built-in IPsec client.	IllegalParam.LocalSubnet OperationFailed.IPsecServerExist OperationUnsupported.IPsecServer QuotaExceeded.VpnRouteEntry VpnGateway.Configuring VpnGateway.FinancialLocked VpnGateway.SslVpnDisabled Forbidden InvalidVpnGatewayInstanceId.NotFound
CreateSslVpnClientCert	Makes a certificate with which one client may connect to an SSL server.	InvalidName Resource.QuotaFull VpnGateway.Configuring VpnGateway.FinancialLocked Forbbiden.SubUser Forbidden
CreateSslVpnServer	Sets up an SSL server on a VPN gateway to which computers connect with an OpenVPN client.	InvalidName QuotaExceeded.VpnRouteEntry Resource.QuotaFull VpnGateway.Configuring VpnGateway.FinancialLocked Forbbiden.SubUser Forbidden InvalidVpnGatewayInstanceId.NotFound
CreateVSwitch	Creates a subnet of a VPC in one zone.	InvalidVpcId.NotFound InvalidCidrBlock.Malformed InvalidCidrBlock.Overlapped IncorrectStatus.Vpc
CreateVpc	Creates a virtual private cloud: a network of one's own with a router and a route table.	InvalidCidrBlock.Malformed Resource.QuotaFull
CreateVpnAttachment	Creates an IPsec connection that is bound to a transit router, or to nothing yet, instead of a VPN gateway.	
CreateVpnConnection	Creates an IPsec connection between a VPN gateway and a customer gateway. A dual-tunnel gateway wants TunnelOptionsSpecification with two tunnels.	IllegalParam.LocalSubnet IllegalParam.RemoteSubnet InvalidVpnConnection.AlreadyExists QuotaExceeded.PolicyBasedRoute Resource.QuotaFull VpnGateway.Configuring VpnGateway.FinancialLocked Forbbiden.SubUser Forbidden InvalidCustomerGatewayInstanceId.NotFound InvalidVpnGatewayInstanceId.NotFound
CreateVpnGateway	Buys a VPN gateway in a VPC. It costs money from then on, and takes some minutes to become active.	Resource.QuotaFull
CreateVpnPbrRouteEntry	Adds a policy-based route to a VPN gateway: by source and destination of a packet.	
CreateVpnRouteEntry	Adds a destination-based route to a VPN gateway.	Resource.QuotaFull VpnGateway.Configuring VpnGateway.FinancialLocked Forbbiden.SubUser Forbidden InvalidVpnGatewayInstanceId.NotFound
DeleteCustomerGateway	Removes a customer gateway. No IPsec connection may use it any more.	Forbbiden.SubUser Forbidden InvalidCustomerGatewayInstanceId.NotFound
DeleteEnhancedVpnGateway	Releases an enhanced VPN gateway. All of its connections must be gone.	
DeleteIpsecServer	Removes an IPsec server: its clients lose their connections.	VpnGateway.Configuring Forbidden
DeleteSslVpnClientCert	Revokes a client's certificate: whoever is connected with it is cut off.	VpnGateway.Configuring Forbbiden.SubUser Forbidden
DeleteSslVpnServer	Removes an SSL server with all of its certificates: its clients lose their connections.	VpnGateway.Configuring VpnGateway.FinancialLocked Forbbiden.SubUser Forbidden
DeleteVSwitch	Removes a subnet. Nothing may be left in it.	InvalidVSwitchId.NotFound DependencyViolation IncorrectStatus.VSwitch
DeleteVpc	Removes a VPC. Nothing may be left in it but what the service made itself.	InvalidVpcId.NotFound DependencyViolation.VSwitch DependencyViolation.Instance IncorrectStatus.Vpc
DeleteVpnAttachment	Removes an IPsec connection that is bound to no VPN gateway. Its traffic stops at once.	
DeleteVpnConnection	Removes an IPsec connection: what lies behind it is cut off from the VPC at once.	VpnGateway.Configuring Forbbiden.SubUser Forbidden InvalidVpnConnectionInstanceId.NotFound
DeleteVpnGateway	Releases a VPN gateway. All of its connections, servers and routes must be gone; one that is paid for in advance cannot be released before its time.	VpnGateway.Configuring Forbbiden.SubUser Forbidden ForbiddenRelease InvalidVpnGatewayInstanceId.NotFound
DeleteVpnPbrRouteEntry	Removes a policy-based route from a VPN gateway.	Resource.QuotaFull VpnGateway.Configuring VpnGateway.FinancialLocked Forbbiden.SubUser Forbidden InvalidVpnGatewayInstanceId.NotFound
DeleteVpnRouteEntry	Removes a destination-based route from a VPN gateway.	
DescribeCustomerGateway	Shows one customer gateway.	Forbbiden.SubUser Forbidden InvalidCustomerGatewayInstanceId.NotFound
DescribeCustomerGateways	Lists the customer gateways of a region.	Forbbiden.SubUser Forbidden
DescribeRegions	Lists the regions with their endpoints.	
DescribeSslVpnClientCert	Shows one client certificate with its private key and the configuration for the client; both arrive as secrets.	
DescribeSslVpnClientCerts	Lists client certificates with the time that they are valid until.	Forbbiden.SubUser Forbidden
DescribeSslVpnClients	Lists the clients that are connected to a gateway's SSL server at present.	
DescribeSslVpnServers	Lists SSL servers with how many clients are connected.	Forbbiden.SubUser Forbidden
DescribeVSwitchAttributes	Shows one vSwitch.	
DescribeVSwitches	Lists vSwitches, of a VPC or of a zone.	
DescribeVpcAttribute	Shows one VPC.	
DescribeVpcs	Lists the VPCs of a region.	
DescribeVpnAttachments	Lists the IPsec connections that are bound to no VPN gateway.	
DescribeVpnConnection	Shows one IPsec connection with the state of its tunnels and its negotiation settings. The pre-shared key arrives as a secret.	Forbbiden.SubUser Forbidden InvalidVpnConnectionInstanceId.NotFound
DescribeVpnConnectionLogs	Shows the log of an IPsec connection's negotiation: the first place to look at when a tunnel does not come up.	
DescribeVpnConnections	Lists IPsec connections, of a gateway, of a customer gateway or of the region.	Forbbiden.SubUser Forbidden
DescribeVpnCrossAccountAuthorizations	Lists the accounts that an IPsec connection may be bound to the transit routers of.	
DescribeVpnGateway	Shows one VPN gateway with its addresses, bandwidth, state and what is switched on.	Forbbiden.SubUser Forbidden InvalidVpnGatewayInstanceId.NotFound
DescribeVpnGatewayAvailableZones	Lists the zones in which a VPN gateway of a type and bandwidth can be bought.	
DescribeVpnGateways	Lists the VPN gateways of a region.	Forbbiden.SubUser Forbidden
DescribeVpnPbrRouteEntries	Lists the policy-based routes of a VPN gateway.	
DescribeVpnRouteEntries	Lists the destination-based routes of a VPN gateway.	
DescribeVpnSslServerLogs	Shows the log of an SSL server.	
DescribeZones	Lists the zones of a region.	
DiagnoseVpnConnections	Examines IPsec connections and says why a tunnel is not up.	
DiagnoseVpnGateway	Starts an examination of a VPN gateway or of something on it; GetVpnGatewayDiagnoseResult has what it found.	
DissociateVpnGatewayWithCertificate	Takes a certificate off a VPN gateway of the type NationalStandard.	VpnGateway.Configuring Forbidden InvalidVpnGatewayInstanceId.NotFound
DownloadVpnConnectionConfig	Yields the settings of an IPsec connection as the device at the far end needs them, pre-shared key included (as a secret).	Forbbiden.SubUser Forbidden InvalidVpnConnectionInstanceId.NotFound
GetVpnGatewayDiagnoseResult	Shows what an examination by DiagnoseVpnGateway has found.	
ListIpsecServerLogs	Shows the log of an IPsec server.	
ListIpsecServers	Lists IPsec servers.	Forbidden
ListTagResources	Lists the tags of resources, or the resources that carry a tag.	
ListVpnCertificateAssociations	Lists which certificates are bound to which VPN gateways.	Forbidden
ModifyCustomerGatewayAttribute	Changes the name, description or BGP key of a customer gateway. Its address cannot be changed.	InvalidDescription InvalidName Forbbiden.SubUser Forbidden InvalidCustomerGatewayInstanceId.NotFound
ModifySslVpnClientCert	Renames a client certificate.	InvalidName Forbbiden.SubUser Forbidden
ModifySslVpnServer	Changes an SSL server. A change of protocol, port, cipher, compression or networks breaks off its clients' connections.	InvalidName VpnGateway.Configuring VpnGateway.FinancialLocked Forbbiden.SubUser Forbidden
ModifyVSwitchAttribute	Changes the name, description or IPv6 block of a vSwitch.	
ModifyVpcAttribute	Changes the name, description or IPv6 settings of a VPC.	
ModifyVpnAttachmentAttribute	Changes an IPsec connection that is bound to no VPN gateway. Most changes negotiate its tunnels anew.	
ModifyVpnConnectionAttribute	Changes an IPsec connection. Settings that are part of a JSON parameter are replaced as a whole, and the tunnels are negotiated anew.	IllegalParam.LocalSubnet IllegalParam.RemoteSubnet InvalidName QuotaExceeded.PolicyBasedRoute VpnGateway.Configuring VpnGateway.FinancialLocked Forbbiden.SubUser Forbidden InvalidVpnConnectionInstanceId.NotFound
ModifyVpnGatewayAttribute	Changes the name, description or route propagation of a VPN gateway.	InvalidDescription InvalidName Forbbiden.SubUser Forbidden InvalidVpnGatewayInstanceId.NotFound
ModifyVpnPbrRouteEntryAttribute	Changes the weight and the priority of a policy-based route.	
ModifyVpnPbrRouteEntryPriority	Changes the priority of a policy-based route.	
ModifyVpnPbrRouteEntryWeight	Changes the weight of a policy-based route, to go over to the other of two connections.	Resource.QuotaFull VpnGateway.Configuring VpnGateway.FinancialLocked Forbbiden.SubUser Forbidden InvalidVpnGatewayInstanceId.NotFound
ModifyVpnRouteEntryWeight	Changes the weight of a destination-based route, to go over to the other of two connections.	
MoveVpnResourceGroup	Moves a VPN resource to another resource group.	
PublishVpnRouteEntry	Puts a route of a VPN gateway into the VPC's route table, or takes it out.	
TagResources	Puts tags on resources; a tag whose key is there already gets the new value.	Forbidden InvalidInstanceId.NotFound
UnTagResources	Takes tags off resources.	Forbidden InvalidInstanceId.NotFound
UpdateEnhancedVpnGateway	Changes the name, description or route propagation of an enhanced VPN gateway.	
UpdateIpsecServer	Changes an IPsec server. Its clients may have to connect anew.	IllegalParam.LocalSubnet VpnGateway.Configuring VpnGateway.FinancialLocked Forbidden
"""#
}
