import Testing

/// `on error`: which handler takes an error, and what follows.
@Suite struct HandlerTests {
    static let searching = [
        Case(
            "a handler covers the rest of its block",
            "on error A.B { print caught $error.Code }\nFail Code=A.B\nprint never", ["caught A.B"]),
        Case("not what stands before it", "Fail Code=A.B\non error { print no }", [], .error("A.B")),
        Case("not what stands behind its block", "{ on error { print no } }\nFail Code=A.B", [], .error("A.B")),
        Case(
            "the innermost block is asked first",
            "on error { print outer }\n{ on error { print inner }\nFail\nprint never }\nprint next", ["inner", "next"]),
        Case(
            "within a block the first that fits, in their order",
            "on error A.C { print no }\non error A.* { print first }\non error A.B { print second }\nFail Code=A.B",
            ["first"]),
        Case("patterns are globs over the whole code", "{ on error A { print no }\nFail Code=A.B }", [], .error("A.B")),
        Case("patterns are case-sensitive", "on error a.b { print no }\nFail Code=A.B", [], .error("A.B")),
        Case(
            "patterns look at nothing but the code", "on error *boom* { print no }\nFail Code=A.B message='boom'", [],
            .error("A.B")),
        Case("several patterns", "on error X.Y, A.? *.Z { print yes }\nFail Code=A.B", ["yes"]),
        Case("a class in a pattern", "on error [X-Z].B [A-C].[!C] { print yes }\nFail Code=A.B", ["yes"]),
        Case(
            "everything called from there is covered",
            "def f() { g() }\ndef g() { Fail Code=A.B }\non error A.B { print caught }\nf()", ["caught"]),
        Case(
            "an error inside a handler goes to earlier siblings",
            "on error X.Y { print earlier $error.Code }\non error A.B { fail 'X.Y' 'new' }\nFail Code=A.B",
            ["earlier X.Y"]),
        Case(
            "then outward, not to later siblings or itself",
            "on error { print outer $error.Code }\n{\non error A.B { fail 'X.Y' 'new' }\non error X.* { print no }\nFail Code=A.B\n}\nprint end",
            ["outer X.Y"]),
        Case(
            "an error in its own handler is not its own", "on error { Fail Code=X.Y }\nFail Code=A.B", [], .error("X.Y")
        ),
        Case(
            "passing on goes to earlier siblings, then outward",
            "on error { print outer }\n{\non error *.C { print no }\non error A.* { print earlier; fail }\non error *.B { print later; fail }\nFail Code=A.B\n}",
            ["earlier", "outer"]),
        Case(
            "off while it runs, on again afterwards",
            "for i in [1, 2] {\non error A.B { print caught $i }\nFail Code=A.B\n}", ["caught 1", "caught 2"]),
        Case(
            "handlers inside handlers",
            "on error A.B {\non error X.Y { print inner }\nFail Code=X.Y\nprint never\n}\nFail Code=A.B\nprint never",
            ["inner"]),
        Case(
            "resume inside a handler goes on in it",
            "on error A.B {\non error X.Y resume\nFail Code=X.Y\nprint after\n}\nFail Code=A.B\nprint never", ["after"]),
        Case(
            "an earlier sibling acts on the statement in the handler",
            "on error X.Y resume\non error A.B { Fail Code=X.Y; print after }\nFail Code=A.B\nprint never", ["after"]),
        Case(
            "behind a statement before around it",
            "on error { print around }\nFail Code=A.B on error A.B { print behind }\nprint next", ["behind", "next"]),
        Case(
            "behind a statement, only if it fits",
            "on error { print around }\nFail Code=A.B on error X.Y resume\nprint never", ["around"]),
        Case(
            "each recursion has handlers of its own",
            "def f(n) {\non error A.B { print caught $n; return $n }\nif $n == 0 { Fail Code=A.B }\nlet v = f($n - 1)\nprint back $n\nreturn $v\n}\nf(2)",
            ["caught 0", "back 1", "back 2", "= 0"]),
        Case(
            "a handler in a function ends at its return",
            "def f() { on error resume\nreturn 1 }\nlet v = f()\nFail Code=A.B", [], .error("A.B")),
        Case("the name for the error", "on error A.B as e { print $e.Code $e.Line }\n\nFail Code=A.B", ["A.B 3"]),
        Case(
            "a new error in a handler is for a handler inside first",
            "on error A.B {\non error X.Y as e { print inner $e.Cause.Code }\nfail 'X.Y' 'x'\nprint never\n}\nFail Code=A.B\nprint never",
            ["inner A.B"]),
        Case(
            "a new code for an error leaves it the same failed statement",
            "on error X.Y retry up to 1 every 1s\non error A.B fail 'X.Y' 'x'\nlet v = Fail Code=A.B times=1\nprint $v",
            ["ok"]),
        Case(
            "a handler on exit's error",
            "on error { print outer }\n{ on exit { Fail Code=A.B }\nprint in }\nprint never", ["in", "outer"]),
    ]

