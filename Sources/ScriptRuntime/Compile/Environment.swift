import DataValue
import ScriptSyntax

/// What outlives one unit of a program: a script is one unit, at a prompt every line is one.
package struct Environment: Sendable {
    /// Top-level names and the registers of the main frame that hold their values.
    package internal(set) var globals: [String: Int] = [:]
    /// How many registers of the main frame are taken by top-level names, past ones included.
    package internal(set) var globalCount = 0
    /// Names of functions and their places in ``functions``.
    package internal(set) var functionIndex: [String: Int] = [:]
    var functions: [FunctionCode?] = []
    var effects: [String: FunctionEffects] = [:]
    /// Handlers declared at a bare prompt or at the top level of a stream, in force for what comes after them; oldest
    /// first.
    package internal(set) var sessionHandlers: [HandlerClause] = []
    /// What a stream or a prompt's session has to do when it ends, in the order in which it was declared.
    package internal(set) var exitBlocks: [Block] = []

    package init() {}

    /// The environment of a prompt, with `$_` and `$error`.
    package static func prompt() -> Environment {
        var environment = Environment()
        environment.globals = [lastResultName: lastResultRegister, lastErrorName: lastErrorRegister]
        environment.globalCount = 2
        return environment
    }
    package static let lastResultName = "_"
    package static let lastResultRegister = 0
    package static let lastErrorName = "error"
    package static let lastErrorRegister = 1

    /// Forgets a name, so that it is undeclared for later units.
    package mutating func forget(_ name: String) { globals[name] = nil }

    /// Forgets handlers and what is to be done at the end: what comes now is the end.
    package mutating func forgetSession() {
        sessionHandlers = []
        exitBlocks = []
    }

    /// Names that completion may offer behind `$`.
    package var variableNames: [String] { globals.keys.sorted() }
    package var functionNames: [String] { functionIndex.keys.sorted() }
}

/// A unit that has passed every check and can run.
package struct CompiledUnit: Sendable {
    package let main: FunctionCode
    /// The environment as it is once the unit has run.
    package let environment: Environment
    package let parameters: [ScriptParameter]
    package let warnings: [Diagnostic]
}

/// What a unit is, as far as it makes a difference.
package enum UnitKind: Sendable {
    /// A script, `-c` or piped input.
    case script
    /// A line at a prompt: names may be declared again, handlers stay for later lines.
    case promptLine
    /// A statement of a stream: what it declares stays for those that follow it, as in a script that is there as a whole.
    case streamedStatement

    /// Whether handlers at its top level stay.
    var isPartOfSession: Bool { self != .script }
}
