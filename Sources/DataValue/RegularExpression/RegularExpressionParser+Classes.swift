/// Escapes and classes.
extension RegularExpressionParser {
    private static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    private static let wordCharacters: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    private static let blanks: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20]

    /// The ranges of `\d`, `\w`, `\s` and their opposites.
    private static func ranges(of letter: Unicode.Scalar) -> [ClosedRange<UInt32>]? {
        switch letter {
        case "d": digits
        case "w": wordCharacters
        case "s": blanks
        case "D": ScalarSet.complement(of: digits)
        case "W": ScalarSet.complement(of: wordCharacters)
        case "S": ScalarSet.complement(of: blanks)
        default: nil
        }
    }

    private static let namedRanges: [String: [ClosedRange<UInt32>]] = [
        "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
        "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0x00...0x1F, 0x7F...0x7F], "digit": digits,
        "graph": [0x21...0x7E], "lower": [0x61...0x7A], "print": [0x20...0x7E],
        "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E], "space": blanks, "upper": [0x41...0x5A],
        "word": wordCharacters, "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
    ]

    /// Reads an escape outside a class.
    mutating func escape() throws(RegularExpressionError) -> RegularExpressionNode {
        let start = position
        if let letter = peek(1) {
            if let ranges = Self.ranges(of: letter) {
                position += 2
                return .set(addSet(ranges))
            }
            let assertion: RegularExpressionAssertion? =
                switch letter {
                case "b": .wordBoundary
                case "B": .noWordBoundary
                case "A": .textStart
                case "z": .textEnd
                default: nil
                }
            if let assertion {
                position += 2
                return .assertion(assertion)
            }
            if ("1"..."9").contains(letter) || letter == "k" {
                throw failure("back-references are not supported", at: start)
            }
        }
        return literal(try escapedScalar())
    }

    /// Reads an escape that stands for one scalar.
    private mutating func escapedScalar() throws(RegularExpressionError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let scalar = next else {
            throw failure("the pattern ends in '\\'; as a character it is '\\\\'", at: start)
        }
        position += 1
        switch scalar {
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "x", "u": return try numberedScalar(isShortAllowed: scalar == "x", from: start)
        case "p", "P": throw failure("Unicode properties are not supported", at: start)
        default: break
        }
        if scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
            throw failure("there is no escape '\\\(scalar)'", at: start)
        }
        return scalar
    }

    /// `\x41`, `\x{1F512}`, `\u{1F512}`.
    private mutating func numberedScalar(
        isShortAllowed: Bool, from start: Int
    ) throws(RegularExpressionError) -> Unicode.Scalar {
        var digits = ""
        if take("{") {
            while let scalar = next, scalar.properties.isASCIIHexDigit, digits.utf8.count < 8 {
                digits.unicodeScalars.append(scalar)
                position += 1
            }
            if !take("}") { digits = "" }
        } else if isShortAllowed {
            while let scalar = next, scalar.properties.isASCIIHexDigit, digits.utf8.count < 2 {
                digits.unicodeScalars.append(scalar)
                position += 1
            }
            if digits.utf8.count < 2 { digits = "" }
        }
        guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw failure("a character's number is written \\x41 or \\u{1F512}", at: start)
        }
        return scalar
    }

    /// Reads a class, from its `[`, and yields the place of its set.
    mutating func characterClass() throws(RegularExpressionError) -> Int {
        let start = position
        position += 1
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while let scalar = next, isFirst || scalar != "]" {
            isFirst = false
            let itemStart = position
            guard let low = try classItem(&ranges) else { continue }
            guard next == "-", let end = peek(1), end != "]" else {
                ranges.append(low.value...low.value)
                continue
            }
            position += 1
            guard let high = try classItem(&ranges), low <= high else {
                throw failure("this range of characters ends before it begins, or not in a character", at: itemStart)
            }
            ranges.append(low.value...high.value)
        }
        guard take("]") else { throw failure("this class has no ']'", at: start) }
        return addSet(ranges, isNegated: isNegated, ignoresCase: flags.ignoresCase)
    }

    /// A scalar, which may begin a range; nil for a class within the class, whose ranges have been added.
    private mutating func classItem(
        _ ranges: inout [ClosedRange<UInt32>]
    ) throws(RegularExpressionError) -> Unicode.Scalar? {
        let start = position
        guard let scalar = next else { return nil }
        if scalar == "[", peek(1) == ":" {
            position += 2
            var name = ""
            while let letter = next, letter != ":", letter != "]" {
                name.unicodeScalars.append(letter)
                position += 1
            }
            guard take(":"), take("]"), let named = Self.namedRanges[name] else {
                throw failure("there is no such class; a '[' as a character is '\\[' before ':'", at: start)
            }
            ranges += named
        } else if scalar == "\\", let letter = peek(1), let known = Self.ranges(of: letter) {
            position += 2
            ranges += known
        } else if scalar == "\\" {
            return try escapedScalar()
        } else {
            position += 1
            return scalar
        }
        if next == "-", let end = peek(1), end != "]" {
            throw failure("a class is no end of a range; a '-' as a character is '\\-'", at: start)
        }
        return nil
    }
}
