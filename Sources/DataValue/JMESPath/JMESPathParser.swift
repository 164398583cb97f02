/// Reads tokens into nodes, by operator precedence.
///
/// Loosest first: `|` · `||` · `&&` · comparisons · `[]` · `*` `[*]` and slices · `[?…]` · `.` · `!` · `[n]`.
///
/// A projection takes everything behind it that binds more tightly than itself as what is done with each element;
/// that ends at the first sign looser than ``Binding/projectionEnd``.
struct JMESPathParser {
    enum Binding {
        static let none = 0
        static let pipe = 1
        static let or = 2
        static let and = 3
        static let comparison = 5
        static let flatten = 9
        static let projectionEnd = 10
        static let star = 20
        static let filter = 21
        static let dot = 40
        static let not = 45
        static let bracket = 55
    }

    let tokens: [JMESPathToken]
    var at = 0
    private var depth = 0
    private(set) var nodes: [JMESPathNode] = []

    /// The last token is `end`.
    init(tokens: [JMESPathToken]) {
        self.tokens = tokens
    }

    /// Reads the whole expression and returns its node.
    mutating func parse() throws(JMESPathError) -> Int {
        let root = try expression(above: Binding.none)
        guard next == .end else { throw unexpected() }
        return root
    }

    // MARK: Tokens

    var next: JMESPathToken.Kind { tokens[at].kind }
    var offset: Int { tokens[at].offset }

    mutating func advance() {
        if at < tokens.count - 1 { at += 1 }
    }

    mutating func take(_ kind: JMESPathToken.Kind) -> Bool {
        guard next == kind else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: JMESPathToken.Kind, _ sign: String) throws(JMESPathError) {
        guard take(kind) else { throw unexpected("expected '\(sign)'") }
    }

    func unexpected(_ expectation: String? = nil) -> JMESPathError {
        let found = next == .end ? "the expression ends too early" : "this is not expected here"
        return JMESPathError(.syntax, expectation ?? found, offset: offset)
    }

    private func binding(_ kind: JMESPathToken.Kind) -> Int {
        switch kind {
        case .pipe: Binding.pipe
        case .or: Binding.or
        case .and: Binding.and
        case .comparison: Binding.comparison
        case .flatten: Binding.flatten
        case .star: Binding.star
        case .filter: Binding.filter
        case .dot: Binding.dot
        case .leftBracket: Binding.bracket
        default: Binding.none
        }
    }

    // MARK: Nodes

    mutating func add(
        _ kind: JMESPathNode.Kind, over parts: [Int] = [], at offset: Int
    ) throws(JMESPathError) -> Int {
        let height = parts.reduce(0) { max($0, nodes[$1].height) } + 1
        guard height <= JMESPath.depthLimit else { throw tooDeep(offset) }
        nodes.append(JMESPathNode(kind: kind, offset: offset, height: height))
        return nodes.count - 1
    }

    private func tooDeep(_ offset: Int) -> JMESPathError {
        JMESPathError(.syntax, "the expression is nested deeper than \(JMESPath.depthLimit) levels", offset: offset)
    }

    // MARK: Expressions

    /// Reads what binds more tightly than `minimum`.
    mutating func expression(above minimum: Int) throws(JMESPathError) -> Int {
        guard depth < JMESPath.depthLimit else { throw tooDeep(offset) }
        depth += 1
        defer { depth -= 1 }
        var left = try prefix()
        while binding(next) > minimum { left = try infix(left) }
        return left
    }

    /// Reads an expression from its first token on.
    private mutating func prefix() throws(JMESPathError) -> Int {
        let start = offset
        let token = next
        switch token {
        case .literal(let value):
            advance()
            return try add(.literal(value), at: start)
        case .name(let name):
            advance()
            return next == .leftParenthesis ? try call(name, at: start) : try add(.field(name), at: start)
        case .quotedName(let name):
            advance()
            guard next != .leftParenthesis else { throw unexpected("a function's name is not quoted") }
            return try add(.field(name), at: start)
        case .current:
            advance()
            return try add(.current, at: start)
        case .not:
            advance()
            let operand = try expression(above: Binding.not)
            return try add(.not(operand), over: [operand], at: start)
        case .leftParenthesis:
            advance()
            let inner = try expression(above: Binding.none)
            try expect(.rightParenthesis, ")")
            return inner
        case .leftBrace:
            advance()
            return try multiselectRecord(at: start)
        case .star:
            let current = try add(.current, at: start)
            return try valueProjection(over: current)
        case .flatten, .filter: return try infix(try add(.current, at: start))
        case .leftBracket:
            if isBracketSpecifier { return try infix(try add(.current, at: start)) }
            advance()
            return try multiselectList(at: start)
        default: throw unexpected()
        }
    }

    /// Goes on with an expression whose left part has been read.
    private mutating func infix(_ left: Int) throws(JMESPathError) -> Int {
        let start = offset
        switch next {
        case .dot:
            advance()
            if next == .star { return try valueProjection(over: left) }
            let right = try afterDot(Binding.dot)
            return try add(.chain(left, right), over: [left, right], at: start)
        case .pipe:
            let right = try operand(Binding.pipe)
            return try add(.chain(left, right), over: [left, right], at: start)
        case .or:
            let right = try operand(Binding.or)
            return try add(.or(left, right), over: [left, right], at: start)
        case .and:
            let right = try operand(Binding.and)
            return try add(.and(left, right), over: [left, right], at: start)
        case .comparison(let comparison):
            let right = try operand(Binding.comparison)
            return try add(.comparison(comparison, left, right), over: [left, right], at: start)
        case .flatten:
            advance()
            let flat = try add(.flatten(left), over: [left], at: start)
            let right = try projected(Binding.flatten)
            return try add(.projection(flat, right), over: [flat, right], at: start)
        case .filter:
            advance()
            let condition = try expression(above: Binding.none)
            try expect(.rightBracket, "]")
            let right = try projected(Binding.filter)
            return try add(
                .filterProjection(left, condition: condition, right), over: [left, condition, right], at: start)
        case .leftBracket: return try bracket(left)
        default: throw unexpected()
        }
    }

    private mutating func operand(_ minimum: Int) throws(JMESPathError) -> Int {
        advance()
        return try expression(above: minimum)
    }

    /// `*` and what it projects.
    private mutating func valueProjection(over left: Int) throws(JMESPathError) -> Int {
        let start = offset
        advance()
        let right = try projected(Binding.star)
        return try add(.valueProjection(left, right), over: [left, right], at: start)
    }

    /// What is done with each element of a projection.
    mutating func projected(_ minimum: Int) throws(JMESPathError) -> Int {
        switch next {
        case .dot:
            advance()
            return try afterDot(minimum)
        case .filter: return try expression(above: minimum)
        case .leftBracket:
            guard isBracketSpecifier else {
                advance()
                throw unexpected("brackets behind an expression take a number, a slice or '*'")
            }
            return try expression(above: minimum)
        default:
            guard binding(next) < Binding.projectionEnd else { throw unexpected() }
            return try add(.current, at: offset)
        }
    }

    /// What stands behind a dot: a name, a call, `*`, `[…]` or `{…}`.
    private mutating func afterDot(_ minimum: Int) throws(JMESPathError) -> Int {
        let start = offset
        switch next {
        case .name, .quotedName, .star: return try expression(above: minimum)
        case .leftBracket:
            advance()
            return try multiselectList(at: start)
        case .leftBrace:
            advance()
            return try multiselectRecord(at: start)
        default: throw unexpected("expected a name, '*', '[' or '{' behind '.'")
        }
    }
}
