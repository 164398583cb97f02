import DataValue
import SystemSupport

extension Operation {
    /// The operations that look for what is wrong with connections.
    static let diagnosisOperations: [Operation] = [
        .read(
            "DiagnoseVpnConnections", on: "VpnGatewayId",
            [
                .region.required, .id("VpnGatewayId"),
                ParameterRule("PageNumber", .integer(1...Int(Int32.max))),
                ParameterRule("PageSize", .integer(1...50)),
            ]
        ) { try $0.diagnoseConnections() },
        .write(
            "DiagnoseVpnGateway", on: "VpnGatewayId",
            [
                .region.required, .id("VpnGatewayId").required, .id("ResourceId").required,
                ParameterRule("ResourceType", .choice(["IPsec"])).required, ParameterRule("IPsecExtendInfo", .object),
            ]
        ) { try $0.beginDiagnosis() },
        .read(
            "GetVpnGatewayDiagnoseResult", on: "VpnGatewayId",
            [.region.required, .id("VpnGatewayId"), .id("DiagnoseId"), .clientToken]
        ) { try $0.diagnosisResult() },
    ]
}

extension CallContext {
    // MARK: Connections

    fileprivate func diagnoseConnections() throws -> Record {
        let region = try requiredRegion()
        var connections: [Resource] = []
        let ids = try strings("VpnConnectionIds")
        let tunnels = try strings("TunnelIds")
        for id in ids {
            guard let found = try store.find(.vpnConnection, id: id, region: region) else {
                throw ServiceError.notFound("InvalidVpnConnectionInstanceId.NotFound", "IPsec connection", id)
            }
            connections.append(found)
        }
        for id in tunnels {
            let found = try store.all(.vpnConnection, region: "", Attribute("TunnelId", id, isGlobal: true)).first
            guard let found, found.region == region else {
                throw ServiceError.notFound("InvalidTunnelId.NotFound", "tunnel", id)
            }
            if !connections.contains(where: { $0.id == found.id }) { connections.append(found) }
        }
        if let gateway = self["VpnGatewayId"] {
            if ids.isEmpty, tunnels.isEmpty {
                let id = try vpnGateway(gateway).id
                connections = try store.all(.vpnConnection, region: region, Attribute("VpnGatewayId", id))
            } else {
                connections.removeAll { $0.text("VpnGatewayId") != gateway }
            }
        } else if ids.isEmpty, tunnels.isEmpty {
            throw ServiceError.missingParameter("VpnConnectionIds")
        }
        var entries: [Value] = []
        for connection in connections {
            for state in tunnelStates(connection) where tunnels.isEmpty || tunnels.contains(state.end.id) {
                entries.append(.record(diagnosis(connection, state)))
            }
        }
        return paged(page(of: entries), total: entries.count, as: "VpnConnections")
    }

    private func diagnosis(_ connection: Resource, _ state: TunnelState) -> Record {
        let disagreement = state.status == .ipsecEstablished ? nil : state.disagreement
        let lines = disagreement.map { TunnelLog.failure($0, state) } ?? []
        let failed = state.began + (disagreement?.isOfPhaseOne == false ? timing.phaseTwo : timing.phaseOne)
        let severity = disagreement.map { $0.isOfPhaseOne ? "Critical" : "Warn" } ?? "Normal"
        return Record(fields: [
            ("VpnConnectionId", .string(connection.id)), ("TunnelId", .string(state.end.id)),
            ("Severity", .string(severity)),
            ("FailedReasonCode", .string(disagreement?.reason.rawValue ?? "")),
            ("FailedReason", .string(lines.last?.text ?? "")),
            ("FailedTime", .int(disagreement == nil ? 0 : Int(failed / 1_000_000))),
            ("MismatchLocalParam", .string(disagreement?.local ?? "")),
            ("MismatchRemoteParam", .string(disagreement?.remote ?? "")),
            ("SourceLog", .string(lines.map { "[\($0.part)] \($0.text)" }.joined(separator: "\n"))),
        ])
    }

    // MARK: Gateways

    fileprivate func beginDiagnosis() throws -> Record {
        let gateway = try vpnGateway()
        try requireReady(gateway)
        let id = try required("ResourceId")
        guard let connection = try store.find(.vpnConnection, id: id, region: gateway.region),
            connection.text("VpnGatewayId") == gateway.id
        else { throw ServiceError.notFound("InvalidVpnConnectionInstanceId.NotFound", "IPsec connection", id) }
        let info = try json("IPsecExtendInfo")
        for name in ["PrivateSourceIp", "PrivateDestinationIp"] {
            if let text = info.string(name), IPv4Address(text) == nil {
                throw ServiceError.invalidParameter("IPsecExtendInfo.\(name)", "must be an IPv4 address")
            }
        }
        let diagnosis = try store.insert(
            .diagnosis, id: try newID("vpndgn", region: gateway.region), region: gateway.region, now: now,
            document: Record(fields: [
                ("VpnGatewayId", .string(gateway.id)), ("ResourceId", .string(connection.id)),
                ("Source", .string(info.text("PrivateSourceIp"))),
                ("Destination", .string(info.text("PrivateDestinationIp"))),
            ]))
        return Record(fields: [("DiagnoseId", .string(diagnosis.id))])
    }

