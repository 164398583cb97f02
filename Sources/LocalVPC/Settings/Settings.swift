import DataValue

/// What is set about a database's service, beside its resources: users, quotas, faults, the clock.
///
/// It is kept in the table `setting`, one JSON text under each name, with a number that counts the changes: whoever has
/// read it once sees by that number whether it is still so. So `vpcsh local` can change it in a file while another
/// process serves that file.
struct Settings: Sendable {
    /// Names in the table.
    enum Name: String, CaseIterable {
        case users, quotas, faults, clock
    }

    /// Counts the changes; -1 before anything was read.
    var revision: Int64 = -1
    var users: [User] = []
    /// What holds for the account itself: what a rule here denies is `Forbidden` to every key.
    var accountRules: [AccessRule] = []
    var quotas = Quotas()
    var faults: [Fault] = []
    var clock = ClockSetting()

    /// The key with an id among the users'.
    func key(_ id: String) -> AccessKey? { users.first { $0.key.id == id }?.key }
}

/// A RAM user: a name with a key.
package struct User: Sendable, Equatable {
    package var name: String
    package var key: AccessKey

    package init(name: String, key: AccessKey) {
        self.name = name
        self.key = key
    }
}

/// How the service's clock differs from the machine's.
package struct ClockSetting: Sendable, Equatable {
    /// How far the clock was put forward, in nanoseconds.
    package var advance: Nanoseconds = 0
    /// Where the clock stands for a service whose timing is frozen; nil until one was started.
    package var frozenAt: Nanoseconds?

    package init() {}
}
