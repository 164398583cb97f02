import SystemSupport

/// A stretch of source text: byte offsets into one source of a ``SourceMap``, the end excluded.
package struct Span: Sendable, Hashable {
    package var source: UInt32
    package var start: UInt32
    package var end: UInt32

    package init(source: UInt32, start: Int, end: Int) {
        self.source = source
        self.start = UInt32(clamping: start)
        self.end = UInt32(clamping: max(start, end))
    }

    /// From the start of this span to the end of another of the same source.
    package func union(_ other: Span) -> Span {
        Span(source: source, start: Int(min(start, other.start)), end: Int(max(end, other.end)))
    }
}

/// One source text with its name: a file's path, `<stdin>` or `<command>`.
package struct SourceText: Sendable {
    package let name: String
    /// Valid UTF-8 unless ``firstInvalidByte`` says otherwise.
    package let bytes: [UInt8]
    /// The number of the first line: more than 1 where the text is a part of another that arrives piece by piece.
    package let firstLine: Int
    private let lineStarts: [Int]

    package init(name: String, bytes: [UInt8], firstLine: Int = 1) {
        self.name = name
        self.bytes = bytes
        self.firstLine = firstLine
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte <= UInt8(ascii: "\r") {
            // LF, CR LF and a lone CR end a line.
            let isEnd =
                byte == UInt8(ascii: "\n")
                || byte == UInt8(ascii: "\r")
                    && (offset + 1 == bytes.count || bytes[offset + 1] != UInt8(ascii: "\n"))
            if isEnd { starts.append(offset + 1) }
        }
        lineStarts = starts
    }

    package init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

    /// The number of the line that a byte offset lies in.
    package func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + firstLine
    }

    /// The byte range of a line, by its number, without its end.
    package func range(ofLine number: Int) -> Range<Int> {
        let line = number - firstLine + 1
        guard line >= 1, line <= lineStarts.count else { return bytes.count..<bytes.count }
        let start = lineStarts[line - 1]
        var end = line < lineStarts.count ? lineStarts[line] : bytes.count
        while end > start, Lexer.isLineEnd(bytes[end - 1]) { end -= 1 }
        return start..<max(start, end)
    }

    /// Line and column of an offset; columns count Unicode scalars, from 1.
    package func location(at offset: Int) -> (line: Int, column: Int) {
        let line = line(at: offset)
        let start = range(ofLine: line).lowerBound
        let column = bytes[start..<max(start, min(offset, bytes.count))].count { $0 & 0xC0 != 0x80 }
        return (line, column + 1)
    }

    /// The offset of the first byte that is not part of well-formed UTF-8, or nil.
    package var firstInvalidByte: Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var low = 0
        var position = 0
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while true {
            low = position
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): position += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return low
            }
        }
    }
}

/// All sources that a program was read from; a ``Span`` names its source by its place here.
package struct SourceMap: Sendable {
    package private(set) var sources: [SourceText] = []

    package init() {}

    package mutating func add(_ source: SourceText) -> UInt32 {
        sources.append(source)
        return UInt32(sources.count - 1)
    }

    /// Forgets the sources behind the first ones; nothing may refer to them any more.
    package mutating func keepFirst(_ count: Int) { sources.removeLast(max(0, sources.count - count)) }

    package subscript(span: Span) -> SourceText? {
        Int(span.source) < sources.count ? sources[Int(span.source)] : nil
    }

    /// `file:line:column` of a span's start.
    package func place(of span: Span) -> String {
        guard let source = self[span] else { return "<unknown>" }
        let (line, column) = source.location(at: Int(span.start))
        return "\(source.name.visible):\(line):\(column)"
    }

    package func line(of span: Span) -> Int { self[span]?.line(at: Int(span.start)) ?? 0 }
}
