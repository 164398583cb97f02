import DataValue

/// The numbers of `range(n)`, `range(a, b)` or `range(a, b, step)`.
struct NumberRange {
    let start: Int
    let step: Int
    /// How many there are; between any two integers lies a distance that is an integer without a sign.
    let count: UInt

    init(_ arguments: NativeFunction.Arguments) throws {
        start = arguments.count == 1 ? 0 : try arguments.int(0)
        let end = try arguments.int(arguments.count == 1 ? 0 : 1)
        step = arguments.count == 3 ? try arguments.int(2) : 1
        guard step != 0 else { throw arguments.bad("the step is 0") }
        guard step > 0 ? start < end : start > end else {
            count = 0
            return
        }
        let distance = step > 0 ? UInt(bitPattern: end &- start) : UInt(bitPattern: start &- end)
        count = (distance - 1) / step.magnitude + 1
    }
}

extension NativeFunction {
    /// More elements than this are refused, with a word, before memory is asked for.
    private static let rangeLimit = 10_000_000

    static let lists: [NativeFunction] = [
        NativeFunction("range", 1...3) { arguments in
            let range = try NumberRange(arguments)
            guard range.count <= rangeLimit else {
                throw arguments.bad(
                    "that is a list of more than \(rangeLimit) numbers",
                    help: "run through them with: for i in range(…)")
            }
            try arguments.checkCount(Int(range.count))
            return .list((0..<Int(range.count)).map { .int(range.start &+ $0 &* range.step) })
        },
        NativeFunction("reverse", 1...1) { arguments in
            switch arguments[0] {
            case .list(let elements): .list(elements.reversed())
            case .string, .secret: arguments.sealed(String(try arguments.content(0).reversed()), from: 0)
            default: throw arguments.wrong(0, "a list or a string")
            }
        },
        NativeFunction("sort", 1...1) { arguments in
            .list(try Stage.sorted(try arguments.list(0), by: .wholeItem, isDescending: false))
        },
        NativeFunction("sort_by", 2...2) { arguments in
            let elements = try arguments.list(0)
            let path = try arguments.string(1)
            guard FieldPath.parse(path) != nil else { throw arguments.bad("'\(path)' is no path of fields") }
            return .list(try Stage.sorted(elements, by: FieldPath(.string(path)), isDescending: false))
        },
        NativeFunction("unique", 1...1) { arguments in
            var seen: Set<Value.Identity> = []
            return .list(try arguments.list(0).filter { seen.insert(Value.Identity($0)).inserted })
        },
        NativeFunction("first", 1...2) { arguments in
            let elements = try arguments.list(0)
            guard arguments.count == 2 else {
                guard let first = elements.first else { throw arguments.isEmpty }
                return first
            }
            return .list(Array(elements.prefix(try arguments.size(1))))
        },
        NativeFunction("last", 1...2) { arguments in
            let elements = try arguments.list(0)
            guard arguments.count == 2 else {
                guard let last = elements.last else { throw arguments.isEmpty }
                return last
            }
            return .list(Array(elements.suffix(try arguments.size(1))))
        },
        extreme("min") { try Operators.isLess($0, $1) },
        extreme("max") { try Operators.isLess($1, $0) },
        NativeFunction("sum", 1...1) { arguments in
            var total: Value?
            for element in try arguments.list(0) {
                switch element {
                case .int, .float, .bigNumber, .duration:
                    total = try total.map { try Operators.add($0, element) } ?? element
                default: throw ScriptError.type("sum() adds numbers or durations, not \(Operators.article(element))")
                }
            }
            return total ?? .int(0)
        },
        NativeFunction("zip", 2...2) { arguments in
            let (left, right) = (try arguments.list(0), try arguments.list(1))
            try arguments.checkCount(min(left.count, right.count), of: 80)
            return .list(zip(left, right).map { .list([$0, $1]) })
        },
        NativeFunction("flatten", 1...1) { arguments in
            let elements = try arguments.list(0)
            var count = 0
            for element in elements { if case .list(let inner) = element { count += inner.count } else { count += 1 } }
            try arguments.checkCount(count)
            var flat: [Value] = []
            flat.reserveCapacity(count)
            for element in elements {
                if case .list(let inner) = element { flat += inner } else { flat.append(element) }
            }
            return .list(flat)
        },
    ]

    /// `min` and `max`: of a list, or of several arguments.
    private static func extreme(
        _ name: String, _ isBetter: @escaping @Sendable (Value, Value) throws -> Bool
    ) -> NativeFunction {
        NativeFunction(name, 1...manyArguments) { arguments in
            let candidates = arguments.count == 1 ? try arguments.list(0) : (0..<arguments.count).map { arguments[$0] }
            guard var best = candidates.first else { throw arguments.isEmpty }
            for candidate in candidates.dropFirst() where try isBetter(candidate, best) { best = candidate }
            return best
        }
    }
}

extension NativeFunction.Arguments {
    fileprivate var isEmpty: ScriptError { ScriptError("Script.Index", "\(function)(): the list is empty") }
}

extension FieldPath {
    /// The item itself.
    fileprivate static let wholeItem = FieldPath(steps: [])

    private init(steps: [Step]) { self.steps = steps }
}
