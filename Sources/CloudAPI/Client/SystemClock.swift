import Glibc

/// The machine's own clock.
package struct SystemClock: TimeSource {
    /// There is one of it, and nothing to set.
    package init() {}

    /// The time of day.
    package func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let (nanoseconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? Int64.max : nanoseconds &+ Int64(time.tv_nsec)
    }

    /// The time since the machine was started.
    package func monotonic() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Waits on a condition that the cancellation signals.
    package func sleep(for span: Int64, cancellation: Cancellation) {
        guard span > 0 else { return }
        let waker = Waker()
        cancellation.whileObserving({ waker.wake() }) { waker.wait(for: span) }
    }
}

/// A flag that one thread waits for and another raises, kept alive by whoever may still raise it.
private final class Waker: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Guarded by the mutex.
    private var isAwake = false

    init() {
        pthread_mutex_init(mutex, nil)
        // Waits by the clock that nobody sets.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func wake() {
        pthread_mutex_lock(mutex)
        isAwake = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func wait(for span: Int64) {
        var limit = timespec()
        clock_gettime(CLOCK_MONOTONIC, &limit)
        let nanoseconds = Int64(limit.tv_nsec) + span % 1_000_000_000
        let seconds = Int(span / 1_000_000_000 + nanoseconds / 1_000_000_000)
        limit.tv_sec += seconds
        limit.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_mutex_lock(mutex)
        while !isAwake, pthread_cond_timedwait(condition, mutex, &limit) != ETIMEDOUT {}
        pthread_mutex_unlock(mutex)
    }
}
