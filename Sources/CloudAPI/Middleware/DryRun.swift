import DataValue

/// Sends reads, and shows writes instead of sending them.
package struct DryRun: APIHandler {
    private let next: any APIHandler
    private let show: @Sendable (String) -> Void

    /// - Parameter show: Takes the text of what would be sent, one line, secrets redacted.
    package init(_ next: any APIHandler, show: @escaping @Sendable (String) -> Void) {
        self.next = next
        self.show = show
    }

    /// A write yields a record of `Action`, `Region` and `Parameters`, with `wasSent` false.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        guard call.changesAnything else { return try next.send(call) }
        let parameters = Record(call.redactedParameters.map { ($0.name, Value.string($0.value)) })
        show((["\(call.action)"] + parameters.fields.map { "\($0)=\(JSON.text($1))" }).joined(separator: " "))
        var answer = APIAnswer(
            value: .record(
                Record([
                    ("Action", .string(call.action)), ("Region", .string(call.region)),
                    ("Parameters", .record(parameters)),
                ])), requestID: nil, httpStatus: 0)
        answer.attempts = 0
        answer.wasSent = false
        return answer
    }
}
