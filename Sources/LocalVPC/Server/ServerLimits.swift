import DataValue
import Glibc

/// What a server grants to connections, so that none of them takes what the others need.
package struct ServerLimits: Sendable, Equatable {
    /// How long a connection may have nothing to say between requests, in nanoseconds.
    package var idle: Nanoseconds = 75_000_000_000
    /// How long the head of a request may take from its first byte, in nanoseconds.
    package var head: Nanoseconds = 10_000_000_000
    /// How long the body may take from its first byte, in nanoseconds.
    package var body: Nanoseconds = 30_000_000_000
    /// How long a client may take nothing of its answer, in nanoseconds.
    package var stalled: Nanoseconds = 30_000_000_000
    /// How long what a client still sends is taken, and thrown away, after an answer that ends the connection, in
    /// nanoseconds: a connection that is closed at once may take that answer along.
    package var lingering: Nanoseconds = 5_000_000_000
    /// How many connections there may be; fewer where the process may have fewer descriptors.
    package var connections = 1024

    package init() {}

    /// The longest request line, and the longest line of a header, in bytes.
    static let line = 80 << 10
    /// All lines of a head together, in bytes.
    static let headers = 256 << 10
    /// How many lines a head may have.
    static let headerCount = 256

    /// How often connections are looked after, in nanoseconds: often enough for the shortest of the limits.
    var pause: Nanoseconds {
        min(1_000_000_000, max(10_000_000, min(idle, head, body, stalled, lingering) / 4))
    }

    /// How many connections there may really be.
    ///
    /// - Parameter loops: each has descriptors of its own, as has the database in each.
    func connections(loops: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return max(1, connections) }
        let reserve = 32 + 8 * loops
        return max(1, min(connections, Int(clamping: limit.rlim_cur) - reserve))
    }

    /// So many more are answered that there is no room for them; beyond that they are just closed.
    static let overflow = 16
}
