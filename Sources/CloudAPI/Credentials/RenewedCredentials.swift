import DataValue
import NIOConcurrencyHelpers
import SystemSupport

/// Credentials that run out.
package struct TemporaryCredentials: Sendable, Equatable {
    package var credentials: Credentials
    /// Nil where nobody said.
    package var expiration: WallTime?

    package init(_ credentials: Credentials, expiration: WallTime? = nil) {
        self.credentials = credentials
        self.expiration = expiration
    }
}

/// Keeps temporary credentials, and fetches new ones before they run out.
///
/// One thread fetches; others that need credentials meanwhile wait for it. Where a fetch fails, what there is serves until
/// it has run out.
package final class RenewedCredentials: CredentialSource {
    /// Renewed when so little is left, or a quarter of the whole where that is less.
    static let margin = Duration.seconds(300)
    /// How long those are kept that do not say when they run out: the shortest time that the service gives out any for.
    static let assumedLifetime = Duration.seconds(900)
    /// After a fetch nothing is fetched for so long, whatever the clocks say.
    static let pause = Duration.seconds(30)

    private struct Kept {
        var credentials: Credentials
        var expiration: WallTime?
        /// When to fetch again.
        var renewal: MonotonicTime
    }
    private let kept = NIOLockedValueBox<Kept?>(nil)
    private let fetching = NIOLock()
    private let clock: any TimeSource
    private let fetch: @Sendable (Cancellation) throws(CredentialsFailure) -> TemporaryCredentials

    /// - Parameter fetch: Blocks until there are new ones.
    package init(
        clock: any TimeSource,
        fetch: @escaping @Sendable (Cancellation) throws(CredentialsFailure) -> TemporaryCredentials
    ) {
        self.clock = clock
        self.fetch = fetch
    }

    /// Those that are kept, or new ones where these are about to run out.
    package func current(cancellation: Cancellation) throws(CredentialsFailure) -> Credentials {
        if let fresh { return fresh }
        fetching.lock()
        defer { fetching.unlock() }
        if let fresh { return fresh }
        do {
            return try fetchNow(cancellation)
        } catch {
            // They are still good for a while, so whatever is wrong may have passed by then.
            let now = clock.monotonic()
            let usable = kept.withLockedValue { kept -> Credentials? in
                guard let left = kept, left.expiration.map({ $0 > clock.now() }) ?? true else { return nil }
                kept?.renewal = now + Self.pause
                return left.credentials
            }
            guard let usable else { throw error }
            return usable
        }
    }

    /// Fetches, unless another thread has just done so.
    package func renew(cancellation: Cancellation) -> Bool {
        let before = kept.withLockedValue(\.?.credentials)
        fetching.lock()
        defer { fetching.unlock() }
        if kept.withLockedValue(\.?.credentials) != before { return true }
        return (try? fetchNow(cancellation)) != nil
    }

    private var fresh: Credentials? {
        let now = clock.monotonic()
        return kept.withLockedValue { kept in kept.flatMap { now < $0.renewal ? $0.credentials : nil } }
    }

    private func fetchNow(_ cancellation: Cancellation) throws(CredentialsFailure) -> Credentials {
        let fetched = try fetch(cancellation)
        let lifetime = fetched.expiration.map { max(.zero, $0 - clock.now()) } ?? Self.assumedLifetime
        let renewal = clock.monotonic() + max(Self.pause, lifetime - min(Self.margin, lifetime / 4))
        kept.withLockedValue {
            $0 = Kept(credentials: fetched.credentials, expiration: fetched.expiration, renewal: renewal)
        }
        return fetched.credentials
    }
}
