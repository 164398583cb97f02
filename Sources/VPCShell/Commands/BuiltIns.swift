import CloudAPI
import DataValue
import ScriptRuntime

/// The shell's own commands. Each declares itself once; help, completion and checks read that declaration.
package enum BuiltIns {
    private static let all: [(name: String, make: @Sendable (Session) -> any ScriptRuntime.Command)] = [
        ("call", { CallCommand(session: $0) }),
        ("code", { CodeCommand(session: $0) }),
        ("errors", { _ in ErrorsCommand() }),
        ("explain", { ExplainCommand(session: $0) }),
        ("format", { SettingCommand.format($0) }),
        ("handlers", { _ in HandlersCommand() }),
        ("help", { HelpCommand(session: $0) }),
        ("option", { OptionCommand(session: $0) }),
        ("print", { _ in TextCommand.print }),
        ("profile", { ProfileCommand(session: $0) }),
        ("region", { SettingCommand.region($0) }),
        ("search", { _ in SearchCommand() }),
        ("source", { _ in MisplacedSource() }),
        ("timing", { SettingCommand.timing($0) }),
        ("warn", { _ in TextCommand.warn }),
    ]
    private static let promptCommands = PromptCommand.allCases.map(\.rawValue)

    package static var names: [String] { (all.map(\.name) + promptCommands).sorted() }

    static func command(named name: String) -> ((Session) -> any ScriptRuntime.Command)? {
        if let command = PromptCommand(rawValue: name) {
            return { _ in MisplacedPromptCommand(signature: command.signature) }
        }
        return all.first { $0.name == name }?.make
    }
}

/// Shows or sets one thing of the session.
struct SettingCommand: ScriptRuntime.Command {
    let signature: CommandSignature
    private let show: @Sendable () -> Value
    private let set: @Sendable (String) throws -> Void
    private let check: @Sendable (String) -> ScriptRuntime.ArgumentProblem?

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        if arguments.count > 1 { return [.init("\(signature.name) takes one argument", argument: 1)] }
        guard case .string(let text)?? = arguments.first?.value else { return [] }
        return check(text).map { [$0] } ?? []
    }

    func run(_ invocation: Invocation) throws -> Value {
        guard let argument = invocation.arguments.first else { return show() }
        let text = argument.value.displayText
        if let problem = check(text) { throw ScriptError("Script.Value", problem.message, help: problem.help) }
        try set(text)
        return .null
    }

    static func region(_ session: Session) -> SettingCommand {
        SettingCommand(
            signature: CommandSignature(
                name: "region", summary: "Show or set the region that calls go to",
                parameters: [.init("region", "the region to go to; without it, the current one is shown")],
                examples: ["region", "region cn-beijing"]),
            show: { .string(session.region) }, set: { session.region = $0 },
            check: { text in
                if Catalogue.knows(region: text) { return nil }
                let nearest = Spelling.nearest(to: text, among: Array(Catalogue.regions))
                return .init(
                    "'\(text)' is no known region",
                    help: nearest.isEmpty
                        ? "DescribeRegions lists them" : "is it \(nearest.joined(separator: " or "))?",
                    argument: 0)
            })
    }

    static func timing(_ session: Session) -> SettingCommand {
        SettingCommand(
            signature: CommandSignature(
                name: "timing", summary: "Show or set whether the time of each statement is told at the prompt",
                parameters: [.init("value", "on or off")], examples: ["timing", "timing on"]),
            show: { .string(session.settings.timing ? "on" : "off") },
            set: { session.settings.timing = $0 == "on" },
            check: { ["on", "off"].contains($0) ? nil : .init("timing is on or off, not '\($0)'", argument: 0) })
    }

    static func format(_ session: Session) -> SettingCommand {
        let formats = OutputFormat.allCases.map(\.rawValue)
        return SettingCommand(
            signature: CommandSignature(
                name: "format", summary: "Show or set the form that results are displayed in",
                parameters: [.init("format", formats.joined(separator: ", "))], examples: ["format", "format json"]),
            show: { .string(session.format.rawValue) },
            set: { text in if let format = OutputFormat(rawValue: text) { session.format = format } },
            check: { text in
                if formats.contains(text) { return nil }
                return .init("there is no format '\(text)'", help: formats.joined(separator: ", "), argument: 0)
            })
    }
}

/// `source` where it cannot stand; where it can, `SourceLoader` has put the file's statements in its place.
struct MisplacedSource: ScriptRuntime.Command {
    var signature: CommandSignature {
        CommandSignature(
            name: "source", summary: "Take in another file's definitions and statements, once",
            parameters: [.init("file", "a literal path, beside the file that names it", isRequired: true)],
            examples: ["source 'common.vpcsh'"])
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        [.init("'source' stands at the top level of a script")]
    }

    func run(_ invocation: Invocation) throws -> Value { .null }
}
