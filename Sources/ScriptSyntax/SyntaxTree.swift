/// The tree of a script as its author wrote it, for checking, compiling and printing. Every node knows its span.
///
/// What could nest without end in a flat text is kept flat here (operators of one precedence, steps of a path, stages,
/// `else if`), so that whoever walks the tree needs stack only for what the parser's depth limit allows.
package struct Script: Sendable {
    package var statements: [Statement]

    package init(statements: [Statement]) {
        self.statements = statements
    }
}

/// A name with its place.
package struct Name: Sendable {
    package var text: String
    package var span: Span

    package init(text: String, span: Span) {
        self.text = text
        self.span = span
    }
}

package struct Block: Sendable {
    package var statements: [Statement]
    package var span: Span

    package init(statements: [Statement], span: Span) {
        self.statements = statements
        self.span = span
    }
}

package struct Statement: Sendable {
    package indirect enum Kind: Sendable {
        case parameter(ParameterDeclaration)
        case declaration(name: Name, value: Pipeline)
        case assignment(name: Name, steps: [PathStep], value: Pipeline)
        case pipeline(Pipeline)
        case conditional(branches: [(condition: Expression, block: Block)], otherwise: Block?)
        case whileLoop(condition: Expression, body: Block)
        case forLoop(index: Name?, item: Name, source: Expression, parallel: Expression?, body: Block)
        case block(Block)
        case breakLoop
        case continueLoop
        case returnValue(Expression?)
        case exit(Expression?)
        case fail(FailOperands?)
        case wait(Expression)
        case waitUntil(condition: Expression, every: Expression?, limit: Expression?)
        case onError(HandlerClause)
        case onExit(Block)
        case retry(RetryPolicy)
        case resume
        case use(Expression)
        case function(FunctionDeclaration)
    }
    package var kind: Kind
    package var span: Span
    /// The handler behind the statement on its line.
    package var handler: HandlerClause?

    package init(kind: Kind, span: Span, handler: HandlerClause? = nil) {
        self.kind = kind
        self.span = span
        self.handler = handler
    }
}

package struct FailOperands: Sendable {
    package var code: Expression
    package var message: Expression

    package init(code: Expression, message: Expression) {
        self.code = code
        self.message = message
    }
}

/// `param name: type = default "description"`
package struct ParameterDeclaration: Sendable {
    package var name: Name
    /// nil where left out, which means `string`.
    package var type: Name?
    package var defaultValue: Expression?
    package var description: String?

    package init(name: Name, type: Name? = nil, defaultValue: Expression? = nil, description: String? = nil) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.description = description
    }
}

/// `def name(a, b = 2) { … }`
package struct FunctionDeclaration: Sendable {
    package var name: Name
    package var parameters: [(name: Name, defaultValue: Expression?)]
    package var body: Block

    package init(name: Name, parameters: [(name: Name, defaultValue: Expression?)], body: Block) {
        self.name = name
        self.parameters = parameters
        self.body = body
    }
}

/// `[patterns] [as NAME] ACTION` of an `on error`.
package struct HandlerClause: Sendable {
    package indirect enum Action: Sendable {
        case retry(RetryPolicy)
        case resume
        case use(Expression)
        case fail(FailOperands?)
        case block(Block)
    }
    /// Globs over an error's code; none means every error.
    package var patterns: [Name]
    package var errorName: Name?
    package var action: Action
    package var span: Span

    package init(patterns: [Name], errorName: Name?, action: Action, span: Span) {
        self.patterns = patterns
        self.errorName = errorName
        self.action = action
        self.span = span
    }
}

/// `up to N`, `every D` or `backoff D..D`, `for D`
package struct RetryPolicy: Sendable {
    package var limit: Expression?
    package var every: Expression?
    package var backoff: (first: Expression, last: Expression)?
    package var timeLimit: Expression?

    package init(
        limit: Expression? = nil, every: Expression? = nil, backoff: (first: Expression, last: Expression)? = nil,
        timeLimit: Expression? = nil
    ) {
        self.limit = limit
        self.every = every
        self.backoff = backoff
        self.timeLimit = timeLimit
    }
}

