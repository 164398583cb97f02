import DataValue

/// The nonce of a request, as it is remembered.
struct NonceUse: Sendable, Hashable {
    /// Of the key's id and the nonce. Two nonces of the same hash would be one in 18 quintillions.
    var hash: Int64
    /// The request's own time, in seconds since 1970: it can be sent again for a quarter of an hour from it.
    var time: Int64
}

/// Nonces in the database: a write whose signature was good is never carried out twice, whichever process on the file
/// gets it and however often that is started anew.
///
/// A row belongs to a period of as many seconds as a request's time may be off. A request that is taken now is of the
/// present period or of one of its neighbours, so that the row is found by three steps in one index, and whole periods
/// are forgotten at a time.
extension Store {
    private static let period = RequestVerifier.tolerance

    /// Notes a nonce; false where it was used before.
    ///
    /// - Parameter now: by the clock that requests are checked by.
    func use(_ nonce: NonceUse, now: Nanoseconds) throws(SQLiteError) -> Bool {
        let present = Self.period(now / 1_000_000_000)
        let isKnown = try database.first(
            "SELECT 1 FROM nonce WHERE period IN (?, ?, ?) AND hash = ?", .integer(present - 1), .integer(present),
            .integer(present + 1), .integer(nonce.hash)
        ) { _ in true }
        if isKnown == true { return false }
        try database.run(
            "INSERT INTO nonce (period, hash) VALUES (?, ?)", .integer(Self.period(nonce.time)), .integer(nonce.hash))
        return true
    }

    /// Forgets those whose requests are too old to be taken.
    func forgetNonces(now: Nanoseconds) throws(SQLiteError) {
        try database.run("DELETE FROM nonce WHERE period < ?", .integer(Self.period(now / 1_000_000_000) - 1))
    }

    private static func period(_ seconds: Int64) -> Int64 {
        let quotient = seconds / period
        return seconds % period < 0 ? quotient - 1 : quotient
    }

    // MARK: Of a server that is stopped

    /// Keeps nonces for the next server, in place of those that were kept before.
    func keep(_ hashes: [Int64], now: Nanoseconds) throws(SQLiteError) {
        try database.run("DELETE FROM kept_nonce")
        let until = now / 1_000_000_000 + 2 * RequestVerifier.tolerance
        for hash in hashes {
            try database.run(
                "INSERT OR REPLACE INTO kept_nonce (hash, until) VALUES (?, ?)", .integer(hash), .integer(until))
        }
    }

    /// What a server before this one kept.
    func keptNonces(now: Nanoseconds) throws(SQLiteError) -> [Int64] {
        try database.all("SELECT hash FROM kept_nonce WHERE until >= ?", .integer(now / 1_000_000_000)) {
            $0.integer(0)
        }
    }
}
