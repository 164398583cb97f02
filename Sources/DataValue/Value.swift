/// A value of the vpcsh language, and of the JSON that the API speaks.
///
/// Values have value semantics: a copy never changes its original. Lists and records share storage until one of the
/// copies is changed.
public enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    /// A JSON number that neither a 64-bit integer nor, without loss, a double can hold. The text is the JSON token.
    case bigNumber(String)
    case string(String)
    /// A span of time in nanoseconds.
    case duration(Nanoseconds)
    case list([Value])
    case record(Record)
    /// Text that must never be shown. See ``Secret``.
    case secret(Secret)
}

/// A span of time or a point on a clock, in nanoseconds. A point counts from 1970-01-01T00:00:00Z.
public typealias Nanoseconds = Int64

extension Value {
    /// The word by which the language's `type` function and its diagnostics call this kind of value.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .float, .bigNumber: "float"
        case .string: "string"
        case .duration: "duration"
        case .list: "list"
        case .record: "record"
        case .secret: "secret"
        }
    }
}

extension Value: Equatable {
    /// Deep equality; integers and floats compare by number, secrets by content (also with strings and numbers), values of
    /// different other types are unequal.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.float(let a), .float(let b)): a == b
        case (.int(let a), .float(let b)), (.float(let b), .int(let a)): Int(exactly: b) == a
        case (.bigNumber(let a), .bigNumber(let b)): a == b
        case (.string(let a), .string(let b)): isSameText(a, b)
        case (.duration(let a), .duration(let b)): a == b
        case (.list, .list), (.record, .record): EqualityWalk.areEqual(left, right)
        case (.secret(let a), .secret(let b)): a == b
        case (.secret(let a), .string(let b)), (.string(let b), .secret(let a)): isSameText(a.content, b)
        // What was derived from a secret may be a number: its length.
        case (.secret(let a), .int(let b)), (.int(let b), .secret(let a)): a.content == String(b)
        default: false
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
    /// A later entry with the same name replaces the value of the earlier one.
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .record(Record(elements))
    }
}