/// A command or an expression with the stages behind it.
package struct Pipeline: Sendable {
    package enum Source: Sendable {
        case command(Command)
        case expression(Expression)
    }
    package var source: Source
    package var stages: [Stage]
    package var span: Span

    package init(source: Source, stages: [Stage], span: Span) {
        self.source = source
        self.stages = stages
        self.span = span
    }
}

package struct Command: Sendable {
    package var name: Name
    package var arguments: [Argument]
    package var span: Span

    package init(name: Name, arguments: [Argument], span: Span) {
        self.name = name
        self.arguments = arguments
        self.span = span
    }
}

package struct Argument: Sendable {
    /// nil for a positional argument.
    package var name: Name?
    package var value: Expression
    package var span: Span

    package init(name: Name?, value: Expression, span: Span) {
        self.name = name
        self.value = value
        self.span = span
    }
}

/// `| name arguments`; `where` has its condition as its only argument.
package struct Stage: Sendable {
    package var name: Name
    package var arguments: [Argument]
    package var span: Span

    package init(name: Name, arguments: [Argument], span: Span) {
        self.name = name
        self.arguments = arguments
        self.span = span
    }
}

package struct Expression: Sendable {
    package indirect enum Kind: Sendable {
        case null
        case bool(Bool)
        case int(Int)
        case float(Double)
        /// Nanoseconds.
        case duration(Int64)
        case string(String)
        /// Bare text of an argument without anything to fill in.
        case bareText(String)
        case interpolation([TextPart])
        case list([Expression])
        case record([(key: Name, value: Expression)])
        case variable(String)
        /// A bare name inside `where`: a field of the item.
        case itemField(String)
        case path(base: Expression, steps: [PathStep])
        case call(function: Name, arguments: [Expression])
        case negate(Expression)
        case not(Expression)
        /// Operators of one precedence, from left to right.
        case chain(first: Expression, rest: [(operation: BinaryOperator, span: Span, operand: Expression)])
        /// `( command … )`
        case pipeline(Pipeline)
    }
    package var kind: Kind
    package var span: Span

    package init(kind: Kind, span: Span) {
        self.kind = kind
        self.span = span
    }
}

package enum TextPart: Sendable {
    case text(String)
    case value(Expression)
}

package struct PathStep: Sendable {
    package enum Kind: Sendable {
        case field(String)
        case index(Expression)
    }
    package var kind: Kind
    /// Whether a `?` behind it turns what is missing into null.
    package var isOptional: Bool
    package var span: Span

    package init(kind: Kind, isOptional: Bool, span: Span) {
        self.kind = kind
        self.isOptional = isOptional
        self.span = span
    }
}

package enum BinaryOperator: String, Sendable {
    case otherwise = "??"
    case or, and
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contained = "in"
    case matches
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case divideWhole = "//"
    case remainder = "%"

    /// Loosest first.
    package var precedence: Int {
        switch self {
        case .otherwise: 0
        case .or: 1
        case .and: 2
        case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual, .contained, .matches: 4
        case .add, .subtract: 5
        case .multiply, .divide, .divideWhole, .remainder: 6
        }
    }
}

/// Words with a meaning of their own; in arguments they are plain text.
package enum Keyword: String, CaseIterable, Sendable {
    case param, `let`, set, `if`, `else`, `for`, `in`, `while`, parallel, on, error, exit, `as`, retry, resume, use,
        fail
    case def, `return`, `break`, `continue`, `true`, `false`, null, and, or, not, wait, until

    /// The keyword of these letters, or nil. Asked for every word of a script, so words are told apart by their bytes in
    /// one number.
    package init?(_ word: String) {
        let bytes = word.utf8
        guard bytes.count <= 8 else { return nil }
        let number = bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard let place = Self.numbers.firstIndex(of: number) else { return nil }
        self = Self.allCases[place]
    }

    private static let numbers = allCases.map { $0.rawValue.utf8.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
}
