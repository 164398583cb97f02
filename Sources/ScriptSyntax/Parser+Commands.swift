// Commands are not made of tokens: an argument is text as far as the next blank unless it begins like a string, a list,
// a record or parentheses. While arguments are read, `lexer.offset` alone is the position; `reset(to:)` brings the
// token back in step afterwards.

extension Parser {
    /// Commands whose arguments are all text, whatever they look like.
    private static let textCommands: Set<String> = ["print", "warn"]

    /// A command or an expression, with the stages behind it.
    mutating func pipeline() throws(Failure) -> Pipeline {
        let begin = start
        let source: Pipeline.Source
        if case .word(let word) = token, !wordIsCall, !Self.beginsExpression(word) {
            source = .command(try command(word))
        } else {
            source = .expression(try expression())
        }
        var stages: [Stage] = []
        while isSymbol(.pipe) {
            advance()
            skipNewlines()
            stages.append(try stage())
        }
        return Pipeline(source: source, stages: stages, span: span(from: begin))
    }

    static func beginsExpression(_ word: String) -> Bool {
        switch word {
        case "true", "false", "null", "not": true
        default: false
        }
    }

    private mutating func command(_ word: String) throws(Failure) -> Command {
        let begin = start
        var name = Name(text: word, span: tokenSpan)
        if Keyword(word) != nil { throw unexpected("a command or a value") }
        if word == "aliyun" {
            name = try nameBehindPrefix()
            lexer.offset = Int(name.span.end)
        }
        if isDirectlyBehindName(UInt8(ascii: "=")) || !Self.textCommands.contains(word) && isAssignNext {
            throw fail(
                "'\(word) =' assigns nothing", at: name.span, help: "a variable is declared with: let \(word) = …")
        }
        if isDirectlyBehindName(UInt8(ascii: ":")) {
            throw fail(
                "'\(word):' begins no statement", at: name.span,
                help: "'{' begins a block here; a record stands in parentheses: ({\(word): …})")
        }
        // `call` is followed by an operation of another product.
        let isOperation = name.text == "call" || name.text.utf8.first.map { $0 &- UInt8(ascii: "A") < 26 } == true
        let arguments = try arguments(
            asText: Self.textCommands.contains(name.text), dashesTakeNext: isOperation)
        return Command(name: name, arguments: arguments, span: span(from: begin))
    }

    private func isDirectlyBehindName(_ byte: UInt8) -> Bool {
        lexer.byte(lexer.offset) == byte && lexer.byte(lexer.offset + 1) != byte
    }

    /// Whether a `=` between blanks stands behind the command's name.
    private var isAssignNext: Bool {
        var probe = lexer
        probe.skipBlanks()
        guard probe.byte(probe.offset) == UInt8(ascii: "=") else { return false }
        return probe.byte(probe.offset + 1).map(Self.endsText) ?? true
    }

    /// The operation in a line pasted from the vendor's CLI: `aliyun vpc DescribeVpcs …`.
    private mutating func nameBehindPrefix() throws(Failure) -> Name {
        advance()
        guard case .word(let product) = token, product.lowercased() == "vpc" else {
            throw unexpected("'vpc' behind 'aliyun'", help: "operations of VPC need no prefix: DescribeVpcs")
        }
        advance()
        let name = try expectName("an operation behind 'aliyun vpc'")
        // The arguments are read from the text, not from tokens.
        lexer.offset = Int(name.span.end)
        return name
    }

    private mutating func stage() throws(Failure) -> Stage {
        let begin = start
        let name = try expectName("the name of a stage behind '|'")
        if name.text == "where" {
            let fields = namesAreFields
            namesAreFields = true
            let condition = try expression()
            namesAreFields = fields
            let argument = Argument(name: nil, value: condition, span: condition.span)
            return Stage(name: name, arguments: [argument], span: span(from: begin))
        }
        lexer.offset = Int(name.span.end)
        let arguments = try arguments(asText: false, dashesTakeNext: false)
        return Stage(name: name, arguments: arguments, span: span(from: begin))
    }

    // MARK: Arguments

    /// Arguments from `lexer.offset` on; afterwards the token is the one behind them.
    private mutating func arguments(asText: Bool, dashesTakeNext: Bool) throws(Failure) -> [Argument] {
        var arguments: [Argument] = []
        var end = lexer.offset
        while true {
            lexer.skipBlanks(newlines: openBrackets > 0)
            guard let byte = lexer.byte(lexer.offset), !Self.endsText(byte), !isAtHandler() else { break }
            if lexer.offset == end {
                start = lexer.offset
                throw fail(
                    "a blank is missing before this", at: Span(source: source, start: end, end: end + 1),
                    help: "quote the text, or put the whole into parentheses")
            }
            let argument = try argument(asText: asText, dashesTakeNext: dashesTakeNext)
            if case .bareText("?") = argument.value.kind, argument.name == nil, !asText, isAtLineEnd(lexer.offset) {
                throw refuseQuestion(at: argument.value.span)
            }
            arguments.append(argument)
            end = lexer.offset
        }
        let behind = lexer.offset
        reset(to: behind)
        previousEnd = end
        return arguments
    }

