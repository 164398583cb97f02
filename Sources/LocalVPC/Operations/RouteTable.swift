import DataValue
import SystemSupport

extension Operation {
    /// The operations on the route tables of VPCs. Each VPC has one, which comes and goes with it.
    static let routeTableOperations: [Operation] = [
        .read(
            "DescribeRouteTableList", on: "RouteTableId",
            [
                .region.required, .id("RouteTableId"), .id("VpcId"), .id("RouterId"), .id("RouteTableName"),
                ParameterRule("RouterType", .choice(["VRouter", "VBR"])),
                ParameterRule("RouteTableType", .choice(["System", "Custom"])), .resourceGroup,
            ] + ParameterRule.page
        ) { try $0.describeRouteTables() },
        .read(
            "DescribeRouteEntryList", on: "RouteTableId",
            [
                .region.required, .id("RouteTableId").required, ParameterRule("DestinationCidrBlock", .block),
                .id("NextHopId"), .id("NextHopType"),
                .id("RouteEntryId"), .id("RouteEntryName"),
                ParameterRule("RouteEntryType", .choice(["System", "Custom", "BGP", "CEN", "ECR"])),
                ParameterRule("IpVersion", .choice(["ipv4", "ipv6"])),
                ParameterRule("MaxResult", .integer(1...100)), ParameterRule("NextToken", .text(maximum: 128)),
            ]
        ) { try $0.describeRouteEntries() },
        .write(
            "CreateRouteEntry", on: "RouteTableId",
            [
                .region, .dryRun, .id("RouteTableId").required,
                ParameterRule("DestinationCidrBlock", .block, code: "InvalidCidrBlock.Malformed").required,
                .id("NextHopId").required, .id("NextHopType"),
                ParameterRule("RouteEntryName", .name(1...128, startsWithLetter: false)), .description(),
            ], unsupported: ["NextHopList."]
        ) { try $0.createRouteEntry() },
        .write(
            "DeleteRouteEntry", on: "RouteTableId", takesToken: false,
            [
                .region, .dryRun, .id("RouteTableId"), .id("RouteEntryId"), .id("NextHopId"),
                ParameterRule("DestinationCidrBlock", .block, code: "InvalidCidrBlock.Malformed"),
            ], unsupported: ["NextHopList."]
        ) { try $0.deleteRouteEntry() },
    ]
}

extension CallContext {
    fileprivate func describeRouteTables() throws -> Record {
        var filter = try filter(ids: "RouteTableId", attributes: ["VpcId", "RouteTableName"])
        if self["RouterType"] == "VBR" || self["RouteTableType"] == "Custom" { filter.ids = [] }
        if let router = self["RouterId"] {
            try narrow(&filter, of: .routeTable) { $0.text("VRouterId") == router }
        }
        if let group = self["ResourceGroupId"] {
            try narrow(&filter, of: .routeTable) { try self.group(of: $0) == group }
        }
        return try list(.routeTable, as: "RouterTableList", "RouterTableListType", filter: filter) { table in
            let document = table.document
            let switches = try store.all(.vSwitch, region: table.region, Attribute("RouteTableId", table.id))
            return Record(fields: [
                ("RouteTableId", .string(table.id)), ("RouteTableName", document.field("RouteTableName")),
                ("RouteTableType", document.field("RouteTableType", "System")), ("VpcId", document.field("VpcId")),
                ("RouterId", document.field("VRouterId")), ("RouterType", "VRouter"), ("AssociateType", "VSwitch"),
                ("Description", document.field("Description")), ("Status", "Available"),
                ("CreationTime", creationTime(table)), ("OwnerId", .int(Self.accountID)),
                ("RoutePropagationEnable", true), ("ResourceGroupId", .string(try group(of: table))),
                ("VSwitchIds", .nested("VSwitchId", .list(switches.map { .string($0.id) }))),
                ("GatewayIds", .nested("GatewayIds", .list([]))), ("Tags", Record.tagList(document)),
            ])
        }
    }

    /// A table is in the group of its VPC.
    private func group(of table: Resource) throws -> String {
        let vpc = try store.find(.vpc, id: table.text("VpcId"), region: table.region)
        return vpc.map { $0.text("ResourceGroupId") }.flatMap { $0.isEmpty ? nil : $0 } ?? Self.resourceGroup
    }

