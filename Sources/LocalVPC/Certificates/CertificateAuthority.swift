import Crypto

/// An authority for the client certificates of one SSL server, with real keys and signatures (ECDSA over P-256), so that
/// an OpenVPN client or OpenSSL takes what it makes for what it is.
struct CertificateAuthority {
    let key: P256.Signing.PrivateKey
    /// The authority's own certificate, in DER.
    let certificate: [UInt8]
    private let name: [UInt8]

    /// Makes a new authority.
    ///
    /// - Parameters:
    ///   - seconds: now, since 1970.
    ///   - random: where the key comes from.
    init(named name: String, seconds: Int64, random: () -> UInt64) throws {
        key = try Self.newKey(random)
        self.name = Self.distinguishedName(name)
        certificate = try Self.certificate(
            for: key.publicKey, subject: self.name, issuer: self.name, signedBy: key, isAuthority: true,
            seconds: seconds, lifetime: 10 * Self.year, random: random)
    }

    /// Takes up an authority again.
    ///
    /// - Parameter rawKey: what ``P256/Signing/PrivateKey/rawRepresentation`` gave.
    init(named name: String, rawKey: [UInt8], certificate: [UInt8]) throws {
        key = try P256.Signing.PrivateKey(rawRepresentation: rawKey)
        self.name = Self.distinguishedName(name)
        self.certificate = certificate
    }

    /// A key and a certificate for a client.
    ///
    /// - Parameter lifetime: in seconds.
    func issue(to client: String, seconds: Int64, lifetime: Int64, random: () -> UInt64) throws -> (
        key: P256.Signing.PrivateKey, certificate: [UInt8]
    ) {
        let clientKey = try Self.newKey(random)
        let certificate = try Self.certificate(
            for: clientKey.publicKey, subject: Self.distinguishedName(client), issuer: name, signedBy: key,
            isAuthority: false, seconds: seconds, lifetime: lifetime, random: random)
        return (clientKey, certificate)
    }

    static let year: Int64 = 365 * 86_400

    /// A private key in the form of RFC 5915 and in PEM.
    static func pem(_ key: P256.Signing.PrivateKey) -> String {
        let structure = DER.sequence(
            DER.integer([1]), DER.octets(Array(key.rawRepresentation)), DER.explicit(0, DER.identifier(prime256v1)),
            DER.explicit(1, DER.bits(Array(key.publicKey.x963Representation))))
        return PEM.text("EC PRIVATE KEY", structure)
    }

    // MARK: Making certificates

    private static let prime256v1: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    private static let publicKeyAlgorithm: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
    private static let signatureAlgorithm: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
    private static let commonName: [UInt8] = [0x55, 0x04, 0x03]
    private static let organization: [UInt8] = [0x55, 0x04, 0x0A]
    private static let basicConstraints: [UInt8] = [0x55, 0x1D, 0x13]
    private static let keyUsage: [UInt8] = [0x55, 0x1D, 0x0F]
    private static let extendedKeyUsage: [UInt8] = [0x55, 0x1D, 0x25]
    private static let clientAuthentication: [UInt8] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02]

    /// Not every number is a key, but all but one in four billion are.
    private static func newKey(_ random: () -> UInt64) throws -> P256.Signing.PrivateKey {
        for _ in 0..<8 {
            let bytes = (0..<4).flatMap { _ in Self.bytes(of: random()) }
            if let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes) { return key }
        }
        throw ServiceError(500, "InternalError", "No key was found; the source of randomness repeats itself.")
    }

    private static func bytes(of number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }

    private static func distinguishedName(_ name: String) -> [UInt8] {
        DER.sequence(
            DER.set(DER.sequence(DER.identifier(organization), DER.text("Local VPC"))),
            DER.set(DER.sequence(DER.identifier(commonName), DER.text(name))))
    }

    private static func certificate(
        for publicKey: P256.Signing.PublicKey, subject: [UInt8], issuer: [UInt8],
        signedBy key: P256.Signing.PrivateKey, isAuthority: Bool, seconds: Int64, lifetime: Int64,
        random: () -> UInt64
    ) throws -> [UInt8] {
        let algorithm = DER.sequence(DER.identifier(signatureAlgorithm))
        let keyInfo = DER.sequence(
            DER.sequence(DER.identifier(publicKeyAlgorithm), DER.identifier(prime256v1)),
            DER.bits(Array(publicKey.x963Representation)))
        // What a certificate may be used for: an authority signs certificates, a client signs to say who it is.
        var extensions =
            isAuthority
            ? DER.sequence(
                DER.identifier(basicConstraints), DER.boolean(true), DER.octets(DER.sequence(DER.boolean(true))))
                + DER.sequence(
                    DER.identifier(keyUsage), DER.boolean(true), DER.octets(DER.bits([0b0000_0110], unused: 1)))
            : DER.sequence(
                DER.identifier(keyUsage), DER.boolean(true), DER.octets(DER.bits([0b1000_0000], unused: 7)))
        if !isAuthority {
            extensions += DER.sequence(
                DER.identifier(extendedKeyUsage),
                DER.octets(DER.sequence(DER.identifier(clientAuthentication))))
        }
        let body = DER.sequence(
            DER.explicit(0, DER.integer([2])), DER.integer(bytes(of: random() >> 1)), algorithm, issuer,
            DER.sequence(DER.time(seconds: seconds), DER.time(seconds: seconds + lifetime)), subject, keyInfo,
            DER.explicit(3, DER.element(0x30, extensions)))
        let signature = try key.signature(for: body)
        return DER.sequence(body, algorithm, DER.bits(Array(signature.derRepresentation)))
    }
}
