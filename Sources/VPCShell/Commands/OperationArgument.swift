import CloudAPI
import DataValue
import ScriptRuntime

/// An operation with its arguments, as an argument of a command that tells about the call instead of making it.
struct OperationArgument {
    let session: Session
    /// How many arguments of the command's own stand before the operation's name.
    let leading: Int

    /// What is wrong with the operation and its arguments, as far as it is known.
    func problems(_ arguments: [(name: String?, value: Value?)], example: String) -> [ScriptRuntime.ArgumentProblem] {
        guard let name = arguments.dropFirst(leading).first, name.name == nil else {
            return [.init("the operation is missing", help: example)]
        }
        guard let value = name.value else { return [] }
        guard let operation = Catalogue.operation(matching: value.displayText) else {
            let nearest = Catalogue.nearestOperations(to: value.displayText)
            return [
                .init(
                    "the API has no operation '\(value.displayText)'",
                    help: nearest.isEmpty ? example : "is it \(nearest.joined(separator: " or "))?", argument: leading)
            ]
        }
        let command = OperationCommand(operation, name: operation.name, session: session)
        let rest = Array(arguments.dropFirst(leading + 1))
        return command.problems(with: rest).map { problem in
            var problem = problem
            problem.argument = problem.argument.map { $0 + leading + 1 }
            return problem
        }
    }

    /// The operation, and what was given to it. Throws `Script.Value` and `Script.Type`.
    func read(_ arguments: [(name: String?, value: Value)], example: String) throws -> (
        command: OperationCommand, given: [(name: String?, value: Value)]
    ) {
        if let problem = problems(arguments.map { ($0.name, $0.value) }, example: example).first {
            throw ScriptError("Script.Value", problem.message, help: problem.help)
        }
        guard arguments.count > leading,
            let operation = Catalogue.operation(matching: arguments[leading].value.displayText)
        else { throw ScriptError("Script.Value", "the operation is missing", help: example) }
        return (
            OperationCommand(operation, name: operation.name, session: session),
            Array(arguments.dropFirst(leading + 1))
        )
    }
}
