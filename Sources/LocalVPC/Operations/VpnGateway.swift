import DataValue

extension Operation {
    /// The operations on VPN gateways. States: `provisioning`, then `active`, and `updating` for a while after the
    /// gateway or one of its connections was changed; only an active gateway takes changes.
    static let vpnGatewayOperations: [Operation] = [
        .write(
            "CreateVpnGateway",
            [
                .region.required, .id("VpcId").required,
                ParameterRule("Bandwidth", .number([5, 10, 20, 50, 100, 200, 500, 1000])).required,
                ParameterRule("Name", .name(2...128, startsWithLetter: true), code: "InvalidName"),
                ParameterRule("InstanceChargeType", .choice(["PREPAY", "POSTPAY"])),
                ParameterRule("Period", .number([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36])),
                ParameterRule("AutoPay", .boolean), ParameterRule("EnableIpsec", .boolean),
                ParameterRule("EnableSsl", .boolean),
                ParameterRule("SslConnections", .number([5, 10, 20, 50, 100, 200, 500, 1000])),
                .id("VSwitchId"), ParameterRule("VpnType", .choice(["Normal", "NationalStandard"])),
                ParameterRule("NetworkType", .choice(["public", "private"])), .id("ResourceGroupId"),
            ], unsupported: ["DisasterRecoveryVSwitchId"]
        ) { try $0.createVpnGateway() },
        .read("DescribeVpnGateway", on: "VpnGatewayId", [.region.required, .id("VpnGatewayId").required]) { call in
            call.vpnGatewayAnswer(try call.vpnGateway())
        },
        .read(
            "DescribeVpnGateways", on: "VpnGatewayId",
            [
                .region.required, .id("VpnGatewayId"), .id("VpcId"),
                ParameterRule("Status", .choice(["init", "provisioning", "active", "updating", "deleting"])),
                ParameterRule("BusinessStatus", .choice(["Normal", "FinancialLocked"])),
                ParameterRule("GatewayType", .choice(["Traditional", "Enhanced.SiteToSite"])),
            ] + ParameterRule.page
        ) { try $0.describeVpnGateways() },
        .write(
            "ModifyVpnGatewayAttribute", on: "VpnGatewayId",
            [
                .region.required, .id("VpnGatewayId").required,
                ParameterRule("Name", .name(2...128, startsWithLetter: true), code: "InvalidName"),
                ParameterRule(
                    "Description", .name(1...256, startsWithLetter: false), code: "InvalidDescription"),
                ParameterRule("AutoPropagate", .boolean),
            ]
        ) { try $0.modifyVpnGateway() },
        .write("DeleteVpnGateway", on: "VpnGatewayId", [.region.required, .id("VpnGatewayId").required]) {
            try $0.deleteVpnGateway()
        },
    ]
}

extension CallContext {
    /// When a gateway that is paid for by use ends: never, which the service writes as the year 2099.
    private static let never = 4_104_057_600_000
    private static let month: Nanoseconds = 30 * 86_400_000_000_000

    fileprivate func createVpnGateway() throws -> Record {
        let region = try requiredRegion()
        if self["VpnType"] == "NationalStandard" {
            throw ServiceError.notImplemented("VPN gateways of the type NationalStandard")
        }
        let hasIpsec = boolean("EnableIpsec") ?? true
        let hasSsl = boolean("EnableSsl") ?? false
        guard hasIpsec || hasSsl else {
            throw ServiceError.invalidParameter("EnableIpsec", "must be true where EnableSsl is not")
        }
        let isPrepaid = self["InstanceChargeType"] == "PREPAY"
        if isPrepaid, integer("Period") == nil { throw ServiceError.missingParameter("Period") }
        let vpc = try vpc(try required("VpcId"), region: region)
        try requireAvailable(vpc: vpc)
        let vSwitch = try vSwitchOfGateway(in: vpc)
        let id = try newID("vpn", region: region)
        let name = self["Name"] ?? id
        let end =
            isPrepaid ? Int((now / 1_000_000) + Int64(integer("Period") ?? 1) * (Self.month / 1_000_000)) : Self.never
        var gateway = try store.insert(
            .vpnGateway, id: id, region: region, now: now,
            document: Record(fields: [
                ("VpcId", .string(vpc.id)), ("VSwitchId", .string(vSwitch)), ("Name", .string(name)),
                ("Description", ""), ("Spec", .string("\(integer("Bandwidth") ?? 5)M")),
                ("IpsecVpn", hasIpsec ? "enable" : "disable"), ("SslVpn", hasSsl ? "enable" : "disable"),
                ("SslMaxConnections", .int(hasSsl ? integer("SslConnections") ?? 5 : 0)),
                ("ChargeType", isPrepaid ? "Prepay" : "PostpayByFlow"), ("EndTime", .int(end)),
                ("NetworkType", .string(self["NetworkType"] ?? "public")), ("AutoPropagate", false),
            ]))
        gateway.document["InternetIp"] = .string(try newAddress().text)
        try store.update(gateway)
        let order = 200_000_000_000_000 + Int(gateway.number)
        return Record(fields: [("VpnGatewayId", .string(id)), ("Name", .string(name)), ("OrderId", .int(order))])
    }

