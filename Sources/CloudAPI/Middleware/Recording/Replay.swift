import DataValue
import NIOConcurrencyHelpers

/// Answers calls from a recording instead of sending them.
///
/// Equal requests get their answers in the order in which they were recorded, each once: so a loop that waits for a change
/// sees it after as many turns as before.
package struct Replay: APIHandler {
    private struct Entry {
        let exchange: RecordedExchange
        var isUsed = false
    }
    private let entries: NIOLockedValueBox<[Entry]>

    /// Why a text is no recording.
    package struct Problem: Error, Sendable, Equatable {
        package var message: String
    }

    /// - Parameter text: The whole recording.
    package init(_ text: String) throws(Problem) {
        let lines = text.split(separator: "\n")
        guard lines.first.map(String.init) == RecordedExchange.header else {
            throw Problem(message: "it is no recording: its first line is not \(RecordedExchange.header)")
        }
        var entries: [Entry] = []
        for (index, line) in lines.enumerated().dropFirst() {
            guard let exchange = RecordedExchange(line: String(line)) else {
                throw Problem(message: "line \(index + 1) is no exchange")
            }
            entries.append(Entry(exchange: exchange))
        }
        self.entries = NIOLockedValueBox(entries)
    }

    /// The recorded answer, or the recorded error. Throws `Client.Replay` where the request was not recorded, or not as
    /// often, and names the nearest one that was.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        let asked = RecordedExchange(call, .failure(APIError(code: "", message: "", action: call.action)))
        let found = entries.withLockedValue { entries -> RecordedExchange? in
            guard let place = entries.firstIndex(where: { !$0.isUsed && $0.exchange.isSameRequest(as: asked) }) else {
                return nil
            }
            entries[place].isUsed = true
            return entries[place].exchange
        }
        if let found { return try found.result.get() }
        throw .unsent("Client.Replay", complaint(asked), call)
    }

    private func complaint(_ asked: RecordedExchange) -> String {
        let all = entries.withLockedValue { $0.map(\.exchange) }
        let count = all.count { $0.isSameRequest(as: asked) }
        let times = count == 1 ? "once" : "\(count) times"
        if count > 0 { return "\(asked.action) was recorded \(times) like this, and all of it has been replayed" }
        let unknown = "the recording has no such request: \(asked.text)"
        let same = all.filter { $0.action == asked.action }
        if let nearest = same.min(by: { Self.distance($0, asked) < Self.distance($1, asked) }) {
            var parts = nearest.differences(from: asked)
            if nearest.region != asked.region { parts.insert("the region (\(nearest.region))", at: 0) }
            let differences = parts.isEmpty ? "the product" : parts.joined(separator: ", ")
            return "\(unknown); the nearest is: \(nearest.text), which differs in \(differences)"
        }
        let names = Spelling.nearest(to: asked.action, among: Array(Set(all.map(\.action))).sorted())
        guard let nearest = all.first(where: { names.isEmpty || $0.action == names[0] }) else {
            return "\(unknown); it is empty"
        }
        return "\(unknown); the nearest is: \(nearest.text)"
    }

    private static func distance(_ left: RecordedExchange, _ right: RecordedExchange) -> Int {
        left.differences(from: right).count + (left.region == right.region ? 0 : 1)
    }
}
