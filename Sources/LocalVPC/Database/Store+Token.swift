import CSQLite
import DataValue

/// A write that was carried out under a client token.
struct AnsweredToken {
    /// What tells its parameters from others.
    var parameters: [UInt8]
    /// The answer without its `RequestId`, as JSON, encrypted.
    var answer: [UInt8]
}

extension Store {
    /// How long an answered token is remembered.
    static let tokenLifetime: Nanoseconds = 24 * 3_600_000_000_000

    func answeredToken(_ token: SealedToken, now: Nanoseconds) throws(SQLiteError) -> AnsweredToken? {
        try database.first(
            "SELECT parameters, answer FROM token WHERE id = ? AND created > ?", .blob(token.id),
            .integer(Self.oldest(now))
        ) { AnsweredToken(parameters: $0.blob(0), answer: $0.blob(1)) }
    }

    func remember(_ answered: AnsweredToken, _ token: SealedToken, now: Nanoseconds) throws(SQLiteError) {
        try database.run("DELETE FROM token WHERE created <= ?", .integer(Self.oldest(now)))
        try database.run(
            "INSERT OR REPLACE INTO token (id, parameters, answer, created) VALUES (?, ?, ?, ?)", .blob(token.id),
            .blob(answered.parameters), .blob(answered.answer), .integer(now))
    }

    /// Seals the tokens of a database of version 2, which had them as they were: a write that is repeated after the
    /// update is still the same write.
    func sealTokens() throws(SQLiteError) {
        let known = try database.all("SELECT region, action, token, parameters, answer, created FROM token") { row in
            (
                use: TokenUse(token: row.text(2), action: row.text(1), region: row.text(0)),
                parameters: row.text(3), answer: row.text(4), created: row.integer(5)
            )
        }
        for row in known {
            let token = SealedToken(row.use)
            guard let answer = try? token.seal(row.answer) else {
                throw SQLiteError(code: SQLITE_ERROR, message: "an answer cannot be encrypted")
            }
            try database.run(
                "INSERT INTO sealed_token (id, parameters, answer, created) VALUES (?, ?, ?, ?)", .blob(token.id),
                .blob(token.digest(of: row.parameters)), .blob(answer), .integer(row.created))
        }
    }

    private static func oldest(_ now: Nanoseconds) -> Nanoseconds {
        let (oldest, overflows) = now.subtractingReportingOverflow(tokenLifetime)
        return overflows ? .min : oldest
    }
}
