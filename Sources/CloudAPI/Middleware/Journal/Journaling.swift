import DataValue
import NIOConcurrencyHelpers
import SystemSupport

/// Where a run's journal is written. Called by several threads.
package protocol JournalSink: Sendable {
    /// Adds the line of a write that is about to be sent. It is on the disk when this returns.
    ///
    /// - Throws: ``SystemError`` where it cannot be written: then the write must not be sent.
    func commit(_ line: String) throws(SystemError)
    /// Adds the line of what became of a write. Without it the journal knows only that the write may have been done.
    func note(_ line: String)
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
    package static func lastLine(time: WallTime, status: Int) -> String {
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
        do {
            try sink.commit(JournalEntry.intent(intent).line)
        } catch {
            // In case only its way to the disk failed: what stands there tells of a write that was never sent.
            note(number, .notDone, code: "Script.File", status: nil, requestID: nil, made: .null)
            throw .unsent(
                "Script.File",
                "\(call.action) was not sent, since the journal that is to tell of it cannot be written: \(error.message)",
                call)
        }
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
        sink.note(JournalEntry.outcome(outcome).line)
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
