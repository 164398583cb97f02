import DataValue
import Glibc
import SystemSupport

// Sorting by a key, stably. Keys that are all numbers or all texts, which they nearly always are, are first laid out side
// by side as plain memory: 300,000 texts were sorted in 1.6 times Lua's time while each comparison went through the
// values, counting references.

extension Stage {
    /// Items in the order of what a path finds in them; equal ones keep their order. Null comes first, false before true.
    ///
    /// Throws `Script.Type` for keys that do not compare.
    static func sorted(_ items: [Value], by path: FieldPath, isDescending: Bool) throws -> [Value] {
        let keys = try items.map { try path.value(in: $0) }
        if let order = orderOfNumbers(keys, isDescending) ?? orderOfTexts(keys, isDescending) {
            return order.map { items[$0] }
        }
        var order = Array(items.indices)
        try order.sort { left, right in
            if try isLess(keys[left], keys[right]) { return !isDescending }
            if try isLess(keys[right], keys[left]) { return isDescending }
            return left < right
        }
        return order.map { items[$0] }
    }

    private static func isLess(_ left: Value, _ right: Value) throws -> Bool {
        switch (left, right) {
        case (.null, .null): false
        case (.null, _): true
        case (_, .null): false
        case (.bool(let a), .bool(let b)): !a && b
        default: try Operators.isLess(left, right)
        }
    }

    /// The places of keys in their order, where all are integers.
    private static func orderOfNumbers(_ keys: [Value], _ isDescending: Bool) -> [Int]? {
        var numbers: [(key: Int, place: Int)] = []
        numbers.reserveCapacity(keys.count)
        for (place, key) in keys.enumerated() {
            guard case .int(let number) = key else { return nil }
            // The complement turns the order round and, unlike the negative, exists for every integer.
            numbers.append((isDescending ? ~number : number, place))
        }
        numbers.sort { $0.key != $1.key ? $0.key < $1.key : $0.place < $1.place }
        return numbers.map(\.place)
    }

    /// A text's bytes among all others', and the first eight of them that can tell it from another as one number.
    private struct Text {
        let start: UInt64
        let offset: Int
        let length: Int
        let place: Int
    }

    /// The places of keys in their order, where all are plain strings.
    private static func orderOfTexts(_ keys: [Value], _ isDescending: Bool) -> [Int]? {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        ends.reserveCapacity(keys.count)
        for key in keys {
            guard case .string(let text) = key else { return nil }
            // One long text can stand in a list a million times, and then takes no room but here.
            if bytes.count + text.utf8.count > SizeLimits.text || !MemoryHeadroom.has(bytes.count, of: 4) { return nil }
            bytes.append(contentsOf: text.utf8)
            ends.append(bytes.count)
        }
        return bytes.withUnsafeBufferPointer { all -> [Int] in
            guard let base = all.baseAddress, let firstEnd = ends.first else { return Array(keys.indices) }
            // What all of them begin with tells nothing.
            var shared = firstEnd
            for place in ends.indices.dropFirst() {
                let offset = ends[place - 1]
                shared = min(shared, ends[place] - offset)
                var same = 0
                while same < shared, base[same] == base[offset + same] { same += 1 }
                shared = same
            }
            var texts: [Text] = []
            texts.reserveCapacity(keys.count)
            for (place, end) in ends.enumerated() {
                let offset = (place == 0 ? 0 : ends[place - 1]) + shared
                var start: UInt64 = 0
                for step in 0..<8 { start = start << 8 | (offset + step < end ? UInt64(base[offset + step]) : 0) }
                texts.append(Text(start: start, offset: offset, length: end - offset, place: place))
            }
            texts.sort { left, right in
                if left.start != right.start { return (left.start < right.start) != isDescending }
                let order = Int(memcmp(base + left.offset, base + right.offset, min(left.length, right.length)))
                let difference = order != 0 ? order : left.length - right.length
                if difference != 0 { return (difference < 0) != isDescending }
                return left.place < right.place
            }
            return texts.map(\.place)
        }
    }
}
