/// Cuts source bytes into the tokens of expressions and statements.
///
/// The parser pulls one token at a time and may set ``offset`` back, since what follows a command's name is not made
/// of tokens but of arguments (see `Parser+Commands.swift`), and a string's inside is parsed, not lexed.
struct Lexer {
    enum Token: Equatable {
        case word(String)
        case int(UInt64)
        case float(Double)
        case duration(Int64)
        /// `$name`, the name without the `$`.
        case variable(String)
        /// A punctuation mark or operator.
        case symbol(Symbol)
        /// `'`, `"` or `"""`; the offset stands behind it.
        case quote(Quote)
        case newline
        case end
        case invalid(String)
    }

    enum Quote: String {
        case raw = "'"
        case text = "\""
        case block = "\"\"\""
    }

    enum Symbol: UInt8, CaseIterable {
        case leftParenthesis
        case rightParenthesis
        case leftBracket
        case rightBracket
        case leftBrace
        case rightBrace
        case comma
        case semicolon
        case colon
        case pipe
        case assign
        case range
        case dot
        case questionMark
        case otherwise
        case equal
        case unequal
        case lessOrEqual
        case less
        case greaterOrEqual
        case greater
        case plus
        case minus
        case times
        case divideWhole
        case divide
        case remainder
        case exclamationMark

        /// What it looks like.
        var text: String {
            switch self {
            case .leftParenthesis: "("
            case .rightParenthesis: ")"
            case .leftBracket: "["
            case .rightBracket: "]"
            case .leftBrace: "{"
            case .rightBrace: "}"
            case .comma: ","
            case .semicolon: ";"
            case .colon: ":"
            case .pipe: "|"
            case .assign: "="
            case .range: ".."
            case .dot: "."
            case .questionMark: "?"
            case .otherwise: "??"
            case .equal: "=="
            case .unequal: "!="
            case .lessOrEqual: "<="
            case .less: "<"
            case .greaterOrEqual: ">="
            case .greater: ">"
            case .plus: "+"
            case .minus: "-"
            case .times: "*"
            case .divideWhole: "//"
            case .divide: "/"
            case .remainder: "%"
            case .exclamationMark: "!"
            }
        }

        /// In bytes.
        var length: Int {
            switch self {
            case .range, .otherwise, .equal, .unequal, .lessOrEqual, .greaterOrEqual, .divideWhole: 2
            default: 1
            }
        }

        /// The operator that it is, if it is one of two operands.
        var binaryOperator: BinaryOperator? {
            switch self {
            case .otherwise: .otherwise
            case .equal: .equal
            case .unequal: .unequal
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            case .plus: .add
            case .minus: .subtract
            case .times: .multiply
            case .divide: .divide
            case .divideWhole: .divideWhole
            case .remainder: .remainder
            default: nil
            }
        }
    }

    let bytes: [UInt8]
    var offset: Int
    /// Whether the text ends in a `\` that waits for another line.
    private(set) var endsInContinuation = false

    init(bytes: [UInt8], offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    func byte(_ position: Int) -> UInt8? { position < bytes.count ? bytes[position] : nil }

    static func isNameStart(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }

    /// Skips blanks, comments and newlines behind a backslash; newlines too where they mean nothing.
    mutating func skipBlanks(newlines: Bool = false) {
        while let current = byte(offset) {
            switch current {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): offset += 1
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                guard newlines else { return }
                offset += 1
            case UInt8(ascii: "#"): skipComment()
            case UInt8(ascii: "\\"):
                guard let length = continuationLength(at: offset) else { return }
                offset += length
                if length == 1 { endsInContinuation = true }
            default: return
            }
        }
    }

    mutating func skipComment() {
        while let current = byte(offset), !Self.isLineEnd(current) { offset += 1 }
    }

    /// How many bytes a `\` with the line's end behind it takes, or nil where there is none; at the text's end it is the
    /// `\` alone.
    func continuationLength(at position: Int) -> Int? {
        guard byte(position) == UInt8(ascii: "\\") else { return nil }
        if position + 1 == bytes.count { return 1 }
        return newlineLength(at: position + 1).map { 1 + $0 }
    }

    /// Whether a byte ends a line: LF, CR LF and a lone CR do.
    static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    /// How many bytes a line's end at a position takes, or nil where there is none.
    func newlineLength(at position: Int) -> Int? {
        switch byte(position) {
        case UInt8(ascii: "\n"): 1
        case UInt8(ascii: "\r"): byte(position + 1) == UInt8(ascii: "\n") ? 2 : 1
        default: nil
        }
    }

    /// The next token; ``offset`` then stands behind it. Blanks and comments must have been skipped.
    mutating func next() -> Token {
        guard let first = byte(offset) else { return .end }
        if let length = newlineLength(at: offset) {
            offset += length
            return .newline
        }
        if Self.isNameStart(first) { return .word(name()) }
        if Self.isDigit(first) { return number() }
        if first == UInt8(ascii: "$") {
            guard let second = byte(offset + 1), Self.isNameStart(second) else {
                offset += 1
                return .invalid("a name is missing behind '$'")
            }
            offset += 1
            return .variable(name())
        }
        if first == UInt8(ascii: "'") {
            offset += 1
            return .quote(.raw)
        }
        if first == UInt8(ascii: "\"") {
            let isBlock = byte(offset + 1) == first && byte(offset + 2) == first
            offset += isBlock ? 3 : 1
            return .quote(isBlock ? .block : .text)
        }
        if let symbol = Self.symbol(first, byte(offset + 1) ?? 0) {
            offset += symbol.length
            return .symbol(symbol)
        }
        return unknown()
    }

