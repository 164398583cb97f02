import DataValue

/// One end of a tunnel, as far as the other end can notice: what an IPsec connection without tunnels of its own has, or
/// one of the two tunnels of one that has them.
struct TunnelEnd: Sendable {
    /// Empty for a connection with a single tunnel.
    var id: String
    var customerGateway: String
    /// The address of this end.
    var localAddress: String
    /// The address of the other end.
    var remoteAddress: String
    /// Fields `Psk`, `IkeVersion`, `IkeMode`, `IkeEncAlg`, `IkeAuthAlg`, `IkePfs`, `IkeLifetime`, `LocalId`, `RemoteId`.
    var ike: Record
    /// Fields `IpsecEncAlg`, `IpsecAuthAlg`, `IpsecPfs`, `IpsecLifetime`.
    var ipsec: Record
    var localSubnets: [String]
    var remoteSubnets: [String]

    /// The ends that a connection's document describes: one, or two.
    static func all(_ document: Record) -> [TunnelEnd] {
        let local = document.text("LocalSubnet").split(separator: ",").map(String.init)
        let remote = document.text("RemoteSubnet").split(separator: ",").map(String.init)
        let tunnels = document.list("Tunnels")
        if tunnels.isEmpty {
            return [
                TunnelEnd(
                    id: "", customerGateway: document.text("CustomerGatewayId"),
                    localAddress: document.text("InternetIp"), remoteAddress: document.text("RemoteAddress"),
                    ike: document.record("IkeConfig"), ipsec: document.record("IpsecConfig"), localSubnets: local,
                    remoteSubnets: remote)
            ]
        }
        return tunnels.map { tunnel in
            TunnelEnd(
                id: tunnel.text("TunnelId"), customerGateway: tunnel.text("CustomerGatewayId"),
                localAddress: tunnel.text("InternetIp"), remoteAddress: tunnel.text("RemoteAddress"),
                ike: tunnel.record("TunnelIkeConfig"), ipsec: tunnel.record("TunnelIpsecConfig"), localSubnets: local,
                remoteSubnets: remote)
        }
    }
}
