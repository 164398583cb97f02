import Crypto

/// The signature ACS3-HMAC-SHA256: over method, path, sorted query, some headers, and the SHA-256 of the body.
///
/// It travels in the header `Authorization`, and the body's hash in `x-acs-content-sha256`.
package enum SignatureACS3 {
    /// The name of the method, at the start of `Authorization` and of what is signed.
    package static let method = "ACS3-HMAC-SHA256"

    /// SHA-256 in lower-case hexadecimal: what `x-acs-content-sha256` says of a body.
    package static func hash(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

    /// What ``hash(_:)`` says of no bytes at all.
    package static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// Which headers are signed, in lower case and sorted: `accept`, `host` …, and every `x-acs-…`.
    package static func signedHeaders(_ headers: [(name: String, value: String)]) -> [String] {
        let always: Set<String> = ["host", "content-type", "accept", "user-agent"]
        let names = headers.map { $0.name.lowercased() }.filter { $0.hasPrefix("x-acs-") || always.contains($0) }
        return Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The request in the form of which the hash is signed. Headers that are missing are passed over.
    package static func canonicalRequest(
        method: String, path: String, query: [(name: String, value: String)],
        headers: [(name: String, value: String)], signedHeaders: [String], bodyHash: String
    ) -> String {
        let sorted = query.sorted { left, right in
            if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
            return left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
        }
        let lines = signedHeaders.compactMap { name -> String? in
            let value = headers.first { $0.name.lowercased() == name }?.value
            return value.map { "\(name):\(trimmed($0))\n" }
        }
        return [
            method, path, PercentEncoding.query(sorted), lines.joined(), signedHeaders.joined(separator: ";"), bodyHash,
        ].joined(separator: "\n")
    }

    /// The signature in hexadecimal.
    package static func signature(
        method: String, path: String = "/", query: [(name: String, value: String)],
        headers: [(name: String, value: String)], signedHeaders: [String], bodyHash: String, secret: String
    ) -> String {
        let request = canonicalRequest(
            method: method, path: path, query: query, headers: headers, signedHeaders: signedHeaders,
            bodyHash: bodyHash)
        let text = "\(Self.method)\n\(hash(Array(request.utf8)))"
        let key = SymmetricKey(data: Array(secret.utf8))
        return hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }

    /// The value of the header `Authorization`.
    package static func authorization(accessKeyID: String, signedHeaders: [String], signature: String) -> String {
        let names = signedHeaders.joined(separator: ";")
        return "\(method) Credential=\(accessKeyID),SignedHeaders=\(names),Signature=\(signature)"
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func trimmed(_ text: String) -> String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var rest = text[...]
        while let last = rest.last, blank(last) { rest.removeLast() }
        return String(rest.drop(while: blank))
    }
}
