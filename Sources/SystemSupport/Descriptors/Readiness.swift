import CLinux
import Glibc

/// What came first of what was waited for.
package enum Readiness: Sendable {
    /// Reading or writing goes on without blocking, if only to say that the other end is gone.
    case ready
    case timedOut
    case cancelled
}

/// Blocking for a descriptor, in a way that a ``Cancellation`` ends at once.
package enum Descriptor {
    /// Waits until a descriptor can be read or written.
    ///
    /// What is ready already costs one call of the system; only who really waits gets a descriptor to be woken by.
    ///
    /// - Parameters:
    ///   - events: `POLLIN` or `POLLOUT`.
    ///   - deadline: Nil for no limit.
    package static func wait(
        for events: Int32, on descriptor: Int32, until deadline: MonotonicTime? = nil, _ cancellation: Cancellation?
    ) -> Readiness {
        if cancellation?.isCancelled == true { return .cancelled }
        if isReady(events, descriptor) { return .ready }
        guard let cancellation else { return poll(events, descriptor, waking: -1, deadline, nil) }
        let waker = DescriptorWaker()
        return cancellation.whileObserving({ waker.wake() }) {
            poll(events, descriptor, waking: waker.descriptor, deadline, cancellation)
        }
    }

    private static func isReady(_ events: Int32, _ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return Glibc.poll(&entry, 1, 0) > 0
    }

    /// Without a descriptor to be woken by, as when there are none left, the cancellation is looked at now and then.
    private static let lookInterval: Int32 = 50

    private static func poll(
        _ events: Int32, _ descriptor: Int32, waking: Int32, _ deadline: MonotonicTime?, _ cancellation: Cancellation?
    ) -> Readiness {
        while true {
            if cancellation?.isCancelled == true { return .cancelled }
            var patience: Int32 = -1
            if let deadline {
                let left = deadline - .now
                if left <= .zero { return .timedOut }
                patience = left.millisecondsRoundedUp
            }
            if waking < 0, cancellation != nil {
                patience = patience < 0 ? lookInterval : min(patience, lookInterval)
            }
            var entries = [
                pollfd(fd: descriptor, events: Int16(events), revents: 0),
                pollfd(fd: waking, events: Int16(POLLIN), revents: 0),
            ]
            let count = Glibc.poll(&entries, 2, patience)
            if count < 0, errno != EINTR { return .ready }
            if count > 0, entries[0].revents != 0 { return .ready }
        }
    }

    /// A pipe that no child process inherits by accident.
    package static func pipe() throws(SystemError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard system_pipe(&ends) == 0 else { throw SystemError("a pipe cannot be made") }
        return (ends[0], ends[1])
    }

    /// Reads what is there, at least a byte: nil at the end of the input.
    ///
    /// - Throws: ``SystemError``, with `cancelled` where that came first.
    package static func read(
        _ descriptor: Int32, upTo count: Int, name: String, _ cancellation: Cancellation?
    ) throws(SystemError) -> [UInt8]? {
        var failure: Int32 = 0
        while true {
            if wait(for: POLLIN, on: descriptor, cancellation) == .cancelled { throw .cancelled(name) }
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let result = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                failure = result < 0 ? errno : 0
                filled = max(0, result)
            }
            switch failure {
            case 0: return bytes.isEmpty ? nil : bytes
            case EINTR, EAGAIN: continue
            default: throw SystemError(name, number: failure)
            }
        }
    }
}

/// A descriptor that becomes readable when it is told to, and stays so.
package final class DescriptorWaker: Sendable {
    /// -1 where the process has no descriptor left.
    package let descriptor = system_event()

    package init() {}

    deinit { if descriptor >= 0 { close(descriptor) } }

    package func wake() {
        var one: UInt64 = 1
        if descriptor >= 0 { _ = write(descriptor, &one, 8) }
    }
}
