import SystemSupport

/// The history on disk: one entry a line, with `\n` for a newline and `\\` for a backslash.
///
/// Sessions share the file. Every access holds a lock on it; entries are only ever appended, but for trimming, which
/// replaces the file as a whole under the lock. Whoever gets the lock therefore looks whether the file is still the one
/// that the path names. Lines that are no text (another program's data, a torn write) are passed over.
struct HistoryFile {
    /// Why the file cannot be used.
    struct Failure: Error {
        /// A sentence for the user, without the end of a line.
        let text: String
    }

    let path: String

    /// Files larger than this are not read: they are not ours. 10,000 entries are about 1 MB.
    static let maximumSize = 64 << 20

    /// The newest entries, oldest first; up to a tenth more than `limit` before the file is trimmed.
    func load(limit: Int) throws(Failure) -> [String] {
        let file = try openLocked()
        // The lock goes with it.
        defer { withExtendedLifetime(file) {} }
        let bytes = try contents(of: file)
        let entries = bytes.split(separator: UInt8(ascii: "\n")).compactMap(HistoryFile.decode)
        guard entries.count > limit + limit / 10 else { return entries }
        let kept = Array(entries.suffix(limit))
        try replace(with: kept)
        return kept
    }

    /// Adds one entry at the end.
    func append(_ entry: String) throws(Failure) {
        let file = try openLocked()
        do throws(SystemError) {
            try file.append(HistoryFile.encode(entry))
        } catch {
            throw failure("write", error)
        }
    }

    // MARK: - The form of an entry

    static func encode(_ entry: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in entry.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\\"): bytes += [byte, byte]
            default: bytes.append(byte)
            }
        }
        return bytes + [UInt8(ascii: "\n")]
    }

    /// Nil for what is no entry.
    static func decode(_ line: ArraySlice<UInt8>) -> String? {
        guard line.count <= 2 * History.maximumEntryBytes else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(line.count)
        var iterator = line.makeIterator()
        while let byte = iterator.next() {
            if (byte < 0x20 && byte != UInt8(ascii: "\t")) || byte == 0x7f { return nil }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch iterator.next() {
            case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "\\"), nil: bytes.append(byte)
            case .some(let other): bytes += [byte, other]
            }
        }
        guard let entry = String(validating: bytes, as: UTF8.self), History.isKept(entry) else { return nil }
        return entry
    }
}
