import DataValue

extension Operation {
    private static let resources: [ParameterRule] = [
        .region.required, ParameterRule("ResourceType", .text(maximum: 64)).required,
    ]

    /// The operations on tags and resource groups.
    static let tagOperations: [Operation] = [
        .write("TagResources", on: "ResourceId", takesToken: false, resources) { try $0.tagResources() },
        .write(
            "UnTagResources", on: "ResourceId", takesToken: false, resources + [ParameterRule("All", .boolean)]
        ) { try $0.untagResources() },
        .read(
            "ListTagResources", on: "ResourceId",
            resources + [
                ParameterRule("MaxResults", .integer(1...50)), ParameterRule("NextToken", .text(maximum: 128)),
            ]
        ) { try $0.listTagResources() },
        .write(
            "MoveVpnResourceGroup", on: "InstanceId", takesToken: false,
            [
                .region.required, .id("InstanceId").required,
                ParameterRule("ResourceType", .text(maximum: 64)).required,
                ParameterRule("NewResourceGroupId", .resourceGroup).required,
            ]
        ) { try $0.moveResourceGroup() },
    ]
}

extension CallContext {
    /// The types of resources that have tags, as the API names them in whatever case.
    private static let kinds: [String: ResourceKind] = [
        "vpc": .vpc, "vswitch": .vSwitch, "routetable": .routeTable, "eip": .eip, "vpngateway": .vpnGateway,
        "customergateway": .customerGateway, "vpnconnection": .vpnConnection, "vpnattachment": .vpnConnection,
    ]
    /// Types that the real service has beside those.
    private static let otherTypes: Set<String> = [
        "natgateway", "commonbandwidthpackage", "prefixlist", "publicipaddresspool", "ipv4gateway", "ipv6gateway",
        "networkacl", "trafficmirrorfilter", "trafficmirrorsession", "flowlog", "havip", "dhcpoptionsset",
        "gatewayendpoint", "ipv6address",
    ]

    private func kind() throws -> ResourceKind {
        let type = try required("ResourceType")
        if let kind = Self.kinds[type.lowercased()] { return kind }
        if Self.otherTypes.contains(type.lowercased()) {
            throw ServiceError.notImplemented("resources of the type \(type)")
        }
        throw ServiceError(400, "InvalidResourceType.NotSupported", "There is no type of resources \(type).")
    }

    /// The resources that the call names.
    private func taggedResources(_ kind: ResourceKind) throws -> [Resource] {
        let ids = try strings("ResourceId")
        if ids.isEmpty { throw ServiceError.missingParameter("ResourceId.1") }
        return try ids.map { id in
            guard let found = try store.find(kind, id: id, region: region) else {
                throw ServiceError.notFound("InvalidResourceId.NotFound", "resource", id)
            }
            return found
        }
    }

    fileprivate func tagResources() throws -> Record {
        let kind = try kind()
        let tags = try tags("Tag")
        if tags.isEmpty { throw ServiceError.missingParameter("Tag.1.Key") }
        for var resource in try taggedResources(kind) {
            var all = Tag.all(resource.document)
            for tag in tags {
                if let position = all.firstIndex(where: { $0.key == tag.key }) {
                    all[position] = tag
                } else {
                    all.append(tag)
                }
            }
            try require(.tags, used: 0, adding: all.count, code: "QuotaExceeded.TagsPerResource")
            resource.document["Tags"] = Tag.list(all)
            try store.update(resource)
        }
        return Record()
    }

    fileprivate func untagResources() throws -> Record {
        let kind = try kind()
        let keys = try strings("TagKey", maximum: 20)
        let all = boolean("All") == true && keys.isEmpty
        for var resource in try taggedResources(kind) {
            let kept = all ? [] : Tag.all(resource.document).filter { !keys.contains($0.key) }
            resource.document["Tags"] = Tag.list(kept)
            try store.update(resource)
        }
        return Record()
    }

    /// The tags of the resources that are named, or of those that have the tags that are named.
    fileprivate func listTagResources() throws -> Record {
        let kind = try kind()
        let type = try required("ResourceType")
        let wanted = try tagAttributes()
        let ids = try strings("ResourceId")
        if wanted.isEmpty, ids.isEmpty {
            throw ServiceError(400, "MissingParameter", "ResourceId.N or Tag.N is required.")
        }
        let region = try requiredRegion()
        let size = integer("MaxResults") ?? 50
        let start = try continuation()
        let filter = ResourceFilter(attributes: wanted, ids: ids.isEmpty ? nil : ids)
        // A page counts tags; every resource that is shown has one at least, so that no more of them are read.
        var entries: [Value] = []
        var skipped = 0
        var position = 0
        reading: while true {
            let page = try store.page(kind, region: region, filter: filter, offset: position, size: 100)
            for resource in page.resources {
                for tag in Tag.all(resource.document) {
                    let isWanted = wanted.contains {
                        $0.name == "Tag." + tag.key || $0.name == "TagKey" && $0.value == tag.key
                    }
                    if !wanted.isEmpty, !isWanted { continue }
                    if skipped < start {
                        skipped += 1
                        continue
                    }
                    entries.append(
                        .record(
                            Record(fields: [
                                ("ResourceId", .string(resource.id)), ("ResourceType", .string(type)),
                                ("TagKey", .string(tag.key)), ("TagValue", .string(tag.value)),
                            ])))
                    if entries.count > size { break reading }
                }
            }
            position += page.resources.count
            if page.resources.isEmpty || position >= page.total { break }
        }
        var answer = Record(fields: [
            ("TagResources", .nested("TagResource", .list(Array(entries.prefix(size)))))
        ])
        answer["NextToken"] = entries.count > size ? .string(Self.token(at: start + size)) : ""
        return answer
    }

    // MARK: Resource groups

    /// Moves a resource, and with a VPN gateway all that belongs to it.
    fileprivate func moveResourceGroup() throws -> Record {
        let id = try required("InstanceId")
        let group = Value.string(try required("NewResourceGroupId"))
        func move(_ resource: Resource) throws {
            var resource = resource
            resource.document["ResourceGroupId"] = group
            try store.update(resource)
        }
        switch try required("ResourceType").lowercased() {
        case "vpngateway":
            let gateway = try vpnGateway(id)
            try move(gateway)
            let own = Attribute("VpnGatewayId", gateway.id)
            for kind in [ResourceKind.vpnConnection, .sslServer, .ipsecServer] {
                for part in try store.all(kind, region: gateway.region, own) {
                    try move(part)
                    guard kind == .sslServer else { continue }
                    let served = Attribute("SslVpnServerId", part.id)
                    for certificate in try store.all(.clientCertificate, region: gateway.region, served) {
                        try move(certificate)
                    }
                }
            }
        case "customergateway": try move(try customerGateway(id, region: region))
        case "vpnattachment":
            guard let connection = try store.find(.vpnConnection, id: id, region: region),
                connection.text("VpnGatewayId").isEmpty
            else { throw ServiceError.notFound("InvalidVpnConnectionInstanceId.NotFound", "IPsec connection", id) }
            try move(connection)
        default:
            throw ServiceError.invalidParameter(
                "ResourceType", "must be one of VpnGateway, CustomerGateway, VpnAttachment")
        }
        return Record()
    }
}