    static let actions = [
        Case("resume goes on with the next statement", "on error resume\nFail\nprint next", ["next"]),
        Case("a let without a value binds null", "let a = Fail on error resume\nprint $a", ["null"]),
        Case("in a block too", "{ let a = Fail on error resume\nprint $a }", ["null"]),
        Case("a set keeps its value", "let a = 1\nset a = (Fail) on error resume\nprint $a", ["1"]),
        Case("use binds let and set", "let a = Fail on error use 5\nset a = Fail on error use $a + 1\nprint $a", ["6"]),
        Case(
            "use is displayed by a bare statement", "Fail on error use [1]\n1 // 0 on error use 'x'", ["= [1]", "= x"]),
        Case("use null displays nothing", "Fail on error use null\nprint end", ["end"]),
        Case("a bare result is not displayed after resume", "Fail on error resume\nprint end", ["end"]),
        Case(
            "use for a function's failure is the call's",
            "def f() { Fail; return 1 }\non error use 7\nlet v = f() + 1\nprint $v", ["7"]),
        Case(
            "resume for a function's failure leaves the call",
            "def f() { Fail; print never }\non error resume\nf()\nprint next", ["next"]),
        Case(
            "fail keeps the cause", "on error A.B { fail 'X.Y' \"new: $error.Code\" }\nFail Code=A.B", [], .error("X.Y")
        ),
        Case(
            "the cause can be read",
            "on error { print $error.Code $error.Cause.Code $error.Cause.Cause }\n{\non error A.B fail 'X.Y' 'new'\nFail Code=A.B\n}",
            ["X.Y A.B null"]),
        Case("fail alone passes on", "on error fail\nFail Code=A.B", [], .error("A.B")),
        Case("fail anywhere", "fail 'My.Code' \"message\"", [], .error("My.Code")),
        Case(
            "a block that runs to its end leaves the declaring block",
            "{\non error { print handled }\n{ { Fail\nprint never } }\nprint never\n}\nprint next", ["handled", "next"]),
        Case(
            "a loop goes on with its next item",
            "for i in [1, 2, 3] {\non error { print caught $i }\nif $i == 2 { Fail }\nprint $i\n}",
            ["1", "caught 2", "3"]),
        Case(
            "a while loop too",
            "let i = 0\nwhile $i < 3 {\nset i = $i + 1\non error { print caught $i }\nif $i == 2 { Fail }\nprint $i\n}",
            ["1", "caught 2", "3"]),
        Case(
            "a function returns null", "def f() { on error { print handled }\nFail\nreturn 1 }\nprint (f())",
            ["handled", "null"]),
        Case("a script ends with status 0", "on error { print handled }\nFail\nprint never", ["handled"]),
        Case(
            "behind a statement only that is left", "let a = Fail on error { print handled }\nprint $a next",
            ["handled", "null next"]),
        Case(
            "a branch's block", "if true { on error { print handled }\nFail\nprint never }\nprint next",
            ["handled", "next"]),
        Case(
            "the block may end in any action",
            "for a in ['retry', 'resume', 'use', 'fail', 'end'] {\non error Z { print outer }\non error A.B {\nif $a == 'retry' { retry up to 1 every 1s }\nif $a == 'resume' { { resume } }\nif $a == 'use' { use 5 }\nif $a == 'fail' { fail 'Z' 'z' }\nprint block\n}\nlet v = Fail Code=A.B times=1 id=$a\nprint $a $v\n}",
            ["retry ok", "resume null", "use 5", "outer", "block"]),
        Case("break in a handler", "for i in [1, 2] {\non error { break }\nFail\n}\nprint next", ["next"]),
        Case(
            "continue in a handler", "for i in [1, 2] {\non error { print $i; continue }\nFail\n}\nprint next",
            ["1", "2", "next"]),
        Case(
            "break in a handler around a loop inside",
            "for i in [1, 2] {\non error { break }\nfor j in [1, 2] { print $i $j; Fail }\n}\nprint next",
            ["1 1", "next"]),
        Case(
            "return in a handler", "def f() { on error { return 7 }\nfor i in [1] { Fail }\nreturn 1 }\nprint (f())",
            ["7"]),
        Case("exit in a handler", "on error { exit 9 }\nFail", [], .exit(9)),
        Case(
            "a handler behind a statement in a function",
            "def f() { Fail on error { return 3 }\nreturn 4 }\nprint (f())", ["3"]),
        Case(
            "a condition counts alone: resume goes behind its statement",
            "on error resume\nif Fail() == 1 { print no }\nprint next", [], .refused(["there is no function 'Fail'"])),
        Case(
            "use in place of a condition", "on error use true\nif (Fail) { print yes }\nif (Fail) == 1 { print yes }",
            ["yes", "yes"]),
        Case(
            "resume behind a condition",
            "on error resume\nif (Fail) { print no } else { print no }\nwhile (Fail) { print no }\nprint next", ["next"]
        ),
        Case("use in place of a source", "on error use [7]\nfor x in (Fail) { print $x }", ["7"]),
        Case("resume behind a source", "on error resume\nfor x in (Fail) { print $x }\nprint next", ["next"]),
        Case(
            "a value that is no condition does not loop",
            "on error Script.Type { print type }\n{ on error A.B use 5\nif (Fail Code=A.B) { print no } }", ["type"]),
        Case(
            "a value that is no list does not loop", "on error A.B use 5\nfor x in (Fail Code=A.B) { print no }", [],
            .error("Script.Type")),
        Case(
            "a handler of everything does not loop on its own value", "on error use 5\nif 3 { print no }", [],
            .error("Script.Type")),
        Case(
            "a value cannot be bound where the place is missing", "let xs = []\nset xs[9] = 1 on error use 5", [],
            .error("Script.Index")),
        Case("use that fails", "let v = Fail Code=A.B on error use 1 // 0", [], .error("Script.DivideByZero")),
        Case(
            "use that fails inside a handler around",
            "on error resume\nlet v = Fail Code=A.B on error use 1 // 0\nprint $v", ["null"]),
        Case(
            "retry limits that fail",
            "on error Script.Type resume\nFail Code=A.B on error A.B retry up to 'x'\nprint next", ["next"]),
        Case("nothing catches break", "on error { print no }\nfor i in [1] { on error { print no }\nbreak }", []),
        Case("nothing catches exit", "on error { print no }\nexit 4", [], .exit(4)),
        Case("nothing catches an interrupt", "on error { print no }\nStop\nprint never", [], .interrupted),
    ]

