/// The text between `"""` and `"""`, as far as its indentation may change.
enum BlockText {
    private static let mark = Array("\"\"\"".utf8)

    /// The lines of a string, without the indentation that its closing quotes take off them; nil where it is no `"""`
    /// string whose quotes stand on lines of their own, or where something filled in goes over several lines.
    static func lines(of node: Expression, in bytes: [UInt8]) -> [String]? {
        let (start, end) = (Int(node.span.start), Int(node.span.end))
        guard end <= bytes.count, end - start >= 6, bytes[start...].starts(with: mark) else { return nil }
        var first = start + 3
        let lexer = Lexer(bytes: bytes, offset: first)
        guard let length = lexer.newlineLength(at: first) else { return nil }
        first += length
        var lineStart = end - 3
        while lineStart > first, !Lexer.isLineEnd(bytes[lineStart - 1]) { lineStart -= 1 }
        let indentation = Array(bytes[lineStart..<end - 3])
        guard indentation.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }),
            hasNoLongInterpolation(node, in: bytes, from: first, to: end - 3)
        else { return nil }
        if lineStart == first { return [] }
        var lines: [String] = []
        var place = first
        while place < lineStart {
            let start = place
            while !Lexer.isLineEnd(bytes[place]) { place += 1 }
            var line = bytes[start..<place]
            // As the parser does it: each byte of the indentation that stands next is taken off.
            for byte in indentation where line.first == byte { line = line.dropFirst() }
            lines.append(String(decoding: line, as: UTF8.self))
            place += lexer.newlineLength(at: place) ?? 1
        }
        return lines
    }

    /// Whether nothing that is filled in holds a newline, which the parser would not take for one of the text's.
    private static func hasNoLongInterpolation(
        _ node: Expression, in bytes: [UInt8], from first: Int, to end: Int
    ) -> Bool {
        guard case .interpolation(let parts) = node.kind else { return true }
        var place = first
        for part in parts {
            guard case .value(let value) = part else { continue }
            // The next `$` that fills something in is this value's.
            while place < end {
                if bytes[place] == UInt8(ascii: "\\") {
                    place += 2
                    continue
                }
                let next = place + 1 < end ? bytes[place + 1] : 0
                if bytes[place] == UInt8(ascii: "$"), next == UInt8(ascii: "{") || Lexer.isNameStart(next) { break }
                place += 1
            }
            guard place < end else { return false }
            let begin = place
            place = Int(value.span.end)
            if bytes[begin + 1] == UInt8(ascii: "{") {
                while place < end, bytes[place] != UInt8(ascii: "}") { place += 1 }
            }
            guard place > begin, place <= end, !bytes[begin..<place].contains(where: Lexer.isLineEnd)
            else { return false }
        }
        return true
    }
}
