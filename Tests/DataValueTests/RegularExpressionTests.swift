import DataValue
import SystemSupport
import Testing

@Suite struct RegularExpressionTests {
    /// The first match as text: the whole, then the groups, `-` for one that took no part; nil for no match.
    private func found(_ pattern: String, _ text: String) throws -> String? {
        let bytes = Array(text.utf8)
        return try RegularExpression(pattern).firstMatch(in: text)?.ranges.map { range in
            range.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "-"
        }.joined(separator: "|")
    }

    @Test("A search that is cancelled ends, long before it would be given up") func cancelled() throws {
        let text = String(repeating: "0123456789", count: 200_000)
        let expression = try RegularExpression("([0-9]+)*y", workLimit: 2_000_000)
        #expect(throws: RegularExpressionError.self) { try expression.firstMatch(in: text) }
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(try expression.firstMatch(in: text, cancellation) == nil)
    }

    @Test(
        arguments: [
            ("", "abc", ""), ("b", "abc", "b"), ("b", "xyz", nil), ("a.c", "a\nc abc", "abc"),
            ("(?s)a.c", "a\nc", "a\nc"),
            ("ü", "grün", "ü"), (".", "🔒x", "🔒"), ("^.$", "🔒", "🔒"), ("a|ab|abc", "abc", "a"),
            ("(?:a|ab)(?:c|bcd)", "abcd", "abcd"),
            ("abc|ab", "abc", "abc"), ("|a", "a", ""), ("a||b", "b", ""), (#"\.\*\\\/\-"#, #".*\/-"#, #".*\/-"#),
            (#"\t\n\r\x41\x{42}\u{43}"#, "\t\n\rABC", "\t\n\rABC"),
        ] as [(String, String, String?)])
    func literalsAndAlternatives(pattern: String, text: String, expected: String?) throws {
        #expect(try found(pattern, text) == expected)
    }

    @Test(
        arguments: [
            ("[a-c]+", "xxabcabd", "abcab"), ("[^a-c]+", "abxyc", "xy"), ("[]a]+", "a]b", "a]"),
            ("[^]a]+", "a]bc", "bc"),
            ("[a-]+", "b-a-", "-a-"), ("[-a]+", "-a-", "-a-"), (#"[\d.]+"#, "ip 10.0.0.1!", "10.0.0.1"),
            (#"[\]\\]+"#, #"a]\"#, #"]\"#),
            (#"\d+"#, "a42b", "42"), (#"\w+"#, "--vpn_1--", "vpn_1"), (#"\s+"#, "a \t\nb", " \t\n"),
            (#"\D+"#, "12ab3", "ab"),
            (#"\W+"#, "ab--c", "--"), (#"\S+"#, "  ab c", "ab"), (#"[\D]"#, "1a", "a"), (#"[^\d\s]+"#, "1 a2", "a"),
            (#"\d"#, "٣", nil), (#"\w"#, "ü", nil), ("[ä-ü]+", "naïve", "ï"), ("[[:alpha:]_]+", "12ab_c3", "ab_c"),
            ("[^[:space:]]+", " ab ", "ab"), ("[🔒-🔓]", "x🔓", "🔓"),
        ] as [(String, String, String?)])
    func classes(pattern: String, text: String, expected: String?) throws {
        #expect(try found(pattern, text) == expected)
    }

    @Test(
        arguments: [
            ("a*", "aab", "aa"), ("a*?", "aab", ""), ("a+?", "aab", "a"), ("a??b", "ab", "ab"), ("a{2}", "aaa", "aa"),
            ("a{2,}", "aaaa", "aaaa"), ("a{2,}?", "aaaa", "aa"), ("a{1,3}", "aaaa", "aaa"), ("a{1,3}?", "aaaa", "a"),
            ("a{0}b", "ab", "b"), ("a{0,0}b", "ab", "b"), ("<.+>", "<a><b>", "<a><b>"), ("<.+?>", "<a><b>", "<a>"),
            ("(?:ab){2}", "ababab", "abab"), ("a{,x", "a{,x", "a{,x"), ("{a}", "{a}", "{a}"), ("a{b", "a{b", "a{b"),
            ("x{}", "x{}", "x{}"),
            ("(?:a*)*", "aa", "aa"), ("(?:a*)+", "b", ""), ("(|a)*", "aa", "|"), ("(a|)+", "aa", "aa|a"),
            ("(?:^)*a", "a", "a"),
        ] as [(String, String, String?)])
    func repetitions(pattern: String, text: String, expected: String?) throws {
        #expect(try found(pattern, text) == expected)
    }

    @Test(arguments: [
        ("(a)(b)?", "ac", "a|a|-"), ("(a|b)*", "abc", "ab|b"), ("((a)|(b))*", "ab", "ab|b|a|b"),
        ("(a+)(a+)", "aaa", "aaa|aa|a"),
        ("(a+?)(a+)", "aaa", "aaa|a|aa"), ("(?:a)(b)", "ab", "ab|b"),
        (#"(?<octet>\d+)\.(?P<next>\d+)"#, "10.7", "10.7|10|7"),
        (#"vpn-(\w+) (?:up|(down))"#, "vpn-x1 up", "vpn-x1 up|x1|-"), ("(a*)(a|b)", "aab", "aab|aa|b"), ("()", "", "|"),
        ("(a{2}){2}", "aaaaa", "aaaa|aa"),
    ])
    func groups(pattern: String, text: String, expected: String) throws {
        #expect(try found(pattern, text) == expected)
    }

    @Test(
        arguments: [
            ("^b", "ab", nil), ("^b", "a\nb", nil), ("(?m)^b", "a\nb", "b"), ("a$", "a\nb", nil),
            ("(?m)a$", "a\nb", "a"), ("b$", "ab", "b"),
            ("b$", "ab\n", "b"), ("b$", "ab\n\n", nil), (#"b\z"#, "ab\n", nil), (#"(?m)\Ab"#, "a\nb", nil),
            (#"\bup\b"#, "setup up", "up"),
            (#"\bup\b"#, "setup", nil), (#"\Bup"#, "up setup", "up"), (#"^$"#, "", ""), (#"\b"#, "", nil),
            (#"\B"#, "", ""),
            ("^a|b", "cb", "b"), ("(?:^a|^b)c", "bc", "bc"),
        ] as [(String, String, String?)])
    func anchors(pattern: String, text: String, expected: String?) throws {
        #expect(try found(pattern, text) == expected)
    }

    @Test(
        arguments: [
            ("(?i)abc", "xABc", "ABc"), ("(?i)[a-c]+", "xABc", "ABc"), ("(?i)[^a]", "Ab", "b"),
            ("(?i)grün", "GRÜN", "GRÜN"),
            ("a(?i)b", "aB", "aB"), ("a(?i)b", "AB", nil), ("(?:(?i)a)b", "Ab", "Ab"), ("(?:(?i)a)b", "AB", nil),
            ("(?i:a)b", "Ab", "Ab"),
            ("(?i)a(?-i)b", "AB", nil), ("(?is)a.b", "A\nB", "A\nB"), ("(?i)[ä]", "Ä", "Ä"),
            ("(?i)k", "\u{212A}", "\u{212A}"),
        ] as [(String, String, String?)])
    func flags(pattern: String, text: String, expected: String?) throws {
        #expect(try found(pattern, text) == expected)
    }

    @Test(arguments: [
        ("(", "no ')'", 0), ("a)", "no '('", 1), ("[a", "no ']'", 0), ("[", "no ']'", 0), ("*", "nothing", 0),
        ("a|+", "nothing", 2),
        ("(?i)?", "nothing", 4), ("a**", "two quantifiers", 0), ("a*{2}", "two quantifiers", 0),
        ("a++", "possessive", 2), ("{2}", "nothing", 3),
        ("a{2,1}", "ends before", 1), ("a{,3}", "{0,3}", 1), ("a{99999999999999999999}", "at most", 1),
        (#"a\"#, "ends in", 1),
        (#"(a)\1"#, "back-references", 3), (#"\k<n>"#, "back-references", 0), ("(?P=n)", "back-references", 0),
        ("(?=a)", "look-around", 0),
        ("(?!a)", "look-around", 0), ("(?<=a)", "look-around", 0), ("(?<!a)", "look-around", 0), ("(?>a)", "atomic", 0),
        ("(?x)a", "no flag", 2), ("(?", "ends inside", 2), ("(?<1>a)", "name", 3), ("(?<a", "name", 3),
        ("(?<a>x)(?<a>y)", "two groups", 7),
        ("[z-a]", "range", 1), (#"[a-\d]"#, "range", 1), (#"[\d-z]"#, "range", 1), ("[[:nope:]]", "no such class", 1),
        (#"\q"#, "no escape", 0),
        (#"\p{L}"#, "properties", 0), (#"\x4"#, "number", 0), (#"\u{110000}"#, "number", 0),
        (#"\u{D800}"#, "number", 0), (#"\x{41"#, "number", 0),
    ])
    func badPatterns(pattern: String, message: String, offset: Int) throws {
        let error = try #require(throws: RegularExpressionError.self) { try RegularExpression(pattern) }
        #expect(error.message.contains(message), "\(error.message)")
        #expect(error.offset == offset, "\(error.message)")
    }

    @Test(arguments: [
        String(repeating: "(", count: 100_000),
        String(repeating: "(?:", count: 201) + String(repeating: ")", count: 201),
        String(repeating: "a", count: 100_001), "(?:(?:a{100}){100}){100}", "(?:(?:(?:){20000}){20000}){20000}",
        "a{20000}",
        String(repeating: "()", count: 100), String(repeating: "a?", count: 20_000),
    ])
    func patternsThatAreTooLarge(pattern: String) {
        #expect(throws: RegularExpressionError.self) { try RegularExpression(pattern) }
    }

    @Test(arguments: [
        ("a", "banana", "1-2 3-4 5-6"), ("x*", "abxd", "0-0 1-1 2-3 3-3 4-4"), ("", "ü", "0-0 2-2"),
        ("ü|b", "aüb", "1-3 3-4"),
        ("^", "ab", "0-0"), ("(?m)^", "a\nb", "0-0 2-2"), (#"\b"#, "ab c", "0-0 2-2 3-3 4-4"), ("$", "a\n", "1-1 2-2"),
        ("a", "", ""),
    ])
    func allMatches(pattern: String, text: String, expected: String) throws {
        let matches = try RegularExpression(pattern).matches(in: text)
        #expect(matches.map { "\($0.range.lowerBound)-\($0.range.upperBound)" }.joined(separator: " ") == expected)
    }

    @Test func placesToStartFrom() throws {
        let expression = try RegularExpression("b|^a")
        #expect(try expression.firstMatch(in: "ab", from: 1)?.range == 1..<2)
        #expect(try expression.firstMatch(in: "aab", from: 1)?.range == 2..<3)
        #expect(try expression.firstMatch(in: "ab", from: 2) == nil)
        #expect(try expression.firstMatch(in: "ab", from: 99) == nil)
        #expect(try expression.firstMatch(in: "ab", from: -1)?.range == 0..<1)
        #expect(try RegularExpression(".").firstMatch(in: "üb", from: 1)?.range == 2..<3)
    }

    @Test func namesOfGroups() throws {
        let expression = try RegularExpression("(?<a>x)(y)(?<b>z)")
        #expect(expression.groupCount == 3)
        #expect(expression.group(named: "b") == 3)
        #expect(expression.group(named: "c") == nil)
    }

    @Test(arguments: [
        ("(a*)*b", false), ("(a|a)*b", false), ("(a+)+$", true), ("a.*a.*a.*b", false), ("(?:a?){50}a{50}", true),
        ("(x+x+)+y", false),
    ])
    func textsThatBacktrackingNeverEndsOn(pattern: String, matches: Bool) throws {
        let text = String(repeating: "a", count: 1 << 20)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try (RegularExpression(pattern).firstMatch(in: text) != nil) == matches)
        // A limit that only something exponential or quadratic misses, on the slowest machine too.
        #expect(clock.now - start < .seconds(30))
    }

    @Test func aSearchThatTakesTooLongIsGivenUp() throws {
        // From each `a` on the whole rest is looked at.
        let text = String(repeating: "a", count: 2000)
        #expect(try RegularExpression(".*b|a").matches(in: text).count == 2000)
        let hasty = try RegularExpression(".*b|a", workLimit: 1_000_000)
        #expect(throws: RegularExpressionError.self) { try hasty.matches(in: text) }
        #expect(try hasty.firstMatch(in: text)?.range == 0..<1)
    }
}
