import Glibc
import SystemSupport
import Testing

@Suite("Reading, appending, locking")
struct ReadingTests {
    @Test func aLimitIsAnError() throws {
        let folder = TemporaryFolder()
        folder.write("a", String(repeating: "x", count: 100))
        #expect(try File.read(folder / "a", limit: 100, nil).count == 100)
        #expect(throws: SystemError(.tooLarge, "\(folder / "a"): longer than 99 bytes")) {
            try File.read(folder / "a", limit: 99, nil)
        }
        #expect { try File.read("/dev/zero", limit: 1 << 20, nil) } throws: { ($0 as? SystemError)?.kind == .tooLarge }
    }

    @Test("A FIFO that nobody writes, and a pipe that stays silent, are given up when the cancellation is raised")
    func cancelled() throws {
        let folder = TemporaryFolder()
        mkfifo(folder / "f", 0o600)
        let path = folder / "f"
        let pipe = try Descriptor.pipe()
        defer {
            close(pipe.reading)
            close(pipe.writing)
        }
        for read in [
            { (cancellation: Cancellation) throws -> [UInt8] in try File.read(path, limit: 10, cancellation) },
            { try File.read(descriptor: pipe.reading, name: "pipe", limit: 10, $0) },
        ] as [@Sendable (Cancellation) throws -> [UInt8]] {
            let cancellation = Cancellation()
            let kind = try whileRunning({ () -> SystemError.Kind? in
                do { _ = try read(cancellation); return nil } catch { return (error as? SystemError)?.kind }
            }) { cancellation.cancel() }
            #expect(kind == .cancelled)
        }
    }

    @Test func aMissingFileIsToldFromOneThatCannotBeReached() {
        let folder = TemporaryFolder()
        #expect(File.isMissing(folder / "a"))
        folder.write("a", "")
        #expect(!File.isMissing(folder / "a"))
        #expect(File.isMissing(folder / "a/b"))
    }

    @Test("Lines of several objects on one file never mix, and a torn line ends before the next") func appending()
        throws
    {
        let folder = TemporaryFolder()
        folder.write("log", "torn")
        let path = folder / "log"
        let threads = try (0..<8).map { number in
            try SystemThread.start(stackSize: 1 << 18) {
                guard let file = try? AppendedFile.open(path) else { return }
                for line in 0..<50 {
                    try? file.append("\(number) \(line) " + String(repeating: "\(number)", count: 5000))
                }
            }
        }
        threads.forEach { $0.join() }
        let lines = try #require(folder.text("log")).split(separator: "\n")
        #expect(lines.count == 401)
        #expect(lines[0] == "torn")
        for line in lines.dropFirst() {
            let parts = line.split(separator: " ")
            #expect(parts.count == 3 && Set(parts[2]) == Set(parts[0]) && parts[2].count == 5000)
        }
    }

    @Test("A line that does not fit on the disk is taken back") func full() throws {
        let folder = TemporaryFolder()
        let file = try AppendedFile.open(folder / "log")
        try file.append("first")
        // A limit on the size of files stands for a full disk; the signal that comes with it is ignored.
        let former = signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        var small = rlimit(rlim_cur: 20, rlim_max: limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &small)
        let result = Result { try file.append(String(repeating: "x", count: 100)) }
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        signal(SIGXFSZ, former)
        #expect(throws: SystemError.self) { try result.get() }
        try file.append("second")
        #expect(folder.text("log") == "first\nsecond\n")
    }

    @Test func aLockIsHeldWhileItsObjectLives() throws {
        let folder = TemporaryFolder()
        var file: AppendedFile? = try AppendedFile.open(folder / "a", holdsLock: true)
        #expect(FileLock.isHeld(folder / "a"))
        #expect(throws: SystemError.self) { try AppendedFile.open(folder / "a", holdsLock: true) }
        try file?.append("x")
        file = nil
        #expect(!FileLock.isHeld(folder / "a"))
    }
}
