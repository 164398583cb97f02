import CloudAPI
import DataValue
import LocalVPC

/// Which service a session's calls reach.
package enum Target: Sendable {
    case local(ShellOptions.LocalDatabase)
    case cloud(Credentials, profile: String?)
    /// There are no credentials, and nobody asked for the embedded endpoint: calls fail, saying what to set.
    case none

    /// The word for it in the prompt.
    package var label: String {
        switch self {
        case .local: "local"
        case .cloud(_, let profile): profile ?? "env"
        case .none: "none"
        }
    }

    /// What the command line and the environment amount to. Throws ``UsageError`` where they contradict each other or
    /// are incomplete.
    package static func resolve(_ options: ShellOptions, _ surroundings: Surroundings) throws(UsageError) -> Target {
        if let database = options.local {
            if options.endpoint != nil { throw UsageError("--local and --endpoint name two different targets") }
            if options.profile != nil { throw UsageError("--local needs no --profile") }
            return .local(database)
        }
        if let profile = options.profile {
            let home = surroundings.environment["HOME"] ?? ""
            do {
                return .cloud(try CLIProfile.credentials(named: profile, home: home), profile: profile)
            } catch {
                throw UsageError(error.message, help: "the credentials can also come from the environment", status: 4)
            }
        }
        do {
            guard let credentials = try Credentials.fromEnvironment(surroundings.environment) else { return .none }
            return .cloud(credentials, profile: nil)
        } catch {
            throw UsageError(error.message, help: missingHelp, status: 4)
        }
    }

    static let missingHelp =
        "set \(Credentials.Variable.accessKeyID) and \(Credentials.Variable.accessKeySecret), "
        + "or add --local to use the embedded endpoint"
}

/// Profiles of the vendor's CLI, as far as they hold their keys themselves.
enum CLIProfile {
    struct Problem: Error {
        let message: String
    }

    static func credentials(named name: String, home: String) throws(Problem) -> Credentials {
        let path = "\(home)/.aliyun/config.json"
        let bytes: [UInt8]
        do {
            bytes = try FileContent.read(path, limit: 1 << 20)
        } catch {
            throw Problem(message: "the profile '\(name)' cannot be read: \(error.message)")
        }
        guard case .record(let file)? = try? JSON.parse(bytes), case .list(let profiles)? = file["profiles"] else {
            throw Problem(message: "\(path) is not a configuration of the aliyun CLI")
        }
        let records = profiles.compactMap { if case .record(let record) = $0 { record } else { nil } }
        func text(_ record: Record, _ key: String) -> String? {
            if case .string(let text)? = record[key], !text.isEmpty { text } else { nil }
        }
        guard let record = records.first(where: { text($0, "name") == name }) else {
            let names = records.compactMap { text($0, "name") }.joined(separator: ", ")
            throw Problem(message: "\(path) has no profile '\(name)'; it has: \(names)")
        }
        let mode = text(record, "mode") ?? "AK"
        guard mode == "AK" || mode == "StsToken" else {
            throw Problem(
                message: "the profile '\(name)' has the mode \(mode), which is not supported; AK and StsToken are")
        }
        guard let id = text(record, "access_key_id"), let secret = text(record, "access_key_secret") else {
            throw Problem(message: "the profile '\(name)' has no access key")
        }
        let token = mode == "StsToken" ? text(record, "sts_token") : nil
        return Credentials(
            accessKeyID: id, accessKeySecret: Secret(secret), securityToken: token.map { Secret($0) })
    }
}
