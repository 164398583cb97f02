import CloudAPI
import DataValue

/// The service behind ``LocalEndpoint``: carries out one request after another.
///
/// A request passes through: parsing, the operation's lookup, signature, permission, the form of its parameters, and
/// then one transaction with the client token's lookup, the handler, and the token's record. What any of these refuses
/// leaves no trace. When the answer leaves, the transaction is durable.
struct LocalService {
    let store: Store
    let location: DatabaseLocation
    let timing: LifeCycleTiming
    let random: @Sendable () -> UInt64
    var policy: AccessPolicy
    var verifier = RequestVerifier()

    static let version = "2016-04-28"

    /// Carries a request out.
    ///
    /// - Returns: the operation's name and its answer without the `RequestId`.
    mutating func answer(_ request: ServiceRequest, now: Nanoseconds) throws(ServiceError) -> (String, Record) {
        let operation = try operation(request)
        let key = try verifier.verify(request, policy: policy, now: now)
        let resource = request.values[operation.resource] ?? ""
        switch policy.decision(key, action: operation.name, resource: resource) {
        case .allowed: break
        case .accountDenied:
            throw ServiceError(403, "Forbidden", "The account may not call \(operation.name) on this resource.")
        case .subUserDenied:
            throw ServiceError(
                403, "Forbbiden.SubUser", "The sub-user \(key.id) may not call \(operation.name) on this resource.")
        }
        try operation.validate(request.values)
        return (operation.name, try perform(operation, request, now: now))
    }

    private func operation(_ request: ServiceRequest) throws(ServiceError) -> Operation {
        let action = try request.required("Action")
        let version = try request.required("Version")
        guard version == Self.version else {
            throw ServiceError(
                404, "InvalidAction.NotFound", "There is no version \(version) of the API; there is \(Self.version).")
        }
        if let operation = Operation.table[action] { return operation }
        if Catalogue.operation(named: action) != nil { throw .notImplemented("the operation \(action)") }
        throw ServiceError(404, "InvalidAction.NotFound", "The API has no operation \(action).")
    }

    private func perform(_ operation: Operation, _ request: ServiceRequest, now: Nanoseconds) throws(ServiceError)
        -> Record
    {
        let call = CallContext(store: store, timing: timing, now: now, random: random, values: request.values)
        do {
            return try store.database.transaction(isWrite: operation.isWrite) {
                guard operation.takesToken, let token = call["ClientToken"] else {
                    return try run(operation, call)
                }
                let region = call.region ?? ""
                let parameters = request.canonicalParameters(without: "ClientToken")
                if let known = try store.answeredToken(token, action: operation.name, region: region, now: now) {
                    guard known.parameters == parameters else {
                        throw ServiceError(
                            400, "IdempotentParameterMismatch",
                            "The ClientToken was used before for \(operation.name) with other parameters.")
                    }
                    if case .record(let answer)? = try? JSON.parse(known.answer) { return answer }
                }
                let answer = try run(operation, call)
                try store.remember(
                    AnsweredToken(parameters: parameters, answer: JSON.text(.record(answer))), token: token,
                    action: operation.name, region: region, now: now)
                return answer
            }
        } catch let error as ServiceError {
            throw error
        } catch let error as SQLiteError {
            throw failure(error)
        } catch {
            throw ServiceError(500, "InternalError", "The local service failed: \(error)")
        }
    }

    /// Runs the handler. A dry run ends in an error even where all is well, and so undoes what was done.
    private func run(_ operation: Operation, _ call: CallContext) throws -> Record {
        let answer = try operation.handler(call)
        if operation.takesDryRun, call.boolean("DryRun") == true {
            throw ServiceError(400, "DryRunOperation", "The request would have succeeded; it was a dry run.")
        }
        return answer
    }

    /// What a client is told when the database does not do as told. The transaction was undone; only where the file
    /// itself failed, whether it will be so after a crash is not certain. Codes in `Local.` promise that nothing was done.
    private func failure(_ error: SQLiteError) -> ServiceError {
        let place = location.description
        if error.isBusy {
            return ServiceError(
                503, "Local.DatabaseLocked", "Another process holds \(place) locked; try again. Nothing was changed.")
        }
        if error.isFull {
            return ServiceError(507, "Local.StorageFull", "There is no room left for \(place). Nothing was changed.")
        }
        return ServiceError(
            500, "InternalError",
            "\(place) cannot be used: \(error.message) (SQLite code \(error.code)).")
    }
}

extension Operation {
    var takesToken: Bool { parameters.contains { $0.name == "ClientToken" } }
    var takesDryRun: Bool { parameters.contains { $0.name == "DryRun" } }
}
