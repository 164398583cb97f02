import DataValue

extension Operation {
    private static let attributes: [ParameterRule] = [
        ParameterRule("Name", .name(1...128, startsWithLetter: false), code: "InvalidName"),
        ParameterRule("LocalSubnet", .text(maximum: 4096), code: "IllegalParam.LocalSubnet"),
        ParameterRule("RemoteSubnet", .text(maximum: 4096), code: "IllegalParam.RemoteSubnet"),
        ParameterRule("EffectImmediately", .boolean), ParameterRule("AutoConfigRoute", .boolean),
        ParameterRule("EnableDpd", .boolean), ParameterRule("EnableNatTraversal", .boolean),
        ParameterRule("IkeConfig", .object), ParameterRule("IpsecConfig", .object),
        ParameterRule("HealthCheckConfig", .object), ParameterRule("BgpConfig", .object),
        ParameterRule("RemoteCaCertificate", .text(maximum: 4096)),
    ]
    private static let requiredSubnets = [
        ParameterRule("LocalSubnet", .text(maximum: 4096), code: "IllegalParam.LocalSubnet").required,
        ParameterRule("RemoteSubnet", .text(maximum: 4096), code: "IllegalParam.RemoteSubnet").required,
    ]

    /// The operations on IPsec connections. Statuses: `ike_sa_not_established`, `ike_sa_established`,
    /// `ipsec_sa_established`, as the negotiation proceeds with a peer that always answers.
    static let vpnConnectionOperations: [Operation] = [
        .write(
            "CreateVpnConnection", on: "VpnGatewayId",
            [.region.required, .dryRun, .id("VpnGatewayId").required, .id("CustomerGatewayId").required]
                + requiredSubnets + attributes, unsupported: ["TunnelOptionsSpecification.", "EnableTunnelsBgp"]
        ) { try $0.createVpnConnection() },
        .read("DescribeVpnConnection", on: "VpnConnectionId", [.region.required, .id("VpnConnectionId").required]) {
            call in
            call.vpnConnectionAnswer(try call.vpnConnection())
        },
        .read(
            "DescribeVpnConnections", on: "VpnConnectionId",
            [.region.required, .id("VpnConnectionId"), .id("VpnGatewayId"), .id("CustomerGatewayId")]
                + ParameterRule.page
        ) { call in
            try call.list(
                .vpnConnection, as: "VpnConnections", "VpnConnection",
                filter: try call.filter(ids: "VpnConnectionId", attributes: ["VpnGatewayId", "CustomerGatewayId"])
            ) { connection in
                var answer = call.vpnConnectionAnswer(connection)
                // The list calls by another name what the single answer calls Tags.
                answer["Tag"] = answer["Tags"]
                answer["Tags"] = nil
                return answer
            }
        },
        .write(
            "ModifyVpnConnectionAttribute", on: "VpnConnectionId",
            [.region.required, .id("VpnConnectionId").required] + attributes,
            unsupported: ["TunnelOptionsSpecification.", "EnableTunnelsBgp"]
        ) { try $0.modifyVpnConnection() },
        .write("DeleteVpnConnection", on: "VpnConnectionId", [.region.required, .id("VpnConnectionId").required]) {
            try $0.deleteVpnConnection()
        },
    ]
}

