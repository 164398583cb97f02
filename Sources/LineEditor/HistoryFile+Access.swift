import Glibc

extension HistoryFile {
    /// Opens the file, creates it if need be, and takes the lock on it. Closing the descriptor gives the lock back.
    func openLocked() throws(Failure) -> Int32 {
        createFolder()
        // A file may be replaced between opening and locking it, each time by another session's trimming.
        for _ in 0..<16 {
            // Without O_NONBLOCK a FIFO in this place would hold the session up.
            let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o600)
            guard descriptor >= 0 else { throw failure("open") }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                close(descriptor)
                throw Failure(text: "the history \(path) is not a regular file, so it is not kept")
            }
            if status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
            guard lock(descriptor) else {
                let failure = failure("lock")
                close(descriptor)
                throw failure
            }
            var named = stat()
            if stat(path, &named) == 0, named.st_ino == status.st_ino, named.st_dev == status.st_dev {
                return descriptor
            }
            close(descriptor)
        }
        throw Failure(text: "the history \(path) is being replaced again and again, so it is not kept")
    }

    func contents(of descriptor: Int32) throws(Failure) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size <= HistoryFile.maximumSize else {
            throw Failure(text: "the history \(path) is too large to be one, so it is not read")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            if count > 0 {
                bytes += chunk[..<count]
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw failure("read")
            }
        }
    }

    /// Replaces the file by one that holds `entries`. The lock on the old file is held.
    func replace(with entries: [String]) throws(Failure) {
        // A link stays a link.
        let target = HistoryFile.resolved(path)
        let temporary = "\(target).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("trim") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        for entry in entries { bytes += HistoryFile.encode(entry) }
        guard HistoryFile.writeAll(bytes, to: descriptor), rename(temporary, target) == 0 else {
            let failure = failure("trim")
            unlink(temporary)
            throw failure
        }
    }

    func failure(_ action: String) -> Failure {
        Failure(text: "cannot \(action) the history \(path): \(String(cString: strerror(errno)))")
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Another session holds the lock for the length of one write: a second of patience is much.
    private func lock(_ descriptor: Int32) -> Bool {
        for _ in 0..<100 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK || errno == EINTR else { return false }
            poll(nil, 0, 10)
        }
        errno = EWOULDBLOCK
        return false
    }

    private func createFolder() {
        var index = path.startIndex
        while let slash = path[index...].firstIndex(of: "/") {
            // What is missing after this shows when the file is opened.
            if slash > path.startIndex { mkdir(String(path[..<slash]), 0o700) }
            index = path.index(after: slash)
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let target = realpath(path, nil) else { return path }
        defer { free(target) }
        return String(cString: target)
    }
}
