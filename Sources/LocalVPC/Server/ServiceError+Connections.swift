/// What is answered on a connection's own account.
extension ServiceError {
    static let tooLarge = ServiceError(
        413, "RequestTooLarge", "The request is longer than \(ServiceRequest.limit) bytes.")
    static let lineTooLong = ServiceError(
        414, "RequestTooLarge", "The request line is longer than \(ServerLimits.line) bytes; send parameters in a form."
    )
    static let headTooLong = ServiceError(
        431, "RequestTooLarge",
        "The head of the request has more than \(ServerLimits.headerCount) lines, one of more than "
            + "\(ServerLimits.line) bytes, or more than \(ServerLimits.headers) bytes in all.")
    static let headTooSlow = ServiceError(
        408, "RequestTimeout", "The head of the request took too long. Nothing was done.")
    static let bodyTooSlow = ServiceError(
        408, "RequestTimeout", "The body of the request took too long. Nothing was done.")
    static let noRoom = ServiceError(
        503, "Local.TooManyConnections", "There are as many connections as there may be; try again. Nothing was done.")
}
