/// Finds what somebody may have meant by a name that was mistyped.
package enum Spelling {
    /// Up to three of the names that are close enough to be what was meant, the nearest first.
    ///
    /// Distance is Damerau's (insertions, deletions, replacements, swaps of neighbours) without regard to case; a name
    /// is close where at most a third of the longer one differs, or where it begins with what was typed (three
    /// characters or more).
    package static func nearest(to name: String, among names: some Sequence<String>) -> [String] {
        let typed = Array(name.lowercased().utf8.prefix(128))
        guard !typed.isEmpty else { return [] }
        var found: [(distance: Int, name: String)] = []
        var rows: [[Int]] = [[], [], []]
        for candidate in names {
            let letters = Array(candidate.lowercased().utf8.prefix(128))
            let allowed = max(1, max(typed.count, letters.count) / 3)
            if typed.count >= 3, letters.starts(with: typed) {
                found.append((min(allowed, letters.count - typed.count), candidate))
            } else if abs(letters.count - typed.count) <= allowed {
                let distance = distance(typed, letters, &rows)
                if distance <= allowed, distance < max(typed.count, letters.count) {
                    found.append((distance, candidate))
                }
            }
        }
        found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return found.prefix(3).map(\.name)
    }

    /// Damerau's distance in its restricted form: no part is edited twice. `rows` is room to work in, three rows, which
    /// are made only where they are too short.
    private static func distance(_ left: [UInt8], _ right: [UInt8], _ rows: inout [[Int]]) -> Int {
        for row in rows.indices where rows[row].count <= right.count {
            rows[row] = Array(repeating: 0, count: right.count + 1)
        }
        for j in 0...right.count { rows[0][j] = j }
        // The rows take turns: this one, the one before it, and the one before that.
        for i in left.indices {
            let (current, previous, beforePrevious) = ((i + 1) % 3, i % 3, (i + 2) % 3)
            rows[current][0] = i + 1
            for j in right.indices {
                let replaced = rows[previous][j] + (left[i] == right[j] ? 0 : 1)
                var best = min(replaced, rows[previous][j + 1] + 1, rows[current][j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, rows[beforePrevious][j - 1] + 1)
                }
                rows[current][j + 1] = best
            }
        }
        return rows[left.count % 3][right.count]
    }
}
