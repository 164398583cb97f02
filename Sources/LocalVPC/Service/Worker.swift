import CloudAPI
import DataValue
import SystemSupport

/// Carries out calls on one connection to the database. It belongs to one thread at a time; its owner sees to that.
final class Worker {
    let service: LocalService
    let store: Store
    private var settings = Settings()
    private var nextTidying = MonotonicTime(nanoseconds: .min)

    init(_ service: LocalService, _ database: Database) {
        self.service = service
        store = Store(database: database)
    }

    var database: Database { store.database }

    /// How far a call got without writing.
    enum Step {
        case done(CallResult)
        /// It has to be carried out by ``write(_:)``: it changes something, if only by its nonce, or something is due to
        /// be taken away.
        case write(PreparedCall)
    }

    /// Carries a request out from its first check to its result, writing where it has to.
    func answer(_ request: WireRequest) -> CallResult {
        switch begin(request) {
        case .done(let result): return result
        case .write(let call):
            if let refusal = service.refusalToBegin(call) { return CallResult(.failure(refusal), of: call) }
            defer { service.finish(call) }
            return write(call)
        }
    }

    /// Checks a request, and carries it out if it only reads. All of it sees one state of the database.
    func begin(_ request: WireRequest) -> Step {
        let parsed: ServiceRequest
        do throws(ServiceError) {
            parsed = try ServiceRequest(request)
        } catch {
            return .done(CallResult(.failure(error), action: ""))
        }
        var call: PreparedCall?
        do {
            let record: Record? = try database.transaction(isWrite: false) {
                let glance = try look()
                let prepared = try service.prepare(parsed, settings)
                call = prepared
                if prepared.operation.isWrite || prepared.refusal != nil || prepared.fault.kind == .drop { return nil }
                let now = service.now(settings)
                if let due = glance.due, due <= now { return nil }
                return try run(prepared.operation, context(prepared, now: now))
            }
            guard let call else { return .done(CallResult(.failure(Self.unknown), action: "")) }
            if let record { return settle(call, .success(record)) }
            if call.operation.isWrite { return .write(call) }
            if let refusal = call.refusal { return settle(call, .failure(refusal)) }
            if call.fault.kind == .drop { return settle(call, .failure(Self.unknown)) }
            return .write(call)
        } catch {
            let failure = service.failure(error)
            guard let call else {
                return .done(CallResult(.failure(failure), action: ""))
            }
            return settle(call, .failure(failure))
        }
    }

    private static let unknown = ServiceError(500, "InternalError", "The call came to no result.")

    private func settle(_ call: PreparedCall, _ outcome: Result<Record, ServiceError>) -> Step {
        countFaults(call)
        return .done(CallResult(outcome, of: call))
    }

    /// Carries one call out in a transaction of its own.
    func write(_ call: PreparedCall) -> CallResult {
        do {
            let results = try transact([call])
            return results.first ?? CallResult(.failure(Self.unknown), of: call)
        } catch {
            // Of a call that is refused anyway it cannot be noted, then, that it was.
            return CallResult(.failure(call.refusal ?? service.failure(error)), of: call)
        }
    }

    /// Carries several calls out in one transaction, each in a savepoint of its own, so that one write to the disk makes
    /// all of them durable. Where the transaction fails as a whole, each is carried out by itself.
    func write(together calls: [PreparedCall]) -> [CallResult] {
        if calls.count == 1 { return calls.map { write($0) } }
        do {
            return try transact(calls)
        } catch {
            return calls.map { write($0) }
        }
    }

    private func transact(_ calls: [PreparedCall]) throws -> [CallResult] {
        let results = try database.transaction(isWrite: true) {
            let now = try startWriting()
            return try calls.map { call in CallResult(try attempt(call, now: now), of: call) }
        }
        for call in calls { countFaults(call) }
        return results
    }

    /// Whatever becomes of a call, its nonce is used.
    private func attempt(_ call: PreparedCall, now: Nanoseconds) throws -> Result<Record, ServiceError> {
        if call.operation.isWrite, try !store.use(call.nonce, now: service.time.now().nanoseconds) {
            return .failure(RequestVerifier.nonceUsed)
        }
        if let refusal = call.refusal { return .failure(refusal) }
        if call.fault.kind == .drop { return .failure(Self.unknown) }
        try database.run("SAVEPOINT call")
        do {
            let record = try perform(call, now: now)
            try database.run("RELEASE call")
            return .success(record)
        } catch let error as ServiceError {
            try database.run("ROLLBACK TO call")
            try database.run("RELEASE call")
            return .failure(error)
        }
    }

    // MARK: Within a transaction

    /// Brings what is known of the settings up to date.
    private func look() throws -> Store.Glance {
        let glance = try store.glance()
        if glance.revision != settings.revision { settings = try store.settings() }
        return glance
    }

