import CloudAPI
import DataValue
import LocalVPC
import Synchronization
import SystemSupport

// The way to the service: what stands between a command and a transport, made at the first call.

extension Session {
    /// Sends a call through the chain of middleware to the target. What was printed so far is to be written out before.
    func send(_ call: APICall) throws(APIError) -> APIAnswer {
        try client(for: call).send(call)
    }

    /// Sends a read that nobody asked for: nothing is shown of it. Throws where what is sent is traced, recorded or
    /// replayed, too, since that is about what the user asks for.
    func sendQuietly(_ call: APICall) throws(APIError) -> APIAnswer {
        guard !options.traces, recording == nil, options.replayPath == nil else {
            throw APIError(code: "Client.Declined", message: "not asked", action: call.action, attempts: 0)
        }
        return try client(for: call).send(call)
    }

    private func client(for call: APICall) throws(APIError) -> any APIHandler {
        if let client = state.withLock(\.client) { return client }
        // Iterations of a parallel loop may come here at once, and there must be one client, as there is one database.
        return try making.withLock { _ throws(APIError) in
            if let client = state.withLock(\.client) { return client }
            let client = try makeClient(for: call)
            state.withLock { $0.client = client }
            return client
        }
    }

    private func makeClient(for call: APICall) throws(APIError) -> any APIHandler {
        if case .replay(let replay) = target { return guarded(shown(replay)) }
        let signing = try signingClient(for: call.action, cancellation: call.cancellation)
        return guarded(shown(repeated(journalled(traced(signing)), by: signing)))
    }

    /// The innermost part of the client, without anything around it.
    ///
    /// - Parameter cancellation: ends the wait for a database that another process holds locked.
    func signingClient(for action: String, cancellation: Cancellation = Cancellation()) throws(APIError)
        -> SigningClient
    {
        switch target {
        case .replay, .none:
            throw APIError(code: "Client.Credentials", message: Self.noCredentials, action: action, attempts: 0)
        case .local(let database):
            let transport: any Transport
            if let injectedTransport {
                transport = injectedTransport
            } else {
                transport = try localEndpoint(database, action, cancellation)
            }
            return SigningClient(
                transport: transport,
                credentials: Credentials(accessKeyID: "local", accessKeySecret: Secret("local")),
                signature: options.signature ?? .v1, method: options.method, endpoint: "http://localhost", clock: time,
                timeouts: options.timeouts)
        case .cloud(let choice):
            return SigningClient(
                transport: cloudTransport, credentials: choice.source, signature: options.signature ?? .acs3,
                method: options.method, endpoint: options.endpoint, allowsInsecure: options.allowsInsecureEndpoint,
                clock: time, timeouts: options.timeouts)
        }
    }

    private func localEndpoint(
        _ database: ShellOptions.LocalDatabase, _ action: String, _ cancellation: Cancellation
    ) throws(APIError) -> LocalEndpoint {
        do {
            let endpoint = try Session.localEndpoint(
                database, surroundings, time: time, patience: options.timeouts.total, cancellation: cancellation)
            state.withLock { $0.localEndpoint = endpoint }
            return endpoint
        } catch {
            let code = cancellation.isCancelled ? SigningClient.interrupted : "Client.Network"
            throw APIError(code: code, message: error.message, action: action, attempts: 0)
        }
    }

    /// Puts everything away: to be called when nothing runs any more.
    ///
    /// - Parameter status: The exit status, for the journal.
    package func close(status: Int32 = 0) {
        state.withLock(\.localEndpoint)?.close()
        journal.finish(status: status, time: time.now())
    }

    /// Opens the embedded endpoint.
    ///
    /// - Parameters:
    ///   - patience: how long it waits for another process that holds the database locked, in nanoseconds.
    ///   - cancellation: ends such a wait at once.
    package static func localEndpoint(
        _ database: ShellOptions.LocalDatabase, _ surroundings: Surroundings, time: any TimeSource,
        patience: Duration? = nil, cancellation: Cancellation = Cancellation()
    ) throws(SystemError) -> LocalEndpoint {
        let location = try location(of: database, surroundings)
        do {
            return try LocalEndpoint(
                database: location, time: time, patience: patience, cancellation: cancellation)
        } catch {
            throw SystemError(.other, error.message)
        }
    }

    /// Where a database of the embedded endpoint lies; the folder of the standard one is made.
    package static func location(of database: ShellOptions.LocalDatabase, _ surroundings: Surroundings)
        throws(SystemError) -> DatabaseLocation
    {
        switch database {
        case .memory: return .memory
        case .file(let path): return .file(path)
        case .standard:
            guard let folder = surroundings.stateFolder else {
                throw SystemError(.other, "there is no home folder for the data of --local; use --local=FILE")
            }
            try Folder.make(folder)
            return .file(folder + "/local.db")
        }
    }

    // MARK: The chain, innermost first

    private var errorLine: @Sendable (String) -> Void {
        { [output] line in try? output.write(line + "\n", to: .error) }
    }

    private func traced(_ signing: SigningClient) -> any APIHandler {
        guard options.traces else { return signing }
        let label = target.label
        let isLocal = if case .local = target { true } else { false }
        return Tracing(
            signing, clock: time, method: options.method,
            host: { call in isLocal ? label : (try? signing.endpoint(of: call).authority) ?? "?" },
            write: errorLine)
    }

    /// What is thrown away with the process needs no journal.
    private func journalled(_ handler: any APIHandler) -> any APIHandler {
        if case .local(.memory) = target { return handler }
        return Journaling(handler, clock: time, sink: journal)
    }

    private func repeated(_ handler: any APIHandler, by signing: SigningClient) -> any APIHandler {
        var policy = CloudAPI.RetryPolicy()
        if let repetitions = options.retries { policy.repetitions = repetitions }
        if let limit = options.timeout { policy.callLimit = limit }
        return Retrying(handler, policy: policy, control: retryControl, mending: signing.mending, clock: time)
    }

    private func shown(_ handler: any APIHandler) -> any APIHandler {
        var handler = handler
        if let recording {
            let warn = errorLine
            handler = Recorder(handler) { line in
                if !recording.append(line) { warn("warning: the recording cannot be written any more") }
            }
        }
        if options.isDryRun {
            let errorLine = errorLine
            handler = DryRun(handler, show: { errorLine("would send: \($0)") })
        }
        return handler
    }

    private func guarded(_ handler: any APIHandler) -> any APIHandler {
        // Outside of whatever shows or repeats calls, so that all of them have the same token.
        var handler: any APIHandler = ClientTokens(handler)
        handler = Confirmation(handler) { [weak self] () throws(APIError) in
            guard let self else { return .init(ask: nil, asks: false, mark: .none, profile: nil) }
            return .init(
                ask: confirmation.withLock { $0 }, asks: asks, mark: try mark(), profile: usedProfile,
                isWatching: settings.isWatching)
        }
        if options.isReadOnly { handler = ReadOnlyGuard(handler) }
        return handler
    }

    /// The mark of the profile that is used, as it is now.
    private func mark() throws(APIError) -> ProfileMark {
        guard let usedProfile else { return .none }
        do {
            return try ProfileMarks(surroundings).marks()[usedProfile] ?? .none
        } catch {
            throw APIError(
                code: "Client.ReadOnly",
                message: "nothing is written: whether the profile is protected is not known: \(error.message)",
                action: "", attempts: 0)
        }
    }
}
