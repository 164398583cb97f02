import CSQLite

/// What SQLite reports when it cannot do as told.
struct SQLiteError: Error, Sendable, Equatable {
    /// The extended result code, `SQLITE_IOERR_WRITE`.
    var code: Int32
    /// SQLite's own words.
    var message: String

    /// The result code without the extension, `SQLITE_IOERR`.
    var primaryCode: Int32 { code & 0xFF }
    /// Another process kept the database locked for longer than the time that is waited for it.
    var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
    /// There is no room for what was to be written.
    var isFull: Bool { primaryCode == SQLITE_FULL }
    /// The file, or the file system that it is on, can only be read.
    var isReadOnly: Bool { primaryCode == SQLITE_READONLY }
}
