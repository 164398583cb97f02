import DataValue

extension Operation {
    /// The operations on vSwitches. States: `Pending`, then `Available`.
    static let vSwitchOperations: [Operation] = [
        .write(
            "CreateVSwitch",
            [
                .region, .id("VpcId").required, .id("ZoneId").required,
                ParameterRule("CidrBlock", .block, code: "InvalidCidrBlock.Malformed").required,
                ParameterRule(
                    "VSwitchName", .name(1...128, startsWithLetter: false), code: "InvalidVSwitchName.Malformed"),
                ParameterRule(
                    "Description", .name(1...256, startsWithLetter: false),
                    code: "InvalidVSwitchDiscription.Malformed"),
            ], unsupported: ["Ipv6CidrBlock", "Ipv6CidrMask", "VpcIpv6CidrBlock", "CidrMask"]
        ) { try $0.createVSwitch() },
        .read(
            "DescribeVSwitches",
            [
                .region, .dryRun, .id("VpcId"), .id("ZoneId"), .id("VSwitchName"), .id("RouteTableId"),
                ParameterRule("VSwitchId", .text(maximum: 2048)), ParameterRule("IsDefault", .boolean),
                ParameterRule("EnableIpv6", .boolean), .id("VSwitchOwnerId"),
                .resourceGroup,
            ] + ParameterRule.page
        ) { try $0.describeVSwitches() },
        .read("DescribeVSwitchAttributes", on: "VSwitchId", [.region, .dryRun, .id("VSwitchId").required]) { call in
            call.vSwitchAnswer(try call.vSwitch(try call.required("VSwitchId"), region: call.region))
        },
        .write(
            "ModifyVSwitchAttribute", on: "VSwitchId", takesToken: false,
            [
                .region, .id("VSwitchId").required,
                ParameterRule(
                    "VSwitchName", .name(1...128, startsWithLetter: false), code: "InvalidVSwitchName.Malformed"),
                .description(code: "InvalidVSwitchDiscription.Malformed"),
            ], unsupported: ["EnableIPv6", "Ipv6CidrBlock", "Ipv6CidrMask", "VpcIpv6CidrBlock"]
        ) { call in
            var vSwitch = try call.vSwitch(try call.required("VSwitchId"), region: call.region)
            for name in ["VSwitchName", "Description"] {
                if let value = call[name] { vSwitch.document[name] = .string(value) }
            }
            try call.store.update(vSwitch)
            return Record()
        },
        .write(
            "DeleteVSwitch", on: "VSwitchId", takesToken: false, [.region, .dryRun, .id("VSwitchId").required]
        ) { try $0.deleteVSwitch() },
    ]
}

extension CallContext {
    fileprivate func createVSwitch() throws -> Record {
        let vpc = try vpc(try required("VpcId"), region: region)
        let zone = try required("ZoneId")
        guard Region.named(vpc.region)?.zoneIDs.contains(zone) == true else {
            throw ServiceError.notFound("InvalidZoneId.NotFound", "zone", zone)
        }
        let text = try required("CidrBlock")
        guard let block = IPv4Block(text), let whole = IPv4Block(vpc.text("CidrBlock")), 16...29 ~= block.length else {
            throw ServiceError(
                400, "InvalidCirdrBlock.MaskLength", "The parameter CidrBlock must have a mask of 16 to 29 bits.")
        }
        guard whole.contains(block) else {
            throw ServiceError.invalidParameter("CidrBlock", "must lie in the VPC's block \(whole.text)")
        }
        try requireAvailable(vpc: vpc)
        try require(
            .vSwitches, used: try store.count(.vSwitch, region: vpc.region, Attribute("VpcId", vpc.id)),
            code: "QuotaExceeded.VSwitch")
        for neighbour in try store.all(.vSwitch, region: vpc.region, Attribute("VpcId", vpc.id)) {
            if let taken = IPv4Block(neighbour.text("CidrBlock")), taken.overlaps(block) {
                throw ServiceError(
                    400, "InvalidCidrBlock.Overlapped",
                    "The block \(text) overlaps \(taken.text) of the vSwitch \(neighbour.id).")
            }
        }
        let tags = try newTags("Tag")
        let id = try newID("vsw", region: vpc.region)
        let name = self["VSwitchName"] ?? ""
        _ = try store.insert(
            .vSwitch, id: id, region: vpc.region, now: now,
            document: Record(fields: [
                ("VpcId", .string(vpc.id)), ("ZoneId", .string(zone)), ("CidrBlock", .string(block.text)),
                ("VSwitchName", .string(name)), ("Description", .string(self["Description"] ?? "")),
                ("RouteTableId", vpc.document.field("RouteTableId")), ("Tags", tags),
                ("ResourceGroupId", vpc.document.field("ResourceGroupId")),
            ]))
        return Record(fields: [("VSwitchId", .string(id))])
    }

