import ScriptSyntax

/// A generator with a seed, so that a failure can be had again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Trees of the kinds that a parser can yield, drawn at random.
struct RandomTrees {
    var generator: SeededGenerator
    private let nowhere = Span(source: 0, start: 0, end: 0)

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    private mutating func pick<Element>(_ elements: [Element], _ fallback: Element) -> Element {
        elements.randomElement(using: &generator) ?? fallback
    }
    private mutating func several<Element>(_ most: Int, _ make: (inout RandomTrees) -> Element) -> [Element] {
        (0..<Int.random(in: 0...most, using: &generator)).map { _ in make(&self) }
    }
    private mutating func maybe<Element>(_ make: (inout RandomTrees) -> Element) -> Element? {
        chance(40) ? make(&self) : nil
    }

    private mutating func name() -> Name {
        Name(
            text: pick(["a", "x1", "_b", "Name", "up", "every", "to", "backoff", "longer_name", "e5"], "a"),
            span: nowhere)
    }

    private mutating func string() -> String {
        pick(
            [
                "", "plain", "two words", "it's", "say \"hi\"", "a\\b", "$x", "${y}", "line\nbreak", "tab\there", "{",
                "}", "#", "é漢🔒",
                "\u{1B}[31m", "a.b", "[0]", "'", "\\", "\"\"\"", "end\\", "\r\n",
            ], "")
    }

    private mutating func wrap(_ kind: Expression.Kind) -> Expression { Expression(kind: kind, span: nowhere) }

    // MARK: Expressions

    mutating func expression(_ depth: Int, fields: Bool = false) -> Expression {
        if depth <= 0 || chance(25) { return leaf(fields: fields) }
        let next = depth - 1
        switch Int.random(in: 0..<11, using: &generator) {
        case 0: return wrap(.interpolation(parts(next)))
        case 1: return wrap(.list(several(3) { $0.expression(next, fields: fields) }))
        case 2: return wrap(.record(record(next, fields: fields)))
        case 3: return path(next, fields: fields)
        case 4: return wrap(.call(function: name(), arguments: several(3) { $0.expression(next, fields: fields) }))
        case 5: return negated(next, fields: fields)
        case 6: return wrap(.not(expression(next, fields: fields)))
        case 7, 8, 9: return chain(next, fields: fields)
        default: return fields ? leaf(fields: true) : parenthesized(next)
        }
    }

