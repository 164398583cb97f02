import DataValue
import ScriptSyntax

// What the instructions do that leave scopes: the actions of handlers, `break`, `return`, the ends of blocks.

extension Machine {
    /// The instructions that leave scopes. Returns the place to go on at.
    func leave(_ instruction: Instruction, at position: Int) throws -> Int {
        guard let code else { return 0 }
        let scope = Int(code.notes[position].scope)
        switch instruction.operation {
        case .leave, .leaveReturn:
            // Seen only in the `on exit` block, it would cut that short.
            if interrupt.isCancelled { throw Interrupted() }
        default: break
        }
        switch instruction.operation {
        case .leave:
            return try leave(
                from: scope, position: position, stop: Int(instruction.a), then: .jump(instruction.wide))
        case .leaveReturn:
            let value = registers[Int(instruction.a)]
            return try leave(from: scope, position: position, stop: nil, then: .returnValue(value))
        case .endExit:
            guard let ended = exitActivations.popLast() else { return position + 1 }
            return try leave(
                from: ended.scope, position: ended.position, before: ended.exit, stop: ended.stop,
                then: ended.completion)
        default: break
        }
        guard let handling = handlerActivations.last else { return position + 1 }
        let body = code.scopes[handling.scope].handlers[handling.handler].bodyScope
        let place = Int(code.notes[handling.failed].statement)
        guard code.statements.indices.contains(place) else {
            return try pass(handling.error, handling, from: scope, at: position, body)
        }
        let failed = code.statements[place]
        let statement =
            failed.whole.flatMap { code.statements.indices.contains($0) ? code.statements[$0] : nil } ?? failed
        let resumption: Completion =
            statement.bindsNull
            ? .bind(.null, register: statement.result, position: statement.bind) : .jump(statement.end)
        switch instruction.operation {
        // Whoever the error is passed to may still have it tried again.
        case .retry, .pass, .passNew: break
        default: forgetSinks(of: failed.whole ?? place)
        }
        switch instruction.operation {
        case .resume: return try leave(from: scope, position: position, stop: body, then: resumption)
        case .use:
            let value = registers[Int(instruction.a)]
            // What failed behind the value (`set` with an index that is not there) would fail again.
            let isBound = handling.failed >= statement.bind && statement.use == .any
            if isBound { return try pass(handling.error, handling, from: scope, at: position, body) }
            try check(value, for: statement.use)
            return try leave(
                from: scope, position: position, stop: body,
                then: .bind(value, register: statement.result, position: statement.bind))
        case .pass: return try pass(handling.error, handling, from: scope, at: position, body)
        case .passNew:
            guard case .string(let errorCode) = registers[Int(instruction.a)], !errorCode.isEmpty else {
                throw ScriptError.type("an error's code is a string")
            }
            let message = try registers[Int(instruction.b)].shownText()
            let error = ScriptError(errorCode, message, cause: handling.error)
            if isTaken(error, at: position, within: body) { throw error }
            return try pass(error, handling, from: scope, at: position, body)
        case .retry:
            guard try waitForRetry(code.retries[instruction.wide], handling) else {
                let count = retries[retryKey(handling, in: code)]?.count ?? 0
                let error = handling.error.tried(handling.error.attempts + count)
                return try pass(error, handling, from: scope, at: position, body)
            }
            if failed.whole == nil { forgetSinks(of: place) }
            return try leave(from: scope, position: position, stop: body, then: .jump(failed.start))
        default:
            // A handler that has run to its end: the block that declared it is left; behind a statement, only that.
            let declaring = code.scopes[handling.scope]
            if declaring.isSuffix { return try leave(from: scope, position: position, stop: body, then: resumption) }
            return try leave(from: scope, position: position, stop: handling.scope, then: .jump(declaring.end))
        }
    }

    /// A value in place of a condition or of what a loop runs through has to be one.
    private func check(_ value: Value, for use: FunctionCode.Statement.Use) throws {
        switch (use, value) {
        case (.any, _), (.condition, .bool), (.source, .list), (.source, .record): return
        case (.condition, _):
            throw ScriptError.type("'use' in place of a condition takes true or false, not \(Operators.article(value))")
        case (.source, _):
            throw ScriptError.type(
                "'use' in place of what a loop runs through takes a list or a record, not \(Operators.article(value))")
        }
    }

    /// Whether a handler that stands in a handler's block itself, around a place there, takes an error.
    private func isTaken(_ error: ScriptError, at failed: Int, within body: Int) -> Bool {
        guard let code else { return false }
        var scope: Int? = Int(code.notes[failed].scope)
        var position = failed
        while let current = scope, current != body {
            let entry = code.scopes[current]
            if entry.handlers.contains(where: { $0.from <= position && takes($0, error) }) { return true }
            scope = entry.parent
            position = entry.start
        }
        return false
    }

    func pass(
        _ error: ScriptError, _ handling: HandlerActivation, from scope: Int, at position: Int, _ body: Int
    ) throws -> Int {
        try leave(
            from: scope, position: position, stop: body,
            then: .pass(error, failed: handling.failed, scope: handling.scope, before: handling.handler))
    }
}
