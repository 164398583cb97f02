import DataValue
import ScriptSyntax

/// Checks a unit and turns it into bytecode, in one walk over the tree: names become registers, commands are looked up
/// and their arguments checked, statements and handlers get their places in the tables of ``FunctionCode``.
///
/// All problems are reported, none throws: after one, compiling goes on with something harmless in its place.
package struct Compiler {
    let host: any Host
    let kind: UnitKind
    var environment: Environment
    var diagnostics: [Diagnostic] = []
    /// The places of errors that are too many to be shown.
    var suppressed: Set<Span> = []
    var firstSuppressed: Span?
    var warnings: [Diagnostic] = []
    var parameters: [ScriptParameter] = []
    /// Top-level names of this unit and of those before it, for functions.
    var globals: [String: Variable] = [:]
    var builder: FunctionBuilder

    /// Nil, with the reasons, where the unit must not run.
    package static func compile(
        _ script: Script, kind: UnitKind, environment: Environment, host: any Host, assuming names: Set<String> = [],
        warnsOfUnusedNames: Bool = false
    ) -> (unit: CompiledUnit?, diagnostics: [Diagnostic]) {
        var compiler = Compiler(kind: kind, environment: environment, host: host)
        compiler.assumedNames = names
        let main = compiler.compileMain(script)
        if warnsOfUnusedNames { compiler.warnOfUnusedNames(in: script) }
        var all = compiler.diagnostics + compiler.warnings
        if let first = compiler.firstSuppressed { all.append(.more(compiler.suppressed.count, at: first)) }
        all = Diagnostic.shown(all)
        guard compiler.diagnostics.isEmpty else { return (nil, all) }
        let unit = CompiledUnit(
            main: main, environment: compiler.environment, parameters: compiler.parameters, warnings: compiler.warnings)
        return (unit, all)
    }

    private init(kind: UnitKind, environment: Environment, host: any Host) {
        self.kind = kind
        self.environment = environment
        self.host = host
        effects = environment.effects
        builder = FunctionBuilder(name: "main", isMain: true)
    }

    mutating func report(_ message: String, at span: Span, help: String? = nil) {
        guard canReport(at: span) else { return }
        let diagnostic = Diagnostic(message, at: span, help: help)
        // What is compiled twice is reported once.
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    /// Whether an error will be shown; one that will not is counted. To be asked before anything is looked up for its
    /// wording that takes time.
    mutating func canReport(at span: Span) -> Bool {
        if diagnostics.count < Diagnostic.mostShown { return true }
        if diagnostics.contains(where: { $0.span == span }) { return false }
        if suppressed.insert(span).inserted, firstSuppressed == nil { firstSuppressed = span }
        return false
    }

    // MARK: Units

    private mutating func compileMain(_ script: Script) -> FunctionCode {
        declareTopLevel(script)
        builder.nextRegister = environment.globalCount
        builder.highestRegister = environment.globalCount
        let span = script.statements.first?.span ?? Span(source: 0, start: 0, end: 0)
        for handler in environment.sessionHandlers { declareHandler(handler, isOfSession: true) }
        statements(script.statements, isTopLevel: true)
        closeRoot(at: span)
        runDeferred()
        let main = builder.finished(parameterCount: 0, requiredCount: 0)
        for statement in script.statements {
            if case .function(let function) = statement.kind { compileFunction(function) }
        }
        checkParallelCalls()
        environment.effects = effects
        return main
    }

    /// Gives the top-level names their registers and the functions their places, so that functions may use both before
    /// they are declared.
    private mutating func declareTopLevel(_ script: Script) {
        for (name, register) in environment.globals {
            let variable = Variable(register: register, span: Span(source: 0, start: 0, end: 0))
            variable.isRead = true
            globals[name] = variable
            builder.surroundings.blocks[0][name] = variable
        }
        var functionsHere: Set<String> = []
        for statement in script.statements {
            switch statement.kind {
            case .declaration(let name, _): declareGlobal(name)
            case .parameter(let parameter): declareGlobal(parameter.name)
            case .function(let function):
                let name = function.name
                if NativeFunction.index(of: name.text) != nil {
                    report("'\(name.text)' is a function of the language", at: name.span, help: "choose another name")
                }
                let isKnown = kind == .streamedStatement && environment.functionIndex[name.text] != nil
                let isFirst = functionsHere.insert(name.text).inserted
                if !isFirst || isKnown { report("the function '\(name.text)' is defined twice", at: name.span) }
                if environment.functionIndex[name.text] == nil {
                    environment.functionIndex[name.text] = environment.functions.count
                    environment.functions.append(nil)
                }
                // Of two, calls are held against the first.
                guard isFirst else { continue }
                functionSignatures[name.text] = (
                    function.parameters.count { $0.defaultValue == nil }, function.parameters.count
                )
            default: break
            }
        }
    }
    /// Conditions and sources whose place to go on at is known only once their statement is complete.
    var pendingResumes: [(statement: Int, label: Label)] = []
    /// How many top-level names of this unit have been declared so far.
    var declarationCount = 1
    /// The register of the item that a `where` looks at.
    var whereItem: Int?
    /// Names that a text which could not be parsed whole seems to declare: not reported as undeclared.
    var assumedNames: Set<String> = []
    /// What functions do that iterations of parallel loops must not, and the calls that such iterations make.
    var effects: [String: FunctionEffects] = [:]
    var parallelCalls: [Name] = []
    /// How many arguments the functions of this unit take.
    var functionSignatures: [String: (required: Int, total: Int)] = [:]

    /// Variables that were declared by name, to be warned about where nothing reads them.
    var declaredVariables: [(name: Name, variable: Variable, isTopLevel: Bool)] = []

    private mutating func declareGlobal(_ name: Name) {
        if let known = globals[name.text] {
            if kind == .script { known.declaration = nil }
            return
        }
        let register = environment.globalCount
        environment.globalCount += 1
        environment.globals[name.text] = register
        let variable = Variable(register: register, span: name.span)
        variable.declaration = nil
        globals[name.text] = variable
        builder.surroundings.blocks[0][name.text] = variable
    }

    private mutating func compileFunction(_ function: FunctionDeclaration) {
        let outer = builder
        defer { builder = outer }
        builder = FunctionBuilder(name: function.name.text, isMain: false)
        let required = function.parameters.count { $0.defaultValue == nil }
        var seenDefault = false
        for (name, defaultValue) in function.parameters {
            let register = builder.allocate()
            if builder.surroundings.blocks[0][name.text] != nil {
                report("the parameter '\(name.text)' stands here twice", at: name.span)
            }
            if defaultValue == nil, seenDefault {
                report("'\(name.text)' needs a default, since one before it has one", at: name.span)
            }
            seenDefault = seenDefault || defaultValue != nil
            builder.surroundings.blocks[0][name.text] = Variable(register: register, span: name.span)
        }
        for (place, parameter) in function.parameters.enumerated() {
            guard let defaultValue = parameter.defaultValue else { continue }
            let given = Label()
            builder.jump(.argumentGiven, place, to: given, at: parameter.name.span)
            expression(defaultValue, into: place)
            builder.place(given)
        }
        statements(function.body.statements, isTopLevel: false)
        closeRoot(at: function.body.span)
        runDeferred()
        if let index = environment.functionIndex[function.name.text] {
            environment.functions[index] = builder.finished(
                parameterCount: function.parameters.count, requiredCount: required)
        }
    }

    /// The end of a function's outermost block: its `on exit` blocks run, then it yields null.
    private mutating func closeRoot(at span: Span) {
        let target = Label()
        if !builder.scopes[0].exits.isEmpty { builder.jump(.leave, 0, to: target, at: span) }
        builder.place(target)
        let register = builder.allocate()
        if kind == .streamedStatement, builder.isMain {
            // A handler that has run to its end leaves the block that it stands in, which is the whole stream.
            let behind = Label()
            builder.jump(.jump, to: behind, at: span)
            builder.scopes[0].end = builder.position
            builder.emit(.integer, register, wide: 0, at: span)
            builder.emit(.exit, register, at: span)
            builder.place(behind)
        } else {
            builder.scopes[0].end = builder.position
        }
        builder.emit(.null, register, at: span)
        builder.emit(.returnValue, register, at: span)
    }

    /// Compiles the bodies of handlers and `on exit` blocks, those inside them included.
    private mutating func runDeferred() {
        var place = 0
        while place < builder.deferred.count {
            let (surroundings, body) = builder.deferred[place]
            place += 1
            let saved = builder.surroundings
            builder.surroundings = surroundings
            builder.nextRegister = builder.highestRegister
            body(&self)
            builder.surroundings = saved
        }
        builder.deferred = []
        if builder.highestRegister > FunctionBuilder.registerLimit {
            report(
                "'\(builder.name)' has too many values at once", at: builder.notes[0].span,
                help: "take it apart with 'def'")
        }
    }

    // MARK: Names

    enum Resolved {
        case register(Int)
        case global(Int)
    }

    /// What a variable's name stands for here. `isRead`: whether its value is looked at, and not only replaced.
    mutating func resolve(_ name: String, at span: Span, isRead: Bool = true) -> Resolved? {
        for block in builder.surroundings.blocks.reversed() {
            guard let variable = block[name] else { continue }
            guard let declaration = variable.declaration, declaration < builder.surroundings.declaredBefore else {
                break
            }
            if isRead { variable.isRead = true }
            return .register(variable.register)
        }
        if let global = globals[name], !builder.isMain {
            if isRead { global.isRead = true }
            return .global(global.register)
        }
        if assumedNames.contains(name) { return nil }
        if globals[name] != nil {
            report("'$\(name)' is used before its 'let'", at: span)
            return nil
        }
        switch name {
        case Environment.lastResultName:
            report(
                "'$_' is the last result, which only the prompt keeps", at: span,
                help: "keep a result with: let result = …")
        case Environment.lastErrorName:
            report(
                "'$error' is the error that a handler deals with, and there is none here", at: span,
                help: "on error { … } has it")
        default:
            if canReport(at: span) { report("'$\(name)' is not declared", at: span, help: nearestVariable(name)) }
        }
        return nil
    }

    private func nearestVariable(_ name: String) -> String? {
        // Among so many, the nearest name tells nothing, and takes long to find.
        let count = builder.surroundings.blocks.reduce(globals.count) { $0 + $1.count }
        if count > 10_000 { return "declare it with: let \(name) = …" }
        var names = Set(builder.surroundings.blocks.flatMap(\.keys))
        names.formUnion(globals.keys)
        guard let nearest = Spelling.nearest(to: name, among: names.sorted()).first else {
            return "declare it with: let \(name) = …"
        }
        return "is it $\(nearest)?"
    }

    /// Declares a name in the current block.
    mutating func declare(_ name: Name, register: Int) {
        let last = builder.surroundings.blocks.count - 1
        if let known = builder.surroundings.blocks[last][name.text] {
            report(
                "'\(name.text)' is declared in this block already", at: name.span,
                help: "a variable that exists is changed with: set \(name.text) = …")
            known.isRead = true
        }
        builder.surroundings.blocks[last][name.text] = Variable(register: register, span: name.span)
    }
}
