/// Where the embedded service keeps its state.
package enum DatabaseLocation: Sendable, Equatable {
    /// In memory; gone with the endpoint.
    case memory
    /// In a file, created if there is none. Several processes may use one file at a time.
    case file(String)

    /// What a person calls it.
    var description: String {
        switch self {
        case .memory: "the database in memory"
        case .file(let path): path
        }
    }
}

/// Why the embedded service cannot start.
package struct LocalEndpointError: Error, Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// The path leads nowhere, to a directory, or to what may not be opened.
        case cannotOpen
        /// The file is no SQLite database, or a damaged one.
        case notADatabase
        /// The file is a database of some other program; it was left as it was.
        case foreignDatabase
        /// The file was written by a later version of this program.
        case tooNew
        /// The file or its folder can only be read.
        case readOnly
        /// There is no room for the file.
        case full
        /// Another process holds the file locked.
        case busy
        /// Another process serves the file on a port.
        case served
        /// Whatever else SQLite reports.
        case storage
    }
    package var reason: Reason
    /// What is wrong, with the path, for a person.
    package var message: String
}
