import DataValue

/// Lists: filters, pages by number, pages by token, tags.
extension CallContext {
    /// A page of a kind and region under a filter, as most lists answer it: `PageNumber`, `PageSize`, `TotalCount` and
    /// the entries as `list.entry`, or directly as `list` where there is no entry's name.
    func list(
        _ kind: ResourceKind, as list: String, _ entry: String = "", filter: ResourceFilter,
        _ describe: (Resource) throws -> Record
    ) throws -> Record {
        let page = try store.page(
            kind, region: try requiredRegion(), filter: filter, number: pageNumber, size: pageSize)
        return paged(try page.resources.map { .record(try describe($0)) }, total: page.total, as: list, entry)
    }

    var pageNumber: Int { integer("PageNumber") ?? 1 }
    var pageSize: Int { integer("PageSize") ?? 10 }

    /// A page that is already cut out, in the form of ``list(_:as:_:filter:_:)``.
    func paged(_ entries: [Value], total: Int, as list: String, _ entry: String = "") -> Record {
        Record(fields: [
            ("TotalCount", .int(total)), ("PageNumber", .int(pageNumber)), ("PageSize", .int(pageSize)),
            (list, entry.isEmpty ? .list(entries) : .nested(entry, .list(entries))),
        ])
    }

    /// The call's page of things that are not stored one by one.
    func page<Element>(of all: [Element]) -> [Element] {
        let (offset, overflows) = (pageNumber - 1).multipliedReportingOverflow(by: pageSize)
        return overflows || offset >= all.count ? [] : Array(all[offset...].prefix(pageSize))
    }

    /// A page of a kind and region under a filter, for lists that are continued by `NextToken`: `MaxResults`,
    /// `TotalCount`, the entries as `list`, and a token where there are more.
    func continuedList(
        _ kind: ResourceKind, as list: String, filter: ResourceFilter, _ describe: (Resource) throws -> Record
    ) throws -> Record {
        let size = integer("MaxResults") ?? 10
        let start = try continuation()
        let page = try store.page(kind, region: try requiredRegion(), filter: filter, offset: start, size: size)
        var answer = Record(fields: [
            ("TotalCount", .int(page.total)), ("MaxResults", .int(size)),
            (list, .list(try page.resources.map { .record(try describe($0)) })),
        ])
        let end = start + page.resources.count
        if end < page.total, !page.resources.isEmpty { answer["NextToken"] = .string(Self.token(at: end)) }
        return answer
    }

    /// Where the list goes on that the call's `NextToken` names.
    func continuation() throws(ServiceError) -> Int {
        guard let token = self["NextToken"] else { return 0 }
        guard let position = Self.position(of: token) else {
            throw .invalidParameter("NextToken", "is none that a list of this service ended with")
        }
        return position
    }

    private static let mask: UInt64 = 0x5D0C_A1F0_3C5B_97E1

