/// Gives every write that can carry one its client token, before anything around the sending sees the call.
///
/// It stands outside of whatever repeats, records or shows calls, so that all of them have the same token.
package struct ClientTokens: APIHandler {
    private let next: any APIHandler
    private let source: any UniqueTextSource

    /// - Parameter source: Where the tokens come from.
    package init(_ next: any APIHandler, source: any UniqueTextSource = RandomUUIDs()) {
        self.next = next
        self.source = source
    }

    /// Adds the token, and changes nothing else.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        try next.send(call.withClientToken(from: source))
    }
}
