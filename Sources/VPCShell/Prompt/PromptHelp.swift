import ScriptRuntime
import ScriptSyntax

/// What `?` at the end of an unfinished line tells: what can stand there.
struct PromptHelp {
    let session: Session

    /// The text before the `?` that ends a text, if it asks for help.
    static func question(in text: String) -> String? {
        var text = text
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        guard text.hasSuffix("?"),
            let place = Parser.question(in: SourceText(name: "<prompt>", text: text))
        else { return nil }
        return String(decoding: Array(text.utf8).prefix(place), as: UTF8.self)
    }

    /// Help for what follows a text.
    func text(behind text: String) -> String {
        let statement =
            text.split(omittingEmptySubsequences: false, whereSeparator: { ";{}(\n".contains($0) }).last ?? ""
        let parts = statement.split(separator: "|", omittingEmptySubsequences: false)
        let words = (parts.last ?? "").split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        if parts.count > 1 { return stages(words.first) }
        guard var topic = words.first else { return help(nil) }
        // What stands behind `let name =` is a command of its own.
        if topic == "let" || topic == "set", let assign = words.firstIndex(of: "=") {
            guard assign + 1 < words.count else { return help(nil) }
            topic = words[assign + 1]
        }
        // Behind these stands a call, and that is what somebody asks about who has come so far.
        if topic == "explain", words.count > 1 { topic = words[1] }
        if topic == "code", words.count > 2 { topic = words[2] }
        return help(topic)
    }

    private func stages(_ name: String?) -> String {
        let known = stageForms.filter { form in name.map { form == $0 || form.hasPrefix($0 + " ") } ?? true }
        let forms = known.isEmpty ? stageForms : known
        return (["Stages"] + forms.map { "  | \($0)" }).joined(separator: "\n")
    }

    private func help(_ topic: String?) -> String {
        let command = HelpCommand(session: session)
        return command.text(about: topic) ?? command.text(about: nil) ?? ""
    }
}
