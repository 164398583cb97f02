import DataValue
import ScriptSyntax

/// A `param` of a script: how the command line sets it, and the register that takes its value.
package struct ScriptParameter: Sendable {
    package enum ValueType: String, CaseIterable, Sendable {
        case string, int, float, bool, duration, list, secret
    }
    package let name: String
    package let type: ValueType
    /// nil where the parameter is required.
    package let defaultValue: Value?
    package let description: String?
    let register: Int

    init?(
        _ declaration: ParameterDeclaration, register: Int, report: (String, Span, String?) -> Void
    ) {
        name = declaration.name.text
        self.register = register
        description = declaration.description
        guard let type = declaration.type.map({ ValueType(rawValue: $0.text) }) ?? .string else {
            let types = ValueType.allCases.map(\.rawValue)
            report(
                "there is no type '\(declaration.type?.text ?? "")'", declaration.type?.span ?? declaration.name.span,
                "types are \(types.joined(separator: ", "))")
            return nil
        }
        self.type = type
        guard let expression = declaration.defaultValue else {
            defaultValue = nil
            return
        }
        guard let literal = Compiler.literal(expression) else {
            report("a default is a literal: a number, a text, a list …", expression.span, nil)
            return nil
        }
        guard let value = type.accept(literal) else {
            report("the default is a \(literal.typeName), not a \(type.rawValue)", expression.span, nil)
            return nil
        }
        defaultValue = value
    }

    /// The value that an argument of the command line stands for. Throws a message for the user.
    package func value(
        of text: String, environment: (String) -> String?, readFile: (String) throws(ScriptError) -> String,
        ask: (String) -> String?
    ) throws(ScriptError) -> Value {
        switch type {
        case .string: return .string(text)
        case .list:
            return .list(
                text.isEmpty
                    ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { .string(String($0)) })
        case .int: if let value = Int(text) { return .int(value) }
        case .float: if let value = Double(text), value.isFinite { return .float(value) }
        case .bool:
            if text == "true" { return .bool(true) }
            if text == "false" { return .bool(false) }
        case .duration: if let value = parseDuration(text) { return .duration(value) }
        case .secret:
            if text.hasPrefix("env:") {
                let name = String(text.dropFirst(4))
                guard let value = environment(name) else { throw .value("the environment has no variable \(name)") }
                return .secret(Secret(value))
            }
            if text.hasPrefix("file:") {
                let content = try readFile(String(text.dropFirst(5)))
                if content.isEmpty { throw .value("the file \(text.dropFirst(5)) is empty") }
                return .secret(Secret(content))
            }
            if text == "-" {
                guard let value = ask(name) else {
                    throw .value("nothing was entered, or there is no terminal to ask at")
                }
                return .secret(Secret(value))
            }
            throw .value("a secret is given as env:NAME, file:PATH or -, never on the command line itself")
        }
        throw .value("'\(text)' is not \(type == .int ? "an" : "a") \(type.rawValue)")
    }
}

extension ScriptParameter.ValueType {
    /// A default as this type has it, or nil where it is of another.
    func accept(_ value: Value) -> Value? {
        switch (self, value) {
        case (.string, .string), (.int, .int), (.float, .float), (.bool, .bool), (.duration, .duration),
            (.list, .list):
            value
        case (.float, .int(let number)): .float(Double(number))
        case (.secret, .string(let text)): .secret(Secret(text))
        default: nil
        }
    }
}
