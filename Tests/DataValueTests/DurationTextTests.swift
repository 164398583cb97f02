import DataValue
import Testing

@Suite struct DurationTextTests {
    @Test(
        arguments: [
            (0, "0s"), (1_000_000, "1ms"), (250_000_000, "250ms"), (5_000_000_000, "5s"), (-5_000_000_000, "-5s"),
            (90_000_000_000, "1m30s"), (5_400_000_000_000, "1h30m"), (86_400_000_000_000, "1d"),
            (129_600_000_000_000, "1d12h"),
            (1_500_000_000, "1s500ms"), (500_000, "0.5ms"), (1, "0.000001ms"), (1_000_500_000, "1s0.5ms"),
            (60_000_000_000, "1m"),
            (.max, "106751d23h47m16s854.775807ms"), (.min, "-106751d23h47m16s854.775808ms"),
        ] as [(Int64, String)])
    func writesTheShortestNotation(_ span: Int64, _ text: String) {
        #expect(durationText(span) == text)
        #expect(parseDuration(text) == span)
    }

    @Test(
        arguments: [
            ("10m", 600_000_000_000), ("2h", 7_200_000_000_000), ("90s", 90_000_000_000), ("1.5h", 5_400_000_000_000),
            ("007s", 7_000_000_000),
        ] as [(String, Int64)])
    func reads(_ text: String, _ span: Int64) {
        #expect(parseDuration(text) == span)
    }

    @Test(arguments: [
        "", "-", "5", "s", "5 s", "5x", "5S", "30m1h", "1m1m", "1.s", ".5s", "1.0000000000000000001s", "0.1234567ms",
        "--5s",
        "+5s", "106752d", "9223372036855ms", "99999999999999999999s", "1h-30m", "1µs", "5ms ",
    ])
    func refuses(_ text: String) {
        #expect(parseDuration(text) == nil)
    }

    @Test func everySpanReadsBackTheSame() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<caseCount {
            let span = Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<63, using: &generator)
            #expect(parseDuration(durationText(span)) == span)
        }
    }

    @Test(
        arguments: [
            ("a \"b\"\n", "a \"b\"\n"), (.duration(90_000_000_000), "1m30s"), (.secret("p:" + Secret("x")), "p:****"),
            (.float(2), "2.0"),
            (.null, "null"), (["a": [1, "x", .secret(Secret("y"))]], #"{"a":[1,"x","****"]}"#), (.int(-3), "-3"),
        ] as [(Value, String)])
    func valuesDisplay(_ value: Value, _ text: String) {
        #expect(value.displayText == text)
    }
}
