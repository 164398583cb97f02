import DataValue
import ScriptRuntime

/// The commands that are about lines and the terminal, not about values: they exist at the prompt alone, and stand alone
/// on their line.
enum PromptCommand: String, CaseIterable {
    case edit, history, watch
    case saveSession = "save-session"

    /// The command that a line begins with, and what stands behind it.
    static func command(in line: String) -> (PromptCommand, rest: String)? {
        let parts = line.split(maxSplits: 1, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" || $0 == "\n" }
        guard let first = parts.first, let command = PromptCommand(rawValue: String(first)) else { return nil }
        let rest = parts.count == 2 ? String(parts[1]) : ""
        // `watch = …` and `history()` would be the language's.
        if rest.hasPrefix("=") { return nil }
        return (command, rest)
    }

    var signature: CommandSignature {
        switch self {
        case .edit:
            CommandSignature(
                name: rawValue, summary: "Open the last statement in $EDITOR; it comes back as the next line",
                examples: ["edit"], isForPromptOnly: true)
        case .history:
            CommandSignature(
                name: rawValue, summary: "List what was entered before",
                parameters: [.init("what", "how many of the newest, or a text that they contain")],
                examples: ["history 20", "history CreateVpc"], isForPromptOnly: true)
        case .watch:
            CommandSignature(
                name: rawValue, summary: "Run a statement again and again, with changes marked, until Ctrl-C",
                parameters: [
                    .init("every", "how often: 5s; 2s where it is left out"),
                    .init("statement", "what to run", isRequired: true),
                ], examples: ["watch 5s DescribeVpnConnections"], isForPromptOnly: true)
        case .saveSession:
            CommandSignature(
                name: rawValue, summary: "Write what worked in this session as a script, its ids lifted into params",
                parameters: [.init("file", "the script to write", isRequired: true)],
                examples: ["save-session vpn.vpcsh"], isForPromptOnly: true)
        }
    }
}

/// A command of the prompt where it cannot stand: inside of a statement.
struct MisplacedPromptCommand: ScriptRuntime.Command {
    let signature: CommandSignature

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        [.init("'\(signature.name)' stands alone on a line of the prompt")]
    }

    func run(_ invocation: Invocation) throws -> Value { .null }
}

/// `option`: what can be set about the prompt.
struct OptionCommand: ScriptRuntime.Command {
    let session: Session

    private struct Entry {
        var name: String
        var summary: String
        var get: @Sendable (Session) -> Bool
        var set: @Sendable (Session, Bool) -> Void
    }

    private static let entries: [Entry] = [
        Entry(
            name: "confirm", summary: "ask before an operation that destroys",
            get: { $0.asks }, set: { $0.setAsks($1) }),
        Entry(
            name: "live-completion", summary: "offer the ids of what there is while a line is completed",
            get: { $0.settings.liveCompletion }, set: { $0.settings.liveCompletion = $1 }),
        Entry(
            name: "pager", summary: "show long results in $PAGER",
            get: { $0.settings.pager }, set: { $0.settings.pager = $1 }),
        Entry(
            name: "timing", summary: "tell how long each statement took",
            get: { $0.settings.timing }, set: { $0.settings.timing = $1 }),
    ]

    static var names: [String] { entries.map(\.name) }

    var signature: CommandSignature {
        CommandSignature(
            name: "option", summary: "Show or set an option of the prompt",
            parameters: [
                .init("name", Self.entries.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")),
                .init("value", "on or off; without it, the option is shown"),
            ], examples: ["option", "option confirm", "option pager off"])
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        if arguments.count > 2 { return [.init("option takes a name and a value", argument: 2)] }
        if case .string(let name)?? = arguments.first?.value, !Self.names.contains(name) {
            let nearest = Spelling.nearest(to: name, among: Self.names)
            let known =
                nearest.isEmpty ? Self.names.joined(separator: ", ") : "is it \(nearest.joined(separator: " or "))?"
            return [.init("there is no option '\(name)'", help: known, argument: 0)]
        }
        if arguments.count == 2, let value = arguments[1].value, Self.flag(value) == nil {
            return [.init("an option is on or off, not '\(value.displayText)'", argument: 1)]
        }
        return []
    }

    static func flag(_ value: Value) -> Bool? {
        switch value {
        case .bool(let flag): flag
        case .string("on"): true
        case .string("off"): false
        default: nil
        }
    }

    func run(_ invocation: Invocation) throws -> Value {
        let arguments = invocation.arguments.map(\.value)
        if let problem = problems(with: arguments.map { (nil, $0) }).first {
            throw ScriptError("Script.Value", problem.message, help: problem.help)
        }
        guard case .string(let name)? = arguments.first, let entry = Self.entries.first(where: { $0.name == name })
        else {
            return .list(
                Self.entries.map { entry in
                    var record = Record()
                    record["Option"] = .string(entry.name)
                    record["Value"] = .string(entry.get(session) ? "on" : "off")
                    record["Meaning"] = .string(entry.summary)
                    return .record(record)
                })
        }
        guard arguments.count == 2 else { return .string(entry.get(session) ? "on" : "off") }
        if let flag = Self.flag(arguments[1]) { entry.set(session, flag) }
        return .null
    }
}

extension Session {
    /// Whether the user is asked before an operation that destroys, where there is a user.
    var asks: Bool { state.withLock { $0.settings.asks } }

    func setAsks(_ asks: Bool) { state.withLock { $0.settings.asks = asks } }
}
