import DataValue
import ScriptSyntax

// What instructions do that is too long, or too seldom, to stand in the machine's loop: kept out of its line, so that the
// loop itself stays short enough for its state to live in registers of the processor.

extension Machine {
    @inline(never)
    func readGlobal(_ register: Int) throws -> Value {
        let value = stack[register]
        if Unset.matches(value) { throw noValueYet }
        return value
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
        if a == b, a != c { return try grow(&registers[a], by: registers[c]) }
        registers[a] = try Operators.add(registers[b], registers[c])
    }

    func grow(_ value: inout Value, by other: Value) throws {
        if case .list(let tail) = other, case .list(var elements) = value {
            value = .null
            elements.append(contentsOf: tail)
            value = .list(elements)
        } else if case .string(let tail) = other, case .string(var text) = value {
            value = .null
            text += tail
            value = .string(text)
        } else {
            value = try Operators.add(value, other)
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
            let elements = Array(UnsafeBufferPointer(start: registers + b, count: c))
            consume(registers + b, c)
            registers[a] = .list(elements)
        case .append:
            guard case .list(var elements) = registers[a] else { return }
            registers[a] = .null
            elements.append(registers[b])
            registers[b] = .null
            registers[a] = .list(elements)
        case .record:
            guard case .list(let keys) = constants[c] else { return }
            var record = Record()
            for (place, key) in keys.enumerated() {
                if case .string(let name) = key { record[name] = registers[b + place] }
            }
            consume(registers + b, keys.count)
            registers[a] = .record(record)
        case .assignPath, .assignGlobal:
            let keys = Array(UnsafeBufferPointer(start: registers + b, count: c))
            let value = registers[b + c]
            consume(registers + b, c + 1)
            if instruction.operation == .assignPath { return try Operators.assign(&registers[a], keys[...], value) }
            if Unset.matches(stack[a]) { throw noValueYet }
            try Operators.assign(&stack[a], keys[...], value)
        default: registers[a] = text(registers + b, c)
        }
    }

    func consume(_ first: UnsafeMutablePointer<Value>, _ count: Int) {
        for place in 0..<count { first[place] = .null }
    }

    func text(_ parts: UnsafeMutablePointer<Value>, _ count: Int) -> Value {
        var text = ""
        var secret: Secret?
        for place in 0..<count {
            if case .secret(let part) = parts[place] {
                secret = secret.map { $0 + text + part } ?? text + part
                text = ""
            } else {
                text += parts[place].displayText
            }
            parts[place] = .null
        }
        return secret.map { .secret($0 + text) } ?? .string(text)
    }

    @inline(never)
    func native(_ base: UnsafeMutablePointer<Value>, _ index: Int, _ count: Int) throws {
        let result = try NativeFunction.all[index].body(.init(base: base, count: count, host: host))
        consume(base, count)
        base[0] = result
    }

    @inline(never)
    func command(_ base: UnsafeMutablePointer<Value>, _ site: FunctionCode.CallSite) throws {
        if interrupt.isRaised { throw Interrupted() }
        guard let command = site.command else { return }
        base[0] = try command.run(invocation(site, base))
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
            name: site.name, arguments: arguments, interrupt: interrupt, host: host, isRepetition: isRepetition)
    }

    @inline(never)
    func display(_ value: Value) throws {
        if case .null = value { return }
        lastResult = value
        try host.display(value)
    }

    func raised(_ code: Value, _ message: Value) throws -> ScriptError {
        guard case .string(let code) = code, !code.isEmpty else {
            throw ScriptError.type("an error's code is a string")
        }
        return ScriptError(code, message.displayText)
    }

    func exitRequest(_ status: Value) throws -> ExitRequest {
        guard case .int(let number) = status else {
            throw ScriptError.type("the status of 'exit' is an int, not \(Operators.article(status))")
        }
        guard (0...255).contains(number) else { throw ScriptError.value("the status of 'exit' lies from 0 to 255") }
        return ExitRequest(status: Int32(number))
    }
}
