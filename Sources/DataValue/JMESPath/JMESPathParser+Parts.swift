/// What stands in brackets, braces and parentheses.
extension JMESPathParser {
    /// Whether the bracket here holds a number, a slice or a star, and not a list of expressions.
    var isBracketSpecifier: Bool {
        switch tokens[min(at + 1, tokens.count - 1)].kind {
        case .number, .colon: true
        case .star: tokens[min(at + 2, tokens.count - 1)].kind == .rightBracket
        default: false
        }
    }

    /// `[n]`, `[start:stop:step]` and `[*]` behind `left`.
    mutating func bracket(_ left: Int) throws(JMESPathError) -> Int {
        let start = offset
        guard isBracketSpecifier else {
            advance()
            throw unexpected("brackets behind an expression take a number, a slice or '*'")
        }
        advance()
        if take(.star) {
            try expect(.rightBracket, "]")
            let right = try projected(Binding.star)
            return try add(.projection(left, right), over: [left, right], at: start)
        }
        var numbers: [Int?] = [nil]
        while next != .rightBracket {
            if case .number(let number) = next, numbers.last == .some(nil) {
                numbers[numbers.count - 1] = number
            } else if next == .colon, numbers.count < 3 {
                numbers.append(nil)
            } else {
                throw unexpected()
            }
            advance()
        }
        advance()
        if numbers.count == 1 {
            let index = try add(.index(numbers[0] ?? 0), at: start)
            return try add(.chain(left, index), over: [left, index], at: start)
        }
        let step = (numbers.count == 3 ? numbers[2] : nil) ?? 1
        guard step != 0 else { throw JMESPathError(.invalidValue, "the step of a slice is not 0", offset: start) }
        let slice = try add(.slice(start: numbers[0], stop: numbers[1], step: step), at: start)
        let list = try add(.chain(left, slice), over: [left, slice], at: start)
        let right = try projected(Binding.star)
        return try add(.projection(list, right), over: [list, right], at: start)
    }

    mutating func multiselectList(at start: Int) throws(JMESPathError) -> Int {
        var parts: [Int] = []
        repeat { parts.append(try expression(above: Binding.none)) } while take(.comma)
        try expect(.rightBracket, "]")
        return try add(.multiselectList(parts), over: parts, at: start)
    }

    mutating func multiselectRecord(at start: Int) throws(JMESPathError) -> Int {
        var fields: [(name: String, node: Int)] = []
        repeat {
            switch next {
            case .name(let name), .quotedName(let name):
                advance()
                try expect(.colon, ":")
                fields.append((name, try expression(above: Binding.none)))
            default: throw unexpected("expected a name")
            }
        } while take(.comma)
        try expect(.rightBrace, "}")
        return try add(.multiselectRecord(fields), over: fields.map(\.node), at: start)
    }

    /// The arguments of a function, from the parenthesis on.
    mutating func call(_ name: String, at start: Int) throws(JMESPathError) -> Int {
        advance()
        var arguments: [Int] = []
        if next != .rightParenthesis {
            repeat { arguments.append(try argument()) } while take(.comma)
        }
        try expect(.rightParenthesis, ")")
        guard let function = JMESPathFunction(rawValue: name) else {
            throw JMESPathError(.unknownFunction, "there is no function '\(name)'", offset: start)
        }
        let signature = function.signature
        let count = signature.parameters.count
        guard signature.isVariadic ? arguments.count >= count : arguments.count == count else {
            let number = "\(count) \(count == 1 ? "argument" : "arguments")"
            let wanted = signature.isVariadic ? "at least \(number)" : number
            throw JMESPathError(.invalidArity, "\(name) takes \(wanted), not \(arguments.count)", offset: start)
        }
        return try add(.call(function, arguments), over: arguments, at: start)
    }

    private mutating func argument() throws(JMESPathError) -> Int {
        let start = offset
        guard take(.ampersand) else { return try expression(above: Binding.none) }
        let expression = try expression(above: Binding.none)
        return try add(.reference(expression), over: [expression], at: start)
    }
}
