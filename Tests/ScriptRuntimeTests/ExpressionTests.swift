import DataValue
import ScriptRuntime
import Testing

/// What expressions come to, and the errors that they raise.
@Suite struct ExpressionTests {
    static let values: [(String, String)] = [
        ("1 + 2 * 3 - 4", "3"), ("(1 + 2) * 3", "9"), ("7 / 2", "3.5"), ("6 / 2", "3.0"), ("7 // 2", "3"),
        ("-7 // 2", "-3"),
        ("-7 % 2", "-1"), ("7 % -2", "1"), ("7.5 // 2", "3"), ("7.5 % 2", "1.5"), ("-9223372036854775808 % -1", "0"),
        ("1 + 0.5", "1.5"),
        ("2 * 1.5", "3.0"), ("-(5)", "-5"), ("- -5", "5"), ("0x1f + 1_000", "1031"), ("1e3", "1000.0"),
        ("9223372036854775807", "9223372036854775807"),
        ("5s + 1m", "1m5s"), ("10s - 1m", "-50s"), ("5s * 3", "15s"), ("2 * 1.5s", "3s"), ("1m * 0.5", "30s"),
        ("1m / 2", "30s"), ("1m // 7s", "8"),
        ("-5s", "-5s"), ("0s", "0s"), ("90s == 1m30s", "true"), ("5s < 1m", "true"), ("'a' + 'b'", "ab"),
        ("[1] + [2]", "[1,2]"),
        ("1 == 1.0", "true"), ("1 == '1'", "false"), ("null == false", "false"),
        ("[1, {a: 2}] == [1.0, {a: 2}]", "true"),
        ("{a: 1, b: 2} == {b: 2, a: 1}", "true"), ("1 != 2", "true"),
        ("9007199254740993 == 9007199254740992.0", "false"), ("'a' < 'b'", "true"), ("'B' < 'a'", "true"),
        ("2 <= 2.0", "true"),
        ("3 > 2 and 2 >= 2", "true"), ("not 1 == 2", "true"), ("not true or true", "true"), ("1 in [1, 2]", "true"),
        ("'a' in {a: 1}", "true"),
        ("'b' in {a: 1}", "false"), ("'el' in 'hello'", "true"), ("'' in 'a'", "true"), ("1.0 in [1]", "true"),
        ("'abc' matches 'a*'", "true"),
        ("'abc' matches 'A*'", "false"), ("'abc' matches '[a-b]?c'", "true"), ("'abc' matches '[!a]bc'", "false"),
        ("'' matches '*'", "true"),
        ("'a.b' matches 'a.b'", "true"), ("null ?? 1", "1"), ("{a: null}.a ?? 2", "2"), ("null ?? null ?? 3", "3"),
        ("{a: {b: 5}}.a.b", "5"), ("{a: 1}['a']", "1"),
        ("[1, 2][-1]", "2"), ("'héllo'[1]", "é"), ("{a: 1}.b?", "null"), ("[1][5]?", "null"), ("null.a?", "null"),
        ("{a: {}}.a.b? ?? 'x'", "x"),
        ("{if: 1}.if", "1"), ("\"a${1 + 1}b$$\"", "a2b$$"),
        ("\"x ${[1, 'a']} ${null} ${1.0} ${90s} ${true}\"", #"x [1,"a"] null 1.0 1m30s true"#),
        ("{a: 1, \"b c\": [null]}", #"{"a":1,"b c":[null]}"#), ("len('👨‍👩‍👧é')", "2"), ("len([1, 2])", "2"),
        ("len({a: 1})", "1"), ("keys({a: 1, b: 2})", #"["a","b"]"#),
        ("values({a: 1})", "[1]"), ("has({a: null}, 'a')", "true"), ("has([1], 1)", "false"), ("type(1.5)", "float"),
        ("type(5s)", "duration"),
        ("string(5s)", "5s"), ("int('42')", "42"), ("int(-2.7)", "-2"), ("float('1.5')", "1.5"),
        ("bool('true')", "true"), ("duration('1h30m')", "1h30m"),
        ("json({a: [1, 2.0, null]})", #"{"a":[1,2.0,null]}"#), ("parse_json('{\"a\": 1}').a", "1"),
        ("split('a,b,,c', ',')", #"["a","b","","c"]"#),
        ("join([1, 'a', 5s], '-')", "1-a-5s"), ("upper('é')", "É"), ("lower('AB')", "ab"), ("trim('  a b\n')", "a b"),
        ("replace('aXbX', 'X', '')", "ab"),
        ("starts_with('abc', 'ab')", "true"), ("ends_with('abc', 'bc')", "true"), ("contains([1, 2], 2)", "true"),
        ("contains('abc', 'b')", "true"), ("range(3)", "[0,1,2]"),
        ("range(1, 4)", "[1,2,3]"), ("range(5, 0, -2)", "[5,3,1]"), ("range(0)", "[]"), ("range(3, 1)", "[]"),
        ("reverse([1, 2])", "[2,1]"), ("reverse('ab')", "ba"),
        ("sort([3, 1, 2.5])", "[1,2.5,3]"), ("unique([1, 2, 1, '1'])", #"[1,2,"1"]"#), ("first([1, 2])", "1"),
        ("first([1, 2, 3], 2)", "[1,2]"), ("last([1, 2], 1)", "[2]"),
        ("min([2, 1])", "1"), ("max(1, 3, 2)", "3"), ("sum([1, 2.5])", "3.5"), ("sum([5s, 1m])", "1m5s"),
        ("sum([])", "0"), ("zip([1, 2], ['a', 'b'])", #"[[1,"a"],[2,"b"]]"#),
        ("flatten([[1], 2, [[3]]])", "[1,2,[3]]"), ("[1, 2, 3] == range(1, 4)", "true"), ("secret('abc')", "****"),
        ("\"key ${secret('abc')}!\"", "key ****!"),
        ("'a' + secret('b') + 'c'", "a****c"), ("upper(secret('abc'))", "****"), ("reveal(secret('abc'))", "abc"),
        ("secret('a') == 'a'", "true"), ("type(secret('a'))", "secret"),
        ("json([secret('a')])", #"["****"]"#), ("len(secret('abc'))", "****"),
    ]

    @Test(arguments: values) func value(_ expression: String, _ text: String) {
        let outcome = run("print (\(expression))")
        #expect(outcome.lines == [text], "\(expression): \(outcome.ending)")
    }

    /// The same values from registers, so that nothing is decided while compiling.
    @Test(arguments: [
        ("+", "12 -2 17.5"), ("-", "2 -12 -7.5"), ("*", "35 35 62.5"), ("//", "1 0 0"), ("%", "2 -5 5.0"),
    ])
    func operatorsOnVariables(_ operation: String, _ text: String) {
        let script =
            "for p in [[7, 5], [-5, -7], [5, 12.5]] { let a = $p[0]\nlet b = $p[1]\nlet c = $a \(operation) $b\nprint $c }"
        let expected: [String] =
            switch operation {
            case "+": ["12", "-12", "17.5"]
            case "-": ["2", "2", "-7.5"]
            case "*": ["35", "35", "62.5"]
            case "//": ["1", "0", "0"]
            default: ["2", "-5", "5.0"]
            }
        #expect(run(script).lines == expected)
    }

    static let errors: [(String, String)] = [
        ("9223372036854775807 + 1", "Script.Overflow"), ("-9223372036854775808 - 1", "Script.Overflow"),
        ("9223372036854775807 * 2", "Script.Overflow"),
        ("-9223372036854775808 // -1", "Script.Overflow"), ("-(-9223372036854775808)", "Script.Overflow"),
        ("1e308 * 10", "Script.Overflow"),
        ("100000d + 100000d", "Script.Overflow"), ("100000d * 100000", "Script.Overflow"),
        ("int(1e30)", "Script.Overflow"), ("sum([9223372036854775807, 1])", "Script.Overflow"),
        ("1 // 0", "Script.DivideByZero"), ("1 % 0", "Script.DivideByZero"), ("1 / 0", "Script.DivideByZero"),
        ("1.0 / 0", "Script.DivideByZero"),
        ("1.5 % 0.0", "Script.DivideByZero"), ("5s // 0s", "Script.DivideByZero"), ("5s / 0", "Script.DivideByZero"),
        ("1 + 'a'", "Script.Type"), ("'a' + 1", "Script.Type"),
        ("[1] + 1", "Script.Type"), ("null + 1", "Script.Type"), ("true + 1", "Script.Type"), ("5s + 1", "Script.Type"),
        ("5s * 5s", "Script.Type"), ("1 - 'a'", "Script.Type"),
        ("1 < 'a'", "Script.Type"), ("[1] < [2]", "Script.Type"), ("null < 1", "Script.Type"),
        ("true < false", "Script.Type"), ("1 in 5", "Script.Type"), ("1 in 'a'", "Script.Type"),
        ("1 in {a: 1}", "Script.Type"), ("1 matches 'a'", "Script.Type"), ("not 1", "Script.Type"),
        ("-'a'", "Script.Type"), ("true and null", "Script.Type"),
        ("{a: 1}.b", "Script.Field"), ("(5).a", "Script.Field"), ("null.a", "Script.Field"), ("[1][1]", "Script.Index"),
        ("[1][-2]", "Script.Index"), ("'ab'[2]", "Script.Index"),
        ("[1]['a']", "Script.Type"), ("{a: 1}[0]", "Script.Type"), ("5[0]", "Script.Type"),
        ("{a: 1}['b']", "Script.Field"), ("int('x')", "Script.Value"), ("int([])", "Script.Type"),
        ("duration('5')", "Script.Value"), ("bool('yes')", "Script.Value"), ("parse_json('{')", "Script.Value"),
        ("first([])", "Script.Index"), ("min([])", "Script.Index"),
        ("sort([1, 'a'])", "Script.Type"), ("range(1, 2, 0)", "Script.Value"), ("range(9000000000)", "Script.Value"),
        ("split('a', '')", "Script.Value"), ("len(5)", "Script.Type"),
        ("env('NO_SUCH')", "Script.Value"), ("sum(['a'])", "Script.Type"),
    ]

    @Test(arguments: errors) func error(_ expression: String, _ code: String) {
        #expect(run("let v = \(expression)").ending == .error(code))
    }

    /// The nearest field is named.
    @Test func helpForFields() {
        let outcome = run("let r = {Status: 1, Name: 2}\nprint $r.Statu")
        #expect(outcome.uncaught?.error.help == "is it .Status?")
        #expect(run("let r = {a: 1, b: 2}\nprint ($r.zzzzz)").uncaught?.error.help?.contains("a, b") == true)
    }

    @Test func hostsWorld() {
        let host = TestHost { $0.environment = ["HOME": "/h"] }
        #expect(run("print (env('HOME')) (env('X', 'y'))", host: host).lines == ["/h y"])
        let id = run("print (uuid())", host: TestHost { $0.chance = 0 }).lines
        #expect(id == ["00000000-0000-4000-8000-000000000000"])
    }

    /// Growing a list or a text by one costs one element, not a copy of all: at 300,000 a copy each time would take
    /// hours.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            "let xs = []\nfor i in range(300000) { set xs = $xs + [$i] }\nprint (len($xs))",
            "let xs = []\ndef f() { for i in range(300000) { set xs = $xs + [$i] } }\nf()\nprint (len($xs))",
            "def f() { let xs = []\nfor i in range(300000) { set xs = $xs + [$i] }\nreturn len($xs) }\nprint (f())",
            "on error resume\nlet xs = []\nlet i = 0\nwhile len($xs) < 300000 { set xs = $xs + [$i] }\nprint (len($xs))",
            "let xs = range(300000)\nfor i, x in $xs { set xs[$i] = $x + 1 }\nprint ($xs[299999])",
            "let r = {a: range(300000)}\nfor i in range(300000) { set r.a[$i] = $r.a[$i] + 1 }\nprint ($r.a[299999])",
            "let r = {a: range(300000)}\ndef f() { for i in range(300000) { set r.a[$i] = $r.a[$i] + 1 } }\nf()\nprint ($r.a[299999])",
        ])
    func growingIsNotQuadratic(_ script: String) {
        #expect(run(script).lines == ["300000"])
    }

    @Test(.timeLimit(.minutes(2))) func growingTextIsNotQuadratic() {
        let script = "let s = ''\nfor i in range(300000) { set s = $s + 'abcdefghij' }\nprint (ends_with($s, 'hij'))"
        #expect(run(script).lines == ["true"])
    }
}
