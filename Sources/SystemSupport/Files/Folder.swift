import Glibc

/// Folders.
package enum Folder {
    /// Makes a folder that only the user can enter, with those above it that are missing.
    package static func make(_ path: String) throws(SystemError) {
        try Path.check(path)
        var partial = path.hasPrefix("/") ? "" : "."
        for component in path.split(separator: "/") {
            partial += "/" + component
            if mkdir(partial, 0o700) == 0 || errno == EEXIST { continue }
            throw SystemError(.number(errno), "the folder \(partial) cannot be made: \(SystemError.reason(errno))")
        }
    }

    /// The names in a folder without `.` and `..`, sorted by their bytes; none where it cannot be read.
    package static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Waits until the names in a folder are on the disk.
    static func sync(_ path: String) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        try File.sync(descriptor, name: path)
    }
}
