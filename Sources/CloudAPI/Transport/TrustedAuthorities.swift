import NIOSSL
import SystemSupport

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
            // Named by the environment of every run, so it is only looked at: to read all of a system's authorities took
            // a third of the time of a start that calls nothing.
            guard Self.beginsWithCertificate(replacement) else { throw Self.unreadable(replacement) }
            file = replacement
        }
    }

    /// Whether there is a certificate among the first bytes of a file.
    private static func beginsWithCertificate(_ path: String) -> Bool {
        guard let start = File.beginning(of: path, count: 1 << 14) else { return false }
        return String(decoding: start, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----")
    }

    private static func unreadable(_ path: String) -> Problem {
        Problem(message: "\(path): no certificates in PEM can be read from it")
    }

    private static func certificates(in path: String) throws(Problem) -> [NIOSSLCertificate] {
        do {
            let found = try NIOSSLCertificate.fromPEMFile(path)
            if found.isEmpty { throw NIOSSLError.failedToLoadCertificate }
            return found
        } catch {
            throw unreadable(path)
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
