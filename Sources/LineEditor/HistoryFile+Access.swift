import Glibc
import SystemSupport

extension HistoryFile {
    /// Opens the file, creates it if need be, and takes the lock on it. Closing the descriptor gives the lock back.
    func openLocked() throws(Failure) -> Int32 {
        // What is missing after this shows when the file is opened.
        try? Folder.make(Path.folder(of: path))
        // A file may be replaced between opening and locking it, each time by another session's trimming.
        for _ in 0..<16 {
            // Without O_NONBLOCK a FIFO in this place would hold the session up.
            let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o600)
            guard descriptor >= 0 else { throw failure("open", SystemError(path)) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                close(descriptor)
                throw Failure(text: "the history \(path) is not a regular file, so it is not kept")
            }
            if status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
            do throws(SystemError) {
                // Another session holds the lock for the length of one write: a second of patience is much.
                try FileLock.take(descriptor, name: path, until: .now + .seconds(1), nil)
            } catch {
                close(descriptor)
                throw failure("lock", error)
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
        lseek(descriptor, 0, SEEK_SET)
        do throws(SystemError) {
            return try File.read(descriptor: descriptor, name: path, limit: HistoryFile.maximumSize, nil)
        } catch {
            guard error.kind == .tooLarge else { throw failure("read", error) }
            throw Failure(text: "the history \(path) is too large to be one, so it is not read")
        }
    }

    /// Replaces the file by one that holds `entries`. The lock on the old file is held.
    func replace(with entries: [String]) throws(Failure) {
        do throws(SystemError) {
            try FileReplacement.replace(path, with: entries.flatMap(HistoryFile.encode), mode: 0o600, nil)
        } catch {
            throw failure("trim", error)
        }
    }

    func failure(_ action: String, _ error: SystemError) -> Failure {
        Failure(text: "cannot \(action) the history \(error.message)")
    }
}
