import Glibc
import Synchronization

/// Runs a body on so many threads of its own at a time, and waits for all.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    final class Job: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var threads: [pthread_t] = []
    for index in 0..<count {
        var thread = pthread_t()
        let job = Unmanaged.passRetained(Job { body(index) })
        pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, job.toOpaque())
        threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
}

/// Lets threads go on together, again and again.
final class Barrier: Sendable {
    private struct State {
        var waiting = 0
        var generation = 0
    }
    private let state = Mutex(State())
    private let count: Int

    init(_ count: Int) { self.count = count }

    /// Returns when so many threads wait.
    func wait() {
        let generation = state.withLock { state in
            let generation = state.generation
            state.waiting += 1
            if state.waiting == count {
                state.waiting = 0
                state.generation += 1
            }
            return generation
        }
        while state.withLock({ $0.generation == generation }) { sched_yield() }
    }
}
