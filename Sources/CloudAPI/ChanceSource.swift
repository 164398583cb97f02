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
