import Glibc
import ScriptRuntime
import SystemSupport

/// The lines of standard input, as they arrive.
final class StreamInput {
    private let descriptor: Int32
    private let interrupt: Cancellation
    /// Called before a wait for more input.
    private let beforeWait: () -> Void
    private var buffer: [UInt8] = []
    /// Where the next line begins in the buffer, and how far it has been looked through for its end.
    private var start = 0
    private var searched = 0
    private var isAtEnd = false
    /// Whether the last line ended in a CR that an LF may still belong to.
    private var endedInReturn = false

    init(descriptor: Int32, interrupt: Cancellation, beforeWait: @escaping () -> Void) {
        self.descriptor = descriptor
        self.interrupt = interrupt
        self.beforeWait = beforeWait
    }

    /// The next line with its end (LF, CR LF or a lone CR); the last may have none. nil at the end.
    ///
    /// - Throws: ``SystemError`` where the input cannot be read, and where the interrupt came first.
    func line() throws(SystemError) -> ArraySlice<UInt8>? {
        while true {
            if endedInReturn, start < buffer.count {
                // The line was handed out when its CR came: nobody knows whether there will be more.
                endedInReturn = false
                if buffer[start] == UInt8(ascii: "\n") { start += 1 }
                searched = max(searched, start)
            }
            if let end = buffer[searched...].firstIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
            {
                endedInReturn = buffer[end] == UInt8(ascii: "\r")
                defer {
                    start = end + 1
                    searched = start
                }
                return buffer[start...end]
            }
            searched = buffer.count
            if isAtEnd {
                if start == buffer.count { return nil }
                defer { start = buffer.count }
                return buffer[start...]
            }
            try fill()
        }
    }

    private func fill() throws(SystemError) {
        buffer.removeFirst(start)
        searched -= start
        start = 0
        if buffer.count > SourceLoader.scriptLimit {
            throw SystemError(.tooLarge, "<stdin>: a line longer than \(SourceLoader.scriptLimit >> 20) MiB")
        }
        if Descriptor.wait(for: POLLIN, on: descriptor, until: .now, nil) != .ready { beforeWait() }
        guard let piece = try Descriptor.read(descriptor, upTo: 1 << 16, name: "<stdin>", interrupt) else {
            isAtEnd = true
            return
        }
        buffer += piece
    }
}

/// Guesses, a line at a time, whether a statement can end here: whether a bracket or a string is open. Only a parser
/// knows for sure, but to ask it after every line of a long statement would take quadratic time.
struct StatementScanner {
    private var depth = 0
    private var quote: UInt8?

    var isOpen: Bool { depth > 0 || quote != nil }

    mutating func take(_ line: ArraySlice<UInt8>) {
        var place = line.startIndex
        var isBehindBlank = true
        while place < line.endIndex {
            let byte = line[place]
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") { place += 1 }
                if byte == open { quote = nil }
            } else {
                switch byte {
                case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
                case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                case UInt8(ascii: "#") where isBehindBlank: return
                default: break
                }
            }
            isBehindBlank = byte == 0x20 || byte == 0x09
            place += 1
        }
    }
}
