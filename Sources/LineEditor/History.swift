/// What was entered before, in memory and in a file that several sessions share.
///
/// One entry is one statement, newlines included. Of equal entries the newest is kept. Not kept are: blank entries,
/// entries that begin with a blank, and entries longer than `maximumEntryBytes`. Secrets are the caller's business:
/// what must not be kept must not be added.
package struct History {
    /// Longer entries (a pasted document) are not kept, in bytes of UTF-8.
    package static let maximumEntryBytes = 65_536

    /// Oldest first.
    package private(set) var entries: [String] = []

    /// How many entries are kept.
    package let limit: Int

    private let file: HistoryFile?
    private var warning: String?

    /// A history that lives as long as the session.
    package init(limit: Int = 10_000) {
        self.limit = max(limit, 1)
        file = nil
    }

    /// A history read from the file at `path`, which need not exist. Nothing that is wrong with the file stops the
    /// session: see `takeWarning`.
    package init(path: String, limit: Int = 10_000) {
        self.limit = max(limit, 1)
        let file = HistoryFile(path: path)
        self.file = file
        do throws(HistoryFile.Failure) {
            var seen: Set<String> = []
            for entry in try file.load(limit: self.limit).reversed() where seen.insert(entry).inserted {
                entries.append(entry)
            }
            entries.reverse()
        } catch {
            warning = error.text
        }
        if entries.count > self.limit { entries.removeFirst(entries.count - self.limit) }
    }

    /// What an addition was.
    package enum Change: Sendable {
        case added
        /// The entry was there already, further up.
        case moved
    }

    /// Adds an entry here and to the file. Nil where the entry is not one to keep, or is the last one already.
    @discardableResult
    package mutating func add(_ entry: String) -> Change? {
        guard History.isKept(entry), entry != entries.last else { return nil }
        let former = entries.lastIndex(of: entry)
        if let former { entries.remove(at: former) }
        entries.append(entry)
        if entries.count > limit + limit / 10 { entries.removeFirst(entries.count - limit) }
        do throws(HistoryFile.Failure) {
            try file?.append(entry)
        } catch {
            if !hasWarned { warning = error.text }
        }
        return former == nil ? .added : .moved
    }

    private var hasWarned = false

    /// The first trouble with the file, as a sentence for the user; nil if there is none or it was already taken.
    /// Later troubles with the same file are not told again.
    package mutating func takeWarning() -> String? {
        guard let text = warning else { return nil }
        warning = nil
        hasWarned = true
        return text
    }

    /// Whether an entry is one to keep, by itself.
    package static func isKept(_ entry: String) -> Bool {
        guard let first = entry.unicodeScalars.first, first != " ", first != "\t" else { return false }
        return entry.utf8.count <= maximumEntryBytes && !entry.allSatisfy(\.isWhitespace)
    }
}
