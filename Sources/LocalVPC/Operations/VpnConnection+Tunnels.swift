import DataValue

/// Where the cloud's end of a connection is: at a VPN gateway, or at no gateway.
struct ConnectionSite {
    /// One for each tunnel.
    var addresses: [String]
    /// One for each tunnel; empty where there is no vSwitch.
    var zones: [String]
    /// Whether the gateway is of the type NationalStandard.
    var isNational = false
    var isAttachment = false

    init(_ gateway: Resource) {
        let second = gateway.text("DisasterRecoveryInternetIp")
        addresses = [gateway.text("InternetIp")] + (second.isEmpty ? [] : [second])
        zones = ["VSwitchId", "DisasterRecoveryVSwitchId"].map { gateway.text($0) }
        isNational = gateway.text("VpnType") == "NationalStandard"
    }

    /// - Parameter attachment: a connection without a gateway.
    init(attachment: Resource) {
        let tunnels = attachment.document.list("Tunnels")
        addresses = tunnels.isEmpty ? [attachment.text("InternetIp")] : tunnels.map { $0.text("InternetIp") }
        zones = []
        isAttachment = true
    }

    init(addresses: [String]) {
        self.addresses = addresses
        zones = []
        isAttachment = true
    }
}

/// Tunnels: the one of a connection that has no more, and the two of one that has.
extension CallContext {
    private static let specification = "TunnelOptionsSpecification"

    /// The customer gateway with an id.
    func customerGateway(_ id: String, region: String?) throws -> Resource {
        guard let gateway = try store.find(.customerGateway, id: id, region: region) else {
            throw ServiceError.notFound("InvalidCustomerGatewayInstanceId.NotFound", "customer gateway", id)
        }
        return gateway
    }

    /// The zone of a tunnel: that of the vSwitch in which its end is.
    private func zone(_ site: ConnectionSite, _ position: Int) throws -> Value {
        guard site.zones.indices.contains(position), !site.zones[position].isEmpty else { return "" }
        return try store.find(.vSwitch, id: site.zones[position], region: nil)?.document["ZoneId"] ?? ""
    }

    /// Takes over what the call says of a connection with a single tunnel, new or known.
    func setUpSingleTunnel(of document: inout Record, at site: ConnectionSite) throws {
        if structure(Self.specification) != nil {
            throw ServiceError.invalidParameter(Self.specification, "goes with VPN gateways that have two vSwitches")
        }
        let known = document.text("CustomerGatewayId")
        // That of a gateway's connection is for ever.
        let isOpen = known.isEmpty || site.isAttachment
        let id = isOpen ? self["CustomerGatewayId"] ?? known : known
        if id.isEmpty { throw ServiceError.missingParameter("CustomerGatewayId") }
        let peer = try customerGateway(id, region: region)
        if known != peer.id {
            document["CustomerGatewayId"] = .string(peer.id)
            document["RemoteAddress"] = peer.document.field("IpAddress")
        }
        for name in ["EnableDpd", "EnableNatTraversal"] {
            document[name] = .bool(boolean(name) ?? (document[name] != false))
        }
        let isNew = document["IkeConfig"] == nil
        let ikeStart =
            isNew ? ConnectionRules.defaultIke(isNational: site.isNational) : document.record("IkeConfig")
        let ipsecStart =
            isNew ? ConnectionRules.defaultIpsec(isNational: site.isNational) : document.record("IpsecConfig")
        let ike = try ConnectionRules.ike(isNational: site.isNational)
            .apply(try json("IkeConfig"), onto: ikeStart, name: "IkeConfig")
        document["IkeConfig"] = .record(
            complete(ike: ike, local: site.addresses.first ?? "", remote: peer.text("IpAddress")))
        document["IpsecConfig"] = .record(
            try ConnectionRules.ipsec(isNational: site.isNational)
                .apply(try json("IpsecConfig"), onto: ipsecStart, name: "IpsecConfig"))
        document["VcoHealthCheck"] = .record(
            try healthCheck(onto: isNew ? ConnectionRules.noHealthCheck : document.record("VcoHealthCheck")))
        var bgp = try ConnectionRules.bgp.apply(
            try json("BgpConfig"), onto: isNew ? ConnectionRules.noBgp : document.record("VpnBgpConfig"),
            name: "BgpConfig")
        if bgp["EnableBgp"] == "true" { bgp = try complete(bgp: bgp, peer: peer, name: "BgpConfig") }
        document["VpnBgpConfig"] = .record(bgp)
        document["RemoteCaCertificate"] = try certificate(
            self["RemoteCaCertificate"] ?? self["RemoteCaCert"], known: document["RemoteCaCertificate"], site,
            name: "RemoteCaCertificate")
        if document["ZoneNo"] == nil { document["ZoneNo"] = try zone(site, 0) }
    }

