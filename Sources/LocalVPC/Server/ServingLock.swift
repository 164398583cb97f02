import DataValue
import Glibc
import SystemSupport

/// Sees to it that one file is served by one process at a time.
///
/// It is a lock of the kind of `flock` on the database's own file. SQLite's locks are of another kind, which it does not
/// get into the way of, with one trap: when a process closes any descriptor of a file, it loses all of SQLite's locks on
/// it. So this descriptor is closed after SQLite's, never before. The lock goes with the process, however that ends.
final class ServingLock: Sendable {
    private let descriptor: Int32

    /// Nil where there is no file to lock.
    init?(_ location: DatabaseLocation) throws(LocalEndpointError) {
        guard case .file(let path) = location else { return nil }
        do throws(SystemError) {
            descriptor = try FileLock.take(path)
        } catch {
            throw error.kind == .number(EWOULDBLOCK)
                ? LocalEndpointError(
                    reason: .served, message: "another vpcsh serves \(path) already" + Self.server(of: path))
                : LocalEndpointError(
                    reason: .cannotOpen, message: "cannot open the local database \(error.message)")
        }
    }

    /// To be called when the database is closed.
    func release() { close(descriptor) }

    // MARK: Who serves

    /// Notes in the database where it is served, for whoever comes and wants to serve it too.
    func note(url: String, in store: Store) {
        let text = JSON.text(.record(Record(fields: [("Url", .string(url)), ("Process", .int(Int(getpid())))])))
        try? store.database.transaction(isWrite: true) {
            try store.database.run(
                "INSERT OR REPLACE INTO setting (name, value) VALUES ('server', ?)", .text(text))
        }
    }

    private static func server(of path: String) -> String {
        guard let database = try? Database(path: path.hasPrefix("/") ? path : "./" + path, mayCreate: false) else {
            return ""
        }
        defer { database.close() }
        let text = try? database.first("SELECT value FROM setting WHERE name = 'server'") { $0.text(0) }
        guard let text = text ?? nil, case .record(let record)? = try? JSON.parse(text) else { return "" }
        return " (process \(record.integer("Process") ?? 0), \(record.text("Url")))"
    }
}
