import Glibc

/// A connection to a server on this machine, for bytes as they are. Nothing waits for longer than ten seconds.
final class RawConnection: @unchecked Sendable {
    private let descriptor: Int32
    private(set) var isOpen: Bool

    /// - Parameter receiveBuffer: in bytes; 0 for what is usual.
    init(port: Int, receiveBuffer: Int32 = 0) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var size = receiveBuffer
        if size > 0 { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        let descriptor = descriptor
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        isOpen = result == 0
    }

    deinit { close(descriptor) }

    /// False where the other side does not take all of it.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// What comes until the other side ends the connection; nil where it does not.
    func readToEnd() -> String? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0 { return errno == ECONNRESET ? String(decoding: bytes, as: UTF8.self) : nil }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    /// What comes until a text is in it, or the connection ends.
    func read(until end: String) -> String {
        var text = ""
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while !text.contains(end) {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count <= 0 { return text }
            text += String(decoding: chunk[..<count], as: UTF8.self)
        }
        return text
    }

    /// Waits until the other side has broken the connection off, without taking anything of what it sent.
    func waitForBreak() -> Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&entry, 1, 10_000) == 1 && entry.revents & Int16(POLLHUP | POLLERR) != 0
    }

    /// Ends the connection.
    func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
