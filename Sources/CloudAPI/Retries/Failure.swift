import DataValue

/// What a failed sending says about the call, and about whether to repeat it: everything that ``RetryEngine`` knows of it.
package enum Failure: Sendable, Equatable {
    /// It is certain that the service has not seen the request, and another time it may: no connection came about.
    case notSent
    /// Nothing was sent, and nothing would be another time: no credentials, a certificate that is not trusted.
    case unusable
    /// There is no whole answer, or one that says nothing about the outcome: the service may have done the work.
    case lost
    /// As `lost`, but another answer would be the same: it is larger than what is taken.
    case unreadable
    /// The service refused the request for coming too fast. With a 5xx, it does not say that nothing was done.
    case throttled(outcomeIsOpen: Bool)
    /// The service is still carrying out a write with the same token.
    case processing
    /// The token was used before for another write.
    case tokenMismatch
    /// The token belongs to a write that has failed for good.
    case tokenSpent
    /// The service was not able to begin, and says that nothing was done.
    case busy
    /// The client's clock is off by more than the service allows.
    case clockSkew
    /// The temporary credentials have run out.
    case credentialsExpired
    /// The request was refused before the service looked at what it asks for.
    case rejected
    /// The service refused what was asked for.
    case refused
    /// The user stopped the call.
    case interrupted(mayHaveArrived: Bool)

    /// The service takes the token of a write that ended in an error for spent, and answers so with this code.
    static let tokenSpentCode = "IdempotentFailed"

    /// Reads an error of one sending.
    package init(_ error: APIError) {
        self = error.code.hasPrefix("Client.") ? Self.ofClient(error) : Self.ofService(error)
    }

    private static func ofClient(_ error: APIError) -> Failure {
        switch (error.code, error.delivery) {
        case (SigningClient.interrupted, let delivery): .interrupted(mayHaveArrived: delivery == .unknown)
        case ("Client.Tls", .notSent), ("Client.Credentials", _): .unusable
        case ("Client.Network", .notSent) where error.attempts == 0: .unusable
        case (_, .notSent): .notSent
        case ("Client.Answer", .unknown): .unreadable
        case (_, .unknown): .lost
        // An answer that is not understood. Also one with a 4xx says nothing about the write: it may be a proxy's, or tell
        // that an earlier copy is being processed.
        case (_, .answered): error.isAmbiguous || isServerFailure(error) ? .lost : .rejected
        }
    }

    private static func ofService(_ error: APIError) -> Failure {
        switch error.code {
        case "IdempotentProcessing": return .processing
        case "IdempotentParameterMismatch": return .tokenMismatch
        case tokenSpentCode: return .tokenSpent
        case "InvalidTimeStamp.Expired": return .clockSkew
        case "InvalidSecurityToken.Expired": return .credentialsExpired
        // The nonce is new with each sending, so whoever has used it is a copy of the same request: something on the way
        // has delivered it twice, and what became of the first copy is not known.
        case "SignatureNonceUsed": return .lost
        default: break
        }
        if isThrottling(error.code) { return .throttled(outcomeIsOpen: isServerFailure(error)) }
        if error.code.hasPrefix("Local.") { return error.httpStatus == 503 ? .busy : .refused }
        if isServerFailure(error) { return .lost }
        return ["Signature", "InvalidTimeStamp", "InvalidAccessKeyId", "InvalidSecurityToken"].contains {
            error.code.hasPrefix($0)
        } ? .rejected : .refused
    }

    private static func isThrottling(_ code: String) -> Bool {
        code == "Throttling" || code.hasPrefix("Throttling.") || code.hasPrefix("Rejected.Throttling")
    }

    /// 5xx, but for 501 and 507, which say that there is no such operation and no room.
    private static func isServerFailure(_ error: APIError) -> Bool {
        guard let status = error.httpStatus else { return false }
        return status >= 500 && status != 501 && status != 507
    }
}
