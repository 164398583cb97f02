import DataValue
import ScriptRuntime
import Synchronization
import SystemSupport

/// A world for programs that a test controls: output is kept, time passes only by sleeping, chance comes from a list.
final class TestHost: Host {
    struct State {
        var lines: [String] = []
        var errors = ""
        var displayed: [Value] = []
        /// Nanoseconds; not zero, so that a clock that counts from its first look is told from one that does not.
        var now: Int64 = 1_000_000_000_000
        var sleeps: [Int64] = []
        var chance: Double = 0.5
        var environment: [String: String] = [:]
        var counts: [String: Int] = [:]
        var repetitions: [Bool] = []
        /// Raises the interrupt in the sleep of this number, counted from 0.
        var interruptedSleep: Int?
    }
    let state: Mutex<State>

    init(_ change: (inout State) -> Void = { _ in }) {
        var state = State()
        change(&state)
        self.state = Mutex(state)
    }

    func command(named name: String) -> (any Command)? {
        TestCommand(rawValue: name).map(RunningCommand.init) ?? text(name)
    }
    private func text(_ name: String) -> (any Command)? {
        switch name {
        case "print": TextCommand.print
        case "warn": TextCommand.warn
        default: nil
        }
    }
    func commandNames(near name: String) -> [String] {
        Spelling.nearest(to: name, among: TestCommand.allCases.map(\.rawValue))
    }

    func display(_ value: Value) throws {
        state.withLock {
            $0.displayed.append(value)
            $0.lines.append("= " + value.displayText)
        }
    }

    func write(_ text: String, to stream: OutputStream) throws {
        state.withLock { state in
            if stream == .error { return state.errors += text }
            state.lines += text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    func now() -> WallTime { WallTime(nanoseconds: state.withLock(\.now)) }

    func sleep(for span: Duration, interrupt: Cancellation) {
        state.withLock { state in
            if state.sleeps.count == state.interruptedSleep { interrupt.cancel() }
            state.sleeps.append(span.nanoseconds)
            state.now += span.nanoseconds
        }
    }

    func random() -> Double { state.withLock(\.chance) }
    func environment(_ name: String) -> String? { state.withLock(\.environment)[name] }
}

/// Commands that do what a test tells them to.
enum TestCommand: String, CaseIterable {
    /// `Fail Code=X [times=N] [id=…] [value=…]`: fails N times (always without it), then yields the value.
    case fail = "Fail"
    /// Like `Fail`, as an answer of a service with all of its facts.
    case refuse = "Refuse"
    /// `Give value=…` yields it.
    case give = "Give"
    /// `Count id=…` yields how often it has been called.
    case count = "Count"
    /// Raises the interrupt.
    case stop = "Stop"
    /// Lets time pass: `Pass span=5s`.
    case pass = "Pass"
    /// `Need X=…`: X is required and a number.
    case need = "Need"
    /// For the prompt only.
    case ask
}

struct RunningCommand: Command {
    let command: TestCommand

    var signature: CommandSignature {
        CommandSignature(name: command.rawValue, summary: "", isForPromptOnly: command == .ask)
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ArgumentProblem] {
        guard command == .need else { return [] }
        var problems: [ArgumentProblem] = []
        for (place, argument) in arguments.enumerated() {
            if argument.name != "X" {
                problems.append(ArgumentProblem("Need has no parameter '\(argument.name ?? "")'", argument: place))
            } else if case .string(let text)? = argument.value, Int(text) == nil {
                problems.append(ArgumentProblem("X must be a number", argument: place))
            }
        }
        if !arguments.contains(where: { $0.name == "X" }) {
            problems.append(ArgumentProblem("Need needs X", help: "Need X=1"))
        }
        return problems
    }

    func run(_ invocation: Invocation) throws -> Value {
        guard let host = invocation.host as? TestHost else { return .null }
        func argument(_ name: String) -> Value? { invocation.arguments.first { $0.name == name }?.value }
        func text(_ name: String) -> String? { argument(name)?.displayText }
        host.state.withLock { $0.repetitions.append(invocation.isRepetition) }
        func counted(_ key: String) -> Int {
            host.state.withLock { state in
                state.counts[key, default: 0] += 1
                return state.counts[key, default: 0]
            }
        }
        switch command {
        case .fail, .refuse:
            let code = text("Code") ?? "A.B"
            let count = counted("\(code) \(text("id") ?? "")")
            if let times = text("times").flatMap({ Int($0) }), count > times { return argument("value") ?? "ok" }
            if command == .fail { throw ScriptError(code, text("message") ?? "run \(count)") }
            throw ScriptError(
                code, "refused", origin: .service, httpStatus: 400, requestID: "R-1", action: "Refuse",
                isAmbiguous: true)
        case .give: return argument("value") ?? .null
        case .count: return .int(counted("count \(text("id") ?? "")"))
        case .stop:
            invocation.interrupt.cancel()
            return .null
        case .pass:
            if case .duration(let span)? = argument("span") { host.state.withLock { $0.now += span } }
            return .null
        case .need, .ask: return .null
        }
    }
}
