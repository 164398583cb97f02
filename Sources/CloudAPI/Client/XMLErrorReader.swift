/// Reads the service's errors in XML, which it falls back on where it has not understood the request:
/// `<Error><RequestId>…</RequestId><Code>…</Code><Message>…</Message></Error>`.
///
/// It understands as much of XML as that takes: elements with attributes and prefixes, the five named entities and
/// numbers, CDATA, comments, a declaration. A document type is refused, so there is nothing to expand.
struct XMLErrorReader {
    /// How much of an answer is looked at, in bytes.
    static let sizeLimit = 65_536
    private static let depthLimit = 16

    /// Nil where the bytes are no such error.
    static func read(_ bytes: [UInt8]) -> ServiceError? {
        guard bytes.count <= sizeLimit, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = XMLErrorReader(Array(text.unicodeScalars))
        return reader.error()
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0

    private init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private mutating func error() -> ServiceError? {
        if scalars.first == "\u{FEFF}" { position = 1 }
        var open: [String] = []
        var texts: [String: String] = [:]
        var content = ""
        while position < scalars.count {
            guard scalars[position] == "<" else {
                guard let scalar = character() else { return nil }
                if open.isEmpty, !scalar.properties.isWhitespace { return nil }
                content.unicodeScalars.append(scalar)
                continue
            }
            if skip("<!--", to: "-->") || skip("<?", to: "?>") { continue }
            if let literal = cdata() {
                if open.isEmpty { return nil }
                content.unicodeScalars.append(contentsOf: literal)
                continue
            }
            guard let tag = tag() else { return nil }
            switch tag.kind {
            case .start:
                if open.isEmpty, !texts.isEmpty || tag.name != "Error" && tag.name != "ErrorResponse" { return nil }
                open.append(tag.name)
                guard open.count <= Self.depthLimit else { return nil }
                texts[tag.name] = texts[tag.name] ?? ""
            case .empty: if open.isEmpty { return nil }
            case .end:
                guard open.popLast() == tag.name else { return nil }
                if texts[tag.name]?.isEmpty ?? true { texts[tag.name] = Self.trimmed(content) }
            }
            content = ""
        }
        guard open.isEmpty, let code = texts["Code"], !code.isEmpty else { return nil }
        let requestID = texts["RequestId"].flatMap { $0.isEmpty ? nil : $0 }
        return ServiceError(code: code, message: texts["Message"] ?? "", requestID: requestID)
    }

    private struct Tag {
        enum Kind { case start, end, empty }
        var name: String
        var kind: Kind
    }

    /// A tag; its name without prefix, its attributes passed over.
    private mutating func tag() -> Tag? {
        position += 1
        let isEnd = position < scalars.count && scalars[position] == "/"
        if isEnd { position += 1 }
        let start = position
        while position < scalars.count, Self.isNameScalar(scalars[position]) { position += 1 }
        var name = ""
        name.unicodeScalars.append(contentsOf: scalars[start..<position])
        guard !name.isEmpty else { return nil }
        var quote: Unicode.Scalar?
        var isEmpty = false
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if let open = quote {
                if scalar == open { quote = nil }
                continue
            }
            switch scalar {
            case "\"", "'": quote = scalar
            case ">":
                let local = name.split(separator: ":").last.map(String.init) ?? name
                return Tag(name: local, kind: isEnd ? .end : isEmpty ? .empty : .start)
            case "<": return nil
            default: break
            }
            isEmpty = scalar == "/"
        }
        return nil
    }

    /// One character of text, an entity counting as the one that it stands for.
    private mutating func character() -> Unicode.Scalar? {
        let scalar = scalars[position]
        position += 1
        guard scalar == "&" else { return scalar }
        let limit = min(position + 10, scalars.count)
        guard let end = scalars[position..<limit].firstIndex(of: ";") else { return nil }
        var name = ""
        name.unicodeScalars.append(contentsOf: scalars[position..<end])
        position = end + 1
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            if name.hasPrefix("#x") { return UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init) }
            guard name.hasPrefix("#") else { return nil }
            return UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
        }
    }

    private mutating func cdata() -> ArraySlice<Unicode.Scalar>? {
        let start = position + 9
        guard skip("<![CDATA[", to: "]]>") else { return nil }
        return scalars[start..<position - 3]
    }

    /// Passes over a part that begins and ends so; false, and nothing passed over, where there is none.
    private mutating func skip(_ opening: String, to closing: String) -> Bool {
        let opening = Array(opening.unicodeScalars)
        let closing = Array(closing.unicodeScalars)
        guard scalars[position...].starts(with: opening) else { return false }
        var end = position + opening.count
        while end + closing.count <= scalars.count {
            if scalars[end...].starts(with: closing) {
                position = end + closing.count
                return true
            }
            end += 1
        }
        return false
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "_-.:".unicodeScalars.contains(scalar)
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
