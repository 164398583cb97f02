import DataValue
import SystemSupport

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
    /// The resource group in which everything is that names no other.
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

    /// The resource group that the call names, or the account's own.
    var group: Value { .string(self["ResourceGroupId"] ?? Self.resourceGroup) }

    /// The elements of a list, `PREFIX.1`, `PREFIX.2` …, N counting from 1 without gaps.
    ///
    /// - Parameter maximum: how many there may be.
    func strings(_ prefix: String, maximum: Int = 50) throws(ServiceError) -> [String] {
        var found: [String] = []
        while let value = self["\(prefix).\(found.count + 1)"] {
            found.append(value)
            if found.count > maximum { throw .invalidParameter(prefix, "may occur \(maximum) times") }
        }
        return found
    }

    /// A structured parameter, put together from `NAME.…`: numbers are positions in lists. Nil where there is none.
    func structure(_ name: String) -> Value? {
        var tree = ParameterTree()
        let prefix = name + "."
        for (key, value) in values where !value.isEmpty && key.hasPrefix(prefix) {
            let path = key.dropFirst(prefix.count).split(separator: ".")
            // Nothing of the API's is deeper than four.
            if path.count <= 8 { tree.put(path[...], value) }
        }
        // Not `nil` beside a value, which a `Value` can be made of as well.
        guard !tree.isEmpty else { return .none }
        return tree.value
    }

    // MARK: Ids

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

    // MARK: Quotas

    /// Refuses one more than there may be.
    func require(_ quota: Quota, used: Int, adding: Int = 1, code: String = "Resource.QuotaFull") throws(ServiceError) {
        let limit = settings.quotas[quota]
        if used + adding > limit {
            throw ServiceError(400, code, "There may be \(limit) \(quota.summary), and there are \(used).")
        }
    }

    // MARK: Times

    /// When a resource was created, as text.
    func creationTime(_ resource: Resource) -> Value {
        .string(Timestamp.text(WallTime(nanoseconds: resource.created)))
    }

    /// When a resource was created, in milliseconds since 1970.
    func createTime(_ resource: Resource) -> Value { .int(Int(resource.created / 1_000_000)) }
}

/// Parameters with points in their names, as the tree that they mean.
private struct ParameterTree {
    private var text: String?
    private var children: [Substring: ParameterTree] = [:]

    var isEmpty: Bool { text == nil && children.isEmpty }

    mutating func put(_ path: ArraySlice<Substring>, _ value: String) {
        guard let name = path.first else {
            text = value
            return
        }
        children[name, default: ParameterTree()].put(path.dropFirst(), value)
    }

    /// Names that are all numbers are the positions of a list; its order is theirs, whatever gaps there are.
    var value: Value {
        if children.isEmpty { return text.map { .string($0) } ?? .null }
        let positions = children.keys.compactMap { Int($0) }
        if positions.count == children.count {
            return .list(positions.sorted().compactMap { children["\($0)"]?.value })
        }
        return .record(
            Record(fields: children.keys.sorted().map { (String($0), children[$0]?.value ?? .null) }))
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

    /// Some of the fields, as far as there are such.
    func only(_ names: [String]) -> Record {
        Record(fields: names.compactMap { name in self[name].map { (name, $0) } })
    }

    /// The record without some of its fields.
    func without(_ names: [String]) -> Record {
        Record(fields: fields.filter { !names.contains($0.0) }.map { ($0.0, $0.1) })
    }
}
