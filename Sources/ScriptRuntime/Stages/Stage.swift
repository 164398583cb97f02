import DataValue
import SystemSupport

/// A stage that needs all of its input before it yields anything. The streaming ones (`where`, `select`, `first`,
/// `count`, `ignore`) are no values of this type: `Compiler+Pipelines.swift` makes a loop of them.
struct Stage: Sendable {
    /// What a stage works on.
    struct Input {
        let value: Value
        let arguments: [Value]
        let host: any Host
        let interrupt: Cancellation
        /// The names of the fields of each item, as far as a `select` tells them.
        var columns: [String]?

        /// The items that the stage takes: those of a list, and any other value as the only one.
        var items: [Value] { value.listItems }
    }

    let name: String
    let arity: ClosedRange<Int>
    /// How it is written, for help and for diagnostics.
    let form: String
    let body: @Sendable (Input) throws -> Value
    /// Whether what it yields can be nested more deeply than what it takes.
    let nests: Bool

    static let all: [Stage] = [
        Stage("sort", 1...2, "sort FIELD [desc]") { input in
            let path = try FieldPath(input.arguments[0])
            var isDescending = false
            if input.arguments.count == 2 {
                guard case .string("desc") = input.arguments[1] else {
                    throw ScriptError.value("behind the field of 'sort' stands 'desc' or nothing")
                }
                isDescending = true
            }
            return .list(try sorted(input.items, by: path, isDescending: isDescending))
        },
        Stage("last", 0...1, "last [N]") { .list($0.items.suffix(try count($0.arguments.first))) },
        Stage("unique", 0...0, "unique") { input in
            var seen: Set<Value.Identity> = []
            return .list(input.items.filter { seen.insert(Value.Identity($0)).inserted })
        },
        Stage("group", 1...1, "group FIELD") { input in
            let path = try FieldPath(input.arguments[0])
            guard input.items.count < 1 << 12 || MemoryHeadroom.has(input.items.count, of: 320) else {
                throw ScriptError.outOfMemory
            }
            var places: [Value.Identity: Int] = [:]
            var groups: [(key: Value, items: [Value])] = []
            for item in input.items {
                let key = try path.value(in: item)
                if let place = places[Value.Identity(key)] {
                    groups[place].items.append(item)
                } else {
                    places[Value.Identity(key)] = groups.count
                    groups.append((key, [item]))
                }
            }
            return .list(groups.map { .record(Record([("key", $0.key), ("items", .list($0.items))])) })
        },
        Stage("items", 0...0, "items") { .list($0.value.responseItems ?? $0.items) },
        Stage("query", 1...1, "query 'JMESPATH'") { try Stage.query($0.value, $0.arguments[0]) },
        format(.table), format(.vertical), format(.json), format(.jsonl), format(.csv), format(.tsv), format(.yaml),
        Stage("save", 1...1, "save FILE") { input in
            try input.host.save(text(of: input.value), as: fileName(input.arguments[0]), interrupt: input.interrupt)
            return .null
        },
        Stage("sh", 1...1, "sh 'COMMAND'") { input in
            guard case .string(let command) = input.arguments[0] else {
                throw ScriptError.type("'sh' takes a command's text, not \(Operators.article(input.arguments[0]))")
            }
            return .string(
                try input.host.shell(command, input: text(of: input.value), interrupt: input.interrupt))
        },
    ]

    private static let places: [String: Int] = Dictionary(
        uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })

    static func index(of name: String) -> Int? { places[name] }

    /// Every stage's name, the streaming ones included.
    static let names = ["where", "select", "first", "count", "ignore"] + all.map(\.name)

    /// How every stage is written.
    static let forms =
        ["where EXPR", "select FIELD path.to.field NEW=path", "first [N]", "count", "ignore"] + all.map(\.form)

    init(
        _ name: String, _ arity: ClosedRange<Int>, _ form: String, _ body: @escaping @Sendable (Input) throws -> Value
    ) {
        self.name = name
        self.arity = arity
        self.form = form
        self.body = body
        nests = name == "group" || name == "query"
    }

    private static func format(_ format: OutputFormat) -> Stage {
        Stage(format.rawValue, 0...0, format.rawValue) {
            try shown($0.value, as: format, columns: $0.columns, $0.host)
        }
    }

    /// What `save` writes and `sh` hands over: a text as it is, anything else as indented JSON.
    static func text(of value: Value) throws -> String {
        switch value {
        case .string(let text): return text
        case .secret(let secret): return secret.masked
        default:
            do throws(LimitError) {
                return try JSON.limitedIndentedText(value) + "\n"
            } catch {
                throw ScriptError.limit(error)
            }
        }
    }

    private static func count(_ argument: Value?) throws -> Int {
        guard let argument else { return 1 }
        return try leading(argument)
    }

    /// The number that `first` and `last` take, which bare text may hold.
    static func leading(_ argument: Value) throws -> Int {
        switch argument {
        case .int(let number) where number >= 0: return number
        case .string(let text):
            if let number = Int(text), number >= 0 { return number }
        default: break
        }
        let shown = argument.isScalar ? argument.displayText : Operators.article(argument)
        throw ScriptError.type("how many items is a number from 0 on, not \(shown)")
    }

    /// The value that a JMESPath expression finds.
    static func query(_ value: Value, _ expression: Value) throws -> Value {
        guard case .string(let text) = expression else {
            throw ScriptError.type("a JMESPath expression is a string, not \(Operators.article(expression))")
        }
        do throws(JMESPathError) {
            return try JMESPath(text).evaluate(value)
        } catch {
            throw ScriptError.value("JMESPath: \(error.message)", help: "at character \(error.offset) of: \(text)")
        }
    }
}

