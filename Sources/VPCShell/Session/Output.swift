import Glibc
import ScriptRuntime
import Synchronization

/// Standard output and standard error.
///
/// Output is gathered and written in large pieces, except on a terminal; it is written out before anything goes to
/// standard error, before anything blocks, and at the end, so that a reader sees what belongs before what.
package final class Output: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var isClosed = false
        var captured: (output: [UInt8], error: [UInt8])?
        /// What both streams get, while somebody gathers it.
        var gathered: [UInt8]?
    }
    /// Erased before anything is written; nil where there is none.
    package let progress: ProgressLine?
    private let state: Mutex<State>
    private let flushesLines: Bool
    private static let bufferSize = 1 << 16

    package init(outputIsTerminal: Bool, progress: ProgressLine? = nil) {
        self.progress = progress
        flushesLines = outputIsTerminal
        state = Mutex(State())
    }

    /// Keeps everything in memory instead: for tests.
    package init(capturing: ()) {
        progress = nil
        flushesLines = false
        state = Mutex(State(captured: ([], [])))
    }

    package var captured: (output: String, error: String) {
        state.withLock { state in
            let texts = state.captured ?? ([], [])
            return (String(decoding: texts.output, as: UTF8.self), String(decoding: texts.error, as: UTF8.self))
        }
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

    /// Writes text as it is. Throws ``OutputClosed`` where nobody reads it any more, and a `Script.File` error where it
    /// cannot be written.
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
                if state.isClosed { throw OutputClosed() }
                state.buffer.append(contentsOf: text.utf8)
                if flushesLines || state.buffer.count >= Self.bufferSize { try Self.flush(&state) }
            case .error:
                try Self.flush(&state)
                // Nobody can be told where even this fails.
                _ = Self.write(Array(text.utf8), to: STDERR_FILENO)
            }
        }
    }

    /// Writes out what has been gathered.
    package func flush() throws {
        try state.withLock { try Self.flush(&$0) }
    }

    private static func flush(_ state: inout State) throws {
        if state.buffer.isEmpty { return }
        let failure = write(state.buffer, to: STDOUT_FILENO)
        state.buffer.removeAll(keepingCapacity: true)
        if failure == 0 { return }
        state.isClosed = true
        if failure == EPIPE { throw OutputClosed() }
        throw ScriptError(
            "Script.File", "standard output cannot be written: \(String(cString: strerror(failure)))")
    }

    /// Writes all bytes; 0, or the system's error number.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                if count >= 0 {
                    written += count
                } else if errno == EAGAIN {
                    // Somebody has made the terminal non-blocking.
                    var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = Glibc.poll(&poll, 1, 1000)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }
}
