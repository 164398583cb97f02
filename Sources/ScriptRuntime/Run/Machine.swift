import DataValue
import Glibc
import ScriptSyntax
import SystemSupport

/// An error that no handler took, with the place where it arose and the calls that led there, innermost first.
package struct UncaughtError: Error {
    package let error: ScriptError
    package let span: Span
    package let calls: [(function: String, span: Span)]

    /// The same with another error as its cause.
    package func caused(by other: ScriptError) -> UncaughtError {
        UncaughtError(error: error.caused(by: other), span: span, calls: calls)
    }
}

/// Runs bytecode.
///
/// Invariants:
/// - All registers of all frames lie in one piece of memory (``stack``), a callee's first register being the caller's
///   register that held the first argument. The main frame begins at 0, so a top-level name is an absolute place.
/// - That memory grows, and may then lie elsewhere, only in ``reserve(_:)``: at the beginning of a unit and at a call. No
///   pointer to a register is kept across either.
/// - Registers below ``initialized`` always hold a value; above, memory is raw. Registers of no frame hold no reference,
///   so that no forgotten copy of a list makes the next change of that list copy it; what a number left there is never
///   read.
/// - While code runs, the frame's place in the code lives in a local of ``execute()``; `frames.last.position` is brought
///   up to date only where somebody else looks at it: at a call, and when something is thrown.
/// - Handlers cost nothing until an error arises; then `Machine+Errors.swift` searches the tables.
///
/// One machine is used by one thread.
package final class Machine {
    /// The deepest nesting of calls.
    static let depthLimit = 10_000
    /// The most registers of all frames together.
    static let stackCapacity = 2_000_000
    /// The registers that a machine begins with: 24 KB, so that hundreds of machines can run at once. To grow is seldom
    /// and cheap: the system moves the pages of a large piece of memory without copying them.
    private static let firstCapacity = 1_000

    let host: any Host
    let interrupt: Cancellation
    private(set) var stack: UnsafeMutablePointer<Value>
    private var capacity = 0
    var initialized = 0
    let frames = FrameStack(capacity: depthLimit)
    var callees = CalleeTable()
    private var globalCount = 0

    var handlerActivations: [HandlerActivation] = []
    var exitActivations: [ExitActivation] = [] {
        didSet {
            if exitActivations.isEmpty == runsExitBlocks { tellOfExitBlocks(!exitActivations.isEmpty) }
        }
    }
    private var runsExitBlocks = false
    /// What has gone on to the last frame and waits for ``settle(_:)``.
    var passage: Passage?
    var retries: [RetryKey: RetryState] = [:] {
        didSet { hasRetries = !retries.isEmpty || hasUnfinished }
    }
    /// What calls have left unfinished, and whether there is any. See `UnfinishedWork.swift`.
    let unfinished = UnfinishedWorkList()
    var hasUnfinished = false {
        didSet { hasRetries = !retries.isEmpty || hasUnfinished }
    }
    /// In a machine that runs iterations: what the parent's statement may take up.
    var inheritedWork = RepeatedWork()
    /// Whether ``retries`` or ``unfinished`` holds any, where it is asked for at every return.
    private(set) var hasRetries = false
    /// Page cursors that loops are running through.
    var cursors: [Int: PageCursor] = [:]
    var lastCursor = 0
    /// Where the items of statements that write them one by one go.
    var sinks: [Int: OpenSink] = [:]

    /// The last value that was displayed, and the last error that a handler took.
    package internal(set) var lastResult: Value = .null
    package internal(set) var lastError: Value = .null

    /// See ``charge(_:)``.
    var allowance = 0
    /// See `Machine+Nesting.swift`.
    var uncountedLevels = 0

    /// The line that a span begins in, for `$error.Line`.
    package var lineNumber: ((Span) -> Int)?

    /// Set in a machine that runs iterations of a parallel loop.
    let iteration: IterationLimits?

    package init(host: any Host, interrupt: Cancellation) {
        self.host = host
        self.interrupt = interrupt
        iteration = nil
        stack = .allocate(capacity: Self.firstCapacity)
        capacity = Self.firstCapacity
    }

    /// A machine for iterations of a loop in the parent's last frame: with the parent's frames, of whose registers an
    /// iteration can see those of top-level names and those of the last frame.
    ///
    /// Throws `Script.Value` where there is no memory for it.
    init(copying parent: Machine, limits: IterationLimits) throws {
        let last = parent.frames.top.pointee
        let count = last.callee.pointee.registerCount
        // Behind the top-level names; in the main frame both are the same.
        let base = parent.frames.isSingle ? 0 : parent.globalCount
        host = parent.host
        interrupt = Cancellation(parent: parent.interrupt)
        iteration = limits
        guard MemoryHeadroom.has((base + count) * MemoryLayout<Value>.stride + MemoryHeadroom.largeSize) else {
            throw ScriptError.outOfMemory
        }
        capacity = max(Self.firstCapacity, base + count)
        stack = .allocate(capacity: capacity)
        callees = parent.callees.withOwnCaches()
        try frames.copy(parent.frames, from: parent.callees, to: callees, lastBase: base)
        globalCount = parent.globalCount
        lineNumber = parent.lineNumber
        inheritedWork = parent.repeatedWork
        uncountedLevels = parent.uncountedLevels
        stack.initialize(from: parent.stack, count: base)
        (stack + base).initialize(from: parent.stack + last.base, count: count)
        initialized = base + count
    }

    /// Runs one iteration of the loop whose state begins at R[state]. Always throws: ``IterationEnd`` at its end.
    func runIteration(from position: Int, state: Int, _ index: Value, _ item: Value) throws {
        registers[state + 2] = item
        registers[state + 3] = index
        handlerActivations = []
        exitActivations = []
        retries = [:]
        frames.top.pointee.position = position
        do {
            try execute(from: position)
        } catch let failure as IterationFailure {
            throw failure.error
        }
    }

    /// The place of the instruction that runs.
    var currentSpan: Span {
        guard let frame = frames.last, frame.position > 0 else { return Span(source: 0, start: 0, end: 0) }
        return frame.code.notes[frame.position - 1].span
    }

    private func tellOfExitBlocks(_ areRunning: Bool) {
        runsExitBlocks = areRunning
        host.exitBlocksRun(areRunning)
    }

    deinit {
        if runsExitBlocks { tellOfExitBlocks(false) }
        stack.deinitialize(count: initialized)
        free(stack)
    }

    /// Runs a unit to its end. The main frame's top-level names keep their values for the next unit.
    ///
    /// Throws ``UncaughtError``, ``Interrupted``, ``ExitRequest`` or ``OutputClosed``.
    package func run(_ unit: CompiledUnit, parameters: [String: Value] = [:]) throws {
        callees = CalleeTable(unit.environment.functions, main: unit.main)
        lastError = .null
        lastResult = .null
        try reserve(unit.main.registerCount)
        for register in globalCount..<max(globalCount, unit.environment.globalCount) { stack[register] = Unset.value }
        if globalCount == 0, unit.environment.globals[Environment.lastResultName] != nil {
            // At a prompt these two have a value from the start.
            stack[Environment.lastResultRegister] = .null
            stack[Environment.lastErrorRegister] = .null
        }
        globalCount = max(globalCount, unit.environment.globalCount)
        for parameter in unit.parameters {
            stack[parameter.register] = parameters[parameter.name] ?? parameter.defaultValue ?? .null
        }
        frames.push(Frame(callee: callees.main, base: 0, argumentCount: 0, position: 0))
        defer {
            frames.removeAll()
            callees = CalleeTable()
            handlerActivations = []
            exitActivations = []
            passage = nil
            retries = [:]
            forgetUnfinished(above: 0)
            cursors = [:]
            sinks = [:]
        }
        try execute()
    }

    /// The value of a top-level name, or nil while it has none.
    package func global(_ register: Int) -> Value? {
        guard register < initialized, !Unset.matches(stack[register]) else { return nil }
        return stack[register]
    }

    package func setGlobal(_ register: Int, _ value: Value) {
        guard register < globalCount else { return }
        stack[register] = value
    }

    // MARK: Frames

    var registers: UnsafeMutablePointer<Value> { stack + (frames.last?.base ?? 0) }

    /// Whether the registers have been moved for it.
    @discardableResult
    private func reserve(_ top: Int) throws -> Bool {
        let moves = top > capacity
        if moves { try growStack(top) }
        if top > initialized {
            (stack + initialized).initialize(repeating: .null, count: top - initialized)
            initialized = top
        }
        return moves
    }

    private func growStack(_ top: Int) throws {
        if top > Self.stackCapacity { throw tooDeep }
        let larger = min(max(top, capacity * 2), Self.stackCapacity)
        let size = larger * MemoryLayout<Value>.stride
        guard MemoryHeadroom.has(size), let memory = realloc(stack, size) else { throw ScriptError.outOfMemory }
        // The values have moved with the memory: a value does not know where it lies.
        stack = memory.assumingMemoryBound(to: Value.self)
        capacity = larger
    }

    private var tooDeep: ScriptError {
        ScriptError("Script.Depth", "functions call each other too deeply", help: "does the recursion end?")
    }

    /// What stands in the way of a call, or nothing once there is room for the function's registers. Yields whether the
    /// registers have been moved for it.
    @inline(never)
    func prepareCall(_ callee: UnsafePointer<Callee>, base: Int) throws -> Bool {
        guard callee.pointee.code != nil else { throw ScriptError.value("the function is not defined yet") }
        if frames.isFull, try !frames.grow() { throw tooDeep }
        if interrupt.isCancelled { throw Interrupted() }
        return try reserve(base + callee.pointee.registerCount)
    }

    /// Takes the last frame off and leaves no reference in its registers; those of top-level names stay.
    func popFrame() {
        guard let frame = frames.popLast() else { return }
        let count = frame.callee.pointee.registerCount
        let first = frames.isEmpty ? min(globalCount, count) : 0
        for register in first..<count { (stack + frame.base + register).clear() }
        if hasRetries { forgetRetries(above: frames.count) }
    }
}

/// What a top-level register holds until its `let` has run: a value that no script can make.
enum Unset {
    private static let text = "no value yet"
    static let value: Value = .bigNumber(text)

    @inline(__always)
    static func matches(_ value: Value) -> Bool {
        if case .bigNumber(let digits) = value { return digits == text }
        return false
    }
}
