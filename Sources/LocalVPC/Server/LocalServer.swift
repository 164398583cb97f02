import CloudAPI
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import SystemSupport

/// The local service on a port: the same as ``LocalEndpoint``, over HTTP/1.1.
///
/// Why NIO's own HTTP/1 module. A server framework was weighed for this. Hummingbird brings all of Foundation with its
/// ICU tables: an otherwise equal program is 79 MB instead of 31 and takes 1.4 ms longer to start, which every script
/// that never serves anything would pay for. NIO's HTTP/1 module is in the program already, for the client; there is one
/// route; and what a framework would add on top (routing, middleware, coding) the service does itself, since it must do
/// it in process too.
///
/// Who does what:
///
///     event loop ×N   HTTP; checks of a request; calls that only read, each loop on a database connection of its own
///     writer          one thread, one connection: calls that write, as many as are waiting in one transaction
///
/// A read needs no other thread, because SQLite's write-ahead log lets readers read while somebody writes. A write's
/// answer leaves when its transaction is on the disk, and those that arrive meanwhile share the next one.
///
/// A database in memory has one connection only; then the writer does the reading too.
package final class LocalServer: Sendable {
    package struct Options: Sendable {
        package var database: DatabaseLocation
        /// An address of this machine.
        package var address = "127.0.0.1"
        /// 0 for whichever is free.
        package var port = 0
        package var timing = LifeCycleTiming.fast
        package var policy = AccessPolicy.rootOnly
        /// Event loops; at least one.
        package var loops = 2
        /// See ``LocalEndpoint``.
        package var maximumPages: Int?
        package var limits = ServerLimits()

        package init(database: DatabaseLocation) { self.database = database }
    }

    let core: ServerCore
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let lock: ServingLock?

    /// The port that is listened on.
    package let port: Int
    /// The address that is listened on, as it stands in a URL.
    package let host: String
    package var url: String { "http://\(host):\(port)" }

    /// Opens the database and listens. From here on requests are answered.
    ///
    /// - Throws: ``LocalEndpointError`` where the database cannot be used or is served already, ``ServerError`` where the
    ///   address cannot be listened on.
    package init(
        _ options: Options, time: any TimeSource = SystemClock(),
        random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }
    ) throws {
        let first = try Schema.open(options.database, maximumPages: options.maximumPages)
        do {
            lock = try ServingLock(options.database)
        } catch {
            first.close()
            throw error
        }
        let service = LocalService(
            location: options.database, time: time, timing: options.timing, policy: options.policy, random: random)
        let writing = Worker(service, first)
        try writing.settleClock()
        try writing.takeUpNonces()
        let stopping = Cancellation()
        first.wait.cancellation = stopping
        var reading: [Worker] = []
        if case .file = options.database {
            for _ in 0..<max(1, options.loops) {
                let database = try Schema.open(options.database, maximumPages: options.maximumPages)
                database.wait.cancellation = stopping
                reading.append(Worker(service, database))
            }
        }
        group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, options.loops))
        core = try ServerCore(
            service, loops: Array(group.makeIterator()), reading: reading,
            writer: Writer(writing, timer: group.next()), limits: options.limits, stopping: stopping)
        let core = core
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = ServerLimits.line
        decoding.maxHeaderListSize = ServerLimits.headers
        decoding.maxHeaderFieldCount = ServerLimits.headerCount
        let limits = decoding
        do {
            channel = try ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AcceptGate(core))
                    }
                }
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.maxMessagesPerRead, value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        let connection = HTTPConnection(core)
                        try pipeline.addHandler(connection.bytes)
                        // No error handler of NIO's: what is wrong is answered as everything else is.
                        try pipeline.configureHTTPServerPipeline(
                            withPipeliningAssistance: true, withErrorHandling: false,
                            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
                        try pipeline.addHandler(connection)
                    }
                }
                .bind(host: options.address, port: options.port).wait()
        } catch {
            core.close()
            try? group.syncShutdownGracefully()
            throw ServerError(address: options.address, port: options.port, error)
        }
        port = channel.localAddress?.port ?? options.port
        core.isLoopback.store(
            RequestSite.isLoopback(address: channel.localAddress?.ipAddress ?? ""), ordering: .relaxed)
        host = options.address.contains(":") ? "[\(options.address)]" : options.address
        lock?.note(url: url, in: writing.store)
    }

    /// From the next request on, this holds.
    package func setAccessPolicy(_ policy: AccessPolicy) { core.service.setPolicy(policy) }

    /// Stops in order: accepts nothing more, lets what is being answered be answered, and closes the database, which is
    /// then one file with everything in it.
    ///
    /// - Parameter patience: connections that are busy for longer are cut, in milliseconds.
    package func stop(patience: Int64 = 5000) {
        try? channel.close().wait()
        core.stopping.cancel()
        core.drain(patience: .milliseconds(patience))
        core.close()
        try? group.syncShutdownGracefully()
        lock?.release()
    }
}

/// Why the service cannot be put on a port.
package struct ServerError: Error, Sendable {
    package var message: String

    fileprivate init(address: String, port: Int, _ error: any Error) {
        let reason: String
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: reason = "another program listens there"
        case EACCES: reason = "this account may not listen there"
        case EADDRNOTAVAIL: reason = "this machine has no such address"
        case let code?: reason = String(cString: strerror(code))
        default: reason = "there is no such address"
        }
        message = "cannot listen on \(address), port \(port): \(reason)"
    }
}
