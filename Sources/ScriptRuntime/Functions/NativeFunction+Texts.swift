import DataValue

extension NativeFunction {
    /// Text functions keep a secret secret: what is derived from one is wholly secret.
    private static func text(_ name: String, _ transform: @escaping @Sendable (String) -> String) -> NativeFunction {
        NativeFunction(name, 1...1) { arguments in
            switch arguments[0] {
            case .string(let text): .string(transform(text))
            case .secret(let secret): .secret(Secret(transform(secret.content)))
            default: throw arguments.wrong(0, "a string")
            }
        }
    }

    private static func test(_ name: String, _ test: @escaping @Sendable (String, String) -> Bool) -> NativeFunction {
        NativeFunction(name, 2...2) { arguments in
            guard let text = Operators.plainText(arguments[0]) else { throw arguments.wrong(0, "a string") }
            guard let part = Operators.plainText(arguments[1]) else { throw arguments.wrong(1, "a string") }
            return .bool(test(text, part))
        }
    }

    static let texts: [NativeFunction] = [
        text("upper") { $0.uppercased() },
        text("lower") { $0.lowercased() },
        text("trim") { text in
            let isBlank = { (character: Character) in character.isWhitespace }
            return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        },
        test("starts_with") { $0.utf8.starts(with: $1.utf8) },
        test("ends_with") { $0.utf8.reversed().starts(with: $1.utf8.reversed()) },
        NativeFunction("contains", 2...2) { .bool(try Operators.contains($0[1], in: $0[0])) },
        NativeFunction("split", 2...2) { arguments in
            let separator = try arguments.string(1)
            guard !separator.isEmpty else { throw ScriptError.value("the separator is empty") }
            let isSecret = if case .secret = arguments[0] { true } else { false }
            guard let text = Operators.plainText(arguments[0]) else { throw arguments.wrong(0, "a string") }
            return .list(pieces(of: text, separator).map { isSecret ? .secret(Secret($0)) : .string($0) })
        },
        NativeFunction("join", 2...2) { arguments in
            let separator = try arguments.string(1)
            var result: Value = .string("")
            for (place, element) in try arguments.list(0).enumerated() {
                if place > 0 { result = try Operators.add(result, .string(separator)) }
                if case .secret = element {
                    result = try Operators.add(result, element)
                } else {
                    result = try Operators.add(result, .string(element.displayText))
                }
            }
            return result
        },
        NativeFunction("replace", 3...3) { arguments in
            let old = try arguments.string(1)
            let new = try arguments.string(2)
            guard !old.isEmpty else { throw ScriptError.value("the text to replace is empty") }
            switch arguments[0] {
            case .string(let text): return .string(pieces(of: text, old).joined(separator: new))
            case .secret(let secret):
                return .secret(Secret(pieces(of: secret.content, old).joined(separator: new)))
            default: throw arguments.wrong(0, "a string")
            }
        },
    ]

    /// A text cut at each occurrence of a separator that is not empty; by bytes, so that it takes linear time.
    private static func pieces(of text: String, _ separator: String) -> [String] {
        let bytes = Array(text.utf8)
        let mark = Array(separator.utf8)
        var pieces: [String] = []
        var start = 0
        var position = 0
        while position + mark.count <= bytes.count {
            if bytes[position] == mark[0], bytes[position..<position + mark.count].elementsEqual(mark) {
                pieces.append(String(decoding: bytes[start..<position], as: UTF8.self))
                position += mark.count
                start = position
            } else {
                position += 1
            }
        }
        pieces.append(String(decoding: bytes[start...], as: UTF8.self))
        return pieces
    }
}
