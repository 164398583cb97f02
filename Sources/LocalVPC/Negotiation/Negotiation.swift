import DataValue

/// How far the negotiation of a tunnel has come. Ordered from worst to best.
enum TunnelStatus: String, Sendable {
    case ikeNotEstablished = "ike_sa_not_established"
    case ikeEstablished = "ike_sa_established"
    case ipsecNotEstablished = "ipsec_sa_not_established"
    case ipsecEstablished = "ipsec_sa_established"

    /// How good it is. A first phase that stands while the second fails is worse than one whose second is under way.
    var rank: Int {
        switch self {
        case .ikeNotEstablished: 0
        case .ipsecNotEstablished: 1
        case .ikeEstablished: 2
        case .ipsecEstablished: 3
        }
    }
}

/// Why two ends do not come together.
struct Disagreement: Sendable, Equatable {
    enum Reason: String, Sendable {
        /// Nobody is at the other address.
        case peerUnreachable = "PeerUnreachable"
        /// The gateway there has no connection back.
        case noConnectionBack = "NoConnectionBack"
        case ikeVersion = "IkeVersionMismatch"
        case ikeMode = "IkeModeMismatch"
        case ikeProposal = "IkeProposalMismatch"
        case identity = "IdentityMismatch"
        case key = "PskMismatch"
        case ipsecProposal = "IpsecProposalMismatch"
        case subnets = "SubnetMismatch"
    }
    var reason: Reason
    /// What this end has, and what the other has; never a key.
    var local: String
    var remote: String

    /// Whether already the first phase fails.
    var isOfPhaseOne: Bool {
        switch reason {
        case .ipsecProposal, .subnets: false
        default: true
        }
    }
}

/// What two ends make of each other. Pure: the same two ends always come to the same end.
enum Negotiation {
    /// Why two ends that point at each other do not come together, as this end sees it; nil where they do.
    ///
    /// In the order in which it shows: version and mode with the first message, then the proposals, then who the other
    /// is and whether the key is right; of the second phase the proposals, then the networks.
    static func disagreement(_ own: TunnelEnd, _ other: TunnelEnd) -> Disagreement? {
        func differing(_ reason: Disagreement.Reason, _ mine: Record, _ theirs: Record, _ names: [String])
            -> Disagreement?
        {
            let differ = names.filter { mine.text($0) != theirs.text($0) }
            if differ.isEmpty { return nil }
            func described(_ record: Record) -> String {
                differ.map { "\($0)=\(record.text($0))" }.joined(separator: ",")
            }
            return Disagreement(reason: reason, local: described(mine), remote: described(theirs))
        }
        if let found = differing(.ikeVersion, own.ike, other.ike, ["IkeVersion"]) { return found }
        if own.isVersion1, let found = differing(.ikeMode, own.ike, other.ike, ["IkeMode"]) { return found }
        if let found = differing(.ikeProposal, own.ike, other.ike, ["IkeEncAlg", "IkeAuthAlg", "IkePfs"]) {
            return found
        }
        if own.ike.text("RemoteId") != other.ike.text("LocalId") {
            return Disagreement(
                reason: .identity, local: "RemoteId=\(own.ike.text("RemoteId"))",
                remote: "LocalId=\(other.ike.text("LocalId"))")
        }
        if own.ike.text("LocalId") != other.ike.text("RemoteId") {
            return Disagreement(
                reason: .identity, local: "LocalId=\(own.ike.text("LocalId"))",
                remote: "RemoteId=\(other.ike.text("RemoteId"))")
        }
        if own.ike.text("Psk") != other.ike.text("Psk") {
            return Disagreement(reason: .key, local: "Psk=****", remote: "Psk=****")
        }
        let ipsec = ["IpsecEncAlg", "IpsecAuthAlg", "IpsecPfs"]
        if let found = differing(.ipsecProposal, own.ipsec, other.ipsec, ipsec) { return found }
        if !networksAgree(own, other) {
            func described(_ end: TunnelEnd) -> String {
                "\(end.localSubnets.joined(separator: ",")) === \(end.remoteSubnets.joined(separator: ","))"
            }
            return Disagreement(reason: .subnets, local: described(own), remote: described(other))
        }
        return nil
    }

    /// Version 1 wants the networks to be the same; version 2 narrows them to what both have.
    private static func networksAgree(_ own: TunnelEnd, _ other: TunnelEnd) -> Bool {
        if own.isVersion1 {
            return Set(own.localSubnets) == Set(other.remoteSubnets)
                && Set(own.remoteSubnets) == Set(other.localSubnets)
        }
        func meet(_ mine: [String], _ theirs: [String]) -> Bool {
            let blocks = theirs.compactMap { IPv4Block($0) }
            return mine.compactMap { IPv4Block($0) }.contains { block in blocks.contains(where: block.overlaps) }
        }
        return meet(own.localSubnets, other.remoteSubnets) && meet(own.remoteSubnets, other.localSubnets)
    }

    /// How far a negotiation is, so long after its beginning.
    static func status(
        _ disagreement: Disagreement?, hasPassedPhaseOne: Bool, hasPassedPhaseTwo: Bool
    ) -> TunnelStatus {
        if let disagreement, disagreement.isOfPhaseOne { return .ikeNotEstablished }
        if hasPassedPhaseTwo { return disagreement == nil ? .ipsecEstablished : .ipsecNotEstablished }
        return hasPassedPhaseOne ? .ikeEstablished : .ikeNotEstablished
    }
}

extension TunnelEnd {
    var isVersion1: Bool { ike.text("IkeVersion") != "ikev2" }
}
