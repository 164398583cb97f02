import ArgumentParser
import VPCShell

/// Puts the embedded endpoint on a port, where any client of the API can talk to it.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Put the embedded endpoint on a port, for the official SDKs, the aliyun CLI and vpcsh itself.",
        discussion: """
            Clients sign with the key 'local' and the secret 'local', unless --key and --secret-from say otherwise, and \
            with signature 1.0 or ACS3-HMAC-SHA256. /_local/health and /_local/metrics tell how it is. SIGTERM stops it \
            in order.

            Exit status: 0 stopped by a signal, 1 it cannot begin, 2 usage.
            """)

    @Option(help: ArgumentHelp("The port; 0 picks a free one, which is printed.", valueName: "port"))
    var port: UInt16 = 8016

    @Option(
        help: ArgumentHelp(
            "Where the data lies: a file, or :memory: for data that is thrown away. Without it, that of --local.",
            valueName: "file"))
    var db: String?

    @Option(
        help: ArgumentHelp(
            "The address to listen on; others than 127.0.0.1 reach other machines.", valueName: "address"))
    var bind = "127.0.0.1"

    @Option(
        help: ArgumentHelp(
            "How long things take: real, fast, or frozen, which 'vpcsh local advance' moves.", valueName: "timing"))
    var timing = "fast"

    @Option(help: ArgumentHelp("The id of the account's own key.", valueName: "id"))
    var key: String?

    @Option(help: ArgumentHelp("The secret of that key: env:NAME or file:PATH.", valueName: "source"))
    var secretFrom: String?

    func run() throws {
        var command = ServeCommand()
        command.port = Int(port)
        command.address = bind
        command.database = LocalDatabaseArgument.parse(db)
        guard ServeCommand.timings.contains(timing) else {
            throw ValidationError("There is no timing '\(timing)'; there are real, fast and frozen.")
        }
        command.timing = timing
        switch (key, secretFrom) {
        case (nil, nil): break
        case (let key?, let source?):
            do {
                command.key = (key, try SecretSource.read(source))
            } catch {
                throw ValidationError(error.message)
            }
        default: throw ValidationError("--key and --secret-from belong together.")
        }
        throw ExitCode(command.run())
    }
}

/// A database as arguments name it.
enum LocalDatabaseArgument {
    static func parse(_ text: String?) -> ShellOptions.LocalDatabase {
        switch text {
        case nil: .standard
        case ":memory:": .memory
        case let path?: .file(path)
        }
    }
}
