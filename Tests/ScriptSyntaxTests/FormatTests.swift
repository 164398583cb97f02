import ScriptSyntax
import Testing

/// What `vpcsh fmt` makes of a text.
@Suite struct FormatTests {
    private func formatted(_ text: String) -> String {
        switch ScriptFormatter.format(SourceText(name: "t.vpcsh", text: text)) {
        case .formatted(let text): text
        case .invalid(let diagnostics): "invalid: " + diagnostics.map(\.message).joined(separator: ", ")
        case .refused: "refused"
        }
    }

    static let snapshots: [(String, String)] = [
        ("", ""), ("\n\n \n", ""), ("# a\n\n\n# b   \n", "# a\n\n# b\n"),
        ("#!/usr/bin/env vpcsh\n\n\n\nprint   a\n\n\n\nprint b", "#!/usr/bin/env vpcsh\n\nprint a\n\nprint b\n"),
        ("\u{FEFF}print a\r\nprint b\r\n", "print a\nprint b\n"), ("print a;print b ;", "print a\nprint b\n"),
        // What tokens look like is the author's.
        (
            "let x=0x1f+1_000*1h30m-'it'+\"a\\u{41}\"",
            "let x = 0x1f + 1_000 * 1h30m - 'it' + \"a\\u{41}\"\n"
        ),
        ("print 007   a=b --x  '  ' \"$x . ${ 1+2 }\"", "print 007 a=b --x '  ' \"$x . ${ 1+2 }\"\n"),
        ("A --X   v --Y=w Z=[1,2]", "A --X v --Y=w Z=[1, 2]\n"),
        ("aliyun   vpc  A --X v", "aliyun vpc A --X v\n"), ("let x = - 5+ - 2.5 --3s", "let x = - 5 + -2.5 - -3s\n"),
        ("let x=((1+2)) *-(3)", "let x = ((1 + 2)) * -(3)\n"),
        ("let x=$a . b", "invalid: expected the end of the statement, but found '.'"),
        ("set r . a=1", "invalid: expected '=' behind 'r', but found '.'"),
        ("set r.a[ 0 ]['k']=not  $x.y?[ $i ]?", "set r.a[0]['k'] = not $x.y?[$i]?\n"),
        (
            "for i ,x in[1]parallel 2{print $i}", "for i, x in [1] parallel 2 { print $i }\n"
        ),
        ("def f( a,b=2 , ){return}", "def f(a, b = 2) { return }\n"),
        ("let r={a:1 , 'b c' :2,}", "let r = {a: 1, 'b c': 2}\n"),
        ("wait   5s\nwait until $x for 1m   every 1s", "wait 5s\nwait until $x for 1m every 1s\n"),
        (
            "on  error A ,B, as e{}\non error\tretry up  to 3 backoff 1s .. 2s",
            "on error A, B as e {}\non error retry up to 3 backoff 1s..2s\n"
        ),
        // Bare text that ends in a '\\' must not take in the next line.
        ("print a\\ \nprint b", "print a\\ \nprint b\n"),
        // Blocks: in one line where the author had them so.
        ("if $a{print 1;print 2}else{}", "if $a { print 1; print 2 } else {}\n"),
        (
            "if $a{\nprint 1\n}else if $b{print 2}",
            "if $a {\n    print 1\n} else if $b {\n    print 2\n}\n"
        ),
        ("on exit{ # why\n\n\nprint x # x\n\n# end\n\n}", "on exit {  # why\n    print x  # x\n\n    # end\n}\n"),
        ("{\n}", "{}\n"),
        // Lines that the author ended stay ended, others are indented.
        (
            "let x = [\n1,2,\n  3]\nlet y = f(1,\n2)",
            "let x = [\n    1, 2,\n    3,\n]\nlet y = f(1,\n    2)\n"
        ),
        ("let x = 1 +\n2", "let x = 1 +\n    2\n"), ("A X=1 \\\n   Y=2", "A X=1 \\\n    Y=2\n"),
        ("let a = (A X=1\nY=2\n)", "let a = (A X=1\n    Y=2\n)\n"),
        ("A |\n\n\n where x\n   | count", "invalid: expected a value, but found '|'"),
        ("A |\n where x|\ncount", "A |\n    where x |\n    count\n"),
        ("let a = (A\n| count)", "let a = (A |\n    count)\n"), ("let x = (1\n+ 2)", "let x = (1 +\n    2)\n"),
        // Comments stay where they are.
        (
            "let x = [ # one\n1, # two\n# own\n\n# apart\n2 # three\n, # four\n]",
            """
            let x = [  # one
                1,  # two
                # own

                # apart
                2,  # three
                # four
            ]

            """
        ),
        ("A | # first\n# own\n count # last", "A |  # first\n    # own\n    count  # last\n"),
        (
            "print a # 1\nprint bcd # 2\n\nprint e # 3\n",
            "print a    # 1\nprint bcd  # 2\n\nprint e  # 3\n"
        ),
        (
            "param a \"x\"\nparam long: int=1 \"y\"\nparam z\n",
            "param a              \"x\"\nparam long: int = 1  \"y\"\nparam z\n"
        ),
        // The text between """ and """ keeps its content, not its margin.
        (
            "if $x {\nprint \"\"\"\n  a\n    $b\n\n  \"\"\"\n}",
            "if $x {\n    print \"\"\"\n        a\n          $b\n\n        \"\"\"\n}\n"
        ),
        ("print \"\"\"a\n  b\"\"\"", "print \"\"\"a\n  b\"\"\"\n"),
        ("print 'a\n   b'", "print 'a\n   b'\n"),
        // A lone CR ends a line too; what is written ends in LF.
        (
            "print a # one\rprint \\\r b\r\rif $x {\rprint c\r}\r",
            "print a  # one\nprint \\\n    b\n\nif $x {\n    print c\n}\n"
        ),
        ("print \"\"\"\r  a\r   b\r\r  \"\"\"", "print \"\"\"\n    a\n     b\n\n    \"\"\"\n"),
        ("let x = [\r1,\r\r2 # two\r]", "let x = [\n    1,\n\n    2,  # two\n]\n"),
    ]

