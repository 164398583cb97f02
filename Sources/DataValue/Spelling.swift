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
        for candidate in names {
            let letters = Array(candidate.lowercased().utf8.prefix(128))
            let allowed = max(1, max(typed.count, letters.count) / 3)
            if typed.count >= 3, letters.starts(with: typed) {
                found.append((min(allowed, letters.count - typed.count), candidate))
            } else if abs(letters.count - typed.count) <= allowed {
                let distance = distance(typed, letters)
                if distance <= allowed, distance < max(typed.count, letters.count) {
                    found.append((distance, candidate))
                }
            }
        }
        found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return found.prefix(3).map(\.name)
    }

    /// Damerau's distance in its restricted form: no part is edited twice.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for i in left.indices {
            var current = [i + 1]
            current.reserveCapacity(right.count + 1)
            for j in right.indices {
                let replaced = previous[j] + (left[i] == right[j] ? 0 : 1)
                var best = min(replaced, previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforePrevious[j - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
