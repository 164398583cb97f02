import DataValue

/// The kinds of resources that the service keeps.
enum ResourceKind: String, Sendable {
    case vpc = "Vpc"
    case vSwitch = "VSwitch"
    case vpnGateway = "VpnGateway"
    case customerGateway = "CustomerGateway"
    case vpnConnection = "VpnConnection"
}

/// What was last done to a resource; from this and the time since, its state is computed.
enum ResourcePhase: String, Sendable {
    /// It was created.
    case created
    /// Its configuration was changed; of a VPN gateway, also that of one of its connections.
    case configured
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

    /// A field of text, empty where the document has none.
    func text(_ name: String) -> String {
        if case .string(let text) = document[name] { text } else { "" }
    }
}

/// An attribute by which resources of one kind can be found.
struct Attribute: Sendable, Hashable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
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
