import Glibc
import SystemSupport

/// Where a secret of the command line comes from: never from the command line itself, which others can see.
package enum SecretSource {
    package struct Problem: Error {
        package let message: String
    }

    /// Reads `env:NAME` or `file:PATH`.
    package static func read(_ source: String) throws(Problem) -> String {
        let text: String
        if source.hasPrefix("env:") {
            let name = String(source.dropFirst(4))
            guard let value = getenv(name) else { throw Problem(message: "The variable \(name) is not set.") }
            text = String(cString: value)
        } else if source.hasPrefix("file:") {
            do {
                text = try content(String(source.dropFirst(5)), nil)
            } catch {
                throw Problem(message: "The secret cannot be read: \(error.message).")
            }
        } else {
            throw Problem(message: "A secret comes from env:NAME or file:PATH, not from the command line.")
        }
        if text.isEmpty { throw Problem(message: "The secret from \(source) is empty.") }
        return text
    }

    /// A secret from a file: all of it, but for a byte order mark and one line end, of either kind, after it.
    ///
    /// - Throws: ``SystemError`` where the file cannot be read, is not UTF-8, or is larger than 64 KiB.
    static func content(_ path: String, _ interrupt: Cancellation?) throws(SystemError) -> String {
        var bytes = try File.read(path, limit: 1 << 16, interrupt)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SystemError(.other, "\(path): the secret is not UTF-8 text")
        }
        return text
    }
}
