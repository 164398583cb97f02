import CloudAPI
import DataValue
import LocalVPC

/// Which service a session's calls reach.
package enum Target: Sendable {
    case local(ShellOptions.LocalDatabase)
    case cloud(Credentials, profile: CLIProfile?)
    /// There are no credentials, and nobody asked for the embedded endpoint: calls fail, saying what to set.
    case none

    /// The word for it in the prompt.
    package var label: String {
        switch self {
        case .local: "local"
        case .cloud(_, let profile): profile?.name ?? "env"
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
        if let endpoint = options.endpoint {
            do {
                _ = try Endpoint.resolve(
                    region: Session.defaultRegion, override: endpoint, allowsInsecure: options.allowsInsecureEndpoint)
            } catch {
                let isPlain = endpoint.lowercased().hasPrefix("http://")
                throw UsageError(error.message, help: isPlain ? "--insecure allows plain http all the same" : nil)
            }
        }
        if let profile = options.profile {
            let home = surroundings.environment["HOME"] ?? ""
            do {
                let (credentials, found) = try CLIProfile.read(named: profile, home: home)
                return .cloud(credentials, profile: found)
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
package struct CLIProfile: Sendable {
    let name: String
    /// The region that the profile works in; nil where it names none.
    let region: String?

    struct Problem: Error {
        let message: String
    }

    static func read(named name: String, home: String) throws(Problem) -> (Credentials, CLIProfile) {
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
        let credentials = Credentials(
            accessKeyID: id, accessKeySecret: Secret(secret), securityToken: token.map { Secret($0) })
        return (credentials, CLIProfile(name: name, region: text(record, "region_id")))
    }
}
