import Glibc
import Synchronization

/// The process groups that run for us, where a signal handler finds them: a program that ends at once ends them, too.
enum ChildRegistry {
    private static let capacity = 1024
    /// Process groups; 0 is a free place. Aligned words, each written as a whole, so that a handler may read them.
    nonisolated(unsafe) private static let places: UnsafeMutablePointer<pid_t> = {
        let places = UnsafeMutablePointer<pid_t>.allocate(capacity: capacity)
        places.initialize(repeating: 0, count: capacity)
        return places
    }()
    private static let changing = Mutex<Void>(())

    /// Makes the table, so that no handler has to.
    static func prepare() { _ = places }

    static func add(_ group: pid_t) {
        changing.withLock { _ in
            if let free = (0..<capacity).first(where: { places[$0] == 0 }) { places[free] = group }
        }
    }

    static func remove(_ group: pid_t) {
        changing.withLock { _ in
            if let place = (0..<capacity).first(where: { places[$0] == group }) { places[place] = 0 }
        }
    }

    /// Async-signal-safe.
    static func killAll() {
        var place = 0
        while place < capacity {
            let group = places[place]
            if group > 0 { kill(-group, SIGKILL) }
            place += 1
        }
    }
}
