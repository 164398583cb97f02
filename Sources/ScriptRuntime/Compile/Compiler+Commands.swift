import DataValue
import ScriptSyntax

extension Compiler {
    mutating func pipeline(_ pipeline: Pipeline, into target: Int) {
        let mark = builder.nextRegister
        defer { builder.nextRegister = mark }
        for stage in pipeline.stages { report("the stage '\(stage.name.text)' is not known yet", at: stage.span) }
        switch pipeline.source {
        case .expression(let expression): self.expression(expression, into: target)
        case .command(let command): self.command(command, into: target)
        }
    }

    private mutating func command(_ command: ScriptSyntax.Command, into target: Int) {
        guard let found = host.command(named: command.name.text) else { return unknown(command.name) }
        if found.signature.isForPromptOnly, kind == .script {
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
            .init(name: command.name.text, command: found, argumentNames: command.arguments.map { $0.name?.text }))
        builder.emit(.command, base, wide: builder.callSites.count - 1, at: command.span)
        builder.emit(.move, target, base, at: command.span)
        builder.emit(.null, base, at: command.span)
    }

    private mutating func unknown(_ name: Name) {
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
