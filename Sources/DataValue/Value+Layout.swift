// The machine of the language changes and compares values where they lie, a hundred million times a second. Taking a list
// out of its enum and putting it back costs two counts of its references each time, or a copy of the whole list where the
// optimiser does not see that nobody else holds it; so here a payload is addressed in place.
//
// Invariant: a value's payload lies at the value's own address, unchanged, with the tag in a byte of its own behind the
// largest payload. That follows from `String` leaving no spare bits; it is no promise of the compiler, therefore
// `ValueLayoutTests` asserts it for every kind of payload, with the compiler that the program is built with.

extension UnsafeMutablePointer<Value> {
    /// Whether the value holds no reference, so that it can be overwritten without being released.
    @inlinable @inline(__always)
    package var isTrivial: Bool {
        switch pointee {
        case .null, .bool, .int, .float, .duration: true
        case .bigNumber, .string, .list, .record, .secret: false
        }
    }

    /// Makes the value an integer.
    @inlinable @inline(__always)
    package func put(_ number: Int) {
        if isTrivial { initialize(to: .int(number)) } else { replace(with: .int(number)) }
    }

    /// Makes the value a boolean.
    @inlinable @inline(__always)
    package func put(_ flag: Bool) {
        if isTrivial { initialize(to: .bool(flag)) } else { replace(with: .bool(flag)) }
    }

    /// Makes the value null.
    @inlinable @inline(__always)
    package func clear() {
        if isTrivial { initialize(to: .null) } else { replace(with: .null) }
    }

    /// Moves the value out and leaves null.
    @inlinable @inline(__always)
    package func take() -> Value {
        let value = move()
        initialize(to: .null)
        return value
    }

    @inline(never) @usableFromInline
    func replace(with value: Value) { pointee = value }

    /// The integer that the value is; it must be one.
    @inlinable @inline(__always)
    package var intInPlace: UnsafeMutablePointer<Int> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: Int.self)
    }

    /// The list that the value is; it must be one.
    @inlinable @inline(__always)
    package var listInPlace: UnsafeMutablePointer<[Value]> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: [Value].self)
    }

    /// The record that the value is; it must be one.
    @inlinable @inline(__always)
    package var recordInPlace: UnsafeMutablePointer<Record> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: Record.self)
    }

    /// The text that the value is; it must be a string.
    @inlinable @inline(__always)
    package var stringInPlace: UnsafeMutablePointer<String> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: String.self)
    }
}

extension UnsafePointer<Value> {
    /// Where the elements of a list lie, which the value must be, without counting a reference to them: to be read there
    /// until the value changes.
    @inlinable @inline(__always)
    package var elementsInPlace: UnsafeBufferPointer<Value> {
        // An array is a reference to an object: two words of Swift's own, the count, the capacity, the elements.
        let object = UnsafeRawPointer(self).load(as: UnsafeRawPointer.self)
        let first = (object + 32).assumingMemoryBound(to: Value.self)
        return UnsafeBufferPointer(start: first, count: object.load(fromByteOffset: 16, as: Int.self))
    }

    /// Whether two texts are the same to the byte; nil where one of the values is no string.
    package func isSameTextInPlace(_ other: UnsafePointer<Value>) -> Bool? {
        guard case .string = pointee, case .string = other.pointee else { return nil }
        let left = UnsafeRawPointer(self).assumingMemoryBound(to: String.self)
        let right = UnsafeRawPointer(other).assumingMemoryBound(to: String.self)
        return isSameText(left.pointee, right.pointee)
    }
}
