/// A network of IPv4 or IPv6 addresses; a single address is one of its full length.
struct IPNetwork: Equatable {
    /// 32 or 128.
    let width: Int
    /// The first address; all bits behind the prefix are 0.
    let base: UInt128
    /// The number of leading bits that all addresses share.
    let prefix: Int

    /// Reads `10.0.0.0/16`, `2001:db8::/32`, or an address alone. Bits behind the prefix are cleared. nil for any other
    /// text.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        let address: UInt128
        if let value = Self.readIPv4(parts[0]) {
            (width, address) = (32, UInt128(value))
        } else if let value = Self.readIPv6(parts[0]) {
            (width, address) = (128, value)
        } else {
            return nil
        }
        if parts.count == 2 {
            guard let length = Self.number(parts[1], radix: 10, digits: 3), length <= width else { return nil }
            prefix = Int(length)
        } else {
            prefix = width
        }
        base = address & Self.mask(prefix, width)
    }

    private static func mask(_ prefix: Int, _ width: Int) -> UInt128 {
        // A smart shift by the whole width gives 0.
        let all = UInt128.max >> UInt128(128 - width)
        return all & (all << UInt128(width - prefix))
    }

    /// Whether all addresses of another network lie in this one.
    func contains(_ other: IPNetwork) -> Bool {
        width == other.width && prefix <= other.prefix && other.base & Self.mask(prefix, width) == base
    }

    func overlaps(_ other: IPNetwork) -> Bool { contains(other) || other.contains(self) }

    /// The last address.
    private var last: UInt128 { base | (UInt128.max >> UInt128(128 - width) ^ Self.mask(prefix, width)) }

    /// The addresses that hosts can have: without the first of a network (its own, and in IPv6 that of all routers)
    /// and, in IPv4, the last (broadcast); both of a network of two, the one of a network of one.
    var hosts: ClosedRange<UInt128> {
        if width - prefix <= 1 { return base...last }
        return base + 1...(width == 32 ? last - 1 : last)
    }

    // MARK: Text

    private static func number(_ text: Substring.UTF8View, radix: Int, digits: Int) -> UInt32? {
        guard (1...digits).contains(text.count), text.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
        else { return nil }
        // With leading zeros a decimal number is an octal one to some readers.
        if radix == 10, text.count > 1, text.first == UInt8(ascii: "0") { return nil }
        return UInt32(Substring(text), radix: radix)
    }

    private static func readIPv4(_ text: Substring.UTF8View) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard let octet = number(part, radix: 10, digits: 3), octet < 256 else { return nil }
            value = value << 8 | octet
        }
        return value
    }

    private static func readIPv6(_ text: Substring.UTF8View) -> UInt128? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (3...9).contains(parts.count) else { return nil }
        var groups: [UInt32] = []
        var gap: Int?
        for (place, part) in parts.enumerated() {
            if part.isEmpty {
                // The colons of `::` at either end leave one more empty part there.
                if place == 0 {
                    guard parts[1].isEmpty else { return nil }
                } else if place == parts.count - 1 {
                    guard parts[place - 1].isEmpty else { return nil }
                } else {
                    guard gap == nil else { return nil }
                    gap = groups.count
                }
            } else if place == parts.count - 1, let tail = readIPv4(part) {
                groups += [tail >> 16, tail & 0xFFFF]
            } else {
                guard let group = number(part, radix: 16, digits: 4) else { return nil }
                groups.append(group)
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// An address in the shortest notation (RFC 5952).
    static func text(of address: UInt128, width: Int) -> String {
        if width == 32 {
            return [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: address >> UInt128($0))) }
                .joined(separator: ".")
        }
        let groups = stride(from: 112, through: 0, by: -16).map { UInt16(truncatingIfNeeded: address >> UInt128($0)) }
        var longest = 0..<0
        var start = 0
        for place in 0...8 {
            if place < 8, groups[place] == 0 { continue }
            if place - start > longest.count { longest = start..<place }
            start = place + 1
        }
        func text(_ groups: ArraySlice<UInt16>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if longest.count < 2 { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}
