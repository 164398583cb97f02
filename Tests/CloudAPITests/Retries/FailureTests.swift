import CloudAPI
import Testing

@Suite("What an error says about a repetition")
struct FailureTests {
    private func service(_ status: Int, _ code: String) -> Failure {
        var error = APIError(code: code, message: "", httpStatus: status, action: "CreateVpc")
        error.delivery = .answered
        return Failure(error)
    }

    private func client(_ code: String, _ delivery: APIError.Delivery, ambiguous: Bool = false, attempts: Int = 1)
        -> Failure
    {
        var error = APIError(code: code, message: "", action: "CreateVpc", attempts: attempts, isAmbiguous: ambiguous)
        error.delivery = delivery
        return Failure(error)
    }

    @Test(
        "The service's codes",
        arguments: [
            (400, "Throttling", Failure.throttled(outcomeIsOpen: false)),
            (400, "Throttling.User", .throttled(outcomeIsOpen: false)),
            (429, "Throttling.Api", .throttled(outcomeIsOpen: false)),
            (400, "Rejected.Throttling", .throttled(outcomeIsOpen: false)),
            (503, "Throttling.User", .throttled(outcomeIsOpen: true)),
            (400, "IdempotentProcessing", .processing), (400, "IdempotentParameterMismatch", .tokenMismatch),
            (400, "IdempotentFailed", .tokenSpent),
            (500, "InternalError", .lost), (503, "ServiceUnavailable", .lost), (502, "Whatever", .lost),
            (501, "Local.NotImplemented", .refused), (507, "Local.StorageFull", .refused),
            (503, "Local.DatabaseLocked", .busy), (501, "NotImplemented", .refused),
            (400, "InvalidTimeStamp.Expired", .clockSkew), (400, "InvalidTimeStamp.Format", .rejected),
            (400, "SignatureNonceUsed", .lost), (400, "SignatureDoesNotMatch", .rejected),
            (404, "InvalidAccessKeyId.NotFound", .rejected), (403, "InvalidSecurityToken.Expired", .credentialsExpired),
            (400, "InvalidSecurityToken.Malformed", .rejected),
            (400, "VpnGateway.Configuring", .refused), (400, "TaskConflict", .refused),
            (404, "InvalidVpnConnectionInstanceId.NotFound", .refused), (403, "Forbbiden.SubUser", .refused),
            (400, "ThrottlingSomethingElse", .refused),
        ])
    func codes(status: Int, code: String, failure: Failure) { #expect(service(status, code) == failure) }

    @Test("The client's own: by how far the request came")
    func ofClient() {
        #expect(client("Client.Network", .notSent) == .notSent)
        #expect(client("Client.Network", .notSent, attempts: 0) == .unusable)
        #expect(client("Client.Network", .unknown) == .lost)
        #expect(client("Client.Timeout", .notSent) == .notSent)
        #expect(client("Client.Timeout", .unknown) == .lost)
        #expect(client("Client.Tls", .notSent) == .unusable)
        #expect(client("Client.Tls", .unknown) == .lost)
        #expect(client("Client.Credentials", .notSent) == .unusable)
        #expect(client("Client.Answer", .unknown) == .unreadable)
        #expect(client("Client.Answer", .answered) == .rejected)
        #expect(client("Client.Answer", .answered, ambiguous: true) == .lost)
        #expect(client("Client.Interrupted", .notSent) == .interrupted(mayHaveArrived: false))
        #expect(client("Client.Interrupted", .unknown) == .interrupted(mayHaveArrived: true))
    }

    @Test("An answer of a failing service that is not understood may be better another time")
    func garbledServerFailure() {
        var error = APIError(code: "Client.Answer", message: "", httpStatus: 502, action: "DescribeVpcs")
        #expect(Failure(error) == .lost)
        error.httpStatus = 200
        #expect(Failure(error) == .rejected)
    }
}
