import Glibc
import LineEditor
import Testing

/// A terminal whose person is the test.
final class PseudoTerminal: @unchecked Sendable {
    private(set) var keyboard: Int32
    let device: Int32
    private(set) var shown = ""
    private var searched = 0
    private var thread: pthread_t?
    private var inputs: [LineEditor.Input] = []
    /// Closed by the reading thread when it is done: read end, write end.
    private var done: [Int32] = [-1, -1]

    init?(columns: UInt16 = 80, rows: UInt16 = 24) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        var keyboard: Int32 = -1
        var device: Int32 = -1
        guard openpty(&keyboard, &device, nil, nil, &size) == 0 else { return nil }
        self.keyboard = keyboard
        self.device = device
        pipe(&done)
    }

    deinit {
        if keyboard >= 0 { close(keyboard) }
        close(device)
        close(done[0])
    }

    /// Reads `count` lines on a thread of its own.
    func start(
        _ count: Int = 1, prompt: String = "> ", type: String? = "xterm", settings: String = "/dev/null",
        history: History = History(), initialText: String = "",
        completer: (@Sendable (CompletionRequest) -> Completion)? = nil
    ) {
        let work = Work {
            defer { close(self.done[1]) }
            guard
                let editor = LineEditor(
                    programName: "test", input: self.device, output: self.device, error: self.device,
                    terminalType: type, settings: settings, history: history)
            else { return }
            editor.completer = completer
            for _ in 0..<count {
                let input = editor.readLine(prompt: prompt, initialText: initialText)
                self.inputs.append(input)
                if case .line(let text) = input { editor.remember(text) }
            }
        }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, Unmanaged.passRetained(work).toOpaque())
        self.thread = thread
    }

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    func type(_ text: String) {
        type(bytes: Array(text.utf8))
    }

    func type(bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // What is shown must be taken, or the editor and the test wait for each other.
            var ready = pollfd(fd: keyboard, events: Int16(POLLIN | POLLOUT), revents: 0)
            guard poll(&ready, 1, 10_000) > 0 else { return }
            if ready.revents & Int16(POLLIN) != 0 { take() }
            if ready.revents & Int16(POLLOUT) != 0 {
                let count = rest.prefix(512).withUnsafeBytes { write(keyboard, $0.baseAddress, $0.count) }
                if count > 0 { rest = rest.dropFirst(count) }
            }
        }
    }

    /// Waits until `text` is shown, after what an earlier call found. False when it does not come.
    func waits(for text: String, milliseconds: Int32 = 10_000) -> Bool {
        while true {
            let start = shown.utf8.index(shown.startIndex, offsetBy: searched)
            if let found = shown[start...].firstRange(of: text) {
                searched = shown.utf8.distance(from: shown.startIndex, to: found.upperBound)
                return true
            }
            var ready = pollfd(fd: keyboard, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, milliseconds) > 0, take() else { return false }
        }
    }

    /// Waits until the editor takes keys: what is typed before that is the terminal's.
    func waitsForPrompt() -> Bool {
        waits(for: "\u{1b}[?2004h") && waits(for: "> ")
    }

    @discardableResult
    private func take() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(keyboard, &buffer, buffer.count)
        guard count > 0 else { return false }
        shown += String(decoding: buffer[..<count], as: UTF8.self)
        return true
    }

    /// What the user did, when all lines have been read. An editor that does not come to an end is hung up.
    func finish() -> [LineEditor.Input] {
        while true {
            var ready = [
                pollfd(fd: keyboard, events: Int16(POLLIN), revents: 0),
                pollfd(fd: done[0], events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ready, 2, 10_000) > 0 else {
                Issue.record("the editor is still reading; shown: \(shown.debugDescription)")
                if keyboard >= 0 { close(keyboard) }
                keyboard = -1
                continue
            }
            if ready[0].revents != 0 { take() }
            if ready[1].revents != 0 { break }
        }
        if let thread { pthread_join(thread, nil) }
        thread = nil
        return inputs
    }

    /// The person goes away, and with them the terminal; what the user did until then.
    func hangUp() -> [LineEditor.Input] {
        close(keyboard)
        keyboard = -1
        return finish()
    }

    /// Whether the terminal is in its usual mode, with its own line editing and signal keys.
    var isCooked: Bool {
        var settings = termios()
        tcgetattr(device, &settings)
        let wanted = tcflag_t(ICANON | ISIG | ECHO)
        return settings.c_lflag & wanted == wanted
    }
}
