import CloudAPI
import DataValue
import LocalVPC
import SystemSupport

/// Which service a session's calls reach.
package enum Target: Sendable {
    case local(ShellOptions.LocalDatabase)
    case cloud(CredentialChoice)
    /// No service: what was recorded.
    case replay(Replay)
    /// There are no credentials, and nobody asked for the embedded endpoint: calls fail, saying what to set.
    case none

    /// The word for it in the prompt.
    package var label: String {
        switch self {
        case .local: "local"
        case .cloud(let choice): choice.label
        case .replay: "replay"
        case .none: "none"
        }
    }

    /// The region that goes with it; nil where there is none.
    var region: String? { if case .cloud(let choice) = self { choice.region } else { nil } }

    /// What the user ought to be told about it.
    var warnings: [String] { if case .cloud(let choice) = self { choice.warnings } else { [] } }

    /// What the command line and the environment amount to. Throws ``UsageError`` where they contradict each other or
    /// are incomplete. Nothing is fetched from the network.
    package static func resolve(
        _ options: ShellOptions, _ surroundings: Surroundings, transport: any Transport,
        clock: any TimeSource = SystemClock(), interrupt: Cancellation? = nil
    ) throws(UsageError) -> Target {
        if let path = options.replayPath { return .replay(try replay(path, options, interrupt)) }
        if let database = options.local {
            if options.endpoint != nil { throw UsageError("--local and --endpoint name two different targets") }
            if options.profile != nil { throw UsageError("--local needs no --profile") }
            return .local(database)
        }
        if let endpoint = options.endpoint {
            do {
                _ = try Endpoint.resolve(
                    region: Session.defaultRegion, override: endpoint, allowsInsecure: options.allowsInsecureEndpoint)
            } catch {
                let isPlain = endpoint.lowercased().hasPrefix("http://")
                throw UsageError(error.message, help: isPlain ? "--insecure allows plain http all the same" : nil)
            }
        }
        let world = surroundings.credentialWorld(
            options, transport: transport, clock: clock, interrupt: interrupt)
        do {
            return try CredentialChoice.find(profile: options.profile, world).map { .cloud($0) } ?? .none
        } catch {
            let help = options.profile == nil ? missingHelp : "the credentials can also come from the environment"
            throw UsageError(error.message, help: help, status: 4)
        }
    }

    private static func replay(_ path: String, _ options: ShellOptions, _ interrupt: Cancellation?) throws(UsageError)
        -> Replay
    {
        let others = [
            ("--local", options.local != nil), ("--endpoint", options.endpoint != nil),
            ("--profile", options.profile != nil), ("--record", options.recordPath != nil),
        ]
        if let other = others.first(where: \.1) { throw UsageError("--replay and \(other.0) exclude each other") }
        let text: String
        do {
            text = String(decoding: try File.read(path, limit: 1 << 30, interrupt), as: UTF8.self)
        } catch {
            throw UsageError("--replay: \(error.message)")
        }
        do {
            return try Replay(text)
        } catch {
            throw UsageError("--replay: \(path): \(error.message)")
        }
    }

    static let missingHelp =
        "set \(Credentials.Variable.accessKeyID) and \(Credentials.Variable.accessKeySecret), configure a profile of the "
        + "aliyun CLI, or add --local to use the embedded endpoint"
}
