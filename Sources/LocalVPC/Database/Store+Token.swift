import DataValue

/// A write that was carried out under a client token.
struct AnsweredToken {
    /// What the write asked for, in one canonical text.
    var parameters: String
    /// The answer without its `RequestId`, as JSON.
    var answer: String
}

extension Store {
    /// How long an answered token is remembered.
    static let tokenLifetime: Nanoseconds = 24 * 3_600_000_000_000

    func answeredToken(_ use: TokenUse, now: Nanoseconds) throws(SQLiteError) -> AnsweredToken? {
        try database.first(
            """
            SELECT parameters, answer FROM token WHERE region = ? AND action = ? AND token = ? AND created > ?
            """,
            .text(use.region), .text(use.action), .text(use.token), .integer(Self.oldest(now))
        ) { AnsweredToken(parameters: $0.text(0), answer: $0.text(1)) }
    }

    func remember(_ answered: AnsweredToken, _ use: TokenUse, now: Nanoseconds) throws(SQLiteError) {
        try database.run("DELETE FROM token WHERE created <= ?", .integer(Self.oldest(now)))
        try database.run(
            """
            INSERT OR REPLACE INTO token (region, action, token, parameters, answer, created)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            .text(use.region), .text(use.action), .text(use.token), .text(answered.parameters),
            .text(answered.answer), .integer(now))
    }

    private static func oldest(_ now: Nanoseconds) -> Nanoseconds {
        let (oldest, overflows) = now.subtractingReportingOverflow(tokenLifetime)
        return overflows ? .min : oldest
    }
}
