/// Gathers the bytes and values of a text.
struct TextBuilder {
    private var parts: [TextPart] = []
    private var bytes: [UInt8] = []

    mutating func append(_ byte: UInt8) { bytes.append(byte) }
    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ value: Expression) {
        flush()
        parts.append(.value(value))
    }

    private mutating func flush() {
        if bytes.isEmpty { return }
        parts.append(.text(String(decoding: bytes, as: UTF8.self)))
        bytes = []
    }

    consuming func finish() -> [TextPart] {
        flush()
        return parts
    }
}

extension Parser {
    /// A string whose opening quote is the current token; the lexer stands behind it.
    mutating func string(_ quote: Lexer.Quote) throws(Failure) -> Expression {
        let begin = start
        let parts: [TextPart]
        switch quote {
        case .raw: parts = [.text(try rawText(from: begin))]
        case .text: parts = try text(closing: "\"", indentation: nil, from: begin)
        case .block: parts = try blockText(from: begin)
        }
        advance()
        let span = span(from: begin)
        if parts.isEmpty { return Expression(kind: .string(""), span: span) }
        if parts.count == 1, case .text(let text) = parts[0] { return Expression(kind: .string(text), span: span) }
        return Expression(kind: .interpolation(parts), span: span)
    }

    private mutating func unterminated(from begin: Int, _ help: String? = nil) -> Failure {
        if lexer.offset >= lexer.bytes.count { endedEarly = true }
        return fail("the string is not closed", at: Span(source: source, start: begin, end: begin + 1), help: help)
    }

    private mutating func rawText(from begin: Int) throws(Failure) -> String {
        let from = lexer.offset
        while let byte = lexer.byte(lexer.offset) {
            if byte == UInt8(ascii: "'") {
                lexer.offset += 1
                return String(decoding: lexer.bytes[from..<lexer.offset - 1], as: UTF8.self)
            }
            lexer.offset += 1
        }
        throw unterminated(from: begin)
    }

