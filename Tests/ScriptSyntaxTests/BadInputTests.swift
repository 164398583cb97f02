import ScriptSyntax
import Testing

/// Text that is wrong, huge or nested without end: one clear diagnostic, in linear time, and never a crash.
@Suite struct BadInputTests {
    /// The messages for a text that must not parse.
    private func messages(_ bytes: [UInt8]) -> [String] {
        switch Parsed(bytes: bytes) {
        case .tree: []
        case .incomplete(let messages), .invalid(let messages): messages
        }
    }

    @Test func bytesThatAreNoText() {
        #expect(messages([0x70, 0xFF, 0x0A]) == ["the text is not UTF-8 (byte 1)"])
        #expect(messages(Array("print é".utf8) + [0xC3]) == ["the text is not UTF-8 (byte 8)"])
        #expect(messages([0xED, 0xA0, 0x80]) == ["the text is not UTF-8 (byte 0)"])
        #expect(messages(Array("print a".utf8) + [0] + Array("b".utf8)) == ["the text contains a NUL (byte 7)"])
    }

    static let openings = [
        "(", "[", "{", "f({a: ", "not ", "- ", "-", "f(", "$x[", "\"${", "\"${\"", "print (", "A X=[", "A X={k: ",
        "if true {\n",
        "while true {", "for x in (", "on error {", "on exit {\n", "def f() {", "wait until (", "let x = [",
        "$x | where (", "\"\"\"${",
        "print \"$x[", "[1, ", "{ {", "set x[", "return (", "1 + (", "'a' + [",
    ]

    @Test(.timeLimit(.minutes(1)), arguments: openings) func nestedWithoutEnd(_ opening: String) {
        let found = messages(Array(String(repeating: opening, count: 100_000).utf8))
        #expect(found.count == 1, "\(found)")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [("(", ")"), ("[", "]"), ("{", "}"), ("{a: ", "}"), ("f(", ")"), ("$x[", "]"), ("\"${", "}\"")])
    func nestedAndClosed(_ opening: String, _ closing: String) {
        let inside = opening == "{" ? "" : "1"
        let text =
            "let v = " + String(repeating: opening, count: 100_000) + inside
            + String(repeating: closing, count: 100_000)
        let found = messages(Array(text.utf8))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("nested deeper") == true || opening == "{", "\(found)")
    }

    /// What an author can reasonably nest is taken.
    @Test func nestingWithinTheLimit() {
        for (opening, closing) in [("(", ")"), ("[", "]"), ("f(", ")"), ("\"${", "}\"")] {
            let text =
                "let v = " + String(repeating: opening, count: 150) + "1" + String(repeating: closing, count: 150)
            #expect(script(text) != nil, "\(opening)")
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["]", ")", "}", "\"", "'", "$", "\\", "|", "@", "\u{1}", "é", "=", ",", "..", "?", "!", "`"])
    func manyTimes(_ piece: String) {
        let found = messages(Array(String(repeating: piece, count: 100_000).utf8))
        #expect(!found.isEmpty)
        #expect(found.count <= 51)
    }

    @Test(.timeLimit(.minutes(5))) func longLines() {
        let long = String(repeating: "x", count: 10_000_000)
        #expect(script("print \(long)") != nil)
        #expect(script("print '\(long)'") != nil)
        #expect(script("print \"\(long)\"") != nil)
        #expect(script("# \(long)") != nil)
        #expect(script("let \(long) = 1") != nil)
        #expect(script("print " + String(repeating: "a ", count: 100_000)) != nil)
        #expect(script("let v = [" + String(repeating: "1,", count: 200_000) + "]") != nil)
        #expect(script("let v = 1" + String(repeating: " + 1", count: 100_000)) != nil)
        #expect(script("let v = $x" + String(repeating: ".a", count: 100_000)) != nil)
        #expect(script("print " + String(repeating: "$x.a", count: 100_000)) != nil)
        #expect(script("A " + String(repeating: "| count ", count: 100_000)) != nil)
        #expect(script("if $a {}" + String(repeating: " else if $a {}", count: 50_000)) != nil)
        #expect(messages(Array("print )\(long)".utf8)).count == 1)
        #expect(messages(Array("let v = 1 + \(long)".utf8)).count == 1)
        #expect(messages(Array("let v = \(String(repeating: "9", count: 1_000_000))".utf8)).count == 1)
        #expect(messages(Array("let v = 0x\(String(repeating: "f", count: 1_000_000))".utf8)).count == 1)
        #expect(messages(Array("print \"\(String(repeating: "$x['a", count: 500_000))".utf8)).count == 1)
        #expect(messages(Array("let v = \(String(repeating: "\"\"\"${", count: 300_000))".utf8)).count == 1)
    }

    @Test(arguments: [
        "'abc", "\"abc", "\"\"\"abc", "\"abc\n", "print \"a ${", "print \"a ${b", "(1", "[1", "[1,", "let r = {a: 1",
        "let r = {a:", "f(1", "$x[0", "if true {",
        "if true {\nprint 'a\n", "if true {\n{\n[(", "on error {", "def f(", "def f(a", "for", "for x", "for x in",
        "while", "let", "let x", "let x =", "set", "param", "on", "on error", "on error A", "on error A as",
        "on error retry up", "A |", "A | where",
        "A X=", "A X=(", "A --X", "wait", "wait until", "1 +", "not", "-", "fail 'a'", "$", "\"\\", "\"\\u{",
        "\"\"\"a\\", "aliyun", "aliyun vpc",
        "print a \\", "$x.", "$x.y.", "set x.", "if", "else", "}", ")", "]", "use", "1.5.5", "1x", "5q", "0x",
        "99999999999999999999",
        "1e999", "9999999999d", "a==", "x = 5", "let x == 5", "$x = 5", "print a\"b\"", "print \"a\"b", "A 'x'y",
        "print f(x)", "1 == 2 == 3",
        "let if = 1", "let $x = 1", "set $x = 1", "for $x in [] {}", "{a: 1, a: 2}", "let r = {a: 1, a: 2}", "!true",
        "$x.0", "$x.(a)",
        "param x 5", "on error 'A' resume", "on error as $e {}", "on error do", "\"\\q\"", "\"\\u{110000}\"",
        "\"\\u{d800}\"",
        "if a == 1 { }", "let x = 1 2", "help --x y", "{a: 1}",
    ])
    func oneDiagnosticEach(_ text: String) {
        #expect(messages(Array(text.utf8)).count == 1)
    }

    /// One run reports all errors, and text inside strings and blocks is not taken for statements after one.
    @Test func errorsAreReportedTogether() {
        let text = """
            let = 1
            print "fine } {"
            if true {
                let x y
                print 'a
            { b'
                set 5 = 1
            }
            on error Q whatever
            """
        guard case .invalid(let diagnostics) = Parser.parse(SourceText(name: "t", text: text), source: 0) else {
            Issue.record("it parsed")
            return
        }
        let lines = diagnostics.map { SourceText(name: "t", text: text).line(at: Int($0.span.start)) }
        #expect(lines == [1, 4, 7, 9])
    }

    /// What would take gigabytes as a tree is refused while it is read.
    @Test(.timeLimit(.minutes(1))) func tooManyParts() {
        let list = messages(Array("let v = [\(String(repeating: "1,", count: 10_000_000))]".utf8))
        #expect(list == ["a list in a script has at most 1000000 elements"])
        let record =
            "let v = {\((0..<100_000).map { "k\($0): [\(String(repeating: "0,", count: 50))]" }.joined(separator: ","))}"
        #expect(messages(Array(record.utf8)) == ["the text has more than 4000000 parts"])
        #expect(
            messages(Array(String(repeating: "a;", count: 5_000_000).utf8)) == ["the text has more than 4000000 parts"])
        #expect(
            messages(Array("print \(String(repeating: "a ", count: 5_000_000))".utf8))
                == ["the text has more than 4000000 parts"])
    }

    @Test func countOfErrorsIsBounded() {
        let found = messages(Array(String(repeating: "let = 1\n", count: 1000).utf8))
        #expect(found.count == 51)
        #expect(found.last == "950 more errors are not shown")
    }
}

