import DataValue
import SystemSupport
import Testing

@Suite struct FunctionTests {
    @Test(arguments: [
        ("len('e\u{301}👩‍👩‍👧')", "2"), ("len([1, 2])", "2"), ("len({a: 1})", "1"), ("len('')", "0"),
        ("keys({b: 1, a: 2})", #"["b","a"]"#), ("values({b: 1, a: 2})", "[1,2]"),
        ("has({a: null}, 'a')", "true"), ("has({a: 1}, 'b')", "false"), ("has([1, 2], -2)", "true"),
        ("has([1, 2], 2)", "false"),
        ("has([1], -9223372036854775807)", "false"), ("type(secret('x'))", #""secret""#), ("type(null)", #""null""#),
        ("string(1.0)", #""1.0""#), ("string(90s)", #""1m30s""#), ("string([1])", #""[1]""#),
        ("int('-42')", "-42"), ("int(-2.9)", "-2"), ("int(true)", "1"),
        ("int(parse_json('9007199254740993.5'))", "9007199254740993"),
        ("float('1e3')", "1000.0"), ("float(2)", "2.0"), ("bool('true')", "true"), ("string(duration('1m'))", #""1m""#),
        ("json({a: [1, null], s: secret('x')})", #""{\"a\":[1,null],\"s\":\"****\"}""#), ("parse_json('[1]')", "[1]"),
        ("yaml({a: [1]})", #""a:\n  - 1""#), ("yaml(secret('x'))", #""'****'""#),
        ("env('HOME')", #""/home/me""#), ("env('NO', 3)", "3"), ("uuid()", #""80808080-8080-4080-8080-808080808080""#),
    ])
    func basics(expression: String, expected: String) throws {
        #expect(try text(expression) == expected)
    }

    @Test(arguments: [
        ("upper('aß')", #""ASS""#), ("lower('ÄB')", #""äb""#), ("trim(' \u{A0}a b\n')", #""a b""#),
        ("trim('  ')", #""""#),
        ("starts_with('vpn-1', 'vpn')", "true"), ("ends_with('vpn-1', '-1')", "true"),
        ("ends_with('1', '-1')", "false"),
        ("contains('abc', 'bc')", "true"), ("contains('abc', '')", "true"), ("contains([1, 2], 2.0)", "true"),
        ("contains({a: 1}, 'a')", "true"),
        ("contains('aabaaac', 'aabaaac')", "true"), ("contains('aabaabaaac', 'aabaaac')", "true"),
        ("contains('e\u{301}', 'e')", "true"),
        ("split('a,b,,c', ',')", #"["a","b","","c"]"#), ("split('', ',')", #"[""]"#),
        ("split('aaa', 'aa')", #"["","a"]"#),
        ("split('xaabaabaaay', 'aabaaa')", #"["xaab","y"]"#),
        ("join([1, 'a', 5s, null, [1]], '-')", #""1-a-5s-null-[1]""#), ("join([], '-')", #""""#),
        ("replace('a.b.c', '.', '$0')", #""a$0b$0c""#), ("replace('aaa', 'aa', 'b')", #""ba""#),
        ("reverse('ae\u{301}')", "\"e\u{301}a\""),
    ])
    func texts(expression: String, expected: String) throws {
        #expect(try text(expression) == expected)
    }

    @Test(arguments: [
        (#"find('vpn-12 up', '(\w+)-(\d+)( x)?')"#, #"["vpn-12","vpn","12",null]"#), ("find('abc', 'x')", "null"),
        ("find('abc', '')", #"[""]"#),
        ("find('grün', 'ü.')", #"["ün"]"#),
        (#"replace_all('10.0.0.1', '(\d+)\.(\d+)', '$2.$1')"#, #""0.10.1.0""#),
        ("replace_all('abc', 'b', '[$0]')", #""a[b]c""#),
        ("replace_all('abc', '(b)', '${1}1$$1$x$')", #""ab1$1$x$c""#),
        ("replace_all('abc', '(?<n>b)', '<${n}>')", #""a<b>c""#),
        ("replace_all('ab', '(x)?', '-$1')", #""-a-b-""#), ("replace_all('ü', '', '.')", #"".ü.""#),
        ("replace_all('abc', 'x', '')", #""abc""#),
        ("replace_all('aAb', '(?i)a', '')", #""b""#),
    ])
    func patterns(expression: String, expected: String) throws {
        #expect(try text(expression) == expected)
    }

    @Test(arguments: [
        ("range(3)", "[0,1,2]"), ("range(2, 4)", "[2,3]"), ("range(5, 0, -2)", "[5,3,1]"), ("range(0)", "[]"),
        ("range(-3)", "[]"), ("range(3, 1)", "[]"),
        ("range(9223372036854775807, -9223372036854775807)", "[]"),
        ("range(9223372036854775805, 9223372036854775807, 5)", "[9223372036854775805]"),
        ("range(-9223372036854775807, 9223372036854775807, 9223372036854775807)", "[-9223372036854775807,0]"),
        ("reverse([1, 2])", "[2,1]"), ("sort([2, 1.5, 1])", "[1,1.5,2]"), ("sort(['b', 'B', 'a'])", #"["B","a","b"]"#),
        ("sort([2, null])", "[null,2]"),
        ("sort([])", "[]"),
        ("sort_by([{n: 2, i: 0}, {n: 1, i: 1}, {n: 2, i: 2}], 'n')", #"[{"n":1,"i":1},{"n":2,"i":0},{"n":2,"i":2}]"#),
        ("sort_by([{a: {b: 2}}, {a: {b: 1}}, {}], 'a?.b?')", #"[{},{"a":{"b":1}},{"a":{"b":2}}]"#),
        ("unique([1, 1.0, '1', 1, null, null])", #"[1,"1",null]"#),
        ("len(unique([secret('a'), secret('b'), secret('a')]))", "2"),
        ("unique([{a: 1, b: 2}, {b: 2, a: 1}])", #"[{"a":1,"b":2}]"#),
        ("first([1, 2])", "1"), ("first([1, 2], 5)", "[1,2]"), ("first([], 1)", "[]"), ("last([1, 2])", "2"),
        ("last([1, 2, 3], 2)", "[2,3]"),
        ("min([2, 1])", "1"), ("max(1, 2.5)", "2.5"), ("max(['a', 'b'])", #""b""#), ("sum([])", "0"),
        ("sum([1, 2.5])", "3.5"), ("string(sum([30s, 1m]))", #""1m30s""#),
        ("zip([1, 2], ['a'])", #"[[1,"a"]]"#), ("flatten([1, [2, [3]], []])", "[1,2,[3]]"),
    ])
    func lists(expression: String, expected: String) throws {
        #expect(try text(expression) == expected)
    }

    @Test(arguments: [
        ("cidr_contains('10.0.0.0/8', '10.1.2.3')", true), ("cidr_contains('10.0.0.0/8', '11.0.0.0')", false),
        ("cidr_contains('10.0.0.0/8', '10.1.0.0/16')", true), ("cidr_contains('10.1.0.0/16', '10.0.0.0/8')", false),
        ("cidr_contains('10.0.0.0/8', '10.0.0.0/8')", true), ("cidr_contains('0.0.0.0/0', '255.255.255.255')", true),
        ("cidr_contains('::/0', '10.0.0.1')", false), ("cidr_contains('0.0.0.0/0', '::1')", false),
        ("cidr_contains('2001:db8::/32', '2001:DB8:1::')", true),
        ("cidr_contains('::ffff:0:0/96', '::ffff:10.0.0.1')", true), ("cidr_contains('10.0.0.9/24', '10.0.0.1')", true),
        ("cidr_contains('10.0.0.1', '10.0.0.1')", true), ("cidr_contains('1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0')", true),
        ("cidr_overlaps('10.0.0.0/8', '10.1.0.0/16')", true), ("cidr_overlaps('10.1.0.0/16', '10.0.0.0/8')", true),
        ("cidr_overlaps('10.0.0.0/16', '10.1.0.0/16')", false), ("cidr_overlaps('fd00::/8', 'fe00::/8')", false),
    ])
    func networks(expression: String, expected: Bool) throws {
        #expect(try text(expression) == "\(expected)")
    }

    @Test(arguments: [
        ("cidr_hosts('10.0.0.8/30')", #"["10.0.0.9","10.0.0.10"]"#),
        ("cidr_hosts('10.0.0.8/31')", #"["10.0.0.8","10.0.0.9"]"#),
        ("cidr_hosts('10.0.0.8/32')", #"["10.0.0.8"]"#), ("cidr_hosts('255.255.255.255')", #"["255.255.255.255"]"#),
        ("cidr_hosts('2001:db8::/126')", #"["2001:db8::1","2001:db8::2","2001:db8::3"]"#),
        ("cidr_hosts('::/127')", #"["::","::1"]"#),
        ("cidr_hosts('1:0:0:2:0:0:0:3/128')", #"["1:0:0:2::3"]"#),
        ("cidr_hosts('1:0:2:3:4:5:6:7')", #"["1:0:2:3:4:5:6:7"]"#),
        ("cidr_hosts('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')", #"["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]"#),
        ("len(cidr_hosts('10.0.0.0/16'))", "65534"), ("len(cidr_hosts('fd00::/112'))", "65535"),
    ])
    func hosts(expression: String, expected: String) throws {
        #expect(try text(expression) == expected)
    }

    @Test(arguments: [
        ("'2026-11-22T21:12:05Z', '%Y/%m/%d %H.%M.%S'", "2026/11/22 21.12.05"),
        ("'2026-11-22T21:12Z', '%T'", "21:12:00"),
        ("'2026-11-22T01:12:00.999+02:30', '%FT%R%z'", "2026-11-21T22:42+0000"), ("'1970-01-01T00:00:00Z', '%s'", "0"),
        ("0, '%A %a %B %b %e %j %u %w'", "Thursday Thu January Jan  1 001 4 4"), ("-1, '%F %T'", "1969-12-31 23:59:59"),
        ("-0.5, '%s'", "-1"), ("951782400, '%F %j'", "2000-02-29 060"),
        ("'2024-12-31T12:00:00Z', '%j %I%p %y'", "366 12PM 24"),
        ("'2026-01-01T00:30:00Z', '%I %p'", "12 AM"),
        ("'0000-01-01T00:00:00Z', '%s %a %F'", "-62167219200 Sat 0000-01-01"),
        ("253402300799, '%FT%TZ %Z 100%%'", "9999-12-31T23:59:59Z UTC 100%"), ("'2100-03-01T00:00:00Z', '%j'", "060"),
        ("'2026-11-22T23:59:60Z', '%F %T'", "2026-11-23 00:00:00"), ("'2026-11-22T21:12:00Z', 'grün%n'", #"grün\n"#),
    ])
    func times(arguments: String, expected: String) throws {
        #expect(try text("time_format(\(arguments))") == "\"\(expected)\"")
    }

    /// Every day of four centuries is read as the day that it was written as, and follows the day before.
    @Test func everyDayComesBack() throws {
        let days = "range(-719528, -719528 + 146097 + 800, 97)"
        var previous = ""
        guard case .success(.list(let numbers)) = try evaluate(days) else { return #expect(Bool(false)) }
        for case .int(let day) in numbers {
            let seconds = day * 86_400
            guard case .success(.string(let written)) = try evaluate("time_format(\(seconds), '%FT%TZ')") else {
                return #expect(Bool(false), "\(day)")
            }
            #expect(written > previous)
            previous = written
            #expect(try text("time_format('\(written)', '%s')") == "\"\(seconds)\"")
        }
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_795_381_920_999_999_999, "2026-11-22T21:12:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func theClock(time: Int64, expected: String) throws {
        #expect(try text("now()", host: FunctionHost(time: time)) == "\"\(expected)\"")
    }

    @Test(arguments: [
        ("a\nb\n", #"["a","b"]"#), ("a\r\n\nb", #"["a","","b"]"#), ("", "[]"), ("\n", #"[""]"#),
        ("\u{FEFF}a", #"["a"]"#), ("a\rb", #"["a\rb"]"#),
        ("grün", #"["grün"]"#),
    ])
    func linesOfFiles(content: String, expected: String) throws {
        let host = FunctionHost(files: ["-": Array(content.utf8)])
        #expect(try text("lines('-')", host: host) == expected)
    }

    @Test func wholeFiles() throws {
        let host = FunctionHost(files: ["a.txt": Array("\u{FEFF}a\r\nü🔒\n".utf8)])
        #expect(try text("read('a.txt')", host: host) == #""a\r\nü🔒\n""#)
        #expect(try text("read('b')", host: host) == "Script.File: b: no such file")
    }

    @Test(
        arguments: [
            ([0x61, 0xFF], 2), ([0xC3], 1), ([0x61, 0xC3, 0x28], 2), ([0xE0, 0x80, 0x80], 1), ([0xED, 0xA0, 0x80], 1),
            ([0xF5, 0x80, 0x80, 0x80], 1),
            ([0xF0, 0x9F, 0x94, 0x92, 0x80], 5), ([0xC0, 0x80], 1),
        ] as [([UInt8], Int)])
    func filesThatAreNoText(content: [UInt8], place: Int) throws {
        let host = FunctionHost(files: ["a": content, "-": content])
        #expect(try text("read('a')", host: host) == "Script.File: a: byte \(place) is not UTF-8")
        #expect(try text("lines('-')", host: host) == "Script.File: standard input: byte \(place) is not UTF-8")
    }

    @Test(arguments: [
        ("items({RequestId: 'r', Vpcs: {Vpc: [{a: 1}]}})", #"[{"a":1}]"#), ("items([1])", "[1]"),
        ("query({a: [{b: 1}, {b: 2}]}, 'a[?b > `1`].b')", "[2]"),
    ])
    func responses(expression: String, expected: String) throws {
        #expect(try text(expression) == expected)
    }

    // MARK: Size

    /// Each of these takes hours where it is quadratic.
    @Test(arguments: [
        ("len(split($a, ','))", "1000001"), ("len(replace($a, ',', ';'))", "2000000"), ("contains($b, $c)", "false"),
        ("len(split($b, $c))", "1"),
        ("len(join(split($a, ','), '-'))", "2000000"), ("len(unique(split($a, ',')))", "2"),
        ("len(replace_all($a, 'a', 'bb'))", "3000000"),
        ("find($b, '(a*)*c')", "null"), ("len(find($b, 'a*')[0])", "2000000"), ("len(trim($b))", "2000000"),
        ("len(flatten([range(1000000)]))", "1000000"),
        ("len(reveal(join([secret('a')] + split($a, ','), '')))", "1000001"),
    ])
    func largeTexts(expression: String, expected: String) throws {
        let prepared =
            expression
            .replacing("$a", with: "read('a')").replacing("$b", with: "read('b')").replacing("$c", with: "read('c')")
        let host = FunctionHost(files: [
            "a": Array(repeatElement([0x61, 0x2C] as [UInt8], count: 1_000_000).joined()),
            "b": Array(repeating: 0x61, count: 2_000_000),
            "c": Array(repeating: 0x61, count: 1_000_000) + [0x62],
        ])
        #expect(try text(prepared, host: host) == expected)
    }

    @Test func textsBeyondAllReasonAreRefused() throws {
        let host = FunctionHost(files: ["a": Array(repeating: 0x61, count: 100_000)])
        for expression in [
            "replace(read('a'), 'a', read('a'))", "replace_all(read('a'), 'a', read('a'))",
            "join(split(read('a'), 'a'), read('a'))",
        ] {
            #expect(try text(expression, host: host).contains("the text would be longer than 256 MiB"))
        }
    }
}
