import DataValue
import ScriptRuntime
import ScriptSyntax
import SystemSupport
import Testing

/// Lines at a prompt: one environment and one machine, a unit a line.
@Suite struct PromptLineTests {
    /// A prompt without a terminal.
    final class Prompt {
        let host = TestHost()
        let machine: Machine
        var environment = Environment.prompt()
        var sources = SourceMap()
        var warnings: [String] = []

        init() { machine = Machine(host: host, interrupt: Cancellation()) }

        /// What a line shows, then how it ended if not well.
        func enter(_ text: String) -> [String] {
            let source = SourceText(name: "<prompt>", text: text)
            let number = sources.add(source)
            guard case .complete(let script) = Parser.parse(source, source: number) else { return ["no statement"] }
            let before = host.state.withLock { $0.lines.count }
            let (unit, diagnostics) = Compiler.compile(script, kind: .promptLine, environment: environment, host: host)
            warnings = diagnostics.filter { $0.severity == .warning }.map(\.message)
            guard let unit else { return diagnostics.filter { $0.severity == .error }.map { "check: \($0.message)" } }
            var ending: [String] = []
            do {
                try machine.run(unit)
            } catch let error as UncaughtError {
                machine.setGlobal(Environment.lastErrorRegister, error.error.record(line: 1))
                ending = ["error: \(error.error.code)"]
            } catch let request as ExitRequest {
                ending = ["exit \(request.status)"]
            } catch {
                ending = ["\(error)"]
            }
            if case .null = machine.lastResult {
            } else {
                machine.setGlobal(Environment.lastResultRegister, machine.lastResult)
            }
            if case .null = machine.lastError {
            } else {
                machine.setGlobal(Environment.lastErrorRegister, machine.lastError)
            }
            environment = unit.environment
            for (name, register) in environment.globals
            where register > Environment.lastErrorRegister && machine.global(register) == nil {
                environment.forget(name)
            }
            return host.state.withLock { Array($0.lines[before...]) } + ending
        }
    }

    private func session(_ lines: [(String, [String])]) {
        let prompt = Prompt()
        for (line, expected) in lines { #expect(prompt.enter(line) == expected, "\(line)") }
    }

    @Test func namesStayAndLetReplaces() {
        session([
            ("let a = 1", []), ("$a + 1", ["= 2"]), ("let a = 'x'", []), ("$a", ["= x"]), ("let a = $a + 'y'", []),
            ("print $a", ["xy"]),
            ("let a = 1; let a = 2; print $a", ["2"]), ("set a = 5", []), ("{ let a = 7 }", []), ("$a", ["= 5"]),
            ("print $b", ["check: '$b' is not declared"]),
        ])
    }

    @Test func functionsStayAndAreReplaced() {
        session([
            ("def f(x) { return $x + $n }", ["check: '$n' is not declared"]), ("let n = 1", []),
            ("def f(x) { return $x + $n }", []), ("f(1)", ["= 2"]),
            ("let n = 10", []), ("f(1)", ["= 11"]), ("def f(x) { return 'new' }", []), ("f(1)", ["= new"]),
            ("f()", ["check: f() takes 1 argument, not 0"]),
        ])
    }

    @Test func failedLetIsNotDeclared() {
        session([
            ("let a = Fail", ["error: A.B"]), ("print $a", ["check: '$a' is not declared"]), ("let a = 1", []),
            ("let a = Fail Code=X", ["error: X"]), ("print $a", ["1"]),
            ("fail 'Q' 'q'; let b = 1", ["error: Q"]), ("print $b", ["check: '$b' is not declared"]),
        ])
    }

    @Test func lastResultAndLastError() {
        session([
            ("$_", []), ("5", ["= 5"]), ("$_ + 1", ["= 6"]), ("$_ + 1", ["= 7"]), ("print $_", ["7"]), ("null", []),
            ("$_", ["= 7"]), ("$error", []), ("Fail Code=Q.R", ["error: Q.R"]),
            ("$error.Code", ["= Q.R"]), ("print fine", ["fine"]), ("$error.Code", ["= Q.R"]),
            ("Fail Code=X.Y id=2 on error resume", []), ("$error.Code", ["= X.Y"]),
        ])
    }

    @Test func handlersStayForLaterLines() {
        session([
            ("on error A.* { print caught $error.Code }", []), ("Fail Code=A.B; print never", ["caught A.B"]),
            ("print next", ["next"]), ("Fail Code=A.C", ["caught A.C"]),
            ("Fail Code=X.Y", ["error: X.Y"]), ("on error A.* { print newer }", []), ("Fail Code=A.B", ["newer"]),
            ("{ on error A.* { print inner }\nFail Code=A.B }", ["inner"]),
            ("on error X.Y use 5", []), ("let v = Fail Code=X.Y", []), ("$v", ["= 5"]),
            ("on error Z retry up to 1 every 1s", []), ("Fail Code=Z times=1", ["= ok"]),
            ("if true { on error Q resume }", []), ("Fail Code=Q", ["error: Q"]),
        ])
    }

    /// A handler that names something that is gone is dropped, and says so once.
    @Test func staleHandlersAreDropped() {
        let prompt = Prompt()
        #expect(prompt.enter("let a = Fail; on error X.Y { print $a }") == ["error: A.B"])
        #expect(prompt.enter("print next") == ["next"])
        #expect(prompt.warnings.count == 1)
        #expect(prompt.enter("Fail Code=X.Y") == ["error: X.Y"])
        #expect(prompt.warnings.isEmpty)
    }

    @Test("What a block promised is done when it is left; what the session promised waits for its end")
    func exitBlocks() {
        session([
            ("on exit { print left }; print in", ["in"]), ("{ on exit { print left }; print in }", ["in", "left"]),
            ("print next", ["next"]), ("exit 3", ["exit 3"]),
        ])
    }

    @Test func nothingForScriptsOnly() {
        session([("param x", ["check: 'param' is for scripts"]), ("ask", [])])
    }

    @Test func errorsInsideFunctionsLeaveNothingBehind() {
        session([
            (
                "def f(n) { let big = range(10); on exit { print left }; if $n == 0 { fail 'A' 'a' }; return f($n - 1) }",
                []
            ), ("f(2)", ["left", "left", "left", "error: A"]),
            ("let a = 1; print $a", ["1"]), ("f(0) on error resume; print $a", ["left", "1"]),
        ])
    }
}
