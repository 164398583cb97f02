import CloudAPI
import DataValue
import LineEditor
import ScriptRuntime
import SystemSupport

/// `help`, `help TOPIC`, `help COMMAND`, `help OPERATION`, `help CODE`.
struct HelpCommand: ScriptRuntime.Command {
    let session: Session

    var signature: CommandSignature {
        CommandSignature(
            name: "help", summary: "Explain the shell, a command or an operation",
            parameters: [.init("topic", "a topic, a command, an operation of the API or the code of an error")],
            examples: ["help", "help pipes", "help print", "help DeleteVpnConnection", "help VpnGateway.Configuring"])
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        arguments.count > 1 ? [.init("help takes one topic", argument: 1)] : []
    }

    func run(_ invocation: Invocation) throws -> Value {
        let topic = invocation.arguments.first?.value.displayText
        if let text = text(about: topic) { return .string(text) }
        let topics = Spelling.nearest(to: topic ?? "", among: HelpTopic.all.map(\.name))
        let nearest = topics.isEmpty ? session.commandNames(near: topic ?? "") : topics
        throw ScriptError(
            "Script.Value", "there is no help on '\(topic ?? "")'",
            help: nearest.isEmpty ? "help lists what there is" : "is it \(nearest.joined(separator: " or "))?")
    }

    /// What is to be told about a topic, or about everything; nil where nothing is known of it.
    func text(about topic: String?) -> String? {
        guard let topic else { return overview }
        if let statement = Self.statements.first(where: { $0.word == topic }) {
            return "\(statement.form)\n    \(statement.summary)"
        }
        if let operation = Catalogue.operation(named: topic) ?? Catalogue.operation(matching: topic) {
            let width = session.surroundings.outputIsTerminal ? TerminalSize.columns(1) : nil
            return OperationHelp(operation, width: width).text
        }
        let parts = [
            HelpTopic.named(topic)?.full, BuiltIns.command(named: topic).map { text(of: $0(session).signature) },
        ].compactMap { $0 }
        if !parts.isEmpty { return parts.joined(separator: "\n\n") }
        return OperationWords.error(topic).map { OperationHelp.text(of: $0) }
    }

    /// The statements of the language; commands declare themselves.
    private static let statements: [(word: String, form: String, summary: String)] = [
        ("let", "let NAME = VALUE", "declare a variable; VALUE is an expression or a command"),
        ("set", "set NAME[.field] = VALUE", "change a variable that exists"),
        ("if", "if CONDITION { … } else { … }", "choose"),
        ("for", "for x in VALUE { … }", "run through a list or a record"),
        ("while", "while CONDITION { … }", "repeat"),
        ("def", "def NAME(a, b = 2) { … return VALUE }", "define a function"),
        ("wait", "wait 5s · wait until CONDITION [every 5s] [for 10m]", "sleep, or poll until something is true"),
        ("on", "on error [CODE …] retry|resume|use VALUE|fail|{ … }", "say what happens when something fails"),
        ("fail", "fail \"Code\" \"message\"", "raise an error"),
        ("exit", "exit [STATUS]", "end the program or the session"),
    ]

    private var overview: String {
        var lines = ["An API operation is a command: DescribeVpnConnections VpnGatewayId=vpn-1", "", "Statements"]
        lines += Self.statements.map { "  \($0.form)" }
        lines += ["", "Commands"]
        let width = BuiltIns.names.map(\.count).max() ?? 0
        for name in BuiltIns.names {
            guard let command = BuiltIns.command(named: name) else { continue }
            lines.append(
                "  \(name)\(String(repeating: " ", count: width - name.count + 2))\(command(session).signature.summary)"
            )
        }
        lines += ["", "Topics"]
        let topicWidth = HelpTopic.all.map(\.name.count).max() ?? 0
        lines += HelpTopic.all.map { topic in
            "  \(topic.name)\(String(repeating: " ", count: topicWidth - topic.name.count + 2))\(topic.summary)"
        }
        lines += [
            "", "help TOPIC tells more; Tab completes commands, operations, parameters and $variables.",
            "\(Catalogue.operationNames.count) operations are known; try: help DescribeVpnConnections",
        ]
        return lines.joined(separator: "\n")
    }

    private func text(of signature: CommandSignature) -> String {
        let forms = signature.parameters.map { $0.isRequired ? $0.name.uppercased() : "[\($0.name)]" }
        var lines = [([signature.name] + forms).joined(separator: " "), "    \(signature.summary)"]
        let width = session.surroundings.outputIsTerminal ? TerminalSize.columns(1) ?? 80 : 100
        for (form, parameter) in zip(forms, signature.parameters) {
            lines += Paragraph.lines("\(form): \(parameter.summary)", width: width, indentation: 4, hanging: 6)
        }
        lines += signature.examples.flatMap { $0.split(separator: "\n").map { "    > \($0)" } }
        return lines.joined(separator: "\n")
    }
}
