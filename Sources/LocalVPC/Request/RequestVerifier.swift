import CloudAPI
import DataValue

/// Checks who sent a request, and that it is fresh.
///
/// Nonces are remembered in the memory of the process, not in the database: a call that only reads then writes nothing.
/// So a request repeated to another process on the same file within its quarter of an hour goes undetected; its client
/// token, which is in the database, still does.
struct RequestVerifier {
    /// A request's time may be off by so much, in seconds, to either side.
    static let tolerance: Int64 = 15 * 60

    private var nonces = NonceMemory()

    /// The key that signed a request. The nonce counts as used from here on.
    mutating func verify(_ request: ServiceRequest, policy: AccessPolicy, now: Nanoseconds) throws(ServiceError)
        -> AccessKey
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
        guard let time = Timestamp.seconds(timestamp) else {
            throw ServiceError(
                400, "InvalidTimeStamp.Format", "The parameter Timestamp must look like 2026-11-22T21:12:00Z.")
        }
        let seconds = now / 1_000_000_000
        guard abs(seconds - time) <= Self.tolerance else {
            throw ServiceError(
                400, "InvalidTimeStamp.Expired",
                "The request's time \(timestamp) is more than 15 minutes from the service's, "
                    + "\(Timestamp.text(seconds: seconds)).")
        }
        guard let key = policy.key(id) else {
            throw ServiceError(404, "InvalidAccessKeyId.NotFound", "The AccessKeyId is not known.")
        }
        let expected = SignatureV1.signature(
            method: request.method, parameters: request.parameters, secret: key.secret)
        guard signature == expected else {
            // The text that was to be signed is not shown, as the real service does: it holds pre-shared keys.
            throw ServiceError(
                400, "SignatureDoesNotMatch",
                "The signature does not match the request: check the AccessKeySecret and how the parameters are encoded."
            )
        }
        guard nonces.insert(key.id + " " + nonce, now: now) else {
            throw ServiceError(400, "SignatureNonceUsed", "The SignatureNonce was used before.")
        }
        return key
    }
}

/// The nonces of the last half hour, in bounded memory.
///
/// Two generations of hashes: new ones go into the young generation; when that is half an hour old or full, it becomes
/// the old one. A request is valid for a quarter of an hour to either side, so whatever is dropped has expired, unless
/// more than half a million came within half an hour.
struct NonceMemory {
    private static let lifetime: Nanoseconds = 2 * RequestVerifier.tolerance * 1_000_000_000
    private static let capacity = 1 << 19

    private var young: Set<Int> = []
    private var old: Set<Int> = []
    private var began: Nanoseconds = .min

    /// Remembers a nonce; false if it was known.
    mutating func insert(_ nonce: String, now: Nanoseconds) -> Bool {
        let (age, overflows) = now.subtractingReportingOverflow(began)
        if overflows || age >= Self.lifetime || young.count >= Self.capacity {
            old = young
            young = []
            began = now
        }
        var hasher = Hasher()
        hasher.combine(nonce)
        let hash = hasher.finalize()
        return !old.contains(hash) && young.insert(hash).inserted
    }
}