    /// Takes over what the call says of a connection with two tunnels, new or known.
    func setUpTunnels(of document: inout Record, at site: ConnectionSite) throws {
        var given: [Record] = []
        switch structure(Self.specification) {
        case .list(let items)?: given = items.compactMap { if case .record(let record) = $0 { record } else { nil } }
        case nil: break
        default: throw ServiceError.invalidParameter(Self.specification, "must be a list")
        }
        if let bgp = boolean("EnableTunnelsBgp") { document["EnableTunnelsBgp"] = .bool(bgp) }
        if document["EnableTunnelsBgp"] == nil { document["EnableTunnelsBgp"] = false }
        var tunnels = document.list("Tunnels")
        if tunnels.isEmpty {
            guard given.count == 2 else {
                throw given.isEmpty
                    ? ServiceError.missingParameter(Self.specification)
                    : ServiceError.invalidParameter(Self.specification, "must describe two tunnels")
            }
            tunnels = try given.indices.map { try newTunnel($0, at: site) }
        }
        for (position, options) in given.enumerated() {
            let target = try place(of: options, position, in: tunnels)
            tunnels[target] = try tunnel(
                from: options.without(["TunnelId", "TunnelIndex"]), onto: tunnels[target], at: site, in: document,
                name: "\(Self.specification).\(position + 1)")
        }
        if tunnels.count == 2, tunnels[0]["Role"] == tunnels[1]["Role"], !site.isAttachment {
            throw ServiceError.invalidParameter(
                "\(Self.specification).Role", "must be master for one tunnel and slave for the other")
        }
        // That BGP was turned on may concern a tunnel that the call does not mention.
        for position in tunnels.indices {
            tunnels[position] = try completeBgp(of: tunnels[position], in: document)
        }
        try requireDistinctBgp(tunnels)
        document["Tunnels"] = .list(tunnels.map { .record($0) })
    }

    private func newTunnel(_ position: Int, at site: ConnectionSite) throws -> Record {
        let isModern = site.isAttachment
        return Record(fields: [
            ("TunnelId", .string(try newID("tun", region: region ?? ""))), ("TunnelIndex", .int(position + 1)),
            ("Role", position == 0 ? "master" : "slave"), ("CustomerGatewayId", ""), ("RemoteAddress", ""),
            ("InternetIp", .string(site.addresses.indices.contains(position) ? site.addresses[position] : "")),
            ("EnableDpd", true), ("EnableNatTraversal", true), ("RemoteCaCertificate", ""),
            ("ZoneNo", try zone(site, position)),
            (
                "TunnelIkeConfig",
                .record(ConnectionRules.defaultIke(isNational: site.isNational, isModern: isModern))
            ),
            (
                "TunnelIpsecConfig",
                .record(ConnectionRules.defaultIpsec(isNational: site.isNational, isModern: isModern))
            ),
            ("TunnelBgpConfig", .record(Record())),
        ])
    }

    /// Which of the tunnels an element of the specification is about: by its id, its index, or where it stands.
    private func place(of options: Record, _ position: Int, in tunnels: [Record]) throws(ServiceError) -> Int {
        if let id = options.string("TunnelId") {
            guard let place = tunnels.firstIndex(where: { $0.text("TunnelId") == id }) else {
                throw .notFound("InvalidTunnelId.NotFound", "tunnel", id)
            }
            return place
        }
        if let index = options.string("TunnelIndex") {
            guard let number = Int(index), tunnels.indices.contains(number - 1) else {
                throw .invalidParameter("\(Self.specification).\(position + 1).TunnelIndex", "must be 1 or 2")
            }
            return number - 1
        }
        guard tunnels.indices.contains(position) else {
            throw .invalidParameter(Self.specification, "must describe two tunnels")
        }
        return position
    }

