import CSQLite
import CloudAPI
import DataValue
import Glibc
import SystemSupport

/// How a file comes by its tables, however many processes come for it at a time.
///
/// A file is made without being opened, readable by its owner only, so that SQLite finds one and gives its log the same
/// mode. What it holds is then read in one transaction. A new one gets its tables in one transaction that has the write
/// lock from its start and reads everything again under it; the switch to the write-ahead log follows. Whoever finds
/// the file locked meanwhile tries again until a deadline.
///
/// A file that this process made and could not set up is taken away under the write lock, while it is still empty.
/// Another process may have opened it before that; it then finds that the path leads elsewhere, and starts again.
extension Schema {
    /// The longest that set-up waits in all for other processes.
    static let patience = Duration.seconds(10)
    /// How long set-up waits between two attempts.
    private static let pause = Duration.milliseconds(2)
    private static let clock = SystemClock()

    /// Opens a database and brings it to the current version. A file that did not exist before and cannot be set up is
    /// taken away again.
    ///
    /// - Parameters:
    ///   - mayCreate: whether a file that is not there is made.
    ///   - patience: how long it waits in all for other processes; nil for the longest.
    ///   - cancellation: ends such a wait at once.
    static func open(
        _ location: DatabaseLocation, maximumPages: Int?, mayCreate: Bool = true, patience: Duration? = nil,
        cancellation: Cancellation = Cancellation()
    ) throws(LocalEndpointError) -> Database {
        guard case .file(let path) = location else {
            return try failing(at: location) { () throws(SQLiteError) in
                let database = try Database(path: ":memory:")
                if let maximumPages { try database.limitSize(toPages: maximumPages) }
                try changing(database) { () throws(SQLiteError) in try bringUp(database, from: 0) }
                return database
            }
        }
        try checkPath(path)
        if !mayCreate, !File.exists(path) {
            throw LocalEndpointError(reason: .cannotOpen, message: "there is no local database \(path)")
        }
        // Without a leading slash or dot SQLite might take the name for one of its own (`:memory:`, `file:…`).
        let plainPath = path.hasPrefix("/") ? path : "./" + path
        let limit = Limit(
            deadline: clock.monotonic() + min(patience ?? Self.patience, Self.patience), cancellation: cancellation)
        while true {
            let isNew = mknod(plainPath, S_IFREG | S_IRUSR | S_IWUSR, 0) == 0
            if !isNew { createTarget(ofLink: plainPath) }
            let file = FileIdentity(plainPath)
            let database = try failing(at: location) { () throws(SQLiteError) in
                do throws(SQLiteError) {
                    return try Database(path: plainPath, mayCreate: false)
                } catch {
                    if isNew { removeEmpty(plainPath) }
                    throw error
                }
            }
            let isLast = limit.isReached
            do throws(LocalEndpointError) {
                (database.wait.deadline, database.wait.cancellation) = (limit.deadline, limit.cancellation)
                try setUp(database, path: path, maximumPages: maximumPages, limit: limit)
                (database.wait.deadline, database.wait.cancellation) = (nil, Cancellation())
                if isLast || FileIdentity(plainPath) == file { return database }
            } catch {
                if isLast || FileIdentity(plainPath) == file {
                    if isNew { remove(database, plainPath, file) }
                    throw error
                }
            }
            database.close()
        }
    }

    private static func checkPath(_ path: String) throws(LocalEndpointError) {
        if path.isEmpty || path.utf8.contains(0) {
            throw LocalEndpointError(reason: .cannotOpen, message: "cannot open the local database: its path is empty")
        }
        if File.isFolder(path) {
            throw LocalEndpointError(
                reason: .cannotOpen, message: "cannot open the local database \(path): it is a directory")
        }
    }

    // MARK: Set-up

    private static func setUp(_ database: Database, path: String, maximumPages: Int?, limit: Limit)
        throws(LocalEndpointError)
    {
        let location = DatabaseLocation.file(path)
        var found = try failing(at: location) { () throws(SQLiteError) in
            try retrying(until: limit) { () throws(SQLiteError) in try content(of: database) }
        }
        let former = found.version
        try check(found, path)
        if database.isReadOnly {
            throw LocalEndpointError(
                reason: .readOnly, message: "the local database \(path) can only be read, and calls must be recorded")
        }
        try failing(at: location) { () throws(SQLiteError) in
            if let maximumPages { try database.limitSize(toPages: maximumPages) }
            // Whatever is written is on the disk before a transaction counts as done, not at the next checkpoint.
            try database.execute("PRAGMA synchronous = FULL")
            guard found.version < version else { return }
            try retrying(until: limit) { () throws(SQLiteError) in
                try changing(database) { () throws(SQLiteError) in
                    // Asked again under the lock: another process may have done the work meanwhile.
                    found = try contentInTransaction(of: database)
                    guard found.isUsable, found.version < version else { return }
                    try bringUp(database, from: found.version)
                    found.version = version
                    found.application = applicationID
                }
            }
        }
        try check(found, path)
        // Earlier versions wrote tokens and their answers as they were, and may have left parts in free space. That it
        // cannot be rewritten now, since another process uses it, is no reason not to open the file.
        if 1...2 ~= former {
            try? retrying(until: limit) { () throws(SQLiteError) in try database.execute("VACUUM") }
            database.hasErasedSecrets = true
        }
        // SQLite does not wait by itself here: it has read the file already when it wants to have it alone.
        try failing(at: location) { () throws(SQLiteError) in
            try retrying(until: limit) { () throws(SQLiteError) in
                try database.execute("PRAGMA journal_mode = WAL")
            }
        }
    }