    fileprivate func diagnosisResult() throws -> Record {
        var found: Resource?
        if let id = self["DiagnoseId"] {
            found = try store.find(.diagnosis, id: id, region: region)
        } else {
            let gateway = try vpnGateway()
            found = try store.all(.diagnosis, region: gateway.region, Attribute("VpnGatewayId", gateway.id)).last
        }
        guard let diagnosis = found else {
            throw ServiceError.notFound("InvalidDiagnoseId.NotFound", "diagnosis", self["DiagnoseId"] ?? "")
        }
        let isDone = timing.hasPassed(timing.diagnosis, since: diagnosis.created, at: now)
        let items = isDone ? try diagnosisItems(diagnosis) : []
        var answer = Record(fields: [
            ("DiagnoseId", .string(diagnosis.id)), ("VpnGatewayId", diagnosis.document.field("VpnGatewayId")),
            ("ResourceType", "IPsec"), ("ResourceInstanceId", diagnosis.document.field("ResourceId")),
            ("BeginTime", creationTime(diagnosis)), ("TotalCount", 7), ("FinishedCount", .int(items.count)),
            ("DiagnoseResult", .list(items)),
        ])
        if isDone {
            let end = (diagnosis.created + timing.diagnosis) / 1_000_000_000
            answer["FinishTime"] = .string(Timestamp.text(WallTime(seconds: Int(end))))
        }
        return answer
    }

    /// The seven things that a diagnosis looks at.
    private func diagnosisItems(_ diagnosis: Resource) throws -> [Value] {
        let gateway = diagnosis.text("VpnGatewayId")
        let own = Attribute("VpnGatewayId", gateway)
        func item(_ name: String, _ level: String, _ facts: [(String, Value)]) -> Value {
            .record(
                Record(fields: [
                    ("DiagnoseName", .string(name)), ("DiagnoseResultLevel", .string(level)),
                    ("DiagnoseResultDescription", .string(JSON.text(.record(Record(fields: facts))))),
                ]))
        }
        func quota(_ name: String, _ quota: Quota, _ kind: ResourceKind) throws -> Value {
            let used = try store.count(kind, region: diagnosis.region, own)
            let limit = settings.quotas[quota]
            return item(
                name, used >= limit ? "warning" : "normal",
                [("quotaName", .string(quota.rawValue)), ("quantity", .int(limit)), ("used", .int(used))])
        }
        let connection = try store.find(.vpnConnection, id: diagnosis.text("ResourceId"), region: nil)
        let states = connection.map { tunnelStates($0) } ?? []
        let disagreement = states.compactMap(\.disagreement).first
        let isUp = states.contains { $0.status == .ipsecEstablished }
        let isThere = disagreement?.reason != .peerUnreachable
        let target = states.first?.end.remoteAddress ?? ""
        func reach(_ name: String, _ isReached: Bool, _ facts: [(String, Value)]) -> Value {
            item(
                name, isReached ? "normal" : "error",
                facts + [("rtt", isReached ? 5 : 0), ("lossRate", isReached ? "0%" : "100%")])
        }
        return [
            item("RouteEntryConflict", "normal", []), try quota("VpnRouteQuota", .routes, .vpnRoute),
            try quota("VpnIPsecQuota", .connections, .vpnConnection),
            try quota("VpnPbrRouteQuota", .policyRoutes, .policyRoute),
            item(
                "VcoConfigConsistency", disagreement == nil ? "normal" : "error",
                [
                    ("vcoLackConf", .bool(states.allSatisfy { $0.peer == nil })),
                    ("vcoConf", .string(disagreement?.local ?? "")),
                    ("vcoRunningConf", .string(disagreement?.remote ?? "")),
                    ("vcoDiffConf", .list(disagreement.map { [.string($0.reason.rawValue)] } ?? [])),
                ]),
            reach("VcoUserInternetIpConnectivity", isThere, [("targetIp", .string(target))]),
            reach(
                "VcoPrivateConnectivity", isUp,
                [
                    ("srcIp", diagnosis.document.field("Source")),
                    ("targetIp", diagnosis.document.field("Destination")),
                ]),
        ]
    }
}