    /// A tunnel with what is given taken over.
    func tunnel(
        from given: Record, onto start: Record, at site: ConnectionSite, in document: Record, name: String
    ) throws -> Record {
        var tunnel = start
        if let id = given.string("CustomerGatewayId") {
            let peer = try customerGateway(id, region: region)
            tunnel["CustomerGatewayId"] = .string(peer.id)
            tunnel["RemoteAddress"] = peer.document.field("IpAddress")
        }
        guard !tunnel.text("CustomerGatewayId").isEmpty else {
            throw ServiceError.missingParameter("\(name).CustomerGatewayId")
        }
        let rules = ConfigurationRules([
            .init("EnableDpd") { (value) throws(ConfigurationError) in try value.flag() },
            .init("EnableNatTraversal") { (value) throws(ConfigurationError) in try value.flag() },
            .init("Role") { (value) throws(ConfigurationError) in try value.choice(["master", "slave"]) },
            .init("RemoteCaCertificate") { (value) throws(ConfigurationError) in try value.text(maximum: 8192) },
        ])
        let structures = ["TunnelIkeConfig", "TunnelIpsecConfig", "TunnelBgpConfig", "CustomerGatewayId"]
        tunnel = try rules.apply(given.without(structures), onto: tunnel, name: name)
        let ike = try ConnectionRules.ike(isNational: site.isNational).apply(
            given.record("TunnelIkeConfig"), onto: tunnel.record("TunnelIkeConfig"), name: "\(name).TunnelIkeConfig")
        tunnel["TunnelIkeConfig"] = .record(
            complete(ike: ike, local: tunnel.text("InternetIp"), remote: tunnel.text("RemoteAddress")))
        tunnel["TunnelIpsecConfig"] = .record(
            try ConnectionRules.ipsec(isNational: site.isNational).apply(
                given.record("TunnelIpsecConfig"), onto: tunnel.record("TunnelIpsecConfig"),
                name: "\(name).TunnelIpsecConfig"))
        tunnel["TunnelBgpConfig"] = .record(
            try ConnectionRules.tunnelBgp.apply(
                given.record("TunnelBgpConfig"), onto: tunnel.record("TunnelBgpConfig"),
                name: "\(name).TunnelBgpConfig"))
        tunnel["RemoteCaCertificate"] = try certificate(
            given.string("RemoteCaCertificate"), known: start["RemoteCaCertificate"], site,
            name: "\(name).RemoteCaCertificate")
        return try completeBgp(of: tunnel, in: document)
    }

    private func completeBgp(of tunnel: Record, in document: Record) throws -> Record {
        guard document.flag("EnableTunnelsBgp") else { return tunnel }
        var tunnel = tunnel
        let peer = try store.find(.customerGateway, id: tunnel.text("CustomerGatewayId"), region: nil)
        tunnel["TunnelBgpConfig"] = .record(
            try complete(bgp: tunnel.record("TunnelBgpConfig"), peer: peer, name: "TunnelBgpConfig"))
        return tunnel
    }

    func requireDistinctBgp(_ tunnels: [Record]) throws(ServiceError) {
        let blocks = tunnels.map { $0.record("TunnelBgpConfig").text("TunnelCidr") }.filter { !$0.isEmpty }
        if Set(blocks).count < blocks.count {
            throw .invalidParameter("TunnelBgpConfig.TunnelCidr", "must be another for each tunnel")
        }
    }

    /// What is not said of a key and of identities is made up, or follows from the addresses.
    private func complete(ike: Record, local: String, remote: String) -> Record {
        var ike = ike
        if ike.text("Psk").isEmpty { ike["Psk"] = .string(randomText(16)) }
        if ike.text("LocalId").isEmpty { ike["LocalId"] = .string(local) }
        if ike.text("RemoteId").isEmpty { ike["RemoteId"] = .string(remote) }
        return ike
    }

    /// The peer's certificate, which gateways of the type NationalStandard need and others do not take.
    private func certificate(_ given: String?, known: Value?, _ site: ConnectionSite, name: String)
        throws(ServiceError) -> Value
    {
        if given != nil, !site.isNational {
            throw .invalidParameter(name, "goes with gateways of the type NationalStandard only")
        }
        if let given { return .string(given) }
        if site.isNational, known ?? "" == "" { throw .missingParameter(name) }
        return known ?? ""
    }
}
