import CloudAPI
import DataValue
import Glibc
import Synchronization

/// The journal of this run: a file that comes into being with the first write.
final class JournalFile: JournalSink {
    private enum State {
        case unused
        case open(AppendedFile)
        /// It cannot be written, which has been told.
        case failed
    }
    private let state = Mutex(State.unused)
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

    func append(_ line: String) {
        state.withLock { state in
            if case .unused = state { state = begin() }
            guard case .open(let file) = state, !file.append(line) else { return }
            fail(String(cString: strerror(errno)), &state)
        }
    }

    /// The run has come to its end.
    func finish(status: Int32, time: Int64) {
        state.withLock { state in
            if case .open(let file) = state { _ = file.append(Journaling.lastLine(time: time, status: Int(status))) }
            state = .unused
        }
    }

    private func begin() -> State {
        let header = header()
        guard let folder else {
            var failed = State.failed
            fail("there is no home folder", &failed)
            return failed
        }
        do throws(FileContent.Problem) {
            try FileContent.makeFolder(folder)
            JournalFolder.prune(folder)
            let file = try AppendedFile.open("\(folder)/\(JournalFolder.name(header))\(JournalFolder.suffix)")
            file.lock()
            guard file.append(Journaling.firstLine(header)) else {
                throw FileContent.Problem(message: "\(folder): \(String(cString: strerror(errno)))")
            }
            return .open(file)
        } catch {
            var failed = State.failed
            fail(error.message, &failed)
            return failed
        }
    }

    /// What is sent counts more than what is noted: the run goes on, and its user knows.
    private func fail(_ reason: String, _ state: inout State) {
        state = .failed
        warn("the journal of this run cannot be written, so what it does cannot be looked up later: \(reason)")
    }
}

/// The folder in which journals lie.
enum JournalFolder {
    static let suffix = ".jsonl"
    /// More runs than this are not kept.
    private static let limit = 1000

    /// A name by which runs are in order of their beginning, and no two the same.
    static func name(_ header: JournalHeader) -> String {
        let time = Timestamp.text(header.time).filter { $0 != "-" && $0 != ":" }
        let chance = String(UInt16.random(in: .min ... .max), radix: 16)
        return "\(time)-\(header.process)-\(chance)"
    }

    /// The names of all journals without their suffix, oldest first.
    static func names(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(suffix) { names.append(String(name.dropLast(suffix.count))) }
        }
        return names.sorted()
    }

    /// Removes the oldest journals where there are too many, but for those of living runs and those that tell of a write
    /// whose outcome is unknown.
    static func prune(_ folder: String) {
        let names = names(folder)
        guard names.count >= limit else { return }
        for name in names.prefix(names.count - limit + limit / 10) {
            let path = "\(folder)/\(name)\(suffix)"
            guard !AppendedFile.isLocked(path), let summary = summary(path), summary.unknownCount == 0 else { continue }
            unlink(path)
        }
    }

    /// Nil where a journal cannot be read.
    static func summary(_ path: String) -> JournalSummary? {
        guard let bytes = try? FileContent.read(path, limit: 1 << 30) else { return nil }
        return JournalSummary(String(decoding: bytes, as: UTF8.self))
    }
}
