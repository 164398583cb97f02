import DataValue
import Testing

@Suite struct JSONWritingTests {
    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (.int(.min), "-9223372036854775808"), (7, "7"), (10, "10"),
            (.float(2), "2.0"),
            (.float(-0.0), "-0.0"), (.float(0.1), "0.1"), (.float(1e100), "1e+100"), (.float(1e16), "1e+16"),
            (.float(.nan), "null"),
            (.float(-.infinity), "null"), (.bigNumber("1e400"), "1e400"), ("", #""""#),
            ("a/b\"\\\n\t\r\u{8}\u{C}", #""a/b\"\\\n\t\r\b\f""#),
            ("\u{0}\u{1F}\u{7F}\u{80}\u{9B}\u{A0}", "\"\\u0000\\u001f\\u007f\\u0080\\u009b\u{A0}\""),
            ("long enough for words of eight \u{1B}[31m", #""long enough for words of eight \u001b[31m""#),
            ("é办😀", "\"é办😀\""), (.duration(90_000_000_000), #""1m30s""#), (.secret(Secret("hunter2")), #""****""#),
            (.secret("user:" + Secret("hunter2") + "@"), #""user:****@""#), ([], "[]"), ([1, [], [:]], "[1,[],{}]"),
            (["b": 1, "a\n": [true]], #"{"b":1,"a\n":[true]}"#),
        ] as [(Value, String)])
    func writesCompactly(_ value: Value, _ expected: String) {
        #expect(JSON.text(value) == expected)
    }

    @Test func indents() {
        let value: Value = ["a": [1, ["b": "x"]], "c": [], "d": [:]]
        #expect(
            JSON.indentedText(value) == """
                {
                  "a": [
                    1,
                    {
                      "b": "x"
                    }
                  ],
                  "c": [],
                  "d": {}
                }
                """)
        #expect(JSON.indentedText(1) == "1")
    }

    @Test func appendsToWhatIsThere() {
        var bytes = Array("x=".utf8)
        JSON.write([1], into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "x=[1]")
    }
}
