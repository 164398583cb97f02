import CloudAPI
import NIOCore
import NIOHTTP1
import Synchronization
import SystemSupport

/// One connection: puts requests together, has them answered, and writes the answers.
///
/// Invariants: everything here happens on the connection's event loop. NIO's pipelining assistance hands in one request
/// at a time and holds the next one back until the answer is written, so `isBusy` says all about the present one.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let core: ServerCore
    private var state: LoopState?
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    /// Of what a request brings; nothing beyond it is kept.
    private var isTooLong = false
    /// Whether an answer is due.
    private var isBusy = false
    private var keepsAlive = true

    init(_ core: ServerCore) { self.core = core }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        state = core.state(of: context.eventLoop)
        state?.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    private func forget() {
        context = nil
        state?.remove(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
            isTooLong = false
            isBusy = true
            if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
                let part = HTTPServerResponsePart.head(HTTPResponseHead(version: head.version, status: .continue))
                context.writeAndFlush(wrapOutboundOut(part), promise: nil)
            }
        case .body(let buffer):
            if body.count + buffer.readableBytes > ServiceRequest.limit {
                isTooLong = true
                body = []
            } else if !isTooLong {
                body.append(contentsOf: buffer.readableBytesView)
            }
        case .end:
            guard let head else { return }
            self.head = nil
            keepsAlive = head.isKeepAlive
            answer(head)
        }
    }

    private func answer(_ head: HTTPRequestHead) {
        guard let state else { return }
        let began = NIODeadline.now()
        if head.uri.hasPrefix(LocalPages.prefix) {
            return write(LocalPages.answer(head, core))
        }
        if isTooLong {
            // The rest of what was sent is on its way; there is no use in a further request on this connection.
            keepsAlive = false
            body = [UInt8](repeating: 0, count: ServiceRequest.limit + 1)
        }
        let request = WireRequest(
            method: head.method.rawValue, origin: "", target: head.uri,
            headers: head.headers.map { ($0.name, $0.value) }, body: body)
        body = []
        let writer = AnswerWriter(core.service, request)
        if let refusal = writer.refusal {
            core.metrics.count(action: "", status: refusal.status, since: began)
            return write(writer.answer(refusal))
        }
        core.answer(request, on: state) { [self] result in finish(result, writer, began: began) }
    }

    private func finish(_ result: CallResult, _ writer: AnswerWriter, began: NIODeadline) {
        let response = writer.answer(result)
        core.metrics.count(action: result.action, status: result.isLost ? 0 : response.status, since: began)
        if result.delay > 0, let context {
            context.eventLoop.scheduleTask(in: .nanoseconds(result.delay)) { [self] in
                result.isLost ? cut() : write(response)
            }
            return
        }
        if result.isLost { return cut() }
        write(response)
    }

    private func write(_ response: WireResponse) {
        isBusy = false
        guard let context else { return }
        if core.isDraining.load(ordering: .relaxed) { keepsAlive = false }
        var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) })
        headers.add(name: "Connection", value: keepsAlive ? "keep-alive" : "close")
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(
            wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: response.body)))), promise: nil)
        if keepsAlive {
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        } else {
            context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { [self] _ in cut() }
        }
    }

    /// Ends the connection now if nothing is being answered, else after that.
    func drain() {
        if !isBusy { cut() }
    }

    /// Ends the connection now.
    func cut() { context?.close(promise: nil) }

    /// What is no HTTP is answered where possible, and nothing more is expected of the connection.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !isBusy || head != nil else { return context.close(promise: nil) }
        head = nil
        keepsAlive = false
        let request = WireRequest(method: "GET", origin: "", target: "/", headers: [])
        write(
            AnswerWriter(core.service, request).answer(
                ServiceError(400, "InvalidRequest", "This is no HTTP/1.1 request: \(error).")))
    }
}
