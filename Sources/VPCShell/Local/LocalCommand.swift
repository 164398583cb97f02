import CloudAPI
import DataValue
import LocalVPC
import ScriptRuntime
import SystemSupport

/// `vpcsh local …`: what is set about the local service from outside of the API.
///
/// It works on the database. A service that is running on the same file, of `vpcsh serve` or of `--local`, goes by the
/// change from its next call on.
package struct LocalCommand: Sendable {
    package enum Task: Sendable {
        case showStatus
        case listUsers
        case addUser(name: String, rules: [AccessRuleText])
        case setRules(name: String, rules: [AccessRuleText])
        case removeUser(name: String)
        case listQuotas
        case setQuota(name: String, limit: Int)
        case setRealQuotas
        case setStandardQuotas
        case listFaults
        case addFault(FaultText)
        case clearFaults(action: String?)
        case advance(span: String)
        case lock(id: String, isLocked: Bool)
        case attach(id: String, router: String?)
        case export(file: String, withSecrets: Bool)
        case `import`(file: String, replaces: Bool)
        case reset(asks: Bool)
    }

    /// What a rule allows or denies: `DeleteVpn*`, or `DeleteVpn*@vco-*` for some resources only.
    package struct AccessRuleText: Sendable {
        let allows: Bool
        let text: String

        package init(allows: Bool, text: String) {
            self.allows = allows
            self.text = text
        }
    }

    package struct FaultText: Sendable {
        let action: String
        let kind: String
        /// `10%`, or empty for always.
        let rate: String
        /// How long a delay is.
        let span: String
        let times: Int?

        package init(action: String, kind: String, rate: String, span: String, times: Int?) {
            self.action = action
            self.kind = kind
            self.rate = rate
            self.span = span
            self.times = times
        }
    }

    /// What is wrong with what was asked for, for a person.
    struct Problem: Error {
        let message: String
        var help: String?
    }

    let task: Task
    let database: ShellOptions.LocalDatabase
    let format: OutputFormat

    package init(_ task: Task, database: ShellOptions.LocalDatabase, format: OutputFormat = .table) {
        self.task = task
        self.database = database
        self.format = format
    }

    /// Does it; the exit status: 0, or 1 where it cannot be done.
    package func run() -> Int32 {
        let output = Output(outputIsTerminal: isTerminal(1))
        let surroundings = Surroundings(environment: ShellMain.environment())
        do {
            if case .memory = database {
                throw Problem(
                    message: "a database in memory is its process's own",
                    help: "give vpcsh serve a file with --db, and name it here")
            }
            let location = try Session.location(of: database, surroundings)
            let opened = try LocalDatabase(location, time: SystemClock(), mayCreate: true)
            defer { opened.close() }
            let text = try carryOut(opened)
            try output.write(text, to: .output)
            try output.flush()
            return 0
        } catch is OutputClosed {
            return 0
        } catch {
            let problem =
                error as? Problem
                ?? (error as? AccessRuleProblem).map { Problem(message: $0.message, help: $0.help) }
            let message =
                problem?.message ?? (error as? AdministrationError)?.message ?? (error as? LocalEndpointError)?.message
                ?? (error as? SystemError)?.message ?? (error as? ScriptError)?.message ?? "\(error)"
            try? output.write(ErrorReport.plain(message, help: problem?.help, isStyled: false), to: .error)
            return 1
        }
    }

    private func carryOut(_ database: LocalDatabase) throws -> String {
        switch task {
        case .showStatus: return try database.administer { try status($0) }
        case .listUsers, .addUser, .setRules, .removeUser: return try database.administer { try users($0) }
        case .listQuotas, .setQuota, .setRealQuotas, .setStandardQuotas:
            return try database.administer { try quotas($0) }
        case .listFaults, .addFault, .clearFaults: return try database.administer { try faults($0) }
        case .advance(let text):
            guard let span = parseDuration(text), span >= 0 else {
                throw Problem(message: "'\(text)' is no duration", help: "30s, 5m and 1h30m are some")
            }
            let clock = try database.administer { administration in
                try administration.advance(by: span)
                return try administration.clock()
            }
            return "the clock is \(durationText(clock.advance)) ahead\n"
        case .lock(let id, let isLocked):
            try database.administer { try $0.lock(gateway: id, isLocked) }
            return ""
        case .attach(let id, let router):
            try database.administer { try $0.attach(connection: id, to: router) }
            return ""
        case .export(let file, let withSecrets): return try export(database, file, withSecrets)
        case .import(let file, let replaces): return try importAll(database, file, replaces)
        case .reset(let asks): return try reset(database, asks)
        }
    }

    func table(_ rows: [[(String, Value)]]) -> String {
        let records = rows.map { Value.record(Record($0)) }
        return ValueFormatter(format: format).text(.list(records))
    }
}