    private static func symbol(_ first: UInt8, _ second: UInt8) -> Symbol? {
        switch (first, second) {
        case (UInt8(ascii: "."), UInt8(ascii: ".")): .range
        case (UInt8(ascii: "?"), UInt8(ascii: "?")): .otherwise
        case (UInt8(ascii: "="), UInt8(ascii: "=")): .equal
        case (UInt8(ascii: "!"), UInt8(ascii: "=")): .unequal
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): .lessOrEqual
        case (UInt8(ascii: ">"), UInt8(ascii: "=")): .greaterOrEqual
        case (UInt8(ascii: "/"), UInt8(ascii: "/")): .divideWhole
        default:
            switch first {
            case UInt8(ascii: "("): .leftParenthesis
            case UInt8(ascii: ")"): .rightParenthesis
            case UInt8(ascii: "["): .leftBracket
            case UInt8(ascii: "]"): .rightBracket
            case UInt8(ascii: "{"): .leftBrace
            case UInt8(ascii: "}"): .rightBrace
            case UInt8(ascii: ","): .comma
            case UInt8(ascii: ";"): .semicolon
            case UInt8(ascii: ":"): .colon
            case UInt8(ascii: "|"): .pipe
            case UInt8(ascii: "="): .assign
            case UInt8(ascii: "."): .dot
            case UInt8(ascii: "?"): .questionMark
            case UInt8(ascii: "<"): .less
            case UInt8(ascii: ">"): .greater
            case UInt8(ascii: "+"): .plus
            case UInt8(ascii: "-"): .minus
            case UInt8(ascii: "*"): .times
            case UInt8(ascii: "/"): .divide
            case UInt8(ascii: "%"): .remainder
            case UInt8(ascii: "!"): .exclamationMark
            default: nil
            }
        }
    }

    /// A whole character, so that the marker of the diagnostic covers it.
    private mutating func unknown() -> Token {
        let start = offset
        offset += 1
        while let next = byte(offset), next & 0xC0 == 0x80 { offset += 1 }
        let character = String(decoding: bytes[start..<offset], as: UTF8.self)
        if bytes[start] == UInt8(ascii: "\\") { return .invalid("a '\\' continues a line only at its very end") }
        if bytes[start] < 0x20 || bytes[start] == 0x7F {
            return .invalid("a control character (byte 0x\(String(bytes[start], radix: 16))) has no place here")
        }
        return .invalid("'\(character)' has no meaning here")
    }

    mutating func name() -> String {
        let start = offset
        while let current = byte(offset), Self.isNamePart(current) { offset += 1 }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }
}

// MARK: - Numbers and durations

extension Lexer {
    /// Units of durations, in nanoseconds.
    private static func unit(_ word: String) -> Int64? {
        switch word {
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m": 60_000_000_000
        case "h": 3_600_000_000_000
        case "d": 86_400_000_000_000
        default: nil
        }
    }

    /// `42`, `0x1f`, `1_000_000`, `2.5`, `1e6`, `250ms`, `1h30m`.
    private mutating func number() -> Token {
        if byte(offset) == UInt8(ascii: "0"), byte(offset + 1).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            offset += 2
            let digits = name().filter { $0 != "_" }
            guard let value = UInt64(digits, radix: 16) else {
                return .invalid("'0x\(digits)' is not a hexadecimal number of at most 64 bits")
            }
            return .int(value)
        }
        let start = offset
        digits()
        var isFloat = false
        if byte(offset) == UInt8(ascii: "."), byte(offset + 1).map(Self.isDigit) == true {
            isFloat = true
            offset += 1
            digits()
        }
        var exponent = offset
        if byte(exponent).map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            exponent += 1
            if byte(exponent) == UInt8(ascii: "+") || byte(exponent) == UInt8(ascii: "-") { exponent += 1 }
            if byte(exponent).map(Self.isDigit) == true {
                isFloat = true
                offset = exponent
                digits()
            }
        }
        let text = String(decoding: bytes[start..<offset].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        if byte(offset).map(Self.isNameStart) == true { return duration(first: text) }
        if isFloat {
            guard let value = Double(text), value.isFinite else { return .invalid("\(text) is too large for a float") }
            return .float(value)
        }
        guard let value = UInt64(text) else { return .invalid("\(text) does not fit in 64 bits") }
        return .int(value)
    }

    private mutating func digits() {
        while let current = byte(offset), Self.isDigit(current) || current == UInt8(ascii: "_") { offset += 1 }
    }

    private mutating func letters() -> String {
        let start = offset
        while let current = byte(offset), (current | 0x20) &- UInt8(ascii: "a") < 26 { offset += 1 }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// The rest of `1h30m` behind its first number.
    private mutating func duration(first: String) -> Token {
        var number = first
        var total: Int64 = 0
        while true {
            let word = letters()
            guard let unit = Self.unit(word) else {
                return .invalid("'\(number)\(word)' is neither a number nor a duration; units are ms, s, m, h and d")
            }
            let nanoseconds: Int64
            if let whole = Int64(number) {
                let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
                if overflow { return .invalid("the duration is too long") }
                nanoseconds = product
            } else {
                guard let fraction = Double(number), let value = Int64(exactly: (fraction * Double(unit)).rounded())
                else { return .invalid("the duration is too long") }
                nanoseconds = value
            }
            let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
            if overflow { return .invalid("the duration is too long") }
            total = sum
            guard byte(offset).map(Self.isDigit) == true else { break }
            let start = offset
            digits()
            if byte(offset) == UInt8(ascii: "."), byte(offset + 1).map(Self.isDigit) == true {
                offset += 1
                digits()
            }
            number = String(decoding: bytes[start..<offset].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        }
        if byte(offset).map(Self.isNamePart) == true { return .invalid("the duration runs into other text") }
        return .duration(total)
    }
}
