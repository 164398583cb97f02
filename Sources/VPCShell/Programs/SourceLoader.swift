import DataValue
import ScriptRuntime
import ScriptSyntax
import SystemSupport

/// Parses a text together with the files that it takes in by `source`.
///
/// A `source` stands at the top level with a literal path, which is looked for beside the file that names it. A file is
/// taken in once, where it is first named; a file that names itself, over however many others, is thereby harmless.
struct SourceLoader {
    enum Outcome {
        case complete(Script)
        /// The text ends inside something that is still open.
        case incomplete([Diagnostic])
        /// With what could be understood all the same, and the names that the rest seems to declare.
        case invalid([Diagnostic], Script, names: Set<String>)
    }

    /// More than this is refused, in bytes: nobody writes scripts of that length.
    static let scriptLimit = 64 << 20

    var sources: SourceMap
    /// Ends the wait for a file that is a FIFO.
    private let interrupt: Cancellation?
    /// Whether it did.
    private(set) var wasInterrupted = false
    private var loaded: Set<String> = []
    private static let command = "source"

    init(sources: SourceMap, interrupt: Cancellation?) {
        self.sources = sources
        self.interrupt = interrupt
    }

    /// Adds a text to the sources and parses it. `path` is its file, nil where it has none: then paths start at the
    /// working folder.
    mutating func load(_ text: SourceText, path: String?) -> Outcome {
        if let path { loaded.insert(Path.canonical(path)) }
        let source = sources.add(text)
        let script: Script
        var names: Set<String> = []
        var diagnostics: [Diagnostic] = []
        switch Parser.parse(text, source: source, hasMemory: MemoryHeadroom.has) {
        case .incomplete(let diagnostics): return .incomplete(diagnostics)
        case .invalid(let found):
            (script, names) = Parser.recover(text, source: source, hasMemory: MemoryHeadroom.has)
            diagnostics = found
        case .complete(let parsed): script = parsed
        }
        let folder = path.flatMap { path in path.lastIndex(of: "/").map { String(path[...$0]) } } ?? ""
        let expanded = Script(statements: expand(script.statements, folder: folder, &diagnostics, &names))
        return diagnostics.isEmpty ? .complete(expanded) : .invalid(diagnostics, expanded, names: names)
    }

    private mutating func expand(
        _ statements: [Statement], folder: String, _ diagnostics: inout [Diagnostic], _ names: inout Set<String>
    ) -> [Statement] {
        var result: [Statement] = []
        for statement in statements {
            guard case .pipeline(let pipeline) = statement.kind, case .command(let command) = pipeline.source,
                command.name.text == Self.command
            else {
                result.append(statement)
                continue
            }
            guard command.arguments.count == 1, pipeline.stages.isEmpty, statement.handler == nil,
                command.arguments[0].name == nil, let named = Self.literal(command.arguments[0].value)
            else {
                diagnostics.append(
                    Diagnostic("'source' takes one literal path", at: statement.span, help: "source 'common.vpcsh'"))
                continue
            }
            let path = named.hasPrefix("/") ? named : folder + named
            guard loaded.insert(Path.canonical(path)).inserted else { continue }
            do {
                let text = SourceText(name: path, bytes: try File.read(path, limit: Self.scriptLimit, interrupt))
                switch load(text, path: path) {
                case .complete(let script): result += script.statements
                case .incomplete(let found): diagnostics += found
                case .invalid(let found, let script, let lost):
                    diagnostics += found
                    names.formUnion(lost)
                    result += script.statements
                }
            } catch {
                if error.isCancellation { wasInterrupted = true }
                diagnostics.append(Diagnostic(error.message, at: command.arguments[0].span))
            }
        }
        return result
    }

    private static func literal(_ value: Expression) -> String? {
        switch value.kind {
        case .string(let text), .bareText(let text): text
        default: nil
        }
    }
}

extension SourceLoader {
    /// All errors of a text that is not right: those of its syntax, and those that a check finds in the rest.
    static func allErrors(
        _ diagnostics: [Diagnostic], _ script: Script, names: Set<String>, kind: UnitKind, environment: Environment,
        host: any Host
    ) -> [Diagnostic] {
        let checked = Compiler.compile(script, kind: kind, environment: environment, host: host, assuming: names)
        return Diagnostic.shown(diagnostics + checked.diagnostics.filter { $0.severity == .error })
    }
}
