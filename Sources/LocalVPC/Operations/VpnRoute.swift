import DataValue

extension Operation {
    private static let route: [ParameterRule] = [
        .region.required, .id("VpnGatewayId").required, ParameterRule("RouteDest", .block).required,
        .id("NextHop").required, ParameterRule("OverlayMode", .choice(["Ipsec"])),
    ]
    private static let weight = ParameterRule("Weight", .number([0, 100])).required
    private static let source = ParameterRule("RouteSource", .block).required
    private static let priority = ParameterRule("Priority", .integer(1...100))
    private static let publishing = [
        ParameterRule("PublishVpc", .boolean).required,
        ParameterRule("Description", .name(1...100, startsWithLetter: false)), .dryRun,
    ]

    /// The operations on the routes of VPN gateways: destination-based and policy-based ones. States: `normal`, and
    /// `published` where the VPC's route table has the route too.
    static let vpnRouteOperations: [Operation] = [
        .write("CreateVpnRouteEntry", on: "VpnGatewayId", route + [weight] + publishing) {
            try $0.createRoute(.vpnRoute)
        },
        .write(
            "CreateVpnPbrRouteEntry", on: "VpnGatewayId", route + [weight, source, priority] + publishing
        ) { try $0.createRoute(.policyRoute) },
        .write("DeleteVpnRouteEntry", on: "VpnGatewayId", route + [weight]) { try $0.deleteRoute(.vpnRoute) },
        .write("DeleteVpnPbrRouteEntry", on: "VpnGatewayId", route + [weight, source, priority]) {
            try $0.deleteRoute(.policyRoute)
        },
        .write(
            "ModifyVpnRouteEntryWeight", on: "VpnGatewayId",
            route + [weight, ParameterRule("NewWeight", .number([0, 100])).required]
        ) { try $0.modifyRoute(.vpnRoute) },
        .write(
            "ModifyVpnPbrRouteEntryWeight", on: "VpnGatewayId",
            route + [weight, source, priority, ParameterRule("NewWeight", .number([0, 100])).required]
        ) { try $0.modifyRoute(.policyRoute) },
        .write(
            "ModifyVpnPbrRouteEntryPriority", on: "VpnGatewayId",
            route + [weight, source, priority, ParameterRule("NewPriority", .integer(1...100)).required]
        ) { try $0.modifyRoute(.policyRoute) },
        .write(
            "ModifyVpnPbrRouteEntryAttribute", on: "VpnGatewayId",
            route + [
                weight, source, priority.required, ParameterRule("NewPriority", .integer(1...100)),
                ParameterRule("NewWeight", .number([0, 100])),
            ]
        ) { call in
            if call["NewPriority"] == nil, call["NewWeight"] == nil {
                throw ServiceError(400, "MissingParameter", "One of NewPriority and NewWeight is required.")
            }
            return try call.modifyRoute(.policyRoute)
        },
        .write(
            "PublishVpnRouteEntry", on: "VpnGatewayId",
            route + [
                ParameterRule("PublishVpc", .boolean).required,
                ParameterRule("RouteType", .choice(["pbr", "dbr"])).required,
            ]
        ) { try $0.publishRoute() },
        .read(
            "DescribeVpnRouteEntries", on: "VpnGatewayId",
            [
                .region.required, .id("VpnGatewayId").required,
                ParameterRule("RouteEntryType", .choice(["custom", "bgp"])),
            ] + ParameterRule.page
        ) { try $0.describeRoutes() },
        .read(
            "DescribeVpnPbrRouteEntries", on: "VpnGatewayId",
            [.region.required, .id("VpnGatewayId").required] + ParameterRule.page
        ) { call in
            let gateway = try call.vpnGateway()
            let filter = ResourceFilter(attributes: [Attribute("VpnGatewayId", gateway.id)])
            return try call.list(.policyRoute, as: "VpnPbrRouteEntries", "VpnPbrRouteEntry", filter: filter) { route in
                try call.routeAnswer(route).only([
                    "CreateTime", "NextHop", "NextHopTunnelId", "Priority", "RouteDest", "RouteSource", "State",
                    "VpnInstanceId", "Weight",
                ])
            }
        },
    ]
}

