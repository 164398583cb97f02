import Glibc

// What signal handlers touch lives in these globals. All are initialised by constants, so that reading them runs no
// initialiser; `TerminalGuard` alone writes them, while the handlers are not installed.

/// The terminal whose settings are to be put back, or -1.
nonisolated(unsafe) private var guardedDescriptor: Int32 = -1
/// Its settings from before the line.
nonisolated(unsafe) private var guardedSettings: UnsafeMutablePointer<termios>?
/// Where a handler tells the reading thread which signal came, or -1.
nonisolated(unsafe) private var wakeDescriptor: Int32 = -1

/// Ends bracketed paste, which outlives the program that asked for it.
private let pasteOff: StaticString = "\u{1b}[?2004l"

/// Puts the terminal back to what it was before the line that is being edited; does nothing between lines.
/// Async-signal-safe.
private func putBack() {
    let descriptor = guardedDescriptor
    guard descriptor >= 0, let settings = guardedSettings else { return }
    _ = write(descriptor, pasteOff.utf8Start, pasteOff.utf8CodeUnitCount)
    tcsetattr(descriptor, TCSANOW, settings)
}

private func wakeReader(_ signal: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: signal)
    if wakeDescriptor >= 0 { _ = write(wakeDescriptor, &byte, 1) }
    errno = saved
}

private func putBackAndDie(_ signal: Int32) {
    putBack()
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
    private let previousDescriptor = guardedDescriptor
    private let previousSettings = guardedSettings
    private let settings: UnsafeMutablePointer<termios>

    /// - Parameters:
    ///   - terminal: the terminal that will change its settings.
    ///   - wake: gets a byte with the number of each signal that concerns the line.
    init(terminal: Int32, wake: Int32) {
        settings = .allocate(capacity: 1)
        settings.initialize(to: termios())
        if tcgetattr(terminal, settings) == 0 {
            guardedSettings = settings
            guardedDescriptor = terminal
        }
        wakeDescriptor = wake
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
        wakeDescriptor = previousWake
        guardedDescriptor = previousDescriptor
        guardedSettings = previousSettings
        settings.deinitialize(count: 1)
        settings.deallocate()
    }

    private mutating func install(
        _ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void, onlyOverDefault: Bool
    ) {
        var old = sigaction()
        guard sigaction(signal, nil, &old) == 0 else { return }
        let isDefault = old.__sigaction_handler.sa_handler == nil
        if onlyOverDefault, !isDefault { return }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        guard sigaction(signal, &action, nil) == 0 else { return }
        previous.append((signal, old))
    }
}

extension LineEditor {
    /// Puts the terminal back to its settings from before the line that is being edited, if one is. Safe in a signal
    /// handler and at exit; the line cannot be edited any further.
    package static func restoreTerminal() {
        putBack()
    }
}
