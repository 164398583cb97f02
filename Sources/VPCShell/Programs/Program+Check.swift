import DataValue
import ScriptRuntime
import ScriptSyntax
import SystemSupport

extension Program {
    /// Reports what is wrong with scripts and runs nothing: 2 where anything is, else 0.
    ///
    /// For people the report goes to standard error, as that of a run does; in a format that was asked for it is a list
    /// of records, on standard output.
    package func check(_ paths: [String]) -> Int32 {
        var status: Int32 = 0
        var message = ""
        var records: [Value] = []
        let isStyled = session.surroundings.stylesErrors
        for path in paths {
            var loader = SourceLoader(sources: SourceMap(), interrupt: interrupt)
            do {
                let text = try Self.read(path == "-" ? .standardInput : .file(path), interrupt)
                let diagnostics = diagnostics(of: text, path: path == "-" ? nil : path, &loader)
                if loader.wasInterrupted { return finish(Interrupts.exitStatus, "") }
                message += ErrorReport(sources: loader.sources, isStyled: isStyled).text(diagnostics)
                records += diagnostics.map { Self.record($0, loader.sources) }
                if diagnostics.contains(where: { $0.severity == .error }) { status = 2 }
            } catch {
                if error.isCancellation { return finish(Interrupts.exitStatus, "") }
                message += ErrorReport.plain(error.message, isStyled: isStyled)
                let unread = Diagnostic(error.message, at: Span(source: 0, start: 0, end: 0))
                records.append(Self.record(unread, SourceMap(), file: path))
                status = 2
            }
        }
        guard let format = session.options.format else { return finish(status, message) }
        do {
            return finish(status, "", output: try session.text(.list(records), as: format))
        } catch {
            return report(UsageError("\(error)", status: 1))
        }
    }

    private func diagnostics(
        of text: SourceText, path: String?, _ loader: inout SourceLoader
    ) -> [Diagnostic] {
        switch loader.load(text, path: path) {
        case .incomplete(let diagnostics): diagnostics
        case .invalid(let diagnostics, let partial, let names):
            SourceLoader.allErrors(
                diagnostics, partial, names: names, kind: .script, environment: Environment(), host: session)
        case .complete(let script):
            Compiler.compile(
                script, kind: .script, environment: Environment(), host: session, warnsOfUnusedNames: true
            ).diagnostics
        }
    }

    /// A diagnostic as data: lines and columns count from 1, and the end is the first place behind what is meant.
    private static func record(_ diagnostic: Diagnostic, _ sources: SourceMap, file: String? = nil) -> Value {
        let source = sources[diagnostic.span]
        let start = source?.location(at: Int(diagnostic.span.start))
        let end = source?.location(at: Int(diagnostic.span.end))
        func number(_ value: Int?) -> Value { value.map { .int($0) } ?? .null }
        return .record(
            Record([
                ("File", .string(source?.name ?? file ?? "")), ("Line", number(start?.line)),
                ("Column", number(start?.column)), ("EndLine", number(end?.line)), ("EndColumn", number(end?.column)),
                ("Severity", .string(diagnostic.severity.rawValue)), ("Message", .string(diagnostic.message)),
                ("Help", diagnostic.help.map { .string($0) } ?? .null),
            ]))
    }
}
