import Crypto

/// Signature version 1.0: HMAC-SHA1 over the method and the sorted, encoded parameters.
///
/// The key is the AccessKeySecret with `&` behind it. Signed are all parameters, those of the query and those of a form
/// body alike, except `Signature` itself.
package enum SignatureV1 {
    /// `SignatureMethod` of a request signed this way.
    package static let method = "HMAC-SHA1"
    /// `SignatureVersion` of a request signed this way.
    package static let version = "1.0"

    /// A signature, with what led to it.
    package struct Steps: Sendable, Equatable {
        fileprivate let queryBytes: [UInt8]
        fileprivate let signedBytes: [UInt8]
        /// The value of the parameter `Signature`, in base64, not yet percent-encoded.
        package let signature: String

        /// The encoded, sorted parameters.
        package var canonicalQuery: String { String(decoding: queryBytes, as: UTF8.self) }
        /// `POST&%2F&` and the canonical query, encoded once more.
        package var stringToSign: String { String(decoding: signedBytes, as: UTF8.self) }
    }

    /// Signs a request.
    package static func sign(method: String, parameters: [(name: String, value: String)], secret: String) -> Steps {
        // Sorted by the bytes of the name; of equal names by the value, so that the text does not hang on the order.
        let signed = parameters.filter { $0.name != "Signature" }.sorted { left, right in
            if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
            return left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
        }
        let query = PercentEncoding.queryBytes(signed)
        var bytes = Array(method.utf8)
        bytes.append(contentsOf: "&%2F&".utf8)
        PercentEncoding.append(query, to: &bytes)
        let key = SymmetricKey(data: Array((secret + "&").utf8))
        return Steps(
            queryBytes: query, signedBytes: bytes,
            signature: Base64.encode(HMAC<Insecure.SHA1>.authenticationCode(for: bytes, using: key)))
    }
}
