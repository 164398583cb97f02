import Glibc
import ScriptRuntime

/// Asks at the terminal for what must not be seen.
enum SecretPrompt {
    /// nil where the terminal does not answer, or something else was meant: an interrupt, the end of input, an empty line.
    ///
    /// - Parameter interrupt: raised by signals, which would otherwise find a terminal that shows nothing.
    static func ask(_ question: String, interrupt: Interrupt?) -> String? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        var usual = termios()
        guard tcgetattr(terminal, &usual) == 0 else { return nil }
        var silent = usual
        silent.c_lflag &= ~tcflag_t(ECHO)
        // Whatever would end the program here would leave the terminal silent.
        let former = signal(SIGQUIT, SIG_IGN)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            signal(SIGQUIT, former)
            tcsetattr(terminal, TCSAFLUSH, &usual)
            _ = write(terminal, "\n", 1)
        }
        _ = question.withCString { write(terminal, $0, strlen($0)) }
        return line(from: terminal, interrupt: interrupt).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A line as the terminal hands it over, without its newline; nil at the end of input or on an interrupt.
    static func line(from terminal: Int32, interrupt: Interrupt?) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            if interrupt?.isRaised == true {
                tcflush(terminal, TCIFLUSH)
                return nil
            }
            var waiting = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
            if bytes.isEmpty, poll(&waiting, 1, 50) <= 0 { continue }
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
            if bytes.count > 1 << 16 { return nil }
        }
    }
}
