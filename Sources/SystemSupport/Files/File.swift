import Glibc

/// Files: looked at, and read whole.
package enum File {
    /// Everything in a file.
    ///
    /// A FIFO is waited for until somebody writes to it; a device is read until it ends or the limit is reached.
    ///
    /// - Parameters:
    ///   - limit: In bytes. A longer file is an error of the kind `tooLarge`.
    ///   - cancellation: Ends every wait.
    /// - Throws: ``SystemError``, with the path in its message.
    package static func read(_ path: String, limit: Int, _ cancellation: Cancellation?) throws(SystemError) -> [UInt8] {
        try Path.check(path)
        // Non-blocking, so that to open a FIFO does not wait for its writer where nothing could end the wait.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw SystemError(path) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, name: path, limit: limit, cancellation)
    }

    /// Everything up to the end of an open file.
    package static func read(
        descriptor: Int32, name: String, limit: Int, _ cancellation: Cancellation?
    ) throws(SystemError) -> [UInt8] {
        var content: [UInt8] = []
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
            if status.st_size > limit { throw tooLong(name, limit) }
            content.reserveCapacity(Int(status.st_size))
        }
        while let piece = try Descriptor.read(descriptor, upTo: 1 << 16, name: name, cancellation) {
            if content.count + piece.count > limit { throw tooLong(name, limit) }
            content += piece
        }
        return content
    }

    static func tooLong(_ name: String, _ limit: Int) -> SystemError {
        SystemError(
            .tooLarge, "\(name.visible): longer than \(limit >> 20 > 0 ? "\(limit >> 20) MiB" : "\(limit) bytes")")
    }

    /// The first bytes of a file, fewer where it is shorter; nil where it cannot be read or is not a regular file.
    package static func beginning(of path: String, count: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, Glibc.read(descriptor, buffer.baseAddress, count))
        }
        return bytes
    }

    /// Whether a path leads to anything. False also where that cannot be found out.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether it is certain that a path leads to nothing: not where a folder on the way cannot be looked into.
    package static func isMissing(_ path: String) -> Bool {
        access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }

    /// Whether a path leads to a file in which nothing is.
    package static func isEmpty(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size == 0
    }

    /// Makes an empty file, or the one that a symbolic link leads to, which only the user can read. One that is there stays.
    ///
    /// - Throws: ``SystemError``.
    package static func make(_ path: String) throws(SystemError) {
        try Path.check(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o600)
        guard descriptor >= 0 else { throw SystemError(path) }
        close(descriptor)
    }

    package static func isFolder(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }

    /// Whether others than the owner may read a file.
    package static func isReadableByOthers(_ path: String) -> Bool {
        mode(of: path).map { $0 & (S_IRGRP | S_IROTH) != 0 } ?? false
    }

    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }

    /// Removes a file; one that is not there is as good.
    package static func remove(_ path: String) { unlink(path) }

    /// Writes a file that only the user can read, under a new name of its own.
    ///
    /// - Returns: Its path.
    package static func makeTemporary(in folder: String, suffix: String, _ content: [UInt8]) throws(SystemError)
        -> String
    {
        let (path, descriptor) = try createFresh(in: folder, prefix: "vpcsh-", suffix: suffix, mode: 0o600)
        defer { close(descriptor) }
        do {
            try writeAll(content, to: descriptor, name: path)
        } catch {
            unlink(path)
            throw error
        }
        return path
    }

    /// A file that was not there before, under a name that nobody can guess.
    static func createFresh(in folder: String, prefix: String, suffix: String, mode: mode_t) throws(SystemError) -> (
        path: String, descriptor: Int32
    ) {
        try Path.check(folder)
        while true {
            let name = prefix + String(UInt64.random(in: .min ... .max), radix: 16) + suffix
            let path = folder == "/" ? "/" + name : folder + "/" + name
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            if descriptor >= 0 { return (path, descriptor) }
            if errno != EEXIST, errno != EINTR { throw SystemError(folder) }
        }
    }

    /// Writes all bytes to a regular file, which nobody has to read for it to go on.
    package static func writeAll(_ bytes: [UInt8], to descriptor: Int32, name: String) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count >= 0 { written += count } else if errno != EINTR { throw SystemError(name) }
        }
    }

    /// Waits until what was written to an open file is on the disk. What cannot be synced, as a pipe, is not an error.
    static func sync(_ descriptor: Int32, name: String) throws(SystemError) {
        while fsync(descriptor) != 0 {
            switch errno {
            case EINTR: continue
            case EINVAL, EROFS, ENOTSUP, EBADF: return
            default: throw SystemError(name)
            }
        }
    }
}
