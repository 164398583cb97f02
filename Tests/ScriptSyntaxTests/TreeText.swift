import ScriptSyntax

/// A tree as an S-expression, without its places: what parser tests compare.
enum TreeText {
    static func text(_ script: Script) -> String { script.statements.map(text).joined(separator: "\n") }

    private static func list(_ head: String, _ parts: [String]) -> String {
        "(" + ([head] + parts.filter { !$0.isEmpty }).joined(separator: " ") + ")"
    }

    private static func text(_ block: Block) -> String { list("block", block.statements.map(text)) }

    private static func tagged(_ tag: String, _ value: Expression?) -> String {
        value.map { list(tag, [text($0)]) } ?? ""
    }

    static func text(_ statement: Statement) -> String {
        let body = kind(statement.kind)
        return statement.handler.map { list("handled", [body, text($0)]) } ?? body
    }

    private static func kind(_ kind: Statement.Kind) -> String {
        switch kind {
        case .parameter(let parameter):
            list(
                "param",
                [
                    parameter.name.text, parameter.type?.text ?? "", tagged("default", parameter.defaultValue),
                    parameter.description.map { quoted($0) } ?? "",
                ])
        case .declaration(let name, let value): list("let", [name.text, text(value)])
        case .assignment(let name, let steps, let value): list("set", [name.text] + steps.map(text) + [text(value)])
        case .pipeline(let pipeline): text(pipeline)
        case .conditional(let branches, let otherwise):
            list(
                "if",
                branches.flatMap { [text($0.condition), text($0.block)] }
                    + [otherwise.map { list("else", [text($0)]) } ?? ""])
        case .whileLoop(let condition, let body): list("while", [text(condition), text(body)])
        case .forLoop(let index, let item, let source, let parallel, let body):
            list(
                "for",
                [index?.text ?? "", item.text, list("in", [text(source)]), tagged("parallel", parallel), text(body)])
        case .block(let block): text(block)
        case .breakLoop: "(break)"
        case .continueLoop: "(continue)"
        case .returnValue(let value): list("return", [value.map(text) ?? ""])
        case .exit(let status): list("exit", [status.map(text) ?? ""])
        case .fail(let operands): text(operands)
        case .wait(let span): list("wait", [text(span)])
        case .waitUntil(let condition, let every, let limit):
            list("wait-until", [text(condition), tagged("every", every), tagged("for", limit)])
        case .onError(let clause): text(clause)
        case .onExit(let block): list("on-exit", [text(block)])
        case .retry(let policy): text(policy)
        case .resume: "(resume)"
        case .use(let value): list("use", [text(value)])
        case .function(let function):
            list(
                "def",
                [
                    function.name.text,
                    list("", function.parameters.map { list($0.name.text, [$0.defaultValue.map(text) ?? ""]) }),
                    text(function.body),
                ])
        }
    }

    private static func text(_ clause: HandlerClause) -> String {
        let action =
            switch clause.action {
            case .retry(let policy): text(policy)
            case .resume: "(resume)"
            case .use(let value): list("use", [text(value)])
            case .fail(let operands): text(operands)
            case .block(let block): text(block)
            }
        return list(
            "on-error", clause.patterns.map(\.text) + [clause.errorName.map { list("as", [$0.text]) } ?? "", action])
    }

    private static func text(_ operands: FailOperands?) -> String {
        list("fail", operands.map { [text($0.code), text($0.message)] } ?? [])
    }

    private static func text(_ policy: RetryPolicy) -> String {
        list(
            "retry",
            [
                tagged("up-to", policy.limit), tagged("every", policy.every),
                policy.backoff.map { list("backoff", [text($0.first), text($0.last)]) } ?? "",
                tagged("for", policy.timeLimit),
            ])
    }

    static func text(_ pipeline: Pipeline) -> String {
        let source =
            switch pipeline.source {
            case .command(let command): list("run", [command.name.text] + command.arguments.map(text))
            case .expression(let expression): text(expression)
            }
        if pipeline.stages.isEmpty { return source }
        return list("pipe", [source] + pipeline.stages.map { list($0.name.text, $0.arguments.map(text)) })
    }

    private static func text(_ argument: Argument) -> String {
        (argument.name.map { $0.text + "=" } ?? "") + text(argument.value)
    }

    static func text(_ expression: Expression) -> String {
        switch expression.kind {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .float(let number): "\(number)"
        case .duration(let span): "\(span)ns"
        case .string(let text): quoted(text)
        case .bareText(let text): "~" + text
        case .interpolation(let parts):
            list(
                "text",
                parts.map { part in
                    switch part {
                    case .text(let piece): quoted(piece)
                    case .value(let value): text(value)
                    }
                })
        case .list(let elements): "[" + elements.map(text).joined(separator: " ") + "]"
        case .record(let fields):
            "{" + fields.map { quoted($0.key.text) + ": " + text($0.value) }.joined(separator: " ") + "}"
        case .variable(let name): "$" + name
        case .itemField(let name): "@" + name
        case .path(let base, let steps): list("path", [text(base)] + steps.map(text))
        case .call(let function, let arguments): list("call", [function.text] + arguments.map(text))
        case .negate(let operand): list("neg", [text(operand)])
        case .not(let operand): list("not", [text(operand)])
        case .chain(let first, let rest):
            "(" + rest.reduce(text(first)) { "\($0) \($1.operation.rawValue) \(text($1.operand))" } + ")"
        case .pipeline(let pipeline): list("do", [text(pipeline)])
        }
    }

    private static func text(_ step: PathStep) -> String {
        let mark = step.isOptional ? "?" : ""
        return switch step.kind {
        case .field(let name): ".\(name)\(mark)"
        case .index(let index): "[\(text(index))]\(mark)"
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}

/// What parsing a text comes to, in a form to compare: the tree, or the messages.
enum Parsed: Equatable {
    case tree(String)
    case incomplete([String])
    case invalid([String])

    init(_ text: String) { self.init(bytes: Array(text.utf8)) }

    init(bytes: [UInt8]) {
        switch Parser.parse(SourceText(name: "t.vpcsh", bytes: bytes), source: 0) {
        case .complete(let script): self = .tree(TreeText.text(script))
        case .incomplete(let diagnostics): self = .incomplete(diagnostics.map(\.message))
        case .invalid(let diagnostics): self = .invalid(diagnostics.map(\.message))
        }
    }
}

func script(_ text: String) -> Script? {
    guard case .complete(let script) = Parser.parse(SourceText(name: "t.vpcsh", text: text), source: 0) else {
        return nil
    }
    return script
}