    /// Says nothing to whoever holds it, so that nobody makes one up.
    static func token(at position: Int) -> String {
        let number = UInt64(truncatingIfNeeded: position)
        let sum = (number &* 0x9E37_79B9_7F4A_7C15) >> 48
        let text = String((number << 16 | sum) ^ mask, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    static func position(of token: String) -> Int? {
        guard token.utf8.count == 16, let number = UInt64(token, radix: 16) else { return nil }
        let position = Int((number ^ mask) >> 16)
        return self.token(at: position) == token ? position : nil
    }

    /// A filter from parameters: `ids` names the one that holds an id (or, divided by commas, several), each of
    /// `attributes` one that an attribute of the same name must equal; `Tag.N.Key` and `Tag.N.Value` count too.
    func filter(ids: String, attributes: [String]) throws(ServiceError) -> ResourceFilter {
        var filter = ResourceFilter()
        filter.ids = self[ids].map { $0.split(separator: ",").map(String.init) }
        for name in attributes {
            if let value = self[name] { filter.attributes.append(Attribute(name, value)) }
        }
        filter.attributes += try tagAttributes()
        return filter
    }

    /// Whether the call's filters ask for what no resource here is: another owner's, or one with something that the
    /// service does not have.
    ///
    /// - Parameters:
    ///   - owner: the parameter that names an account.
    ///   - flags: parameters that are on for none.
    ///   - things: parameters that name what none has.
    func asksForNone(owner: String = "", flags: [String] = [], things: [String] = []) -> Bool {
        if let wanted = self[owner], wanted != String(Self.accountID) { return true }
        return flags.contains { boolean($0) == true } || things.contains { self[$0] != nil }
    }

    /// Narrows a filter to the resources that a condition holds of, by looking at each that passes it so far: for what
    /// they are seldom looked for by.
    func narrow(_ filter: inout ResourceFilter, of kind: ResourceKind, where condition: (Resource) throws -> Bool)
        throws
    {
        let all = try store.page(kind, region: try requiredRegion(), filter: filter, number: 1, size: .max)
        filter.ids = try all.resources.filter(condition).map(\.id)
    }

    /// What a resource must have for the call's `Tag.N.Key` and `Tag.N.Value`; without a value, a tag with the key.
    func tagAttributes() throws(ServiceError) -> [Attribute] {
        var attributes: [Attribute] = []
        for (position, tag) in try tags("Tag").enumerated() {
            let hasValue = values["Tag.\(position + 1).Value"] != nil
            attributes.append(hasValue ? Attribute("Tag." + tag.key, tag.value) : Attribute("TagKey", tag.key))
        }
        return attributes
    }

    // MARK: Tags

    /// The tags `PREFIX.N.Key`, `PREFIX.N.Value`, N counting from 1 without gaps, 20 at most.
    func tags(_ prefix: String) throws(ServiceError) -> [Tag] {
        var tags: [Tag] = []
        while let key = self["\(prefix).\(tags.count + 1).Key"] {
            let tag = Tag(key: key, value: self["\(prefix).\(tags.count + 1).Value"] ?? "")
            try tag.check("\(prefix).\(tags.count + 1)")
            if tags.contains(where: { $0.key == key }) {
                throw ServiceError(400, "Duplicate.TagKey", "The tag \(key) is given twice.")
            }
            tags.append(tag)
            if tags.count > 20 { throw .invalidParameter(prefix, "may occur 20 times") }
        }
        return tags
    }

    /// The tags of a new resource, as its document keeps them.
    func newTags(_ prefix: String) throws(ServiceError) -> Value {
        let tags = try tags(prefix)
        try require(.tags, used: 0, adding: tags.count)
        return Tag.list(tags)
    }
}

/// A tag of a resource.
struct Tag: Sendable, Equatable {
    var key: String
    var value: String

    func check(_ name: String) throws(ServiceError) {
        guard key.count <= 128, value.count <= 128, key.isPlainText, value.isPlainText else {
            throw .invalidParameter(name, "must have at most 128 characters and none that control")
        }
        let lowered = key.lowercased()
        guard !lowered.hasPrefix("aliyun"), !lowered.hasPrefix("acs:"), !lowered.isWebAddress else {
            throw ServiceError(
                400, "InvalidTagKey", "The tag key \(key) begins with aliyun or acs:, or holds a web address.")
        }
        guard !value.lowercased().isWebAddress else {
            throw ServiceError(400, "InvalidTagValue", "The value of the tag \(key) holds a web address.")
        }
    }

    /// Tags as a document keeps them and answers show them.
    static func list(_ tags: [Tag]) -> Value {
        .list(tags.map { .record(Record(fields: [("Key", .string($0.key)), ("Value", .string($0.value))])) })
    }

    /// Those of a document.
    static func all(_ document: Record) -> [Tag] {
        document.list("Tags").map { Tag(key: $0.text("Key"), value: $0.text("Value")) }
    }
}

extension String {
    /// Whether it holds the beginning of a web address.
    var isWebAddress: Bool { contains("http://") || contains("https://") }
}

extension Record {
    /// The tags of a resource as most answers show them, as `Tags.Tag`.
    static func tagList(_ document: Record) -> Value { .nested("Tag", document.field("Tags", .list([]))) }
}
