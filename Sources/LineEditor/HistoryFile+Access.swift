import SystemSupport

extension HistoryFile {
    /// Opens the file, creates it if need be, and takes the lock on it, which goes with the object.
    func openLocked() throws(Failure) -> AppendedFile {
        // What is missing after this shows when the file is opened.
        try? Folder.make(Path.folder(of: path))
        do throws(SystemError) {
            // Another session holds the lock for the length of one write: a second of patience is much.
            return try AppendedFile.openShared(path, until: .now + .seconds(1))
        } catch {
            throw failure("open", error)
        }
    }

    func contents(of file: AppendedFile) throws(Failure) -> [UInt8] {
        do throws(SystemError) {
            return try file.contents(limit: HistoryFile.maximumSize)
        } catch {
            guard error.kind == .tooLarge else { throw failure("read", error) }
            throw Failure(text: "the history \(path) is too large to be one, so it is not read")
        }
    }

    /// Replaces the file by one that holds `entries`. The lock on the old file is held.
    func replace(with entries: [String]) throws(Failure) {
        do throws(SystemError) {
            try FileReplacement.replace(path, with: entries.flatMap(HistoryFile.encode), mode: 0o600, nil)
        } catch {
            throw failure("trim", error)
        }
    }

    func failure(_ action: String, _ error: SystemError) -> Failure {
        Failure(text: "cannot \(action) the history \(error.message)")
    }
}
