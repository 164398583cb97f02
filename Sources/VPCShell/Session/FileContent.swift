import Glibc

/// Reads files whole.
package enum FileContent {
    package struct Problem: Error {
        /// With the path.
        package let message: String
    }

    /// More than this is refused: nobody writes scripts of that length.
    package static let scriptLimit = 64 << 20

    package static func read(_ path: String, limit: Int = scriptLimit) throws(Problem) -> [UInt8] {
        if path.utf8.contains(0) { throw Problem(message: "a path cannot contain a NUL") }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Problem(message: "\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, name: path, limit: limit)
    }

    /// Everything up to the end of an open file.
    package static func read(descriptor: Int32, name: String, limit: Int = scriptLimit) throws(Problem) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return content }
            if count < 0 {
                if errno == EINTR { continue }
                throw Problem(message: "\(name): \(String(cString: strerror(errno)))")
            }
            content.append(contentsOf: chunk[..<count])
            if content.count > limit { throw Problem(message: "\(name): longer than \(limit >> 20) MiB") }
        }
    }

    /// Writes a file beside the one that is meant and puts it in its place, so that nobody ever sees half of it. A file
    /// that is no regular one (a terminal, a pipe) is written where it is.
    package static func replace(_ path: String, with content: [UInt8]) throws(Problem) {
        let replacement = try FileReplacement(path)
        try replacement.write(content)
        try replacement.commit()
    }

    /// Makes a folder that only the user can enter, with those above it.
    package static func makeFolder(_ path: String) throws(Problem) {
        var partial = ""
        for component in path.split(separator: "/") {
            partial += "/" + component
            if mkdir(partial, 0o700) != 0, errno != EEXIST {
                throw Problem(message: "the folder \(partial) cannot be made: \(String(cString: strerror(errno)))")
            }
        }
    }
}
