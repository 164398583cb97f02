import NIOCore

/// Stands before NIO's decoder: sees when a request begins, how long its first line is, and writes what is no answer to a
/// whole request (and so none that NIO's handlers behind it would expect).
final class InboundBytes: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private unowned let connection: HTTPConnection
    private var context: ChannelHandlerContext?
    /// What is being decoded at the moment.
    private var present: ByteBuffer?
    /// How long the first line of a head is so far, of which earlier reads brought a part.
    private var lineLength = 0
    private var hasLine = false
    /// Whether what comes is thrown away.
    private var isDiscarding = false

    init(_ connection: HTTPConnection) { self.connection = connection }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isDiscarding { return }
        let buffer = unwrapInboundIn(data)
        if connection.begins() {
            lineLength = 0
            hasLine = false
        }
        present = buffer
        context.fireChannelRead(data)
        present = nil
        // Nearly every head comes in one piece, and then there is nothing to count.
        if connection.isWithinHead, !hasLine { count(buffer) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // The handlers behind this one do not ask for more where they have a whole request.
        if isDiscarding { context.read() } else { context.fireChannelReadComplete() }
    }

    private func count(_ buffer: ByteBuffer) {
        let bytes = buffer.readableBytesView
        let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
        lineLength += end.map { $0 - bytes.startIndex } ?? bytes.count
        hasLine = end != nil
    }

    /// Of a head that is too long: whether its first line is.
    var isFirstLineTooLong: Bool {
        if !hasLine, let present { count(present) }
        return lineLength > ServerLimits.line
    }

    /// Sends bytes as they are, and from then on takes what comes only to throw it away. The other side sees the end of
    /// the connection after the bytes.
    func end(with bytes: ByteBuffer) {
        guard let context else { return }
        isDiscarding = true
        context.writeAndFlush(NIOAny(bytes), promise: nil)
        // After what was written.
        context.close(mode: .output, promise: nil)
        context.read()
    }

    /// Closes the connection after what was written.
    func closeWhenSent() {
        guard let context else { return }
        isDiscarding = true
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in self.context?.close(promise: nil) }
        context.close(mode: .output, promise: promise)
    }
}
