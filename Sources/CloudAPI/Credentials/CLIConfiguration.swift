import DataValue
import SystemSupport

/// The configuration of the aliyun CLI, `~/.aliyun/config.json`: profiles, one of which is current.
package struct CLIConfiguration: Sendable {
    /// Where it was read.
    package let path: String
    /// The name of the profile that is used where none is named.
    package let current: String
    /// In the file's order.
    package let profiles: [CLIProfile]
    /// Whether others than the owner may read the file.
    package let isReadableByOthers: Bool

    /// Reads the user's; nil where there is none.
    package static func read(_ world: CredentialWorld) throws(CredentialsFailure) -> CLIConfiguration? {
        guard let home = world.variable("HOME") else { return nil }
        let path = "\(home)/.aliyun/config.json"
        guard let bytes = try world.readFile(path) else { return nil }
        let content: Value
        do {
            content = try JSON.parse(bytes)
        } catch {
            throw CredentialsFailure("\(path) is no JSON: \(error.message) (byte \(error.offset))")
        }
        guard case .record(let file) = content, case .list(let items)? = file["profiles"] else {
            throw CredentialsFailure("\(path) is not a configuration of the aliyun CLI: it has no list of profiles")
        }
        let profiles = items.compactMap { item -> CLIProfile? in
            guard case .record(let record) = item, let name = record.plainText("name") else { return nil }
            return CLIProfile(name: name, record: record)
        }
        return CLIConfiguration(
            path: path, current: file.plainText("current") ?? "default", profiles: profiles,
            isReadableByOthers: world.isReadableByOthers(path))
    }

    /// The profile of a name.
    package func profile(named name: String) throws(CredentialsFailure) -> CLIProfile {
        if let found = profiles.first(where: { $0.name == name }) { return found }
        let names = profiles.map(\.name).joined(separator: ", ")
        throw CredentialsFailure(
            "\(path) has no profile \(ArgumentProblem.quoted(name)); it has: \(names.isEmpty ? "none" : names)")
    }

    /// What to tell a user whose secrets others can read; nil where they cannot.
    package var warning: String? {
        isReadableByOthers ? "\(path) can be read by others, secrets included: chmod 600 \(path)" : nil
    }
}

