/// A word or sign of an expression.
struct JMESPathToken: Sendable {
    enum Kind: Sendable, Equatable {
        case name(String)
        case quotedName(String)
        case literal(Value)
        case number(Int)
        case dot, star, comma, colon, current, ampersand, not, pipe, or, and
        case leftBracket, rightBracket, leftBrace, rightBrace, leftParenthesis, rightParenthesis
        /// `[]`
        case flatten
        /// `[?`
        case filter
        case comparison(JMESPathNode.Comparison)
        case end
    }
    let kind: Kind
    /// Where it begins, in bytes.
    let offset: Int
}

/// Takes an expression apart into tokens, in one pass.
struct JMESPathLexer {
    private let bytes: [UInt8]
    private var at = 0

    init(_ expression: String) {
        bytes = Array(expression.utf8)
    }

    /// All tokens, the last of which is `end`.
    mutating func tokens() throws(JMESPathError) -> [JMESPathToken] {
        var tokens: [JMESPathToken] = []
        while true {
            while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { at += 1 }
            let start = at
            guard let byte = peek else {
                tokens.append(JMESPathToken(kind: .end, offset: start))
                return tokens
            }
            tokens.append(JMESPathToken(kind: try token(byte), offset: start))
        }
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    /// Takes a byte if it is the next one.
    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: sign) else { return false }
        at += 1
        return true
    }

    private mutating func token(_ first: UInt8) throws(JMESPathError) -> JMESPathToken.Kind {
        let start = at
        switch first {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            while let byte = peek, byte.isNamePart { at += 1 }
            return .name(text(start, at))
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return try number()
        case UInt8(ascii: "\""): return try quotedName()
        case UInt8(ascii: "'"): return try rawString()
        case UInt8(ascii: "`"): return try literal()
        default: break
        }
        at += 1
        switch first {
        case UInt8(ascii: "."): return .dot
        case UInt8(ascii: "*"): return .star
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: ":"): return .colon
        case UInt8(ascii: "@"): return .current
        case UInt8(ascii: "]"): return .rightBracket
        case UInt8(ascii: "{"): return .leftBrace
        case UInt8(ascii: "}"): return .rightBrace
        case UInt8(ascii: "("): return .leftParenthesis
        case UInt8(ascii: ")"): return .rightParenthesis
        case UInt8(ascii: "["): return take("]") ? .flatten : take("?") ? .filter : .leftBracket
        case UInt8(ascii: "&"): return take("&") ? .and : .ampersand
        case UInt8(ascii: "|"): return take("|") ? .or : .pipe
        case UInt8(ascii: "!"): return take("=") ? .comparison(.notEqual) : .not
        case UInt8(ascii: "<"): return .comparison(take("=") ? .lessOrEqual : .less)
        case UInt8(ascii: ">"): return .comparison(take("=") ? .greaterOrEqual : .greater)
        case UInt8(ascii: "="):
            if take("=") { return .comparison(.equal) }
            throw failure("'=' compares nothing: write '=='", start)
        default:
            let character = String(decoding: bytes[start...].prefix(4), as: UTF8.self).prefix(1)
            throw failure("unexpected character '\(character)'", start)
        }
    }

    private mutating func number() throws(JMESPathError) -> JMESPathToken.Kind {
        let start = at
        at += 1
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
        guard let number = Int(text(start, at)) else {
            throw failure(at - start > 1 ? "the number is too large" : "expected digits behind '-'", start)
        }
        return .number(number)
    }

    private mutating func quotedName() throws(JMESPathError) -> JMESPathToken.Kind {
        let start = at
        try skipToClosing(UInt8(ascii: "\""), "a quoted name has no closing quote")
        let name: Value
        do throws(JSONError) {
            name = try JSON.parse(Array(bytes[start..<at]))
        } catch {
            throw failure(error.message, start + error.offset)
        }
        guard case .string(let text) = name else { throw failure("not a quoted name", start) }
        return .quotedName(text)
    }

    /// `'…'`, in which only `\'` stands for something else than itself.
    private mutating func rawString() throws(JMESPathError) -> JMESPathToken.Kind {
        let start = at
        try skipToClosing(UInt8(ascii: "'"), "a string has no closing quote")
        return .literal(.string(String(decoding: unescaped(UInt8(ascii: "'"), start), as: UTF8.self)))
    }

    /// `` `…` ``, JSON in which a backtick is written with a backslash before it.
    private mutating func literal() throws(JMESPathError) -> JMESPathToken.Kind {
        let start = at
        try skipToClosing(UInt8(ascii: "`"), "a literal has no closing backtick")
        do throws(JSONError) {
            return .literal(try JSON.parse(unescaped(UInt8(ascii: "`"), start)))
        } catch {
            throw failure("a literal holds JSON (text is written 'text'): \(error.message)", start)
        }
    }

    private mutating func skipToClosing(_ quote: UInt8, _ message: String) throws(JMESPathError) {
        let start = at
        at += 1
        while let byte = peek {
            at += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == quote { return }
        }
        throw failure(message, start)
    }

    /// The bytes between the quote at `start` and the one before `at`, without the backslashes before quotes.
    private func unescaped(_ quote: UInt8, _ start: Int) -> [UInt8] {
        var content: [UInt8] = []
        var position = start + 1
        while position < at - 1 {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < at - 1 {
                if bytes[position + 1] != quote { content.append(bytes[position]) }
                position += 1
            }
            content.append(bytes[position])
            position += 1
        }
        return content
    }

    private func text(_ start: Int, _ end: Int) -> String {
        String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private func failure(_ message: String, _ offset: Int) -> JMESPathError {
        JMESPathError(.syntax, message, offset: offset)
    }
}

extension UInt8 {
    fileprivate var isNamePart: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
