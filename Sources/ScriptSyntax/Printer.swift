/// Writes a tree as the source text that a careful author would have written: one statement a line, four blanks of
/// indentation, no bracket that is not needed. Parsing that text yields the same tree again.
///
/// Comments and line breaks inside statements are not part of the tree, so they are not written.
package struct Printer {
    private var lines: [String] = []
    private var indentation = ""

    private init() {}

    /// The text of a whole script; it ends in a newline unless it is empty.
    package static func text(_ script: Script) -> String {
        var printer = Printer()
        for statement in script.statements { printer.write(statement) }
        return printer.lines.map { $0 + "\n" }.joined()
    }

    package static func text(_ expression: Expression) -> String { ExpressionPrinter.text(expression) }

    /// What a handler does, in one line: `retry up to 3 every 5s`, `resume`, `{ … }`.
    package static func text(_ action: HandlerClause.Action) -> String {
        switch action {
        case .retry(let policy): text(policy)
        case .resume: "resume"
        case .use(let value): "use \(ExpressionPrinter.text(value))"
        case .fail(let operands): text(operands)
        case .block: "{ … }"
        }
    }

    // MARK: Lines

    /// A statement's first line begins with the indentation; what follows a block is joined to its closing brace.
    private mutating func begin(_ text: String) { lines.append(indentation + text) }

    private mutating func join(_ text: String) {
        if let last = lines.indices.last { lines[last] += text }
    }

    private mutating func write(_ block: Block) {
        if block.statements.isEmpty { return join("{}") }
        join("{")
        let outer = indentation
        indentation += "    "
        for statement in block.statements { write(statement) }
        indentation = outer
        begin("}")
    }

    // MARK: Statements

    private mutating func write(_ statement: Statement) {
        switch statement.kind {
        case .conditional(let branches, let otherwise):
            for (place, branch) in branches.enumerated() {
                let head = "if \(ExpressionPrinter.text(branch.condition)) "
                if place == 0 { begin(head) } else { join(" else " + head) }
                write(branch.block)
            }
            if let otherwise {
                join(" else ")
                write(otherwise)
            }
        case .whileLoop(let condition, let body): write("while \(ExpressionPrinter.text(condition))", body)
        case .forLoop(let index, let item, let source, let parallel, let body):
            let variables = (index.map { "\($0.text), " } ?? "") + item.text
            let limit = parallel.map { " parallel \(ExpressionPrinter.operand($0))" } ?? ""
            write("for \(variables) in \(ExpressionPrinter.text(source))\(limit)", body)
        case .block(let block):
            begin("")
            write(block)
        case .onExit(let block): write("on exit", block)
        case .onError(let clause):
            begin("")
            write(clause)
        case .function(let function):
            let parameters = function.parameters.map { parameter in
                parameter.name.text + (parameter.defaultValue.map { " = \(ExpressionPrinter.text($0))" } ?? "")
            }
            write("def \(function.name.text)(\(parameters.joined(separator: ", ")))", function.body)
        default: begin(Self.simple(statement.kind))
        }
        if let handler = statement.handler {
            join(" ")
            write(handler)
        }
    }

    private mutating func write(_ head: String, _ block: Block) {
        begin(head + " ")
        write(block)
    }

    private mutating func write(_ clause: HandlerClause) {
        let patterns = clause.patterns.map { " " + $0.text }.joined()
        let name = clause.errorName.map { " as \($0.text)" } ?? ""
        join("on error\(patterns)\(name) ")
        if case .block(let block) = clause.action { write(block) } else { join(Self.text(clause.action)) }
    }

    /// A statement of one line.
    private static func simple(_ kind: Statement.Kind) -> String {
        switch kind {
        case .parameter(let parameter): return text(parameter)
        case .declaration(let name, let value): return "let \(name.text) = \(ExpressionPrinter.text(value))"
        case .assignment(let name, let steps, let value):
            return "set \(name.text)\(ExpressionPrinter.text(steps)) = \(ExpressionPrinter.text(value))"
        case .pipeline(let pipeline):
            let text = ExpressionPrinter.text(pipeline)
            // A statement's '{' would begin a block.
            guard text.hasPrefix("{"), case .expression(let expression) = pipeline.source else { return text }
            let stages = pipeline.stages.map { " | " + ExpressionPrinter.text($0) }.joined()
            return "(\(ExpressionPrinter.text(expression)))\(stages)"
        case .breakLoop: return "break"
        case .continueLoop: return "continue"
        case .returnValue(let value): return "return" + optional(value)
        case .exit(let status): return "exit" + optional(status)
        case .fail(let operands): return text(operands)
        case .wait(let span): return "wait \(ExpressionPrinter.text(span))"
        case .waitUntil(let condition, let every, let limit):
            return "wait until \(ExpressionPrinter.text(condition))" + operand("every", every) + operand("for", limit)
        case .retry(let policy): return text(policy)
        case .resume: return "resume"
        case .use(let value): return "use \(ExpressionPrinter.text(value))"
        case .conditional, .whileLoop, .forLoop, .block, .onError, .onExit, .function: return ""
        }
    }

    private static func optional(_ value: Expression?) -> String {
        value.map { " " + ExpressionPrinter.text($0) } ?? ""
    }

    private static func operand(_ word: String, _ value: Expression?) -> String {
        value.map { " \(word) \(ExpressionPrinter.operand($0))" } ?? ""
    }

    private static func text(_ parameter: ParameterDeclaration) -> String {
        "param \(parameter.name.text)" + (parameter.type.map { ": \($0.text)" } ?? "")
            + operand("=", parameter.defaultValue)
            + (parameter.description.map { " " + ExpressionPrinter.quoted($0) } ?? "")
    }

    private static func text(_ operands: FailOperands?) -> String {
        guard let operands else { return "fail" }
        return "fail \(ExpressionPrinter.operand(operands.code)) \(ExpressionPrinter.operand(operands.message))"
    }

    private static func text(_ policy: RetryPolicy) -> String {
        var text = "retry" + operand("up to", policy.limit) + operand("every", policy.every)
        if let (first, last) = policy.backoff {
            text += " backoff \(ExpressionPrinter.operand(first))..\(ExpressionPrinter.operand(last))"
        }
        return text + operand("for", policy.timeLimit)
    }
}
