import DataValue

/// A tunnel with what has become of it.
struct TunnelState: Sendable {
    let end: TunnelEnd
    let status: TunnelStatus
    let disagreement: Disagreement?
    /// When the present negotiation began.
    let began: Nanoseconds
    /// The other end, where it is here.
    let peer: TunnelEnd?
}

extension CallContext {
    /// What has become of each tunnel of a connection.
    func tunnelStates(_ connection: Resource) -> [TunnelState] {
        TunnelEnd.all(connection.document).map { end in
            let found = (try? peer(of: end)) ?? .outside
            var began = connection.changed
            var disagreement: Disagreement?
            var other: TunnelEnd?
            switch found {
            case .outside: break
            case .missing(let reason):
                disagreement = Disagreement(reason: reason, local: end.localAddress, remote: end.remoteAddress)
            case .here(let peer, let changed):
                other = peer
                began = max(began, changed)
                disagreement = Negotiation.disagreement(end, peer)
            }
            return TunnelState(
                end: end,
                status: Negotiation.status(
                    disagreement, hasPassedPhaseOne: timing.hasPassed(timing.phaseOne, since: began, at: now),
                    hasPassedPhaseTwo: timing.hasPassed(timing.phaseTwo, since: began, at: now)),
                disagreement: disagreement, began: began, peer: other)
        }
    }

    private enum Peer {
        /// A device elsewhere, of which nothing is known but its address: it is taken to be set up rightly.
        case outside
        case missing(Disagreement.Reason)
        /// A tunnel of this service, and when its connection last changed.
        case here(TunnelEnd, Nanoseconds)
    }

    /// Who is at the other end. An address that the service gives out is looked for here, and nowhere else.
    private func peer(of end: TunnelEnd) throws -> Peer {
        guard let address = IPv4Address(end.remoteAddress), AddressPool.contains(address) else { return .outside }
        let back = Attribute("Ends", end.remoteAddress + ">" + end.localAddress, isGlobal: true)
        let connections = try store.all(.vpnConnection, region: "", back)
        if connections.isEmpty {
            let there = Attribute("Address", end.remoteAddress, isGlobal: true)
            let isThere = try store.count(.vpnGateway, region: "", there) > 0
            return .missing(isThere ? .noConnectionBack : .peerUnreachable)
        }
        // Of several, the one that agrees is meant.
        var first: Peer?
        for connection in connections {
            for other in TunnelEnd.all(connection.document)
            where other.localAddress == end.remoteAddress && other.remoteAddress == end.localAddress {
                let found = Peer.here(other, connection.changed)
                if Negotiation.disagreement(end, other) == nil { return found }
                first = first ?? found
            }
        }
        return first ?? .missing(.noConnectionBack)
    }

    /// That of a connection as a whole: of its tunnels the best.
    static func best(_ statuses: [TunnelStatus]) -> TunnelStatus {
        statuses.max { $0.rank < $1.rank } ?? .ikeNotEstablished
    }
}
