import ArgumentParser
import CloudAPI
import DataValue
import Glibc
import SystemSupport
import VPCShell

/// The way in. Where a word or an option is given that only the argument parser knows, it is asked; the plain ways to start
/// (`FILE …`, `-c STATEMENTS`, nothing, and the commonest options before them) do without it, since it takes three times as
/// long as everything else at a start: it looks through the program's metadata by reflection.
@main
struct VPCShellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vpcsh", abstract: Run.configuration.abstract, usage: Run.configuration.usage,
        version: version,
        subcommands: [Run.self, Check.self, Format.self, Journal.self, Serve.self, Local.self],
        defaultSubcommand: Run.self)

    static var version: String { "vpcsh \(ShellMain.version)" }

    static func main() {
        ShellMain.secureStandardDescriptors()
        ShellMain.tuneMemory()
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let problem = CommandLineArguments.problem(with: arguments) { fail("Error: \(problem)") }
        if let (task, options) = CommandLineArguments.plainStart(arguments) { Glibc.exit(ShellMain.run(task, options)) }
        main(CommandLineArguments.normalized(arguments))
    }

    private static func fail(_ message: String) -> Never {
        // What it repeats of the command line must not look like more than that.
        let words = CommandLine.arguments.filter { $0 != $0.visible }
        let message = words.reduce(message) { text, word in
            text.split(separator: word, omittingEmptySubsequences: false).joined(separator: word.visible)
        }
        fputs(message + "\n", fdopen(STDERR_FILENO, "w"))
        Glibc.exit(2)
    }

    /// Usage errors end with status 2, as those of scripts do.
    static func main(_ arguments: [String]) {
        do {
            if let first = arguments.first, ["--help", "-h", "help"].contains(first) { throw Run.help }
            if let place = arguments.firstIndex(of: "--version"), arguments[..<place].allSatisfy({ $0.hasPrefix("--") })
            {
                Glibc.exit(ShellMain.show(version + "\n"))
            }
            let needsCommands = arguments.contains { $0 == "--version" || CommandLineArguments.commands.contains($0) }
            var command = try needsCommands ? parseAsRoot(arguments) : Run.parseAsRoot(arguments)
            try command.run()
        } catch {
            let status = exitCode(for: error)
            let message = fullMessage(for: error)
            if status == .success {
                Glibc.exit(message.isEmpty ? 0 : ShellMain.show(message + "\n"))
            }
            if error is ExitCode { Glibc.exit(status.rawValue) }
            // The command that runs without a word has no name that anybody would type.
            let parts = message.split(separator: "vpcsh vpcsh", omittingEmptySubsequences: false)
            fail(parts.joined(separator: "vpcsh"))
        }
    }
}

