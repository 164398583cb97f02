import Glibc
import Synchronization

/// A descriptor that is written to, whole pieces at a time, in a way that a full pipe or a stopped terminal does not hold
/// up for good.
///
/// A descriptor that we got from whoever started us shares its flags with them, so it is not set to non-blocking. What
/// could block is opened anew instead, through `/proc`, with flags of its own; a socket is told with each call. Where
/// neither can be had, no more is written at once than what a ready pipe surely takes.
package final class OutputChannel: Sendable {
    private enum Way {
        /// A regular file, or something else that never makes anybody wait for a reader.
        case direct
        case socket
        /// Of its own, and non-blocking.
        case reopened(Int32)
        case inSmallPieces
    }
    private let descriptor: Int32
    private let name: String
    private let way = Mutex<Way?>(nil)
    /// What a pipe takes that `poll` calls writable: PIPE_BUF.
    private static let smallPiece = 4096

    /// - Parameter name: What errors call it: `standard output`.
    package init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    package static let standardOutput = OutputChannel(STDOUT_FILENO, name: "standard output")
    package static let standardError = OutputChannel(STDERR_FILENO, name: "standard error")

    deinit { if case .reopened(let own)? = way.withLock(\.self) { close(own) } }

    /// Writes all bytes.
    ///
    /// - Throws: ``SystemError``; whatever was written before stays written.
    package func write(_ bytes: [UInt8], _ cancellation: Cancellation?) throws(SystemError) {
        let way = self.way.withLock { way in
            let known = way ?? Self.findWay(descriptor)
            way = known
            return known
        }
        var written = 0
        while written < bytes.count {
            let count = try write(bytes[written...], way, cancellation)
            written += count
        }
    }

    private func write(_ bytes: ArraySlice<UInt8>, _ way: Way, _ cancellation: Cancellation?) throws(SystemError) -> Int
    {
        while true {
            let result = bytes.withUnsafeBytes { bytes in
                switch way {
                case .direct: Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                case .socket:
                    send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
                case .reopened(let own): Glibc.write(own, bytes.baseAddress, bytes.count)
                case .inSmallPieces: writePiece(bytes)
                }
            }
            if result >= 0 { return result }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                if Descriptor.wait(for: POLLOUT, on: descriptor, cancellation) == .cancelled { throw .cancelled(name) }
            default: throw SystemError("\(name) cannot be written")
            }
        }
    }

    /// Writes what may be missed, if that can be done at once.
    package func offer(_ text: String) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 0) > 0 else { return }
        try? write(Array(text.utf8), nil)
    }

    private func writePiece(_ bytes: UnsafeRawBufferPointer) -> Int {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 0) > 0 else {
            errno = EAGAIN
            return -1
        }
        return Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Self.smallPiece))
    }

    private static func findWay(_ descriptor: Int32) -> Way {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .direct }
        // Opened anew it could be written to: an output that was closed, in whose place a readable device stands, is to fail.
        if fcntl(descriptor, F_GETFL) & O_ACCMODE == O_RDONLY { return .direct }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: return .socket
        case S_IFIFO, S_IFCHR:
            let own = open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
            return own >= 0 ? .reopened(own) : .inSmallPieces
        default: return .direct
        }
    }
}
