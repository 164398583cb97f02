import DataValue
import LineEditor
import ScriptRuntime
import ScriptSyntax
import Synchronization
import SystemSupport

/// The prompt: reads statements from a terminal and runs them until the user leaves.
package final class PromptLoop {
    let session: Session
    let interrupt: Cancellation
    private let machine: Machine
    private var environment = Environment.prompt()
    private var sources = SourceMap()
    /// The statements that worked, for a script of them.
    var worked: [String] = []
    /// What was entered last, but for the prompt's own commands.
    var lastStatement = ""
    /// Stands in the next line already.
    var nextLine = ""
    private var hasToldOfSecrets = false

    package init(session: Session, interrupt: Cancellation) {
        self.session = session
        self.interrupt = interrupt
        machine = Machine(host: session, interrupt: interrupt)
    }

    var errors: ErrorReport {
        ErrorReport(sources: sources, isStyled: session.surroundings.stylesErrors, showsSource: false)
    }

    /// Runs until the user leaves; yields the exit status.
    package func run(notice: String?) -> Int32 {
        let history = historyPath.map { History(path: $0) } ?? History()
        guard let editor = LineEditor(programName: "vpcsh", history: history) else { return 2 }
        warn(editor.takeHistoryWarning())
        editor.cancellation = interrupt
        session.settings.isPrompt = true
        session.settings.interrupt = interrupt
        if let notice { try? session.write(notice + "\n", to: .output) }
        machine.lineNumber = { [unowned self] in self.sources.line(of: $0) }
        session.setAsks(!session.options.assumesYes)
        let isStyled = session.surroundings.stylesOutput
        let interrupt = interrupt
        session.setConfirmation { Question.ask($0, isStyled: isStyled, interrupt: interrupt) }
        if session.options.readsStartFile, let status = runStartFile() { return leave(status) }
        let completer = Completer(session: session)
        editor.completer = { [unowned self] request in
            completer.complete(request, environment: environment) { [unowned self] in value(of: $0) }
        }
        editor.isComplete = { [unowned self] text in isWhole(text) }
        editor.hint = { request in
            let text = Hint.text(request)
            return isStyled && !text.isEmpty ? "\u{1B}[2m\(text)\u{1B}[0m" : text
        }
        while true {
            // Cleared before a statement is read, not after: a Ctrl-C right behind the Enter is meant for it.
            interrupt.reset()
            if Interrupts.endingSignal != nil { return leave(Interrupts.exitStatus) }
            guard let statement = read(editor) else { return leave(0) }
            if statement.isEmpty { continue }
            remember(statement, editor)
            let began = session.monotonic()
            if statement.hasPrefix("!") {
                runProgram(String(statement.dropFirst()))
            } else if let (command, rest) = PromptCommand.command(in: statement) {
                runCommand(command, rest, history: editor.history.entries)
            } else {
                lastStatement = statement
                let outcome = run(SourceText(name: "<prompt>", text: statement))
                if outcome.worked { worked.append(statement) }
                if session.settings.timing {
                    try? session.write("time: \(ElapsedTime.text(session.monotonic() - began))\n", to: .output)
                }
                if let status = outcome.status { return leave(status) }
            }
            session.output.progress?.clear()
            editor.startRow()
        }
    }

    /// Does what `on exit` has left for the end of the session; yields the status that it then ends with.
    private func leave(_ status: Int32) -> Int32 {
        defer { try? session.output.flush() }
        guard let (unit, diagnostics) = environment.endingUnit(host: session) else { return status }
        interrupt.reset()
        guard let unit else {
            _ = show(diagnostics)
            return status
        }
        do {
            try machine.run(unit)
        } catch let error as UncaughtError {
            try? session.write(errors.text(error), to: .error)
            return status == 0 ? error.error.exitStatus : status
        } catch let request as ExitRequest {
            return request.status
        } catch is Interrupted {
            return status == 0 ? Interrupts.exitStatus : status
        } catch {}
        return status
    }

    private var historyPath: String? {
        guard let folder = session.surroundings.stateFolder else { return nil }
        do {
            try Folder.make(folder)
            return folder + "/history"
        } catch {
            warn("history is not kept: \(error.message)")
            return nil
        }
    }

    /// A statement that holds a secret is not kept, in memory neither.
    private func remember(_ statement: String, _ editor: LineEditor) {
        if SecretLiterals.areIn(statement) {
            if !hasToldOfSecrets {
                hasToldOfSecrets = true
                try? session.write("note: a line with a secret in it is not kept in the history\n", to: .error)
            }
            return
        }
        editor.remember(statement)
        warn(editor.takeHistoryWarning())
    }

    /// The value of a variable; nil where there is none.
    private func value(of name: String) -> Value? {
        environment.globals[name].flatMap { machine.global($0) }
    }

    func warn(_ text: String?) {
        if let text { try? session.write("warning: \(text)\n", to: .error) }
    }

    // MARK: Reading

    private var promptText: String {
        let text = "\(session.region) \(session.target.label)> "
        guard session.surroundings.stylesOutput else { return text }
        let colour = if case .local = session.target { "32" } else { "35" }
        return "\(session.region) \u{1B}[\(colour)m\(session.target.label)\u{1B}[0m> "
    }

    /// A whole statement, over several lines where it needs them; empty where the user dropped it; nil at the end.
    private func read(_ editor: LineEditor) -> String? {
        try? session.output.flush()
        var text = ""
        var started = nextLine
        nextLine = ""
        while true {
            let isFirst = text.isEmpty
            switch editor.readLine(prompt: isFirst ? promptText : "... ", initialText: started) {
            case .interrupted: return ""
            case .endOfInput: return isFirst ? nil : ""
            case .cancelled: return ""
            case .line(let line):
                started = ""
                let whole = text + (isFirst ? line : "\n" + line)
                if let before = PromptHelp.question(in: whole) {
                    try? session.write(PromptHelp(session: session).text(behind: before) + "\n", to: .output)
                    try? session.output.flush()
                    // The line comes back without its question.
                    let row = before.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
                    started = isFirst ? before : String(row)
                    continue
                }
                text = whole
                if text.allSatisfy({ $0 == " " || $0 == "\t" || $0 == "\n" }) { return "" }
                if text.hasPrefix("!") || !needsMore(text) { return text }
            }
        }
    }

    /// Whether Enter ends a line as it stands.
    private func isWhole(_ text: String) -> Bool {
        text.hasPrefix("!") || PromptHelp.question(in: text) != nil || PromptCommand.command(in: text) != nil
            || !needsMore(text)
    }

    private func needsMore(_ text: String) -> Bool {
        if case .incomplete = Parser.parse(SourceText(name: "<prompt>", text: text), source: 0) { true } else { false }
    }

    // MARK: Running

    /// `rc.vpcsh` in the configuration folder, if there is one.
    private func runStartFile() -> Int32? {
        guard let folder = session.surroundings.configurationFolder else { return nil }
        let path = folder + "/rc.vpcsh"
        guard !File.isMissing(path) else { return nil }
        do {
            return run(
                SourceText(name: path, bytes: try File.read(path, limit: SourceLoader.scriptLimit, interrupt)),
                path: path
            ).status
        } catch {
            warn(error.message)
            return nil
        }
    }

    /// What came of an entry.
    struct Outcome {
        /// Where it ends the session.
        var status: Int32?
        /// Whether it ran to its end without an error.
        var worked = false
        /// Whether the user stopped it.
        var wasInterrupted = false
    }

    /// Runs one entry.
    func run(_ text: SourceText, path: String? = nil) -> Outcome {
        var loader = SourceLoader(sources: sources, interrupt: interrupt)
        let loaded = loader.load(text, path: path)
        sources = loader.sources
        let script: Script
        switch loaded {
        case .complete(let parsed): script = parsed
        case .incomplete(let diagnostics), .invalid(let diagnostics, _, _): return show(diagnostics)
        }
        _ = session.takeCalls()
        let (unit, diagnostics) = Compiler.compile(
            script, kind: .promptLine, environment: environment, host: session)
        guard let unit else { return show(diagnostics) }
        _ = show(diagnostics)
        var outcome = Outcome()
        do {
            try machine.run(unit)
            outcome.worked = true
        } catch let error as UncaughtError {
            let record = error.error.record(line: sources.line(of: error.span))
            machine.setGlobal(Environment.lastErrorRegister, record)
            try? session.write(errors.text(error), to: .error)
        } catch let request as ExitRequest {
            outcome.status = request.status
        } catch is Interrupted {
            interrupt.reset()
            outcome.wasInterrupted = true
            try? session.write("interrupted\n", to: .error)
        } catch is OutputClosed {
            outcome.status = Program.closedOutputStatus
        } catch {
            try? session.write(ErrorReport.plain("\(error)", isStyled: false), to: .error)
        }
        if case .null = machine.lastResult {
        } else {
            showFooter(machine.lastResult)
            machine.setGlobal(Environment.lastResultRegister, machine.lastResult)
        }
        try? session.output.flush()
        if case .null = machine.lastError {
        } else {
            machine.setGlobal(Environment.lastErrorRegister, machine.lastError)
        }
        environment = unit.environment
        for (name, register) in environment.globals
        where register > Environment.lastErrorRegister && machine.global(register) == nil {
            environment.forget(name)
        }
        return outcome
    }

    /// How much a result is, and how long it took, under what was shown of it.
    private func showFooter(_ result: Value) {
        let format = session.displayFormat(of: result)
        guard format == .table || format == .vertical, let text = Footer.text(result, session.takeCalls()) else {
            return
        }
        let styled = session.surroundings.stylesOutput ? "\u{1B}[2m\(text)\u{1B}[0m" : text
        try? session.write(styled + "\n", to: .output)
    }

    /// `! program …`: with the terminal for its own.
    func runProgram(_ command: String) {
        if interrupt.isCancelled { return }
        do {
            try Session.runAttached(command, interrupt: interrupt)
        } catch let error as ScriptError {
            try? session.write(ErrorReport.plain(error.message, isStyled: errors.isStyled), to: .error)
        } catch {}
    }

    private func show(_ diagnostics: [Diagnostic]) -> Outcome {
        if !diagnostics.isEmpty { try? session.write(errors.text(diagnostics), to: .error) }
        return Outcome()
    }
}

