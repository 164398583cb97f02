import DataValue
import ScriptRuntime
import SystemSupport

// Programs that run for the user, and files.

extension Session {
    /// The most that a program's output may be, in bytes.
    static let programOutputLimit = 256 << 20
    /// The largest file that is read as a value, in bytes: what a text may be.
    static let fileLimit = 256 << 20

    package func save(_ text: String, as path: String, interrupt: Cancellation) throws {
        // The file may be standard output itself.
        try output.flush()
        try Self.reporting {
            () throws(SystemError) in try FileReplacement.replace(path, with: Array(text.utf8), interrupt)
        }
    }

    package func read(_ path: String, interrupt: Cancellation) throws -> [UInt8] {
        if path == "-", options.isStream {
            throw ScriptError(
                "Script.File", "with --stream standard input is the script, and nothing else can be read from it")
        }
        try output.flush()
        return try Self.reporting { () throws(SystemError) in
            path == "-"
                ? try File.read(descriptor: 0, name: "<stdin>", limit: Self.fileLimit, interrupt)
                : try File.read(path, limit: Self.fileLimit, interrupt)
        }
    }

    /// Runs something of the system's, whose errors the language knows as `Script.File`.
    static func reporting<Result>(_ body: () throws(SystemError) -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            if error.isCancellation { throw Interrupted() }
            throw ScriptError("Script.File", error.message)
        }
    }

    package func shell(_ command: String, input: String, interrupt: Cancellation) throws -> String {
        try output.flush()
        var process = ChildProcess(.shell(command))
        process.input = .bytes(Array(input.utf8))
        process.output = .collected(limit: Self.programOutputLimit)
        return String(decoding: try Self.run(process, command, interrupt), as: UTF8.self)
    }

    /// Runs a program that has our terminal for its own, and waits for it.
    ///
    /// - Parameter input: What it reads on its standard input; the terminal where it is nil.
    /// - Throws: `Shell.Exit` where it ends with another status than 0; ``Interrupted``.
    static func runAttached(_ command: String, input: String? = nil, interrupt: Cancellation) throws {
        var process = ChildProcess(.shell(command))
        process.input = input.map { .bytes(Array($0.utf8)) } ?? .inherited
        process.isForeground = true
        _ = try run(process, command, interrupt)
    }

    private static func run(_ process: ChildProcess, _ command: String, _ interrupt: Cancellation) throws -> [UInt8] {
        func failure(_ message: String) -> ScriptError { ScriptError("Shell.Exit", message) }
        let ending: ChildProcess.Ending
        let output: [UInt8]
        do {
            (ending, output) = try process.run(interrupt)
        } catch {
            switch error {
            case .cancelled, .timedOut: throw Interrupted()
            case .system(let problem): throw failure("sh cannot be run: \(problem.message)")
            case .tooMuchOutput(let limit):
                throw failure("the program writes more than \(limit >> 20) MiB, and was ended: \(command)")
            }
        }
        switch ending {
        case .status(0): return output
        case .status(let status): throw failure("the program ended with status \(status): \(command)")
        case .signal(let signal): throw failure("the program was ended by signal \(signal): \(command)")
        case .stopped: throw failure("the program was stopped, so it has been ended: there is no job control")
        }
    }
}
