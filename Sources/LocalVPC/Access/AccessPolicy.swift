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

    /// Whether a key may carry out an action on a resource.
    ///
    /// - Parameter further: rules for the account beside the policy's own.
    func decision(_ key: AccessKey, action: String, resource: String, further: [AccessRule] = []) -> AccessDecision {
        for rules in [accountRules, further] where !rules.isEmpty {
            if rules.contains(where: { $0.effect == .deny && $0.matches(action: action, resource: resource) }) {
                return .accountDenied
            }
        }
        guard key.isSubUser else { return .allowed }
        let matching = key.rules.filter { $0.matches(action: action, resource: resource) }
        if matching.contains(where: { $0.effect == .deny }) { return .subUserDenied }
        return matching.isEmpty ? .subUserDenied : .allowed
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
    /// Operation names, in which `*` stands for any text and `?` for one character: `DeleteVpn*`. A prefix `vpc:` is
    /// allowed.
    package var action: String
    /// Ids in the same notation: `vco-*`. A call that names no resource, as one that creates, has the empty id, which
    /// `*` matches.
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

    func matches(action: String, resource: String) -> Bool {
        let pattern = self.action.hasPrefix("vpc:") ? String(self.action.dropFirst(4)) : self.action
        return Glob.matches(pattern, action) && Glob.matches(self.resource, resource)
    }
}

enum AccessDecision: Sendable, Equatable {
    case allowed
    /// The sub-user lacks the permission.
    case subUserDenied
    /// The account itself may not.
    case accountDenied
}

/// Patterns with `*` and `?`.
enum Glob {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.unicodeScalars)
        let text = Array(text.unicodeScalars)
        var position = 0
        var textPosition = 0
        // Where to go on if what follows the last star does not fit: the star takes one more character.
        var retry: (pattern: Int, text: Int)?
        while textPosition < text.count {
            if position < pattern.count, pattern[position] == "*" {
                retry = (position + 1, textPosition)
                position += 1
            } else if position < pattern.count, pattern[position] == "?" || pattern[position] == text[textPosition] {
                position += 1
                textPosition += 1
            } else if let last = retry {
                retry = (last.pattern, last.text + 1)
                position = last.pattern
                textPosition = last.text + 1
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == "*" }
    }
}
