import CloudAPI
import LocalVPC
import ScriptRuntime
import SystemSupport

/// `vpcsh serve`: the local service on a port, until a signal ends it.
package struct ServeCommand: Sendable {
    package var database = ShellOptions.LocalDatabase.standard
    package var address = "127.0.0.1"
    package var port = 0
    /// One of ``timings``.
    package var timing = "fast"
    /// The id and the secret of the account's own key, where it is not `local` and `local`.
    package var key: (id: String, secret: String)?

    package static let timings = ["real", "fast", "frozen"]

    package init() {}

    /// Runs until SIGTERM, SIGINT or SIGHUP; the exit status.
    package func run() -> Int32 {
        let interrupt = Cancellation()
        let output = Output(outputIsTerminal: true)
        do {
            try Interrupts.begin(interrupt, .program)
            let server = try start(output)
            interrupt.wait()
            server.stop()
            return 0
        } catch {
            let message =
                (error as? LocalEndpointError)?.message ?? (error as? ServerError)?.message
                ?? (error as? SystemError)?.message ?? (error as? ScriptError)?.message ?? "\(error)"
            try? output.write(ErrorReport.plain(message, isStyled: false), to: .error)
            return 1
        }
    }

    private func start(_ output: Output) throws -> LocalServer {
        let surroundings = Surroundings(environment: ShellMain.environment())
        var options = LocalServer.Options(database: try Session.location(of: database, surroundings))
        options.address = address == "localhost" ? "127.0.0.1" : address
        options.port = port
        options.timing = LifeCycleTiming(name: timing) ?? .fast
        options.loops = max(1, min(8, SystemThread.processorCount))
        let root = key.map { AccessKey(id: $0.id, secret: $0.secret, isSubUser: false, rules: []) } ?? .root
        options.policy = AccessPolicy(keys: [root])
        let server = try LocalServer(options)
        if !Self.isLoopback(options.address) {
            let key = key == nil ? " with the key that everybody knows" : ""
            try? output.write(
                "warning: whoever reaches this machine at \(options.address) can use the service\(key)\n", to: .error)
        }
        try output.write("listening on \(server.url)\n", to: .output)
        return server
    }

    /// Whether only programs on this machine can reach an address.
    static func isLoopback(_ address: String) -> Bool { address.hasPrefix("127.") || address == "::1" }
}
