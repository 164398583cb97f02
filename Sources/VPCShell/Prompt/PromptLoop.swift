import DataValue
import Glibc
import LineEditor
import ScriptRuntime
import ScriptSyntax

/// The prompt: reads statements from a terminal and runs them until the user leaves.
package final class PromptLoop {
    private let session: Session
    private let interrupt: Interrupt
    private let machine: Machine
    private var environment = Environment.prompt()
    private var sources = SourceMap()
    private var lastStatus: Int32 = 0

    package init(session: Session, interrupt: Interrupt) {
        self.session = session
        self.interrupt = interrupt
        machine = Machine(host: session, interrupt: interrupt)
    }

    private var errors: ErrorReport {
        ErrorReport(sources: sources, isStyled: session.surroundings.stylesErrors, showsSource: false)
    }

    /// Runs until the user leaves; yields the exit status.
    package func run(notice: String?) -> Int32 {
        let history = historyPath.map { History(path: $0) } ?? History()
        guard let editor = LineEditor(programName: "vpcsh", history: history) else { return 2 }
        warn(editor.takeHistoryWarning())
        if let notice { try? session.write(notice + "\n", to: .output) }
        machine.lineNumber = { [unowned self] in self.sources.line(of: $0) }
        if !session.options.assumesYes {
            let isStyled = session.surroundings.stylesOutput
            session.setConfirmation { Question.ask($0, isStyled: isStyled) }
        }
        if session.options.readsStartFile, let status = runStartFile() { return status }
        let completer = Completer(session: session)
        editor.completer = { [unowned self] request in completer.complete(request, environment: self.environment) }
        while true {
            // Cleared before a statement is read, not after: a Ctrl-C right behind the Enter is meant for it.
            interrupt.clear()
            guard let statement = read(editor) else { return 0 }
            if statement.isEmpty { continue }
            editor.remember(statement)
            warn(editor.takeHistoryWarning())
            if statement.hasPrefix("!") {
                runProgram(String(statement.dropFirst()))
            } else if let status = run(SourceText(name: "<prompt>", text: statement)) {
                return status
            }
            editor.startRow()
        }
    }

    private var historyPath: String? {
        guard let folder = session.surroundings.stateFolder else { return nil }
        do {
            try FileContent.makeFolder(folder)
            return folder + "/history"
        } catch {
            warn("history is not kept: \(error.message)")
            return nil
        }
    }

    private func warn(_ text: String?) {
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
        var started = ""
        while true {
            let isFirst = text.isEmpty
            switch editor.readLine(prompt: isFirst ? promptText : "... ", initialText: started) {
            case .interrupted: return ""
            case .endOfInput: return isFirst ? nil : ""
            case .line(let line):
                started = ""
                let whole = text + (isFirst ? line : "\n" + line)
                if let before = PromptHelp.question(in: whole) {
                    try? session.write(PromptHelp(session: session).text(behind: before) + "\n", to: .output)
                    try? session.output.flush()
                    // The line comes back without its question.
                    started = String(before.split(separator: "\n", omittingEmptySubsequences: false).last ?? "")
                    continue
                }
                text = whole
                if text.allSatisfy({ $0 == " " || $0 == "\t" || $0 == "\n" }) { return "" }
                if text.hasPrefix("!") || !needsMore(text) { return text }
            }
        }
    }

    private func needsMore(_ text: String) -> Bool {
        if case .incomplete = Parser.parse(SourceText(name: "<prompt>", text: text), source: 0) { true } else { false }
    }

    // MARK: Running

    /// `rc.vpcsh` in the configuration folder, if there is one.
    private func runStartFile() -> Int32? {
        guard let folder = session.surroundings.configurationFolder else { return nil }
        let path = folder + "/rc.vpcsh"
        guard access(path, F_OK) == 0 else { return nil }
        do {
            return run(SourceText(name: path, bytes: try FileContent.read(path)), path: path)
        } catch {
            warn(error.message)
            return nil
        }
    }

    /// Runs one entry. Yields a status where it ends the session.
    private func run(_ text: SourceText, path: String? = nil) -> Int32? {
        var loader = SourceLoader(sources: sources)
        let loaded = loader.load(text, path: path)
        sources = loader.sources
        let script: Script
        switch loaded {
        case .complete(let parsed): script = parsed
        case .incomplete(let diagnostics), .invalid(let diagnostics, _, _): return show(diagnostics)
        }
        let (unit, diagnostics) = Compiler.compile(
            script, kind: .promptLine, environment: environment, host: session)
        guard let unit else { return show(diagnostics) }
        _ = show(diagnostics)
        var status: Int32?
        do {
            try machine.run(unit)
        } catch let error as UncaughtError {
            let record = error.error.record(line: sources.line(of: error.span))
            machine.setGlobal(Environment.lastErrorRegister, record)
            try? session.write(errors.text(error), to: .error)
        } catch let request as ExitRequest {
            status = request.status
        } catch is Interrupted {
            interrupt.clear()
            try? session.write("interrupted\n", to: .error)
        } catch is OutputClosed {
            status = 0
        } catch {
            try? session.write(ErrorReport.plain("\(error)", isStyled: false), to: .error)
        }
        try? session.output.flush()
        if case .null = machine.lastResult {
        } else {
            machine.setGlobal(Environment.lastResultRegister, machine.lastResult)
        }
        if case .null = machine.lastError {
        } else {
            machine.setGlobal(Environment.lastErrorRegister, machine.lastError)
        }
        environment = unit.environment
        for (name, register) in environment.globals
        where register > Environment.lastErrorRegister && machine.global(register) == nil {
            environment.forget(name)
        }
        return status
    }

    /// `! program …`: with the terminal for its own.
    private func runProgram(_ command: String) {
        if interrupt.isRaised { return }
        do {
            try ShellProcess.runAttached(command, interrupt: interrupt)
        } catch let error as ScriptError {
            try? session.write(ErrorReport.plain(error.message, isStyled: errors.isStyled), to: .error)
        } catch {}
    }

    private func show(_ diagnostics: [Diagnostic]) -> Int32? {
        if !diagnostics.isEmpty { try? session.write(errors.text(diagnostics), to: .error) }
        return nil
    }
}

/// Asks a yes-or-no question on the terminal; anything but a yes is a no.
private enum Question {
    static func ask(_ question: String, isStyled: Bool) -> Bool {
        let text = isStyled ? "\u{1B}[1m\(question)\u{1B}[0m [y/N] " : "\(question) [y/N] "
        _ = text.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
        let answer = SecretPrompt.line(from: STDIN_FILENO)?.lowercased()
        return answer == "y" || answer == "yes"
    }
}
