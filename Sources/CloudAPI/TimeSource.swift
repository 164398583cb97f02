/// Where time comes from: injected, so that tests control it.
package protocol TimeSource: Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    func now() -> Int64
    /// Nanoseconds since some beginning, by a clock that nobody sets: for measuring spans.
    func monotonic() -> Int64
    /// Blocks for a span of nanoseconds, or until the cancellation is raised if that comes first.
    func sleep(for span: Int64, cancellation: Cancellation)
}

extension TimeSource {
    /// The time of day, for a clock that is not set while it is looked at.
    package func monotonic() -> Int64 { now() }
}

/// Where chance comes from: injected, so that tests control it.
package protocol ChanceSource: Sendable {
    /// A number from 0 up to, not including, 1.
    func next() -> Double
}

/// Chance by the system's own generator.
package struct SystemChance: ChanceSource {
    /// There is one of it, and nothing to set.
    package init() {}

    /// A new number.
    package func next() -> Double { Double.random(in: 0..<1) }
}
