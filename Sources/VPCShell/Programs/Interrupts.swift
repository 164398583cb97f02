import DataValue
import Glibc
import ScriptRuntime
import Synchronization

/// Turns signals into a raised interrupt.
///
/// The handler itself raises the interrupt, which is a store to memory, and writes the signal's number into a pipe: that
/// is all that a handler may safely do. A thread of its own reads it there and does the rest.
package final class Interrupts: Sendable {
    private static let pipeEnd = Atomic<Int32>(-1)
    /// Set before the handlers are, and never released.
    nonisolated(unsafe) private static var target: Unmanaged<Interrupt>?
    private static let lastSignal = Atomic<Int32>(0)

    package init(_ interrupt: Interrupt, signals: [Int32], raised: @escaping @Sendable () -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        Self.pipeEnd.store(ends[1], ordering: .relaxed)
        Self.target = Unmanaged.passRetained(interrupt)
        let reading = ends[0]
        SystemThread.start(stackSize: 1 << 18) {
            var signal: UInt8 = 0
            while true {
                let count = read(reading, &signal, 1)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return }
                raised()
            }
        }
        for signal in signals { Self.handle(signal) }
        // A reader that is gone is an error to be met where one writes, not a reason to die without a word.
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
    }

    private static func handle(_ signal: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            let saved = errno
            Interrupts.lastSignal.store(number, ordering: .relaxed)
            Interrupts.target?._withUnsafeGuaranteedRef { $0.raise() }
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(Interrupts.pipeEnd.load(ordering: .relaxed), &byte, 1)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        sigaction(signal, &action, nil)
    }

    /// 128 and the number of the signal that ended the program.
    package var exitStatus: Int32 {
        let signal = Self.lastSignal.load(ordering: .relaxed)
        return signal == 0 ? 130 : 128 + signal
    }
}

/// A thread with a stack of a chosen size.
package enum SystemThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    @discardableResult
    package static func start(stackSize: Int, _ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Body(body))
        let failure = pthread_create(
            &thread, &attributes,
            { pointer in
                if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        if failure != 0 {
            box.release()
            return nil
        }
        return thread
    }

    /// Runs a body on a thread with a stack that the deepest nesting of scripts and values is taken apart on, and waits for
    /// it. The memory is only reserved: it costs nothing until it is used.
    package static func runWithLargeStack(_ body: @escaping @Sendable () -> Int32) -> Int32 {
        MemoryHeadroom.prepare()
        let box = ResultBox()
        let run: @Sendable () -> Void = {
            let status = body()
            box.value.store(status, ordering: .releasing)
        }
        guard let thread = start(stackSize: 64 << 20, run) else { return body() }
        pthread_join(thread, nil)
        return box.value.load(ordering: .acquiring)
    }

    private final class ResultBox: Sendable {
        let value = Atomic<Int32>(0)
    }
}
