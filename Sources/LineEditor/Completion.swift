/// What the user had typed when they asked for a completion.
package struct CompletionRequest: Equatable, Sendable {
    /// The whole line. After a paste it may contain newlines.
    package let line: String
    /// Where the cursor stands: how many characters of `line` are before it.
    package let cursor: Int

    package init(line: String, cursor: Int) {
        self.line = line
        self.cursor = cursor
    }
}

/// One way to go on.
package struct Candidate: Equatable, Sendable {
    /// What replaces the completed part of the line.
    package let text: String
    /// A few words about it, for the list.
    package let note: String
    /// What follows it in the line if it is the only candidate: a blank, an equals sign, or nothing.
    package let suffix: String

    package init(text: String, note: String = "", suffix: String = " ") {
        self.text = text
        self.note = note
        self.suffix = suffix
    }
}

/// The answer to a `CompletionRequest`.
package struct Completion: Equatable, Sendable {
    /// The part of the line that every candidate replaces, in characters. A range that does not fit the line is
    /// clamped to it.
    package let replacing: Range<Int>
    /// In the order in which they are listed.
    package let candidates: [Candidate]

    package init(replacing: Range<Int>, candidates: [Candidate]) {
        self.replacing = replacing
        self.candidates = candidates
    }

    /// Nothing to offer.
    package static let none = Completion(replacing: 0..<0, candidates: [])
}

/// What the editor does about a completion.
package enum CompletionAction: Equatable, Sendable {
    /// There is nothing to do: the bell rings.
    case nothing
    /// The characters in `range` become `text`, and the cursor goes behind it and `skipping` further characters that
    /// are there already.
    case replace(range: Range<Int>, text: String, skipping: Int)
    /// The candidates are shown.
    case list([Candidate])

    /// - Parameter again: whether the key was pressed a second time without a change in between.
    package init(_ request: CompletionRequest, _ completion: Completion, again: Bool) {
        let characters = Array(request.line)
        let lower = min(max(completion.replacing.lowerBound, 0), characters.count)
        let upper = min(max(completion.replacing.upperBound, lower), characters.count)
        let typed = String(characters[lower..<upper])

        guard let first = completion.candidates.first else {
            self = .nothing
            return
        }
        if completion.candidates.count == 1 {
            let follows = !first.suffix.isEmpty && characters[upper...].starts(with: first.suffix)
            self = .replace(
                range: lower..<upper, text: follows ? first.text : first.text + first.suffix,
                skipping: follows ? first.suffix.count : 0)
            return
        }
        let common = CompletionAction.commonPrefix(of: completion.candidates.map(\.text))
        if common != typed, common.count >= typed.count {
            self = .replace(range: lower..<upper, text: common, skipping: 0)
        } else {
            // What has been typed only stands for the candidates, and no further letter will make it one of them.
            let standsFor = common.count < typed.count
            self = again || standsFor ? .list(completion.candidates) : .nothing
        }
    }

    /// The longest text that all of `texts` begin with, in whole characters.
    package static func commonPrefix(of texts: [String]) -> String {
        guard var common = texts.first.map(Array.init) else { return "" }
        for text in texts.dropFirst() {
            var length = 0
            for (one, other) in zip(common, text) {
                if one != other { break }
                length += 1
            }
            common.removeLast(common.count - length)
        }
        return String(common)
    }
}
