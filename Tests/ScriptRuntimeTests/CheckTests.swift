import DataValue
import ScriptRuntime
import Testing

/// What is refused before anything runs.
@Suite struct CheckTests {
    static let refused: [(String, String)] = [
        ("print $x", "'$x' is not declared"), ("set x = 1", "'$x' is not declared"),
        ("print \"${x}\"", "'$x' is not declared"),
        ("print $x\nlet x = 1", "'$x' is used before its 'let'"), ("let x = $x", "'$x' is used before its 'let'"),
        ("{ let x = 1 }\nprint $x", "'$x' is not declared"),
        ("for x in [] { }\nprint $x", "'$x' is not declared"), ("def f(a) { }\nprint $a", "'$a' is not declared"),
        ("let x = 1\nlet x = 2", "'x' is declared already"),
        ("{ let x = 1\nlet x = 2 }", "'x' is declared in this block already"),
        ("on error { print $x }\nlet x = 1", "'$x' is used before its 'let'"),
        ("on exit { print $x }\nlet x = 1", "'$x' is used before its 'let'"),
        ("def f() { print $y\nlet y = 1 }", "'$y' is not declared"),
        ("print $error.Code", "'$error' is the error that a handler deals with"),
        ("print $_", "'$_' is the last result, which only the prompt keeps"),
        ("no_such 1", "there is no command 'no_such'"),
        ("NoSuch X=1", "the API has no operation 'NoSuch'"), ("let v = NoSuch", "the API has no operation 'NoSuch'"),
        ("nofun(1)", "there is no function 'nofun'"), ("len()", "len() takes 1 argument, not 0"),
        ("len(1, 2)", "len() takes 1 argument, not 2"), ("max()", "max() takes at least 1 argument, not 0"),
        ("range(1, 2, 3, 4)", "range() takes 1 to 3 arguments, not 4"),
        ("def f(a, b = 1) { }\nf()", "f() takes 1 to 2 arguments, not 0"),
        ("def f(a) { }\nf(1, 2)", "f() takes 1 argument, not 2"),
        ("len $x", "there is no command 'len'"), ("def f() { }\ndef f() { }", "the function 'f' is defined twice"),
        ("def len(a) { }", "'len' is a function of the language"),
        ("def f(a, a) { }", "the parameter 'a' stands here twice"),
        ("def f(a = 1, b) { }", "'b' needs a default, since one before it has one"),
        ("{ def f() { } }", "'def' stands at the top level of a script"),
        ("break", "'break' outside a loop"), ("continue", "'continue' outside a loop"),
        ("return 1", "'return' outside a function"), ("on error { return }", "'return' outside a function"),
        ("retry", "'retry' outside a handler"), ("resume", "'resume' outside a handler"),
        ("use 1", "'use' outside a handler"),
        ("fail", "'fail' without a code passes an error on, and there is none here"),
        ("on exit { fail }", "'fail' without a code passes an error on, and there is none here"),
        ("on error { f() }\ndef f() { resume }", "'resume' outside a handler"),
        ("print a\nparam x", "'param' stands at the top, before other statements"),
        ("if true { param x }", "'param' stands at the top of a script"), ("param x: text", "there is no type 'text'"),
        ("param x: int = 'a'", "the default is a string, not a int"),
        ("param x = len('a')", "a default is a literal: a number, a text, a list …"),
        ("param x\nparam x", "'x' is declared already"),
        ("Need", "Need needs X"), ("Need X=a", "X must be a number"), ("Need X=1 Y=2", "Need has no parameter 'Y'"),
        ("if false { Need X=a }", "X must be a number"), ("ask", "'ask' is for the prompt, not for scripts"),
        ("on error { Need X=a }", "X must be a number"), ("def f() { Need X=a }", "X must be a number"),
    ]

    @Test(arguments: refused) func refusal(_ script: String, _ message: String) {
        guard case .refused(let messages) = run(script).ending else {
            Issue.record("it was not refused")
            return
        }
        #expect(messages.first?.hasPrefix(message) == true || messages.contains(message), "\(messages)")
    }

    @Test func nothingRunsWhereAnythingIsWrong() {
        let outcome = run("print a\nif false { print $nothing }")
        #expect(outcome.lines.isEmpty)
        #expect(outcome.ending == .refused(["'$nothing' is not declared"]))
    }

    @Test func allProblemsAreReportedInOrder() {
        let script = "def f() { print $c }\nprint $a\non error { print $b }\nNeed X=q Y=1"
        #expect(
            run(script).ending
                == .refused([
                    "'$c' is not declared", "'$a' is not declared", "'$b' is not declared", "X must be a number",
                    "Need has no parameter 'Y'",
                ]))
    }

    @Test func unknownOnlyWhenComputed() {
        #expect(run("let v = 'a'\nNeed X=$v").ending == .done)
    }

    static let accepted = [
        "on error as e { print $e.Code }", "let x = 1\non error { print $x }", "def f() { print $x }\nlet x = 1",
        "for i in [] { { break } }", "def f() { for i in [] { return 1 } }",
        "on error { for i in [] { resume } }", "on error { on error { use 1 } }",
        "on exit { on error { retry up to 1 } }", "on exit { on error fail }", "let x = 1\n{ let x = 2 }",
        "def f(x) { let y = $x }\nlet y = 1",
        "on error { if true { retry every 1s } }", "let if_ = 1", "on exit { exit 3 }", "{ let x = 1 }\n{ let x = 2 }",
        "let x = 1\nfor x in [] { let y = $x }",
    ]

    @Test(arguments: accepted) func acceptance(_ script: String) {
        if case .refused(let messages) = run(script).ending { Issue.record("\(messages)") }
    }

    /// Long scripts compile in linear time, and lists are as long as one likes.
    @Test(.timeLimit(.minutes(2))) func longScripts() {
        let lines = String(repeating: "let a = 1 on error resume\n", count: 1)
        #expect(run(lines).ending == .done)
        var many = "let a = 0\n"
        for _ in 0..<50_000 { many += "set a = $a + 1 on error resume\n" }
        #expect(run(many + "print $a").lines == ["50000"])
        let list = (0..<100_000).map(String.init).joined(separator: ",")
        #expect(run("let v = [\(list)]\nprint (len($v))").lines == ["100000"])
        let names = (0..<20_000).map { "let v\($0) = \($0)\n" }.joined()
        #expect(run(names + "print $v19999").lines == ["19999"])
        let deep = String(repeating: "{ ", count: 150) + "print in" + String(repeating: " }", count: 150)
        #expect(run(deep).lines == ["in"])
    }

    @Test(.timeLimit(.minutes(2))) func tooManyNamesAreRefused() {
        let names = (0..<61_000).map { "let v\($0) = \($0)\n" }.joined()
        guard case .refused(let messages) = run(names).ending else {
            Issue.record("it was not refused")
            return
        }
        #expect(messages == ["'main' has too many values at once"])
    }
}
