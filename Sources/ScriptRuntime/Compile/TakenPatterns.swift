import SystemSupport

/// What the handlers of one block take, to find those that are never reached: a question that takes no longer however many
/// there are.
struct TakenPatterns {
    /// Whether one takes everything.
    private var takesAll = false
    private var exact: Set<String> = []
    /// What patterns that end, or begin, in their only star have before it, or behind it, and the lengths of these.
    private var beginnings: Set<String> = []
    private var beginningLengths: Set<Int> = []
    private var ends: Set<String> = []
    private var endLengths: Set<Int> = []
    /// All others with marks. Of more than a few, the rest is not looked at: a warning is left out then.
    private var others: [String] = []
    private static let mostOthers = 64

    /// `patterns` are one handler's; none are all errors.
    mutating func add(_ patterns: [String]) {
        if patterns.isEmpty || patterns.contains("*") { takesAll = true }
        for pattern in patterns {
            exact.insert(pattern)
            guard pattern.contains(where: { "*?[".contains($0) }) else { continue }
            let isSingle = !pattern.contains { "?[".contains($0) } && pattern.count { $0 == "*" } == 1
            if isSingle, pattern.hasSuffix("*") {
                beginnings.insert(String(pattern.dropLast()))
                beginningLengths.insert(pattern.utf8.count - 1)
            } else if isSingle, pattern.hasPrefix("*") {
                ends.insert(String(pattern.dropFirst()))
                endLengths.insert(pattern.utf8.count - 1)
            } else if others.count < Self.mostOthers {
                others.append(pattern)
            }
        }
    }

    /// Whether all that the patterns of another handler take is surely taken.
    func coverAll(of patterns: [String]) -> Bool { takesAll || !patterns.isEmpty && patterns.allSatisfy(covers) }

    private func covers(_ pattern: String) -> Bool {
        let bytes = pattern.utf8
        return exact.contains(pattern)
            || beginningLengths.contains {
                $0 <= bytes.count && beginnings.contains(String(decoding: bytes.prefix($0), as: UTF8.self))
            }
            || endLengths.contains {
                $0 <= bytes.count && ends.contains(String(decoding: bytes.suffix($0), as: UTF8.self))
            }
            || others.contains { Glob.covers($0, pattern) }
    }
}
