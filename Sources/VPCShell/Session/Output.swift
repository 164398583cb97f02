import ScriptRuntime
import Synchronization
import SystemSupport

/// Standard output and standard error.
///
/// Output is gathered and written in large pieces, except on a terminal; it is written out before anything goes to
/// standard error, before anything blocks, and at the end, so that a reader sees what belongs before what.
///
/// A failure to write to standard output is kept: everything that is written later fails as well, and ``failure`` tells
/// of it at the end, even where a handler of the script has taken the error. Only while `on exit` blocks run it is not
/// thrown, since it would keep them from what they are there for.
package final class Output: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var failure: SystemError?
        var captured: (output: [UInt8], error: [UInt8])?
        /// What both streams get, while somebody gathers it.
        var gathered: [UInt8]?
        /// In how many machines `on exit` blocks run.
        var cleaning = 0
    }
    /// Erased before anything is written; nil where there is none.
    package let progress: ProgressLine?
    private let state: Mutex<State>
    private let flushesLines: Bool
    /// Ends the wait for a reader.
    private let cancellation: Cancellation?
    private static let bufferSize = 1 << 16

    package init(outputIsTerminal: Bool, progress: ProgressLine? = nil, cancellation: Cancellation? = nil) {
        self.progress = progress
        self.cancellation = cancellation
        flushesLines = outputIsTerminal
        state = Mutex(State())
    }

    /// Keeps everything in memory instead: for tests.
    package init(capturing: ()) {
        progress = nil
        cancellation = nil
        flushesLines = false
        state = Mutex(State(captured: ([], [])))
    }

    package var captured: (output: String, error: String) {
        state.withLock { state in
            let texts = state.captured ?? ([], [])
            return (String(decoding: texts.output, as: UTF8.self), String(decoding: texts.error, as: UTF8.self))
        }
    }

    /// Why standard output could not be written; nil where it could, or where its reader is gone, which is its right.
    package var failure: SystemError? {
        state.withLock { state in state.failure.flatMap { $0.isClosedPipe ? nil : $0 } }
    }

    /// Keeps what a body writes to either stream, and yields it.
    func gathering(_ body: () -> Void) -> String {
        state.withLock { $0.gathered = [] }
        body()
        return state.withLock { state in
            defer { state.gathered = nil }
            return String(decoding: state.gathered ?? [], as: UTF8.self)
        }
    }

    /// Writes text as it is. Throws ``OutputClosed`` where nobody reads it any more, a `Script.File` error where it cannot
    /// be written, and ``Interrupted`` where the user did not want to wait for its reader.
    package func write(_ text: String, to stream: OutputStream) throws {
        progress?.clear()
        try state.withLock { state in
            if state.gathered != nil {
                state.gathered?.append(contentsOf: text.utf8)
                return
            }
            if state.captured != nil {
                if stream == .output {
                    state.captured?.output += Array(text.utf8)
                } else {
                    state.captured?.error += Array(text.utf8)
                }
                return
            }
            switch stream {
            case .output:
                try Self.check(state)
                if state.failure != nil { return }
                state.buffer.append(contentsOf: text.utf8)
                if flushesLines || state.buffer.count >= Self.bufferSize { try flush(&state) }
            case .error:
                // Whatever is wrong with standard output is met where one writes to it, and at the end.
                try? flush(&state)
                // Nobody can be told where even this fails.
                try? OutputChannel.standardError.write(Array(text.utf8), cancellation)
            }
        }
    }

    /// Takes notice that `on exit` blocks begin to run in a machine, or have come to their end.
    func exitBlocksRun(_ areRunning: Bool) { state.withLock { $0.cleaning += areRunning ? 1 : -1 } }

    /// Writes out what has been gathered. Throws as ``write(_:to:)`` does.
    package func flush() throws { try state.withLock { try flush(&$0) } }

    private func flush(_ state: inout State) throws {
        try Self.check(state)
        if state.buffer.isEmpty { return }
        do throws(SystemError) {
            defer { state.buffer.removeAll(keepingCapacity: true) }
            try OutputChannel.standardOutput.write(state.buffer, cancellation)
        } catch {
            if error.isCancellation { throw Interrupted() }
            state.failure = error
            try Self.check(state)
        }
    }

    private static func check(_ state: State) throws {
        guard let failure = state.failure, state.cleaning == 0 else { return }
        if failure.isClosedPipe { throw OutputClosed() }
        throw ScriptError("Script.File", failure.message)
    }
}
