import DataValue
import ScriptSyntax

/// A compiled function (or the main part of a program): its instructions, and the tables that say, for every place in
/// them, which scopes, handlers and statements lie around it. The tables cost nothing until an error arises.
///
/// Immutable once made, hence the unchecked conformance in spite of the pointers.
package final class FunctionCode: @unchecked Sendable {
    /// Where an instruction comes from.
    struct Note: Sendable {
        var span: Span
        /// The innermost scope, and the innermost statement that handlers can act on, or -1.
        var scope: Int32
        var statement: Int32
    }

    /// A block of the source, the body of a handler, or the body of an `on exit`.
    struct Scope: Sendable {
        enum Kind: Sendable {
            case block
            /// The body of a handler; while it runs, only the handlers before it in its scope are asked.
            case handlerBody(handler: Int)
            /// The body of an `on exit` block; its scope is being left, so none of that scope's handlers are asked.
            case exitBody(exit: Int)
        }
        var kind: Kind
        /// nil for the outermost.
        var parent: Int?
        /// Where the scope begins: a handler of the parent that is declared later does not cover it.
        var start: Int
        /// Where to go on when the scope is left by a handler that has run to its end.
        var end: Int
        var handlers: [Handler] = []
        var exits: [Exit] = []
        /// Whether the scope is that of a single statement with a handler behind it.
        var isSuffix = false
    }

    struct Handler: Sendable {
        /// The first instruction that it covers.
        var from: Int
        var patterns: [String]
        /// Where its code begins.
        var body: Int
        var errorRegister: Int
        var bodyScope: Int
        /// Whether it only retries, resumes or uses a value, so that it can serve an iteration of a parallel loop within.
        var isSimple = false
        /// What it does, as a script says it, and where it stands: for the command `handlers`.
        var action = ""
        var span = Span(source: 0, start: 0, end: 0)
    }

    struct Exit: Sendable {
        var from: Int
        var body: Int
        var bodyScope: Int
    }

    /// What can be run again, passed over or given a value by a handler.
    struct Statement: Sendable {
        /// Where it begins, behind its `statement` instruction.
        var start: Int
        /// Where to go on with a value in ``result``.
        var bind: Int
        /// Where to go on without one.
        var end: Int
        var result: Int
        /// Whether going on without a value binds null to its result.
        var bindsNull: Bool
        /// What a value in place of its own has to be.
        var use: Use = .any
        /// The statement that is passed over, or given a value, in place of this one, which only runs again by itself:
        /// to fetch a page is part of a whole that has no value before the last page has come.
        var whole: Int?

        enum Use: Sendable {
            case any
            case condition
            /// A list or a record to run through.
            case source
        }
    }

    /// What a `command` or `stage` instruction calls.
    struct CallSite: Sendable {
        var name: String
        var command: (any Command)?
        var argumentNames: [String?]
        /// The place of the stage in the table of stages.
        var stage = 0
        /// Whether the command is the one that lists the handlers in force, which only the machine knows.
        var listsHandlers = false
        /// For `openItems` and `closeItems`: what is done with the items.
        var output = ItemOutput()
    }

    /// The registers that hold a retry's limits; nil where left out.
    struct RetryLimits: Sendable {
        var limit: Int?
        var every: Int?
        var backoffFirst: Int?
        var backoffLast: Int?
        var timeLimit: Int?
    }

    let name: String
    let parameterCount: Int
    let requiredCount: Int
    let registerCount: Int
    let instructionCount: Int
    /// Plain memory, since the machine's loop reads it once per instruction; owned by this object.
    let code: UnsafePointer<Instruction>
    let constants: UnsafePointer<Value>
    let constantCount: Int
    /// For each instruction where it comes from.
    let notes: [Note]
    let scopes: [Scope]
    let statements: [Statement]
    let callSites: [CallSite]
    let retries: [RetryLimits]
    /// For a `fieldPath` instruction, by its first constant: where each of its names stands.
    let pathSpans: [Int: [Span]]
    /// For an instruction that reads a field besides what its own span is about: where the field's name stands.
    let fieldSpans: [Int: Span]

    init(
        name: String, parameterCount: Int, requiredCount: Int, registerCount: Int, instructions: [Instruction],
        constants: [Value], notes: [Note], scopes: [Scope],
        statements: [Statement], callSites: [CallSite], retries: [RetryLimits],
        pathSpans: [Int: [Span]], fieldSpans: [Int: Span]
    ) {
        self.name = name
        self.parameterCount = parameterCount
        self.requiredCount = requiredCount
        self.registerCount = registerCount
        instructionCount = instructions.count
        constantCount = constants.count
        let code = UnsafeMutablePointer<Instruction>.allocate(capacity: max(1, instructions.count))
        code.initialize(from: instructions, count: instructions.count)
        self.code = UnsafePointer(code)
        let pool = UnsafeMutablePointer<Value>.allocate(capacity: max(1, constants.count))
        pool.initialize(from: constants, count: constants.count)
        self.constants = UnsafePointer(pool)
        self.notes = notes
        self.scopes = scopes
        self.statements = statements
        self.callSites = callSites
        self.retries = retries
        self.pathSpans = pathSpans
        self.fieldSpans = fieldSpans
    }

    deinit {
        UnsafeMutablePointer(mutating: code).deallocate()
        let pool = UnsafeMutablePointer(mutating: constants)
        pool.deinitialize(count: constantCount)
        pool.deallocate()
    }
}
