import DataValue

extension Store {
    /// What a transaction looks at before it does anything.
    struct Glance {
        /// Of the settings.
        var revision: Int64
        /// When the next resource that is being deleted is gone; nil where none is.
        var due: Nanoseconds?
    }

    func glance() throws(SQLiteError) -> Glance {
        try database.first(
            """
            SELECT coalesce((SELECT value FROM setting WHERE name = 'revision'), 0),
                coalesce((SELECT min(due) FROM departing), -1)
            """
        ) { row in
            let due = row.integer(1)
            return Glance(revision: row.integer(0), due: due < 0 ? nil : due)
        } ?? Glance(revision: 0)
    }

    /// The settings as they are now.
    func settings() throws(SQLiteError) -> Settings {
        var settings = Settings()
        let rows = try database.all("SELECT name, value FROM setting") { ($0.text(0), $0.text(1)) }
        settings.revision = 0
        for (name, text) in rows {
            if name == "revision" {
                settings.revision = Int64(text) ?? 0
            } else if let known = Settings.Name(rawValue: name), let value = try? JSON.parse(text) {
                settings.read(known, value)
            }
        }
        return settings
    }

    /// Stores one part of the settings, and counts the change.
    func set(_ name: Settings.Name, of settings: Settings) throws(SQLiteError) {
        try database.run(
            "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", .text(name.rawValue),
            .text(JSON.text(settings.value(name))))
        if name == .users { database.hasErasedSecrets = true }
        try countChange()
    }

    func countChange() throws(SQLiteError) {
        try database.run(
            """
            INSERT INTO setting (name, value) VALUES ('revision', '1')
            ON CONFLICT DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)
            """)
    }

    /// A number that is handed out once: 0, 1, 2 …
    func nextNumber(_ counter: String) throws(SQLiteError) -> Int64 {
        try database.first(
            """
            INSERT INTO counter (name, next) VALUES (?, 1) ON CONFLICT DO UPDATE SET next = next + 1
            RETURNING next - 1
            """, .text(counter)
        ) { $0.integer(0) } ?? 0
    }
}
