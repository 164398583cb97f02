import DataValue

/// By what each kind of resource is found. Everything here follows from the document, so that an import or a migration
/// makes the scopes anew by reading the documents.
extension Resource {
    /// All attributes of a resource, each once.
    static func attributes(_ kind: ResourceKind, id: String, _ document: Record) -> [Attribute] {
        var found = [Attribute.any]
        func add(_ names: String...) {
            for name in names {
                let value = document.text(name)
                if !value.isEmpty { found.append(Attribute(name, value)) }
            }
        }
        switch kind {
        case .vpc: found.append(Attribute("VpcName", document.text("VpcName")))
        case .vSwitch:
            add("VpcId", "ZoneId", "RouteTableId")
            found.append(Attribute("VSwitchName", document.text("VSwitchName")))
        case .routeTable: add("VpcId", "RouteTableName")
        case .routeEntry: add("RouteTableId", "NextHopId", "Destination")
        case .eip:
            add("IpAddress", "Name", "InstanceId", "Status")
        case .vpnGateway:
            add("VpcId", "VSwitchId", "GatewayType")
            let second = document.text("DisasterRecoveryVSwitchId")
            if !second.isEmpty, second != document.text("VSwitchId") { found.append(Attribute("VSwitchId", second)) }
            for name in ["InternetIp", "DisasterRecoveryInternetIp", "SslVpnInternetIp"] {
                let address = document.text(name)
                if !address.isEmpty { found.append(Attribute("Address", address, isGlobal: true)) }
            }
            found.append(.anywhere)
        case .customerGateway: add("IpAddress")
        case .vpnConnection: found += connectionAttributes(document)
        case .vpnRoute, .policyRoute: add("VpnGatewayId", "NextHop", "Key", "Published")
        case .connectionRoute: add("VpnConnectionId", "Key")
        case .sslServer: add("VpnGatewayId", "Name")
        case .clientCertificate:
            add("SslVpnServerId", "Name")
            found.append(.anywhere)
        case .ipsecServer: add("VpnGatewayId", "IpsecServerName")
        case .certificateAssociation: add("VpnGatewayId", "CertificateId", "CertificateType")
        case .diagnosis: add("VpnGatewayId")
        }
        if ResourceKind.grouped.contains(kind) { add("ResourceGroupId") }
        return found + tagAttributes(document)
    }

    /// Those of a connection. `Ends` is by which its peer finds it: the addresses of both ends of each tunnel.
    private static func connectionAttributes(_ document: Record) -> [Attribute] {
        var found: [Attribute] = []
        let gateway = document.text("VpnGatewayId")
        found.append(gateway.isEmpty ? Attribute("AttachType", "") : Attribute("VpnGatewayId", gateway))
        let attachType = document.text("AttachType")
        if gateway.isEmpty, !attachType.isEmpty { found.append(Attribute("AttachType", attachType)) }
        let tunnels = TunnelEnd.all(document)
        for peer in Set(tunnels.map(\.customerGateway)) where !peer.isEmpty {
            found.append(Attribute("CustomerGatewayId", peer))
        }
        for tunnel in tunnels {
            if !tunnel.id.isEmpty { found.append(Attribute("TunnelId", tunnel.id, isGlobal: true)) }
            if !tunnel.remoteAddress.isEmpty {
                found.append(Attribute("Ends", tunnel.localAddress + ">" + tunnel.remoteAddress, isGlobal: true))
            }
        }
        if !gateway.isEmpty {
            let blocks =
                [document.record("VpnBgpConfig")] + document.list("Tunnels").map { $0.record("TunnelBgpConfig") }
            for block in blocks.map({ $0.text("TunnelCidr") }) where !block.isEmpty {
                found.append(Attribute("TunnelCidr", gateway + " " + block))
            }
            func sorted(_ name: String) -> String {
                document.text(name).split(separator: ",").sorted().joined(separator: ",")
            }
            let peers = tunnels.map(\.customerGateway).joined(separator: ",")
            let identity = [gateway, peers, sorted("LocalSubnet"), sorted("RemoteSubnet")].joined(separator: " ")
            found.append(Attribute("Identity", identity))
        }
        return Array(Set(found))
    }

    /// One for each tag, and one for each tag's key.
    private static func tagAttributes(_ document: Record) -> [Attribute] {
        document.list("Tags").flatMap { tag in
            let key = tag.text("Key")
            return [Attribute("Tag." + key, tag.text("Value")), Attribute("TagKey", key)]
        }
    }
}

extension ResourceKind {
    /// Those that belong to a resource group and can be looked for by it.
    static let grouped: Set<ResourceKind> = [
        .vpc, .vSwitch, .eip, .vpnGateway, .customerGateway, .vpnConnection, .sslServer, .clientCertificate,
        .ipsecServer,
    ]

    /// Those whose documents hold keys: pre-shared ones, BGP's, private ones of certificates.
    static let withSecrets: Set<ResourceKind> = [
        .vpnConnection, .customerGateway, .sslServer, .clientCertificate, .ipsecServer,
    ]
}
