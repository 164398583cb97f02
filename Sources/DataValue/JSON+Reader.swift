import Glibc
import SystemSupport

/// Reads one JSON text in one pass.
///
/// Invariants: `at` is between 0 and `end`; nothing at or after `end` is read. Values whose list or record is not
/// finished lie on `pending`; each `read…` function that returns normally has put exactly one value on it or returns
/// it. Recursion is bounded by ``JSON/depthLimit``.
struct JSONReader: ~Copyable {
    let input: UnsafePointer<UInt8>
    let end: Int
    var at = 0
    private var depth = 0
    /// Work done, in steps of constant cost. See ``JSON/parseSteps(_:)``.
    var steps = 0
    private var pending = PendingStack<Value>(capacity: 64)
    /// How much may be allocated, in bytes, before it is asked whether there is memory left.
    private var allowance = JSONReader.wholeAllowance
    private static let wholeAllowance = 4 << 20
    var shapes = RecordShapes()
    /// A string with escapes is put together here.
    var scratch: [UInt8] = []

    init(_ input: UnsafePointer<UInt8>, count: Int) {
        self.input = input
        end = count
    }

    mutating func readText() throws(JSONError) -> Value {
        skipBlanks()
        try readValue(under: -1)
        skipBlanks()
        if pending.isShort { throw outOfMemory }
        guard at == end, let value = pending.popLast() else {
            throw failure("there is more text after the value")
        }
        return value
    }

