import DataValue

/// The configuration that the device at the other end needs: everything the other way round.
///
/// Local and remote change places, as do the identities, so that a strongSwan user copies them: `Local` is `left`,
/// `LocalSubnet` is `leftsubnet`, `LocalId` is `leftid`, and so on.
extension CallContext {
    func peerConfiguration() throws -> Record {
        let connection = try vpnConnection()
        let document = connection.document
        let ends = TunnelEnd.all(document)
        guard let first = ends.first else { return Record() }
        let hasTunnels = document["Tunnels"] != nil
        var configuration = Record(fields: [
            ("Local", .string(first.remoteAddress)), ("Remote", .string(first.localAddress)),
            ("LocalSubnet", document.field("RemoteSubnet")), ("RemoteSubnet", document.field("LocalSubnet")),
            ("IkeConfig", .record(Self.reversed(first.ike))), ("IpsecConfig", .record(first.ipsec)),
        ])
        var tunnels: [Value] = []
        if hasTunnels {
            tunnels = ends.map { end in
                .record(
                    Record(fields: [
                        ("TunnelId", .string(end.id)), ("Local", .string(end.remoteAddress)),
                        ("Remote", .string(end.localAddress)), ("IkeConfig", .record(Self.reversed(end.ike))),
                        ("IpsecConfig", .record(end.ipsec)),
                    ]))
            }
        }
        configuration["TunnelsConfig"] = .nested("TunnelConfig", .list(tunnels))
        var bgp: [Value] = []
        if connection.usesBgp {
            let configurations =
                hasTunnels
                ? document.list("Tunnels").map { ($0.text("TunnelId"), $0.record("TunnelBgpConfig")) }
                : [("", document.record("VpnBgpConfig"))]
            bgp = configurations.map { id, config in
                .record(
                    Record(fields: [
                        ("LocalAsn", .string("\(config.integer("PeerAsn") ?? 0)")),
                        ("LocalBgpIp", config.field("PeerBgpIp")),
                        ("PeerAsn", .string("\(config.integer("LocalAsn") ?? 0)")),
                        ("PeerBgpIp", config.field("LocalBgpIp")), ("TunnelCidr", config.field("TunnelCidr")),
                        ("TunnelId", .string(id)),
                    ]))
            }
        }
        configuration["BgpConfigs"] = .nested("BgpConfig", .list(bgp))
        return Record(fields: [("VpnConnectionConfig", .record(configuration))])
    }

    private static func reversed(_ ike: Record) -> Record {
        var ike = ike
        (ike["LocalId"], ike["RemoteId"]) = (ike.field("RemoteId"), ike.field("LocalId"))
        return ike
    }
}
