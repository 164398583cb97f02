import DataValue
import Testing

@Suite struct RecordTests {
    @Test(arguments: [3, 11, 12, 13, 40])
    func findsReplacesAndRemovesFields(_ count: Int) {
        var record = Record((0..<count).map { ("n\($0)", Value.int($0)) })
        let copy = record
        #expect(record["n\(count - 1)"] == .int(count - 1))
        #expect(record["missing"] == nil)
        record["n1"] = "x"
        record["new"] = true
        record["n0"] = nil
        #expect(record.keys == (1..<count).map { "n\($0)" } + ["new"])
        #expect(record["n1"] == "x")
        #expect(record["new"] == true)
        #expect(copy["n0"] == 0)
        #expect(copy.count == count)
    }

    @Test func equalityForgetsTheOrderOfFields() {
        #expect(["a": 1, "b": 2] as Value == ["b": 2, "a": 1])
        #expect(["a": 1, "b": 2] as Value != ["a": 1, "c": 2])
        #expect(["a": 1] as Value != ["a": 1, "c": 2])
    }

    @Test(arguments: [2, 20])
    func namesAreTheSameOnlyWhenTheirBytesAre(_ others: Int) {
        var record = Record((0..<others).map { ("n\($0)", Value.int($0)) })
        record["é"] = 1
        record["e\u{301}"] = 2
        #expect(record.count == others + 2)
        #expect(record["é"] == 1)
        #expect(record["e\u{301}"] == 2)
    }
}
