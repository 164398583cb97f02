import DataValue

/// `handlers`: lists the handlers in force, in the order in which an error would be offered to them.
///
/// Only the machine knows them, so it answers in place of the command: see ``Machine/handlersInForce()``.
package struct HandlersCommand: Command {
    package init() {}

    package var signature: CommandSignature {
        CommandSignature(
            name: "handlers", summary: "List the handlers in force, in the order in which an error asks them",
            examples: ["handlers", "on error Throttling* retry\nhandlers"])
    }

    package func problems(with arguments: [(name: String?, value: Value?)]) -> [ArgumentProblem] {
        arguments.isEmpty ? [] : [ArgumentProblem("handlers takes no arguments", argument: 0)]
    }

    package func run(_ invocation: Invocation) throws -> Value { .list([]) }
}

extension Machine {
    /// The handlers that an error of the instruction that runs now would be offered to, one after the other: records of
    /// `Patterns` (text), `Action` (as a script says it) and `Line`.
    func handlersInForce() -> Value {
        var found: [Value] = []
        for frame in frames.indices.reversed().map({ frames[$0] }) where frame.position > 0 {
            let code = frame.code
            var scope: Int? = Int(code.notes[frame.position - 1].scope)
            var position = frame.position - 1
            var limit = Int.max
            while let current = scope {
                let entry = code.scopes[current]
                for (place, handler) in entry.handlers.enumerated() where place < limit && handler.from <= position {
                    found.append(record(of: handler))
                }
                (scope, position, limit) = outward(from: entry, in: code)
            }
        }
        return .list(found)
    }

    private func record(of handler: FunctionCode.Handler) -> Value {
        .record(
            Record([
                ("Patterns", .string(handler.patterns.isEmpty ? "*" : handler.patterns.joined(separator: " "))),
                ("Action", .string(handler.action)), ("Line", .int(lineNumber?(handler.span) ?? 0)),
            ]))
    }
}
