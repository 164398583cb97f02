extension Parser {
    /// Statements up to a closing brace (or, with nil, to the end of the text). Recovers from errors.
    mutating func statements(until close: Lexer.Symbol?) -> [Statement] {
        var statements: [Statement] = []
        while true {
            while token == .newline || isSymbol(.semicolon) { advance() }
            if token == .end { return statements }
            if let close, isSymbol(close) { return statements }
            let brackets = openBrackets
            let begin = start
            do throws(Failure) {
                if close == nil, isSymbol(.rightBrace) {
                    throw fail("'}' closes nothing", at: tokenSpan)
                }
                statements.append(try statement())
                try endOfStatement()
            } catch {
                openBrackets = brackets
                recover()
                lostTexts.append(begin..<max(begin, start))
            }
        }
    }

    private mutating func endOfStatement() throws(Failure) {
        switch token {
        case .newline, .end, .symbol(.semicolon), .symbol(.rightBrace): return
        default: throw unexpected("the end of the statement", help: endHelp())
        }
    }

    private func endHelp() -> String? {
        switch token {
        case .symbol(.assign): "'=' assigns only behind 'let name' or 'set name'; '==' compares"
        case .symbol(.leftBrace): nil
        case .word("else"): "'else' stands on the line of the '}' before it"
        default: nil
        }
    }

    /// Skips to where the next statement may start: behind a newline outside brackets, or before a closing brace. A brace
    /// that ends its line opens a block, which is skipped as a whole; any other is of no account behind its line, since a
    /// stray one must not hide the errors of all that follows.
    private mutating func recover() {
        var blocks = 0
        var braces = 0
        while true {
            switch token {
            case .end: return
            case .newline:
                if blocks == 0 { return }
                braces = 0
            case .symbol(.leftBrace): if isAtLineEnd(lexer.offset) { blocks += 1 } else { braces += 1 }
            case .symbol(.rightBrace) where braces > 0: braces -= 1
            case .symbol(.rightBrace):
                if blocks == 0 {
                    if depth == 0 { advance() }
                    return
                }
                blocks -= 1
            case .quote: skipString()
            default: break
            }
            advance()
        }
    }

    /// Past a string's inside, so that its text is not taken for statements. One whose end is not on its line is as
    /// likely an apostrophe.
    private mutating func skipString() {
        guard case .quote(let quote) = token else { return }
        let mark = Array(quote.rawValue.utf8)
        while lexer.offset < lexer.bytes.count {
            if lexer.bytes[lexer.offset...].starts(with: mark) {
                lexer.offset += mark.count
                return
            }
            if quote != .block, Lexer.isLineEnd(lexer.bytes[lexer.offset]) { return }
            lexer.offset += lexer.bytes[lexer.offset] == UInt8(ascii: "\\") && quote != .raw ? 2 : 1
        }
        lexer.offset = min(lexer.offset, lexer.bytes.count)
    }

    mutating func block(_ purpose: String) throws(Failure) -> Block {
        let begin = start
        guard isSymbol(.leftBrace) else { throw unexpected("'{' \(purpose)") }
        return try nested { parser throws(Failure) in
            // A block is read like the text of a script, whatever stands around it.
            let brackets = parser.openBrackets
            let fields = parser.namesAreFields
            parser.openBrackets = 0
            parser.namesAreFields = false
            parser.advance()
            let statements = parser.statements(until: .rightBrace)
            guard parser.isSymbol(.rightBrace) else { throw parser.unexpected("'}' at the end of the block") }
            parser.openBrackets = brackets
            parser.namesAreFields = fields
            parser.advance()
            return Block(statements: statements, span: parser.span(from: begin))
        }
    }

    private mutating func statement() throws(Failure) -> Statement {
        try countPart()
        let begin = start
        let kind = try statementKind()
        var statement = Statement(kind: kind, span: span(from: begin), handler: nil)
        if isKeyword(.on) {
            switch kind {
            case .pipeline, .declaration, .assignment, .wait, .waitUntil:
                statement.handler = try suffixHandler()
            default:
                throw fail(
                    "a handler behind a statement goes with a command, 'wait', 'let', 'set' or an expression",
                    at: tokenSpan,
                    help: "put 'on error …' on its own line before it, inside a block of its own")
            }
        }
        return statement
    }

    private mutating func statementKind() throws(Failure) -> Statement.Kind {
        if isSymbol(.leftBrace) { return .block(try block("to begin a block")) }
        if isSymbol(.exclamationMark) {
            throw fail(
                "'!' runs a program, which only the prompt does", at: tokenSpan,
                help: "a script runs one with: null | sh 'program'; in an expression it is 'not'")
        }
        guard case .word(let word) = token, let keyword = Keyword(word) else {
            return .pipeline(try pipeline())
        }
        switch keyword {
        case .true, .false, .null, .not: return .pipeline(try pipeline())
        default: break
        }
        let nameSpan = tokenSpan
        // A call of something named like a keyword reads better as what it is: `if(…)` is an `if`.
        advance()
        switch keyword {
        case .param: return .parameter(try parameterDeclaration())
        case .let:
            let name = try expectName("the name of a variable")
            try expectAssign(behind: name)
            return .declaration(name: name, value: try pipeline())
        case .set: return try assignment()
        case .if: return try conditional()
        case .while: return .whileLoop(condition: try expression(), body: try block("to begin the loop"))
        case .for: return try forLoop()
        case .break: return .breakLoop
        case .continue: return .continueLoop
        case .return: return .returnValue(try optionalExpression())
        case .exit: return .exit(try optionalExpression())
        case .fail: return .fail(try failOperands())
        case .wait: return try wait()
        case .on: return try onStatement(from: nameSpan)
        case .retry: return .retry(try retryPolicy())
        case .resume: return .resume
        case .use: return .use(try expression())
        case .def: return .function(try functionDeclaration())
        case .else:
            throw fail("'else' without an 'if' before it", at: nameSpan, help: "write '} else {' on one line")
        default: throw fail("'\(word)' cannot begin a statement", at: nameSpan)
        }
    }

    private mutating func expectAssign(behind name: Name) throws(Failure) {
        if isSymbol(.equal) {
            throw fail("'==' compares; a single '=' gives '\(name.text)' its value", at: tokenSpan)
        }
        try expect(.assign, "behind '\(name.text)'")
    }

    /// Whether the current token can only end a statement.
    var isAtEndOfStatement: Bool {
        switch token {
        case .newline, .end, .symbol(.semicolon), .symbol(.rightBrace): true
        case .word("on"): true
        default: false
        }
    }

    private mutating func optionalExpression() throws(Failure) -> Expression? {
        isAtEndOfStatement ? nil : try expression()
    }

    private mutating func parameterDeclaration() throws(Failure) -> ParameterDeclaration {
        var parameter = ParameterDeclaration(name: try expectName("the name of a parameter"))
        if take(.colon) { parameter.type = try expectName("a type", keywords: true) }
        if take(.assign) { parameter.defaultValue = try operand() }
        if case .quote = token {
            let text = try operand()
            guard case .string(let description) = text.kind else {
                throw fail("a description is plain text", at: text.span)
            }
            parameter.description = description
        }
        return parameter
    }

    private mutating func assignment() throws(Failure) -> Statement.Kind {
        if case .variable(let text) = token {
            throw fail("'set' names the variable without '$'", at: tokenSpan, help: "set \(text) = …")
        }
        let name = try expectName("the name of a variable")
        let steps = try pathSteps()
        if let optional = steps.first(where: \.isOptional) {
            throw fail("'?' has no meaning where something is set", at: optional.span)
        }
        try expectAssign(behind: name)
        return .assignment(name: name, steps: steps, value: try pipeline())
    }

    private mutating func conditional() throws(Failure) -> Statement.Kind {
        var branches = [(condition: try expression(), block: try block("to begin the branch"))]
        while isKeyword(.else) {
            advance()
            guard isKeyword(.if) else {
                return .conditional(branches: branches, otherwise: try block("or 'if' behind 'else'"))
            }
            advance()
            branches.append((condition: try expression(), block: try block("to begin the branch")))
        }
        return .conditional(branches: branches, otherwise: nil)
    }

    private mutating func forLoop() throws(Failure) -> Statement.Kind {
        var item = try expectName("the name of the loop's variable")
        var index: Name?
        if take(.comma) {
            index = item
            item = try expectName("the name of the loop's variable")
        }
        guard takeWord("in") else { throw unexpected("'in'", help: "for \(item.text) in … { … }") }
        let source = try expression()
        var parallel: Expression?
        if isKeyword(.parallel) {
            advance()
            parallel = try operand()
        }
        let body = try block("to begin the loop")
        return .forLoop(index: index, item: item, source: source, parallel: parallel, body: body)
    }

    private mutating func wait() throws(Failure) -> Statement.Kind {
        guard isKeyword(.until) else { return .wait(try expression()) }
        advance()
        let condition = try expression()
        var every: Expression?
        var limit: Expression?
        while true {
            if isWord("every"), every == nil {
                advance()
                every = try operand()
            } else if isKeyword(.for), limit == nil {
                advance()
                limit = try operand()
            } else {
                return .waitUntil(condition: condition, every: every, limit: limit)
            }
        }
    }

    private mutating func functionDeclaration() throws(Failure) -> FunctionDeclaration {
        let name = try expectName("the name of a function")
        guard isSymbol(.leftParenthesis) else { throw unexpected("'(' behind the function's name") }
        openBracket()
        var parameters: [(name: Name, defaultValue: Expression?)] = []
        while !isSymbol(.rightParenthesis) {
            let parameter = try expectName("the name of a parameter")
            parameters.append((name: parameter, defaultValue: take(.assign) ? try expression() : nil))
            guard take(.comma) else { break }
        }
        try closeBracket(.rightParenthesis, "behind the parameters")
        return FunctionDeclaration(name: name, parameters: parameters, body: try block("to begin the function"))
    }
}
