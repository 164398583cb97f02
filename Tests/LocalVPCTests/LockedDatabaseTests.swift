import CSQLite
import CloudAPI
import DataValue
import LocalVPC
import Synchronization
import SystemSupport
import Testing

/// Another process holds the database locked: whoever waits for it can be stopped at once.
@Suite struct LockedDatabaseTests {
    /// What another process would do.
    private final class Lock: @unchecked Sendable {
        private var database: OpaquePointer?

        init(_ path: String, _ statement: String = "BEGIN IMMEDIATE") {
            sqlite3_open(path, &database)
            sqlite3_exec(database, statement, nil, nil, nil)
        }

        func release() {
            sqlite3_close_v2(database)
            database = nil
        }
    }

    private let folder = TemporaryFolder()
    private var path: String { folder.path + "/vpc.db" }
    private let clock = SystemClock()

    private func request(_ bench: Bench, _ action: String = "CreateVpc") -> WireRequest {
        let target = bench.signedTarget(bench.common(action) + [("RegionId", "cn-hangzhou")])
        return WireRequest(method: "GET", origin: "http://vpc.local", target: target, headers: [])
    }

    /// How a write ends that is cancelled while it waits, or is given so many nanoseconds, and after how many.
    private func outcome(_ bench: Bench, limit: Duration = .seconds(60), cancels: Bool = false) throws
        -> (error: TransportError?, after: Duration)
    {
        let endpoint = try #require(bench.service.endpoint)
        let request = request(bench)
        let cancellation = Cancellation()
        let result = Mutex<(error: TransportError?, cancelled: MonotonicTime, ended: MonotonicTime)>(
            (nil, MonotonicTime(nanoseconds: 0), MonotonicTime(nanoseconds: 0)))
        let clock = clock
        let turn = Barrier(2)
        onThreads(2) { thread in
            turn.wait()
            if thread == 1 {
                guard cancels else { return }
                clock.sleep(for: .milliseconds(100), cancellation: Cancellation())
                result.withLock { $0.cancelled = clock.monotonic() }
                return cancellation.cancel()
            }
            if !cancels { result.withLock { $0.cancelled = clock.monotonic() } }
            do throws(TransportError) {
                _ = try endpoint.send(
                    request, timeouts: Timeouts(read: limit, total: limit), cancellation: cancellation)
            } catch {
                result.withLock { $0.error = error }
            }
            result.withLock { $0.ended = clock.monotonic() }
        }
        let found = result.withLock { $0 }
        return (found.error, found.ended - found.cancelled)
    }

    @Test func aCallThatWaitsCanBeCancelled() throws {
        let bench = try Bench(.file(path))
        let lock = Lock(path)
        let (error, after) = try outcome(bench, cancels: true)
        #expect(error?.reason == .cancelled)
        #expect(error?.mayHaveArrived == false)
        // A tenth of a second where nothing else runs; here other tests do.
        #expect(after < .milliseconds(500), "\(after)")
        print(
            "figure: a call that waits for a locked database ends \(after.nanoseconds / 1_000_000) ms after its cancellation"
        )
        lock.release()
        #expect(bench.call("DescribeVpcs").at("TotalCount") == 0)
    }

    @Test func aCallWaitsNoLongerThanItsTime() throws {
        let bench = try Bench(.file(path))
        let lock = Lock(path)
        let (error, after) = try outcome(bench, limit: .milliseconds(200))
        #expect(error?.reason == .timeout)
        #expect(error?.mayHaveArrived == false)
        #expect(error?.message.contains(path) == true)
        #expect(after >= .milliseconds(190) && after < .seconds(1), "\(after)")
        lock.release()
        #expect(bench.call("CreateVpc").status == 200)
    }

    @Test func aCallGoesOnWhenTheLockIsGone() throws {
        let bench = try Bench(.file(path))
        let lock = Lock(path)
        let clock = clock
        let turn = Barrier(2)
        onThreads(2) { thread in
            turn.wait()
            if thread == 0 {
                #expect(bench.call("CreateVpc").status == 200)
            } else {
                clock.sleep(for: .milliseconds(50), cancellation: Cancellation())
                lock.release()
            }
        }
    }

    @Test func openingCanBeCancelledToo() throws {
        try Bench(.file(path)).service.close()
        let lock = Lock(path, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; SELECT * FROM setting")
        let cancellation = Cancellation()
        cancellation.cancel()
        let began = clock.monotonic()
        let error = #expect(throws: LocalEndpointError.self) {
            _ = try LocalEndpoint(database: .file(path), time: SystemClock(), cancellation: cancellation)
        }
        #expect(error?.reason == .busy)
        #expect(throws: LocalEndpointError.self) {
            _ = try LocalEndpoint(database: .file(path), time: SystemClock(), patience: .milliseconds(100))
        }
        #expect(clock.monotonic() - began < .seconds(2))
        lock.release()
    }

    /// A server is stopped at once, and whoever waits is told that nothing was done.
    @Test func aServerDoesNotWaitToBeStopped() throws {
        var options = LocalServer.Options(database: .file(path))
        options.loops = 1
        let server = try LocalServer(options)
        let signer = try Bench(.memory, clock: ManualClock(clock.now().nanoseconds))
        let lock = Lock(path)
        let target = request(signer).target
        let answer = Mutex("")
        let clock = clock
        let took = Mutex(Duration.zero)
        let turn = Barrier(2)
        onThreads(2) { thread in
            if thread == 0 {
                let connection = RawConnection(port: server.port)
                connection.send("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n\r\n")
                turn.wait()
                let text = connection.readToEnd() ?? "no end"
                answer.withLock { $0 = text }
            } else {
                turn.wait()
                // Until the write has got to where it waits.
                clock.sleep(for: .milliseconds(100), cancellation: Cancellation())
                let began = clock.monotonic()
                server.stop()
                took.withLock { $0 = clock.monotonic() - began }
            }
        }
        lock.release()
        #expect(took.withLock { $0 } < .seconds(2), "\(took.withLock { $0 })")
        let text = answer.withLock { $0 }
        #expect(text.hasPrefix("HTTP/1.1 503 "), "\(text)")
        #expect(text.contains("Local.DatabaseLocked"))
    }
}
