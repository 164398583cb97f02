import ScriptSyntax
import Testing

/// Input and the tree that it stands for.
@Suite struct ParserTests {
    static let statements: [(String, String)] = [
        ("", ""), ("\n\n;;\n", ""), ("#!/usr/bin/env vpcsh\n# note\n", ""), ("print a # note", "(run print ~a)"),
        ("print a; print b", "(run print ~a)\n(run print ~b)"),
        ("print a \\\n  b", "(run print ~a ~b)"), ("print a \\\r\n b\r\n", "(run print ~a ~b)"),
        ("\u{FEFF}print a", "(run print ~a)"),
        ("let n = 1", "(let n 1)"), ("let n = DescribeVpcs", "(let n (run DescribeVpcs))"),
        ("set n = $n + 1", "(set n ($n + 1))"), ("set r.a.b = 1", "(set r .a .b 1)"),
        ("set r[0]['x'] = 1", "(set r [0] [\"x\"] 1)"), ("set r.if = 1", "(set r .if 1)"),
        ("param gateway", "(param gateway)"),
        ("param keep: int = 1 \"how many\"", "(param keep int (default 1) \"how many\")"),
        ("param x = -5", "(param x (default -5))"), ("param s: secret 'the key'", "(param s secret \"the key\")"),
        ("if $a { print x }", "(if $a (block (run print ~x)))"),
        (
            "if $a {\n} else if $b {\n} else {\n  exit\n}",
            "(if $a (block) $b (block) (else (block (exit))))"
        ),
        ("while true { break; continue }", "(while true (block (break) (continue)))"),
        ("for x in [1] { }", "(for x (in [1]) (block))"), ("for i, x in $r {}", "(for i x (in $r) (block))"),
        ("for x in (DescribeVpcs) parallel 8 { }", "(for x (in (do (run DescribeVpcs))) (parallel 8) (block))"),
        ("{ print a }", "(block (run print ~a))"), ("return", "(return)"), ("return 1 + 2", "(return (1 + 2))"),
        ("exit 3", "(exit 3)"), ("fail", "(fail)"), ("fail \"A\" 'b'", "(fail \"A\" \"b\")"),
        ("fail $a [0]", "(fail $a [0])"),
        ("wait 5s", "(wait 5000000000ns)"), ("wait $d * 2", "(wait ($d * 2))"),
        (
            "wait until (A X=$id).Status == 'up' every 5s for 10m",
            "(wait-until ((path (do (run A X=$id)) .Status) == \"up\") (every 5000000000ns) (for 600000000000ns))"
        ),
        ("wait until true for 1m every 1s", "(wait-until true (every 1000000000ns) (for 60000000000ns))"),
        ("def f() { }", "(def f () (block))"),
        ("def f(a, b = 2,) { return $a }", "(def f ( (a) (b 2)) (block (return $a)))"),
        ("on exit { print x }", "(on-exit (block (run print ~x)))"),
        ("5 + 1", "(5 + 1)"), ("$x", "$x"), ("f(1)", "(call f 1)"), ("[1, 2][0]", "(path [1 2] [0])"),
        ("({a: 1})", "{\"a\": 1}"), ("not true", "(not true)"), ("null", "null"), ("-5", "-5"),
        ("$x | first 2", "(pipe $x (first ~2))"),
        (
            "A | where B == 'c' and len(D) > 1 | count",
            "(pipe (run A) (where ((@B == \"c\") and ((call len @D) > 1))) (count))"
        ),
        ("A |\n count", "(pipe (run A) (count))"),
        ("A | where (B or C) and X in ['p', y]", "(pipe (run A) (where ((@B or @C) and (@X in [\"p\" @y]))))"),
        (
            "A | where B[len($x)] == 1 | select C D=e.f",
            "(pipe (run A) (where ((path @B [(call len $x)]) == 1)) (select ~C D=~e.f))"
        ),
    ]

