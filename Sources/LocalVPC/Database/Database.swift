import CSQLite

/// A connection to an SQLite database: prepared statements, typed binding, errors with their code.
///
/// GRDB was weighed for this. It pulls in all of Foundation with its ICU tables: without it an otherwise equal program
/// starts in 10.4 ms instead of 13.2 and is 4 MB smaller, and what the store needs of SQLite fits on this page.
///
/// SQL is a `StaticString` everywhere: no text from outside can become part of a statement, it can only be bound. A
/// statement is prepared once and kept under the address of its literal.
///
/// A connection belongs to one thread at a time; its owner locks.
final class Database {
    /// A value to bind.
    enum Parameter {
        case integer(Int64)
        case text(String)
        case blob([UInt8])
    }

    /// Nil once the connection is closed.
    private var handle: OpaquePointer?
    private var statements: [UnsafePointer<UInt8>: OpaquePointer] = [:]
    /// How long it waits for another process to let go of the file, and what ends the wait.
    let wait = LockWait()
    /// Whether the log may still hold a secret that was overwritten or deleted; ``emptyLog()`` takes it away.
    var hasErasedSecrets = false

    /// Opens a database. `:memory:` is one in memory.
    ///
    /// - Parameter mayCreate: whether a file is created if there is none, with what mode the process's mask allows.
    init(path: String, mayCreate: Bool = true) throws(SQLiteError) {
        var opened: OpaquePointer?
        var flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        if mayCreate { flags |= SQLITE_OPEN_CREATE }
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened, code == SQLITE_OK else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw SQLiteError(code: code, message: message)
        }
        handle = opened
        sqlite3_busy_handler(
            handle,
            { wait, attempts in
                guard let wait else { return 0 }
                return Unmanaged<LockWait>.fromOpaque(wait).takeUnretainedValue().goesOn(attempts) ? 1 : 0
            }, Unmanaged.passUnretained(wait).toOpaque())
        _ = csqlite_set_defensive(handle)
        _ = csqlite_set_untrusting(handle)
        // What is deleted or overwritten is zeroed: keys of resources that are gone are in no free space of the file.
        do {
            try execute("PRAGMA secure_delete = ON")
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// Closes the connection. What it wrote is then in the database's own file as far as other connections allow; the
    /// last one takes the write-ahead log away. From then on everything fails with `SQLITE_MISUSE`.
    func close() {
        guard let handle else { return }
        // The last connection does this by itself when it closes; another one would leave all of it in the log.
        if sqlite3_get_autocommit(handle) != 0 {
            if hasErasedSecrets {
                emptyLog()
            } else {
                sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
            }
        }
        // A statement that is left over would keep the connection and its log alive.
        for statement in statements.values { sqlite3_finalize(statement) }
        statements = [:]
        sqlite3_close_v2(handle)
        self.handle = nil
    }

    /// Brings what the log holds into the database's own file, and empties the log: then what was deleted is in neither.
    /// Where another process is in the way for longer than a moment, ``hasErasedSecrets`` stays, and it is tried again
    /// another time.
    func emptyLog() {
        guard let handle else { return }
        wait.withPatience(LockWait.moment) {
            if sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) == SQLITE_OK {
                hasErasedSecrets = false
            }
        }
    }

    /// Whether the connection is not closed yet.
    var isOpen: Bool { handle != nil }

    /// Whether the file can only be read.
    var isReadOnly: Bool { handle.map { sqlite3_db_readonly($0, "main") == 1 } ?? false }
    /// How many rows the last statement changed.
    var changes: Int { handle.map { Int(sqlite3_changes($0)) } ?? 0 }
    /// The key of the row last inserted.
    var lastInsertedRow: Int64 { handle.map { sqlite3_last_insert_rowid($0) } ?? 0 }

