import Glibc

/// A flag that threads raise and one waits for. Raised several times before it is waited for, it is raised once.
package final class Waker: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Guarded by the mutex.
    private var isAwake = false

    package init() {
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

    package func wake() {
        pthread_mutex_lock(mutex)
        isAwake = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Blocks until the flag is raised, and lowers it.
    package func wait() {
        pthread_mutex_lock(mutex)
        while !isAwake { pthread_cond_wait(condition, mutex) }
        isAwake = false
        pthread_mutex_unlock(mutex)
    }

    /// The same, for a span at most; false where it was not raised within it.
    @discardableResult
    package func wait(for span: Duration) -> Bool {
        var limit = (MonotonicTime.now + span).timespec
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isAwake, pthread_cond_timedwait(condition, mutex, &limit) != ETIMEDOUT {}
        defer { isAwake = false }
        return isAwake
    }
}