/// What happens without a word: a script, statements, or a prompt.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vpcsh",
        abstract: "A shell for the Alibaba Cloud VPC API: explore at the prompt, save what worked as a script.",
        usage: """
            vpcsh [OPTIONS]                       a prompt, or the statements of standard input
            vpcsh [OPTIONS] FILE [--PARAM VALUE]… run a script ('-' is standard input)
            vpcsh [OPTIONS] -c STATEMENTS [-- …]  run statements
            vpcsh check FILE…                     report every error of scripts, run nothing
            vpcsh fmt [--check] FILE…             lay out scripts
            vpcsh journal [RUN]                   what runs have written, also killed ones
            vpcsh serve [--port N] [--db FILE] …  put the embedded endpoint on a port
            vpcsh local COMMAND …                 set its users, quotas, faults and clock
            """,
        discussion: """
            --local takes an optional database: --local=FILE keeps its state there, --local=:memory: is thrown away, \
            and plain --local uses local.db in $XDG_STATE_HOME/vpcsh. Credentials come from --profile, from \
            ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN, from the \
            current profile of the aliyun CLI, or from the SDKs' chain, the region also from ALIBABA_CLOUD_REGION_ID. \
            HTTPS_PROXY and NO_PROXY are obeyed.

            Exit status: 0 done, 1 an error of the script, 2 usage, syntax or check error (nothing ran), 3 an error \
            from the API, 4 no answer from it or no credentials, 130 interrupted, 141 standard output closed, N by \
            'exit N'.
            """,
        shouldDisplay: false)

    static var help: CleanExit { CleanExit.helpRequest(Run.self) }

    @OptionGroup var options: TargetOptions

    @Option(
        name: .customShort("c"), parsing: .unconditional,
        help: ArgumentHelp("Run these statements.", valueName: "statements"))
    var statements: String?

    @Flag(help: "Run each statement of standard input as it arrives.")
    var stream = false

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("A script, then its own arguments.", valueName: "file"))
    var arguments: [String] = []

    func run() throws {
        var rest = arguments
        let task: ShellMain.Task
        if stream {
            if statements != nil || rest.first.map({ $0 != "-" }) == true {
                throw ValidationError("--stream takes its statements from standard input, not from elsewhere.")
            }
            task = .stream(arguments: Array(rest.dropFirst()))
        } else if let statements {
            if rest.first == "--" { rest.removeFirst() }
            task = .program(.text(statements), arguments: rest)
        } else if let file = rest.first {
            rest.removeFirst()
            if file == "--help" || file == "-h" { throw Run.help }
            if file.hasPrefix("-"), file != "-" { throw unknownOption(file) }
            task = .program(file == "-" ? .standardInput : .file(file), arguments: rest)
        } else {
            task = .promptOrInput
        }
        var shellOptions = try options.shellOptions()
        shellOptions.isStream = stream
        throw ExitCode(ShellMain.run(task, shellOptions))
    }

    /// What looks like an option and is none would otherwise be taken for a script.
    private func unknownOption(_ text: String) -> ValidationError {
        let name = String(text.split(separator: "=", maxSplits: 1)[0])
        let nearest = Spelling.nearest(to: name, among: CommandLineArguments.options).first
        return ValidationError("There is no option '\(name)'." + (nearest.map { " Is it \($0)?" } ?? ""))
    }
}

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every syntax and check error of scripts, and run nothing.",
        discussion: "With --format the report is a list of records on standard output, in that format.")

    @OptionGroup var options: TargetOptions

    @Argument(help: "Scripts; '-' is standard input.")
    var files: [String]

    func run() throws { throw ExitCode(ShellMain.run(.check(files), try options.shellOptions())) }
}

struct Format: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Lay out scripts anew, without changing what they mean.",
        discussion: """
            Each file is replaced if that changes it, and then named on standard output. Exit status: 0; 1 where --check \
            finds a script that is not laid out so; 2 where a text is no script.
            """)

    @Flag(help: "Change nothing; name the scripts that would be changed, and end with status 1 if there are any.")
    var check = false

    @Argument(help: "Scripts; '-' is standard input, laid out on standard output.")
    var files: [String]

    func run() throws { throw ExitCode(ShellMain.run(.format(files, checks: check), ShellOptions())) }
}

