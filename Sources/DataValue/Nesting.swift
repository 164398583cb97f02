/// Counts how many lists and records lie within each other in a value: 0 for what is neither.
package enum Nesting {
    /// The levels of a value of which at most `steps` elements and fields are looked at; nil where these did not suffice.
    package static func levels(of value: UnsafePointer<Value>, steps: Int) -> Int? {
        var steps = steps
        let levels = quickLevels(of: value, &steps)
        return steps < 0 ? nil : levels
    }

    /// The levels as far as the steps go, which are negative afterwards if they did not suffice.
    private static func quickLevels(of value: UnsafePointer<Value>, _ steps: inout Int) -> Int {
        if case .list = value.pointee { return 1 + deepest(value.elementsInPlace, &steps) }
        guard case .record = value.pointee else { return 0 }
        let record = UnsafeRawPointer(value).assumingMemoryBound(to: Record.self)
        if let levels = record.pointee.knownLevels {
            steps -= 1
            return levels
        }
        let levels = 1 + deepest(record.pointee.valuesInPlace, &steps)
        if steps >= 0 { record.pointee.keepLevels(levels) }
        return levels
    }

    @inline(__always)
    private static func deepest(_ values: UnsafeBufferPointer<Value>, _ steps: inout Int) -> Int {
        steps -= values.count
        if steps < 0 { return 0 }
        guard var place = values.baseAddress else { return 0 }
        let end = place + values.count
        var deepest = 0
        while place < end {
            if place.isContainer {
                deepest = max(deepest, quickLevels(of: place, &steps))
                if steps < 0 { return 0 }
            }
            place += 1
        }
        return deepest
    }

    /// The levels of a value, however large. What it is put together from is looked at once, however often it occurs.
    package static func levels(of value: UnsafePointer<Value>, _ known: inout KnownLevels) -> Int {
        if case .list = value.pointee {
            let elements = value.elementsInPlace
            guard let first = elements.baseAddress, !elements.isEmpty else { return 1 }
            let isShared = !UnsafeMutablePointer(mutating: value).isUnshared
            if isShared, let found = known.lists[first] { return found }
            let found = 1 + deepest(elements, &known)
            if isShared { known.lists[first] = found }
            return found
        }
        guard case .record = value.pointee else { return 0 }
        let record = UnsafeRawPointer(value).assumingMemoryBound(to: Record.self)
        if let levels = record.pointee.knownLevels { return levels }
        let found = 1 + deepest(record.pointee.valuesInPlace, &known)
        record.pointee.keepLevels(found)
        return found
    }

    private static func deepest(_ values: UnsafeBufferPointer<Value>, _ known: inout KnownLevels) -> Int {
        guard let first = values.baseAddress else { return 0 }
        var deepest = 0
        for place in values.indices where (first + place).isContainer {
            deepest = max(deepest, levels(of: first + place, &known))
        }
        return deepest
    }

    /// The levels of lists that are referred to more than once, by where their elements lie; for as long as nothing
    /// changes.
    package struct KnownLevels {
        fileprivate var lists: [UnsafeRawPointer: Int] = [:]
        package init() {}
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
