extension Parser {
    mutating func expression() throws(Failure) -> Expression {
        try operators(from: 0)
    }

    /// An expression without operators: what `every`, `up to`, `fail` and the like take.
    mutating func operand() throws(Failure) -> Expression { try unary() }

    // MARK: Operators

    private static let notPrecedence = 3
    private static let comparisonPrecedence = 4
    private static let tightest = 6

    /// All operators of a precedence and tighter ones. A run of one precedence becomes one flat chain.
    private mutating func operators(from precedence: Int) throws(Failure) -> Expression {
        if precedence == Self.notPrecedence { return try negation() }
        let begin = start
        let first = try precedence < Self.notPrecedence && isKeyword(.not) ? negation() : unary()
        return try operators(from: precedence, behind: first, at: begin)
    }

    /// The operators of a precedence and tighter ones behind a first operand, tightest first. Mostly there is none, and
    /// then nothing is looked at twice.
    private mutating func operators(from precedence: Int, behind operand: Expression, at begin: Int) throws(Failure)
        -> Expression
    {
        var left = operand
        var level = Self.tightest
        while level >= precedence {
            guard let operation = binaryOperator(), operation.precedence >= precedence else { return left }
            level = min(level, operation.precedence)
            left = try chain(of: level, behind: left, at: begin)
            level -= 1
        }
        return left
    }

    private mutating func chain(of precedence: Int, behind first: Expression, at begin: Int) throws(Failure)
        -> Expression
    {
        var rest: [(operation: BinaryOperator, span: Span, operand: Expression)] = []
        while let operation = binaryOperator(), operation.precedence == precedence {
            let operatorSpan = tokenSpan
            if precedence == Self.comparisonPrecedence, !rest.isEmpty {
                throw fail("comparisons do not chain", at: operatorSpan, help: "join them with 'and'")
            }
            advance()
            skipNewlines()
            rest.append((operation, operatorSpan, try operators(from: precedence + 1)))
        }
        if rest.isEmpty { return first }
        return Expression(kind: .chain(first: first, rest: rest), span: span(from: begin))
    }

    private func binaryOperator() -> BinaryOperator? {
        switch token {
        case .symbol(let symbol): symbol.binaryOperator
        case .word("or"): .or
        case .word("and"): .and
        case .word("in"): .contained
        case .word("matches"): .matches
        default: nil
        }
    }

    private mutating func negation() throws(Failure) -> Expression {
        guard isKeyword(.not) else { return try operators(from: Self.notPrecedence + 1) }
        let begin = start
        advance()
        let operand = try nested { parser throws(Failure) in try parser.negation() }
        return Expression(kind: .not(operand), span: span(from: begin))
    }

    private mutating func unary() throws(Failure) -> Expression {
        guard isSymbol(.minus) else {
            let begin = start
            let base = try primary()
            let steps = try pathSteps()
            return steps.isEmpty ? base : Expression(kind: .path(base: base, steps: steps), span: span(from: begin))
        }
        let begin = start
        advance()
        // The most negative integer has no positive counterpart, so the sign belongs to the literal.
        if case .int(let magnitude) = token, start == begin + 1, !isPathStepNext {
            guard magnitude <= UInt64(Int.max) + 1 else {
                throw fail("the number does not fit in 64 bits", at: tokenSpan)
            }
            advance()
            return Expression(kind: .int(Int(truncatingIfNeeded: 0 &- magnitude)), span: span(from: begin))
        }
        let operand = try nested { parser throws(Failure) in try parser.unary() }
        switch operand.kind {
        case .float(let value): return Expression(kind: .float(-value), span: span(from: begin))
        case .duration(let value): return Expression(kind: .duration(-value), span: span(from: begin))
        default: return Expression(kind: .negate(operand), span: span(from: begin))
        }
    }

    /// Whether the current token has a step of a path directly behind it.
    private var isPathStepNext: Bool {
        let next = lexer.byte(lexer.offset)
        return next == UInt8(ascii: "[")
            || next == UInt8(ascii: ".") && lexer.byte(lexer.offset + 1) != UInt8(ascii: ".")
    }

    // MARK: Paths

    /// `.field`, `.field?`, `[index]` directly behind what comes before.
    mutating func pathSteps() throws(Failure) -> [PathStep] {
        var steps: [PathStep] = []
        while start == previousEnd {
            let begin = start
            let kind: PathStep.Kind
            if isSymbol(.dot) {
                advance()
                if case .int = token {
                    throw fail("a place in a list stands in brackets", at: tokenSpan, help: "[0]")
                }
                guard start == previousEnd else { throw unexpected("the name of a field directly behind '.'") }
                kind = .field(try expectName("the name of a field", keywords: true).text)
            } else if isSymbol(.leftBracket) {
                let index = try nested { parser throws(Failure) in
                    let fields = parser.namesAreFields
                    parser.namesAreFields = false
                    parser.openBracket()
                    let index = try parser.expression()
                    try parser.closeBracket(.rightBracket, "behind the index")
                    parser.namesAreFields = fields
                    return index
                }
                kind = .index(index)
            } else {
                break
            }
            let isOptional = isSymbol(.questionMark) && start == previousEnd
            if isOptional { advance() }
            steps.append(PathStep(kind: kind, isOptional: isOptional, span: span(from: begin)))
        }
        return steps
    }