    @Test(arguments: searching) func search(_ test: Case) { test.check() }
    @Test(arguments: actions) func action(_ test: Case) { test.check() }

    @Test func errorRecord() {
        let script = """
            on error { print $error.Code $error.Message $error.HttpStatus $error.RequestId $error.Action $error.Line $error.Attempts $error.Ambiguous $error.Cause }

            Refuse Code=Q.R
            """
        #expect(run(script).lines == ["Q.R refused 400 R-1 Refuse 3 1 true null"])
        let own = "on error { print (json($error)) }\nfail 'A' 'b'"
        #expect(
            run(own).lines == [
                #"{"Code":"A","Message":"b","HttpStatus":null,"RequestId":null,"Action":null,"Line":2,"Attempts":1,"Ambiguous":false,"Cause":null}"#
            ])
    }

    @Test func uncaughtErrorsSayWhere() {
        let outcome = run("def f() {\n    g()\n}\ndef g() {\n    1 // 0\n}\nf()")
        #expect(outcome.ending == .error("Script.DivideByZero"))
        #expect(outcome.line == 5)
        #expect(outcome.uncaught?.calls.map(\.function) == ["g", "f"])
    }

    @Test func unreachableHandlersAreWarnedAbout() {
        func warnings(_ text: String) -> Int { run(text).warnings.count }
        #expect(warnings("on error resume\non error A.B resume") == 1)
        #expect(warnings("on error A.* resume\non error A.B resume") == 1)
        #expect(warnings("on error A.* *.Z resume\non error A.B Q.Z fail") == 1)
        #expect(warnings("on error A.* resume\non error A.B Q.C fail") == 0)
        #expect(warnings("on error A.B resume\non error A.* resume") == 0)
        #expect(warnings("on error A.B resume\n{ on error A.B resume }") == 0)
        #expect(warnings("on error *.B resume\non error A.B resume\non error *.B fail") == 2)
        #expect(warnings("on error A.B resume\non error resume") == 0)
    }
}
