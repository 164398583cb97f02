import DataValue
import SystemSupport

/// The RAM role of the instance that this machine is, by the metadata service beside it.
struct InstanceRole: Sendable {
    /// Nil for the one that the instance has.
    var name: String?

    /// The service's fixed address. It is reached from the instance itself only, so plain HTTP shows nothing to others.
    static let address = "http://100.100.100.200"
    private static let folder = "/latest/meta-data/ram/security-credentials/"
    /// It answers from beside the machine, or not at all.
    private static let timeouts = Timeouts(connect: .seconds(1), read: .seconds(2), total: .seconds(3))

    func fetch(_ world: CredentialWorld, _ cancellation: Cancellation) throws(CredentialsFailure)
        -> TemporaryCredentials
    {
        if world.isSet("ALIBABA_CLOUD_ECS_METADATA_DISABLED") {
            throw CredentialsFailure("the metadata service is switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED")
        }
        let token = try token(world, cancellation)
        let role: String
        if let name { role = name } else { role = try get("", token, world, cancellation).trimmed }
        guard !role.isEmpty, !role.contains("/"), !role.contains(where: \.isWhitespace) else {
            throw CredentialsFailure("the metadata service names no role of this instance")
        }
        let text = try get(PercentEncoding.encode(role), token, world, cancellation)
        guard case .record(let record)? = try? JSON.parse(text) else {
            throw CredentialsFailure("the metadata service's answer for the role \(role) is no record")
        }
        if let code = record.plainText("Code"), code != "Success" {
            throw CredentialsFailure("the metadata service has no credentials for the role \(role): \(code)")
        }
        return try TemporaryCredentials(record, of: "the metadata service's answer for the role \(role)")
    }

    /// A token for the service's newer, safer way of being asked; nil where it only knows the older one.
    private func token(_ world: CredentialWorld, _ cancellation: Cancellation) throws(CredentialsFailure) -> String? {
        let headers = [(name: "X-aliyun-ecs-metadata-token-ttl-seconds", value: "21600")]
        let response = try send("PUT", "/latest/api/token", headers, world, cancellation)
        if response.status == 200 { return String(decoding: response.body, as: UTF8.self).trimmed }
        guard !world.isSet("ALIBABA_CLOUD_IMDSV1_DISABLED") else {
            throw CredentialsFailure("the metadata service gives out no token (HTTP \(response.status))")
        }
        return nil
    }

    private func get(_ path: String, _ token: String?, _ world: CredentialWorld, _ cancellation: Cancellation)
        throws(CredentialsFailure) -> String
    {
        let headers = token.map { [(name: "X-aliyun-ecs-metadata-token", value: $0)] } ?? []
        let response = try send("GET", Self.folder + path, headers, world, cancellation)
        guard response.status == 200 else {
            throw CredentialsFailure("the metadata service has no credentials to give out (HTTP \(response.status))")
        }
        return String(decoding: response.body, as: UTF8.self)
    }

    private func send(
        _ method: String, _ path: String, _ headers: [(name: String, value: String)], _ world: CredentialWorld,
        _ cancellation: Cancellation
    ) throws(CredentialsFailure) -> WireResponse {
        var origin = Self.address
        if let override = world.variable(CredentialWorld.metadataVariable) {
            do {
                origin = try Endpoint.resolve(region: "", override: override).origin
            } catch {
                throw CredentialsFailure("\(CredentialWorld.metadataVariable): \(error.message)")
            }
        }
        let host = origin.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init) ?? ""
        let request = WireRequest(
            method: method, origin: origin, target: path,
            headers: [("Host", host), ("User-Agent", "vpcsh"), ("Accept", "*/*")] + headers)
        do {
            return try world.transport.send(request, timeouts: Self.timeouts, cancellation: cancellation)
        } catch {
            throw CredentialsFailure("the metadata service does not answer: \(error.message)")
        }
    }
}
