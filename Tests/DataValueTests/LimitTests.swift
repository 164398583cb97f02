import DataValue
import SystemSupport
import Testing

/// What is put together from shared parts, and what lies in itself, stays within limits.
@Suite struct LimitTests {
    /// A list of itself twice, again and again: 2^levels paths from `levels` lists.
    private static func doubled(_ levels: Int, _ end: Value = "x") -> Value {
        (0..<levels).reduce(end) { value, _ in .list([value, value]) }
    }

    private static func nested(_ levels: Int) -> Value { (0..<levels).reduce(Value.int(1)) { value, _ in [value] } }

    // MARK: Texts

    @Test func jsonStopsAtItsLimit() throws {
        #expect(try JSON.limitedText([1, [2]], limit: 100) == "[1,[2]]")
        #expect(throws: LimitError.textTooLong) { try JSON.limitedText(Self.doubled(60), limit: 10_000) }
        #expect(throws: LimitError.textTooLong) {
            try JSON.limitedText(.string(String(repeating: "\u{1}", count: 1000)), limit: 2000)
        }
        let cut = JSON.text(Self.doubled(60), limit: 1000)
        #expect(cut.hasSuffix("…"))
        #expect(cut.utf8.count < 2000)
    }

    @Test(arguments: OutputFormat.allCases) func noFormatGoesOnForEver(_ format: OutputFormat) {
        let record: Value = (0..<60).reduce(["a": 1]) { value, _ in ["a": value, "b": value] }
        for value in [[record], Value.list([Self.doubled(60)])] {
            #expect(throws: LimitError.self) { try ValueFormatter(format: format).limitedText(value) }
        }
    }

    /// Each row is padded to the width of the widest cell.
    @Test func aTableOfOneLongCellAndManyRows() {
        let long: Value = ["a": .string(String(repeating: "x", count: 1 << 20)), "b": 1]
        let short: Value = ["b": 2]
        let items = [long] + Array(repeating: short, count: 999)
        #expect(throws: LimitError.textTooLong) { try ValueFormatter(format: .table).limitedText(.list(items)) }
    }

    /// Their grid has no cells for what is not there.
    @Test func recordsWithoutFieldsInCommon() throws {
        let items = (0..<2000).map { Value.record(Record([("a\($0)", .int($0))])) }
        let text = try ValueFormatter(format: .csv).limitedText(.list(items))
        #expect(text.utf8.count { $0 == UInt8(ascii: ",") } == 2001 * 1999)
        #expect(text.hasSuffix(",1999\n"))
        let mixed: [Value] = [["a": 1, "b": 2], ["c": 3], ["a": 4], ["b": 5, "a": 6]]
        #expect(try ValueFormatter(format: .csv).limitedText(.list(mixed)) == "a,b,c\n1,2,\n,,3\n4,,\n6,5,\n")
    }

    @Test func sizesOfSecrets() {
        let doubled = (0..<20).reduce(Secret("")) { secret, _ in secret + secret }
        #expect(doubled.size >= 1 << 20)
        #expect((("a" + Secret("bc")) + "d").size >= 4)
    }

    // MARK: Comparing

    @Test func sharedPartsAreComparedOnce() {
        #expect(Self.doubled(60) == Self.doubled(60))
        #expect(Self.doubled(60) != Self.doubled(60, "y"))
        let record: (Value) -> Value = { (0..<60).reduce($0) { value, _ in ["a": value, "b": value] } }
        let turned: (Value) -> Value = { (0..<60).reduce($0) { value, _ in ["b": value, "a": value] } }
        #expect(record(1) == turned(1))
        #expect(record(1) != turned(2))
    }

    /// What was always true of equality: the same as that of the texts, for values whose texts tell all.
    @Test func equalityIsThatOfTexts() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let (a, b) = (generator.value(depth: 3), generator.value(depth: 1))
            #expect(a == a && b == b)
            let list: Value = [a, b, a]
            #expect(list == .list([a, b, a]))
            #expect((list == .list([a, a, b])) == (a == b))
            #expect((Value.record(Record([("x", a), ("y", b)])) == .record(Record([("y", b), ("x", a)]))))
        }
    }

    // MARK: Levels

    private func levels(_ value: Value, steps: Int? = nil) -> Int? {
        withUnsafePointer(to: value) { place in
            if let steps { return Nesting.levels(of: place, steps: steps) }
            var known = Nesting.KnownLevels()
            return Nesting.levels(of: place, &known)
        }
    }

    private func levelsOneByOne(_ value: Value) -> Int {
        switch value {
        case .list(let items): 1 + (items.map(levelsOneByOne).max() ?? 0)
        case .record(let record): 1 + (record.values.map(levelsOneByOne).max() ?? 0)
        default: 0
        }
    }

    @Test func levelsAreCounted() {
        #expect(levels(1) == 0)
        #expect(levels([]) == 1)
        #expect(levels([:]) == 1)
        #expect(levels(Self.nested(900)) == 900)
        #expect(levels(Self.doubled(60)) == 60)
        #expect(levels(Self.nested(900), steps: 100) == nil)
        #expect(levels([1, 2, 3], steps: 2) == nil)
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<1000 {
            let value = generator.value(depth: 5)
            #expect(levels(value) == levelsOneByOne(value))
            #expect(levels(value) == levelsOneByOne(value))
        }
    }

    /// A record keeps its count only for as long as it is not changed.
    @Test func aChangedRecordIsCountedAnew() {
        var record = Record([("a", 1)])
        #expect(levels(.record(record)) == 1)
        record["a"] = Self.nested(5)
        #expect(levels(.record(record)) == 6)
        record["b"] = Self.nested(9)
        #expect(levels(.record(record)) == 10)
        record["b"] = nil
        #expect(levels(.record(record)) == 6)
        var outer = Value.record(Record([("r", .record(record))]))
        #expect(levels(outer) == 7)
        withUnsafeMutablePointer(to: &outer) { place in
            place.recordInPlace.pointee.placeForChange(of: 0).recordInPlace.pointee["c"] = Self.nested(20)
        }
        #expect(levels(outer) == 22)
    }

    // MARK: Memory

    @Test func headroom() {
        #expect(MemoryHeadroom.has(0))
        #expect(MemoryHeadroom.has(1 << 20))
        #expect(!MemoryHeadroom.has(.max))
        #expect(!MemoryHeadroom.has(.max / 2, of: 4))
        #expect(!MemoryHeadroom.has(1 << 60))
    }

    // MARK: Queries

    @Test func queriesEnd() throws {
        let flattening = try JMESPath(String(repeating: "[]", count: 40))
        #expect(throws: JMESPathError.self) { try flattening.evaluate(Self.doubled(60)) }
        let projecting = try JMESPath("[*]" + String(repeating: "[*]", count: 40))
        #expect(throws: JMESPathError.self) { try projecting.evaluate(Self.doubled(60)) }
        #expect(throws: JMESPathError.self) { try JMESPath("to_string(@)").evaluate(Self.doubled(60)) }
    }
}
