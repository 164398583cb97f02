import DataValue
import SystemSupport

/// What the daemon of a gateway would have written of a tunnel's negotiation, in the form of strongSwan's.
///
/// Nothing is stored: the lines follow from what both ends are and from when the present negotiation began. What fails
/// is tried again every minute.
struct TunnelLog {
    struct Line: Sendable {
        /// Nanoseconds since 1970.
        var time: Nanoseconds
        var text: String
    }

    /// The connection's or tunnel's id.
    let name: String
    let state: TunnelState
    let timing: LifeCycleTiming

    private static let pause: Nanoseconds = 60_000_000_000
    /// More attempts than this are not told of at a time.
    private static let mostAttempts: Int64 = 1000

    /// The lines of a span of time, oldest first.
    func lines(from: Nanoseconds, to: Nanoseconds) -> [Line] {
        var lines: [Line] = []
        func note(_ offset: Nanoseconds, _ part: String, _ text: String) {
            let (time, overflows) = state.began.addingReportingOverflow(offset)
            if !overflows, from <= time, time <= to {
                lines.append(
                    Line(
                        time: time, text: "\(Timestamp.text(WallTime(nanoseconds: time))) [\(part)] <\(name)> \(text)"
                    ))
            }
        }
        let end = state.end
        let mode = end.isVersion1 ? end.ike.text("IkeMode") == "aggressive" ? "Aggressive Mode " : "Main Mode " : ""
        note(0, "IKE", "initiating \(mode)IKE_SA \(name) to \(end.remoteAddress)")
        note(0, "CFG", "configured proposals: \(Self.ikeProposal(end))")
        guard let disagreement = state.disagreement else {
            note(timing.phaseOne, "IKE", "IKE_SA \(name) established between \(Self.ends(end))")
            note(timing.phaseOne, "IKE", "scheduling reauthentication in \(end.ike.integer("IkeLifetime") ?? 0)s")
            note(timing.phaseTwo, "CFG", "selected proposal: \(Self.espProposal(end))")
            note(
                timing.phaseTwo, "IKE",
                "CHILD_SA \(name) established with SPIs \(spi(1)) \(spi(2)) and TS \(Self.networks(end))")
            return lines
        }
        if !disagreement.isOfPhaseOne {
            note(timing.phaseOne, "IKE", "IKE_SA \(name) established between \(Self.ends(end))")
        }
        let first = disagreement.isOfPhaseOne ? timing.phaseOne : timing.phaseTwo
        for attempt in attempts(first: first, from: from, to: to) {
            for (part, text) in Self.failure(disagreement, state) { note(first + attempt * Self.pause, part, text) }
        }
        return lines
    }

    /// Which of the attempts, counted from 0, lie in a span of time.
    private func attempts(first: Nanoseconds, from: Nanoseconds, to: Nanoseconds) -> Range<Int64> {
        let (start, overflows) = state.began.addingReportingOverflow(first)
        if overflows || to < start { return 0..<0 }
        let (span, isFar) = to.subtractingReportingOverflow(start)
        if isFar { return 0..<0 }
        let last = span / Self.pause
        let (gap, isBefore) = from.subtractingReportingOverflow(start)
        let earliest = isBefore || gap < 0 ? 0 : gap / Self.pause
        return max(0, max(earliest, last - Self.mostAttempts + 1))..<(last + 1)
    }

