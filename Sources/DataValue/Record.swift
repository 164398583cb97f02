import Synchronization

/// The fields of a record: names with values, in the order in which they were added.
///
/// Invariants: the names are as many as the values; a name occurs once. The names live in a table of their own that
/// records of one shape share (the reader of JSON gives every item of a list the same table), so that a list of 100,000
/// alike items holds their names once, and "is it the same shape as last time" is a comparison of two numbers. Table and
/// values hang on one reference, so that a copy counts one. What several records refer to is never changed, hence the
/// unchecked conformance.
public struct Record: @unchecked Sendable {
    @usableFromInline var storage: RecordStorage

    public init() { storage = .empty }

    /// A later field with the same name replaces the value of the earlier one.
    public init(_ fields: some Sequence<(String, Value)>) {
        self.init()
        for (name, value) in fields { self[name] = value }
    }

    /// Takes a table of names over as it is. `values` has as many elements as the table has names.
    package init(keyTable: KeyTable, values: [Value]) {
        precondition(keyTable.keys.count == values.count)
        storage = .make(keyTable, capacity: values.count)
        values.withUnsafeBufferPointer { source in
            if let first = source.baseAddress { storage.elements.initialize(from: first, count: source.count) }
        }
        storage.header.count = values.count
    }

    /// As above; the values are moved out of where they lie.
    init(keyTable: KeyTable, moving values: UnsafeMutablePointer<Value>, count: Int) {
        precondition(keyTable.keys.count == count)
        storage = .make(keyTable, capacity: count)
        storage.elements.moveInitialize(from: values, count: count)
        storage.header.count = count
    }

    @usableFromInline package var keyTable: KeyTable { storage.header.keyTable }
    public var keys: [String] { keyTable.keys }
    public var values: Values { Values(record: self) }
    public var count: Int { storage.header.count }
    public var isEmpty: Bool { count == 0 }

    /// The fields in order.
    public var fields: Zip2Sequence<[String], Values> { zip(keyTable.keys, values) }

    public func position(of name: String) -> Int? { keyTable.position(of: name) }

    public subscript(position position: Int) -> Value {
        get {
            precondition(position >= 0 && position < count)
            return storage.elements[position]
        }
        set {
            precondition(position >= 0 && position < count)
            placeForChange(of: position).pointee = newValue
        }
    }

    /// What tells the shape of the record from every other one; where a name stands in it never changes, though names
    /// may be added behind.
    @inlinable @inline(__always)
    package var shape: Int { storage.header.keyTable.shape }

    /// Where the value at a position lies, to be read there until the record is changed or released.
    @inlinable @inline(__always)
    package func place(of position: Int) -> UnsafeMutablePointer<Value> { storage.elements + position }

    /// Where all values lie, likewise.
    @inlinable @inline(__always)
    package var valuesInPlace: UnsafeBufferPointer<Value> {
        UnsafeBufferPointer(start: storage.elements, count: storage.header.count)
    }

    /// Where the value at a position lies, to be changed there at once: nobody else sees the change.
    @inlinable @inline(__always)
    package mutating func placeForChange(of position: Int) -> UnsafeMutablePointer<Value> {
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copy(capacity: 0) }
        storage.header.levels = 0
        return storage.elements + position
    }

    /// How many lists and records lie within each other here, as far as it has been counted since the last change.
    package var knownLevels: Int? {
        let levels = storage.header.levels
        return levels == 0 ? nil : Int(levels)
    }

    /// Keeps that count. What several refer to has one content, so whoever counts it keeps the same number.
    package func keepLevels(_ levels: Int) { storage.header.levels = UInt16(clamping: levels) }

    /// A record of the same shape with other values, as many as it has, which are moved out of where they lie.
    package func withValues(moving values: UnsafeMutablePointer<Value>) -> Record {
        Record(keyTable: keyTable, moving: values, count: count)
    }

    /// The value of a field; setting a name that is not there adds it at the end, setting nil removes it.
    public subscript(name: String) -> Value? {
        get { keyTable.position(of: name).map { storage.elements[$0] } }
        set {
            if let position = keyTable.position(of: name) {
                if let newValue {
                    placeForChange(of: position).pointee = newValue
                } else {
                    remove(at: position)
                }
            } else if let newValue {
                appendNew(name, newValue)
            }
        }
    }

    private mutating func remove(at position: Int) {
        var names = keys
        var rest = Array(values)
        names.remove(at: position)
        rest.remove(at: position)
        self = Record(keyTable: KeyTable(names), values: rest)
    }

    /// Adds a field whose name is not there yet.
    package mutating func appendNew(_ name: String, _ value: Value) {
        let count = count
        if !isKnownUniquelyReferenced(&storage) || count == storage.header.capacity {
            storage = storage.copy(capacity: max(4, count * 2))
        }
        if !isKnownUniquelyReferenced(&storage.header.keyTable) {
            storage.header.keyTable = KeyTable(storage.header.keyTable.keys)
        }
        storage.header.keyTable.append(name)
        (storage.elements + count).initialize(to: value)
        storage.header.count = count + 1
        storage.header.levels = 0
    }

    /// The values in order.
    public struct Values: RandomAccessCollection, Sendable {
        let record: Record
        public var startIndex: Int { 0 }
        public var endIndex: Int { record.count }
        public subscript(position: Int) -> Value { record[position: position] }
    }
}

/// What a record refers to: its table of names and, behind the header, its values.
@usableFromInline
final class RecordStorage: ManagedBuffer<RecordStorage.Contents, Value> {
    @usableFromInline
    struct Contents {
        @usableFromInline var keyTable: KeyTable
        @usableFromInline var count: Int
        @usableFromInline var capacity: Int
        /// See ``Record/knownLevels``; 0 while nobody has counted.
        @usableFromInline var levels: UInt16 = 0

        init(keyTable: KeyTable, count: Int, capacity: Int) {
            self.keyTable = keyTable
            self.count = count
            self.capacity = capacity
        }
    }

    /// Of every record without fields; never changed, since it is never referred to by one alone.
    nonisolated(unsafe) static let empty = make(KeyTable(), capacity: 0)

    static func make(_ keyTable: KeyTable, capacity: Int) -> RecordStorage {
        let buffer = create(minimumCapacity: capacity) { _ in
            Contents(keyTable: keyTable, count: 0, capacity: capacity)
        }
        return unsafeDowncast(buffer, to: RecordStorage.self)
    }

    /// Room for at least its values and for `capacity`.
    @usableFromInline
    func copy(capacity: Int) -> RecordStorage {
        let copy = Self.make(header.keyTable, capacity: Swift.max(capacity, header.count))
        copy.elements.initialize(from: elements, count: header.count)
        copy.header.count = header.count
        return copy
    }

    @inlinable @inline(__always)
    var elements: UnsafeMutablePointer<Value> { withUnsafeMutablePointerToElements { $0 } }

    deinit { _ = withUnsafeMutablePointers { $1.deinitialize(count: $0.pointee.count) } }
}

extension Record: Equatable {
    /// Records are equal when they have the same fields, in whatever order.
    public static func == (left: Record, right: Record) -> Bool {
        left.storage === right.storage || EqualityWalk.areEqual(.record(left), .record(right))
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
