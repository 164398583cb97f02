import CloudAPI
import Glibc
import SystemSupport
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1_795_381_920, "2026-11-22T21:12:00Z"), (951_782_399, "2000-02-28T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
        (-2_208_988_800, "1900-01-01T00:00:00Z"),
    ])
    func writesAndReadsTimestamps(seconds: Int, text: String) {
        #expect(Timestamp.text(WallTime(seconds: seconds)) == text)
        #expect(Timestamp.parse(text) == WallTime(seconds: seconds))
    }

    @Test(arguments: [
        "", "2026-11-22 21:12:00Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T21:12:00", "2026-11-22T21:12:60Z", "2026-1a-22T21:12:00Z", "9999-12-31T23:59:59Z",
    ])
    func readsNothingElse(text: String) {
        #expect(Timestamp.parse(text) == nil)
    }

    @Test(arguments: [Int64.min, .max]) func writesEveryTime(time: Int64) {
        #expect(Timestamp.text(WallTime(nanoseconds: time)).hasSuffix("Z"))
    }

    @Test func randomUUIDsDifferAndHaveTheirForm() {
        let texts = (0..<100).map { _ in RandomUUIDs().next() }
        #expect(Set(texts).count == 100)
        for text in texts {
            let parts = text.split(separator: "-").map(Array.init)
            #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
            #expect(parts[2].first == "4")
            #expect("89ab".contains(parts[3][0]))
        }
    }

    @Test func theSystemClockStopsWaitingWhenCancelled() {
        let clock = SystemClock()
        let cancellation = Cancellation()
        cancellation.cancel()
        clock.sleep(for: .seconds(1 << 40), cancellation: cancellation)
        clock.sleep(for: .nanoseconds(1), cancellation: Cancellation())
        clock.sleep(for: .nanoseconds(-5), cancellation: Cancellation())
        #expect(abs(clock.now().seconds - time(nil)) <= 1)
    }
}