    /// What a file says about itself.
    private struct Content {
        var application: Int64
        var version: Int64
        var tables: Int64

        /// Whether the file is ours, or empty.
        var isOurs: Bool { application == Schema.applicationID || application == 0 && version == 0 && tables == 0 }
        var isUsable: Bool { isOurs && version <= Schema.version }
    }

    private static func check(_ found: Content, _ path: String) throws(LocalEndpointError) {
        if !found.isOurs {
            throw LocalEndpointError(
                reason: .foreignDatabase,
                message: "\(path) is a database of some other program; it was left as it is")
        }
        if !found.isUsable {
            throw LocalEndpointError(
                reason: .tooNew,
                message: "the local database \(path) was written by a later version of this program "
                    + "(its format is \(found.version), known are those up to \(version))")
        }
    }

    /// All of it as of one moment.
    private static func content(of database: Database) throws(SQLiteError) -> Content {
        try inTransaction(database, isWrite: false) { () throws(SQLiteError) in
            try contentInTransaction(of: database)
        }
    }

    private static func contentInTransaction(of database: Database) throws(SQLiteError) -> Content {
        Content(
            application: try database.first("PRAGMA application_id") { $0.integer(0) } ?? 0,
            version: try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0,
            tables: try database.first("SELECT count(*) FROM sqlite_schema") { $0.integer(0) } ?? 0)
    }

    /// Brings the tables of an older version, or of none, to the current one. A later version adds its step here.
    private static func bringUp(_ database: Database, from version: Int64) throws(SQLiteError) {
        if version < 1 { try database.execute(firstVersion) }
        if version < 2 {
            try database.execute(secondVersion)
            if version == 1 { try Store(database: database).bringDocumentsUp(from: version) }
        }
        if version < 3 {
            try database.execute(thirdVersion)
            try Store(database: database).sealTokens()
            try database.execute(thirdVersionCompleted)
        }
    }

    private static func changing(_ database: Database, _ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try inTransaction(database, isWrite: true, body)
    }

    private static func inTransaction<Result>(
        _ database: Database, isWrite: Bool, _ body: () throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result {
        do {
            return try database.transaction(isWrite: isWrite, body)
        } catch let error as SQLiteError {
            throw error
        } catch {
            throw SQLiteError(code: SQLITE_ERROR, message: "\(error)")
        }
    }

    /// When set-up gives up waiting for other processes.
    private struct Limit {
        let deadline: MonotonicTime
        let cancellation: Cancellation
        var isReached: Bool { cancellation.isCancelled || clock.monotonic() > deadline }
    }

    private static func retrying<Result>(until limit: Limit, _ body: () throws(SQLiteError) -> Result)
        throws(SQLiteError) -> Result
    {
        while true {
            do {
                return try body()
            } catch {
                guard error.isBusy, !limit.isReached else { throw error }
                clock.sleep(for: pause, cancellation: limit.cancellation)
            }
        }
    }

    // MARK: Files

    /// Makes the file that a symbolic link leads to, if it leads to none yet.
    private static func createTarget(ofLink path: String) {
        if Path.isLink(path), !File.exists(path) { try? File.make(path) }
    }

    /// Removes a file that this process has just made and not got to fill, unless another process has.
    private static func remove(_ database: Database, _ path: String, _ file: FileIdentity?) {
        try? changing(database) { () throws(SQLiteError) in
            guard try contentInTransaction(of: database).tables == 0, FileIdentity(path) == file else { return }
            for suffix in ["", "-wal", "-shm", "-journal"] { File.remove(path + suffix) }
        }
        database.close()
    }

    private static func removeEmpty(_ path: String) { if File.isEmpty(path) { File.remove(path) } }

    private static func failing<Result>(at location: DatabaseLocation, _ body: () throws(SQLiteError) -> Result)
        throws(LocalEndpointError) -> Result
    {
        do {
            return try body()
        } catch {
            throw LocalEndpointError(error, at: location)
        }
    }
}

extension LocalEndpointError {
    /// SQLite only says that it cannot, and not that its log has no place beside the file.
    private static func reason(at location: DatabaseLocation) -> String? {
        guard case .file(let path) = location else { return nil }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(folder, W_OK) != 0, errno == EROFS || errno == EACCES else { return nil }
        return errno == EROFS ? "its file system is read-only" : "this account may not write in \(folder)"
    }

    fileprivate init(_ error: SQLiteError, at location: DatabaseLocation) {
        let place = location.description
        switch error.primaryCode {
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
            self.init(
                reason: .cannotOpen,
                message: "cannot open the local database \(place): \(Self.reason(at: location) ?? error.message)")
        case SQLITE_NOTADB:
            self.init(reason: .notADatabase, message: "\(place) is not a database")
        case SQLITE_CORRUPT:
            self.init(reason: .notADatabase, message: "the local database \(place) is damaged: \(error.message)")
        case SQLITE_READONLY:
            self.init(reason: .readOnly, message: "the local database \(place) cannot be written: \(error.message)")
        case SQLITE_FULL:
            self.init(reason: .full, message: "there is no room for the local database \(place): \(error.message)")
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(reason: .busy, message: "another process holds the local database \(place): \(error.message)")
        default:
            self.init(
                reason: .storage,
                message: "the local database \(place) cannot be used: \(error.message) (SQLite code \(error.code))")
        }
    }
}
