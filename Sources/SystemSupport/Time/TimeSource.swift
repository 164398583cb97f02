/// Where time comes from: injected, so that tests control it.
package protocol TimeSource: Sendable {
    /// The time of day, which somebody may set at any moment.
    func now() -> WallTime
    /// The time by a clock that nobody sets: for measuring spans.
    func monotonic() -> MonotonicTime
    /// Blocks for a span, or until the cancellation is raised if that comes first.
    func sleep(for span: Duration, cancellation: Cancellation)
}

extension TimeSource {
    /// The time of day, for a clock that is not set while it is looked at.
    package func monotonic() -> MonotonicTime { MonotonicTime(nanoseconds: now().nanoseconds) }
}

/// The machine's own clock.
package struct SystemClock: TimeSource {
    /// There is one of it, and nothing to set.
    package init() {}

    package func now() -> WallTime { .now }
    package func monotonic() -> MonotonicTime { .now }

    package func sleep(for span: Duration, cancellation: Cancellation) {
        guard span > .zero else { return }
        let waker = Waker()
        let end = MonotonicTime.now + span
        cancellation.whileObserving({ waker.wake() }) {
            while !cancellation.isCancelled {
                let left = end - .now
                if left <= .zero { return }
                waker.wait(for: left)
            }
        }
    }
}
