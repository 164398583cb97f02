import DataValue

extension Operation {
    /// The operations on VPN gateways. States: `provisioning`, then `active`, and `updating` for a while after the
    /// gateway or one of its connections was changed; only an active gateway takes changes. `deleting` at the end.
    static let vpnGatewayOperations: [Operation] = [
        .write(
            "CreateVpnGateway",
            [
                .region.required, .id("VpcId").required,
                ParameterRule("Bandwidth", .number(gatewayBandwidths)).required,
                ParameterRule("Name", .name(2...128, startsWithLetter: true), code: "InvalidName"),
                ParameterRule("InstanceChargeType", .choice(["PREPAY", "POSTPAY"])),
                ParameterRule("Period", .number([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36])),
                ParameterRule("AutoPay", .boolean), ParameterRule("EnableIpsec", .boolean),
                ParameterRule("EnableSsl", .boolean),
                ParameterRule("SslConnections", .number([5, 10, 20, 50, 100, 200, 500, 1000])),
                .id("VSwitchId"), .id("DisasterRecoveryVSwitchId"),
                ParameterRule("VpnType", .choice(["Normal", "NationalStandard"])),
                ParameterRule("NetworkType", .choice(["public", "private"])), .resourceGroup,
            ]
        ) { try $0.createVpnGateway() },
        .write(
            "CreateEnhancedVpnGateway",
            [
                .region.required, .id("VpcId").required, .id("VSwitchId"),
                .id("DisasterRecoveryVSwitchId").required,
                ParameterRule("GatewayType", .choice(["Enhanced.SiteToSite"])).required,
                ParameterRule("Name", .name(2...128, startsWithLetter: true), code: "InvalidName"),
                ParameterRule("VpnType", .choice(["Normal"])),
                ParameterRule("NetworkType", .choice(["public", "private"])), .resourceGroup,
            ]
        ) { try $0.createEnhancedGateway() },
        .read(
            "DescribeVpnGateway", on: "VpnGatewayId",
            [.region.required, .id("VpnGatewayId").required, ParameterRule("IncludeReservationData", .boolean)]
        ) { call in
            call.vpnGatewayAnswer(try call.vpnGateway())
        },
        .read(
            "DescribeVpnGateways", on: "VpnGatewayId",
            [
                .region.required, .id("VpnGatewayId"), .id("VpcId"), .resourceGroup,
                ParameterRule("Status", .choice(["init", "provisioning", "active", "updating", "deleting"])),
                ParameterRule("BusinessStatus", .choice(["Normal", "FinancialLocked"])),
                ParameterRule("GatewayType", .choice(["Traditional", "Enhanced.SiteToSite"])),
                ParameterRule("IncludeReservationData", .boolean),
            ] + ParameterRule.page
        ) { try $0.describeVpnGateways() },
        .write("ModifyVpnGatewayAttribute", on: "VpnGatewayId", gatewayAttributes) { call in
            let gateway = try call.modifyVpnGateway(isEnhanced: false)
            var answer = call.vpnGatewayAnswer(gateway).only([
                "VpnGatewayId", "VpcId", "VSwitchId", "InternetIp", "CreateTime", "EndTime", "Spec",
                "Name", "Description", "Status", "BusinessStatus", "EnableBgp", "AutoPropagate",
                "DisasterRecoveryInternetIp", "DisasterRecoveryVSwitchId", "SslVpnInternetIp", "ResourceGroupId",
            ])
            let isPrivate = gateway.text("NetworkType") == "private"
            answer["IntranetIp"] = isPrivate ? gateway.document.field("InternetIp") : ""
            return answer
        },
        .write("UpdateEnhancedVpnGateway", on: "VpnGatewayId", gatewayAttributes) { call in
            let gateway = try call.modifyVpnGateway(isEnhanced: true)
            return call.vpnGatewayAnswer(gateway).only([
                "VpnGatewayId", "VpcId", "VSwitchId", "DisasterRecoveryVSwitchId", "CreateTime", "Name",
                "Description", "Status", "EnableBgp", "AutoPropagate", "GatewayType", "NetworkType", "VpnType",
                "EniInstanceIds", "ResourceGroupId", "Tag", "Tags",
            ])
        },
        .write("DeleteVpnGateway", on: "VpnGatewayId", [.region.required, .id("VpnGatewayId").required]) {
            try $0.deleteVpnGateway(isEnhanced: false)
        },
        .write("DeleteEnhancedVpnGateway", on: "VpnGatewayId", [.region.required, .id("VpnGatewayId").required]) {
            try $0.deleteVpnGateway(isEnhanced: true)
        },
        .read(
            "DescribeVpnGatewayAvailableZones",
            [
                .region.required, ParameterRule("Spec", .choice(gatewayBandwidths.map { "\($0)M" })).required,
                ParameterRule("GatewayType", .choice(["Traditional", "Enhanced.SiteToSite"])),
                ParameterRule("AcceptLanguage", .choice(["zh-CN", "en-US"])),
            ]
        ) { call in
            let region = Region.named(try call.requiredRegion())
            let zones = (region?.zoneIDs ?? []).map { id -> Value in
                .record(
                    Record(fields: [
                        ("ZoneId", .string(id)),
                        ("ZoneName", .string("\(region?.name ?? "") Zone \(id.suffix(1).uppercased())")),
                    ]))
            }
            return Record(fields: [
                ("RegionId", .string(region?.id ?? "")), ("AvailableZoneIdList", .list(zones)),
            ])
        },
        .read("CheckVpnBgpEnabled", [.region.required, .clientToken]) { _ in Record(fields: [("BgpEnabled", true)]) },
    ]