    private static func endsText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ";"),
            UInt8(ascii: "|"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            true
        default: false
        }
    }

    /// Whether the pair `on error` stands at the position.
    private func isAtHandler() -> Bool {
        var probe = lexer
        guard Lexer.isNameStart(probe.byte(probe.offset) ?? 0), probe.name() == "on" else { return false }
        let behind = probe.offset
        probe.skipBlanks(newlines: openBrackets > 0)
        guard probe.offset > behind, Lexer.isNameStart(probe.byte(probe.offset) ?? 0), probe.name() == "error"
        else { return false }
        return probe.byte(probe.offset).map { Self.endsText($0) || $0 == UInt8(ascii: "{") } ?? true
    }

    private mutating func argument(asText: Bool, dashesTakeNext: Bool) throws(Failure) -> Argument {
        try countPart()
        let begin = lexer.offset
        var name: Name?
        if asText, let text = textBeforeValue() {
            let value = try argumentValue()
            let span = Span(source: source, start: begin, end: lexer.offset)
            let joined = Expression(kind: .interpolation([.text(text), .value(value)]), span: span)
            return Argument(name: nil, value: joined, span: span)
        }
        if !asText, let found = argumentName() {
            name = found.name
            if found.takesNext {
                guard dashesTakeNext else {
                    throw fail(
                        "'--\(found.name.text)' is for API operations; here an option is written \(found.name.text)=value",
                        at: found.name.span)
                }
                let behind = lexer.offset
                lexer.skipBlanks(newlines: openBrackets > 0)
                if lexer.offset == behind || lexer.byte(lexer.offset).map(Self.endsText) ?? true || isAtHandler() {
                    throw fail("'--\(found.name.text)' has no value", at: found.name.span)
                }
            } else if lexer.byte(lexer.offset).map(Self.endsText) ?? true || isAtContinuation {
                throw fail(
                    "'\(found.name.text)=' has no value", at: found.name.span,
                    help: "no blank around '='; an empty text is written \(found.name.text)=''")
            }
        }
        let value = try argumentValue()
        return Argument(name: name, value: value, span: Span(source: source, start: begin, end: lexer.offset))
    }

    /// Reads `Name=`, `--Name=` or `--Name` if one stands here.
    private mutating func argumentName() -> (name: Name, takesNext: Bool)? {
        var position = lexer.offset
        let dashes = lexer.byte(position) == UInt8(ascii: "-") && lexer.byte(position + 1) == UInt8(ascii: "-")
        if dashes { position += 2 }
        let nameStart = position
        guard let first = lexer.byte(position), Lexer.isNameStart(first) else { return nil }
        while let byte = lexer.byte(position),
            Lexer.isNamePart(byte) || byte == UInt8(ascii: ".") || (dashes && byte == UInt8(ascii: "-"))
        {
            position += 1
        }
        let span = Span(source: source, start: nameStart, end: position)
        let name = Name(text: String(decoding: lexer.bytes[nameStart..<position], as: UTF8.self), span: span)
        if lexer.byte(position) == UInt8(ascii: "=") {
            lexer.offset = position + 1
            return (name, false)
        }
        guard dashes, lexer.byte(position).map(Self.endsText) ?? true else { return nil }
        lexer.offset = position
        return (name, true)
    }

    /// Reads `Name=` or `--Name=` where a quoted text, a list, a record or parentheses stand directly behind it: to a
    /// command that takes text it is text, as it is to `echo`.
    private mutating func textBeforeValue() -> String? {
        let begin = lexer.offset
        guard let found = argumentName() else { return nil }
        switch lexer.byte(lexer.offset) {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "("):
            if !found.takesNext { return String(decoding: lexer.bytes[begin..<lexer.offset], as: UTF8.self) }
        default: break
        }
        lexer.offset = begin
        return nil
    }

    private var isAtContinuation: Bool { lexer.continuationLength(at: lexer.offset) != nil }

    private mutating func argumentValue() throws(Failure) -> Expression {
        switch lexer.byte(lexer.offset) {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "("):
            let fields = namesAreFields
            namesAreFields = false
            defer { namesAreFields = fields }
            reset(to: lexer.offset)
            // What stands directly behind it is for the caller to refuse.
            let value = try primary()
            lexer.offset = previousEnd
            return value
        default: return try bareText()
        }
    }

    /// Text as far as the next blank, with what is to be filled in.
    private mutating func bareText() throws(Failure) -> Expression {
        let begin = lexer.offset
        var parts = TextBuilder()
        while let byte = lexer.byte(lexer.offset), !Self.endsText(byte) {
            switch byte {
            case UInt8(ascii: "$"):
                if let value = try interpolation() { parts.append(value) } else { parts.append(UInt8(ascii: "$")) }
            case UInt8(ascii: "\\") where isAtContinuation:
                return finish(parts, from: begin)
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                let mark = String(decoding: [byte], as: UTF8.self)
                let isCall = byte == UInt8(ascii: "(")
                let span = Span(source: source, start: lexer.offset, end: lexer.offset + 1)
                throw fail(
                    "'\(mark)' inside bare text", at: span,
                    help: isCall ? "put it in parentheses, or quote the text" : "quote the text")
            default:
                parts.append(byte)
                lexer.offset += 1
            }
        }
        return finish(parts, from: begin)
    }

    private func finish(_ parts: consuming TextBuilder, from begin: Int) -> Expression {
        let span = Span(source: source, start: begin, end: lexer.offset)
        let finished = parts.finish()
        // A value that is exactly one path or one `${…}` keeps its type.
        if finished.count == 1, case .value(let value) = finished[0] { return value }
        if finished.isEmpty { return Expression(kind: .bareText(""), span: span) }
        if finished.count == 1, case .text(let text) = finished[0] {
            return Expression(kind: .bareText(text), span: span)
        }
        return Expression(kind: .interpolation(finished), span: span)
    }
}
