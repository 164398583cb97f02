import DataValue
import ScriptSyntax

extension Compiler {
    mutating func statements(_ statements: [Statement], isTopLevel: Bool) {
        var isBehindOthers = false
        for statement in statements {
            if case .parameter = statement.kind {
                if isTopLevel, isBehindOthers {
                    report("'param' stands at the top, before other statements", at: statement.span)
                }
            } else {
                isBehindOthers = true
            }
            self.statement(statement, isTopLevel: isTopLevel)
        }
    }

    private mutating func statement(_ statement: Statement, isTopLevel: Bool) {
        let mark = builder.nextRegister
        guard let clause = statement.handler else {
            statementBody(statement, isTopLevel: isTopLevel)
            if !declaresVariable(statement) { builder.nextRegister = mark }
            return
        }
        // The scope of a handler behind a statement is that statement.
        let outer = builder.surroundings.scope
        let scope = builder.openScope(.block, isSuffix: true)
        declareHandler(clause)
        statementBody(statement, isTopLevel: isTopLevel)
        builder.scopes[scope].end = builder.position
        builder.surroundings.scope = outer
        if !declaresVariable(statement) { builder.nextRegister = mark }
    }

    private func declaresVariable(_ statement: Statement) -> Bool {
        if case .declaration = statement.kind { true } else { false }
    }

    private mutating func statementBody(_ statement: Statement, isTopLevel: Bool) {
        let span = statement.span
        switch statement.kind {
        case .parameter(let parameter):
            guard isTopLevel else { return report("'param' stands at the top of a script", at: span) }
            self.parameter(parameter, at: span)
        case .declaration(let name, let value): declaration(name, value, isTopLevel: isTopLevel, at: span)
        case .assignment(let name, let steps, let value): assignment(name, steps, value, at: span)
        case .pipeline(let pipeline):
            let result = builder.allocate()
            let statement = builder.beginStatement(result: result, at: span)
            self.pipeline(pipeline, into: result, isDisplayed: true)
            builder.bindStatement(statement)
            builder.emit(.display, result, at: span)
            builder.endStatement(statement)
        case .conditional(let branches, let otherwise): conditional(branches, otherwise, at: span)
        case .whileLoop(let condition, let body): whileLoop(condition, body, at: span)
        case .forLoop(let index, let item, let source, let parallel, let body):
            forLoop(index, item, source, parallel, body, at: span)
        case .block(let block): self.block(block)
        case .breakLoop: leaveLoop(\.breakLabel, "break", at: span)
        case .continueLoop: leaveLoop(\.continueLabel, "continue", at: span)
        case .returnValue(let value): returnValue(value, at: span)
        case .exit(let status): exit(status, at: span)
        case .fail(let operands): fail(operands, at: span)
        case .wait(let duration):
            simple(at: span) { compiler in
                compiler.builder.emit(.wait, compiler.expression(duration), at: span)
            }
        case .waitUntil(let condition, let every, let limit): waitUntil(condition, every, limit, at: span)
        case .onError(let clause):
            if isTopLevel, kind.isPartOfSession, builder.isMain { keepForSession(clause) }
            declareHandler(clause)
        case .onExit(let block):
            if isTopLevel, kind.isPartOfSession {
                keepForEnd(block, at: span)
            } else {
                declareExit(block, at: span)
            }
        case .retry(let policy): handlerAction("retry", at: span) { $0.retry(policy, at: span) }
        case .resume: handlerAction("resume", at: span) { $0.builder.emit(.resume, at: span) }
        case .use(let value):
            handlerAction("use", at: span) { $0.use(value, at: span) }
        case .function(let function):
            if !isTopLevel {
                report(
                    "'def' stands at the top level of a script", at: span,
                    help: "move '\(function.name.text)' out of the block")
            }
        }
    }

    /// A statement without a value of its own.
    mutating func simple(at span: Span, _ body: (inout Compiler) -> Void) {
        let result = builder.allocate()
        let statement = builder.beginStatement(result: result, at: span)
        body(&self)
        builder.bindStatement(statement)
        builder.endStatement(statement)
    }

    // MARK: Variables

    private mutating func parameter(_ parameter: ParameterDeclaration, at span: Span) {
        if kind == .promptLine { return report("'param' is for scripts", at: span) }
        // Declared even where it is wrong, so that nothing else is reported because of it.
        declareTopLevelName(parameter.name)
        let register = environment.globals[parameter.name.text] ?? 0
        if let declared = ScriptParameter(parameter, register: register, report: { report($0, at: $1, help: $2) }) {
            parameters.append(declared)
        }
    }

