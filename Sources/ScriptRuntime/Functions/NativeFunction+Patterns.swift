import DataValue
import Synchronization
import SystemSupport

/// Functions with regular expressions.
extension NativeFunction {
    static let patterns: [NativeFunction] = [
        NativeFunction("find", 2...2) { arguments in
            let text = try arguments.content(0)
            guard let match = try arguments.search(1, { try $0.firstMatch(in: text, arguments.interrupt) }) else {
                return .null
            }
            return .list(
                match.ranges.map { $0.map { arguments.sealed(text.slice($0), from: 0) } ?? .null })
        },
        NativeFunction("replace_all", 3...3) { arguments in
            let text = try arguments.content(0)
            let template = try arguments.content(2)
            let result = try arguments.search(1) { expression in
                let template = try ReplacementTemplate(template, for: expression, arguments)
                let bytes = Array(text.utf8)
                var result: [UInt8] = []
                var start = 0
                var isTooLong = false
                var hasMemory = true
                try expression.forEachMatch(in: text, arguments.interrupt) { match in
                    let before = result.count
                    result += bytes[start..<match.range.lowerBound]
                    template.append(match, in: bytes, to: &result)
                    start = match.range.upperBound
                    isTooLong = result.count > textLimit
                    if result.count >> 20 != before >> 20, !MemoryHeadroom.has(result.count, of: 4) {
                        isTooLong = true
                        hasMemory = false
                    }
                    return !isTooLong
                }
                if !hasMemory { throw ScriptError.outOfMemory }
                try arguments.checkLength(result.count, plus: bytes.count - start)
                result += bytes[start...]
                return String(decoding: result, as: UTF8.self)
            }
            return arguments.sealed(result, from: 0, 2)
        },
    ]
}

extension NativeFunction.Arguments {
    /// Works with the regular expression that an argument holds. Throws ``Interrupted`` where the search was.
    fileprivate func search<Result>(_ place: Int, _ body: (RegularExpression) throws -> Result) throws -> Result {
        let pattern = try string(place)
        do {
            let result = try body(PatternCache.expression(pattern))
            if interrupt.isCancelled { throw Interrupted() }
            return result
        } catch let error as RegularExpressionError {
            throw bad("regular expression: \(error.message)", help: "at character \(error.offset + 1) of: \(pattern)")
        }
    }
}

/// The expressions that were used last, since a loop uses the same one again and again.
private enum PatternCache {
    private static let recent = Mutex<[(pattern: String, expression: RegularExpression)]>([])
    private static let capacity = 16

    static func expression(_ pattern: String) throws(RegularExpressionError) -> RegularExpression {
        let known = recent.withLock { recent in
            // By bytes: to Swift, texts that look alike are equal.
            recent.first { $0.pattern.utf8.elementsEqual(pattern.utf8) }?.expression
        }
        if let known { return known }
        let expression = try RegularExpression(pattern)
        recent.withLock { recent in
            if recent.count == capacity { recent.removeFirst() }
            recent.append((pattern, expression))
        }
        return expression
    }
}

/// What stands for a match: text with `$1`, `${1}`, `${name}` for its groups, `$0` for the whole, `$$` for `$`. A `$`
/// before anything else is itself, and a group that took no part is empty.
private struct ReplacementTemplate {
    private enum Part {
        case text([UInt8])
        case group(Int)
    }
    private var parts: [Part] = []

    /// Throws where it names a group that the expression does not have. The template may be secret, so that no
    /// complaint quotes it.
    init(_ template: String, for expression: RegularExpression, _ arguments: NativeFunction.Arguments) throws {
        let bytes = Array(template.utf8)
        var plain: [UInt8] = []
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "$"), position + 1 < bytes.count else {
                plain.append(bytes[position])
                position += 1
                continue
            }
            let start = position
            position += 1
            let isBraced = bytes[position] == UInt8(ascii: "{")
            if isBraced { position += 1 }
            let name = bytes[position...].prefix {
                isBraced ? $0 != UInt8(ascii: "}") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
            position += name.count
            if isBraced {
                guard position < bytes.count else { throw arguments.bad("a '${' in the template has no '}'") }
                position += 1
            } else if name.isEmpty {
                plain.append(bytes[start])
                if bytes[position] == UInt8(ascii: "$") { position += 1 }
                continue
            }
            let text = String(decoding: name, as: UTF8.self)
            let number = Int(text) ?? expression.group(named: text)
            guard let number, (0...expression.groupCount).contains(number) else {
                let count = expression.groupCount
                throw arguments.bad(
                    "the template names a group that the regular expression does not have",
                    help: "it has \(count == 0 ? "no groups" : count == 1 ? "one group" : "\(count) groups")")
            }
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = []
            parts.append(.group(number))
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
    }

    func append(_ match: RegularExpression.Match, in source: [UInt8], to result: inout [UInt8]) {
        for part in parts where result.count <= NativeFunction.textLimit {
            switch part {
            case .text(let bytes): result += bytes
            case .group(let number): if let range = match.ranges[number] { result += source[range] }
            }
        }
    }
}

extension String {
    /// The text between two places in the UTF-8.
    fileprivate func slice(_ range: Range<Int>) -> String {
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        return String(Substring(utf8[start..<utf8.index(start, offsetBy: range.count)]))
    }
}
