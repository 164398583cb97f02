import DataValue
import ScriptSyntax

// The machine's loop. What it needs at every turn lives in locals, which the processor keeps in registers; what is long or
// seldom stands in functions of its own that are not inlined. A value is looked at where it lies and changed where it
// lies: no instruction of a loop over numbers, records and calls counts a reference that it does not have to count.

extension Machine {
    func execute(from start: Int = 0) throws {
        var pc = start
        while true {
            do {
                if try !run(from: pc) { return }
                pc = frames.top.pointee.position
                continue
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

    /// Runs from a place in the last frame until the main frame returns.
    ///
    /// - Returns: Whether to call it again, at the last frame's position: the registers have moved, and the loop holds
    ///   their old address.
    /// - Throws: With the last frame's position after the instruction that failed.
    private func run(from start: Int) throws -> Bool {
        let frames = frames
        let stack = stack
        let callees = callees.base
        let interrupt = interrupt
        var code = frames.top.pointee.callee.pointee.instructions
        var constants = frames.top.pointee.callee.pointee.constants
        var fields = frames.top.pointee.callee.pointee.fields
        var registers = stack + frames.top.pointee.base
        var pc = start

        do {
            while true {
                let instruction = code[pc]
                pc &+= 1
                let a = Int(instruction.a)
                let b = Int(instruction.b)
                let c = Int(instruction.c)
                switch instruction.operation {
                case .move: (registers + a).copy(from: registers + b)
                case .take:
                    let value = (registers + b).take()
                    (registers + a).clear()
                    (registers + a).initialize(to: value)
                case .constant: (registers + a).copy(from: constants + instruction.wide)
                case .integer: (registers + a).put(instruction.signedWide)
                case .null: (registers + a).clear()
                case .boolean: (registers + a).put(b != 0)
                case .readGlobal:
                    let place = stack + instruction.wide
                    if case .bigNumber = place.pointee { try requireValue(place) }
                    (registers + a).copy(from: place)
                case .writeGlobal:
                    let place = stack + instruction.wide
                    if case .bigNumber = place.pointee { try requireValue(place) }
                    place.copy(from: registers + a)
                case .addGlobal:
                    try requireValue(stack + a)
                    try grow(stack + a, by: registers + b)

                // MARK: Arithmetic
                case .add:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c] {
                        let (sum, overflow) = left.addingReportingOverflow(right)
                        if !overflow {
                            (registers + a).put(sum)
                            continue
                        }
                    }
                    try add(registers, a, b, c)
                case .addInteger:
                    if case .int(let left) = registers[b] {
                        let (sum, overflow) = left.addingReportingOverflow(instruction.signedC)
                        if !overflow {
                            (registers + a).put(sum)
                            continue
                        }
                    }
                    registers[a] = try Operators.add(registers[b], .int(instruction.signedC))
                case .subtract:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c] {
                        let (difference, overflow) = left.subtractingReportingOverflow(right)
                        if !overflow {
                            (registers + a).put(difference)
                            continue
                        }
                    }
                    registers[a] = try Operators.subtract(registers[b], registers[c])
                case .multiply:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c] {
                        let (product, overflow) = left.multipliedReportingOverflow(by: right)
                        if !overflow {
                            (registers + a).put(product)
                            continue
                        }
                    }
                    registers[a] = try Operators.multiply(registers[b], registers[c])
                case .remainder:
                    if case .int(let left) = registers[b], case .int(let right) = registers[c], right > 0 {
                        (registers + a).put(Self.remainder(left, right))
                        continue
                    }
                    registers[a] = try Operators.remainder(registers[b], registers[c])
                case .remainderInteger:
                    if case .int(let left) = registers[b] {
                        (registers + a).put(Self.remainder(left, c))
                        continue
                    }
                    registers[a] = try Operators.remainder(registers[b], .int(c))
                case .divide: registers[a] = try Operators.divide(registers[b], registers[c])
                case .divideWhole: registers[a] = try Operators.divideWhole(registers[b], registers[c])
                case .negate: registers[a] = try Operators.negate(registers[b])

                // MARK: Comparisons
                case .equal: (registers + a).put((registers + b).equals(registers + c))
                case .unequal: (registers + a).put(!(registers + b).equals(registers + c))
                case .less: (registers + a).put(try (registers + b).isLess(than: registers + c))
                case .lessOrEqual: (registers + a).put(try !(registers + c).isLess(than: registers + b))
                case .equalConstant: (registers + a).put((registers + b).equals(constants + c))
                case .unequalConstant: (registers + a).put(!(registers + b).equals(constants + c))
                case .lessConstant: (registers + a).put(try (registers + b).isLess(than: constants + c))
                case .lessOrEqualConstant: (registers + a).put(try !(constants + c).isLess(than: registers + b))
                case .greaterConstant: (registers + a).put(try (constants + c).isLess(than: registers + b))
                case .greaterOrEqualConstant: (registers + a).put(try !(registers + b).isLess(than: constants + c))
                case .testEqual: pc = (registers + b).equals(registers + c) ? pc &+ 1 : code[pc].wide
                case .testUnequal: pc = (registers + b).equals(registers + c) ? code[pc].wide : pc &+ 1
                case .testLess: pc = try (registers + b).isLess(than: registers + c) ? pc &+ 1 : code[pc].wide
                case .testLessOrEqual: pc = try (registers + c).isLess(than: registers + b) ? code[pc].wide : pc &+ 1
                case .testEqualConstant: pc = (registers + b).equals(constants + c) ? pc &+ 1 : code[pc].wide
                case .testUnequalConstant: pc = (registers + b).equals(constants + c) ? code[pc].wide : pc &+ 1
                case .testLessConstant: pc = try (registers + b).isLess(than: constants + c) ? pc &+ 1 : code[pc].wide
                case .testLessOrEqualConstant:
                    pc = try (constants + c).isLess(than: registers + b) ? code[pc].wide : pc &+ 1
                case .testGreaterConstant:
                    pc = try (constants + c).isLess(than: registers + b) ? pc &+ 1 : code[pc].wide
                case .testGreaterOrEqualConstant:
                    pc = try (registers + b).isLess(than: constants + c) ? code[pc].wide : pc &+ 1
                case .testFieldEqual:
                    let found =
                        try Self.find(registers + b, fields + c) ?? field(registers + b, constants, fields, c, pc)
                    pc = found.equals(constants + a) ? pc &+ 1 : code[pc].wide
                case .testFieldUnequal:
                    let found =
                        try Self.find(registers + b, fields + c) ?? field(registers + b, constants, fields, c, pc)
                    pc = found.equals(constants + a) ? code[pc].wide : pc &+ 1
                case .contained: (registers + a).put(try Operators.contains(registers[b], in: registers[c]))
                case .matches: (registers + a).put(try Operators.matches(registers[b], registers[c]))

                // MARK: Jumps
                case .jump: pc = instruction.wide
                case .loop:
                    if interrupt.isCancelled { throw Interrupted() }
                    pc = instruction.wide
                case .jumpIfFalse:
                    guard case .bool(let flag) = registers[a] else { throw noBoolean(registers[a]) }
                    if !flag { pc = instruction.wide }
                case .jumpIfTrue:
                    guard case .bool(let flag) = registers[a] else { throw noBoolean(registers[a]) }
                    if flag { pc = instruction.wide }
                case .jumpIfValue: if case .null = registers[a] {} else { pc = instruction.wide }
                case .requireBoolean: guard case .bool = registers[a] else { throw noBoolean(registers[a]) }
                case .not:
                    guard case .bool(let flag) = registers[b] else { throw noBoolean(registers[b]) }
                    (registers + a).put(!flag)

                // MARK: Fields and elements
                case .field:
                    if let found = Self.find(registers + b, fields + c) {
                        (registers + a).copy(from: found)
                        continue
                    }
                    try field(registers + a, registers + b, constants + c, fields + c, isOptional: false)
                case .fieldOptional:
                    try field(registers + a, registers + b, constants + c, fields + c, isOptional: true)
                case .fieldPath:
                    let found = try follow(registers + b, constants, fields, c)
                    (registers + a).copy(from: found)
                case .assignFields:
                    guard case .int(let count) = constants[c] else { continue }
                    try checkNesting(registers + b, 1, levels: count)
                    try assign(registers + a, constants + c + 1, fields + c + 1, count, registers + b)
                case .index:
                    if case .list = registers[b], case .int(let place) = registers[c] {
                        let list = (registers + b).listInPlace
                        if place >= 0, place < list.pointee.count {
                            let element = list.pointee[place]
                            (registers + a).assign(element)
                            continue
                        }
                    }
                    registers[a] = try Operators.index(registers[b], registers[c], isOptional: false)
                case .indexOptional:
                    registers[a] = try Operators.index(registers[b], registers[c], isOptional: true)
                case .append:
                    guard case .list = registers[a] else { throw Operators.nothingToSet(registers[a]) }
                    let list = (registers + a).listInPlace
                    if list.pointee.count & 0x7FFF == 0x7FFF { try checkRoomToAppend(registers + a) }
                    list.pointee.append((registers + b).take())
                case .list, .record, .assignPath, .assignGlobal, .text, .growText:
                    try build(instruction, registers, constants)

                // MARK: Calls
                case .native: try native(registers + a, b, c)
                case .call:
                    frames.top.pointee.position = pc
                    let callee = callees + b
                    let base = frames.top.pointee.base &+ a
                    if base &+ callee.pointee.registerCount > initialized || frames.isFull || interrupt.isCancelled {
                        if try prepareCall(callee, base: base) {
                            // A local that could change in the loop made every call slower than this second look.
                            frames.top.pointee.position = pc &- 1
                            return true
                        }
                    }
                    frames.push(Frame(callee: callee, base: base, argumentCount: c, position: 0))
                    code = callee.pointee.instructions
                    constants = callee.pointee.constants
                    fields = callee.pointee.fields
                    registers = stack + base
                    pc = 0
                case .argumentGiven: if frames.top.pointee.argumentCount > a { pc = instruction.wide }
                case .returnValue:
                    let value = (registers + a).take()
                    if frames.isSingle || hasRetries {
                        popFrame()
                        if frames.isEmpty { return false }
                    } else {
                        let end = registers + frames.pop().callee.pointee.registerCount
                        var register = registers
                        while register < end {
                            if !register.isTrivial { register.clear() }
                            register += 1
                        }
                    }
                    registers.assign(value)
                    let caller = frames.top
                    code = caller.pointee.callee.pointee.instructions
                    constants = caller.pointee.callee.pointee.constants
                    fields = caller.pointee.callee.pointee.fields
                    registers = stack + caller.pointee.base
                    pc = caller.pointee.position
                case .command:
                    frames.top.pointee.position = pc
                    try command(registers + a, frames.top.pointee.code.callSites[instruction.wide])
                case .display: try display((registers + a).take())

                // MARK: Loops
                case .range: try range(registers + a, c)
                case .iterate: try iterate(registers + a)
                case .iterateRange: if case .int = registers[a] {} else { try iterate(registers + a) }
                case .next:
                    let state = registers + a
                    if case .list = state.pointee, case .int(let place) = state[1] {
                        let list = state.listInPlace
                        if place < list.pointee.count {
                            if interrupt.isCancelled { throw Interrupted() }
                            let element = list.pointee[place]
                            (state + 1).initialize(to: .int(place &+ 1))
                            (state + 2).assign(element)
                            (state + 3).put(place)
                            pc = instruction.wide
                        }
                        continue
                    }
                    if try nextOfOther(state) { pc = instruction.wide }
                case .nextNumber:
                    let state = registers + a
                    if case .int = state.pointee {
                        // Then all of the state is numbers: nobody but this loop can reach it.
                        let left = (state + 1).intInPlace.pointee
                        if left <= 0 { continue }
                        if interrupt.isCancelled { throw Interrupted() }
                        let number = state.intInPlace.pointee
                        (state + 1).intInPlace.pointee = left &- 1
                        // Behind the last number the sum may wrap; it is not looked at any more.
                        state.intInPlace.pointee = number &+ (state + 4).intInPlace.pointee
                        (state + 2).put(number)
                        (state + 3).intInPlace.pointee &+= 1
                        pc = instruction.wide
                        continue
                    }
                    if try nextOfOther(state) { pc = instruction.wide }
                case .statement: if hasRetries { forgetRetries(of: instruction.wide) }
                case .parallel:
                    frames.top.pointee.position = pc
                    try runParallel(a, body: pc, bodyScope: Int(frames.top.pointee.code.notes[pc].scope))
                    pc = instruction.wide
                case .endIteration: throw IterationEnd(breaks: a != 0)

                // MARK: Errors and ends
                case .fail: throw try raised(registers[a], registers[b])
                case .exit: throw try exitRequest(registers[a])
                case .wait, .waitBegin, .waitStep: try wait(instruction, registers)
                case .leave, .leaveReturn, .endExit, .endHandler, .retry, .resume, .use, .pass, .passNew:
                    frames.top.pointee.position = pc
                    pc = try settle(leave(instruction, at: pc - 1))
                    if frames.isEmpty { return false }
                    let frame = frames.top
                    code = frame.pointee.callee.pointee.instructions
                    constants = frame.pointee.callee.pointee.constants
                    fields = frame.pointee.callee.pointee.fields
                    registers = stack + frame.pointee.base

                // MARK: Pipelines
                case .stage:
                    frames.top.pointee.position = pc
                    try stage(registers + a, frames.top.pointee.code.callSites[instruction.wide])
                case .pages:
                    frames.top.pointee.position = pc
                    try openPages(registers + a, frames.top.pointee.code.callSites[instruction.wide])
                case .openItems, .closeItems:
                    frames.top.pointee.position = pc
                    try items(
                        instruction, registers + a, frames.top.pointee.code.callSites[instruction.wide].output)
                case .putItem: try putItem(registers + a, registers + b)
                case .closePages:
                    closePages(registers[a])
                    (registers + a).clear()
                case .leading: (registers + a).put(try Stage.leading(registers[b]))
                }
            }
        } catch {
            if !frames.isEmpty { frames.top.pointee.position = pc }
            throw error
        }
    }

    /// The remainder by a positive number, with the shorter division where both fit 32 bits.
    @inline(__always)
    private static func remainder(_ left: Int, _ right: Int) -> Int {
        if (left | right) >> 31 == 0 {
            return Int(UInt32(truncatingIfNeeded: left) % UInt32(truncatingIfNeeded: right))
        }
        return left % right
    }

    /// The place of a field that stands where it stood last time; nil where it has to be searched for.
    @inline(__always)
    static func find(_ base: UnsafeMutablePointer<Value>, _ cache: UnsafeMutablePointer<FieldCache>)
        -> UnsafeMutablePointer<Value>?
    {
        guard case .record = base.pointee else { return nil }
        let record = base.recordInPlace
        guard record.pointee.shape == cache.pointee.shape else { return nil }
        return record.pointee.place(of: cache.pointee.position)
    }
}
