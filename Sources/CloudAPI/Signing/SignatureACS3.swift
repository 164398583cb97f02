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
        let names = headers.map { $0.name.lowercased() }
        var text = "\(method)\n\(path)\n\(PercentEncoding.query(sorted))\n"
        for name in signedHeaders {
            guard let place = names.firstIndex(of: name) else { continue }
            text += "\(name):"
            text += trimmed(headers[place].value)
            text += "\n"
        }
        text += "\n\(signedHeaders.joined(separator: ";"))\n\(bodyHash)"
        return text
    }

    /// A signature, with what led to it.
    package struct Steps: Sendable, Equatable {
        /// See ``SignatureACS3/canonicalRequest(method:path:query:headers:signedHeaders:bodyHash:)``.
        package let canonicalRequest: String
        /// The method's name, and in a line below it the hash of the canonical request.
        package let stringToSign: String
        /// In hexadecimal.
        package let signature: String
    }

    /// Signs a request.
    package static func sign(
        method: String, path: String = "/", query: [(name: String, value: String)],
        headers: [(name: String, value: String)], signedHeaders: [String], bodyHash: String, secret: String
    ) -> Steps {
        let request = canonicalRequest(
            method: method, path: path, query: query, headers: headers, signedHeaders: signedHeaders,
            bodyHash: bodyHash)
        let text = "\(Self.method)\n\(hash(Array(request.utf8)))"
        let key = SymmetricKey(data: Array(secret.utf8))
        return Steps(
            canonicalRequest: request, stringToSign: text,
            signature: hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)))
    }

    /// The value of the header `Authorization`.
    package static func authorization(accessKeyID: String, signedHeaders: [String], signature: String) -> String {
        let names = signedHeaders.joined(separator: ";")
        return "\(method) Credential=\(accessKeyID),SignedHeaders=\(names),Signature=\(signature)"
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        for byte in bytes {
            for digit in [byte >> 4, byte & 15] {
                digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func trimmed(_ text: String) -> String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        // Nearly every value begins and ends with a visible character.
        guard let first = text.utf8.first, let last = text.utf8.last, min(first, last) <= 0x20 else { return text }
        var rest = text[...]
        while let last = rest.last, blank(last) { rest.removeLast() }
        return String(rest.drop(while: blank))
    }
}