    static let arguments: [(String, String)] = [
        ("print", "(run print)"), ("print a  b", "(run print ~a ~b)"),
        ("print a=b --c on", "(run print ~a=b ~--c ~on)"),
        (
            "print a=\"b c\" --d='e' f=(1 + 2) g=[3] h={k: 4} i=",
            "(run print (text \"a=\" \"b c\") (text \"--d=\" \"e\") (text \"f=\" (1 + 2)) (text \"g=\" [3])"
                + " (text \"h=\" {\"k\": 4}) ~i=)"
        ),
        ("warn ? x=?\nprint ?", "(run warn ~? ~x=?)\n(run print ~?)"), ("A X=?", "(run A X=~?)"),
        ("print 007 $", "(run print ~007 ~$)"),
        ("print $x ${x} (5) $x.y[0]['k'][$i]", "(run print $x $x 5 (path $x .y [0] [\"k\"] [$i]))"),
        ("print $x.", "(run print (text $x \".\"))"), ("print a$x.b-c", "(run print (text \"a\" (path $x .b) \"-c\"))"),
        ("print 192.168.$i.0/24", "(run print (text \"192.168.\" $i \".0/24\"))"),
        ("print ${ 1 + 2 }px", "(run print (text (1 + 2) \"px\"))"),
        ("print a#b #c", "(run print ~a#b)"), ("print if else for on exit", "(run print ~if ~else ~for ~on ~exit)"),
        ("print \\x", "(run print ~\\x)"),
        ("print a \\ \nprint b", "(run print ~a ~\\)\n(run print ~b)"),
        ("A X=1", "(run A X=~1)"),
        ("A X=$v Y=[1, 'b'] Z={k: $v}", "(run A X=$v Y=[1 \"b\"] Z={\"k\": $v})"),
        ("print ($x.y) ($x[0])", "(run print (path $x .y) (path $x [0]))"),
        ("A X=(B Y=2)", "(run A X=(do (run B Y=~2)))"), ("A X=(1 + 2)", "(run A X=(1 + 2))"),
        ("A --X v --Y=w", "(run A X=~v Y=~w)"), ("A --X $v", "(run A X=$v)"),
        ("A --client-token t", "(run A client-token=~t)"),
        ("aliyun vpc A --X v", "(run A X=~v)"), ("aliyun VPC A", "(run A)"),
        ("A Tag.1.Key=env", "(run A Tag.1.Key=~env)"), ("A X=''", "(run A X=\"\")"), ("A X==y", "(run A X=~=y)"),
        ("A X=a,b", "(run A X=~a,b)"), ("A X=\"$v\"", "(run A X=(text $v))"),
        ("let a = (A X=1\n  Y=2\n)", "(let a (do (run A X=~1 Y=~2)))"),
        ("let a = [\n1,\n2,\n]", "(let a [1 2])"),
        ("let a = {\n  b: 1,\n  \"c d\": 2,\n}", "(let a {\"b\": 1 \"c d\": 2})"),
    ]

    static let texts: [(String, String)] = [
        ("'a\\n$x'", "\"a\\\\n$x\""), ("\"a\\tb\"", "\"a\tb\""), ("\"\\u{1F512}\\$\\\"\\\\\"", "\"🔒$\\\"\\\\\""),
        ("\"$c.Name.\"", "(text (path $c .Name) \".\")"), ("\"$x[0][-1]\"", "(text (path $x [0] [-1]))"),
        ("\"$x[a]\"", "(text $x \"[a]\")"), ("\"$x['a b']\"", "(text (path $x [\"a b\"]))"),
        ("\"$x[$i]!\"", "(text (path $x [$i]) \"!\")"), ("\"${x.y}z\"", "(text (path $x .y) \"z\")"),
        ("\"${error.Code}\"", "(text (path $error .Code))"), ("\"$error.Code\"", "(text (path $error .Code))"),
        ("\"${len($x) + 1}\"", "(text ((call len $x) + 1))"), ("\"${\"in ${x}\"}\"", "(text (text \"in \" $x))"),
        ("\"${x.y?}\"", "(text (path $x .y?))"), ("\"${(A X=1).y}\"", "(text (path (do (run A X=~1)) .y))"),
        ("\"$5 $ $\"", "\"$5 $ $\""), ("\"\"", "\"\""), ("\"\"\"a\"\"\"", "\"a\""),
        ("\"\"\"\n  a\n   b $x\n  \"\"\"", "(text \"a\\n b \" $x)"), ("\"\"\"\n\"\"\"", "\"\""),
        ("\"\"\"\n  say \"hi\"\n  \"\"\"", "\"say \\\"hi\\\"\""), ("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"", "\"a\\nb\""),
        ("\"${true}\"", "(text true)"),
    ]

