import SystemSupport

/// Lays candidates out for the terminal.
package enum CandidateList {
    /// How many candidates are listed at most.
    package static let limit = 100

    /// The lines of the list, each shorter than the terminal is wide.
    ///
    /// With notes, a candidate takes a line if all of them fit into the window; otherwise they go into columns, read
    /// downwards. Beyond `limit` the rest is counted. Control characters are made visible: names come from the service.
    ///
    /// - Parameters:
    ///   - width: columns of the terminal.
    ///   - height: rows of the terminal.
    package static func lines(_ candidates: [Candidate], width: Int, height: Int, limit: Int = limit) -> [String] {
        let shown = candidates.prefix(max(limit, 1))
        let texts = shown.map { $0.text.visible }
        let usable = max(width - 1, 1)
        let widest = texts.reduce(0) { max($0, $1.displayWidth) }
        let noteColumns = usable - widest - 2
        let wantsNotes = shown.contains { !$0.note.isEmpty }

        var lines: [String]
        if wantsNotes, noteColumns >= 12, shown.count < height - 1 {
            lines = zip(texts, shown).map { text, candidate in
                guard !candidate.note.isEmpty else { return text }
                return text.padded(toWidth: widest + 2) + candidate.note.visible.shortened(toWidth: noteColumns)
            }
        } else {
            lines = columns(texts, widest: widest, usable: usable)
        }
        if candidates.count > shown.count {
            lines.append("… and \(candidates.count - shown.count) more".shortened(toWidth: usable))
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
                line += isLast ? texts[index].shortened(toWidth: usable) : texts[index].padded(toWidth: widest + 2)
            }
            return line
        }
    }
}
