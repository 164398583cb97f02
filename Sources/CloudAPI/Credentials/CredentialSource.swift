import SystemSupport

/// Where the credentials of a session come from, now and later.
package protocol CredentialSource: Sendable {
    /// What to sign with now. Blocks where it has to be fetched; the cancellation ends that.
    func current(cancellation: Cancellation) throws(CredentialsFailure) -> Credentials
    /// Fetches others in place of those that the service takes for expired; false where there are none to be had.
    func renew(cancellation: Cancellation) -> Bool
}

/// Why there are no credentials. Holds no secret.
package struct CredentialsFailure: Error, Sendable, Equatable {
    /// A sentence without a point, for a person.
    package var message: String

    /// A failure that reads so.
    package init(_ message: String) { self.message = message }
}

extension Credentials: CredentialSource {
    /// These, always.
    package func current(cancellation: Cancellation) -> Credentials { self }
    /// There are no others.
    package func renew(cancellation: Cancellation) -> Bool { false }
}
