import CloudAPI
import Glibc
import Synchronization
import SystemSupport

/// The journal of this run: a file that comes into being with the first write.
///
/// Each write's line is on the disk before the write is sent. Iterations that write at the same time share what that costs:
/// whoever finds that nobody is syncing syncs for all lines that are there, and the others wait for it.
final class JournalFile: JournalSink {
    private struct State {
        var file: AppendedFile?
        /// How many lines have been added, how many of them are on the disk, and whether somebody is seeing to the rest.
        var added = 0
        var synced = 0
        var isSyncing = false
        /// Those that wait for the one that is syncing.
        var waiting: [Waker] = []
        /// Whether it has been told that the journal lacks an outcome.
        var hasWarned = false
        /// For how many more bytes of lines there is room that was reserved.
        var reserved = 0
    }
    private let state = Mutex(State())
    /// How much room is reserved at a time, and how much of it is left for what must still fit when a disk is full: what
    /// became of the writes that are under way, and the end of the run. In bytes.
    private static let reservation = 1 << 16
    private static let reserve = 1 << 14
    private let folder: String?
    private let header: @Sendable () -> JournalHeader
    private let warn: @Sendable (String) -> Void

    /// - Parameters:
    ///   - folder: Where journals lie; nil where there is no home folder.
    ///   - header: What the run is; asked for once, at its first write.
    init(
        folder: String?, header: @escaping @Sendable () -> JournalHeader, warn: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.header = header
        self.warn = warn
    }

    func commit(_ line: String) throws(SystemError) {
        let (file, number) = try state.withLock { state throws(SystemError) in
            let file: AppendedFile
            if let open = state.file { file = open } else { file = try begin() }
            state.file = file
            if state.reserved < line.utf8.count + Self.reserve {
                try file.reserve(line.utf8.count + Self.reservation)
                state.reserved = line.utf8.count + Self.reservation
            }
            try file.append(line)
            state.reserved -= line.utf8.count + 1
            state.added += 1
            return (file, state.added)
        }
        try sync(file, upTo: number)
    }

    /// What is sent counts more than what is noted: the run goes on, and its user knows.
    func note(_ line: String) {
        let problem = state.withLock { state -> SystemError? in
            do throws(SystemError) {
                try state.file?.append(line)
                state.reserved -= line.utf8.count + 1
                return nil
            } catch {
                defer { state.hasWarned = true }
                return state.hasWarned ? nil : error
            }
        }
        if let problem {
            warn(
                "the outcome of a write cannot be noted in the journal, which will call it unknown: \(problem.message)")
        }
    }

    /// The run has come to its end.
    func finish(status: Int32, time: WallTime) {
        state.withLock { state in
            try? state.file?.append(Journaling.lastLine(time: time, status: Int(status)))
            try? state.file?.sync()
            state.file = nil
        }
    }

    private func sync(_ file: AppendedFile, upTo number: Int) throws(SystemError) {
        while true {
            let waker = Waker()
            // The number of lines that are there, for the one who syncs; nil for one who waits.
            let turn: Int?? = state.withLock { state in
                if state.synced >= number { return .none }
                if state.isSyncing {
                    state.waiting.append(waker)
                    return .some(.none)
                }
                state.isSyncing = true
                return .some(.some(state.added))
            }
            guard let turn else { return }
            guard let added = turn else {
                waker.wait()
                continue
            }
            let result = Result { () throws(SystemError) in try file.sync() }
            let waiting = state.withLock { state in
                if case .success = result { state.synced = max(state.synced, added) }
                state.isSyncing = false
                defer { state.waiting = [] }
                return state.waiting
            }
            for waker in waiting { waker.wake() }
            try result.get()
        }
    }

    private func begin() throws(SystemError) -> AppendedFile {
        guard let folder else { throw SystemError(.other, "there is no home folder for it") }
        let header = header()
        try Folder.make(folder)
        JournalFolder.prune(folder)
        let file = try AppendedFile.open(
            "\(folder)/\(JournalFolder.name(header))\(JournalFolder.suffix)", holdsLock: true)
        do throws(SystemError) {
            try file.append(Journaling.firstLine(header))
            try file.syncFolder()
        } catch {
            // One that tells of nothing would look like a run that was killed.
            File.remove(file.path)
            throw error
        }
        return file
    }
}

/// The folder in which journals lie.
enum JournalFolder {
    static let suffix = ".jsonl"
    /// More runs than this are not kept.
    private static let limit = 1000

    /// A name by which runs are in order of their beginning, and no two the same.
    static func name(_ header: JournalHeader) -> String {
        // Runs of one second are in order, too, which the numbers of processes are not.
        let second = Timestamp.text(header.time).filter { !"-:Z".contains($0) }
        let micros = String(1_000_000 + header.time.nanoseconds % 1_000_000_000 / 1000).dropFirst()
        let chance = String(UInt16.random(in: .min ... .max), radix: 16)
        return "\(second).\(micros)Z-\(header.process)-\(chance)"
    }

    /// The names of all journals without their suffix, oldest first.
    static func names(_ folder: String) -> [String] {
        Folder.names(in: folder).filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
    }

    /// Removes the oldest journals where there are too many, but for those of living runs and those that tell of a write
    /// whose outcome is unknown.
    static func prune(_ folder: String) {
        let names = names(folder)
        guard names.count >= limit else { return }
        for name in names.prefix(names.count - limit + limit / 10) {
            let path = "\(folder)/\(name)\(suffix)"
            guard !FileLock.isHeld(path), let summary = summary(path), summary.unknownCount == 0 else { continue }
            File.remove(path)
        }
    }

    /// Nil where a journal cannot be read.
    static func summary(_ path: String) -> JournalSummary? {
        guard let bytes = try? File.read(path, limit: 1 << 30, nil) else { return nil }
        return JournalSummary(String(decoding: bytes, as: UTF8.self))
    }
}