    @Test(arguments: snapshots) func snapshot(_ text: String, _ expected: String) {
        #expect(formatted(text) == expected)
        if !expected.hasPrefix("invalid") { #expect(formatted(expected) == expected) }
    }

    /// A line that is too long is broken at the outermost construct that can be.
    @Test func longLines() {
        let word = String(repeating: "x", count: 30)
        let text = """
            let t = DescribeVpnConnections VpnGatewayId=$gateway | where Status != "\(word)" | sort Name desc | count
            CreateVpnConnection A=\(word) B=\(word) C=\(word) D=\(word)
            let xs = ["\(word)", {name: "\(word)", other: "\(word)"}, "\(word)"]
            let v = (DescribeVpcs VpcName=\(word) RegionId=\(word) CidrBlock=\(word)).Vpcs.Vpc[0]
            if $\(word) == 1 and $\(word) == 2 and $\(word) == 3 { exit }
            DeleteVpnConnection VpnConnectionId=$\(word).\(word) on error *.NotFound VpnGateway.Configuring resume
            print '\(String(repeating: "y", count: 120))'
            """
        let expected = """
            let t = DescribeVpnConnections VpnGatewayId=$gateway |
                where Status != "\(word)" |
                sort Name desc |
                count
            CreateVpnConnection A=\(word) B=\(word) \\
                C=\(word) D=\(word)
            let xs = [
                "\(word)",
                {name: "\(word)", other: "\(word)"},
                "\(word)",
            ]
            let v = (
                DescribeVpcs VpcName=\(word) RegionId=\(word)
                    CidrBlock=\(word)
            ).Vpcs.Vpc[0]
            if $\(word) == 1 and
                $\(word) == 2 and
                $\(word) == 3 {
                exit
            }
            DeleteVpnConnection VpnConnectionId=$\(word).\(word) \\
                on error *.NotFound VpnGateway.Configuring resume
            print '\(String(repeating: "y", count: 120))'

            """
        #expect(formatted(text) == expected)
        #expect(formatted(expected) == expected)
    }

    @Test func textThatIsNoScript() {
        guard case .invalid(let found) = ScriptFormatter.format(SourceText(name: "t", text: "print a\nlet = 1\nif {"))
        else {
            Issue.record("it was formatted")
            return
        }
        #expect(found.count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func hugeTexts() {
        let long =
            "let xs = [" + (0..<100_000).map { "{name: 'n\($0)', place: [\($0), 1]}" }.joined(separator: ",") + "]"
        #expect(formatted(long).split(separator: "\n").count == 100_002)
        let many = String(repeating: "print a # c\n", count: 50_000)
        #expect(formatted(many) == String(repeating: "print a  # c\n", count: 50_000))
        #expect(formatted("print " + String(repeating: "word ", count: 50_000)).split(separator: "\n").count > 2000)
    }
}
