/// Reads the notation of the generated text.
///
/// A line holds fields between tabs: name, `r` or `w` for reads and writes, `p`, `n` or `-` for paging, the item path,
/// the parameters and the answer. A type is one letter (`s` string, `i` int, `f` float, `b` bool, `a` any), or `[` or
/// `{` before the type of a list's or map's elements, or a record `(Name:type,Name:type)`. Marks before a name: `!`
/// required, `@` in the body, `$` sent as JSON, `&` sent between commas.
///
/// The text is trusted, being part of the program, but no malformed one makes the reader trap: what it does not
/// understand is `any`.
struct CatalogueReader {
    static let operations = SortedLines(CatalogueData.operations)
    static let endpoints = SortedLines(CatalogueData.endpoints)

    static func operation(in line: Range<Int>) -> Operation {
        var fields: [Range<Int>] = []
        var start = line.lowerBound
        for position in line where operations[position] == UInt8(ascii: "\t") {
            fields.append(start..<position)
            start = position + 1
        }
        fields.append(start..<line.upperBound)
        while fields.count < 6 { fields.append(line.upperBound..<line.upperBound) }
        var parameters = CatalogueReader(fields[4])
        let path = operations.text(fields[3])
        return Operation(
            name: operations.text(fields[0]), parameters: parameters.parameters(),
            isWrite: operations.text(fields[1]) != "r",
            itemPath: path.isEmpty ? nil : path.split(separator: ".").map(String.init),
            paging: ["p": .pageNumber, "n": .nextToken][operations.text(fields[2])] ?? .none,
            answerText: fields[5])
    }

    static func shape(in range: Range<Int>) -> Shape {
        var reader = CatalogueReader(range)
        return reader.shape()
    }

    private var position: Int
    private let end: Int

    private init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    private mutating func next() -> UInt8? {
        guard position < end else { return nil }
        defer { position += 1 }
        return Self.operations[position]
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < end, Self.operations[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// A name with the colon behind it.
    private mutating func name() -> String {
        let start = position
        while position < end, Self.operations[position] != UInt8(ascii: ":") { position += 1 }
        let name = Self.operations.text(start..<position)
        position += 1
        return name
    }

    private mutating func parameters() -> [Parameter] {
        guard take("(") else { return [] }
        var parameters: [Parameter] = []
        while position < end, !take(")") {
            let isRequired = take("!")
            let isInBody = take("@")
            let encoding: Parameter.Encoding = take("$") ? .json : take("&") ? .commaSeparated : .flattened
            let name = name()
            parameters.append(
                Parameter(
                    name: name, type: parameterType(), isRequired: isRequired, position: isInBody ? .body : .query,
                    encoding: encoding))
            _ = take(",")
        }
        return parameters
    }

    private mutating func parameterType() -> ParameterType {
        if position < end, Self.operations[position] == UInt8(ascii: "(") { return .record(parameters()) }
        switch next() {
        case UInt8(ascii: "s"): return .string
        case UInt8(ascii: "i"): return .int
        case UInt8(ascii: "f"): return .float
        case UInt8(ascii: "b"): return .bool
        case UInt8(ascii: "["): return .list(parameterType())
        case UInt8(ascii: "{"): return .map(parameterType())
        default: return .any
        }
    }

    private mutating func shape() -> Shape {
        switch next() {
        case UInt8(ascii: "s"): return .string
        case UInt8(ascii: "i"): return .int
        case UInt8(ascii: "f"): return .float
        case UInt8(ascii: "b"): return .bool
        case UInt8(ascii: "["): return .list(shape())
        case UInt8(ascii: "{"): return .map(shape())
        case UInt8(ascii: "("):
            var fields: [Shape.Field] = []
            while position < end, !take(")") {
                let name = name()
                fields.append(Shape.Field(name: name, shape: shape()))
                _ = take(",")
            }
            return .record(fields)
        default: return .any
        }
    }
}

/// Lines in read-only data, sorted by what stands before their first tab.
struct SortedLines: Sendable {
    private let text: StaticString

    init(_ text: StaticString) { self.text = text }

    private var bytes: UnsafeBufferPointer<UInt8> {
        guard text.hasPointerRepresentation else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    subscript(position: Int) -> UInt8 { bytes[position] }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Where the line of this name lies, without its newline.
    func line(named name: String) -> Range<Int>? {
        let bytes = bytes
        var low = 0
        var high = bytes.count
        while low < high {
            // The line around the middle.
            let middle = low + (high - low) / 2
            let start = bytes[low..<middle].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? low
            let end = bytes[middle..<high].firstIndex(of: UInt8(ascii: "\n")) ?? high
            let lineName = bytes[start..<end].prefix { $0 != UInt8(ascii: "\t") }
            if lineName.elementsEqual(name.utf8) { return start..<end }
            if lineName.lexicographicallyPrecedes(name.utf8) { low = min(end + 1, high) } else { high = start }
        }
        return nil
    }

    /// The fields of the line of this name behind it; nil where there is none.
    func fields(named name: String) -> [String]? {
        guard let line = line(named: name) else { return nil }
        let parts = bytes[line].split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        return parts.dropFirst().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The names of all lines.
    var names: [String] {
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            String(decoding: line.prefix { $0 != UInt8(ascii: "\t") }, as: UTF8.self)
        }
    }
}
