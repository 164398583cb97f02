import DataValue
import ScriptRuntime
import Testing

/// Statements other than the handling of errors.
@Suite struct StatementTests {
    static let variables = [
        Case("let and set", "let a = 1\nset a = $a + 1\nprint $a", ["2"]),
        Case("an inner let hides the outer", "let a = 1\n{ let a = 2\nprint $a }\nprint $a", ["2", "1"]),
        Case("an inner let reads the outer", "let a = 1\n{ let a = $a + 1\nprint $a }", ["2"]),
        Case("set reaches the outer", "let a = 1\n{ set a = 2 }\nprint $a", ["2"]),
        Case(
            "a field is added", "let r = {a: 1}\nset r.b = 2\nset r['c d'] = 3\nset r.a = 0\nprint $r",
            [#"{"a":0,"b":2,"c d":3}"#]),
        Case(
            "paths in set", "let r = {a: [{b: 1}]}\nset r.a[0].b = 2\nset r.a[-1].c = 3\nprint $r",
            [#"{"a":[{"b":2,"c":3}]}"#]),
        Case("a missing index", "let xs = [1]\nset xs[1] = 2", [], .error("Script.Index")),
        Case("a missing field on the way", "let r = {}\nset r.a.b = 2", [], .error("Script.Field")),
        Case("a path into nothing", "let r = 5\nset r.a = 2", [], .error("Script.Type")),
        Case("a failed set changes nothing", "let xs = [1, 2]\nset xs[5] = 9 on error resume\nprint $xs", ["[1,2]"]),
        Case(
            "a failed deep set changes nothing",
            "let r = {a: [1]}\nset r.a[3] = 9 on error resume\nset r.b.c = 1 on error resume\nprint $r", [#"{"a":[1]}"#]
        ),
        Case(
            "copies are values", "let a = [1, [2]]\nlet b = $a\nset b[1][0] = 9\nset b = $b + [3]\nprint $a $b",
            ["[1,[2]] [1,[9],3]"]),
        Case(
            "arguments are values", "def f(xs) { set xs[0] = 9\nreturn $xs }\nlet a = [1]\nprint (f($a)) $a",
            ["[9] [1]"]),
        Case(
            "a loop runs through what was there",
            "let xs = [1, 2]\nfor x in $xs { set xs = $xs + [$x]\nset xs[0] = 7 }\nprint $xs", ["[7,2,1,2]"]),
        Case(
            "functions change top-level names",
            "let n = 0\nlet xs = []\nlet r = {}\ndef f(x) { set n = $n + 1\nset xs = $xs + [$x]\nset r.a = $x\nset xs[0] = 5 }\nf(1)\nf(2)\nprint $n $xs $r",
            [#"2 [5,2] {"a":2}"#]),
        Case(
            "a failed set of a top-level name in a function",
            "let xs = [1]\ndef f() { set xs[5] = 9 }\nf() on error resume\nprint $xs", ["[1]"]),
        Case(
            "a failed addition to a top-level name",
            "let xs = [1]\ndef f() { set xs = $xs + 1 on error use [7] }\nf()\nprint $xs", ["[7]"]),
        Case(
            "addition with a call in it",
            "let s = 'a'\ndef g() { set s = 'b'\nreturn 'c' }\ndef f() { set s = $s + g() }\nf()\nprint $s", ["ac"]),
        Case(
            "a top-level name in a function before its let", "def f() { return $n }\nf()\nlet n = 1", [],
            .error("Script.Value")),
        Case("setting it before its let", "def f() { set n = 2 }\nf()\nlet n = 1", [], .error("Script.Value")),
        Case("adding to it before its let", "def f() { set n = $n + 2 }\nf()\nlet n = 1", [], .error("Script.Value")),
        Case("functions above their definition", "print (f(1))\ndef f(a, b = $a + 1) { return [$a, $b] }", ["[1,2]"]),
        Case("a function without return", "def f() { }\nprint (f())", ["null"]),
        Case(
            "mutual recursion",
            "def even(n) { if $n == 0 { return true }\nreturn odd($n - 1) }\ndef odd(n) { if $n == 0 { return false }\nreturn even($n - 1) }\nprint (even(100))",
            ["true"]),
    ]

    static let control = [
        Case(
            "if, else if, else",
            "for i in [1, 2, 3] { if $i == 1 { print one } else if $i == 2 { print two } else { print many } }",
            ["one", "two", "many"]),
        Case(
            "while with break and continue",
            "let i = 0\nwhile true { set i = $i + 1\nif $i == 2 { continue }\nif $i > 3 { break }\nprint $i }",
            ["1", "3"]),
        Case("for through a list with index", "for i, x in ['a', 'b'] { print $i $x }", ["0 a", "1 b"]),
        Case("for through a record's values", "for x in {a: 1, b: 2} { print $x }", ["1", "2"]),
        Case("for through a record with keys", "for k, x in {a: 1, b: 2} { print $k $x }", ["a 1", "b 2"]),
        Case("for through a command's list", "for x in (Give value=[3]) { print $x }", ["3"]),
        Case("for through nothing", "for x in [] { print no }"),
        Case("for through what is no list", "for x in 5 { }", [], .error("Script.Type")),
        Case(
            "nested loops", "for i in [1, 2] { for j in [1, 2] { if $j == 2 { break }\nprint $i $j } }", ["1 1", "2 1"]),
        Case("a condition is a boolean", "if 1 { }", [], .error("Script.Type")),
        Case("null is no condition", "while null { }", [], .error("Script.Type")),
        Case("and needs booleans", "let a = true and 1", [], .error("Script.Type")),
        Case("or stops at true", "print (true or 1 // 0 == 1)", ["true"]),
        Case("and stops at false", "print (false and 1 // 0 == 1)", ["false"]),
        Case("?? stops at a value", "print (0 ?? 1 // 0) (null ?? 2) (false ?? 3)", ["0 2 false"]),
        Case("exit's status", "exit 255", [], .exit(255)),
        Case("exit without one", "exit", [], .exit(0)),
        Case("exit with too much", "exit 256", [], .error("Script.Value")),
        Case("exit below", "exit -1", [], .error("Script.Value")),
        Case("exit with text", "exit 'a'", [], .error("Script.Type")),
        Case(
            "what nothing consumes is displayed", "5\n'text'\nnull\n[1]\nGive value=(1.5)\nGive",
            ["= 5", "= text", "= [1]", "= 1.5"]),
        Case(
            "print's forms", "print a 1 (1) 1.0 (2.0) (1m30s) (90s) (true) (null) [1, 'a'] {k: 1} '' \"x\"",
            [#"a 1 1 1.0 2.0 1m30s 1m30s true null [1,"a"] {"k":1}  x"#]),
        Case("print of text that looks like options", "print --a b=c on 007", ["--a b=c on 007"]),
        Case(
            "bare paths keep their type",
            "let r = {n: 1}\nlet v = Give value=$r.n\nprint ($v + 1) (type((Give value=1)))", ["2 string"]),
        Case("fail's message is text", "on error { print $error.Message }\nfail 'A' [1]", ["[1]"]),
        Case("fail's code is a string", "fail 5 'x'", [], .error("Script.Type")),
        Case("endless recursion", "def f() { return f() }\nf()", [], .error("Script.Depth")),
        Case(
            "endless recursion can be handled",
            "def f(n) { return f($n + 1) + 1 }\nlet v = f(0) on error Script.Depth use 7\nprint $v", ["7"]),
        Case(
            "recursion of some depth", "def f(n) { if $n == 0 { return 0 }\nreturn f($n - 1) + 1 }\nprint (f(5000))",
            ["5000"]),
    ]

    static let waiting = [
        Case("wait's span", "wait 5\nprint no", [], .error("Script.Type")),
        Case("a negative span", "wait -5s", [], .error("Script.Type")),
        Case("wait until true", "wait until true\nprint next", ["next"]),
        Case("until it is", "wait until (Count) == 3 every 1s\nprint (Count)", ["4"]),
        Case("past its time", "wait until false every 1s for 3s", [], .error("Client.WaitTimeout")),
        Case(
            "the time-out can be handled", "wait until false every 1s for 3s on error resume\nprint on", ["on"], .done),
        Case(
            "by a handler of the block",
            "on error Client.WaitTimeout resume\nwait until false every 1s for 3s\nprint next", ["next"]),
        Case("its condition is a boolean", "wait until 1", [], .error("Script.Type")),
        Case(
            "its condition counts alone",
            "on error A.B retry every 1s\nwait until (Fail Code=A.B times=2 value=(true))\nprint next", ["next"]),
        Case("resume behind its condition", "on error resume\nwait until (Fail)\nprint next", ["next"]),
        Case("use in place of its condition", "on error use true\nwait until (Fail)\nprint next", ["next"]),
        Case(
            "retry of its time-out begins anew",
            "let n = 0\non error Client.WaitTimeout { print late; retry up to 1 every 1s }\n{ on error fail\nwait until false every 2s for 4s }",
            ["late", "late"], .error("Client.WaitTimeout")),
    ]

    @Test(arguments: variables) func variable(_ test: Case) { test.check() }
    @Test(arguments: control) func flow(_ test: Case) { test.check() }
    @Test(arguments: waiting) func wait(_ test: Case) { test.check() }

    @Test func spacingOfWaitUntil() {
        #expect(run("wait until false every 4s for 10s").sleeps == [seconds(4), seconds(4), seconds(2)])
        let standard = run("wait until false").sleeps
        #expect(
            standard.prefix(6) == [seconds(2), seconds(3), seconds(4.5), seconds(6.75), seconds(10.125), seconds(15)])
        #expect(standard.reduce(0, +) == seconds(600))
        #expect(standard.allSatisfy { $0 <= seconds(15) })
        #expect(run("wait until (Count) == 2 for 1s").sleeps == [seconds(1)])
        #expect(run("wait 1m30s\nwait 0s").sleeps == [seconds(90)])
    }

    /// A retried condition does not begin the wait anew.
    @Test func waitKeepsItsTime() {
        let script = """
            on error A.B retry every 3s
            wait until (Fail Code=A.B times=2) == 5 every 1s for 8s
            """
        let outcome = run(script)
        #expect(outcome.ending == .error("Client.WaitTimeout"))
        #expect(outcome.sleeps == [seconds(3), seconds(3), seconds(1), seconds(1)])
    }

    @Test func interruptedWait() {
        let outcome = run("on exit { print left }\nwait 1h\nprint never", host: TestHost { $0.interruptedSleep = 0 })
        #expect(outcome.ending == .interrupted)
        #expect(outcome.lines == ["left"])
    }

    @Test func interruptStopsLoopsAndCalls() {
        #expect(run("Stop\nwhile true { }").ending == .interrupted)
        #expect(run("def f() { }\nStop\nf()").ending == .interrupted)
        #expect(run("Stop\nwait until false").ending == .interrupted)
    }

    @Test func parametersOfAScript() {
        let script =
            "param a\nparam n: int = 5 'how many'\nparam d: duration = 5s\nparam f: float = 1\nprint $a ($n + 1) $d $f"
        #expect(run(script, parameters: ["a": "x", "n": 6]).lines == ["x 7 5s 1.0"])
    }
}
