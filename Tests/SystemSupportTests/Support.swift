import Glibc
import SystemSupport

/// A folder of a test's own, gone with it.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/system-support-XXXXXX".utf8CString)
        _ = mkdtemp(&template)
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for name in Folder.names(in: path) {
            let file = self / name
            if File.isFolder(file) { rmdir(file) } else { unlink(file) }
        }
        rmdir(path)
    }

    static func / (folder: TemporaryFolder, name: String) -> String { folder.path + "/" + name }

    var names: [String] { Folder.names(in: path) }

    func text(_ name: String) -> String? {
        (try? File.read(self / name, limit: 1 << 26, nil)).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ name: String, _ text: String, mode: UInt32 = 0o644) {
        try? FileReplacement.replace(self / name, with: Array(text.utf8), mode: mode, nil)
    }
}

/// Runs `body` on another thread, and `meanwhile` on this one.
func whileRunning<Result: Sendable>(_ body: @escaping @Sendable () -> Result, _ meanwhile: () throws -> Void) throws
    -> Result
{
    let box = ResultBox<Result>()
    let thread = try SystemThread.start(stackSize: 1 << 20) { box.result = body() }
    try meanwhile()
    thread.join()
    return try box.result ?? { throw SystemError(.other, "no result") }()
}

/// Written by one thread before the other, which has joined it, reads.
private final class ResultBox<Result>: @unchecked Sendable { var result: Result? }

func mode(of path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}
