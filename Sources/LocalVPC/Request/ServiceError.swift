/// An error that the service answers: data, which ``AnswerWriter`` puts into words on the wire.
struct ServiceError: Error, Sendable, Equatable {
    /// The HTTP status.
    var status: Int
    var code: String
    var message: String

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    static func missingParameter(_ name: String) -> ServiceError {
        ServiceError(400, "MissingParameter", "The parameter \(name) is required.")
    }
    /// - Parameter reason: a clause that says what is wrong with it: `must be a number`.
    static func invalidParameter(_ name: String, _ reason: String) -> ServiceError {
        ServiceError(400, "InvalidParameter", "The parameter \(name) \(reason).")
    }
    static func notFound(_ code: String, _ what: String, _ id: String) -> ServiceError {
        ServiceError(404, code, "There is no \(what) \(id) in this region.")
    }
    /// The VPN gateway is not ready for changes.
    static func configuring(_ gateway: String) -> ServiceError {
        ServiceError(
            400, "VpnGateway.Configuring", "The VPN gateway \(gateway) is being configured; try again later.")
    }
    /// The code with which a call is answered that waited for another process for too long.
    static let databaseLocked = "Local.DatabaseLocked"

    static func notImplemented(_ what: String) -> ServiceError {
        ServiceError(501, "Local.NotImplemented", "The local service does not have \(what).")
    }
}
