import CLinux
import Glibc

/// Runs programs.
///
/// Every child
/// - is the leader of a process group of its own, so that it can be ended with all that it has started,
/// - meets signals as our own parent had set them, not as we do: what we ignore for ourselves it does not,
/// - has none of our descriptors but the three that it is given.
///
/// A program is over when the process that was started has ended: what it leaves in the background, holding the other end
/// of a pipe, is not waited for. When it is to be stopped, its group gets SIGTERM, and SIGKILL a second later.
package struct ChildProcess: Sendable {
    package enum Program: Sendable {
        /// A command line for `/bin/sh`.
        case shell(String)
        /// A program, looked for in PATH, and its arguments.
        case words([String])

        var words: [String] {
            switch self {
            case .shell(let command): ["/bin/sh", "-c", command]
            case .words(let words): words
            }
        }
    }
    package enum Input: Sendable {
        case nothing
        case bytes([UInt8])
        case inherited
    }
    package enum Output: Sendable {
        /// Gathered, up to a limit in bytes.
        case collected(limit: Int)
        case inherited
    }
    /// How a program ended.
    package enum Ending: Sendable, Equatable {
        case status(Int32)
        case signal(Int32)
        /// It was stopped (Ctrl-Z) and, since nothing could wake it again, ended.
        case stopped
    }
    /// Why a program was not left to its end.
    package enum Failure: Error, Sendable {
        /// It could not be started, or not be spoken to.
        case system(SystemError)
        case cancelled
        case timedOut
        case tooMuchOutput(limit: Int)
    }

    package var program: Program
    package var input = Input.nothing
    package var output = Output.inherited
    /// Nil for no limit.
    package var timeLimit: Duration?
    /// Whether it has our terminal for its own from the start, with its keys. Without, it gets the terminal when it asks
    /// for it, as a program that wants a password does.
    package var isForeground = false

    package init(_ program: Program) { self.program = program }

    /// How long a program may take to end after SIGTERM.
    package static let grace = Duration.seconds(1)

    /// Runs it to its end.
    ///
    /// - Returns: How it ended, and what it wrote to its standard output where that was to be collected.
    package func run(_ cancellation: Cancellation) throws(Failure) -> (ending: Ending, output: [UInt8]) {
        if cancellation.isCancelled { throw .cancelled }
        var run: RunningProcess
        do {
            run = try RunningProcess(self)
        } catch {
            throw .system(error)
        }
        defer { run.close() }
        let deadline = timeLimit.map { MonotonicTime.now + $0 }
        do {
            let waker = DescriptorWaker()
            let ending = try cancellation.whileObserving({ waker.wake() }) { () throws(Failure) in
                try run.exchange(waker, deadline, cancellation)
            }
            return (ending, run.collected)
        } catch {
            run.end()
            throw error
        }
    }
}
