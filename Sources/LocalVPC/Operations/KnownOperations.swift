/// The names of all operations of the API 2016-04-28: what tells an operation that the local service lacks from one that
/// nobody has.
enum KnownOperations {
    static func contains(_ name: String) -> Bool { names.contains(name[...]) }

    private static let names = Set(text.split(whereSeparator: \.isWhitespace))

    private static let text = """
        ActivateRouterInterface ActiveFlowLog AddBgpNetwork AddCommonBandwidthPackageIp AddCommonBandwidthPackageIps
        AddGlobalAccelerationInstanceIp AddIPv6TranslatorAclListEntry AddPublicIpAddressPoolCidrBlock
        AddSourcesToTrafficMirrorSession AllocateEipAddress AllocateEipAddressPro AllocateEipSegmentAddress
        AllocateIpv6Address AllocateIpv6InternetBandwidth AllocateVpcIpv6Cidr ApplyPhysicalConnectionLOA
        AssociateEipAddress AssociateEipAddressBatch AssociateHaVip AssociateMacSecKey AssociateNetworkAcl
        AssociatePhysicalConnectionToVirtualBorderRouter AssociateRouteTable AssociateRouteTableWithGateway
        AssociateRouteTablesWithVpcGatewayEndpoint AssociateVpcCidrBlock AssociateVpnGatewayWithCertificate
        AttachDhcpOptionsSetToVpc AttachVbrToVpconn CancelCommonBandwidthPackageIpBandwidth CancelPhysicalConnection
        ChangeResourceGroup CheckCanAllocateVpcPrivateIpAddress CheckVpnBgpEnabled CompletePhysicalConnectionLOA
        ConfirmPhysicalConnection ConnectRouterInterface CopyNetworkAclEntries CreateBgpGroup CreateBgpPeer
        CreateCommonBandwidthPackage CreateCustomerGateway CreateDefaultVSwitch CreateDefaultVpc CreateDhcpOptionsSet
        CreateEnhancedVpnGateway CreateExpressCloudConnection CreateExpressConnectTrafficQos
        CreateExpressConnectTrafficQosQueue CreateExpressConnectTrafficQosRule CreateFailoverTestJob CreateFlowLog
        CreateForwardEntry CreateFullNatEntry CreateGlobalAccelerationInstance CreateHaVip
        CreateHighReliablePhysicalConnection CreateIPv6Translator CreateIPv6TranslatorAclList
        CreateIPv6TranslatorEntry CreateIpsecServer CreateIpv4Gateway CreateIpv6EgressOnlyRule CreateIpv6Gateway
        CreateNatGateway CreateNatIp CreateNatIpCidr CreateNetworkAcl CreatePhysicalConnection
        CreatePhysicalConnectionOccupancyOrder CreatePhysicalConnectionSetupOrder CreatePublicIpAddressPool
        CreateRouteEntries CreateRouteEntry CreateRouteTable CreateRouteTargetGroup CreateRouterInterface
        CreateSnatEntry CreateSslVpnClientCert CreateSslVpnServer CreateTrafficMirrorFilter
        CreateTrafficMirrorFilterRules CreateTrafficMirrorSession CreateVSwitch CreateVSwitchCidrReservation
        CreateVbrHa CreateVcoRouteEntry CreateVirtualBorderRouter CreateVirtualPhysicalConnection CreateVpc
        CreateVpcGatewayEndpoint CreateVpcPrefixList CreateVpconnFromVbr CreateVpnAttachment CreateVpnConnection
        CreateVpnGateway CreateVpnPbrRouteEntry CreateVpnRouteEntry DeactivateRouterInterface DeactiveFlowLog
        DeleteBgpGroup DeleteBgpNetwork DeleteBgpPeer DeleteCommonBandwidthPackage DeleteCustomerGateway
        DeleteDhcpOptionsSet DeleteEnhancedVpnGateway DeleteExpressConnect DeleteExpressConnectTrafficQos
        DeleteExpressConnectTrafficQosQueue DeleteExpressConnectTrafficQosRule DeleteFailoverTestJob DeleteFlowLog
        DeleteForwardEntry DeleteFullNatEntry DeleteGlobalAccelerationInstance DeleteHaVip DeleteIPv6Translator
        DeleteIPv6TranslatorAclList DeleteIPv6TranslatorEntry DeleteIpsecServer DeleteIpv4Gateway
        DeleteIpv6EgressOnlyRule DeleteIpv6Gateway DeleteIpv6InternetBandwidth DeleteNatGateway DeleteNatIp
        DeleteNatIpCidr DeleteNetworkAcl DeletePhysicalConnection DeletePublicIpAddressPool
        DeletePublicIpAddressPoolCidrBlock DeleteRouteEntries DeleteRouteEntry DeleteRouteTable
        DeleteRouteTargetGroup DeleteRouterInterface DeleteSnatEntry DeleteSslVpnClientCert DeleteSslVpnServer
        DeleteTrafficMirrorFilter DeleteTrafficMirrorFilterRules DeleteTrafficMirrorSession DeleteVSwitch
        DeleteVSwitchCidrReservation DeleteVbrHa DeleteVcoRouteEntry DeleteVirtualBorderRouter DeleteVpc
        DeleteVpcGatewayEndpoint DeleteVpcPrefixList DeleteVpnAttachment DeleteVpnConnection DeleteVpnGateway
        DeleteVpnPbrRouteEntry DeleteVpnRouteEntry DeletionProtection Describe95Traffic DescribeAccessPoints
        DescribeBgpGroups DescribeBgpNetworks DescribeBgpPeers DescribeCommonBandwidthPackages
        DescribeCustomerGateway DescribeCustomerGateways DescribeEcGrantRelation DescribeEipAddresses
        DescribeEipGatewayInfo DescribeEipMonitorData DescribeEipSegment DescribeExpressConnectTrafficQos
        DescribeExpressConnectTrafficQosQueue DescribeExpressConnectTrafficQosRule DescribeFailoverTestJob
        DescribeFailoverTestJobs DescribeFlowLogs DescribeForwardTableEntries DescribeGlobalAccelerationInstances
        DescribeGrantRulesToCen DescribeGrantRulesToEcr DescribeHaVips DescribeHighDefinitionMonitorLogAttribute
        DescribeIPv6TranslatorAclListAttributes DescribeIPv6TranslatorAclLists DescribeIPv6TranslatorEntries
        DescribeIPv6Translators DescribeIpv6Addresses DescribeIpv6EgressOnlyRules DescribeIpv6GatewayAttribute
        DescribeIpv6Gateways DescribeNatGatewayAssociateNetworkInterfaces DescribeNatGateways
        DescribeNetworkAclAttributes DescribeNetworkAcls DescribePhysicalConnectionLOA DescribePhysicalConnections
        DescribePublicIpAddress DescribeRegions DescribeRouteEntryList DescribeRouteTableList DescribeRouteTables
        DescribeRouterInterfaceAttribute DescribeRouterInterfaces DescribeServerRelatedGlobalAccelerationInstances
        DescribeSnatTableEntries DescribeSslVpnClientCert DescribeSslVpnClientCerts DescribeSslVpnClients
        DescribeSslVpnServers DescribeTagKeys DescribeTagKeysForExpressConnect DescribeTags DescribeVRouters
        DescribeVSwitchAttributes DescribeVSwitches DescribeVbrHa DescribeVcoRouteEntries
        DescribeVirtualBorderRouters DescribeVirtualBorderRoutersForPhysicalConnection DescribeVpcAttribute
        DescribeVpcGrantRulesToEcr DescribeVpcs DescribeVpnAttachments DescribeVpnConnection
        DescribeVpnConnectionLogs DescribeVpnConnections DescribeVpnCrossAccountAuthorizations DescribeVpnGateway
        DescribeVpnGatewayAvailableZones DescribeVpnGateways DescribeVpnPbrRouteEntries DescribeVpnRouteEntries
        DescribeVpnSslServerLogs DescribeZones DetachDhcpOptionsSetFromVpc DiagnoseVpnConnections DiagnoseVpnGateway
        DisableVpcClassicLink DisassociateMacSecKey DissociateRouteTableFromGateway
        DissociateRouteTablesFromVpcGatewayEndpoint DissociateVpnGatewayWithCertificate DownloadVpnConnectionConfig
        EnablePhysicalConnection EnableVpcClassicLink EnableVpcIpv4Gateway GetDhcpOptionsSet GetFlowLogServiceStatus
        GetIpv4GatewayAttribute GetNatGatewayAttribute GetPhysicalConnectionServiceStatus
        GetPublicIpAddressPoolServiceStatus GetRouteTargetGroup GetTrafficMirrorServiceStatus
        GetVSwitchCidrReservationUsage GetVpcGatewayEndpointAttribute GetVpcPrefixListAssociations
        GetVpcPrefixListEntries GetVpcRouteEntrySummary GetVpnGatewayDiagnoseResult GrantInstanceToCen
        GrantInstanceToVbr ListBusinessAccessPoints ListBusinessRegions ListDhcpOptionsSets
        ListEnhanhcedNatGatewayAvailableZones ListFullNatEntries ListGatewayRouteTableEntries
        ListGeographicSubRegions ListIpsecServerLogs ListIpsecServers ListIpv4Gateways ListNatIpCidrs ListNatIps
        ListPhysicalConnectionFeatures ListPrefixLists ListPublicIpAddressPoolCidrBlocks ListPublicIpAddressPools
        ListRouteTargetGroups ListTagResources ListTagResourcesForExpressConnect ListTrafficMirrorFilters
        ListTrafficMirrorSessions ListVSwitchCidrReservations ListVirtualPhysicalConnections
        ListVpcEndpointServicesByEndUser ListVpcGatewayEndpoints ListVpcPublishedRouteEntries
        ListVpnCertificateAssociations ModifyBgpGroupAttribute ModifyBgpPeerAttribute
        ModifyCommonBandwidthPackageAttribute ModifyCommonBandwidthPackageIpBandwidth
        ModifyCommonBandwidthPackageSpec ModifyCustomerGatewayAttribute ModifyEipAddressAttribute
        ModifyEipForwardMode ModifyExpressCloudConnectionAttribute ModifyExpressCloudConnectionBandwidth
        ModifyExpressConnectTrafficQos ModifyExpressConnectTrafficQosQueue ModifyExpressConnectTrafficQosRule
        ModifyFlowLogAttribute ModifyForwardEntry ModifyFullNatEntryAttribute
        ModifyGlobalAccelerationInstanceAttributes ModifyGlobalAccelerationInstanceSpec ModifyHaVipAttribute
        ModifyIPv6TranslatorAclAttribute ModifyIPv6TranslatorAclListEntry ModifyIPv6TranslatorAttribute
        ModifyIPv6TranslatorBandwidth ModifyIPv6TranslatorEntry ModifyIpv6AddressAttribute ModifyIpv6GatewayAttribute
        ModifyIpv6InternetBandwidth ModifyNatGatewayAttribute ModifyNatGatewaySpec ModifyNatIpAttribute
        ModifyNatIpCidrAttribute ModifyNetworkAclAttributes ModifyPhysicalConnectionAttribute ModifyRouteEntry
        ModifyRouteTableAttributes ModifyRouterInterfaceAttribute ModifyRouterInterfaceSpec ModifySnatEntry
        ModifySslVpnClientCert ModifySslVpnServer ModifyTunnelAttribute ModifyVRouterAttribute ModifyVSwitchAttribute
        ModifyVSwitchCidrReservationAttribute ModifyVcoRouteEntryWeight ModifyVirtualBorderRouterAttribute
        ModifyVpcAttribute ModifyVpcCidrBlock ModifyVpcPrefixList ModifyVpnAttachmentAttribute
        ModifyVpnConnectionAttribute ModifyVpnGatewayAttribute ModifyVpnPbrRouteEntryAttribute
        ModifyVpnPbrRouteEntryPriority ModifyVpnPbrRouteEntryWeight ModifyVpnRouteEntryWeight MoveResourceGroup
        MoveVpnResourceGroup OpenFlowLogService OpenPhysicalConnectionService OpenPublicIpAddressPoolService
        OpenTrafficMirrorService PublishVpcRouteEntries PublishVpnRouteEntry RecoverPhysicalConnection
        RecoverVirtualBorderRouter ReleaseEipAddress ReleaseEipSegmentAddress ReleaseIpv6Address
        RemoveCommonBandwidthPackageIp RemoveGlobalAccelerationInstanceIp RemoveIPv6TranslatorAclListEntry
        RemoveSourcesFromTrafficMirrorSession ReplaceVpcDhcpOptionsSet RetryVpcPrefixListAssociation
        RevokeInstanceFromCen RevokeInstanceFromVbr SecondApplyPhysicalConnectionLOA
        SetHighDefinitionMonitorLogStatus StartFailoverTestJob StopFailoverTestJob SwitchActiveRouteTarget
        TagResources TagResourcesForExpressConnect TerminatePhysicalConnection TerminateVirtualBorderRouter
        TransformEipSegmentToPublicIpAddressPool UnTagResources UnassociateEipAddress
        UnassociateGlobalAccelerationInstance UnassociateHaVip UnassociateNetworkAcl
        UnassociatePhysicalConnectionFromVirtualBorderRouter UnassociateRouteTable UnassociateVpcCidrBlock
        UntagResourcesForExpressConnect UpdateDhcpOptionsSetAttribute UpdateEnhancedVpnGateway UpdateFailoverTestJob
        UpdateGatewayRouteTableEntryAttribute UpdateIpsecServer UpdateIpv4GatewayAttribute UpdateNatGatewayNatType
        UpdateNetworkAclEntries UpdatePublicIpAddressPoolAttribute UpdateRouteTargetGroup
        UpdateTrafficMirrorFilterAttribute UpdateTrafficMirrorFilterRuleAttribute UpdateTrafficMirrorSessionAttribute
        UpdateVirtualBorderBandwidth UpdateVirtualPhysicalConnection UpdateVpcGatewayEndpointAttribute
        VpcDescribeVpcNatGatewayNetworkInterfaceQuota WithdrawVpcPublishedRouteEntries
        """
}
