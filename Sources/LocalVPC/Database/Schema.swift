import CSQLite
import Glibc

/// The tables of the store, and how a file comes by them.
///
/// Why these tables. Some sixty operations on some fifteen kinds of resources need few things of a store: one resource
/// by its id, pages of lists under a few filters with their total, "does anything still refer to this", "is this
/// address taken". A table for each kind would answer that with a statement for each kind and question and a migration
/// for each new kind. Here one set of tables serves every kind:
///
/// - `resource` holds one row for each resource: what every kind has, and the rest as a JSON document.
/// - `scope` names a set of resources: a kind in a region (`name` empty), or those of them of which some attribute has
///   some value (the connections of a gateway, the resources with a tag). It counts its members, so a total costs one
///   row however many there are; a reference or a taken address is a scope that is not empty.
/// - `member` says who belongs to a scope, in the order of creation: a page is a stretch of one index.
/// - `token` keeps the answers to writes that carried a client token.
///
/// A list under one filter reads what it returns and nothing else; under several it runs through the smallest scope.
/// Times are nanoseconds since 1970. States are not stored but computed from times when they are read.
enum Schema {
    /// `vpcs` in ASCII: marks a file as ours.
    static let applicationID: Int64 = 0x7670_6373
    /// What `PRAGMA user_version` of a current file says.
    static let version: Int64 = 1

    private static let firstVersion: StaticString = """
        CREATE TABLE resource (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            region TEXT NOT NULL,
            id TEXT NOT NULL UNIQUE,
            phase TEXT NOT NULL,
            changed INTEGER NOT NULL,
            created INTEGER NOT NULL,
            document TEXT NOT NULL
        ) STRICT;
        CREATE TABLE scope (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            region TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            members INTEGER NOT NULL,
            UNIQUE (kind, region, name, value)
        ) STRICT;
        CREATE TABLE member (
            scope INTEGER NOT NULL,
            resource INTEGER NOT NULL,
            PRIMARY KEY (scope, resource)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX scopes_of_resource ON member (resource);
        CREATE TABLE token (
            region TEXT NOT NULL,
            action TEXT NOT NULL,
            token TEXT NOT NULL,
            parameters TEXT NOT NULL,
            answer TEXT NOT NULL,
            created INTEGER NOT NULL,
            PRIMARY KEY (region, action, token)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tokens_by_age ON token (created);
        PRAGMA application_id = 0x76706373;
        PRAGMA user_version = 1;
        """

    /// Opens a database and brings it to the current version. A file that did not exist before and cannot be set up is
    /// taken away again.
    static func open(_ location: DatabaseLocation, maximumPages: Int?) throws(LocalEndpointError) -> Database {
        guard case .file(let path) = location else {
            return try failing(at: location) { () throws(SQLiteError) in
                let database = try Database(path: ":memory:")
                if let maximumPages { try database.limitSize(toPages: maximumPages) }
                try migrate(database)
                return database
            }
        }
        let isNew = access(path, F_OK) != 0
        do {
            return try openFile(path, maximumPages: maximumPages)
        } catch {
            if isNew { removeUnused(path) }
            throw error
        }
    }

    private static func openFile(_ path: String, maximumPages: Int?) throws(LocalEndpointError) -> Database {
        let location = DatabaseLocation.file(path)
        if path.isEmpty || path.utf8.contains(0) {
            throw LocalEndpointError(reason: .cannotOpen, message: "cannot open the local database: its path is empty")
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw LocalEndpointError(
                reason: .cannotOpen, message: "cannot open the local database \(path): it is a directory")
        }
        // Without a leading slash or dot SQLite might take the name for one of its own (`:memory:`, `file:…`).
        let plainPath = path.hasPrefix("/") ? path : "./" + path
        let database = try failing(at: location) { () throws(SQLiteError) in try Database(path: plainPath) }
        let (application, version, tables) = try failing(at: location) { () throws(SQLiteError) in
            (
                try database.first("PRAGMA application_id") { $0.integer(0) } ?? 0,
                try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0,
                try database.first("SELECT count(*) FROM sqlite_schema") { $0.integer(0) } ?? 0
            )
        }
        if application != applicationID, application != 0 || version != 0 || tables != 0 {
            throw LocalEndpointError(
                reason: .foreignDatabase,
                message: "\(path) is a database of some other program; it was left as it is")
        }
        if version > Self.version {
            throw LocalEndpointError(
                reason: .tooNew,
                message: "the local database \(path) was written by a later version of this program "
                    + "(its format is \(version), known are those up to \(Self.version))")
        }
        if database.isReadOnly {
            throw LocalEndpointError(
                reason: .readOnly, message: "the local database \(path) can only be read, and calls must be recorded")
        }
        try failing(at: location) { () throws(SQLiteError) in
            if let maximumPages { try database.limitSize(toPages: maximumPages) }
            try database.execute("PRAGMA journal_mode = WAL")
            // The write-ahead log is on the disk before a transaction counts as done, not at the next checkpoint.
            try database.execute("PRAGMA synchronous = FULL")
            try migrate(database)
        }
        return database
    }

    /// Brings the tables to the current version, in one transaction.
    private static func migrate(_ database: Database) throws(SQLiteError) {
        if try database.first("PRAGMA user_version", read: { $0.integer(0) }) == version { return }
        do {
            try database.transaction(isWrite: true) {
                // Asked again under the lock: another process may have done the work meanwhile.
                let found = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
                if found < 1 { try database.execute(firstVersion) }
                // A later version adds its step here: `if found < 2 { … }`.
            }
        } catch let error as SQLiteError {
            throw error
        } catch {
            throw SQLiteError(code: SQLITE_ERROR, message: "\(error)")
        }
    }

    /// Removes a file that this process has just created and not got to fill.
    private static func removeUnused(_ path: String) {
        if let database = try? Database(path: path.hasPrefix("/") ? path : "./" + path) {
            let version = try? database.first("PRAGMA user_version") { $0.integer(0) }
            if version == Self.version { return }
        }
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }

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
    fileprivate init(_ error: SQLiteError, at location: DatabaseLocation) {
        let place = location.description
        switch error.primaryCode {
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
            self.init(reason: .cannotOpen, message: "cannot open the local database \(place): \(error.message)")
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
