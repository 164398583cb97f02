import CloudAPI
import DataValue
import Synchronization
import SystemSupport

/// The service behind every way in, as far as it needs no database: who may ask for what, and in what form.
///
/// A request passes through: parsing, the operation's lookup, signature, faults that were set, permission, the form of
/// its parameters. Then a ``Worker`` carries it out in one transaction: the client token's lookup, the handler, and the
/// token's record. What any of these refuses leaves no trace. When the answer leaves, the transaction is durable.
final class LocalService: Sendable {
    let location: DatabaseLocation
    /// Tells the time by which requests are fresh or not.
    let time: any TimeSource
    let timing: LifeCycleTiming
    let random: @Sendable () -> UInt64
    /// The account's own keys, and those that a test sets; the database's users come on top.
    private let policy: Mutex<AccessPolicy>
    let verifier = RequestVerifier()
    /// Client tokens of writes that are being carried out.
    private let tokens = Mutex<Set<TokenUse>>([])

    static let version = "2016-04-28"

    init(
        location: DatabaseLocation, time: any TimeSource, timing: LifeCycleTiming, policy: AccessPolicy,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.location = location
        self.time = time
        self.timing = timing
        self.random = random
        self.policy = Mutex(policy)
    }

    func setPolicy(_ policy: AccessPolicy) { self.policy.withLock { $0 = policy } }

    /// The service's own time, which may have been put forward, or stand.
    func now(_ settings: Settings) -> Nanoseconds {
        let present = time.now().nanoseconds
        let base = timing.isFrozen ? settings.clock.frozenAt ?? present : present
        let (now, overflows) = base.addingReportingOverflow(settings.clock.advance)
        return overflows ? .max : now
    }

    /// Checks all that can be checked without the database. Throws where it is not certain who sent the request; what is
    /// refused after that is a call with a refusal, since its nonce is used.
    func prepare(_ request: ServiceRequest, _ settings: Settings) throws(ServiceError) -> PreparedCall {
        let operation = try operation(request)
        let policy = policy.withLock { $0 }
        let (key, nonce) = try verifier.verify(request, now: time.now().nanoseconds) {
            policy.key($0) ?? settings.key($0)
        }
        var fault = FaultDecision()
        if !settings.faults.isEmpty {
            fault = FaultDecision.decide(settings.faults, action: operation.name, random: random)
        }
        // A refused call counts as befallen too, so the decision travels with the error.
        if let refusal = fault.refusal {
            return PreparedCall(operation, request, nonce: nonce, fault: fault, refusal: refusal)
        }
        if fault.kind == .drop { return PreparedCall(operation, request, nonce: nonce, fault: fault) }
        do throws(ServiceError) {
            try permit(operation, request, key, policy, settings)
            try operation.validate(request.values)
        } catch {
            return PreparedCall(operation, request, nonce: nonce, fault: FaultDecision(), refusal: error)
        }
        return PreparedCall(operation, request, nonce: nonce, fault: fault)
    }

    private func permit(
        _ operation: Operation, _ request: ServiceRequest, _ key: AccessKey, _ policy: AccessPolicy,
        _ settings: Settings
    ) throws(ServiceError) {
        let rulesMatter = key.isSubUser || !policy.accountRules.isEmpty || !settings.accountRules.isEmpty
        guard rulesMatter else { return }
        let access = AccessRequest(
            action: operation.name, region: request.values["RegionId"] ?? "",
            resources: operation.namedResources(request.values))
        switch policy.decision(key, access, further: settings.accountRules) {
        case .allowed: return
        case .accountDenied:
            throw ServiceError(403, "Forbidden", "The account may not call \(operation.name) on this resource.")
        case .subUserDenied:
            let code = Self.withoutCodeForSubUsers.contains(operation.name) ? "Forbidden" : "Forbbiden.SubUser"
            throw ServiceError(
                403, code, "The sub-user \(key.id) may not call \(operation.name) on this resource.")
        }
    }

    /// Operations whose documentation has no code of its own for sub-users.
    private static let withoutCodeForSubUsers: Set<String> = [
        "AssociateVpnGatewayWithCertificate", "CreateIpsecServer", "DeleteIpsecServer",
        "DissociateVpnGatewayWithCertificate", "ListIpsecServers", "ListVpnCertificateAssociations", "TagResources",
        "UnTagResources", "UpdateIpsecServer",
    ]

