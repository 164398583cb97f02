import DataValue

/// The parameters of connections that are JSON objects within a string: `IkeConfig`, `IpsecConfig`,
/// `HealthCheckConfig`, `BgpConfig`. What they do not mention stays as it was, which at first is the default.
extension CallContext {
    private static let encryption = ["aes", "aes192", "aes256", "des", "3des"]
    private static let authentication = ["md5", "sha1", "sha256", "sha384", "sha512"]
    private static let groups = ["group1", "group2", "group5", "group14"]

    static let defaultIpsecConfig = Record(fields: [
        ("IpsecEncAlg", "aes"), ("IpsecAuthAlg", "md5"), ("IpsecPfs", "group2"), ("IpsecLifetime", 86400),
    ])
    static let noHealthCheck = Record(fields: [
        ("Enable", "false"), ("Dip", ""), ("Sip", ""), ("Interval", 0), ("Retry", 0),
    ])
    static let noBgp = Record(fields: [("EnableBgp", "false")])

    func defaultIkeConfig(gateway: Resource, peer: Resource) -> Record {
        Record(fields: [
            ("Psk", .string(randomText(16))), ("IkeVersion", "ikev1"), ("IkeMode", "main"), ("IkeEncAlg", "aes"),
            ("IkeAuthAlg", "md5"), ("IkePfs", "group2"), ("IkeLifetime", 86400),
            ("LocalId", gateway.document.field("InternetIp")), ("RemoteId", peer.document.field("IpAddress")),
        ])
    }

    func ikeConfig(onto start: Record) throws(ServiceError) -> Record {
        try configuration("IkeConfig", onto: start) { (name, value) throws(ConfigurationError) in
            switch name {
            case "Psk": return ("Psk", try value.printable(maximum: 100))
            case "IkeVersion": return (name, try value.choice(["ikev1", "ikev2"]))
            case "IkeMode": return (name, try value.choice(["main", "aggressive"]))
            case "IkeEncAlg": return (name, try value.choice(Self.encryption))
            case "IkeAuthAlg": return (name, try value.choice(Self.authentication))
            case "IkePfs": return (name, try value.choice(Self.groups))
            case "IkeLifetime": return (name, try value.number(0...86400))
            case "LocalId", "LocalIdIPsec": return ("LocalId", try value.printable(maximum: 100))
            case "RemoteId": return (name, try value.printable(maximum: 100))
            default: return nil
            }
        }
    }

    func ipsecConfig(onto start: Record) throws(ServiceError) -> Record {
        try configuration("IpsecConfig", onto: start) { (name, value) throws(ConfigurationError) in
            switch name {
            case "IpsecEncAlg": return (name, try value.choice(Self.encryption))
            case "IpsecAuthAlg": return (name, try value.choice(Self.authentication))
            case "IpsecPfs": return (name, try value.choice(["disabled"] + Self.groups))
            case "IpsecLifetime": return (name, try value.number(0...86400))
            default: return nil
            }
        }
    }

    func healthCheck(onto start: Record) throws(ServiceError) -> Record {
        var check = try configuration("HealthCheckConfig", onto: start) { (name, value) throws(ConfigurationError) in
            switch name.lowercased() {
            case "enable": return ("Enable", try value.choice(["true", "false"]))
            case "dip": return ("Dip", try value.address())
            case "sip": return ("Sip", try value.address())
            case "interval": return ("Interval", try value.number(1...3600))
            case "retry": return ("Retry", try value.number(1...100))
            case "policy": return ("Policy", try value.choice(["revoke_route", "reserve_route"]))
            default: return nil
            }
        }
        guard check["Enable"] == "true" else { return check }
        for (field, name) in [("Dip", "dip"), ("Sip", "sip")] where check[field] == "" {
            throw .missingParameter("HealthCheckConfig.\(name)")
        }
        for name in ["Interval", "Retry"] where check[name] == 0 { check[name] = 3 }
        return check
    }

