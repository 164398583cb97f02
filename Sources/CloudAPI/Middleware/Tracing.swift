import DataValue
import SystemSupport

/// Writes a line for every request and another for its answer, secrets redacted.
package struct Tracing: APIHandler {
    private let next: any APIHandler
    private let clock: any TimeSource
    private let method: RequestMethod
    private let host: @Sendable (APICall) -> String
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - host: The host that a call goes to.
    ///   - write: Takes a line without its newline.
    package init(
        _ next: any APIHandler, clock: any TimeSource = SystemClock(), method: RequestMethod = .post,
        host: @escaping @Sendable (APICall) -> String,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.next = next
        self.clock = clock
        self.method = method
        self.host = host
        self.write = write
    }

    /// Writes both lines also where the call fails.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        let parameters = call.redactedParameters.map { " \($0.name)=\(JSON.text(.string($0.value)))" }.joined()
        write("> \(method.rawValue) \(host(call)) \(call.action)\(parameters)")
        let start = clock.monotonic()
        do {
            let answer = try next.send(call)
            let status = answer.wasSent ? String(answer.httpStatus) : "not sent"
            write("< \(call.action) \(status) \(elapsed(since: start))\(requestText(answer.requestID))")
            return answer
        } catch {
            let status = error.httpStatus.map { "\($0) " } ?? ""
            write(
                "< \(call.action) \(status)\(error.code.visible) \(elapsed(since: start))\(requestText(error.requestID))"
            )
            throw error
        }
    }

    /// In milliseconds with three digits behind the point.
    private func elapsed(since start: MonotonicTime) -> String {
        let microseconds = max(0, (clock.monotonic() - start).nanoseconds) / 1000
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)ms"
    }

    private func requestText(_ requestID: String?) -> String { requestID.map { " request \($0.visible)" } ?? "" }
}
