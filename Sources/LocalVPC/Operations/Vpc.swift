import DataValue

extension Operation {
    /// The operations on VPCs. States: `Pending`, then `Available`.
    static let vpcOperations: [Operation] = [
        .write(
            "CreateVpc",
            [
                .region.required, .dryRun, ParameterRule("CidrBlock", .block, code: "InvalidCidrBlock.Malformed"),
                ParameterRule("VpcName", .name(1...128, startsWithLetter: false), code: "InvalidVpcName.Malformed"),
                ParameterRule(
                    "Description", .name(1...256, startsWithLetter: false), code: "InvalidVpcDiscription.Malformed"),
                ParameterRule("UserCidr", .text(maximum: 128)), ParameterRule("EnableDnsHostname", .boolean),
                ParameterRule("EnableIpv6", .boolean), .resourceGroup,
            ],
            unsupported: [
                "EnableIpv6", "Ipv6CidrBlock", "Ipv6CidrMask", "Ipv4IpamPoolId", "Ipv6IpamPoolId", "Ipv4CidrMask",
            ]
        ) { try $0.createVpc() },
        .read(
            "DescribeVpcs",
            [
                .region.required, .dryRun, .id("VpcName"), ParameterRule("VpcId", .text(maximum: 2048)),
                ParameterRule("IsDefault", .boolean), ParameterRule("EnableIpv6", .boolean), .id("VpcOwnerId"),
                .id("DhcpOptionsSetId"), .resourceGroup,
            ] + ParameterRule.page
        ) { call in
            var filter = try call.filter(ids: "VpcId", attributes: ["VpcName", "ResourceGroupId"])
            // There is no default VPC.
            if call.asksForNone(
                owner: "VpcOwnerId", flags: ["IsDefault", "EnableIpv6"], things: ["DhcpOptionsSetId"])
            {
                filter.ids = []
            }
            return try call.list(.vpc, as: "Vpcs", "Vpc", filter: filter, call.vpcAnswer)
        },
        .write(
            "DeleteVpc", on: "VpcId",
            [.region, .dryRun, .id("VpcId").required, ParameterRule("ForceDelete", .boolean)],
            unsupported: ["ForceDelete"]
        ) { try $0.deleteVpc() },
        .read(
            "DescribeVpcAttribute", on: "VpcId",
            [.region.required, .dryRun, .id("VpcId").required, ParameterRule("IsDefault", .boolean)]
        ) { call in
            let vpc = try call.vpc(try call.required("VpcId"), region: call.region)
            var answer = try call.vpcAnswer(vpc).without(["CenStatus", "RouterTableIds", "NatGatewayIds"])
            for (name, value) in [
                ("ClassicLinkEnabled", false), ("SupportIpv4Gateway", true), ("Ipv4GatewayId", ""),
                ("DhcpOptionsSetId", ""), ("DhcpOptionsSetStatus", ""),
                ("AssociatedCens", .nested("AssociatedCen", .list([]))),
                ("AssociatedPropagationSources", .nested("AssociatedPropagationSources", .list([]))),
                ("CloudResources", .nested("CloudResourceSetType", .list(try call.cloudResources(vpc)))),
            ] as [(String, Value)] { answer[name] = value }
            return answer
        },
        .write(
            "ModifyVpcAttribute", on: "VpcId", takesToken: false,
            [
                .region, .id("VpcId").required,
                ParameterRule("VpcName", .name(1...128, startsWithLetter: false), code: "InvalidVpcName.Malformed"),
                .description(code: "InvalidVpcDiscription.Malformed"), ParameterRule("EnableDnsHostname", .boolean),
            ], unsupported: ["CidrBlock", "EnableIPv6", "Ipv6CidrBlock", "Ipv6Isp"]
        ) { call in
            var vpc = try call.vpc(try call.required("VpcId"), region: call.region)
            try call.requireAvailable(vpc: vpc)
            for name in ["VpcName", "Description"] {
                if let value = call[name] { vpc.document[name] = .string(value) }
            }
            if let enables = call.boolean("EnableDnsHostname") {
                vpc.document["DnsHostnameStatus"] = enables ? "ENABLED" : "DISABLED"
            }
            try call.store.update(vpc)
            return Record()
        },
    ]
}