    func bgpConfig(onto start: Record, peer: Resource?) throws(ServiceError) -> Record {
        var bgp = try configuration("BgpConfig", onto: start) { (name, value) throws(ConfigurationError) in
            switch name {
            case "EnableBgp": return (name, try value.choice(["true", "false"]))
            case "LocalAsn": return (name, try value.number(1...4_294_967_295))
            case "TunnelCidr": return (name, try value.tunnelBlock())
            case "LocalBgpIp": return (name, try value.address())
            default: return nil
            }
        }
        guard bgp["EnableBgp"] == "true" else { return bgp }
        for name in ["LocalAsn", "TunnelCidr", "LocalBgpIp"] where bgp[name] == nil {
            throw .missingParameter("BgpConfig.\(name)")
        }
        guard case .int(let peerSystem)? = peer?.document["Asn"] else {
            throw .invalidParameter("BgpConfig.EnableBgp", "needs a customer gateway with an Asn")
        }
        guard case .string(let cidr)? = bgp["TunnelCidr"], let block = IPv4Block(cidr),
            case .string(let text)? = bgp["LocalBgpIp"], let address = IPv4Address(text),
            // Of the four addresses the first is the network's and the last the broadcast's.
            block.contains(address), 1...2 ~= address.bits & 3
        else { throw .invalidParameter("BgpConfig.LocalBgpIp", "must be a host's address in TunnelCidr") }
        bgp["PeerAsn"] = .int(peerSystem)
        bgp["PeerBgpIp"] = .string(IPv4Address(bits: address.bits ^ 3).text)
        return bgp
    }

    /// Reads the JSON object in a parameter, if the call has it.
    ///
    /// - Parameter field: checks a field and says under which name it is kept; nil if there is no such field.
    private func configuration(
        _ parameter: String, onto start: Record,
        field: (String, ConfigurationValue) throws(ConfigurationError) -> (String, Value)?
    ) throws(ServiceError) -> Record {
        guard let text = self[parameter] else { return start }
        guard case .record(let given)? = try? JSON.parse(text) else {
            throw .invalidParameter(parameter, "must be a JSON object")
        }
        var result = start
        for (name, value) in given.fields {
            do throws(ConfigurationError) {
                guard let (kept, checked) = try field(name, ConfigurationValue(value: value)) else {
                    throw ConfigurationError(reason: "is not known")
                }
                result[kept] = checked
            } catch {
                throw .invalidParameter("\(parameter).\(name)", error.reason)
            }
        }
        return result
    }
}

/// What is wrong with a field; never what its value was, which may be a key.
private struct ConfigurationError: Error {
    var reason: String
}

/// The value of a field. Clients write numbers and booleans with and without quotes.
private struct ConfigurationValue {
    let value: Value

    private var text: String? {
        switch value {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        default: nil
        }
    }

    func choice(_ choices: [String]) throws(ConfigurationError) -> Value {
        guard let text, choices.contains(text) else {
            throw ConfigurationError(reason: "must be one of " + choices.joined(separator: ", "))
        }
        return .string(text)
    }

    func number(_ range: ClosedRange<Int>) throws(ConfigurationError) -> Value {
        guard let number = text.flatMap({ Int($0) }), range.contains(number) else {
            throw ConfigurationError(reason: "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return .int(number)
    }

    func printable(maximum: Int) throws(ConfigurationError) -> Value {
        guard let text, 1...maximum ~= text.utf8.count, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw ConfigurationError(reason: "must be 1 to \(maximum) ASCII characters without blanks")
        }
        return .string(text)
    }

    func address() throws(ConfigurationError) -> Value {
        guard let address = text.flatMap({ IPv4Address($0) }) else {
            throw ConfigurationError(reason: "must be an IPv4 address")
        }
        return .string(address.text)
    }

    func tunnelBlock() throws(ConfigurationError) -> Value {
        guard let block = text.flatMap({ IPv4Block($0) }), block.length == 30,
            IPv4Block("169.254.0.0/16")?.contains(block) == true
        else { throw ConfigurationError(reason: "must be a block of 30 bits in 169.254.0.0/16") }
        return .string(block.text)
    }
}