    private static let gatewayBandwidths = [5, 10, 20, 50, 100, 200, 500, 1000]
    private static let gatewayAttributes: [ParameterRule] = [
        .region.required, .id("VpnGatewayId").required,
        ParameterRule("Name", .name(2...128, startsWithLetter: true), code: "InvalidName"), .description(),
        ParameterRule("AutoPropagate", .boolean),
    ]
}

extension CallContext {
    private static let month: Nanoseconds = 30 * 86_400_000_000_000
    /// When a gateway that is paid for by use ends: never, which the service writes as the year 2099.
    private static let never = 4_104_057_600_000

    fileprivate func createVpnGateway() throws -> Record {
        let isPrivate = self["NetworkType"] == "private"
        let hasIpsec = boolean("EnableIpsec") ?? true
        let hasSsl = boolean("EnableSsl") ?? false
        guard hasIpsec || hasSsl else {
            throw ServiceError.invalidParameter("EnableIpsec", "must be true where EnableSsl is not")
        }
        if isPrivate, hasSsl {
            throw ServiceError.invalidParameter("EnableSsl", "must be false where NetworkType is private")
        }
        if isPrivate, ![200, 1000].contains(integer("Bandwidth") ?? 0) {
            throw ServiceError.invalidParameter("Bandwidth", "must be 200 or 1000 where NetworkType is private")
        }
        let isPrepaid = self["InstanceChargeType"] == "PREPAY"
        if isPrepaid, integer("Period") == nil { throw ServiceError.missingParameter("Period") }
        let vpc = try vpc(try required("VpcId"), region: try requiredRegion())
        try requireAvailable(vpc: vpc)
        let switches = try vSwitchesOfGateway(in: vpc)
        let span = Int64(integer("Period") ?? 1) * (Self.month / 1_000_000)
        let gateway = try make(
            vpc, switches,
            Record(fields: [
                ("GatewayType", "Traditional"), ("VpnType", .string(self["VpnType"] ?? "Normal")),
                ("Spec", .string("\(integer("Bandwidth") ?? 5)M")), ("IpsecVpn", hasIpsec ? "enable" : "disable"),
                ("SslVpn", hasSsl ? "enable" : "disable"),
                ("SslMaxConnections", .int(hasSsl ? integer("SslConnections") ?? 5 : 0)),
                ("ChargeType", isPrepaid ? "Prepay" : "PostpayByFlow"),
                ("EndTime", .int(isPrepaid ? Int(now / 1_000_000 + span) : Self.never)),
            ]))
        return Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("Name", gateway.document.field("Name")),
            ("OrderId", .int(200_000_000_000_000 + Int(gateway.number))),
        ])
    }

    fileprivate func createEnhancedGateway() throws -> Record {
        let vpc = try vpc(try required("VpcId"), region: try requiredRegion())
        try requireAvailable(vpc: vpc)
        let gateway = try make(
            vpc, try vSwitchesOfGateway(in: vpc),
            Record(fields: [
                ("GatewayType", .string(try required("GatewayType"))), ("VpnType", "Normal"), ("Spec", "1000M"),
                ("IpsecVpn", "enable"), ("SslVpn", "disable"), ("SslMaxConnections", 0),
                ("ChargeType", "PostpayByFlow"), ("EndTime", .int(Self.never)),
            ]))
        return Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("Name", gateway.document.field("Name")),
        ])
    }

    /// Stores a gateway with its addresses. One with a second vSwitch has an address for each tunnel of a connection.
    private func make(_ vpc: Resource, _ switches: [Resource], _ properties: Record) throws -> Resource {
        try require(.vpnGateways, used: try store.count(.vpnGateway, region: vpc.region, .anywhere))
        let id = try newID("vpn", region: vpc.region)
        let isPrivate = self["NetworkType"] == "private"
        let isDual = switches.count == 2
        func address(_ vSwitch: Resource?) throws -> Value {
            let address = try newAddress()
            guard isPrivate, let block = vSwitch.flatMap({ IPv4Block($0.text("CidrBlock")) }) else {
                return .string(address.text)
            }
            // Within the vSwitch, behind its first addresses and before the last, which are the service's own.
            let room = UInt32(max(1, block.size - 8))
            return .string(IPv4Address(bits: block.first.bits + 4 + address.bits % room).text)
        }
        var document = properties
        let hasInterfaces = isPrivate || properties.text("GatewayType") != "Traditional"
        let interfaces =
            hasInterfaces ? try switches.map { _ in Value.string(try newID("eni", region: vpc.region)) } : []
        for (name, value) in [
            ("VpcId", .string(vpc.id)), ("VSwitchId", .string(switches.first?.id ?? "")),
            ("DisasterRecoveryVSwitchId", .string(isDual ? switches[1].id : "")),
            ("InternetIp", try address(switches.first)),
            ("DisasterRecoveryInternetIp", isDual ? try address(switches[1]) : ""),
            ("SslVpnInternetIp", isDual && properties["SslVpn"] == "enable" ? try address(nil) : ""),
            ("Name", .string(self["Name"] ?? id)), ("Description", ""),
            ("NetworkType", .string(self["NetworkType"] ?? "public")), ("AutoPropagate", false), ("EnableBgp", false),
            ("EniInstanceIds", .list(interfaces)), ("ResourceGroupId", group), ("Tags", .list([])),
        ] as [(String, Value)] { document[name] = value }
        return try store.insert(.vpnGateway, id: id, region: vpc.region, now: now, document: document)
    }

    /// The vSwitches of a new gateway: those that were asked for, or the VPC's first, or none.
    private func vSwitchesOfGateway(in vpc: Resource) throws -> [Resource] {
        let second = self["DisasterRecoveryVSwitchId"]
        if second != nil, self["VSwitchId"] == nil { throw ServiceError.missingParameter("VSwitchId") }
        guard let first = self["VSwitchId"] else {
            return try store.page(
                .vSwitch, region: vpc.region, filter: ResourceFilter(attributes: [Attribute("VpcId", vpc.id)]),
                number: 1, size: 1
            ).resources
        }
        let switches = try [first, second].compactMap(\.self).map { id -> Resource in
            let vSwitch = try vSwitch(id, region: vpc.region)
            guard vSwitch.text("VpcId") == vpc.id else {
                throw ServiceError.notFound("InvalidVSwitchId.NotFound", "vSwitch of the VPC \(vpc.id)", id)
            }
            guard isSettled(network: vSwitch) else {
                throw ServiceError(400, "IncorrectVSwitchStatus", "The vSwitch \(id) is still Pending.")
            }
            return vSwitch
        }
        if switches.count == 2, switches[0].text("ZoneId") == switches[1].text("ZoneId"),
            Region.named(vpc.region)?.zoneIDs.count != 1
        {
            throw ServiceError.invalidParameter(
                "DisasterRecoveryVSwitchId", "must be in another zone than VSwitchId, so that one zone can fail")
        }
        return switches
    }

    fileprivate func describeVpnGateways() throws -> Record {
        var filter = try filter(ids: "VpnGatewayId", attributes: ["VpcId", "GatewayType", "ResourceGroupId"])
        guard self["Status"] != nil || self["BusinessStatus"] != nil else {
            return try list(.vpnGateway, as: "VpnGateways", "VpnGateway", filter: filter, vpnGatewayAnswer)
        }
        // A state is computed, not stored: of the gateways that pass the rest, those that are in it are picked.
        let candidates = try store.page(
            .vpnGateway, region: try requiredRegion(), filter: filter, number: 1, size: .max)
        filter = ResourceFilter()
        let chosen = candidates.resources.filter { gateway in
            (self["Status"].map { $0 == vpnGatewayStatus(gateway) } ?? true)
                && (self["BusinessStatus"].map { $0 == businessStatus(gateway) } ?? true)
        }
        return paged(
            page(of: chosen).map { .record(vpnGatewayAnswer($0)) }, total: chosen.count, as: "VpnGateways",
            "VpnGateway")
    }

    fileprivate func modifyVpnGateway(isEnhanced: Bool) throws -> Resource {
        var gateway = try vpnGateway()
        try require(gateway, isEnhanced: isEnhanced)
        try requireActive(gateway)
        for name in ["Name", "Description"] {
            if let value = self[name] { gateway.document[name] = .string(value) }
        }
        if let propagates = boolean("AutoPropagate") { gateway.document["AutoPropagate"] = .bool(propagates) }
        try configure(&gateway)
        return gateway
    }

    fileprivate func deleteVpnGateway(isEnhanced: Bool) throws -> Record {
        let gateway = try vpnGateway()
        try require(gateway, isEnhanced: isEnhanced)
        try requireActive(gateway)
        // The documentation says that it is refused, but not with which code.
        for (kind, code, what) in [
            (ResourceKind.vpnConnection, "DependencyViolation.VpnConnection", "connections"),
            (.sslServer, "DependencyViolation.SslVpnServer", "an SSL server"),
            (.ipsecServer, "DependencyViolation.IpsecServer", "an IPsec server"),
        ] where try store.count(kind, region: gateway.region, Attribute("VpnGatewayId", gateway.id)) > 0 {
            throw ServiceError(400, code, "The VPN gateway \(gateway.id) still has \(what).")
        }
        if gateway.text("ChargeType") == "Prepay", !hasExpired(gateway) {
            throw ServiceError(
                403, "ForbiddenRelease", "The VPN gateway \(gateway.id) is paid for in advance and not yet at its end.")
        }
        for kind in [ResourceKind.certificateAssociation, .diagnosis, .vpnRoute, .policyRoute] {
            for part in try store.all(kind, region: gateway.region, Attribute("VpnGatewayId", gateway.id)) {
                try withdraw(part)
                try store.delete(part)
            }
        }
        if timing.deletion > 0 {
            try store.depart(gateway, due: now + timing.deletion, now: now)
        } else {
            try store.delete(gateway)
        }
        return Record()
    }

    /// Enhanced gateways have operations of their own.
    private func require(_ gateway: Resource, isEnhanced: Bool) throws(ServiceError) {
        if (gateway.text("GatewayType") != "Traditional") != isEnhanced {
            throw ServiceError(
                400, "OperationUnsupported.GatewayType",
                "\(operation) is for VPN gateways of the type \(isEnhanced ? "Enhanced.SiteToSite" : "Traditional").")
        }
    }
}
