import DataValue

/// Takes secrets out of text that others wrote: a service may repeat what it was sent, the text that it signed above all.
///
/// A secret is found as it is and percent-encoded up to three times over, as the text that is signed holds it.
struct SecretMask {
    /// What stands for a secret.
    static let mask = "****"
    /// So many bytes and more are a secret's wherever they turn up; fewer must stand alone, or a word that holds them
    /// by chance would be torn.
    private static let certainLength = 6
    private static let maximumDepth = 3

    /// Longest first, so that what one secret shares with another is not left over.
    private let secrets: [[UInt8]]

    /// The secrets of a session and of a call.
    ///
    /// - Parameter others: what else is not to be shown.
    init(_ credentials: Credentials, _ call: APICall, others: [String] = []) {
        var texts = Set(others)
        texts.insert(credentials.accessKeySecret.content)
        if let token = credentials.securityToken { texts.insert(token.content) }
        // The embedded service's secret is its key's own id, which is in every request.
        texts.remove(credentials.accessKeyID)
        for parameter in call.parameters where parameter.isSecret {
            texts.insert(parameter.value)
            // A service may repeat the secret without the structure that it came in.
            if let value = try? JSON.parse(parameter.value) {
                Self.collect(value, isSecret: false, depth: 0, into: &texts)
            }
        }
        texts.remove("")
        secrets = texts.map { Array($0.utf8) }.sorted { $0.count > $1.count }
    }

    private static func collect(_ value: Value, isSecret: Bool, depth: Int, into texts: inout Set<String>) {
        guard depth < PlainText.depthLimit else { return }
        switch value {
        case .string(let text) where isSecret: texts.insert(text)
        case .int, .float, .bigNumber:
            if isSecret { texts.insert(JSON.text(value)) }
        case .list(let elements):
            for element in elements { collect(element, isSecret: isSecret, depth: depth + 1, into: &texts) }
        case .record(let record):
            for (name, field) in record.fields {
                collect(field, isSecret: isSecret || SecretNames.contains(name), depth: depth + 1, into: &texts)
            }
        default: break
        }
    }

    /// The text with every secret replaced.
    func masked(_ text: String) -> String {
        guard !secrets.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var position = 0
        var changed = false
        while position < bytes.count {
            if let end = endOfSecret(in: bytes, at: position) {
                output += Self.mask.utf8
                position = end
                changed = true
            } else {
                output.append(bytes[position])
                position += 1
            }
        }
        return changed ? String(decoding: output, as: UTF8.self) : text
    }

    /// Where a secret that begins at a position ends; nil where none begins.
    private func endOfSecret(in text: [UInt8], at start: Int) -> Int? {
        for secret in secrets {
            for depth in 0...Self.maximumDepth {
                guard let end = Self.end(of: secret, encoded: depth, in: text, at: start) else { continue }
                if secret.count >= Self.certainLength || Self.standsAlone(start..<end, in: text) { return end }
            }
        }
        return nil
    }

    /// The end of a secret that was percent-encoded so many times, if it is what stands at a position.
    private static func end(of secret: [UInt8], encoded depth: Int, in text: [UInt8], at start: Int) -> Int? {
        var position = start
        for byte in secret {
            guard position < text.count else { return nil }
            // Encoders differ in what they encode, so that any byte may stand for itself, but for the sign.
            if text[position] == byte, depth == 0 || byte != UInt8(ascii: "%") {
                position += 1
            } else if depth > 0, byte == UInt8(ascii: " "), text[position] == UInt8(ascii: "+") {
                position += 1
            } else if depth > 0, let end = endOfByte(byte, encoded: depth, in: text, at: position) {
                position = end
            } else {
                return nil
            }
        }
        return position
    }

    /// The end of `%2B`, `%252B` …, the digits in either case.
    private static func endOfByte(_ byte: UInt8, encoded depth: Int, in text: [UInt8], at start: Int) -> Int? {
        let end = start + 1 + 2 * depth
        guard end <= text.count, text[start] == UInt8(ascii: "%") else { return nil }
        for position in stride(from: start + 1, to: end - 2, by: 2) {
            guard text[position] == UInt8(ascii: "2"), text[position + 1] == UInt8(ascii: "5") else { return nil }
        }
        let digits = String(decoding: text[(end - 2)..<end], as: UTF8.self)
        return UInt8(digits, radix: 16) == byte ? end : nil
    }

    /// Whether neither neighbour is a letter or digit of a word that goes on. The digits of an encoded byte are none.
    private static func standsAlone(_ range: Range<Int>, in text: [UInt8]) -> Bool {
        if range.upperBound < text.count, isWordByte(text[range.upperBound]) { return false }
        guard range.lowerBound > 0, isWordByte(text[range.lowerBound - 1]) else { return true }
        return (1...maximumDepth).contains { depth in
            let start = range.lowerBound - 1 - 2 * depth
            guard start >= 0, text[start] == UInt8(ascii: "%") else { return false }
            let digits = text[(range.lowerBound - 2)..<range.lowerBound]
            return stride(from: start + 1, to: range.lowerBound - 2, by: 2).allSatisfy {
                text[$0] == UInt8(ascii: "2") && text[$0 + 1] == UInt8(ascii: "5")
            } && digits.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: byte >= 0x80
        }
    }
}
