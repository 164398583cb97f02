import DataValue
import SystemSupport

/// What a journal tells of a run.
package struct JournalSummary: Sendable {
    /// One intended write: all sendings under one token, or a single one without.
    package struct Write: Sendable {
        package var time: WallTime
        package var product: String
        package var action: String
        package var region: String
        package var token: String?
        /// Without what is secret.
        package var parameters: [(name: String, value: String)]
        package var sendings = 0
        /// What is known of it when all that was written down is taken together.
        package var result = JournalResult.unknown
        /// Of the last answer.
        package var code: String?
        package var requestID: String?
        /// What it made, `VpcId`.
        package var identities: [(name: String, value: String)] = []
        /// Sendings of which nothing is known but that they were meant.
        fileprivate var open: Set<Int> = []
        fileprivate var isOpen = false
        fileprivate var last: JournalResult?
    }
    /// Nil where the beginning of the journal is lost.
    package private(set) var header: JournalHeader?
    package private(set) var writes: [Write] = []
    /// The exit status; nil where the run did not come to its end.
    package private(set) var status: Int?
    /// When the last line was written; nil where there is none.
    package private(set) var lastTime: WallTime?

    /// How many writes may have been done or not.
    package var unknownCount: Int { writes.count { $0.result == .unknown } }

    /// Reads a journal. Lines that are none are passed over: a crash may have cut the last one short.
    package init(_ text: String) {
        var places: [Int: Int] = [:]
        var tokens: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            guard let entry = JournalEntry(line: String(line)) else { continue }
            switch entry {
            case .run(let header):
                self.header = header
                lastTime = header.time
            case .end(let time, let status):
                self.status = status
                lastTime = time
            case .intent(let intent):
                lastTime = intent.time
                let key = intent.token.map { "\(intent.action) \($0)" }
                let place = key.flatMap { tokens[$0] } ?? writes.count
                if place == writes.count {
                    writes.append(
                        Write(
                            time: intent.time, product: intent.product, action: intent.action, region: intent.region,
                            token: intent.token, parameters: intent.parameters))
                    if let key { tokens[key] = place }
                }
                writes[place].sendings += 1
                writes[place].open.insert(intent.number)
                places[intent.number] = place
            case .outcome(let outcome):
                lastTime = outcome.time
                guard let place = places[outcome.number] else { continue }
                writes[place].note(outcome)
            }
        }
        for place in writes.indices { writes[place].conclude() }
    }
}

extension JournalSummary.Write {
    fileprivate mutating func note(_ outcome: JournalEntry.Outcome) {
        open.remove(outcome.number)
        code = outcome.code
        requestID = outcome.requestID ?? requestID
        if !outcome.identities.isEmpty { identities = outcome.identities }
        switch outcome.result {
        case .unknown: isOpen = true
        case .refused: isOpen = false
        case .done, .notDone: break
        }
        if last != .done { last = outcome.result }
    }

    fileprivate mutating func conclude() {
        if last == .done {
            result = .done
        } else if isOpen || !open.isEmpty {
            result = .unknown
        } else {
            result = last ?? .unknown
        }
    }
}
