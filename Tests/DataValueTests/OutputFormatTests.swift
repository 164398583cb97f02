import DataValue
import Testing

@Suite struct OutputFormatTests {
    private func text(_ format: OutputFormat, _ value: Value) -> String {
        ValueFormatter(format: format).text(value)
    }

    private let response: Value = [
        "RequestId": "R", "TotalCount": 2, "Gateways": ["Gateway": [["Id": "a", "Ike": ["V": 2]], ["Id": "b"]]],
    ]

    @Test func vertical() {
        #expect(
            text(.vertical, [["Id": "a", "Ike": ["Version": 2]], ["Id": "b", "Note": ""]]) == """
                *** 1 ***
                Id           a
                Ike.Version  2
                *** 2 ***
                Id    b
                Note

                """)
        #expect(text(.vertical, ["Id": "a"]) == "Id  a\n")
        #expect(text(.vertical, [["Id": "a"]]) == "Id  a\n")
        #expect(text(.vertical, [[:]]) == "")
        #expect(text(.vertical, []) == "(no rows)\n")
        #expect(text(.vertical, "x") == "x\n")
        #expect(text(.vertical, response).hasPrefix("RequestId         R\nTotalCount        2\nGateways.Gateway  [{"))
    }

    @Test func json() {
        #expect(text(.json, ["a": [1]]) == "{\n  \"a\": [\n    1\n  ]\n}\n")
        #expect(text(.json, response).hasPrefix("{\n  \"RequestId\": \"R\""))
        #expect(text(.jsonl, [1, ["a": 2], "x\ny"]) == "1\n{\"a\":2}\n\"x\\ny\"\n")
        #expect(text(.jsonl, response) == "{\"Id\":\"a\",\"Ike\":{\"V\":2}}\n{\"Id\":\"b\"}\n")
        #expect(text(.jsonl, []) == "")
        #expect(text(.jsonl, ["a": 1]) == "{\"a\":1}\n")
    }

    @Test func csv() {
        #expect(text(.csv, response) == "Id,Ike.V\na,2\nb,\n")
        #expect(
            text(.csv, [["a": "x,y", "b": "say \"hi\"", "c": "1\n2", "d": "\r", "e": "t\tt"]])
                == "a,b,c,d,e\n\"x,y\",\"say \"\"hi\"\"\",\"1\n2\",\"\r\",t\tt\n")
        #expect(text(.csv, [["a": "\r\n"]]) == "a\n\"\r\n\"\n")
        #expect(text(.csv, [["a,b": 1]]) == "\"a,b\"\n1\n")
        #expect(text(.csv, [1, "", .null]) == "value\n1\n\"\"\n\"\"\n")
        #expect(
            text(.csv, [["a": .null, "b": [1, 2], "c": .float(2), "d": .duration(1_000_000)]])
                == "a,b,c,d\n,\"[1,2]\",2.0,1ms\n")
        #expect(text(.csv, []) == "")
        #expect(text(.csv, 5) == "value\n5\n")
        #expect(text(.tsv, [["a": "x\ty", "b": "1,2"]]) == "a\tb\n\"x\ty\"\t1,2\n")
    }

    @Test func yaml() {
        #expect(
            text(
                .yaml,
                [
                    "Name": "office 1", "Ike": ["Version": "2", "Big": .float(1e16)],
                    "List": [1, ["a": [], "b": [true]], [[2]], [:]], "None": .null,
                ]) == """
                    Name: office 1
                    Ike:
                      Version: '2'
                      Big: 1.0e+16
                    List:
                      - 1
                      - a: []
                        b:
                          - true
                      - - - 2
                      - {}
                    None: null

                    """)
        #expect(text(.yaml, []) == "[]\n")
        #expect(text(.yaml, "x") == "x\n")
    }

    @Test(arguments: [
        ("yes", "'yes'"), ("Null", "'Null'"), ("n", "'n'"), ("10.0.0.1", "'10.0.0.1'"), ("it's", "'it''s'"), ("", "''"),
        ("a: b", "'a: b'"),
        ("a\nb", "\"a\\nb\""), ("\u{1B}\"\\", "\"\\x1B\\\"\\\\\""),
        ("\u{85}\u{2028}\u{FEFF}", "\"\\x85\\u2028\\uFEFF\""), ("office", "office"),
        ("vpn-bp1", "vpn-bp1"), ("办公室", "办公室"), ("a ", "'a '"), ("~", "'~'"), ("\u{10FFFF}\n", "\"\u{10FFFF}\\n\""),
    ])
    func yamlQuotesWhatWouldBeReadAsSomethingElse(_ string: String, _ shown: String) {
        #expect(text(.yaml, .string(string)) == shown + "\n")
        #expect(text(.yaml, .record(Record([(string, Value.int(1))]))) == shown + ": 1\n")
    }

    @Test(arguments: OutputFormat.allCases)
    func neverShowsASecret(_ format: OutputFormat) {
        let secret = Value.secret("psk=" + Secret("hunter2"))
        for value: Value in [secret, [secret], ["Psk": secret], [["Ike": ["Psk": secret], "L": [secret]]]] {
            let text = text(format, value)
            #expect(!text.contains("hunter2"))
            #expect(text.contains("psk=****"))
        }
    }

    @Test(arguments: OutputFormat.allCases)
    func endsInANewlineUnlessEmpty(_ format: OutputFormat) {
        for seed in 0..<300 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let text = text(format, generator.value())
            #expect(text.isEmpty || text.utf8.last == 0x0A, "seed \(seed)")
        }
    }
}
