import Testing

/// `on exit`: when its block runs, and in which order with everything else.
@Suite struct ExitBlockTests {
    static let cases = [
        Case("at the end of a block", "{ on exit { print left }\nprint in }\nprint next", ["in", "left", "next"]),
        Case(
            "last declared first", "on exit { print 1 }\non exit { print 2 }\non exit { print 3 }\nprint in",
            ["in", "3", "2", "1"]),
        Case(
            "only those that were come to",
            "on exit { print 1 }\nif false { on exit { print no } }\nexit 0\non exit { print no }", ["1"], .exit(0)),
        Case("by an error", "on exit { print left }\nFail Code=A.B", ["left"], .error("A.B")),
        Case(
            "by an error in a called function",
            "def f() { on exit { print f }\nFail Code=A.B }\non exit { print main }\nf()", ["f", "main"], .error("A.B")),
        Case("by break", "for i in [1, 2] { on exit { print left $i }\nbreak }\nprint next", ["left 1", "next"]),
        Case(
            "by continue", "for i in [1, 2] { on exit { print left $i }\nif $i == 1 { continue }\nprint $i }",
            ["left 1", "2", "left 2"]),
        Case("by return", "def f() { on exit { print left }\nreturn 5 }\nprint (f())", ["left", "5"]),
        Case(
            "return's value is taken before", "def f() { let n = 1\non exit { set n = 2 }\nreturn $n }\nprint (f())",
            ["1"]),
        Case(
            "by return from within",
            "def f() { on exit { print f }\nfor i in [1] { on exit { print loop }\nreturn 5 } }\nprint (f())",
            ["loop", "f", "5"]),
        Case(
            "by exit",
            "on exit { print main }\ndef f() { on exit { print f }\n{ on exit { print block }\nexit 3 } }\nf()",
            ["block", "f", "main"], .exit(3)),
        Case(
            "by an interrupt", "on exit { print main }\nfor i in [1, 2] { on exit { print loop }\nprint in\nStop }",
            ["in", "loop", "main"], .interrupted),
        Case(
            "by an interrupt in a function",
            "def f() { on exit { print f }\nwhile true { Stop } }\non exit { print main }\nf()", ["f", "main"],
            .interrupted),
        Case(
            "each turn of a loop", "let n = 0\nwhile $n < 2 { on exit { print left $n }\nset n = $n + 1 }",
            ["left 1", "left 2"]),
        Case(
            "inside each other", "on exit { on exit { print inner }\nprint outer }\nprint in", ["in", "outer", "inner"]),
        Case(
            "called functions are left first, then the handler runs, then its blocks are left",
            "{\non exit { print 4 block }\non error { print 3 handler }\n{ on exit { print 5 never }\n}\ndef_()\n}\nprint 6",
            [], .refused(["there is no function 'def_'"])),
        Case(
            "the order of events",
            """
            def f() { on exit { print 1 function }; Fail }
            {
                on exit { print 4 declaring block }
                on error { print 2 handler }
                {
                    on exit { print 3 block inside }
                    f()
                }
                print never
            }
            print 5 next
            """, ["1 function", "2 handler", "3 block inside", "4 declaring block", "5 next"]),
        Case(
            "a handler's own on exit runs at its end, before the blocks that it leaves",
            "{\non exit { print 3 block }\non error { on exit { print 2 handler }\nprint 1 }\nFail\n}",
            ["1", "2 handler", "3 block"]),
        Case(
            "resume leaves functions, not the block",
            "def f() { on exit { print f }\nFail }\non exit { print main }\non error resume\nf()\nprint next",
            ["f", "next", "main"]),
        Case(
            "each repetition leaves anew",
            "def f() { on exit { print left }\nreturn (Fail times=2) }\non error retry every 1s\nprint (f())",
            ["left", "left", "left", "ok"]),
        Case(
            "an error inside goes outward, not to the block that is left",
            "on error { print outer $error.Code }\n{ on error { print no }\non exit { fail 'X.Y' 'x' }\nprint in }",
            ["in", "outer X.Y"]),
        Case(
            "and the other blocks still run",
            "on exit { print main }\n{ on exit { print 1 }\non exit { fail 'X.Y' 'x' }\non exit { print 3 } }",
            ["3", "1", "main"], .error("X.Y")),
        Case(
            "a handler inside takes it", "on exit { on error { print caught }\nFail\nprint never }\nprint in",
            ["in", "caught"]),
        Case(
            "a handler inside resumes", "on exit { on error resume\nFail\nprint after }\nfail 'A' 'a'", ["after"],
            .error("A")),
        Case(
            "a handler behind a statement inside",
            "on exit { Fail on error { print caught $error.Code }\nprint after }", ["caught A.B", "after"]),
        Case(
            "fail in a handler inside passes on",
            "on exit { on error { print caught; fail }\nFail Code=X.Y }\nprint in", ["in", "caught"], .error("X.Y")),
        Case(
            "its error replaces the one that it runs for", "on exit { fail 'X.Y' 'x' }\nFail Code=A.B", [],
            .error("X.Y")),
        Case(
            "its error in a handler's body is not that handler's",
            "on error { on exit { fail 'X.Y' 'x' }\nprint in }\nFail Code=A.B", ["in"], .error("X.Y")),
        Case("its exit replaces the one that it runs for", "on exit { exit 7 }\nexit 3", [], .exit(7)),
        Case("its exit ends an error", "on exit { exit 7 }\nFail", [], .exit(7)),
        Case("loops inside may be left", "on exit { for i in [1, 2] { if $i == 2 { break }\nprint $i } }", ["1"]),
        Case(
            "a loop inside a function inside",
            "def f() { for i in [1] { on exit { print f }\nreturn 1 } }\non exit { print (f()) }", ["f", "1"]),
        Case("break out of it is none", "for i in [1] { on exit { break } }", [], .refused(["'break' outside a loop"])),
        Case(
            "return out of it is none", "def f() { on exit { return 1 } }", [],
            .refused(["'return' inside 'on exit': what runs there is being left already"])),
        Case(
            "retry in it is none, though it stands in a handler", "on error { on exit { retry } }", [],
            .refused(["'retry' outside a handler"])),
        Case(
            "break through a handler leaves its blocks in order",
            "for i in [1] {\non exit { print loop }\non error { on exit { print handler }\nbreak }\n{ on exit { print inner }\nFail }\n}\nprint next",
            ["handler", "inner", "loop", "next"]),
        Case(
            "return through a handler",
            "def f() {\non exit { print f }\non error { on exit { print handler }\nreturn 2 }\n{ on exit { print inner }\nFail }\n}\nprint (f())",
            ["handler", "inner", "f", "2"]),
        Case(
            "exit through a handler",
            "on exit { print main }\non error { on exit { print handler }\nexit 2 }\n{ on exit { print inner }\nFail }",
            ["handler", "inner", "main"], .exit(2)),
        Case(
            "an error through a handler",
            "on exit { print main }\non error { on exit { print handler }\nfail 'X' 'x' }\n{ on exit { print inner }\nFail }",
            ["handler", "inner", "main"], .error("X")),
        Case(
            "a wait in it is not cut short", "on exit { wait 5s; print waited }\nprint in\nStop\nprint never",
            ["in", "waited"], .interrupted),
        Case("names of its block", "{ let n = 1\non exit { print $n }\nset n = 2 }", ["2"]),
        Case("a recursion's own", "def f(n) { on exit { print $n }\nif $n > 0 { f($n - 1) } }\nf(2)", ["0", "1", "2"]),
    ]

    @Test(arguments: cases) func exits(_ test: Case) { test.check() }
}
