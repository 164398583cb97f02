import DataValue
import ScriptSyntax

extension Compiler {
    /// Compiles an expression; the register that then holds its value is a variable's own where it is just that.
    mutating func expression(_ expression: Expression) -> Int {
        if case .call(let function, let arguments) = expression.kind {
            return call(function, arguments, at: expression.span)
        }
        guard case .variable(let name) = expression.kind else {
            let register = builder.allocate()
            self.expression(expression, into: register)
            return register
        }
        switch resolve(name, at: expression.span) {
        case .register(let register): return register
        case .global(let place):
            let register = builder.allocate()
            builder.emit(.readGlobal, register, wide: place, at: expression.span)
            return register
        case nil: return builder.allocate()
        }
    }

    /// Compiles an expression into a register. Only the last instruction writes it, so that the expression may read what
    /// the register held before.
    mutating func expression(_ expression: Expression, into target: Int) {
        let mark = builder.nextRegister
        defer { builder.nextRegister = mark }
        let span = expression.span
        if let literal = Self.literal(expression) { return load(literal, into: target, at: span) }
        switch expression.kind {
        case .null, .bool, .int, .float, .duration, .string, .bareText: return
        case .variable(let name):
            switch resolve(name, at: span) {
            case .register(let register): if register != target { builder.emit(.move, target, register, at: span) }
            case .global(let register): builder.emit(.readGlobal, target, wide: register, at: span)
            case nil: return
            }
        case .itemField(let name):
            guard let item = whereItem else { return }
            field(name, of: item, into: target, isOptional: false, at: span)
        case .interpolation(let parts): interpolation(parts, into: target, at: span)
        case .list(let elements): list(elements, into: target, at: span)
        case .record(let fields): record(fields, into: target, at: span)
        case .path(let base, let steps): path(base, steps, into: target)
        case .call(let function, let arguments):
            builder.take(target, call(function, arguments, at: span), at: span)
        case .negate(let operand): builder.emit(.negate, target, self.expression(operand), at: span)
        case .not(let operand): builder.emit(.not, target, self.expression(operand), at: span)
        case .chain(let first, let rest): chain(first, rest, into: target)
        case .pipeline(let pipeline): self.pipeline(pipeline, into: target)
        }
    }

    // MARK: Literals