    // MARK: Primaries

    mutating func primary() throws(Failure) -> Expression {
        try countPart()
        let begin = start
        let kind: Expression.Kind
        switch token {
        case .word(let word): return try wordExpression(word)
        case .int(let magnitude):
            guard let value = Int(exactly: magnitude) else {
                throw fail("the number does not fit in 64 bits", at: tokenSpan)
            }
            kind = .int(value)
            advance()
        case .float(let value):
            kind = .float(value)
            advance()
        case .duration(let value):
            kind = .duration(value)
            advance()
        case .variable(let name):
            kind = .variable(name)
            advance()
        case .quote(let quote): return try string(quote)
        case .symbol(.leftBracket): return try nested { parser throws(Failure) in try parser.list() }
        case .symbol(.leftBrace): return try nested { parser throws(Failure) in try parser.record() }
        case .symbol(.leftParenthesis): return try nested { parser throws(Failure) in try parser.parentheses() }
        case .symbol(.exclamationMark):
            throw fail("'!' is written 'not'", at: tokenSpan)
        default: throw unexpected("a value")
        }
        return Expression(kind: kind, span: span(from: begin))
    }

    /// Whether the word at the current token has its `(` directly behind it.
    var wordIsCall: Bool { lexer.byte(lexer.offset) == UInt8(ascii: "(") }

    private mutating func wordExpression(_ word: String) throws(Failure) -> Expression {
        let begin = start
        let wordSpan = tokenSpan
        let literal: Expression.Kind? =
            switch word {
            case "true": .bool(true)
            case "false": .bool(false)
            case "null": .null
            default: nil
            }
        if let literal, !wordIsCall {
            advance()
            return Expression(kind: literal, span: wordSpan)
        }
        if wordIsCall {
            let arguments = try nested { parser throws(Failure) in try parser.callArguments() }
            return Expression(
                kind: .call(function: Name(text: word, span: wordSpan), arguments: arguments), span: span(from: begin))
        }
        if namesAreFields, Keyword(word) == nil {
            advance()
            return Expression(kind: .itemField(word), span: wordSpan)
        }
        if Keyword(word) != nil { throw unexpected("a value") }
        throw fail(
            "'\(word)' is a bare name, which an expression has no use for", at: wordSpan,
            help: "a string is quoted ('\(word)'), a variable is $\(word), a command stands in parentheses")
    }

    private mutating func callArguments() throws(Failure) -> [Expression] {
        advance()
        openBracket()
        var arguments: [Expression] = []
        while !isSymbol(.rightParenthesis) {
            arguments.append(try expression())
            guard take(.comma) else { break }
        }
        try closeBracket(.rightParenthesis, "or ',' in the arguments")
        return arguments
    }

    private mutating func list() throws(Failure) -> Expression {
        let begin = start
        openBracket()
        var elements: [Expression] = []
        while !isSymbol(.rightBracket) {
            if elements.count == Self.listLimit {
                throw giveUp(
                    "a list in a script has at most \(Self.listLimit) elements",
                    help: "read it from a file: parse_json(read('file.json'))")
            }
            elements.append(try expression())
            guard take(.comma) else { break }
        }
        try closeBracket(.rightBracket, "or ',' in the list")
        return Expression(kind: .list(elements), span: span(from: begin))
    }

    private mutating func record() throws(Failure) -> Expression {
        let begin = start
        openBracket()
        var fields: [(key: Name, value: Expression)] = []
        var seen: Set<String> = []
        while !isSymbol(.rightBrace) {
            let key: Name
            if case .quote(let quote) = token {
                let text = try string(quote)
                guard case .string(let content) = text.kind else {
                    throw fail("the key of a record is plain text", at: text.span)
                }
                key = Name(text: content, span: text.span)
            } else {
                key = try expectName("a key or '}'", keywords: true)
            }
            if !seen.insert(key.text).inserted { report("the key '\(key.text)' stands here twice", at: key.span) }
            try expect(.colon, "behind the key '\(key.text)'")
            fields.append((key, try expression()))
            guard take(.comma) else { break }
        }
        try closeBracket(.rightBrace, "or ',' in the record")
        return Expression(kind: .record(fields), span: span(from: begin))
    }

    /// `( expression )`, `( command … )`, either with stages. Inside `where`, parentheses only group.
    private mutating func parentheses() throws(Failure) -> Expression {
        let begin = start
        openBracket()
        if namesAreFields {
            let inner = try expression()
            try closeBracket(.rightParenthesis, "to close the group")
            return inner
        }
        let inner = try pipeline()
        try closeBracket(.rightParenthesis, "to close the parentheses")
        if case .expression(let expression) = inner.source, inner.stages.isEmpty { return expression }
        return Expression(kind: .pipeline(inner), span: span(from: begin))
    }
}
