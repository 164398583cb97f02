import SystemSupport

/// The pace at which a client sends: as fast as it likes until the service says that it is too fast, then slower, and
/// step by step faster again.
///
/// Invariants
/// - While ``rate`` is nil nothing waits. It gets a value from the first refusal and loses it when the client has come to
///   ``release`` times the pace at which it was last refused.
/// - A refusal counts once for all requests that were under way together, and once for the second that a service counts in:
///   only one that was sent a second after the last cut cuts again.
/// - Requests leave at equal distances, without bursts: a burst is what is refused.
package struct RateLimiter: Sendable, Equatable {
    /// Requests a second that the pace never falls below.
    static let floor = 0.5
    /// By what the pace is multiplied at a refusal.
    static let cut = 0.5
    /// By how much of the refused pace it grows in each second: quickly up to that pace, slowly beyond.
    static let growthBelow = 0.25
    static let growthAbove = 0.05
    /// At so many times the refused pace the limit is given up.
    static let release = 3.0

    /// Requests a second; nil where there is no limit.
    package private(set) var rate: Double?
    /// The pace at which the service last refused.
    private var ceiling = 0.0
    /// When the next request may leave.
    private var nextSlot = MonotonicTime(nanoseconds: .min)
    private var lastCut: MonotonicTime?
    private var lastGrowth = MonotonicTime(nanoseconds: .min)
    /// What has been sent in the running and in the last full second, to know the pace at a first refusal.
    private var windowStart = MonotonicTime(nanoseconds: 0)
    private var windowCount = 0
    private var lastWindowCount = 0

    /// No limit.
    package init() {}

    /// Takes the next place for a request; the span to wait until it.
    package mutating func reserve(now: MonotonicTime) -> Duration {
        roll(now)
        windowCount += 1
        guard let rate else { return .zero }
        let slot = max(now, nextSlot)
        nextSlot = slot + .seconds(1 / rate)
        return slot - now
    }

    /// The service has refused a request for coming too fast.
    ///
    /// - Parameter sent: when that request left.
    package mutating func throttled(sent: MonotonicTime, now: MonotonicTime) {
        if let lastCut, sent < lastCut + .seconds(1) { return }
        roll(now)
        // The running second has only begun, so the last one tells more, if it had any.
        let measured = Double(max(windowCount, lastWindowCount))
        ceiling = max(Self.floor, min(rate ?? .infinity, max(1, measured)))
        rate = max(Self.floor, ceiling * Self.cut)
        lastCut = now
        lastGrowth = now
        nextSlot = now + .seconds(1 / max(Self.floor, ceiling * Self.cut))
    }

    /// The service has answered a request with anything else.
    package mutating func accepted(sent: MonotonicTime, now: MonotonicTime) {
        guard let rate, let lastCut, sent >= lastCut, now > lastGrowth else { return }
        let elapsed = min(1, (now - lastGrowth).inSeconds)
        let share = rate < ceiling ? Self.growthBelow : Self.growthAbove
        let grown = rate + max(Self.floor, ceiling * share) * elapsed
        lastGrowth = now
        self.rate = grown >= ceiling * Self.release ? nil : grown
    }

    private mutating func roll(_ now: MonotonicTime) {
        let age = now - windowStart
        guard age >= .seconds(1) || age < .zero else { return }
        lastWindowCount = age < .seconds(2) ? windowCount : 0
        windowCount = 0
        windowStart = now
    }
}
