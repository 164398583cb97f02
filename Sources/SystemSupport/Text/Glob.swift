/// Case-sensitive globs: `*`, `?`, `[a-z]`, `[!a-z]`.
package enum Glob {
    /// Whether a pattern fits a whole text. Takes time in proportion to both lengths multiplied, never more.
    package static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.unicodeScalars)
        let text = Array(text.unicodeScalars)
        var p = 0
        var t = 0
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p + 1, t)
                p += 1
            } else if p < pattern.count, let next = step(pattern, p, text[t]) {
                p = next
                t += 1
            } else if let last = star {
                p = last.pattern
                t = last.text + 1
                star = (p, t)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }

    /// Where the pattern goes on behind one that fits the character, or nil where it does not fit.
    private static func step(_ pattern: [Unicode.Scalar], _ place: Int, _ character: Unicode.Scalar) -> Int? {
        switch pattern[place] {
        case "?": return place + 1
        case "[":
            var position = place + 1
            let isNegated = position < pattern.count && (pattern[position] == "!" || pattern[position] == "^")
            if isNegated { position += 1 }
            var isMember = false
            var isFirst = true
            while position < pattern.count, isFirst || pattern[position] != "]" {
                isFirst = false
                let low = pattern[position]
                var high = low
                if position + 2 < pattern.count, pattern[position + 1] == "-", pattern[position + 2] != "]" {
                    high = pattern[position + 2]
                    position += 2
                }
                if low <= high, (low...high).contains(character) { isMember = true }
                position += 1
            }
            // Without its end it is an ordinary bracket.
            if position >= pattern.count { return character == "[" ? place + 1 : nil }
            return isMember != isNegated ? position + 1 : nil
        default: return pattern[place] == character ? place + 1 : nil
        }
    }

    /// Whether a pattern surely takes all that another one takes: known for another without marks of its own, and for
    /// one that ends or begins with a single star.
    package static func covers(_ pattern: String, _ other: String) -> Bool {
        let isPlain = !other.contains { "*?[".contains($0) }
        if isPlain { return matches(pattern, other) }
        if pattern.contains(where: { "?[".contains($0) }) || pattern.count(where: { $0 == "*" }) != 1 { return false }
        if pattern.hasSuffix("*") { return other.hasPrefix(String(pattern.dropLast())) && !pattern.dropLast().isEmpty }
        if pattern.hasPrefix("*") { return other.hasSuffix(String(pattern.dropFirst())) }
        return false
    }
}
