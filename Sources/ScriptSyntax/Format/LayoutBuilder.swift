/// Walks a tree and takes from the source, in step, the tokens that each node is made of, with the comments and line
/// ends between them.
///
/// Invariants: ``position`` stands behind the last token taken; between tokens there are only blanks, newlines,
/// continuations and comments. Where the source does not have what the tree says, ``isOffTrack`` is set and nothing that
/// is made counts.
struct LayoutBuilder {
    /// How a gap is filled where no line ends in it, and whether an author's line end in it is kept.
    enum Gap {
        /// Nothing; no line ends.
        case tight
        /// Nothing; an author's line end stays: behind an opening bracket and before a closing one.
        case edge
        /// A blank; an author's line end stays.
        case blank
        /// A blank; no line ends: between words that belong together.
        case beside
        /// A blank; an author's line end moves behind the token: before an operator or a `|`.
        case joined
    }

    let bytes: [UInt8]
    var position = 0
    var isOffTrack = false
    /// The texts of all comments so far, in order.
    var commentTexts: [String] = []

    /// The statement being taken apart.
    var statement = StatementLayout()
    /// The constructs that are open, innermost last, each with the number of its first token.
    var open: [(construct: Int, first: Int)] = []
    /// How many brackets of the statement are open.
    var brackets = 0
    /// Whether the token before is one that a newline may stand behind.
    var isBehindOperator = false
    /// What was found before a token that is left out, or whose line end moves on.
    private var carried = Trivia()

    struct Trivia {
        var newlines = 0
        var comments: [Comment] = []
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// nil where the source is not what the tree says.
    mutating func layout(of script: Script) -> BlockLayout? {
        let block = items(script.statements, end: bytes.count)
        return isOffTrack || position != bytes.count ? nil : block
    }

    func byte(_ place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }

    // MARK: Between tokens

    /// Takes blanks, newlines, continuations and comments.
    mutating func trivia(semicolons: Bool = false) -> Trivia {
        var trivia = Trivia()
        var newlinesBefore = 0
        while let current = byte(position) {
            switch current {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): position += 1
            case UInt8(ascii: ";") where semicolons: position += 1
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                position += lineEndLength(at: position)
                trivia.newlines += 1
                newlinesBefore += 1
            case UInt8(ascii: "\\") where isContinuation(at: position): position += 1
            case UInt8(ascii: "#"):
                let start = position
                while let next = byte(position), !Lexer.isLineEnd(next) { position += 1 }
                var end = position
                while end > start, [0x20, 0x09].contains(bytes[end - 1]) { end -= 1 }
                let text = String(decoding: bytes[start..<end], as: UTF8.self)
                trivia.comments.append(
                    Comment(text: text, isOnOwnLine: trivia.newlines > 0, isApart: newlinesBefore > 1))
                commentTexts.append(text)
                newlinesBefore = 0
            default: return trivia
            }
        }
        return trivia
    }

