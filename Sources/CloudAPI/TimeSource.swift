/// Where time comes from: injected, so that tests control it.
package protocol TimeSource: Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    func now() -> Int64
    /// Blocks for a span of nanoseconds, or until the cancellation is raised if that comes first.
    func sleep(for span: Int64, cancellation: Cancellation)
}
