import Glibc
import Synchronization
import SystemSupport

// What signal handlers touch lives in these globals. All are initialised by constants, so that reading them runs no
// initialiser; `TerminalGuard` alone writes them, while the handlers are not installed.

/// Where a handler tells the reading thread which signal came, or -1.
nonisolated(unsafe) private var wakeDescriptor: Int32 = -1

/// Whether a line is being edited. A signal goes to any thread, so that a handler may run, or go on, after the line has
/// ended: then it is the program's handler that the signal is for.
private let isGuarding = Atomic<Bool>(false)
/// How many threads are in a handler.
private let handlersRunning = Atomic<Int>(0)
/// What the program does on Ctrl-C while no line is edited.
nonisolated(unsafe) private var formerInterruptHandler: (@convention(c) (Int32) -> Void)?

private func wakeReader(_ signal: Int32) {
    let saved = errno
    handlersRunning.add(1, ordering: .sequentiallyConsistent)
    if isGuarding.load(ordering: .sequentiallyConsistent) {
        var byte = UInt8(truncatingIfNeeded: signal)
        if wakeDescriptor >= 0 { _ = write(wakeDescriptor, &byte, 1) }
    } else if signal == SIGINT {
        formerInterruptHandler?(signal)
    }
    handlersRunning.subtract(1, ordering: .sequentiallyConsistent)
    errno = saved
}

private func putBackAndDie(_ signal: Int32) {
    TerminalSettings.putBack()
    var action = sigaction()
    action.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(signal, &action, nil)
    raise(signal)
}

/// The state of the process while a line is edited: signal handlers, and what puts the terminal back.
///
/// - SIGINT from another process ends the line like Ctrl-C; SIGWINCH and SIGCONT have the line drawn again.
/// - SIGTERM, SIGHUP and SIGQUIT put the terminal back and then do what they do, unless the program has handlers of its
///   own, which are left alone (they can call `LineEditor.restoreTerminal`).
struct TerminalGuard {
    private var previous: [(signal: Int32, action: sigaction)] = []
    private let previousWake = wakeDescriptor
    private let wasGuarding = isGuarding.load(ordering: .sequentiallyConsistent)

    /// - Parameters:
    ///   - terminal: the terminal that will change its settings.
    ///   - wake: gets a byte with the number of each signal that concerns the line.
    init(terminal: Int32, wake: Int32) {
        _ = TerminalSettings.keep(terminal)
        wakeDescriptor = wake
        isGuarding.store(true, ordering: .sequentiallyConsistent)
        for signal in [SIGINT, SIGWINCH, SIGCONT] { install(signal, wakeReader, onlyOverDefault: false) }
        for signal in [SIGTERM, SIGHUP, SIGQUIT] { install(signal, putBackAndDie, onlyOverDefault: true) }
    }

    /// The line has ended, and the terminal is as it was.
    mutating func end() {
        for (signal, action) in previous.reversed() {
            var action = action
            sigaction(signal, &action, nil)
        }
        previous = []
        isGuarding.store(wasGuarding, ordering: .sequentiallyConsistent)
        // What has come to a handler of ours is in the pipe before anybody looks into it.
        while handlersRunning.load(ordering: .sequentiallyConsistent) > 0 { sched_yield() }
        wakeDescriptor = previousWake
        TerminalSettings.release()
    }

    private mutating func install(
        _ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void, onlyOverDefault: Bool
    ) {
        var old = sigaction()
        guard sigaction(signal, nil, &old) == 0 else { return }
        let isDefault = old.__sigaction_handler.sa_handler == nil
        if onlyOverDefault, !isDefault || SignalState.wasIgnored(signal) { return }
        if signal == SIGINT, !wasGuarding {
            // Neither the default nor to ignore it (1) is a function.
            let isFunction = unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) > 1
            formerInterruptHandler = isFunction ? old.__sigaction_handler.sa_handler : nil
        }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        guard sigaction(signal, &action, nil) == 0 else { return }
        previous.append((signal, old))
    }
}

extension LineEditor {
    /// Puts the terminal back to its settings from before the line that is being edited, if one is. Safe in a signal
    /// handler and at exit; the line cannot be edited any further.
    package static func restoreTerminal() { TerminalSettings.putBack() }
}
