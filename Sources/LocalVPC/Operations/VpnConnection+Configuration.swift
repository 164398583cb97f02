import DataValue

/// The structures of a connection: `IkeConfig`, `IpsecConfig`, `HealthCheckConfig`, `BgpConfig`, and those of tunnels.
enum ConnectionRules {
    private static let encryption = ["aes", "aes192", "aes256", "des", "3des"]
    private static let authentication = ["md5", "sha1", "sha256", "sha384", "sha512"]
    private static let groups = ["group1", "group2", "group5", "group14"]

    /// - Parameter isNational: whether the gateway is of the type NationalStandard, which has algorithms of its own.
    static func ike(isNational: Bool) -> ConfigurationRules {
        let versions = isNational ? ["ikev1"] : ["ikev1", "ikev2"]
        let modes = isNational ? ["main"] : ["main", "aggressive"]
        let encryption = isNational ? ["sm4"] : encryption
        let authentication = isNational ? ["sm3"] : authentication
        return ConfigurationRules([
            .init("Psk") { (value) throws(ConfigurationError) in try value.key() },
            .init("IkeVersion") { (value) throws(ConfigurationError) in try value.choice(versions) },
            .init("IkeMode") { (value) throws(ConfigurationError) in try value.choice(modes) },
            .init("IkeEncAlg") { (value) throws(ConfigurationError) in try value.choice(encryption) },
            .init("IkeAuthAlg") { (value) throws(ConfigurationError) in try value.choice(authentication) },
            .init("IkePfs") { (value) throws(ConfigurationError) in try value.choice(groups) },
            .init("IkeLifetime") { (value) throws(ConfigurationError) in try value.number(0...86400) },
            .init("LocalId") { (value) throws(ConfigurationError) in try value.printable(maximum: 100) },
            .init("LocalIdIPsec", as: "LocalId") { (value) throws(ConfigurationError) in
                try value.printable(maximum: 100)
            },
            .init("RemoteId") { (value) throws(ConfigurationError) in try value.printable(maximum: 100) },
        ])
    }

    static func ipsec(isNational: Bool) -> ConfigurationRules {
        let encryption = isNational ? ["sm4"] : encryption
        let authentication = isNational ? ["sm3"] : authentication
        return ConfigurationRules([
            .init("IpsecEncAlg") { (value) throws(ConfigurationError) in try value.choice(encryption) },
            .init("IpsecAuthAlg") { (value) throws(ConfigurationError) in try value.choice(authentication) },
            .init("IpsecPfs") { (value) throws(ConfigurationError) in try value.choice(["disabled"] + groups) },
            .init("IpsecLifetime") { (value) throws(ConfigurationError) in try value.number(0...86400) },
        ])
    }

    static let healthCheck = ConfigurationRules([
        .init("Enable") { (value) throws(ConfigurationError) in try value.choice(["true", "false"]) },
        .init("Dip") { (value) throws(ConfigurationError) in try value.address() },
        .init("Sip") { (value) throws(ConfigurationError) in try value.address() },
        .init("Interval") { (value) throws(ConfigurationError) in try value.number(1...3600) },
        .init("Retry") { (value) throws(ConfigurationError) in try value.number(1...100) },
        .init("Policy") { (value) throws(ConfigurationError) in try value.choice(["revoke_route", "reserve_route"]) },
    ])

    static let bgp = ConfigurationRules(
        [.init("EnableBgp") { (value) throws(ConfigurationError) in try value.choice(["true", "false"]) }]
            + tunnelBgp.fields)

    static let tunnelBgp = ConfigurationRules([
        .init("LocalAsn") { (value) throws(ConfigurationError) in try value.autonomousSystem() },
        .init("TunnelCidr") { (value) throws(ConfigurationError) in try value.tunnelBlock() },
        .init("LocalBgpIp") { (value) throws(ConfigurationError) in try value.address() },
    ])

    static func defaultIke(isNational: Bool, isModern: Bool = false) -> Record {
        Record(fields: [
            ("Psk", ""), ("IkeVersion", isModern ? "ikev2" : "ikev1"), ("IkeMode", "main"),
            ("IkeEncAlg", isNational ? "sm4" : "aes"),
            ("IkeAuthAlg", isNational ? "sm3" : isModern ? "sha1" : "md5"), ("IkePfs", "group2"),
            ("IkeLifetime", 86400),
        ])
    }

