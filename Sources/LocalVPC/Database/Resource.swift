import DataValue

/// The kinds of resources that the service keeps. The raw values are in databases.
enum ResourceKind: String, Sendable, CaseIterable {
    case vpc = "Vpc"
    case vSwitch = "VSwitch"
    case routeTable = "RouteTable"
    /// A custom route of a VPC's route table, or one that a VPN gateway published there.
    case routeEntry = "RouteEntry"
    case eip = "Eip"
    case vpnGateway = "VpnGateway"
    case customerGateway = "CustomerGateway"
    /// An IPsec connection, with a VPN gateway or without one.
    case vpnConnection = "VpnConnection"
    /// A destination-based route of a VPN gateway.
    case vpnRoute = "VpnRoute"
    /// A policy-based route of a VPN gateway.
    case policyRoute = "PolicyRoute"
    /// A route of an IPsec connection without a VPN gateway.
    case connectionRoute = "ConnectionRoute"
    case sslServer = "SslServer"
    case clientCertificate = "ClientCertificate"
    case ipsecServer = "IpsecServer"
    case certificateAssociation = "CertificateAssociation"
    case diagnosis = "Diagnosis"
}

/// What was last done to a resource; from this and the time since, its state is computed.
enum ResourcePhase: String, Sendable {
    /// It was created.
    case created
    /// Its configuration was changed; of a VPN gateway, also that of one of its connections.
    case configured
    /// It is being deleted, and listed among the departing.
    case deleting
}

/// One resource as it is stored.
struct Resource: Sendable {
    /// Counts up over all resources and is never used again: the order of lists.
    let number: Int64
    let kind: ResourceKind
    let region: String
    let id: String
    /// Nanoseconds since 1970.
    let created: Nanoseconds
    var phase: ResourcePhase
    /// When the phase began.
    var changed: Nanoseconds
    /// What the kind has beyond this, under its wire names.
    var document: Record
    /// The document as it is in the database.
    let stored: Record

    init(
        number: Int64, kind: ResourceKind, region: String, id: String, created: Nanoseconds, phase: ResourcePhase,
        changed: Nanoseconds, document: Record
    ) {
        self.number = number
        self.kind = kind
        self.region = region
        self.id = id
        self.created = created
        self.phase = phase
        self.changed = changed
        self.document = document
        stored = document
    }

    /// A field of text, empty where the document has none.
    func text(_ name: String) -> String { document.text(name) }
}

/// An attribute by which resources of one kind can be found.
struct Attribute: Sendable, Hashable {
    var name: String
    var value: String
    /// Whether resources of all regions are found by it.
    var isGlobal: Bool

    init(_ name: String, _ value: String, isGlobal: Bool = false) {
        self.name = name
        self.value = value
        self.isGlobal = isGlobal
    }

    /// That of every resource of a kind and region.
    static let any = Attribute("", "")
    /// That of every resource of a kind, for kinds that are counted over all regions.
    static let anywhere = Attribute("", "", isGlobal: true)
}

/// Which resources a list shall hold.
struct ResourceFilter: Sendable {
    /// All of these hold.
    var attributes: [Attribute] = []
    /// One of these ids; nil where any will do.
    var ids: [String]?
}

/// One page of a list.
struct ResourcePage: Sendable {
    var resources: [Resource]
    /// How many there are on all pages.
    var total: Int
}

extension Record {
    /// A field of text, empty where there is none.
    func text(_ name: String) -> String {
        if case .string(let text)? = self[name] { text } else { "" }
    }

    /// A field that is a record; empty where it is not.
    func record(_ name: String) -> Record {
        if case .record(let record)? = self[name] { record } else { Record() }
    }

    /// A field that is a number; nil where it is not.
    func integer(_ name: String) -> Int? {
        if case .int(let number)? = self[name] { number } else { nil }
    }

    /// Whether a field is true.
    func flag(_ name: String) -> Bool { self[name] == true }
}
