import DataValue

extension Operation {
    /// What creation and modification of connections and attachments take alike.
    static let connectionAttributes: [ParameterRule] = [
        .name, ParameterRule("LocalSubnet", .text(maximum: 4096), code: "IllegalParam.LocalSubnet"),
        ParameterRule("RemoteSubnet", .text(maximum: 4096), code: "IllegalParam.RemoteSubnet"),
        ParameterRule("EffectImmediately", .boolean), ParameterRule("AutoConfigRoute", .boolean),
        ParameterRule("EnableDpd", .boolean), ParameterRule("EnableNatTraversal", .boolean),
        ParameterRule("EnableTunnelsBgp", .boolean), ParameterRule("IkeConfig", .object),
        ParameterRule("IpsecConfig", .object), ParameterRule("HealthCheckConfig", .object),
        ParameterRule("BgpConfig", .object), .id("CustomerGatewayId"),
    ]
    static let requiredSubnets = [
        ParameterRule("LocalSubnet", .text(maximum: 4096), code: "IllegalParam.LocalSubnet").required,
        ParameterRule("RemoteSubnet", .text(maximum: 4096), code: "IllegalParam.RemoteSubnet").required,
    ]
    private static let certificate = ParameterRule("RemoteCaCertificate", .text(maximum: 8192))

    /// The operations on IPsec connections. Statuses: `ike_sa_not_established`, `ike_sa_established`,
    /// `ipsec_sa_not_established`, `ipsec_sa_established`, as the negotiation proceeds with a device elsewhere, which
    /// always answers, or with a connection of this service, which is compared.
    static let vpnConnectionOperations: [Operation] = [
        .write(
            "CreateVpnConnection", on: "VpnGatewayId",
            [.region.required, .dryRun, .id("VpnGatewayId").required, certificate] + requiredSubnets
                + connectionAttributes
        ) { try $0.createVpnConnection() },
        .read("DescribeVpnConnection", on: "VpnConnectionId", [.region.required, .id("VpnConnectionId").required]) {
            call in
            call.vpnConnectionAnswer(try call.vpnConnection(), isListed: false)
        },
        .read(
            "DescribeVpnConnections", on: "VpnConnectionId",
            [
                .region.required, .id("VpnConnectionId"), .id("VpnGatewayId"), .id("CustomerGatewayId"),
                .resourceGroup,
            ] + ParameterRule.page
        ) { call in
            try call.list(
                .vpnConnection, as: "VpnConnections", "VpnConnection",
                filter: try call.filter(
                    ids: "VpnConnectionId", attributes: ["VpnGatewayId", "CustomerGatewayId", "ResourceGroupId"])
            ) { call.vpnConnectionAnswer($0, isListed: true) }
        },
        .write(
            "ModifyVpnConnectionAttribute", on: "VpnConnectionId",
            [.region.required, .id("VpnConnectionId").required, certificate] + connectionAttributes
        ) { try $0.modifyVpnConnection() },
        .write("DeleteVpnConnection", on: "VpnConnectionId", [.region.required, .id("VpnConnectionId").required]) {
            try $0.deleteVpnConnection()
        },
        .write(
            "ModifyTunnelAttribute", on: "VpnConnectionId",
            [.region, .id("VpnConnectionId").required, .id("TunnelId").required]
        ) { try $0.modifyTunnel() },
        .read(
            "DownloadVpnConnectionConfig", on: "VpnConnectionId",
            [.region.required, .id("VpnConnectionId").required]
        ) { try $0.peerConfiguration() },
        .read(
            "DescribeVpnCrossAccountAuthorizations", on: "VpnConnectionId",
            [.region.required, .id("VpnConnectionId").required, .clientToken] + ParameterRule.page
        ) { call in
            // There is one account, so nothing is ever granted to another.
            _ = try call.vpnConnection()
            return call.paged([], total: 0, as: "CrossAccountAuthorizations")
        },
    ]
}

