import Glibc
import LineEditor
import Testing

@Suite struct HistoryTests {
    @Test(
        "Entries survive, with newlines, backslashes and wide characters",
        arguments: [
            "print 1", "if true {\n  print 'a\\nb'\n}", "C:\\new\\\\ \\", "中 \u{1f512} é", "tab\tinside",
        ]) func roundTrip(entry: String) throws
    {
        let folder = try TemporaryFolder()
        var history = History(path: folder.path("a/b/history"))
        let isKept = history.add(entry) != nil
        #expect(isKept)
        let warning = history.takeWarning()
        #expect(warning == nil)
        #expect(History(path: folder.path("a/b/history")).entries == [entry])
        #expect(folder.mode("a/b/history") == 0o600)
        #expect(folder.mode("a") == 0o700)
    }

    @Test(
        "What is not kept",
        arguments: [
            "", " hidden", "\thidden", "\n\n", String(repeating: "x", count: History.maximumEntryBytes + 1),
        ]) func notKept(entry: String) throws
    {
        let folder = try TemporaryFolder()
        var history = History(path: folder.path("history"))
        let isKept = history.add(entry) != nil
        #expect(!isKept)
        #expect(History(path: folder.path("history")).entries == [])
    }

    @Test("Of equal entries the newest is kept") func duplicates() {
        var history = History()
        for entry in ["a", "a", "b", "a", "a"] { history.add(entry) }
        #expect(history.entries == ["b", "a"])
    }

    @Test("Two sessions lose nothing of each other") func shared() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("history")
        var one = History(path: path)
        var two = History(path: path)
        for number in 0..<50 {
            one.add("one \(number)")
            two.add("two \(number)")
        }
        let all = History(path: path).entries
        #expect(all.count == 100)
        #expect(all.filter { $0.hasPrefix("one") } == one.entries)
        #expect(all.filter { $0.hasPrefix("two") } == two.entries)
    }

    @Test("Sessions at the same time lose nothing, while others trim") func concurrent() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("history")
        try folder.write((0..<2000).map { "old \($0)\n" }.joined(), to: "history")
        await withTaskGroup(of: Void.self) { group in
            for session in 0..<8 {
                group.addTask {
                    var history = History(path: path, limit: 100_000)
                    for number in 0..<50 {
                        history.add("\(session).\(number)")
                        // Trims now and then: the newest 600 always hold all that is counted below.
                        if number % 10 == session { _ = History(path: path, limit: 600) }
                    }
                }
            }
        }
        let entries = History(path: path).entries
        #expect(entries.count <= 660)
        #expect(Set(entries.filter { !$0.hasPrefix("old") }).count == 400)
    }

    @Test("A long file is trimmed when it is read") func trimming() throws {
        let folder = try TemporaryFolder()
        try folder.write((0..<250).map { "entry \($0)\n" }.joined(), to: "real")
        symlink(folder.path("real"), folder.path("history"))
        let history = History(path: folder.path("history"), limit: 100)
        #expect(history.entries.count == 100)
        #expect(history.entries.last == "entry 249")
        #expect(folder.read("real") == (150..<250).map { "entry \($0)\n" }.joined())
        #expect(folder.mode("real") == 0o600)
        var status = stat()
        lstat(folder.path("history"), &status)
        #expect(status.st_mode & S_IFMT == S_IFLNK)
    }

    @Test("Lines that are no text are passed over") func corrupt() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            Array("good\n".utf8) + [0xff, 0xfe, 0, 1, 10, 0x1b, 0x5b, 10] + Array("torn".utf8), to: "history")
        chmod(folder.path("history"), 0o644)
        var history = History(path: folder.path("history"))
        let warning = history.takeWarning()
        #expect(warning == nil)
        #expect(history.entries == ["good", "torn"])
        history.add("next")
        #expect(History(path: folder.path("history")).entries == ["good", "torn", "next"])
        #expect(folder.mode("history") == 0o600)
    }

    @Test("A file that cannot be used is one warning", arguments: ["folder", "fifo", "beneath a file"])
    func unusable(kind: String) throws {
        let folder = try TemporaryFolder()
        var path = folder.path("history")
        switch kind {
        case "folder": mkdir(path, 0o700)
        case "fifo": mkfifo(path, 0o600)
        default:
            try folder.write("x", to: "history")
            path += "/history"
        }
        var history = History(path: path)
        let warning = history.takeWarning()
        #expect(warning?.contains(path) == true)
        for number in 0..<3 { history.add("entry \(number)") }
        let second = history.takeWarning()
        #expect(second == nil)
        #expect(history.entries.count == 3)
    }

    @Test("A binary file does no harm") func binary() throws {
        let folder = try TemporaryFolder()
        var state: UInt64 = 7
        let bytes = (0..<200_000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        try folder.write(bytes, to: "history")
        var history = History(path: folder.path("history"))
        history.add("fine")
        #expect(History(path: folder.path("history")).entries.last == "fine")
    }
}
