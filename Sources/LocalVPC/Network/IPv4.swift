/// An IPv4 address in dotted decimal.
struct IPv4Address: Sendable, Hashable {
    var bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    /// Four decimal numbers without leading zeros; nil for anything else.
    init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        bits = 0
        for part in parts {
            guard let octet = Self.number(part, maximum: 255) else { return nil }
            bits = bits << 8 | octet
        }
    }

    var text: String { "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)" }

    /// Up to three digits without leading zeros.
    static func number(_ digits: some Collection<UInt8>, maximum: UInt32) -> UInt32? {
        guard 1...3 ~= digits.count, digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
            value = value * 10 + UInt32(digit - UInt8(ascii: "0"))
        }
        return value <= maximum ? value : nil
    }
}

/// A block of IPv4 addresses in CIDR notation, `192.168.0.0/16`.
struct IPv4Block: Sendable, Hashable {
    let first: IPv4Address
    let length: UInt32

    /// An address, a slash and a length from 0 to 32; nil for anything else, also where bits are set behind the prefix.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(parts[0]),
            let length = IPv4Address.number(parts[1].utf8, maximum: 32)
        else { return nil }
        first = address
        self.length = length
        guard address.bits & ~mask == 0 else { return nil }
    }

    /// The block of so many leading bits that an address lies in.
    init(firstAddress bits: UInt32, length: UInt32) {
        self.length = min(length, 32)
        let mask: UInt32 = self.length == 0 ? 0 : UInt32.max << (32 - self.length)
        first = IPv4Address(bits: bits & mask)
    }

    var text: String { "\(first.text)/\(length)" }
    var mask: UInt32 { length == 0 ? 0 : UInt32.max << (32 - length) }
    /// How many addresses it holds.
    var size: Int { 1 << (32 - Int(length)) }

    func contains(_ address: IPv4Address) -> Bool { address.bits & mask == first.bits }
    func contains(_ other: IPv4Block) -> Bool { other.length >= length && contains(other.first) }
    func overlaps(_ other: IPv4Block) -> Bool { contains(other) || other.contains(self) }

    /// Shared address space, loopback, link-local and multicast: no network of a customer may lie there.
    static let reserved = ["100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"].compactMap {
        IPv4Block($0)
    }
}
