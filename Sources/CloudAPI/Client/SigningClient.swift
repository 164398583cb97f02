import DataValue
import NIOConcurrencyHelpers

/// The innermost handler: signs calls, hands them to a transport, and reads the answers.
///
/// It sends a call once. Repeating is for a handler around it, which must take the client token into the call first
/// (``APICall/withClientToken(from:)``), so that every repetition carries the same.
package struct SigningClient: APIHandler {
    let transport: any Transport
    let credentials: Credentials
    let clock: any TimeSource
    let uniqueTexts: any UniqueTextSource
    let timeouts: Timeouts
    let userAgent: String
    private let endpointOverride: String?
    private let allowsInsecure: Bool

    /// - Parameters:
    ///   - endpoint: Instead of the regions' own; see ``Endpoint/resolve(region:override:allowsInsecure:)``.
    ///   - uniqueTexts: For nonces, and for client tokens where a call brings none.
    package init(
        transport: any Transport, credentials: Credentials, endpoint: String? = nil, allowsInsecure: Bool = false,
        clock: any TimeSource = SystemClock(), uniqueTexts: any UniqueTextSource = RandomUUIDs(),
        timeouts: Timeouts = Timeouts(), userAgent: String = "vpcsh"
    ) {
        self.transport = transport
        self.credentials = credentials
        self.clock = clock
        self.uniqueTexts = uniqueTexts
        self.timeouts = timeouts
        self.userAgent = userAgent
        endpointOverride = endpoint
        self.allowsInsecure = allowsInsecure
    }

    /// Where the calls for a region go.
    package func endpoint(region: String) throws(EndpointError) -> Endpoint {
        try Endpoint.resolve(region: region, override: endpointOverride, allowsInsecure: allowsInsecure)
    }

    /// Sends the call once. Errors are the service's own or `Client.…`; the latter say so where the outcome of a write
    /// is unknown.
    ///
    /// No message holds a secret of the credentials' or the call's, also where the service repeats one.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        do {
            return try sendUnmasked(call.withClientToken(from: uniqueTexts))
        } catch {
            var error = error
            error.message = SecretMask(credentials, call).masked(error.message)
            throw error
        }
    }

    private func sendUnmasked(_ call: APICall) throws(APIError) -> APIAnswer {
        let request: WireRequest
        do {
            request = signedRequest(call, endpoint: try endpoint(region: call.region))
        } catch {
            throw APIError(code: "Client.Network", message: error.message, action: call.action, attempts: 0)
        }
        if call.cancellation.isCancelled {
            throw APIError(
                code: Self.interrupted, message: "interrupted before it was sent", action: call.action, attempts: 0)
        }
        let response: WireResponse
        do {
            response = try transport.send(request, timeouts: timeouts, cancellation: call.cancellation)
        } catch {
            throw Self.apiError(error, call)
        }
        return try AnswerReader(call: call, response: response).read()
    }

    /// The code of a call that the user stopped. Nothing catches it: whoever runs the call looks at its cancellation.
    package static let interrupted = "Client.Interrupted"

    private static func apiError(_ error: TransportError, _ call: APICall) -> APIError {
        let code =
            switch error.reason {
            case .timeout: "Client.Timeout"
            case .network: "Client.Network"
            case .tls: "Client.Tls"
            case .answerTooLarge: "Client.Answer"
            case .cancelled: interrupted
            }
        var message = error.message
        if error.mayHaveArrived { message += AnswerReader.unknownOutcome(of: call) }
        return APIError(
            code: code, message: message, action: call.action, attempts: 1,
            isAmbiguous: error.mayHaveArrived && call.changesAnything)
    }
}
