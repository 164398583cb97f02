import ArgumentParser
import DataValue
import VPCShell

/// What is set about the local service from outside of the API.
struct Local: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "local",
        abstract: "Set users, quotas, faults and the clock of the embedded endpoint; export, import and reset it.",
        discussion: """
            It works on the database of --local, or on the one that --db names. A service that runs on the same file \
            goes by the change from its next call on.
            """,
        subcommands: [
            Status.self, Users.self, Quotas.self, Faults.self, Advance.self, Lock.self, Unlock.self, Attach.self,
            Detach.self, Export.self, Import.self, Reset.self,
        ], defaultSubcommand: Status.self)

    struct Options: ParsableArguments {
        @Option(help: ArgumentHelp("The database; without it, that of --local.", valueName: "file"))
        var db: String?

        @Option(help: ArgumentHelp("How tables are shown: table, json, jsonl, csv, tsv, yaml.", valueName: "format"))
        var format = "table"

        func run(_ task: LocalCommand.Task) throws -> Never {
            guard let known = OutputFormat(rawValue: format) else {
                throw ValidationError("There is no format '\(format)'.")
            }
            throw ExitCode(LocalCommand(task, database: LocalDatabaseArgument.parse(db), format: known).run())
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "status", abstract: "Show what there is.")
        @OptionGroup var options: Options
        func run() throws { try options.run(.showStatus) }
    }

    // MARK: Users

    struct Rules: ParsableArguments {
        @Option(
            parsing: .singleValue,
            help: ArgumentHelp("What it may do: Describe*, or Delete*@vco-* for some resources.", valueName: "rule"))
        var allow: [String] = []

        @Option(parsing: .singleValue, help: ArgumentHelp("What it may not do all the same.", valueName: "rule"))
        var deny: [String] = []

        var all: [LocalCommand.AccessRuleText] {
            allow.map { .init(allows: true, text: $0) } + deny.map { .init(allows: false, text: $0) }
        }
    }

    struct Users: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "user", abstract: "RAM users and what they may do.",
            discussion: "The account itself is called root: what is denied to it is denied to everybody.",
            subcommands: [List.self, Add.self, Set.self, Remove.self], defaultSubcommand: List.self)

        struct List: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "list", abstract: "List them.")
            @OptionGroup var options: Options
            func run() throws { try options.run(.listUsers) }
        }
        struct Add: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "add", abstract: "Add one, and show its key.")
            @Argument var name: String
            @OptionGroup var rules: Rules
            @OptionGroup var options: Options
            func run() throws { try options.run(.addUser(name: name, rules: rules.all)) }
        }
        struct Set: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "set", abstract: "Set what one may do, in place of what it might.")
            @Argument var name: String
            @OptionGroup var rules: Rules
            @OptionGroup var options: Options
            func run() throws { try options.run(.setRules(name: name, rules: rules.all)) }
        }
        struct Remove: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove one.")
            @Argument var name: String
            @OptionGroup var options: Options
            func run() throws { try options.run(.removeUser(name: name)) }
        }
    }

    // MARK: Quotas

    struct Quotas: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "quota", abstract: "How much there may be.",
            subcommands: [List.self, Set.self, Real.self, Standard.self], defaultSubcommand: List.self)

        struct List: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "list", abstract: "List the limits, and the real service's.")
            @OptionGroup var options: Options
            func run() throws { try options.run(.listQuotas) }
        }
        struct Set: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "set", abstract: "Set a limit.")
            @Argument var name: String
            @Argument var limit: Int
            @OptionGroup var options: Options
            func run() throws { try options.run(.setQuota(name: name, limit: limit)) }
        }
        struct Real: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "real", abstract: "Set the real service's limits.")
            @OptionGroup var options: Options
            func run() throws { try options.run(.setRealQuotas) }
        }
        struct Standard: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "standard", abstract: "Set the limits that hold without a word.")
            @OptionGroup var options: Options
            func run() throws { try options.run(.setStandardQuotas) }
        }
    }

    // MARK: Faults

    struct Faults: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fault", abstract: "What goes wrong on purpose.",
            discussion: """
                Faults: throttle (Throttling.User), 500, 503 (nothing was done), 500-done (all was done), delay (the \
                answer comes later), lost (all was done, the connection ends), drop (nothing was done, the connection \
                ends).
                """,
            subcommands: [List.self, Set.self, Clear.self], defaultSubcommand: List.self)

        struct List: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "list", abstract: "List them.")
            @OptionGroup var options: Options
            func run() throws { try options.run(.listFaults) }
        }
        struct Set: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "set", abstract: "Set one.")
            @Argument(help: "Operations: DeleteVpnConnection, Describe*, *.") var action: String
            @Argument(help: "throttle, 500, 503, 500-done, delay, lost, drop.") var kind: String
            @Option(help: ArgumentHelp("How many calls it befalls: 10%. All, without it.", valueName: "rate"))
            var rate = ""
            @Option(help: ArgumentHelp("How long an answer is held back: 2s.", valueName: "duration")) var delay = ""
            @Option(help: ArgumentHelp("After so many calls it is gone.", valueName: "number")) var times: Int?
            @OptionGroup var options: Options
            func run() throws {
                try options.run(
                    .addFault(.init(action: action, kind: kind, rate: rate, span: delay, times: times)))
            }
        }
        struct Clear: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "clear", abstract: "Take away those for an action, or all.")
            @Argument(help: "As it was set.") var action: String?
            @OptionGroup var options: Options
            func run() throws { try options.run(.clearFaults(action: action)) }
        }
    }

    // MARK: Time, and what others would do

    struct Advance: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "advance", abstract: "Put the service's clock forward.")
        @Argument(help: "30s, 5m, 1h.") var duration: String
        @OptionGroup var options: Options
        func run() throws { try options.run(.advance(span: duration)) }
    }
    struct Lock: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lock", abstract: "Lock a VPN gateway as one that is not paid for (FinancialLocked).")
        @Argument(help: "The VPN gateway's id.") var id: String
        @OptionGroup var options: Options
        func run() throws { try options.run(.lock(id: id, isLocked: true)) }
    }
    struct Unlock: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "unlock", abstract: "Unlock a VPN gateway.")
        @Argument(help: "The VPN gateway's id.") var id: String
        @OptionGroup var options: Options
        func run() throws { try options.run(.lock(id: id, isLocked: false)) }
    }
    struct Attach: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "attach", abstract: "Attach an IPsec connection to a transit router, as its own product would."
        )
        @Argument(help: "The id of a connection without a VPN gateway.") var id: String
        @Option(help: ArgumentHelp("The transit router's id.", valueName: "id")) var to = "tr-local"
        @OptionGroup var options: Options
        func run() throws { try options.run(.attach(id: id, router: to)) }
    }
    struct Detach: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "detach", abstract: "Detach an IPsec connection.")
        @Argument(help: "The connection's id.") var id: String
        @OptionGroup var options: Options
        func run() throws { try options.run(.attach(id: id, router: nil)) }
    }

    // MARK: Everything

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write everything to a file as JSON.")
        @Argument(help: "The file; '-' is standard output.") var file: String
        @Flag(help: "With pre-shared keys, private keys and users' secrets.") var withSecrets = false
        @OptionGroup var options: Options
        func run() throws { try options.run(.export(file: file, withSecrets: withSecrets)) }
    }
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Read what export wrote; new secrets take the place of those that it left out.")
        @Argument(help: "The file; '-' is standard input.") var file: String
        @Flag(help: "Take away what there is.") var replace = false
        @OptionGroup var options: Options
        func run() throws { try options.run(.import(file: file, replaces: replace)) }
    }
    struct Reset: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset", abstract: "Take away all resources and settings.")
        @Flag(help: "Do not ask.") var yes = false
        @OptionGroup var options: Options
        func run() throws { try options.run(.reset(asks: !yes)) }
    }
}
