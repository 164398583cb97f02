import DataValue
import ScriptRuntime
import ScriptSyntax
import SystemSupport
import Testing

/// How a program ended.
enum Ending: Equatable {
    case done
    /// An uncaught error, by its code.
    case error(String)
    case exit(Int32)
    case interrupted
    /// It did not run: the messages of the check.
    case refused([String])
}

/// What a program did.
struct Outcome {
    var ending: Ending
    var lines: [String]
    var sleeps: [Int64]
    var errors: String
    var warnings: [String]
    /// The error that ended it, and the line that it arose in.
    var uncaught: UncaughtError?
    var line: Int?
    var repetitions: [Bool]
}

/// Checks and runs a program.
func run(
    _ text: String, host: TestHost = TestHost(), interrupt: Cancellation = Cancellation(),
    parameters: [String: Value] = [:]
) -> Outcome {
    let source = SourceText(name: "t.vpcsh", text: text)
    var sources = SourceMap()
    let number = sources.add(source)
    var outcome = Outcome(ending: .done, lines: [], sleeps: [], errors: "", warnings: [], repetitions: [])
    guard case .complete(let script) = Parser.parse(source, source: number) else {
        if case .invalid(let found) = Parser.parse(source, source: number) {
            outcome.ending = .refused(found.map(\.message))
        }
        if case .incomplete(let found) = Parser.parse(source, source: number) {
            outcome.ending = .refused(found.map(\.message))
        }
        return outcome
    }
    let (unit, diagnostics) = Compiler.compile(script, kind: .script, environment: Environment(), host: host)
    guard let unit else {
        outcome.ending = .refused(diagnostics.filter { $0.severity == .error }.map(\.message))
        return outcome
    }
    outcome.warnings = unit.warnings.map(\.message)
    let machine = Machine(host: host, interrupt: interrupt)
    let map = sources
    machine.lineNumber = { map.line(of: $0) }
    do {
        try machine.run(unit, parameters: parameters)
    } catch let error as UncaughtError {
        outcome.ending = .error(error.error.code)
        outcome.uncaught = error
        outcome.line = map.line(of: error.span)
    } catch let request as ExitRequest {
        outcome.ending = .exit(request.status)
    } catch is Interrupted {
        outcome.ending = .interrupted
    } catch {
        Issue.record("\(error)")
    }
    host.state.withLock { state in
        outcome.lines = state.lines
        outcome.sleeps = state.sleeps
        outcome.errors = state.errors
        outcome.repetitions = state.repetitions
    }
    return outcome
}

/// A program with what it prints and how it ends.
struct Case: Sendable, CustomTestStringConvertible {
    let title: String
    let script: String
    let lines: [String]
    let ending: Ending

    init(_ title: String, _ script: String, _ lines: [String] = [], _ ending: Ending = .done) {
        self.title = title
        self.script = script
        self.lines = lines
        self.ending = ending
    }

    var testDescription: String { title }

    func check() {
        let outcome = run(script)
        #expect(outcome.lines == lines, "\(title)")
        #expect(outcome.ending == ending, "\(title)")
    }
}

/// Nanoseconds of some seconds.
func seconds(_ count: Double) -> Int64 { Int64(count * 1_000_000_000) }
