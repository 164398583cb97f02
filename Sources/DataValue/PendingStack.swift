import SystemSupport

/// Elements that leave in bulk, without a reference being counted up and down.
struct PendingStack<Element>: ~Copyable {
    fileprivate var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    fileprivate(set) var count = 0
    /// Whether there was no memory to grow any more. Then elements have been lost, and the whole must not be used.
    private(set) var isShort = false

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    @inline(__always)
    mutating func append(_ element: consuming Element) {
        if count == capacity {
            grow()
            if isShort { return }
        }
        (base + count).initialize(to: element)
        count += 1
    }

    @inline(never)
    private mutating func grow() {
        let stride = MemoryLayout<Element>.stride
        if capacity >= MemoryHeadroom.largeSize / stride, !MemoryHeadroom.has(capacity, of: 4 * stride) {
            isShort = true
            return
        }
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }

    /// The topmost element, which leaves the stack; nil where there is none.
    mutating func popLast() -> Element? {
        guard count > 0 else { return nil }
        count -= 1
        return (base + count).move()
    }

    /// `position` is below ``count``.
    subscript(position: Int) -> Element {
        @inline(__always) _read {
            assert(position < count)
            yield base[position]
        }
        @inline(__always) _modify {
            assert(position < count)
            yield &base[position]
        }
    }
}

extension PendingStack where Element == Value {
    /// A record of the values from a position to the top, which leave the stack.
    mutating func removeRecord(_ keyTable: KeyTable, from start: Int) -> Record {
        let taken = count - start
        count = start
        return Record(keyTable: keyTable, moving: base + start, count: taken)
    }

    /// The values from a position to the top, which leave the stack.
    mutating func removeAll(from start: Int) -> [Value] {
        let taken = count - start
        guard taken > 0 else { return [] }
        let source = base + start
        count = start
        // Moved one by one: the initializers that hand storage out for bulk moves are not specialised, and looking the
        // storage's type up anew each time took an eighth of all instructions.
        var values: [Value] = []
        values.reserveCapacity(taken)
        for position in 0..<taken { values.append((source + position).move()) }
        return values
    }
}