/// A profile of the aliyun CLI. What it holds is read from it when it is used.
package struct CLIProfile: Sendable {
    package let name: String
    let record: Record

    /// How it comes by credentials, in the CLI's spelling where that is known: `AK`, `RamRoleArn` …
    package var mode: String {
        let text = record.plainText("mode") ?? "AK"
        return Self.modes.first { $0.lowercased() == text.lowercased() } ?? text
    }
    /// The region that it works in; nil where it names none.
    package var region: String? { record.plainText("region_id") }

    /// The modes that are understood.
    static let modes = [
        "AK", "StsToken", "RamRoleArn", "ChainableRamRoleArn", "EcsRamRole", "RamRoleArnWithRoleName", "OIDC",
        "External", "CredentialsURI",
    ]

    /// Whether the profile holds nothing yet, as the one that the CLI makes at its first start.
    package var isBlank: Bool {
        mode == "AK" && record.plainText("access_key_id") == nil && record.plainText("access_key_secret") == nil
    }

    private func required(_ field: String) throws(CredentialsFailure) -> String {
        guard let text = record.plainText(field) else {
            throw CredentialsFailure("the profile \(ArgumentProblem.quoted(name)) (\(mode)) has no \(field)")
        }
        return text
    }

    /// The credentials that the profile holds itself.
    private func ownKey(withToken: Bool) throws(CredentialsFailure) -> Credentials {
        let id = try required("access_key_id")
        let secret = try required("access_key_secret")
        let token = withToken ? record.plainText("sts_token") : nil
        return Credentials(accessKeyID: id, accessKeySecret: Secret(secret), securityToken: token.map { Secret($0) })
    }

    private func role() throws(CredentialsFailure) -> AssumedRole {
        let seconds: Int? = if case .int(let count)? = record["expired_seconds"], count > 0 { count } else { nil }
        return AssumedRole(
            roleARN: try required("ram_role_arn"), sessionName: record.plainText("ram_session_name") ?? "vpcsh",
            seconds: seconds, externalID: record.plainText("external_id"), region: record.plainText("sts_region"))
    }

    /// Where the profile's credentials come from. Nothing is fetched yet, but what is missing is said.
    ///
    /// - Parameter chain: The profiles that led here as sources of each other.
    package func source(
        _ configuration: CLIConfiguration, _ world: CredentialWorld, chain: [String] = []
    ) throws(CredentialsFailure) -> any CredentialSource {
        switch mode {
        case "AK": return try ownKey(withToken: false)
        case "StsToken":
            _ = try required("sts_token")
            return try ownKey(withToken: true)
        case "RamRoleArn":
            return assumed(try role(), as: try ownKey(withToken: true), world)
        case "ChainableRamRoleArn":
            let name = try required("source_profile")
            guard !chain.contains(name), name != self.name else {
                throw CredentialsFailure(
                    "profiles are each other's source: \((chain + [self.name, name]).joined(separator: ", "))")
            }
            let caller = try configuration.profile(named: name).source(
                configuration, world, chain: chain + [self.name])
            return assumed(try role(), as: caller, world)
        case "EcsRamRole":
            let role = InstanceRole(name: record.plainText("ram_role_name"))
            return RenewedCredentials(clock: world.clock) { cancellation throws(CredentialsFailure) in
                try role.fetch(world, cancellation)
            }
        case "RamRoleArnWithRoleName":
            let own = InstanceRole(name: record.plainText("ram_role_name"))
            let caller = RenewedCredentials(clock: world.clock) { cancellation throws(CredentialsFailure) in
                try own.fetch(world, cancellation)
            }
            return assumed(try role(), as: caller, world)
        case "OIDC":
            let role = OIDCRole(
                role: try role(), providerARN: try required("oidc_provider_arn"),
                tokenFile: try required("oidc_token_file"))
            return RenewedCredentials(clock: world.clock) { cancellation throws(CredentialsFailure) in
                try role.fetch(world, cancellation)
            }
        case "CredentialsURI":
            let service = CredentialsURI(uri: try required("credentials_uri"))
            return RenewedCredentials(clock: world.clock) { cancellation throws(CredentialsFailure) in
                try service.fetch(world, cancellation)
            }
        case "External": return try external(configuration, world)
        default:
            throw CredentialsFailure(
                "the profile \(ArgumentProblem.quoted(name)) has the mode \(ArgumentProblem.quoted(mode)), which is not "
                    + "supported; there are \(Self.modes.joined(separator: ", "))")
        }
    }

    private func assumed(_ role: AssumedRole, as caller: any CredentialSource, _ world: CredentialWorld)
        -> any CredentialSource
    {
        RenewedCredentials(clock: world.clock) { cancellation throws(CredentialsFailure) in
            try role.fetch(as: caller, world, cancellation)
        }
    }

    /// The program's output is laid over the profile, which then is one of another mode.
    private func external(_ configuration: CLIConfiguration, _ world: CredentialWorld) throws(CredentialsFailure)
        -> any CredentialSource
    {
        let program = ExternalProgram(command: try required("process_command"))
        _ = try ExternalProgram.words(of: program.command)
        return RenewedCredentials(clock: world.clock) { cancellation throws(CredentialsFailure) in
            let written = try program.run(world, cancellation)
            var record = record
            for (field, value) in written.fields { record[field] = value }
            let profile = CLIProfile(name: name, record: record)
            guard profile.mode != "External" else {
                throw CredentialsFailure("what the program of process_command writes names no mode but External")
            }
            let source = try profile.source(configuration, world)
            let credentials = try source.current(cancellation: cancellation)
            return TemporaryCredentials(
                credentials, expiration: written.plainText("expiration").flatMap(Timestamp.parse))
        }
    }
}
