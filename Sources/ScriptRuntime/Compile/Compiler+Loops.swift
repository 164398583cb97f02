import DataValue
import ScriptSyntax

extension Compiler {
    mutating func whileLoop(_ condition: Expression, _ body: Block, at span: Span) {
        let again = Label()
        let end = Label()
        let firstPending = pendingResumes.count
        builder.place(again)
        self.condition(condition, orElse: end, resume: end)
        loopBody(body, continueAt: again, breakAt: end)
        builder.jump(.loop, to: again, at: span)
        builder.place(end)
        resolveResumes(from: firstPending)
    }

    mutating func loopBody(
        _ body: Block, continueAt: Label, breakAt: Label, declare variables: [(Name, Int)] = []
    ) {
        let outer = builder.surroundings
        let mark = builder.nextRegister
        let scope = builder.openScope(.block)
        builder.surroundings.loops.append(
            .init(bodyScope: scope, continueLabel: continueAt, breakLabel: breakAt))
        builder.surroundings.blocks.append([:])
        for (name, register) in variables { declare(name, register: register) }
        builder.surroundings.blocks.append([:])
        statements(body.statements, isTopLevel: false)
        closeScope(scope, at: body.span)
        builder.surroundings = outer
        builder.nextRegister = mark
    }

    mutating func forLoop(
        _ index: Name?, _ item: Name, _ source: Expression, _ parallel: Expression?, _ body: Block, at span: Span
    ) {
        // R[state] what is run through, then the place, the item, its index or key, and how many run at once.
        let state = builder.allocate(5)
        let end = Label()
        let again = Label()
        let firstPending = pendingResumes.count
        let statement = builder.beginStatement(result: state, use: .source, at: source.span)
        let command = pagedCommand(source)
        var countsNumbers = false
        if let command {
            if let pages = call(command, pages: true) {
                builder.take(state, pages, at: source.span)
            }
        } else if parallel == nil, let arguments = rangeArguments(source) {
            countsNumbers = true
            for (place, argument) in arguments.enumerated() { expression(argument, into: state + place) }
            builder.emit(.range, state, 0, arguments.count, at: source.span)
        } else {
            expression(source, into: state)
        }
        builder.bindStatement(statement)
        builder.emit(countsNumbers ? .iterateRange : .iterate, state, at: source.span)
        builder.endStatement(statement)
        pendingResumes.append((statement.index, end))
        var variables = [(item, state + 2)]
        if let index { variables.append((index, state + 3)) }
        if let parallel {
            parallelLoop(state, parallel, body, variables, end, at: span)
            builder.place(end)
            if command != nil { builder.emit(.closePages, state, at: span) }
            for register in state..<state + 5 { builder.emit(.null, register, at: span) }
            return resolveResumes(from: firstPending)
        }
        // The body stands before what fetches its items, which then is the only jump of a turn.
        let turn = Label()
        builder.jump(.jump, to: turn, at: span)
        builder.place(again)
        loopBody(body, continueAt: turn, breakAt: end, declare: variables)
        builder.place(turn)
        if command != nil {
            // To fetch a page is a statement of its own, so that a retry fetches that page and no other.
            let fetch = builder.beginStatement(result: state + 2, at: source.span)
            builder.jump(.next, state, to: again, at: source.span)
            builder.endStatement(fetch)
            builder.statements[fetch.index].bind = again.position ?? 0
            pendingResumes.append((fetch.index, end))
        } else {
            builder.jump(countsNumbers ? .nextNumber : .next, state, to: again, at: span)
        }
        builder.place(end)
        if command != nil { builder.emit(.closePages, state, at: span) }
        for register in state..<state + 5 { builder.emit(.null, register, at: span) }
        resolveResumes(from: firstPending)
    }

    /// The loop is one instruction, behind which its body stands; iterations run the body on machines of their own.
    mutating func parallelLoop(
        _ state: Int, _ limit: Expression, _ body: Block, _ variables: [(Name, Int)], _ end: Label, at span: Span
    ) {
        let statement = builder.beginStatement(result: state, at: span)
        expression(limit, into: state + 4)
        builder.jump(.parallel, state, to: end, at: span)
        builder.bindStatement(statement)
        builder.endStatement(statement)
        pendingResumes.append((statement.index, end))
        let outer = builder.surroundings.parallelBlocks
        builder.surroundings.parallelBlocks = builder.surroundings.blocks.count
        let turn = Label()
        let stop = Label()
        loopBody(body, continueAt: turn, breakAt: stop, declare: variables)
        builder.surroundings.parallelBlocks = outer
        builder.place(turn)
        builder.emit(.endIteration, 0, at: span)
        builder.place(stop)
        builder.emit(.endIteration, 1, at: span)
    }

    /// The list operation that is the whole source of a loop, or nil.
    func pagedCommand(_ source: Expression) -> ScriptSyntax.Command? {
        guard case .pipeline(let pipeline) = source.kind, pipeline.stages.isEmpty,
            case .command(let command) = pipeline.source, hasPages(command)
        else { return nil }
        return command
    }

    /// The arguments of `range` where it is the whole source of a loop: its numbers are counted, not listed.
    private func rangeArguments(_ source: Expression) -> [Expression]? {
        guard case .call(let function, let arguments) = source.kind, function.text == "range",
            (1...3).contains(arguments.count), environment.functionIndex["range"] == nil
        else { return nil }
        return arguments
    }

    mutating func leaveLoop(
        _ target: KeyPath<FunctionBuilder.LoopTargets, Label>, _ word: String, at span: Span
    ) {
        guard let loop = builder.surroundings.loops.last else { return report("'\(word)' outside a loop", at: span) }
        if crossesExit(upTo: loop.bodyScope) {
            builder.jump(.leave, loop.bodyScope, to: loop[keyPath: target], at: span)
        } else {
            builder.jump(.jump, to: loop[keyPath: target], at: span)
        }
    }

    /// Whether leaving the scopes up to one (nil: all) runs anything or ends a handler.
    func crossesExit(upTo last: Int?) -> Bool {
        var scope: Int? = builder.surroundings.scope
        while let current = scope {
            let entry = builder.scopes[current]
            if !entry.exits.isEmpty { return true }
            if case .block = entry.kind {} else { return true }
            if current == last { return false }
            scope = entry.parent
        }
        return false
    }
}
