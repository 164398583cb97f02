import DataValue
import Testing

/// `retry`: how often, when, and what is run again.
@Suite struct RetryTests {
    @Test func fiveRepetitionsByDefault() {
        let outcome = run("on error A.B retry\nFail Code=A.B")
        #expect(outcome.ending == .error("A.B"))
        #expect(outcome.uncaught?.error.message == "run 6")
        #expect(outcome.uncaught?.error.attempts == 6)
        #expect(outcome.sleeps.count == 5)
    }

    /// Backoff grows from the first wait to the last, with chance deciding only within those bounds.
    @Test(arguments: [0.0, 0.5, 0.999_999]) func defaultSpacing(_ chance: Double) {
        let outcome = run("on error retry up to 8\nFail", host: TestHost { $0.chance = chance })
        let bounds: [(Double, Double)] = [(1, 2), (2, 4), (4, 8), (8, 16), (15, 30), (15, 30), (15, 30), (15, 30)]
        #expect(outcome.sleeps.count == bounds.count)
        for (sleep, bound) in zip(outcome.sleeps, bounds) {
            #expect(sleep >= seconds(bound.0) && sleep <= seconds(bound.1))
            if chance == 0 { #expect(sleep == seconds(bound.0)) }
        }
    }

    @Test(arguments: [0.0, 0.9]) func ownBackoff(_ chance: Double) {
        let outcome = run("on error retry up to 6 backoff 100ms..1s\nFail", host: TestHost { $0.chance = chance })
        #expect(outcome.sleeps.count == 6)
        #expect(outcome.sleeps.allSatisfy { $0 >= seconds(0.1) && $0 <= seconds(1) })
        #expect(outcome.sleeps == outcome.sleeps.sorted())
    }

    @Test func everyIsExact() {
        #expect(run("on error retry up to 3 every 2s\nFail").sleeps == [seconds(2), seconds(2), seconds(2)])
        #expect(run("on error retry up to 2 every 0s\nFail").sleeps.isEmpty)
    }

    /// With `for` and no `up to`, only time limits; the last wait ends at the limit.
    @Test func timeLimitAlone() {
        let outcome = run("on error retry every 4s for 10s\nFail")
        #expect(outcome.sleeps == [seconds(4), seconds(4), seconds(2)])
        #expect(outcome.ending == .error("A.B"))
        let many = run("on error retry every 1s for 1m\nFail")
        #expect(many.sleeps.count == 60)
    }

    /// Time that the statement itself takes counts.
    @Test func timeLimitCountsWork() {
        let script = """
            def slow() { Pass span=(6s); Fail }
            on error retry every 1s for 10s
            slow()
            """
        #expect(run(script).sleeps == [seconds(1), seconds(1)])
    }

    @Test func bothLimits() {
        #expect(run("on error retry up to 2 every 1s for 10s\nFail").sleeps.count == 2)
        #expect(run("on error retry up to 20 every 5s for 10s\nFail").sleeps.count == 2)
    }

    static let cases = [
        Case(
            "a repetition that succeeds",
            "on error A.B retry up to 3 every 1s\nlet v = Fail Code=A.B times=3\nprint $v", ["ok"]),
        Case(
            "one too few", "on error A.B retry up to 2 every 1s\nlet v = Fail Code=A.B times=3\nprint $v", [],
            .error("A.B")),
        Case("up to 0", "on error A.B retry up to 0\nFail Code=A.B times=1", [], .error("A.B")),
        Case(
            "counters begin anew for each execution of the statement",
            "for i in [1, 2, 3] {\nlet v = Fail Code=A.B times=2 id=$i on error retry up to 2 every 1s\nprint $v\n}",
            ["ok", "ok", "ok"]),
        Case(
            "and for each statement",
            "on error retry up to 1 every 1s\nlet a = Fail times=1 id=a\nlet b = Fail times=1 id=b\nprint $a $b",
            ["ok ok"]),
        Case(
            "counters begin anew in each call of a function",
            "def f(i) { on error retry up to 1 every 1s\nreturn (Fail times=1 id=$i) }\nprint (f(1)) (f(2))", ["ok ok"]),
        Case(
            "when the limit is reached the error goes outward",
            "on error { print outer $error.Attempts }\n{ on error retry up to 2 every 1s\nFail }", ["outer 3"]),
        Case(
            "each handler counts for itself",
            "on error { print end $error.Message $error.Attempts }\n{\non error retry up to 2 every 1s\n{ on error retry up to 1 every 1s\nFail }\n}",
            ["end run 4 4"]),
        Case(
            "to an earlier sibling",
            "{\non error A.* { print earlier }\non error *.B { print trying; retry up to 1 every 1s }\nFail Code=A.B\n}",
            ["earlier"]),
        Case(
            "to an earlier sibling that fits only then",
            "on error X.Y { print earlier }\non error A.B { retry up to 1 every 1s }\nFail Code=A.B times=1\nFail Code=X.Y",
            ["= ok", "earlier"]),
        Case(
            "the failed statement is the innermost in the handler's block",
            "on error A.B retry up to 1 every 1s\nif true { print once; let v = Fail Code=A.B times=1\nprint $v }",
            ["once", "ok"]),
        Case(
            "a function's failure is its calling statement's",
            "def f() { print begin; let v = Fail Code=A.B times=2\nreturn $v }\non error A.B retry every 1s\nprint (f())",
            ["begin", "begin", "begin", "ok"]),
        Case(
            "a condition alone is evaluated again",
            "on error retry every 1s\nif (Fail times=2 value=(true)) { print yes }", ["yes"]),
        Case(
            "the condition of a while, not its body again",
            "on error retry every 1s\nlet n = 0\nwhile (Fail times=1 value=($n < 2)) { set n = $n + 1; print $n }",
            ["1", "2"]),
        Case(
            "the source of a for", "on error retry every 1s\nfor x in (Fail times=2 value=[1, 2]) { print $x }",
            ["1", "2"]),
        Case(
            "in a block with work before it",
            "on error A.B { print $error.Attempts; retry up to 2 every 1s }\nlet v = Fail Code=A.B times=2\nprint $v",
            ["1", "2", "ok"]),
        Case(
            "set in a handler is seen by the repetition",
            "let code = 'A.B'\non error A.B { set code = 'X.Y'; retry every 1s }\nFail Code=$code times=1\nFail Code=X.Y",
            [], .error("X.Y")),
        Case(
            "a retry after use of a nested handler",
            "on error X.Y retry up to 1 every 1s\nlet v = (Fail Code=A.B) on error A.B fail 'X.Y' 'new'", [],
            .error("X.Y")),
        Case("a wrong limit is an error", "Fail on error A.B retry every 5", [], .error("Script.Type")),
        Case("a negative wait", "Fail on error A.B retry every -(5s)", [], .error("Script.Type")),
    ]

    @Test(arguments: cases) func repetition(_ test: Case) { test.check() }

    /// A wait between repetitions ends at an interrupt.
    @Test func interruptedWhileWaiting() {
        let outcome = run(
            "on exit { print left }\non error retry every 1h\nFail", host: TestHost { $0.interruptedSleep = 1 })
        #expect(outcome.ending == .interrupted)
        #expect(outcome.sleeps.count == 2)
        #expect(outcome.lines == ["left"])
    }

    /// A command learns that it is repeated only while its own statement is.
    @Test func repetitionsAreTold() {
        let outcome = run(
            """
            on error retry every 1s
            Fail times=1
            Give value=1
            def f() { Give value=2; Fail Code=Q times=1 }
            f()
            Give value=3
            """)
        #expect(outcome.repetitions == [false, true, false, false, false, true, true, false])
    }
}
