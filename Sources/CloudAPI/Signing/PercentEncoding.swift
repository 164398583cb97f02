/// RFC 3986 percent-encoding, in the one form in which the service signs.
///
/// Unreserved are `A-Z a-z 0-9 - _ . ~`; every other byte of the UTF-8 text becomes `%` and two upper-case digits, so a
/// blank is `%20` (never `+`) and `*` is `%2A`.
package enum PercentEncoding {
    /// The encoded form of a text.
    package static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 16)
        append(text.utf8, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Adds the encoded form of bytes to a buffer.
    package static func append(_ text: some Sequence<UInt8>, to output: inout [UInt8]) {
        for byte in text {
            if isUnreserved(byte) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(hexDigit(byte >> 4))
                output.append(hexDigit(byte & 15))
            }
        }
    }

    /// `name=value&name=value`, each encoded, in the order given: a query without its `?`, or a form's body.
    package static func query(_ parameters: [(name: String, value: String)]) -> String {
        String(decoding: queryBytes(parameters), as: UTF8.self)
    }

    /// ``query(_:)`` as bytes.
    package static func queryBytes(_ parameters: [(name: String, value: String)]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(parameters.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 8 })
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { output.append(UInt8(ascii: "&")) }
            append(parameter.name.utf8, to: &output)
            output.append(UInt8(ascii: "="))
            append(parameter.value.utf8, to: &output)
        }
        return output
    }

    /// The text behind an encoded one; nil where a `%` lacks its two digits or the bytes are no UTF-8.
    ///
    /// - Parameter plusIsBlank: whether `+` stands for a blank, as it does in queries and forms.
    package static func decode(_ text: some Sequence<UInt8>, plusIsBlank: Bool = true) -> String? {
        Array(text).withUnsafeBufferPointer { decode($0, plusIsBlank: plusIsBlank) }
    }

    /// The same of bytes in one piece, as every part of a served request is: it is read at each of them.
    private static func decode(_ text: UnsafeBufferPointer<UInt8>, plusIsBlank: Bool) -> String? {
        guard let first = text.firstIndex(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(validating: text, as: UTF8.self)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        bytes.append(contentsOf: text[..<first])
        var position = first
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "%") {
                guard position + 2 < text.count, let high = digitValue(text[position + 1]),
                    let low = digitValue(text[position + 2])
                else { return nil }
                bytes.append(high << 4 | low)
                position += 3
            } else {
                bytes.append(byte == UInt8(ascii: "+") && plusIsBlank ? UInt8(ascii: " ") : byte)
                position += 1
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The names and values of a query (without `?`) or of a form's body, in order; nil where one is malformed.
    ///
    /// A name without `=` has an empty value; empty pieces (`a=1&&b=2`) are passed over.
    package static func parseQuery(_ query: some StringProtocol) -> [(name: String, value: String)]? {
        var text = String(query)
        return text.withUTF8(parseQuery)
    }

    /// The same of bytes; nil also where they are no UTF-8.
    package static func parseQuery(_ query: UnsafeBufferPointer<UInt8>) -> [(name: String, value: String)]? {
        var parameters: [(name: String, value: String)] = []
        parameters.reserveCapacity(24)
        var start = 0
        while start < query.count {
            let rest = query[start...]
            let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? query.count
            if end > start {
                let equals = query[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
                let name = decode(UnsafeBufferPointer(rebasing: query[start..<equals]), plusIsBlank: true)
                let value =
                    equals == end
                    ? "" : decode(UnsafeBufferPointer(rebasing: query[(equals + 1)..<end]), plusIsBlank: true)
                guard let name, let value else { return nil }
                parameters.append((name, value))
            }
            start = end + 1
        }
        return parameters
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func digitValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
