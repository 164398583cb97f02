import SystemSupport

/// Who may call the embedded service, and what they may do.
package struct AccessPolicy: Sendable, Equatable {
    /// The keys that the service knows.
    package var keys: [AccessKey]
    /// What holds for the account itself and so for every key: what a rule here denies is `Forbidden` even to the
    /// account's own key. Rules that allow have no effect here.
    package var accountRules: [AccessRule]

    package init(keys: [AccessKey] = [.root], accountRules: [AccessRule] = []) {
        self.keys = keys
        self.accountRules = accountRules
    }

    /// The account's own key alone, which may do everything.
    package static let rootOnly = AccessPolicy()

    func key(_ id: String) -> AccessKey? { keys.first { $0.id == id } }

    /// Whether a key may make a call: it must be allowed for every resource that the call names, and denied for none.
    ///
    /// - Parameter further: rules for the account beside the policy's own.
    func decision(_ key: AccessKey, _ request: AccessRequest, further: [AccessRule] = []) -> AccessDecision {
        func isDenied(_ rules: [AccessRule]) -> Bool {
            rules.contains { rule in
                rule.effect == .deny && request.resources.contains { rule.matches(request, resource: $0) }
            }
        }
        if isDenied(accountRules) || isDenied(further) { return .accountDenied }
        guard key.isSubUser else { return .allowed }
        if isDenied(key.rules) { return .subUserDenied }
        let isAllowed = request.resources.allSatisfy { resource in
            key.rules.contains { $0.effect == .allow && $0.matches(request, resource: resource) }
        }
        return isAllowed ? .allowed : .subUserDenied
    }
}

/// A key with which requests are signed.
package struct AccessKey: Sendable, Equatable {
    package var id: String
    package var secret: String
    /// A key of a sub-user may do only what its rules allow; the account's own key may do everything.
    package var isSubUser: Bool
    package var rules: [AccessRule]

    /// The account's own key: `local` with the secret `local`.
    package static let root = AccessKey(id: "local", secret: "local", isSubUser: false, rules: [])

    package init(id: String, secret: String, isSubUser: Bool, rules: [AccessRule]) {
        self.id = id
        self.secret = secret
        self.isSubUser = isSubUser
        self.rules = rules
    }

    /// A sub-user's key. Nothing is allowed but what a rule allows, and what one denies is denied.
    package static func subUser(_ id: String, secret: String, rules: [AccessRule]) -> AccessKey {
        AccessKey(id: id, secret: secret, isSubUser: true, rules: rules)
    }
}

/// Allows or denies actions on resources.
package struct AccessRule: Sendable, Equatable {
    package enum Effect: Sendable, Equatable {
        case allow, deny
    }
    package var effect: Effect
    /// Operation names in whatever case, in which `*` stands for any text and `?` for one character: `DeleteVpn*`. The
    /// prefix `vpc:` may stand before them.
    package var action: String
    /// Ids in the same notation, `vco-*`, or with their type and region: `acs:vpc:cn-hangzhou:*:vpnconnection/vco-*`. A
    /// call that names no resource, as one that creates, has the empty id, which `*` matches.
    package var resource: String

    package init(_ effect: Effect, action: String, resource: String = "*") {
        self.effect = effect
        self.action = action
        self.resource = resource
    }

    package static func allow(_ action: String, on resource: String = "*") -> AccessRule {
        AccessRule(.allow, action: action, resource: resource)
    }
    package static func deny(_ action: String, on resource: String = "*") -> AccessRule {
        AccessRule(.deny, action: action, resource: resource)
    }

    /// Whether the rule is about one of the resources that a call names.
    func matches(_ request: AccessRequest, resource: String) -> Bool {
        guard ActionPattern(action).matches(request.action),
            let pattern = try? ResourcePattern(self.resource)
        else { return false }
        return pattern.matches(resource, request, whereUncertain: effect == .deny)
    }

    /// Refuses a rule that would never apply: one whose action is none of the API's, or whose resource is written in a
    /// way that no resource is named in.
    package func check() throws(AccessRuleProblem) {
        if let problem = ActionPattern(action).problem { throw problem }
        _ = try ResourcePattern(resource)
    }
}

/// What rules look at of a call.
struct AccessRequest: Sendable {
    /// The operation's name.
    var action: String
    /// Empty where the call names none.
    var region: String
    /// The ids of all resources that the call names; the empty id stands for none.
    var resources: [String]
}

enum AccessDecision: Sendable, Equatable {
    case allowed
    /// The sub-user lacks the permission.
    case subUserDenied
    /// The account itself may not.
    case accountDenied
}
