import DataValue

/// The resources and answered tokens in the database. ``Schema`` says how and why.
///
/// Every function runs within a transaction of the caller's. Every resource is a member of the scope of its kind and
/// region, whose name is empty, and of one scope for each of its other attributes.
struct Store {
    let database: Database
    private let documents = DocumentCache()

    init(database: Database) { self.database = database }

    /// Stores a new resource and gives it its number.
    func insert(_ kind: ResourceKind, id: String, region: String, now: Nanoseconds, document: Record)
        throws(SQLiteError) -> Resource
    {
        try database.run(
            """
            INSERT INTO resource (kind, region, id, phase, changed, created, document) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            .text(kind.rawValue), .text(region), .text(id), .text(ResourcePhase.created.rawValue), .integer(now),
            .integer(now), .text(JSON.text(.record(document))))
        let resource = Resource(
            number: database.lastInsertedRow, kind: kind, region: region, id: id, created: now, phase: .created,
            changed: now, document: document)
        for attribute in Resource.attributes(kind, id: id, document) { try join(resource, attribute) }
        return resource
    }

    /// Writes a changed resource back.
    func update(_ resource: Resource) throws(SQLiteError) {
        try database.run(
            "UPDATE resource SET phase = ?, changed = ?, document = ? WHERE number = ?",
            .text(resource.phase.rawValue), .integer(resource.changed),
            .text(JSON.text(.record(resource.document))), .integer(resource.number))
        noteErasure(of: resource.kind)
        let former = Set(Resource.attributes(resource.kind, id: resource.id, resource.stored))
        let present = Set(Resource.attributes(resource.kind, id: resource.id, resource.document))
        for attribute in former.subtracting(present) { try leave(resource, attribute) }
        for attribute in present.subtracting(former) { try join(resource, attribute) }
    }

    /// Removes a resource.
    func delete(_ resource: Resource) throws(SQLiteError) {
        try leaveScopes(resource.number)
        try database.run("DELETE FROM resource WHERE number = ?", .integer(resource.number))
        noteErasure(of: resource.kind)
    }

    /// A secret that was overwritten or deleted is still in the log.
    private func noteErasure(of kind: ResourceKind) {
        if ResourceKind.withSecrets.contains(kind) { database.hasErasedSecrets = true }
    }

    /// Says that a resource will be gone at some time. Until then it is there, and `deleting`.
    func depart(_ resource: Resource, due: Nanoseconds, now: Nanoseconds) throws(SQLiteError) {
        var departing = resource
        departing.phase = .deleting
        departing.changed = now
        try update(departing)
        try database.run(
            "INSERT OR REPLACE INTO departing (resource, due) VALUES (?, ?)", .integer(resource.number), .integer(due))
    }

    /// Takes away what is due.
    func removeDeparted(now: Nanoseconds) throws(SQLiteError) {
        let due = try database.all("SELECT resource FROM departing WHERE due <= ?", .integer(now)) { $0.integer(0) }
        for number in due {
            try leaveScopes(number)
            try database.run("DELETE FROM resource WHERE number = ?", .integer(number))
            try database.run("DELETE FROM departing WHERE resource = ?", .integer(number))
        }
    }

    /// The resource with an id, if it is of that kind and, where one is given, in that region.
    func find(_ kind: ResourceKind, id: String, region: String?) throws(SQLiteError) -> Resource? {
        let found = try database.first(
            """
            SELECT number, kind, region, id, phase, changed, created, document FROM resource WHERE id = ?
            """,
            .text(id), read: resource)
        guard let resource = found ?? nil, resource.kind == kind else { return nil }
        return region == nil || resource.region == region ? resource : nil
    }

    /// Whether any resource, of whatever kind, has an id.
    func isTaken(id: String) throws(SQLiteError) -> Bool {
        try database.first("SELECT 1 FROM resource WHERE id = ?", .text(id)) { _ in true } ?? false
    }

    /// Whether any resource has a number.
    func isTaken(number: Int64) throws(SQLiteError) -> Bool {
        try database.first("SELECT 1 FROM resource WHERE number = ?", .integer(number)) { _ in true } ?? false
    }

    /// How many resources of a kind and region have an attribute.
    func count(_ kind: ResourceKind, region: String, _ attribute: Attribute) throws(SQLiteError) -> Int {
        try scope(kind, region, attribute)?.members ?? 0
    }

    /// Every resource of a kind and region that has an attribute, in the order of creation.
    func all(_ kind: ResourceKind, region: String, _ attribute: Attribute) throws(SQLiteError) -> [Resource] {
        guard let scope = try scope(kind, region, attribute) else { return [] }
        return try rows(scope: scope, limit: .max, offset: 0)
    }

    /// A page of the resources of a kind and region that pass a filter, in the order of creation.
    ///
    /// - Parameter number: counts from 1.
    func page(
        _ kind: ResourceKind, region: String, filter: ResourceFilter, number: Int, size: Int
    ) throws(SQLiteError) -> ResourcePage {
        // A page so far out that its offset overflows is as empty as any other beyond the end.
        let (product, overflows) = (number - 1).multipliedReportingOverflow(by: size)
        return try page(kind, region: region, filter: filter, offset: overflows ? .max : product, size: size)
    }

    /// A stretch of the resources of a kind and region that pass a filter, in the order of creation.
    ///
    /// - Parameter offset: counts from 0.
    func page(
        _ kind: ResourceKind, region: String, filter: ResourceFilter, offset: Int, size: Int
    ) throws(SQLiteError) -> ResourcePage {
        if let ids = filter.ids {
            return try page(kind, region: region, ids: ids, filter: filter, offset: offset, size: size)
        }
        var scopes: [(number: Int64, members: Int)] = []
        for attribute in filter.attributes.isEmpty ? [Attribute.any] : filter.attributes {
            guard let scope = try scope(kind, region, attribute) else { return ResourcePage(resources: [], total: 0) }
            scopes.append(scope)
        }
        scopes.sort { $0.members < $1.members }
        guard let smallest = scopes.first else { return ResourcePage(resources: [], total: 0) }
        if scopes.count == 1 {
            let resources =
                offset >= smallest.members ? [] : try rows(scope: smallest, limit: size, offset: offset)
            return ResourcePage(resources: resources, total: smallest.members)
        }
        let others = "[" + scopes.dropFirst().map { "\($0.number)" }.joined(separator: ",") + "]"
        let total = try database.first(
            """
            SELECT count(*) FROM member AS m WHERE m.scope = ? AND NOT EXISTS (
                SELECT 1 FROM json_each(?) AS other WHERE NOT EXISTS (
                    SELECT 1 FROM member AS o WHERE o.scope = other.value AND o.resource = m.resource))
            """,
            .integer(smallest.number), .text(others)
        ) { Int($0.integer(0)) }
        let resources = try database.all(
            """
            SELECT number, kind, region, id, phase, changed, created, document FROM resource WHERE number IN (
                SELECT m.resource FROM member AS m WHERE m.scope = ? AND NOT EXISTS (
                    SELECT 1 FROM json_each(?) AS other WHERE NOT EXISTS (
                        SELECT 1 FROM member AS o WHERE o.scope = other.value AND o.resource = m.resource))
                ORDER BY m.resource LIMIT ? OFFSET ?)
            ORDER BY number
            """,
            .integer(smallest.number), .text(others), .integer(Int64(size)), .integer(Int64(offset)),
            read: resource)
        return ResourcePage(resources: resources.compactMap(\.self), total: total ?? 0)
    }

    private func page(
        _ kind: ResourceKind, region: String, ids: [String], filter: ResourceFilter, offset: Int, size: Int
    ) throws(SQLiteError) -> ResourcePage {
        var found: [Int64: Resource] = [:]
        for id in ids {
            guard let resource = try find(kind, id: id, region: region) else { continue }
            var passes = true
            for attribute in filter.attributes where passes { passes = try has(resource, attribute) }
            if passes { found[resource.number] = resource }
        }
        let sorted = found.values.sorted { $0.number < $1.number }
        return ResourcePage(
            resources: offset >= sorted.count ? [] : Array(sorted[offset...].prefix(size)), total: sorted.count)
    }

    private func has(_ resource: Resource, _ attribute: Attribute) throws(SQLiteError) -> Bool {
        guard let scope = try scope(resource.kind, resource.region, attribute) else { return false }
        return try database.first(
            "SELECT 1 FROM member WHERE scope = ? AND resource = ?", .integer(scope.number),
            .integer(resource.number)
        ) { _ in true } ?? false
    }

    private func rows(scope: (number: Int64, members: Int), limit: Int, offset: Int) throws(SQLiteError)
        -> [Resource]
    {
        try database.all(
            """
            SELECT r.number, r.kind, r.region, r.id, r.phase, r.changed, r.created, r.document
            FROM (SELECT resource FROM member WHERE scope = ? ORDER BY resource LIMIT ? OFFSET ?) AS m
            JOIN resource AS r ON r.number = m.resource ORDER BY m.resource
            """,
            .integer(scope.number), .integer(Int64(limit)), .integer(Int64(offset)), read: resource
        ).compactMap(\.self)
    }

    private func scope(_ kind: ResourceKind, _ region: String, _ attribute: Attribute) throws(SQLiteError)
        -> (number: Int64, members: Int)?
    {
        try database.first(
            "SELECT number, members FROM scope WHERE kind = ? AND region = ? AND name = ? AND value = ?",
            .text(kind.rawValue), .text(attribute.isGlobal ? "" : region), .text(attribute.name),
            .text(attribute.value)
        ) { ($0.integer(0), Int($0.integer(1))) }
    }

    private func join(_ resource: Resource, _ attribute: Attribute) throws(SQLiteError) {
        let scope = try database.first(
            """
            INSERT INTO scope (kind, region, name, value, members) VALUES (?, ?, ?, ?, 1)
            ON CONFLICT DO UPDATE SET members = members + 1 RETURNING number
            """,
            .text(resource.kind.rawValue), .text(attribute.isGlobal ? "" : resource.region), .text(attribute.name),
            .text(attribute.value)
        ) { $0.integer(0) }
        guard let scope else { return }
        try database.run(
            "INSERT INTO member (scope, resource) VALUES (?, ?)", .integer(scope), .integer(resource.number))
    }

    private func leave(_ resource: Resource, _ attribute: Attribute) throws(SQLiteError) {
        guard let scope = try scope(resource.kind, resource.region, attribute) else { return }
        try database.run(
            "DELETE FROM member WHERE scope = ? AND resource = ?", .integer(scope.number), .integer(resource.number))
        if scope.members <= 1 {
            try database.run("DELETE FROM scope WHERE number = ?", .integer(scope.number))
        } else {
            try database.run("UPDATE scope SET members = members - 1 WHERE number = ?", .integer(scope.number))
        }
    }

    private func leaveScopes(_ number: Int64) throws(SQLiteError) {
        let number = Database.Parameter.integer(number)
        try database.run(
            """
            UPDATE scope SET members = members - 1
            WHERE number IN (SELECT scope FROM member WHERE resource = ?)
            """, number)
        try database.run(
            """
            DELETE FROM scope WHERE members = 0 AND number IN (SELECT scope FROM member WHERE resource = ?)
            """, number)
        try database.run("DELETE FROM member WHERE resource = ?", number)
    }

    /// Makes all scopes anew from the documents.
    func rebuildScopes() throws(SQLiteError) {
        try database.run("DELETE FROM member")
        try database.run("DELETE FROM scope")
        var last: Int64 = 0
        while true {
            let batch = try database.all(
                """
                SELECT number, kind, region, id, phase, changed, created, document FROM resource
                WHERE number > ? ORDER BY number LIMIT 1000
                """, .integer(last)
            ) { (number: $0.integer(0), resource: resource($0)) }
            guard let end = batch.last else { return }
            last = end.number
            for resource in batch.compactMap(\.resource) {
                for attribute in Resource.attributes(resource.kind, id: resource.id, resource.document) {
                    try join(resource, attribute)
                }
            }
        }
    }

    /// The columns in the order of every statement above; nil where a later version of the program wrote what this one
    /// does not know.
    func resource(_ row: Row) -> Resource? {
        let number = row.integer(0)
        guard let kind = ResourceKind(rawValue: row.text(1)), let phase = ResourcePhase(rawValue: row.text(4)),
            let document = documents.document(number, row.bytes(7))
        else { return nil }
        return Resource(
            number: number, kind: kind, region: row.text(2), id: row.text(3), created: row.integer(6),
            phase: phase, changed: row.integer(5), document: document)
    }
}
