import DataValue
import ScriptSyntax

/// An error as the language knows it: what `on error` matches and `$error` shows.
///
/// Data only; how it reads to a person is the shell's business.
package final class ScriptError: Error, Sendable {
    /// Where an error comes from, which decides the exit status of a program that it ends.
    package enum Origin: Sendable, Equatable {
        /// The script itself, `fail`, or a rule of the shell: status 1.
        case script
        /// An answer of the API: status 3.
        case service
        /// No answer, or none that could be understood: status 4.
        case client
    }

    package let code: String
    package let message: String
    package let origin: Origin
    package let httpStatus: Int?
    package let requestID: String?
    package let action: String?
    /// How often the failed work was tried.
    package let attempts: Int
    /// Whether the service may have done the work all the same.
    package let isAmbiguous: Bool
    package let cause: ScriptError?
    /// How many causes have been left out between this error and its ``cause``: of a chain longer than ``mostCauses``, the
    /// nearest and the first of all are kept.
    package let omittedCauses: Int
    private let causeCount: Int
    /// From the first try to the failure; nil where nobody measured.
    package let elapsed: Duration?
    /// What the failed work has left without knowing whether it was done.
    package let unfinished: [UnfinishedWork]
    /// What to do about it.
    package let help: String?
    /// Where it arose, if that is elsewhere than where it is raised.
    let span: Span?

    package init(
        _ code: String, _ message: String, origin: Origin = .script, httpStatus: Int? = nil, requestID: String? = nil,
        action: String? = nil, attempts: Int = 1, isAmbiguous: Bool = false, cause: ScriptError? = nil,
        help: String? = nil, span: Span? = nil, elapsed: Duration? = nil, unfinished: [UnfinishedWork] = [],
        omittedCauses: Int = 0
    ) {
        self.code = code
        self.message = message
        self.origin = origin
        self.httpStatus = httpStatus
        self.requestID = requestID
        self.action = action
        self.attempts = attempts
        self.isAmbiguous = isAmbiguous
        let kept = cause.map { $0.causeCount < Self.mostCauses ? $0 : $0.withoutCause(Self.mostCauses / 2) }
        self.cause = kept
        causeCount = kept.map { $0.causeCount + 1 } ?? 0
        self.omittedCauses = omittedCauses
        self.help = help
        self.span = span
        self.elapsed = elapsed
        self.unfinished = unfinished
    }

    /// How many causes an error has at most.
    package static let mostCauses = 16

    /// The same error without one of its causes, counted from 1, which is counted as left out.
    private func withoutCause(_ number: Int) -> ScriptError {
        guard let cause else { return self }
        let rest = number > 1 ? cause.withoutCause(number - 1) : cause.cause
        let omitted = number > 1 ? omittedCauses : omittedCauses + 1 + cause.omittedCauses
        return ScriptError(
            code, message, origin: origin, httpStatus: httpStatus, requestID: requestID, action: action,
            attempts: attempts, isAmbiguous: isAmbiguous, cause: rest, help: help, span: span, elapsed: elapsed,
            unfinished: unfinished, omittedCauses: omitted)
    }

    /// The exit status of a program that this error ends.
    package var exitStatus: Int32 {
        switch origin {
        case .script: 1
        case .service: 3
        case .client: 4
        }
    }

    /// The record that handlers see. `line` is the line of the failed statement.
    package func record(line: Int, attempts: Int? = nil) -> Value {
        .record(
            Record([
                ("Code", .string(code)), ("Message", .string(message)),
                ("HttpStatus", httpStatus.map { .int($0) } ?? .null),
                ("RequestId", requestID.map { .string($0) } ?? .null), ("Action", action.map { .string($0) } ?? .null),
                ("Line", .int(line)), ("Attempts", .int(attempts ?? self.attempts)), ("Ambiguous", .bool(isAmbiguous)),
                ("Cause", cause.map { $0.record(line: line) } ?? .null),
            ]))
    }

    /// The same error after more attempts.
    func tried(_ attempts: Int) -> ScriptError {
        if attempts == self.attempts { return self }
        return ScriptError(
            code, message, origin: origin, httpStatus: httpStatus, requestID: requestID, action: action,
            attempts: attempts, isAmbiguous: isAmbiguous, cause: cause, help: help, elapsed: elapsed,
            omittedCauses: omittedCauses)
    }
}

extension ScriptError {
    /// The same error with another one as its cause, where it has none yet.
    package func caused(by other: ScriptError) -> ScriptError {
        if cause != nil { return self }
        return ScriptError(
            code, message, origin: origin, httpStatus: httpStatus, requestID: requestID, action: action,
            attempts: attempts, isAmbiguous: isAmbiguous, cause: other, help: help, span: span, elapsed: elapsed)
    }

    static func type(_ message: String, help: String? = nil) -> ScriptError {
        ScriptError("Script.Type", message, help: help)
    }
    static func value(_ message: String, help: String? = nil) -> ScriptError {
        ScriptError("Script.Value", message, help: help)
    }
    static func overflow(_ operation: String) -> ScriptError {
        ScriptError("Script.Overflow", "\(operation) does not fit in a 64-bit integer")
    }
}

/// The user's interrupt. No error: no handler sees it, but `on exit` blocks run.
package struct Interrupted: Error {
    package init() {}
}

/// `exit` with its status. No error either.
package struct ExitRequest: Error {
    package let status: Int32
    package init(status: Int32) { self.status = status }
}

/// Standard output is gone (`| head -1`): the program ends quietly.
package struct OutputClosed: Error {
    package init() {}
}
