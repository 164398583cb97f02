import ScriptSyntax
import Testing

/// What a user reads about a mistake: place, message, the marked line, help.
@Suite struct DiagnosticTests {
    private func rendered(_ text: String) -> String {
        let source = SourceText(name: "t.vpcsh", text: text)
        var sources = SourceMap()
        _ = sources.add(source)
        let diagnostics: [Diagnostic] =
            switch Parser.parse(source, source: 0) {
            case .complete: []
            case .incomplete(let found), .invalid(let found): found
            }
        return diagnostics.map { DiagnosticRenderer(sources: sources).text($0) }.joined()
    }

    static let snapshots: [(String, String)] = [
        (
            "let x = 5 6",
            """
            t.vpcsh:1:11: error: expected the end of the statement, but found a number
                let x = 5 6
                          ^

            """
        ),
        (
            "x = 5",
            """
            t.vpcsh:1:1: error: 'x =' assigns nothing
                x = 5
                ^
            help: a variable is declared with: let x = …

            """
        ),
        (
            "print len($x)",
            """
            t.vpcsh:1:10: error: '(' inside bare text
                print len($x)
                         ^
            help: put it in parentheses, or quote the text

            """
        ),
        (
            "let if = 1",
            """
            t.vpcsh:1:5: error: 'if' is a keyword and cannot be the name of a variable
                let if = 1
                    ^^
            help: choose another name

            """
        ),
        (
            "if $a == running { }",
            """
            t.vpcsh:1:10: error: 'running' is a bare name, which an expression has no use for
                if $a == running { }
                         ^^^^^^^
            help: a string is quoted ('running'), a variable is $running, a command stands in parentheses

            """
        ),
        (
            "if $a {\n}\nelse {\n}",
            """
            t.vpcsh:3:1: error: 'else' without an 'if' before it
                else {
                ^^^^
            help: write '} else {' on one line

            """
        ),
        (
            "let x == 5",
            """
            t.vpcsh:1:7: error: '==' compares; a single '=' gives 'x' its value
                let x == 5
                      ^^

            """
        ),
        (
            "print 'abc",
            """
            t.vpcsh:1:7: error: the string is not closed
                print 'abc
                      ^

            """
        ),
        (
            "on error 'A.*' resume",
            """
            t.vpcsh:1:10: error: a pattern is written without quotes
                on error 'A.*' resume
                         ^
            help: on error *.NotFound …

            """
        ),
        (
            "on error A.B ignore",
            """
            t.vpcsh:1:20: error: expected what to do about the error, but the text ends here
                on error A.B ignore
                                   ^
            help: retry, resume, use VALUE, fail, or { … }

            """
        ),
        (
            "let y = 1 == 2 == 3",
            """
            t.vpcsh:1:16: error: comparisons do not chain
                let y = 1 == 2 == 3
                               ^^
            help: join them with 'and'

            """
        ),
        (
            "A X=",
            """
            t.vpcsh:1:3: error: 'X=' has no value
                A X=
                  ^
            help: no blank around '='; an empty text is written X=''

            """
        ),
        (
            "DescribeVpcs ?",
            """
            t.vpcsh:1:14: error: '?' at the end of a line asks for help, which only the prompt gives
                DescribeVpcs ?
                             ^
            help: as text it is quoted: '?'

            """
        ),
        (
            "if $a == ?\nlet x = $y ?",
            """
            t.vpcsh:1:10: error: '?' at the end of a line asks for help, which only the prompt gives
                if $a == ?
                         ^
            help: as text it is quoted: '?'
            t.vpcsh:2:12: error: '?' at the end of a line asks for help, which only the prompt gives
                let x = $y ?
                           ^
            help: as text it is quoted: '?'

            """
        ),
        (
            "! ls -l",
            """
            t.vpcsh:1:1: error: '!' runs a program, which only the prompt does
                ! ls -l
                ^
            help: a script runs one with: null | sh 'program'; in an expression it is 'not'

            """
        ),
        (
            "print a\"b\"",
            """
            t.vpcsh:1:8: error: '"' inside bare text
                print a"b"
                       ^
            help: quote the text

            """
        ),
        (
            "let d = 5q",
            """
            t.vpcsh:1:9: error: '5q' is neither a number nor a duration; units are ms, s, m, h and d
                let d = 5q
                        ^^

            """
        ),
        // Wide characters take two columns, a tab is shown as one blank.
        (
            "print \"漢字🔒\" '",
            """
            t.vpcsh:1:13: error: the string is not closed
                print "漢字🔒" '
                               ^

            """
        ),
        (
            "\tlet\tif = 1",
            "t.vpcsh:1:6: error: 'if' is a keyword and cannot be the name of a variable\n     let if = 1\n         ^^\nhelp: choose another name\n"
        ),
        // A control character cannot reach the terminal.
        (
            "let x = \u{1B}[31m",
            "t.vpcsh:1:9: error: a control character (byte 0x1b) has no place here\n    let x = \\u{1B}[31m\n            ^^^^^^\n"
        ),
        (
            "\r\nlet if = 1\r\n",
            "t.vpcsh:2:5: error: 'if' is a keyword and cannot be the name of a variable\n    let if = 1\n        ^^\nhelp: choose another name\n"
        ),
    ]

