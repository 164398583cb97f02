import CloudAPI

/// Asks before an operation that destroys, where there is somebody to ask.
struct Confirmation: APIHandler {
    private let next: any APIHandler
    private let asker: @Sendable () -> (@Sendable (String) -> Bool)?

    /// - Parameter asker: Puts a question and takes the answer; nil where nobody is to be asked.
    init(_ next: any APIHandler, asker: @escaping @Sendable () -> (@Sendable (String) -> Bool)?) {
        self.next = next
        self.asker = asker
    }

    func send(_ call: APICall) throws(APIError) -> APIAnswer {
        if Self.destroys(call.action), let ask = asker() {
            let subject = call.parameters.filter { !$0.isSecret && $0.name.hasSuffix("Id") && $0.name != "RegionId" }
                .map { "\($0.name) \($0.value)" }.joined(separator: ", ")
            guard ask("\(call.action) \(subject) in \(call.region)?") else {
                throw APIError(
                    code: "Client.Declined", message: "\(call.action) was not sent: you said no", action: call.action,
                    attempts: 0)
            }
        }
        return try next.send(call)
    }

    private static func destroys(_ action: String) -> Bool {
        ["Delete", "Release", "Unassociate", "Detach", "Disable", "Disassociate"].contains { action.hasPrefix($0) }
    }
}
