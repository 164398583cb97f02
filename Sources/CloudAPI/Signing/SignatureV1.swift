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

    /// What is signed: `POST&%2F&` and the encoded, sorted query.
    package static func stringToSign(method: String, parameters: [(name: String, value: String)]) -> String {
        String(decoding: bytesToSign(method: method, parameters: parameters), as: UTF8.self)
    }

    /// The value of the parameter `Signature`, in base64, not yet percent-encoded.
    package static func signature(method: String, parameters: [(name: String, value: String)], secret: String)
        -> String
    {
        let key = SymmetricKey(data: Array((secret + "&").utf8))
        let bytes = bytesToSign(method: method, parameters: parameters)
        return Base64.encode(HMAC<Insecure.SHA1>.authenticationCode(for: bytes, using: key))
    }

    private static func bytesToSign(method: String, parameters: [(name: String, value: String)]) -> [UInt8] {
        // Sorted by the bytes of the name; of equal names by the value, so that the text does not hang on the order.
        let signed = parameters.filter { $0.name != "Signature" }.sorted { left, right in
            if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
            return left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
        }
        var bytes = Array(method.utf8)
        bytes.append(contentsOf: "&%2F&".utf8)
        PercentEncoding.append(PercentEncoding.queryBytes(signed), to: &bytes)
        return bytes
    }
}
