import CLinux
import Glibc
import Synchronization

/// A file to which whole lines are added: lines of several threads and processes never mix, and a line that does not fit
/// on the disk is taken back, so that the next one does not go on in the middle of it.
package final class AppendedFile: Sendable {
    package let path: String
    private let descriptor: Int32
    /// Whether the lock on the file is this object's for as long as it lives; otherwise each line takes it.
    private let holdsLock: Bool
    private let writing = Mutex<Void>(())

    private init(_ path: String, _ descriptor: Int32, holdsLock: Bool) {
        self.path = path
        self.descriptor = descriptor
        self.holdsLock = holdsLock
    }

    deinit { close(descriptor) }

    /// Makes a file, or goes on with one.
    ///
    /// - Parameters:
    ///   - mode: Of a new file.
    ///   - empties: Whether what is there goes.
    ///   - holdsLock: Whether it is ours alone for as long as this object lives: then ``FileLock/isHeld(_:)`` tells whether
    ///     its writer is alive.
    /// - Throws: ``SystemError``; `EWOULDBLOCK` where another process has the lock that is to be held.
    package static func open(_ path: String, mode: UInt32 = 0o600, empties: Bool = false, holdsLock: Bool = false)
        throws(SystemError) -> AppendedFile
    {
        let file = try open(path, mode, holdsLock: holdsLock)
        if holdsLock, !FileLock.take(file.descriptor) { throw SystemError(path, number: errno) }
        if empties, ftruncate(file.descriptor, 0) != 0, errno != EINVAL { throw SystemError(path) }
        return file
    }

    private static func open(_ path: String, _ mode: UInt32, holdsLock: Bool) throws(SystemError) -> AppendedFile {
        try Path.check(path)
        // Read, too, for a look at the last byte; non-blocking for a FIFO without a reader.
        let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let descriptor = Glibc.open(path, flags, mode_t(mode))
        guard descriptor >= 0 else { throw SystemError(path) }
        return AppendedFile(path, descriptor, holdsLock: holdsLock)
    }

    /// Opens a file that only the user may read, which several processes share and may replace, and takes the lock on it.
    /// It is the one that the path leads to once the lock is there.
    ///
    /// - Throws: ``SystemError``; `EWOULDBLOCK` where another process has the lock until the deadline.
    package static func openShared(_ path: String, until deadline: MonotonicTime) throws(SystemError) -> AppendedFile {
        // It may be replaced between opening and locking it, each time by another process.
        for _ in 0..<16 {
            let file = try open(path, 0o600, holdsLock: true)
            var status = stat()
            guard fstat(file.descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw SystemError(.other, "\(path.visible): not a regular file")
            }
            if status.st_mode & 0o077 != 0 { fchmod(file.descriptor, 0o600) }
            try FileLock.take(file.descriptor, name: path, until: deadline, nil)
            if FileIdentity(path) == FileIdentity(status) { return file }
        }
        throw SystemError(.other, "\(path.visible): it is being replaced again and again")
    }

    /// Everything in the file.
    ///
    /// - Parameter limit: In bytes. A longer file is an error of the kind `tooLarge`.
    package func contents(limit: Int) throws(SystemError) -> [UInt8] {
        lseek(descriptor, 0, SEEK_SET)
        return try File.read(descriptor: descriptor, name: path, limit: limit, nil)
    }

    /// Adds a line.
    ///
    /// - Parameter line: Without its newline.
    /// - Throws: ``SystemError``, and then the file is as it was.
    package func append(_ line: String, _ cancellation: Cancellation? = nil) throws(SystemError) {
        var bytes = Array(line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        try append(bytes, cancellation)
    }

    /// Adds whole lines, all of them or none.
    package func append(_ lines: [UInt8], _ cancellation: Cancellation? = nil) throws(SystemError) {
        try writing.withLock { _ throws(SystemError) in
            if !holdsLock { try FileLock.take(descriptor, name: path, until: nil, cancellation) }
            defer { if !holdsLock { FileLock.release(descriptor) } }
            var lines = lines
            let end = lseek(descriptor, 0, SEEK_END)
            // What a crash has torn must not swallow this line.
            var last: UInt8 = 0
            if end > 0, pread(descriptor, &last, 1, end - 1) == 1, last != UInt8(ascii: "\n") {
                lines.insert(UInt8(ascii: "\n"), at: 0)
            }
            do throws(SystemError) {
                try File.writeAll(lines, to: descriptor, name: path)
            } catch {
                if end >= 0 { ftruncate(descriptor, end) }
                throw error
            }
        }
    }

    /// Sees to it that there is room for so many bytes more, so that lines which must not be lost fit also when the disk
    /// is full. Where the file system knows no such thing, nothing is reserved.
    ///
    /// - Throws: ``SystemError`` where there is no room.
    package func reserve(_ count: Int) throws(SystemError) {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { return }
        while system_reserve(descriptor, end, off_t(count)) != 0 {
            switch errno {
            case EINTR: continue
            case ENOSPC, EDQUOT, EFBIG, EIO: throw SystemError(path)
            default: return
            }
        }
    }

    /// Waits until all lines are on the disk.
    package func sync() throws(SystemError) {
        while fdatasync(descriptor) != 0 {
            switch errno {
            case EINTR: continue
            case EINVAL, EROFS, ENOTSUP: return
            default: throw SystemError(path)
            }
        }
    }

    /// Waits until the file's name is on the disk.
    package func syncFolder() throws(SystemError) { try Folder.sync(Path.folder(of: path)) }
}
