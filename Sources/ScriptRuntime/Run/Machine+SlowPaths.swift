import DataValue
import ScriptSyntax

// What instructions do that is too long, or too seldom, to stand in the machine's loop: kept out of its line, so that the
// loop itself stays short enough for its state to live in registers of the processor.

extension Machine {
    /// Throws where a top-level name has no value yet.
    @inline(never)
    func requireValue(_ place: UnsafeMutablePointer<Value>) throws {
        if Unset.matches(place.pointee) { throw noValueYet }
    }

    var noValueYet: ScriptError { .value("the variable has no value yet: its 'let' comes later") }

    @inline(never)
    func noBoolean(_ value: Value) -> ScriptError {
        .type(
            "a condition is true or false, not \(Operators.article(value))",
            help: "compare it with something: ==, >, in …")
    }

    /// Where the left operand is also the target, a list or a text grows where it is.
    @inline(never)
    func add(_ registers: UnsafeMutablePointer<Value>, _ a: Int, _ b: Int, _ c: Int) throws {
        if case .float(let left) = registers[b], case .float(let right) = registers[c], (left + right).isFinite {
            return (registers + a).assign(.float(left + right))
        }
        if a == b, a != c { return try grow(registers + a, by: registers + c) }
        let sum = try Operators.add(registers[b], registers[c])
        try charge(sum.ownSize)
        registers[a] = sum
    }

    func grow(_ value: UnsafeMutablePointer<Value>, by other: UnsafeMutablePointer<Value>) throws {
        // No pattern binds the value that grows: a second reference to it would make the change copy all of it.
        if case .list = value.pointee, case .list = other.pointee {
            let more = other.listInPlace.pointee.count
            try SizeLimits.check(elements: value.listInPlace.pointee.count, plus: more)
            try charge(more &* MemoryLayout<Value>.stride)
            value.listInPlace.pointee.append(contentsOf: other.listInPlace.pointee)
        } else if case .string = value.pointee, case .string = other.pointee {
            let more = other.stringInPlace.pointee.utf8.count
            try SizeLimits.check(text: value.stringInPlace.pointee.utf8.count, plus: more)
            try charge(more)
            value.stringInPlace.pointee += other.stringInPlace.pointee
        } else {
            value.pointee = try Operators.add(value.pointee, other.pointee)
            try charge(value.pointee.ownSize)
        }
    }

    @inline(never)
    func build(
        _ instruction: Instruction, _ registers: UnsafeMutablePointer<Value>, _ constants: UnsafePointer<Value>
    ) throws {
        let a = Int(instruction.a)
        let b = Int(instruction.b)
        let c = Int(instruction.c)
        switch instruction.operation {
        case .list:
            try checkNesting(registers + b, c, levels: 1)
            try charge(32 &+ c &* MemoryLayout<Value>.stride)
            (registers + a).assign(.list(taken(registers + b, c)))
        case .record:
            guard case .record(let template) = constants[c] else { return }
            try checkNesting(registers + b, template.count, levels: 1)
            try charge(48 &+ template.count &* MemoryLayout<Value>.stride)
            let record = template.withValues(moving: registers + b)
            (registers + b).initialize(repeating: .null, count: template.count)
            (registers + a).assign(.record(record))
        case .assignPath, .assignGlobal:
            let place = instruction.operation == .assignPath ? registers + a : stack + a
            if instruction.operation == .assignGlobal { try requireValue(place) }
            try checkNesting(registers + b + c, 1, levels: c)
            try charge(64)
            let value = (registers + b + c).take()
            defer { consume(registers + b, c) }
            try Operators.assign(place, registers + b, c, value)
        case .growText: try growText(registers + a, registers + b, c)
        default: registers[a] = try text(registers + b, c)
        }
    }

