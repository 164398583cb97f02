import DataValue

extension CallContext {
    /// The fields of a connection in the order of ``vpnConnectionAnswer(_:isListed:)``. Answers share the table of names,
    /// so that it is made once and not for each of them.
    private static let names = KeyTable([
        "VpnConnectionId", "Name", "Status", "State", "VpnGatewayId", "CustomerGatewayId", "LocalSubnet",
        "RemoteSubnet", "CreateTime", "EffectImmediately", "EnableDpd", "EnableNatTraversal", "EnableTunnelsBgp",
        "IkeConfig", "IpsecConfig", "VcoHealthCheck", "VpnBgpConfig", "InternetIp", "Spec", "NetworkType", "AttachType",
        "AttachInstanceId", "TransitRouterId", "TransitRouterName", "TunnelBandwidth", "CrossAccountAuthorized",
        "RemoteCaCertificate", "ZoneNo", "TunnelOptionsSpecification", "ResourceGroupId", "Tags",
    ])
    /// The list calls by another name what the single answer calls `Tags`, and does not name the zone.
    private static let listedNames = KeyTable(
        names.keys.filter { $0 != zone }.map { $0 == "Tags" ? "Tag" : $0 })
    private static let zone = "ZoneNo"

    /// Every field of a connection that DescribeVpnConnection answers, or DescribeVpnConnections where it is listed.
    func vpnConnectionAnswer(_ connection: Resource, isListed: Bool) -> Record {
        let document = connection.document
        let states = tunnelStates(connection)
        let status = Self.best(states.map(\.status))
        let isUp = status == .ipsecEstablished
        var healthCheck = document.record("VcoHealthCheck")
        if healthCheck["Enable"] == "true" { healthCheck["Status"] = isUp ? "success" : "failed" }
        var bgp = document.record("VpnBgpConfig")
        if bgp["EnableBgp"] == "true" { bgp["Status"] = isUp ? "success" : "false" }
        if isListed { bgp["EnableBgp"] = nil }
        let hasTunnels = document["Tunnels"] != nil
        let tunnels = hasTunnels ? tunnelAnswers(connection, states: states, isUsingBgp: false) : []
        var values: [Value] =
            [
                .string(connection.id), document.field("Name"), .string(status.rawValue),
                .string(connectionState(connection)), document.field("VpnGatewayId"),
                document.field("CustomerGatewayId"), document.field("LocalSubnet"), document.field("RemoteSubnet"),
                createTime(connection), document.field("EffectImmediately", false), document.field("EnableDpd", true),
                document.field("EnableNatTraversal", true), document.field("EnableTunnelsBgp", false),
                document.field("IkeConfig", .record(Record())), document.field("IpsecConfig", .record(Record())),
                .record(healthCheck), .record(bgp), document.field("InternetIp"), document.field("Spec"),
                document.field("NetworkType", "public"), document.field("AttachType", "VPNGW"),
                document.field("AttachInstanceId"), document.field("TransitRouterId"),
                document.field("TransitRouterName"), document.field("TunnelBandwidth", "Standard"), false,
                document.field("RemoteCaCertificate"), document.field("ZoneNo"),
                .nested("TunnelOptions", .list(tunnels.map { .record($0) })),
                document.field("ResourceGroupId", .string(Self.resourceGroup)), Record.tagList(document),
            ]
        if isListed, let position = Self.names.position(of: Self.zone) { values.remove(at: position) }
        return Record(keyTable: isListed ? Self.listedNames : Self.names, values: values)
    }

    /// What is being done with a connection: with a VPN gateway, `active` unless its configuration is under way; without
    /// one, whether it is attached to a transit router.
    func connectionState(_ connection: Resource) -> String {
        guard timing.hasPassed(timing.configuration, since: connection.changed, at: now) else {
            return connection.phase == .created ? "provisioning" : "updating"
        }
        switch connection.text("AttachType") {
        case "CEN": return "attached"
        case "NO_ASSOCIATED": return "init"
        default: return "active"
        }
    }

    func tunnelAnswers(_ connection: Resource, isUsingBgp: Bool) -> [Record] {
        tunnelAnswers(connection, states: tunnelStates(connection), isUsingBgp: isUsingBgp)
    }

    /// The tunnels of a connection as DescribeVpnConnection answers them: with all fields as text.
    ///
    /// - Parameter isUsingBgp: whether the BGP part says that it is in use, as ModifyTunnelAttribute's does.
    private func tunnelAnswers(_ connection: Resource, states: [TunnelState], isUsingBgp: Bool) -> [Record] {
        let state = connectionState(connection)
        return connection.document.list("Tunnels").enumerated().map { position, tunnel in
            let status = states.indices.contains(position) ? states[position].status : .ikeNotEstablished
            var answer = tunnel.without(["RemoteAddress", "TunnelIkeConfig", "TunnelIpsecConfig", "TunnelBgpConfig"])
            for name in ["EnableDpd", "EnableNatTraversal"] { answer[name] = .string("\(tunnel.flag(name))") }
            answer["State"] = .string(state == "init" || state == "attached" ? "active" : state)
            answer["Status"] = .string(status.rawValue)
            answer["TunnelIkeConfig"] = .record(tunnel.record("TunnelIkeConfig").asText)
            answer["TunnelIpsecConfig"] = .record(tunnel.record("TunnelIpsecConfig").asText)
            var bgp = tunnel.record("TunnelBgpConfig").asText.without(["AuthKey"])
            if connection.usesBgp { bgp["BgpStatus"] = status == .ipsecEstablished ? "success" : "false" }
            if isUsingBgp {
                bgp["EnableBgp"] = .bool(connection.usesBgp)
                bgp["BgpStatus"] = nil
            }
            answer["TunnelBgpConfig"] = .record(bgp)
            return answer
        }
    }
}

extension Record {
    /// The record with its numbers as text.
    fileprivate var asText: Record {
        Record(
            fields: fields.map { name, value in
                if case .int(let number) = value { (name, .string("\(number)")) } else { (name, value) }
            })
    }
}