/// Asks a yes-or-no question on the terminal; anything but a yes is a no.
enum Question {
    /// Iterations of a parallel loop may ask at the same time: there is one terminal to answer at.
    private static let terminal = Mutex<Void>(())

    static func ask(_ question: DestructionQuestion, isStyled: Bool, interrupt: Cancellation) -> Bool {
        terminal.withLock { _ in
            // What comes behind a Ctrl-C is not asked any more.
            if interrupt.isCancelled { return false }
            guard let expected = question.expected else {
                return ask(question.text, isStyled: isStyled, interrupt: interrupt)
            }
            return answer(to: "\(question.text) Type \(expected.visible) to go on: ", interrupt) == expected
        }
    }

    static func ask(_ question: String, isStyled: Bool, interrupt: Cancellation) -> Bool {
        let text = isStyled ? "\u{1B}[1m\(question)\u{1B}[0m [y/N] " : "\(question) [y/N] "
        let answer = answer(to: text, interrupt)?.lowercased()
        return answer == "y" || answer == "yes"
    }

    /// The line that is typed after the question was shown; nil on a Ctrl-C, after which the cursor goes to a row of its
    /// own.
    private static func answer(to question: String, _ interrupt: Cancellation) -> String? {
        TerminalLine.discardTyped(on: 0)
        try? OutputChannel.standardOutput.write(Array(question.utf8), interrupt)
        let line = TerminalLine.read(from: 0, interrupt)
        if line == nil { try? OutputChannel.standardOutput.write(Array("\n".utf8), interrupt) }
        return line
    }
}
