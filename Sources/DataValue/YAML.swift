import SystemSupport

/// Writes YAML in block style, such that readers of YAML 1.1 and of 1.2 read the same values.
package enum YAML {
    /// The value as one YAML document without a marker; ends in a newline. What is longer than ``SizeLimits/text`` is cut:
    /// for values of any size see ``limitedText(_:)``.
    package static func text(_ value: Value) -> String {
        var writer = YAMLWriter()
        writer.write(value, level: 0, at: .lineStart)
        return writer.text
    }

    /// The same of a value that can be of any size.
    package static func limitedText(_ value: Value) throws(LimitError) -> String {
        var writer = YAMLWriter(length: LengthGuard(of: value))
        writer.write(value, level: 0, at: .lineStart)
        if let failure = writer.length.failure { throw failure }
        return writer.text
    }
}

private struct YAMLWriter {
    /// What stands before a value on its line: decides how its first line begins.
    enum Place {
        case lineStart, afterDash, afterColon
    }

    var text = ""
    var length = LengthGuard()

    /// What lies deeper is written in one line, as JSON, which is YAML too: its indentation would be most of the text.
    private static let depthLimit = 256

    mutating func write(_ value: Value, level: Int, at place: Place) {
        if level > Self.depthLimit, !value.isScalar {
            var inner = JSONWriter(indents: false, limit: max(0, SizeLimits.text - text.utf8.count))
            inner.write(value)
            text += (place == .lineStart ? "" : " ") + String(decoding: inner.bytes, as: UTF8.self) + "\n"
            if let failure = inner.failure { length.fail(failure) }
            return
        }
        switch value {
        case .list(let items) where !items.isEmpty:
            for (position, item) in items.enumerated() {
                guard length.allows(text.utf8.count) else { return }
                startEntry(position, level, place)
                text += "-"
                write(item, level: level + 1, at: .afterDash)
            }
        case .record(let record) where !record.isEmpty:
            for (position, (key, value)) in record.fields.enumerated() {
                guard length.allows(text.utf8.count) else { return }
                startEntry(position, level, place)
                writeKey(key, level)
                write(value, level: level + 1, at: .afterColon)
            }
        default:
            if place != .lineStart { text += " " }
            let own = value.ownTextLength
            // An escape takes up to ten times the room of its character.
            if own > MemoryHeadroom.largeSize, !MemoryHeadroom.has(own, of: 12) { length.fail(.outOfMemory) }
            guard length.allows(text.utf8.count + own) else { return }
            text += value.yamlScalar
            text += "\n"
        }
    }

    /// The first entry of what stands behind a dash stays on the dash's line.
    private mutating func startEntry(_ position: Int, _ level: Int, _ place: Place) {
        if position > 0 {
            indent(level)
        } else {
            switch place {
            case .lineStart: break
            case .afterDash: text += " "
            case .afterColon:
                text += "\n"
                indent(level)
            }
        }
    }

    private mutating func indent(_ level: Int) {
        text += String(repeating: "  ", count: level)
    }

    private mutating func writeKey(_ key: String, _ level: Int) {
        let scalar = key.yamlScalar
        if scalar.unicodeScalars.count <= 1000 {
            text += scalar + ":"
        } else {
            // Readers look no further than 1024 characters for the colon of a key.
            text += "? " + scalar + "\n"
            indent(level)
            text += ":"
        }
    }
}

extension Value {
    fileprivate var ownTextLength: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .secret(let secret): secret.size
        default: 0
        }
    }

    fileprivate var yamlScalar: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .float(let number): number.yamlScalar
        case .bigNumber(let text): yamlNumber(text)
        case .string(let text): text.yamlScalar
        case .duration(let span): durationText(span).yamlScalar
        case .secret(let secret): secret.masked.yamlScalar
        case .list: "[]"
        case .record: "{}"
        }
    }
}

extension Double {
    fileprivate var yamlScalar: String {
        if isNaN { return ".nan" }
        if isInfinite { return self < 0 ? "-.inf" : ".inf" }
        return yamlNumber(description)
    }
}

/// A JSON number as YAML 1.1 knows it too: with a point before an exponent, which has a sign.
private func yamlNumber(_ text: String) -> String {
    guard let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return text }
    let mantissa = text[..<mark]
    let exponent = text[text.index(after: mark)...]
    let sign = exponent.first == "-" || exponent.first == "+" ? "" : "+"
    return mantissa + (mantissa.contains(".") ? "" : ".0") + "e" + sign + exponent
}

extension String {
    /// The string as a scalar that every reader takes for a string: plain only where it begins with a letter or `_`,
    /// is no word with a meaning, and holds nothing but letters, digits and a few harmless signs.
    fileprivate var yamlScalar: String {
        if isPlainInYAML { return self }
        let isPrintable = unicodeScalars.allSatisfy(\.isPrintableInYAML)
        var text = isPrintable ? "'" : "\""
        for scalar in unicodeScalars {
            if isPrintable {
                if scalar == "'" { text += "'" }
                text.unicodeScalars.append(scalar)
                continue
            }
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            default:
                if scalar.isPrintableInYAML {
                    text.unicodeScalars.append(scalar)
                } else {
                    text += scalar.yamlEscape
                }
            }
        }
        return text + (isPrintable ? "'" : "\"")
    }

    private var isPlainInYAML: Bool {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last, first == "_" || first.isPlainLetter,
            last != " ", !Self.yamlWords.contains(lowercased())
        else { return false }
        return unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "0"..."9", "_", "-", ".", "/", " ": true
            default: scalar.isPlainLetter
            }
        }
    }

    /// Words that some reader takes for null or a boolean.
    private static let yamlWords: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
}

extension Unicode.Scalar {
    /// ASCII letters, and ideographs and Korean syllables, in which names are often written.
    fileprivate var isPlainLetter: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "\u{4E00}"..."\u{9FFF}", "\u{AC00}"..."\u{D7A3}": true
        default: false
        }
    }

    fileprivate var isPrintableInYAML: Bool {
        switch value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
        case 0x10000...0x10FFFF: true
        default: false
        }
    }

    fileprivate var yamlEscape: String {
        let digits = String(value, radix: 16, uppercase: true)
        let length = value < 0x100 ? 2 : value < 0x10000 ? 4 : 8
        let letter = length == 2 ? "x" : length == 4 ? "u" : "U"
        return "\\\(letter)" + String(repeating: "0", count: length - digits.count) + digits
    }
}
