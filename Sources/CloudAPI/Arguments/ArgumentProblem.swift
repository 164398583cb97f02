/// What is wrong with the arguments of a call, found before anything is sent.
package struct ArgumentProblem: Error, Sendable, Equatable {
    /// What can be wrong.
    package enum Kind: Sendable, Equatable {
        /// The operation, or the record that the name leads into, has no parameter of this name.
        case unknown
        /// A required parameter is not given.
        case missing
        /// The same parameter twice, be it once as a list and once flattened.
        case givenTwice
        /// A flattened name without a number from 1 where the element of a list is due.
        case badIndex
        /// A value that cannot be of the declared type; both sides in words, text of another form between quotes.
        case wrongType(expected: String, found: String)
        /// Lists and records nested more deeply than any request needs.
        case tooDeep
        /// Larger than any request: see ``Flattener``.
        case tooLarge
    }
    /// What is wrong.
    package var kind: Kind
    /// The name of the operation called.
    package var operation: String
    /// The parameter's name on the wire as far as it is understood, `Tag.1.Key`.
    package var parameter: String
    /// Names near to an unknown one, whole (`Tag.1.Key`), the nearest first.
    package var nearest: [String]
    /// The position among the arguments given; nil for a missing one.
    package var argument: Int?

    /// A problem as its parts say.
    package init(
        _ kind: Kind, operation: String, parameter: String, nearest: [String] = [], argument: Int? = nil
    ) {
        self.kind = kind
        self.operation = operation
        self.parameter = parameter
        self.nearest = nearest
        self.argument = argument
    }

    /// What is wrong, without the nearest names. Never holds a secret, nor characters that would act on a terminal.
    package var message: String {
        switch kind {
        case .unknown: "\(operation) has no parameter \(parameter)"
        case .missing: "\(operation) requires \(parameter)"
        case .givenTwice: "\(parameter) is given twice"
        case .badIndex: "\(parameter): the elements of a list are numbered from 1"
        case .wrongType(let expected, let found): "\(parameter) takes \(article(expected)), not \(article(found))"
        case .tooDeep: "\(parameter) is nested too deeply"
        case .tooLarge: "\(parameter) is larger than 1 MiB, which no request takes"
        }
    }

    /// Text between quotes: its beginning where it is long, and escapes for what a terminal would not show.
    static func quoted(_ text: String) -> String {
        let limit = 40
        let shown = text.unicodeScalars.prefix(limit).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }
        return "'\(shown.joined())\(text.unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")'"
    }

    private func article(_ words: String) -> String {
        guard let first = words.utf8.first, words != "null", first != UInt8(ascii: "'"), !words.hasPrefix("what ")
        else { return words }
        return (Array("aeiou".utf8).contains(first) ? "an " : "a ") + words
    }
}
