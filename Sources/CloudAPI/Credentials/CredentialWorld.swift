import SystemSupport

/// What the search for credentials needs of the world outside: injected, so that tests have one of their own.
package struct CredentialWorld: Sendable {
    /// The environment's variables.
    package var environment: [String: String]
    /// The whole content of a file; nil where there is none. Throws what is wrong with one that there is.
    package var readFile: @Sendable (_ path: String) throws(CredentialsFailure) -> [UInt8]?
    /// Whether others than the owner may read a file.
    package var isReadableByOthers: @Sendable (_ path: String) -> Bool
    /// Runs a program by its words, without a shell, and yields what it writes to standard output. Throws where it cannot
    /// be run, ends with another status than 0, writes too much, or takes longer than a limit.
    package var run:
        @Sendable (_ words: [String], _ limit: Duration, _ cancellation: Cancellation) throws(CredentialsFailure) ->
            [UInt8]
    /// Whether this machine is an instance of the service, which has a metadata service beside it.
    package var isInstance: @Sendable () -> Bool
    /// Carries requests to STS, the metadata service and wherever else credentials come from.
    package var transport: any Transport
    package var clock: any TimeSource
    /// For nonces.
    package var uniqueTexts: any UniqueTextSource
    /// Whether plain `http` may go further than to loopback.
    package var allowsInsecure: Bool

    package init(
        environment: [String: String], readFile: @escaping @Sendable (String) throws(CredentialsFailure) -> [UInt8]?,
        isReadableByOthers: @escaping @Sendable (String) -> Bool,
        run: @escaping @Sendable ([String], Duration, Cancellation) throws(CredentialsFailure) -> [UInt8],
        isInstance: @escaping @Sendable () -> Bool, transport: any Transport, clock: any TimeSource = SystemClock(),
        uniqueTexts: any UniqueTextSource = RandomUUIDs(), allowsInsecure: Bool = false
    ) {
        self.environment = environment
        self.readFile = readFile
        self.isReadableByOthers = isReadableByOthers
        self.run = run
        self.isInstance = isInstance
        self.transport = transport
        self.clock = clock
        self.uniqueTexts = uniqueTexts
        self.allowsInsecure = allowsInsecure
    }

    /// A variable that is set and not empty.
    package func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Whether a variable says yes, `true` or `1`, in any case.
    func isSet(_ name: String) -> Bool { ["true", "1"].contains(variable(name)?.lowercased() ?? "") }

    /// Instead of the region's host of STS: for private clouds, and for tests.
    static let stsVariable = "VPCSH_STS_ENDPOINT"
    /// Instead of the metadata service's fixed address: for tests.
    static let metadataVariable = "VPCSH_METADATA_ENDPOINT"
}
