/// Elements that can be moved out in bulk: `removeAll(from:)` takes them over without counting a reference up and down.
struct PendingStack<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

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
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }

    /// The elements from a position to the top, which leave the stack.
    mutating func removeAll(from start: Int) -> [Element] {
        let taken = count - start
        let source = base + start
        count = start
        return Array(unsafeUninitializedCapacity: taken) { buffer, initialized in
            if let target = buffer.baseAddress { target.moveInitialize(from: source, count: taken) }
            initialized = taken
        }
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
