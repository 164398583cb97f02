import DataValue

/// A function of the language.
struct NativeFunction: Sendable {
    /// Its arguments, to be read only; as many as the arity allows.
    struct Arguments {
        let base: UnsafeMutablePointer<Value>
        let count: Int
        let host: any Host

        subscript(place: Int) -> Value { base[place] }
        /// An argument that may be left out.
        func optional(_ place: Int) -> Value? { place < count ? base[place] : nil }
    }

    let name: String
    let arity: ClosedRange<Int>
    let body: @Sendable (Arguments) throws -> Value

    /// Stands for "as many as you like".
    static let manyArguments = 1000

    init(_ name: String, _ arity: ClosedRange<Int>, _ body: @escaping @Sendable (Arguments) throws -> Value) {
        self.name = name
        self.arity = arity
        self.body = body
    }

    static let all: [NativeFunction] = [items] + basics + texts + lists

    /// The place of the function that yields what a stage takes; no script can name it.
    static let itemsOfStage = 0
    private static let items = NativeFunction("| items", 1...1) { .list($0[0].listItems) }

    private static let places: [String: Int] = Dictionary(
        uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })

    static func index(of name: String) -> Int? { places[name] }
}

/// Names of the language's functions, for completion.
package var nativeFunctionNames: [String] { NativeFunction.all.dropFirst().map(\.name) }

extension NativeFunction.Arguments {
    /// The function's complaint about an argument of the wrong type.
    func wrong(_ place: Int, _ wanted: String) -> ScriptError {
        let ordinal = ["first", "second", "third", "fourth"][min(place, 3)]
        let subject = count == 1 ? "the argument" : "the \(ordinal) argument"
        return .type("\(subject) must be \(wanted), not \(Operators.article(base[place]))")
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
}
