import DataValue
import LocalVPC

/// Users, quotas, faults.
extension LocalCommand {
    /// The account itself, in the place of a user's name: what is denied to it is denied to everybody.
    private static let root = "root"

    func status(_ administration: Administration) throws -> String {
        let clock = try administration.clock()
        var rows: [[(String, Value)]] = try administration.counts().map { kind, count in
            [("What", .string(kind)), ("Count", .int(count))]
        }
        rows.append([("What", "users"), ("Count", .int(try administration.users().count))])
        rows.append([("What", "faults"), ("Count", .int(try administration.faults().count))])
        rows.append([("What", "changed quotas"), ("Count", .int(try administration.quotas().changed.count))])
        return table(rows) + "the clock is \(durationText(clock.advance)) ahead\n"
    }

    // MARK: Users

    func users(_ administration: Administration) throws -> String {
        switch task {
        case .addUser(let name, let texts):
            if name == Self.root { throw Problem(message: "\(Self.root) is the account itself") }
            let user = try administration.newUser(name, rules: try rules(texts))
            guard format != .table else {
                return "AccessKeyId      \(user.key.id)\nAccessKeySecret  \(user.key.secret)\n"
            }
            let record = Record([
                ("AccessKeyId", Value.string(user.key.id)), ("AccessKeySecret", .string(user.key.secret)),
            ])
            return ValueFormatter(format: format).text(.record(record))
        case .setRules(let name, let texts):
            let rules = try rules(texts)
            if name == Self.root {
                if rules.contains(where: { $0.effect == .allow }) {
                    throw Problem(
                        message: "the account may do everything that is not denied to it: --allow says nothing")
                }
                try administration.setAccountRules(rules)
                return ""
            }
            guard var user = try administration.users().first(where: { $0.name == name }) else {
                throw Problem(message: "there is no user \(name)")
            }
            user.key.rules = rules
            try administration.put(user)
            return ""
        case .removeUser(let name):
            try administration.removeUser(name)
            return ""
        default:
            var rows = try administration.users().map { user in
                row(user.name, key: user.key.id, user.key.rules)
            }
            let account = try administration.accountRules()
            rows.insert(row(Self.root, key: AccessKey.root.id, account, isRoot: true), at: 0)
            return table(rows)
        }
    }

    private func row(_ name: String, key: String, _ rules: [AccessRule], isRoot: Bool = false) -> [(String, Value)] {
        func texts(_ effect: AccessRule.Effect) -> Value {
            let texts = rules.filter { $0.effect == effect }.map { rule in
                rule.resource == "*" ? rule.action : "\(rule.action)@\(rule.resource)"
            }
            return .string(texts.joined(separator: " "))
        }
        return [
            ("Name", .string(name)), ("AccessKeyId", .string(key)), ("Allow", isRoot ? "*" : texts(.allow)),
            ("Deny", texts(.deny)),
        ]
    }

    private func rules(_ texts: [AccessRuleText]) throws -> [AccessRule] {
        try texts.map { rule in
            let parts = rule.text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            guard let action = parts.first, !action.isEmpty, parts.count == 1 || !parts[1].isEmpty else {
                throw Problem(
                    message: "'\(rule.text)' is no rule", help: "DeleteVpn* is one, and DeleteVpn*@vco-* another")
            }
            return AccessRule(
                rule.allows ? .allow : .deny, action: String(action), resource: parts.count > 1 ? String(parts[1]) : "*"
            )
        }
    }

    // MARK: Quotas

    func quotas(_ administration: Administration) throws -> String {
        switch task {
        case .setQuota(let name, let limit):
            guard let quota = Quota(rawValue: name) else {
                let nearest = Spelling.nearest(to: name, among: Quota.allCases.map(\.rawValue)).first
                throw Problem(
                    message: "there is no quota '\(name)'",
                    help: nearest.map { "is it \($0)?" } ?? "vpcsh local quota lists them")
            }
            if limit < 0 { throw Problem(message: "a quota is 0 or more") }
            var quotas = try administration.quotas()
            quotas[quota] = limit
            try administration.set(quotas)
            return ""
        case .setRealQuotas:
            try administration.set(Quotas.real)
            return ""
        case .setStandardQuotas:
            try administration.set(Quotas())
            return ""
        default:
            let quotas = try administration.quotas()
            return table(
                Quota.allCases.map { quota in
                    [
                        ("Name", .string(quota.rawValue)), ("Limit", .int(quotas[quota])), ("Real", .int(quota.real)),
                        ("What", .string(quota.summary)),
                    ]
                })
        }
    }

    // MARK: Faults

    func faults(_ administration: Administration) throws -> String {
        switch task {
        case .addFault(let text):
            try administration.set(try administration.faults() + [try fault(text)])
            return ""
        case .clearFaults(let action):
            let kept = try administration.faults().filter { fault in action.map { fault.action != $0 } ?? false }
            try administration.set(kept)
            return ""
        default:
            let faults = try administration.faults()
            if faults.isEmpty { return "no faults are set\n" }
            return table(
                faults.map { fault in
                    [
                        ("Action", .string(fault.action)), ("Kind", .string(fault.kind.rawValue)),
                        ("Rate", .string(percent(fault.perMille))),
                        ("Delay", .string(fault.delay > 0 ? durationText(fault.delay) : "")),
                        ("Times", .string(fault.remaining.map { "\($0)" } ?? "")),
                        ("What", .string(fault.kind.summary)),
                    ]
                })
        }
    }

    private func percent(_ perMille: Int) -> String {
        perMille % 10 == 0 ? "\(perMille / 10)%" : "\(perMille / 10).\(perMille % 10)%"
    }

    private func fault(_ text: FaultText) throws -> Fault {
        guard let kind = Fault.Kind(rawValue: text.kind) else {
            let kinds = Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(message: "there is no fault '\(text.kind)'", help: "there are \(kinds)")
        }
        var fault = Fault(action: text.action, kind: kind, remaining: text.times)
        if let times = text.times, times < 1 { throw Problem(message: "--times is 1 or more") }
        if !text.rate.isEmpty {
            let number = Double(text.rate.hasSuffix("%") ? String(text.rate.dropLast()) : text.rate)
            guard let number, 0...100 ~= number, text.rate.hasSuffix("%") else {
                throw Problem(message: "'\(text.rate)' is no rate", help: "10% is one, 0.5% another")
            }
            fault.perMille = Int((number * 10).rounded())
        }
        switch (kind, text.span.isEmpty) {
        case (.delay, true): throw Problem(message: "a delay needs its length", help: "--delay 2s")
        case (.delay, false):
            guard let span = parseDuration(text.span), span > 0, span <= 3_600_000_000_000 else {
                throw Problem(message: "'\(text.span)' is no delay of an hour at most", help: "2s is one")
            }
            fault.delay = span
        case (_, false): throw Problem(message: "--delay goes with the fault delay only")
        default: break
        }
        return fault
    }
}
