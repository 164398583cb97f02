import DataValue
import Testing

@Suite struct JSONReadingTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("\t\r\nfalse\n", false), ("0", 0), ("-0", 0), ("42", 42), ("-7", -7),
            ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
            ("999999999999999999", .int(999_999_999_999_999_999)),
            ("9223372036854775808", .bigNumber("9223372036854775808")),
            ("-9223372036854775809", .bigNumber("-9223372036854775809")),
            ("100000000000000000000000000000000", .bigNumber("100000000000000000000000000000000")),
            ("1.10", .float(1.1)), ("-0.0", .float(-0.0)), ("2.0", .float(2)), ("1e3", .float(1000)),
            ("1E+3", .float(1000)),
            ("25e-1", .float(2.5)), ("0e99999999999999999999", .float(0)),
            ("123456789.123456", .float(123456789.123456)),
            ("5e-324", .float(.leastNonzeroMagnitude)), ("1.7976931348623157e308", .float(1.7976931348623157e308)),
            ("0.1234567890123456", .float(0.1234567890123456)), ("100000000000000000000.0", .float(1e20)),
            ("0.30000000000000004", .float(0.30000000000000004)),
            ("0.12345678901234567890123456789", .bigNumber("0.12345678901234567890123456789")),
            ("9007199254740993.0", .bigNumber("9007199254740993.0")), ("1e400", .bigNumber("1e400")),
            ("1e-400", .bigNumber("1e-400")), ("1e99999999999999999999", .bigNumber("1e99999999999999999999")),
            ("\"\"", ""), ("\"a\"", "a"), (#""\"\\\/\b\f\n\r\t\u0041""#, "\"\\/\u{8}\u{C}\n\r\tA"),
            (#""\ud83d\ude00 \u4e2d\u0000""#, "😀 中\u{0}"),
            ("\"žluťoučký 办公室 😀 more than eight\"", "žluťoučký 办公室 😀 more than eight"),
            ("[]", []), ("[ ]", []), ("[1,[2,[]],{}]", [1, [2, []], [:]]), ("{ }", [:]),
            (#"{"b" : 1 , "a" : {"c":[true]}}"#, ["b": 1, "a": ["c": [true]]]),
            (
                #"[{"a":1,"b":"x"},{"a":2,"b":"x"},{"b":"x","a":3},{"a":4}]"#,
                [["a": 1, "b": "x"], ["a": 2, "b": "x"], ["b": "x", "a": 3], ["a": 4]]
            ),
        ] as [(String, Value)])
    func reads(_ text: String, as expected: Value) throws {
        let value = try JSON.parse(text)
        #expect(value == expected)
        #expect(value.typeName == expected.typeName)
        #expect(JSON.text(value) == JSON.text(expected))
    }

    @Test(arguments: [
        ("", 0), ("  ", 2), ("nul", 0), ("nulll", 4), ("True", 0), ("NaN", 0), ("Infinity", 0), ("-Infinity", 1),
        ("+1", 0),
        ("01", 0), ("-01", 1), ("1.", 2), (".5", 0), ("1e", 2), ("1e+", 3), ("1.e3", 2), ("-", 1), ("0x10", 1),
        ("1 2", 2),
        ("[", 1), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[1 2]", 3), ("[1}", 2), ("]", 0), ("{", 1), ("{\"a\"", 4),
        ("{\"a\":", 5), ("{\"a\":1", 6), ("{\"a\":1,", 7), ("{\"a\":1,}", 7), ("{a:1}", 1), ("{'a':1}", 1),
        ("{\"a\" 1}", 5),
        ("{\"a\":1 \"b\":2}", 7), ("[] x", 3), ("\"abc", 4), ("\"abc\\", 5), ("\"\\x\"", 1), ("\"\\u12\"", 5),
        ("\"\\u12G4\"", 5),
        (#""\ud83d""#, 1), (#""a\ude00""#, 2), (#""\ud83dabcdef""#, 1), (#""\ud83d\u0041""#, 1), ("\"a\nb\"", 2),
        ("\"a\u{1}\"", 2), ("\"12345678\u{1F}\"", 9), (#"{"a":1,"a":2}"#, 7), (#"{"a":1,"\u0061":2}"#, 7),
        (#"[{"a":1,"b":2},{"a":1,"b":2,"a":3}]"#, 28), ("/* */ 1", 0), ("\u{FEFF}1", 0),
    ])
    func refuses(_ text: String, at offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }

    @Test(
        arguments: [
            ([0x80], 1), ([0xC3], 1), ([0xC3, 0x28], 1), ([0xC0, 0xAF], 1), ([0xC1, 0x80], 1), ([0xE0, 0x80, 0x80], 1),
            ([0xED, 0xA0, 0x80], 1), ([0xE4, 0xB8], 1), ([0xF0, 0x80, 0x80, 0x80], 1), ([0xF4, 0x90, 0x80, 0x80], 1),
            ([0xF5, 0x80, 0x80, 0x80], 1), ([0xFF], 1), (Array("12345678".utf8) + [0xFE], 9),
        ] as [([UInt8], Int)])
    func refusesBytesThatAreNotUTF8(_ bytes: [UInt8], at offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON.parse([0x22] + bytes + [0x22]) }
        #expect(error?.offset == offset)
    }

    @Test func keepsTheOrderOfFieldsAndTellsNamesApartByTheirBytes() throws {
        guard case .record(let record) = try JSON.parse("{\"z\":1,\"a\":2,\"e\u{301}\":3,\"é\":4,\"\":5}") else {
            Issue.record("not a record")
            return
        }
        #expect(record.keys.map { Array($0.utf8) } == ["z", "a", "e\u{301}", "é", ""].map { Array($0.utf8) })
        #expect(record["é"] == 4)
        #expect(record["e\u{301}"] == 3)
    }

    @Test func recordsOfOneShapeShareTheirNames() throws {
        let text = #"{"l":[{"a":1,"b":{"c":1}},{"a":2,"b":{"c":2}},{"a":3},{"a":4,"b":{"c":4}}]}"#
        guard case .record(let root) = try JSON.parse(text), case .list(let items)? = root["l"] else {
            Issue.record("not a record with a list")
            return
        }
        let tables = items.compactMap { item -> KeyTable? in
            if case .record(let record) = item { record.keyTable } else { nil }
        }
        #expect(tables[0] === tables[1])
        #expect(tables[0] === tables[3])
        #expect(tables[0] !== tables[2])
    }

    @Test func aChangedRecordLeavesTheOthersOfItsShapeAlone() throws {
        guard case .list(var items) = try JSON.parse(#"[{"a":1},{"a":2}]"#), case .record(var first) = items[0] else {
            Issue.record("not a list of records")
            return
        }
        first["b"] = 3
        items[0] = .record(first)
        #expect(JSON.text(.list(items)) == #"[{"a":1,"b":3},{"a":2}]"#)
    }

    @Test(arguments: [65, 200, 5000])
    func readsRecordsWithManyNames(_ count: Int) throws {
        let fields = (0..<count).map { ("name\($0)", Value.int($0)) }
        let text = JSON.text(.list([.record(Record(fields)), .record(Record(fields))]))
        #expect(try JSON.parse(text) == .list([.record(Record(fields)), .record(Record(fields))]))
        let error = #expect(throws: JSONError.self) {
            try JSON.parse(text.replacing("\"name\(count - 1)\"", with: "\"name0\""))
        }
        #expect(error?.message.contains("twice") == true)
    }

    @Test func nestsDownToTheLimitAndNoFurther() throws {
        let limit = JSON.depthLimit
        let deep = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        #expect(JSON.text(try JSON.parse(deep)) == deep)
        for opening in ["[", "{\"a\":", "[{\"a\":"] {
            let count = opening.count == 6 ? 500_000 : 1_000_000
            let error = #expect(throws: JSONError.self) { try JSON.parse(String(repeating: opening, count: count)) }
            #expect(error?.message.contains("nested") == true)
        }
        let siblings = "[" + String(repeating: "[],{},", count: 2000) + "[]]"
        #expect(JSON.text(try JSON.parse(siblings)) == siblings)
    }
}
