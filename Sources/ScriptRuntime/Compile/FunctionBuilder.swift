import DataValue
import ScriptSyntax

/// A place in the code that is jumped to before it is known.
final class Label {
    fileprivate(set) var position: Int?
    fileprivate var uses: [Int] = []
}

/// A variable that a name stands for.
final class Variable {
    let register: Int
    let span: Span
    var isRead = false
    /// Which declaration of the unit it is, counted from 0; nil where its `let` is not reached yet, which only a
    /// top-level name is given a register before.
    var declaration: Int? = 0

    init(register: Int, span: Span) {
        self.register = register
        self.span = span
    }
}

/// Gathers the code and the tables of one function.
///
/// Registers are handed out like a stack: variables of a block and temporaries above them, given back when the block or
/// the expression ends. The bodies of handlers and of `on exit` are compiled last and above everything else, since they
/// run while the registers of the code that failed are still needed.
struct FunctionBuilder {
    struct LoopTargets {
        let bodyScope: Int
        let continueLabel: Label
        let breakLabel: Label
    }

    /// What encloses the code being compiled; deferred bodies keep the one of the place where they were written.
    struct Surroundings {
        var scope = 0
        var statement = -1
        var blocks: [[String: Variable]] = [[:]]
        var loops: [LoopTargets] = []
        /// Whether the innermost deferred body is a handler's, so that there is an error to handle.
        var isInHandler = false
        /// Whether an `on exit` body encloses the place at all.
        var isInExit = false
        /// A deferred body is compiled when all top-level names are declared, yet knows only those before it: the count
        /// of declarations at its place.
        var declaredBefore = Int.max
        /// How many blocks lie around the innermost parallel loop's body: a `set` must not reach into them.
        var parallelBlocks: Int?
    }

    static let registerLimit = 60_000

    let name: String
    let isMain: Bool
    var surroundings = Surroundings()
    var deferred: [(Surroundings, (inout Compiler) -> Void)] = []

    var instructions: [Instruction] = []
    var notes: [FunctionCode.Note] = []
    var constants: [Value] = []
    private var fieldNames: [String: Int] = [:]
    var scopes: [FunctionCode.Scope]
    /// What the handlers of a scope so far take, by its number.
    var takenPatterns: [Int: TakenPatterns] = [:]
    var statements: [FunctionCode.Statement] = []
    var callSites: [FunctionCode.CallSite] = []
    var retries: [FunctionCode.RetryLimits] = []
    var pathSpans: [Int: [Span]] = [:]
    var fieldSpans: [Int: Span] = [:]
    var nextRegister = 0
    var highestRegister = 0

    init(name: String, isMain: Bool) {
        self.name = name
        self.isMain = isMain
        scopes = [FunctionCode.Scope(kind: .block, parent: nil, start: 0, end: 0)]
    }

    var position: Int { instructions.count }

    // MARK: Registers

    mutating func allocate(_ count: Int = 1) -> Int {
        let first = nextRegister
        nextRegister += count
        highestRegister = max(highestRegister, nextRegister)
        return first
    }

    // MARK: Code

    mutating func emit(_ instruction: Instruction, _ span: Span) {
        instructions.append(instruction)
        notes.append(
            .init(
                span: span, scope: Int32(truncatingIfNeeded: surroundings.scope),
                statement: Int32(truncatingIfNeeded: surroundings.statement)))
    }

    mutating func emit(_ operation: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, at span: Span) {
        emit(Instruction(operation, a, b, c), span)
    }

    mutating func emit(_ operation: Opcode, _ a: Int, wide: Int, at span: Span) {
        emit(Instruction(operation, a, wide: wide), span)
    }

    mutating func jump(_ operation: Opcode, _ a: Int = 0, to label: Label, at span: Span) {
        label.uses.append(position)
        emit(operation, a, wide: label.position ?? 0, at: span)
    }

    mutating func place(_ label: Label) {
        label.position = position
        for use in label.uses { patch(use, to: position) }
    }

    private mutating func patch(_ use: Int, to target: Int) {
        let old = instructions[use]
        instructions[use] = Instruction(old.operation, Int(old.a), wide: target)
    }

