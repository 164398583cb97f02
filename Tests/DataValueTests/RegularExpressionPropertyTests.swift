import DataValue
import Testing

/// The engine against a matcher that is as simple as one can be, on small random patterns and texts.
@Suite struct RegularExpressionPropertyTests {
    /// A pattern, with its own matcher by backtracking.
    private indirect enum Pattern {
        case empty, any, lineStart, lineEnd, boundary
        case letter(Character)
        case oneOf([Character], isNegated: Bool)
        case sequence([Pattern])
        case either([Pattern])
        case group(Int, Pattern)
        case many(Pattern, least: Int, most: Int?, isLazy: Bool)

        var isNullable: Bool {
            switch self {
            case .empty, .lineStart, .lineEnd, .boundary: true
            case .any, .letter, .oneOf: false
            case .sequence(let parts): parts.allSatisfy(\.isNullable)
            case .either(let branches): branches.contains(where: \.isNullable)
            case .group(_, let inner): inner.isNullable
            case .many(let inner, let least, _, _): least == 0 || inner.isNullable
            }
        }

        var text: String {
            switch self {
            case .empty: "(?:)"
            case .any: "."
            case .lineStart: "^"
            case .lineEnd: #"\z"#
            case .boundary: #"\b"#
            case .letter(let letter): String(letter)
            case .oneOf(let letters, let isNegated): "[\(isNegated ? "^" : "")\(String(letters))]"
            case .sequence(let parts): parts.map(\.text).joined()
            case .either(let branches): "(?:" + branches.map(\.text).joined(separator: "|") + ")"
            case .group(_, let inner): "(\(inner.text))"
            case .many(let inner, let least, let most, let isLazy):
                "(?:\(inner.text)){\(least),\(most.map(String.init) ?? "")}" + (isLazy ? "?" : "")
            }
        }

        typealias Groups = [Int: Range<Int>]

        /// Tries each way in turn, and hands its end on; true as soon as one of the rest holds.
        func match(_ text: [Character], _ at: Int, _ groups: Groups, _ rest: (Int, Groups) -> Bool) -> Bool {
            func isWord(_ place: Int) -> Bool { text.indices.contains(place) && text[place] != "-" }
            switch self {
            case .empty: return rest(at, groups)
            case .any: return at < text.count && rest(at + 1, groups)
            case .lineStart: return at == 0 && rest(at, groups)
            case .lineEnd: return at == text.count && rest(at, groups)
            case .boundary: return isWord(at - 1) != isWord(at) && rest(at, groups)
            case .letter(let letter): return at < text.count && text[at] == letter && rest(at + 1, groups)
            case .oneOf(let letters, let isNegated):
                return at < text.count && letters.contains(text[at]) != isNegated && rest(at + 1, groups)
            case .sequence(let parts):
                guard let first = parts.first else { return rest(at, groups) }
                return first.match(text, at, groups) { end, groups in
                    Pattern.sequence(Array(parts.dropFirst())).match(text, end, groups, rest)
                }
            case .either(let branches): return branches.contains { $0.match(text, at, groups, rest) }
            case .group(let number, let inner):
                return inner.match(text, at, groups) { end, groups in
                    var groups = groups
                    groups[number] = at..<end
                    return rest(end, groups)
                }
            case .many(let inner, let least, let most, let isLazy):
                func more() -> Bool {
                    if most == 0 { return false }
                    return inner.match(text, at, groups) { end, groups in
                        // What took nothing is not repeated.
                        if end == at, least == 0 { return rest(end, groups) }
                        return Pattern.many(inner, least: max(0, least - 1), most: most.map { $0 - 1 }, isLazy: isLazy)
                            .match(text, end, groups, rest)
                    }
                }
                if least > 0 { return more() }
                return isLazy ? rest(at, groups) || more() : more() || rest(at, groups)
            }
        }

        static func random(_ depth: Int, _ groups: inout Int, _ chance: inout SeededGenerator) -> Pattern {
            let letters: [Character] = ["a", "b", "-"]
            func letter(_ chance: inout SeededGenerator) -> Character { letters.randomElement(using: &chance) ?? "a" }
            switch Int.random(in: 0..<(depth == 0 ? 9 : 20), using: &chance) {
            case 0: return .any
            case 1: return [.lineStart, .lineEnd, .boundary, .empty].randomElement(using: &chance) ?? .empty
            case 2: return .oneOf(["a", "b"].shuffled(using: &chance), isNegated: Bool.random(using: &chance))
            case 3...8: return .letter(letter(&chance))
            case 9...11: return .sequence((0..<3).map { _ in random(depth - 1, &groups, &chance) })
            case 12...14: return .either((0..<2).map { _ in random(depth - 1, &groups, &chance) })
            case 15...16:
                groups += 1
                let number = groups
                return .group(number, random(depth - 1, &groups, &chance))
            default:
                let least = Int.random(in: 0...2, using: &chance)
                let most = Bool.random(using: &chance) ? nil : least + Int.random(in: 0...2, using: &chance)
                let inner = random(depth - 1, &groups, &chance)
                return .many(inner, least: least, most: most, isLazy: Bool.random(using: &chance))
            }
        }

        /// Whether something that can be empty is repeated: there the engines of this world differ in what they prefer.
        var repeatsNothing: Bool {
            switch self {
            case .sequence(let parts), .either(let parts): parts.contains(where: \.repeatsNothing)
            case .group(_, let inner): inner.repeatsNothing
            case .many(let inner, _, _, _): inner.isNullable || inner.repeatsNothing
            default: false
            }
        }
    }

    @Test(arguments: UInt64(1)...20)
    func findsWhatBacktrackingFinds(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var groupCount = 0
            let pattern = Pattern.random(3, &groupCount, &chance)
            let expression = try RegularExpression(pattern.text)
            for _ in 0..<8 {
                let text = (0..<Int.random(in: 0...7, using: &chance)).map { _ in
                    (["a", "b", "-"] as [Character]).randomElement(using: &chance) ?? "a"
                }
                var expected: [Range<Int>?]?
                for start in 0...text.count where expected == nil {
                    _ = pattern.match(text, start, [:]) { end, groups in
                        expected = [start..<end] + (0..<groupCount).map { groups[$0 + 1] }
                        return true
                    }
                }
                let found = try expression.firstMatch(in: String(text))?.ranges
                if pattern.repeatsNothing {
                    #expect(found?[0]?.lowerBound == expected?[0]?.lowerBound, "\(pattern.text) in \(String(text))")
                } else {
                    #expect(found == expected, "\(pattern.text) in \(String(text))")
                }
            }
        }
    }

    /// Whatever is written, reading it ends in an expression or an error, and searching in time.
    @Test(arguments: UInt64(1)...10)
    func anyPatternIsReadOrRefused(seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        let parts = [
            "a", "(", ")", "[", "]", "*", "+", "?", "{", "2", ",", "}", "|", "^", "$", ".", "\\", "d", "-", "(?", ":",
            "<", "i", "ü",
        ]
        for _ in 0..<2000 {
            let pattern = (0..<Int.random(in: 1...12, using: &chance)).map { _ in
                parts.randomElement(using: &chance) ?? "a"
            }.joined()
            guard let expression = try? RegularExpression(pattern) else { continue }
            #expect(throws: Never.self) { try expression.matches(in: "aa2\nü(-d") }
        }
    }
}
