import CloudAPI

/// Finds secrets that are written out in a statement: `Psk=abc`, `--Psk abc`, `{Psk: "abc"}`, `secret("abc")`.
///
/// It looks at words, not at the tree, so that it finds them in a statement with mistakes in it as well. It rather finds
/// too much: a line that is not kept is typed again, a secret that is kept stays.
enum SecretLiterals {
    /// Whether a statement has any.
    static func areIn(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var place = 0
        while place < bytes.count {
            guard isNamePart(bytes[place]) else {
                place += 1
                continue
            }
            let start = place
            while place < bytes.count, isNamePart(bytes[place]) { place += 1 }
            let name = String(decoding: bytes[start..<place], as: UTF8.self)
            var next = place
            if name == "secret", next < bytes.count, bytes[next] == UInt8(ascii: "(") {
                if isLiteral(bytes, from: next + 1) { return true }
                continue
            }
            guard SecretNames.contains(name) else { continue }
            // The end of a quoted key.
            if next < bytes.count, isQuote(bytes[next]) { next += 1 }
            let afterBlanks = skipBlanks(bytes, from: next)
            let isOption = start >= 2 && bytes[start - 1] == UInt8(ascii: "-") && bytes[start - 2] == UInt8(ascii: "-")
            if afterBlanks < bytes.count,
                bytes[afterBlanks] == UInt8(ascii: "=") || bytes[afterBlanks] == UInt8(ascii: ":")
            {
                // `==` compares.
                if afterBlanks + 1 < bytes.count, bytes[afterBlanks + 1] == UInt8(ascii: "=") { continue }
                if isLiteral(bytes, from: afterBlanks + 1) { return true }
            } else if isOption, afterBlanks > next, isLiteral(bytes, from: afterBlanks) {
                return true
            }
        }
        return false
    }

    /// Whether something stands there that is no variable and no structure.
    private static func isLiteral(_ bytes: [UInt8], from place: Int) -> Bool {
        var place = skipBlanks(bytes, from: place)
        guard place < bytes.count else { return false }
        if isQuote(bytes[place]) { place += 1 }
        guard place < bytes.count else { return false }
        return !"$[{;|)\n\"'".utf8.contains(bytes[place])
    }

    private static func skipBlanks(_ bytes: [UInt8], from place: Int) -> Int {
        var place = place
        while place < bytes.count, bytes[place] == UInt8(ascii: " ") || bytes[place] == UInt8(ascii: "\t") {
            place += 1
        }
        return place
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: byte >= 0x80
        }
    }
}
