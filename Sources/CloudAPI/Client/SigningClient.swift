import DataValue
import NIOConcurrencyHelpers
import SystemSupport

/// The innermost handler: signs calls, hands them to a transport, and reads the answers.
///
/// It sends a call once. Repeating is for ``Retrying`` around it.
package struct SigningClient: APIHandler {
    let transport: any Transport
    let credentials: any CredentialSource
    let signature: SignatureKind
    let method: RequestMethod
    let clock: any TimeSource
    let uniqueTexts: any UniqueTextSource
    let timeouts: Timeouts
    let userAgent: String
    /// What the service's clock shows more than ours, in nanoseconds, as far as it is known.
    private let clockOffset = NIOLockedValueBox(Duration.zero)
    private let endpointOverride: String?
    private let allowsInsecure: Bool
    /// `endpointOverride`, read once; nil where there is none, or where it is wrong, which each call then says.
    private let fixedEndpoint: Endpoint?

    /// - Parameters:
    ///   - endpoint: Instead of the regions' own; see ``Endpoint/resolve(region:override:allowsInsecure:)``.
    ///   - uniqueTexts: For nonces, and for client tokens where a call brings none.
    package init(
        transport: any Transport, credentials: any CredentialSource, signature: SignatureKind = .acs3,
        method: RequestMethod = .post, endpoint: String? = nil, allowsInsecure: Bool = false,
        clock: any TimeSource = SystemClock(), uniqueTexts: any UniqueTextSource = RandomUUIDs(),
        timeouts: Timeouts = Timeouts(), userAgent: String = "vpcsh"
    ) {
        self.transport = transport
        self.credentials = credentials
        self.signature = signature
        self.method = method
        self.clock = clock
        self.uniqueTexts = uniqueTexts
        self.timeouts = timeouts
        self.userAgent = userAgent
        endpointOverride = endpoint
        self.allowsInsecure = allowsInsecure
        if let endpoint, !endpoint.isEmpty {
            fixedEndpoint = try? Endpoint.resolve(region: "", override: endpoint, allowsInsecure: allowsInsecure)
        } else {
            fixedEndpoint = nil
        }
    }

    /// Where a call goes.
    package func endpoint(of call: APICall) throws(EndpointError) -> Endpoint {
        if call.endpoint == nil, let fixedEndpoint { return fixedEndpoint }
        return try Endpoint.resolve(
            product: call.product, region: call.region, override: call.endpoint ?? endpointOverride,
            allowsInsecure: allowsInsecure)
    }

    /// The time of day by the service's clock, as far as it is known.
    var serviceTime: WallTime { clock.now() + clockOffset.withLockedValue { $0 } }

    /// From now on requests carry the time that the service's clock shows.
    ///
    /// - Parameter serviceTime: what it shows now, nanoseconds since 1970.
    package func correctClock(_ serviceTime: WallTime) {
        clockOffset.withLockedValue { $0 = serviceTime - clock.now() }
    }

    /// What a handler that repeats calls can ask for between two sendings.
    package var mending: Retrying.Mending {
        Retrying.Mending(
            correctClock: { correctClock($0) }, renewCredentials: { credentials.renew(cancellation: $0) })
    }

    /// Sends the call once. Errors are the service's own or `Client.…`; the latter say so where the outcome of a write
    /// is unknown.
    ///
    /// No message holds a secret of the credentials' or the call's, also where the service repeats one.
    package func send(_ call: APICall) throws(APIError) -> APIAnswer {
        let call = call.withClientToken(from: uniqueTexts)
        let current: Credentials
        do {
            current = try credentials.current(cancellation: call.cancellation)
        } catch {
            throw .unsent(
                call.cancellation.isCancelled ? Self.interrupted : "Client.Credentials", error.message, call)
        }
        do {
            return try sendUnmasked(call, current)
        } catch {
            var error = error
            error.message = SecretMask(current, call).masked(error.message)
            throw error
        }
    }

    private func sendUnmasked(_ call: APICall, _ credentials: Credentials) throws(APIError) -> APIAnswer {
        let request: WireRequest
        do {
            request = signedRequest(call, endpoint: try endpoint(of: call), credentials: credentials).request
        } catch {
            throw .unsent("Client.Network", error.message, call)
        }
        if call.cancellation.isCancelled { throw .unsent(Self.interrupted, "interrupted before it was sent", call) }
        var timeouts = timeouts
        if let limit = call.timeLimit { timeouts.total = min(timeouts.total, limit) }
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

    static func apiError(_ error: TransportError, _ call: APICall) -> APIError {
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
        var failure = APIError(
            code: code, message: message, action: call.action, attempts: 1,
            isAmbiguous: error.mayHaveArrived && call.changesAnything)
        failure.delivery = error.mayHaveArrived ? .unknown : .notSent
        return failure
    }
}
