import NIOSSL

/// Whose word a client takes for who a server is. Certificates are always verified; this only says against what.
package struct TrustedAuthorities: Sendable {
    /// Why a file holds no certificates.
    package struct Problem: Error, Sendable, Equatable {
        /// With the path.
        package var message: String
    }
    private var additional: [NIOSSLCertificate] = []
    /// Instead of the system's.
    private var file: String?

    /// The system's.
    package init() {}

    /// - Parameters:
    ///   - additional: The path of a PEM file whose certificates are trusted besides.
    ///   - replacement: The path of a PEM file whose certificates are trusted instead of the system's.
    package init(additional path: String?, replacement: String? = nil) throws(Problem) {
        if let path {
            additional = try Self.certificates(in: path)
        }
        if let replacement {
            _ = try Self.certificates(in: replacement)
            file = replacement
        }
    }

    private static func certificates(in path: String) throws(Problem) -> [NIOSSLCertificate] {
        do {
            let found = try NIOSSLCertificate.fromPEMFile(path)
            if found.isEmpty { throw NIOSSLError.failedToLoadCertificate }
            return found
        } catch {
            throw Problem(message: "\(path): no certificates in PEM can be read from it")
        }
    }

    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let file { configuration.trustRoots = .file(file) }
        if !additional.isEmpty { configuration.additionalTrustRoots = [.certificates(additional)] }
        return configuration
    }
}
