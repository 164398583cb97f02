extension SigningClient {
    /// The signed request of a call: by POST, query parameters in the query and body parameters in a form.
    ///
    /// Every call of this has a new nonce and the present time.
    func signedRequest(_ call: APICall, endpoint: Endpoint) -> WireRequest {
        var query: [(name: String, value: String)] = [
            ("Action", call.action), ("Version", call.version), ("Format", "JSON"),
            ("Timestamp", Timestamp.text(clock.now())), ("SignatureMethod", SignatureV1.method),
            ("SignatureNonce", uniqueTexts.next()), ("SignatureVersion", SignatureV1.version),
            ("AccessKeyId", credentials.accessKeyID),
        ]
        if let token = credentials.securityToken { query.append(("SecurityToken", token.content)) }
        // A parameter of the user's cannot stand in for a common one.
        let common = Set(query.map(\.name)).union(["Signature", "SecurityToken"])
        var form: [(name: String, value: String)] = []
        for parameter in call.parameters where !common.contains(parameter.name) {
            switch parameter.position {
            case .query: query.append((parameter.name, parameter.value))
            case .body: form.append((parameter.name, parameter.value))
            }
        }
        let signature = SignatureV1.signature(
            method: "POST", parameters: query + form, secret: credentials.accessKeySecret.content)
        query.append(("Signature", signature))

        var headers: [(name: String, value: String)] = [
            ("Host", endpoint.authority), ("User-Agent", userAgent), ("Accept", "application/json"),
            ("x-acs-action", call.action), ("x-acs-version", call.version),
        ]
        if !form.isEmpty { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        return WireRequest(
            method: "POST", origin: endpoint.origin, target: "/?" + PercentEncoding.query(query), headers: headers,
            body: PercentEncoding.queryBytes(form))
    }
}
