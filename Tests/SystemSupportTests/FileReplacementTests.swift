import Glibc
import SystemSupport
import Testing

@Suite("Files are replaced whole or not at all")
struct FileReplacementTests {
    @Test func aNewFileHasItsContentAndLeavesNothingBeside() throws {
        let folder = TemporaryFolder()
        try FileReplacement.replace(folder / "a", with: Array("one".utf8), nil)
        #expect(folder.names == ["a"])
        #expect(folder.text("a") == "one")
    }

    @Test(arguments: [0o600, 0o640, 0o755, 0o444 | 0o200] as [UInt32]) func anExistingFileKeepsItsMode(_ bits: UInt32)
        throws
    {
        let folder = TemporaryFolder()
        folder.write("a", "old", mode: bits)
        try FileReplacement.replace(folder / "a", with: Array("new".utf8), nil)
        #expect(mode(of: folder / "a") == bits)
        #expect(folder.text("a") == "new")
    }

    @Test func aModeThatIsAskedForHolds() throws {
        let folder = TemporaryFolder()
        try FileReplacement.replace(folder / "a", with: [], mode: 0o600, nil)
        #expect(mode(of: folder / "a") == 0o600)
        folder.write("b", "", mode: 0o644)
        try FileReplacement.replace(folder / "b", with: [], mode: 0o600, nil)
        #expect(mode(of: folder / "b") == 0o600)
    }

    @Test func whatIsDroppedChangesNothing() throws {
        let folder = TemporaryFolder()
        folder.write("a", "old")
        do {
            let replacement = try FileReplacement(folder / "a", nil)
            try replacement.write(Array("half".utf8))
        }
        #expect(folder.text("a") == "old")
        #expect(folder.names == ["a"])
    }

    @Test("A link stays a link, also over several and to a file that is not there yet") func links() throws {
        let folder = TemporaryFolder()
        folder.write("target", "old")
        symlink("target", folder / "link")
        symlink(folder / "link", folder / "far")
        symlink("missing", folder / "dangling")
        try FileReplacement.replace(folder / "far", with: Array("new".utf8), nil)
        try FileReplacement.replace(folder / "dangling", with: Array("made".utf8), nil)
        #expect(folder.text("target") == "new")
        #expect(folder.text("missing") == "made")
        #expect(folder.names == ["dangling", "far", "link", "missing", "target"])
        var status = stat()
        lstat(folder / "far", &status)
        #expect(status.st_mode & S_IFMT == S_IFLNK)
    }

    @Test func linksInCirclesAreAnError() {
        let folder = TemporaryFolder()
        symlink("b", folder / "a")
        symlink("a", folder / "b")
        #expect(throws: SystemError.self) { try FileReplacement(folder / "a", nil) }
    }

    @Test("What cannot be written says so with its path", arguments: ["", "no/such/folder", "folder", "a\u{0}b"])
    func errors(_ name: String) {
        let folder = TemporaryFolder()
        mkdir(folder / "folder", 0o700)
        let path = name.isEmpty ? "" : folder / name
        #expect(throws: SystemError.self) { try FileReplacement.replace(path, with: [], nil) }
        #expect(folder.names == ["folder"])
    }

    @Test func aNameAsLongAsTheSystemTakesIsTaken() throws {
        let folder = TemporaryFolder()
        let name = String(repeating: "n", count: 255)
        try FileReplacement.replace(folder / name, with: Array("x".utf8), nil)
        #expect(folder.text(name) == "x")
    }

    @Test("Many threads replace one file: one content stays, whole") func together() throws {
        let folder = TemporaryFolder()
        let path = folder / "a"
        let threads = try (0..<16).map { number in
            try SystemThread.start(stackSize: 1 << 18) {
                let text = String(repeating: "\(number % 10)", count: 100_000)
                try? FileReplacement.replace(path, with: Array(text.utf8), nil)
            }
        }
        threads.forEach { $0.join() }
        let text = try #require(folder.text("a"))
        #expect(text.utf8.count == 100_000)
        #expect(Set(text).count == 1)
        #expect(folder.names == ["a"])
    }

    @Test("A FIFO is waited for until somebody reads, or the cancellation is raised") func fifos() throws {
        let folder = TemporaryFolder()
        mkfifo(folder / "f", 0o600)
        let path = folder / "f"
        let cancellation = Cancellation()
        let result = try whileRunning({ () -> SystemError.Kind? in
            do {
                try FileReplacement.replace(path, with: [1], cancellation)
                return nil
            } catch { return (error as? SystemError)?.kind }
        }) { cancellation.cancel() }
        #expect(result == .cancelled)
        let read = try whileRunning({ (try? File.read(path, limit: 100, nil)) ?? [] }) {
            try FileReplacement.replace(path, with: Array("through".utf8), nil)
        }
        #expect(String(decoding: read, as: UTF8.self) == "through")
    }
}
