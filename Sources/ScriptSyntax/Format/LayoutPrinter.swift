import SystemSupport

/// Turns a layout into text.
struct LayoutPrinter {
    private var lines: [LayoutLine] = []
    /// Comments behind longer lines than this do not push those of the lines around them to the right.
    private static let longestAligned = 60

    static func text(_ script: BlockLayout) -> String {
        var printer = LayoutPrinter()
        printer.write(script, indentation: 0)
        var text = ""
        printer.alignDescriptions()
        let columns = printer.commentColumns()
        for (place, line) in printer.lines.enumerated() {
            if line.isApart, place > 0 { text += "\n" }
            if !line.code.isEmpty || line.comment != nil {
                text += String(repeating: " ", count: line.indentation) + line.code
            }
            if let comment = line.comment {
                let gap = line.code.isEmpty ? 0 : max(2, columns[place] - line.width)
                text += String(repeating: " ", count: gap) + comment
            }
            text += "\n"
        }
        return text
    }

    private mutating func write(_ block: BlockLayout, indentation: Int) {
        for item in block.items {
            switch item {
            case .comment(let comment):
                lines.append(
                    LayoutLine(indentation: indentation, code: "", comment: comment.text, isApart: comment.isApart))
            case .statement(let statement): write(statement, indentation: indentation)
            }
        }
    }

    private mutating func write(_ statement: StatementLayout, indentation: Int) {
        let first = lines.count
        if let short = Self.withBlocksInLine(statement) {
            var breaker = LineBreaker(short, indentation: indentation)
            let isWhole = short.tokens.count == statement.tokens.count
            breaker.cut(0..<short.tokens.count, breaksLongLines: isWhole)
            if isWhole || breaker.lines.allSatisfy({ $0.width <= ScriptFormatter.widthLimit }) {
                lines += breaker.lines
                return finish(statement, from: first)
            }
        }
        var breaker = LineBreaker(statement, indentation: indentation)
        var start = 0
        var written = 0
        for (place, token) in statement.tokens.enumerated() {
            guard let block = token.block, !block.isEmpty else { continue }
            breaker.cut(start..<place + 1, breaksLongLines: true)
            lines += breaker.lines[written...]
            written = breaker.lines.count
            if let opening = block.opening { lines[lines.count - 1].comment = opening }
            write(block, indentation: indentation + ScriptFormatter.indentation)
            start = place + 1
        }
        breaker.cut(start..<statement.tokens.count, breaksLongLines: true)
        lines += breaker.lines[written...]
        finish(statement, from: first)
    }

    private mutating func finish(_ statement: StatementLayout, from first: Int) {
        guard first < lines.count else { return }
        if statement.isApart { lines[first].isApart = true }
        if let trailing = statement.trailing { lines[lines.count - 1].comment = trailing }
        if !statement.isParameter || lines.count - first > 1 {
            for place in first..<lines.count { lines[place].descriptionColumn = nil }
        }
    }

    // MARK: Blocks in one line

    /// The statement with each of its blocks as one token, if the author wrote all of them in one line.
    private static func withBlocksInLine(_ statement: StatementLayout) -> StatementLayout? {
        guard statement.tokens.contains(where: { $0.block != nil }) else { return statement }
        var result = statement
        var places: [Int] = []
        result.tokens = []
        for token in statement.tokens {
            places.append(result.tokens.count)
            if let last = result.tokens.last, last.block != nil {
                // The `}` goes with its `{`.
                places[places.count - 1] = result.tokens.count - 1
                result.tokens[result.tokens.count - 1].block = nil
                continue
            }
            var token = token
            if let block = token.block {
                guard let text = inLine(block) else { return nil }
                token.text = text
            }
            result.tokens.append(token)
        }
        for construct in result.constructs.indices {
            result.constructs[construct].first = places[min(result.constructs[construct].first, places.count - 1)]
            result.constructs[construct].gaps = result.constructs[construct].gaps.map { places[$0] }
        }
        return result
    }

    /// `{ print a; exit }`; nil where the block goes over several lines.
    private static func inLine(_ block: BlockLayout) -> String? {
        if block.isEmpty { return "{}" }
        guard block.isOnOneLine, block.opening == nil else { return nil }
        var texts: [String] = []
        for item in block.items {
            guard case .statement(let statement) = item, statement.trailing == nil,
                let short = withBlocksInLine(statement)
            else { return nil }
            var breaker = LineBreaker(short, indentation: 0)
            breaker.cut(0..<short.tokens.count, breaksLongLines: false)
            guard breaker.lines.count == 1, let line = breaker.lines.first, line.comment == nil,
                !line.code.utf8.contains(where: Lexer.isLineEnd)
            else { return nil }
            texts.append(line.code)
        }
        return "{ \(texts.joined(separator: "; ")) }"
    }

    // MARK: Columns

    /// Puts the descriptions of `param` lines that follow each other below each other.
    private mutating func alignDescriptions() {
        var place = 0
        while place < lines.count {
            guard lines[place].descriptionColumn != nil else {
                place += 1
                continue
            }
            var end = place + 1
            while end < lines.count, lines[end].descriptionColumn != nil, !lines[end].isApart,
                lines[end].indentation == lines[place].indentation
            {
                end += 1
            }
            let column = lines[place..<end].compactMap(\.descriptionColumn).max() ?? 0
            for line in place..<end where end - place > 1 {
                guard let own = lines[line].descriptionColumn else { continue }
                // One blank stands there already.
                let padding = String(repeating: " ", count: column - own + 1)
                lines[line].code.insert(contentsOf: padding, at: descriptionStart(lines[line]))
            }
            place = end
        }
    }

    private func descriptionStart(_ line: LayoutLine) -> String.Index {
        var column = line.indentation
        for place in line.code.indices {
            if column >= line.descriptionColumn ?? 0 { return place }
            column += line.code[place].displayWidth
        }
        return line.code.endIndex
    }

    /// For each line the column of its comment: those of lines that follow each other stand below each other.
    private func commentColumns() -> [Int] {
        var columns = Array(repeating: 0, count: lines.count)
        var place = 0
        while place < lines.count {
            guard hasTrailingComment(place) else {
                place += 1
                continue
            }
            var end = place + 1
            while end < lines.count, hasTrailingComment(end), !lines[end].isApart,
                lines[end].indentation == lines[place].indentation
            {
                end += 1
            }
            let widths = lines[place..<end].map(\.width)
            let column = (widths.filter { $0 <= Self.longestAligned }.max() ?? 0) + 2
            for line in place..<end { columns[line] = column }
            place = end
        }
        return columns
    }

    private func hasTrailingComment(_ place: Int) -> Bool { lines[place].comment != nil && !lines[place].code.isEmpty }
}

extension BlockLayout {
    fileprivate var isEmpty: Bool { items.isEmpty && opening == nil }
}
