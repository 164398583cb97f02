import Glibc

/// Names of files.
package enum Path {
    /// The folder that a file lies in, as it is named: `.` for a bare name.
    package static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Without the folder.
    package static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.index(after: slash)...])
    }

    /// Where a path leads once its last component is no symbolic link any more; the file need not exist.
    ///
    /// - Throws: ``SystemError`` where links go round in circles.
    package static func followingLinks(_ path: String) throws(SystemError) -> String {
        var path = path
        // As many as the kernel follows.
        for _ in 0..<40 {
            // What stands there are names for open files, which only the system can follow.
            if isOfSystem(path) { return path }
            guard let target = linkTarget(path) else { return path }
            path = target.hasPrefix("/") ? target : folder(of: path) + "/" + target
        }
        throw SystemError(path, number: ELOOP)
    }

    /// Whether a path names a device or an open file rather than a place on a disk.
    static func isOfSystem(_ path: String) -> Bool { path.hasPrefix("/dev/") || path.hasPrefix("/proc/") }

    /// Whether a path names a symbolic link.
    package static func isLink(_ path: String) -> Bool { linkTarget(path) != nil }

    /// What a symbolic link says; nil for what is none.
    private static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// One name for one file: absolute and without links; as given where there is no such file.
    package static func canonical(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// - Throws: ``SystemError`` for what the system could not even be asked about.
    static func check(_ path: String) throws(SystemError) {
        if path.utf8.contains(0) { throw SystemError(.other, "a path cannot contain a NUL") }
    }
}
