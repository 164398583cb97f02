import DataValue

extension CallContext {
    /// The gateway that the call names.
    func vpnGateway() throws -> Resource { try vpnGateway(try required("VpnGatewayId")) }

    func vpnGateway(_ id: String) throws -> Resource {
        guard let gateway = try store.find(.vpnGateway, id: id, region: region) else {
            throw ServiceError.notFound("InvalidVpnGatewayInstanceId.NotFound", "VPN gateway", id)
        }
        return gateway
    }

    func vpnGatewayStatus(_ gateway: Resource) -> String {
        switch gateway.phase {
        case .created: timing.hasPassed(timing.gateway, since: gateway.changed, at: now) ? "active" : "provisioning"
        case .configured:
            timing.hasPassed(timing.configuration, since: gateway.changed, at: now) ? "active" : "updating"
        case .deleting: "deleting"
        }
    }

    /// `FinancialLocked` when what was paid for in advance is over, or when `vpcsh local lock` says so.
    func businessStatus(_ gateway: Resource) -> String {
        gateway.document.flag("Locked") || hasExpired(gateway) ? "FinancialLocked" : "Normal"
    }

    func hasExpired(_ gateway: Resource) -> Bool {
        now / 1_000_000 >= Int64(gateway.document.integer("EndTime") ?? .max)
    }

    func requireActive(_ gateway: Resource) throws(ServiceError) {
        if vpnGatewayStatus(gateway) != "active" { throw .configuring(gateway.id) }
    }

    /// Refuses what a gateway that is not paid for may not do, and then what one that is busy may not.
    func requireReady(_ gateway: Resource) throws(ServiceError) {
        if businessStatus(gateway) != "Normal" {
            throw ServiceError(
                400, "VpnGateway.FinancialLocked", "The VPN gateway \(gateway.id) is locked, since it is not paid for.")
        }
        try requireActive(gateway)
    }

    /// Stores a gateway whose configuration begins to change now.
    func configure(_ gateway: inout Resource) throws(SQLiteError) {
        gateway.phase = .configured
        gateway.changed = now
        try store.update(gateway)
    }

    /// Every field of a gateway that DescribeVpnGateway answers.
    func vpnGatewayAnswer(_ gateway: Resource) -> Record {
        let document = gateway.document
        return Record(fields: [
            ("VpnGatewayId", .string(gateway.id)), ("VpcId", document.field("VpcId")),
            ("VSwitchId", document.field("VSwitchId")), ("InternetIp", document.field("InternetIp")),
            ("CreateTime", createTime(gateway)), ("EndTime", document.field("EndTime", 0)),
            ("Spec", document.field("Spec")), ("Name", document.field("Name")),
            ("Description", document.field("Description")), ("Status", .string(vpnGatewayStatus(gateway))),
            ("BusinessStatus", .string(businessStatus(gateway))), ("ChargeType", document.field("ChargeType")),
            ("IpsecVpn", document.field("IpsecVpn")), ("SslVpn", document.field("SslVpn")),
            ("SslMaxConnections", document.field("SslMaxConnections", 0)),
            ("SslVpnInternetIp", document.field("SslVpnInternetIp")),
            ("DisasterRecoveryInternetIp", document.field("DisasterRecoveryInternetIp")),
            ("DisasterRecoveryVSwitchId", document.field("DisasterRecoveryVSwitchId")),
            ("EnableBgp", document.field("EnableBgp", false)),
            ("AutoPropagate", document.field("AutoPropagate", false)),
            ("GatewayType", document.field("GatewayType", "Traditional")),
            ("VpnType", document.field("VpnType", "Normal")), ("NetworkType", document.field("NetworkType", "public")),
            ("EniInstanceIds", .nested("EniInstanceId", document.field("EniInstanceIds", .list([])))),
            ("ResourceGroupId", document.field("ResourceGroupId", .string(Self.resourceGroup))),
            ("Tag", Self.systemTag), ("Tags", Record.tagList(document)),
        ])
    }

    /// What a gateway can do, in the notation in which the service says it.
    private static let systemTag = Value.string(
        #"{"VpnEnableBgp":"true","VisuallySsl":"true","PbrPriority":"true","VpnNewImage":"true","#
            + #""description":"local","VpnVersion":"v1.2.1","IDaaSNewVersion":"true"}"#)
}