/// How the stages are written, for help.
package var stageForms: [String] { Stage.forms }

/// `path.to.field[0]`, `Field?`: where a stage looks in an item.
struct FieldPath: Sendable {
    struct Step: Sendable {
        let key: Value
        let isOptional: Bool
    }
    let steps: [Step]

    init(_ text: Value) throws {
        guard case .string(let text) = text else {
            throw ScriptError.type("a field is named by text, not by \(Operators.article(text))")
        }
        guard let steps = Self.parse(text) else { throw ScriptError.value("'\(text)' is no path of fields") }
        self.steps = steps
    }

    /// nil where the text is no path.
    static func parse(_ text: String) -> [Step]? {
        var steps: [Step] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            var name = part
            let isOptional = name.hasSuffix("?")
            if isOptional { name = name.dropLast() }
            var indices: [Int] = []
            while name.hasSuffix("]"), let open = name.lastIndex(of: "[") {
                guard let index = Int(name[name.index(after: open)...].dropLast()) else { return nil }
                indices.insert(index, at: 0)
                name = name[..<open]
            }
            guard !name.isEmpty else { return nil }
            steps.append(Step(key: .string(String(name)), isOptional: isOptional))
            steps += indices.map { Step(key: .int($0), isOptional: isOptional) }
        }
        return steps
    }

    func value(in item: Value) throws -> Value {
        var value = item
        for step in steps { value = try Operators.index(value, step.key, isOptional: step.isOptional) }
        return value
    }
}

extension Value {
    /// A value as a key of a set: equal values, as `==` has it, have one identity.
    struct Identity: Hashable {
        private let value: Value

        init(_ value: Value) { self.value = value }

        static func == (left: Identity, right: Identity) -> Bool { left.value == right.value }

        func hash(into hasher: inout Hasher) { Self.hash(value, Self.wholeBudget, into: &hasher) }

        /// How many elements and fields are looked at: a value with shared parts has exponentially many, and what is
        /// equal has the same hash in any case.
        private static let wholeBudget = 4096

        private static func hash(_ value: Value, _ budget: Int, into hasher: inout Hasher) {
            switch value {
            case .null: hasher.combine(0)
            case .bool(let flag): hasher.combine(flag)
            case .int(let number): hasher.combine(number)
            // A float that is a whole number is the same as that number.
            case .float(let number):
                if let whole = Int(exactly: number) { hasher.combine(whole) } else { hasher.combine(number) }
            case .bigNumber(let text), .string(let text): hasher.combine(text)
            case .secret(let secret): hasher.combine(secret.content)
            case .duration(let span): hasher.combine(span)
            case .list(let elements):
                hasher.combine(elements.count)
                guard !elements.isEmpty, budget > 0 else { return }
                // Of a long list, some from all over it.
                let count = min(elements.count, budget)
                for number in 0..<count {
                    hash(elements[number * elements.count / count], budget / count - 1, into: &hasher)
                }
            case .record(let record):
                // The order of fields makes no difference.
                hasher.combine(record.count)
                guard record.count > 0, record.count <= budget else { return }
                let share = budget / record.count - 1
                hasher.combine(
                    record.fields.reduce(into: 0) { sum, field in
                        var own = Hasher()
                        own.combine(field.0)
                        hash(field.1, share, into: &own)
                        sum &+= own.finalize()
                    })
            }
        }
    }
}
