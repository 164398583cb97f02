import Synchronization

/// The wish that something stops: raised on one thread (or in a signal handler), looked at by whatever computes and
/// observed by whatever blocks.
///
/// One with a parent counts as raised while the parent is, until it is reset: from then on it goes its own way, so that
/// `on exit` blocks can run after the interrupt that led to them.
package final class Cancellation: Sendable {
    @usableFromInline let raised = Atomic<Bool>(false)
    @usableFromInline let parent: Cancellation?
    private let ignoresParent = Atomic<Bool>(false)
    private struct Observers {
        var last = 0
        var handlers: [Int: @Sendable () -> Void] = [:]
    }
    private let observers = Mutex(Observers())

    package init(parent: Cancellation? = nil) { self.parent = parent }

    /// Looked at on every back-edge of a loop: a load and a branch.
    @inlinable @inline(__always)
    package var isCancelled: Bool {
        if parent == nil { return raised.load(ordering: .relaxed) }
        return isCancelledAnywhere
    }

    @usableFromInline var isCancelledAnywhere: Bool {
        if raised.load(ordering: .relaxed) { return true }
        guard let parent else { return false }
        return !ignoresParent.load(ordering: .relaxed) && parent.isCancelled
    }

    /// Raises it without waking those that block. All that a signal handler may do; ``announce()`` must follow.
    package func mark() { raised.store(true, ordering: .sequentiallyConsistent) }

    /// Wakes those that block, on the calling thread.
    package func announce() {
        for handler in observers.withLock({ Array($0.handlers.values) }) { handler() }
    }

    package func cancel() {
        mark()
        announce()
    }

    package func reset() {
        if parent != nil { ignoresParent.store(true, ordering: .relaxed) }
        raised.store(false, ordering: .sequentiallyConsistent)
    }

    /// Runs `body` while `handler` stands ready to wake it. The handler may be called several times, also on this
    /// thread before `body` begins (where it is raised already) and a moment after `body` has ended: it must keep alive
    /// what it touches.
    package func whileObserving<Result, Failure: Error>(
        _ handler: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let followed = observed()
        let tokens = followed.map { $0.add(handler) }
        defer { for (cancellation, token) in zip(followed, tokens) { cancellation.remove(token) } }
        // It may have been raised before the handler was there to be called.
        if isCancelled { handler() }
        return try body()
    }

    /// Itself, and those whose raising counts for it.
    private func observed() -> [Cancellation] {
        var result = [self]
        var last = self
        while let parent = last.parent, !last.ignoresParent.load(ordering: .relaxed) {
            result.append(parent)
            last = parent
        }
        return result
    }

    private func add(_ handler: @escaping @Sendable () -> Void) -> Int {
        observers.withLock { observers in
            observers.last += 1
            observers.handlers[observers.last] = handler
            return observers.last
        }
    }

    private func remove(_ token: Int) { _ = observers.withLock { $0.handlers.removeValue(forKey: token) } }

    /// Blocks until it is raised.
    package func wait() {
        let waker = Waker()
        whileObserving({ waker.wake() }) { while !isCancelled { waker.wait() } }
    }
}
