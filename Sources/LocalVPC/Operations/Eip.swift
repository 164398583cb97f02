import DataValue

extension Operation {
    /// The operations on elastic IP addresses, as far as tags and lists need them: they are bound to nothing.
    static let eipOperations: [Operation] = [
        .write(
            "AllocateEipAddress",
            [
                .region.required, ParameterRule("Bandwidth", .integer(1...1000)),
                ParameterRule("InternetChargeType", .choice(["PayByBandwidth", "PayByTraffic"])),
                ParameterRule("InstanceChargeType", .choice(["PrePaid", "PostPaid"])),
                ParameterRule("ISP", .text(maximum: 32)), ParameterRule("Netmode", .choice(["public"])), .name,
                .description(), .resourceGroup,
            ], unsupported: ["IpAddress", "InstanceId", "PublicIpAddressPoolId", "Zone"]
        ) { try $0.allocateEip() },
        .read(
            "DescribeEipAddresses", on: "AllocationId",
            [
                .region.required, .dryRun, ParameterRule("AllocationId", .text(maximum: 4096)),
                ParameterRule("EipAddress", .text(maximum: 1024)), .id("EipName"), .resourceGroup,
                ParameterRule("Status", .choice(["Associating", "Unassociating", "InUse", "Available", "Releasing"])),
                ParameterRule("ISP", .text(maximum: 32)),
                ParameterRule("ChargeType", .choice(["PrePaid", "PostPaid"])),
                ParameterRule("ServiceManaged", .boolean), ParameterRule("SecurityProtectionEnabled", .boolean),
                ParameterRule("PageNumber", .integer(1...Int(Int32.max))),
                ParameterRule("PageSize", .integer(1...100)),
            ]
        ) { try $0.describeEips() },
        .write(
            "ModifyEipAddressAttribute", on: "AllocationId", takesToken: false,
            [
                .region, .id("AllocationId").required, ParameterRule("Bandwidth", .integer(1...1000)), .name,
                .description(),
            ]
        ) { call in
            var eip = try call.eip()
            for name in ["Bandwidth", "Name", "Description"] {
                if let value = call[name] { eip.document[name] = .string(value) }
            }
            try call.store.update(eip)
            return Record()
        },
        .write("ReleaseEipAddress", on: "AllocationId", takesToken: false, [.region, .id("AllocationId").required]) {
            call in
            try call.store.delete(try call.eip())
            return Record()
        },
    ]
}

extension CallContext {
    fileprivate func eip() throws -> Resource {
        let id = try required("AllocationId")
        guard let eip = try store.find(.eip, id: id, region: region) else {
            throw ServiceError.notFound("InvalidAllocationId.NotFound", "EIP", id)
        }
        return eip
    }

    fileprivate func allocateEip() throws -> Record {
        let region = try requiredRegion()
        try require(
            .eips, used: try store.count(.eip, region: region, .any), code: "QuotaExceeded.Eip")
        let address = try newAddress()
        let eip = try store.insert(
            .eip, id: try newID("eip", region: region), region: region, now: now,
            document: Record(fields: [
                ("IpAddress", .string(address.text)), ("Bandwidth", .string(self["Bandwidth"] ?? "5")),
                ("InternetChargeType", .string(self["InternetChargeType"] ?? "PayByBandwidth")),
                ("ChargeType", .string(self["InstanceChargeType"] ?? "PostPaid")),
                ("ISP", .string(self["ISP"] ?? "BGP")), ("Name", .string(self["Name"] ?? "")),
                ("Description", .string(self["Description"] ?? "")), ("Status", "Available"),
                ("ResourceGroupId", group), ("Tags", try newTags("Tag")),
            ]))
        return Record(fields: [
            ("AllocationId", .string(eip.id)), ("EipAddress", .string(address.text)),
            ("OrderId", .int(200_000_000_000_000 + Int(eip.number))), ("ResourceGroupId", group),
        ])
    }

    fileprivate func describeEips() throws -> Record {
        var filter = try filter(ids: "AllocationId", attributes: ["Status", "ResourceGroupId"])
        if let name = self["EipName"] { filter.attributes.append(Attribute("Name", name)) }
        if let addresses = self["EipAddress"] {
            let region = try requiredRegion()
            let found = try addresses.split(separator: ",").flatMap { address in
                try store.all(.eip, region: region, Attribute("IpAddress", String(address))).map(\.id)
            }
            filter.ids = filter.ids.map { $0.filter(found.contains) } ?? found
        }
        for name in ["ISP", "ChargeType"] {
            if let wanted = self[name] { try narrow(&filter, of: .eip) { $0.text(name) == wanted } }
        }
        if asksForNone(
            flags: ["ServiceManaged", "SecurityProtectionEnabled"],
            things: [
                "AssociatedInstanceId", "AssociatedInstanceType", "LockReason", "PublicIpAddressPoolId",
                "SegmentInstanceId",
            ])
        {
            filter.ids = []
        }
        return try list(.eip, as: "EipAddresses", "EipAddress", filter: filter) { eip in
            let document = eip.document
            return Record(fields: [
                ("AllocationId", .string(eip.id)), ("IpAddress", document.field("IpAddress")),
                ("RegionId", .string(eip.region)), ("Status", document.field("Status")),
                ("Name", document.field("Name")), ("Description", document.field("Description")),
                ("Bandwidth", document.field("Bandwidth")), ("EipBandwidth", document.field("Bandwidth")),
                ("InternetChargeType", document.field("InternetChargeType")),
                ("ChargeType", document.field("ChargeType")), ("ISP", document.field("ISP")),
                ("BusinessStatus", "Normal"), ("AllocationTime", creationTime(eip)), ("ExpiredTime", ""),
                ("InstanceId", ""), ("InstanceType", ""), ("InstanceRegionId", ""), ("PrivateIpAddress", ""),
                ("Netmode", "public"), ("HDMonitorStatus", "OFF"), ("HasReservationData", "false"),
                ("SecondLimited", false), ("DeletionProtection", false), ("ServiceManaged", 0),
                ("BandwidthPackageId", ""), ("BandwidthPackageType", ""), ("BandwidthPackageBandwidth", ""),
                ("OperationLocks", .nested("LockReason", .list([]))),
                ("SecurityProtectionTypes", .nested("SecurityProtectionType", .list([]))),
                ("ResourceGroupId", document.field("ResourceGroupId")), ("Tags", Record.tagList(document)),
            ])
        }
    }
}
