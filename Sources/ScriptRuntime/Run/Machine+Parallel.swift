import DataValue
import Synchronization
import SystemSupport

// `for … parallel N`: iterations run on machines of their own, on threads of their own. Such a machine begins with a copy
// of the parent's registers and frames, so that everything in sight of the loop can be read; nothing that it does to
// them comes back, which is why the compiler refuses a `set` of a name from outside. It runs the body only: the scopes
// around the loop are the parent's to leave, and of the handlers there only those serve it that can act within one
// iteration (retry, resume, use).

/// What a machine that runs iterations must not go beyond.
struct IterationLimits {
    /// The number of the frame that the loop stands in.
    let frame: Int
    /// The scope of the loop's body.
    let bodyScope: Int
    /// How many parallel loops run around the iteration, its own included.
    let nesting: Int
}

/// An iteration has come to its end, or has broken out of the loop.
struct IterationEnd: Error {
    let breaks: Bool
}

/// An iteration's scopes have been left for good, by an error that none of its handlers took, or by what nothing catches.
struct IterationFailure: Error {
    let error: any Error
}

/// What the threads of one parallel loop share.
private final class ParallelLoop: Sendable {
    struct State {
        var nextIndex = 0
        /// Iterations that have come to their end.
        var done = 0
        var isStopped = false
        /// The error that is raised after the loop, with its place.
        var first: UncaughtError?
        var others = 0
        /// An interrupt, `exit` or closed output: the loop ends with it, whatever else happened.
        var uncatchable: (any Error)?
    }
    let state = Mutex(State())
    /// How many iterations there are, where it is known.
    let total: Int?

    init(total: Int?) { self.total = total }
}

/// A machine, handed to the one thread that uses it.
private struct Worker: @unchecked Sendable {
    let machine: Machine
    let position: Int
    let state: Int
    let take: () throws -> (index: Value, item: Value)?
}

/// The threads that run iterations, of all loops together: a loop within a loop would otherwise multiply them.
enum IterationThreads {
    /// How many there are at most.
    static let limit = 256
    /// Bytes. An iteration's calls take none of it; what does is the work on a value nested ``NestingLimit/levels`` deep,
    /// 1 MiB at most, and what a command does.
    static let stackSize = 4 << 20
    /// What a thread leaves of the address space for the work of all, in bytes.
    private static let spareMemory = 192 << 20
    private static let count = Atomic<Int>(0)

    /// Takes one of the places that are left; false where there is none, or no memory for a thread.
    static func take() -> Bool {
        guard MemoryHeadroom.has(stackSize + spareMemory) else { return false }
        if count.add(1, ordering: .relaxed).newValue <= limit { return true }
        giveBack()
        return false
    }

    static func giveBack() { _ = count.subtract(1, ordering: .relaxed) }
}

extension Machine {
    /// How many parallel loops may run within each other: one that gets no thread runs its iterations on the stack of the
    /// thread that it is met in.
    private static let nestingLimit = 64

