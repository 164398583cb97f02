import DataValue
import LineEditor
import ScriptRuntime
import SystemSupport

/// The arguments of a script, by its `param` declarations.
struct ScriptArguments {
    enum Outcome {
        case values([String: Value])
        /// `--help` was asked for: the usage.
        case usage(String)
    }

    let parameters: [ScriptParameter]
    let scriptName: String
    let session: Session
    /// Raised while a secret is asked for by whoever wants to stop.
    let interrupt: Cancellation

    func parse(_ arguments: [String]) throws(UsageError) -> Outcome {
        var values: [String: Value] = [:]
        var place = 0
        while place < arguments.count {
            let argument = arguments[place]
            if argument == "--help" || argument == "-h" { return .usage(usage) }
            guard argument.hasPrefix("--"), argument.count > 2 else {
                throw problem("'\(argument)' is no option of the script", help: "options are --NAME VALUE")
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0].map { $0 == "-" ? "_" : $0 })
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                let nearest = Spelling.nearest(to: name, among: parameters.map(\.name)).first
                throw problem("the script has no parameter '\(name)'", help: nearest.map { "is it --\($0)?" })
            }
            if values[name] != nil { throw problem("--\(name) is given twice") }
            let text: String
            if parts.count == 2 {
                text = String(parts[1])
            } else {
                place += 1
                guard place < arguments.count else { throw problem("--\(name) has no value") }
                text = arguments[place]
            }
            values[name] = try value(of: parameter, text)
            place += 1
        }
        let missing = parameters.filter { $0.defaultValue == nil && values[$0.name] == nil }
        if !missing.isEmpty {
            let names = missing.map { "--\($0.name)" }.joined(separator: ", ")
            throw problem("the script needs \(names)", help: "vpcsh \(scriptName) --help tells what they are")
        }
        return .values(values)
    }

    private func value(of parameter: ScriptParameter, _ text: String) throws(UsageError) -> Value {
        do throws(ScriptError) {
            return try parameter.value(
                of: text, environment: { session.environment($0) },
                readFile: { path throws(ScriptError) in
                    do throws(SystemError) {
                        return try SecretSource.content(path, interrupt)
                    } catch {
                        throw ScriptError("Script.File", error.message)
                    }
                },
                ask: { name in
                    session.surroundings.inputIsTerminal ? TerminalLine.readSecretly("\(name): ", interrupt) : nil
                })
        } catch {
            throw problem("--\(parameter.name): \(error.message)")
        }
    }

    private func problem(_ message: String, help: String? = nil) -> UsageError {
        UsageError("\(scriptName): \(message)", help: help)
    }

    private var usage: String {
        var lines = ["Usage: vpcsh [OPTIONS] \(scriptName) [--NAME VALUE]…"]
        if parameters.isEmpty { lines.append("The script takes no parameters.") }
        let heads = parameters.map { "  --\($0.name) \($0.type.rawValue.uppercased())" }
        let width = heads.map(\.count).max() ?? 0
        for (head, parameter) in zip(heads, parameters) {
            var notes = parameter.description.map { [$0] } ?? []
            if let value = parameter.defaultValue {
                notes.append("(default: \(value.displayText))")
            } else {
                notes.append("(required)")
            }
            if parameter.type == .secret { notes.append("(env:NAME, file:PATH, or - to be asked)") }
            lines.append(head + String(repeating: " ", count: width - head.count + 2) + notes.joined(separator: " "))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
