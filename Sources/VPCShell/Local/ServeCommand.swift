import CloudAPI
import Glibc
import LocalVPC
import ScriptRuntime

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
        // Blocked before there are other threads, which then have them blocked too: only the wait below takes them.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let output = Output(outputIsTerminal: true)
        do {
            let server = try start(output)
            var received: Int32 = 0
            sigwait(&signals, &received)
            // A second one ends the program where the first takes too long.
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            server.stop()
            return 0
        } catch {
            let message =
                (error as? LocalEndpointError)?.message ?? (error as? ServerError)?.message
                ?? (error as? FileContent.Problem)?.message ?? (error as? ScriptError)?.message ?? "\(error)"
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
        options.loops = max(1, min(8, ProcessorCount.online))
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

/// How many processors there are to run on.
enum ProcessorCount {
    static var online: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
