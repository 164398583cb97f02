import CloudAPI
import NIOConcurrencyHelpers
import SystemSupport

/// A clock that stands still unless it is told to move.
final class ManualClock: TimeSource {
    private let time: NIOLockedValueBox<Int64>
    private let step: Int64

    /// - Parameter step: How far the clock moves each time that it is read.
    init(_ time: Int64 = 1_795_381_920_000_000_000, step: Int64 = 0) {
        self.time = NIOLockedValueBox(time)
        self.step = step
    }

    func now() -> WallTime {
        time.withLockedValue { time in
            defer { time += step }
            return WallTime(nanoseconds: time)
        }
    }

    func sleep(for span: Duration, cancellation: Cancellation) { time.withLockedValue { $0 += span.nanoseconds } }
}

// In tests a bare number is one of nanoseconds.
extension MonotonicTime: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self.init(nanoseconds: value) }
}
extension WallTime: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self.init(nanoseconds: value) }
}
extension Duration: @retroactive ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self = .nanoseconds(value) }
}

/// `unique-1`, `unique-2` …
final class CountedTexts: UniqueTextSource {
    private let count = NIOLockedValueBox(0)

    func next() -> String {
        count.withLockedValue { count in
            count += 1
            return "unique-\(count)"
        }
    }
}

/// Gives one answer, or none, and keeps the requests.
final class CannedTransport: Transport {
    private let requests = NIOLockedValueBox<[WireRequest]>([])
    private let result: Result<WireResponse, TransportError>

    init(_ result: Result<WireResponse, TransportError>) { self.result = result }

    convenience init(status: Int = 200, headers: [(name: String, value: String)] = [], body: String) {
        self.init(.success(WireResponse(status: status, headers: headers, body: Array(body.utf8))))
    }

    var sent: [WireRequest] { requests.withLockedValue { $0 } }

    func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
    {
        requests.withLockedValue { $0.append(request) }
        return try result.get()
    }
}

/// Gives one answer or error, and keeps the calls.
final class CannedHandler: APIHandler {
    private let calls = NIOLockedValueBox<[APICall]>([])
    private let result: Result<APIAnswer, APIError>

    init(_ result: Result<APIAnswer, APIError>) { self.result = result }

    var sent: [APICall] { calls.withLockedValue { $0 } }

    func send(_ call: APICall) throws(APIError) -> APIAnswer {
        calls.withLockedValue { $0.append(call) }
        return try result.get()
    }
}

/// Lines that something wrote.
final class Lines: Sendable {
    private let lines = NIOLockedValueBox<[String]>([])

    var all: [String] { lines.withLockedValue { $0 } }

    func add(_ line: String) { lines.withLockedValue { $0.append(line) } }
}

extension APICall {
    static func deletion(_ parameters: [WireParameter] = [WireParameter("VpnConnectionId", "vco-1")]) -> APICall {
        APICall(action: "DeleteVpnConnection", region: "cn-hangzhou", parameters: parameters, isWrite: true)
    }

    static let listing = APICall(
        action: "DescribeVpnConnections", region: "cn-hangzhou", parameters: [WireParameter("RegionId", "cn-hangzhou")],
        isWrite: false)
}
