import CloudAPI
import DataValue

/// What `help OPERATION` says.
struct OperationHelp {
    private let operation: CloudAPI.Operation
    private let width: Int

    /// - Parameter width: Of the terminal, in columns; nil where there is none.
    init(_ operation: CloudAPI.Operation, width: Int?) {
        self.operation = operation
        self.width = max(40, min(width ?? 100, 120))
    }

    /// What every operation has from its beginnings, and nobody uses.
    private static let inherited: Set<String> = [
        "OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount",
    ]

    var text: String {
        var lines = wrapped(heading, indented: 0)
        if let summary = OperationWords.summary(of: operation.name) { lines += wrapped(summary, indented: 4) }
        let parameters = operation.parameters.filter { !Self.inherited.contains($0.name) }
        lines += section("Required", parameters.filter(\.isRequired))
        lines += section("Optional", parameters.filter { !$0.isRequired })
        if let path = operation.itemPath {
            lines += ["", "Its items lie in \(path.joined(separator: ".")); a pipe or a loop goes through all pages."]
        }
        let errors = OperationWords.errors(of: operation.name)
        if !errors.isEmpty { lines += ["", "Errors"] }
        for error in errors { lines += ["  \(error.code)"] + wrapped(Self.sentence(error), indented: 6) }
        lines += ["", "Example", "  > \(OperationExample.line(operation))"]
        return lines.joined(separator: "\n")
    }

    /// What `help CODE` says.
    static func text(of error: OperationWords.Failure) -> String {
        "\(error.code): an error of the service\n    \(error.cause)\n    \(error.remedy)"
    }

    private static func sentence(_ error: OperationWords.Failure) -> String { "\(error.cause): \(error.remedy)" }

    private var heading: String {
        var facts = [operation.isWrite ? "writes" : "reads"]
        if operation.isWrite {
            facts.append(operation.takesClientToken ? "takes a ClientToken" : "takes no ClientToken: never sent twice")
        }
        if operation.takesDryRun { facts.append("can be tried with DryRun=true") }
        return "\(operation.name): an operation of the VPC API that \(facts.joined(separator: ", "))"
    }

    private func section(_ title: String, _ parameters: [Parameter]) -> [String] {
        if parameters.isEmpty { return [] }
        var lines = ["", title]
        for parameter in parameters { lines += described(parameter, name: parameter.name, indented: 2) }
        return lines
    }

    private func described(_ parameter: Parameter, name: String, indented indentation: Int) -> [String] {
        var line = "\(String(repeating: " ", count: indentation))\(name)  \(parameter.type.description)"
        if parameter.isSecret { line += ", secret" }
        var lines = [line]
        if let words = OperationWords.parameter(name, of: operation.name) {
            var text = words.meaning
            if !words.values.isEmpty { text += ": \(words.values.joined(separator: ", "))" }
            if let value = words.defaultValue { text += " (\(value) if not given)" }
            lines += wrapped(text, indented: indentation + 4)
        }
        for field in Self.fields(of: parameter.type) {
            lines += described(field, name: field.name, indented: indentation + 2)
        }
        return lines
    }

    private static func fields(of type: ParameterType) -> [Parameter] {
        switch type {
        case .record(let fields): fields
        case .list(let element): fields(of: element)
        default: []
        }
    }

    private func wrapped(_ text: String, indented indentation: Int) -> [String] {
        Paragraph.lines(text, width: width, indentation: indentation, hanging: indentation)
    }
}

/// Text in lines that fit a width.
enum Paragraph {
    /// - Parameters:
    ///   - indentation: of the first line.
    ///   - hanging: of the lines below it.
    static func lines(_ text: String, width: Int, indentation: Int, hanging: Int) -> [String] {
        var lines: [String] = []
        var line = String(repeating: " ", count: indentation)
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: hanging)
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }
}
