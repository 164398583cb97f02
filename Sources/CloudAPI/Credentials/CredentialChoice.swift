import DataValue
import SystemSupport

/// The credentials that a session uses, and how it came to them.
package struct CredentialChoice: Sendable {
    package let source: any CredentialSource
    /// The word for it in a prompt: a profile's name, `env`, `oidc` …
    package let label: String
    /// What it is, for a person: `the profile 'prod' of ~/.aliyun/config.json`.
    package let origin: String
    /// The profile of the aliyun CLI, where it is one.
    package let profile: String?
    /// The region that goes with it; nil where there is none.
    package let region: String?
    /// What the user ought to be told.
    package let warnings: [String]

    /// All as given.
    package init(
        _ source: any CredentialSource, label: String, origin: String, profile: String? = nil, region: String? = nil,
        warnings: [String] = []
    ) {
        self.source = source
        self.label = label
        self.origin = origin
        self.profile = profile
        self.region = region
        self.warnings = warnings
    }

    /// The credentials that are found, in the order in which they are looked for; nil where there are none.
    ///
    /// 1. a profile of the aliyun CLI that the command line names,
    /// 2. the access key of the environment, or else the profile that it names (`ALIBABA_CLOUD_PROFILE`),
    /// 3. the current profile of the aliyun CLI,
    /// 4. the SDKs' own chain: an OIDC token by the environment, the file of credentials, the role of the instance, a URI.
    ///
    /// Nothing is fetched from the network. What is there but cannot be used is an error: silently taking something else
    /// would work on the wrong account.
    package static func find(profile: String?, _ world: CredentialWorld) throws(CredentialsFailure) -> CredentialChoice?
    {
        if let profile { return try named(profile, world) }
        do {
            if let found = try Credentials.fromEnvironment(world.environment) {
                return CredentialChoice(found, label: "env", origin: "the access key of the environment")
            }
        } catch {
            throw CredentialsFailure(error.message)
        }
        if let profile = world.variable("ALIBABA_CLOUD_PROFILE") { return try named(profile, world) }
        if let found = try current(world) { return found }
        return try chain(world)
    }

    private static func named(_ name: String, _ world: CredentialWorld) throws(CredentialsFailure) -> CredentialChoice {
        guard let configuration = try CLIConfiguration.read(world) else {
            let path = "\(world.variable("HOME") ?? "~")/.aliyun/config.json"
            throw CredentialsFailure(
                "the profile \(ArgumentProblem.quoted(name)) cannot be read: there is no \(path)")
        }
        return try choice(of: configuration.profile(named: name), configuration, world)
    }

    /// The current profile of the aliyun CLI, unless it holds nothing.
    private static func current(_ world: CredentialWorld) throws(CredentialsFailure) -> CredentialChoice? {
        if world.isSet("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") || world.isSet("ALIBABA_CLOUD_IGNORE_PROFILE") {
            return nil
        }
        guard let configuration = try CLIConfiguration.read(world), !configuration.profiles.isEmpty else { return nil }
        let profile = try configuration.profile(named: configuration.current)
        return profile.isBlank ? nil : try choice(of: profile, configuration, world)
    }

    private static func choice(of profile: CLIProfile, _ configuration: CLIConfiguration, _ world: CredentialWorld)
        throws(CredentialsFailure) -> CredentialChoice
    {
        CredentialChoice(
            try profile.source(configuration, world), label: profile.name,
            origin: "the profile \(ArgumentProblem.quoted(profile.name)) (\(profile.mode)) of \(configuration.path)",
            profile: profile.name, region: profile.region, warnings: configuration.warning.map { [$0] } ?? [])
    }

    private static func chain(_ world: CredentialWorld) throws(CredentialsFailure) -> CredentialChoice? {
        if let role = world.variable("ALIBABA_CLOUD_ROLE_ARN"),
            let provider = world.variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
            let file = world.variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE")
        {
            let session = world.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME") ?? "vpcsh"
            let role = OIDCRole(
                role: AssumedRole(roleARN: role, sessionName: session), providerARN: provider, tokenFile: file)
            return renewed("oidc", "the OIDC token of the environment", world) {
                cancellation throws(CredentialsFailure) in try role.fetch(world, cancellation)
            }
        }
        if let file = try CredentialsFile.read(world), let source = try file.source(section: "default", world) {
            let isOpen = world.isReadableByOthers(file.path)
            return CredentialChoice(
                source, label: "default", origin: "the section 'default' of \(file.path)",
                warnings: isOpen ? ["\(file.path) can be read by others, secrets included: chmod 600 \(file.path)"] : []
            )
        }
        let role = world.variable("ALIBABA_CLOUD_ECS_METADATA")
        if !world.isSet("ALIBABA_CLOUD_ECS_METADATA_DISABLED"), role != nil || world.isInstance() {
            let role = InstanceRole(name: role)
            return renewed("ecs", "the role of this instance", world) {
                cancellation throws(CredentialsFailure) in try role.fetch(world, cancellation)
            }
        }
        if let uri = world.variable("ALIBABA_CLOUD_CREDENTIALS_URI") {
            let service = CredentialsURI(uri: uri)
            return renewed("uri", "the URI for credentials of the environment", world) {
                cancellation throws(CredentialsFailure) in try service.fetch(world, cancellation)
            }
        }
        return nil
    }

    private static func renewed(
        _ label: String, _ origin: String, _ world: CredentialWorld,
        _ fetch: @escaping @Sendable (Cancellation) throws(CredentialsFailure) -> TemporaryCredentials
    ) -> CredentialChoice {
        CredentialChoice(RenewedCredentials(clock: world.clock, fetch: fetch), label: label, origin: origin)
    }
}
