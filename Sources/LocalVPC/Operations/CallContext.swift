import DataValue

/// What a handler works with: the call's parameters, already checked against their rules, and the store, within the
/// call's transaction.
struct CallContext {
    let store: Store
    let timing: LifeCycleTiming
    let settings: Settings
    /// Nanoseconds since 1970.
    let now: Nanoseconds
    /// Where all randomness comes from.
    let random: @Sendable () -> UInt64
    /// The operation's name.
    let operation: String
    /// By wire name. Empty values count as not given.
    var values: [String: String]

    /// The account that owns everything.
    static let accountID = 1_234_567_890_123_456
    /// The resource group in which everything is.
    static let resourceGroup = "rg-acfmxlocalvpc01"

    /// The region that the call is about, if it names one.
    var region: String? { self["RegionId"] }

    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    func required(_ name: String) throws(ServiceError) -> String {
        guard let value = self[name] else { throw .missingParameter(name) }
        return value
    }

    func requiredRegion() throws(ServiceError) -> String { try required("RegionId") }

    func integer(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

    func boolean(_ name: String) -> Bool? { self[name].map { $0.lowercased() == "true" } }

    /// A page of a kind and region under a filter, as every list answers it:
    /// `PageNumber`, `PageSize`, `TotalCount` and the entries as `list.entry`.
    func list(
        _ kind: ResourceKind, as list: String, _ entry: String, filter: ResourceFilter,
        _ describe: (Resource) throws -> Record
    ) throws -> Record {
        let number = integer("PageNumber") ?? 1
        let size = integer("PageSize") ?? 10
        let page = try store.page(kind, region: try requiredRegion(), filter: filter, number: number, size: size)
        let entries = try page.resources.map { Value.record(try describe($0)) }
        return Record(fields: [
            ("TotalCount", .int(page.total)), ("PageNumber", .int(number)), ("PageSize", .int(size)),
            (list, .nested(entry, .list(entries))),
        ])
    }

    /// A filter from parameters: `ids` names the one that holds an id (or, divided by commas, several), each of
    /// `attributes` one that an attribute of the same name must equal; `Tag.N.Key` and `Tag.N.Value` count too.
    func filter(ids: String, attributes: [String]) throws(ServiceError) -> ResourceFilter {
        var filter = ResourceFilter()
        filter.ids = self[ids].map { $0.split(separator: ",").map(String.init) }
        for name in attributes {
            if let value = self[name] { filter.attributes.append(Attribute(name, value)) }
        }
        for (key, value) in try tags("Tag") { filter.attributes.append(Attribute("Tag." + key, value)) }
        return filter
    }

    /// The tags `PREFIX.N.Key`, `PREFIX.N.Value`, N counting from 1 without gaps, 20 at most.
    func tags(_ prefix: String) throws(ServiceError) -> [(key: String, value: String)] {
        var tags: [(key: String, value: String)] = []
        while let key = self["\(prefix).\(tags.count + 1).Key"] {
            let name = "\(prefix).\(tags.count + 1)"
            let value = self["\(name).Value"] ?? ""
            guard key.count <= 128, value.count <= 128, key.isPlainText, value.isPlainText else {
                throw .invalidParameter(name, "must have at most 128 characters and none that control")
            }
            if tags.contains(where: { $0.key == key }) {
                throw ServiceError(400, "Duplicate.TagKey", "The tag \(key) is given twice.")
            }
            tags.append((key, value))
            if tags.count > 20 { throw .invalidParameter(prefix, "may occur 20 times") }
        }
        return tags
    }

    /// A new id such as `vpn-bp1…`: the kind's prefix, the region's three characters, eighteen at random.
    func newID(_ prefix: String, region: String) throws -> String {
        for _ in 0..<16 {
            let id = "\(prefix)-\(Region.named(region)?.idPrefix ?? "loc")\(randomText(18))"
            if try !store.isTaken(id: id) { return id }
        }
        throw ServiceError(500, "InternalError", "No unused id was found; the source of randomness repeats itself.")
    }

    /// Lower-case letters and digits.
    func randomText(_ count: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        return String(
            decoding: (0..<count).map { _ in letters[Int(random() % UInt64(letters.count))] }, as: UTF8.self)
    }
}

extension Value {
    /// A record with one field, as answers wrap their lists.
    static func nested(_ name: String, _ value: Value) -> Value { .record(Record(fields: [(name, value)])) }
}

extension Record {
    /// The initialiser over any sequence, for one that needs no inference: long literals compile in a hundredth of the
    /// time.
    init(fields: [(String, Value)]) { self.init(fields) }

    /// A field, or what stands for it where there is none.
    func field(_ name: String, _ fallback: Value = "") -> Value { self[name] ?? fallback }

    /// The tags of a resource as answers show them.
    static func tagList(_ document: Record) -> Value {
        .nested("Tag", document.field("Tags", .list([])))
    }

    /// Tags as a document keeps them.
    static func tags(_ tags: [(key: String, value: String)]) -> Value {
        .list(tags.map { .record(Record(fields: [("Key", .string($0.key)), ("Value", .string($0.value))])) })
    }
}
