import CLibEdit
import Glibc
import SystemSupport

/// Keys that no terminal sends: C1 controls, which are kept from the library when they are typed. They are single
/// characters below 256, so that they can be bound in every key map, and reach their commands even out of a search.
enum PrivateKey {
    static let paste: Int32 = 0x81
    static let initialText: Int32 = 0x82
    /// Ends the line, without asking whether it is complete.
    static let newline: Int32 = 0x83
    static let previousEntry: Int32 = 0x84
    static let nextEntry: Int32 = 0x85
}

extension LineEditor {
    /// The next key for the library; nil when the line ends without one (see `outcome`).
    func nextKey() -> Int32? {
        if let editor { libedit_repair_line(editor) }
        if !pendingKeys.isEmpty { return pendingKeys.removeFirst() }
        if bytes[0] == nil, !fill(1, timeout: 0), outcome == .editing { showHint() }
        guard outcome == .editing, let first = peek(0) else { return nil }
        if first == 0x1b, startsPaste() {
            bytes.removeFirst(PasteText.begin.count)
            return PrivateKey.paste
        }
        let scalar = nextScalar(first: first)
        return outcome == .editing ? scalar : nil
    }

    /// A byte that has arrived or arrives, `offset` bytes ahead.
    ///
    /// Outside of a paste, input is read a byte at a time: what is typed ahead belongs to the program that the line
    /// may start.
    ///
    /// - Parameter timeout: how long to wait, in milliseconds; forever if it is negative.
    private func peek(_ offset: Int, timeout: Int32 = -1) -> UInt8? {
        while bytes[offset] == nil {
            guard fill(1, timeout: timeout) else { return nil }
        }
        return bytes[offset]
    }

    /// Whether the beginning of a paste stands at the front. A lone Escape key is told from it by time, as everywhere.
    private func startsPaste() -> Bool {
        for (offset, byte) in PasteText.begin.enumerated() where peek(offset, timeout: 50) != byte { return false }
        return true
    }

    private func nextScalar(first: UInt8) -> Int32 {
        let length = InputBytes.length(first: first)
        var taken: [UInt8] = [first]
        // A byte that does not go on is the next character's.
        while taken.count < length, let next = peek(taken.count, timeout: 500), next & 0xc0 == 0x80 {
            taken.append(next)
        }
        bytes.removeFirst(taken.count)
        guard let scalar = InputBytes.scalar(taken), !(0x80...0x9f).contains(scalar.value) else { return 0xfffd }
        return Int32(bitPattern: scalar.value)
    }

    /// Waits for input and reads up to `limit` bytes of it. False when the time is up, and when the line has ended
    /// (then `outcome` says how).
    func fill(_ limit: Int, timeout: Int32) -> Bool {
        var chunk = [UInt8](repeating: 0, count: limit)
        while true {
            var ready = [
                pollfd(fd: input, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0),
                pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let result = poll(&ready, 3, timeout)
            if result < 0 {
                if errno == EINTR { continue }
                outcome = .hungUp
                return false
            }
            if result == 0 { return false }
            // Asked even if poll saw nothing: a signal that came with the input is handled as poll returns, and what was
            // typed after it must not be taken for this line.
            handleSignals()
            if outcome != .editing { return false }
            if cancellation?.isCancelled == true {
                cancel()
                return false
            }
            guard ready[0].revents != 0 else { continue }
            let count = read(input, &chunk, limit)
            if count > 0 {
                bytes.append(chunk[..<count])
                return true
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            outcome = .hungUp
            return false
        }
    }

    /// The numbers of the signals that came since the last call.
    func takeSignals() -> Set<Int32> {
        var signals = [UInt8](repeating: 0, count: 64)
        var taken: Set<Int32> = []
        while true {
            let count = read(wakeRead, &signals, signals.count)
            guard count > 0 else { return taken }
            taken.formUnion(signals[..<count].map(Int32.init))
        }
    }

    private func handleSignals() {
        let signals = takeSignals()
        if signals.contains(SIGINT) {
            interrupt()
        } else if signals.contains(SIGCONT) {
            resume()
        } else if signals.contains(SIGWINCH) {
            redraw()
        }
    }

    /// The line is dropped.
    func interrupt() {
        outcome = .interrupted
        bytes.removeAll()
        if !isEditing {
            show("\n")
        } else {
            moveToEnd()
            show("^C\n")
        }
    }

    /// The line is given up, since the program is to end.
    private func cancel() {
        outcome = .cancelled
        bytes.removeAll()
        if isEditing { moveToEnd() }
        show("\n")
    }

    /// After a stop, somebody else has set the terminal.
    private func resume() {
        guard isEditing, let editor else { return }
        libedit_prepare_terminal(editor, 0)
        libedit_prepare_terminal(editor, 1)
        show("\u{1b}[?2004h")
        redraw()
    }

    /// Puts the hint for the line as it stands to the right of it, when nothing more has been typed: not between the
    /// keys of somebody who types fast, and not in a paste.
    private func showHint() {
        guard isEditing, let hint else { return }
        let text = hint(currentRequest())
        if text == rightPrompt { return }
        rightPrompt = text
        setRightPrompt()
        redraw(afterResize: false)
    }

    // MARK: - The screen

    /// The line as it stands, and how many scalars of it are before the cursor.
    func currentLine() -> (scalars: [Int32], cursor: Int) {
        var length = 0
        var cursor = 0
        guard let editor, let start = libedit_current_line(editor, &length, &cursor) else { return ([], 0) }
        return (Array(UnsafeBufferPointer(start: start, count: max(length, 0))), min(max(cursor, 0), max(length, 0)))
    }

    /// Where on the screen `count` scalars of the line end, counted from the beginning of the prompt.
    private func position(after count: Int, of scalars: [Int32], width: Int) -> ScreenPosition {
        var position = ScreenPosition()
        position.write(prompt.visible.unicodeScalars, width: width)
        let shown = scalars.prefix(count).lazy.map { Unicode.Scalar(UInt32(bitPattern: $0)) ?? "\u{fffd}" }
        position.write(shown, width: width)
        return position
    }

    /// Moves the terminal's cursor behind the line. The library does not know: the line must be drawn anew or end.
    func moveToEnd() {
        let width = TerminalSize.columns(output) ?? 80
        let (scalars, cursor) = currentLine()
        let here = position(after: cursor, of: scalars, width: width)
        let end = position(after: scalars.count, of: scalars, width: width)
        var moves = "\r"
        if end.row > here.row { moves += "\u{1b}[\(end.row - here.row)B" }
        if end.column > 0 { moves += "\u{1b}[\(end.column)C" }
        show(moves)
    }

    /// Draws prompt and line again; after the terminal has changed, on the assumption that it has wrapped the rows anew,
    /// as terminals do.
    func redraw(afterResize: Bool = true) {
        let width = TerminalSize.columns(output) ?? 80
        guard isEditing, let editor, width >= 4 else { return }
        let (scalars, cursor) = currentLine()
        let row = position(after: cursor, of: scalars, width: width).row
        show("\r" + (row > 0 ? "\u{1b}[\(row)A" : "") + "\u{1b}[J")
        if afterResize { el_resize(editor) }
        libedit_refresh(editor)
    }
}
