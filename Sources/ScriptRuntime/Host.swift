import DataValue
import ScriptSyntax
import SystemSupport

/// What a running program needs of the world outside: the one border between the language and everything else.
package protocol Host: Sendable {
    /// The command of a name, or nil.
    func command(named name: String) -> (any Command)?
    /// Names to suggest when there is no command of a name, nearest first.
    func commandNames(near name: String) -> [String]
    /// Shows a result that nothing consumed. Throws ``OutputClosed`` where nobody reads it any more.
    func display(_ value: Value) throws
    /// Writes text as it is to standard output or standard error.
    func write(_ text: String, to stream: OutputStream) throws
    /// The time of day.
    func now() -> WallTime
    /// The time by a clock that nobody sets: for measuring spans.
    func monotonic() -> MonotonicTime
    /// Blocks for a span, or until the interrupt is raised. Throws what ``write(_:to:)`` throws, since what has been
    /// printed so far is shown first.
    func sleep(for span: Duration, interrupt: Cancellation) throws
    /// Takes notice of how far something long has come. It is over when anything else happens.
    func report(_ progress: Progress)
    /// Takes notice that `on exit` blocks begin to run in a machine, or have come to their end: what they do must be done,
    /// whether or not anybody reads what they write.
    func exitBlocksRun(_ areRunning: Bool)
    /// A number from 0 up to, not including, 1.
    func random() -> Double
    /// A variable of the environment.
    func environment(_ name: String) -> String?
    /// The text that a value has in a format, for this host's terminal. Throws `Script.Value` where it is too long.
    func text(_ value: Value, as format: OutputFormat) throws -> String
    /// Where items go that are written one by one; nil where they are to be gathered first. Throws `Script.File`.
    func itemSink(_ output: ItemOutput, interrupt: Cancellation) throws -> (any ItemSink)?
    /// Replaces a file, whole or not at all. Throws `Script.File`, and ``Interrupted`` where the interrupt ends the wait
    /// for whoever reads it.
    func save(_ text: String, as path: String, interrupt: Cancellation) throws
    /// Everything in a file (`-` is standard input). Throws `Script.File`, and ``Interrupted`` where the interrupt ends the
    /// wait for whoever writes it.
    func read(_ path: String, interrupt: Cancellation) throws -> [UInt8]
    /// Runs a program by `sh -c`; yields its standard output. Throws `Shell.Exit` where it fails.
    func shell(_ command: String, input: String, interrupt: Cancellation) throws -> String
}

/// How far something is that takes long.
package enum Progress: Sendable, Equatable {
    /// Items that have arrived, of as many as there are as far as that is known.
    case items(Int, of: Int?)
    /// Iterations of a parallel loop that are done.
    case iterations(Int, of: Int?)
    /// Waiting for a condition, since `elapsed`, for `limit` at most.
    case waiting(elapsed: Duration, limit: Duration)
}

/// A host without files and programs.
extension Host {
    package func monotonic() -> MonotonicTime { MonotonicTime(nanoseconds: now().nanoseconds) }
    package func report(_ progress: Progress) {}
    package func exitBlocksRun(_ areRunning: Bool) {}
    package func text(_ value: Value, as format: OutputFormat) throws -> String {
        do throws(LimitError) {
            return try ValueFormatter(format: format).limitedText(value)
        } catch {
            throw ScriptError.limit(error)
        }
    }
    package func itemSink(_ output: ItemOutput, interrupt: Cancellation) throws -> (any ItemSink)? { nil }
    package func save(_ text: String, as path: String, interrupt: Cancellation) throws {
        throw ScriptError("Script.File", "\(path): this host has no files")
    }
    package func read(_ path: String, interrupt: Cancellation) throws -> [UInt8] {
        throw ScriptError("Script.File", "\(path): this host has no files")
    }
    package func shell(_ command: String, input: String, interrupt: Cancellation) throws -> String {
        throw ScriptError("Shell.Exit", "this host runs no programs")
    }
}

package enum OutputStream: Sendable {
    case output, error
}

/// Something that a statement can run by its name. Help, completion and checking read ``signature``.
package protocol Command: Sendable {
    var signature: CommandSignature { get }
    /// What is wrong with a call, as far as it can be said before it runs: a value is nil where it is not known yet.
    func problems(with arguments: [(name: String?, value: Value?)]) -> [ArgumentProblem]
    /// Runs the command. Throws ``ScriptError``, ``Interrupted``, ``ExitRequest`` or ``OutputClosed``.
    func run(_ invocation: Invocation) throws -> Value
    /// Whether a call with these arguments yields items page by page, where a pipe or a loop takes them directly.
    func hasPages(argumentNames: [String?]) -> Bool
    /// The items of such a call. Throws as ``run(_:)`` does.
    func pages(_ invocation: Invocation) throws -> (any PageSource)?
}

extension Command {
    package func hasPages(argumentNames: [String?]) -> Bool { false }
    package func pages(_ invocation: Invocation) throws -> (any PageSource)? { nil }
}

/// The declaration of a command.
package struct CommandSignature: Sendable {
    package struct Parameter: Sendable {
        package var name: String
        package var summary: String
        package var isRequired: Bool
        package init(_ name: String, _ summary: String, isRequired: Bool = false) {
            self.name = name
            self.summary = summary
            self.isRequired = isRequired
        }
    }
    package var name: String
    package var summary: String
    /// Positional ones for built-ins, named ones for operations.
    package var parameters: [Parameter]
    /// Statements that can be run as they stand.
    package var examples: [String]
    /// Whether it means something only at a prompt; a check refuses it in a script.
    package var isForPromptOnly: Bool

    package init(
        name: String, summary: String, parameters: [Parameter] = [], examples: [String] = [],
        isForPromptOnly: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.examples = examples
        self.isForPromptOnly = isForPromptOnly
    }
}

/// Something wrong with the arguments of a call.
package struct ArgumentProblem: Sendable, Equatable {
    package var message: String
    package var help: String?
    /// The place of the argument that is wrong, counted from 0; nil where it is the call as a whole.
    package var argument: Int?

    package init(_ message: String, help: String? = nil, argument: Int? = nil) {
        self.message = message
        self.help = help
        self.argument = argument
    }
}

/// One run of a command.
package struct Invocation: Sendable {
    package var name: String
    package var arguments: [(name: String?, value: Value)]
    package var interrupt: Cancellation
    package var host: any Host
    /// Unfinished work that this call may take up, since a handler's `retry` is repeating the statement that it belongs
    /// to, or one that called it.
    package var repeatedWork: RepeatedWork

    /// Whether there is a statement that is being repeated.
    package var isRepetition: Bool { !repeatedWork.sources.isEmpty }
}