    /// `"""` … `"""`: without the first and the last newline, and without the indentation of the closing quotes.
    private mutating func blockText(from begin: Int) throws(Failure) -> [TextPart] {
        var position = lexer.offset
        let mark: [UInt8] = Array("\"\"\"".utf8)
        while position < lexer.bytes.count, !lexer.bytes[position...].starts(with: mark) {
            position += lexer.bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < lexer.bytes.count else {
            lexer.offset = lexer.bytes.count
            throw unterminated(from: begin)
        }
        var lineStart = position
        while lineStart > lexer.offset, !Lexer.isLineEnd(lexer.bytes[lineStart - 1]) { lineStart -= 1 }
        let lead = lexer.bytes[lineStart..<position]
        let isOnOwnLine = lead.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let indentation = isOnOwnLine ? Array(lead) : []
        if let length = lexer.newlineLength(at: lexer.offset) {
            lexer.offset += length
            skip(indentation)
        }
        return try text(closing: "\"\"\"", indentation: indentation, from: begin)
    }

    private mutating func skip(_ indentation: [UInt8]) {
        for byte in indentation where lexer.byte(lexer.offset) == byte { lexer.offset += 1 }
    }

    /// Text with escapes and interpolation up to its closing quotes; `indentation` is nil where a line's end is an
    /// error.
    private mutating func text(closing: String, indentation: [UInt8]?, from begin: Int) throws(Failure) -> [TextPart] {
        var parts = TextBuilder()
        let mark = Array(closing.utf8)
        while let byte = lexer.byte(lexer.offset) {
            switch byte {
            case UInt8(ascii: "\"") where lexer.bytes[lexer.offset...].starts(with: mark):
                lexer.offset += mark.count
                return parts.finish()
            case UInt8(ascii: "\\"): parts.append(try escape())
            case UInt8(ascii: "$"):
                if let value = try interpolation() { parts.append(value) } else { parts.append(byte) }
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                guard let indentation else {
                    throw unterminated(from: begin, "a text of several lines stands between \"\"\" and \"\"\"")
                }
                // Whichever end the lines have in the source, in the text it is a newline.
                lexer.offset += lexer.newlineLength(at: lexer.offset) ?? 1
                skip(indentation)
                let isLast = lexer.bytes[lexer.offset...].starts(with: mark)
                if !isLast { parts.append(UInt8(ascii: "\n")) }
            default:
                parts.append(byte)
                lexer.offset += 1
            }
        }
        throw unterminated(from: begin)
    }

    /// What `\n`, `\t`, `\r`, `\"`, `\\`, `\$` and `\u{…}` stand for.
    private mutating func escape() throws(Failure) -> String {
        let begin = lexer.offset
        lexer.offset += 1
        guard let byte = lexer.byte(lexer.offset) else { return "" }
        lexer.offset += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"):
            return String(decoding: [byte], as: UTF8.self)
        case UInt8(ascii: "u") where lexer.byte(lexer.offset) == UInt8(ascii: "{"):
            var position = lexer.offset + 1
            while let digit = lexer.byte(position), Lexer.isNamePart(digit), position < lexer.offset + 10 {
                position += 1
            }
            let digits = String(decoding: lexer.bytes[lexer.offset + 1..<position], as: UTF8.self)
            let span = Span(source: source, start: begin, end: position)
            guard lexer.byte(position) == UInt8(ascii: "}"), let value = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw fail("this is no character", at: span, help: "\\u{1F512}: one to six hexadecimal digits") }
            lexer.offset = position + 1
            return String(Character(scalar))
        default:
            throw fail(
                "unknown escape", at: Span(source: source, start: begin, end: lexer.offset),
                help: "known are \\n \\t \\r \\\" \\\\ \\$ \\u{…}; in '…' nothing is special")
        }
    }

    /// `$name` with its path, or `${…}`, at the position; nil (one byte further) where the `$` is itself.
    mutating func interpolation() throws(Failure) -> Expression? {
        let begin = lexer.offset
        lexer.offset += 1
        guard let next = lexer.byte(lexer.offset) else { return nil }
        if next == UInt8(ascii: "{") { return try bracedInterpolation(from: begin) }
        guard Lexer.isNameStart(next) else { return nil }
        let variable = Expression(
            kind: .variable(lexer.name()), span: Span(source: source, start: begin, end: lexer.offset))
        var steps: [PathStep] = []
        while let step = textStep() { steps.append(step) }
        if steps.isEmpty { return variable }
        let span = Span(source: source, start: begin, end: lexer.offset)
        return Expression(kind: .path(base: variable, steps: steps), span: span)
    }

    /// `.name`, `[integer]`, `[$name]` or `['key']`; nothing else belongs to a path in text.
    private mutating func textStep() -> PathStep? {
        let begin = lexer.offset
        var probe = lexer
        guard let mark = probe.byte(begin), let inside = probe.byte(begin + 1) else { return nil }
        probe.offset += 1
        let kind: PathStep.Kind
        switch (mark, inside) {
        case (UInt8(ascii: "."), _):
            guard Lexer.isNameStart(inside) else { return nil }
            kind = .field(probe.name())
        case (UInt8(ascii: "["), UInt8(ascii: "$")):
            probe.offset += 1
            guard let first = probe.byte(probe.offset), Lexer.isNameStart(first) else { return nil }
            let name = probe.name()
            let span = Span(source: source, start: begin + 1, end: probe.offset)
            kind = .index(Expression(kind: .variable(name), span: span))
        case (UInt8(ascii: "["), UInt8(ascii: "'")):
            guard let end = probe.bytes[(begin + 2)...].firstIndex(of: UInt8(ascii: "'")) else { return nil }
            let text = String(decoding: probe.bytes[begin + 2..<end], as: UTF8.self)
            probe.offset = end + 1
            let span = Span(source: source, start: begin + 1, end: probe.offset)
            kind = .index(Expression(kind: .string(text), span: span))
        case (UInt8(ascii: "["), _):
            var position = begin + 1
            if inside == UInt8(ascii: "-") { position += 1 }
            while let digit = probe.byte(position), Lexer.isDigit(digit) { position += 1 }
            guard let index = Int(String(decoding: probe.bytes[begin + 1..<position], as: UTF8.self)) else {
                return nil
            }
            probe.offset = position
            let span = Span(source: source, start: begin + 1, end: position)
            kind = .index(Expression(kind: .int(index), span: span))
        default: return nil
        }
        if mark == UInt8(ascii: "[") {
            guard probe.byte(probe.offset) == UInt8(ascii: "]") else { return nil }
            probe.offset += 1
        }
        lexer.offset = probe.offset
        return PathStep(kind: kind, isOptional: false, span: Span(source: source, start: begin, end: lexer.offset))
    }

    /// `${name.path}` or `${ expression }`.
    private mutating func bracedInterpolation(from begin: Int) throws(Failure) -> Expression {
        let brackets = openBrackets
        let fields = namesAreFields
        defer {
            openBrackets = brackets
            namesAreFields = fields
        }
        openBrackets += 1
        namesAreFields = false
        reset(to: begin + 2)
        let value = try nested { parser throws(Failure) in
            if case .word(let name) = parser.token, !parser.wordIsCall, !Self.beginsExpression(name) {
                let nameStart = parser.start
                let variable = Expression(kind: .variable(name), span: parser.tokenSpan)
                parser.advance()
                let steps = try parser.pathSteps()
                guard parser.isSymbol(.rightBrace) else {
                    throw parser.unexpected("'}' behind the name", help: "in an expression it is $\(name)")
                }
                if steps.isEmpty { return variable }
                return Expression(kind: .path(base: variable, steps: steps), span: parser.span(from: nameStart))
            }
            let value = try parser.expression()
            guard parser.isSymbol(.rightBrace) else { throw parser.unexpected("'}' to close '${'") }
            return value
        }
        lexer.offset = start + 1
        return value
    }
}