    fileprivate func describeVSwitches() throws -> Record {
        var filter = try filter(
            ids: "VSwitchId", attributes: ["VpcId", "ZoneId", "VSwitchName", "RouteTableId", "ResourceGroupId"])
        if asksForNone(owner: "VSwitchOwnerId", flags: ["IsDefault", "EnableIpv6"]) { filter.ids = [] }
        var call = self
        if region == nil {
            // The VPC tells the region, as the real service's endpoint would.
            guard let id = self["VpcId"] else { throw ServiceError.missingParameter("RegionId") }
            call.values["RegionId"] = try vpc(id, region: nil).region
        }
        return try call.list(.vSwitch, as: "VSwitches", "VSwitch", filter: filter, vSwitchAnswer)
    }

    fileprivate func vSwitchAnswer(_ vSwitch: Resource) -> Record {
        let document = vSwitch.document
        let size = IPv4Block(vSwitch.text("CidrBlock"))?.size ?? 0
        let table = Record(fields: [("RouteTableId", document.field("RouteTableId")), ("RouteTableType", "System")])
        return Record(fields: [
            ("VSwitchId", .string(vSwitch.id)), ("VpcId", document.field("VpcId")), ("Status", networkStatus(vSwitch)),
            ("CidrBlock", document.field("CidrBlock")), ("Ipv6CidrBlock", ""), ("EnabledIpv6", false),
            ("ZoneId", document.field("ZoneId")),
            // The first address of a vSwitch and the last three are the service's own.
            ("AvailableIpAddressCount", .int(max(0, size - 4))),
            ("VSwitchName", document.field("VSwitchName")), ("Description", document.field("Description")),
            ("CreationTime", creationTime(vSwitch)), ("IsDefault", false), ("NetworkAclId", ""), ("ShareType", ""),
            ("OwnerId", .int(Self.accountID)),
            ("ResourceGroupId", document.field("ResourceGroupId", .string(Self.resourceGroup))),
            ("RouteTable", .record(table)), ("Tags", Record.tagList(document)),
        ])
    }

    fileprivate func deleteVSwitch() throws -> Record {
        let vSwitch = try vSwitch(try required("VSwitchId"), region: region)
        guard isSettled(network: vSwitch) else {
            throw ServiceError(400, "IncorrectVSwitchStatus", "The vSwitch \(vSwitch.id) is still Pending.")
        }
        if try store.count(.vpnGateway, region: vSwitch.region, Attribute("VSwitchId", vSwitch.id)) > 0 {
            throw ServiceError(400, "DependencyViolation", "The vSwitch \(vSwitch.id) still has VPN gateways.")
        }
        try store.delete(vSwitch)
        return Record()
    }

    /// The vSwitch with an id, in a region if one is given.
    func vSwitch(_ id: String, region: String?) throws -> Resource {
        guard let vSwitch = try store.find(.vSwitch, id: id, region: region) else {
            throw ServiceError.notFound("InvalidVSwitchId.NotFound", "vSwitch", id)
        }
        return vSwitch
    }
}
