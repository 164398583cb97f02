import CloudAPI
import DataValue
import Synchronization

/// A VPC service of one's own, in process: the same signed requests as over HTTP, the same answers and errors.
///
/// It needs no account and no network. The account's own key is `local` with the secret `local`. State lives in SQLite;
/// several threads may call at a time, and several processes may use one file. Life cycles need no threads: a state
/// follows from the times in the database and the clock.
package final class LocalEndpoint: Transport, Sendable {
    private let service: Mutex<LocalService>
    private let time: any TimeSource
    private let random: @Sendable () -> UInt64

    /// Opens the database, and sets it up if it is new.
    ///
    /// - Parameters:
    ///   - time: tells the time; the endpoint never sleeps.
    ///   - timing: how long the life cycles take.
    ///   - maximumPages: limits the database to so many pages of 4096 bytes; nil for no limit.
    ///   - random: where ids, keys and addresses come from. Called under a lock.
    /// - Throws: ``LocalEndpointError`` with the path if the database cannot be used.
    package init(
        database: DatabaseLocation, time: any TimeSource, timing: LifeCycleTiming = .fast,
        accessPolicy: AccessPolicy = .rootOnly, maximumPages: Int? = nil,
        random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }
    ) throws(LocalEndpointError) {
        let opened = try Schema.open(database, maximumPages: maximumPages)
        service = Mutex(
            LocalService(
                store: Store(database: opened), location: database, timing: timing, random: random,
                policy: accessPolicy))
        self.time = time
        self.random = random
    }

    deinit { close() }

    /// Closes the database; requests that are being answered are finished before. The last endpoint that uses a file
    /// leaves the file alone, with everything in it: no `-wal`, no `-shm`. Closing again does nothing.
    ///
    /// A program calls this before it exits: memory that is still in use when a process ends is not deinitialised.
    package func close() {
        service.withLock { $0.store.database.close() }
    }

    /// From the next request on, this holds.
    package func setAccessPolicy(_ policy: AccessPolicy) {
        service.withLock { $0.policy = policy }
    }

    /// Answers a request. Nothing that a request holds makes this fail: what is wrong with it is in the answer.
    ///
    /// - Parameter timeouts: of no concern here.
    /// - Throws: ``TransportError`` only where the call was cancelled before it began, or the endpoint is closed.
    package func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
    {
        if cancellation.isCancelled {
            throw TransportError(.cancelled, "the call was cancelled before it was sent", mayHaveArrived: false)
        }
        let format = ServiceRequest.format(of: request)
        let writer = AnswerWriter(
            format: format ?? .xml, requestID: requestID(), host: ServiceRequest.host(request))
        do throws(ServiceError) {
            let parsed = try ServiceRequest(request)
            if format == nil { throw ServiceError.invalidParameter("Format", "must be JSON or XML") }
            let now = time.now()
            let answered = try service.withLock { service throws(ServiceError) in
                service.store.database.isOpen ? try service.answer(parsed, now: now) : nil
            }
            if let (action, answer) = answered { return writer.answer(answer, action: action) }
        } catch {
            return writer.answer(error)
        }
        throw TransportError(.network, "the local service is closed", mayHaveArrived: false)
    }

    /// A random UUID in upper case.
    private func requestID() -> String {
        let high = random() & ~0xF000 | 0x4000
        let low = random() & ~(0b11 << 62) | 0b10 << 62
        func hex(_ number: UInt64, from position: UInt64, digits: Int) -> String {
            let value = number >> position & (digits == 16 ? .max : (1 << UInt64(digits * 4)) - 1)
            let text = String(value, radix: 16, uppercase: true)
            return String(repeating: "0", count: digits - text.count) + text
        }
        return [
            hex(high, from: 32, digits: 8), hex(high, from: 16, digits: 4), hex(high, from: 0, digits: 4),
            hex(low, from: 48, digits: 4), hex(low, from: 0, digits: 12),
        ].joined(separator: "-")
    }
}
