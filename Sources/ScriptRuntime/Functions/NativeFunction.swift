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

    let name: String
    let arity: ClosedRange<Int>
    let body: @Sendable (Arguments) throws -> Value

    /// Stands for "as many as you like".
    static let manyArguments = 1000

    init(_ name: String, _ arity: ClosedRange<Int>, _ body: @escaping @Sendable (Arguments) throws -> Value) {
        self.name = name
        self.arity = arity
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

    /// Refuses to make text of a length, in bytes of UTF-8, that is beyond all reason; before memory is asked for.
    func checkLength(_ length: Int, plus more: Int = 0) throws {
        let (sum, overflow) = length.addingReportingOverflow(more)
        guard !overflow, sum <= NativeFunction.textLimit else {
            throw bad("the text would be longer than \(NativeFunction.textLimit >> 20) MiB")
        }
    }
}

extension NativeFunction {
    /// The longest text that a function makes, in bytes of UTF-8.
    static let textLimit = SizeLimits.text
}