    /// Marks a top-level name as declared from here on.
    private mutating func declareTopLevelName(_ name: Name) {
        guard let variable = builder.surroundings.blocks[0][name.text] else { return }
        if variable.declaration != nil, kind != .promptLine {
            report(
                "'\(name.text)' is declared already", at: name.span,
                help: "a variable that exists is changed with: set \(name.text) = …")
        }
        if variable.declaration == nil { variable.declaration = declarationCount }
        declaredVariables.append((name, variable, true))
        declarationCount += 1
    }

    private mutating func declaration(_ name: Name, _ value: Pipeline, isTopLevel: Bool, at span: Span) {
        let isGlobal = isTopLevel && builder.isMain && builder.surroundings.blocks.count == 1
        let register = isGlobal ? environment.globals[name.text] ?? 0 : builder.allocate()
        let mark = builder.nextRegister
        let statement = builder.beginStatement(result: register, bindsNull: true, at: span)
        pipeline(value, into: register)
        builder.bindStatement(statement)
        builder.endStatement(statement)
        builder.nextRegister = mark
        if isGlobal { return declareTopLevelName(name) }
        declare(name, register: register)
        if let variable = builder.surroundings.blocks.last?[name.text] {
            declaredVariables.append((name, variable, false))
        }
    }

    private mutating func assignment(_ name: Name, _ steps: [PathStep], _ value: Pipeline, at span: Span) {
        guard let target = resolve(name.text, at: name.span, isRead: false) else { return }
        noteAssignment(to: name, target)
        let mark = builder.nextRegister
        let result = builder.allocate()
        let statement = builder.beginStatement(result: result, at: span)
        defer {
            builder.endStatement(statement)
            builder.nextRegister = mark
        }
        if steps.isEmpty {
            switch target {
            case .register(let register):
                // The register itself is the result: `set xs = $xs + [x]` then grows the list where it is.
                builder.statements[statement.index].result = register
                pipeline(value, into: register)
                builder.bindStatement(statement)
            case .global(let register):
                let end = Label()
                if let added = addition(to: name.text, in: value) {
                    globals[name.text]?.isRead = true
                    builder.emit(.addGlobal, register, expression(added), at: span)
                    builder.jump(.jump, to: end, at: span)
                } else {
                    pipeline(value, into: result)
                }
                builder.bindStatement(statement)
                builder.emit(.writeGlobal, result, wide: register, at: span)
                builder.place(end)
            }
            return
        }
        pipeline(value, into: result)
        builder.bindStatement(statement)
        if case .register(let register) = target, let names = namesOnly(steps), let first = pathConstants(names) {
            return builder.emit(.assignFields, register, result, first, at: span)
        }
        let base = builder.allocate(steps.count + 1)
        for (place, step) in steps.enumerated() { key(of: step, into: base + place) }
        builder.take(base + steps.count, result, at: value.span)
        switch target {
        case .register(let register): builder.emit(.assignPath, register, base, steps.count, at: span)
        case .global(let register): builder.emit(.assignGlobal, register, base, steps.count, at: span)
        }
    }

    /// `x` of `$name + x`, where evaluating it first makes no difference: it calls no function that might change the name.
    private func addition(to name: String, in value: Pipeline) -> Expression? {
        guard case .expression(let expression) = value.source, value.stages.isEmpty,
            case .chain(let first, let rest) = expression.kind, case .variable(name) = first.kind, rest.count == 1,
            rest[0].operation == .add, isFreeOfCalls(rest[0].operand)
        else { return nil }
        return rest[0].operand
    }

