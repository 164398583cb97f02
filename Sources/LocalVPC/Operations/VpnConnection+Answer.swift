import DataValue

extension CallContext {
    /// How far the negotiation of a connection has come. The peer is an address and nothing else; it is taken to answer.
    func vpnConnectionStatus(_ connection: Resource) -> String {
        if timing.hasPassed(timing.phaseTwo, since: connection.changed, at: now) { return "ipsec_sa_established" }
        if timing.hasPassed(timing.phaseOne, since: connection.changed, at: now) { return "ike_sa_established" }
        return "ike_sa_not_established"
    }

    /// Every field of a connection that DescribeVpnConnection answers.
    func vpnConnectionAnswer(_ connection: Resource) -> Record {
        let document = connection.document
        let status = vpnConnectionStatus(connection)
        let isUp = status == "ipsec_sa_established"
        var healthCheck = document.record("VcoHealthCheck")
        if healthCheck["Enable"] == "true" { healthCheck["Status"] = isUp ? "success" : "failed" }
        var bgp = document.record("VpnBgpConfig")
        if bgp["EnableBgp"] == "true" { bgp["Status"] = isUp ? "success" : "false" }
        return Record(fields: [
            ("VpnConnectionId", .string(connection.id)), ("Name", document.field("Name")),
            ("Status", .string(status)), ("State", "active"), ("VpnGatewayId", document.field("VpnGatewayId")),
            ("CustomerGatewayId", document.field("CustomerGatewayId")),
            ("LocalSubnet", document.field("LocalSubnet")), ("RemoteSubnet", document.field("RemoteSubnet")),
            ("CreateTime", createTime(connection)), ("EffectImmediately", document.field("EffectImmediately", false)),
            ("EnableDpd", document.field("EnableDpd", true)),
            ("EnableNatTraversal", document.field("EnableNatTraversal", true)), ("EnableTunnelsBgp", false),
            ("IkeConfig", .record(document.record("IkeConfig"))),
            ("IpsecConfig", .record(document.record("IpsecConfig"))),
            ("VcoHealthCheck", .record(healthCheck)), ("VpnBgpConfig", .record(bgp)),
            ("InternetIp", document.field("InternetIp")), ("Spec", document.field("Spec")),
            ("NetworkType", document.field("NetworkType", "public")), ("AttachType", "VPNGW"),
            ("ResourceGroupId", .string(Self.resourceGroup)), ("Tags", Record.tagList(document)),
        ])
    }
}
