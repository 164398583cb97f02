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
    /// - Throws: ``LocalEndpointError`` with the path if the database cannot be used.
    package init(
        database: DatabaseLocation, time: any TimeSource, timing: LifeCycleTiming = .fast,
        accessPolicy: AccessPolicy = .rootOnly, maximumPages: Int? = nil,
        random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }
    ) throws(LocalEndpointError) {
        let opened = try Schema.open(database, maximumPages: maximumPages)
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
    /// - Parameter timeouts: an answer that a fault holds back for longer never comes.
    /// - Throws: ``TransportError`` where the call was cancelled before it began, the endpoint is closed, or a fault that
    ///   was set keeps the answer back.
    package func send(_ request: WireRequest, timeouts: Timeouts, cancellation: Cancellation) throws(TransportError)
        -> WireResponse
    {
        if cancellation.isCancelled {
            throw TransportError(.cancelled, "the call was cancelled before it was sent", mayHaveArrived: false)
        }
        let writer = AnswerWriter(service, request)
        if let refusal = writer.refusal { return writer.answer(refusal) }
        let result = worker.withLock { worker in worker.database.isOpen ? worker.answer(request) : nil }
        guard let result else {
            throw TransportError(.network, "the local service is closed", mayHaveArrived: false)
        }
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
}
