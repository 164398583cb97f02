import AsyncHTTPClient
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SystemSupport

/// Carries requests over HTTP/1.1 on connections that are kept and used again.
///
/// Nothing is set up until the first request. Redirects are not followed and certificates are verified. `send` blocks
/// the calling thread, which must not be an event loop's.
package final class HTTPTransport: Transport {
    /// The largest answer that is taken, in bytes.
    package static let defaultAnswerLimit = 64 << 20

    private struct ClientKey: Hashable {
        var connect: Duration
        var read: Duration
        var proxy: ProxySettings.Proxy?
    }
    /// A client for each set of what a client cannot change from request to request.
    private let clients = NIOLockedValueBox<[ClientKey: HTTPClient]>([:])
    /// One thread for all connections. It carries more calls than one host takes, and with several each call goes from one
    /// to the other and back: the connection's own, and the one that the client watches the call on.
    private static let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let answerLimit: Int
    private let proxies: ProxySettings
    private let trust: TrustedAuthorities

    /// - Parameter answerLimit: In bytes of the body.
    package init(
        answerLimit: Int = HTTPTransport.defaultAnswerLimit, proxies: ProxySettings = ProxySettings(),
        trust: TrustedAuthorities = TrustedAuthorities()
    ) {
        self.answerLimit = answerLimit
        self.proxies = proxies
        self.trust = trust
    }

    deinit {
        for client in clients.withLockedValue(\.values) { try? client.syncShutdown() }
    }

    /// An answer of any status is an answer; only the lack of one is an error.
    package func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
    {
        if cancellation.isCancelled {
            throw TransportError(.cancelled, "interrupted before it was sent", mayHaveArrived: false)
        }
        let httpRequest: HTTPClient.Request
        do {
            httpRequest = try HTTPClient.Request(
                url: request.origin + request.target, method: HTTPMethod(rawValue: request.method),
                headers: HTTPHeaders(request.headers), body: request.body.isEmpty ? nil : .bytes(request.body))
        } catch {
            throw TransportError(.network, "\(request.origin) cannot be reached: no usable URL", mayHaveArrived: false)
        }
        let collector = AnswerCollector(limit: answerLimit)
        let total = TimeAmount.nanoseconds(max(0, timeouts.total.nanoseconds))
        let task = client(timeouts, proxies.proxy(for: request.origin)).execute(
            request: httpRequest, delegate: collector, deadline: .now() + total)
        do {
            return try cancellation.whileObserving({ task.cancel() }) { try task.futureResult.wait() }
        } catch {
            let reader = FailureReader(host: request.origin, wasSent: collector.wasSent, timeouts: timeouts)
            throw reader.transportError(error, isCancelled: cancellation.isCancelled)
        }
    }

    private func client(_ timeouts: Timeouts, _ proxy: ProxySettings.Proxy?) -> HTTPClient {
        let key = ClientKey(connect: timeouts.connect, read: timeouts.read, proxy: proxy)
        return clients.withLockedValue { clients in
            if let client = clients[key] { return client }
            var configuration = HTTPClient.Configuration(
                redirectConfiguration: .disallow,
                timeout: .init(
                    connect: .nanoseconds(max(1, timeouts.connect.nanoseconds)),
                    read: .nanoseconds(max(1, timeouts.read.nanoseconds))))
            configuration.httpVersion = .http1Only
            configuration.proxy = proxy?.configuration
            configuration.tlsConfiguration = trust.configuration
            // Before the other side closes a connection that nobody uses: a request on one that is being closed is lost.
            configuration.connectionPool.idleTimeout = .seconds(20)
            // As many as the largest `parallel` that makes sense against one endpoint.
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
            // Whether to try again is decided by the handlers above, which know what the call is.
            configuration.connectionPool.retryConnectionEstablishment = false
            let client = HTTPClient(eventLoopGroup: Self.eventLoops, configuration: configuration)
            clients[key] = client
            return client
        }
    }
}

/// Collects an answer up to a limit, and notes whether anything of the request went out.
private final class AnswerCollector: HTTPClientResponseDelegate {
    struct TooLarge: Error {
        var limit: Int
    }
    private struct State {
        var wasSent = false
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }
    private let state = NIOLockedValueBox(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var wasSent: Bool { state.withLockedValue(\.wasSent) }

    func didSendRequestHead(task: HTTPClient.Task<WireResponse>, _ head: HTTPRequestHead) {
        state.withLockedValue { $0.wasSent = true }
    }

    func didReceiveHead(task: HTTPClient.Task<WireResponse>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }) {
            if length > limit { return task.eventLoop.makeFailedFuture(TooLarge(limit: limit)) }
            state.withLockedValue { $0.body.reserveCapacity(min(length, limit)) }
        }
        state.withLockedValue { $0.head = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<WireResponse>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = state.withLockedValue { state in
            guard state.body.count + buffer.readableBytes <= limit else { return false }
            state.body.append(contentsOf: buffer.readableBytesView)
            return true
        }
        return fits
            ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(TooLarge(limit: limit))
    }

    func didFinishRequest(task: HTTPClient.Task<WireResponse>) throws -> WireResponse {
        try state.withLockedValue { state in
            guard let head = state.head else { throw HTTPClientError.remoteConnectionClosed }
            return WireResponse(
                status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) }, body: state.body)
        }
    }
}

extension FailureReader {
    /// The client's error in the terms of a transport.
    fileprivate func transportError(_ error: any Error, isCancelled: Bool) -> TransportError {
        if let error = error as? AnswerCollector.TooLarge {
            let message = "the answer of \(host) is larger than \(error.limit) bytes and was not taken"
            return TransportError(.answerTooLarge, message, mayHaveArrived: true)
        }
        return isCancelled ? cancelled : read(error)
    }
}
