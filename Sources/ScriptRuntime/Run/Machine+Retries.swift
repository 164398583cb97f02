import DataValue
import ScriptSyntax
import SystemSupport

// Repeating what failed, and waiting.

extension Machine {
    /// Forgets what belongs to frames that are gone.
    func forgetRetries(above count: Int) {
        if hasUnfinished { forgetUnfinished(above: count) }
        guard retries.contains(where: { $0.key.frame >= count }) else { return }
        retries = retries.filter { $0.key.frame < count }
    }

    func forgetRetries(of statement: Int) {
        if hasUnfinished { forgetUnfinished(of: statement) }
        let frame = frameIndex
        // Mostly there is nothing of it, and then nothing is to be made anew.
        guard retries.contains(where: { $0.key.frame == frame && $0.key.statement == statement }) else { return }
        retries = retries.filter { $0.key.frame != frame || $0.key.statement != statement }
    }

    func retryKey(_ handling: HandlerActivation, in code: FunctionCode) -> RetryKey {
        RetryKey(
            frame: frameIndex, scope: handling.scope, handler: handling.handler,
            statement: Int(code.notes[handling.failed].statement))
    }

    /// Waits until the failed statement may run again; false where the handler's limit is reached.
    func waitForRetry(_ limits: FunctionCode.RetryLimits, _ handling: HandlerActivation) throws -> Bool {
        guard let code else { return false }
        let key = retryKey(handling, in: code)
        var state = retries[key] ?? RetryState(count: 0, firstFailure: host.monotonic(), error: handling.error)
        let timeLimit = try limits.timeLimit.map { try span($0, "'for'") }
        let limit = try limits.limit.map { try count($0) } ?? (timeLimit == nil ? 5 : Int.max)
        let elapsed = (host.monotonic() - state.firstFailure).nanoseconds
        if state.count >= limit { return false }
        if let timeLimit, elapsed >= timeLimit { return false }
        var delay: Int64
        if let every = limits.every {
            delay = try span(every, "'every'")
        } else {
            let first = try limits.backoffFirst.map { try span($0, "'backoff'") } ?? 1_000_000_000
            let last = try limits.backoffLast.map { try span($0, "'backoff'") } ?? 30_000_000_000
            delay = backoff(first, max(first, last), after: state.count)
        }
        if let timeLimit { delay = min(delay, timeLimit - elapsed) }
        state.count += 1
        state.error = handling.error
        retries[key] = state
        try pause(delay)
        return true
    }

    /// A random wait of the upper half of a span that doubles with each repetition, between the first wait and the last:
    /// what failed together does not come back together.
    private func backoff(_ first: Int64, _ last: Int64, after count: Int) -> Int64 {
        var ceiling = first
        for _ in 0...min(count, 62) where ceiling < last {
            let (doubled, overflow) = ceiling.multipliedReportingOverflow(by: 2)
            ceiling = overflow ? last : min(doubled, last)
        }
        let floor = max(first, ceiling / 2)
        return floor + Int64(Double(ceiling - floor) * host.random())
    }

    private func pause(_ delay: Int64) throws {
        if delay > 0 { try host.sleep(for: .nanoseconds(delay), interrupt: interrupt) }
        if interrupt.isCancelled { throw Interrupted() }
    }

    func span(_ register: Int, _ what: String) throws -> Int64 {
        guard case .duration(let span) = registers[register], span >= 0 else {
            throw ScriptError.type(
                "\(what) takes a duration such as 5s, not \(Operators.article(registers[register]))")
        }
        return span
    }

    func count(_ register: Int) throws -> Int {
        guard case .int(let number) = registers[register], number >= 0 else {
            throw ScriptError.type("'up to' takes a number, not \(Operators.article(registers[register]))")
        }
        return number
    }

    // MARK: Waiting

    /// `wait` and the steps of `wait until`.
    func wait(_ instruction: Instruction, _ registers: UnsafeMutablePointer<Value>) throws {
        let a = Int(instruction.a)
        switch instruction.operation {
        case .wait: try pause(try span(a, "'wait'"))
        case .waitBegin: registers[a] = .list([.int(Int(host.monotonic().nanoseconds)), .int(2_000_000_000)])
        default:
            guard case .list(let state) = registers[a], case .int(let began) = state[0], case .int(let next) = state[1]
            else { return }
            let limit: Int64 =
                if case .null = registers[Int(instruction.c)] { 600_000_000_000 } else {
                    try span(Int(instruction.c), "'for'")
                }
            var delay = Int64(next)
            if case .null = registers[Int(instruction.b)] {} else { delay = try span(Int(instruction.b), "'every'") }
            let elapsed = (host.monotonic() - MonotonicTime(nanoseconds: Int64(began))).nanoseconds
            if elapsed >= limit {
                throw ScriptError(
                    "Client.WaitTimeout", "what was waited for did not come about within \(durationText(limit))",
                    help: "wait until … for a longer time")
            }
            registers[a] = .list([.int(began), .int(min(next + next / 2, 15_000_000_000))])
            host.report(.waiting(elapsed: .nanoseconds(elapsed), limit: .nanoseconds(limit)))
            try pause(min(delay, limit - elapsed))
        }
    }
}