    /// Puts one value on `pending`. `node` is the shape node of the field that it stands in, perhaps within lists; -1
    /// outside of records.
    private mutating func readValue(under node: Int) throws(JSONError) {
        guard at < end else { throw failure("the text ends where a value is due") }
        steps &+= 1
        switch input[at] {
        case UInt8(ascii: "\""):
            at += 1
            pending.append(.string(try readString(under: node)))
        case UInt8(ascii: "{"): try readRecord(under: node)
        case UInt8(ascii: "["): try readList(under: node)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): pending.append(try readNumber())
        case UInt8(ascii: "t"):
            try readWord("true")
            pending.append(.bool(true))
        case UInt8(ascii: "f"):
            try readWord("false")
            pending.append(.bool(false))
        case UInt8(ascii: "n"):
            try readWord("null")
            pending.append(.null)
        default: throw failure("expected a value, found \(found())")
        }
    }

    private mutating func readList(under node: Int) throws(JSONError) {
        try enter()
        let start = pending.count
        skipBlanks()
        if at < end, input[at] == UInt8(ascii: "]") {
            at += 1
        } else {
            while true {
                try readValue(under: node)
                skipBlanks()
                guard at < end else { throw failure("the text ends inside a list") }
                if input[at] == UInt8(ascii: ",") {
                    at += 1
                    skipBlanks()
                } else if input[at] == UInt8(ascii: "]") {
                    at += 1
                    break
                } else {
                    throw failure("expected ',' or ']' in a list, found \(found())")
                }
            }
        }
        depth -= 1
        try checkRoom(for: pending.count - start)
        let items = pending.removeAll(from: start)
        pending.append(.list(items))
    }

    private mutating func readRecord(under node: Int) throws(JSONError) {
        try enter()
        let start = pending.count
        var shape = RecordShapes.root
        skipBlanks()
        if at < end, input[at] == UInt8(ascii: "}") {
            at += 1
        } else {
            repeat {
                try readNameStart()
                let isFirst = shape == RecordShapes.root
                if let known = matchName(
                    after: shape, expecting: isFirst && node >= 0 ? shapes.nodes[node].recentFirst : -1)
                {
                    shape = known
                } else {
                    let nameStart = at
                    let name = try readString(under: -1)
                    if shapes.hasRoom(at: shape) {
                        if shapes.contains(name, upTo: shape) { throw duplicate(name, at: nameStart) }
                        shape = shapes.add(name, start: nameStart, length: at - nameStart - 1, under: shape)
                    } else {
                        return try readIrregularRecord(start, KeyTable(shapes.names(upTo: shape)), name, at: nameStart)
                    }
                }
                if isFirst { shapes.remember(first: shape, at: node) }
                try readColon()
                try readValue(under: shape)
            } while try continuesRecord()
        }
        depth -= 1
        pending.append(.record(pending.removeRecord(shapes.table(at: shape), from: start)))
    }

    /// Goes on with a record whose names the shapes have no room for, from behind its next name.
    private mutating func readIrregularRecord(
        _ start: Int, _ table: KeyTable, _ name: String, at nameStart: Int
    ) throws(JSONError) {
        var name = name
        var nameStart = nameStart
        while true {
            guard table.appendIfNew(name) else { throw duplicate(name, at: nameStart) }
            try readColon()
            try readValue(under: -1)
            guard try continuesRecord() else { break }
            try readNameStart()
            nameStart = at
            name = try readString(under: -1)
        }
        depth -= 1
        try checkRoom(for: pending.count - start)
        pending.append(.record(pending.removeRecord(table, from: start)))
    }

    /// The shape that the name at `at` (behind its quote) leads to, if it is a known one; `at` is then behind the name.
    /// `expected` is looked at first, unless it is -1.
    @inline(__always)
    private mutating func matchName(after shape: Int, expecting expected: Int) -> Int? {
        if expected >= 0, takeName(of: expected) { return expected }
        var child = shapes.nodes[shape].firstChild
        while child >= 0 {
            if takeName(of: child) { return child }
            child = shapes.nodes[child].nextSibling
        }
        return nil
    }

    @inline(__always)
    private mutating func takeName(of node: Int) -> Bool {
        steps &+= 1
        let length = shapes.nodes[node].nameLength
        guard standsAgain(shapes.nodes[node].nameStart, length) else { return false }
        at += length + 1
        return true
    }

    /// Whether the string at `at` is the same, closing quote included, as an earlier one.
    @inline(__always)
    func standsAgain(_ start: Int, _ length: Int) -> Bool {
        at + length < end && input[at + length] == UInt8(ascii: "\"") && memcmp(input + at, input + start, length) == 0
    }

    @inline(__always)
    private mutating func readNameStart() throws(JSONError) {
        guard at < end, input[at] == UInt8(ascii: "\"") else {
            throw at < end
                ? failure("expected a name in double quotes, found \(found())")
                : failure("the text ends inside a record")
        }
        steps &+= 1
        at += 1
    }

    @inline(__always)
    private mutating func readColon() throws(JSONError) {
        skipBlanks()
        guard at < end, input[at] == UInt8(ascii: ":") else {
            throw at < end ? failure("expected ':', found \(found())") : failure("the text ends inside a record")
        }
        at += 1
        skipBlanks()
    }

    /// Takes the `,` (true) or `}` (false) behind a field.
    @inline(__always)
    private mutating func continuesRecord() throws(JSONError) -> Bool {
        skipBlanks()
        guard at < end else { throw failure("the text ends inside a record") }
        if input[at] == UInt8(ascii: ",") {
            at += 1
            skipBlanks()
            return true
        }
        guard input[at] == UInt8(ascii: "}") else {
            throw failure("expected ',' or '}' in a record, found \(found())")
        }
        at += 1
        return false
    }

    private mutating func enter() throws(JSONError) {
        guard depth < JSON.depthLimit else {
            throw failure("lists and records are nested deeper than \(JSON.depthLimit) levels")
        }
        if pending.isShort { throw outOfMemory }
        try charge(128)
        depth += 1
        at += 1
    }

    /// Takes note of memory that is allocated in small pieces.
    @inline(__always)
    mutating func charge(_ bytes: Int) throws(JSONError) {
        allowance -= bytes
        if allowance < 0 {
            allowance = Self.wholeAllowance
            if !MemoryHeadroom.has(bytes) { throw outOfMemory }
        }
    }

    /// Throws where values have been lost for want of memory, or where there is none for so many in a list or a record.
    @inline(__always)
    private func checkRoom(for count: Int) throws(JSONError) {
        if pending.isShort || count >= 1 << 15 && !MemoryHeadroom.has(count, of: MemoryLayout<Value>.stride) {
            throw outOfMemory
        }
    }

    private var outOfMemory: JSONError { failure(LimitError.outOfMemory.message) }

    @inline(__always)
    private mutating func skipBlanks() {
        while at < end, input[at] <= 0x20,
            input[at] == 0x20 || input[at] == 0x0A || input[at] == 0x0D || input[at] == 0x09
        {
            at += 1
            steps &+= 1
        }
    }

    private mutating func readWord(_ word: StaticString) throws(JSONError) {
        let length = word.utf8CodeUnitCount
        guard at + length <= end, memcmp(input + at, word.utf8Start, length) == 0 else {
            throw failure("expected a value, found a word that is none of true, false and null")
        }
        at += length
    }
}

extension JSONReader {
    @inline(never)
    func failure(_ message: String, at offset: Int? = nil) -> JSONError {
        JSONError(message: message, offset: offset ?? at)
    }

    @inline(never)
    private func duplicate(_ name: String, at offset: Int) -> JSONError {
        JSONError(message: "the name \(JSON.text(.string(name))) stands twice in one record", offset: offset - 1)
    }

    /// The byte at `at`, for a message.
    @inline(never)
    func found() -> String {
        guard at < end else { return "the end of the text" }
        let byte = input[at]
        if byte > 0x20, byte < 0x7F { return "'\(Character(Unicode.Scalar(byte)))'" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "the byte 0x\(byte < 16 ? "0" : "")\(digits)"
    }
}
