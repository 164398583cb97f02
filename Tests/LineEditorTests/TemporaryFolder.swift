import Glibc

/// A folder that lives as long as the test.
final class TemporaryFolder {
    let root: String

    struct Failure: Error {}

    init() throws {
        var template = Array("/tmp/line-editor-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure() }
        root = String(cString: made)
    }

    deinit {
        TemporaryFolder.delete(root)
    }

    private static func delete(_ path: String) {
        if remove(path) == 0 { return }
        var found = glob_t()
        defer { globfree(&found) }
        guard glob("\(path)/*", 0, nil, &found) == 0 else { return }
        for index in 0..<Int(found.gl_pathc) {
            if let inside = found.gl_pathv[index] { delete(String(cString: inside)) }
        }
        remove(path)
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) throws {
        guard let file = fopen(path(name), "w") else { throw Failure() }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func read(_ name: String) -> String? {
        guard let file = fopen(path(name), "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    func mode(_ name: String) -> mode_t {
        var status = stat()
        stat(path(name), &status)
        return status.st_mode & 0o7777
    }
}