extension CallContext {
    fileprivate func createRoute(_ kind: ResourceKind) throws -> Record {
        let gateway = try vpnGateway()
        let connection = try nextHop(at: gateway)
        try requireReady(gateway)
        let document = Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("NextHop", .string(connection.id)),
            ("RouteDest", .string(try required("RouteDest"))), ("RouteSource", .string(self["RouteSource"] ?? "")),
            ("Weight", .int(integer("Weight") ?? 0)), ("Priority", .int(integer("Priority") ?? 10)),
            ("Description", .string(self["Description"] ?? "")), ("OverlayMode", "Ipsec"),
        ])
        if try route(kind, like: document, at: gateway) != nil {
            throw ServiceError(
                400, "VpnRouteEntry.AlreadyExists", "The VPN gateway \(gateway.id) has this route already.")
        }
        var route = try insertRoute(kind, document, at: gateway, code: "Resource.QuotaFull")
        if boolean("PublishVpc") == true { try publish(&route, at: gateway) }
        return conforming(try routeAnswer(route))
    }

    /// The connection that a route of a gateway leads into.
    private func nextHop(at gateway: Resource) throws -> Resource {
        let id = try required("NextHop")
        guard let connection = try store.find(.vpnConnection, id: id, region: gateway.region),
            connection.text("VpnGatewayId") == gateway.id
        else {
            throw ServiceError.notFound(
                "InvalidVpnConnectionInstanceId.NotFound", "IPsec connection of the VPN gateway \(gateway.id)", id)
        }
        return connection
    }

    /// Stores a new route within the quota of its kind.
    private func insertRoute(_ kind: ResourceKind, _ document: Record, at gateway: Resource, code: String) throws
        -> Resource
    {
        let own = Attribute("VpnGatewayId", gateway.id)
        try require(
            kind == .vpnRoute ? .routes : .policyRoutes, used: try store.count(kind, region: gateway.region, own),
            code: code)
        var document = document
        document["Key"] = .string(Self.routeKey(document))
        return try store.insert(
            kind, id: try newID("vre", region: gateway.region), region: gateway.region, now: now, document: document)
    }

    private static func routeKey(_ document: Record) -> String {
        document.text("VpnGatewayId") + " " + document.text("RouteDest")
    }

    /// The route of a gateway with the same networks and next hop, if there is one.
    private func route(_ kind: ResourceKind, like document: Record, at gateway: Resource) throws -> Resource? {
        try store.all(kind, region: gateway.region, Attribute("Key", Self.routeKey(document))).first { route in
            route.text("NextHop") == document.text("NextHop")
                && route.text("RouteSource") == document.text("RouteSource")
        }
    }

    /// The gateway and the route that the call names, both ready for changes.
    private func routeToChange(_ kind: ResourceKind) throws -> (Resource, Resource) {
        let gateway = try vpnGateway()
        try requireReady(gateway)
        let wanted = Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("RouteDest", .string(try required("RouteDest"))),
            ("NextHop", .string(try required("NextHop"))), ("RouteSource", .string(self["RouteSource"] ?? "")),
        ])
        guard let route = try route(kind, like: wanted, at: gateway),
            integer("Weight") == nil || route.document.integer("Weight") == integer("Weight"),
            integer("Priority") == nil || route.document.integer("Priority") == integer("Priority")
        else {
            throw ServiceError(
                404, "InvalidRouteEntry.NotFound", "The VPN gateway \(gateway.id) has no such route.")
        }
        try requireSettled(route: route)
        return (gateway, route)
    }

    func requireSettled(route: Resource) throws(ServiceError) {
        if !timing.hasPassed(timing.route, since: route.changed, at: now) {
            throw ServiceError(
                400, "VpnRouteEntry.Configuring",
                "The route to \(route.text("RouteDest")) is being configured; try again later.")
        }
    }

    fileprivate func deleteRoute(_ kind: ResourceKind) throws -> Record {
        let (_, route) = try routeToChange(kind)
        try withdraw(route)
        try store.delete(route)
        return Record()
    }

    fileprivate func modifyRoute(_ kind: ResourceKind) throws -> Record {
        var (_, route) = try routeToChange(kind)
        for (name, field) in [("NewWeight", "Weight"), ("NewPriority", "Priority")] {
            if let number = integer(name) { route.document[field] = .int(number) }
        }
        route.phase = .configured
        route.changed = now
        try store.update(route)
        return Record()
    }

    fileprivate func publishRoute() throws -> Record {
        let kind = self["RouteType"] == "pbr" ? ResourceKind.policyRoute : .vpnRoute
        let gateway = try vpnGateway()
        try requireReady(gateway)
        let dest = try required("RouteDest")
        let hop = try required("NextHop")
        let key = Attribute("Key", gateway.id + " " + dest)
        let routes = try store.all(kind, region: gateway.region, key).filter { $0.text("NextHop") == hop }
        if routes.isEmpty {
            throw ServiceError(404, "InvalidRouteEntry.NotFound", "The VPN gateway \(gateway.id) has no such route.")
        }
        for var route in routes {
            try requireSettled(route: route)
            if boolean("PublishVpc") == true {
                if route.text("Published").isEmpty { try publish(&route, at: gateway) }
            } else {
                try withdraw(route)
            }
        }
        return Record()
    }

    // MARK: Publishing

    /// Puts a route of a gateway into the system route table of its VPC.
    private func publish(_ route: inout Resource, at gateway: Resource) throws {
        let dest = route.text("RouteDest")
        try addRoute(to: gateway.text("VpcId"), region: gateway.region, dest: dest, gateway: gateway.id)
        route.document["Published"] = "true"
        route.phase = .configured
        route.changed = now
        try store.update(route)
    }

    /// Takes a gateway's route out of its VPC's route table. All routes of the gateway to the same network share the one
    /// there, so none of them is published afterwards.
    func withdraw(_ route: Resource) throws {
        guard !route.text("Published").isEmpty else { return }
        let gateway = try store.find(.vpnGateway, id: route.text("VpnGatewayId"), region: nil)
        if let gateway {
            try removeRoute(
                from: gateway.text("VpcId"), region: gateway.region, dest: route.text("RouteDest"),
                gateway: gateway.id)
        }
        for kind in [ResourceKind.vpnRoute, .policyRoute] {
            for var other in try store.all(kind, region: route.region, Attribute("Key", route.text("Key")))
            where !other.text("Published").isEmpty {
                other.document["Published"] = nil
                other.phase = .configured
                other.changed = now
                try store.update(other)
            }
        }
    }

    /// The routes that follow from the networks of a connection, made anew: policy-based ones, from each of its own
    /// networks to each of the other side. Where either side is everything, routes are the user's to make.
    func configureRoutes(of connection: Resource) throws {
        let hop = Attribute("NextHop", connection.id)
        for route in try store.all(.policyRoute, region: connection.region, hop) where route.document.flag("Automatic")
        {
            try withdraw(route)
            try store.delete(route)
        }
        guard connection.document.flag("AutoConfigRoute"), let end = TunnelEnd.all(connection.document).first,
            !end.localSubnets.contains("0.0.0.0/0"), !end.remoteSubnets.contains("0.0.0.0/0"),
            let gateway = try store.find(.vpnGateway, id: connection.text("VpnGatewayId"), region: nil)
        else { return }
        for source in end.localSubnets {
            for dest in end.remoteSubnets {
                let document = Record(fields: [
                    ("VpnGatewayId", .string(gateway.id)), ("NextHop", .string(connection.id)),
                    ("RouteDest", .string(dest)), ("RouteSource", .string(source)), ("Weight", 100),
                    ("Priority", 10), ("Description", ""), ("OverlayMode", "Ipsec"), ("Automatic", true),
                ])
                if try route(.policyRoute, like: document, at: gateway) != nil { continue }
                _ = try insertRoute(.policyRoute, document, at: gateway, code: "QuotaExceeded.PolicyBasedRoute")
            }
        }
    }

    // MARK: Answers

    /// Every field that an answer shows of a route.
    func routeAnswer(_ route: Resource) throws -> Record {
        let document = route.document
        let connection = try store.find(.vpnConnection, id: route.text("NextHop"), region: route.region)
        let tunnels = connection.map { tunnelStates($0) } ?? []
        let used = tunnels.first { $0.status == .ipsecEstablished && !$0.end.id.isEmpty }
        return Record(fields: [
            ("VpnInstanceId", document.field("VpnGatewayId")), ("NextHop", document.field("NextHop")),
            ("RouteDest", document.field("RouteDest")), ("RouteSource", document.field("RouteSource")),
            ("Weight", document.field("Weight", 0)), ("Priority", document.field("Priority", 10)),
            ("State", route.text("Published").isEmpty ? "normal" : "published"), ("CreateTime", createTime(route)),
            ("Description", document.field("Description")), ("OverlayMode", "Ipsec"), ("RouteEntryType", "custom"),
            ("Source", ""), ("AsPath", ""), ("Community", ""), ("NextHopTunnelId", .string(used?.end.id ?? "")),
        ])
    }

    fileprivate func describeRoutes() throws -> Record {
        let gateway = try vpnGateway()
        let names = [
            "VpnInstanceId", "NextHop", "RouteDest", "Weight", "State", "CreateTime", "RouteEntryType", "Source",
            "AsPath", "Community", "NextHopTunnelId",
        ]
        let own = Attribute("VpnGatewayId", gateway.id)
        let bgp = try bgpRoutes(of: gateway)
        var answer: Record
        if self["RouteEntryType"] == "bgp" {
            answer = paged(
                page(of: bgp).map { .record($0.only(names)) }, total: bgp.count, as: "VpnRouteEntries",
                "VpnRouteEntry")
        } else {
            answer = try list(
                .vpnRoute, as: "VpnRouteEntries", "VpnRouteEntry", filter: ResourceFilter(attributes: [own])
            ) { try routeAnswer($0).only(names) }
        }
        let custom = try store.count(.vpnRoute, region: gateway.region, own)
        answer["VpnRouteCounts"] = .nested("VpnRouteCount", .list(Self.counts(custom: custom, bgp: bgp)))
        return answer
    }

    /// How many routes there are of each type and source.
    static func counts(custom: Int, bgp: [Record]) -> [Value] {
        var counts = [("custom", "", custom)]
        for source in ["CLOUD", "VPN_BGP"] {
            counts.append(("bgp", source, bgp.filter { $0.text("Source") == source }.count))
        }
        return counts.map { type, source, count in
            .record(
                Record(fields: [
                    ("RouteEntryType", .string(type)), ("Source", .string(source)), ("RouteCount", .int(count)),
                ]))
        }
    }
}