extension CallContext {
    /// The connection that the call names, with a VPN gateway or without one.
    func vpnConnection() throws -> Resource {
        let id = try required("VpnConnectionId")
        guard let connection = try store.find(.vpnConnection, id: id, region: region) else {
            throw ServiceError.notFound("InvalidVpnConnectionInstanceId.NotFound", "IPsec connection", id)
        }
        return connection
    }

    /// The connection that the call names, which has a VPN gateway, and that gateway.
    private func gatewayConnection() throws -> (Resource, Resource) {
        let connection = try vpnConnection()
        guard let gateway = try store.find(.vpnGateway, id: connection.text("VpnGatewayId"), region: nil) else {
            throw ServiceError.notFound(
                "InvalidVpnConnectionInstanceId.NotFound", "IPsec connection of a VPN gateway", connection.id)
        }
        return (connection, gateway)
    }

    fileprivate func createVpnConnection() throws -> Record {
        let local = try subnets("LocalSubnet", required("LocalSubnet"), code: "IllegalParam.LocalSubnet")
        let remote = try subnets("RemoteSubnet", required("RemoteSubnet"), code: "IllegalParam.RemoteSubnet")
        try requireApart(local, remote)
        var gateway = try vpnGateway()
        guard gateway.text("IpsecVpn") == "enable" else {
            throw ServiceError(
                400, "VpnGateway.IpsecVpnDisabled", "The VPN gateway \(gateway.id) does not do IPsec-VPN.")
        }
        var document = Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("Name", .string(self["Name"] ?? "")),
            ("LocalSubnet", .string(local)), ("RemoteSubnet", .string(remote)),
            ("EffectImmediately", .bool(boolean("EffectImmediately") ?? false)),
            ("AutoConfigRoute", .bool(boolean("AutoConfigRoute") ?? true)),
            ("InternetIp", gateway.document.field("InternetIp")), ("Spec", gateway.document.field("Spec")),
            ("NetworkType", gateway.document.field("NetworkType", "public")), ("AttachType", "VPNGW"),
            ("ResourceGroupId", gateway.document.field("ResourceGroupId")), ("Tags", try newTags("Tags")),
        ])
        let site = ConnectionSite(gateway)
        if site.addresses.count > 1 {
            try setUpTunnels(of: &document, at: site)
        } else {
            try setUpSingleTunnel(of: &document, at: site)
        }
        try requireReady(gateway)
        try require(
            .connections,
            used: try store.count(.vpnConnection, region: gateway.region, Attribute("VpnGatewayId", gateway.id)))
        try requireUnique(document, region: gateway.region, except: nil)
        let connection = try store.insert(
            .vpnConnection, id: try newID("vco", region: gateway.region), region: gateway.region, now: now,
            document: document)
        try configureRoutes(of: connection)
        if connection.usesBgp { gateway.document["EnableBgp"] = true }
        try configure(&gateway)
        return Record(fields: [
            ("VpnConnectionId", .string(connection.id)), ("Name", document.field("Name")),
            ("CreateTime", createTime(connection)),
        ])
    }

    fileprivate func modifyVpnConnection() throws -> Record {
        var (connection, gateway) = try gatewayConnection()
        try modify(&connection, at: ConnectionSite(gateway))
        try requireReady(gateway)
        try finish(&connection)
        try configureRoutes(of: connection)
        if connection.usesBgp { gateway.document["EnableBgp"] = true }
        try configure(&gateway)
        var answer = vpnConnectionAnswer(connection, isListed: false)
        answer["Description"] = ""
        return conforming(answer)
    }

    /// Takes over what a modification gives, without storing it.
    func modify(_ connection: inout Resource, at site: ConnectionSite) throws {
        for (name, code) in [
            ("LocalSubnet", "IllegalParam.LocalSubnet"), ("RemoteSubnet", "IllegalParam.RemoteSubnet"),
        ] {
            if let text = self[name] { connection.document[name] = .string(try subnets(name, text, code: code)) }
        }
        try requireApart(connection.text("LocalSubnet"), connection.text("RemoteSubnet"))
        for name in ["EffectImmediately", "AutoConfigRoute"] {
            if let value = boolean(name) { connection.document[name] = .bool(value) }
        }
        if connection.document.list("Tunnels").isEmpty {
            try setUpSingleTunnel(of: &connection.document, at: site)
        } else {
            try setUpTunnels(of: &connection.document, at: site)
        }
    }

    /// Stores a modified connection. What the other end can notice is negotiated anew; a new name alone leaves it be.
    func finish(_ connection: inout Resource) throws {
        if connection.document != connection.stored {
            connection.phase = .configured
            connection.changed = now
        }
        if let name = self["Name"] { connection.document["Name"] = .string(name) }
        try requireUnique(connection.document, region: connection.region, except: connection.stored)
        try store.update(connection)
    }

    fileprivate func deleteVpnConnection() throws -> Record {
        var (connection, gateway) = try gatewayConnection()
        try requireReady(gateway)
        try configure(&gateway)
        try remove(&connection)
        return Record()
    }

    /// Removes a connection with the routes that lead into it.
    func remove(_ connection: inout Resource) throws {
        for kind in [ResourceKind.vpnRoute, .policyRoute] {
            for route in try store.all(kind, region: connection.region, Attribute("NextHop", connection.id)) {
                try withdraw(route)
                try store.delete(route)
            }
        }
        let own = Attribute("VpnConnectionId", connection.id)
        for route in try store.all(.connectionRoute, region: connection.region, own) { try store.delete(route) }
        try store.delete(connection)
    }

    fileprivate func modifyTunnel() throws -> Record {
        var connection = try vpnConnection()
        let gateway = try store.find(.vpnGateway, id: connection.text("VpnGatewayId"), region: nil)
        let id = try required("TunnelId")
        var tunnels = connection.document.list("Tunnels")
        guard let position = tunnels.firstIndex(where: { $0.text("TunnelId") == id }) else {
            throw ServiceError.notFound("InvalidTunnelId.NotFound", "tunnel of \(connection.id) with the id", id)
        }
        let site = gateway.map { ConnectionSite($0) } ?? ConnectionSite(attachment: connection)
        let name = "TunnelOptionsSpecification"
        guard case .record(let given)? = structure(name) else { throw ServiceError.missingParameter(name) }
        tunnels[position] = try tunnel(
            from: given.without(["TunnelId"]), onto: tunnels[position], at: site, in: connection.document, name: name)
        try requireDistinctBgp(tunnels)
        connection.document["Tunnels"] = .list(tunnels.map { .record($0) })
        if var gateway {
            try requireReady(gateway)
            try finish(&connection)
            try configure(&gateway)
        } else {
            try requireSettled(attachment: connection)
            try finish(&connection)
        }
        let answers = tunnelAnswers(connection, isUsingBgp: true)
        return conforming(answers.indices.contains(position) ? answers[position] : Record())
    }

    /// Refuses a second connection between the same gateways and networks, and a second use of a tunnel's block.
    private func requireUnique(_ document: Record, region: String, except own: Record?) throws {
        let former = Set(own.map { Resource.attributes(.vpnConnection, id: "", $0) } ?? [])
        for attribute in Resource.attributes(.vpnConnection, id: "", document) where !former.contains(attribute) {
            switch attribute.name {
            case "Identity" where try store.count(.vpnConnection, region: region, attribute) > 0:
                throw ServiceError(
                    400, "InvalidVpnConnection.AlreadyExists",
                    "There is a connection between these gateways and networks already.")
            case "TunnelCidr" where try store.count(.vpnConnection, region: region, attribute) > 0:
                throw ServiceError.invalidParameter("TunnelCidr", "is used by another connection of the VPN gateway")
            default: break
            }
        }
    }
}

extension Resource {
    /// Whether a connection exchanges routes by BGP, in a tunnel of its own or as a whole.
    var usesBgp: Bool {
        document.flag("EnableTunnelsBgp") || document.record("VpnBgpConfig")["EnableBgp"] == "true"
    }
}
