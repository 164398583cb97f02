import DataValue

/// Routes that come by BGP. They are not stored: they follow from the tunnels that are up.
extension CallContext {
    /// What a gateway tells its peers (its VPC's network, `CLOUD`) and what it learns from those that are here
    /// (`VPN_BGP`). Of a device elsewhere nothing is known that it could tell.
    func bgpRoutes(of gateway: Resource) throws -> [Record] {
        guard gateway.document.flag("EnableBgp") else { return [] }
        let own = try network(of: gateway)
        var routes: [Record] = []
        let connections = try store.all(
            .vpnConnection, region: gateway.region, Attribute("VpnGatewayId", gateway.id))
        for connection in connections where connection.usesBgp {
            routes += try bgpRoutes(of: connection, own: own, instance: ("VpnInstanceId", gateway.id))
        }
        return routes
    }

    /// Those of one connection.
    ///
    /// - Parameter own: the network that the cloud's side tells of; empty where it has none.
    func bgpRoutes(of connection: Resource, own: String, instance: (name: String, id: String)) throws -> [Record] {
        var routes: [Record] = []
        for (tunnel, config) in zip(tunnelStates(connection), bgpConfigurations(connection))
        where tunnel.status == .ipsecEstablished {
            func route(_ dest: String, _ source: String, path: String) -> Record {
                Record(fields: [
                    (instance.name, .string(instance.id)), ("NextHop", .string(connection.id)),
                    ("RouteDest", .string(dest)), ("Weight", 0), ("State", "Active"),
                    ("CreateTime", .int(Int(tunnel.began / 1_000_000))), ("RouteEntryType", "bgp"),
                    ("Source", .string(source)), ("AsPath", .string(path)), ("Community", ""),
                    ("NextHopTunnelId", .string(tunnel.end.id)),
                ])
            }
            if !own.isEmpty {
                routes.append(route(own, "CLOUD", path: "\(config.integer("LocalAsn") ?? AutonomousSystem.service)"))
            }
            let there = Attribute("Address", tunnel.end.remoteAddress, isGlobal: true)
            if tunnel.peer != nil, let other = try store.all(.vpnGateway, region: "", there).first {
                let network = try network(of: other)
                if !network.isEmpty {
                    routes.append(route(network, "VPN_BGP", path: "\(config.integer("PeerAsn") ?? 0)"))
                }
            }
        }
        return routes
    }

    private func bgpConfigurations(_ connection: Resource) -> [Record] {
        let tunnels = connection.document.list("Tunnels")
        return tunnels.isEmpty
            ? [connection.document.record("VpnBgpConfig")] : tunnels.map { $0.record("TunnelBgpConfig") }
    }

    private func network(of gateway: Resource) throws -> String {
        try store.find(.vpc, id: gateway.text("VpcId"), region: nil)?.text("CidrBlock") ?? ""
    }
}
