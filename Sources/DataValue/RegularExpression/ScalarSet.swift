/// The Unicode scalars that a class of a regular expression takes.
struct ScalarSet: Sendable {
    /// Sorted, and apart from each other, once ``normalize()`` has run.
    private(set) var ranges: [ClosedRange<UInt32>] = []
    private var isNegated = false
    private var ignoresCase = false
    /// A bit for each scalar below 128, with everything taken into account.
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ ranges: [ClosedRange<UInt32>] = []) { self.ranges = ranges }

    mutating func add(_ range: ClosedRange<UInt32>) { ranges.append(range) }
    mutating func add(_ other: [ClosedRange<UInt32>]) { ranges += other }

    /// Every scalar that some ranges do not hold.
    static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in merged(ranges) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }

    private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    /// Makes the set ready for use; it is not added to afterwards.
    mutating func finish(isNegated: Bool, ignoresCase: Bool) {
        ranges = Self.merged(ranges)
        self.isNegated = isNegated
        self.ignoresCase = ignoresCase
        for value in UInt32(0)..<128 where decide(value) {
            if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
        }
    }

    @inline(__always)
    func contains(_ value: UInt32) -> Bool {
        if value < 64 { return low >> UInt64(value) & 1 != 0 }
        if value < 128 { return high >> UInt64(value - 64) & 1 != 0 }
        return decide(value)
    }

    /// Whether it may hold something outside ASCII.
    var reachesBeyondASCII: Bool { isNegated || ignoresCase || (ranges.last?.upperBound ?? 0) >= 128 }

    @inline(never)
    private func decide(_ value: UInt32) -> Bool {
        var isMember = holds(value)
        if !isMember, ignoresCase {
            isMember = Self.otherCases(of: value).contains { holds($0) }
        }
        return isMember != isNegated
    }

    private func holds(_ value: UInt32) -> Bool {
        var start = 0
        var end = ranges.count
        while start < end {
            let middle = (start + end) / 2
            if value > ranges[middle].upperBound { start = middle + 1 } else { end = middle }
        }
        return start < ranges.count && ranges[start].contains(value)
    }

    /// The same letter in lower and in upper case, where each is a single scalar.
    static func otherCases(of value: UInt32) -> [UInt32] {
        if value < 128 {
            switch value {
            case 0x41...0x5A: return [value + 32]
            case 0x61...0x7A: return [value - 32]
            default: return []
            }
        }
        guard let properties = Unicode.Scalar(value)?.properties else { return [] }
        return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { text in
            let scalars = text.unicodeScalars
            guard let only = scalars.first, scalars.count == 1, only.value != value else { return nil }
            return only.value
        }
    }
}
