import DataValue
import LineEditor
import ScriptRuntime
import ScriptSyntax
import SystemSupport

/// `--stream`: runs the statements of standard input one by one, each as soon as it has arrived whole.
///
/// They mean what they would mean in a script that is there as a whole; only that each is checked when it arrives, so
/// that what came before an error has been done.
final class StreamedProgram {
    /// How the stream ends: with a status, and with what is to be told.
    private enum End: Error {
        case status(Int32)
        /// A message, worded, for standard error.
        case message(String, status: Int32)
        case uncaught(UncaughtError)
        case usage(UsageError)
        /// `--help` was asked for.
        case help(String)
        case interrupted
        case outputClosed
    }

    private let program: Program
    private var session: Session { program.session }
    private let machine: Machine
    private var loader: SourceLoader
    private var environment = Environment()
    /// The declarations of parameters so far, which wait for the first statement of another kind; nil behind it.
    private var pending: [CompiledUnit]? = []
    private let arguments: [String]
    private let descriptor: Int32

    init(_ program: Program, arguments: [String], descriptor: Int32) {
        self.program = program
        self.arguments = arguments
        self.descriptor = descriptor
        loader = SourceLoader(sources: SourceMap(), interrupt: program.interrupt)
        machine = Machine(host: program.session, interrupt: program.interrupt)
    }

    func run() -> Int32 {
        machine.lineNumber = { [unowned self] in self.loader.sources.line(of: $0) }
        let end: End
        do throws(End) {
            try readAndRun()
            try bindParameters()
            end = .status(0)
        } catch {
            end = error
        }
        return finish(leave(end))
    }

    private var errors: ErrorReport {
        ErrorReport(sources: loader.sources, isStyled: session.surroundings.stylesErrors)
    }

    // MARK: Reading

    private func readAndRun() throws(End) {
        let input = StreamInput(descriptor: descriptor, interrupt: program.interrupt) { [session] in
            // What is wrong with the output is met where the next statement writes, and at the end.
            try? session.output.flush()
        }
        var text: [UInt8] = []
        var firstLine = 1
        var lineCount = 0
        var parsedCount = 0
        var scanner = StatementScanner()
        while true {
            let line = try line(of: input)
            if let line {
                text += line
                lineCount += 1
                scanner.take(line)
                if text.count > SourceLoader.scriptLimit {
                    throw .message(
                        ErrorReport.plain(
                            "<stdin>: a statement longer than \(SourceLoader.scriptLimit >> 20) MiB",
                            isStyled: errors.isStyled), status: 2)
                }
                if scanner.isOpen, text.count < 2 * parsedCount { continue }
            } else if text.isEmpty {
                return
            }
            parsedCount = text.count
            if try !take(SourceText(name: "<stdin>", bytes: text, firstLine: firstLine), isLast: line == nil) {
                continue
            }
            firstLine += lineCount
            (text, lineCount, parsedCount, scanner) = ([], 0, 0, StatementScanner())
            if line == nil { return }
        }
    }

    private func line(of input: StreamInput) throws(End) -> ArraySlice<UInt8>? {
        do {
            return try input.line()
        } catch {
            if error.isCancellation { throw .interrupted }
            throw .message(ErrorReport.plain(error.message, isStyled: errors.isStyled), status: 2)
        }
    }

    /// Runs the statements of a text; false where it is not complete yet.
    private func take(_ text: SourceText, isLast: Bool) throws(End) -> Bool {
        var loader = loader
        let before = loader.sources.sources.count
        let loaded = loader.load(text, path: nil)
        if loader.wasInterrupted { throw .interrupted }
        if case .incomplete = loaded, !isLast { return false }
        self.loader = loader
        switch loaded {
        case .incomplete(let diagnostics): throw .message(errors.text(diagnostics), status: 2)
        case .invalid(let diagnostics, _, _): throw .message(errors.text(diagnostics), status: 2)
        case .complete(let script):
            var isNeeded = loader.sources.sources.count > before + 1
            for unit in Self.units(of: script, source: UInt32(before)) {
                try run(unit)
                isNeeded = isNeeded || unit.statements.contains(where: Self.outlives)
            }
            // Nothing refers to a statement that has run; a stream may go on for ever.
            if !isNeeded { self.loader.sources.keepFirst(before) }
            return true
        }
    }

