import DataValue
import ScriptSyntax
import SystemSupport

// What happens when an error, an interrupt or `exit` arises, and when handlers and `on exit` blocks end.
//
// Two walks over the scopes:
// - `raise` looks for a handler, from the failed place outward. It follows the scopes as they are written, except that
//   a handler's own body is followed by the handlers before it in its scope, and an `on exit` body by what lies around
//   the scope that is being left.
// - `leave` leaves scopes for good, from the current place outward, and runs their `on exit` blocks. It follows the
//   scopes as they were entered: out of a handler's body it comes to the place where the error arose, whose blocks are
//   still open. Since the blocks are bytecode, it stops at each: what remains to be done is kept in an `ExitActivation`
//   and taken up by `endExit`.

/// A handler that is running.
struct HandlerActivation {
    let frame: Int
    let scope: Int
    let handler: Int
    /// The instruction that failed.
    let failed: Int
    let error: ScriptError
}

/// An `on exit` block that is running, and what is to be done when it has ended.
struct ExitActivation {
    let frame: Int
    let scope: Int
    let exit: Int
    let position: Int
    let stop: Int?
    let completion: Completion
}

/// What follows when scopes have been left.
enum Completion {
    case jump(Int)
    /// The statement whose result is a register has this value.
    case bind(Value, register: Int, position: Int)
    case returnValue(Value)
    /// The error goes on to handlers before one of a scope, then outward.
    case pass(ScriptError, failed: Int, scope: Int, before: Int)
    /// No handler of the frame took the error.
    case propagate(ScriptError, failed: Int, calls: [(function: String, span: Span)], origin: Span)
    /// An interrupt, `exit`, or closed output: nothing catches it.
    case uncatchable(any Error)
}

/// What a frame that was left hands to the one that called it.
enum Passage {
    case error(ScriptError, failed: Int, calls: [(function: String, span: Span)], origin: Span)
    case uncatchable(any Error, failed: Int)
}

struct RetryKey: Hashable {
    let frame: Int
    let scope: Int
    let handler: Int
    let statement: Int
}

struct RetryState {
    var count: Int
    let firstFailure: MonotonicTime
    var error: ScriptError
}

extension Machine {
    var code: FunctionCode? { frames.last?.code }
    var frameIndex: Int { frames.count - 1 }

    /// Finds out where to go on after something was thrown by an instruction of the last frame. Throws where nothing is
    /// left to run.
    func dispatch(_ thrown: any Error, at failed: Int) throws -> Int {
        guard let code else { throw thrown }
        let error = thrown as? ScriptError
        // An error may come with an interrupt, as where a terminal goes away: no handler is to go on as if nothing had
        // been said.
        let isInterrupted = thrown is Interrupted || interrupt.isCancelled
        if let error, !isInterrupted {
            return try raise(withCause(error, at: failed), at: failed, origin: error.span ?? code.notes[failed].span)
        }
        // The `on exit` blocks that run now are not to be stopped by the interrupt that they run for.
        if isInterrupted { interrupt.reset() }
        return try leave(
            from: Int(code.notes[failed].scope), position: failed, stop: iterationScope,
            then: .uncatchable(error == nil ? thrown : Interrupted()))
    }

    /// The scope that a machine for iterations must not leave, where its last frame is that of the loop.
    private var iterationScope: Int? {
        guard let iteration, iteration.frame == frameIndex else { return nil }
        return iteration.bodyScope
    }

    /// Whether a scope lies around the body of the parallel loop whose iterations run here.
    private func isOutsideIteration(_ scope: Int) -> Bool {
        guard let code, let body = iterationScope else { return false }
        var current: Int? = scope
        while let inner = current {
            if inner == body { return false }
            current = code.scopes[inner].parent
        }
        return true
    }

    /// Follows what has gone on to a calling frame, until some code is to run. A loop, since thousands of frames may have
    /// to be left one after the other.
    func settle(_ position: Int) throws -> Int {
        var position = position
        while let next = passage, let code {
            passage = nil
            switch next {
            case .error(let error, let failed, let calls, let origin):
                position = try raise(error, at: failed, calls: calls, origin: origin)
            case .uncatchable(let thrown, let failed):
                position = try leave(
                    from: Int(code.notes[failed].scope), position: failed, stop: iterationScope,
                    then: .uncatchable(thrown))
            }
        }
        return position
    }

    /// An error that arises in an `on exit` block does not hide the one that the block runs for.
    private func withCause(_ error: ScriptError, at failed: Int) -> ScriptError {
        guard let exit = exitActivations.last, exit.frame == frameIndex, let code,
            case .propagate(let earlier, _, _, _) = exit.completion
        else { return error }
        let body = code.scopes[exit.scope].exits[exit.exit].bodyScope
        var scope: Int? = Int(code.notes[failed].scope)
        while let current = scope, current != body { scope = code.scopes[current].parent }
        return scope == nil ? error : error.caused(by: earlier)
    }

    // MARK: Searching

