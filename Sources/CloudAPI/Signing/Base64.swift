/// RFC 4648 base64 with padding.
package enum Base64 {
    /// The text for bytes, in one line.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var output: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let first = iterator.next() {
            let second = iterator.next()
            let third = second == nil ? nil : iterator.next()
            let group = Int(first) << 16 | Int(second ?? 0) << 8 | Int(third ?? 0)
            output.append(digits[group >> 18])
            output.append(digits[group >> 12 & 63])
            output.append(second == nil ? UInt8(ascii: "=") : digits[group >> 6 & 63])
            output.append(third == nil ? UInt8(ascii: "=") : digits[group & 63])
        }
        return String(decoding: output, as: UTF8.self)
    }
}
