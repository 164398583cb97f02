import DataValue
import ScriptSyntax
import SystemSupport

extension Compiler {
    /// Puts a handler in force from here to the end of the current scope.
    ///
    /// One of an earlier line of the session (`isOfSession`) that no longer fits, since a name that it uses is gone, is
    /// dropped with a warning: it must not make every later line fail.
    mutating func declareHandler(_ clause: HandlerClause, isOfSession: Bool = false) {
        let scope = builder.surroundings.scope
        let place = builder.scopes[scope].handlers.count
        // Of a session's handler its own line has told.
        if !isOfSession { warnIfUnreachable(clause, in: scope) }
        builder.takenPatterns[scope, default: TakenPatterns()].add(clause.patterns.map(\.text))
        builder.scopes[scope].handlers.append(
            .init(
                from: builder.position, patterns: clause.patterns.map(\.text), body: 0, errorRegister: 0, bodyScope: 0,
                action: Printer.text(clause.action), span: clause.span))
        switch clause.action {
        case .retry, .resume, .use: builder.scopes[scope].handlers[place].isSimple = true
        case .fail, .block: break
        }
        var surroundings = builder.surroundings
        surroundings.isInHandler = true
        surroundings.declaredBefore = declarationCount
        surroundings.statement = -1
        builder.deferred.append(
            (
                surroundings,
                { compiler in
                    let problems = compiler.diagnostics.count
                    compiler.handlerBody(clause, scope: scope, place: place)
                    guard isOfSession, compiler.diagnostics.count > problems else { return }
                    compiler.drop(clause, because: compiler.diagnostics[problems].message, scope: scope, place: place)
                    compiler.diagnostics.removeSubrange(problems...)
                }
            ))
    }

    private mutating func warnIfUnreachable(_ clause: HandlerClause, in scope: Int) {
        if builder.takenPatterns[scope]?.coverAll(of: clause.patterns.map(\.text)) == true {
            warnings.append(
                Diagnostic(
                    "this handler is never reached: an earlier one in its block takes its errors", at: clause.span,
                    severity: .warning))
        }
    }

    /// A handler of a prompt's line stays for later lines; one with the same patterns replaces the old. In a stream all
    /// stay, as they do in a script that is there as a whole.
    mutating func keepForSession(_ clause: HandlerClause) {
        if kind == .promptLine {
            environment.sessionHandlers.removeAll { $0.patterns.map(\.text) == clause.patterns.map(\.text) }
        }
        environment.sessionHandlers.append(clause)
    }

    private mutating func drop(_ clause: HandlerClause, because reason: String, scope: Int, place: Int) {
        builder.scopes[scope].handlers[place].from = .max
        environment.sessionHandlers.removeAll { $0.patterns.map(\.text) == clause.patterns.map(\.text) }
        warnings.append(
            Diagnostic("this handler is no longer in force: \(reason)", at: clause.span, severity: .warning))
    }

    private mutating func handlerBody(_ clause: HandlerClause, scope: Int, place: Int) {
        let errorRegister = builder.allocate()
        let bodyScope = builder.openScope(.handlerBody(handler: place))
        builder.scopes[bodyScope].parent = scope
        builder.scopes[scope].handlers[place].body = builder.position
        builder.scopes[scope].handlers[place].errorRegister = errorRegister
        builder.scopes[scope].handlers[place].bodyScope = bodyScope
        let name = clause.errorName ?? Name(text: "error", span: clause.span)
        let variable = Variable(register: errorRegister, span: name.span)
        variable.isRead = true
        builder.surroundings.blocks.append([name.text: variable])
        switch clause.action {
        case .retry(let policy):
            retry(policy, at: clause.span)
            // Where an outer handler passes over an action that failed itself, the statement is passed over.
            builder.emit(.resume, at: clause.span)
        case .resume: builder.emit(.resume, at: clause.span)
        case .use(let value): use(value, at: value.span)
        case .fail(let operands): fail(operands, at: clause.span)
        case .block(let block):
            // A scope of its own, so that a handler inside can leave it and come to the end of this one.
            self.block(block)
            builder.emit(.endHandler, at: block.span)
        }
        builder.scopes[bodyScope].end = builder.position
    }