    mutating func constant(_ value: Value) -> Int {
        constants.append(value)
        return constants.count - 1
    }

    /// The constant of a field's name, which is one for all the places where the name stands: they find the field
    /// together.
    mutating func fieldName(_ name: String) -> Int {
        if let known = fieldNames[name] { return known }
        fieldNames[name] = constants.count
        return constant(.string(name))
    }

    /// Constants that stand one behind the other.
    mutating func constantRow(_ values: [Value]) -> Int {
        constants.append(contentsOf: values)
        return constants.count - values.count
    }

    /// Moves a value; the register that it was in holds null then.
    mutating func take(_ target: Int, _ source: Int, at span: Span) {
        if target != source { emit(.take, target, source, at: span) }
    }

    /// Makes one of the comparison that was emitted last, if it was one into this register, and the `jumpIfFalse` that
    /// has to follow at once. A handler's `use` goes on at that jump.
    mutating func fuseComparison(into register: Int, since start: Int) {
        guard position > start, let last = instructions.last, Int(last.a) == register, let fused = last.operation.fused
        else { return }
        instructions[instructions.count - 1].operation = fused
        if position > start + 1 { fuseField(last) }
    }

    /// Makes one of the comparison that was emitted last and the `field` before it, where that was read for the comparison
    /// alone: the field is then compared where it is.
    private mutating func fuseField(_ comparison: Instruction) {
        let field = instructions[position - 2]
        let isEqual = comparison.operation == .equalConstant
        guard isEqual || comparison.operation == .unequalConstant, field.operation == .field,
            field.a == comparison.b, Int(field.a) >= nextRegister
        else { return }
        let span = notes[position - 2].span
        let fused = Instruction(
            isEqual ? .testFieldEqual : .testFieldUnequal, Int(comparison.c), Int(field.b), Int(field.c))
        instructions.removeLast(2)
        notes.remove(at: notes.count - 2)
        fieldSpans[position] = span
        instructions.append(fused)
    }

    // MARK: Scopes and statements

    mutating func openScope(_ kind: FunctionCode.Scope.Kind, isSuffix: Bool = false) -> Int {
        var scope = FunctionCode.Scope(kind: kind, parent: surroundings.scope, start: position, end: position)
        scope.isSuffix = isSuffix
        scopes.append(scope)
        surroundings.scope = scopes.count - 1
        return surroundings.scope
    }

    /// Whether a handler of this function may send a statement at this place back to its start.
    var isHandled: Bool {
        var scope: Int? = surroundings.scope
        while let current = scope {
            if !scopes[current].handlers.isEmpty { return true }
            scope = scopes[current].parent
        }
        return false
    }

    /// Begins a statement that handlers can act on; ``endStatement(_:)`` completes it.
    mutating func beginStatement(
        result: Int, bindsNull: Bool = false, use: FunctionCode.Statement.Use = .any, partOf whole: Int? = nil,
        at span: Span
    ) -> (index: Int, outer: Int) {
        let outer = surroundings.statement
        let index = statements.count
        statements.append(
            .init(
                start: position, bind: position, end: position, result: result, bindsNull: bindsNull, use: use,
                whole: whole))
        surroundings.statement = index
        if isHandled {
            emit(.statement, 0, wide: index, at: span)
            statements[index].start = position
        }
        return (index, outer)
    }

    mutating func bindStatement(_ statement: (index: Int, outer: Int)) { statements[statement.index].bind = position }

    mutating func endStatement(_ statement: (index: Int, outer: Int)) {
        statements[statement.index].end = position
        surroundings.statement = statement.outer
    }

    func finished(parameterCount: Int, requiredCount: Int) -> FunctionCode {
        FunctionCode(
            name: name, parameterCount: parameterCount, requiredCount: requiredCount,
            registerCount: highestRegister, instructions: instructions, constants: constants, notes: notes,
            scopes: scopes, statements: statements, callSites: callSites,
            retries: retries, pathSpans: pathSpans,
            fieldSpans: fieldSpans)
    }
}
