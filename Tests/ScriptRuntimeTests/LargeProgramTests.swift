import Testing

/// A program with more constants than an operand of 16 bits can number does the same, by longer ways.
@Suite struct LargeProgramTests {
    @Test func constantsBeyondSixteenBits() {
        var lines = ["let x = ''"]
        for number in 0..<70_000 { lines.append("set x = 'text \(number)'") }
        lines.append(
            """
            let record = {first: $x, "second name": 2, inner: {deep: {est: 5}}}
            print $record.first $record['second name'] $record.inner.deep.est
            set record.inner.deep.est = 6
            set record.third = "3"
            if $record.third == "3" and $record.inner.deep.est >= 6 { print "compared" }
            print ([$record] | select first Est=inner.deep.est)
            print ([$record, {first: "other"}] | where first == "other" | count)
            """)
        let outcome = run(lines.joined(separator: "\n"))
        #expect(outcome.ending == .done)
        #expect(
            outcome.lines == [
                "text 69999 2 5", "compared", #"[{"first":"text 69999","Est":6}]"#, "1",
            ])
    }
}
