import CloudAPI
import DataValue
import Synchronization
import SystemSupport

/// Checks who sent a request, and that it is fresh.
///
/// Nonces are remembered in the memory of the process, not in the database: a call that only reads then writes nothing.
/// So a request repeated to another process on the same file within its quarter of an hour goes undetected; its client
/// token, which is in the database, still does.
final class RequestVerifier: Sendable {
    /// A request's time may be off by so much, in seconds, to either side.
    static let tolerance: Int64 = 15 * 60
    /// Headers that an ACS3 signature must cover: whoever may change one of these asks for something else.
    private static let signedHeaders = [
        "host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version",
    ]

    private let nonces = Mutex(NonceMemory())

    /// The key that signed a request. The nonce counts as used from here on.
    ///
    /// - Parameters:
    ///   - key: the key with an id, if there is one.
    ///   - now: nanoseconds since 1970.
    func verify(_ request: ServiceRequest, now: Nanoseconds, key: (String) -> AccessKey?) throws(ServiceError)
        -> AccessKey
    {
        switch request.signing {
        case .version1: try verifyVersion1(request, now: now, key: key)
        case .acs3(let authorization): try verifyACS3(request, authorization, now: now, key: key)
        }
    }

    private func verifyVersion1(_ request: ServiceRequest, now: Nanoseconds, key: (String) -> AccessKey?)
        throws(ServiceError) -> AccessKey
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
        try checkTime(timestamp, named: "parameter Timestamp", now: now)
        let key = try known(key(id))
        let expected = SignatureV1.sign(
            method: request.method, parameters: request.parameters, secret: key.secret
        ).signature
        guard signature == expected else { throw Self.mismatch }
        try use(nonce, of: key, now: now)
        return key
    }

    private func verifyACS3(
        _ request: ServiceRequest, _ authorization: String, now: Nanoseconds, key: (String) -> AccessKey?
    ) throws(ServiceError) -> AccessKey {
        let timestamp = try request.requiredHeader("x-acs-date")
        let nonce = try request.requiredHeader("x-acs-signature-nonce")
        let hash = try request.requiredHeader("x-acs-content-sha256")
        let parts = try Self.parts(of: authorization)
        for name in Self.signedHeaders where !parts.signedHeaders.contains(name) {
            throw ServiceError(400, "IncompleteSignature", "The signature does not cover the header \(name).")
        }
        try checkTime(timestamp, named: "header x-acs-date", now: now)
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
        try use(nonce, of: key, now: now)
        return key
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

    private func checkTime(_ text: String, named name: String, now: Nanoseconds) throws(ServiceError) {
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

    private func use(_ nonce: String, of key: AccessKey, now: Nanoseconds) throws(ServiceError) {
        let isNew = nonces.withLock { $0.insert(key.id, nonce, now: now) }
        guard isNew else {
            throw ServiceError(400, "SignatureNonceUsed", "The SignatureNonce was used before.")
        }
    }
}

/// The nonces of the last half hour, in bounded memory.
///
/// Two generations of hashes: new ones go into the young generation; when that is half an hour old or full, it becomes
/// the old one. A request is valid for a quarter of an hour to either side, so whatever is dropped has expired, unless
/// more than a million came within half an hour.
struct NonceMemory {
    private static let lifetime: Nanoseconds = 2 * RequestVerifier.tolerance * 1_000_000_000
    private static let capacity = 1 << 20

    private var young: Set<Int> = []
    private var old: Set<Int> = []
    private var began: Nanoseconds = .min

    /// Remembers a nonce of a key; false if it was known.
    mutating func insert(_ key: String, _ nonce: String, now: Nanoseconds) -> Bool {
        let (age, overflows) = now.subtractingReportingOverflow(began)
        if overflows || age >= Self.lifetime || young.count >= Self.capacity {
            old = young
            young = []
            began = now
        }
        var hasher = Hasher()
        hasher.combine(key)
        hasher.combine(nonce)
        let hash = hasher.finalize()
        return !old.contains(hash) && young.insert(hash).inserted
    }
}
