import CloudAPI
import DataValue

/// All of a database as one JSON value, and back.
///
/// Answered client tokens are no part of it: they belong to callers who may still repeat a call, and their answers may
/// hold keys.
extension Administration {
    private static let format = 1
    /// Keys in documents that ``SecretNames`` does not know, since the API has no such.
    private static let ownSecrets: Set<String> = ["AuthorityKey", "AccessKeySecret"]

    /// - Parameter withSecrets: whether pre-shared keys, private keys and users' secrets are in it; otherwise they are
    ///   null, and an import makes new ones.
    package func export(withSecrets: Bool) throws -> Value {
        let departing = Dictionary(
            try store.database.all("SELECT resource, due FROM departing") { ($0.integer(0), $0.integer(1)) },
            uniquingKeysWith: { first, _ in first })
        var resources: [Value] = []
        for kind in ResourceKind.allCases {
            for resource in try store.everything(kind) {
                var record = Record(fields: [
                    ("Number", .int(Int(resource.number))), ("Kind", .string(kind.rawValue)),
                    ("Id", .string(resource.id)), ("Region", .string(resource.region)),
                    ("Phase", .string(resource.phase.rawValue)), ("Created", .int(Int(resource.created))),
                    ("Changed", .int(Int(resource.changed))), ("Document", .record(resource.document)),
                ])
                if let due = departing[resource.number] { record["Due"] = .int(Int(due)) }
                resources.append(.record(record))
            }
        }
        let settings = try store.settings()
        var settingsRecord = Record()
        for name in Settings.Name.allCases { settingsRecord[name.rawValue] = settings.value(name) }
        var counters = Record()
        let rows = try store.database.all("SELECT name, next FROM counter ORDER BY name") {
            (name: $0.text(0), next: Int($0.integer(1)))
        }
        for row in rows { counters[row.name] = .int(row.next) }
        var whole = Record()
        whole["Format"] = .int(Self.format)
        whole["Resources"] = .list(resources)
        whole["Settings"] = .record(settingsRecord)
        whole["Counters"] = .record(counters)
        return withSecrets ? .record(whole) : Self.withoutSecrets(.record(whole))
    }

    private static func isSecret(_ name: String) -> Bool { SecretNames.contains(name) || ownSecrets.contains(name) }

    private static func withoutSecrets(_ value: Value) -> Value {
        switch value {
        case .list(let items):
            var result: [Value] = []
            for item in items { result.append(withoutSecrets(item)) }
            return .list(result)
        case .record(let record):
            var result = record
            for (name, field) in record.fields {
                let isHidden = isSecret(name) && field != .string("")
                result[name] = isHidden ? Value.null : withoutSecrets(field)
            }
            return .record(result)
        default: return value
        }
    }

    /// Takes the place of all that is there.
    ///
    /// - Returns: how many resources came in.
    package func `import`(_ value: Value) throws -> Int {
        guard case .record(let whole) = value, let format = whole.integer("Format") else {
            throw AdministrationError("this is no export of a local database")
        }
        guard format == Self.format else {
            throw AdministrationError(
                "the export has the format \(format), which a later version wrote; known is \(Self.format)")
        }
        try reset()
        let resources = whole.list("Resources")
        for (position, record) in resources.enumerated() {
            try importResource(record, place: "resource \(position + 1) of the export")
        }
        try importSettings(whole)
        try store.rebuildScopes()
        return resources.count
    }

    private func importResource(_ record: Record, place: String) throws {
        guard let kind = ResourceKind(rawValue: record.text("Kind")),
            let phase = ResourcePhase(rawValue: record.text("Phase")), let number = record.integer("Number"),
            let created = record.integer("Created"), let changed = record.integer("Changed"), number > 0,
            let document = record["Document"], !record.text("Id").isEmpty
        else { throw AdministrationError("\(place) is not understood") }
        guard Region.named(record.text("Region")) != nil else {
            throw AdministrationError("\(place) is in an unknown region '\(record.text("Region"))'")
        }
        if try store.isTaken(id: record.text("Id")) || store.isTaken(number: Int64(number)) {
            throw AdministrationError("\(place), \(record.text("Id")), is there twice")
        }
        try store.database.run(
            """
            INSERT INTO resource (number, kind, region, id, phase, changed, created, document)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .integer(Int64(number)), .text(kind.rawValue), .text(record.text("Region")), .text(record.text("Id")),
            .text(phase.rawValue), .integer(Int64(changed)), .integer(Int64(created)),
            .text(JSON.text(completed(document))))
        if let due = record.integer("Due") {
            try store.database.run(
                "INSERT INTO departing (resource, due) VALUES (?, ?)", .integer(Int64(number)), .integer(Int64(due)))
        }
    }

    private func importSettings(_ whole: Record) throws {
        var settings = Settings()
        let given = whole.record("Settings")
        for name in Settings.Name.allCases {
            guard let value = given[name.rawValue] else { continue }
            settings.read(name, completed(value))
            try store.set(name, of: settings)
        }
        for (name, value) in whole.record("Counters").fields {
            guard case .int(let next) = value else { continue }
            try store.database.run(
                "INSERT OR REPLACE INTO counter (name, next) VALUES (?, ?)", .text(name), .integer(Int64(next)))
        }
    }

    /// A value with new secrets where the export had none.
    private func completed(_ value: Value) -> Value {
        switch value {
        case .record(let record):
            var result = record
            for (name, field) in record.fields {
                if case .null = field, Self.isSecret(name) {
                    result[name] = .string(text(Self.lengths[name] ?? 0))
                } else {
                    result[name] = completed(field)
                }
            }
            // A certificate is of no use without its authority's key: the next one gets a new authority.
            if record["AuthorityKey"] == Value.null { result["AuthorityCert"] = .string("") }
            return .record(result)
        case .list(let items):
            // A closure here would be specialised again and again, and the compiler come to no end.
            var result: [Value] = []
            for item in items { result.append(completed(item)) }
            return .list(result)
        default: return value
        }
    }

    /// How long new secrets are; of others there are none.
    private static let lengths = ["Psk": 16, "AccessKeySecret": 30]
}