    /// Each statement for itself, but for what a `source` takes in: a file is one piece.
    private static func units(of script: Script, source: UInt32) -> [Script] {
        var units: [Script] = []
        var isInside = false
        for statement in script.statements {
            let isTaken = statement.span.source != source
            if isTaken, isInside {
                units[units.count - 1].statements.append(statement)
            } else {
                units.append(Script(statements: [statement]))
            }
            isInside = isTaken
        }
        return units
    }

    /// Whether something later may refer to a statement.
    private static func outlives(_ statement: Statement) -> Bool {
        switch statement.kind {
        case .function, .onError, .onExit: true
        default: false
        }
    }

    // MARK: Running

    private func run(_ script: Script) throws(End) {
        let isParameter = if case .parameter? = script.statements.first?.kind { true } else { false }
        if isParameter, pending == nil, let span = script.statements.first?.span {
            let late = Diagnostic("'param' stands at the top, before other statements", at: span)
            throw .message(errors.text(late), status: 2)
        }
        if !isParameter { try bindParameters() }
        let (unit, diagnostics) = Compiler.compile(
            script, kind: .streamedStatement, environment: environment, host: session)
        guard let unit else { throw .message(errors.text(diagnostics), status: 2) }
        if !diagnostics.isEmpty { try? session.write(errors.text(diagnostics), to: .error) }
        if case .none = session.target, session.takeResolvedOperation() {
            throw .usage(UsageError("there are no credentials for the API", help: Target.missingHelp, status: 4))
        }
        if isParameter {
            pending?.append(unit)
            environment = unit.environment
        } else {
            try run(unit, [:])
        }
    }

    /// Gives the parameters their values, once all of them have been declared.
    private func bindParameters() throws(End) {
        guard let units = pending else { return }
        pending = nil
        let parser = ScriptArguments(
            parameters: units.flatMap(\.parameters), scriptName: "<stdin>", session: session,
            interrupt: program.interrupt)
        let outcome: ScriptArguments.Outcome
        do throws(UsageError) {
            outcome = try parser.parse(arguments)
        } catch {
            throw .usage(error)
        }
        switch outcome {
        case .usage(let usage): throw .help(usage)
        case .values(let values): for unit in units { try run(unit, values) }
        }
    }

    private func run(_ unit: CompiledUnit, _ values: [String: Value]) throws(End) {
        environment = unit.environment
        do {
            try machine.run(unit, parameters: values)
        } catch let error as UncaughtError {
            throw .uncaught(error)
        } catch let request as ExitRequest {
            throw .status(request.status)
        } catch is Interrupted {
            throw .interrupted
        } catch is OutputClosed {
            throw .outputClosed
        } catch {
            throw .message(ErrorReport.plain("\(error)", isStyled: errors.isStyled), status: 1)
        }
    }

    // MARK: Ending

    /// Does what is to be done when the stream ends; an error in it takes the place of how it would have ended.
    private func leave(_ end: End) -> End {
        guard let (unit, diagnostics) = environment.endingUnit(host: session) else { return end }
        if case .interrupted = end { program.interrupt.reset() }
        guard let unit else { return .message(errors.text(diagnostics), status: 2) }
        do throws(End) {
            try run(unit, [:])
            return end
        } catch {
            if case .uncaught(let later) = error, case .uncaught(let first) = end {
                return .uncaught(later.caused(by: first.error))
            }
            return error
        }
    }

    private func finish(_ end: End) -> Int32 {
        switch end {
        case .status(let status): program.finish(status, "")
        case .message(let message, let status): program.finish(status, message)
        case .uncaught(let error): program.finish(error.error.exitStatus, errors.text(error))
        case .usage(let error): program.report(error)
        case .help(let usage): program.finish(0, "", output: usage)
        case .interrupted: program.finish(Interrupts.exitStatus, "")
        case .outputClosed: Program.closedOutputStatus
        }
    }
}

extension Program {
    /// Runs the statements of standard input, or of another open file, as they arrive; yields the exit status.
    package func stream(arguments: [String], descriptor: Int32 = 0) -> Int32 {
        StreamedProgram(self, arguments: arguments, descriptor: descriptor).run()
    }
}
