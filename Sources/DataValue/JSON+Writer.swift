/// Writes JSON, compact or indented by two blanks a level.
struct JSONWriter {
    var bytes: [UInt8] = []
    let indents: Bool
    private var level: Int
    private var room: LengthGuard
    /// Why the text is not whole; nil where it is.
    var failure: LimitError? { room.failure }

    init(indents: Bool, level: Int = 0, limit: Int = SizeLimits.text, of value: Value? = .none) {
        self.indents = indents
        self.level = level
        room = LengthGuard(limit: limit, of: value)
    }

    mutating func wholeText(of value: Value) throws(LimitError) -> String {
        write(value)
        if !room.allows(bytes.count) { throw room.failure ?? .textTooLong }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func write(_ value: Value) {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .int(let number): append(number)
        case .float(let number): bytes.append(contentsOf: number.isFinite ? number.description.utf8 : "null".utf8)
        case .bigNumber(let text): bytes.append(contentsOf: text.utf8)
        case .string(let text): write(string: text)
        case .duration(let span): write(string: durationText(span))
        case .secret(let secret): write(string: secret.masked)
        case .list(let items):
            bytes.append(UInt8(ascii: "["))
            level += 1
            for (position, item) in items.enumerated() {
                if position & Self.rowMask == 0, !room.allows(bytes.count) { break }
                separate(position)
                write(item)
            }
            close(UInt8(ascii: "]"), isEmpty: items.isEmpty)
        case .record(let record):
            bytes.append(UInt8(ascii: "{"))
            level += 1
            let keys = record.keys
            for position in 0..<record.count {
                if position & Self.rowMask == 0, !room.allows(bytes.count) { break }
                separate(position)
                write(string: keys[position])
                bytes.append(UInt8(ascii: ":"))
                if indents { bytes.append(0x20) }
                write(record[position: position])
            }
            close(UInt8(ascii: "}"), isEmpty: record.isEmpty)
        }
    }

    /// The length is looked at before each row of elements or fields, and before long texts: the texts of a row are no
    /// more than some megabytes together.
    private static let rowMask = 63
    private static let longText = 1 << 16

    private mutating func separate(_ position: Int) {
        if position > 0 { bytes.append(UInt8(ascii: ",")) }
        if indents { startLine() }
    }

    private mutating func close(_ bracket: UInt8, isEmpty: Bool) {
        level -= 1
        if indents, !isEmpty { startLine() }
        bytes.append(bracket)
    }

    private mutating func startLine() {
        bytes.append(0x0A)
        // Deeper levels stand below each other, or the blanks would be most of the text, without bound.
        bytes.append(contentsOf: repeatElement(0x20, count: min(level, JSON.depthLimit) * 2))
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func append(_ number: Int) {
        if number >= 0, number < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(number))
        } else {
            bytes.append(contentsOf: String(number).utf8)
        }
    }

    private mutating func write(string text: String) {
        if text.utf8.count >= Self.longText, !room.allows(bytes.count + text.utf8.count) { return }
        bytes.append(UInt8(ascii: "\""))
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { appendEscaped($0) }
        if isDone == nil { Array(text.utf8).withUnsafeBufferPointer { appendEscaped($0) } }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Quote, backslash and all control characters are escaped: those of ASCII since JSON wants it, DEL and
    /// U+0080…U+009F since a terminal may obey them.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        guard let start = text.baseAddress else { return }
        var runStart = 0
        var at = 0
        while true {
            at = Self.skipPlain(start, at, text.count)
            guard at < text.count else { break }
            let byte = start[at]
            var length = 1
            var code = UInt16(byte)
            if byte >= 0x80 {
                guard byte == 0xC2, at + 1 < text.count, start[at + 1] < 0xA0 else {
                    at += 1
                    continue
                }
                length = 2
                code = UInt16(start[at + 1])
            } else if byte >= 0x20, byte != 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                at += 1
                continue
            }
            bytes.append(contentsOf: UnsafeBufferPointer(start: start + runStart, count: at - runStart))
            if text.count >= Self.longText, !room.allows(bytes.count) { return }
            bytes.append(UInt8(ascii: "\\"))
            appendEscape(code)
            at += length
            runStart = at
        }
        bytes.append(contentsOf: UnsafeBufferPointer(start: start + runStart, count: at - runStart))
    }

    private mutating func appendEscape(_ code: UInt16) {
        switch code {
        case 0x22, 0x5C: bytes.append(UInt8(code))
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            append("u00")
            for digit in [UInt8(truncatingIfNeeded: code >> 4), UInt8(truncatingIfNeeded: code & 15)] {
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }

    /// The next byte at or after `at` that may need an escape, looked for eight bytes at a time (see the reader).
    private static func skipPlain(_ start: UnsafePointer<UInt8>, _ at: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var at = at
        while at + 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(start + at).loadUnaligned(as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            let deletes = word ^ (ones &* 0x7F)
            let small = (word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones) | (deletes &- ones)
            let marks = (small | word) & (ones &* 0x80)
            if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
            at += 8
        }
        return at
    }
}
