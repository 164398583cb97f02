import DataValue
import SystemSupport

extension Operation {
    private static let window = [
        ParameterRule("From", .integer(0...Int(Int32.max) * 2)), ParameterRule("To", .integer(0...Int(Int32.max) * 2)),
        ParameterRule("MinutePeriod", .integer(1...10)),
    ]

    /// The operations that show logs. A span of time is ten minutes at most, the last ten unless something else is said.
    static let logOperations: [Operation] = [
        .read(
            "DescribeVpnConnectionLogs", on: "VpnConnectionId",
            [.region.required, .id("VpnConnectionId").required, .id("TunnelId")] + window + ParameterRule.page
        ) { try $0.connectionLogs() },
        .read(
            "DescribeVpnSslServerLogs", on: "VpnSslServerId",
            [.region.required, .id("VpnSslServerId").required, .id("SslVpnClientCertId")] + window
                + ParameterRule.page
        ) { try $0.sslServerLogs() },
        .read(
            "ListIpsecServerLogs", on: "IpsecServerId",
            [.region.required, .id("IpsecServerId").required] + window + ParameterRule.page
        ) { try $0.ipsecServerLogs() },
    ]
}

extension CallContext {
    /// The span of time that the call asks for, in nanoseconds.
    private func window() throws(ServiceError) -> (from: Nanoseconds, to: Nanoseconds) {
        let second: Nanoseconds = 1_000_000_000
        let span = Nanoseconds(integer("MinutePeriod") ?? 10) * 60 * second
        let from = integer("From").map { Nanoseconds($0) * second }
        let to = integer("To").map { Nanoseconds($0) * second + second - 1 }
        switch (from, to) {
        case (let from?, let to?):
            guard from <= to else { throw .invalidParameter("From", "must not be later than To") }
            guard to - from <= 10 * 60 * second + second else {
                throw .invalidParameter("To", "must be at most ten minutes later than From")
            }
            return (from, to)
        case (let from?, nil): return (from, from + span)
        case (nil, let to?): return (to - span, to)
        case (nil, nil): return (now - span, now)
        }
    }

    private func answer(_ lines: [TunnelLog.Line]) -> Record {
        let shown = page(of: lines.filter { $0.time <= now })
        return Record(fields: [
            ("PageNumber", .int(pageNumber)), ("PageSize", .int(pageSize)), ("Count", .int(shown.count)),
            ("IsCompleted", true), ("Data", .list(shown.map { .string($0.text) })),
        ])
    }

    /// Wraps the lines as two of the three operations do.
    private func nested(_ answer: Record) -> Record {
        var answer = answer
        answer["Data"] = .nested("Logs", answer.field("Data", .list([])))
        return answer
    }

    fileprivate func connectionLogs() throws -> Record {
        let connection = try vpnConnection()
        let (from, to) = try window()
        var states = tunnelStates(connection)
        if let id = self["TunnelId"] {
            states.removeAll { $0.end.id != id }
            if states.isEmpty {
                throw ServiceError.notFound("InvalidTunnelId.NotFound", "tunnel of \(connection.id) with the id", id)
            }
        }
        let lines = states.flatMap { state in
            TunnelLog(name: state.end.id.isEmpty ? connection.id : state.end.id, state: state, timing: timing)
                .lines(from: from, to: min(to, now))
        }
        return nested(
            answer(
                lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
            ))
    }

    /// What a server writes when it is set up; nobody ever connects to it.
    private func serverLines(_ server: Resource, _ name: String, _ facts: String) throws -> [TunnelLog.Line] {
        let (from, to) = try window()
        return [(server.created, "started"), (server.changed, "configuration loaded")].map { time, what in
            TunnelLog.Line(
                time: time,
                text: "\(Timestamp.text(WallTime(nanoseconds: time))) [\(name)] <\(server.id)> \(what): \(facts)")
        }.filter { from <= $0.time && $0.time <= to }
    }

    fileprivate func sslServerLogs() throws -> Record {
        let server = try sslServer(try required("VpnSslServerId"))
        if let id = self["SslVpnClientCertId"] {
            let certificate = try clientCertificate(id)
            guard certificate.text("SslVpnServerId") == server.id else {
                throw ServiceError.notFound(
                    "InvalidSslVpnClientCertId.NotFound", "client certificate of the server", id)
            }
            return nested(answer([]))
        }
        let facts =
            "\(server.text("Proto")) port \(server.document.integer("Port") ?? 0), clients \(server.text("ClientIpPool"))"
        return nested(answer(try serverLines(server, "SSL", facts)))
    }

    fileprivate func ipsecServerLogs() throws -> Record {
        let server = try ipsecServer()
        return answer(try serverLines(server, "IKE", "clients \(server.text("ClientIpPool"))"))
    }
}