    private func isFreeOfCalls(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .variable: true
        case .list(let elements): elements.allSatisfy(isFreeOfCalls)
        case .record(let fields): fields.allSatisfy { isFreeOfCalls($0.value) }
        case .interpolation(let parts):
            parts.allSatisfy { part in
                if case .value(let value) = part { isFreeOfCalls(value) } else { true }
            }
        case .path(let base, let steps):
            isFreeOfCalls(base)
                && steps.allSatisfy { step in
                    if case .index(let index) = step.kind { isFreeOfCalls(index) } else { true }
                }
        default: Self.literal(expression) != nil
        }
    }

    // MARK: Blocks and branches

    mutating func block(_ block: Block) {
        let outer = builder.surroundings
        let mark = builder.nextRegister
        let scope = builder.openScope(.block)
        builder.surroundings.blocks.append([:])
        statements(block.statements, isTopLevel: false)
        closeScope(scope, at: block.span)
        builder.surroundings.scope = outer.scope
        builder.surroundings.blocks = outer.blocks
        builder.nextRegister = mark
    }

    /// The end of a scope that is reached in order: its `on exit` blocks run.
    mutating func closeScope(_ scope: Int, at span: Span) {
        let end = Label()
        if !builder.scopes[scope].exits.isEmpty { builder.jump(.leave, scope, to: end, at: span) }
        builder.place(end)
        builder.scopes[scope].end = builder.position
    }

    /// A condition, which handlers take for a statement of its own: jumps to `target` when it is false.
    mutating func condition(_ condition: Expression, orElse target: Label, resume: Label?) {
        let mark = builder.nextRegister
        let result = builder.allocate()
        let statement = builder.beginStatement(result: result, use: .condition, at: condition.span)
        let start = builder.position
        expression(condition, into: result)
        builder.fuseComparison(into: result, since: start)
        builder.bindStatement(statement)
        builder.jump(.jumpIfFalse, result, to: target, at: condition.span)
        builder.endStatement(statement)
        if let resume { pendingResumes.append((statement.index, resume)) }
        builder.nextRegister = mark
    }

    private mutating func conditional(
        _ branches: [(condition: Expression, block: Block)], _ otherwise: Block?, at span: Span
    ) {
        let end = Label()
        let firstPending = pendingResumes.count
        for (place, branch) in branches.enumerated() {
            let next = Label()
            condition(branch.condition, orElse: next, resume: end)
            block(branch.block)
            if place < branches.count - 1 || otherwise != nil { builder.jump(.jump, to: end, at: span) }
            builder.place(next)
        }
        if let otherwise { block(otherwise) }
        builder.place(end)
        resolveResumes(from: firstPending)
    }

    /// Sets where to go on behind conditions that failed and are passed over, now that the place is known.
    mutating func resolveResumes(from first: Int) {
        for (statement, label) in pendingResumes[first...] {
            builder.statements[statement].end = label.position ?? builder.position
        }
        pendingResumes.removeSubrange(first...)
    }

    // MARK: Leaving

    private mutating func returnValue(_ value: Expression?, at span: Span) {
        if builder.isMain {
            return report("'return' outside a function", at: span, help: "a script is left with 'exit'")
        }
        if builder.surroundings.isInExit {
            return report("'return' inside 'on exit': what runs there is being left already", at: span)
        }
        if builder.surroundings.parallelBlocks != nil {
            report("'return' cannot leave a parallel loop", at: span, help: "'break' starts no more iterations")
        }
        // A variable's own register will do: the function is left with it, and reading it cannot fail.
        if let value, case .variable(let name) = value.kind, !crossesExit(upTo: nil),
            case .register(let register)? = resolve(name, at: value.span)
        {
            return builder.emit(.returnValue, register, at: span)
        }
        let result = builder.allocate()
        let statement = builder.beginStatement(result: result, at: span)
        if let value { expression(value, into: result) } else { builder.emit(.null, result, at: span) }
        builder.bindStatement(statement)
        builder.emit(crossesExit(upTo: nil) ? .leaveReturn : .returnValue, result, at: span)
        builder.endStatement(statement)
    }

    private mutating func exit(_ status: Expression?, at span: Span) {
        simple(at: span) { compiler in
            let register = compiler.builder.allocate()
            if let status {
                compiler.expression(status, into: register)
            } else {
                compiler.builder.emit(.integer, register, wide: 0, at: span)
            }
            compiler.builder.emit(.exit, register, at: span)
        }
    }

    private mutating func waitUntil(
        _ condition: Expression, _ every: Expression?, _ limit: Expression?, at span: Span
    ) {
        simple(at: span) { compiler in
            let firstPending = compiler.pendingResumes.count
            let state = compiler.builder.allocate(3)
            compiler.builder.emit(.waitBegin, state, at: span)
            compiler.optional(every, into: state + 1, at: span)
            compiler.optional(limit, into: state + 2, at: span)
            let again = Label()
            let done = Label()
            compiler.builder.place(again)
            let result = compiler.builder.allocate()
            // Retrying the condition does not begin the wait anew.
            let test = compiler.builder.beginStatement(result: result, use: .condition, at: condition.span)
            compiler.expression(condition, into: result)
            compiler.builder.bindStatement(test)
            compiler.builder.jump(.jumpIfTrue, result, to: done, at: condition.span)
            compiler.builder.endStatement(test)
            compiler.pendingResumes.append((test.index, done))
            compiler.builder.emit(.waitStep, state, state + 1, state + 2, at: span)
            compiler.builder.jump(.loop, to: again, at: span)
            compiler.builder.place(done)
            compiler.resolveResumes(from: firstPending)
        }
    }

    /// An expression that may be left out: null then.
    mutating func optional(_ value: Expression?, into register: Int, at span: Span) {
        if let value { expression(value, into: register) } else { builder.emit(.null, register, at: span) }
    }
}
