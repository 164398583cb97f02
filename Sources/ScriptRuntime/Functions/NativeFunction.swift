import DataValue
import SystemSupport

/// A function of the language.
struct NativeFunction: Sendable {
    /// Its arguments, to be read only; as many as the arity allows.
    struct Arguments {
        let base: UnsafeMutablePointer<Value>
        let count: Int
        let host: any Host
        let interrupt: Cancellation
        /// Which function they are for, for its complaints.
        var function = ""

        subscript(place: Int) -> Value { base[place] }
        /// An argument that may be left out.
        func optional(_ place: Int) -> Value? {
            // Not `nil`, which a `Value` can be made of as well.
            place < count ? base[place] : .none
        }
    }

    /// What it may allocate, which is asked for before it runs.
    enum Cost {
        /// Nothing that grows with its arguments.
        case none
        /// Something of their size, and what it checks itself.
        case size
        /// Likewise, and the result can be nested more deeply than they are.
        case nests
    }

    let name: String
    let arity: ClosedRange<Int>
    let cost: Cost
    let body: @Sendable (Arguments) throws -> Value

    /// Stands for "as many as you like".
    static let manyArguments = 1000

    init(_ name: String, _ arity: ClosedRange<Int>, _ body: @escaping @Sendable (Arguments) throws -> Value) {
        self.name = name
        self.arity = arity
        cost =
            switch name {
            case "len", "has", "type", "contains", "starts_with", "ends_with",
                "sum",
                "min", "max", "now", "uuid", "env", "exists", "reveal", "secret", "items":
                .none
            case "zip", "query": .nests
            default: .size
            }
        self.body = { arguments in
            var arguments = arguments
            arguments.function = name
            return try body(arguments)
        }
    }

    static let all: [NativeFunction] =
        [itemsForStages] + basics + texts + patterns + lists + documents + times + networks

    /// The place of the function that yields what a stage takes; no script can name it.
    static let itemsOfStage = 0
    private static let itemsForStages = NativeFunction("| items", 1...1) { .list($0[0].listItems) }

    private static let places: [String: Int] = Dictionary(
        uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })

    static func index(of name: String) -> Int? { places[name] }
}

/// Names of the language's functions, for completion.
package var nativeFunctionNames: [String] { NativeFunction.all.dropFirst().map(\.name) }

extension NativeFunction.Arguments {
    /// How complaints call an argument.
    func subject(_ place: Int) -> String {
        let ordinals = ["first ", "second ", "third ", "fourth "]
        let ordinal = count == 1 ? "" : ordinals.indices.contains(place) ? ordinals[place] : "last "
        return "the \(ordinal)argument of \(function)()"
    }

    /// The function's complaint about an argument of the wrong type.
    func wrong(_ place: Int, _ wanted: String) -> ScriptError {
        .type("\(subject(place)) must be \(wanted), not \(Operators.article(base[place]))")
    }

    /// The function's complaint about a value of the right type; it begins with what is wrong.
    func bad(_ problem: String, help: String? = nil) -> ScriptError {
        .value("\(function)(): \(problem)", help: help)
    }

    func string(_ place: Int) throws -> String {
        if case .string(let text) = base[place] { return text }
        throw wrong(place, "a string")
    }
    func int(_ place: Int) throws -> Int {
        if case .int(let number) = base[place] { return number }
        throw wrong(place, "an int")
    }
    func list(_ place: Int) throws -> [Value] {
        if case .list(let elements) = base[place] { return elements }
        throw wrong(place, "a list")
    }
    func record(_ place: Int) throws -> Record {
        if case .record(let record) = base[place] { return record }
        throw wrong(place, "a record")
    }

    /// A number that says how many.
    func size(_ place: Int) throws -> Int {
        let number = try int(place)
        guard number >= 0 else { throw bad("there are no \(number) elements") }
        return number
    }

    // MARK: Text that may be secret

    /// The content of a string or of a secret. What is made from it goes through ``sealed(_:from:)``.
    func content(_ place: Int) throws -> String {
        guard let text = Operators.plainText(base[place]) else { throw wrong(place, "a string") }
        return text
    }

    /// Text made from arguments: wholly secret if one of them is.
    func sealed(_ text: String, from places: Int...) -> Value {
        for place in places { if case .secret = base[place] { return .secret(Secret(text)) } }
        return .string(text)
    }

    /// Refuses to make text of a length, in bytes of UTF-8, that is beyond all reason or for which there is no memory;
    /// before that is asked for.
    func checkLength(_ length: Int, plus more: Int = 0) throws {
        let (sum, overflow) = length.addingReportingOverflow(more)
        guard !overflow, sum <= NativeFunction.textLimit else { throw bad(LimitError.textTooLong.message) }
        // Asked once for each mebibyte of a length that grows; it may be copied once.
        if sum >> 20 != length >> 20 || more == 0 && sum >= 1 << 20, !MemoryHeadroom.has(sum, of: 2) {
            throw ScriptError.outOfMemory
        }
    }

    /// The same for a list of `count` elements that take `size` bytes each besides their places.
    func checkCount(_ count: Int, of size: Int = 0) throws {
        guard count <= SizeLimits.elements else { throw bad(LimitError.tooManyElements.message) }
        if count >= 1 << 13, !MemoryHeadroom.has(count, of: size + 2 * MemoryLayout<Value>.stride) {
            throw ScriptError.outOfMemory
        }
    }

    /// What a writer of a text yields; a text that is too long is the function's error.
    func limited(_ write: () throws(LimitError) -> String) throws -> Value {
        do throws(LimitError) {
            return .string(try write())
        } catch {
            throw error == .outOfMemory ? ScriptError.outOfMemory : bad(error.message)
        }
    }
}

extension NativeFunction {
    /// The longest text that a function makes, in bytes of UTF-8.
    static let textLimit = SizeLimits.text
}
