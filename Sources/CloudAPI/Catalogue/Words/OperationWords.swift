/// What operations, parameters and errors mean, in words: for the VPN family, VPCs, vSwitches and tags.
///
/// Like ``Catalogue``, it is text in read-only data that costs nothing until a line of it is asked for.
package enum OperationWords {
    /// A parameter in words.
    package struct Parameter: Sendable, Equatable {
        package var meaning: String
        /// The values that it takes, where they are few.
        package var values: [String]
        /// What holds where it is not given; nil where nothing does.
        package var defaultValue: String?
    }
    /// An error in words.
    package struct Failure: Sendable, Equatable {
        package var code: String
        package var cause: String
        package var remedy: String
    }

    private static let operationLines = SortedLines(operations)
    private static let parameterLines = SortedLines(parameters)
    private static let errorLines = SortedLines(errors)

    /// What an operation does, a sentence; nil where nothing is known.
    package static func summary(of operation: String) -> String? { operationLines.fields(named: operation)?.first }

    /// What a parameter means.
    ///
    /// - Parameter name: As on the wire; of a structured one, the last part that is a name counts (`Tag.1.Key` is `Key`).
    package static func parameter(_ name: String, of operation: String) -> Parameter? {
        let last = name.split(separator: ".").last { Int($0) == nil }.map(String.init) ?? name
        guard
            let fields = parameterLines.fields(named: "\(operation)/\(last)")
                ?? parameterLines.fields(named: "*/\(last)"), fields.count == 3
        else { return nil }
        return Parameter(
            meaning: fields[0], values: fields[1].split(separator: ",").map(String.init),
            defaultValue: fields[2].isEmpty ? nil : fields[2])
    }

    /// The errors that an operation is known to answer, besides those that every one can.
    package static func errors(of operation: String) -> [Failure] {
        guard let fields = operationLines.fields(named: operation), fields.count == 2 else { return [] }
        return fields[1].split(separator: " ").compactMap { error(String($0)) }
    }

    /// The error of a code.
    package static func error(_ code: String) -> Failure? {
        guard let fields = errorLines.fields(named: code), fields.count == 2 else { return nil }
        return Failure(code: code, cause: fields[0], remedy: fields[1])
    }

    /// All codes that there are words for, sorted by their bytes.
    package static var codes: [String] { errorLines.names }
}
