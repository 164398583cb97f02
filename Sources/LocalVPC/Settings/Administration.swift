import CloudAPI
import DataValue
import SystemSupport

/// What is set about a service from outside of the API: who may call, how much there may be, what goes wrong, what time
/// it is, and what other products would do to its resources.
///
/// Every function runs within a writing transaction. A service that uses the same database, in this process or another,
/// goes by it from its next call on.
package struct Administration {
    let store: Store
    /// Nanoseconds since 1970.
    let now: Nanoseconds
    let random: @Sendable () -> UInt64

    // MARK: Accounts

    package func users() throws -> [User] { try store.settings().users }

    /// What holds for the account itself, and so for every key.
    package func accountRules() throws -> [AccessRule] { try store.settings().accountRules }

    /// Adds a user, or takes the place of the one with its name. Rules that would never apply are refused with an
    /// ``AccessRuleProblem``.
    package func put(_ user: User) throws {
        for rule in user.key.rules { try rule.check() }
        try change(.users) { settings in
            if settings.users.contains(where: { $0.key.id == user.key.id && $0.name != user.name }) {
                throw AdministrationError("there is another user with the key \(user.key.id)")
            }
            if let position = settings.users.firstIndex(where: { $0.name == user.name }) {
                settings.users[position] = user
            } else {
                settings.users.append(user)
            }
        }
    }

    /// A new user with a key of its own.
    package func newUser(_ name: String, rules: [AccessRule]) throws -> User {
        if try users().contains(where: { $0.name == name }) {
            throw AdministrationError("there is a user \(name) already")
        }
        let user = User(name: name, key: .subUser("LOCAL" + text(15).uppercased(), secret: text(30), rules: rules))
        try put(user)
        return user
    }

    package func removeUser(_ name: String) throws {
        try change(.users) { settings in
            guard settings.users.contains(where: { $0.name == name }) else {
                throw AdministrationError("there is no user \(name)")
            }
            settings.users.removeAll { $0.name == name }
        }
    }

    package func setAccountRules(_ rules: [AccessRule]) throws {
        for rule in rules { try rule.check() }
        try change(.users) { $0.accountRules = rules }
    }

    // MARK: Quotas, faults, time

    package func quotas() throws -> Quotas { try store.settings().quotas }

    package func set(_ quotas: Quotas) throws { try change(.quotas) { $0.quotas = quotas } }

    package func faults() throws -> [Fault] { try store.settings().faults }

    /// Faults that would befall no call are refused with an ``AccessRuleProblem``.
    package func set(_ faults: [Fault]) throws {
        for fault in faults {
            if let problem = ActionPattern(fault.action).problem { throw problem }
        }
        try change(.faults) { $0.faults = faults }
    }

    package func clock() throws -> ClockSetting { try store.settings().clock }

    /// Puts the clock of all services of the database forward.
    package func advance(by span: Nanoseconds) throws {
        try change(.clock) { settings in
            let (sum, overflows) = settings.clock.advance.addingReportingOverflow(span)
            // Beyond a century nothing of the service's makes sense.
            guard span >= 0, !overflows, sum <= 100 * 365 * 86_400_000_000_000 else {
                throw AdministrationError("the clock can be put forward only, and by a century at most")
            }
            settings.clock.advance = sum
        }
    }

    // MARK: What others would do

    /// Locks a VPN gateway as one that is not paid for, or unlocks it.
    package func lock(gateway id: String, _ isLocked: Bool) throws {
        guard var gateway = try store.find(.vpnGateway, id: id, region: nil) else {
            throw AdministrationError("there is no VPN gateway \(id)")
        }
        gateway.document["Locked"] = .bool(isLocked)
        try store.update(gateway)
    }

    /// Attaches a connection without a VPN gateway to a transit router, as its own product would; nil detaches it.
    package func attach(connection id: String, to router: String?) throws {
        guard var connection = try store.find(.vpnConnection, id: id, region: nil) else {
            throw AdministrationError("there is no IPsec connection \(id)")
        }
        guard connection.text("VpnGatewayId").isEmpty else {
            throw AdministrationError("the IPsec connection \(id) belongs to a VPN gateway")
        }
        connection.document["AttachType"] = router == nil ? "NO_ASSOCIATED" : "CEN"
        connection.document["TransitRouterId"] = .string(router ?? "")
        connection.document["TransitRouterName"] = .string(router ?? "")
        connection.document["AttachInstanceId"] = .string(router == nil ? "" : "cen-" + text(18))
        try store.update(connection)
    }

    // MARK: Everything

    /// Takes away all resources, answered tokens and settings.
    package func reset() throws {
        for statement in Self.tables { try store.database.execute(statement) }
        store.database.hasErasedSecrets = true
        try store.countChange()
    }

    private static let tables: [StaticString] = [
        "DELETE FROM resource", "DELETE FROM scope", "DELETE FROM member", "DELETE FROM token", "DELETE FROM departing",
        "DELETE FROM counter", "DELETE FROM setting WHERE name NOT IN ('revision', 'server')",
    ]

    /// How many resources there are, by kind.
    package func counts() throws -> [(kind: String, count: Int)] {
        try store.database.all("SELECT kind, count(*) FROM resource GROUP BY kind ORDER BY kind") {
            ($0.text(0), Int($0.integer(1)))
        }
    }

    private func change(_ name: Settings.Name, _ body: (inout Settings) throws -> Void) throws {
        var settings = try store.settings()
        try body(&settings)
        try store.set(name, of: settings)
    }

    /// Letters and digits at random.
    func text(_ count: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        return String(
            decoding: (0..<count).map { _ in letters[Int(random() % UInt64(letters.count))] }, as: UTF8.self)
    }
}

/// Why something cannot be set.
package struct AdministrationError: Error, Sendable {
    /// For a person.
    package var message: String

    init(_ message: String) { self.message = message }
}

/// A database that is looked at and changed from outside of a service.
package final class LocalDatabase {
    private let worker: Worker

    /// Opens a database; it must be there unless `mayCreate`.
    package init(_ location: DatabaseLocation, time: any TimeSource, mayCreate: Bool = false)
        throws(LocalEndpointError)
    {
        let opened = try Schema.open(location, maximumPages: nil, mayCreate: mayCreate)
        worker = Worker(
            LocalService(
                location: location, time: time, timing: .fast, policy: .rootOnly,
                random: { .random(in: .min ... .max) }), opened)
    }

    /// Runs a body in one transaction.
    package func administer<Result>(_ body: (Administration) throws -> Result) throws -> Result {
        try worker.administer(body)
    }

    package func close() { worker.database.close() }
}

extension Worker {
    func administer<Result>(_ body: (Administration) throws -> Result) throws -> Result {
        do {
            return try database.transaction(isWrite: true) {
                let now = service.now(try store.settings())
                return try body(Administration(store: store, now: now, random: service.random))
            }
        } catch let error as SQLiteError {
            throw AdministrationError(service.failure(error).message)
        }
    }
}

extension LocalEndpoint {
    /// Runs a body that sets something, in one transaction.
    package func administer(_ body: @Sendable (Administration) throws -> Void) throws {
        let failure = worker.withLock { worker -> AdministrationError? in
            do {
                try worker.administer(body)
                return nil
            } catch {
                return error as? AdministrationError ?? AdministrationError("\(error)")
            }
        }
        if let failure { throw failure }
    }
}

extension LocalServer {
    /// Runs a body that sets something, in one transaction.
    package func administer(_ body: @escaping @Sendable (Administration) throws -> Void) throws {
        if let failure = core.administer(body) { throw failure }
    }
}
