import CLibEdit
import Glibc
import SystemSupport

/// Lines from a person at a terminal: prompt, editing with emacs or vi keys (`~/.editrc` decides), history,
/// completion, paste.
///
/// Not Sendable: one thread owns it. The terminal is in its usual mode between lines, so Ctrl-C raises SIGINT then; while
/// a line is edited it is a key. A terminal that cannot move its cursor (`TERM=dumb`) is read line by line.
package final class LineEditor {
    /// What the user did.
    package enum Input: Equatable, Sendable {
        /// Entered a line, here without its newline. A pasted text may have newlines inside.
        case line(String)
        /// Dropped the line with Ctrl-C (or the process got SIGINT).
        case interrupted
        /// Pressed Ctrl-D on an empty line, or the terminal is gone.
        case endOfInput
        /// Did nothing: the editor's ``LineEditor/cancellation`` was raised.
        case cancelled
    }

    /// Answers the Tab key. It is called while the terminal is in editing mode, where Ctrl-C raises no signal: it must
    /// answer at once, without the network.
    package var completer: ((CompletionRequest) -> Completion)?

    /// Whether Enter ends the line as it stands; where it does not, Enter begins another row of it. Every line is complete
    /// where this is nil. Not asked where the terminal is read line by line.
    package var isComplete: ((String) -> Bool)?

    /// What stands at the right edge while a line is typed; asked whenever no further key is waiting. Like ``completer``
    /// it must answer at once.
    package var hint: ((CompletionRequest) -> String)?

    /// What Up and Ctrl-R look through. `remember` adds to it.
    package private(set) var history: History

    /// Stands at the right edge of the first row as long as there is room for it.
    package var rightPrompt = ""

    /// Ends the line when it is raised, as ``Input/cancelled``, but for the SIGINT that the editor itself takes for a key.
    package var cancellation: Cancellation?

    let input: Int32
    let output: Int32
    /// What is written past the library.
    private let channel: OutputChannel
    /// nil where the terminal is read line by line.
    private(set) var editor: OpaquePointer?
    private var pastLines: OpaquePointer?
    private var files: [UnsafeMutablePointer<FILE>] = []

    /// Signals arrive here as bytes: read end, write end.
    let wakeRead: Int32
    let wakeWrite: Int32

    /// Readable once ``cancellation`` is raised, while a line is read.
    var waker = DescriptorWaker()

    // What the callbacks share with `readLine`.
    var bytes = InputBytes()
    /// Keys that come before what is typed.
    var pendingKeys: [Int32] = []
    var initialText = ""
    var outcome = Outcome.editing
    var prompt = PromptText("")
    /// The line as the last Tab left it.
    var ambiguous: CompletionRequest?
    private var promptPointer: UnsafeMutablePointer<Int32>?
    private var rightPromptPointer: UnsafeMutablePointer<Int32>?

    /// Whether the library edits a line now.
    private(set) var isEditing = false

    enum Outcome { case editing, interrupted, hungUp, cancelled }

    /// An editor on standard input and output; nil where they are no terminal.
    package convenience init?(programName: String, history: History = History()) {
        self.init(
            programName: programName, input: STDIN_FILENO, output: STDOUT_FILENO, error: STDERR_FILENO,
            terminalType: getenv("TERM").map { String(cString: $0) }, history: history)
    }

    /// An editor on a terminal of its own.
    ///
    /// - Parameters:
    ///   - programName: what `~/.editrc` calls the program.
    ///   - terminalType: what TERM says; nil or an unknown one is read line by line.
    ///   - settings: read instead of `~/.editrc`.
    package init?(
        programName: String, input: Int32, output: Int32, error: Int32, terminalType: String?,
        settings: String? = nil, history: History = History()
    ) {
        guard isTerminal(input), isTerminal(output) else { return nil }
        guard let ends = try? Descriptor.pipe() else { return nil }
        for end in [ends.reading, ends.writing] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        self.input = input
        self.output = output
        channel = OutputChannel(output, name: "the terminal")
        self.history = history
        wakeRead = ends.reading
        wakeWrite = ends.writing
        DisplayWidth.useLocale()
        if let terminalType, terminalType != "dumb", !terminalType.isEmpty {
            startEditing(programName: programName, error: error, terminalType: terminalType, settings: settings)
        }
    }

    deinit {
        if let editor { el_end(editor) }
        if let pastLines { history_wend(pastLines) }
        for file in files { fclose(file) }
        promptPointer?.deallocate()
        rightPromptPointer?.deallocate()
        close(wakeRead)
        close(wakeWrite)
    }

    /// Adds a statement to the history, here and in its file, unless it is one not to keep. A statement over several
    /// lines is one entry.
    package func remember(_ entry: String) {
        guard let change = history.add(entry), let pastLines else { return }
        switch change {
        case .added: libedit_history_enter(pastLines, WideText.terminated(entry))
        case .moved:
            libedit_history_clear(pastLines)
            for entry in history.entries { libedit_history_enter(pastLines, WideText.terminated(entry)) }
        }
    }

    /// The first trouble with the history file, once, as a sentence for the user.
    package func takeHistoryWarning() -> String? {
        history.takeWarning()
    }

    /// Reads a line. Afterwards the cursor is at the beginning of a row, whatever the user did.
    ///
    /// SIGINT raises nothing while it lasts. A Ctrl-C right after Enter may reach the program's own handler before this
    /// returns: forget earlier interrupts before the call, not after it.
    ///
    /// - Parameters:
    ///   - prompt: may be styled by escape sequences and may have several lines.
    ///   - initialText: stands in the line already.
    package func readLine(prompt: String, initialText: String = "") -> Input {
        self.prompt = PromptText(prompt)
        guard outcome != .hungUp else { return .endOfInput }
        outcome = .editing
        ambiguous = nil
        var guarding = TerminalGuard(terminal: input, wake: wakeWrite)
        let waker = DescriptorWaker()
        self.waker = waker
        let result = (cancellation ?? Cancellation()).whileObserving({ waker.wake() }) {
            readGuardedLine(initialText: initialText)
        }
        guarding.end()
        // Ctrl-C right after Enter came to our handler still, but was meant for what the line starts.
        if takeSignals().contains(SIGINT), case .line = result { raise(SIGINT) }
        return result
    }

    private func readGuardedLine(initialText: String) -> Input {
        // The library recurses without end where a wide character is wider than the terminal.
        guard let editor, TerminalSize.columns(output) ?? 80 >= 4 else { return readPlainLine() }

        set(&promptPointer, to: self.prompt.marked)
        if hint != nil { rightPrompt = "" }
        setRightPrompt()
        self.initialText = initialText
        pendingKeys = initialText.isEmpty ? [] : [PrivateKey.initialText]
        // The library would show the prompt first: a key pressed in between would be the terminal's.
        libedit_prepare_terminal(editor, 1)
        show("\u{1b}[?2004h")
        var count: Int32 = 0
        isEditing = true
        let text = libedit_read_line(editor, &count)
        isEditing = false
        show("\u{1b}[?2004l")
        switch outcome {
        case .interrupted: return .interrupted
        case .hungUp: return .endOfInput
        case .cancelled: return .cancelled
        case .editing: break
        }
        guard let text, count > 0 else {
            show("\n")
            return .endOfInput
        }
        var line = WideText.string(UnsafeBufferPointer(start: text, count: Int(count)))
        if line.unicodeScalars.last == "\n" { line.unicodeScalars.removeLast() }
        return .line(line)
    }

    func setRightPrompt() { set(&rightPromptPointer, to: PromptText(rightPrompt).marked) }

    /// Goes to the beginning of a new row unless the cursor is at the beginning of one: for use before a prompt when a
    /// program may have ended its output without a newline, or the terminal has shown `^C`.
    ///
    /// Where the cursor is cannot be asked without reading the answer among what is typed ahead. A row of blanks wraps
    /// if it began anywhere but at the left edge.
    package func startRow() {
        guard editor != nil, let columns = TerminalSize.columns(output) else { return }
        show(String(repeating: " ", count: columns) + "\r\u{1b}[K")
    }

    /// Writes to the terminal past the library.
    func show(_ text: String) {
        if let file = files.first { fflush(file) }
        try? channel.write(Array(text.utf8), cancellation)
    }

    // MARK: - Setting up

    private func startEditing(programName: String, error: Int32, terminalType: String, settings: String?) {
        guard let outputFile = file(output, "w"), let inputFile = file(input, "r"), let errorFile = file(error, "w"),
            // Complaints about TERM are not for the user: an unknown terminal is read line by line.
            let silence = fopen("/dev/null", "w")
        else { return }
        defer { fclose(silence) }
        guard let editor = el_init_fd(programName, inputFile, outputFile, silence, input, output, error) else { return }
        guard libedit_set_terminal_type(editor, terminalType) == 0, libedit_can_move_up(editor) != 0 else {
            el_end(editor)
            return
        }
        self.editor = editor
        libedit_set_error_file(editor, errorFile)
        libedit_set_client_data(editor, Unmanaged.passUnretained(self).toOpaque())
        libedit_set_read_function(editor) { editor, character in
            guard let editor, let character, let owner = LineEditor.owner(of: editor) else { return -1 }
            guard let key = owner.nextKey() else { return -1 }
            character.pointee = key
            return 1
        }
        let delimiter = Int32(PromptText.delimiter.value)
        libedit_set_prompt(editor, { LineEditor.owner(of: $0)?.promptPointer }, delimiter)
        libedit_set_right_prompt(editor, { LineEditor.owner(of: $0)?.rightPromptPointer }, delimiter)
        set(&promptPointer, to: "")
        set(&rightPromptPointer, to: "")
        if let pastLines = history_winit() {
            self.pastLines = pastLines
            libedit_history_set_size(pastLines, Int32(clamping: history.limit))
            libedit_set_history(editor, pastLines)
            for entry in history.entries { libedit_history_enter(pastLines, WideText.terminated(entry)) }
        }
        bindKeys(editor, settings: settings)
    }

    private func file(_ descriptor: Int32, _ mode: String) -> UnsafeMutablePointer<FILE>? {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return nil }
        guard let file = fdopen(copy, mode) else {
            close(copy)
            return nil
        }
        files.append(file)
        return file
    }

    private func set(_ pointer: inout UnsafeMutablePointer<Int32>?, to text: String) {
        let characters = WideText.terminated(text)
        let copy = UnsafeMutablePointer<Int32>.allocate(capacity: characters.count)
        copy.initialize(from: characters, count: characters.count)
        pointer?.deallocate()
        pointer = copy
    }

    static func owner(of editor: OpaquePointer?) -> LineEditor? {
        guard let editor, let data = libedit_client_data(editor) else { return nil }
        return Unmanaged<LineEditor>.fromOpaque(data).takeUnretainedValue()
    }
}
