import DataValue
import NIOConcurrencyHelpers

/// Where a run's journal is written.
package protocol JournalSink: Sendable {
    /// Makes a line durable against the end of the process, before it returns. Called by several threads.
    func append(_ line: String)
}

/// Writes down every write before it is sent, with its token, and what came of it: so that what a run did can be told even
/// if it is killed between the two.
///
/// It stands inside of repetitions: each sending is an entry of its own.
package struct Journaling: APIHandler {
    private let next: any APIHandler
    private let clock: any TimeSource
    private let sink: any JournalSink
    private let numbers = NIOLockedValueBox(0)

    /// - Parameter sink: Has the journal's first line already, or writes it before the first of these.
    package init(_ next: any APIHandler, clock: any TimeSource = SystemClock(), sink: any JournalSink) {
        self.next = next
        self.clock = clock
        self.sink = sink
    }

    /// The line that begins a journal.
    package static func firstLine(_ header: JournalHeader) -> String { JournalEntry.run(header).line }

    /// The line that ends one.
    package static func lastLine(time: Nanoseconds, status: Int) -> String {
        JournalEntry.end(time: time, status: status).line
    }

    /// Reads pass without a trace.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        guard call.changesAnything else { return try next.send(call) }
        let number = numbers.withLockedValue { number in
            number += 1
            return number
        }
        let intent = JournalEntry.Intent(
            number: number, time: clock.now(), product: call.product, action: call.action, region: call.region,
            token: call.clientToken, parameters: call.redactedParameters.filter { $0.name != "ClientToken" })
        sink.append(JournalEntry.intent(intent).line)
        do {
            let answer = try next.send(call)
            note(number, .done, status: answer.httpStatus, requestID: answer.requestID, made: answer.value)
            return answer
        } catch {
            note(
                number, Self.result(error), code: error.code, status: error.httpStatus, requestID: error.requestID,
                made: .null)
            throw error
        }
    }

    private func note(
        _ number: Int, _ result: JournalResult, code: String? = nil, status: Int?, requestID: String?, made: Value
    ) {
        var identities: [(name: String, value: String)] = []
        if case .record(let record) = made {
            for (name, field) in record.fields where name.hasSuffix("Id") && name != "RequestId" {
                if case .string(let text) = field { identities.append((name, text)) }
            }
        }
        let outcome = JournalEntry.Outcome(
            number: number, time: clock.now(), result: result, code: code, status: status, requestID: requestID,
            identities: identities)
        sink.append(JournalEntry.outcome(outcome).line)
    }

    private static func result(_ error: APIError) -> JournalResult {
        if error.isAmbiguous { return .unknown }
        switch Failure(error) {
        case .refused, .tokenSpent: return .refused
        case .processing: return .unknown
        default: return .notDone
        }
    }
}
