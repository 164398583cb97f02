import CloudAPI
import DataValue
import Synchronization
import SystemSupport

/// A VPC service of one's own, in process: the same signed requests as over HTTP, the same answers and errors.
///
/// It needs no account and no network. The account's own key is `local` with the secret `local`. State lives in SQLite;
/// several threads may call at a time, and several processes may use one file. Life cycles need no threads: a state
/// follows from the times in the database and the clock.
package final class LocalEndpoint: Transport, Sendable {
    let service: LocalService
    let worker: Mutex<Worker>

    /// Opens the database, and sets it up if it is new.
    ///
    /// - Parameters:
    ///   - time: tells the time, and sleeps where a fault holds an answer back.
    ///   - timing: how long the life cycles take.
    ///   - maximumPages: limits the database to so many pages of 4096 bytes; nil for no limit.
    ///   - random: where ids, keys and addresses come from. Called by several threads.
    ///   - patience: how long it waits for other processes that set the database up or hold it locked; ten seconds
    ///     at most, and without it.
    ///   - cancellation: ends such a wait at once.
    /// - Throws: ``LocalEndpointError`` with the path if the database cannot be used.
    package init(
        database: DatabaseLocation, time: any TimeSource, timing: LifeCycleTiming = .fast,
        accessPolicy: AccessPolicy = .rootOnly, maximumPages: Int? = nil,
        random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }, patience: Duration? = nil,
        cancellation: Cancellation = Cancellation()
    ) throws(LocalEndpointError) {
        let opened = try Schema.open(
            database, maximumPages: maximumPages, patience: patience, cancellation: cancellation)
        service = LocalService(
            location: database, time: time, timing: timing, policy: accessPolicy, random: random)
        worker = Mutex(Worker(service, opened))
        try worker.withLock { worker throws(LocalEndpointError) in try worker.settleClock() }
    }

    deinit { close() }

    /// Closes the database; requests that are being answered are finished before. The last endpoint that uses a file
    /// leaves the file alone, with everything in it: no `-wal`, no `-shm`. Closing again does nothing.
    ///
    /// A program calls this before it exits: memory that is still in use when a process ends is not deinitialised.
    package func close() {
        worker.withLock { $0.database.close() }
    }

    /// From the next request on, this holds.
    package func setAccessPolicy(_ policy: AccessPolicy) { service.setPolicy(policy) }

    /// Answers a request. Nothing that a request holds makes this fail: what is wrong with it is in the answer.
    ///
    /// - Parameter timeouts: an answer that a fault holds back for longer never comes; for another process that holds the
    ///   database locked it is waited for as long, and for five seconds at most.
    /// - Throws: ``TransportError`` where the call was cancelled before anything was done, the endpoint is closed, a fault
    ///   that was set keeps the answer back, or the time runs out while the database is locked.
    package func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
    {
        if cancellation.isCancelled {
            throw TransportError(.cancelled, "the call was cancelled before it was sent", mayHaveArrived: false)
        }
        let writer = AnswerWriter(service, request)
        if let refusal = writer.refusal { return writer.answer(refusal) }
        let result = try carryOut(request, timeouts, cancellation)
        if result.delay > 0 {
            let patience = min(timeouts.read, timeouts.total)
            service.time.sleep(for: min(.nanoseconds(result.delay), patience), cancellation: cancellation)
            if cancellation.isCancelled {
                throw TransportError(.cancelled, "the call was cancelled", mayHaveArrived: true)
            }
            if .nanoseconds(result.delay) >= patience {
                throw TransportError(.timeout, "the local service held its answer back", mayHaveArrived: true)
            }
        }
        if result.isLost {
            throw TransportError(.network, "the local service ended the connection", mayHaveArrived: true)
        }
        return writer.answer(result)
    }

    private func carryOut(_ request: WireRequest, _ timeouts: Timeouts, _ cancellation: Cancellation)
        throws(TransportError) -> CallResult
    {
        let clock = SystemClock()
        let deadline = clock.monotonic() + min(timeouts.read, timeouts.total)
        let result = worker.withLock { worker -> CallResult? in
            // Another call may have had the database for long.
            guard worker.database.isOpen, !cancellation.isCancelled else { return nil }
            let result = worker.database.wait.during(cancellation, until: deadline) { worker.answer(request) }
            worker.tidy(now: clock.monotonic())
            return result
        }
        guard let result else {
            if cancellation.isCancelled {
                throw TransportError(.cancelled, "the call was cancelled before it was sent", mayHaveArrived: false)
            }
            throw TransportError(.network, "the local service is closed", mayHaveArrived: false)
        }
        if case .failure(let error) = result.outcome, error.code == ServiceError.databaseLocked {
            // Whoever waits for the lock has done nothing yet.
            let place = "another process holds \(service.location.description) locked; nothing was changed"
            if cancellation.isCancelled {
                throw TransportError(.cancelled, "the call was cancelled: \(place)", mayHaveArrived: false)
            }
            if clock.monotonic() >= deadline { throw TransportError(.timeout, place, mayHaveArrived: false) }
        }
        return result
    }
}