    static let expressions: [(String, String)] = [
        ("1 + 2 * 3 - 4", "(1 + (2 * 3) - 4)"), ("(1 + 2) * 3", "((1 + 2) * 3)"), ("1 - -2", "(1 - -2)"),
        ("1 -2", "(1 - 2)"),
        ("not $a == $b and $c or $d ?? $e", "((((not ($a == $b)) and $c) or $d) ?? $e)"),
        ("not not $a", "(not (not $a))"), ("-$x.y", "(neg (path $x .y))"), ("- 5", "(neg 5)"), ("-(5)", "(neg 5)"),
        ("--5", "(neg -5)"), ("-2.5", "-2.5"), ("-5s", "-5000000000ns"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775807", "9223372036854775807"), ("0x1f", "31"), ("1_000_000", "1000000"), ("1e6", "1000000.0"),
        ("2.5e-1", "0.25"), ("250ms", "250000000ns"), ("1h30m", "5400000000000ns"), ("0.5s", "500000000ns"),
        ("1d", "86400000000000ns"), ("$a in [1]", "($a in [1])"), ("$a matches 'x*'", "($a matches \"x*\")"),
        ("7 // 2 % 3 / 1", "(7 // 2 % 3 / 1)"), ("$a.b?.c?[0]?", "(path $a .b? .c? [0]?)"),
        ("f(g(1), [2],)", "(call f (call g 1) [2])"), ("$a +\n 1", "($a + 1)"), ("$a and\n\n $b", "($a and $b)"),
        ("{if: 1, 'x y': [2]}", "{\"if\": 1 \"x y\": [2]}"), ("{}", "{}"), ("[]", "[]"), ("($a)", "$a"),
        ("(DescribeVpcs)", "(do (run DescribeVpcs))"),
        ("(A).x", "(path (do (run A)) .x)"), ("'a' + \"b\"", "(\"a\" + \"b\")"), ("null ?? 1", "(null ?? 1)"),
    ]

    static let handlers: [(String, String)] = [
        ("on error resume", "(on-error (resume))"),
        ("on error A.B *.C, D? as e { }", "(on-error A.B *.C D? (as e) (block))"),
        ("on error A retry", "(on-error A (retry))"),
        (
            "on error retry up to 3 backoff 1s..30s for 10m",
            "(on-error (retry (up-to 3) (backoff 1000000000ns 30000000000ns) (for 600000000000ns)))"
        ),
        ("on error retry for 1m every 2s", "(on-error (retry (every 2000000000ns) (for 60000000000ns)))"),
        ("on error use $x + 1", "(on-error (use ($x + 1)))"), ("on error [A-C]* fail", "(on-error [A-C]* (fail))"),
        ("on error fail 'A' \"b $x\"", "(on-error (fail \"A\" (text \"b \" $x)))"),
        ("A X=1 on error *.NotFound resume", "(handled (run A X=~1) (on-error *.NotFound (resume)))"),
        ("let x = A on error use null", "(handled (let x (run A)) (on-error (use null)))"),
        (
            "set x = f() on error { print $error.Code }",
            "(handled (set x (call f)) (on-error (block (run print (path $error .Code)))))"
        ),
        ("A | count on error use 0", "(handled (pipe (run A) (count)) (on-error (use 0)))"),
        ("$x.y on error resume", "(handled (path $x .y) (on-error (resume)))"),
        ("print on error resume", "(handled (run print) (on-error (resume)))"),
        ("print on errors", "(run print ~on ~errors)"),
        ("print on 'error'", "(run print ~on \"error\")"),
        ("print a on error{ }", "(handled (run print ~a) (on-error (block)))"),
        (
            "on error { retry up to 1; resume; use 2; fail }",
            "(on-error (block (retry (up-to 1)) (resume) (use 2) (fail)))"
        ),
    ]

    @Test(arguments: statements + arguments + handlers) func statement(_ input: String, _ tree: String) {
        #expect(Parsed(input) == .tree(tree))
    }

    @Test(arguments: texts + expressions) func expression(_ input: String, _ tree: String) {
        #expect(Parsed("let v = \(input)") == .tree("(let v \(tree))"))
    }

    /// What has been printed parses to the same tree, and prints the same again.
    static let printed: [String] =
        (statements + arguments + handlers).map(\.0) + (texts + expressions).map { "let v = " + $0.0 }

    @Test(arguments: printed) func printing(_ input: String) throws {
        let tree = try #require(script(input))
        let printed = Printer.text(tree)
        let again = try #require(script(printed), "\(printed)")
        #expect(TreeText.text(again) == TreeText.text(tree))
        #expect(Printer.text(again) == printed)
    }

    /// LF, CR LF and a lone CR end a line, in the source and in a text of several lines.
    @Test(arguments: printed, ["\r", "\r\n"]) func lineEnds(_ input: String, _ end: String) throws {
        // What stands between '…' keeps its line ends.
        if input.contains("\r") || input.contains("'") { return }
        let tree = try #require(script(input + "\nprint last # a\nprint end"))
        let other = (input + "\nprint last # a\nprint end").split(separator: "\n", omittingEmptySubsequences: false)
        let again = try #require(script(other.joined(separator: end)), "\(input)")
        #expect(TreeText.text(again) == TreeText.text(tree))
    }

    @Test func printedForm() throws {
        let input = """
            param a:int=1 "x"
            def f(a,b=2){return $a+(1+2)*3}
            for i,x in [1,2]{if $x==1{print "a${x}b" 'it'}else if not($x>2){continue}else{}}
            let r={a:1,"b c":-$x.y} on error A,B as e retry up to 3 for 1m
            on error{on exit{print (1+2) X}}
            """
        let tree = try #require(script(input))
        #expect(
            Printer.text(tree) == """
                param a: int = 1 'x'
                def f(a, b = 2) {
                    return $a + (1 + 2) * 3
                }
                for i, x in [1, 2] {
                    if $x == 1 {
                        print "a${x}b" 'it'
                    } else if not $x > 2 {
                        continue
                    } else {}
                }
                let r = {a: 1, 'b c': -$x.y} on error A B as e retry up to 3 for 1m
                on error {
                    on exit {
                        print (1 + 2) X
                    }
                }

                """)
    }
}
