import Glibc

/// Whether `descriptor` is a terminal.
package func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

/// How large a terminal is.
package enum TerminalSize {
    /// The width in columns, or nil where `descriptor` is not a terminal or does not know its size.
    package static func columns(_ descriptor: Int32) -> Int? {
        read(descriptor).flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil }
    }

    /// The height in rows, or nil where `descriptor` is not a terminal or does not know its size.
    package static func rows(_ descriptor: Int32) -> Int? {
        read(descriptor).flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil }
    }

    private static func read(_ descriptor: Int32) -> winsize? {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
    }
}

/// The settings that a terminal gets back however the program ends, where a signal handler finds them.
package enum TerminalSettings {
    nonisolated(unsafe) private static var descriptor: Int32 = -1
    nonisolated(unsafe) private static let settings: UnsafeMutablePointer<termios> = {
        let settings = UnsafeMutablePointer<termios>.allocate(capacity: 1)
        settings.initialize(to: termios())
        return settings
    }()
    /// Ends bracketed paste, which outlives the program that asked for it.
    private static let pasteOff: StaticString = "\u{1b}[?2004l"

    /// Makes the place for the settings, so that no handler has to.
    static func prepare() { _ = settings }

    /// Keeps a terminal's settings as they are now, to be put back by ``putBack()``, until ``release()``.
    ///
    /// - Returns: The settings; nil where `terminal` is not one.
    package static func keep(_ terminal: Int32) -> termios? {
        var present = termios()
        guard tcgetattr(terminal, &present) == 0 else { return nil }
        descriptor = -1
        settings.pointee = present
        descriptor = terminal
        return present
    }

    /// From here on nothing is to be put back.
    package static func release() { descriptor = -1 }

    /// Puts the terminal back to what was kept; does nothing where nothing is. Async-signal-safe.
    package static func putBack() {
        let terminal = descriptor
        guard terminal >= 0 else { return }
        _ = write(terminal, pasteOff.utf8Start, pasteOff.utf8CodeUnitCount)
        tcsetattr(terminal, TCSANOW, settings)
    }
}