    /// The route table that the call names.
    private func routeTable() throws -> Resource {
        let id = try required("RouteTableId")
        guard let table = try store.find(.routeTable, id: id, region: region) else {
            throw ServiceError.notFound("InvalidRouteTableId.NotFound", "route table", id)
        }
        return table
    }

    /// Custom routes, which are stored, and before them the system's, which follow from the vSwitches.
    fileprivate func describeRouteEntries() throws -> Record {
        let table = try routeTable()
        var entries: [Record] = []
        for vSwitch in try store.all(.vSwitch, region: table.region, Attribute("RouteTableId", table.id)) {
            entries.append(
                routeEntry(
                    table, id: "rte-" + vSwitch.id.dropFirst(4), dest: vSwitch.text("CidrBlock"), type: "System",
                    hop: ("local", ""), name: "", description: "Made with the vSwitch.", changed: vSwitch.created))
        }
        for custom in try store.all(.routeEntry, region: table.region, Attribute("RouteTableId", table.id)) {
            entries.append(
                routeEntry(
                    table, id: custom.id, dest: custom.text("DestinationCidrBlock"), type: "Custom",
                    hop: ("VpnGateway", custom.text("NextHopId")), name: custom.text("RouteEntryName"),
                    description: custom.text("Description"), changed: custom.changed))
        }
        for gateway in try store.all(.vpnGateway, region: table.region, Attribute("VpcId", table.text("VpcId")))
        where gateway.document.flag("AutoPropagate") {
            for route in try bgpRoutes(of: gateway) where route.text("Source") == "VPN_BGP" {
                let dest = route.text("RouteDest")
                if entries.contains(where: { $0.text("DestinationCidrBlock") == dest }) { continue }
                entries.append(
                    routeEntry(
                        table, id: "rte-" + gateway.id.dropFirst(4), dest: dest, type: "BGP",
                        hop: ("VpnGateway", gateway.id), name: "", description: "Learned by the VPN gateway.",
                        changed: gateway.changed))
            }
        }
        let wanted = (1...50).compactMap { self["DestCidrBlockList.\($0)"] }
        if !wanted.isEmpty { entries.removeAll { !wanted.contains($0.text("DestinationCidrBlock")) } }
        if asksForNone(things: ["ServiceType"]) { entries = [] }
        for (parameter, field) in [
            ("DestinationCidrBlock", "DestinationCidrBlock"), ("RouteEntryId", "RouteEntryId"),
            ("RouteEntryName", "RouteEntryName"), ("RouteEntryType", "Type"),
        ] {
            if let value = self[parameter] { entries.removeAll { $0.text(field) != value } }
        }
        for name in ["NextHopId", "NextHopType"] {
            guard let hop = self[name] else { continue }
            entries.removeAll { $0.record("NextHops").list("NextHop").first?.text(name) != hop }
        }
        if self["IpVersion"] == "ipv6" { entries = [] }
        let start = try continuation()
        let size = integer("MaxResult") ?? 50
        let end = min(entries.count, start + size)
        let shown = start < end ? entries[start..<end] : []
        var answer = Record(fields: [
            ("TotalCount", .int(entries.count)),
            ("RouteEntrys", .nested("RouteEntry", .list(shown.map { .record($0) }))),
        ])
        if end < entries.count, start < end { answer["NextToken"] = .string(Self.token(at: end)) }
        return answer
    }

    private func routeEntry(
        _ table: Resource, id: String, dest: String, type: String, hop: (type: String, id: String), name: String,
        description: String, changed: Nanoseconds
    ) -> Record {
        let next = Record(fields: [
            ("NextHopType", .string(hop.type)), ("NextHopId", .string(hop.id)), ("Enabled", 1), ("Weight", 0),
            ("NextHopRegionId", .string(table.region)),
        ])
        return Record(fields: [
            ("RouteEntryId", .string(id)), ("RouteEntryName", .string(name)), ("RouteTableId", .string(table.id)),
            ("DestinationCidrBlock", .string(dest)), ("Type", .string(type)), ("Status", "Available"),
            ("IpVersion", "ipv4"), ("Description", .string(description)), ("Origin", .string(type)),
            ("ServiceType", ""), ("GmtModified", .string(Timestamp.text(WallTime(nanoseconds: changed)))),
            ("NextHops", .nested("NextHop", .list([.record(next)]))),
        ])
    }

