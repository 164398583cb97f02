/// Lets reads pass and refuses every write, whatever asked for it.
package struct ReadOnlyGuard: APIHandler {
    private let next: any APIHandler
    private let reason: String

    /// - Parameter reason: Why nothing may be changed, for the message: `the session is read-only`.
    package init(_ next: any APIHandler, reason: String = "the session is read-only") {
        self.next = next
        self.reason = reason
    }

    /// Throws `Client.ReadOnly` for a write, with no attempts.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        guard !call.changesAnything else {
            throw APIError(
                code: "Client.ReadOnly", message: "\(call.action) was not sent: \(reason)", action: call.action,
                attempts: 0)
        }
        return try next.send(call)
    }
}

extension APICall {
    /// The product that ``Catalogue`` is about.
    package static let catalogueProduct = "Vpc"

    /// Whether the catalogue knows this product's operations.
    package var isOfCatalogue: Bool { product == Self.catalogueProduct }

    /// Whether the call is a write by its own account or by the catalogue's: a guard believes neither alone. Of another
    /// product, only what is called as reads are called counts as one.
    package var changesAnything: Bool {
        if isWrite { return true }
        if isOfCatalogue { return Catalogue.operation(named: action)?.isWrite ?? true }
        return !Self.readsByName(action)
    }

    /// Whether an operation is called as the service's products call those that change nothing.
    package static func readsByName(_ action: String) -> Bool {
        // What assumes a role hands out credentials.
        ["Describe", "List", "Get", "AssumeRole"].contains { action.hasPrefix($0) }
    }
}