struct Journal: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "List the runs that have written anything, or what one of them has written.",
        discussion: """
            A run writes down each write with its token before it is sent, and what came of it: so it can be told what \
            a run did that was killed. 'unknown' is a write that may have been done or not.
            """)

    @Argument(help: ArgumentHelp("A run, or how it begins.", valueName: "run"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "How it is shown: \(OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "format"))
    var format: String?

    func run() throws {
        var options = ShellOptions()
        options.format = try TargetOptions.format(format)
        throw ExitCode(ShellMain.run(.journal(name), options))
    }
}

/// What both ways to begin understand.
struct TargetOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Use the embedded endpoint; no account is needed.", valueName: "database"))
    var local: String?

    @Option(help: ArgumentHelp("Send calls to this URL.", valueName: "url"))
    var endpoint: String?

    @Flag(help: "Allow plain http:// to other hosts than this one.")
    var insecure = false

    @Option(help: "The region to work in.")
    var region: String?

    @Option(help: ArgumentHelp("A profile of the aliyun CLI.", valueName: "name"))
    var profile: String?

    @Option(
        help: ArgumentHelp("How requests are signed: acs3 (HMAC-SHA256) or v1 (HMAC-SHA1).", valueName: "kind"))
    var signature: String?

    @Option(help: ArgumentHelp("How requests are sent: post or get.", valueName: "method"))
    var method: String?

    @Option(help: ArgumentHelp("Trust the certificates in this PEM file besides the system's.", valueName: "file"))
    var caFile: String?

    @Option(
        help: ArgumentHelp(
            "How results are shown: \(OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "format"))
    var format: String?

    @Flag(help: "Send reads, and show writes instead of sending them.")
    var dryRun = false

    @Flag(help: "Refuse every write.")
    var readOnly = false

    @Flag(help: "Delete at the prompt without asking.")
    var yes = false

    @Option(
        help: ArgumentHelp("The longest time that one call may take, repetitions included: 30s.", valueName: "duration")
    )
    var timeout: String?

    @Option(help: ArgumentHelp("The longest time to wait for a connection.", valueName: "duration"))
    var connectTimeout: String?

    @Option(help: ArgumentHelp("The longest silence of a service that is to answer.", valueName: "duration"))
    var readTimeout: String?

    @Option(help: ArgumentHelp("Record calls and answers, without secrets.", valueName: "file"))
    var record: String?

    @Option(help: ArgumentHelp("Answer calls from a recording instead of sending them.", valueName: "file"))
    var replay: String?

    @Option(
        help: ArgumentHelp(
            "How often a call is repeated of itself after a failure, where that is safe.", valueName: "number"))
    var retries: Int?

    @Flag(help: "Show every request and answer on standard error, secrets masked.")
    var trace = false

    @Flag(name: .customLong("no-rc"), help: "Do not read rc.vpcsh at the start of a prompt.")
    var noRc = false

    @Flag(help: "Let operations and parameters through that are newer than this program.")
    var forceUnknown = false

    static func format(_ text: String?) throws -> OutputFormat? {
        guard let text else { return nil }
        if let known = OutputFormat(rawValue: text) { return known }
        let all = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("There is no format '\(text)'; there are \(all).")
    }

    /// In nanoseconds; a number without a unit is one of seconds.
    private static func span(_ text: String?) throws -> Duration? {
        guard let text else { return nil }
        if let span = parseDuration(text) ?? Int64(text).flatMap({ parseDuration("\($0)s") }), span > 0 {
            return .nanoseconds(span)
        }
        throw ValidationError("'\(text)' is no duration; 30s is one.")
    }

    func shellOptions() throws -> ShellOptions {
        var options = ShellOptions()
        options.local = local.map {
            $0 == CommandLineArguments.standardDatabase ? .standard : $0 == ":memory:" ? .memory : .file($0)
        }
        options.endpoint = endpoint
        options.allowsInsecureEndpoint = insecure
        options.region = region
        options.profile = profile
        options.format = try Self.format(format)
        if let signature {
            guard let kind = SignatureKind(rawValue: signature.lowercased()) else {
                throw ValidationError("--signature takes acs3 or v1, not '\(signature)'.")
            }
            options.signature = kind
        }
        if let method {
            guard let known = RequestMethod(rawValue: method.uppercased()) else {
                throw ValidationError("--method takes post or get, not '\(method)'.")
            }
            options.method = known
        }
        options.authorityFile = caFile
        options.recordPath = record
        options.replayPath = replay
        options.isDryRun = dryRun
        options.isReadOnly = readOnly
        options.assumesYes = yes
        options.timeout = try Self.span(timeout)
        options.connectTimeout = try Self.span(connectTimeout)
        options.readTimeout = try Self.span(readTimeout)
        if let retries {
            guard (0...100).contains(retries) else { throw ValidationError("--retries takes a number from 0 to 100.") }
            options.retries = retries
        }
        options.traces = trace
        options.readsStartFile = !noRc
        options.allowsUnknown = forceUnknown
        return options
    }
}