    /// `retry`, `resume` and `use` mean something only while an error is being handled.
    mutating func handlerAction(_ word: String, at span: Span, _ body: (inout Compiler) -> Void) {
        guard builder.surroundings.isInHandler else {
            return report(
                "'\(word)' outside a handler", at: span, help: "it is what 'on error' does: on error CODE \(word)")
        }
        body(&self)
    }

    mutating func retry(_ policy: RetryPolicy, at span: Span) {
        let statement = builder.beginStatement(result: builder.allocate(), at: span)
        func register(_ value: Expression?, _ compiler: inout Compiler) -> Int? {
            value.map { value in
                let register = compiler.builder.allocate()
                compiler.expression(value, into: register)
                return register
            }
        }
        let limits = FunctionCode.RetryLimits(
            limit: register(policy.limit, &self), every: register(policy.every, &self),
            backoffFirst: register(policy.backoff?.first, &self), backoffLast: register(policy.backoff?.last, &self),
            timeLimit: register(policy.timeLimit, &self))
        builder.retries.append(limits)
        builder.emit(.retry, 0, wide: builder.retries.count - 1, at: span)
        builder.bindStatement(statement)
        builder.endStatement(statement)
    }

    mutating func use(_ value: Expression, at span: Span) {
        let result = builder.allocate()
        let statement = builder.beginStatement(result: result, at: span)
        expression(value, into: result)
        builder.bindStatement(statement)
        builder.emit(.use, result, at: span)
        builder.endStatement(statement)
        builder.emit(.resume, at: span)
    }

    /// `fail`: inside a handler it passes an error outward, elsewhere it raises one.
    mutating func fail(_ operands: FailOperands?, at span: Span) {
        let isInHandler = builder.surroundings.isInHandler
        guard let operands else {
            if isInHandler { return builder.emit(.pass, at: span) }
            return report(
                "'fail' without a code passes an error on, and there is none here", at: span,
                help: "fail \"My.Code\" \"what happened\"")
        }
        let registers = builder.allocate(2)
        let statement = builder.beginStatement(result: registers, at: span)
        expression(operands.code, into: registers)
        expression(operands.message, into: registers + 1)
        builder.emit(isInHandler ? .passNew : .fail, registers, registers + 1, at: span)
        builder.bindStatement(statement)
        builder.endStatement(statement)
    }

    /// Has a block run when the stream or the prompt's session ends. It is checked here, in a scope that nothing enters.
    mutating func keepForEnd(_ block: Block, at span: Span) {
        environment.exitBlocks.append(block)
        let behind = Label()
        builder.jump(.jump, to: behind, at: span)
        let outer = builder.surroundings.scope
        let scope = builder.openScope(.block)
        declareExit(block, at: span)
        builder.scopes[scope].end = builder.position
        builder.surroundings.scope = outer
        builder.place(behind)
    }

    /// Has a block run when the current scope is left, however that comes about.
    mutating func declareExit(_ block: Block, at span: Span) {
        let scope = builder.surroundings.scope
        let place = builder.scopes[scope].exits.count
        builder.scopes[scope].exits.append(.init(from: builder.position, body: 0, bodyScope: 0))
        // A place of its own, so that the block is in force only once this statement has been passed.
        builder.emit(.jump, 0, wide: builder.position + 1, at: span)
        builder.scopes[scope].exits[place].from = builder.position
        var surroundings = builder.surroundings
        surroundings.isInExit = true
        surroundings.isInHandler = false
        surroundings.declaredBefore = declarationCount
        surroundings.statement = -1
        surroundings.loops = []
        builder.deferred.append(
            (
                surroundings,
                { compiler in
                    let bodyScope = compiler.builder.openScope(.exitBody(exit: place))
                    compiler.builder.scopes[bodyScope].parent = scope
                    compiler.builder.scopes[scope].exits[place].body = compiler.builder.position
                    compiler.builder.scopes[scope].exits[place].bodyScope = bodyScope
                    compiler.block(block)
                    compiler.builder.emit(.endExit, at: block.span)
                    compiler.builder.scopes[bodyScope].end = compiler.builder.position
                }
            ))
    }
}
