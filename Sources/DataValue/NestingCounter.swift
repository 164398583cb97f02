/// Counts how many lists and records lie within each other in a value.
package struct NestingCounter {
    private var steps: Int
    private let remembers: Bool
    /// The levels of lists that are referred to more than once, by where their elements lie: a value put together from
    /// shared parts is looked at once for each part.
    private var known: [UnsafeRawPointer: Int] = [:]

    /// `steps` is how many elements and fields are looked at, at most.
    package init(steps: Int) {
        self.steps = steps
        remembers = false
    }

    /// Counts whole values, however large.
    package init() {
        steps = .max
        remembers = true
    }

    /// 0 for what is neither a list nor a record; nil where the steps did not suffice.
    package mutating func levels(of value: UnsafePointer<Value>) -> Int? {
        if case .list = value.pointee {
            let list = UnsafeRawPointer(value).assumingMemoryBound(to: [Value].self)
            let isShared = remembers && !UnsafeMutablePointer(mutating: value).isUnshared
            return list.pointee.withUnsafeBufferPointer { elements in
                guard let first = elements.baseAddress else { return 1 }
                if isShared, let found = known[first] { return found }
                let found = deepest(first, elements.count).map { $0 + 1 }
                if isShared, let found { known[first] = found }
                return found
            }
        }
        guard case .record = value.pointee else { return 0 }
        let record = UnsafeRawPointer(value).assumingMemoryBound(to: Record.self)
        if let levels = record.pointee.knownLevels {
            steps -= 1
            return steps < 0 ? nil : levels
        }
        let found = deepest(record.pointee.place(of: 0), record.pointee.count).map { $0 + 1 }
        if let found { record.pointee.keepLevels(found) }
        return found
    }

    package mutating func levels(of value: UnsafeMutablePointer<Value>) -> Int? { levels(of: UnsafePointer(value)) }

    private mutating func deepest(_ first: UnsafePointer<Value>, _ count: Int) -> Int? {
        var deepest = 0
        for place in 0..<count {
            steps -= 1
            if steps < 0 { return nil }
            guard (first + place).isContainer else { continue }
            guard let levels = levels(of: first + place) else { return nil }
            deepest = max(deepest, levels)
        }
        return deepest
    }
}

extension UnsafePointer<Value> {
    /// Whether the value is a list or a record.
    @inlinable @inline(__always)
    package var isContainer: Bool {
        switch pointee {
        case .list, .record: true
        case .null, .bool, .int, .float, .duration, .bigNumber, .string, .secret: false
        }
    }
}

extension UnsafeMutablePointer<Value> {
    /// Whether the value is a list or a record.
    @inlinable @inline(__always)
    package var isContainer: Bool { UnsafePointer(self).isContainer }

    /// Whether nobody else refers to the storage of the value, which must be a list or a record.
    package var isUnshared: Bool {
        // Both are one reference to an object of Swift's own, which is all that this looks at.
        isKnownUniquelyReferenced(&UnsafeMutableRawPointer(self).assumingMemoryBound(to: RecordStorage.self).pointee)
    }
}
