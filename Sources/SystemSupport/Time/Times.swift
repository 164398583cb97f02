import Glibc

/// A point in time by the calendar, which somebody may set: for what is shown, signed and stored.
package struct WallTime: Hashable, Comparable, Sendable {
    /// Since 1970-01-01T00:00:00Z, leap seconds left out. 64 bits reach from 1677 to 2262.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// - Parameter seconds: Since 1970; kept to what 64 bits of nanoseconds hold.
    package init(seconds: Int) {
        let (product, overflows) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        nanoseconds = overflows ? (seconds < 0 ? .min : .max) : product
    }

    /// By the machine's clock.
    package static var now: WallTime { WallTime(nanoseconds: ClockReading.nanoseconds(CLOCK_REALTIME)) }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Int(remainder < 0 ? quotient - 1 : quotient)
    }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.nanoseconds < right.nanoseconds }
    /// Kept to what 64 bits hold.
    package static func + (time: WallTime, span: Duration) -> WallTime {
        WallTime(nanoseconds: ClockReading.sum(time.nanoseconds, span.nanoseconds))
    }
    package static func - (time: WallTime, span: Duration) -> WallTime { time + (.zero - span) }
    package static func - (left: WallTime, right: WallTime) -> Duration {
        .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
    }
}

/// A point in time by a clock that nobody sets: for measuring spans and for deadlines. It says nothing about the
/// calendar, and means nothing to another machine.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Since some beginning, mostly the machine's start.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// By the machine's clock.
    package static var now: MonotonicTime { MonotonicTime(nanoseconds: ClockReading.nanoseconds(CLOCK_MONOTONIC)) }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }
    /// Kept to what 64 bits hold.
    package static func + (time: MonotonicTime, span: Duration) -> MonotonicTime {
        MonotonicTime(nanoseconds: ClockReading.sum(time.nanoseconds, span.nanoseconds))
    }
    package static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
    }

    var timespec: timespec {
        Glibc.timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}

extension Duration {
    /// In nanoseconds, kept to what 64 bits hold: 292 years.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflows { return seconds < 0 ? .min : .max }
        return ClockReading.sum(product, attoseconds / 1_000_000_000)
    }

    /// In milliseconds, rounded up, for calls of the system that take no less; at most 24 days.
    package var millisecondsRoundedUp: Int32 {
        Int32(clamping: max(0, nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 > 0 ? 1 : 0)))
    }

    /// In seconds.
    package var inSeconds: Double { Double(nanoseconds) / 1e9 }
}

private enum ClockReading {
    static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        let (nanoseconds, overflows) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        return overflows ? .max : sum(nanoseconds, Int64(time.tv_nsec))
    }

    static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflows) = left.addingReportingOverflow(right)
        return overflows ? (left < 0 ? .min : .max) : sum
    }
}
