import CloudAPI
import DataValue
import LocalVPC
import Synchronization
import SystemSupport

/// What a network, or the service's front, does to one request.
enum Fault: String, CaseIterable {
    /// The request never arrives; the client hears nothing.
    case lostRequest
    /// No connection comes about, and the client knows it.
    case noConnection
    /// The request is carried out; the client hears nothing.
    case lostAnswer
    /// The request arrives later, when the client has given up waiting.
    case delay
    /// As `delay`, but the service has it already, and says so to whoever comes with the same token.
    case slowService
    /// The request arrives twice, and the second answer reaches the client.
    case duplicate
    /// The connection is reset before the request was carried out, or after.
    case resetBefore, resetAfter
    /// The request is carried out; only half of the answer arrives.
    case halfAnswer
    /// The service fails before the work, or after it.
    case failureBefore, failureAfter
    /// The service refuses the request for coming too fast.
    case throttling
    /// The service refuses the write for good.
    case refusal
    /// An answer that is whole, and no JSON.
    case garbage
}

/// The way to an embedded endpoint, with everything that can go wrong on it.
///
/// Its front keeps tokens as the real service does: one that a write was refused under is spent (`IdempotentFailed`), and
/// while a write is being carried out its token answers `IdempotentProcessing`. What comes in under a token that has
/// succeeded is left to the endpoint itself.
final class FaultyNetwork: Transport {
    private struct Late {
        let request: WireRequest
        let due: Int64
        let isInService: Bool
    }
    private struct State {
        var random: Repeatable
        var late: [Late] = []
        var spentTokens: Set<String> = []
        var doneTokens: Set<String> = []
        var counts: [Fault: Int] = [:]
        var sendings = 0
        var rate = 0.0
    }
    private let endpoint: LocalEndpoint
    private let clock: ManualClock
    private let state: Mutex<State>

    init(_ endpoint: LocalEndpoint, clock: ManualClock) {
        self.endpoint = endpoint
        self.clock = clock
        state = Mutex(State(random: Repeatable(1)))
    }

    var counts: [Fault: Int] { state.withLock(\.counts) }
    var sendings: Int { state.withLock(\.sendings) }

    /// Begins a history: chance from a seed, and how often something goes wrong.
    func begin(seed: UInt64) {
        state.withLock { state in
            state.random = Repeatable(seed)
            state.rate = Double(state.random.next() % 70) / 100
            state.spentTokens = []
            state.doneTokens = []
        }
    }

    /// Delivers whatever is still on its way.
    func settle() { deliverLate(until: .max) }

    func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
    {
        deliverLate(until: clock.now().nanoseconds)
        let fault: Fault? = state.withLock { state in
            state.sendings += 1
            guard Double(state.random.next() % 1000) / 1000 < state.rate else { return nil }
            let fault = Fault.allCases[Int(state.random.next() % UInt64(Fault.allCases.count))]
            state.counts[fault, default: 0] += 1
            return fault
        }
        guard let fault else { return try serve(request) }
        let silence = TransportError(.timeout, "silence", mayHaveArrived: true)
        let reset = TransportError(.network, "connection reset", mayHaveArrived: true)
        switch fault {
        case .lostRequest:
            wait()
            throw silence
        case .noConnection: throw TransportError(.network, "connection refused", mayHaveArrived: false)
        case .lostAnswer:
            _ = try serve(request)
            wait()
            throw silence
        case .delay, .slowService:
            state.withLock { state in
                let seconds = Int64(11 + state.random.next() % 200)
                state.late.append(
                    Late(
                        request: request, due: clock.now().nanoseconds + seconds * 1_000_000_000,
                        isInService: fault == .slowService))
            }
            wait()
            throw silence
        case .duplicate:
            _ = try serve(request)
            return try serve(request)
        case .resetBefore: throw reset
        case .resetAfter:
            _ = try serve(request)
            throw reset
        case .halfAnswer:
            let answer = try serve(request)
            return WireResponse(
                status: answer.status, headers: answer.headers, body: Array(answer.body.prefix(answer.body.count / 2)))
        case .failureBefore: return Self.error(500, "InternalError")
        case .failureAfter:
            _ = try serve(request)
            return Self.error(503, "ServiceUnavailable")
        case .throttling: return Self.error(400, "Throttling.User")
        case .refusal: return try refuse(request)
        case .garbage:
            _ = try serve(request)
            return WireResponse(status: 200, headers: [], body: Array("<html>hello</html>".utf8))
        }
    }

    /// The client's patience.
    private func wait() { clock.advance(seconds: 10) }

    private func deliverLate(until time: Int64) {
        let due = state.withLock { state in
            let due = state.late.filter { $0.due <= time }
            state.late.removeAll { $0.due <= time }
            return due
        }
        for late in due.sorted(by: { $0.due < $1.due }) { _ = try? serve(late.request) }
    }

    // MARK: The service's front

    private func serve(_ request: WireRequest) throws(TransportError) -> WireResponse {
        guard let token = Self.token(of: request) else { return try pass(request) }
        if state.withLock({ $0.spentTokens.contains(token) }) { return Self.error(400, "IdempotentFailed") }
        if isProcessing(token, besides: request) { return Self.error(400, "IdempotentProcessing") }
        let answer = try pass(request)
        state.withLock { state in
            if answer.status == 200 { state.doneTokens.insert(token) }
        }
        return answer
    }

    private func isProcessing(_ token: String, besides request: WireRequest) -> Bool {
        state.withLock { state in
            state.late.contains { $0.isInService && $0.request != request && Self.token(of: $0.request) == token }
        }
    }

    private func refuse(_ request: WireRequest) throws(TransportError) -> WireResponse {
        guard let token = Self.token(of: request) else { return Self.error(400, "QuotaExceeded.Vpc") }
        // A write that was done, or is being done, is not refused any more.
        if state.withLock({ $0.doneTokens.contains(token) }) || isProcessing(token, besides: request) {
            return try serve(request)
        }
        state.withLock { _ = $0.spentTokens.insert(token) }
        return Self.error(400, "QuotaExceeded.Vpc")
    }

    private func pass(_ request: WireRequest) throws(TransportError) -> WireResponse {
        try endpoint.send(request, timeouts: Timeouts(), cancellation: Cancellation())
    }

    private static func token(of request: WireRequest) -> String? {
        let query = request.target.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
        return PercentEncoding.parseQuery(query)?.first { $0.name == "ClientToken" }?.value
    }

    private static func error(_ status: Int, _ code: String) -> WireResponse {
        let body = #"{"Code":"\#(code)","Message":"simulated","RequestId":"SIM"}"#
        return WireResponse(status: status, headers: [], body: Array(body.utf8))
    }
}
