import DataValue

extension Operation {
    private static let attributes: [ParameterRule] = [
        .name, ParameterRule("ClientIpPool", .text(maximum: 64)), ParameterRule("LocalSubnet", .text(maximum: 4096)),
        ParameterRule("Cipher", .choice(["AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "none"])),
        ParameterRule("Compress", .boolean), ParameterRule("Port", .integer(1...65535)),
        ParameterRule("Proto", .choice(["TCP", "UDP"])), ParameterRule("DnsServers", .text(maximum: 256)),
        ParameterRule("EnableMultiFactorAuth", .boolean), .id("IDaaSInstanceId"), .id("IDaaSRegionId"),
        .id("IDaaSApplicationId"), .dryRun,
    ]

    /// The operations on SSL servers, of which a VPN gateway has one.
    static let sslServerOperations: [Operation] = [
        .write(
            "CreateSslVpnServer", on: "VpnGatewayId",
            [.region.required, .id("VpnGatewayId").required]
                + attributes.map { ["ClientIpPool", "LocalSubnet"].contains($0.name) ? $0.required : $0 }
        ) { try $0.createSslServer() },
        .write(
            "ModifySslVpnServer", on: "SslVpnServerId", [.region.required, .id("SslVpnServerId").required] + attributes
        ) { try $0.modifySslServer() },
        .write("DeleteSslVpnServer", on: "SslVpnServerId", [.region.required, .id("SslVpnServerId").required]) {
            try $0.deleteSslServer()
        },
        .read(
            "DescribeSslVpnServers", on: "SslVpnServerId",
            [
                .region.required, .id("SslVpnServerId"), .id("VpnGatewayId"), .id("Name"), .resourceGroup,
            ] + ParameterRule.page
        ) { call in
            try call.list(
                .sslServer, as: "SslVpnServers", "SslVpnServer",
                filter: try call.filter(
                    ids: "SslVpnServerId", attributes: ["VpnGatewayId", "Name", "ResourceGroupId"]),
                call.sslServerAnswer)
        },
        .read(
            "DescribeSslVpnClients", on: "VpnGatewayId",
            [.region.required, .id("VpnGatewayId").required] + ParameterRule.page
        ) { call in
            // Nobody ever connects.
            let gateway = try call.vpnGateway()
            var answer = call.paged([], total: 0, as: "ClientInfoList")
            answer["RegionId"] = .string(gateway.region)
            answer["VpnGatewayId"] = .string(gateway.id)
            return answer
        },
    ]
}

extension CallContext {
    private static let takenPorts: Set<Int> = [
        22, 2222, 22222, 9000, 9001, 9002, 7505, 80, 443, 53, 68, 123, 4510, 4560, 500, 4500,
    ]

    /// The SSL server with an id.
    func sslServer(_ id: String) throws -> Resource {
        guard let server = try store.find(.sslServer, id: id, region: region) else {
            throw ServiceError.notFound("InvalidSslVpnServerId.NotFound", "SSL server", id)
        }
        return server
    }

    fileprivate func createSslServer() throws -> Record {
        let gateway = try vpnGateway()
        try requireSsl(gateway)
        var document = Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("Cipher", "AES-128-CBC"), ("Compress", false), ("Port", 1194),
            ("Proto", "TCP"), ("DnsServers", ""), ("EnableMultiFactorAuth", false), ("IDaaSInstanceId", ""),
            ("IDaaSRegionId", ""), ("IDaaSApplicationId", ""), ("Name", ""),
            ("ResourceGroupId", gateway.document.field("ResourceGroupId")),
        ])
        try takeOver(into: &document, gateway)
        try requireReady(gateway)
        let own = Attribute("VpnGatewayId", gateway.id)
        try require(.sslServers, used: try store.count(.sslServer, region: gateway.region, own))
        try requireRouteForClients(of: gateway)
        let server = try store.insert(
            .sslServer, id: try newID("vss", region: gateway.region), region: gateway.region, now: now,
            document: document)
        var busy = gateway
        try addRoute(
            to: gateway.text("VpcId"), region: gateway.region, dest: document.text("ClientIpPool"),
            gateway: gateway.id)
        try configure(&busy)
        return Record(fields: [("SslVpnServerId", .string(server.id)), ("Name", document.field("Name"))])
    }

    func requireSsl(_ gateway: Resource) throws(ServiceError) {
        guard gateway.text("SslVpn") == "enable" else {
            throw ServiceError(400, "VpnGateway.SslVpnDisabled", "The VPN gateway \(gateway.id) does not do SSL-VPN.")
        }
    }

    /// The clients' network needs a route of the gateway, as one that a user makes.
    func requireRouteForClients(of gateway: Resource) throws {
        let used = try store.count(.vpnRoute, region: gateway.region, Attribute("VpnGatewayId", gateway.id))
        try require(.routes, used: used, code: "QuotaExceeded.VpnRouteEntry")
    }

    /// Takes over what the call says of a server, and checks it against the gateway's network.
    private func takeOver(into document: inout Record, _ gateway: Resource) throws {
        for name in ["Name", "Cipher", "Proto", "DnsServers", "IDaaSInstanceId", "IDaaSRegionId", "IDaaSApplicationId"]
        {
            if let value = self[name] { document[name] = .string(value) }
        }
        for name in ["Compress", "EnableMultiFactorAuth"] {
            if let value = boolean(name) { document[name] = .bool(value) }
        }
        if let port = integer("Port") {
            guard !Self.takenPorts.contains(port) else {
                throw ServiceError.invalidParameter("Port", "must not be one that the service uses itself")
            }
            document["Port"] = .int(port)
        }
        if document.flag("EnableMultiFactorAuth") {
            for name in ["IDaaSInstanceId", "IDaaSRegionId"] where document.text(name).isEmpty {
                throw ServiceError.missingParameter(name)
            }
        }
        if let text = self["LocalSubnet"] {
            document["LocalSubnet"] = .string(
                try subnets("LocalSubnet", text, code: "IllegalParam.LocalSubnet", quota: .sslSubnets))
        }
        if let text = self["ClientIpPool"] { document["ClientIpPool"] = .string(text) }
        try checkClientPool(
            document.text("ClientIpPool"), local: document.text("LocalSubnet"), gateway,
            clients: gateway.document.integer("SslMaxConnections") ?? 0)
    }

    /// Addresses for clients: enough of them, and apart from every other network.
    ///
    /// - Parameter clients: how many there may be; each takes four addresses.
    func checkClientPool(_ text: String, local: String, _ gateway: Resource, clients: Int) throws {
        func refusal(_ reason: String) -> ServiceError {
            ServiceError(400, "IllegalParam.ClientIpPool", "The parameter ClientIpPool \(reason).")
        }
        guard let pool = IPv4Block(text), 16...29 ~= pool.length,
            !IPv4Block.reserved.contains(where: pool.overlaps)
        else { throw refusal("must be a CIDR block with a mask of 16 to 29 bits outside of reserved ones") }
        guard pool.size >= clients * 4 else {
            throw refusal("has \(pool.size) addresses, and \(clients) clients need four each")
        }
        let network = try store.find(.vpc, id: gateway.text("VpcId"), region: nil)?.text("CidrBlock") ?? ""
        for other in (local.split(separator: ",").map(String.init) + [network]).compactMap({ IPv4Block($0) })
        where other.length > 0 && other.overlaps(pool) { throw refusal("overlaps \(other.text)") }
    }

    /// The server that the call names, with its gateway, ready for changes.
    private func sslServerToChange() throws -> (server: Resource, gateway: Resource) {
        let server = try sslServer(try required("SslVpnServerId"))
        guard let gateway = try store.find(.vpnGateway, id: server.text("VpnGatewayId"), region: nil) else {
            throw ServiceError.notFound(
                "InvalidVpnGatewayInstanceId.NotFound", "VPN gateway", server.text("VpnGatewayId"))
        }
        return (server, gateway)
    }

    fileprivate func modifySslServer() throws -> Record {
        var (server, gateway) = try sslServerToChange()
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
        return conforming(try sslServerAnswer(server))
    }

    fileprivate func deleteSslServer() throws -> Record {
        var (server, gateway) = try sslServerToChange()
        try requireReady(gateway)
        for certificate in try store.all(
            .clientCertificate, region: server.region, Attribute("SslVpnServerId", server.id))
        { try store.delete(certificate) }
        try removeRoute(
            from: gateway.text("VpcId"), region: gateway.region, dest: server.text("ClientIpPool"),
            gateway: gateway.id)
        try store.delete(server)
        try configure(&gateway)
        return Record()
    }

    fileprivate func sslServerAnswer(_ server: Resource) throws -> Record {
        let document = server.document
        let gateway = try store.find(.vpnGateway, id: server.text("VpnGatewayId"), region: nil)?.document ?? Record()
        let own = gateway.text("SslVpnInternetIp")
        return Record(fields: [
            ("SslVpnServerId", .string(server.id)), ("VpnGatewayId", document.field("VpnGatewayId")),
            ("RegionId", .string(server.region)), ("Name", document.field("Name")),
            ("ClientIpPool", document.field("ClientIpPool")), ("LocalSubnet", document.field("LocalSubnet")),
            ("Cipher", document.field("Cipher")), ("Proto", document.field("Proto")),
            ("Port", document.field("Port", 1194)), ("Compress", document.field("Compress", false)),
            ("Connections", 0), ("MaxConnections", gateway.field("SslMaxConnections", 0)),
            ("InternetIp", own.isEmpty ? gateway.field("InternetIp") : .string(own)),
            ("CreateTime", createTime(server)), ("DnsServers", document.field("DnsServers")),
            ("EnableMultiFactorAuth", document.field("EnableMultiFactorAuth", false)),
            ("IDaaSInstanceId", document.field("IDaaSInstanceId")), ("IDaaSRegionId", document.field("IDaaSRegionId")),
            ("IDaaSApplicationId", document.field("IDaaSApplicationId")),
            ("IDaaSInstanceVersion", document.flag("EnableMultiFactorAuth") ? "EIAM 2.0" : ""),
            ("ResourceGroupId", document.field("ResourceGroupId")),
        ])
    }
}
