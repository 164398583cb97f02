import Glibc

/// A thread of the operating system with a stack of a chosen size.
package struct SystemThread: @unchecked Sendable {
    private let thread: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread.
    ///
    /// - Parameter stackSize: In bytes. Address space is reserved for it at once; memory is used as the stack grows.
    /// - Throws: ``SystemError`` where the system has no room for another thread.
    package static func start(stackSize: Int, _ body: @escaping @Sendable () -> Void) throws(SystemError)
        -> SystemThread
    {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        let box = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, &attributes,
            { pointer in
                if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        if failure != 0 {
            box.release()
            throw SystemError("a thread cannot be started", number: failure)
        }
        return SystemThread(thread: thread)
    }

    /// Waits until the thread has ended. To be called once, or ``detach()``.
    package func join() { pthread_join(thread, nil) }

    /// Lets the thread go its own way.
    package func detach() { pthread_detach(thread) }

    /// Runs a body on a thread of its own, and waits for it.
    package static func run<Result: Sendable>(stackSize: Int, _ body: @escaping @Sendable () -> Result)
        throws(SystemError) -> Result
    {
        let box = ResultBox<Result>()
        try start(stackSize: stackSize) { box.result = body() }.join()
        guard let result = box.result else { throw SystemError(.other, "a thread ended before its work was done") }
        return result
    }

    /// Written by the one thread before the other, which has joined it, reads.
    private final class ResultBox<Result>: @unchecked Sendable { var result: Result? }

    /// How many processors there are to run on.
    package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