extension CallContext {
    fileprivate func createVpnConnection() throws -> Record {
        let local = try subnets("LocalSubnet", required("LocalSubnet"))
        let remote = try subnets("RemoteSubnet", required("RemoteSubnet"))
        try checkCertificate()
        var gateway = try vpnGateway()
        let peer = try customerGateway()
        guard gateway.text("IpsecVpn") == "enable" else {
            throw ServiceError(
                400, "VpnGateway.IpsecVpnDisabled", "The VPN gateway \(gateway.id) does not do IPsec-VPN.")
        }
        let tags = try tags("Tags")
        let document = Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("CustomerGatewayId", .string(peer.id)),
            ("Name", .string(self["Name"] ?? "")), ("LocalSubnet", .string(local)), ("RemoteSubnet", .string(remote)),
            ("EffectImmediately", .bool(boolean("EffectImmediately") ?? false)),
            ("AutoConfigRoute", .bool(boolean("AutoConfigRoute") ?? true)),
            ("EnableDpd", .bool(boolean("EnableDpd") ?? true)),
            ("EnableNatTraversal", .bool(boolean("EnableNatTraversal") ?? true)),
            ("IkeConfig", .record(try ikeConfig(onto: defaultIkeConfig(gateway: gateway, peer: peer)))),
            ("IpsecConfig", .record(try ipsecConfig(onto: Self.defaultIpsecConfig))),
            ("VcoHealthCheck", .record(try healthCheck(onto: Self.noHealthCheck))),
            ("VpnBgpConfig", .record(try bgpConfig(onto: Self.noBgp, peer: peer))),
            ("InternetIp", gateway.document.field("InternetIp")), ("Spec", gateway.document.field("Spec")),
            ("NetworkType", gateway.document.field("NetworkType", "public")), ("Tags", Record.tags(tags)),
            ("RemoteAddress", peer.document.field("IpAddress")), ("AttachType", "VPNGW"),
            ("ResourceGroupId", .string(Self.resourceGroup)),
        ])
        try requireActive(gateway)
        try requireUnique(document, region: gateway.region, except: nil)
        let connection = try store.insert(
            .vpnConnection, id: try newID("vco", region: gateway.region), region: gateway.region, now: now,
            document: document)
        try configure(&gateway)
        return Record(fields: [
            ("VpnConnectionId", .string(connection.id)), ("Name", document.field("Name")),
            ("CreateTime", createTime(connection)),
        ])
    }

    fileprivate func modifyVpnConnection() throws -> Record {
        var connection = try vpnConnection()
        try checkCertificate()
        let before = connection.document
        for name in ["LocalSubnet", "RemoteSubnet"] {
            if let text = self[name] { connection.document[name] = .string(try subnets(name, text)) }
        }
        for name in ["EffectImmediately", "AutoConfigRoute", "EnableDpd", "EnableNatTraversal"] {
            if let value = boolean(name) { connection.document[name] = .bool(value) }
        }
        let peer = try store.find(
            .customerGateway, id: connection.text("CustomerGatewayId"), region: connection.region)
        connection.document["IkeConfig"] = .record(try ikeConfig(onto: before.record("IkeConfig")))
        connection.document["IpsecConfig"] = .record(try ipsecConfig(onto: before.record("IpsecConfig")))
        connection.document["VcoHealthCheck"] = .record(try healthCheck(onto: before.record("VcoHealthCheck")))
        connection.document["VpnBgpConfig"] = .record(
            try bgpConfig(onto: before.record("VpnBgpConfig"), peer: peer))
        guard var gateway = try store.find(.vpnGateway, id: connection.text("VpnGatewayId"), region: nil) else {
            throw ServiceError.notFound(
                "InvalidVpnGatewayInstanceId.NotFound", "VPN gateway", connection.text("VpnGatewayId"))
        }
        try requireActive(gateway)
        if connection.document != before {
            // The tunnel is negotiated anew; a new name alone leaves it be.
            connection.phase = .configured
            connection.changed = now
        }
        if let name = self["Name"] { connection.document["Name"] = .string(name) }
        try requireUnique(connection.document, region: connection.region, except: before)
        try store.update(connection)
        try configure(&gateway)
        var answer = vpnConnectionAnswer(connection)
        answer["Description"] = ""
        for name in ["Status", "State", "InternetIp", "Spec", "NetworkType", "AttachType", "Tags"] {
            answer[name] = nil
        }
        return answer
    }

    fileprivate func deleteVpnConnection() throws -> Record {
        let connection = try vpnConnection()
        if var gateway = try store.find(.vpnGateway, id: connection.text("VpnGatewayId"), region: nil) {
            try requireActive(gateway)
            try configure(&gateway)
        }
        try store.delete(connection)
        return Record()
    }

    /// The connection that the call names.
    fileprivate func vpnConnection() throws -> Resource {
        let id = try required("VpnConnectionId")
        guard let connection = try store.find(.vpnConnection, id: id, region: region) else {
            throw ServiceError.notFound("InvalidVpnConnectionInstanceId.NotFound", "IPsec connection", id)
        }
        return connection
    }

    /// CIDR blocks divided by commas, as they were given.
    private func subnets(_ name: String, _ text: String) throws(ServiceError) -> String {
        let blocks = text.split(separator: ",", omittingEmptySubsequences: false).map { IPv4Block($0) }
        guard !blocks.contains(nil), Set(blocks).count == blocks.count else {
            throw ServiceError(
                400, "IllegalParam.\(name)",
                "The parameter \(name) must be different CIDR blocks divided by commas: 10.0.0.0/24,10.0.1.0/24.")
        }
        return text
    }

    private func checkCertificate() throws(ServiceError) {
        if self["RemoteCaCertificate"] != nil {
            throw .invalidParameter("RemoteCaCertificate", "goes with gateways of the type NationalStandard only")
        }
    }

    /// Refuses a second connection between the same gateways and networks.
    private func requireUnique(_ document: Record, region: String, except own: Record?) throws {
        guard let identity = Self.identity(document), identity != own.flatMap({ Self.identity($0) }) else { return }
        if try store.count(.vpnConnection, region: region, identity) > 0 {
            throw ServiceError(
                400, "InvalidVpnConnection.AlreadyExists",
                "There is a connection between these gateways and networks already.")
        }
    }

    private static func identity(_ document: Record) -> Attribute? {
        Resource.attributes(.vpnConnection, id: "", document).first { $0.name == "Identity" }
    }
}
