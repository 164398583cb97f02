import CloudAPI
import SystemSupport

extension Session {
    private var credentialWorld: CredentialWorld {
        surroundings.credentialWorld(
            options, transport: cloudTransport, clock: time, interrupt: settings.interrupt)
    }

    /// The profiles of the aliyun CLI; nil where it has never been configured.
    func profiles() throws(CredentialsFailure) -> CLIConfiguration? { try CLIConfiguration.read(credentialWorld) }

    /// Their names; none where the configuration cannot be read.
    var profileNames: [String] { ((try? profiles())??.profiles.map(\.name).filter { $0 == $0.visible }) ?? [] }

    /// The profile that calls are made with; nil where it is none.
    var usedProfile: String? { if case .cloud(let choice) = target { choice.profile } else { nil } }

    /// From the next call on another profile is used, and its region where the command line has named none.
    func switchProfile(to name: String) throws(CredentialsFailure) {
        guard options.local == nil else {
            throw CredentialsFailure("this session is on the embedded endpoint (--local), which knows no profiles")
        }
        guard let choice = try CredentialChoice.find(profile: name, credentialWorld) else { return }
        for warning in choice.warnings { try? write("warning: \(warning)\n", to: .error) }
        state.withLock { state in
            state.target = .cloud(choice)
            state.client = nil
            if options.region == nil, let region = choice.region { state.region = region }
        }
    }
}
