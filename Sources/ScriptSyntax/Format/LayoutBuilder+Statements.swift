extension LayoutBuilder {
    /// Takes a statement apart; the one around it, if any, is as it was afterwards.
    mutating func statement(_ node: Statement) -> StatementLayout {
        let outer = (statement, open, brackets, isBehindOperator)
        defer { (statement, open, brackets, isBehindOperator) = outer }
        (statement, open, brackets, isBehindOperator) = (StatementLayout(), [], 0, false)
        begin(.fill)
        kind(node.kind, end: Int(node.span.end))
        if let handler = node.handler { clause(handler, breakable: true) }
        end()
        return statement
    }

    private mutating func kind(_ kind: Statement.Kind, end: Int) {
        switch kind {
        case .parameter(let parameter): self.parameter(parameter, end: end)
        case .declaration(let name, let value):
            take("let")
            leaf(name.span, .beside)
            take("=")
            pipeline(value)
        case .assignment(let name, let steps, let value):
            take("set")
            leaf(name.span, .beside)
            self.steps(steps)
            take("=")
            pipeline(value)
        case .pipeline(let pipeline): self.pipeline(pipeline)
        case .conditional(let branches, let otherwise):
            for (place, branch) in branches.enumerated() {
                if place > 0 { take("else") }
                take("if")
                expression(branch.condition)
                block(branch.block)
            }
            if let otherwise {
                take("else")
                block(otherwise)
            }
        case .whileLoop(let condition, let body):
            take("while")
            expression(condition)
            block(body)
        case .forLoop(let index, let item, let source, let parallel, let body):
            take("for")
            if let index {
                leaf(index.span, .beside)
                take(",", .tight)
            }
            leaf(item.span, .beside)
            take("in")
            expression(source)
            if let parallel {
                take("parallel")
                expression(parallel, .beside)
            }
            block(body)
        case .block(let block): self.block(block)
        case .breakLoop: take("break")
        case .continueLoop: take("continue")
        case .returnValue(let value): word("return", value)
        case .exit(let status): word("exit", status)
        case .fail(let operands): fail(operands)
        case .wait(let duration): word("wait", duration)
        case .waitUntil(let condition, let every, let limit):
            take("wait")
            take("until")
            expression(condition)
            options([("every", every), ("for", limit)])
        case .onError(let clause): self.clause(clause, breakable: false)
        case .onExit(let block):
            take("on")
            take("exit")
            self.block(block)
        case .retry(let policy): retry(policy)
        case .resume: take("resume")
        case .use(let value): word("use", value)
        case .function(let function): self.function(function)
        }
    }

    private mutating func word(_ word: String, _ value: Expression?) {
        take(word)
        if let value { expression(value) }
    }

    private mutating func parameter(_ parameter: ParameterDeclaration, end: Int) {
        statement.isParameter = true
        take("param")
        leaf(parameter.name.span, .beside)
        if let type = parameter.type {
            take(":", .tight)
            leaf(type.span, .beside)
        }
        if let value = parameter.defaultValue {
            take("=")
            expression(value)
        }
        if parameter.description != nil {
            put(upTo: end, .beside)
            if !statement.tokens.isEmpty { statement.tokens[statement.tokens.count - 1].isDescription = true }
        }
    }

    private mutating func function(_ function: FunctionDeclaration) {
        take("def")
        leaf(function.name.span, .beside)
        begin(.all)
        take("(", .tight)
        brackets += 1
        for (name, value) in function.parameters {
            let gap: Gap = isAtOpening ? .edge : .blank
            begin(.all)
            leaf(name.span, gap, breakable: true)
            if let value {
                take("=")
                expression(value)
            }
            self.end()
            separator(before: ")")
        }
        closeBracket(")", takesComma: !function.parameters.isEmpty, breakable: true)
        block(function.body)
    }

    // MARK: Handlers

    private mutating func clause(_ clause: HandlerClause, breakable: Bool) {
        take("on", .blank, breakable: breakable)
        begin(.fill)
        take("error")
        for (place, pattern) in clause.patterns.enumerated() {
            leaf(pattern.span, .blank, breakable: true)
            let hasComma = stands(",")
            while !isOffTrack, stands(",") { leaveOut(UInt8(ascii: ",")) }
            // Commas are as good as blanks; one that stands before the action says nothing.
            if hasComma, place < clause.patterns.count - 1 { append(",") }
        }
        if let name = clause.errorName {
            take("as")
            leaf(name.span, .beside)
        }
        switch clause.action {
        case .retry(let policy): retry(policy, breakable: true)
        case .resume: take("resume", .blank, breakable: true)
        case .use(let value):
            take("use", .blank, breakable: true)
            expression(value)
        case .fail(let operands): fail(operands, breakable: true)
        case .block(let block): self.block(block)
        }
        end()
    }

    private mutating func fail(_ operands: FailOperands?, breakable: Bool = false) {
        take("fail", .blank, breakable: breakable)
        if let operands {
            expression(operands.code)
            expression(operands.message, .blank)
        }
    }

    private mutating func retry(_ policy: RetryPolicy, breakable: Bool = false) {
        take("retry", .blank, breakable: breakable)
        options(
            [
                ("up", policy.limit), ("every", policy.every), ("backoff", policy.backoff?.first),
                ("for", policy.timeLimit),
            ], last: policy.backoff?.last)
    }

    /// Words with a value each, in the order in which the author wrote them; `last` is what stands behind the `..` of a
    /// `backoff`.
    private mutating func options(_ options: [(word: String, value: Expression?)], last: Expression? = nil) {
        var rest = options.filter { $0.value != nil }
        while !isOffTrack, !rest.isEmpty {
            let next = word(at: peek())
            guard let place = rest.firstIndex(where: { $0.word == next }), let value = rest[place].value else {
                isOffTrack = true
                return
            }
            let option = rest.remove(at: place)
            take(option.word, .blank)
            if option.word == "up" { take("to") }
            expression(value)
            if option.word == "backoff", let last {
                take("..", .tight)
                expression(last, .tight)
            }
        }
    }
}
