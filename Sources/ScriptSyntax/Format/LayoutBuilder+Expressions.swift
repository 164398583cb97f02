extension LayoutBuilder {
    // MARK: Commands

    mutating func pipeline(_ pipeline: Pipeline, _ gap: Gap = .blank) {
        begin(.all)
        switch pipeline.source {
        case .command(let command): self.command(command, gap)
        case .expression(let expression): self.expression(expression, gap)
        }
        for stage in pipeline.stages {
            take("|", .joined)
            isBehindOperator = true
            begin(.fill)
            leaf(stage.name.span, .blank, breakable: true)
            if stage.name.text == "where", let condition = stage.arguments.first {
                expression(condition.value)
            } else {
                arguments(stage.arguments)
            }
            end()
        }
        end()
    }

    private mutating func command(_ command: Command, _ gap: Gap) {
        begin(.fill)
        var gap = gap
        // `aliyun vpc` before the name of a pasted line.
        while !isOffTrack, peek() < Int(command.name.span.start) {
            put(upTo: peek() + word(at: peek()).utf8.count, gap)
            gap = .beside
        }
        leaf(command.name.span, gap)
        arguments(command.arguments)
        end()
    }

    private mutating func arguments(_ arguments: [Argument]) {
        for (place, argument) in arguments.enumerated() {
            begin(.all)
            self.argument(argument, breakable: place > 0)
            end()
        }
    }

    private mutating func argument(_ argument: Argument, breakable: Bool) {
        let start = peek()
        if start != Int(argument.span.start) { isOffTrack = true }
        var gap = Gap.blank
        var breakable = breakable
        if let name = argument.name {
            var end = Int(name.span.end)
            if byte(end) == UInt8(ascii: "=") { end += 1 }
            put(upTo: end, .blank, breakable: breakable)
            gap = byte(end - 1) == UInt8(ascii: "=") ? .tight : .beside
            breakable = false
        }
        switch byte(peek()) {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "("):
            expression(argument.value, gap, breakable: breakable)
        default: put(upTo: Int(argument.span.end), gap, breakable: breakable)
        }
    }

    // MARK: Expressions

    /// An expression, with parentheses around it that the tree does not show. `breakable` is said of the gap before it.
    mutating func expression(_ node: Expression, _ gap: Gap = .blank, breakable: Bool = false) {
        if peek() < Int(node.span.start), stands("(") {
            begin(.all)
            take("(", gap, breakable: breakable)
            brackets += 1
            expression(node, .edge)
            closeBracket(")", takesComma: false, breakable: false)
            return
        }
        begin(.all)
        defer { end() }
        switch node.kind {
        case .null, .bool, .int, .variable, .itemField, .bareText: leaf(node.span, gap, breakable: breakable)
        case .float, .duration: number(node.span, gap, breakable: breakable)
        case .string, .interpolation: string(node, gap, breakable: breakable)
        case .list(let elements):
            openBracket("[", gap, breakable: breakable)
            for element in elements {
                expression(element, isAtOpening ? .edge : .blank, breakable: true)
                separator(before: "]")
            }
            closeBracket("]", takesComma: !elements.isEmpty, breakable: true)
        case .record(let fields): record(fields, gap, breakable: breakable)
        case .path(let base, let steps):
            expression(base, gap, breakable: breakable)
            self.steps(steps)
        case .call(let function, let arguments):
            leaf(function.span, gap, breakable: breakable)
            openBracket("(", .tight)
            for argument in arguments {
                expression(argument, isAtOpening ? .edge : .blank, breakable: true)
                separator(before: ")")
            }
            closeBracket(")", takesComma: !arguments.isEmpty, breakable: true)
        case .negate(let operand):
            take("-", gap, breakable: breakable)
            // `- 5` negates 5, `-5` is a number.
            let isNumber = if case .int = operand.kind { byte(peek()).map(Lexer.isDigit) == true } else { false }
            expression(operand, isNumber ? .beside : .tight)
        case .not(let operand):
            take("not", gap, breakable: breakable)
            expression(operand, .beside)
        case .chain(let first, let rest): chain(first, rest, gap, breakable: breakable)
        case .pipeline(let pipeline):
            openBracket("(", gap, breakable: breakable)
            let first = statement.tokens.count
            self.pipeline(pipeline, .edge)
            markBreakable(first)
            closeBracket(")", takesComma: false, breakable: true)
        }
    }

    /// Lets a line that is too long end before a token.
    private mutating func markBreakable(_ place: Int) {
        guard place < statement.tokens.count else { return }
        statement.tokens[place].isBreakable = true
        statement.constructs[statement.tokens[place].owner].gaps.append(place)
    }

    private mutating func record(_ fields: [(key: Name, value: Expression)], _ gap: Gap, breakable: Bool) {
        openBracket("{", gap, breakable: breakable)
        for (key, value) in fields {
            let gap: Gap = isAtOpening ? .edge : .blank
            begin(.all)
            leaf(key.span, gap, breakable: true)
            take(":", .tight)
            expression(value, .beside)
            end()
            separator(before: "}")
        }
        closeBracket("}", takesComma: !fields.isEmpty, breakable: true)
    }

    private mutating func chain(
        _ first: Expression, _ rest: [(operation: BinaryOperator, span: Span, operand: Expression)], _ gap: Gap,
        breakable: Bool
    ) {
        expression(first, gap, breakable: breakable)
        // A comparison holds together, and so do brackets that can be broken themselves.
        let isBreakable =
            rest.first.map { $0.operation.precedence != BinaryOperator.equal.precedence } == true
            && !([first] + rest.map(\.operand)).contains(where: Self.isBracketed)
        for step in rest {
            leaf(step.span, .joined)
            isBehindOperator = true
            expression(step.operand, .blank, breakable: isBreakable)
        }
    }

    private static func isBracketed(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .list(let elements): elements.count > 1
        case .record(let fields): fields.count > 1
        default: false
        }
    }

    mutating func steps(_ steps: [PathStep]) {
        for step in steps {
            switch step.kind {
            case .field: leaf(step.span, .tight)
            case .index(let index):
                openBracket("[", .tight)
                expression(index, .edge)
                closeBracket("]", takesComma: false, breakable: false)
                if step.isOptional { take("?", .tight) }
            }
        }
    }

    // MARK: Brackets

    private mutating func openBracket(_ text: String, _ gap: Gap, breakable: Bool = false) {
        begin(.all)
        take(text, gap, breakable: breakable)
        brackets += 1
    }

    /// Whether the token before is the bracket that the innermost construct begins with.
    var isAtOpening: Bool {
        guard let last = open.last else { return false }
        return last.first == statement.tokens.count - 1
    }

    mutating func closeBracket(_ text: String, takesComma: Bool, breakable: Bool) {
        let isEmpty = isAtOpening
        take(text, .edge, breakable: breakable && !isEmpty)
        if !statement.tokens.isEmpty {
            // A line that ends behind the opening bracket has one end before the closing one.
            if let last = open.last, statement.tokens[min(last.first + 1, statement.tokens.count - 1)].isBroken {
                statement.tokens[statement.tokens.count - 1].isBroken = true
            }
            statement.tokens[statement.tokens.count - 1].isCloser = true
            statement.tokens[statement.tokens.count - 1].takesComma = takesComma
        }
        brackets -= 1
        end()
    }

    /// The comma behind an element, if there is one; behind the last it is the layout's to write.
    mutating func separator(before closer: String) {
        guard stands(",") else { return }
        let outer = position
        position = peek() + 1
        let isLast = stands(closer)
        position = outer
        if isLast { leaveOut(UInt8(ascii: ",")) } else { take(",", .tight) }
    }

    // MARK: Leaves

    /// A float or a duration, whose signs belong to it and may stand apart from it: `- 2.5`.
    private mutating func number(_ span: Span, _ gap: Gap, breakable: Bool) {
        var gap = gap
        var breakable = breakable
        if peek() != Int(span.start) { isOffTrack = true }
        while !isOffTrack, position < Int(span.end) {
            let start = peek()
            switch byte(start) {
            case UInt8(ascii: "-"), UInt8(ascii: ")"): put(upTo: start + 1, gap, breakable: breakable)
            case UInt8(ascii: "("): put(upTo: start + 1, gap, breakable: breakable)
            default:
                var end = start
                while end < Int(span.end), let current = byte(end),
                    Lexer.isNamePart(current) || current == UInt8(ascii: ".") || isExponentSign(end)
                {
                    end += 1
                }
                put(upTo: end, gap, breakable: breakable)
            }
            gap = .tight
            breakable = false
        }
    }

    private func isExponentSign(_ place: Int) -> Bool {
        guard place > 0, byte(place) == UInt8(ascii: "-") || byte(place) == UInt8(ascii: "+") else { return false }
        return bytes[place - 1] | 0x20 == UInt8(ascii: "e")
    }

    private mutating func string(_ node: Expression, _ gap: Gap, breakable: Bool) {
        leaf(node.span, gap, breakable: breakable)
        guard !statement.tokens.isEmpty, !isOffTrack else { return }
        statement.tokens[statement.tokens.count - 1].blockText = BlockText.lines(of: node, in: bytes)
    }
}
