import Glibc

/// A lock on an open file (`flock`): it goes with the descriptor, so however the process ends.
package enum FileLock {
    /// Takes the lock if nobody has it.
    package static func take(_ descriptor: Int32) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }

    /// Takes the lock, and waits for whoever has it.
    ///
    /// - Throws: ``SystemError``, of the kind `EWOULDBLOCK` after the deadline.
    package static func take(
        _ descriptor: Int32, name: String, until deadline: MonotonicTime?, _ cancellation: Cancellation?
    ) throws(SystemError) {
        while !take(descriptor) {
            guard errno == EWOULDBLOCK else { throw SystemError(name) }
            if cancellation?.isCancelled == true { throw .cancelled(name) }
            if let deadline, MonotonicTime.now >= deadline { throw SystemError(name, number: EWOULDBLOCK) }
            // The system has no wait for a lock that something else could end.
            poll(nil, 0, 10)
        }
    }

    package static func release(_ descriptor: Int32) { flock(descriptor, LOCK_UN) }

    /// Opens a file for its lock alone.
    ///
    /// - Returns: The descriptor; closing it gives the lock back.
    /// - Throws: ``SystemError``, of the kind `EWOULDBLOCK` where somebody has the lock. The descriptor stays open then: to
    ///   close it would take away locks of another kind (`fcntl`) that this process has on the file.
    package static func take(_ path: String) throws(SystemError) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw SystemError(path) }
        guard take(descriptor) else { throw SystemError(path, number: EWOULDBLOCK) }
        return descriptor
    }

    /// Whether somebody holds the lock on a file. False where that cannot be found out.
    package static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A shared lock, so that two that look do not take each other for the holder.
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
