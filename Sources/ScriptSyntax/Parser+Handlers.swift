extension Parser {
    /// `on error …` or `on exit { … }`, behind the `on`.
    mutating func onStatement(from span: Span) throws(Failure) -> Statement.Kind {
        if isKeyword(.exit) {
            advance()
            return .onExit(try block("to begin what runs at the exit"))
        }
        guard isKeyword(.error) else { throw unexpected("'error' or 'exit' behind 'on'") }
        return .onError(try handlerClause(from: span))
    }

    /// The handler behind a statement, at its `on`.
    mutating func suffixHandler() throws(Failure) -> HandlerClause {
        let span = tokenSpan
        advance()
        guard isKeyword(.error) else { throw unexpected("'error' behind 'on'") }
        return try handlerClause(from: span)
    }

    /// `[patterns] [as NAME] ACTION`, at `error`.
    private mutating func handlerClause(from begin: Span) throws(Failure) -> HandlerClause {
        var patterns: [Name] = []
        // Patterns are no tokens: they are read as text, and the token that ends them is read afterwards.
        var position = lexer.offset
        reading: while true {
            lexer.offset = position
            lexer.skipBlanks()
            let wordStart = lexer.offset
            while let byte = lexer.byte(lexer.offset), Self.isPatternByte(byte) { lexer.offset += 1 }
            let word = String(decoding: lexer.bytes[wordStart..<lexer.offset], as: UTF8.self)
            switch word {
            case "", "as", "retry", "resume", "use", "fail":
                if lexer.byte(wordStart) == UInt8(ascii: ","), !patterns.isEmpty {
                    position = wordStart + 1
                    continue reading
                }
                if let byte = lexer.byte(wordStart), byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                    reset(to: wordStart)
                    throw fail("a pattern is written without quotes", at: tokenSpan, help: "on error *.NotFound …")
                }
                reset(to: wordStart)
                break reading
            default:
                let span = Span(source: source, start: wordStart, end: lexer.offset)
                patterns.append(Name(text: word, span: span))
                position = lexer.offset
            }
        }
        var errorName: Name?
        if isKeyword(.as) {
            advance()
            if case .variable(let name) = token {
                throw fail("'as' names the variable without '$'", at: tokenSpan, help: "as \(name)")
            }
            errorName = try expectName("the name for the error")
        }
        let action = try handlerAction()
        return HandlerClause(
            patterns: patterns, errorName: errorName, action: action, span: begin.union(span(from: Int(begin.start))))
    }

    /// Letters, digits and the marks of globs; codes have dots, dashes, underscores and sometimes slashes or colons.
    private static func isPatternByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "-"), UInt8(ascii: "!"), UInt8(ascii: ":"), UInt8(ascii: "/"):
            true
        default: Lexer.isNamePart(byte) || byte >= 0x80
        }
    }

    private mutating func handlerAction() throws(Failure) -> HandlerClause.Action {
        if isSymbol(.leftBrace) { return .block(try block("to begin the handler")) }
        guard case .word(let word) = token, let keyword = Keyword(word) else {
            throw unexpected("what to do about the error", help: "retry, resume, use VALUE, fail, or { … }")
        }
        switch keyword {
        case .retry:
            advance()
            return .retry(try retryPolicy())
        case .resume:
            advance()
            return .resume
        case .use:
            advance()
            return .use(try expression())
        case .fail:
            advance()
            return .fail(try failOperands())
        default:
            throw unexpected("what to do about the error", help: "retry, resume, use VALUE, fail, or { … }")
        }
    }

    /// `[up to N] [every D | backoff D..D] [for D]`, each at most once, in any order.
    mutating func retryPolicy() throws(Failure) -> RetryPolicy {
        var policy = RetryPolicy()
        while true {
            if isWord("up"), policy.limit == nil {
                advance()
                if !takeWord("to") { throw unexpected("'to' behind 'up'", help: "retry up to 5") }
                policy.limit = try operand()
            } else if isWord("every"), policy.every == nil, policy.backoff == nil {
                advance()
                policy.every = try operand()
            } else if isWord("backoff"), policy.every == nil, policy.backoff == nil {
                advance()
                let first = try operand()
                try expect(.range, "between the shortest and the longest wait, as in 'backoff 1s..30s'")
                policy.backoff = (first, try operand())
            } else if isKeyword(.for), policy.timeLimit == nil {
                advance()
                policy.timeLimit = try operand()
            } else {
                return policy
            }
        }
    }

    /// Nothing, or a code and a message.
    mutating func failOperands() throws(Failure) -> FailOperands? {
        if isAtEndOfStatement { return nil }
        let code = try operand()
        if isAtEndOfStatement {
            throw unexpected("a message behind the code", help: "fail \"My.Code\" \"what happened\"")
        }
        return FailOperands(code: code, message: try operand())
    }
}
