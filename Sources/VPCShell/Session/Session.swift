import CloudAPI
import DataValue
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
    package let target: Target
    private let time: any TimeSource
    /// Used instead of what the target says: for tests.
    private let injectedTransport: (any Transport)?

    private struct State {
        var region: String
        var format: OutputFormat?
        var client: (any APIHandler)?
        var localEndpoint: LocalEndpoint?
        /// Of everything that blocks at the moment: iterations of a parallel loop block at the same time.
        var cancellations: [ObjectIdentifier: Cancellation] = [:]
        var resolvedOperation = false
        /// Tokens of writes whose outcome is not known, by what was to be written.
        var unknownWrites: [String: String] = [:]
        var generator = SystemRandomNumberGenerator()
    }
    private let state: Mutex<State>
    private let making = Mutex<Void>(())
    /// Asks a yes-or-no question at the prompt; nil where nobody can be asked.
    private let confirmation = Mutex<(@Sendable (String) -> Bool)?>(nil)

    static let defaultRegion = "cn-hangzhou"

    package init(
        options: ShellOptions, surroundings: Surroundings, output: Output, target: Target,
        time: any TimeSource = SystemClock(), transport: (any Transport)? = nil
    ) {
        self.options = options
        self.surroundings = surroundings
        self.output = output
        self.target = target
        self.time = time
        injectedTransport = transport
        let fromEnvironment = surroundings.environment["ALIBABA_CLOUD_REGION_ID"].flatMap { $0.isEmpty ? nil : $0 }
        let fromProfile: String? = if case .cloud(_, let profile) = target { profile?.region } else { nil }
        let region = options.region ?? fromProfile ?? fromEnvironment ?? Self.defaultRegion
        state = Mutex(State(region: region, format: options.format))
    }

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

    package func setConfirmation(_ ask: (@Sendable (String) -> Bool)?) { confirmation.withLock { $0 = ask } }

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

    package func commandNames(near name: String) -> [String] {
        let builtIns = Spelling.nearest(to: name, among: BuiltIns.names)
        return builtIns.isEmpty ? Catalogue.nearestOperations(to: name) : builtIns
    }

    // MARK: Output

    package func display(_ value: Value) throws {
        if case .string(let text) = value { return try write(text.hasSuffix("\n") ? text : text + "\n", to: .output) }
        try write(text(value, as: format), to: .output)
    }

    package func text(_ value: Value, as format: OutputFormat) -> String {
        let width = surroundings.outputIsTerminal ? TerminalSize.columns(1) : nil
        return ValueFormatter(format: format, width: width, styled: surroundings.stylesOutput).text(value)
    }

    package func write(_ text: String, to stream: OutputStream) throws { try output.write(text, to: stream) }

    // MARK: Time, chance, environment

    package func now() -> Int64 { time.now() }

    package func sleep(for span: Int64, interrupt: Interrupt) {
        // What has been printed so far is what a person who waits wants to see.
        try? output.flush()
        withCancellation(interrupt) { time.sleep(for: span, cancellation: $0) }
    }

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

    // MARK: The service

    /// The token for a write: one per intended write. A repetition after an outcome that is not known is the same
    /// intended write, so it carries the token of the first; everything else gets a new one.
    func clientToken(for write: String, isRepetition: Bool) -> String {
        let known = isRepetition ? state.withLock { $0.unknownWrites[write] } : nil
        return known ?? RandomUUIDs().next()
    }

    /// Remembers the token of a write while its outcome is not known, and forgets it when it is. An answer that says
    /// nothing about the write itself (too many requests, still being processed) leaves the outcome as it was.
    func note(_ write: String, token: String, after error: APIError?) {
        state.withLock { state in
            let wasUnknown = state.unknownWrites[write] != nil
            let isUnknown = error.map { $0.isAmbiguous || (wasUnknown && !$0.answersTheWrite) } ?? false
            state.unknownWrites[write] = isUnknown ? token : nil
        }
    }

    /// Sends a call through the chain of middleware to the target.
    func send(_ call: APICall) throws(APIError) -> APIAnswer {
        try? output.flush()
        return try client(for: call.action).send(call)
    }

    private func client(for action: String) throws(APIError) -> any APIHandler {
        if let client = state.withLock(\.client) { return client }
        // Iterations of a parallel loop may come here at once, and there must be one client, as there is one database.
        return try making.withLock { _ throws(APIError) in
            if let client = state.withLock(\.client) { return client }
            let client = try makeClient(for: action)
            state.withLock { $0.client = client }
            return client
        }
    }

    private func makeClient(for action: String) throws(APIError) -> any APIHandler {
        var timeouts = Timeouts()
        if let limit = options.timeout {
            timeouts = Timeouts(
                connect: min(timeouts.connect, limit), read: min(timeouts.read, limit), total: limit)
        }
        let signing: SigningClient
        switch target {
        case .none:
            throw APIError(
                code: "Client.Credentials", message: "there are no credentials", action: action, attempts: 0)
        case .local(let database):
            let transport: any Transport
            if let injectedTransport {
                transport = injectedTransport
            } else {
                transport = try localEndpoint(database, action)
            }
            signing = SigningClient(
                transport: transport,
                credentials: Credentials(accessKeyID: "local", accessKeySecret: Secret("local")),
                endpoint: "http://localhost", clock: time, timeouts: timeouts)
        case .cloud(let credentials, _):
            signing = SigningClient(
                transport: injectedTransport ?? HTTPTransport(), credentials: credentials, endpoint: options.endpoint,
                allowsInsecure: options.allowsInsecureEndpoint, clock: time, timeouts: timeouts)
        }
        return middleware(around: signing)
    }

    private func localEndpoint(_ database: ShellOptions.LocalDatabase, _ action: String) throws(APIError)
        -> LocalEndpoint
    {
        do {
            let endpoint = try Session.localEndpoint(database, surroundings, time: time)
            state.withLock { $0.localEndpoint = endpoint }
            return endpoint
        } catch {
            throw APIError(code: "Client.Network", message: error.message, action: action, attempts: 0)
        }
    }

    /// Puts everything away: to be called when nothing runs any more.
    package func close() { state.withLock(\.localEndpoint)?.close() }

    /// Opens the embedded endpoint.
    package static func localEndpoint(
        _ database: ShellOptions.LocalDatabase, _ surroundings: Surroundings, time: any TimeSource
    ) throws(FileContent.Problem) -> LocalEndpoint {
        let location = try location(of: database, surroundings)
        do {
            return try LocalEndpoint(database: location, time: time)
        } catch {
            throw FileContent.Problem(message: error.message)
        }
    }

    /// Where a database of the embedded endpoint lies; the folder of the standard one is made.
    package static func location(of database: ShellOptions.LocalDatabase, _ surroundings: Surroundings)
        throws(FileContent.Problem) -> DatabaseLocation
    {
        switch database {
        case .memory: return .memory
        case .file(let path): return .file(path)
        case .standard:
            guard let folder = surroundings.stateFolder else {
                throw FileContent.Problem(message: "there is no home folder for the data of --local; use --local=FILE")
            }
            try FileContent.makeFolder(folder)
            return .file(folder + "/local.db")
        }
    }

    private func middleware(around signing: SigningClient) -> any APIHandler {
        let errorLine: @Sendable (String) -> Void = { [output] line in try? output.write(line + "\n", to: .error) }
        var handler: any APIHandler = signing
        if options.traces {
            let label = target.label
            let isLocal = if case .local = target { true } else { false }
            handler = Tracing(
                handler, clock: time,
                host: { call in isLocal ? label : (try? signing.endpoint(region: call.region).authority) ?? "?" },
                write: errorLine)
        }
        if options.isDryRun { handler = DryRun(handler, show: { errorLine("would send: \($0)") }) }
        handler = Confirmation(handler) { [weak self] in self?.confirmation.withLock { $0 } ?? nil }
        if options.isReadOnly { handler = ReadOnlyGuard(handler) }
        return handler
    }
}
