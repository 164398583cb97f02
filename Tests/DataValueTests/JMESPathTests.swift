import DataValue
import Testing

@Suite struct JMESPathTests {
    private let gateways: Value = [
        "RequestId": "R",
        "VpnConnections": [
            "VpnConnection": [
                ["Id": "vco-1", "Status": "up", "Psk": .secret(Secret("hunter2")), "Cost": .float(1.5)],
                ["Status": "down", "Id": "vco-2", "Psk": .secret(Secret("swordfish")), "Cost": 2],
                ["Id": "vco-3", "Status": "up"],
            ]
        ],
    ]

    private func evaluate(_ expression: String, _ value: Value) throws -> Value {
        try JMESPath(expression).evaluate(value)
    }

    @Test(
        arguments: [
            ("VpnConnections.VpnConnection[?Status=='up'].Id", ["vco-1", "vco-3"]),
            // A bracket behind braces belongs to the whole projection, behind a name to each element.
            ("VpnConnections.VpnConnection[*].{b: Id, a: Cost}[0]", ["b": "vco-1", "a": .float(1.5)]),
            ("VpnConnections.VpnConnection[*].Id[0]", []),
            ("VpnConnections.VpnConnection[].Id | [0]", "vco-1"),
            ("length(VpnConnections.*[])", 3), ("VpnConnections.VpnConnection[-1].Id", "vco-3"),
            ("VpnConnections.VpnConnection[].Cost | sum(@)", .float(3.5)),
            ("max_by(VpnConnections.VpnConnection[?Cost], &Cost).Id", "vco-2"), ("Missing.deeper[0].still", .null),
            ("keys(VpnConnections.VpnConnection[1])", ["Status", "Id", "Psk", "Cost"]),
        ] as [(String, Value)])
    func queries(_ expression: String, _ expected: Value) throws {
        #expect(try evaluate(expression, gateways) == expected)
    }