    static func defaultIpsec(isNational: Bool, isModern: Bool = false) -> Record {
        Record(fields: [
            ("IpsecEncAlg", isNational ? "sm4" : "aes"),
            ("IpsecAuthAlg", isNational ? "sm3" : isModern ? "sha1" : "md5"), ("IpsecPfs", "group2"),
            ("IpsecLifetime", 86400),
        ])
    }

    static let noHealthCheck = Record(fields: [
        ("Enable", "false"), ("Dip", ""), ("Sip", ""), ("Interval", 3), ("Retry", 3), ("Policy", "revoke_route"),
    ])
    static let noBgp = Record(fields: [("EnableBgp", "false")])
}

extension CallContext {
    /// A structure that a parameter holds as JSON; empty where it is not given.
    func json(_ parameter: String) throws(ServiceError) -> Record {
        guard let text = self[parameter] else { return Record() }
        guard case .record(let given)? = try? JSON.parse(text) else {
            throw .invalidParameter(parameter, "must be a JSON object")
        }
        return given
    }

    func healthCheck(onto start: Record) throws(ServiceError) -> Record {
        let given = try json("HealthCheckConfig")
        let check = try ConnectionRules.healthCheck.apply(given, onto: start, name: "HealthCheckConfig")
        guard check["Enable"] == "true" else { return check }
        for (field, name) in [("Dip", "dip"), ("Sip", "sip")] where check[field] == "" {
            throw .missingParameter("HealthCheckConfig.\(name)")
        }
        return check
    }

    /// The BGP of a connection or tunnel, checked as a whole: the peer's side follows from the customer gateway.
    ///
    /// - Parameters:
    ///   - bgp: as far as it is given and known.
    ///   - own: the connection's id; none of the others of the gateway may have its block.
    func complete(bgp: Record, peer: Resource?, name: String) throws(ServiceError) -> Record {
        var bgp = bgp
        for name in ["TunnelCidr", "LocalBgpIp"] where bgp[name] == nil {
            throw .missingParameter("BgpConfig.\(name)")
        }
        if bgp["LocalAsn"] == nil { bgp["LocalAsn"] = .int(AutonomousSystem.service) }
        guard let peerSystem = peer?.document.integer("Asn") else {
            throw .invalidParameter(name, "needs a customer gateway with an Asn")
        }
        guard let block = IPv4Block(bgp.text("TunnelCidr")), let address = IPv4Address(bgp.text("LocalBgpIp")),
            // Of the four addresses the first is the network's and the last the broadcast's.
            block.contains(address), 1...2 ~= address.bits & 3
        else { throw .invalidParameter("\(name).LocalBgpIp", "must be a host's address in TunnelCidr") }
        bgp["PeerAsn"] = .int(peerSystem)
        bgp["PeerBgpIp"] = .string(IPv4Address(bits: address.bits ^ 3).text)
        bgp["AuthKey"] = .string(peer?.text("AuthKey") ?? "")
        return bgp
    }

    /// CIDR blocks divided by commas, as they were given.
    ///
    /// - Parameter code: with which they are refused.
    func subnets(_ name: String, _ text: String, code: String, quota: Quota = .subnets) throws(ServiceError) -> String {
        let blocks = text.split(separator: ",", omittingEmptySubsequences: false).map { IPv4Block($0) }
        guard !blocks.contains(nil) else {
            throw ServiceError(
                400, code,
                "The parameter \(name) must be CIDR blocks divided by commas: 10.0.0.0/24,10.0.1.0/24.")
        }
        let known = blocks.compactMap(\.self)
        for (position, block) in known.enumerated() {
            if known[..<position].contains(where: block.overlaps) {
                throw ServiceError(400, code, "The blocks of the parameter \(name) overlap at \(block.text).")
            }
            if IPv4Block.reserved.contains(where: { $0.contains(block) }) {
                throw ServiceError(400, code, "The block \(block.text) of the parameter \(name) is reserved.")
            }
        }
        try require(quota, used: 0, adding: blocks.count, code: code)
        return text
    }

    /// The networks of both sides must be apart, but that either may be everything.
    func requireApart(_ local: String, _ remote: String) throws(ServiceError) {
        let everything = "0.0.0.0/0"
        if local == everything || remote == everything { return }
        let mine = local.split(separator: ",").compactMap { IPv4Block($0) }
        for other in remote.split(separator: ",").compactMap({ IPv4Block($0) })
        where mine.contains(where: other.overlaps) {
            throw ServiceError(
                400, "IllegalParam.RemoteSubnet", "The block \(other.text) of RemoteSubnet overlaps LocalSubnet.")
        }
    }
}
