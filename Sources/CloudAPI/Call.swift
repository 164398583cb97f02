import DataValue
import SystemSupport

/// One call of an API operation, before it is signed: what crosses the seam downwards.
package struct APICall: Sendable {
    /// The product's code as endpoints and traces show it, `Vpc`.
    package var product: String
    /// The API's version, `2016-04-28`.
    package var version: String
    /// The operation's name, `DeleteVpnConnection`.
    package var action: String
    /// The region whose endpoint is called.
    package var region: String
    /// Flattened as they go on the wire (`Tag.1.Key`), in the order given, without the common request parameters.
    package var parameters: [WireParameter]
    /// Whether the operation changes anything; an operation that the catalogue does not know counts as a write.
    package var isWrite: Bool
    /// Raised by the user's interrupt; whoever blocks on behalf of the call observes it.
    package var cancellation: Cancellation
    /// Where the client token among the parameters comes from, which decides whether it may be replaced.
    package var tokenOrigin = TokenOrigin.given
    /// The longest time that one sending of the call may take, in nanoseconds; nil where only the client's own limits
    /// count.
    package var timeLimit: Duration?
    /// Where the call goes instead of where the client's calls go; nil for there.
    package var endpoint: String?

    /// Where a call's client token comes from.
    package enum TokenOrigin: Sendable, Equatable {
        /// The user gave it, or there is none: it is sent as it is, always.
        case given
        /// It was made for this call.
        case made
        /// It was made for an earlier call for the same write, whose outcome is not known: this call repeats that one.
        case kept
    }

    package init(
        product: String = "Vpc", version: String = "2016-04-28", action: String, region: String,
        parameters: [WireParameter], isWrite: Bool, cancellation: Cancellation = Cancellation()
    ) {
        self.product = product
        self.version = version
        self.action = action
        self.region = region
        self.parameters = parameters
        self.isWrite = isWrite
        self.cancellation = cancellation
    }
}

/// A request parameter as it goes on the wire.
package struct WireParameter: Sendable, Equatable {
    package var name: String
    package var value: String
    /// Whether the value must be shown as `****` wherever the call is shown.
    package var isSecret: Bool
    package var position: ParameterPosition

    package init(_ name: String, _ value: String, isSecret: Bool = false, position: ParameterPosition = .query) {
        self.name = name
        self.value = value
        self.isSecret = isSecret
        self.position = position
    }
}

/// Where a parameter travels.
package enum ParameterPosition: String, Sendable {
    case query, body
}

/// What the service answered to a call that succeeded.
package struct APIAnswer: Sendable {
    /// The whole answer, `RequestId` included, fields in the service's order.
    package var value: Value
    package var requestID: String?
    package var httpStatus: Int
    /// How often the request was sent.
    package var attempts = 1
    /// False where nothing was sent because of a dry run.
    package var wasSent = true

    package init(value: Value, requestID: String?, httpStatus: Int) {
        self.value = value
        self.requestID = requestID
        self.httpStatus = httpStatus
    }
}

/// A call that did not succeed: the service's own error, or one of the client's (`Client.…`).
package struct APIError: Error, Sendable, Equatable {
    /// The service's code unchanged, or one of the client's: `Client.Timeout`, `Client.Network`, `Client.Tls`,
    /// `Client.Credentials`, `Client.Answer`, `Client.ReadOnly`, `Client.Declined`; `Client.Interrupted` where the
    /// call's cancellation was raised, which is no error to the user.
    package var code: String
    package var message: String
    package var httpStatus: Int?
    package var requestID: String?
    package var action: String
    /// How often the request was sent; 0 where it never was.
    package var attempts: Int
    /// Whether the service may have done the work all the same (a lost answer, most 5xx). Never true of a read.
    package var isAmbiguous: Bool
    /// How far the request came.
    package var delivery = Delivery.answered
    /// From the first sending to the failure, repetitions and waits included, in nanoseconds; nil where nobody measured.
    package var elapsed: Duration?
    /// The client token under which a write may have been done, and a repetition of it is safe. Nil where there is none,
    /// and where it is certain that nothing was done.
    package var openToken: String?
    /// The service's own time, where its answer has one, in nanoseconds since 1970.
    package var serverTime: WallTime?

    /// How far a request came.
    package enum Delivery: Sendable, Equatable {
        /// It is certain that the service has not seen it.
        case notSent
        /// It was sent, in part at least, and there is no whole answer.
        case unknown
        /// There is an answer, whatever it is.
        case answered
    }

    package init(
        code: String, message: String, httpStatus: Int? = nil, requestID: String? = nil, action: String,
        attempts: Int = 1, isAmbiguous: Bool = false
    ) {
        self.code = code
        self.message = message
        self.httpStatus = httpStatus
        self.requestID = requestID
        self.action = action
        self.attempts = attempts
        self.isAmbiguous = isAmbiguous
    }
}

/// The one seam: everything that reaches the API is a call handed to a handler.
///
/// A handler that wraps another is middleware (tracing, the read-only guard, dry run …); the innermost is the
/// ``SigningClient``, which talks to a ``Transport``. `send` blocks the calling thread until the answer is there or
/// the call's cancellation is raised; it must not be called on an event loop.
package protocol APIHandler: Sendable {
    func send(_ call: APICall) throws(APIError) -> APIAnswer
}
