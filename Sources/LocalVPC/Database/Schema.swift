/// The tables of the store; `Schema+Open.swift` says how a file comes by them.
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
/// - `token` keeps the answers to writes that carried a client token, readable only for who has the token
///   (``SealedToken``).
/// - `nonce` keeps the nonces of writes for as long as their requests could be sent again; `kept_nonce` those of all
///   requests to a server that was stopped.
/// - `departing` says when a resource that is being deleted is gone. Whoever finds one due takes it away before it does
///   anything else, so that no statement has to tell what is there from what is no more.
/// - `setting` keeps users, quotas, faults and the clock; `counter` what is handed out in order, such as addresses.
///
/// A list under one filter reads what it returns and nothing else; under several it runs through the smallest scope.
/// Times are nanoseconds since 1970. States are not stored but computed from times when they are read.
enum Schema {
    /// `vpcs` in ASCII: marks a file as ours.
    static let applicationID: Int64 = 0x7670_6373
    /// What `PRAGMA user_version` of a current file says.
    static let version: Int64 = 3

    static let firstVersion: StaticString = """
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

    /// What version 2 has beyond version 1. The scopes of resources are made anew after it, since they follow from the
    /// documents and a later version may want others.
    static let secondVersion: StaticString = """
        CREATE TABLE departing (resource INTEGER PRIMARY KEY, due INTEGER NOT NULL) STRICT;
        CREATE INDEX departing_by_due ON departing (due);
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE counter (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        PRAGMA user_version = 2;
        """

    /// What version 3 has beyond version 2, beside the contents of `token`, which are sealed between these two.
    static let thirdVersion: StaticString = """
        CREATE TABLE sealed_token (
            id BLOB PRIMARY KEY,
            parameters BLOB NOT NULL,
            answer BLOB NOT NULL,
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE nonce (
            period INTEGER NOT NULL,
            hash INTEGER NOT NULL,
            PRIMARY KEY (period, hash)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE kept_nonce (hash INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT;
        """
    static let thirdVersionCompleted: StaticString = """
        DROP TABLE token;
        ALTER TABLE sealed_token RENAME TO token;
        CREATE INDEX tokens_by_age ON token (created);
        PRAGMA user_version = 3;
        """
}