    @Test func keepsTheOrderOfFieldsAndSharesNames() throws {
        let result = try evaluate("VpnConnections.VpnConnection[].{b: Id, a: Status}", gateways)
        #expect(JSON.text(result) == #"[{"b":"vco-1","a":"up"},{"b":"vco-2","a":"down"},{"b":"vco-3","a":"up"}]"#)
        #expect(
            try evaluate("VpnConnections.VpnConnection[].{a: Id, a: Status}", gateways) == [
                ["a": "up"], ["a": "down"], ["a": "up"],
            ])
        #expect(
            JSON.text(try evaluate("merge(@, `{\"c\": 1, \"a\": 2}`)", ["a": 1, "b": 1])) == #"{"a":2,"b":1,"c":1}"#)
    }

    @Test(
        arguments: [
            ("sum(@)", [.int(.max), 1], .float(9_223_372_036_854_775_808)),
            ("abs(@)", .int(.min), .bigNumber("9223372036854775808")),
            ("floor(@)", .float(1e300), .float(1e300)), ("ceil(@)", .bigNumber("1.5000000000000000000000001"), 2),
            ("abs(@)", .bigNumber("-1e400"), .bigNumber("1e400")),
            ("@ < `5`", .bigNumber("99999999999999999999"), false),
            ("to_number(@)", "12345678901234567890123", .bigNumber("12345678901234567890123")),
            ("to_number(@)", " 4", .null),
            ("to_number(@)", "4x", .null), ("to_number(@)", "true", .null),
            ("@ > `9007199254740992`", 9_007_199_254_740_993, true),
            ("avg(@)", [1, 3], .float(2)), ("to_string(@)", .float(2), "2.0"), ("length(@)", "e\u{301}", 2),
            ("reverse(@)", "ab\u{301}", "b\u{301}a"),
            ("sort(@)", ["b", "é", "a", "Z"], ["Z", "a", "b", "é"]), ("@[::9223372036854775807]", [1, 2], [1]),
            ("@[-9223372036854775808:]", [1, 2], [1, 2]), ("@[::-9223372036854775808]", [1, 2], [2]),
            ("@[9223372036854775807]", [1], .null),
            ("contains(@, '')", "a", true), ("contains(@, '')", "", true), ("contains(@, 'a')", "", false),
            ("contains(@, `1`)", "a1", false),
            ("[0] < [1]", [.duration(1), .duration(2)], true),
        ] as [(String, Value, Value)])
    func computes(_ expression: String, _ value: Value, _ expected: Value) throws {
        let result = try evaluate(expression, value)
        #expect(result == expected)
        #expect(JSON.text(result) == JSON.text(expected))
    }

    @Test(arguments: [
        "VpnConnections.VpnConnection[0].Psk", "join('-', VpnConnections.VpnConnection[].Psk)",
        "reverse(VpnConnections.VpnConnection[0].Psk)",
        "to_string(VpnConnections.VpnConnection[0].Psk)", "to_string(VpnConnections.VpnConnection[0])",
        "max(VpnConnections.VpnConnection[].Psk)",
        "sort(VpnConnections.VpnConnection[].Psk)", "VpnConnections.VpnConnection[].[Id, Psk]",
        "to_array(VpnConnections.VpnConnection[0].Psk)",
        "join(VpnConnections.VpnConnection[0].Psk, ['a', 'b'])", "map(&{p: Psk}, VpnConnections.VpnConnection)",
    ])
    func secretsStaySecret(_ expression: String) throws {
        let text = JSON.text(try evaluate(expression, gateways))
        #expect(text.contains("****"))
        #expect(!text.contains("hunter2") && !text.contains("2retnuh") && !text.contains("swordfish"))
    }

    @Test func containsFindsEveryPart() throws {
        var generator = SeededGenerator(seed: 9)
        let query = try JMESPath("contains([0], [1])")
        for _ in 0..<caseCount {
            let text = String((0..<12).map { _ in Bool.random(using: &generator) ? "a" : "b" })
            let part = String(
                (0..<Int.random(in: 0..<6, using: &generator)).map { _ in Bool.random(using: &generator) ? "a" : "b" })
            #expect(try query.evaluate([.string(text), .string(part)]) == .bool(part.isEmpty || text.contains(part)))
        }
    }

    @Test func secretsCompareByTheirContent() throws {
        #expect(try evaluate("VpnConnections.VpnConnection[?Psk=='hunter2'].Id", gateways) == ["vco-1"])
        #expect(try evaluate("contains(VpnConnections.VpnConnection[0].Psk, 'unt')", gateways) == true)
        #expect(try evaluate("type(VpnConnections.VpnConnection[0].Psk)", gateways) == "string")
        #expect(try evaluate("to_number(@)", .secret(Secret("42"))) == .null)
    }

    @Test(arguments: [
        ("", JMESPathError.Kind.syntax, 0), ("foo.", .syntax, 4), ("foo bar", .syntax, 4), ("foo[", .syntax, 4),
        ("foo[a]", .syntax, 4),
        ("a = b", .syntax, 2), ("a # b", .syntax, 2), ("é", .syntax, 0), ("'abc", .syntax, 0), ("a.'b'", .syntax, 2),
        ("`{`", .syntax, 0),
        ("\"a\\q\"", .syntax, 2), ("a[99999999999999999999]", .syntax, 2), ("a[-]", .syntax, 2),
        ("a[::0]", .invalidValue, 1), ("foo(a)", .unknownFunction, 0),
        ("a.b.length()", .invalidArity, 4), ("length(a, b)", .invalidArity, 0), ("&a", .syntax, 0),
        ("\"abs\"(a)", .syntax, 5), ("`1` ||", .syntax, 6),
    ])
    func refusesWithThePlace(_ expression: String, _ kind: JMESPathError.Kind, _ offset: Int) {
        let error = #expect(throws: JMESPathError.self) { try JMESPath(expression) }
        #expect(error?.kind == kind)
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }

    @Test(arguments: [
        ("a.abs(@)", 6), ("length(`1`)", 7), ("sort_by(@, a)", 8), ("map(a, @)", 4), ("join(`1`, @)", 5),
        ("sum(['a'])", 4), ("abs(&a)", 4),
        ("sort_by(`[1, \"a\"]`, &@)", 21),
    ])
    func namesTheArgumentOfAWrongType(_ expression: String, _ offset: Int) throws {
        let read = try JMESPath(expression)
        let error = #expect(throws: JMESPathError.self) { try read.evaluate([:]) }
        #expect(error?.kind == .invalidType)
        #expect(error?.offset == offset)
    }

    @Test(arguments: [
        "[", "(", "{a:", "!", "a.", "a|", "a||", "[?", "a[*]", "*.", "abs(", "[]", "a[0]", "&", "a[::]", "@==",
        "not_null(&",
    ])
    func refusesDeepNestingInsteadOfOverflowing(_ part: String) {
        let error = #expect(throws: JMESPathError.self) {
            try JMESPath(String(repeating: part, count: 100_000) + "a")
        }
        #expect(error?.kind == .syntax)
    }

    @Test func evaluatesTheDeepestThatItReads() throws {
        let chain = Array(repeating: "a", count: JMESPath.depthLimit).joined(separator: ".")
        #expect(try evaluate(chain, ["a": 1]) == .null)
        let brackets = String(repeating: "[", count: 400) + "@" + String(repeating: "]", count: 400)
        #expect(JSON.text(try evaluate(brackets, 1)) == brackets.replacing("@", with: "1"))
    }

    @Test func mutatedExpressionsAreReadOrRefusedButNeverBreak() {
        let expressions = [
            "VpnConnections.VpnConnection[?Status=='up' && !Psk || Cost >= `1.5`].{a: Id, \"b c\": [Cost, @]} | [0:2:-1][]",
            "sort_by(VpnConnections.*[][], &Id)[*].not_null(Cost, `0`)", "join(',', map(&to_string(@), *.*.Id)[::-1])",
        ]
        let signs = Array("[]{}()*.,:@&|!<>=?'\"`\\-0a9 #é")
        var accepted = 0
        for seed in 0..<caseCount {
            var generator = SeededGenerator(seed: UInt64(seed))
            var expression = Array(expressions[seed % expressions.count])
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                let position = Int.random(in: 0..<expression.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: expression.insert(signs.randomElement(using: &generator) ?? "a", at: position)
                case 1: expression[position] = signs.randomElement(using: &generator) ?? "a"
                default: expression.remove(at: position)
                }
            }
            do throws(JMESPathError) {
                let read = try JMESPath(String(expression))
                accepted += 1
                _ = try read.evaluate(gateways)
            } catch {
                #expect((0...String(expression).utf8.count).contains(error.offset))
            }
        }
        #expect(accepted > caseCount / 20)
    }
}
