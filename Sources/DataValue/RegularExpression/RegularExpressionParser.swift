/// A regular expression as it is written.
indirect enum RegularExpressionNode: Sendable {
    case empty
    case scalar(UInt32)
    /// One of the parser's sets.
    case set(Int)
    case assertion(RegularExpressionAssertion)
    case sequence([RegularExpressionNode])
    case alternatives([RegularExpressionNode])
    /// A capturing group; they count from 1.
    case group(Int, RegularExpressionNode)
    /// At least `least` and at most `most` times (nil: without end); a lazy one prefers fewer.
    case repetition(RegularExpressionNode, least: Int, most: Int?, isLazy: Bool, offset: Int)
}

/// What holds at a place between two scalars.
enum RegularExpressionAssertion: Sendable {
    case textStart, textEnd
    /// The end, or before a newline that ends the text: `$`, as Perl has it.
    case lastLineEnd
    case lineStart, lineEnd
    case wordBoundary, noWordBoundary
}

/// Reads a pattern by recursive descent, a level of nesting per group.
struct RegularExpressionParser {
    /// The flags `i`, `m`, `s`, which hold up to the end of the group in which they are set.
    struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotTakesNewline = false
    }

    let scalars: [Unicode.Scalar]
    var position = 0
    var flags = Flags()
    /// Classes, each ready for use.
    private(set) var sets: [ScalarSet] = []
    /// A name, or nil, for each capturing group.
    private(set) var groupNames: [String?] = []
    private var depth = 0

    init(_ pattern: String) throws(RegularExpressionError) {
        scalars = Array(pattern.unicodeScalars.prefix(RegularExpression.lengthLimit + 1))
        if scalars.count > RegularExpression.lengthLimit {
            throw RegularExpressionError(
                message: "a pattern has at most \(RegularExpression.lengthLimit) characters",
                offset: RegularExpression.lengthLimit)
        }
    }

    func failure(_ message: String, at offset: Int? = nil) -> RegularExpressionError {
        RegularExpressionError(message: message, offset: offset ?? position)
    }

    var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    func peek(_ distance: Int) -> Unicode.Scalar? {
        position + distance < scalars.count ? scalars[position + distance] : nil
    }

    /// Moves over a scalar if it stands here.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    /// The place of a new class.
    mutating func addSet(_ ranges: [ClosedRange<UInt32>], isNegated: Bool = false, ignoresCase: Bool = false) -> Int {
        var set = ScalarSet(ranges)
        set.finish(isNegated: isNegated, ignoresCase: ignoresCase)
        sets.append(set)
        return sets.count - 1
    }

    mutating func parse() throws(RegularExpressionError) -> RegularExpressionNode {
        let node = try alternatives()
        if next != nil { throw failure("there is no '(' for this ')'") }
        return node
    }

    private mutating func alternatives() throws(RegularExpressionError) -> RegularExpressionNode {
        depth += 1
        defer { depth -= 1 }
        if depth > RegularExpression.depthLimit { throw failure("groups are nested too deeply") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(RegularExpressionError) -> RegularExpressionNode {
        var parts: [RegularExpressionNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let start = position
            guard let part = try atom() else { continue }
            parts.append(try quantified(part, from: start))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    /// nil for flags alone, `(?i)`, which match nothing.
    private mutating func atom() throws(RegularExpressionError) -> RegularExpressionNode? {
        guard let scalar = next else { return nil }
        switch scalar {
        case "(": return try group()
        case "[": return .set(try characterClass())
        case "\\": return try escape()
        case "*", "+", "?": throw failure("there is nothing that '\(scalar)' could repeat")
        default: break
        }
        if scalar == "{", try quantifier() != nil {
            throw failure("there is nothing that '{' could repeat; as a character it is '\\{'")
        }
        position += 1
        switch scalar {
        case ".": return .set(addSet(flags.dotTakesNewline ? [] : [0x0A...0x0A], isNegated: true))
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .lastLineEnd)
        default: return literal(scalar)
        }
    }

    mutating func literal(_ scalar: Unicode.Scalar) -> RegularExpressionNode {
        let value = scalar.value
        let others = flags.ignoresCase ? ScalarSet.otherCases(of: value) : []
        if others.isEmpty { return .scalar(value) }
        return .set(addSet(([value] + others).map { $0...$0 }, ignoresCase: true))
    }

    // MARK: Groups

    private mutating func group() throws(RegularExpressionError) -> RegularExpressionNode? {
        let start = position
        let outerFlags = flags
        position += 1
        var number: Int?
        if take("?") {
            switch (next, peek(1)) {
            case ("=", _), ("!", _), ("<", "="), ("<", "!"):
                throw failure("look-around is not supported", at: start)
            case (">", _): throw failure("atomic groups are not supported", at: start)
            case ("P", "="): throw failure("back-references are not supported", at: start)
            case ("P", "<"), ("<", _):
                position += next == "P" ? 2 : 1
                number = try openGroup(named: try groupName(), at: start)
            default:
                if try readFlags() {
                    position += 1
                    return nil
                }
                position += 1
            }
        } else {
            number = try openGroup(named: nil, at: start)
        }
        let inner = try alternatives()
        guard take(")") else { throw failure("this group has no ')'", at: start) }
        flags = outerFlags
        return number.map { .group($0, inner) } ?? inner
    }

    private mutating func openGroup(named name: String?, at start: Int) throws(RegularExpressionError) -> Int {
        if groupNames.count == RegularExpression.groupLimit {
            throw failure(
                "there are more than \(RegularExpression.groupLimit) groups; '(?: )' counts as none", at: start)
        }
        if let name, groupNames.contains(name) { throw failure("there are two groups '\(name)'", at: start) }
        groupNames.append(name)
        return groupNames.count
    }

    private mutating func groupName() throws(RegularExpressionError) -> String {
        let start = position
        var name = ""
        while let scalar = next, scalar != ">" {
            let isLetter = scalar == "_" || scalar.isASCII && scalar.properties.isAlphabetic
            let isDigit = ("0"..."9").contains(scalar)
            guard isLetter || isDigit && !name.isEmpty else { break }
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard !name.isEmpty, take(">") else {
            throw failure("a group's name is made of letters, digits and '_', and ends in '>'", at: start)
        }
        return name
    }

    /// Reads flags up to the `)` or `:` behind them; true for `)`.
    private mutating func readFlags() throws(RegularExpressionError) -> Bool {
        var value = true
        while let scalar = next {
            switch scalar {
            case "i": flags.ignoresCase = value
            case "m": flags.isMultiline = value
            case "s": flags.dotTakesNewline = value
            case "-" where value: value = false
            case ")": return true
            case ":": return false
            default: throw failure("'\(scalar)' is no flag; there are i, m and s")
            }
            position += 1
        }
        throw failure("the pattern ends inside '(?'")
    }

    // MARK: Quantifiers

    private mutating func quantified(
        _ node: RegularExpressionNode, from start: Int
    ) throws(RegularExpressionError) -> RegularExpressionNode {
        guard let (least, most) = try quantifier() else { return node }
        let isLazy = take("?")
        if next == "+" { throw failure("possessive quantifiers are not supported") }
        if next == "*" || next == "?" || next == "{", try quantifier() != nil {
            throw failure("there are two quantifiers in a row; put the first in '(?: )'", at: start)
        }
        return .repetition(node, least: least, most: most, isLazy: isLazy, offset: start)
    }

    /// Reads `*`, `+`, `?`, `{n}`, `{n,}` or `{n,m}`; nil, and no move, where none of them stands.
    private mutating func quantifier() throws(RegularExpressionError) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{") else { return nil }
        let least = number()
        var most = least
        if take(",") { most = number() }
        guard next == "}", least != nil || most != nil else {
            position = start
            return nil
        }
        guard let least else { throw failure("write {0,\(most ?? 0)}", at: start) }
        position += 1
        if max(least, most ?? 0) > RegularExpression.instructionLimit {
            throw failure("a number of repetitions is at most \(RegularExpression.instructionLimit)", at: start)
        }
        if let most, most < least { throw failure("{\(least),\(most)} ends before it begins", at: start) }
        return (least, most)
    }

    /// A number of repetitions, held at a value that is refused anyway if it is larger.
    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), RegularExpression.instructionLimit + 1)
            position += 1
        }
        return value
    }
}