    /// The value of an expression that is one whatever happens, or nil.
    static func literal(_ expression: Expression) -> Value? {
        switch expression.kind {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .float(let value): return .float(value)
        case .duration(let value): return .duration(value)
        case .string(let value), .bareText(let value): return .string(value)
        case .list(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements {
                guard let value = literal(element) else { return nil }
                values.append(value)
            }
            return .list(values)
        case .record(let fields):
            var record = Record()
            for (key, value) in fields {
                guard let value = literal(value) else { return nil }
                record[key.text] = value
            }
            return .record(record)
        default: return nil
        }
    }

    private mutating func load(_ value: Value, into target: Int, at span: Span) {
        switch value {
        case .null: builder.emit(.null, target, at: span)
        case .bool(let flag): builder.emit(.boolean, target, flag ? 1 : 0, at: span)
        case .int(let number) where Int(Int32(truncatingIfNeeded: number)) == number:
            builder.emit(.integer, target, wide: Int(UInt32(bitPattern: Int32(truncatingIfNeeded: number))), at: span)
        default: builder.emit(.constant, target, wide: builder.constant(value), at: span)
        }
    }

    // MARK: Compounds

    private mutating func interpolation(_ parts: [TextPart], into target: Int, at span: Span) {
        builder.emit(.text, target, textParts(parts, at: span), parts.count, at: span)
    }

    /// The parts of a text in a row of registers.
    private mutating func textParts(_ parts: [TextPart], at span: Span) -> Int {
        let base = builder.allocate(parts.count)
        for (place, part) in parts.enumerated() {
            switch part {
            case .text(let text): load(.string(text), into: base + place, at: span)
            case .value(let value): expression(value, into: base + place)
            }
        }
        return base
    }

    /// Elements are gathered in rows, so that the length of a list is not bounded by the registers.
    private mutating func list(_ elements: [Expression], into target: Int, at span: Span) {
        if elements.count <= 64 {
            let base = builder.allocate(elements.count)
            for (place, element) in elements.enumerated() { expression(element, into: base + place) }
            builder.emit(.list, target, base, elements.count, at: span)
            return
        }
        let list = builder.allocate()
        builder.emit(.list, list, list, 0, at: span)
        let row = builder.allocate(64)
        for start in stride(from: 0, to: elements.count, by: 64) {
            let part = elements[start..<min(start + 64, elements.count)]
            for (place, element) in part.enumerated() { expression(element, into: row + place) }
            builder.emit(.list, row, row, part.count, at: part.first?.span ?? span)
            builder.emit(.add, list, list, row, at: span)
        }
        builder.emit(.null, row, at: span)
        builder.take(target, list, at: span)
    }

    private mutating func record(_ fields: [(key: Name, value: Expression)], into target: Int, at span: Span) {
        if fields.count > 1000 { return report("a record literal has at most 1000 fields", at: span) }
        let base = builder.allocate(fields.count)
        for (place, field) in fields.enumerated() { expression(field.value, into: base + place) }
        let template = Record(fields.map { ($0.key.text, .null) })
        // A name that stands twice has been reported by the parser.
        guard template.count == fields.count else { return }
        record(template, of: base, into: target, at: span)
    }

    /// A record of the values in a row of registers, which it consumes.
    mutating func record(_ template: Record, of base: Int, into target: Int, at span: Span) {
        let constant = builder.constant(.record(template))
        if constant <= 0xFFFF { return builder.emit(.record, target, base, constant, at: span) }
        // In a script of this many constants an operand cannot name the shape: field by field, then.
        let result = builder.allocate(3)
        builder.emit(.constant, result, wide: constant, at: span)
        for (place, name) in template.keys.enumerated() {
            builder.emit(.constant, result + 1, wide: builder.constant(.string(name)), at: span)
            builder.take(result + 2, base + place, at: span)
            builder.emit(.assignPath, result, result + 1, 1, at: span)
        }
        builder.take(target, result, at: span)
    }

    /// The names of a path that consists of plain fields, or nil.
    func namesOnly(_ steps: [PathStep]) -> [String]? {
        var names: [String] = []
        for step in steps {
            guard case .field(let name) = step.kind, !step.isOptional else { return nil }
            names.append(name)
        }
        return names
    }

    /// Where the count and the names of a path stand in the constants, or nil where an operand cannot say it.
    mutating func pathConstants(_ names: [String]) -> Int? {
        guard builder.constants.count + names.count <= 0xFFFF else { return nil }
        return builder.constantRow([.int(names.count)] + names.map { .string($0) })
    }

    // MARK: Paths

    private mutating func path(_ base: Expression, _ steps: [PathStep], into target: Int) {
        let mark = builder.nextRegister
        var register = expression(base)
        if steps.count > 1, let names = namesOnly(steps), let last = steps.last, let first = pathConstants(names) {
            builder.pathSpans[first] = steps.map(\.span)
            builder.emit(.fieldPath, target, register, first, at: last.span)
            if register >= mark, register != target { builder.emit(.null, register, at: base.span) }
            return
        }
        var between = register >= mark ? register : nil
        for (place, step) in steps.enumerated() {
            let isLast = place == steps.count - 1
            if !isLast, between == nil { between = builder.allocate() }
            let result = isLast ? target : between ?? target
            switch step.kind {
            case .field(let name): field(name, of: register, into: result, isOptional: step.isOptional, at: step.span)
            case .index(let index):
                let key = expression(index)
                builder.emit(step.isOptional ? .indexOptional : .index, result, register, key, at: step.span)
            }
            register = result
        }
        // A part that stayed behind would have the next change of the whole copy it.
        if let between, between != target { builder.emit(.null, between, at: base.span) }
    }

    mutating func field(_ name: String, of base: Int, into target: Int, isOptional: Bool, at span: Span) {
        let constant = builder.fieldName(name)
        if constant > 0xFFFF {
            let key = builder.allocate()
            builder.emit(.constant, key, wide: constant, at: span)
            builder.emit(isOptional ? .indexOptional : .index, target, base, key, at: span)
            return
        }
        builder.emit(isOptional ? .fieldOptional : .field, target, base, constant, at: span)
    }

    /// The key that a step of a `set` path takes.
    mutating func key(of step: PathStep, into register: Int) {
        switch step.kind {
        case .field(let name): load(.string(name), into: register, at: step.span)
        case .index(let index): expression(index, into: register)
        }
    }

    // MARK: Calls

    /// Compiles a call; its result is in the register that is returned.
    private mutating func call(_ function: Name, _ arguments: [Expression], at span: Span) -> Int {
        let base = builder.allocate(max(1, arguments.count))
        for (place, argument) in arguments.enumerated() { expression(argument, into: base + place) }
        if let index = environment.functionIndex[function.text] {
            let known =
                functionSignatures[function.text]
                ?? environment.functions[index].map { ($0.requiredCount, $0.parameterCount) }
            if let known { checkCount(function, arguments.count, known.required...known.total, at: span) }
            noteCall(of: function)
            builder.emit(.call, base, index, arguments.count, at: span)
        } else if let index = NativeFunction.index(of: function.text) {
            checkCount(function, arguments.count, NativeFunction.all[index].arity, at: span)
            builder.emit(.native, base, index, arguments.count, at: span)
        } else {
            if assumedNames.contains(function.text) || !canReport(at: function.span) { return base }
            let names = nativeFunctionNames + environment.functionNames
            let nearest = Spelling.nearest(to: function.text, among: names).first
            var help = nearest.map { "is it \($0)(…)?" }
            if host.command(named: function.text) != nil {
                help = "'\(function.text)' is a command: its arguments stand behind a blank, without parentheses"
            }
            report("there is no function '\(function.text)'", at: function.span, help: help)
        }
        return base
    }

    private mutating func checkCount(_ function: Name, _ count: Int, _ allowed: ClosedRange<Int>, at span: Span) {
        if allowed.contains(count) { return }
        let wanted =
            allowed.lowerBound == allowed.upperBound
            ? "\(allowed.lowerBound)"
            : allowed.upperBound >= NativeFunction.manyArguments
                ? "at least \(allowed.lowerBound)" : "\(allowed.lowerBound) to \(allowed.upperBound)"
        let noun = wanted == "1" || wanted == "at least 1" ? "argument" : "arguments"
        report("\(function.text)() takes \(wanted) \(noun), not \(count)", at: span)
    }

    // MARK: Operators

    private mutating func chain(
        _ first: Expression, _ rest: [(operation: BinaryOperator, span: Span, operand: Expression)], into target: Int
    ) {
        guard let operation = rest.first?.operation else { return }
        switch operation {
        case .or, .and, .otherwise: logical(operation, [first] + rest.map(\.operand), into: target)
        default:
            var left = expression(first)
            if left == target, rest.count == 1, operation == .add, grow(target, by: rest[0].operand, at: rest[0].span) {
                return
            }
            for (place, step) in rest.enumerated() {
                let isLast = place == rest.count - 1
                let result = isLast ? target : builder.allocate()
                let mark = builder.nextRegister
                binary(step.operation, left, step.operand, into: result, at: step.span)
                builder.nextRegister = mark
                left = result
            }
        }
    }

    private mutating func binary(
        _ operation: BinaryOperator, _ left: Int, _ operand: Expression, into target: Int, at span: Span
    ) {
        if case .int(let number) = operand.kind, let small = Int16(exactly: number), small != .min {
            if operation == .add { return builder.emit(.addInteger, target, left, Int(small), at: span) }
            if operation == .subtract { return builder.emit(.addInteger, target, left, -Int(small), at: span) }
            if operation == .remainder, small > 0 {
                return builder.emit(.remainderInteger, target, left, Int(small), at: span)
            }
        }
        if let code = Self.comparisonWithConstant(operation), let literal = Self.literal(operand), literal.isScalar {
            let constant = builder.constant(literal)
            if constant <= 0xFFFF { return builder.emit(code, target, left, constant, at: span) }
        }
        let right = expression(operand)
        let (code, isSwapped): (Opcode, Bool) =
            switch operation {
            case .add: (.add, false)
            case .subtract: (.subtract, false)
            case .multiply: (.multiply, false)
            case .divide: (.divide, false)
            case .divideWhole: (.divideWhole, false)
            case .remainder: (.remainder, false)
            case .equal: (.equal, false)
            case .unequal: (.unequal, false)
            case .less: (.less, false)
            case .lessOrEqual: (.lessOrEqual, false)
            case .greater: (.less, true)
            case .greaterOrEqual: (.lessOrEqual, true)
            case .contained: (.contained, false)
            case .matches: (.matches, false)
            case .or, .and, .otherwise: (.move, false)
            }
        builder.emit(code, target, isSwapped ? right : left, isSwapped ? left : right, at: span)
    }

    private static func comparisonWithConstant(_ operation: BinaryOperator) -> Opcode? {
        switch operation {
        case .equal: .equalConstant
        case .unequal: .unequalConstant
        case .less: .lessConstant
        case .lessOrEqual: .lessOrEqualConstant
        case .greater: .greaterConstant
        case .greaterOrEqual: .greaterOrEqualConstant
        default: nil
        }
    }

    /// `$x + "text $y"` and `$x + [y]` into the variable itself: what is added goes to its end, without being put together
    /// first. False where it is neither.
    private mutating func grow(_ target: Int, by operand: Expression, at span: Span) -> Bool {
        switch operand.kind {
        case .interpolation(let parts):
            builder.emit(.growText, target, textParts(parts, at: span), parts.count, at: span)
        case .list(let elements) where elements.count == 1:
            let element = builder.allocate()
            expression(elements[0], into: element)
            builder.emit(.append, target, element, at: span)
        default: return false
        }
        return true
    }

    /// `or`, `and`, `??`: the operands behind the one that decides are not evaluated.
    private mutating func logical(_ operation: BinaryOperator, _ operands: [Expression], into target: Int) {
        let end = Label()
        // Written several times, so not the target itself.
        let result = builder.allocate()
        for (place, operand) in operands.enumerated() {
            let mark = builder.nextRegister
            expression(operand, into: result)
            builder.nextRegister = mark
            let isLast = place == operands.count - 1
            switch operation {
            case .otherwise where !isLast: builder.jump(.jumpIfValue, result, to: end, at: operand.span)
            case .or where !isLast: builder.jump(.jumpIfTrue, result, to: end, at: operand.span)
            case .and where !isLast: builder.jump(.jumpIfFalse, result, to: end, at: operand.span)
            case .or, .and: builder.emit(.requireBoolean, result, at: operand.span)
            default: break
            }
        }
        builder.place(end)
        guard let last = operands.last else { return }
        builder.take(target, result, at: last.span)
    }
}
