/// Patterns with `*` and `?`.
enum Glob {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.unicodeScalars)
        let text = Array(text.unicodeScalars)
        var position = 0
        var textPosition = 0
        // Where to go on if what follows the last star does not fit: the star takes one more character.
        var retry: (pattern: Int, text: Int)?
        while textPosition < text.count {
            if position < pattern.count, pattern[position] == "*" {
                retry = (position + 1, textPosition)
                position += 1
            } else if position < pattern.count, pattern[position] == "?" || pattern[position] == text[textPosition] {
                position += 1
                textPosition += 1
            } else if let last = retry {
                retry = (last.pattern, last.text + 1)
                position = last.pattern
                textPosition = last.text + 1
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == "*" }
    }
}
