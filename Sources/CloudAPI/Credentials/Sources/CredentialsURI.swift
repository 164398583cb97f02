import DataValue
import SystemSupport

/// A service that gives out credentials by a plain GET.
struct CredentialsURI: Sendable {
    var uri: String

    private static let timeouts = Timeouts(read: .seconds(10), total: .seconds(15))

    func fetch(_ world: CredentialWorld, _ cancellation: Cancellation) throws(CredentialsFailure)
        -> TemporaryCredentials
    {
        // The part up to the path is an endpoint like any other.
        guard let scheme = uri.firstRange(of: "://") else {
            throw CredentialsFailure("the URI for credentials is no URL: \(shown)")
        }
        let rest = uri[scheme.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let endpoint: Endpoint
        do {
            endpoint = try Endpoint.resolve(
                region: "", override: String(uri[..<end]), allowsInsecure: world.allowsInsecure)
        } catch {
            throw CredentialsFailure("the URI for credentials: \(error.message)")
        }
        var target = rest[end...].prefix { $0 != "#" }
        if !target.hasPrefix("/") { target = "/" + target }
        let request = WireRequest(
            method: "GET", origin: endpoint.origin, target: String(target),
            headers: [("Host", endpoint.authority), ("User-Agent", "vpcsh"), ("Accept", "application/json")])
        let response: WireResponse
        do {
            response = try world.transport.send(request, timeouts: Self.timeouts, cancellation: cancellation)
        } catch {
            throw CredentialsFailure("the URI for credentials: \(error.message)")
        }
        guard response.status == 200 else {
            throw CredentialsFailure("the URI for credentials answers HTTP \(response.status): \(shown)")
        }
        guard case .record(let record)? = try? JSON.parse(response.body) else {
            throw CredentialsFailure("the URI for credentials does not answer with a record: \(shown)")
        }
        if let code = record.plainText("Code"), code != "Success" {
            throw CredentialsFailure("the URI for credentials gives none out: \(ArgumentProblem.quoted(code))")
        }
        return try TemporaryCredentials(record, of: "the answer of the URI for credentials")
    }

    /// Without its query, which may hold a key of its own.
    private var shown: String { ArgumentProblem.quoted(String(uri.prefix { !"?#".contains($0) })) }
}
