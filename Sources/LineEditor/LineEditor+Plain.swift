import Glibc
import SystemSupport

extension LineEditor {
    /// Reads a line from a terminal that cannot be edited on: the terminal's own line mode does the editing.
    func readPlainLine() -> Input {
        show(prompt.visible)
        var line: [UInt8] = []
        while true {
            while let byte = bytes[0] {
                bytes.removeFirst()
                if byte == UInt8(ascii: "\n") { return .line(String(decoding: line, as: UTF8.self)) }
                line.append(byte)
            }
            guard fill(1, timeout: -1) else {
                if outcome == .interrupted { return .interrupted }
                if outcome == .cancelled { return .cancelled }
                // In line mode a read of nothing is Ctrl-D, after which there may be more.
                if outcome == .hungUp { outcome = .editing }
                if line.isEmpty { show("\n") }
                return line.isEmpty ? .endOfInput : .line(String(decoding: line, as: UTF8.self))
            }
        }
    }
}