    /// Looks like the number of a security association, and is the same whenever it is asked for.
    private func spi(_ salt: UInt64) -> String {
        var number = UInt64(bitPattern: state.began) &+ salt
        for byte in name.utf8 { number = (number ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let text = String(UInt32(truncatingIfNeeded: number >> 16), radix: 16)
        return "c" + String(repeating: "0", count: max(0, 7 - text.count)) + text.suffix(7) + (salt == 1 ? "_i" : "_o")
    }

    private static func ends(_ end: TunnelEnd) -> String {
        "\(end.localAddress)[\(end.ike.text("LocalId"))]...\(end.remoteAddress)[\(end.ike.text("RemoteId"))]"
    }

    private static func networks(_ end: TunnelEnd) -> String {
        "\(end.localSubnets.joined(separator: " ")) === \(end.remoteSubnets.joined(separator: " "))"
    }

    // MARK: Failures

    /// What is written of one failed attempt.
    static func failure(_ disagreement: Disagreement, _ state: TunnelState) -> [(part: String, text: String)] {
        let end = state.end
        let peer = state.peer ?? end
        switch disagreement.reason {
        case .peerUnreachable:
            return [
                ("IKE", "retransmit 5 of request with message ID 0"),
                ("IKE", "giving up after 5 retransmits, peer \(end.remoteAddress) not responding"),
            ]
        case .noConnectionBack:
            return [
                ("NET", "received packet from \(end.remoteAddress)"),
                (
                    "IKE",
                    "received NO_PROPOSAL_CHOSEN notify error, the peer has no IKE config for "
                        + "\(end.remoteAddress)...\(end.localAddress)"
                ),
            ]
        case .ikeVersion:
            return [
                (
                    "IKE",
                    "received INVALID_MAJOR_VERSION notify error, \(end.ike.text("IkeVersion")) is configured here "
                        + "and \(peer.ike.text("IkeVersion")) at the peer"
                )
            ]
        case .ikeMode:
            return [
                (
                    "IKE",
                    "received AUTHENTICATION_FAILED notify error, \(end.ike.text("IkeMode")) mode is configured here "
                        + "and \(peer.ike.text("IkeMode")) mode at the peer"
                )
            ]
        case .ikeProposal:
            return [
                ("CFG", "received proposals: \(ikeProposal(peer))"),
                ("CFG", "configured proposals: \(ikeProposal(end))"),
                ("IKE", "no matching IKE proposal found, received NO_PROPOSAL_CHOSEN notify error"),
            ]
        case .identity:
            return [
                ("CFG", "identity mismatch: \(disagreement.local) here, \(disagreement.remote) at the peer"),
                ("IKE", "no matching peer config found, received AUTHENTICATION_FAILED notify error"),
            ]
        case .key:
            if end.isVersion1 {
                return [
                    ("ENC", "invalid ID_V1 payload length, decryption failed?"),
                    ("ENC", "could not decrypt payloads"),
                    ("IKE", "message parsing failed, the pre-shared keys of both ends differ probably"),
                ]
            }
            return [
                (
                    "IKE",
                    "tried 1 shared key for '\(end.ike.text("LocalId"))' - '\(end.ike.text("RemoteId"))', "
                        + "but MAC mismatched"
                ),
                ("IKE", "received AUTHENTICATION_FAILED notify error"),
            ]
        case .ipsecProposal:
            return [
                ("CFG", "received proposals: \(espProposal(peer))"),
                ("CFG", "configured proposals: \(espProposal(end))"),
                ("IKE", "received NO_PROPOSAL_CHOSEN notify error, no CHILD_SA built"),
            ]
        case .subnets:
            let notify = end.isVersion1 ? "INVALID_ID_INFORMATION" : "TS_UNACCEPTABLE"
            return [
                ("IKE", "traffic selectors \(networks(end)) unacceptable, the peer has \(networks(peer))"),
                ("IKE", "received \(notify) notify error, no CHILD_SA built"),
            ]
        }
    }

    // MARK: Proposals

    private static let ciphers = [
        "aes": "AES_CBC_128", "aes192": "AES_CBC_192", "aes256": "AES_CBC_256", "des": "DES_CBC", "3des": "3DES_CBC",
        "sm4": "SM4_CBC",
    ]
    private static let macs = [
        "md5": "HMAC_MD5_96", "sha1": "HMAC_SHA1_96", "sha256": "HMAC_SHA2_256_128", "sha384": "HMAC_SHA2_384_192",
        "sha512": "HMAC_SHA2_512_256", "sm3": "HMAC_SM3_96",
    ]
    private static let groups = [
        "group1": "MODP_768", "group2": "MODP_1024", "group5": "MODP_1536", "group14": "MODP_2048",
    ]

    private static func ikeProposal(_ end: TunnelEnd) -> String {
        let cipher = ciphers[end.ike.text("IkeEncAlg")] ?? "?"
        let mac = macs[end.ike.text("IkeAuthAlg")] ?? "?"
        return "IKE:\(cipher)/\(mac)/\(groups[end.ike.text("IkePfs")] ?? "?")"
    }

    private static func espProposal(_ end: TunnelEnd) -> String {
        let cipher = ciphers[end.ipsec.text("IpsecEncAlg")] ?? "?"
        let mac = macs[end.ipsec.text("IpsecAuthAlg")] ?? "?"
        return "ESP:\(cipher)/\(mac)/\(groups[end.ipsec.text("IpsecPfs")] ?? "NO_PFS")/NO_EXT_SEQ"
    }
}
