import CloudAPI

/// Finds secrets that are written out in a statement: `Psk=abc`, `--Psk abc`, `{Psk: "abc"}`, `secret("abc")`.
///
/// It looks at words, not at the tree, so that it finds them in a statement with mistakes in it as well. It rather finds
/// too much: a line that is not kept is typed again, a secret that is kept stays.
enum SecretLiterals {
    /// Whether a statement has any.
    static func areIn(_ text: String) -> Bool { !literals(in: text).isEmpty || programSecret(in: text) }

    /// Whether a line that runs another program looks as if it gave it a secret.
    private static func programSecret(in text: String) -> Bool {
        guard text.hasPrefix("!") else { return false }
        let folded = text.lowercased()
        return ["secret", "password", "passwd", "psk", "token", "private-key", "private_key", "authorization:"]
            .contains { folded.contains($0) }
    }

    /// The secrets, as they are written, without quotes.
    static func literals(in text: String) -> [String] {
        let bytes = Array(text.utf8)
        var found: [String] = []
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
                if let literal = literal(bytes, from: next + 1) { found.append(literal) }
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
                if let literal = literal(bytes, from: afterBlanks + 1) { found.append(literal) }
            } else if afterBlanks > next, let literal = literal(bytes, from: afterBlanks) {
                // `--Psk abc`, and `Psk abc` where somebody has forgotten the sign between them.
                let startsWord = start == 0 || bytes[start - 1] == UInt8(ascii: " ")
                if isOption || startsWord, bytes[afterBlanks] != UInt8(ascii: "=") { found.append(literal) }
            }
        }
        return found
    }

    /// What stands there, if it is no variable and no structure: up to its other quote, or to where a bare word ends.
    private static func literal(_ bytes: [UInt8], from place: Int) -> String? {
        var place = skipBlanks(bytes, from: place)
        guard place < bytes.count else { return nil }
        var quote: UInt8?
        if isQuote(bytes[place]) {
            quote = bytes[place]
            place += 1
        }
        guard place < bytes.count, !"$[{;|)\n\"'".utf8.contains(bytes[place]) else { return nil }
        var end = place
        while end < bytes.count {
            if let quote {
                if bytes[end] == quote || bytes[end] == UInt8(ascii: "\n") { break }
                // What is escaped does not end it.
                if bytes[end] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), end + 1 < bytes.count { end += 1 }
            } else if " \t\n,;|)]}".utf8.contains(bytes[end]) {
                break
            }
            end += 1
        }
        let literal = String(decoding: bytes[place..<end], as: UTF8.self)
        // An operator behind a field's name: `where Psk == …` has been passed, `where Psk != …` has not.
        return literal.utf8.contains(where: { isNamePart($0) }) ? literal : nil
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
