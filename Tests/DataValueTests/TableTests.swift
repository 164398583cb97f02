import DataValue
import SystemSupport
import Testing

@Suite struct TableTests {
    private func table(_ value: Value, width: Int? = nil, styled: Bool = false) -> String {
        ValueFormatter(format: .table, width: width, styled: styled).text(value)
    }

    @Test func showsARowPerItemWithNestedRecordsFlattened() {
        let value: Value = [
            ["Name": "office", "Ike": ["Version": "ikev2", "Lifetime": 86400], "Tags": ["a", 1]],
            ["Name": "home", "Ike": ["Version": "ikev1", "Lifetime": 300], "Extra": .null],
        ]
        #expect(
            table(value) == """
                Name    Ike.Version  Ike.Lifetime  Tags     Extra
                ──────  ───────────  ────────────  ───────  ─────
                office  ikev2               86400  ["a",1]
                home    ikev1                 300           null

                """)
    }

    @Test func showsTheItemsOfAResponse() {
        let response: Value = [
            "RequestId": "R", "TotalCount": 1, "VpnConnections": ["VpnConnection": [["Id": "vco-1"]]],
        ]
        #expect(table(response) == "Id\n─────\nvco-1\n")
        let empty: Value = ["RequestId": "R", "VpnConnections": ["VpnConnection": []]]
        #expect(table(empty) == "(no rows)\n")
        let two: Value = ["RequestId": "R", "A": ["A": [["Id": 1]]], "B": ["B": [["Id": 2]]]]
        #expect(table(two).hasPrefix("RequestId  A.A         B.B\n"))
    }

    @Test func showsScalars() {
        #expect(table([]) == "(no rows)\n")
        #expect(table([1, "x", .null]) == "value\n─────\n1\nx\nnull\n")
        #expect(table([10, 5]) == "value\n─────\n   10\n    5\n")
        #expect(table("plain\ntext") == "plain\ntext\n")
        #expect(table(.int(5)) == "5\n")
        #expect(table([[:]]) == "(1 row without fields)\n")
        #expect(table([["a": 1], "x"]) == "a  value\n─  ─────\n1\n   x\n")
    }

    @Test func shortensLongCellsVisibly() {
        let value: Value = [["Id": "vco-bp1bbi27hojx80nckaaaa", "Text": .string(String(repeating: "x", count: 200))]]
        let lines = table(value, width: 80).split(separator: "\n")
        #expect(lines.allSatisfy { String($0).displayWidth <= 80 })
        #expect(lines[2].hasPrefix("vco-bp1bbi27hojx80nckaaaa  xxx"))
        #expect(lines[2].hasSuffix("x…"))
        #expect(String(lines[2]).displayWidth == 80)
        #expect(table(value).contains(String(repeating: "x", count: 200)))
    }

    @Test func namesTheNumberOfColumnsThatDoNotFit() {
        let fields = (0..<10).map { ("Column\($0)", Value.string("0123456789")) }
        let text = table([.record(Record(fields))], width: 40)
        #expect(
            text == """
                Column0     Column1     Column2
                ──────────  ──────────  ──────────
                0123456789  0123456789  0123456789
                (+7 columns: use | select or | vertical)

                """)
        #expect(!table([.record(Record(fields))]).contains("(+"))
        #expect(table([["A": "0123456789", "B": 1]], width: 10).hasSuffix("(+1 column: use | select or | vertical)\n"))
    }

    @Test(arguments: 0..<60)
    func keepsToAnyWidth(_ width: Int) {
        var generator = SeededGenerator(seed: UInt64(width))
        let rows = (0..<5).map { _ in
            Value.record(Record((0..<6).map { ("N\($0)", Value.string(generator.string())) }))
        }
        let lines = table(.list(rows), width: width).split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("(+") }
        #expect(lines.count == 8)
        #expect(lines.allSatisfy { String($0).displayWidth <= max(1, width) })
    }

    @Test func alignsWideCharacters() {
        let value: Value = [["Name": "办公室", "X": 1], ["Name": "e\u{301}te\u{301}", "X": 2], ["Name": "👩‍👩‍👧", "X": 3]]
        #expect(table(value) == "Name    X\n──────  ─\n办公室  1\ne\u{301}te\u{301}     2\n👩‍👩‍👧      3\n")
    }

    @Test(arguments: [
        ("\u{1B}[31mred\u{1B}[0m", #"\u{1B}[31mred\u{1B}[0m"#), ("a\nb\tc\r", #"a\nb\tc\r"#),
        ("\u{9B}2J", #"\u{9B}2J"#),
        ("\u{7F}\u{0}", #"\u{7F}\u{0}"#), ("a\u{202E}b", #"a\u{202E}b"#), ("\r\n", #"\r\n"#), ("e\u{301}", "e\u{301}"),
    ])
    func neverSendsControlCharactersToTheTerminal(_ text: String, _ shown: String) {
        for format in [OutputFormat.table, .vertical] {
            let formatter = ValueFormatter(format: format)
            #expect(formatter.text([["Name": .string(text)]]).contains(shown))
            #expect(formatter.text([.record(Record([(text, Value.int(1))]))]).contains(shown))
            #expect(
                formatter.text([.record(Record([(text, .string(text))]))]).utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
        }
    }

    @Test func emphasisesOnlyWhereAsked() {
        #expect(table([["A": 1]], styled: true) == "\u{1B}[1mA\u{1B}[0m\n─\n1\n")
        #expect(!table([["A": 1]]).contains("\u{1B}"))
    }

    @Test func losesNoFieldWhereNamesCollide() {
        #expect(table([["a.b": 1, "a": ["b": 2]]]) == "a.b  a.b (2)\n───  ───────\n  1        2\n")
    }

    @Test(arguments: [
        ("abc", 3), ("", 0), ("办公室", 6), ("ｱ", 1), ("Ａ", 2), ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("é", 1),
        ("e\u{301}", 1),
        ("😀", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("❤", 1), ("👍🏽", 2), ("…", 1), ("─", 1), ("กำ", 2), ("ё", 1), ("𠀀", 2),
        ("①", 1),
    ])
    func countsColumns(_ text: String, _ width: Int) {
        #expect(text.displayWidth == width)
    }
}