    /// The values of a row of registers, which then hold null.
    private func taken(_ first: UnsafeMutablePointer<Value>, _ count: Int) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for place in 0..<count { values.append((first + place).take()) }
        return values
    }

    /// Appends texts to the text that a register holds, where it is.
    private func growText(
        _ target: UnsafeMutablePointer<Value>, _ parts: UnsafeMutablePointer<Value>, _ count: Int
    ) throws {
        guard case .string = target.pointee, (0..<count).allSatisfy({ !parts[$0].isSecret }) else {
            target.pointee = try Operators.add(target.pointee, try text(parts, count))
            return
        }
        let before = target.stringInPlace.pointee.utf8.count
        for place in 0..<count { try append(parts + place, to: target.stringInPlace) }
        try charge(target.stringInPlace.pointee.utf8.count &- before)
    }

    /// Appends the text of a value, and leaves null in its place.
    @inline(__always)
    private func append(_ part: UnsafeMutablePointer<Value>, to text: UnsafeMutablePointer<String>) throws {
        switch part.pointee {
        case .string:
            let more = part.stringInPlace.pointee.utf8.count
            try SizeLimits.check(text: text.pointee.utf8.count, plus: more)
            text.pointee += part.stringInPlace.pointee
        case .int(let number): text.pointee.append(number)
        default:
            let shown = try part.pointee.shownText()
            try SizeLimits.check(text: text.pointee.utf8.count, plus: shown.utf8.count)
            text.pointee += shown
        }
        part.clear()
    }

    func consume(_ first: UnsafeMutablePointer<Value>, _ count: Int) {
        for place in 0..<count { (first + place).clear() }
    }

    func text(_ parts: UnsafeMutablePointer<Value>, _ count: Int) throws -> Value {
        var text = ""
        var secret: Secret?
        for place in 0..<count {
            if case .secret(let part) = parts[place] {
                try SizeLimits.check(text: 0, plus: (secret?.size ?? 0) + text.utf8.count + part.size)
                secret = secret.map { $0 + text + part } ?? text + part
                text = ""
                parts[place] = .null
            } else {
                try append(parts + place, to: &text)
            }
        }
        try charge(text.utf8.count)
        if let secret { try SizeLimits.check(text: 0, plus: secret.size + text.utf8.count) }
        return secret.map { .secret($0 + text) } ?? .string(text)
    }

    // MARK: Fields

    /// Reads a field that does not stand where it stood last time.
    @inline(never)
    func field(
        _ target: UnsafeMutablePointer<Value>, _ base: UnsafeMutablePointer<Value>, _ name: UnsafePointer<Value>,
        _ cache: UnsafeMutablePointer<FieldCache>, isOptional: Bool
    ) throws {
        guard case .string(let text) = name.pointee else { return }
        if case .record(let record) = base.pointee, let position = record.position(of: text) {
            cache.pointee = FieldCache(shape: record.shape, position: position)
            target.assign(record[position: position])
        } else {
            target.pointee = try Operators.field(text, of: base.pointee, isOptional: isOptional)
        }
    }

    /// The place of a field that does not stand where it stood last time. To be read at once.
    @inline(never)
    func field(
        _ base: UnsafeMutablePointer<Value>, _ constants: UnsafePointer<Value>,
        _ fields: UnsafeMutablePointer<FieldCache>, _ constant: Int, _ pc: Int
    ) throws -> UnsafeMutablePointer<Value> {
        guard case .string(let name) = constants[constant] else { return base }
        guard case .record = base.pointee, let position = base.recordInPlace.pointee.position(of: name) else {
            throw Operators.missingField(name, of: base.pointee, at: frames.last?.code.fieldSpans[pc - 1])
        }
        fields[constant] = FieldCache(shape: base.recordInPlace.pointee.shape, position: position)
        return base.recordInPlace.pointee.place(of: position)
    }

    /// The place of a field at the end of a path of names, which stand in the constants behind their count. To be read at
    /// once.
    @inline(never)
    func follow(
        _ base: UnsafeMutablePointer<Value>, _ constants: UnsafePointer<Value>,
        _ fields: UnsafeMutablePointer<FieldCache>, _ first: Int
    ) throws -> UnsafeMutablePointer<Value> {
        guard case .int(let count) = constants[first] else { return base }
        var place = base
        for step in first + 1...first + count {
            if let found = Self.find(place, fields + step) {
                place = found
                continue
            }
            guard case .string(let name) = constants[step] else { return place }
            guard case .record = place.pointee, let position = place.recordInPlace.pointee.position(of: name) else {
                let span = frames.last?.code.pathSpans[first]?[step - first - 1]
                throw Operators.missingField(name, of: place.pointee, at: span)
            }
            fields[step] = FieldCache(shape: place.recordInPlace.pointee.shape, position: position)
            place = place.recordInPlace.pointee.place(of: position)
        }
        return place
    }

    /// Sets the field at the end of a path of names, where it is; the last is added if it is missing.
    @inline(never)
    func assign(
        _ base: UnsafeMutablePointer<Value>, _ names: UnsafePointer<Value>, _ fields: UnsafeMutablePointer<FieldCache>,
        _ count: Int, _ value: UnsafeMutablePointer<Value>
    ) throws {
        guard case .string(let name) = names.pointee else { return }
        guard case .record = base.pointee else {
            throw Operators.nothingToSet(base.pointee)
        }
        let record = base.recordInPlace
        if record.pointee.shape != fields.pointee.shape {
            guard let position = record.pointee.position(of: name) else {
                if count > 1 { throw Operators.missingField(name, of: base.pointee) }
                try SizeLimits.check(fields: record.pointee.count)
                try charge(64)
                return record.pointee.appendNew(name, value.take())
            }
            fields.pointee = FieldCache(shape: record.pointee.shape, position: position)
        }
        let place = record.pointee.placeForChange(of: fields.pointee.position)
        if count == 1 { return place.assign(value.take()) }
        try assign(place, names + 1, fields + 1, count - 1, value)
    }

    /// Throws `Script.Value` where the list cannot take thousands of elements more.
    @inline(never)
    func checkRoomToAppend(_ list: UnsafeMutablePointer<Value>) throws {
        try SizeLimits.check(elements: list.listInPlace.pointee.count, plus: 1 << 15)
        try charge(MemoryLayout<Value>.stride << 15)
    }

    // MARK: Loops

    /// Begins a loop over `range` with `count` arguments in R[0] …: R[0] = first number, R[1] = how many, R[3] = the index
    /// before the first, R[4] = step.
    @inline(never)
    func range(_ state: UnsafeMutablePointer<Value>, _ count: Int) throws {
        let range = try NumberRange(
            .init(base: state, count: count, host: host, interrupt: interrupt, function: "range"))
        consume(state, 5)
        state.put(range.start)
        (state + 1).put(Int(clamping: range.count))
        (state + 3).put(-1)
        (state + 4).put(range.step)
    }

    @inline(never)
    func iterate(_ state: UnsafeMutablePointer<Value>) throws {
        switch state.pointee {
        case .list, .record: (state + 1).put(0)
        default:
            throw ScriptError.type("'for' runs through a list or a record, not \(Operators.article(state.pointee))")
        }
    }

    /// The next item of a loop over whatever it is; false at the end.
    @inline(never)
    func nextOfOther(_ state: UnsafeMutablePointer<Value>) throws -> Bool {
        guard case .int(let place) = state[1] else { return false }
        if interrupt.isCancelled { throw Interrupted() }
        if case .list(let elements) = state.pointee {
            guard place < elements.count else { return false }
            state[1] = .int(place + 1)
            state[2] = elements[place]
            state[3] = .int(place)
            return true
        }
        if let handle = PageHandle.number(state.pointee) { return try nextItem(handle, state) }
        guard case .record(let record) = state.pointee, place < record.count else { return false }
        state[1] = .int(place + 1)
        state[2] = record[position: place]
        state[3] = .string(record.keys[place])
        return true
    }

    // MARK: Calls

    @inline(never)
    func native(_ base: UnsafeMutablePointer<Value>, _ index: Int, _ count: Int) throws {
        let cost = NativeFunction.all[index].cost
        if cost != .none {
            var size = 0
            for place in 0..<count { size &+= base[place].ownSize }
            try checkRoom(for: size)
        }
        let result = try NativeFunction.all[index].body(
            .init(base: base, count: count, host: host, interrupt: interrupt))
        consume(base, count)
        base[0] = result
        if cost != .none { try checkResult(base) }
        if cost == .nests { try checkNesting(base, 1, levels: 0) }
    }

    @inline(never)
    func command(_ base: UnsafeMutablePointer<Value>, _ site: FunctionCode.CallSite) throws {
        if interrupt.isCancelled { throw Interrupted() }
        if site.listsHandlers { return base[0] = handlersInForce() }
        guard let command = site.command else { return }
        do {
            base[0] = try command.run(invocation(site, base))
        } catch let error as ScriptError {
            keepUnfinished(error.unfinished)
            throw error
        }
    }

    /// A call with the arguments in a row of registers, which it consumes.
    func invocation(_ site: FunctionCode.CallSite, _ base: UnsafeMutablePointer<Value>) -> Invocation {
        var arguments: [(name: String?, value: Value)] = []
        arguments.reserveCapacity(site.argumentNames.count)
        for (place, name) in site.argumentNames.enumerated() {
            arguments.append((name, base[place]))
            base[place] = .null
        }
        return Invocation(
            name: site.name, arguments: arguments, interrupt: interrupt, host: host, repeatedWork: repeatedWork)
    }

    @inline(never)
    func display(_ value: Value) throws {
        if case .null = value { return }
        try checkRoom(for: value.ownSize)
        lastResult = value
        try host.display(value)
    }

    func raised(_ code: Value, _ message: Value) throws -> ScriptError {
        guard case .string(let code) = code, !code.isEmpty else {
            throw ScriptError.type("an error's code is a string")
        }
        return ScriptError(code, try message.shownText())
    }

    func exitRequest(_ status: Value) throws -> ExitRequest {
        guard case .int(let number) = status else {
            throw ScriptError.type("the status of 'exit' is an int, not \(Operators.article(status))")
        }
        guard (0...255).contains(number) else { throw ScriptError.value("the status of 'exit' lies from 0 to 255") }
        return ExitRequest(status: Int32(number))
    }
}
