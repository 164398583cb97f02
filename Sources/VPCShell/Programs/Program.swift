import DataValue
import LineEditor
import ScriptRuntime
import ScriptSyntax
import SystemSupport

/// Keeps a script's tree.
private final class KeptTree {
    private let script: Script
    init(_ script: Script) { self.script = script }
}

/// Runs a program that is there as a whole: a file, the text of `-c`, standard input.
package struct Program: Sendable {
    /// Where the text comes from.
    package enum Source: Sendable {
        case file(String)
        /// The text of `-c`.
        case text(String)
        case standardInput
    }

    let session: Session
    let interrupt: Cancellation

    package init(session: Session, interrupt: Cancellation) {
        self.session = session
        self.interrupt = interrupt
    }

    /// The exit status of a program whose output nobody reads any more before it has come to its end: that of one that a
    /// SIGPIPE has ended.
    static let closedOutputStatus: Int32 = 141

    /// Reads, checks and runs; yields the exit status that language.md lists.
    package func run(_ source: Source, arguments: [String]) -> Int32 {
        let text: SourceText
        do {
            text = try Self.read(source, interrupt)
        } catch {
            if error.isCancellation { return finish(Interrupts.exitStatus, "") }
            var help: String?
            if case .file(let path) = source, !path.contains("/"), session.command(named: path) != nil {
                help = "statements are given by -c: vpcsh -c '\(path) …'"
            }
            return report(UsageError(error.message, help: help))
        }
        if case .file(let path) = source { return run(text, arguments: arguments, path: path) }
        return run(text, arguments: arguments)
    }

    package func run(_ text: SourceText, arguments: [String], path: String? = nil) -> Int32 {
        var loader = SourceLoader(sources: SourceMap(), interrupt: interrupt)
        let loaded = loader.load(text, path: path)
        if loader.wasInterrupted { return finish(Interrupts.exitStatus, "") }
        let sources = loader.sources
        let errors = ErrorReport(sources: sources, isStyled: session.surroundings.stylesErrors)
        let script: Script
        switch loaded {
        case .complete(let parsed): script = parsed
        case .incomplete(let diagnostics): return finish(2, errors.text(diagnostics))
        case .invalid(let diagnostics, let partial, let names):
            let all = SourceLoader.allErrors(
                diagnostics, partial, names: names, kind: .script, environment: Environment(), host: session)
            return finish(2, errors.text(all))
        }
        let (unit, diagnostics) = Compiler.compile(script, kind: .script, environment: Environment(), host: session)
        guard let unit else { return finish(2, errors.text(diagnostics)) }
        let values: [String: Value]
        do throws(UsageError) {
            let parser = ScriptArguments(
                parameters: unit.parameters, scriptName: text.name, session: session, interrupt: interrupt)
            switch try parser.parse(arguments) {
            case .usage(let usage): return finish(0, "", output: usage)
            case .values(let parsed): values = parsed
            }
        } catch {
            return interrupt.isCancelled ? finish(Interrupts.exitStatus, "") : report(error)
        }
        if case .none = session.target, session.takeResolvedOperation() {
            return report(UsageError("there are no credentials for the API", help: Target.missingHelp, status: 4))
        }
        if !diagnostics.isEmpty { try? session.write(errors.text(diagnostics), to: .error) }
        // The tree is left to the process's end: taking a long one apart took a tenth of the time.
        _ = Unmanaged.passRetained(KeptTree(script))
        return execute(unit, values, sources, errors)
    }

    private func execute(
        _ unit: CompiledUnit, _ values: [String: Value], _ sources: SourceMap, _ errors: ErrorReport
    ) -> Int32 {
        let machine = Machine(host: session, interrupt: interrupt)
        machine.lineNumber = { sources.line(of: $0) }
        do {
            try machine.run(unit, parameters: values)
            return finish(0, "")
        } catch let error as UncaughtError {
            return finish(error.error.exitStatus, errors.text(error))
        } catch let request as ExitRequest {
            return finish(request.status, "")
        } catch is Interrupted {
            return finish(Interrupts.exitStatus, "")
        } catch is OutputClosed {
            return Self.closedOutputStatus
        } catch {
            return finish(1, ErrorReport.plain("\(error)", isStyled: errors.isStyled))
        }
    }

    /// Writes out what is left and yields the status; output that could not be written is a failure of its own, also
    /// where a handler has taken the error.
    func finish(_ status: Int32, _ message: String, output: String = "") -> Int32 {
        var status = status
        do {
            if !output.isEmpty { try session.write(output, to: .output) }
            try session.output.flush()
        } catch is Interrupted {
            status = Interrupts.exitStatus
        } catch {
            // A reader that is gone is within its rights; all else is told below.
        }
        if !message.isEmpty { try? session.write(message, to: .error) }
        guard let failure = session.output.failure else { return status }
        if !message.contains(failure.message) {
            let text = ErrorReport.plain(
                "Script.File: \(failure.message)", isStyled: session.surroundings.stylesErrors)
            try? session.write(text, to: .error)
        }
        return status == 0 ? 1 : status
    }

    package func report(_ error: UsageError) -> Int32 {
        finish(
            error.status,
            ErrorReport.plain(error.message, help: error.help, isStyled: session.surroundings.stylesErrors))
    }

    static func read(_ source: Source, _ interrupt: Cancellation?) throws(SystemError) -> SourceText {
        switch source {
        case .file(let path):
            SourceText(name: path, bytes: try File.read(path, limit: SourceLoader.scriptLimit, interrupt))
        case .text(let text): SourceText(name: "<command>", text: text)
        case .standardInput:
            SourceText(
                name: "<stdin>",
                bytes: try File.read(
                    descriptor: 0, name: "<stdin>", limit: SourceLoader.scriptLimit, interrupt))
        }
    }
}
