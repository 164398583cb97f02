import DataValue

extension NativeFunction {
    static let basics: [NativeFunction] = [
        NativeFunction("len", 1...1) { arguments in
            switch arguments[0] {
            case .string(let text): .int(text.count)
            // What is derived from a secret is one; it compares with numbers all the same.
            case .secret(let secret): .secret(Secret(String(secret.content.count)))
            case .list(let elements): .int(elements.count)
            case .record(let record): .int(record.count)
            default: throw arguments.wrong(0, "a string, a list or a record")
            }
        },
        NativeFunction("keys", 1...1) { .list(try $0.record(0).keys.map { .string($0) }) },
        NativeFunction("values", 1...1) { .list(Array(try $0.record(0).values)) },
        NativeFunction("has", 2...2) { arguments in
            switch arguments[0] {
            case .record(let record): return .bool(record.position(of: try arguments.content(1)) != nil)
            case .list(let elements):
                let place = try arguments.int(1)
                return .bool(elements.indices.contains(place < 0 ? elements.count + place : place))
            default: throw arguments.wrong(0, "a record or a list")
            }
        },
        NativeFunction("type", 1...1) { .string($0[0].typeName) },
        NativeFunction("string", 1...1) { arguments in
            if case .secret = arguments[0] { return arguments[0] }
            return try arguments.limited { () throws(LimitError) in try arguments[0].limitedDisplayText() }
        },
        NativeFunction("int", 1...1) { arguments in
            switch arguments[0] {
            case .int: return arguments[0]
            case .float(let number):
                guard let whole = Int(exactly: number.rounded(.towardZero)) else {
                    throw ScriptError.overflow("\(number)")
                }
                return .int(whole)
            case .bigNumber(let text):
                // What does not fit in a double without loss is taken from its digits, if they are all there.
                let whole = text.prefix { $0 != "." }
                let hasExponent = text.contains { $0 == "e" || $0 == "E" }
                guard
                    let number = hasExponent
                        ? Double(text).flatMap({ Int(exactly: $0.rounded(.towardZero)) }) : Int(whole)
                else { throw ScriptError.overflow(text) }
                return .int(number)
            case .string(let text):
                guard let number = Int(text) else { throw ScriptError.value("'\(text)' is not an int") }
                return .int(number)
            case .bool(let flag): return .int(flag ? 1 : 0)
            default: throw arguments.wrong(0, "a number or a string")
            }
        },
        NativeFunction("float", 1...1) { arguments in
            if let number = Operators.float(arguments[0]) {
                guard number.isFinite else {
                    throw ScriptError("Script.Overflow", "the number is too large for a float")
                }
                return .float(number)
            }
            guard case .string(let text) = arguments[0] else { throw arguments.wrong(0, "a number or a string") }
            let isDecimal = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
            guard isDecimal, let number = Double(text), number.isFinite else {
                throw ScriptError.value("'\(text)' is not a float")
            }
            return .float(number)
        },
        NativeFunction("bool", 1...1) { arguments in
            switch arguments[0] {
            case .bool: arguments[0]
            case .string("true"): .bool(true)
            case .string("false"): .bool(false)
            case .string(let text): throw ScriptError.value("'\(text)' is neither true nor false")
            default: throw arguments.wrong(0, "'true' or 'false'")
            }
        },
        NativeFunction("duration", 1...1) { arguments in
            switch arguments[0] {
            case .duration: return arguments[0]
            case .string(let text):
                guard let span = parseDuration(text) else { throw ScriptError.value("'\(text)' is not a duration") }
                return .duration(span)
            default: throw arguments.wrong(0, "a string such as '1m30s'")
            }
        },
        NativeFunction("json", 1...1) { arguments in
            try arguments.limited { () throws(LimitError) in try JSON.limitedText(arguments[0]) }
        },
        NativeFunction("parse_json", 1...1) { arguments in
            do {
                return try JSON.parse(try arguments.string(0))
            } catch let error as JSONError {
                if error.message == LimitError.outOfMemory.message { throw ScriptError.outOfMemory }
                throw arguments.bad("this is no JSON: \(error.message) at byte \(error.offset)")
            }
        },
        NativeFunction("secret", 1...1) { arguments in
            switch arguments[0] {
            case .secret: arguments[0]
            case .string(let text): .secret(Secret(text))
            default: throw arguments.wrong(0, "a string")
            }
        },
        NativeFunction("reveal", 1...1) { arguments in
            if case .secret(let secret) = arguments[0] { return .string(secret.content) }
            return arguments[0]
        },
        NativeFunction("env", 1...2) { arguments in
            let name = try arguments.string(0)
            if let value = arguments.host.environment(name) { return .string(value) }
            if let fallback = arguments.optional(1) { return fallback }
            throw ScriptError.value(
                "the environment has no variable \(name)", help: "env('\(name)', '') if it may be missing")
        },
        NativeFunction("uuid", 0...0) { arguments in
            var bytes = (0..<16).map { _ in UInt8(truncatingIfNeeded: Int(arguments.host.random() * 256)) }
            bytes[6] = bytes[6] & 0x0F | 0x40
            bytes[8] = bytes[8] & 0x3F | 0x80
            let digits = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
            let groups = [digits[0..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10..<16]]
            return .string(groups.map { $0.joined() }.joined(separator: "-"))
        },
    ]
}