    /// Runs the loop whose state begins at R[first]; its body begins at `position`.
    func runParallel(_ first: Int, body position: Int, bodyScope: Int) throws {
        if frames.isEmpty { return }
        let registers = registers
        guard case .int(let wanted) = registers[first + 4], wanted > 0 else {
            throw ScriptError.type(
                "'parallel' takes how many iterations run at once, not \(Operators.article(registers[first + 4]))")
        }
        let nesting = (iteration?.nesting ?? 0) + 1
        guard nesting <= Self.nestingLimit else {
            throw ScriptError(
                "Script.Depth", "more than \(Self.nestingLimit) parallel loops run within each other",
                help: "does the recursion end? leave out 'parallel' inside it")
        }
        let source = registers[first]
        let loop = ParallelLoop(total: Self.length(of: source))
        let next = nextItem(of: source)
        let take: () throws -> (index: Value, item: Value)? = {
            // Fetching a page under the lock makes the others wait for it, as they have to anyhow.
            try loop.state.withLock { state in
                if state.isStopped { return nil }
                guard let item = try next(state.nextIndex) else { return nil }
                state.nextIndex += 1
                return item
            }
        }
        let limits = IterationLimits(frame: frames.count - 1, bodyScope: bodyScope, nesting: nesting)
        var threads: [SystemThread] = []
        var machines: [Machine] = []
        // The first machine is there in any case: without a thread of its own it runs here. No thread waits for a place,
        // so that loops within loops cannot wait for each other.
        for number in 0..<min(wanted, IterationThreads.limit, Self.length(of: source) ?? wanted) {
            let hasPlace = IterationThreads.take()
            if !hasPlace, number > 0 { break }
            let machine: Machine
            do {
                machine = try Machine(copying: self, limits: limits)
            } catch {
                if hasPlace { IterationThreads.giveBack() }
                if number > 0 { break }
                throw error
            }
            machines.append(machine)
            let worker = Worker(machine: machine, position: position, state: first, take: take)
            let run: @Sendable () -> Void = { Self.iterate(worker, loop) }
            let thread =
                hasPlace
                ? try? SystemThread.start(stackSize: IterationThreads.stackSize) {
                    run()
                    IterationThreads.giveBack()
                } : nil
            if let thread {
                threads.append(thread)
                continue
            }
            if hasPlace { IterationThreads.giveBack() }
            if number == 0 { run() }
            break
        }
        for thread in threads { thread.join() }
        // Whoever repeats the loop's statement repeats what any of its iterations left.
        for machine in machines { keepUnfinished(machine.unfinished.all) }
        try Self.finish(loop)
    }

    private static func finish(_ loop: ParallelLoop) throws {
        let (uncatchable, first, others) = loop.state.withLock { ($0.uncatchable, $0.first, $0.others) }
        if let uncatchable { throw uncatchable }
        guard let first else { return }
        let error = first.error
        let more = others == 0 ? "" : " (and \(others) more \(others == 1 ? "iteration" : "iterations") failed)"
        throw ScriptError(
            error.code, error.message + more, origin: error.origin, httpStatus: error.httpStatus,
            requestID: error.requestID, action: error.action, attempts: error.attempts,
            isAmbiguous: error.isAmbiguous, cause: error.cause, help: error.help, span: first.span,
            omittedCauses: error.omittedCauses)
    }

    private static func length(of source: Value) -> Int? {
        switch source {
        case .list(let elements): elements.count
        case .record(let record) where PageHandle.number(source) == nil: record.count
        default: nil
        }
    }

    /// The item of an index with its index or key; indices are asked for one after the other.
    private func nextItem(of source: Value) -> (Int) throws -> (index: Value, item: Value)? {
        if let cursor = PageHandle.number(source).flatMap({ cursors[$0] }) {
            return { index in try cursor.next().map { (.int(index), $0) } }
        }
        switch source {
        case .list(let elements): return { $0 < elements.count ? (.int($0), elements[$0]) : nil }
        case .record(let record):
            return { $0 < record.count ? (.string(record.keys[$0]), record.values[$0]) : nil }
        default: return { _ in nil }
        }
    }

    // MARK: A thread

    private static func iterate(_ worker: Worker, _ loop: ParallelLoop) {
        while true {
            do {
                guard let (index, item) = try worker.take() else { return }
                try worker.machine.runIteration(from: worker.position, state: worker.state, index, item)
            } catch let end as IterationEnd {
                let done = loop.state.withLock { state in
                    if end.breaks { state.isStopped = true }
                    state.done += 1
                    return state.done
                }
                worker.machine.host.report(.iterations(done, of: loop.total))
            } catch let error as UncaughtError {
                loop.state.withLock { state in
                    state.isStopped = true
                    if state.first == nil { state.first = error } else { state.others += 1 }
                }
            } catch let error as ScriptError {
                // A page that could not be fetched.
                loop.state.withLock { state in
                    state.isStopped = true
                    if state.first == nil {
                        state.first = UncaughtError(error: error, span: worker.machine.currentSpan, calls: [])
                    }
                }
            } catch {
                loop.state.withLock { state in
                    state.isStopped = true
                    if state.uncatchable == nil { state.uncatchable = error }
                }
            }
        }
    }
}
