import DataValue

extension Operation {
    private static let attributes: [ParameterRule] = [
        ParameterRule("ClientIpPool", .text(maximum: 64)),
        ParameterRule("LocalSubnet", .text(maximum: 4096), code: "IllegalParam.LocalSubnet"),
        ParameterRule("EffectImmediately", .boolean), ParameterRule("IkeConfig", .object),
        ParameterRule("IpsecConfig", .object), ParameterRule("Psk", .text(maximum: 100)),
        ParameterRule("PskEnabled", .boolean), .dryRun,
    ]

    /// The operations on IPsec servers, by which mobile clients connect.
    static let ipsecServerOperations: [Operation] = [
        .write(
            "CreateIpsecServer", on: "VpnGatewayId",
            [
                .region.required, .id("VpnGatewayId").required,
                ParameterRule("IpSecServerName", .name(1...128, startsWithLetter: false), code: "InvalidName"),
            ]
                + attributes.map {
                    ["ClientIpPool", "LocalSubnet", "PskEnabled"].contains($0.name) ? $0.required : $0
                }
        ) { try $0.createIpsecServer() },
        .write(
            "UpdateIpsecServer", on: "IpsecServerId",
            [
                .region.required, .id("IpsecServerId").required,
                ParameterRule("IpsecServerName", .name(1...128, startsWithLetter: false), code: "InvalidName"),
            ] + attributes
        ) { try $0.updateIpsecServer() },
        .write(
            "DeleteIpsecServer", on: "IpsecServerId", [.region.required, .id("IpsecServerId").required, .dryRun]
        ) { try $0.deleteIpsecServer() },
        .read(
            "ListIpsecServers", on: "VpnGatewayId",
            [.region.required, .id("VpnGatewayId"), .id("IpsecServerName"), .resourceGroup] + ParameterRule.continued
        ) { call in
            var filter = try call.filter(
                ids: "", attributes: ["VpnGatewayId", "IpsecServerName", "ResourceGroupId"])
            let ids = try call.strings("IpsecServerId")
            if !ids.isEmpty { filter.ids = ids }
            return try call.continuedList(
                .ipsecServer, as: "IpsecServers", filter: filter, call.ipsecServerAnswer)
        },
    ]
}

extension CallContext {
    /// The IPsec server that the call names.
    func ipsecServer() throws -> Resource {
        let id = try required("IpsecServerId")
        guard let server = try store.find(.ipsecServer, id: id, region: region) else {
            throw ServiceError.notFound("InvalidIpsecServerId.NotFound", "IPsec server", id)
        }
        return server
    }