    /// Where the next token begins.
    func peek() -> Int {
        var place = position
        while let current = byte(place) {
            switch current {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): place += 1
            case UInt8(ascii: "\\") where isContinuation(at: place): place += 1
            case UInt8(ascii: "#"): while let next = byte(place), !Lexer.isLineEnd(next) { place += 1 }
            default: return place
            }
        }
        return place
    }

    private func isContinuation(at place: Int) -> Bool { byte(place + 1).map(Lexer.isLineEnd) == true }

    /// How many bytes the line's end at a place takes; there is one.
    private func lineEndLength(at place: Int) -> Int {
        byte(place) == UInt8(ascii: "\r") && byte(place + 1) == UInt8(ascii: "\n") ? 2 : 1
    }

    /// The bare word at a place; empty where there is none.
    func word(at place: Int) -> String {
        var end = place
        while let current = byte(end), Lexer.isNamePart(current) { end += 1 }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }

    // MARK: Tokens

    /// Adds the token between the next place that is no blank and `end`.
    mutating func put(upTo end: Int, _ gap: Gap, breakable: Bool = false) {
        var found = trivia()
        guard end > position, end <= bytes.count else {
            isOffTrack = true
            return
        }
        found.newlines += carried.newlines
        found.comments = carried.comments + found.comments
        carried = Trivia()
        let isFirst = statement.tokens.isEmpty
        let keepsLineEnd =
            switch gap {
            case .tight, .beside, .joined: false
            case .edge: brackets > 0
            case .blank: true
            }
        if gap == .joined, found.newlines > 0, found.comments.isEmpty { carried.newlines = found.newlines }
        let owner = open.last { $0.first < statement.tokens.count }?.construct ?? 0
        let lineEnd: LayoutToken.LineEnd = brackets > 0 || isBehindOperator ? .plain : .backslash
        let token = LayoutToken(
            text: String(decoding: bytes[position..<end], as: UTF8.self), hasSpace: gap != .tight && gap != .edge,
            lineEnd: lineEnd,
            isBroken: !isFirst && (keepsLineEnd && found.newlines > 0 || !found.comments.isEmpty),
            isApart: found.newlines > 1 && found.comments.isEmpty && lineEnd == .plain, comments: found.comments,
            owner: owner, isBreakable: breakable)
        if breakable, !isFirst { statement.constructs[owner].gaps.append(statement.tokens.count) }
        statement.tokens.append(token)
        position = end
        isBehindOperator = false
    }

    mutating func leaf(_ span: Span, _ gap: Gap, breakable: Bool = false) {
        if peek() != Int(span.start) { isOffTrack = true }
        put(upTo: Int(span.end), gap, breakable: breakable)
    }

    /// Adds a token that is known by its text.
    mutating func take(_ text: String, _ gap: Gap = .beside, breakable: Bool = false) {
        let start = peek()
        guard bytes[min(start, bytes.count)...].starts(with: text.utf8) else {
            isOffTrack = true
            return
        }
        put(upTo: start + text.utf8.count, gap, breakable: breakable)
    }

    /// Adds to the text of the last token.
    mutating func append(_ text: String) {
        if !statement.tokens.isEmpty { statement.tokens[statement.tokens.count - 1].text += text }
    }

    func stands(_ text: String) -> Bool { bytes[min(peek(), bytes.count)...].starts(with: text.utf8) }

    /// Leaves a token out of the layout; comments before it come before the next one.
    mutating func leaveOut(_ byte: UInt8) {
        let found = trivia()
        carried.newlines += found.newlines
        carried.comments += found.comments
        if self.byte(position) == byte { position += 1 } else { isOffTrack = true }
    }

    // MARK: Constructs

    mutating func begin(_ kind: Construct.Kind) {
        statement.constructs.append(Construct(kind: kind, first: statement.tokens.count, depth: open.count))
        open.append((statement.constructs.count - 1, statement.tokens.count))
    }

    mutating func end() { _ = open.popLast() }

    // MARK: Items

    /// The statements up to a place, with the comments around them.
    mutating func items(_ statements: [Statement], end: Int) -> BlockLayout {
        var block = BlockLayout()
        var rest = statements[...]
        while !isOffTrack {
            let found = trivia(semicolons: true)
            var newlines = found.newlines
            for comment in found.comments {
                if !comment.isOnOwnLine, setTrailing(comment.text, in: &block) { continue }
                var comment = comment
                if block.items.isEmpty { comment.isApart = false }
                block.items.append(.comment(comment))
            }
            // A blank line before the statement, not one before its comment.
            if let last = found.comments.last { newlines = newlinesBehind(last) }
            guard let next = rest.popFirst() else { break }
            guard position == Int(next.span.start) else {
                isOffTrack = true
                break
            }
            var layout = statement(next)
            layout.isApart = newlines > 1 && !block.items.isEmpty
            block.items.append(.statement(layout))
        }
        if position != end { isOffTrack = true }
        return block
    }

    /// How many newlines stand between the last comment and the position.
    private func newlinesBehind(_ comment: Comment) -> Int {
        var count = 0
        var place = position - 1
        while place >= 0, bytes[place] <= 0x20 || bytes[place] == UInt8(ascii: "\\") {
            let isLineFeed = bytes[place] == UInt8(ascii: "\n")
            if isLineFeed || bytes[place] == UInt8(ascii: "\r") { count += 1 }
            place -= isLineFeed && place > 0 && bytes[place - 1] == UInt8(ascii: "\r") ? 2 : 1
        }
        return count
    }

    /// Puts a comment behind the last statement, or behind the brace.
    private func setTrailing(_ text: String, in block: inout BlockLayout) -> Bool {
        guard let last = block.items.last else {
            // The first line of a script has no brace before it.
            if open.isEmpty, statement.tokens.isEmpty { return false }
            block.opening = text
            return true
        }
        guard case .statement(var layout) = last, layout.trailing == nil else { return false }
        layout.trailing = text
        block.items[block.items.count - 1] = .statement(layout)
        return true
    }

    /// A block with its braces, as two tokens.
    mutating func block(_ block: Block) {
        take("{")
        let start = position
        let outer = (statement, open, brackets)
        let content = items(block.statements, end: Int(block.span.end) - 1)
        (statement, open, brackets) = outer
        var layout = content
        let end = min(position, bytes.count)
        layout.isOnOneLine = !bytes[min(start, end)..<end].contains(where: Lexer.isLineEnd)
        if !statement.tokens.isEmpty { statement.tokens[statement.tokens.count - 1].block = layout }
        take("}", .tight)
    }
}