    /// What every writing transaction begins with; the time of it.
    private func startWriting() throws -> Nanoseconds {
        let glance = try look()
        let now = service.now(settings)
        if let due = glance.due, due <= now { try store.removeDeparted(now: now) }
        try store.forgetNonces(now: service.time.now().nanoseconds)
        return now
    }

    private func context(_ call: PreparedCall, now: Nanoseconds) -> CallContext {
        CallContext(
            store: store, timing: service.timing, settings: settings, now: now, random: service.random,
            operation: call.operation.name, values: call.request.values)
    }

    private func perform(_ call: PreparedCall, now: Nanoseconds) throws -> Record {
        let operation = call.operation
        let context = context(call, now: now)
        guard let use = call.tokenUse else { return try run(operation, context) }
        let token = SealedToken(use)
        let parameters = token.digest(of: call.request.canonicalParameters(without: "ClientToken"))
        if let known = try store.answeredToken(token, now: now) {
            guard known.parameters == parameters else {
                throw ServiceError(
                    400, "IdempotentParameterMismatch",
                    "The ClientToken was used before for \(operation.name) with other parameters.")
            }
            // One that cannot be read any more is no reason to carry the write out again.
            guard case .record(let answer) = try JSON.parse(try token.open(known.answer)) else {
                throw ServiceError(500, "InternalError", "The answer under this ClientToken is damaged.")
            }
            return answer
        }
        let answer = try run(operation, context)
        let sealed = try token.seal(JSON.text(.record(answer)))
        try store.remember(AnsweredToken(parameters: parameters, answer: sealed), token, now: now)
        return answer
    }

    /// Runs the handler. A dry run ends in an error even where all is well, and so undoes what was done.
    private func run(_ operation: Operation, _ call: CallContext) throws -> Record {
        let answer = try operation.handler(call)
        if operation.takesDryRun, call.boolean("DryRun") == true {
            throw ServiceError(400, "DryRunOperation", "The request would have succeeded; it was a dry run.")
        }
        return answer
    }

    // MARK: Afterwards

    /// Takes keys that are gone out of the log as well, once a second at most: each time is two writes to the disk.
    ///
    /// - Parameter now: by the clock that nobody sets.
    func tidy(now: MonotonicTime) {
        guard database.hasErasedSecrets, now >= nextTidying else { return }
        nextTidying = now + Self.tidyingPause
        database.emptyLog()
    }

    private static let tidyingPause = Duration.seconds(1)

    /// Takes one off the faults that befall a limited number of calls. That it cannot is no reason to fail the call.
    private func countFaults(_ call: PreparedCall) {
        if call.fault.counted.isEmpty { return }
        try? database.transaction(isWrite: true) {
            var settings = try store.settings()
            for position in call.fault.counted where settings.faults.indices.contains(position) {
                let remaining = settings.faults[position].remaining ?? 0
                settings.faults[position].remaining = max(0, remaining - 1)
            }
            settings.faults.removeAll { $0.remaining == 0 }
            try store.set(.faults, of: settings)
        }
    }
}

extension Worker {
    /// Keeps the nonces that are in memory for the next server; takes up what the last one kept.
    func keepNonces() throws {
        let now = service.time.now().nanoseconds
        let hashes = service.verifier.keptNonces
        try database.transaction(isWrite: true) { try store.keep(hashes, now: now) }
    }

    func takeUpNonces() throws(SQLiteError) {
        let now = service.time.now().nanoseconds
        service.verifier.takeUp(try store.keptNonces(now: now), now: now)
    }
}

extension LocalService {
    /// Why a call may not be carried out now; nil where it may, and then ``finish(_:)`` has to follow.
    func refusalToBegin(_ call: PreparedCall) -> ServiceError? {
        guard let use = call.tokenUse else { return nil }
        do throws(ServiceError) {
            try begin(use)
            return nil
        } catch {
            return error
        }
    }

    func finish(_ call: PreparedCall) {
        if let use = call.tokenUse { end(use) }
    }
}

extension Operation {
    var takesToken: Bool { parameters.contains { $0.name == "ClientToken" } }
    var takesDryRun: Bool { parameters.contains { $0.name == "DryRun" } }
}

extension Worker {
    /// Where the timing is frozen and no clock was ever stopped on this database, it stops now.
    func settleClock() throws(LocalEndpointError) {
        guard service.timing.isFrozen else { return }
        do {
            try database.transaction(isWrite: true) {
                var settings = try store.settings()
                guard settings.clock.frozenAt == nil else { return }
                settings.clock.frozenAt = service.time.now().nanoseconds
                try store.set(.clock, of: settings)
            }
        } catch {
            throw LocalEndpointError(reason: .storage, message: service.failure(error).message)
        }
    }
}
