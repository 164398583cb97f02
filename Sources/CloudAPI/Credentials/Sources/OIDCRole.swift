import DataValue
import SystemSupport

/// A RAM role that STS hands out to whoever shows a token of an OIDC provider: nothing is signed.
struct OIDCRole: Sendable {
    var role: AssumedRole
    var providerARN: String
    /// The file is read anew each time: whoever writes it replaces the token before it runs out.
    var tokenFile: String

    func fetch(_ world: CredentialWorld, _ cancellation: Cancellation) throws(CredentialsFailure)
        -> TemporaryCredentials
    {
        guard let bytes = try world.readFile(tokenFile) else {
            throw CredentialsFailure("the file of the OIDC token is not there: \(tokenFile)")
        }
        let token = String(decoding: bytes, as: UTF8.self).trimmed
        guard !token.isEmpty else { throw CredentialsFailure("the file of the OIDC token is empty: \(tokenFile)") }
        let client = UnsignedSTS(world: world, endpoint: AssumedRole.endpoint(role.region, world))
        let sts = Retrying(client, policy: AssumedRole.patience, clock: world.clock)
        var parameters = [
            WireParameter("RoleArn", role.roleARN, position: .body),
            WireParameter("OIDCProviderArn", providerARN, position: .body),
            WireParameter("OIDCToken", token, isSecret: true, position: .body),
            WireParameter("RoleSessionName", role.sessionName, position: .body),
        ]
        if let seconds = role.seconds {
            parameters.append(WireParameter("DurationSeconds", String(seconds), position: .body))
        }
        if let policy = role.policy { parameters.append(WireParameter("Policy", policy, position: .body)) }
        let call = APICall(
            product: "Sts", version: AssumedRole.version, action: "AssumeRoleWithOIDC", region: role.region ?? "",
            parameters: parameters, isWrite: false, cancellation: cancellation)
        let answer: APIAnswer
        do {
            answer = try sts.send(call)
        } catch {
            throw CredentialsFailure(
                "the role \(role.roleARN) could not be assumed by the OIDC token: \(error.account)")
        }
        return try AssumedRole.credentials(in: answer.value)
    }
}

/// Sends calls of STS that need no signature.
private struct UnsignedSTS: APIHandler {
    let world: CredentialWorld
    let endpoint: String

    func send(_ call: APICall) throws(APIError) -> APIAnswer {
        let target: Endpoint
        do {
            target = try Endpoint.resolve(region: "", override: endpoint, allowsInsecure: world.allowsInsecure)
        } catch {
            throw .unsent("Client.Network", error.message, call)
        }
        let query = PercentEncoding.query([
            ("Action", call.action), ("Version", call.version), ("Format", "JSON"),
            ("Timestamp", Timestamp.text(world.clock.now())), ("SignatureNonce", world.uniqueTexts.next()),
        ])
        let request = WireRequest(
            method: "POST", origin: target.origin, target: "/?" + query,
            headers: [
                ("Host", target.authority), ("User-Agent", "vpcsh"), ("Accept", "application/json"),
                ("Content-Type", "application/x-www-form-urlencoded"),
            ], body: PercentEncoding.queryBytes(call.parameters.map { ($0.name, $0.value) }))
        do {
            let response: WireResponse
            do {
                response = try world.transport.send(
                    request, timeouts: Timeouts(total: min(.seconds(20), call.timeLimit ?? .seconds(20))),
                    cancellation: call.cancellation)
            } catch {
                throw SigningClient.apiError(error, call)
            }
            return try AnswerReader(call: call, response: response).read()
        } catch let error as APIError {
            var error = error
            let nobody = Credentials(accessKeyID: "", accessKeySecret: Secret(""))
            error.message = SecretMask(nobody, call).masked(error.message)
            throw error
        } catch {
            throw .unsent("Client.Network", "\(error)", call)
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        var rest = self[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest.drop(while: \.isWhitespace))
    }
}
