import DataValue
import ScriptSyntax

extension Compiler {
    /// Compiles a call; the register that then holds its result (or, with `pages`, its pages) is the one returned.
    @discardableResult
    mutating func call(_ command: ScriptSyntax.Command, pages: Bool) -> Int? {
        guard let found = host.command(named: command.name.text) else {
            unknown(command.name)
            return nil
        }
        if found.signature.isForPromptOnly, kind != .promptLine {
            report("'\(command.name.text)' is for the prompt, not for scripts", at: command.name.span)
        }
        let literals = command.arguments.map { (name: $0.name?.text, value: Self.literal($0.value)) }
        for problem in found.problems(with: literals) {
            let span = problem.argument.flatMap { $0 < command.arguments.count ? command.arguments[$0].span : nil }
            report(problem.message, at: span ?? command.name.span, help: problem.help)
        }
        let base = builder.allocate(max(1, command.arguments.count))
        for (place, argument) in command.arguments.enumerated() { expression(argument.value, into: base + place) }
        builder.callSites.append(
            .init(
                name: command.name.text, command: found, argumentNames: command.arguments.map { $0.name?.text },
                listsHandlers: found is HandlersCommand))
        builder.emit(pages ? .pages : .command, base, wide: builder.callSites.count - 1, at: command.span)
        return base
    }

    /// Whether a command is a list operation whose pages a pipe or a loop follows.
    func hasPages(_ command: ScriptSyntax.Command) -> Bool {
        host.command(named: command.name.text)?.hasPages(argumentNames: command.arguments.map { $0.name?.text })
            ?? false
    }

    private mutating func unknown(_ name: Name) {
        guard canReport(at: name.span) else { return }
        let isOperation = name.text.utf8.first.map { $0 &- UInt8(ascii: "A") < 26 } == true
        var help: String?
        if NativeFunction.index(of: name.text) != nil || environment.functionIndex[name.text] != nil {
            help = "'\(name.text)' is a function: \(name.text)(…)"
        } else {
            let nearest = host.commandNames(near: name.text)
            if !nearest.isEmpty { help = "is it \(nearest.joined(separator: " or "))?" }
        }
        report(
            isOperation ? "the API has no operation '\(name.text)'" : "there is no command '\(name.text)'",
            at: name.span, help: help)
    }
}