    /// Runs statements that take no parameters and whose rows do not matter.
    func execute(_ sql: StaticString) throws(SQLiteError) {
        let handle = try opened()
        let code = sql.withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { sqlite3_exec(handle, $0.baseAddress, nil, nil, nil) }
        }
        if code != SQLITE_OK { throw currentError(code) }
    }

    /// Limits the size of the file for this connection.
    func limitSize(toPages pages: Int) throws(SQLiteError) {
        let handle = try opened()
        // A pragma takes no bound parameters; an integer's digits are harmless.
        let code = sqlite3_exec(handle, "PRAGMA max_page_count = \(pages)", nil, nil, nil)
        if code != SQLITE_OK { throw currentError(code) }
    }

    /// Runs one statement to its end.
    func run(_ sql: StaticString, _ parameters: Parameter...) throws(SQLiteError) {
        let statement = try prepared(sql, parameters)
        defer { reset(statement) }
        while try step(statement) {}
    }

    /// The first row of what a statement returns.
    func first<Result>(_ sql: StaticString, _ parameters: Parameter..., read: (Row) -> Result) throws(SQLiteError)
        -> Result?
    {
        let statement = try prepared(sql, parameters)
        defer { reset(statement) }
        return try step(statement) ? read(Row(statement: statement)) : nil
    }

    /// Every row of what a statement returns.
    func all<Result>(_ sql: StaticString, _ parameters: Parameter..., read: (Row) -> Result) throws(SQLiteError)
        -> [Result]
    {
        let statement = try prepared(sql, parameters)
        defer { reset(statement) }
        var results: [Result] = []
        while try step(statement) { results.append(read(Row(statement: statement))) }
        return results
    }

    /// Runs `body` in a transaction, which is undone if it throws. When this returns, the work is durable.
    ///
    /// - Parameter isWrite: takes the write lock at the start, so that a transaction that has read never fails for
    ///   having to write.
    func transaction<Result>(isWrite: Bool, _ body: () throws -> Result) throws -> Result {
        try isWrite ? run("BEGIN IMMEDIATE") : run("BEGIN")
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // SQLite itself has undone it after some errors, and then there is nothing to roll back.
            if let handle, sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    private func prepared(_ sql: StaticString, _ parameters: [Parameter]) throws(SQLiteError) -> OpaquePointer {
        let statement = try cached(sql)
        for (position, parameter) in parameters.enumerated() {
            let index = Int32(position + 1)
            let code: Int32
            switch parameter {
            case .integer(let value): code = sqlite3_bind_int64(statement, index, value)
            case .text(var text):
                code = text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        // An empty buffer has no address, and without one SQLite binds null.
                        guard let address = $0.baseAddress else {
                            return csqlite_bind_text_copy(statement, index, "", 0)
                        }
                        return csqlite_bind_text_copy(statement, index, address, UInt64($0.count))
                    }
                }
            case .blob(let bytes):
                code = bytes.withUnsafeBytes {
                    // As with texts, no bytes at all are not null.
                    guard let address = $0.baseAddress else { return sqlite3_bind_zeroblob(statement, index, 0) }
                    return csqlite_bind_blob_copy(statement, index, address, UInt64($0.count))
                }
            }
            if code != SQLITE_OK {
                let error = currentError(code)
                reset(statement)
                throw error
            }
        }
        return statement
    }

    private func cached(_ sql: StaticString) throws(SQLiteError) -> OpaquePointer {
        let key = sql.utf8Start
        if let known = statements[key] { return known }
        let handle = try opened()
        var statement: OpaquePointer?
        let code = sql.withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_prepare_v3(
                    handle, $0.baseAddress, Int32($0.count), UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
            }
        }
        guard let statement, code == SQLITE_OK else { throw currentError(code) }
        statements[key] = statement
        return statement
    }

    private func step(_ statement: OpaquePointer) throws(SQLiteError) -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        case let code: throw currentError(code)
        }
    }

    private func reset(_ statement: OpaquePointer) {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    private func currentError(_ code: Int32) -> SQLiteError {
        SQLiteError(code: code, message: handle.map { String(cString: sqlite3_errmsg($0)) } ?? Self.isClosed)
    }

    private static let isClosed = "the database is closed"

    private func opened() throws(SQLiteError) -> OpaquePointer {
        guard let handle else { throw SQLiteError(code: SQLITE_MISUSE, message: Self.isClosed) }
        return handle
    }
}

/// The row on which a statement stands. It is valid only while it is being read.
struct Row {
    fileprivate let statement: OpaquePointer

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func text(_ column: Int32) -> String {
        String(decoding: bytes(column), as: UTF8.self)
    }

    func blob(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// The bytes of a text, which stay where they are until the next row is asked for.
    func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        guard let start = sqlite3_column_text(statement, column) else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }
}
