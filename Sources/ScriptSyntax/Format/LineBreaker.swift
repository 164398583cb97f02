import SystemSupport

/// A line of the result.
struct LayoutLine {
    var indentation: Int
    var code: String
    /// The comment behind the code.
    var comment: String?
    /// Whether a blank line stands before it.
    var isApart = false
    /// The column, counted from 0, at which the description of a `param` begins.
    var descriptionColumn: Int?

    /// The columns up to the end of the code; of several lines, those of the last.
    var width: Int {
        guard let last = code.utf8.lastIndex(where: Lexer.isLineEnd) else {
            return indentation + code.displayWidth
        }
        return String(code[code.index(after: last)...]).displayWidth
    }
}

/// Cuts the tokens of a statement into lines.
///
/// It goes from line to line: a line that is too long has the outermost of the constructs in it broken, and is then
/// looked at again. What has been broken stays broken, so that each construct is broken once.
struct LineBreaker {
    private var tokens: [LayoutToken]
    private var constructs: [Construct]
    private let indentation: Int
    /// The indentation of the line that each construct begins in, by its number.
    private var lineIndentation: [Int]
    /// The first construct that has not begun in the lines so far.
    private var nextConstruct = 0
    private(set) var lines: [LayoutLine] = []

    init(_ statement: StatementLayout, indentation: Int) {
        tokens = statement.tokens
        constructs = statement.constructs
        self.indentation = indentation
        lineIndentation = Array(repeating: indentation, count: statement.constructs.count)
    }

    /// Cuts a range of the tokens; lines that are too long are left so unless `breaksLongLines`.
    mutating func cut(_ range: Range<Int>, breaksLongLines: Bool) {
        var start = range.lowerBound
        while start < range.upperBound {
            let indentation = start == range.lowerBound ? self.indentation : self.indentation(before: start)
            var end = lineEnd(from: start, to: range.upperBound)
            while breaksLongLines, breakLine(start..<end, of: range.upperBound, indentation) {
                end = lineEnd(from: start, to: range.upperBound)
            }
            add(start..<end, to: range.upperBound, indentation, isFirst: start == range.lowerBound)
            start = end
        }
    }

    private func lineEnd(from start: Int, to end: Int) -> Int {
        var place = start + 1
        while place < end, !tokens[place].isBroken { place += 1 }
        return place
    }

    /// The indentation of a line that begins with a token.
    private func indentation(before place: Int) -> Int {
        lineIndentation[tokens[place].owner] + (tokens[place].isCloser ? 0 : ScriptFormatter.indentation)
    }

    private static func isLineEnd(_ character: Character) -> Bool {
        character == "\n" || character == "\r\n" || character == "\r"
    }

    // MARK: Breaking

    /// Breaks one construct of a line that is too long; false where it is not, or where there is none.
    private mutating func breakLine(_ line: Range<Int>, of end: Int, _ indentation: Int) -> Bool {
        var widths: [Int] = []
        var width = indentation
        var widest = 0
        for place in line {
            widths.append(width)
            let token = tokens[place]
            if place > line.lowerBound, token.hasSpace { width += 1 }
            if token.blockText != nil || token.text.utf8.contains(where: Lexer.isLineEnd) {
                // What stands on the lines of a string between its first and its last cannot be helped.
                width += String(token.text.prefix { !Self.isLineEnd($0) }).displayWidth
                widest = max(widest, width)
                width = String(token.text.reversed().prefix { !Self.isLineEnd($0) }.reversed()).displayWidth
            } else {
                width += token.text.displayWidth
            }
        }
        if line.upperBound < end { width += tail(of: line.upperBound) }
        guard max(width, widest) > ScriptFormatter.widthLimit else { return false }
        let candidates = (line.lowerBound + 1..<max(line.upperBound, line.lowerBound + 1)).filter {
            tokens[$0].isBreakable
        }
        let outermost = candidates.min { constructs[tokens[$0].owner].depth < constructs[tokens[$1].owner].depth }
        guard let outermost else { return false }
        let construct = tokens[outermost].owner
        switch constructs[construct].kind {
        case .all:
            for gap in constructs[construct].gaps where gap > line.lowerBound { tokens[gap].isBroken = true }
        case .fill:
            let own = candidates.filter { tokens[$0].owner == construct }
            fill(own, widths: widths + [width], from: line.lowerBound)
        }
        return true
    }

    /// Ends lines before as few of the tokens as do. `widths` are the columns before each token of the line that begins
    /// with `start`, and behind its last.
    private mutating func fill(_ places: [Int], widths: [Int], from start: Int) {
        // What a token's column is less in a line that has been begun since.
        var shift = 0
        var last: Int?
        for (number, place) in places.enumerated() {
            let next = number + 1 < places.count ? places[number + 1] : nil
            let end = widths[(next ?? start + widths.count - 1) - start] + (next.map(tail) ?? 0) - shift
            guard end > ScriptFormatter.widthLimit, last != place else { continue }
            tokens[place].isBroken = true
            last = place
            shift = widths[place - start] + (tokens[place].hasSpace ? 1 : 0) - indentation(before: place)
        }
        // Where the line is too long for what stands before the first of them, that one ends it all the same.
        if last == nil, let first = places.first { tokens[first].isBroken = true }
    }

    /// The columns that the end of a line before a token takes.
    private func tail(of place: Int) -> Int {
        if tokens[place].takesComma { return 1 }
        return tokens[place].lineEnd == .backslash ? 2 : 0
    }

    // MARK: Writing

    private mutating func add(_ line: Range<Int>, to end: Int, _ indentation: Int, isFirst: Bool) {
        var result = LayoutLine(indentation: indentation, code: "")
        let first = tokens[line.lowerBound]
        // What stands before a closing bracket stands inside of it.
        let commentIndentation = first.isCloser ? indentation + ScriptFormatter.indentation : indentation
        for comment in first.comments {
            if !comment.isOnOwnLine, !isFirst, !lines.isEmpty, lines[lines.count - 1].comment == nil {
                lines[lines.count - 1].comment = comment.text
            } else {
                lines.append(
                    LayoutLine(
                        indentation: commentIndentation, code: "", comment: comment.text, isApart: comment.isApart))
            }
        }
        result.isApart = !isFirst && first.isApart && !first.isCloser
        for place in line {
            let token = tokens[place]
            if place > line.lowerBound, token.hasSpace { result.code += " " }
            if token.isDescription { result.descriptionColumn = indentation + result.code.displayWidth }
            if let content = token.blockText {
                let margin = String(repeating: " ", count: indentation + ScriptFormatter.indentation)
                result.code += "\"\"\"\n"
                for text in content { result.code += (text.isEmpty ? "" : margin + text) + "\n" }
                result.code += margin + "\"\"\""
            } else {
                result.code += token.text
            }
            while nextConstruct < constructs.count, constructs[nextConstruct].first <= place {
                lineIndentation[nextConstruct] = indentation
                nextConstruct += 1
            }
        }
        if line.upperBound < end {
            let next = tokens[line.upperBound]
            if next.takesComma { result.code += "," }
            if next.lineEnd == .backslash, next.comments.isEmpty {
                result.code += " \\"
                lines.append(result)
                return
            }
        }
        // Bare text that ends in a '\' would take in the next line.
        if result.code.hasSuffix("\\") { result.code += " " }
        lines.append(result)
    }
}
