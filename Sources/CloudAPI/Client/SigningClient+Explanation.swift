import DataValue

/// A signed request with what led to its signature, secrets masked.
package struct CallExplanation: Sendable, Equatable {
    /// `GET` or `POST`.
    package var method: String
    /// Scheme, host, path and query, encoded as they are sent.
    package var url: String
    /// The parameters that are signed, sorted and encoded; of ACS3 those of the query.
    package var canonicalQuery: String
    /// What ACS3 signs the hash of; nil of version 1.0, which signs the query alone.
    package var canonicalRequest: String?
    /// What the secret is applied to.
    package var stringToSign: String
    /// In hexadecimal or base64.
    package var signature: String
    /// All headers, in the order in which they are sent.
    package var headers: [(name: String, value: String)]
    /// The form that is sent as the body; empty where there is none.
    package var body: String
    /// Whether hashes and the signature are masked: since a secret that is short enough to be guessed goes into them, or
    /// since nobody may be able to send the request.
    package var hidesHashes: Bool

    package static func == (left: CallExplanation, right: CallExplanation) -> Bool {
        left.method == right.method && left.url == right.url && left.canonicalQuery == right.canonicalQuery
            && left.canonicalRequest == right.canonicalRequest && left.stringToSign == right.stringToSign
            && left.signature == right.signature && left.body == right.body && left.hidesHashes == right.hidesHashes
            && left.headers.elementsEqual(right.headers, by: ==)
    }
}

extension SigningClient {
    /// Makes and signs the request of a call as ``send(_:)`` does, and tells about it instead of sending it.
    ///
    /// - Parameter hidesSignature: Whether nobody may be able to send the request by what is told.
    /// - Throws: `Client.Credentials` and `Client.Network` as ``send(_:)`` does.
    package func explain(_ call: APICall, hidesSignature: Bool = false) throws(APIError) -> CallExplanation {
        let call = call.withClientToken(from: uniqueTexts)
        let current: Credentials
        do {
            current = try credentials.current(cancellation: call.cancellation)
        } catch {
            throw .unsent("Client.Credentials", error.message, call)
        }
        let signed: SignedRequest
        do {
            signed = signedRequest(call, endpoint: try endpoint(of: call), credentials: current)
        } catch {
            throw .unsent("Client.Network", error.message, call)
        }
        return Self.explanation(signed, call, current, hidesSignature)
    }

    private static func explanation(
        _ signed: SignedRequest, _ call: APICall, _ credentials: Credentials, _ hidesSignature: Bool
    ) -> CallExplanation {
        let request = signed.request
        var canonicalRequest: String?
        let canonicalQuery: String
        let stringToSign: String
        let signature: String
        var hashes: [String] = []
        switch signed.steps {
        case .acs3(let steps):
            canonicalRequest = steps.canonicalRequest
            let lines = steps.canonicalRequest.split(separator: "\n", omittingEmptySubsequences: false)
            canonicalQuery = lines.count > 2 ? String(lines[2]) : ""
            (stringToSign, signature) = (steps.stringToSign, steps.signature)
            hashes = steps.stringToSign.split(separator: "\n").dropFirst().map(String.init)
            if !request.body.isEmpty { hashes += [request.header("x-acs-content-sha256") ?? ""] }
        case .v1(let steps):
            canonicalQuery = steps.canonicalQuery
            (stringToSign, signature) = (steps.stringToSign, steps.signature)
        }
        // Whoever knows all but a short secret can try which one gives the hash; of the signature, whoever has the key.
        let hidesHashes = hidesSignature || call.parameters.contains(where: \.isSecret)
        let mask = SecretMask(credentials, call, others: hidesHashes ? hashes + [signature] : [])
        return CallExplanation(
            method: request.method, url: mask.masked(request.origin + request.target),
            canonicalQuery: mask.masked(canonicalQuery), canonicalRequest: canonicalRequest.map(mask.masked),
            stringToSign: mask.masked(stringToSign), signature: mask.masked(signature),
            headers: request.headers.map { ($0.name, mask.masked($0.value)) },
            body: mask.masked(String(decoding: request.body, as: UTF8.self)), hidesHashes: hidesHashes)
    }
}
