import DataValue

/// Text functions keep a secret secret: what is derived from one is wholly secret. Only tests yield plain booleans.
extension NativeFunction {
    private static func text(_ name: String, _ transform: @escaping @Sendable (String) -> String) -> NativeFunction {
        NativeFunction(name, 1...1) { $0.sealed(transform(try $0.content(0)), from: 0) }
    }

    private static func test(_ name: String, _ test: @escaping @Sendable (String, String) -> Bool) -> NativeFunction {
        NativeFunction(name, 2...2) { .bool(test(try $0.content(0), try $0.content(1))) }
    }

    static let texts: [NativeFunction] = [
        text("upper") { $0.uppercased() },
        text("lower") { $0.lowercased() },
        text("trim") { text in
            guard let first = text.firstIndex(where: { !$0.isWhitespace }),
                let last = text.lastIndex(where: { !$0.isWhitespace })
            else { return "" }
            return String(text[first...last])
        },
        test("starts_with") { $0.utf8.starts(with: $1.utf8) },
        test("ends_with") { $0.utf8.reversed().starts(with: $1.utf8.reversed()) },
        NativeFunction("contains", 2...2) { arguments in
            switch (arguments[0], arguments[1]) {
            case (.list(let elements), let element): return .bool(elements.contains(element))
            case (.record(let record), _): return .bool(record.position(of: try arguments.content(1)) != nil)
            case (.string, _), (.secret, _):
                let part = try arguments.content(1)
                return .bool(try part.isEmpty || TextSearch(part).isFound(in: arguments.content(0)))
            default: throw arguments.wrong(0, "a list, a record or a string")
            }
        },
        NativeFunction("split", 2...2) { arguments in
            let text = try arguments.content(0)
            let separator = try arguments.content(1)
            guard !separator.isEmpty else { throw arguments.bad("the separator is empty") }
            try arguments.checkLength(text.utf8.count)
            let count = TextSearch(separator).count(in: text) + 1
            try arguments.checkCount(count, of: 64)
            return .list(TextSearch(separator).pieces(of: text).map { arguments.sealed($0, from: 0, 1) })
        },
        NativeFunction("join", 2...2) { arguments in
            let separator = try arguments.content(1)
            let elements = try arguments.list(0)
            var isSecret = false
            var length = 0
            let pieces = try elements.map { element in
                if case .secret = element { isSecret = true }
                let piece = try Operators.plainText(element) ?? element.shownText()
                try arguments.checkLength(length, plus: piece.utf8.count + separator.utf8.count)
                length += piece.utf8.count + separator.utf8.count
                return piece
            }
            let text = pieces.joined(separator: separator)
            return isSecret ? .secret(Secret(text)) : arguments.sealed(text, from: 1)
        },
        NativeFunction("replace", 3...3) { arguments in
            let text = try arguments.content(0)
            let old = try arguments.content(1)
            let new = try arguments.content(2)
            guard !old.isEmpty else { throw arguments.bad("the text to replace is empty") }
            try arguments.checkCount(TextSearch(old).count(in: text) + 1, of: 32)
            let pieces = TextSearch(old).pieces(of: text)
            let (added, overflow) = (pieces.count - 1).multipliedReportingOverflow(by: new.utf8.count)
            try arguments.checkLength(text.utf8.count, plus: overflow ? .max : added)
            return arguments.sealed(pieces.joined(separator: new), from: 0, 1, 2)
        },
    ]
}
