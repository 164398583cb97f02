import DataValue
import SystemSupport

/// How requests are signed.
package enum SignatureKind: String, Sendable, CaseIterable {
    /// ACS3-HMAC-SHA256, in a header. See ``SignatureACS3``.
    case acs3
    /// Version 1.0, HMAC-SHA1, in the query. See ``SignatureV1``.
    case v1
}

/// How requests are sent.
package enum RequestMethod: String, Sendable, CaseIterable {
    /// Query parameters in the query and body parameters in a form.
    case post = "POST"
    /// All parameters in the query.
    case get = "GET"
}

/// A request with the steps that led to its signature.
struct SignedRequest: Sendable {
    enum Steps: Sendable {
        case acs3(SignatureACS3.Steps)
        case v1(SignatureV1.Steps)
    }
    var request: WireRequest
    var steps: Steps
}

extension SigningClient {
    private typealias Pairs = [(name: String, value: String)]

    /// The signed request of a call. Every one has a new nonce and the present time.
    func signedRequest(_ call: APICall, endpoint: Endpoint, credentials: Credentials) -> SignedRequest {
        // A parameter of the user's cannot stand in for a common one.
        let common = signature == .v1 ? Self.commonParameters : Self.commonNames
        var query: Pairs = []
        var form: Pairs = []
        query.reserveCapacity(call.parameters.count + 10)
        for parameter in call.parameters where !common.contains(parameter.name) {
            if parameter.position == .body, method == .post {
                form.append((parameter.name, parameter.value))
            } else {
                query.append((parameter.name, parameter.value))
            }
        }
        switch signature {
        case .acs3: return signedACS3(call, endpoint, credentials, query, form)
        case .v1: return signedV1(call, endpoint, credentials, query, form)
        }
    }

    /// Parameters that both ways of signing understand before anything else.
    private static let commonNames: Set<String> = ["Action", "Version", "Format"]
    private static let commonParameters: Set<String> = commonNames.union([
        "Timestamp", "SignatureMethod", "SignatureNonce", "SignatureVersion", "SignatureType", "AccessKeyId",
        "SecurityToken", "Signature",
    ])

    private func signedV1(
        _ call: APICall, _ endpoint: Endpoint, _ credentials: Credentials, _ own: Pairs, _ form: Pairs
    ) -> SignedRequest {
        var query: Pairs = [
            ("Action", call.action), ("Version", call.version), ("Format", "JSON"),
            ("Timestamp", Timestamp.text(serviceTime)), ("SignatureMethod", SignatureV1.method),
            ("SignatureNonce", uniqueTexts.next()), ("SignatureVersion", SignatureV1.version),
            ("AccessKeyId", credentials.accessKeyID),
        ]
        if let token = credentials.securityToken { query.append(("SecurityToken", token.content)) }
        query += own
        let steps = SignatureV1.sign(
            method: method.rawValue, parameters: query + form, secret: credentials.accessKeySecret.content)
        query.append(("Signature", steps.signature))
        var headers: Pairs = [
            ("Host", endpoint.authority), ("User-Agent", userAgent), ("Accept", "application/json"),
            ("x-acs-action", call.action), ("x-acs-version", call.version),
        ]
        if !form.isEmpty { headers.append(("Content-Type", Self.formType)) }
        let request = WireRequest(
            method: method.rawValue, origin: endpoint.origin, target: "/?" + PercentEncoding.query(query),
            headers: headers, body: PercentEncoding.queryBytes(form))
        return SignedRequest(request: request, steps: .v1(steps))
    }

    private func signedACS3(
        _ call: APICall, _ endpoint: Endpoint, _ credentials: Credentials, _ query: Pairs, _ form: Pairs
    ) -> SignedRequest {
        let body = PercentEncoding.queryBytes(form)
        let hash = body.isEmpty ? SignatureACS3.emptyHash : SignatureACS3.hash(body)
        var headers: Pairs = [
            ("Host", endpoint.authority), ("User-Agent", userAgent), ("Accept", "application/json"),
            ("x-acs-action", call.action), ("x-acs-version", call.version),
            ("x-acs-date", Timestamp.text(serviceTime)), ("x-acs-signature-nonce", uniqueTexts.next()),
            ("x-acs-content-sha256", hash),
        ]
        if let token = credentials.securityToken {
            headers.append(("x-acs-accesskey-id", credentials.accessKeyID))
            headers.append(("x-acs-security-token", token.content))
        }
        if !form.isEmpty { headers.append(("Content-Type", Self.formType)) }
        let signed = SignatureACS3.signedHeaders(headers)
        let steps = SignatureACS3.sign(
            method: method.rawValue, query: query, headers: headers, signedHeaders: signed, bodyHash: hash,
            secret: credentials.accessKeySecret.content)
        headers.append(
            (
                "Authorization",
                SignatureACS3.authorization(
                    accessKeyID: credentials.accessKeyID, signedHeaders: signed, signature: steps.signature)
            ))
        let request = WireRequest(
            method: method.rawValue, origin: endpoint.origin,
            target: query.isEmpty ? "/" : "/?" + PercentEncoding.query(query), headers: headers, body: body)
        return SignedRequest(request: request, steps: .acs3(steps))
    }

    private static let formType = "application/x-www-form-urlencoded"
}
