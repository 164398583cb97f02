import CLinux
import Glibc
import Synchronization

/// The one place where SIGINT, SIGTERM and SIGHUP become a ``Cancellation``.
///
/// The handler marks the cancellation, which whatever computes looks at, and writes a byte into a pipe: no more may a
/// handler do. A thread of its own reads the byte and wakes what blocks. A second signal, when the first has been left
/// time to work, ends the program at once: the terminal is put back, children are killed, and the process dies by the
/// signal. A signal that whoever started the program had it ignore is left alone.
package enum Interrupts {
    /// What the signals mean.
    package enum Policy: Sendable {
        /// Each of them ends the program, a second one at once.
        case program
        /// SIGINT stops what runs, each time, and never the program; the others end it.
        case prompt
    }

    // What the handler touches. Set before the handlers are, and never released.
    nonisolated(unsafe) private static var target: Unmanaged<Cancellation>?
    nonisolated(unsafe) private static var wakeDescriptor: Int32 = -1
    nonisolated(unsafe) private static var keepsProgramOnInterrupt = false
    /// The first signal that ends the program, and when it came, in nanoseconds of the monotonic clock.
    private static let ending = Atomic<Int32>(0)
    private static let endingTime = Atomic<Int64>(0)
    private static let last = Atomic<Int32>(0)

    /// One event may come as several signals: `timeout` sends one to its child and one to the group, and a terminal that
    /// closes sends SIGHUP, as does its shell. What follows within this time is not a second wish.
    private static let sameEvent: Int64 = 200_000_000

    /// Begins to watch. To be called once in a process.
    ///
    /// - Throws: ``SystemError`` where the system has no room for the thread or the pipe that this takes.
    package static func begin(_ cancellation: Cancellation, _ policy: Policy) throws(SystemError) {
        let pipe = try Descriptor.pipe()
        _ = fcntl(pipe.writing, F_SETFL, O_NONBLOCK)
        ChildRegistry.prepare()
        TerminalSettings.prepare()
        wakeDescriptor = pipe.writing
        target = Unmanaged.passRetained(cancellation)
        keepsProgramOnInterrupt = policy == .prompt
        try SystemThread.start(stackSize: 1 << 18) {
            var byte: UInt8 = 0
            while true {
                let count = read(pipe.reading, &byte, 1)
                if count > 0 { cancellation.announce() } else if count == 0 || errno != EINTR { return }
            }
        }.detach()
        for signal in [SIGINT, SIGTERM, SIGHUP] where !SignalState.wasIgnored(signal) { handle(signal) }
    }

    private static func handle(_ signal: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in Interrupts.receive(number) }
        action.sa_flags = SA_RESTART
        sigaction(signal, &action, nil)
    }

    private static func receive(_ number: Int32) {
        let saved = errno
        defer { errno = saved }
        last.store(number, ordering: .relaxed)
        if !(number == SIGINT && keepsProgramOnInterrupt) {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            let now = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
            if ending.load(ordering: .relaxed) == 0 {
                ending.store(number, ordering: .relaxed)
                endingTime.store(now, ordering: .relaxed)
            } else {
                // A part of the first event changes nothing: `on exit` may have begun to run for it.
                if now &- endingTime.load(ordering: .relaxed) > sameEvent { die(number) }
                return
            }
        }
        target?._withUnsafeGuaranteedRef { $0.mark() }
        var byte: UInt8 = 0
        _ = write(wakeDescriptor, &byte, 1)
    }

    /// The signal's own end comes when the handler returns.
    private static func die(_ number: Int32) {
        TerminalSettings.putBack()
        ChildRegistry.killAll()
        var action = sigaction()
        action.__sigaction_handler.sa_handler = SIG_DFL
        sigaction(number, &action, nil)
        raise(number)
    }

    /// The signal that ends the program; nil while there is none.
    package static var endingSignal: Int32? {
        let signal = ending.load(ordering: .relaxed)
        return signal == 0 ? nil : signal
    }

    /// 128 and the number of the signal that stopped what ran.
    package static var exitStatus: Int32 {
        let signal = endingSignal ?? last.load(ordering: .relaxed)
        return signal == 0 ? 130 : 128 + signal
    }
}
