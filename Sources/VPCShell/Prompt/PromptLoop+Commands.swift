import DataValue
import LineEditor
import ScriptRuntime
import ScriptSyntax
import SystemSupport

// The prompt's own commands: see ``PromptCommand``.

extension PromptLoop {
    func runCommand(_ command: PromptCommand, _ rest: String, history: [String]) {
        do {
            switch command {
            case .edit: try edit()
            case .history: try list(history, rest)
            case .watch: try watch(rest)
            case .saveSession: try saveSession(rest)
            }
        } catch let error as ScriptError {
            try? session.write(
                ErrorReport.plain(error.message, help: error.help, isStyled: errors.isStyled), to: .error)
        } catch is Interrupted {
            interrupt.reset()
        } catch {}
        try? session.output.flush()
    }

    private func usage(_ command: PromptCommand) -> ScriptError {
        let signature = command.signature
        let form =
            ([signature.name]
            + signature.parameters.map { $0.isRequired ? $0.name.uppercased() : "[\($0.name.uppercased())]" })
            .joined(separator: " ")
        return ScriptError("Script.Value", "that is not how '\(signature.name)' goes", help: form)
    }

    // MARK: history

    private func list(_ entries: [String], _ what: String) throws {
        let width = String(entries.count).count
        var shown = Array(entries.enumerated())
        let what = what.trimmed
        if let count = Int(what) {
            shown = Array(shown.suffix(max(0, count)))
        } else if !what.isEmpty {
            shown = shown.filter { $0.element.contains(what) }
        }
        let text = shown.map { number, entry in
            let label = String(number + 1)
            let indent = String(repeating: " ", count: width + 2)
            return String(repeating: " ", count: width - label.count) + label + "  "
                + entry.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }.joined(
                    separator: "\n" + indent) + "\n"
        }.joined()
        if try !session.page(text) { try session.write(text, to: .output) }
    }

    // MARK: edit

    /// Opens the last statement in the user's editor. What comes back stands in the next line, to be looked at and
    /// entered.
    private func edit() throws {
        let folder = session.surroundings.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let path = try Session.reporting { () throws(SystemError) in
            try File.makeTemporary(in: folder, suffix: ".vpcsh", Array((lastStatement + "\n").utf8))
        }
        defer { File.remove(path) }
        let environment = session.surroundings.environment
        let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }.first { !$0.isEmpty } ?? "vi"
        try session.output.flush()
        let quoted = path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        try Session.runAttached("\(editor) '\(quoted)'", interrupt: interrupt)
        do {
            nextLine = PasteText.cleaned(try File.read(path, limit: SourceLoader.scriptLimit, interrupt))
        } catch {
            throw ScriptError("Script.File", error.message)
        }
    }

    // MARK: watch

    private func watch(_ text: String) throws {
        guard let (every, statement) = Watch.parts(of: text) else { throw usage(.watch) }
        let surroundings = session.surroundings
        var watch = Watch(
            title: statement, every: every, redraws: surroundings.canErase, isStyled: surroundings.stylesOutput)
        let former = session.settings
        // Each output is shown at once and whole, and nothing that is done again and again may change anything.
        session.settings.pager = false
        session.settings.isWatching = true
        defer { session.settings = former }
        while !interrupt.isCancelled {
            var outcome = Outcome()
            var interrupted = false
            let output = session.output.gathering {
                outcome = run(SourceText(name: "<prompt>", text: statement))
                interrupted = interrupt.isCancelled || outcome.wasInterrupted
            }
            if interrupted { break }
            let frame = watch.frame(
                output, rows: TerminalSize.rows(1) ?? 24, time: Self.clock(session.now()))
            try session.write(frame, to: .output)
            try session.output.flush()
            if outcome.status != nil { break }
            pause(every)
        }
        interrupt.reset()
        try session.write("\n", to: .output)
    }

    /// Waits without a word about it: the window tells when it was drawn.
    private func pause(_ span: Int64) {
        session.time.sleep(for: .nanoseconds(span), cancellation: interrupt)
    }

    /// The time of day, UTC.
    private static func clock(_ time: WallTime) -> String {
        String(Timestamp.text(time).dropFirst(11).dropLast()) + " UTC"
    }

    // MARK: save-session

    private func saveSession(_ rest: String) throws {
        var path = rest.trimmed
        for quote in ["'", "\""] where path.count > 2 && path.hasPrefix(quote) && path.hasSuffix(quote) {
            path = String(path.dropFirst().dropLast())
        }
        guard !path.isEmpty else { throw usage(.saveSession) }
        let kept = worked.filter { !Self.isLooking($0) }
        guard !kept.isEmpty else {
            throw ScriptError("Script.Value", "nothing that a script could hold has worked in this session yet")
        }
        let made = SessionScript(kept)
        let region = session.region
        let text = made.text(heading: ["Saved from a session in \(region) (\(session.target.label))."])
        let source = SourceText(name: path, text: text)
        guard case .complete(let script) = Parser.parse(source, source: 0) else {
            throw ScriptError("Script.Value", "these statements do not make a script together")
        }
        let (_, diagnostics) = Compiler.compile(script, kind: .script, environment: Environment(), host: session)
        if File.exists(path),
            !Question.ask("Replace \(path)?", isStyled: session.surroundings.stylesOutput, interrupt: interrupt)
        {
            return
        }
        try session.save(text, as: path, interrupt: interrupt)
        let count = kept.count
        var said = "wrote \(count) \(count == 1 ? "statement" : "statements") to \(path)"
        if !made.parameters.isEmpty { said += "; parameters: " + made.parameters.map(\.name).joined(separator: ", ") }
        try session.write(said + "\n", to: .output)
        let problems = diagnostics.filter { $0.severity == .error }
        if !problems.isEmpty {
            try session.write(
                "warning: the script does not check yet; 'vpcsh check \(path)' says why (\(problems.count))\n",
                to: .error)
        }
    }

    /// Whether a statement only asks the shell something: of no use in a script.
    private static func isLooking(_ text: String) -> Bool {
        let word = text.prefix { $0.isLetter || $0 == "-" || $0 == "_" }
        return ["help", "handlers", "option", "timing", "profile", "explain", "code", "errors", "search"].contains(word)
    }
}

extension String {
    /// Without blanks and newlines around it.
    fileprivate var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