    fileprivate func createIpsecServer() throws -> Record {
        let gateway = try vpnGateway()
        guard gateway.text("GatewayType") == "Traditional", gateway.text("VpnType") == "Normal",
            gateway.text("DisasterRecoveryVSwitchId").isEmpty
        else {
            throw ServiceError(
                400, "OperationUnsupported.IPsecServer", "The VPN gateway \(gateway.id) can have no IPsec server.")
        }
        try requireSsl(gateway)
        var document = Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("IpsecServerName", .string(self["IpSecServerName"] ?? "")),
            ("EffectImmediately", false), ("PskEnabled", true), ("Psk", ""),
            ("IkeConfig", .record(defaultServerIke(gateway))),
            ("IpsecConfig", .record(ConnectionRules.defaultIpsec(isNational: false, isModern: true))),
            ("ResourceGroupId", gateway.document.field("ResourceGroupId")),
        ])
        try takeOver(into: &document, gateway)
        try requireReady(gateway)
        let own = Attribute("VpnGatewayId", gateway.id)
        if try store.count(.ipsecServer, region: gateway.region, own) >= settings.quotas[.ipsecServers] {
            throw ServiceError(
                400, "OperationFailed.IPsecServerExist", "The VPN gateway \(gateway.id) has an IPsec server already.")
        }
        try requireRouteForClients(of: gateway)
        let server = try store.insert(
            .ipsecServer, id: try newID("iss", region: gateway.region), region: gateway.region, now: now,
            document: document)
        var busy = gateway
        try addRoute(
            to: gateway.text("VpcId"), region: gateway.region, dest: document.text("ClientIpPool"),
            gateway: gateway.id)
        try configure(&busy)
        return Record(fields: [
            ("IpsecServerId", .string(server.id)), ("IpsecServerName", document.field("IpsecServerName")),
            ("VpnGatewayId", .string(gateway.id)), ("RegionId", .string(server.region)),
            ("CreationTime", creationTime(server)),
        ])
    }

    private func defaultServerIke(_ gateway: Resource) -> Record {
        var ike = ConnectionRules.defaultIke(isNational: false, isModern: true).without(["Psk"])
        ike["LocalId"] = gateway.document.field("InternetIp")
        ike["RemoteId"] = ""
        return ike
    }

    private func takeOver(into document: inout Record, _ gateway: Resource) throws {
        if boolean("PskEnabled") == false {
            throw ServiceError.invalidParameter("PskEnabled", "must be true")
        }
        if let name = self["IpsecServerName"] { document["IpsecServerName"] = .string(name) }
        if let value = boolean("EffectImmediately") { document["EffectImmediately"] = .bool(value) }
        if let text = self["LocalSubnet"] {
            document["LocalSubnet"] = .string(
                try subnets("LocalSubnet", text, code: "IllegalParam.LocalSubnet", quota: .sslSubnets))
        }
        if let text = self["ClientIpPool"] { document["ClientIpPool"] = .string(text) }
        try checkClientPool(
            document.text("ClientIpPool"), local: document.text("LocalSubnet"), gateway,
            clients: gateway.document.integer("SslMaxConnections") ?? 0)
        if let key = self["Psk"] {
            guard
                case .success(let checked) = Result(catching: { () throws(ConfigurationError) in
                    try ConfigurationValue(value: .string(key)).key()
                })
            else {
                throw ServiceError.invalidParameter(
                    "Psk", "must be 1 to 100 characters of ASCII without blanks and apostrophes")
            }
            document["Psk"] = checked
        }
        if document.text("Psk").isEmpty { document["Psk"] = .string(randomText(16)) }
        document["IkeConfig"] = .record(
            try ConnectionRules.ike(isNational: false).apply(
                try json("IkeConfig").without(["Psk"]), onto: document.record("IkeConfig"), name: "IkeConfig"))
        document["IpsecConfig"] = .record(
            try ConnectionRules.ipsec(isNational: false).apply(
                try json("IpsecConfig"), onto: document.record("IpsecConfig"), name: "IpsecConfig"))
    }

    private func gateway(of server: Resource) throws -> Resource {
        guard let gateway = try store.find(.vpnGateway, id: server.text("VpnGatewayId"), region: nil) else {
            throw ServiceError.notFound(
                "InvalidVpnGatewayInstanceId.NotFound", "VPN gateway", server.text("VpnGatewayId"))
        }
        return gateway
    }

    fileprivate func updateIpsecServer() throws -> Record {
        var server = try ipsecServer()
        var gateway = try gateway(of: server)
        let pool = server.text("ClientIpPool")
        try takeOver(into: &server.document, gateway)
        try requireReady(gateway)
        server.phase = .configured
        server.changed = now
        try store.update(server)
        if server.text("ClientIpPool") != pool {
            let vpc = gateway.text("VpcId")
            try removeRoute(from: vpc, region: gateway.region, dest: pool, gateway: gateway.id)
            try addRoute(
                to: vpc, region: gateway.region, dest: server.text("ClientIpPool"), gateway: gateway.id)
        }
        try configure(&gateway)
        return Record()
    }

    fileprivate func deleteIpsecServer() throws -> Record {
        let server = try ipsecServer()
        var gateway = try gateway(of: server)
        try requireActive(gateway)
        try removeRoute(
            from: gateway.text("VpcId"), region: gateway.region, dest: server.text("ClientIpPool"),
            gateway: gateway.id)
        try store.delete(server)
        try configure(&gateway)
        return Record()
    }

    fileprivate func ipsecServerAnswer(_ server: Resource) throws -> Record {
        let document = server.document
        let gateway = try gateway(of: server).document
        return Record(fields: [
            ("IpsecServerId", .string(server.id)), ("IpsecServerName", document.field("IpsecServerName")),
            ("VpnGatewayId", document.field("VpnGatewayId")), ("RegionId", .string(server.region)),
            ("CreationTime", creationTime(server)), ("ClientIpPool", document.field("ClientIpPool")),
            ("LocalSubnet", document.field("LocalSubnet")),
            ("EffectImmediately", document.field("EffectImmediately", false)),
            ("IkeConfig", document.field("IkeConfig", .record(Record()))),
            ("IpsecConfig", document.field("IpsecConfig", .record(Record()))),
            ("InternetIp", gateway.field("InternetIp")), ("MaxConnections", gateway.field("SslMaxConnections", 0)),
            ("OnlineClientCount", 0), ("PskEnabled", document.field("PskEnabled", true)),
            ("Psk", document.field("Psk")), ("MultiFactorAuthEnabled", false), ("IDaaSInstanceId", ""),
            ("ResourceGroupId", document.field("ResourceGroupId")),
        ])
    }
}
