import Glibc

/// New content for a file, written beside it and put in its place as a whole; what is forgotten without a
/// ``commit()`` leaves the file as it was. A file that is no regular one (a terminal, a pipe) is written where it is.
final class FileReplacement {
    private let path: String
    private let partial: String
    private let isRegular: Bool
    private var descriptor: Int32

    init(_ path: String) throws(FileContent.Problem) {
        if path.utf8.contains(0) { throw FileContent.Problem(message: "a path cannot contain a NUL") }
        var status = stat()
        let exists = stat(path, &status) == 0
        self.path = path
        isRegular = !exists || status.st_mode & S_IFMT == S_IFREG
        partial = isRegular ? "\(path).\(getpid()).partial" : path
        let flags = O_WRONLY | O_CLOEXEC | (isRegular ? O_CREAT | O_TRUNC : 0)
        descriptor = open(partial, flags, exists ? status.st_mode & 0o777 : 0o666)
        guard descriptor >= 0 else { throw problem(errno) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if isRegular { unlink(partial) }
    }

    func write(_ content: [UInt8]) throws(FileContent.Problem) {
        var written = 0
        while written < content.count {
            let count = content[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { written += count } else if errno != EINTR { throw problem(errno) }
        }
    }

    func commit() throws(FileContent.Problem) {
        let ended = descriptor
        descriptor = -1
        var failure: Int32 = 0
        if close(ended) != 0 { failure = errno }
        if failure == 0, isRegular, rename(partial, path) != 0 { failure = errno }
        if failure == 0 { return }
        if isRegular { unlink(partial) }
        throw problem(failure)
    }

    private func problem(_ error: Int32) -> FileContent.Problem {
        FileContent.Problem(message: "\(path): \(String(cString: strerror(error)))")
    }
}
