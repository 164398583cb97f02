import Glibc

/// New content for a file, written beside it and put in its place as a whole: nobody ever sees half of it, also after a
/// loss of power. What is dropped without a ``commit()`` leaves the file as it was.
///
/// - A symbolic link stays a link: the file that it leads to is replaced.
/// - An existing file keeps its mode and, as far as this account may, its owner; a new one gets the mode asked for.
/// - The content is written to a file of a random name in the same folder, made for it (`O_EXCL`), so that nothing that
///   somebody has put there is followed or overwritten.
/// - What is not a regular file (a terminal, a pipe, anything under `/dev` and `/proc`) is written where it is.
package final class FileReplacement {
    private enum Place {
        case beside(path: String, target: String)
        case inPlace(OutputChannel)
    }
    private let path: String
    private let place: Place
    private let cancellation: Cancellation?
    private var descriptor: Int32

    /// - Parameters:
    ///   - mode: Of the file afterwards; nil for that of the existing file, and for a new one what the umask leaves of
    ///     0666.
    ///   - cancellation: Ends the wait for somebody to read from a pipe.
    /// - Throws: ``SystemError`` where nothing can be written there.
    package init(_ path: String, mode: UInt32? = nil, _ cancellation: Cancellation?) throws(SystemError) {
        try Path.check(path)
        self.path = path
        self.cancellation = cancellation
        let target = try Path.followingLinks(path)
        var status = stat()
        let exists = stat(target, &status) == 0
        if !exists, errno != ENOENT { throw SystemError(path) }
        let isSpecial = Path.isOfSystem(target)
        if exists, status.st_mode & S_IFMT == S_IFDIR { throw SystemError(path, number: EISDIR) }
        if isSpecial || exists && status.st_mode & S_IFMT != S_IFREG {
            descriptor = try Self.openInPlace(target, path, cancellation)
            place = .inPlace(OutputChannel(descriptor, name: path))
            return
        }
        // What may not be written is not replaced either, as a shell has it.
        if exists, access(target, W_OK) != 0 { throw SystemError(path) }
        let fresh: (path: String, descriptor: Int32)
        do {
            // A new file's mode is the kernel's to make of the umask; for all others nobody else reads before it is set.
            let initial = exists || mode != nil ? 0o600 : 0o666
            fresh = try File.createFresh(
                in: Path.folder(of: target), prefix: ".vpcsh-", suffix: "", mode: mode_t(initial))
        } catch {
            throw SystemError(error.kind, "\(path): \(error.message)")
        }
        descriptor = fresh.descriptor
        place = .beside(path: fresh.path, target: target)
        if exists, status.st_uid != geteuid() || status.st_gid != getegid() {
            // Before the mode, which a change of owner takes bits from.
            _ = fchown(descriptor, status.st_uid, status.st_gid)
        }
        if let mode = mode ?? (exists ? status.st_mode & 0o7777 : nil) { fchmod(descriptor, mode_t(mode)) }
    }

    deinit { discard() }

    private func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        if case .beside(let path, _) = place { unlink(path) }
    }

    /// To open a FIFO for writing waits for its reader.
    private static func openInPlace(_ target: String, _ path: String, _ cancellation: Cancellation?) throws(SystemError)
        -> Int32
    {
        // An open file of our own is gone on with where it stands: opened anew, it would be overwritten from its beginning.
        if let own = ownDescriptor(target) {
            let copy = fcntl(own, F_DUPFD_CLOEXEC, 0)
            if copy < 0 { throw SystemError(path) }
            return copy
        }
        while true {
            let descriptor = open(target, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
            if descriptor >= 0 { return descriptor }
            guard errno == ENXIO else { throw SystemError(path) }
            if cancellation?.isCancelled == true { throw .cancelled(path) }
            // No descriptor tells when a reader comes.
            poll(nil, 0, 20)
        }
    }

    /// The number in `/dev/stdout`, `/dev/stderr`, `/dev/fd/N` and `/proc/self/fd/N`.
    private static func ownDescriptor(_ path: String) -> Int32? {
        switch path {
        case "/dev/stdout": return STDOUT_FILENO
        case "/dev/stderr": return STDERR_FILENO
        default: break
        }
        for folder in ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count))
        }
        return nil
    }

    package func write(_ content: [UInt8]) throws(SystemError) {
        switch place {
        case .beside: try File.writeAll(content, to: descriptor, name: path)
        case .inPlace(let channel): try channel.write(content, cancellation)
        }
    }

    /// Puts the new content in the place of the old, and waits until it is on the disk.
    package func commit() throws(SystemError) {
        guard case .beside(let fresh, let target) = place else { return discard() }
        defer { discard() }
        try File.sync(descriptor, name: path)
        let ended = descriptor
        guard rename(fresh, target) == 0 else { throw SystemError(path) }
        descriptor = -1
        if close(ended) != 0, errno != EINTR { throw SystemError(path) }
        try Folder.sync(Path.folder(of: target))
    }

    /// Replaces a file by bytes that are there already.
    package static func replace(
        _ path: String, with content: [UInt8], mode: UInt32? = nil, _ cancellation: Cancellation?
    ) throws(SystemError) {
        let replacement = try FileReplacement(path, mode: mode, cancellation)
        try replacement.write(content)
        try replacement.commit()
    }
}
