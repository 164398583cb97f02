import Glibc

extension JSONReader {
    /// Reads a string from behind its opening quote to behind its closing one.
    @inline(__always)
    mutating func readString(under node: Int) throws(JSONError) -> String {
        if node >= 0, shapes.nodes[node].recentLength >= 0,
            standsAgain(shapes.nodes[node].recentStart, shapes.nodes[node].recentLength)
        {
            at += shapes.nodes[node].recentLength + 1
            return shapes.confirm(at: node)
        }
        let start = at
        let text = try readNewString()
        if node >= 0 { shapes.remember(text, start: start, length: at - 1 - start, at: node) }
        return text
    }

    private mutating func readNewString() throws(JSONError) -> String {
        let start = at
        try skipPlain()
        steps &+= at - start
        if input[at] == UInt8(ascii: "\"") {
            if at - start > 15 { try charge(at - start + 64) }
            let text = String(decoding: UnsafeBufferPointer(start: input + start, count: at - start), as: UTF8.self)
            at += 1
            return text
        }
        return try readEscapedString(from: start)
    }

    /// Goes on at the first backslash of a string that began at `start`.
    @inline(never)
    private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
        scratch.removeAll(keepingCapacity: true)
        var runStart = start
        while true {
            scratch.append(contentsOf: UnsafeBufferPointer(start: input + runStart, count: at - runStart))
            if input[at] == UInt8(ascii: "\"") { break }
            try readEscape()
            runStart = at
            try skipPlain()
            steps &+= at - runStart + 1
            try charge(at - runStart)
        }
        at += 1
        return String(decoding: scratch, as: UTF8.self)
    }

    /// Moves to the next quote or backslash.
    @inline(__always)
    private mutating func skipPlain() throws(JSONError) {
        while true {
            skipASCII()
            guard at < end else { throw failure("the text ends inside a string") }
            let byte = input[at]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            if byte < 0x20 { throw failure("a string holds \(found()), a control character; it must be escaped") }
            if byte >= 0x80 {
                let length = sequenceLength()
                guard length > 0 else { throw failure("\(found()) is not UTF-8 here") }
                at += length
            } else {
                at += 1
            }
        }
    }

    /// Moves on over eight bytes at a time while all are printable ASCII other than quote and backslash, and then to
    /// the first that is not, or to the last seven bytes of the text.
    @inline(__always)
    private mutating func skipASCII() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        while at + 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(input + at).loadUnaligned(as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            // A byte's top bit is set in the difference where the byte was too small, and in any byte above such a
            // one perhaps wrongly: so only the lowest mark counts.
            let marks = ((word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones) | word) & (ones &* 0x80)
            if marks != 0 {
                at += marks.trailingZeroBitCount / 8
                return
            }
            at += 8
        }
    }

    /// The length in bytes of the UTF-8 sequence at `at`, whose first byte is 0x80 or above; 0 if it is none.
    private func sequenceLength() -> Int {
        let first = input[at]
        func isContinuation(_ offset: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
            at + offset < end && input[at + offset] >= low && input[at + offset] <= high
        }
        switch first {
        case 0xC2...0xDF: return isContinuation(1) ? 2 : 0
        case 0xE0...0xEF:
            // No overlong forms, and no surrogates.
            let low: UInt8 = first == 0xE0 ? 0xA0 : 0x80
            let high: UInt8 = first == 0xED ? 0x9F : 0xBF
            return isContinuation(1, low, high) && isContinuation(2) ? 3 : 0
        case 0xF0...0xF4:
            // No overlong forms, and nothing above U+10FFFF.
            let low: UInt8 = first == 0xF0 ? 0x90 : 0x80
            let high: UInt8 = first == 0xF4 ? 0x8F : 0xBF
            return isContinuation(1, low, high) && isContinuation(2) && isContinuation(3) ? 4 : 0
        default: return 0
        }
    }

    /// Reads an escape from its backslash on and appends what it stands for to `scratch`.
    private mutating func readEscape() throws(JSONError) {
        let start = at
        guard at + 1 < end else { throw failure("the text ends inside a string", at: end) }
        let letter = input[at + 1]
        at += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(letter)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"):
            var code = try readHexDigits()
            if code >= 0xD800, code < 0xDC00 {
                guard at + 1 < end, input[at] == UInt8(ascii: "\\"), input[at + 1] == UInt8(ascii: "u") else {
                    throw failure("a lone surrogate is no character", at: start)
                }
                at += 2
                let low = try readHexDigits()
                guard low >= 0xDC00, low < 0xE000 else { throw failure("a lone surrogate is no character", at: start) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else {
                throw failure("a lone surrogate is no character", at: start)
            }
            scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw failure("unknown escape in a string", at: start)
        }
    }

    private mutating func readHexDigits() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard at < end else { throw failure("the text ends inside a string") }
            let digit: UInt8
            switch input[at] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = input[at] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = input[at] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = input[at] - UInt8(ascii: "A") + 10
            default: throw failure("\\u takes four hexadecimal digits, found \(found())")
            }
            code = code << 4 | UInt32(digit)
            at += 1
        }
        return code
    }
}
