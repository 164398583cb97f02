import CloudAPI
import DataValue
import Glibc
import LineEditor
import LocalVPC
import ScriptRuntime
import ScriptSyntax
import Synchronization

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
        /// Of everything that blocks at the moment: iterations of a parallel loop block at the same time.
        var cancellations: [ObjectIdentifier: Cancellation] = [:]
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

    // MARK: Time, chance, environment

    package func now() -> Int64 { time.now() }

    package func sleep(for span: Int64, interrupt: Interrupt) {
        // What has been printed so far is what a person who waits wants to see.
        try? output.flush()
        guard let progress = output.progress else {
            return withCancellation(interrupt) { time.sleep(for: span, cancellation: $0) }
        }
        // In pieces, so that the time that is left can be seen to go.
        let end = now() &+ span
        progress.beginSleep(span, now: now())
        defer { progress.endSleep() }
        while !interrupt.isRaised {
            let left = end &- now()
            if left <= 0 { return }
            progress.showWaiting(now: now())
            withCancellation(interrupt) { time.sleep(for: min(left, Self.tick), cancellation: $0) }
        }
    }

    /// How long a person waits for a change of what is shown of a wait: nanoseconds.
    private static let tick: Int64 = 500_000_000

    package func report(_ progress: Progress) { output.progress?.report(progress, now: now()) }

    package func random() -> Double { state.withLock { Double.random(in: 0..<1, using: &$0.generator) } }

    package func environment(_ name: String) -> String? { surroundings.environment[name] }

    // MARK: Files and programs

    package func save(_ text: String, as path: String) throws {
        do {
            try FileContent.replace(path, with: Array(text.utf8))
        } catch {
            throw ScriptError("Script.File", error.message)
        }
    }

    package func read(_ path: String) throws -> [UInt8] {
        if path == "-", options.isStream {
            throw ScriptError(
                "Script.File", "with --stream standard input is the script, and nothing else can be read from it")
        }
        do {
            return path == "-"
                ? try FileContent.read(descriptor: 0, name: "<stdin>", limit: .max)
                : try FileContent.read(path, limit: .max)
        } catch {
            throw ScriptError("Script.File", error.message)
        }
    }

    package func shell(_ command: String, input: String, interrupt: Interrupt) throws -> String {
        try? output.flush()
        return try ShellProcess.run(command, input: input, interrupt: interrupt)
    }

    // MARK: Interrupts

    /// Runs something that blocks, with a cancellation that ``cancel()`` raises.
    func withCancellation<Result, Failure: Error>(
        _ interrupt: Interrupt, _ body: (Cancellation) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let cancellation = Cancellation()
        state.withLock { $0.cancellations[ObjectIdentifier(cancellation)] = cancellation }
        defer { _ = state.withLock { $0.cancellations.removeValue(forKey: ObjectIdentifier(cancellation)) } }
        // The interrupt may have come before the cancellation was there to be raised.
        if interrupt.isRaised { cancellation.cancel() }
        return try body(cancellation)
    }

    /// Stops what blocks on the user's behalf. Called from another thread than the one that blocks.
    package func cancel() {
        for cancellation in state.withLock({ Array($0.cancellations.values) }) { cancellation.cancel() }
    }
}
