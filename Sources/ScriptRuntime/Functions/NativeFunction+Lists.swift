import DataValue

extension NativeFunction {
    /// More elements than this are refused, with a word, before memory is asked for.
    private static let rangeLimit = 50_000_000

    static let lists: [NativeFunction] = [
        NativeFunction("range", 1...3) { arguments in
            let start = arguments.count == 1 ? 0 : try arguments.int(0)
            let end = try arguments.int(arguments.count == 1 ? 0 : 1)
            let step = arguments.count == 3 ? try arguments.int(2) : 1
            if step == 0 { throw ScriptError.value("the step of a range is not 0") }
            let distance = step > 0 ? end.subtractingReportingOverflow(start) : start.subtractingReportingOverflow(end)
            if distance.overflow || distance.partialValue / Int(clamping: step.magnitude) > rangeLimit {
                throw ScriptError.value(
                    "a range of more than \(rangeLimit) numbers does not fit in memory", help: "count with 'while'")
            }
            return .list(stride(from: start, to: end, by: step).map { .int($0) })
        },
        NativeFunction("reverse", 1...1) { arguments in
            switch arguments[0] {
            case .list(let elements): .list(elements.reversed())
            case .string(let text): .string(String(text.reversed()))
            default: throw arguments.wrong(0, "a list or a string")
            }
        },
        NativeFunction("sort", 1...1) { arguments in
            // The comparison may fail, and Swift's sort passes that on.
            .list(try arguments.list(0).sorted { try Operators.isLess($0, $1) })
        },
        NativeFunction("unique", 1...1) { arguments in
            var seen: Set<String> = []
            return .list(try arguments.list(0).filter { seen.insert($0.typeName + JSON.text($0)).inserted })
        },
        NativeFunction("first", 1...2) { arguments in
            let elements = try arguments.list(0)
            guard arguments.count == 2 else {
                guard let first = elements.first else { throw ScriptError("Script.Index", "the list is empty") }
                return first
            }
            return .list(Array(elements.prefix(max(0, try arguments.int(1)))))
        },
        NativeFunction("last", 1...2) { arguments in
            let elements = try arguments.list(0)
            guard arguments.count == 2 else {
                guard let last = elements.last else { throw ScriptError("Script.Index", "the list is empty") }
                return last
            }
            return .list(Array(elements.suffix(max(0, try arguments.int(1)))))
        },
        extreme("min") { try Operators.isLess($0, $1) },
        extreme("max") { try Operators.isLess($1, $0) },
        NativeFunction("sum", 1...1) { arguments in
            var total: Value?
            for element in try arguments.list(0) {
                switch element {
                case .int, .float, .bigNumber, .duration: total = try total.map { try Operators.add($0, element) } ?? element
                default: throw ScriptError.type("a sum is of numbers or durations, not of \(Operators.article(element))")
                }
            }
            return total ?? .int(0)
        },
        NativeFunction("zip", 2...2) { arguments in
            .list(zip(try arguments.list(0), try arguments.list(1)).map { .list([$0, $1]) })
        },
        NativeFunction("flatten", 1...1) { arguments in
            .list(
                try arguments.list(0).flatMap { element in
                    if case .list(let inner) = element { inner } else { [element] }
                })
        },
    ]

    /// `min` and `max`: of a list, or of several arguments.
    private static func extreme(
        _ name: String, _ isBetter: @escaping @Sendable (Value, Value) throws -> Bool
    ) -> NativeFunction {
        NativeFunction(name, 1...manyArguments) { arguments in
            let candidates = arguments.count == 1 ? try arguments.list(0) : (0..<arguments.count).map { arguments[$0] }
            guard var best = candidates.first else { throw ScriptError("Script.Index", "the list is empty") }
            for candidate in candidates.dropFirst() where try isBetter(candidate, best) { best = candidate }
            return best
        }
    }
}
