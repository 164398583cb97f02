import CloudAPI
import DataValue

/// What the command line said.
package struct ShellOptions: Sendable {
    /// Where `--local` keeps its data.
    package enum LocalDatabase: Sendable, Equatable {
        /// `local.db` in the state folder.
        case standard
        case memory
        case file(String)
    }

    package var local: LocalDatabase?
    package var endpoint: String?
    package var allowsInsecureEndpoint = false
    package var region: String?
    package var profile: String?
    package var format: OutputFormat?
    package var isDryRun = false
    package var isReadOnly = false
    /// Whether deletions at the prompt go ahead without a question.
    package var assumesYes = false
    /// The longest time that one call may take, with its repetitions.
    package var timeout: Duration?
    /// The longest time to wait for a connection, and for a sign of life of a service that is to answer.
    package var connectTimeout: Duration?
    package var readTimeout: Duration?
    /// How requests are signed; nil for the default of the target.
    package var signature: SignatureKind?
    package var method = RequestMethod.post
    /// A file with certificates that are trusted besides the system's.
    package var authorityFile: String?
    /// Where calls and answers are recorded, and where answers come from instead of a service.
    package var recordPath: String?
    package var replayPath: String?
    /// How often a call is repeated of itself where that is safe; nil for the default.
    package var retries: Int?
    package var traces = false
    package var readsStartFile = true
    /// Whether operations and parameters that the catalogue does not know are let through.
    package var allowsUnknown = false
    /// Whether standard input is a script that is read while it runs.
    package var isStream = false

    package init() {}

    /// The limits of one sending.
    var timeouts: Timeouts {
        var timeouts = Timeouts()
        if let connectTimeout { timeouts.connect = connectTimeout }
        if let readTimeout { timeouts.read = readTimeout }
        // Whoever waits for longer on a silent service waits for longer altogether.
        timeouts.total = max(timeouts.total, timeouts.read)
        if let timeout {
            timeouts.total = timeout
            timeouts.connect = min(timeouts.connect, timeout)
            timeouts.read = min(timeouts.read, timeout)
        }
        return timeouts
    }
}

/// The world that a program runs in, as far as it is looked at: injected, so that tests have one of their own.
package struct Surroundings: Sendable {
    package var environment: [String: String]
    package var inputIsTerminal: Bool
    package var outputIsTerminal: Bool
    package var errorIsTerminal: Bool

    /// Whether the terminal can erase a row.
    package var canErase: Bool {
        guard let type = environment["TERM"] else { return false }
        return !type.isEmpty && type != "dumb"
    }

    package init(
        environment: [String: String], inputIsTerminal: Bool = false, outputIsTerminal: Bool = false,
        errorIsTerminal: Bool = false
    ) {
        self.environment = environment
        self.inputIsTerminal = inputIsTerminal
        self.outputIsTerminal = outputIsTerminal
        self.errorIsTerminal = errorIsTerminal
    }

    private func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    private func folder(_ variable: String, _ fallback: String) -> String? {
        // The XDG specification has relative paths ignored.
        if let path = value(variable), path.hasPrefix("/") { return "\(path)/vpcsh" }
        return value("HOME").map { "\($0)/\(fallback)/vpcsh" }
    }

    /// Where data lives that outlives a session; nil without a home folder.
    package var stateFolder: String? { folder("XDG_STATE_HOME", ".local/state") }
    /// Where the user's settings live.
    package var configurationFolder: String? { folder("XDG_CONFIG_HOME", ".config") }

    private var allowsStyle: Bool { value("NO_COLOR") == nil && environment["TERM"] != "dumb" }
    package var stylesOutput: Bool { outputIsTerminal && allowsStyle }
    package var stylesErrors: Bool { errorIsTerminal && allowsStyle }
}

/// The command line or the surroundings make it impossible to begin.
package struct UsageError: Error {
    package let message: String
    package let help: String?
    /// 2, or 4 where it is credentials that are missing.
    package let status: Int32

    package init(_ message: String, help: String? = nil, status: Int32 = 2) {
        self.message = message
        self.help = help
        self.status = status
    }
}
