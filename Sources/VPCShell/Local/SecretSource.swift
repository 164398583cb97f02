import Glibc

/// Where a secret of the command line comes from: never from the command line itself, which others can see.
package enum SecretSource {
    package struct Problem: Error {
        package let message: String
    }

    /// Reads `env:NAME` or `file:PATH`; of a file the first line counts.
    package static func read(_ source: String) throws(Problem) -> String {
        let text: String
        if source.hasPrefix("env:") {
            let name = String(source.dropFirst(4))
            guard let value = getenv(name) else { throw Problem(message: "The variable \(name) is not set.") }
            text = String(cString: value)
        } else if source.hasPrefix("file:") {
            let bytes: [UInt8]
            do {
                bytes = try FileContent.read(String(source.dropFirst(5)), limit: 1 << 16)
            } catch {
                throw Problem(message: "The secret cannot be read: \(error.message).")
            }
            text = String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
        } else {
            throw Problem(message: "A secret comes from env:NAME or file:PATH, not from the command line.")
        }
        if text.isEmpty { throw Problem(message: "The secret from \(source) is empty.") }
        return text
    }
}