extension CallContext {
    fileprivate func createVpc() throws -> Record {
        let region = try requiredRegion()
        guard let block = IPv4Block(self["CidrBlock"] ?? "172.16.0.0/12"), 8...28 ~= block.length,
            !IPv4Block.reserved.contains(where: block.overlaps), block.first.bits != 0
        else {
            throw ServiceError(
                400, "InvalidCidrBlock.Malformed",
                "The parameter CidrBlock must have a mask of 8 to 28 bits and lie outside the reserved blocks.")
        }
        let userBlocks = (self["UserCidr"] ?? "").split(separator: ",").map(String.init)
        guard userBlocks.count <= 3, userBlocks.allSatisfy({ IPv4Block($0) != nil }) else {
            throw ServiceError.invalidParameter("UserCidr", "must be up to three CIDR blocks")
        }
        let tags = try newTags("Tag")
        try require(.vpcs, used: try store.count(.vpc, region: region, .any), code: "QuotaExceeded.Vpc")
        let id = try newID("vpc", region: region)
        let name = self["VpcName"] ?? ""
        let routerID = try newID("vrt", region: region)
        let tableID = try newID("vtb", region: region)
        _ = try store.insert(
            .vpc, id: id, region: region, now: now,
            document: Record(fields: [
                ("VpcName", .string(name)), ("Description", .string(self["Description"] ?? "")),
                ("CidrBlock", .string(block.text)), ("VRouterId", .string(routerID)),
                ("RouteTableId", .string(tableID)), ("UserCidrs", .list(userBlocks.map { .string($0) })),
                ("DnsHostnameStatus", .string(boolean("EnableDnsHostname") == true ? "ENABLED" : "DISABLED")),
                ("Tags", tags),
                ("ResourceGroupId", group),
            ]))
        _ = try store.insert(
            .routeTable, id: tableID, region: region, now: now,
            document: Record(fields: [
                ("VpcId", .string(id)), ("VRouterId", .string(routerID)), ("RouteTableType", "System"),
            ]))
        return Record(fields: [
            ("VpcId", .string(id)), ("VRouterId", .string(routerID)), ("RouteTableId", .string(tableID)),
            ("ResourceGroupId", group),
        ])
    }

    /// How many resources of other kinds a VPC has.
    fileprivate func cloudResources(_ vpc: Resource) throws -> [Value] {
        let own = Attribute("VpcId", vpc.id)
        return try [("VSwitch", ResourceKind.vSwitch), ("RouteTable", .routeTable), ("VpnGateway", .vpnGateway)]
            .map { name, kind in
                .record(
                    Record(fields: [
                        ("ResourceType", .string(name)),
                        ("ResourceCount", .int(try store.count(kind, region: vpc.region, own))),
                    ]))
            }
    }

    fileprivate func deleteVpc() throws -> Record {
        let vpc = try vpc(try required("VpcId"), region: region)
        try requireAvailable(vpc: vpc)
        for (kind, code, what) in [
            (ResourceKind.vSwitch, "DependencyViolation.VSwitch", "vSwitches"),
            (.vpnGateway, "DependencyViolation.Instance", "VPN gateways"),
        ] where try store.count(kind, region: vpc.region, Attribute("VpcId", vpc.id)) > 0 {
            throw ServiceError(400, code, "The VPC \(vpc.id) still has \(what).")
        }
        for table in try store.all(.routeTable, region: vpc.region, Attribute("VpcId", vpc.id)) {
            for entry in try store.all(.routeEntry, region: vpc.region, Attribute("RouteTableId", table.id)) {
                try store.delete(entry)
            }
            try store.delete(table)
        }
        try store.delete(vpc)
        return Record()
    }

    fileprivate func vpcAnswer(_ vpc: Resource) throws -> Record {
        let vSwitches = try store.all(.vSwitch, region: vpc.region, Attribute("VpcId", vpc.id)).map {
            Value.string($0.id)
        }
        let document = vpc.document
        return Record(fields: [
            ("VpcId", .string(vpc.id)), ("RegionId", .string(vpc.region)),
            ("Status", networkStatus(vpc)),
            ("VpcName", document.field("VpcName")), ("Description", document.field("Description")),
            ("CreationTime", creationTime(vpc)), ("CidrBlock", document.field("CidrBlock")),
            ("SecondaryCidrBlocks", .nested("SecondaryCidrBlock", .list([]))), ("Ipv6CidrBlock", ""),
            ("Ipv6CidrBlocks", .nested("Ipv6CidrBlock", .list([]))), ("EnabledIpv6", false), ("IsDefault", false),
            ("VRouterId", document.field("VRouterId")),
            ("RouterTableIds", .nested("RouterTableIds", .list([document.field("RouteTableId")]))),
            ("VSwitchIds", .nested("VSwitchId", .list(vSwitches))),
            ("NatGatewayIds", .nested("NatGatewayIds", .list([]))),
            ("UserCidrs", .nested("UserCidr", document.field("UserCidrs", .list([])))),
            ("DnsHostnameStatus", document.field("DnsHostnameStatus", "DISABLED")), ("CenStatus", ""),
            ("DhcpOptionsSetId", ""),
            ("DhcpOptionsSetStatus", ""), ("OwnerId", .int(Self.accountID)),
            ("ResourceGroupId", document.field("ResourceGroupId", .string(Self.resourceGroup))),
            ("Tags", Record.tagList(document)),
        ])
    }

    /// The VPC with an id, in a region if one is given.
    func vpc(_ id: String, region: String?) throws -> Resource {
        guard let vpc = try store.find(.vpc, id: id, region: region) else {
            throw ServiceError.notFound("InvalidVpcId.NotFound", "VPC", id)
        }
        return vpc
    }

    func requireAvailable(vpc: Resource) throws(ServiceError) {
        if !isSettled(network: vpc) {
            throw ServiceError(400, "IncorrectVpcStatus", "The VPC \(vpc.id) is still Pending.")
        }
    }

    /// Whether a VPC or vSwitch is `Available`.
    func isSettled(network: Resource) -> Bool {
        timing.hasPassed(timing.network, since: network.changed, at: now)
    }

    func networkStatus(_ network: Resource) -> Value { isSettled(network: network) ? "Available" : "Pending" }
}