    /// Goes to the handler that takes an error, or on to the calling frame.
    private func raise(
        _ error: ScriptError, at failed: Int, calls: [(function: String, span: Span)] = [], origin: Span,
        from start: Int? = nil, before: Int = .max
    ) throws -> Int {
        guard let code else { throw UncaughtError(error: error, span: origin, calls: calls) }
        var scope: Int? = start ?? Int(code.notes[failed].scope)
        var position = start == nil ? failed : Int.max
        var limit = before
        // Around the body of a parallel loop, only handlers that can act within an iteration are asked.
        var isOutside = isOutsideIteration(start ?? Int(code.notes[failed].scope))
        while let current = scope {
            let entry = code.scopes[current]
            for (place, handler) in entry.handlers.enumerated()
            where place < limit && handler.from <= position && takes(handler, error) && (!isOutside || handler.isSimple)
            {
                return activate(current, place, handler, error, failed)
            }
            if current == iterationScope { isOutside = true }
            (scope, position, limit) = outward(from: entry, in: code)
        }
        return try leave(
            from: Int(code.notes[failed].scope), position: failed, stop: iterationScope,
            then: .propagate(error, failed: failed, calls: calls, origin: origin))
    }

    /// The scope whose handlers are asked behind those of another, with the place and the handlers there that count.
    func outward(from inner: FunctionCode.Scope, in code: FunctionCode) -> (
        scope: Int?, position: Int, limit: Int
    ) {
        var entry = inner
        // While an `on exit` block runs, the scope that it belongs to is being left: its handlers are off.
        while case .exitBody = entry.kind, let left = entry.parent { entry = code.scopes[left] }
        if case .handlerBody(let handler) = entry.kind { return (entry.parent, .max, handler) }
        return (entry.parent, entry.start, .max)
    }

    func takes(_ handler: FunctionCode.Handler, _ error: ScriptError) -> Bool {
        handler.patterns.isEmpty || handler.patterns.contains { Glob.matches($0, error.code) }
    }

    private func activate(
        _ scope: Int, _ place: Int, _ handler: FunctionCode.Handler, _ error: ScriptError, _ failed: Int
    ) -> Int {
        guard let code else { return 0 }
        handlerActivations.append(
            HandlerActivation(frame: frameIndex, scope: scope, handler: place, failed: failed, error: error))
        let key = RetryKey(
            frame: frameIndex, scope: scope, handler: place, statement: Int(code.notes[failed].statement))
        let record = error.record(
            line: lineOf(code.notes[failed].span), attempts: error.attempts + (retries[key]?.count ?? 0))
        lastError = record
        registers[handler.errorRegister] = record
        return handler.body
    }

    private func lineOf(_ span: Span) -> Int { lineNumber?(span) ?? 0 }

    // MARK: Leaving

    /// Leaves scopes from one outward, up to and including `stop` (nil: all of the frame), then completes. Returns the
    /// place to go on at.
    func leave(
        from start: Int, position startPosition: Int, before startLimit: Int = .max, stop: Int?,
        then completion: Completion
    ) throws -> Int {
        guard let code else { return 0 }
        var scope: Int? = start
        var position = startPosition
        var limit = startLimit
        while let current = scope {
            let entry = code.scopes[current]
            for place in entry.exits.indices.reversed() where place < limit && entry.exits[place].from <= position {
                exitActivations.append(
                    ExitActivation(
                        frame: frameIndex, scope: current, exit: place, position: position, stop: stop,
                        completion: completion))
                return entry.exits[place].body
            }
            limit = .max
            scope = entry.parent
            position = entry.start
            switch entry.kind {
            case .block: break
            case .handlerBody:
                if let ended = handlerActivations.popLast() {
                    scope = Int(code.notes[ended.failed].scope)
                    position = ended.failed
                }
            case .exitBody:
                if let ended = exitActivations.popLast() {
                    scope = ended.scope
                    position = ended.position
                    limit = ended.exit
                }
            }
            if current == stop { break }
        }
        return try complete(completion)
    }

    private func complete(_ completion: Completion) throws -> Int {
        switch completion {
        case .jump(let position): return position
        case .bind(let value, let register, let position):
            registers[register] = value
            return position
        case .returnValue(let value):
            let base = registers
            popFrame()
            guard let caller = frames.last else { return 0 }
            base[0] = value
            return caller.position
        case .pass(let error, let failed, let scope, let before):
            let origin = code?.notes[failed].span ?? Span(source: 0, start: 0, end: 0)
            return try raise(error, at: failed, origin: origin, from: scope, before: before)
        case .propagate(let error, _, let calls, let origin):
            if iterationScope != nil {
                throw IterationFailure(error: UncaughtError(error: error, span: origin, calls: calls))
            }
            let name = code?.name ?? ""
            popFrame()
            guard let caller = frames.last else { throw UncaughtError(error: error, span: origin, calls: calls) }
            let call = caller.position - 1
            // The outermost of thousands of calls tell nothing that the first ones do not.
            let known = calls.count < 1000 ? calls + [(name, caller.code.notes[call].span)] : calls
            passage = .error(error, failed: call, calls: known, origin: origin)
            return 0
        case .uncatchable(let thrown):
            if iterationScope != nil { throw IterationFailure(error: thrown) }
            popFrame()
            guard let caller = frames.last else { throw thrown }
            let call = caller.position - 1
            passage = .uncatchable(thrown, failed: call)
            return 0
        }
    }
}
