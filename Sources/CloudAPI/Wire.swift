import SystemSupport

/// A signed request as bytes will carry it: what crosses to a transport, HTTP or in process.
package struct WireRequest: Sendable, Equatable {
    /// `GET` or `POST`.
    package var method: String
    /// Scheme, host and port, without a slash at the end: `https://vpc.aliyuncs.com`.
    package var origin: String
    /// Path and query: `/?Action=…`.
    package var target: String
    /// In order, `Host` included; names are compared without regard to case.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(
        method: String, origin: String, target: String, headers: [(name: String, value: String)], body: [UInt8] = []
    ) {
        self.method = method
        self.origin = origin
        self.target = target
        self.headers = headers
        self.body = body
    }

    package func header(_ name: String) -> String? { headers.firstValue(named: name) }

    package static func == (left: WireRequest, right: WireRequest) -> Bool {
        left.method == right.method && left.origin == right.origin && left.target == right.target
            && left.body == right.body && left.headers.elementsEqual(right.headers, by: ==)
    }
}

/// An answer as it came off the wire.
package struct WireResponse: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package func header(_ name: String) -> String? { headers.firstValue(named: name) }
}

extension [(name: String, value: String)] {
    fileprivate func firstValue(named name: String) -> String? {
        first { Self.areSame($0.name.utf8, name.utf8) }?.value
    }

    /// Names of headers are ASCII, so that case is one bit of a letter.
    private static func areSame(_ left: String.UTF8View, _ right: String.UTF8View) -> Bool {
        left.elementsEqual(right) { left, right in
            if left == right { return true }
            let letter = left | 0x20
            return letter == right | 0x20 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
        }
    }
}

/// Carries requests to a service and answers back. It knows nothing of signatures or of what a request means.
package protocol Transport: Sendable {
    /// Blocks until the whole answer is there.
    func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
}

/// How long to wait for the parts of an exchange.
package struct Timeouts: Sendable, Equatable {
    package var connect: Duration
    /// The longest silence while an answer is due.
    package var read: Duration
    /// From the first byte sent to the last received.
    package var total: Duration

    /// The defaults: 5 s to connect, 10 s of silence, 60 s in all.
    package init(
        connect: Duration = .seconds(5), read: Duration = .seconds(10), total: Duration = .seconds(60)
    ) {
        self.connect = connect
        self.read = read
        self.total = total
    }
}

/// Why there is no answer.
package struct TransportError: Error, Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        case timeout, network, tls, answerTooLarge, cancelled
    }
    package var reason: Reason
    /// What happened, with the host, for a person.
    package var message: String
    /// False only where it is certain that the service has not seen the request (no connection came about).
    package var mayHaveArrived: Bool

    package init(_ reason: Reason, _ message: String, mayHaveArrived: Bool) {
        self.reason = reason
        self.message = message
        self.mayHaveArrived = mayHaveArrived
    }
}
