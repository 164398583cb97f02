import CloudAPI
import DataValue
import Synchronization
import SystemSupport

/// Checks who sent a request, and that it is fresh.
///
/// Nonces are remembered twice. Every one is in the memory of the process, where a request that is sent again is refused
/// without a look at the database. Those of writes are in the database as well, written in the write's own transaction,
/// whether it was carried out or refused (``Store/use(_:now:)``): so no write is taken twice, not after a crash and not by
/// another process on the same file. A read that wrote its nonce would be no read; a server that is stopped in order
/// keeps what it has in memory for the next one, so that only a crash lets a read be sent again, which shows what it has
/// shown before and changes nothing. (A time of the last start, before which requests are refused, would do with less,
/// but also refuse clients whose clocks are behind.)
final class RequestVerifier: Sendable {
    /// A request's time may be off by so much, in seconds, to either side.
    static let tolerance: Int64 = 15 * 60
    /// Headers that an ACS3 signature must cover: whoever may change one of these asks for something else.
    private static let signedHeaders = [
        "host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version",
    ]

    private let nonces = Mutex(NonceMemory())

    /// The key that signed a request, and its nonce, which counts as used from here on.
    ///
    /// - Parameters:
    ///   - key: the key with an id, if there is one.
    ///   - now: nanoseconds since 1970.
    func verify(_ request: ServiceRequest, now: Nanoseconds, key: (String) -> AccessKey?) throws(ServiceError)
        -> (key: AccessKey, nonce: NonceUse)
    {
        switch request.signing {
        case .version1: try verifyVersion1(request, now: now, key: key)
        case .acs3(let authorization): try verifyACS3(request, authorization, now: now, key: key)
        }
    }

    private func verifyVersion1(_ request: ServiceRequest, now: Nanoseconds, key: (String) -> AccessKey?)
        throws(ServiceError) -> (key: AccessKey, nonce: NonceUse)
    {
        let id = try request.required("AccessKeyId")
        let method = try request.required("SignatureMethod")
        let version = try request.required("SignatureVersion")
        let nonce = try request.required("SignatureNonce")
        let timestamp = try request.required("Timestamp")
        let signature = try request.required("Signature")
        guard method == SignatureV1.method else {
            throw .invalidParameter("SignatureMethod", "must be \(SignatureV1.method)")
        }
        guard version == SignatureV1.version else {
            throw .invalidParameter("SignatureVersion", "must be \(SignatureV1.version)")
        }
        let time = try checkedTime(timestamp, named: "parameter Timestamp", now: now)
        let key = try known(key(id))
        let expected = SignatureV1.sign(
            method: request.method, parameters: request.parameters, secret: key.secret
        ).signature
        guard signature == expected else { throw Self.mismatch }
        return (key, try use(nonce, of: key, time: time, now: now))
    }

    private func verifyACS3(
        _ request: ServiceRequest, _ authorization: String, now: Nanoseconds, key: (String) -> AccessKey?
    ) throws(ServiceError) -> (key: AccessKey, nonce: NonceUse) {
        let timestamp = try request.requiredHeader("x-acs-date")
        let nonce = try request.requiredHeader("x-acs-signature-nonce")
        let hash = try request.requiredHeader("x-acs-content-sha256")
        let parts = try Self.parts(of: authorization)
        for name in Self.signedHeaders where !parts.signedHeaders.contains(name) {
            throw ServiceError(400, "IncompleteSignature", "The signature does not cover the header \(name).")
        }
        let time = try checkedTime(timestamp, named: "header x-acs-date", now: now)
        let key = try known(key(parts.credential))
        guard SignatureACS3.hash(request.body) == hash else {
            throw ServiceError(
                400, "SignatureDoesNotMatch", "The header x-acs-content-sha256 is not the SHA-256 of the body.")
        }
        let expected = SignatureACS3.sign(
            method: request.method, query: Array(request.parameters[..<request.queryCount]), headers: request.headers,
            signedHeaders: parts.signedHeaders, bodyHash: hash, secret: key.secret
        ).signature
        guard parts.signature == expected else { throw Self.mismatch }
        return (key, try use(nonce, of: key, time: time, now: now))
    }

    /// `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=a;b,Signature=…`, taken apart.
    private static func parts(of authorization: String) throws(ServiceError) -> (
        credential: String, signedHeaders: [String], signature: String
    ) {
        var parts: [Substring: Substring] = [:]
        for piece in authorization.dropFirst(SignatureACS3.method.count).split(separator: ",") {
            let trimmed = piece.drop { $0 == " " }
            guard let equals = trimmed.firstIndex(of: "=") else { continue }
            parts[trimmed[..<equals]] = trimmed[trimmed.index(after: equals)...]
        }
        guard let credential = parts["Credential"], let headers = parts["SignedHeaders"],
            let signature = parts["Signature"], !credential.isEmpty
        else {
            throw ServiceError(
                400, "IncompleteSignature",
                "The header Authorization must be: \(SignatureACS3.method) Credential=…,SignedHeaders=…,Signature=…")
        }
        return (String(credential), headers.split(separator: ";").map(String.init), String(signature))
    }

    /// A request's time in seconds since 1970, near enough to now.
    private func checkedTime(_ text: String, named name: String, now: Nanoseconds) throws(ServiceError) -> Int64 {
        guard let time = Timestamp.parse(text).map({ Int64($0.seconds) }) else {
            throw ServiceError(
                400, "InvalidTimeStamp.Format", "The \(name) must look like 2026-11-22T21:12:00Z.")
        }
        let seconds = now / 1_000_000_000
        guard abs(seconds - time) <= Self.tolerance else {
            throw ServiceError(
                400, "InvalidTimeStamp.Expired",
                "The request's time \(text) is more than 15 minutes from the service's, "
                    + "\(Timestamp.text(WallTime(seconds: Int(seconds)))).")
        }
        return time
    }

    private func known(_ key: AccessKey?) throws(ServiceError) -> AccessKey {
        guard let key else {
            throw ServiceError(404, "InvalidAccessKeyId.NotFound", "The AccessKeyId is not known.")
        }
        return key
    }

    /// The text that was to be signed is not shown, as the real service does: it holds pre-shared keys.
    private static let mismatch = ServiceError(
        400, "SignatureDoesNotMatch",
        "The signature does not match the request: check the AccessKeySecret and how the parameters are encoded.")

    static let nonceUsed = ServiceError(400, "SignatureNonceUsed", "The SignatureNonce was used before.")

    private func use(_ nonce: String, of key: AccessKey, time: Int64, now: Nanoseconds) throws(ServiceError) -> NonceUse
    {
        let hash = NonceMemory.hash(key.id, nonce)
        guard nonces.withLock({ $0.insert(hash, now: now) }) else { throw Self.nonceUsed }
        return NonceUse(hash: hash, time: time)
    }

    // MARK: Over a restart

    /// The nonces that the next server should know.
    var keptNonces: [Int64] { nonces.withLock(\.kept) }

    /// Takes up what a server before this one kept.
    func takeUp(_ hashes: [Int64], now: Nanoseconds) {
        nonces.withLock { nonces in
            for hash in hashes { _ = nonces.insert(hash, now: now) }
        }
    }
}
