import DataValue

extension Operation {
    private static let route: [ParameterRule] = [
        .region.required, .id("VpnConnectionId").required, ParameterRule("RouteDest", .block).required,
        .id("NextHop").required, ParameterRule("Weight", .number([0, 100])).required,
        ParameterRule("OverlayMode", .choice(["Ipsec"])),
    ]

    /// The operations on the routes of IPsec connections without a VPN gateway.
    static let connectionRouteOperations: [Operation] = [
        .write(
            "CreateVcoRouteEntry", on: "VpnConnectionId",
            route + [ParameterRule("Description", .name(1...100, startsWithLetter: false)), .dryRun]
        ) { try $0.createConnectionRoute() },
        .write("DeleteVcoRouteEntry", on: "VpnConnectionId", route) { call in
            try call.store.delete(try call.connectionRouteToChange())
            return Record()
        },
        .write(
            "ModifyVcoRouteEntryWeight", on: "VpnConnectionId",
            route + [ParameterRule("NewWeight", .number([0, 100])).required]
        ) { call in
            var route = try call.connectionRouteToChange()
            route.document["Weight"] = .int(call.integer("NewWeight") ?? 0)
            route.phase = .configured
            route.changed = call.now
            try call.store.update(route)
            return Record()
        },
        .read(
            "DescribeVcoRouteEntries", on: "VpnConnectionId",
            [
                .region.required, .id("VpnConnectionId").required, .clientToken,
                ParameterRule("RouteEntryType", .choice(["custom", "bgp"])),
            ] + ParameterRule.page
        ) { try $0.describeConnectionRoutes() },
    ]
}

extension CallContext {
    /// The connection that the call names, which must have no VPN gateway: those that have one have their routes there.
    private func routedConnection() throws -> Resource {
        let connection = try vpnConnection()
        guard connection.text("VpnGatewayId").isEmpty else {
            throw ServiceError(
                400, "OperationUnsupported.VpnConnection",
                "The IPsec connection \(connection.id) has its routes at its VPN gateway.")
        }
        return connection
    }

    fileprivate func createConnectionRoute() throws -> Record {
        let connection = try routedConnection()
        try requireSettled(attachment: connection)
        let hop = try required("NextHop")
        guard hop == connection.id else {
            throw ServiceError.invalidParameter("NextHop", "must be the connection itself")
        }
        let dest = try required("RouteDest")
        let key = connection.id + " " + dest
        if try store.count(.connectionRoute, region: connection.region, Attribute("Key", key)) > 0 {
            throw ServiceError(
                400, "VpnRouteEntry.AlreadyExists", "The IPsec connection \(connection.id) has this route already.")
        }
        try require(
            .connectionRoutes,
            used: try store.count(
                .connectionRoute, region: connection.region, Attribute("VpnConnectionId", connection.id)))
        let route = try store.insert(
            .connectionRoute, id: try newID("vre", region: connection.region), region: connection.region, now: now,
            document: Record(fields: [
                ("VpnConnectionId", .string(connection.id)), ("NextHop", .string(hop)), ("RouteDest", .string(dest)),
                ("Weight", .int(integer("Weight") ?? 0)), ("Description", .string(self["Description"] ?? "")),
                ("Key", .string(key)),
            ]))
        return conforming(connectionRouteAnswer(route, of: connection))
    }

    fileprivate func connectionRouteToChange() throws -> Resource {
        let connection = try routedConnection()
        let key = connection.id + " " + (try required("RouteDest"))
        let found = try store.all(.connectionRoute, region: connection.region, Attribute("Key", key)).first
        guard let route = found, route.text("NextHop") == self["NextHop"],
            route.document.integer("Weight") == integer("Weight")
        else {
            throw ServiceError(
                404, "InvalidRouteEntry.NotFound", "The IPsec connection \(connection.id) has no such route.")
        }
        try requireSettled(route: route)
        return route
    }

    private func connectionRouteAnswer(_ route: Resource, of connection: Resource) -> Record {
        let document = route.document
        let tunnels = tunnelStates(connection).filter { $0.status == .ipsecEstablished && !$0.end.id.isEmpty }
        return Record(fields: [
            ("VpnConnectionId", .string(connection.id)), ("NextHop", document.field("NextHop")),
            ("RouteDest", document.field("RouteDest")), ("Weight", document.field("Weight", 0)),
            ("CreateTime", createTime(route)), ("Description", document.field("Description")),
            ("OverlayMode", "Ipsec"), ("State", "published"), ("RouteEntryType", "custom"), ("Source", ""),
            ("AsPath", ""), ("Community", ""),
            ("NextHopTunnelIdList", .list(tunnels.map { .string($0.end.id) })),
        ])
    }

    fileprivate func describeConnectionRoutes() throws -> Record {
        let connection = try vpnConnection()
        let own = Attribute("VpnConnectionId", connection.id)
        let left = ["Description", "OverlayMode"]
        let bgp =
            connection.usesBgp
            ? try bgpRoutes(of: connection, own: "", instance: ("VpnConnectionId", connection.id)) : []
        var answer: Record
        if self["RouteEntryType"] == "bgp" {
            answer = paged(
                page(of: bgp).map { route in
                    var route = route
                    route["NextHopTunnelIdList"] = .list([route.field("NextHopTunnelId")])
                    route["NextHopTunnelId"] = nil
                    return .record(route)
                }, total: bgp.count, as: "VcoRouteEntries")
        } else {
            answer = try list(
                .connectionRoute, as: "VcoRouteEntries", filter: ResourceFilter(attributes: [own])
            ) { connectionRouteAnswer($0, of: connection).without(left) }
        }
        let custom = try store.count(.connectionRoute, region: connection.region, own)
        answer["VpnRouteCounts"] = .list(Self.counts(custom: custom, bgp: bgp))
        return answer
    }
}
