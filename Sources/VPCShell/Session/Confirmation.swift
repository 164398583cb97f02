import CloudAPI

/// What a user is asked before something is destroyed.
struct DestructionQuestion: Sendable {
    /// What is about to be hit, in one line or several, ended by what is asked.
    var text: String
    /// What must be typed for a yes, where a mere yes is not enough.
    var expected: String?
}

/// Asks before an operation that destroys, where there is somebody to ask, and refuses what a profile's mark forbids.
///
/// It is the outermost part of the chain, so that what it looks up before it asks goes the way of every call.
struct Confirmation: APIHandler {
    /// What holds for a call that is to be sent.
    struct Rules: Sendable {
        /// Puts a question and takes the answer; nil where there is nobody to ask.
        var ask: (@Sendable (DestructionQuestion) -> Bool)?
        /// Whether the user wants to be asked; a protected profile asks all the same.
        var asks: Bool
        /// The mark of the profile that is used.
        var mark: ProfileMark
        /// Its name.
        var profile: String?
        /// Whether only looking is allowed, since the statement runs again and again.
        var isWatching = false
    }

    private let next: any APIHandler
    private let rules: @Sendable () throws(APIError) -> Rules

    init(_ next: any APIHandler, rules: @escaping @Sendable () throws(APIError) -> Rules) {
        self.next = next
        self.rules = rules
    }

    func send(_ call: APICall) throws(APIError) -> APIAnswer {
        guard call.changesAnything else { return try next.send(call) }
        let rules = try rules()
        if rules.isWatching {
            throw .unsent("Client.ReadOnly", "\(call.action) was not sent: 'watch' only looks", call)
        }
        let profile = rules.profile ?? "?"
        if rules.mark == .readOnly {
            throw .unsent(
                "Client.ReadOnly", "\(call.action) was not sent: the profile '\(profile)' is marked read-only", call)
        }
        guard Self.destroys(call) || rules.mark == .protected && Self.mayDestroy(call) else {
            return try next.send(call)
        }
        if rules.mark == .protected {
            guard let ask = rules.ask else {
                throw .unsent(
                    "Client.Declined",
                    "\(call.action) was not sent: the profile '\(profile)' is protected, which leaves this to a person "
                        + "at a prompt", call)
            }
            let subject = try lookUp(call)
            guard ask(.init(text: subject.text, expected: subject.name)) else { throw Self.declined(call) }
        } else if rules.asks, let ask = rules.ask {
            guard ask(.init(text: try lookUp(call).text)) else { throw Self.declined(call) }
        }
        return try next.send(call)
    }

    private func lookUp(_ call: APICall) throws(APIError) -> Impact.Subject {
        let subject = Impact(call, next).lookedUp()
        // Whoever has pressed Ctrl-C meanwhile is not asked any more.
        if call.cancellation.isCancelled {
            throw .unsent(SigningClient.interrupted, "interrupted before it was sent", call)
        }
        return subject
    }

    private static func declined(_ call: APICall) -> APIError {
        .unsent("Client.Declined", "\(call.action) was not sent: you said no", call)
    }

    /// Whether a call takes away what there is, or cuts traffic.
    static func destroys(_ call: APICall) -> Bool {
        // Whether the service minds case is its business.
        let folded = call.action.lowercased()
        if beginnings.contains(where: folded.hasPrefix) { return true }
        guard let cutting = cutting[call.action] else { return false }
        return call.parameters.contains { parameter in
            cutting.contains { name, value in
                (parameter.name == name || parameter.name.hasPrefix(name + "."))
                    && (value ?? parameter.value) == parameter.value
            }
        }
    }

    /// How the operations of this API and of others are called that take something away.
    private static let beginnings = [
        "delete", "release", "unassociate", "detach", "disable", "disassociate", "dissociate", "revoke", "terminate",
        "withdraw", "deactiv", "remove", "cancel", "stop",
    ]

    /// Whether a call may take something away, for a profile with which that is left to a person: of this API what
    /// switches a protection off, of any other whatever is not plainly something new.
    private static func mayDestroy(_ call: APICall) -> Bool {
        let folded = call.action.lowercased()
        if call.isOfCatalogue, Catalogue.operation(named: call.action) != nil {
            return folded == "deletionprotection" || folded.hasPrefix("untag")
        }
        return !["create", "add", "allocate", "tag", "attach", "associate"].contains(where: folded.hasPrefix)
    }

    /// Operations that interrupt what runs if they are given certain parameters, or one with a certain value.
    private static let cutting: [String: [(name: String, value: String?)]] = [
        "ModifySslVpnServer": ["Proto", "Port", "Cipher", "Compress", "LocalSubnet", "ClientIpPool"].map { ($0, nil) },
        "ModifyTunnelAttribute": [("TunnelOptionsSpecification", nil)],
        "ModifyVpnAttachmentAttribute": tunnelSettings,
        "ModifyVpnConnectionAttribute": tunnelSettings,
        "ModifyVpnPbrRouteEntryAttribute": [("NewWeight", "0")],
        "ModifyVpnPbrRouteEntryWeight": [("NewWeight", "0")],
        "ModifyVpnRouteEntryWeight": [("NewWeight", "0")],
        "PublishVpnRouteEntry": [("PublishVpc", "false")],
    ]

    /// What a change of has both ends negotiate anew: until then nothing passes.
    private static let tunnelSettings: [(name: String, value: String?)] = [
        "LocalSubnet", "RemoteSubnet", "IkeConfig", "IpsecConfig", "TunnelOptionsSpecification", "EnableTunnelsBgp",
    ].map { ($0, nil) }
}
