import DataValue
import LineEditor
import ScriptRuntime

/// What `watch` shows: the output of a statement at the top of the window, again and again, with what has changed marked.
struct Watch {
    let title: String
    let every: Int64
    /// Whether the window can be drawn anew; otherwise each output stands below the one before.
    let redraws: Bool
    let isStyled: Bool
    private var former: [String]?

    init(title: String, every: Int64, redraws: Bool, isStyled: Bool) {
        self.title = title
        self.every = every
        self.redraws = redraws
        self.isStyled = isStyled
    }

    /// How often, and what: `5s DescribeVpcs`; nil where there is no statement.
    static func parts(of text: String) -> (every: Int64, statement: String)? {
        let words = text.split(maxSplits: 1, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" || $0 == "\n" }
        guard let first = words.first else { return nil }
        guard let every = parseDuration(String(first)) else { return (2_000_000_000, text) }
        guard words.count == 2 else { return nil }
        return (max(every, 100_000_000), String(words[1]))
    }

    /// What is to be written to show an output, and to the terminal of this size.
    mutating func frame(_ output: String, rows: Int, time: String) -> String {
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        defer { former = lines }
        let shown = zip(lines.indices, lines).map { index, line in
            guard let former else { return line }
            return mark(line, against: index < former.count ? former[index] : nil)
        }
        let head = "every \(durationText(every)): \(title)  \(time)"
        guard redraws else { return head + "\n" + shown.joined(separator: "\n") + "\n" }
        var text = former == nil ? "\u{1B}[H\u{1B}[2J" : "\u{1B}[H"
        let room = max(1, rows - 3)
        let hidden = shown.count - room
        for line in [head, ""] + shown.prefix(room) { text += line + "\u{1B}[K\n" }
        if hidden > 0 { text += "… \(hidden) more lines" }
        return text + "\u{1B}[J"
    }

    /// A line with those of its words marked that differ from the words of the former line at the same place.
    private func mark(_ line: String, against former: String?) -> String {
        if line == former { return isStyled ? line : "  " + line }
        guard isStyled else { return "* " + line }
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        let others = (former ?? "").split(separator: " ", omittingEmptySubsequences: false)
        return words.enumerated().map { index, word in
            let isSame = former != nil && index < others.count && others[index] == word
            return word.isEmpty || isSame || word.contains("\u{1B}") ? String(word) : "\u{1B}[7m\(word)\u{1B}[27m"
        }.joined(separator: " ")
    }
}
