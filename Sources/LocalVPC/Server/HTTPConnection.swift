import CloudAPI
import NIOCore
import NIOHTTP1
import Synchronization
import SystemSupport

/// One connection: puts requests together, has them answered, and writes the answers.
///
/// Invariants: everything here happens on the connection's event loop. NIO's pipelining assistance hands in one request
/// at a time and holds the next one back until the answer is written, so `phase` says all about the present one:
///
///     idle → head → body → answering → idle …      ↘ ending, from any of them: what comes is thrown away
///
/// A request whose head is refused, or that is too long or too slow, is answered at once, whatever of it is still on its
/// way, and the connection ends with that answer.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    enum Phase {
        /// Nothing of a request is there.
        case idle
        /// A part of a request's head is there, and not all.
        case head
        /// The head is there, and not all of the body.
        case body
        /// The whole request is there, and no answer.
        case answering
        /// The last answer is written.
        case ending
    }

    let core: ServerCore
    private(set) lazy var bytes = InboundBytes(self)
    private var state: LoopState?
    private var context: ChannelHandlerContext?
    private(set) var phase = Phase.idle
    /// Since when it has been so.
    private var since = NIODeadline.now()
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    /// A request that waits for its turn: until the one before is out of the way, and the client has taken enough of the
    /// answers before.
    private var parked: HTTPRequestHead?
    private var isServing = false
    /// Whether another connection has to make room before anything is answered on this one.
    private var awaitsRoom = false
    private var omitsBody = false
    private var keepsAlive = true
    /// What of the answers the client has not taken, and since when that has been so.
    private var unsent = (bytes: 0, since: NIODeadline.uptimeNanoseconds(0))

    init(_ core: ServerCore) { self.core = core }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        state = core.state(of: context.eventLoop)
    }

    func channelActive(context: ChannelHandlerContext) {
        state?.add(self, core)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    private func forget() {
        context = nil
        state?.remove(self, core)
    }

    private func enter(_ phase: Phase) {
        self.phase = phase
        since = .now()
    }

    // MARK: Requests

    /// Bytes have come; whether they are the first of a request.
    func begins() -> Bool {
        guard phase == .idle else { return false }
        enter(.head)
        return true
    }

    var isWithinHead: Bool { phase == .head }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if phase == .ending { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head)
        case .body(let buffer):
            if body.count + buffer.readableBytes > ServiceRequest.limit { return refuse(.tooLarge) }
            body.append(contentsOf: buffer.readableBytesView)
        case .end:
            guard let head else { return }
            enter(.answering)
            parked = head
            serve()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        serve()
        context.fireChannelWritabilityChanged()
    }

    /// Answers the request whose turn it is. The next one comes while the answer is being written, if the client did not
    /// wait for that; it is answered here and not there, so that a thousand of them need no more of the stack than one.
    private func serve() {
        if isServing { return }
        isServing = true
        defer { isServing = false }
        // Whoever takes no answers gets no more of them.
        while let head = parked, !awaitsRoom, context?.channel.isWritable == true {
            parked = nil
            answer(head)
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        self.head = head
        body = []
        omitsBody = head.method == .HEAD
        keepsAlive = head.isKeepAlive
        enter(.body)
        guard let context else { return }
        let refusal = RequestSite.refusal(
            head.version, head.headers, isLoopback: core.isLoopback.load(ordering: .relaxed),
            port: context.localAddress?.port ?? 0)
        if let refusal { return refuse(refusal) }
        if let length = head.headers.first(name: "content-length"), Int(length) ?? .max > ServiceRequest.limit {
            return refuse(.tooLarge)
        }
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            let part = HTTPServerResponsePart.head(HTTPResponseHead(version: head.version, status: .continue))
            context.writeAndFlush(wrapOutboundOut(part), promise: nil)
        }
    }

    private func answer(_ head: HTTPRequestHead) {
        guard let state else { return }
        let began = NIODeadline.now()
        if head.uri.hasPrefix(LocalPages.prefix) {
            return write(LocalPages.answer(head, core))
        }
        let request = wireRequest(head)
        let writer = AnswerWriter(core.service, request)
        if let refusal = writer.refusal {
            core.metrics.count(action: "", status: refusal.status, since: began)
            return write(writer.answer(refusal))
        }
        core.answer(request, on: state) { [self] result in finish(result, writer, began: began) }
    }

    private func wireRequest(_ head: HTTPRequestHead) -> WireRequest {
        let request = WireRequest(
            method: head.method.rawValue, origin: "", target: head.uri,
            headers: head.headers.map { ($0.name, $0.value) }, body: body)
        body = []
        return request
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
        guard let context, phase == .answering else { return }
        if core.isDraining.load(ordering: .relaxed) { keepsAlive = false }
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers(response))
        // The next request may be handed in before the writing of the end returns.
        self.head = nil
        enter(keepsAlive ? .idle : .ending)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !omitsBody {
            let body = context.channel.allocator.buffer(bytes: response.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        if keepsAlive {
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        } else {
            context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { [self] _ in cut() }
        }
    }

    private func headers(_ response: WireResponse) -> HTTPHeaders {
        var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) })
        headers.add(name: "Date", value: state?.date(core.service.time.now().nanoseconds) ?? "")
        headers.add(name: "Connection", value: keepsAlive ? "keep-alive" : "close")
        return headers
    }

    // MARK: Refusals

    /// What is no HTTP, or too long, is answered where possible, and nothing more is expected of the connection.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard phase != .ending else { return }
        guard let error = error as? HTTPParserError, phase != .answering else { return context.close(promise: nil) }
        guard error == .headerOverflow else {
            return refuse(ServiceError(400, "InvalidRequest", "This is no HTTP/1.1 request: \(error)."))
        }
        refuse(bytes.isFirstLineTooLong ? .lineTooLong : .headTooLong)
    }

    func awaitRoom() { awaitsRoom = true }

    func roomWasMade() {
        awaitsRoom = false
        serve()
    }

    func refuseForWantOfRoom() {
        if phase != .ending { refuse(.noRoom) }
    }

    /// Answers what is no whole request, and ends the connection.
    private func refuse(_ error: ServiceError) {
        guard let context else { return }
        let request = head.map { wireRequest($0) } ?? WireRequest(method: "GET", origin: "", target: "/", headers: [])
        head = nil
        parked = nil
        keepsAlive = false
        core.metrics.count(action: "", status: error.status, since: .now())
        enter(.ending)
        let response = AnswerWriter(core.service, request).answer(error)
        let status = HTTPResponseStatus(statusCode: response.status)
        var text = "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n"
        for (name, value) in headers(response) { text += "\(name): \(value)\r\n" }
        if error.status == 503 { text += "Retry-After: 1\r\n" }
        var buffer = context.channel.allocator.buffer(string: text + "\r\n")
        if !omitsBody { buffer.writeBytes(response.body) }
        bytes.end(with: buffer)
    }

    // MARK: Limits

    /// Since when nothing has been asked for and nothing is to be sent; nil where that is not so.
    var idleSince: NIODeadline? { phase == .idle && unsent.bytes == 0 && context != nil ? since : nil }

    /// Ends what takes too long.
    func check(_ now: NIODeadline) {
        let limits = core.limits
        let left = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if left > 0 {
            if unsent.bytes == 0 || left < unsent.bytes { unsent.since = now }
            unsent.bytes = left
            if now - unsent.since >= .nanoseconds(limits.stalled) { return cut() }
            // It is the client that takes its time, as long as it takes anything.
            if phase == .idle { since = now }
        } else {
            unsent.bytes = 0
        }
        let age = (now - since).nanoseconds
        switch phase {
        case .idle where age >= limits.idle: cut()
        case .head where age >= limits.head: refuse(.headTooSlow)
        case .body where age >= limits.body: refuse(.bodyTooSlow)
        case .ending where age >= limits.lingering && left == 0: cut()
        default: break
        }
    }

    /// Ends the connection: now if nothing has been asked for, else after the answer.
    func drain() {
        switch phase {
        case .idle: bytes.closeWhenSent()
        // Of a request that has not arrived whole nothing is done.
        case .head, .body: cut()
        case .answering, .ending: break
        }
    }

    /// Ends the connection now.
    func cut() { context?.close(promise: nil) }
}