    private mutating func leaf(fields: Bool) -> Expression {
        if fields, chance(30) { return wrap(.itemField(name().text)) }
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: return wrap(.null)
        case 1: return wrap(.bool(chance(50)))
        case 2: return wrap(.int(pick([0, 7, -1, 42, .max, .min, -300], 0)))
        case 3: return wrap(.float(pick([0, 1.5, -2.25, 1e300, 1e-7, 123456789.125, .leastNonzeroMagnitude], 0)))
        case 4:
            let spans: [Int64] = [
                0, 1, 1_000_000, 1_500_000, 90_000_000_000, -5_000_000_000, 86_400_000_000_000, 123_456_789,
            ]
            return wrap(.duration(pick(spans, 0)))
        case 5: return wrap(.string(string()))
        default: return wrap(.variable(pick(["x", "error", "_", "long_name"], "x")))
        }
    }

    /// A sign before a float or a duration belongs to the literal.
    private mutating func negated(_ depth: Int, fields: Bool) -> Expression {
        let operand = expression(depth, fields: fields)
        switch operand.kind {
        case .float, .duration: return operand
        default: return wrap(.negate(operand))
        }
    }

    private mutating func chain(_ depth: Int, fields: Bool) -> Expression {
        let levels: [[BinaryOperator]] = [
            [.otherwise], [.or], [.and],
            [.equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual, .contained, .matches],
            [.add, .subtract], [.multiply, .divide, .divideWhole, .remainder],
        ]
        let level = pick(levels, [.add])
        let count = level.contains(.equal) ? 1 : Int.random(in: 1...3, using: &generator)
        let first = expression(depth, fields: fields)
        let rest = (0..<count).map { _ in
            (operation: pick(level, .add), span: nowhere, operand: expression(depth, fields: fields))
        }
        return wrap(.chain(first: first, rest: rest))
    }

    private mutating func record(_ depth: Int, fields: Bool) -> [(key: Name, value: Expression)] {
        var seen: Set<String> = []
        return several(3) { trees in
            let key =
                trees.chance(50)
                ? trees.name() : Name(text: trees.pick(["if", "a b", "", "it's", "k\n"], "k"), span: trees.nowhere)
            return (key: key, value: trees.expression(depth, fields: fields))
        }.filter { seen.insert($0.key.text).inserted }
    }

    private mutating func path(_ depth: Int, fields: Bool) -> Expression {
        let base = expression(depth, fields: fields)
        return wrap(.path(base: base, steps: [step(depth)] + several(2) { $0.step(depth) }))
    }

    private mutating func step(_ depth: Int, isOptional: Bool? = nil) -> PathStep {
        let kind: PathStep.Kind =
            chance(50) ? .field(pick(["a", "Name", "if", "on"], "a")) : .index(expression(depth))
        return PathStep(kind: kind, isOptional: isOptional ?? chance(30), span: nowhere)
    }

    /// Two pieces of text beside each other would be one.
    private mutating func parts(_ depth: Int) -> [TextPart] {
        var parts: [TextPart] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            if chance(60) {
                let text = string()
                if !text.isEmpty { parts.append(.text(text)) }
            }
            parts.append(.value(expression(depth)))
        }
        if chance(50) { parts.append(.text(".tail")) }
        return parts
    }

    /// Parentheses around a bare expression leave no trace in the tree.
    private mutating func parenthesized(_ depth: Int) -> Expression {
        let inner = pipeline(depth)
        if case .expression(let expression) = inner.source, inner.stages.isEmpty { return expression }
        return wrap(.pipeline(inner))
    }

    // MARK: Commands

    mutating func pipeline(_ depth: Int) -> Pipeline {
        let source: Pipeline.Source =
            chance(50)
            ? .command(command(depth)) : .expression(expression(depth))
        let stages = chance(30) ? several(2) { $0.stage(depth) } : []
        return Pipeline(source: source, stages: stages, span: nowhere)
    }

    private mutating func command(_ depth: Int) -> Command {
        if chance(40) {
            let words = several(3) { $0.argument(depth, isNamed: false) }
            return Command(
                name: Name(text: pick(["print", "warn"], "print"), span: nowhere), arguments: words, span: nowhere)
        }
        let arguments = several(3) { trees in trees.argument(depth, isNamed: trees.chance(80)) }
        return Command(
            name: Name(text: pick(["DescribeVpcs", "help", "A"], "A"), span: nowhere), arguments: arguments,
            span: nowhere)
    }

    private mutating func argument(_ depth: Int, isNamed: Bool) -> Argument {
        let names = ["Name", "Tag.1.Key", "client-token", "on", "X"]
        let value =
            chance(40)
            ? wrap(
                .bareText(
                    pick(
                        ["word", "007", "a.b.c", "10.0.0.0/8", "if", "a,b", "$", "x$", "é", "a=b", "a#b", "\\x"], "word"
                    )))
            : expression(depth)
        // A positional argument that looks like a named one is one; `print` takes no names.
        if !isNamed, case .bareText("a=b") = value.kind { return argument(depth, isNamed: false) }
        return Argument(
            name: isNamed ? Name(text: pick(names, "X"), span: nowhere) : nil, value: value, span: nowhere)
    }

    private mutating func stage(_ depth: Int) -> Stage {
        if chance(50) {
            let condition = expression(depth, fields: true)
            return Stage(
                name: Name(text: "where", span: nowhere),
                arguments: [Argument(name: nil, value: condition, span: nowhere)], span: nowhere)
        }
        let arguments = several(2) { trees in trees.argument(depth, isNamed: trees.chance(30)) }
        return Stage(
            name: Name(text: pick(["select", "first", "count"], "count"), span: nowhere), arguments: arguments,
            span: nowhere)
    }

    // MARK: Statements

    mutating func script() -> Script { Script(statements: several(5) { $0.statement(3) }) }

    private mutating func block(_ depth: Int) -> Block {
        Block(statements: several(3) { $0.statement(depth - 1) }, span: nowhere)
    }

    private mutating func policy(_ depth: Int) -> RetryPolicy {
        var policy = RetryPolicy()
        policy.limit = maybe { $0.expression(depth) }
        if chance(40) {
            policy.every = expression(depth)
        } else {
            policy.backoff = maybe { (first: $0.expression(depth), last: $0.expression(depth)) }
        }
        policy.timeLimit = maybe { $0.expression(depth) }
        return policy
    }

    private mutating func fail(_ depth: Int) -> FailOperands? {
        maybe { FailOperands(code: $0.expression(depth), message: $0.expression(depth)) }
    }

    private mutating func handler(_ depth: Int) -> HandlerClause {
        let action: HandlerClause.Action
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: action = .retry(policy(depth))
        case 1: action = .resume
        case 2: action = .use(expression(depth))
        case 3: action = .fail(fail(depth))
        default: action = .block(block(depth))
        }
        let patterns = several(2) { trees in
            Name(text: trees.pick(["*", "A.B", "*.NotFound", "[A-C]?", "x:y/z-1"], "*"), span: trees.nowhere)
        }
        return HandlerClause(patterns: patterns, errorName: maybe { $0.name() }, action: action, span: nowhere)
    }

    private mutating func statement(_ depth: Int) -> Statement {
        let kind = self.kind(depth)
        var statement = Statement(kind: kind, span: nowhere, handler: nil)
        switch kind {
        case .pipeline, .declaration, .assignment: if depth > 0 { statement.handler = maybe { $0.handler(depth - 1) } }
        default: break
        }
        return statement
    }

    private mutating func kind(_ depth: Int) -> Statement.Kind {
        let next = depth - 1
        let most = depth > 0 ? 20 : 11
        switch Int.random(in: 0..<most, using: &generator) {
        case 0: return .declaration(name: name(), value: pipeline(2))
        case 1:
            return .assignment(name: name(), steps: several(2) { $0.step(1, isOptional: false) }, value: pipeline(2))
        case 2: return .breakLoop
        case 3: return .returnValue(maybe { $0.expression(2) })
        case 4: return .exit(maybe { $0.expression(2) })
        case 5: return .fail(fail(2))
        case 6: return .wait(expression(2))
        case 7:
            return .waitUntil(
                condition: expression(2), every: maybe { $0.expression(1) }, limit: maybe { $0.expression(1) })
        case 8: return .retry(policy(1))
        case 9: return .use(expression(2))
        case 10: return .resume
        case 11:
            let branches = (0...Int.random(in: 0...2, using: &generator)).map { _ in
                (condition: expression(2), block: block(next))
            }
            return .conditional(branches: branches, otherwise: maybe { $0.block(next) })
        case 12: return .whileLoop(condition: expression(2), body: block(next))
        case 13:
            return .forLoop(
                index: maybe { $0.name() }, item: name(), source: expression(2), parallel: maybe { $0.expression(1) },
                body: block(next))
        case 14: return .block(block(next))
        case 15: return .onError(handler(next))
        case 16: return .onExit(block(next))
        case 17:
            let parameters = several(3) { trees in (name: trees.name(), defaultValue: trees.maybe { $0.expression(1) })
            }
            return .function(FunctionDeclaration(name: name(), parameters: parameters, body: block(next)))
        case 18:
            return .parameter(
                ParameterDeclaration(
                    name: name(), type: maybe { $0.name() }, defaultValue: maybe { $0.expression(1) },
                    description: maybe { $0.string() }))
        default: return .pipeline(pipeline(3))
        }
    }
}
