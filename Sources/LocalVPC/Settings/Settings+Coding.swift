import DataValue

/// Settings as JSON. What a later version of the program wrote and this one does not know is passed over.
extension Settings {
    mutating func read(_ name: Name, _ value: Value) {
        switch name {
        case .users:
            guard case .record(let record) = value else { return }
            users = record.list("Users").compactMap { User($0) }
            accountRules = record.list("AccountRules").compactMap { AccessRule($0) }
        case .quotas:
            guard case .record(let record) = value else { return }
            quotas = Quotas()
            for (name, limit) in record.fields {
                if let quota = Quota(rawValue: name), case .int(let limit) = limit { quotas[quota] = limit }
            }
        case .faults:
            guard case .list(let list) = value else { return }
            faults = list.compactMap { if case .record(let record) = $0 { Fault(record) } else { nil } }
        case .clock:
            guard case .record(let record) = value else { return }
            clock = ClockSetting()
            if case .int(let advance)? = record["Advance"] { clock.advance = Nanoseconds(advance) }
            if case .int(let time)? = record["FrozenAt"] { clock.frozenAt = Nanoseconds(time) }
        }
    }

    func value(_ name: Name) -> Value {
        switch name {
        case .users:
            .record(
                Record(fields: [
                    ("Users", .list(users.map(\.value))), ("AccountRules", .list(accountRules.map(\.value))),
                ]))
        case .quotas: .record(Record(fields: quotas.changed.map { ($0.rawValue, .int($1)) }))
        case .faults: .list(faults.map(\.value))
        case .clock:
            .record(
                Record(fields: [
                    ("Advance", .int(Int(clock.advance))),
                    ("FrozenAt", clock.frozenAt.map { .int(Int($0)) } ?? .null),
                ]))
        }
    }
}

extension Record {
    /// The records in a list.
    func list(_ name: String) -> [Record] {
        guard case .list(let list)? = self[name] else { return [] }
        return list.compactMap { if case .record(let record) = $0 { record } else { nil } }
    }

    /// A field of text; nil where there is none.
    func string(_ name: String) -> String? {
        if case .string(let text)? = self[name] { text } else { nil }
    }
}

extension User {
    fileprivate init?(_ record: Record) {
        guard let name = record.string("Name"), let id = record.string("AccessKeyId"),
            let secret = record.string("AccessKeySecret")
        else { return nil }
        self.init(
            name: name, key: .subUser(id, secret: secret, rules: record.list("Rules").compactMap { AccessRule($0) }))
    }

    fileprivate var value: Value {
        .record(
            Record(fields: [
                ("Name", .string(name)), ("AccessKeyId", .string(key.id)), ("AccessKeySecret", .string(key.secret)),
                ("Rules", .list(key.rules.map(\.value))),
            ]))
    }
}

extension AccessRule {
    init?(_ record: Record) {
        guard let effect = record.string("Effect"), let action = record.string("Action") else { return nil }
        self.init(effect == "Allow" ? .allow : .deny, action: action, resource: record.string("Resource") ?? "*")
    }

    var value: Value {
        .record(
            Record(fields: [
                ("Effect", effect == .allow ? "Allow" : "Deny"), ("Action", .string(action)),
                ("Resource", .string(resource)),
            ]))
    }
}

extension Fault {
    fileprivate init?(_ record: Record) {
        guard let action = record.string("Action"), let kind = record.string("Kind").flatMap(Kind.init(rawValue:)),
            case .int(let perMille)? = record["PerMille"]
        else { return nil }
        self.init(action: action, kind: kind, perMille: perMille)
        if case .int(let delay)? = record["Delay"] { self.delay = Nanoseconds(delay) }
        if case .int(let count)? = record["Remaining"] { remaining = count }
    }

    fileprivate var value: Value {
        .record(
            Record(fields: [
                ("Action", .string(action)), ("Kind", .string(kind.rawValue)), ("PerMille", .int(perMille)),
                ("Delay", .int(Int(delay))), ("Remaining", remaining.map { .int($0) } ?? .null),
            ]))
    }
}
