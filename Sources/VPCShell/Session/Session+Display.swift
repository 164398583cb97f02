import DataValue
import LineEditor
import ScriptRuntime
import SystemSupport

/// What the prompt's user has set about how things are shown.
struct PromptSettings: Sendable {
    /// Whether a person at a prompt reads what is shown.
    var isPrompt = false
    /// What Ctrl-C raises at the prompt; nil elsewhere.
    var interrupt: Cancellation?
    /// Whether a statement runs again and again, so that it must only look.
    var isWatching = false
    /// Whether the time of each statement is told.
    var timing = false
    /// Whether long results go to a pager.
    var pager = true
    /// Whether the user is asked before an operation that destroys.
    var asks = true
    /// Whether ids of what there is are asked for while a line is completed.
    var liveCompletion = true
}

extension Session {
    var isPrompt: Bool { state.withLock(\.settings.isPrompt) }

    var settings: PromptSettings {
        get { state.withLock(\.settings) }
        set { state.withLock { $0.settings = newValue } }
    }

    /// The calls since this was asked for last.
    func takeCalls() -> CallTally {
        state.withLock { state in
            defer { state.calls = CallTally() }
            return state.calls
        }
    }

    /// The form in which a result is shown: at the prompt, where nobody has chosen one, a single record stands upright.
    func displayFormat(of value: Value) -> OutputFormat {
        let (chosen, isPrompt) = state.withLock { ($0.format, $0.settings.isPrompt) }
        if chosen == nil, isPrompt, case .record = value, value.responseItems == nil { return .vertical }
        return format
    }

    /// Shows a text in the pager, if it is longer than the window and the user has one. False where it did not.
    func page(_ text: String) throws -> Bool {
        let settings = settings
        guard settings.isPrompt, settings.pager, surroundings.outputIsTerminal, surroundings.inputIsTerminal,
            let rows = TerminalSize.rows(1), let columns = TerminalSize.columns(1), rows > 2,
            let command = surroundings.pager
        else { return false }
        var needed = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            needed += 1 + (line.utf8.count > columns ? (String(line).displayWidth - 1) / max(1, columns) : 0)
        }
        guard needed > rows else { return false }
        try output.flush()
        do {
            // A Ctrl-C that comes before the terminal is the pager's own is meant for it all the same.
            try Self.runAttached(command, input: text, interrupt: settings.interrupt ?? Cancellation())
        } catch is ScriptError {
            // A pager that cannot be started shows nothing; one that ends otherwise has shown what was wanted.
            return !Self.isMissing(command)
        }
        return true
    }

    private static func isMissing(_ command: String) -> Bool {
        let name = command.split(separator: " ").first { !$0.contains("=") }.map(String.init) ?? command
        var process = ChildProcess(.shell("command -v \(name)"))
        process.output = .collected(limit: 1 << 16)
        return (try? process.run(Cancellation()).ending) != .status(0)
    }
}

extension Surroundings {
    /// The command of the pager: `$PAGER`, or less, which leaves a short text and colours alone; nil where the user wants
    /// none.
    var pager: String? {
        guard let chosen = environment["PAGER"] else {
            return environment["LESS"] == nil ? "LESS=FRX less" : "less"
        }
        if chosen.isEmpty || chosen == "cat" { return nil }
        // Without these less shows colours as text.
        return environment["LESS"] == nil ? "LESS=FRX \(chosen)" : chosen
    }
}
