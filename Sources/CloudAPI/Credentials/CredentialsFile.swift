import DataValue
import SystemSupport

/// The SDKs' own file of credentials, `~/.alibabacloud/credentials`: sections of `name = value` lines.
struct CredentialsFile: Sendable {
    let path: String
    private let sections: [String: [String: String]]

    /// The path of the user's; nil without a home folder.
    static func path(_ world: CredentialWorld) -> String? {
        world.variable("ALIBABA_CLOUD_CREDENTIALS_FILE")
            ?? world.variable("HOME").map { "\($0)/.alibabacloud/credentials" }
    }

    /// Nil where there is no file.
    static func read(_ world: CredentialWorld) throws(CredentialsFailure) -> CredentialsFile? {
        guard let path = path(world), let bytes = try world.readFile(path) else { return nil }
        return CredentialsFile(path: path, text: String(decoding: bytes, as: UTF8.self))
    }

    init(path: String, text: String) {
        self.path = path
        var sections: [String: [String: String]] = [:]
        var section = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let line = String(line).trimmed
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast()).trimmed
                sections[section] = sections[section] ?? [:]
            } else if let equals = line.firstIndex(of: "=") {
                let value = String(line[line.index(after: equals)...]).trimmed
                sections[section, default: [:]][String(line[..<equals]).trimmed] = value
            }
        }
        self.sections = sections
    }

    /// Where a section's credentials come from; nil where there is no such section.
    func source(section name: String, _ world: CredentialWorld) throws(CredentialsFailure) -> (any CredentialSource)? {
        guard let section = sections[name] else { return nil }
        func required(_ field: String) throws(CredentialsFailure) -> String {
            guard let value = section[field], !value.isEmpty else {
                throw CredentialsFailure("\(path): the section \(ArgumentProblem.quoted(name)) has no \(field)")
            }
            return value
        }
        func key() throws(CredentialsFailure) -> Credentials {
            Credentials(
                accessKeyID: try required("access_key_id"), accessKeySecret: Secret(try required("access_key_secret")))
        }
        func role() throws(CredentialsFailure) -> AssumedRole {
            AssumedRole(
                roleARN: try required("role_arn"), sessionName: section["role_session_name"] ?? "vpcsh",
                policy: section["policy"])
        }
        let fetch: @Sendable (Cancellation) throws(CredentialsFailure) -> TemporaryCredentials
        switch try required("type") {
        case "access_key": return try key()
        case "sts":
            var credentials = try key()
            credentials.securityToken = Secret(try required("security_token"))
            return credentials
        case "ram_role_arn":
            let (role, caller) = (try role(), try key())
            fetch = { cancellation throws(CredentialsFailure) in try role.fetch(as: caller, world, cancellation) }
        case "ecs_ram_role":
            let role = InstanceRole(name: section["role_name"])
            fetch = { cancellation throws(CredentialsFailure) in try role.fetch(world, cancellation) }
        case "oidc_role_arn":
            let role = OIDCRole(
                role: try role(), providerARN: try required("oidc_provider_arn"),
                tokenFile: try required("oidc_token_file_path"))
            fetch = { cancellation throws(CredentialsFailure) in try role.fetch(world, cancellation) }
        case let type:
            throw CredentialsFailure(
                "\(path): the section \(ArgumentProblem.quoted(name)) has the type \(ArgumentProblem.quoted(type)), "
                    + "which is not supported")
        }
        return RenewedCredentials(clock: world.clock, fetch: fetch)
    }
}
