import CloudAPI
import SystemSupport

/// DER (ITU-T X.690), as far as certificates of version 3 need it. Every function yields one whole element.
enum DER {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        if content.count < 0x80 {
            length = [UInt8(content.count)]
        } else {
            var rest = content.count
            while rest > 0 {
                length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
                rest >>= 8
            }
            length.insert(0x80 | UInt8(length.count), at: 0)
        }
        return [tag] + length + content
    }

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap(\.self)) }
    static func set(_ parts: [UInt8]...) -> [UInt8] { element(0x31, parts.flatMap(\.self)) }
    /// An element in an explicit tag of the context.
    static func explicit(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { element(0xA0 | number, content) }
    static func octets(_ bytes: [UInt8]) -> [UInt8] { element(0x04, bytes) }
    static func bits(_ bytes: [UInt8], unused: UInt8 = 0) -> [UInt8] { element(0x03, [unused] + bytes) }
    static func boolean(_ flag: Bool) -> [UInt8] { element(0x01, [flag ? 0xFF : 0]) }
    static func text(_ text: String) -> [UInt8] { element(0x0C, Array(text.utf8)) }

    /// A number that is not negative, most significant byte first.
    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.isEmpty || digits[0] >= 0x80 { digits.insert(0, at: 0) }
        return element(0x02, digits)
    }

    /// An object identifier from its encoded content.
    static func identifier(_ bytes: [UInt8]) -> [UInt8] { element(0x06, bytes) }

    /// A point in time, in the form that RFC 5280 wants: two digits of the year up to 2049, four after that.
    ///
    /// - Parameter seconds: since 1970.
    static func time(seconds: Int64) -> [UInt8] {
        let digits = Timestamp.text(WallTime(seconds: Int(seconds))).utf8.filter {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
        }
        let end = [UInt8(ascii: "Z")]
        if digits.lexicographicallyPrecedes("2050".utf8) { return element(0x17, digits.dropFirst(2) + end) }
        return element(0x18, digits + end)
    }
}

/// PEM (RFC 7468).
enum PEM {
    static func text(_ label: String, _ bytes: [UInt8]) -> String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Base64.encode(bytes)[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        lines.append("-----END \(label)-----")
        return lines.joined(separator: "\n") + "\n"
    }
}
