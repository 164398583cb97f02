import CloudAPI
import DataValue
import Glibc
import Synchronization

/// A file of the user's own to which whole lines are added: each with one call of the system, so that it is there even if
/// the process is killed right after, and lines of several threads never mix.
final class AppendedFile: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Makes a file, or goes on with one. Others cannot read it.
    static func open(_ path: String, empties: Bool = false) throws(FileContent.Problem) -> AppendedFile {
        if path.utf8.contains(0) { throw FileContent.Problem(message: "a path cannot contain a NUL") }
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (empties ? O_TRUNC : 0)
        let descriptor = Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else {
            throw FileContent.Problem(message: "\(path): \(String(cString: strerror(errno)))")
        }
        return AppendedFile(descriptor)
    }

    /// Adds a line; false where it cannot be written.
    func append(_ line: String) -> Bool {
        let bytes = Array((line + "\n").utf8)
        return bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                if count >= 0 { written += count } else if errno != EINTR { return false }
            }
            return true
        }
    }

    /// Marks the file as being written by this process, for as long as it lives.
    func lock() { _ = lockf(descriptor, F_TLOCK, 0) }

    /// Whether a living process of somebody else's has marked a file.
    static func isLocked(_ path: String) -> Bool {
        let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return lockf(descriptor, F_TEST, 0) != 0
    }
}

/// The file that `--record` names.
package final class RecordingFile: Sendable {
    private let file: AppendedFile
    private let hasFailed = Atomic<Bool>(false)

    /// Begins a recording. A file that is there is replaced where it is a recording or empty.
    package init(_ path: String) throws(UsageError) {
        do throws(FileContent.Problem) {
            if access(path, F_OK) == 0, !Self.isRecording(path) {
                throw FileContent.Problem(message: "\(path) is there already, and is no recording; it is left alone")
            }
            file = try AppendedFile.open(path, empties: true)
            guard file.append(Recorder.header) else {
                throw FileContent.Problem(message: "\(path): \(String(cString: strerror(errno)))")
            }
        } catch {
            throw UsageError("--record: \(error.message)")
        }
    }

    private static func isRecording(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var start = [UInt8](repeating: 0, count: Recorder.header.utf8.count)
        let count = read(descriptor, &start, start.count)
        return count == 0 || count == start.count && start.elementsEqual(Recorder.header.utf8)
    }

    /// False the first time that a line cannot be written, then true again: it is to be told once.
    func append(_ line: String) -> Bool {
        file.append(line) || hasFailed.exchange(true, ordering: .relaxed)
    }
}
