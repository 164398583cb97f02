import Glibc
import Synchronization

/// Lines that a person types at a terminal.
package enum TerminalLine {
    /// Longer lines are not answers.
    private static let limit = 1 << 16

    /// Forgets what was typed and not read yet. To be called before a question is shown: an answer is one to a question
    /// that was seen, and what comes right after it counts.
    package static func discardTyped(on terminal: Int32) { tcflush(terminal, TCIFLUSH) }

    /// A line as the terminal hands it over, without its newline; nil at the end of input, and where the cancellation
    /// came first.
    package static func read(from terminal: Int32, _ cancellation: Cancellation?) -> String? {
        read(from: terminal, cancellation, whileWaiting: {})
    }

    private static func read(from terminal: Int32, _ cancellation: Cancellation?, whileWaiting: () -> Void) -> String? {
        var bytes: [UInt8] = []
        while true {
            switch Descriptor.wait(for: POLLIN, on: terminal, until: .now + .milliseconds(50), cancellation) {
            case .cancelled:
                tcflush(terminal, TCIFLUSH)
                return nil
            case .timedOut:
                whileWaiting()
                continue
            case .ready: break
            }
            var byte: UInt8 = 0
            let count = Glibc.read(terminal, &byte, 1)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            if count <= 0 { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
            if bytes.count > limit { return nil }
        }
    }

    /// Raised by the terminal's key for stopping, while a secret is typed.
    private static let wantsToStop = Atomic<Bool>(false)

    /// Asks at the process's terminal for what must not be seen. The terminal shows nothing meanwhile, also after a stop
    /// (Ctrl-Z, `fg`), and is as it was before however this ends.
    ///
    /// - Returns: nil where there is no terminal or nothing is answered: the cancellation, the end of input, an empty line.
    package static func readSecretly(_ question: String, _ cancellation: Cancellation?) -> String? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        guard var usual = TerminalSettings.keep(terminal) else { return nil }
        var silent = usual
        silent.c_lflag &= ~tcflag_t(ECHO)
        // What would end the program without a word would leave the terminal silent.
        let formerQuit = signal(SIGQUIT, SIG_IGN)
        let formerStop =
            SignalState.wasIgnored(SIGTSTP)
            ? nil
            : signal(SIGTSTP) { _ in
                TerminalLine.wantsToStop.store(true, ordering: .relaxed)
            }
        let channel = OutputChannel(terminal, name: "the terminal")
        func begin() {
            tcsetattr(terminal, TCSAFLUSH, &silent)
            try? channel.write(Array(question.utf8), cancellation)
        }
        defer {
            if !SignalState.wasIgnored(SIGTSTP) { signal(SIGTSTP, formerStop) }
            signal(SIGQUIT, formerQuit)
            tcsetattr(terminal, TCSAFLUSH, &usual)
            TerminalSettings.release()
            try? channel.write([UInt8(ascii: "\n")], nil)
        }
        begin()
        let answer = read(from: terminal, cancellation) {
            guard wantsToStop.exchange(false, ordering: .relaxed) else { return }
            tcsetattr(terminal, TCSANOW, &usual)
            JobControl.stopAlone()
            begin()
        }
        return answer.flatMap { $0.isEmpty ? nil : $0 }
    }
}