    fileprivate func createRouteEntry() throws -> Record {
        let table = try routeTable()
        let type = self["NextHopType"] ?? "Instance"
        guard type == "VpnGateway" else {
            throw ServiceError.notImplemented("routes whose NextHopType is \(type); it has VpnGateway")
        }
        let hop = try required("NextHopId")
        guard let gateway = try store.find(.vpnGateway, id: hop, region: table.region),
            gateway.text("VpcId") == table.text("VpcId")
        else { throw ServiceError.notFound("InvalidNextHopId.NotFound", "VPN gateway of the VPC", hop) }
        let dest = try required("DestinationCidrBlock")
        let entry = try addRoute(to: table, dest: dest, gateway: hop, isOwn: true)
        return Record(fields: [("RouteEntryId", .string(entry.id))])
    }

    fileprivate func deleteRouteEntry() throws -> Record {
        var found: Resource?
        if let id = self["RouteEntryId"] {
            found = try store.find(.routeEntry, id: id, region: region)
        } else {
            let table = try routeTable()
            let dest = try required("DestinationCidrBlock")
            found = try store.all(
                .routeEntry, region: table.region, Attribute("Destination", table.id + " " + dest)
            ).first { self["NextHopId"] == nil || $0.text("NextHopId") == self["NextHopId"] }
        }
        guard let entry = found else {
            throw ServiceError(404, "InvalidRouteEntry.NotFound", "There is no such route.")
        }
        guard entry.document.flag("Own") else {
            throw ServiceError(
                400, "OperationDenied", "The route is the VPN gateway's; PublishVpnRouteEntry withdraws it.")
        }
        try store.delete(entry)
        return Record()
    }

    // MARK: Routes that VPN gateways publish

    /// The system route table of a VPC.
    private func systemTable(of vpc: String, region: String) throws -> Resource? {
        try store.all(.routeTable, region: region, Attribute("VpcId", vpc)).first
    }

    /// Puts a route to a VPN gateway into a VPC's table; nothing happens where the gateway has put it there already.
    func addRoute(to vpc: String, region: String, dest: String, gateway: String) throws {
        guard let table = try systemTable(of: vpc, region: region) else { return }
        _ = try addRoute(to: table, dest: dest, gateway: gateway, isOwn: false)
    }

    private func addRoute(to table: Resource, dest: String, gateway: String, isOwn: Bool) throws -> Resource {
        let destination = Attribute("Destination", table.id + " " + dest)
        if let known = try store.all(.routeEntry, region: table.region, destination).first {
            if known.text("NextHopId") == gateway, !isOwn { return known }
            throw ServiceError(
                400, "RouterEntryConflict.Duplicated", "The route table \(table.id) has a route to \(dest) already.")
        }
        let own = Attribute("RouteTableId", table.id)
        try require(
            .vpcRoutes, used: try store.count(.routeEntry, region: table.region, own),
            code: isOwn ? "QuotaExceeded.RouteEntry" : "QuotaExceeded.VpnRouteEntry")
        return try store.insert(
            .routeEntry, id: try newID("rte", region: table.region), region: table.region, now: now,
            document: Record(fields: [
                ("RouteTableId", .string(table.id)), ("DestinationCidrBlock", .string(dest)),
                ("NextHopId", .string(gateway)), ("Destination", .string(destination.value)),
                ("RouteEntryName", .string(isOwn ? self["RouteEntryName"] ?? "" : "")),
                ("Description", .string(isOwn ? self["Description"] ?? "" : "Published by the VPN gateway.")),
                ("Own", .bool(isOwn)),
            ]))
    }

    /// Takes a route that a VPN gateway published out of a VPC's table.
    func removeRoute(from vpc: String, region: String, dest: String, gateway: String) throws {
        guard let table = try systemTable(of: vpc, region: region) else { return }
        let destination = Attribute("Destination", table.id + " " + dest)
        for entry in try store.all(.routeEntry, region: region, destination)
        where entry.text("NextHopId") == gateway && !entry.document.flag("Own") { try store.delete(entry) }
    }
}
