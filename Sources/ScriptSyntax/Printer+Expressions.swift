/// Expressions, commands and texts of ``Printer``: what stands in one line.
enum ExpressionPrinter {
    /// How tightly an expression holds together: the precedences of ``BinaryOperator``, then these.
    private static let notPrecedence = 3
    private static let unaryPrecedence = 7
    private static let primaryPrecedence = 8

    private static func precedence(_ expression: Expression) -> Int {
        switch expression.kind {
        case .chain(_, let rest): rest.first?.operation.precedence ?? primaryPrecedence
        case .not: notPrecedence
        case .negate: unaryPrecedence
        case .int(let number) where number < 0: unaryPrecedence
        case .float(let number) where number.sign == .minus: unaryPrecedence
        case .duration(let span) where span < 0: unaryPrecedence
        default: primaryPrecedence
        }
    }

    static func text(_ expression: Expression) -> String { text(expression, tighterThan: -1) }

    /// An expression where the language takes none with operators.
    static func operand(_ expression: Expression) -> String { text(expression, tighterThan: notPrecedence + 3) }

    private static func text(_ expression: Expression, tighterThan limit: Int) -> String {
        let text = bare(expression)
        return precedence(expression) > limit ? text : "(\(text))"
    }

    private static func bare(_ expression: Expression) -> String {
        switch expression.kind {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .float(let number): return "\(number)"
        case .duration(let span): return duration(span)
        case .string(let text), .bareText(let text): return quoted(text)
        case .interpolation(let parts): return interpolation(parts)
        case .list(let elements): return "[" + elements.map { text($0) }.joined(separator: ", ") + "]"
        case .record(let fields):
            return "{" + fields.map { "\(key($0.key.text)): \(text($0.value))" }.joined(separator: ", ") + "}"
        case .variable(let name): return "$" + name
        case .itemField(let name): return name
        case .path(let base, let steps):
            // A path's own steps would run together with those of its base.
            let isPath = if case .path = base.kind { true } else { false }
            return text(base, tighterThan: isPath ? primaryPrecedence : unaryPrecedence) + text(steps)
        case .call(let function, let arguments):
            return "\(function.text)(" + arguments.map { text($0) }.joined(separator: ", ") + ")"
        case .negate(let operand):
            // A number's sign is part of the number, so a negated one stands in parentheses.
            let isNumber = if case .int = operand.kind { true } else { false }
            return "-" + text(operand, tighterThan: isNumber ? primaryPrecedence : unaryPrecedence)
        case .not(let operand): return "not " + text(operand, tighterThan: notPrecedence - 1)
        case .chain(let first, let rest):
            let own = precedence(expression)
            return rest.reduce(into: text(first, tighterThan: own)) { left, step in
                left += " \(step.operation.rawValue) \(text(step.operand, tighterThan: own))"
            }
        case .pipeline(let pipeline): return "(\(text(pipeline)))"
        }
    }

    static func text(_ steps: [PathStep]) -> String {
        steps.map { step in
            let mark = step.isOptional ? "?" : ""
            switch step.kind {
            case .field(let name): return ".\(name)\(mark)"
            case .index(let index): return "[\(text(index))]\(mark)"
            }
        }.joined()
    }

    // MARK: Commands

    static func text(_ pipeline: Pipeline) -> String {
        let source =
            switch pipeline.source {
            case .command(let command): ([command.name.text] + command.arguments.map(text)).joined(separator: " ")
            case .expression(let expression): text(expression)
            }
        return source + pipeline.stages.map { " | " + text($0) }.joined()
    }

    static func text(_ stage: Stage) -> String {
        if stage.name.text == "where", let condition = stage.arguments.first {
            return "where \(text(condition.value))"
        }
        return ([stage.name.text] + stage.arguments.map(text)).joined(separator: " ")
    }

    private static func text(_ argument: Argument) -> String {
        (argument.name.map(option) ?? "") + argumentValue(argument.value)
    }

    /// A name with a dash is known for one only behind two more.
    private static func option(_ name: Name) -> String { (name.text.contains("-") ? "--" : "") + "\(name.text)=" }

    /// A value that is not text, a list, a record or a path stands in parentheses.
    private static func argumentValue(_ value: Expression) -> String {
        switch value.kind {
        // At the end of a line, a '\' without a blank behind it would take the next line in.
        case .bareText(let text): text.hasSuffix("\\") ? text + " " : text
        case .string, .interpolation, .list, .record, .pipeline, .variable: bare(value)
        case .path(let base, let steps) where isTextPath(base, steps): bare(value)
        default: "(\(bare(value)))"
        }
    }

    /// Whether a path may stand in text without braces.
    private static func isTextPath(_ base: Expression, _ steps: [PathStep]) -> Bool {
        guard case .variable = base.kind else { return false }
        return steps.allSatisfy { step in
            if step.isOptional { return false }
            guard case .index(let index) = step.kind else { return true }
            switch index.kind {
            case .int, .variable: return true
            case .string(let text): return quoted(text).first == "'"
            default: return false
            }
        }
    }

    // MARK: Texts

    private static func key(_ name: String) -> String {
        let bytes = Array(name.utf8)
        let isName = bytes.first.map(Lexer.isNameStart) == true && bytes.allSatisfy(Lexer.isNamePart)
        return isName ? name : quoted(name)
    }

    /// A string without anything to fill in: raw where that shows it as it is.
    static func quoted(_ text: String) -> String {
        let isRaw = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "'") }
        return isRaw ? "'\(text)'" : "\"\(escaped(text))\""
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\"", "\\", "$": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func interpolation(_ parts: [TextPart]) -> String {
        var text = ""
        for (place, part) in parts.enumerated() {
            switch part {
            case .text(let piece): text += escaped(piece)
            case .value(let value):
                var next = ""
                if place + 1 < parts.count, case .text(let piece) = parts[place + 1] { next = piece }
                text += filled(value, before: next)
            }
        }
        return "\"\(text)\""
    }

    /// A value in text: a path without braces unless it would run into what follows.
    private static func filled(_ value: Expression, before next: String) -> String {
        let isPath: Bool
        switch value.kind {
        case .variable: isPath = true
        case .path(let base, let steps): isPath = isTextPath(base, steps)
        default: isPath = false
        }
        let runsOn = next.utf8.first.map { Lexer.isNamePart($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") }
        if isPath, runsOn != true { return bare(value) }
        let inside = bare(value)
        // Inside braces a name needs no '$'.
        return inside.hasPrefix("$") && (isPath || isPlainPath(value)) ? "${\(inside.dropFirst())}" : "${\(inside)}"
    }

    private static func isPlainPath(_ value: Expression) -> Bool {
        guard case .path(let base, _) = value.kind, case .variable = base.kind else { return false }
        return true
    }

    // MARK: Durations

    private static func duration(_ nanoseconds: Int64) -> String {
        if nanoseconds == 0 { return "0s" }
        var rest = nanoseconds.magnitude
        var text = nanoseconds < 0 ? "-" : ""
        let units: [(String, UInt64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ]
        for (unit, length) in units where rest >= length {
            text += "\(rest / length)\(unit)"
            rest %= length
        }
        if rest == 0 { return text }
        let (whole, fraction) = rest.quotientAndRemainder(dividingBy: 1_000_000)
        if fraction == 0 { return text + "\(whole)ms" }
        var digits = String(String(fraction + 1_000_000).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return text + "\(whole).\(digits)ms"
    }
}
