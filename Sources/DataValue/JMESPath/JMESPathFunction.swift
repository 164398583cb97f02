/// The built-in functions.
enum JMESPathFunction: String, CaseIterable, Sendable {
    case abs, avg, contains, ceil, floor, join, keys, length, map, max, merge, min, reverse, sort, sum, type, values
    case endsWith = "ends_with"
    case maxBy = "max_by"
    case minBy = "min_by"
    case notNull = "not_null"
    case sortBy = "sort_by"
    case startsWith = "starts_with"
    case toArray = "to_array"
    case toNumber = "to_number"
    case toString = "to_string"

    /// What a function takes.
    struct Signature {
        let parameters: [JMESPathType]
        /// Whether the last parameter may be given more than once.
        var isVariadic = false
    }

    var signature: Signature {
        switch self {
        case .abs, .ceil, .floor: Signature(parameters: [.number])
        case .avg, .sum: Signature(parameters: [.numbers])
        case .contains: Signature(parameters: [[.string, .array], .any])
        case .startsWith, .endsWith: Signature(parameters: [.string, .string])
        case .join: Signature(parameters: [.string, .strings])
        case .keys, .values: Signature(parameters: [.object])
        case .length: Signature(parameters: [[.string, .array, .object]])
        case .map: Signature(parameters: [.expression, .array])
        case .max, .min, .sort: Signature(parameters: [[.numbers, .strings]])
        case .maxBy, .minBy, .sortBy: Signature(parameters: [.array, .expression])
        case .merge: Signature(parameters: [.object], isVariadic: true)
        case .notNull: Signature(parameters: [.any], isVariadic: true)
        case .reverse: Signature(parameters: [[.string, .array]])
        case .type, .toArray, .toNumber, .toString: Signature(parameters: [.any])
        }
    }
}

/// A set of the types that JMESPath knows. Secrets and durations count as strings.
struct JMESPathType: OptionSet, Sendable {
    let rawValue: Int

    static let null = JMESPathType(rawValue: 1)
    static let boolean = JMESPathType(rawValue: 2)
    static let number = JMESPathType(rawValue: 4)
    static let string = JMESPathType(rawValue: 8)
    static let array = JMESPathType(rawValue: 16)
    static let object = JMESPathType(rawValue: 32)
    /// An array of numbers alone.
    static let numbers = JMESPathType(rawValue: 64)
    /// An array of strings alone.
    static let strings = JMESPathType(rawValue: 128)
    /// `&expression`
    static let expression = JMESPathType(rawValue: 256)
    static let any: JMESPathType = [.null, .boolean, .number, .string, .array, .object]

    func accepts(_ value: Value) -> Bool {
        if contains(value.jmesPathType) { return true }
        guard case .list(let items) = value else { return false }
        return (contains(.numbers) && items.allSatisfy(\.isNumber))
            || (contains(.strings) && items.allSatisfy { $0.jmesPathType == .string })
    }

    /// The types' names, for a message: `an array of numbers or an array of strings`.
    var names: String {
        let all: [(JMESPathType, String)] = [
            (.null, "null"), (.boolean, "a boolean"), (.number, "a number"), (.string, "a string"),
            (.array, "an array"), (.object, "an object"), (.numbers, "an array of numbers"),
            (.strings, "an array of strings"), (.expression, "an expression (&…)"),
        ]
        return all.filter { contains($0.0) }.map(\.1).joined(separator: " or ")
    }
}

extension Value {
    /// One of the six types of JSON.
    var jmesPathType: JMESPathType {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .int, .float, .bigNumber: .number
        case .string, .duration, .secret: .string
        case .list: .array
        case .record: .object
        }
    }

    /// What the function `type` calls it.
    var jmesPathTypeName: String {
        switch jmesPathType {
        case .null: "null"
        case .boolean: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        default: "object"
        }
    }

    /// The content of what counts as a string, a secret's included; nil for anything else.
    var stringContent: String? {
        switch self {
        case .string(let text): text
        case .duration(let span): durationText(span)
        case .secret(let secret): secret.content
        default: nil
        }
    }
}
