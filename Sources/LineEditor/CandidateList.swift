/// Lays candidates out for the terminal.
package enum CandidateList {
    /// How many candidates are listed at most.
    package static let limit = 100

    /// The lines of the list, each shorter than the terminal is wide.
    ///
    /// With notes, a candidate takes a line if all of them fit into the window; otherwise they go into columns, read
    /// downwards. Beyond `limit` the rest is counted. Control characters are replaced: names come from the service.
    ///
    /// - Parameters:
    ///   - width: columns of the terminal.
    ///   - height: rows of the terminal.
    package static func lines(_ candidates: [Candidate], width: Int, height: Int, limit: Int = limit) -> [String] {
        let shown = candidates.prefix(max(limit, 1))
        let texts = shown.map { printable($0.text) }
        let usable = max(width - 1, 1)
        let widest = texts.reduce(0) { max($0, DisplayWidth.columns(of: $1)) }
        let noteColumns = usable - widest - 2
        let wantsNotes = shown.contains { !$0.note.isEmpty }

        var lines: [String]
        if wantsNotes, noteColumns >= 12, shown.count < height - 1 {
            lines = zip(texts, shown).map { text, candidate in
                guard !candidate.note.isEmpty else { return text }
                return padded(text, to: widest + 2) + shortened(printable(candidate.note), to: noteColumns)
            }
        } else {
            lines = columns(texts, widest: widest, usable: usable)
        }
        if candidates.count > shown.count {
            lines.append(shortened("… and \(candidates.count - shown.count) more", to: usable))
        }
        return lines
    }

    private static func columns(_ texts: [String], widest: Int, usable: Int) -> [String] {
        guard !texts.isEmpty else { return [] }
        let perLine = max((usable + 2) / (widest + 2), 1)
        let rows = (texts.count + perLine - 1) / perLine
        return (0..<rows).map { row in
            var line = ""
            for index in stride(from: row, to: texts.count, by: rows) {
                let isLast = index + rows >= texts.count
                line += isLast ? shortened(texts[index], to: usable) : padded(texts[index], to: widest + 2)
            }
            return line
        }
    }

    private static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(columns - DisplayWidth.columns(of: text), 0))
    }

    private static func shortened(_ text: String, to columns: Int) -> String {
        if DisplayWidth.columns(of: text) <= columns { return text }
        return DisplayWidth.prefix(of: text, columns: columns - 1) + "…"
    }

    private static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            result.append(isControl ? "\u{fffd}" : scalar)
        }
        return String(result)
    }
}
