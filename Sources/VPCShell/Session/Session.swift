import CloudAPI
import DataValue
import Glibc
import LineEditor
import LocalVPC
import ScriptRuntime
import ScriptSyntax
import Synchronization
import SystemSupport

/// What a running program talks to: its commands, its output, its clock, and the way to the service.
///
/// The one implementation of ``Host``. The client is made at the first call, since most of what it needs (a database, a
/// connection) costs time that a program without calls need not spend.
package final class Session: Host {
    package let options: ShellOptions
    package let surroundings: Surroundings
    package let output: Output
    let time: any TimeSource
    /// Carries what goes to the cloud; where it was injected, also what goes to the embedded endpoint.
    let injectedTransport: (any Transport)?
    let cloudTransport: any Transport

    struct State {
        var target: Target
        var region: String
        var format: OutputFormat?
        var client: (any APIHandler)?
        var localEndpoint: LocalEndpoint?
        var resolvedOperation = false
        /// What the statement that runs has called.
        var calls = CallTally()
        var settings = PromptSettings()
        var generator = SystemRandomNumberGenerator()
    }
    let state: Mutex<State>
    let making = Mutex<Void>(())
    /// Outlives a change of the target: it is this client that was too fast.
    let retryControl = RetryControl()
    let journal: JournalFile
    let recording: RecordingFile?
    /// Asks before something is destroyed; nil where nobody can be asked.
    let confirmation = Mutex<(@Sendable (DestructionQuestion) -> Bool)?>(nil)

    static let defaultRegion = "cn-hangzhou"
    static let noCredentials = "there are no credentials"

    package init(
        options: ShellOptions, surroundings: Surroundings, output: Output, target: Target,
        time: any TimeSource = SystemClock(), network: (any Transport)? = nil, transport: (any Transport)? = nil,
        recording: RecordingFile? = nil, programName: String = "?"
    ) {
        self.options = options
        self.surroundings = surroundings
        self.output = output
        self.time = time
        injectedTransport = transport
        cloudTransport = transport ?? network ?? HTTPTransport()
        self.recording = recording
        let fromEnvironment = surroundings.environment["ALIBABA_CLOUD_REGION_ID"].flatMap { $0.isEmpty ? nil : $0 }
        let region = options.region ?? target.region ?? fromEnvironment ?? Self.defaultRegion
        state = Mutex(State(target: target, region: region, format: options.format))
        journal = JournalFile(
            folder: surroundings.stateFolder.map { $0 + "/journal" },
            header: {
                JournalHeader(
                    time: time.now(), process: Int(getpid()), program: programName, target: target.label,
                    region: region)
            }, warn: { try? output.write("warning: \($0)\n", to: .error) })
    }

    package var target: Target { state.withLock(\.target) }

    package var region: String {
        get { state.withLock(\.region) }
        set { state.withLock { $0.region = newValue } }
    }

    package var format: OutputFormat {
        get { state.withLock(\.format) ?? (surroundings.outputIsTerminal ? .table : .json) }
        set { state.withLock { $0.format = newValue } }
    }

    /// Whether a command that was looked up since the last call of this was an operation of the API.
    package func takeResolvedOperation() -> Bool {
        state.withLock { state in
            defer { state.resolvedOperation = false }
            return state.resolvedOperation
        }
    }

    func setConfirmation(_ ask: (@Sendable (DestructionQuestion) -> Bool)?) { confirmation.withLock { $0 = ask } }

    // MARK: Commands

    package func command(named name: String) -> (any ScriptRuntime.Command)? {
        if let builtIn = BuiltIns.command(named: name) { return builtIn(self) }
        let first = name.utf8.first ?? 0
        guard first &- UInt8(ascii: "A") < 26 else { return nil }
        if let operation = Catalogue.operation(named: name) {
            state.withLock { $0.resolvedOperation = true }
            return OperationCommand(operation, name: name, session: self)
        }
        if options.allowsUnknown {
            state.withLock { $0.resolvedOperation = true }
            return OperationCommand(nil, name: name, session: self)
        }
        return nil
    }

    /// What people type who come from another shell, and what it is here.
    private static let foreignWords = [
        "quit": "exit", "bye": "exit", "logout": "exit", "q": "exit", "echo": "print", "man": "help", "cls": "! clear",
        "clear": "! clear", "ls": "! ls", "cd": "! cd", "pwd": "! pwd", "cat": "! cat", "use": "region",
    ]

    package func commandNames(near name: String) -> [String] {
        // A program is run at the prompt only.
        if let word = Self.foreignWords[name.lowercased()], isPrompt || !word.hasPrefix("!") { return [word] }
        let builtIns = Spelling.nearest(to: name, among: BuiltIns.names)
        return builtIns.isEmpty ? Catalogue.nearestOperations(to: name) : builtIns
    }

    // MARK: Output

    package func display(_ value: Value) throws {
        let shown: String
        switch value {
        case .string(""): return
        case .string(let text): shown = text.hasSuffix("\n") ? text : text + "\n"
        case .secret(let secret): shown = secret.masked + "\n"
        default: shown = try text(value, as: displayFormat(of: value))
        }
        if try !page(shown) { try write(shown, to: .output) }
    }

    package func text(_ value: Value, as format: OutputFormat) throws -> String {
        let width = surroundings.outputIsTerminal ? TerminalSize.columns(1) : nil
        let columns =
            isPrompt && format == .table ? ListColumns.columns(for: value.responseItems ?? value.listItems) : nil
        let formatter = ValueFormatter(
            format: format, width: width, styled: surroundings.stylesOutput, columns: columns)
        do throws(LimitError) {
            return try formatter.limitedText(value)
        } catch {
            throw ScriptError("Script.Value", error.message)
        }
    }

    package func write(_ text: String, to stream: OutputStream) throws { try output.write(text, to: stream) }

    package func exitBlocksRun(_ areRunning: Bool) { output.exitBlocksRun(areRunning) }

    // MARK: Time, chance, environment

    package func now() -> WallTime { time.now() }
    package func monotonic() -> MonotonicTime { time.monotonic() }

    package func sleep(for span: Duration, interrupt: Cancellation) throws {
        // What has been printed so far is what a person who waits wants to see.
        try output.flush()
        guard let progress = output.progress else { return time.sleep(for: span, cancellation: interrupt) }
        // In pieces, so that the time that is left can be seen to go.
        let end = monotonic() + span
        progress.beginSleep(span, now: monotonic())
        defer { progress.endSleep() }
        while !interrupt.isCancelled {
            let left = end - monotonic()
            if left <= .zero { return }
            progress.showWaiting(now: monotonic())
            time.sleep(for: min(left, Self.tick), cancellation: interrupt)
        }
    }

    /// How long a person waits for a change of what is shown of a wait.
    private static let tick = Duration.milliseconds(500)

    package func report(_ progress: Progress) { output.progress?.report(progress, now: monotonic()) }

    package func random() -> Double { state.withLock { Double.random(in: 0..<1, using: &$0.generator) } }

    package func environment(_ name: String) -> String? { surroundings.environment[name] }
}
