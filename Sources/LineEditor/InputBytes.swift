/// Bytes that were read from the terminal and not used yet.
struct InputBytes {
    private var bytes: [UInt8] = []
    private var position = 0

    /// How many bytes there are.
    var count: Int { bytes.count - position }

    /// The byte at an offset from the next one, if it is there.
    subscript(offset: Int) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    mutating func append(_ more: some Sequence<UInt8>) {
        bytes.append(contentsOf: more)
    }

    mutating func removeFirst(_ count: Int = 1) {
        position = min(position + count, bytes.count)
        if position == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.count <= 1 << 16)
            position = 0
        }
    }

    mutating func removeAll() {
        removeFirst(count)
    }

    /// How many bytes a character takes in UTF-8 by its first one; 1 for what cannot be a first one.
    static func length(first: UInt8) -> Int {
        switch first {
        case 0xc2...0xdf: 2
        case 0xe0...0xef: 3
        case 0xf0...0xf4: 4
        default: 1
        }
    }

    /// The scalar of one character's bytes; nil if they are not well-formed UTF-8.
    static func scalar(_ bytes: some Collection<UInt8>) -> Unicode.Scalar? {
        var decoder = Unicode.UTF8()
        var iterator = bytes.makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator), iterator.next() == nil else { return nil }
        return scalar
    }
}
