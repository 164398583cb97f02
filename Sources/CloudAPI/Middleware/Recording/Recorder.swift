import NIOConcurrencyHelpers

/// Keeps every call with what came of it, secrets redacted, for ``Replay``.
///
/// It stands outside of repetitions: what is kept is what the caller saw.
package struct Recorder: APIHandler {
    private let next: any APIHandler
    private let write: @Sendable (String) -> Void

    /// - Parameter write: Takes a line without its newline; it is called by several threads. The first line of a recording
    ///   is ``header``.
    package init(_ next: any APIHandler, write: @escaping @Sendable (String) -> Void) {
        self.next = next
        self.write = write
    }

    /// The first line of a recording.
    package static var header: String { RecordedExchange.header }

    /// Keeps answers and errors alike. What the user interrupted, and what was not sent, is no answer.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        do {
            let answer = try next.send(call)
            if answer.wasSent { write(RecordedExchange(call, .success(answer)).line) }
            return answer
        } catch {
            if error.code != SigningClient.interrupted { write(RecordedExchange(call, .failure(error)).line) }
            throw error
        }
    }
}
