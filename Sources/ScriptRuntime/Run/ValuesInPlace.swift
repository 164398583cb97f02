import DataValue

// What the machine's loop does with values where they lie. Inlined into the loop: a call would count references.

extension UnsafeMutablePointer<Value> {
    /// Becomes a copy of another value.
    @inline(__always)
    func copy(from other: UnsafePointer<Value>) {
        let value = other.pointee
        assign(value)
    }

    @inline(__always)
    func copy(from other: UnsafeMutablePointer<Value>) {
        let value = other.pointee
        assign(value)
    }

    /// Becomes a value.
    @inline(__always)
    func assign(_ value: consuming Value) {
        if isTrivial { initialize(to: value) } else { pointee = value }
    }

    /// Deep equality; see `Value.==`.
    @inline(__always)
    func equals(_ other: UnsafePointer<Value>) -> Bool {
        if case .int(let left) = pointee, case .int(let right) = other.pointee { return left == right }
        return UnsafePointer(self).equalsAny(other)
    }

    @inline(__always)
    func equals(_ other: UnsafeMutablePointer<Value>) -> Bool { equals(UnsafePointer(other)) }

    @inline(__always)
    func isLess(than other: UnsafePointer<Value>) throws -> Bool { try UnsafePointer(self).isLess(than: other) }

    @inline(__always)
    func isLess(than other: UnsafeMutablePointer<Value>) throws -> Bool {
        try UnsafePointer(self).isLess(than: UnsafePointer(other))
    }
}

extension UnsafePointer<Value> {
    @inline(__always)
    func isLess(than other: UnsafePointer<Value>) throws -> Bool {
        if case .int(let left) = pointee, case .int(let right) = other.pointee { return left < right }
        return try isLessOther(than: other)
    }

    @inline(__always)
    func isLess(than other: UnsafeMutablePointer<Value>) throws -> Bool { try isLess(than: UnsafePointer(other)) }

    @inline(never)
    fileprivate func isLessOther(than other: UnsafePointer<Value>) throws -> Bool {
        try Operators.isLess(pointee, other.pointee)
    }

    @inline(never)
    fileprivate func equalsAny(_ other: UnsafePointer<Value>) -> Bool {
        if let same = isSameTextInPlace(other) { return same }
        return pointee == other.pointee
    }
}
