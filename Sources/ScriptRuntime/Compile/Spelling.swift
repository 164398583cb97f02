/// Finds what somebody may have meant.
package enum Spelling {
    /// Up to three candidates that differ by few letters, nearest first; case counts little.
    package static func nearest(to word: String, among candidates: [String]) -> [String] {
        let typed = Array(word.lowercased().utf8)
        // Long words are no typing errors, and comparing them would take long.
        if typed.count > 80 { return [] }
        let allowed = max(1, typed.count / 3)
        return candidates.compactMap { candidate -> (String, Int)? in
            let other = Array(candidate.lowercased().utf8)
            if abs(other.count - typed.count) > allowed { return nil }
            let distance = distance(typed, other)
            return distance <= allowed ? (candidate, distance) : nil
        }
        .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        .prefix(3).map(\.0)
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, beforeLast[j - 2] + 1) }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
