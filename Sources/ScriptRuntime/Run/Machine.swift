import DataValue
import ScriptSyntax

/// An error that no handler took, with the place where it arose and the calls that led there, innermost first.
package struct UncaughtError: Error {
    package let error: ScriptError
    package let span: Span
    package let calls: [(function: String, span: Span)]
}

/// Runs bytecode.
///
/// Invariants:
/// - All registers of all frames lie in one piece of memory (``stack``), a callee's first register being the caller's
///   register that held the first argument. The main frame begins at 0, so a top-level name is an absolute place.
/// - Registers below ``initialized`` always hold a value; above, memory is raw. Registers of no frame hold null.
/// - While code runs, the frame's place in the code lives in a local of ``execute()``; `frames.last.position` is brought
///   up to date only where somebody else looks at it: at a call, and when something is thrown.
/// - Handlers cost nothing until an error arises; then `Machine+Errors.swift` searches the tables.
///
/// One machine is used by one thread.
package final class Machine {
    struct Frame {
        let code: FunctionCode
        let base: Int
        let argumentCount: Int
        var position: Int
    }

    /// The deepest nesting of calls.
    static let depthLimit = 10_000
    private static let stackCapacity = 2_000_000

    let host: any Host
    let interrupt: Interrupt
    let stack: UnsafeMutablePointer<Value>
    private var initialized = 0
    var frames: [Frame] = []
    var functions: [FunctionCode?] = []
    private var globalCount = 0

    var handlerActivations: [HandlerActivation] = []
    var exitActivations: [ExitActivation] = []
    /// What has gone on to the last frame and waits for ``settle(_:)``.
    var passage: Passage?
    var retries: [RetryKey: RetryState] = [:]
    /// Page cursors that loops are running through.
    var cursors: [Int: PageCursor] = [:]
    var lastCursor = 0

    /// The last value that was displayed, and the last error that a handler took.
    package internal(set) var lastResult: Value = .null
    package internal(set) var lastError: Value = .null

    /// The line that a span begins in, for `$error.Line`.
    package var lineNumber: ((Span) -> Int)?

    /// Set in a machine that runs iterations of a parallel loop.
    let iteration: IterationLimits?
    /// Whether the parent of such a machine is repeating the statement that the loop belongs to.
    var isInRepetition = false

    package init(host: any Host, interrupt: Interrupt) {
        self.host = host
        self.interrupt = interrupt
        iteration = nil
        stack = .allocate(capacity: Self.stackCapacity)
    }

    /// A machine for iterations: with the parent's frames, and its registers below `top`.
    init(copying parent: Machine, top: Int, limits: IterationLimits) throws {
        host = parent.host
        interrupt = Interrupt(parent: parent.interrupt)
        iteration = limits
        stack = .allocate(capacity: Self.stackCapacity)
        frames = parent.frames
        functions = parent.functions
        globalCount = parent.globalCount
        lineNumber = parent.lineNumber
        isInRepetition = parent.isInRepetition || !parent.retries.isEmpty
        stack.initialize(from: parent.stack, count: top)
        initialized = top
    }

    /// Runs one iteration of the loop whose state begins at R[state]. Always throws: ``IterationEnd`` at its end.
    func runIteration(from position: Int, state: Int, _ index: Value, _ item: Value) throws {
        registers[state + 2] = item
        registers[state + 3] = index
        handlerActivations = []
        exitActivations = []
        retries = [:]
        frames[frames.count - 1].position = position
        do {
            try execute(from: position)
        } catch let failure as IterationFailure {
            throw failure.error
        }
    }

    /// The place of the instruction that runs.
    var currentSpan: Span {
        guard let frame = frames.last, frame.position > 0 else { return Span(source: 0, start: 0, end: 0) }
        return frame.code.spans[frame.position - 1]
    }

    deinit {
        stack.deinitialize(count: initialized)
        stack.deallocate()
    }

    /// Runs a unit to its end. The main frame's top-level names keep their values for the next unit.
    ///
    /// Throws ``UncaughtError``, ``Interrupted``, ``ExitRequest`` or ``OutputClosed``.
    package func run(_ unit: CompiledUnit, parameters: [String: Value] = [:]) throws {
        functions = unit.environment.functions
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
        frames = [Frame(code: unit.main, base: 0, argumentCount: 0, position: 0)]
        defer {
            frames = []
            handlerActivations = []
            exitActivations = []
            passage = nil
            retries = [:]
            cursors = [:]
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

    private func reserve(_ top: Int) throws {
        if top > Self.stackCapacity { throw tooDeep }
        if top > initialized {
            (stack + initialized).initialize(repeating: .null, count: top - initialized)
            initialized = top
        }
    }

    private var tooDeep: ScriptError {
        ScriptError("Script.Depth", "functions call each other too deeply", help: "does the recursion end?")
    }

    @inline(never)
    private func enter(_ index: Int, base: Int, argumentCount: Int) throws {
        guard let code = functions[index] else { throw ScriptError.value("the function is not defined yet") }
        if frames.count >= Self.depthLimit { throw tooDeep }
        if interrupt.isRaised { throw Interrupted() }
        try reserve(base + max(1, code.registerCount))
        frames.append(Frame(code: code, base: base, argumentCount: argumentCount, position: 0))
    }

    /// Takes the last frame off and leaves null in its registers; those of top-level names stay.
    func popFrame() {
        guard let frame = frames.popLast() else { return }
        let first = frames.isEmpty ? min(globalCount, frame.code.registerCount) : 0
        for register in first..<frame.code.registerCount { stack[frame.base + register] = .null }
        if !retries.isEmpty { forgetRetries(above: frames.count) }
    }

    // MARK: The loop

    private func execute(from start: Int = 0) throws {
        var pc = start
        while true {
            do {
                try run(from: pc)
                return
            } catch {
                // Whoever threw has left the place behind the failed instruction in the frame.
                guard let frame = frames.last, !(error is IterationEnd), !(error is IterationFailure) else {
                    throw error
                }
                pc = try settle(dispatch(error, at: frame.position - 1))
            }
            if frames.isEmpty { return }
        }
    }

    /// Runs from a place of the last frame until the main frame returns. On a throw, `frames.last.position` stands behind
    /// the failed instruction.
    private func run(from start: Int) throws {
        var frame = frames[frames.count - 1]
        var code = frame.code.code
        var constants = frame.code.constants
        var registers = stack + frame.base
        var pc = start
        do {
            while true {
                let instruction = code[pc]
                pc &+= 1
                let a = Int(instruction.a)
                let b = Int(instruction.b)
                let c = Int(instruction.c)
                switch instruction.operation {
                case .move: registers[a] = registers[b]
                case .constant: registers[a] = constants[instruction.wide]
                case .integer: registers[a] = .int(instruction.signedWide)
                case .null: registers[a] = .null
                case .boolean: registers[a] = .bool(b != 0)
                case .readGlobal: registers[a] = try readGlobal(instruction.wide)
                case .writeGlobal:
                    if Unset.matches(stack[instruction.wide]) { throw noValueYet }
                    stack[instruction.wide] = registers[a]
                case .addGlobal:
                    if Unset.matches(stack[a]) { throw noValueYet }
                    try grow(&stack[a], by: registers[b])
                case .add:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c] {
                        let (sum, overflow) = left.addingReportingOverflow(right)
                        if !overflow {
                            registers[a] = .int(sum)
                            continue
                        }
                    }
                    try add(registers, a, b, c)
                case .addInteger:
                    if case .int(let left) = registers[b] {
                        let (sum, overflow) = left.addingReportingOverflow(instruction.signedC)
                        if !overflow {
                            registers[a] = .int(sum)
                            continue
                        }
                    }
                    registers[a] = try Operators.add(registers[b], .int(instruction.signedC))
                case .subtract:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c] {
                        let (difference, overflow) = left.subtractingReportingOverflow(right)
                        if !overflow {
                            registers[a] = .int(difference)
                            continue
                        }
                    }
                    registers[a] = try Operators.subtract(registers[b], registers[c])
                case .multiply:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c] {
                        let (product, overflow) = left.multipliedReportingOverflow(by: right)
                        if !overflow {
                            registers[a] = .int(product)
                            continue
                        }
                    }
                    registers[a] = try Operators.multiply(registers[b], registers[c])
                case .divide: registers[a] = try Operators.divide(registers[b], registers[c])
                case .divideWhole: registers[a] = try Operators.divideWhole(registers[b], registers[c])
                case .remainder:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c], right > 0 {
                        registers[a] = .int(left % right)
                        continue
                    }
                    registers[a] = try Operators.remainder(registers[b], registers[c])
                case .negate: registers[a] = try Operators.negate(registers[b])
                case .not:
                    guard case .bool(let flag) = registers[b] else { throw noBoolean(registers[b]) }
                    registers[a] = .bool(!flag)
                case .equal:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c] {
                        registers[a] = .bool(left == right)
                    } else {
                        registers[a] = .bool(registers[b] == registers[c])
                    }
                case .unequal: registers[a] = .bool(registers[b] != registers[c])
                case .less:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c] {
                        registers[a] = .bool(left < right)
                    } else {
                        registers[a] = .bool(try Operators.isLess(registers[b], registers[c]))
                    }
                case .lessOrEqual:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c] {
                        registers[a] = .bool(left <= right)
                    } else {
                        registers[a] = .bool(try !Operators.isLess(registers[c], registers[b]))
                    }
                case .contained: registers[a] = .bool(try Operators.contains(registers[b], in: registers[c]))
                case .matches: registers[a] = .bool(try Operators.matches(registers[b], registers[c]))
                case .jump: pc = instruction.wide
                case .loop:
                    if interrupt.isRaised { throw Interrupted() }
                    pc = instruction.wide
                case .jumpIfFalse:
                    guard case .bool(let flag) = registers[a] else { throw noBoolean(registers[a]) }
                    if !flag { pc = instruction.wide }
                case .jumpIfTrue:
                    guard case .bool(let flag) = registers[a] else { throw noBoolean(registers[a]) }
                    if flag { pc = instruction.wide }
                case .jumpIfValue:
                    if case .null = registers[a] {} else { pc = instruction.wide }
                case .requireBoolean:
                    guard case .bool = registers[a] else { throw noBoolean(registers[a]) }
                case .field, .fieldOptional:
                    guard case .string(let name) = constants[c] else { continue }
                    registers[a] = try Operators.field(
                        name, of: registers[b], isOptional: instruction.operation == .fieldOptional)
                case .index, .indexOptional:
                    if case .list(let elements) = registers[b], case .int(let place) = registers[c],
                        elements.indices.contains(place)
                    {
                        registers[a] = elements[place]
                        continue
                    }
                    registers[a] = try Operators.index(
                        registers[b], registers[c], isOptional: instruction.operation == .indexOptional)
                case .list, .append, .record, .assignPath, .assignGlobal, .text:
                    try build(instruction, registers, constants)
                case .native: try native(registers + a, b, c)
                case .call:
                    frames[frames.count - 1].position = pc
                    try enter(b, base: frame.base + a, argumentCount: c)
                    frame = frames[frames.count - 1]
                    code = frame.code.code
                    constants = frame.code.constants
                    registers = stack + frame.base
                    pc = 0
                case .argumentGiven: if frame.argumentCount > a { pc = instruction.wide }
                case .returnValue:
                    let value = registers[a]
                    popFrame()
                    guard let caller = frames.last else { return }
                    registers[0] = value
                    frame = caller
                    code = frame.code.code
                    constants = frame.code.constants
                    registers = stack + frame.base
                    pc = frame.position
                case .command:
                    frames[frames.count - 1].position = pc
                    try command(registers + a, frame.code.callSites[instruction.wide])
                case .display:
                    let value = registers[a]
                    registers[a] = .null
                    try display(value)
                case .iterate:
                    switch registers[a] {
                    case .list, .record: registers[a + 1] = .int(0)
                    default:
                        throw ScriptError.type(
                            "'for' runs through a list or a record, not \(Operators.article(registers[a]))")
                    }
                case .next:
                    guard case .int(let place) = registers[a + 1] else { continue }
                    if case .list(let elements) = registers[a] {
                        if place >= elements.count {
                            pc = instruction.wide
                        } else {
                            registers[a + 1] = .int(place + 1)
                            registers[a + 2] = elements[place]
                            registers[a + 3] = .int(place)
                        }
                    } else if let handle = PageHandle.number(registers[a]) {
                        if try !nextItem(handle, registers + a) { pc = instruction.wide }
                    } else if case .record(let record) = registers[a], place < record.count {
                        registers[a + 1] = .int(place + 1)
                        registers[a + 2] = record.values[place]
                        registers[a + 3] = .string(record.keys[place])
                    } else {
                        pc = instruction.wide
                    }
                case .statement:
                    if !retries.isEmpty { forgetRetries(of: instruction.wide) }
                case .parallel:
                    frames[frames.count - 1].position = pc
                    try runParallel(a, body: pc, bodyScope: Int(frame.code.scopeAt[pc]))
                    pc = instruction.wide
                case .endIteration: throw IterationEnd(breaks: a != 0)
                case .fail: throw try raised(registers[a], registers[b])
                case .exit: throw try exitRequest(registers[a])
                case .wait, .waitBegin, .waitStep: try wait(instruction, registers)
                case .leave, .leaveReturn, .endExit, .endHandler, .retry, .resume, .use, .pass, .passNew:
                    frames[frames.count - 1].position = pc
                    pc = try settle(leave(instruction, at: pc - 1))
                    guard let current = frames.last else { return }
                    frame = current
                    code = frame.code.code
                    constants = frame.code.constants
                    registers = stack + frame.base
                case .stage:
                    frames[frames.count - 1].position = pc
                    try stage(registers + a, frame.code.callSites[instruction.wide])
                case .pages:
                    frames[frames.count - 1].position = pc
                    try openPages(registers + a, frame.code.callSites[instruction.wide])
                case .closePages:
                    closePages(registers[a])
                    registers[a] = .null
                case .leading: registers[a] = .int(try Stage.leading(registers[b]))
                }
            }
        } catch {
            if !frames.isEmpty { frames[frames.count - 1].position = pc }
            throw error
        }
    }
}

/// What a top-level register holds until its `let` has run: a value that no script can make.
enum Unset {
    private static let keys = KeyTable(["unset"])
    static let value: Value = .record(Record(keyTable: keys, values: [.null]))

    static func matches(_ value: Value) -> Bool {
        if case .record(let record) = value { return record.keyTable === keys }
        return false
    }
}
