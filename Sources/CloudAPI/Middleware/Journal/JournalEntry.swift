import DataValue
import SystemSupport

/// A line of a journal: what a run meant to write, before it did, and what came of it.
enum JournalEntry: Sendable {
    /// The first line.
    case run(JournalHeader)
    case intent(Intent)
    case outcome(Outcome)
    /// The last line of a run that came to its end.
    case end(time: WallTime, status: Int)

    /// A request that is about to be sent.
    struct Intent: Sendable {
        /// Counted from 1 within the run.
        var number: Int
        var time: WallTime
        var product: String
        var action: String
        var region: String
        var token: String?
        /// Without what is secret.
        var parameters: [(name: String, value: String)]
    }
    /// What became of a request.
    struct Outcome: Sendable {
        var number: Int
        var time: WallTime
        var result: JournalResult
        var code: String?
        var status: Int?
        var requestID: String?
        /// The fields of the answer that name what was made, `VpcId`.
        var identities: [(name: String, value: String)]
    }
}

/// What a run was.
package struct JournalHeader: Sendable, Equatable {
    package var time: WallTime
    package var process: Int
    /// The script's path, `-c`, `<stdin>` or `prompt`.
    package var program: String
    /// The word for the target: a profile's name, `local` …
    package var target: String
    package var region: String

    package init(time: WallTime, process: Int, program: String, target: String, region: String) {
        self.time = time
        self.process = process
        self.program = program
        self.target = target
        self.region = region
    }
}

/// What is known of one sending of a write.
package enum JournalResult: String, Sendable {
    case done
    /// The service refused the write: nothing was done, and nothing will be under the same token.
    case refused
    /// This sending did nothing; an earlier one may have.
    case notDone = "not done"
    case unknown
}

extension JournalEntry {
    /// The line, without its newline.
    var line: String {
        var record = Record()
        switch self {
        case .run(let header):
            record["journal"] = "vpcsh"
            record["version"] = 1
            record["time"] = .string(Timestamp.text(header.time))
            record["process"] = .int(header.process)
            record["program"] = .string(header.program)
            record["target"] = .string(header.target)
            record["region"] = .string(header.region)
        case .intent(let intent):
            record["intent"] = .int(intent.number)
            record["time"] = .string(Timestamp.text(intent.time))
            record["product"] = .string(intent.product)
            record["action"] = .string(intent.action)
            record["region"] = .string(intent.region)
            if let token = intent.token { record["token"] = .string(token) }
            record["parameters"] = .record(Record(intent.parameters.map { ($0.name, Value.string($0.value)) }))
        case .outcome(let outcome):
            record["outcome"] = .int(outcome.number)
            record["time"] = .string(Timestamp.text(outcome.time))
            record["result"] = .string(outcome.result.rawValue)
            if let code = outcome.code { record["code"] = .string(code) }
            if let status = outcome.status { record["status"] = .int(status) }
            if let id = outcome.requestID { record["requestId"] = .string(id) }
            if !outcome.identities.isEmpty {
                record["made"] = .record(Record(outcome.identities.map { ($0.name, Value.string($0.value)) }))
            }
        case .end(let time, let status):
            record["end"] = .int(status)
            record["time"] = .string(Timestamp.text(time))
        }
        return JSON.text(.record(record))
    }

    /// Nil where the line is none of a journal's, as one that a crash has cut short.
    init?(line: String) {
        guard case .record(let record)? = try? JSON.parse(line), let text = record.plainText("time"),
            let time = Timestamp.parse(text)
        else { return nil }
        func number(_ name: String) -> Int? { if case .int(let number)? = record[name] { number } else { nil } }
        func pairs(_ name: String) -> [(name: String, value: String)] {
            guard case .record(let fields)? = record[name] else { return [] }
            return fields.fields.map { ($0.0, $0.1.displayText) }
        }
        if record.plainText("journal") == "vpcsh" {
            self = .run(
                JournalHeader(
                    time: time, process: number("process") ?? 0, program: record.plainText("program") ?? "",
                    target: record.plainText("target") ?? "", region: record.plainText("region") ?? ""))
        } else if let intent = number("intent") {
            self = .intent(
                Intent(
                    number: intent, time: time, product: record.plainText("product") ?? "",
                    action: record.plainText("action") ?? "", region: record.plainText("region") ?? "",
                    token: record.plainText("token"), parameters: pairs("parameters")))
        } else if let outcome = number("outcome"),
            let result = record.plainText("result").flatMap(JournalResult.init)
        {
            self = .outcome(
                Outcome(
                    number: outcome, time: time, result: result, code: record.plainText("code"),
                    status: number("status"), requestID: record.plainText("requestId"), identities: pairs("made")))
        } else if let status = number("end") {
            self = .end(time: time, status: status)
        } else {
            return nil
        }
    }
}