    /// The vSwitch that was asked for, or the VPC's first, or none.
    private func vSwitchOfGateway(in vpc: Resource) throws -> String {
        guard let id = self["VSwitchId"] else {
            return try store.page(
                .vSwitch, region: vpc.region, filter: ResourceFilter(attributes: [Attribute("VpcId", vpc.id)]),
                number: 1, size: 1
            ).resources.first?.id ?? ""
        }
        let vSwitch = try vSwitch(id, region: vpc.region)
        guard vSwitch.text("VpcId") == vpc.id else {
            throw ServiceError.notFound("InvalidVSwitchId.NotFound", "vSwitch of the VPC \(vpc.id)", id)
        }
        guard isSettled(network: vSwitch) else {
            throw ServiceError(400, "IncorrectVSwitchStatus", "The vSwitch \(id) is still Pending.")
        }
        return id
    }

    fileprivate func describeVpnGateways() throws -> Record {
        var filter = try filter(ids: "VpnGatewayId", attributes: ["VpcId"])
        let region = try requiredRegion()
        if self["BusinessStatus"] == "FinancialLocked" || self["GatewayType"] == "Enhanced.SiteToSite" {
            filter.ids = []
        }
        if let status = self["Status"], filter.ids != [] {
            // A state is computed, not stored: of the gateways that pass the rest, those that are in it are picked.
            let page = try store.page(.vpnGateway, region: region, filter: filter, number: 1, size: .max)
            filter.ids = page.resources.filter { vpnGatewayStatus($0) == status }.map(\.id)
        }
        return try list(
            .vpnGateway, as: "VpnGateways", "VpnGateway", filter: filter, vpnGatewayAnswer)
    }

    fileprivate func modifyVpnGateway() throws -> Record {
        var gateway = try vpnGateway()
        try requireActive(gateway)
        for name in ["Name", "Description"] {
            if let value = self[name] { gateway.document[name] = .string(value) }
        }
        if let propagates = boolean("AutoPropagate") { gateway.document["AutoPropagate"] = .bool(propagates) }
        try configure(&gateway)
        return vpnGatewayAnswer(gateway)
    }

    fileprivate func deleteVpnGateway() throws -> Record {
        let gateway = try vpnGateway()
        try requireActive(gateway)
        if try store.count(.vpnConnection, region: gateway.region, Attribute("VpnGatewayId", gateway.id)) > 0 {
            // The documentation says that it is refused, but not with which code.
            throw ServiceError(
                400, "DependencyViolation.VpnConnection", "The VPN gateway \(gateway.id) still has connections.")
        }
        if gateway.text("ChargeType") == "Prepay", case .int(let end)? = gateway.document["EndTime"],
            now / 1_000_000 < Int64(end)
        {
            throw ServiceError(
                403, "ForbiddenRelease", "The VPN gateway \(gateway.id) is paid for in advance and not yet at its end.")
        }
        try store.delete(gateway)
        return Record()
    }

    /// The gateway that the call names.
    func vpnGateway() throws -> Resource {
        let id = try required("VpnGatewayId")
        guard let gateway = try store.find(.vpnGateway, id: id, region: region) else {
            throw ServiceError.notFound("InvalidVpnGatewayInstanceId.NotFound", "VPN gateway", id)
        }
        return gateway
    }

    func vpnGatewayStatus(_ gateway: Resource) -> String {
        switch gateway.phase {
        case .created: timing.hasPassed(timing.gateway, since: gateway.changed, at: now) ? "active" : "provisioning"
        case .deleting: "deleting"
        case .configured:
            timing.hasPassed(timing.configuration, since: gateway.changed, at: now) ? "active" : "updating"
        }
    }

    func requireActive(_ gateway: Resource) throws(ServiceError) {
        if vpnGatewayStatus(gateway) != "active" { throw .configuring(gateway.id) }
    }

    /// Stores a gateway whose configuration begins to change now.
    func configure(_ gateway: inout Resource) throws(SQLiteError) {
        gateway.phase = .configured
        gateway.changed = now
        try store.update(gateway)
    }

    fileprivate func vpnGatewayAnswer(_ gateway: Resource) -> Record {
        let document = gateway.document
        let address = document.field("InternetIp")
        return Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("VpcId", document.field("VpcId")),
            ("VSwitchId", document.field("VSwitchId")), ("InternetIp", address),
            ("CreateTime", createTime(gateway)), ("EndTime", document.field("EndTime", 0)),
            ("Spec", document.field("Spec")), ("Name", document.field("Name")),
            ("Description", document.field("Description")), ("Status", .string(vpnGatewayStatus(gateway))),
            ("BusinessStatus", "Normal"), ("ChargeType", document.field("ChargeType")),
            ("IpsecVpn", document.field("IpsecVpn")), ("SslVpn", document.field("SslVpn")),
            ("SslMaxConnections", document.field("SslMaxConnections", 0)), ("SslVpnInternetIp", ""),
            ("DisasterRecoveryInternetIp", ""), ("DisasterRecoveryVSwitchId", ""),
            ("EnableBgp", false), ("AutoPropagate", document.field("AutoPropagate", false)),
            ("GatewayType", "Traditional"), ("VpnType", "Normal"),
            ("NetworkType", document.field("NetworkType", "public")),
            ("EniInstanceIds", .nested("EniInstanceId", .list([]))),
            ("ResourceGroupId", .string(Self.resourceGroup)), ("Tags", Record.tagList(document)),
        ])
    }
}
