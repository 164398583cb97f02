import DataValue

extension Store {
    /// Gives the documents of an older version's resources what the current one expects of them, and makes all scopes
    /// anew.
    func bringDocumentsUp(from version: Int64) throws(SQLiteError) {
        if version < 2 {
            let gateways = try everything(.vpnGateway)
            // Version 1 took the address from the resource's number.
            let last = gateways.map(\.number).max() ?? 0
            try database.run("INSERT OR REPLACE INTO counter (name, next) VALUES ('address', ?)", .integer(last))
            for var gateway in gateways {
                fill(&gateway.document, ["GatewayType": "Traditional", "VpnType": "Normal"])
                try write(gateway)
            }
            for var connection in try everything(.vpnConnection) {
                let peer = try find(
                    .customerGateway, id: connection.text("CustomerGatewayId"), region: connection.region)
                fill(
                    &connection.document,
                    ["AttachType": "VPNGW", "RemoteAddress": peer?.document["IpAddress"] ?? ""])
                try write(connection)
            }
            for kind in ResourceKind.grouped {
                for var resource in try everything(kind) {
                    fill(&resource.document, ["ResourceGroupId": .string(CallContext.resourceGroup)])
                    try write(resource)
                }
            }
            for vpc in try everything(.vpc) {
                let id = vpc.text("RouteTableId")
                if id.isEmpty { continue }
                if try isTaken(id: id) { continue }
                _ = try insert(
                    .routeTable, id: id, region: vpc.region, now: vpc.created,
                    document: Record(fields: [
                        ("VpcId", .string(vpc.id)), ("VRouterId", vpc.document.field("VRouterId")),
                        ("RouteTableType", "System"),
                    ]))
            }
        }
        try rebuildScopes()
    }

    /// All resources of a kind, in whatever region, without the help of scopes.
    func everything(_ kind: ResourceKind) throws(SQLiteError) -> [Resource] {
        try database.all(
            """
            SELECT number, kind, region, id, phase, changed, created, document FROM resource WHERE kind = ?
            ORDER BY number
            """, .text(kind.rawValue), read: resource
        ).compactMap(\.self)
    }

    private func fill(_ document: inout Record, _ fields: KeyValuePairs<String, Value>) {
        for (name, value) in fields where document[name] == nil { document[name] = value }
    }

    /// Writes a document without regard to scopes.
    private func write(_ resource: Resource) throws(SQLiteError) {
        try database.run(
            "UPDATE resource SET document = ? WHERE number = ?", .text(JSON.text(.record(resource.document))),
            .integer(resource.number))
    }
}
