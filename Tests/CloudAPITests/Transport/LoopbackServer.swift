import Glibc
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// A server on a free port of 127.0.0.1 that does to each request what a test asks for.
final class LoopbackServer: Sendable {
    enum Action: Sendable {
        case answer(status: Int, body: String)
        /// A head that promises more bytes than come before the connection is closed.
        case half
        /// Closes instead of answering.
        case close
        /// Resets the connection.
        case reset
        /// Says nothing, ever.
        case silence
        /// A head, then nothing.
        case headOnly
        /// So many bytes, in chunks, without a length beforehand.
        case chunks(Int)
        /// A head that announces so many bytes.
        case announce(Int)
        /// The target and body of the request, on a line each.
        case echo
    }

    private struct State {
        var connections = 0
        var requests = 0
        var waiters: [EventLoopPromise<Void>] = []
    }
    fileprivate struct Counter: Sendable {
        private let state = NIOLockedValueBox(State())
        var connections: Int { state.withLockedValue(\.connections) }
        var requests: Int { state.withLockedValue(\.requests) }
        func connected() { state.withLockedValue { $0.connections += 1 } }
        func requested() {
            let waiters = state.withLockedValue { state in
                state.requests += 1
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.succeed() }
        }
        func nextRequest(_ promise: EventLoopPromise<Void>) {
            let isThere = state.withLockedValue { state in
                if state.requests == 0 { state.waiters.append(promise) }
                return state.requests > 0
            }
            if isThere { promise.succeed() }
        }
    }

    private let counter: Counter
    private let channel: any Channel
    let port: Int

    init(_ action: Action) throws {
        let counter = Counter()
        self.counter = counter
        channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                counter.connected()
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(Responder(action, counter))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        port = channel.localAddress?.port ?? 0
    }

    var origin: String { "http://127.0.0.1:\(port)" }
    var connections: Int { counter.connections }
    var requests: Int { counter.requests }

    /// Runs a closure once the first request is there.
    func onFirstRequest(_ body: @escaping @Sendable () -> Void) {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenSuccess(body)
        counter.nextRequest(promise)
    }

    func stop() { try? channel.close().wait() }

    private final class Responder: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let action: Action
        private let counter: Counter
        private var target = ""
        private var body = ""

        init(_ action: Action, _ counter: Counter) {
            self.action = action
            self.counter = counter
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                target = head.uri
                body = ""
            case .body(let buffer): body += String(buffer: buffer)
            case .end:
                counter.requested()
                act(context)
            }
        }

        private func act(_ context: ChannelHandlerContext) {
            switch action {
            case .answer(let status, let text): answer(context, status, text)
            case .echo: answer(context, 200, "\(target)\n\(body)")
            case .half:
                head(context, length: 100)
                write(context, "half")
                context.close(promise: nil)
            case .headOnly:
                head(context, length: 100)
            case .close: context.close(promise: nil)
            case .reset:
                let channel = context.channel
                // Closing without lingering sends RST.
                (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                    .whenComplete { _ in channel.close(promise: nil) }
            case .silence: break
            case .chunks(let size):
                head(context, length: nil)
                let part = String(repeating: "x", count: 4096)
                for _ in 0..<size / 4096 { write(context, part) }
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .announce(let size): head(context, length: size)
            }
        }

        private func answer(_ context: ChannelHandlerContext, _ status: Int, _ text: String) {
            head(context, status: status, length: text.utf8.count)
            write(context, text)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        private func head(_ context: ChannelHandlerContext, status: Int = 200, length: Int?) {
            var headers = HTTPHeaders([("x-acs-request-id", "req-1"), ("Location", "http://127.0.0.1:1/")])
            if let length { headers.add(name: "Content-Length", value: String(length)) }
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        }

        private func write(_ context: ChannelHandlerContext, _ text: String) {
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        }
    }
}
