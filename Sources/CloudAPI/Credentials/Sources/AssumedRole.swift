import DataValue
import SystemSupport

/// A RAM role that STS hands out credentials for.
struct AssumedRole: Sendable {
    var roleARN: String
    var sessionName: String
    /// How long the credentials are wanted for; nil for the service's default.
    var seconds: Int?
    var policy: String?
    var externalID: String?
    /// The region whose STS is asked; nil for the central one.
    var region: String?

    static let version = "2015-04-01"

    /// Asks STS as somebody who may assume the role.
    func fetch(as caller: any CredentialSource, _ world: CredentialWorld, _ cancellation: Cancellation)
        throws(CredentialsFailure) -> TemporaryCredentials
    {
        let signing = SigningClient(
            transport: world.transport, credentials: caller, endpoint: Self.endpoint(region, world),
            allowsInsecure: world.allowsInsecure, clock: world.clock, uniqueTexts: world.uniqueTexts,
            timeouts: Timeouts(total: .seconds(20)))
        let sts = Retrying(signing, policy: Self.patience, mending: signing.mending, clock: world.clock)
        var parameters = [WireParameter("RoleArn", roleARN), WireParameter("RoleSessionName", sessionName)]
        if let seconds { parameters.append(WireParameter("DurationSeconds", String(seconds))) }
        if let policy { parameters.append(WireParameter("Policy", policy)) }
        if let externalID { parameters.append(WireParameter("ExternalId", externalID)) }
        let call = APICall(
            product: "Sts", version: Self.version, action: "AssumeRole", region: region ?? "", parameters: parameters,
            isWrite: false, cancellation: cancellation)
        let answer: APIAnswer
        do {
            answer = try sts.send(call)
        } catch {
            throw CredentialsFailure("the role \(roleARN) could not be assumed: \(error.account)")
        }
        return try Self.credentials(in: answer.value)
    }

    static let patience = RetryPolicy(repetitions: 2, throttledRepetitions: 3, callLimit: .seconds(30))

    static func endpoint(_ region: String?, _ world: CredentialWorld) -> String {
        world.variable(CredentialWorld.stsVariable) ?? region.map { "sts.\($0).aliyuncs.com" } ?? "sts.aliyuncs.com"
    }

    /// The credentials in an answer of STS.
    static func credentials(in answer: Value) throws(CredentialsFailure) -> TemporaryCredentials {
        guard case .record(let record) = answer, case .record(let credentials)? = record["Credentials"] else {
            throw CredentialsFailure("the answer of STS has no credentials")
        }
        return try TemporaryCredentials(credentials, of: "the answer of STS")
    }
}

extension APIError {
    /// What went wrong in one line, with what identifies it.
    var account: String {
        var facts = ["\(code): \(message)"]
        if let httpStatus { facts.append("HTTP \(httpStatus)") }
        if let requestID { facts.append("request \(requestID)") }
        return facts.joined(separator: ", ")
    }
}

extension TemporaryCredentials {
    /// From a record with `AccessKeyId`, `AccessKeySecret`, `SecurityToken` and `Expiration`, as STS, the metadata service
    /// and credential services give them out.
    init(_ record: Record, of origin: String) throws(CredentialsFailure) {
        guard let id = record.plainText("AccessKeyId"), let secret = record.plainText("AccessKeySecret") else {
            throw CredentialsFailure("\(origin) has no access key")
        }
        let token = record.plainText("SecurityToken")
        self.init(
            Credentials(accessKeyID: id, accessKeySecret: Secret(secret), securityToken: token.map { Secret($0) }),
            expiration: record.plainText("Expiration").flatMap(Timestamp.parse))
    }
}

extension Record {
    /// The text of a field, secrets included; nil where there is none or an empty one.
    func plainText(_ name: String) -> String? {
        switch self[name] {
        case .string(let text)?: text.isEmpty ? nil : text
        case .secret(let secret)?: secret.content.isEmpty ? nil : secret.content
        default: nil
        }
    }
}