/// What asks for help at a prompt.
@Suite struct QuestionTests {
    @Test(arguments: [
        ("?", 0), ("DescribeVpcs ?", 13), ("DescribeVpcs VpcName=a ?", 23), ("let x = ?", 8), ("let x = $y ?", 11),
        ("$x | ?", 5), ("$x | where ?", 11), ("$x | first ?", 11), ("if ?", 3), ("for x in ?", 9),
        ("if true {\nDescribeVpcs ?", 23), ("(DescribeVpcs ?", 14),
    ])
    func asks(_ text: String, _ place: Int) {
        #expect(Parser.question(in: SourceText(name: "<prompt>", text: text)) == place)
    }

    @Test(arguments: [
        "print what ?", "warn ?", "DescribeVpcs VpcName=?", "$x.y?", "'what ?", "\"what ?", "# why ?", "print a?", "",
        "on error A?", "print x",
    ])
    func isText(_ text: String) {
        #expect(Parser.question(in: SourceText(name: "<prompt>", text: text)) == nil)
    }
}

/// What a prompt asks another line for.
@Suite struct IncompleteTextTests {
    @Test(arguments: [
        "if true {", "if true {\n", "if true {\n  print a", "print (1 +", "print (", "A X=[1,", "let x = 1 +",
        "let x = {", "let x = {a:", "'abc",
        "print 'a\nb", "\"\"\"", "\"\"\"\n a\n", "A |", "print a \\", "\\", "let x = 1 + \\", "if true {} else {",
        "on error {", "on error A {\n retry", "def f() {",
        "def f(a,", "for x in [1, 2] {", "f(1,", "$x[", "if true {\nprint (1 +", "if true {\n'abc", "$x == 1 and",
        "print \"${", "print \"${len(", "wait until (A",
        "{", "{ {\n }", "while true { if $x {",
    ])
    func needsMore(_ text: String) {
        guard case .incomplete(let messages) = Parsed(text) else {
            Issue.record("\(Parsed(text))")
            return
        }
        #expect(messages.count == 1)
    }

    @Test(arguments: [
        "let x =", "let", "if", "if true", "\"abc", "for x in", "on error", "print \"a", "A X=", "}", "let x = 1 2",
        "let = 5\nif true {", "print (1))", "fail 'a'",
        "set x", "wait until", "on",
    ])
    func isWrongWhateverFollows(_ text: String) {
        guard case .invalid = Parsed(text) else {
            Issue.record("\(Parsed(text))")
            return
        }
    }

    @Test(arguments: ["print a", "", "# x \\", "print 'a \\'", "if true {}", "A"]) func isWhole(_ text: String) {
        guard case .tree = Parsed(text) else {
            Issue.record("\(Parsed(text))")
            return
        }
    }
}
