import DataValue

extension Operation {
    /// The operations on IPsec connections without a VPN gateway, which a transit router is meant to use.
    static let vpnAttachmentOperations: [Operation] = [
        .write(
            "CreateVpnAttachment",
            [
                .region.required, .dryRun, .resourceGroup,
                ParameterRule("NetworkType", .choice(["public", "private"])),
                ParameterRule("TunnelBandwidth", .choice(["Standard", "Large"])),
                ParameterRule("RemoteCaCert", .text(maximum: 8192)),
            ] + requiredSubnets + connectionAttributes
        ) { try $0.createVpnAttachment() },
        .write(
            "ModifyVpnAttachmentAttribute", on: "VpnConnectionId",
            [
                .region.required, .id("VpnConnectionId").required,
                ParameterRule("NetworkType", .choice(["public", "private"])),
                ParameterRule("RemoteCaCert", .text(maximum: 8192)),
            ] + connectionAttributes
        ) { try $0.modifyVpnAttachment() },
        .write("DeleteVpnAttachment", on: "VpnConnectionId", [.region.required, .id("VpnConnectionId").required]) {
            try $0.deleteVpnAttachment()
        },
        .read(
            "DescribeVpnAttachments", on: "VpnConnectionId",
            [.region.required, .id("VpnConnectionId"), ParameterRule("AttachType", .choice(["CEN"]))]
                + ParameterRule.page
        ) { call in
            var filter = try call.filter(ids: "VpnConnectionId", attributes: [])
            // One that is named is shown whatever it is attached to; of the others only those that are attached.
            filter.attributes.append(Attribute("AttachType", filter.ids == nil ? "CEN" : ""))
            return try call.list(.vpnConnection, as: "VpnAttachments", filter: filter) { connection in
                let document = connection.document
                return Record(fields: [
                    ("InstanceId", .string(connection.id)), ("Name", document.field("Name")), ("Description", ""),
                    ("AttachType", document.field("AttachType")), ("CrossAccountAuthorized", false),
                    ("TransitRouterId", document.field("TransitRouterId")),
                    ("TransitRouterName", document.field("TransitRouterName")),
                    ("TunnelBandwidth", document.field("TunnelBandwidth", "Standard")),
                    ("Tag", #"{"BGPSupport":"true"}"#), ("Tags", document.field("Tags", .list([]))),
                ])
            }
        },
    ]
}

extension CallContext {
    fileprivate func createVpnAttachment() throws -> Record {
        let region = try requiredRegion()
        let local = try subnets("LocalSubnet", required("LocalSubnet"), code: "IllegalParam.LocalSubnet")
        let remote = try subnets("RemoteSubnet", required("RemoteSubnet"), code: "IllegalParam.RemoteSubnet")
        try requireApart(local, remote)
        let hasTunnels = structure("TunnelOptionsSpecification") != nil
        let addresses = try (0..<(hasTunnels ? 2 : 1)).map { _ in try newAddress().text }
        var document = Record(fields: [
            ("VpnGatewayId", ""), ("Name", .string(self["Name"] ?? "")), ("LocalSubnet", .string(local)),
            ("RemoteSubnet", .string(remote)),
            ("EffectImmediately", .bool(boolean("EffectImmediately") ?? false)),
            ("AutoConfigRoute", .bool(boolean("AutoConfigRoute") ?? true)), ("InternetIp", .string(addresses[0])),
            ("Spec", "1000M"), ("NetworkType", .string(self["NetworkType"] ?? "public")),
            ("AttachType", "NO_ASSOCIATED"), ("TunnelBandwidth", .string(self["TunnelBandwidth"] ?? "Standard")),
            ("ResourceGroupId", group), ("Tags", try newTags("Tags")),
        ])
        let site = ConnectionSite(addresses: addresses)
        if hasTunnels {
            try setUpTunnels(of: &document, at: site)
        } else {
            try setUpSingleTunnel(of: &document, at: site)
        }
        try require(
            .attachments, used: try store.count(.vpnConnection, region: region, Attribute("AttachType", "")))
        let connection = try store.insert(
            .vpnConnection, id: try newID("vco", region: region), region: region, now: now, document: document)
        return Record(fields: [
            ("VpnConnectionId", .string(connection.id)), ("Name", document.field("Name")),
            ("CreateTime", createTime(connection)), ("Success", true), ("Code", "200"), ("Message", "successful"),
        ])
    }

    /// The connection that the call names, which has no VPN gateway.
    private func vpnAttachment() throws -> Resource {
        let connection = try vpnConnection()
        guard connection.text("VpnGatewayId").isEmpty else {
            throw ServiceError.notFound(
                "InvalidVpnConnectionInstanceId.NotFound", "IPsec connection without a VPN gateway", connection.id)
        }
        return connection
    }

    func requireSettled(attachment: Resource) throws(ServiceError) {
        if !timing.hasPassed(timing.configuration, since: attachment.changed, at: now) {
            throw ServiceError(
                400, "VpnConnection.Configuring",
                "The IPsec connection \(attachment.id) is being configured; try again later.")
        }
    }

    fileprivate func modifyVpnAttachment() throws -> Record {
        var connection = try vpnAttachment()
        try modify(&connection, at: ConnectionSite(attachment: connection))
        if let type = self["NetworkType"] { connection.document["NetworkType"] = .string(type) }
        try requireSettled(attachment: connection)
        try finish(&connection)
        var answer = vpnConnectionAnswer(connection, isListed: false)
        answer["TunnelOptionsSpecification"] = .list(
            tunnelAnswers(connection, isUsingBgp: false).map { .record($0) })
        answer["Description"] = ""
        return conforming(answer)
    }

    fileprivate func deleteVpnAttachment() throws -> Record {
        var connection = try vpnAttachment()
        try requireSettled(attachment: connection)
        if connection.text("AttachType") == "CEN" {
            throw ServiceError(
                400, "DependencyViolation.TransitRouter",
                "The IPsec connection \(connection.id) is attached to \(connection.text("TransitRouterId")).")
        }
        try remove(&connection)
        return Record(fields: [("Success", true), ("Code", "200"), ("Message", "successful")])
    }
}
