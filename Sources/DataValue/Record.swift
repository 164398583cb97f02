import Synchronization

/// The fields of a record: names with values, in the order in which they were added.
///
/// Invariants: `keys.count == values.count`; a name occurs once. The names live in a table of their own that records
/// of one shape share (the reader of JSON gives every item of a list the same table), so that a list of 100,000 alike
/// items holds their names once, and "is it the same shape as last time" is a comparison of two references.
public struct Record: Sendable {
    @usableFromInline package private(set) var keyTable: KeyTable
    public private(set) var values: [Value]

    public init() {
        keyTable = KeyTable()
        values = []
    }

    /// A later field with the same name replaces the value of the earlier one.
    public init(_ fields: some Sequence<(String, Value)>) {
        self.init()
        for (name, value) in fields { self[name] = value }
    }

    /// Takes a table of names over as it is. `values` has as many elements as the table has names.
    package init(keyTable: KeyTable, values: [Value]) {
        precondition(keyTable.keys.count == values.count)
        self.keyTable = keyTable
        self.values = values
    }

    public var keys: [String] { keyTable.keys }
    public var count: Int { values.count }
    public var isEmpty: Bool { values.isEmpty }

    /// The fields in order.
    public var fields: Zip2Sequence<[String], [Value]> { zip(keyTable.keys, values) }

    public func position(of name: String) -> Int? { keyTable.position(of: name) }

    public subscript(position position: Int) -> Value {
        get { values[position] }
        _modify { yield &values[position] }
    }

    /// What tells the shape of the record from every other one; where a name stands in it never changes, though names
    /// may be added behind.
    @inlinable @inline(__always)
    package var shape: Int { keyTable.shape }

    /// A record of the same shape with other values, as many as it has.
    package func withValues(_ values: [Value]) -> Record { Record(keyTable: keyTable, values: values) }

    /// Adds a field whose name is not there yet.
    package mutating func appendNew(_ name: String, _ value: Value) { append(name, value) }

    /// The value of a field; setting a name that is not there adds it at the end, setting nil removes it.
    public subscript(name: String) -> Value? {
        get { keyTable.position(of: name).map { values[$0] } }
        set {
            if let position = keyTable.position(of: name) {
                if let newValue {
                    values[position] = newValue
                } else {
                    var kept = keyTable.keys
                    kept.remove(at: position)
                    values.remove(at: position)
                    keyTable = KeyTable(kept)
                }
            } else if let newValue {
                append(name, newValue)
            }
        }
    }

    private mutating func append(_ name: String, _ value: Value) {
        if !isKnownUniquelyReferenced(&keyTable) { keyTable = KeyTable(keyTable.keys) }
        keyTable.append(name)
        values.append(value)
    }
}

extension Record: Equatable {
    /// Records are equal when they have the same fields, in whatever order.
    public static func == (left: Record, right: Record) -> Bool {
        guard left.count == right.count else { return false }
        if left.keyTable === right.keyTable { return left.values == right.values }
        return left.fields.allSatisfy { name, value in right[name] == value }
    }
}

/// The names of a record's fields, each once, with a way to find one.
///
/// A table is changed only by a record that alone refers to it, hence the unchecked conformance. Short tables are
/// searched from the start: for a dozen names that is faster than hashing one.
@usableFromInline
package final class KeyTable: @unchecked Sendable {
    package private(set) var keys: [String]
    /// A number that no other table has: what was found out about a table can be kept under it without keeping the table.
    @usableFromInline package let shape = KeyTable.nextShape.add(1, ordering: .relaxed).newValue
    private static let nextShape = Atomic<Int>(0)
    private var index: [Name: Int] = [:]
    private static let indexedFrom = 12

    package init() { keys = [] }

    /// `keys` holds no name twice.
    package init(_ keys: [String]) {
        self.keys = keys
        if keys.count >= Self.indexedFrom { reindex() }
    }

    package func position(of name: String) -> Int? {
        if keys.count >= Self.indexedFrom { return index[Name(text: name)] }
        return keys.firstIndex { isSameText($0, name) }
    }

    /// Adds a name at the end; false if it is there already. Only for who alone refers to the table.
    func appendIfNew(_ name: String) -> Bool {
        guard position(of: name) == nil else { return false }
        append(name)
        return true
    }

    fileprivate func append(_ name: String) {
        keys.append(name)
        if keys.count > Self.indexedFrom {
            index[Name(text: name)] = keys.count - 1
        } else if keys.count == Self.indexedFrom {
            reindex()
        }
    }

    private func reindex() {
        index.reserveCapacity(keys.count)
        for (position, key) in keys.enumerated() { index[Name(text: key)] = position }
    }

    /// A name that is the same only to the byte.
    private struct Name: Hashable {
        let text: String

        static func == (left: Name, right: Name) -> Bool { isSameText(left.text, right.text) }
        func hash(into hasher: inout Hasher) { hasher.combine(text) }
    }
}
