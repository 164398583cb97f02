import Glibc
import NIOCore

/// Stops accepting connections while the process has no descriptor for one more.
///
/// NIO waits for a second then, but stays registered for what it does not take: the operating system reports the waiting
/// connection again and again, and the thread does nothing else. Without automatic reading the registration goes too.
final class AcceptGate: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = any Channel

    private let core: ServerCore
    private var context: ChannelHandlerContext?
    private var isClosed = false
    /// Where no connection's end opens it: descriptors may become free elsewhere.
    private static let pause = TimeAmount.milliseconds(500)

    init(_ core: ServerCore) { self.core = core }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error as? IOError)?.errnoCode {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: close(context)
        default: context.fireErrorCaught(error)
        }
    }

    private func close(_ context: ChannelHandlerContext) {
        if isClosed { return }
        isClosed = true
        setReading(false)
        let loop = context.eventLoop
        core.connectionEnded.withLock { $0 = { loop.execute { self.open() } } }
        loop.scheduleTask(in: Self.pause) { self.open() }
        core.makeRoom()
    }

    private func open() {
        guard isClosed, context != nil else { return }
        isClosed = false
        core.connectionEnded.withLock { $0 = nil }
        setReading(true)
    }

    private func setReading(_ isOn: Bool) { try? context?.channel.syncOptions?.setOption(.autoRead, value: isOn) }
}