    @Test(arguments: snapshots) func snapshot(_ text: String, _ expected: String) {
        #expect(rendered(text) == expected)
    }

    /// Of a long line a window around the place is shown.
    @Test func longLine() {
        let text = "print \(String(repeating: "a", count: 1000)) len(\(String(repeating: "b", count: 1000))"
        let lines = rendered(text).split(separator: "\n")
        #expect(lines.first == "t.vpcsh:1:1011: error: '(' inside bare text")
        #expect(lines.allSatisfy { $0.count < 120 })
        #expect(lines[1].hasPrefix("    …a") && lines[1].hasSuffix("b…"))
        let marked = zip(lines[1], lines[2]).first { $0.1 == "^" }?.0
        #expect(marked == "(")
    }

    @Test func longLineOfWideCharacters() {
        let text = "print \(String(repeating: "漢", count: 1000)) 'a'b"
        let lines = rendered(text).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(!lines[1].contains("\u{FFFD}"))
    }

    @Test func colourMarksOnlyWhereAsked() {
        var sources = SourceMap()
        _ = sources.add(SourceText(name: "t", text: "abc"))
        let diagnostic = Diagnostic("wrong", at: Span(source: 0, start: 1, end: 2), help: "do", severity: .warning)
        let plain = DiagnosticRenderer(sources: sources).text(diagnostic)
        let styled = DiagnosticRenderer(sources: sources, isStyled: true).text(diagnostic)
        #expect(plain == "t:1:2: warning: wrong\n    abc\n     ^\nhelp: do\n")
        #expect(styled.contains("\u{1B}[33;1mwarning:\u{1B}[0m"))
        #expect(!plain.contains("\u{1B}"))
    }

    /// Places that lie in no source are no reason to crash.
    @Test(arguments: [
        Span(source: 9, start: 0, end: 1), Span(source: 0, start: 900, end: 1000), Span(source: 0, start: 2, end: 900),
    ])
    func strayPlaces(_ span: Span) {
        var sources = SourceMap()
        _ = sources.add(SourceText(name: "t", text: "ab\ncd"))
        #expect(DiagnosticRenderer(sources: sources).text(Diagnostic("m", at: span)).contains("error: m\n"))
    }

    /// A part of a text knows which line it begins with.
    @Test func firstLine() {
        let source = SourceText(name: "t", bytes: Array("a\nlet = 1\n".utf8), firstLine: 41)
        #expect(source.location(at: 6) == (42, 5))
        #expect(source.range(ofLine: 42) == 2..<9)
        #expect(source.range(ofLine: 2) == 10..<10)
        var sources = SourceMap()
        _ = sources.add(source)
        guard case .invalid(let found) = Parser.parse(source, source: 0) else { return }
        #expect(found.map { DiagnosticRenderer(sources: sources).text($0) }.joined().hasPrefix("t:42:5: error: "))
    }

    @Test func placesCountLinesAndScalars() {
        let source = SourceText(name: "t", text: "é漢\r\nb\n\n")
        #expect(source.location(at: 5) == (1, 3))
        #expect(source.location(at: 7) == (2, 1))
        #expect(source.location(at: 9) == (3, 1))
        #expect(source.location(at: 10) == (4, 1))
        #expect(source.range(ofLine: 1) == 0..<5)
        #expect(source.range(ofLine: 4) == 10..<10)
        #expect(source.range(ofLine: 9) == 10..<10)
    }

    @Test func aLoneReturnEndsALine() {
        let source = SourceText(name: "t", text: "a\rbc\r\rd\r\ne\r")
        #expect((1...6).map { source.range(ofLine: $0) } == [0..<1, 2..<4, 5..<5, 6..<7, 9..<10, 11..<11])
        #expect(source.location(at: 3) == (2, 2))
        #expect(rendered("print a\rlet if = 1\rprint b") == rendered("print a\nlet if = 1\nprint b"))
    }
}