    private func operation(_ request: ServiceRequest) throws(ServiceError) -> Operation {
        let action = try request.action
        let version = try request.version
        guard version == Self.version else {
            throw ServiceError(
                404, "InvalidAction.NotFound", "There is no version \(version) of the API; there is \(Self.version).")
        }
        if let operation = Operation.table[action] { return operation }
        if Catalogue.operation(named: action) != nil { throw .notImplemented("the operation \(action)") }
        throw ServiceError(404, "InvalidAction.NotFound", "The API has no operation \(action).")
    }

    // MARK: Tokens in flight

    /// Notes that a write is being carried out; refuses where one with the same token is. To be followed by ``end(_:)``.
    func begin(_ use: TokenUse) throws(ServiceError) {
        let isFirst = tokens.withLock { $0.insert(use).inserted }
        if !isFirst {
            throw ServiceError(
                400, "IdempotentProcessing", "A request with this ClientToken is still being carried out; try again.")
        }
    }

    func end(_ use: TokenUse) { tokens.withLock { _ = $0.remove(use) } }

    // MARK: Failures

    /// What a client is told when the database does not do as told. The transaction was undone; only where the file
    /// itself failed, whether it will be so after a crash is not certain. Codes in `Local.` promise that nothing was done.
    func failure(_ error: any Error) -> ServiceError {
        if let error = error as? ServiceError { return error }
        guard let error = error as? SQLiteError else {
            return ServiceError(500, "InternalError", "The local service failed: \(error)")
        }
        let place = location.description
        if error.isBusy {
            return ServiceError(
                503, ServiceError.databaseLocked,
                "Another process holds \(place) locked; try again. Nothing was changed.")
        }
        if error.isFull {
            return ServiceError(507, "Local.StorageFull", "There is no room left for \(place). Nothing was changed.")
        }
        if error.isReadOnly {
            return ServiceError(507, "Local.StorageReadOnly", "\(place) can only be read. Nothing was changed.")
        }
        return ServiceError(
            500, "InternalError", "\(place) cannot be used: \(error.message) (SQLite code \(error.code)).")
    }
}

/// A client token in use: the same token may be used once for each action in each region.
struct TokenUse: Sendable, Hashable {
    var token: String
    var action: String
    var region: String
}

/// A request of which it is certain who sent it.
struct PreparedCall: Sendable {
    let operation: Operation
    let request: ServiceRequest
    let nonce: NonceUse
    let fault: FaultDecision
    /// What is answered instead of carrying the call out.
    let refusal: ServiceError?

    init(
        _ operation: Operation, _ request: ServiceRequest, nonce: NonceUse, fault: FaultDecision,
        refusal: ServiceError? = nil
    ) {
        self.operation = operation
        self.request = request
        self.nonce = nonce
        self.fault = fault
        self.refusal = refusal
    }

    /// Nil where the operation takes no token, or the call has none or is not carried out.
    var tokenUse: TokenUse? {
        guard refusal == nil, operation.takesToken, let token = request.values["ClientToken"], !token.isEmpty else {
            return nil
        }
        return TokenUse(token: token, action: operation.name, region: request.values["RegionId"] ?? "")
    }
}

/// What became of a call, before it is put on the wire.
struct CallResult: Sendable {
    var outcome: Result<Record, ServiceError>
    /// The operation's name; empty where it is not known.
    var action: String
    /// How long the answer is held back, in nanoseconds.
    var delay: Nanoseconds = 0
    /// Whether there is none: the connection ends instead.
    var isLost = false

    init(_ outcome: Result<Record, ServiceError>, action: String) {
        self.outcome = outcome
        self.action = action
    }

    /// What became of a call that was carried out or refused, and what a fault makes of it.
    init(_ outcome: Result<Record, ServiceError>, of call: PreparedCall) {
        self.init(outcome, action: call.operation.name)
        delay = call.fault.delay
        switch call.fault.kind {
        case .lost, .drop: isLost = true
        case .error500Done:
            self.outcome = .failure(
                ServiceError(500, "InternalError", "The service failed after the work, as a fault that was set asks."))
        default: break
        }
    }
}
