// swift-format-ignore-file

extension OperationWords {
    /// A line for each parameter, sorted: the operation (or `*` for all) and its name behind a slash, what it means, the
    /// values that it takes between commas, and its default.
    static let parameters: StaticString = #"""
*/AcceptLanguage	the language of the names in the answer	zh-CN,en-US,ja	zh-CN
*/All	whether all tags are taken off; counts only where no TagKey is given	true,false	false
*/Asn	the autonomous system number of the far end, for BGP: 1 to 4294967295		
*/AttachType	what the connections are bound to: transit routers	CEN	CEN
*/AuthKey	the key that both ends of BGP authenticate with: letters, digits and signs; a secret		
*/AutoConfigRoute	whether the routes that belong to the connection are made by themselves	true,false	true
*/AutoPay	whether the bill is paid at once; without it the order waits for somebody to pay it	true,false	false
*/AutoPropagate	whether routes that are learnt by BGP go into the VPC's route table	true,false	
*/Bandwidth	the public bandwidth in Mbit/s	5,10,20,50,100,200,500,1000	
*/BgpConfig	JSON with EnableBgp, LocalAsn, TunnelCidr and LocalBgpIp, for a connection with one tunnel		
*/BusinessStatus	list only gateways whose bills stand like this	Normal,FinancialLocked	
*/CertificateId	the certificate, by its id in the certificate service		
*/CertificateType	what the certificate is for	Encryption,Signature	
*/CidrBlock	the IPv4 block: within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or a public one		
*/CidrMask	the length of the block's mask, where the service chooses the block		
*/Cipher	how traffic is encrypted	AES-128-CBC,AES-192-CBC,AES-256-CBC,none	AES-128-CBC
*/ClientIpPool	the block that clients get their addresses from; it must not overlap LocalSubnet or the VPC		
*/ClientToken	makes a repetition safe: at most 64 ASCII characters; the shell makes one for each write		
*/Compress	whether traffic is compressed	true,false	false
*/CustomerGatewayId	the customer gateway: the device at the far end		
*/Description	free text of 2 to 256 characters that does not begin with http:// or https://		
*/DhcpOptionsSetId	list only VPCs with this DHCP options set		
*/DiagnoseId	the examination, by the id that DiagnoseVpnGateway answered		
*/DisasterRecoveryVSwitchId	the second vSwitch, in another zone, of a gateway with two tunnels		
*/DnsServers	the DNS servers that clients are told of, between commas		
*/DryRun	check only: where all is well the answer is the error DryRunOperation	true,false	false
*/EffectImmediately	whether tunnels are negotiated at once; otherwise when traffic comes	true,false	false
*/EnableDnsHostname	whether instances of the VPC have host names in DNS	true,false	false
*/EnableDpd	whether a dead far end is looked for and its tunnel torn down	true,false	true
*/EnableIPv6	whether IPv6 is switched on	true,false	
*/EnableIpsec	whether the gateway can have IPsec connections	true,false	true
*/EnableIpv6	whether IPv6 is switched on	true,false	false
*/EnableMultiFactorAuth	whether clients also sign in with user and password (IDaaS)	true,false	false
*/EnableNatTraversal	whether the tunnel gets through a NAT device on the way	true,false	true
*/EnableSsl	whether the gateway can have an SSL server	true,false	false
*/EnableTunnelsBgp	whether both tunnels use BGP	true,false	false
*/ForceDelete	whether what the service made in the VPC is removed with it	true,false	false
*/From	the beginning of the log, in seconds since 1970; needs To or MinutePeriod		
*/GatewayType	list only gateways of this kind	Traditional,Enhanced.SiteToSite	
*/HealthCheckConfig	JSON with enable, dip, sip, interval (seconds, 3) and retry (3): pings that watch the connection		
*/IDaaSApplicationId	the IDaaS application that users sign in to		
*/IDaaSInstanceId	the IDaaS instance that users sign in to		
*/IDaaSRegionId	the region of the IDaaS instance		
*/IPsecExtendInfo	JSON with PrivateSourceIp and PrivateDestinationIp: addresses at both ends, between which packets are tried		
*/IkeAuthAlg	how phase 1 authenticates	md5,sha1,sha256,sha384,sha512,sm3	md5
*/IkeConfig	JSON with the settings of phase 1: Psk, IkeVersion, IkeMode, IkeEncAlg, IkeAuthAlg, IkePfs, IkeLifetime, LocalId, RemoteId		
*/IkeEncAlg	how phase 1 encrypts	aes,aes192,aes256,des,3des,sm4	aes
*/IkeLifetime	how long what phase 1 agreed on is good, in seconds up to 86400		86400
*/IkeMode	the mode of phase 1 with IKEv1: main protects the identities, aggressive is quicker	main,aggressive	main
*/IkePfs	the Diffie-Hellman group of phase 1	group1,group2,group5,group14	group2
*/IkeVersion	the version of IKE	ikev1,ikev2	ikev1
*/IncludeReservationData	whether orders that are still to take effect are shown	true,false	false
*/InstanceChargeType	how it is paid for	PREPAY,POSTPAY	
*/InstanceId	the resource that is moved		
*/IpAddress	the public IPv4 address of the device at the far end		
*/IpSecServerName	a name of 2 to 128 characters that begins with a letter		
*/IpsecAuthAlg	how phase 2 authenticates	md5,sha1,sha256,sha384,sha512,sm3	md5
*/IpsecConfig	JSON with the settings of phase 2: IpsecEncAlg, IpsecAuthAlg, IpsecPfs, IpsecLifetime		
*/IpsecEncAlg	how phase 2 encrypts	aes,aes192,aes256,des,3des,sm4	aes
*/IpsecLifetime	how long what phase 2 agreed on is good, in seconds up to 86400		86400
*/IpsecPfs	the Diffie-Hellman group of phase 2; disabled for devices without it	disabled,group1,group2,group5,group14	group2
*/IpsecServerId	the IPsec server		
*/IpsecServerName	a name of 2 to 128 characters that begins with a letter		
*/Ipv4CidrMask	the length of the mask of a block that comes from an address pool		
*/Ipv4IpamPoolId	the pool that the IPv4 block comes from		
*/Ipv6CidrBlock	the IPv6 block		
*/Ipv6CidrMask	the length of the IPv6 block's mask		
*/Ipv6IpamPoolId	the pool that the IPv6 block comes from		
*/Ipv6Isp	whose IPv6 addresses they are	BGP,ChinaMobile,ChinaUnicom,ChinaTelecom	BGP
*/IsDefault	list only default ones, or only others	true,false	
*/Key	the tag's key: up to 128 characters, not beginning with aliyun or acs:		
*/LocalAsn	the autonomous system number of this end, for BGP		45104
*/LocalBgpIp	this end's address for BGP, within TunnelCidr		
*/LocalId	how this end calls itself in phase 1; its public address if nothing is given		
*/LocalSubnet	the blocks of the cloud's side, between commas, for phase 2		
*/MaxResults	how many entries a page has, 1 to 20		10
*/MinutePeriod	how many minutes of log, where From or To is not given		10
*/Name	a name of 2 to 128 characters that begins with a letter, not with http:// or https://		
*/NetworkType	whether the gateway has a public address, or is reached through private connections	public,private	public
*/NewPriority	the priority from now on: 1 to 100, the smallest goes first		
*/NewResourceGroupId	the resource group from now on		
*/NewWeight	the weight from now on: 100 for the connection in use, 0 for the one in reserve	0,100	
*/NextHop	where packets go: an IPsec connection's id		
*/NextToken	where the next page begins, by the answer before		
*/OverlayMode	how packets are wrapped	Ipsec	Ipsec
*/PageNumber	which page, counted from 1; the shell goes through all of them where a pipe or a loop follows		1
*/PageSize	how many entries a page has, up to 50		10
*/Period	for how many months it is paid in advance	1,2,3,4,5,6,7,8,9,12,24,36	
*/Port	the port that clients connect to; not 22, 53, 68, 80, 123, 443, 500, 2222, 4500, 4510, 4560, 7505, 9000-9002, 22222		1194
*/Priority	the priority: 1 to 100, the smallest goes first		10
*/ProductType	for which product the regions are listed		
*/Proto	the protocol that clients use	UDP,TCP	UDP
*/Psk	the pre-shared key, up to 100 characters; a random one if nothing is given; a secret		
*/PskEnabled	whether clients show a pre-shared key; there is no other way	true	true
*/PublishVpc	whether the route goes into the VPC's route table	true,false	
*/RegionId	the region; the session's if nothing is given		
*/RemoteCaCert	the far end's CA certificate, for gateways of the type NationalStandard		
*/RemoteCaCertificate	the far end's CA certificate, for gateways of the type NationalStandard		
*/RemoteId	how the far end calls itself in phase 1; its public address if nothing is given		
*/RemoteSubnet	the blocks of the far side, between commas, for phase 2		
*/ResourceGroupId	the resource group		
*/ResourceId	the resources, by their ids		
*/ResourceType	what kind of resource it is	VPC,VSWITCH,ROUTETABLE,EIP,VPNGATEWAY,NATGATEWAY,COMMONBANDWIDTHPACKAGE	
*/Role	which of the two tunnels it is	master,slave	
*/RouteDest	the destination's block		
*/RouteEntryType	list only routes of this kind	custom,bgp	
*/RouteSource	the source's block		
*/RouteTableId	list only vSwitches with this route table		
*/RouteType	what kind of route it is: pbr by policy, dbr by destination	pbr,dbr	
*/Spec	the bandwidth, 5M to 1000M		
*/SslConnections	how many clients may be connected at a time	5,10,20,50,100,200,500,1000	
*/SslVpnClientCertId	the client certificate		
*/SslVpnServerId	the SSL server		
*/Status	list only those in this state	init,provisioning,active,updating,deleting	
*/Tag	list only what carries these tags: Tag.1.Key=… Tag.1.Value=…, or a list of records		
*/TagKey	the keys of the tags that are taken off, up to 20		
*/Tags	the tags to begin with: Tags.1.Key=… Tags.1.Value=…, or a list of records		
*/To	the end of the log, in seconds since 1970		
*/TunnelBandwidth	the bandwidth of the tunnels	Standard,Large	Standard
*/TunnelBgpConfig	BGP in this tunnel: LocalAsn, TunnelCidr, LocalBgpIp		
*/TunnelCidr	the tunnel's own block: a /30 within 169.254.0.0/16		
*/TunnelId	the tunnel		
*/TunnelIds	the tunnels that are examined		
*/TunnelIkeConfig	the settings of phase 1 of this tunnel		
*/TunnelIndex	which of the two tunnels it is	1,2	
*/TunnelIpsecConfig	the settings of phase 2 of this tunnel		
*/TunnelOptionsSpecification	the two tunnels of a dual-tunnel gateway, each a record		
*/UserCidr	further blocks that belong to one's own network, up to three between commas		
*/VSwitchId	the vSwitch		
*/VSwitchName	a name of 1 to 128 characters that does not begin with http:// or https://		
*/VSwitchOwnerId	list only vSwitches of this account		
*/Value	the tag's value: up to 128 characters, also empty		
*/VpcId	the VPC		
*/VpcIpv6CidrBlock	the VPC's IPv6 block that the vSwitch's is a part of		
*/VpcName	a name of 1 to 128 characters that does not begin with http:// or https://		
*/VpcOwnerId	list only VPCs of this account		
*/VpnConnectionId	the IPsec connection		
*/VpnConnectionIds	the IPsec connections that are examined		
*/VpnGatewayId	the VPN gateway		
*/VpnSslServerId	the SSL server		
*/VpnType	which algorithms the gateway knows: the usual ones, or those of China's national standard	Normal,NationalStandard	Normal
*/Weight	the weight: 100 for the connection in use, 0 for the one in reserve	0,100	
*/ZoneId	the zone		
*/ZoneType	list only zones of this kind	AvailabilityZone,EdgeZone	AvailabilityZone
CreateEnhancedVpnGateway/GatewayType	the kind of gateway	Enhanced.SiteToSite	Enhanced.SiteToSite
CreateSslVpnServer/LocalSubnet	the blocks that clients reach, between commas		
CreateVSwitch/CidrBlock	the IPv4 block of the subnet, /16 to /29: a part of the VPC's that no other vSwitch has		
CreateVSwitch/Tag	the tags to begin with: Tag.1.Key=… Tag.1.Value=…, or a list of records		
CreateVpc/CidrBlock	the IPv4 block of the network, /8 to /28		172.16.0.0/12
CreateVpc/Tag	the tags to begin with: Tag.1.Key=… Tag.1.Value=…, or a list of records		
CreateVpnAttachment/IkeAuthAlg	how phase 1 authenticates	md5,sha1,sha256,sha384,sha512	sha1
CreateVpnAttachment/IkeVersion	the version of IKE	ikev1,ikev2	ikev2
DescribeVpnGatewayAvailableZones/GatewayType	the kind of gateway that is to be bought	Traditional,Enhanced.SiteToSite	Traditional
DiagnoseVpnGateway/ResourceType	what is examined	IPsec	
ListTagResources/MaxResults	how many entries a page has, 1 to 50		50
ModifySslVpnServer/LocalSubnet	the blocks that clients reach, between commas		
MoveVpnResourceGroup/ResourceType	what is moved; with a gateway go its servers, certificates and connections	VpnGateway,CustomerGateway,VpnAttachment	
TagResources/Tag	the tags: Tag.1.Key=… Tag.1.Value=…, or a list of records; up to 20		
"""#
}
