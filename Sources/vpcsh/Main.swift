import ArgumentParser
import DataValue
import Glibc
import VPCShell

@main
struct VPCShellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vpcsh", abstract: Run.configuration.abstract, usage: Run.configuration.usage,
        version: "vpcsh \(ShellMain.version)",
        subcommands: [Run.self, Check.self, Serve.self, Local.self], defaultSubcommand: Run.self)

    static func main() {
        ShellMain.secureStandardDescriptors()
        ShellMain.tuneMemory()
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let problem = CommandLineArguments.problem(with: arguments) { fail("Error: \(problem)") }
        main(CommandLineArguments.normalized(arguments))
    }

    private static func fail(_ message: String) -> Never {
        fputs(message + "\n", fdopen(STDERR_FILENO, "w"))
        Glibc.exit(2)
    }

    /// Usage errors end with status 2, as those of scripts do.
    static func main(_ arguments: [String]) {
        do {
            if let first = arguments.first, ["--help", "-h", "help"].contains(first) { throw Run.help }
            var command = try parseAsRoot(arguments)
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
            vpcsh [OPTIONS]                            a prompt, or the statements on standard input
            vpcsh [OPTIONS] FILE [--PARAM VALUE]…      run a script ('-' is standard input)
            vpcsh [OPTIONS] -c STATEMENTS [-- …]       run statements
            vpcsh check FILE…                          report every error of scripts, run nothing
            vpcsh serve [OPTIONS]                      put the embedded endpoint on a port (see serve --help)
            vpcsh local COMMAND …                      set its users, quotas, faults, clock (see local --help)
            """,
        discussion: """
            --local takes an optional database: --local=FILE keeps its state there, --local=:memory: is thrown away, \
            and plain --local uses local.db in $XDG_STATE_HOME/vpcsh. Credentials come from \
            ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN, the region \
            also from ALIBABA_CLOUD_REGION_ID.

            Exit status: 0 done, 1 an error of the script, 2 usage, syntax or check error (nothing ran), 3 an error \
            from the API, 4 no answer from it or no credentials, 130 interrupted, N by 'exit N'.
            """,
        shouldDisplay: false)

    static var help: CleanExit { CleanExit.helpRequest(Run.self) }

    @OptionGroup var options: TargetOptions

    @Option(
        name: .customShort("c"), parsing: .unconditional,
        help: ArgumentHelp("Run these statements.", valueName: "statements"))
    var statements: String?

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("A script, then its own arguments.", valueName: "file"))
    var arguments: [String] = []

    func run() throws {
        var rest = arguments
        let task: ShellMain.Task
        if let statements {
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
        throw ExitCode(ShellMain.run(task, try options.shellOptions()))
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
        abstract: "Report every syntax and check error of scripts, and run nothing.")

    @OptionGroup var options: TargetOptions

    @Argument(help: "Scripts; '-' is standard input.")
    var files: [String]

    func run() throws { throw ExitCode(ShellMain.run(.check(files), try options.shellOptions())) }
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

    @Option(help: ArgumentHelp("The longest time that one call may take: 30s, 2m.", valueName: "duration"))
    var timeout: String?

    @Flag(help: "Show every request and answer on standard error, secrets masked.")
    var trace = false

    @Flag(name: .customLong("no-rc"), help: "Do not read rc.vpcsh at the start of a prompt.")
    var noRc = false

    @Flag(help: "Let operations and parameters through that are newer than this program.")
    var forceUnknown = false

    func shellOptions() throws -> ShellOptions {
        var options = ShellOptions()
        options.local = local.map {
            $0 == CommandLineArguments.standardDatabase ? .standard : $0 == ":memory:" ? .memory : .file($0)
        }
        options.endpoint = endpoint
        options.allowsInsecureEndpoint = insecure
        options.region = region
        options.profile = profile
        if let format {
            guard let known = OutputFormat(rawValue: format) else {
                let all = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("There is no format '\(format)'; there are \(all).")
            }
            options.format = known
        }
        options.isDryRun = dryRun
        options.isReadOnly = readOnly
        options.assumesYes = yes
        if let timeout {
            guard let span = parseDuration(timeout) ?? Int64(timeout).flatMap({ parseDuration("\($0)s") }), span > 0
            else {
                throw ValidationError("'\(timeout)' is no duration; 30s is one.")
            }
            options.timeout = span
        }
        options.traces = trace
        options.readsStartFile = !noRc
        options.allowsUnknown = forceUnknown
        return options
    }
}

/// Gives an option that may stand without a value the form that the argument parser knows.
enum CommandLineArguments {
    /// Stands for the database that was left out: no argument of a process can hold it.
    static let standardDatabase = "\u{0}"

    /// All options, for suggestions.
    static let options = [
        "--local", "--endpoint", "--insecure", "--region", "--profile", "--format", "--dry-run", "--read-only", "--yes",
        "--timeout", "--trace", "--no-rc", "--force-unknown", "--version", "--help", "-c",
    ]
    private static let takesValue: Set<String> = ["--endpoint", "--region", "--profile", "--format", "--timeout", "-c"]

    /// What is wrong with the arguments before they mean anything, or nil.
    static func problem(with arguments: [String]) -> String? {
        for place in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[place] else { continue }
            guard String(validatingCString: argument) == nil else { continue }
            let isText = place > 1 && CommandLine.unsafeArgv[place - 1].map { strcmp($0, "-c") } == 0
            return isText ? "<command>: The text is not UTF-8." : "Argument \(place) is not UTF-8."
        }
        let own = normalized(arguments)
        var texts = 0
        var place = 0
        while place < own.count {
            if own[place] == "-c" {
                texts += 1
                place += 1
            } else if !own[place].hasPrefix("-") || own[place] == "--" {
                break
            } else if takesValue.contains(own[place]) {
                place += 1
            }
            place += 1
        }
        return texts > 1 ? "-c is given twice; statements are separated by ';' or newlines." : nil
    }

    /// `--local` gets the value that it may go without, as far as the options of the shell itself go.
    static func normalized(_ arguments: [String]) -> [String] {
        var result: [String] = []
        var place = 0
        while place < arguments.count {
            let argument = arguments[place]
            if argument == "--" || argument == "-" || (!argument.hasPrefix("-") && argument != "check") { break }
            result.append(argument == "--local" ? "--local=\(standardDatabase)" : argument)
            place += 1
            if takesValue.contains(argument), place < arguments.count {
                result.append(arguments[place])
                place += 1
            }
        }
        return result + arguments[place...]
    }
}
