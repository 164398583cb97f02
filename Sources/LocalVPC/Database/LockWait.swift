import SystemSupport

/// How long a connection waits for another process to let go of the file, and what ends the wait before that.
///
/// SQLite asks it before each further attempt. It belongs to the thread that uses the connection.
final class LockWait {
    /// How long is waited unless something else is said.
    static let standard = Duration.seconds(5)
    /// For what can as well be done another time.
    static let moment = Duration.milliseconds(200)
    /// Between two attempts: short at first, since most locks are held for a few milliseconds.
    private static let pauses = (short: Duration.milliseconds(1), long: Duration.milliseconds(10))
    private static let shortPauses: Int32 = 20

    /// When the wait ends at the latest; nil for when patience does.
    var deadline: MonotonicTime?
    /// What ends the wait at once.
    var cancellation = Cancellation()
    /// From the first attempt on.
    private var patience = LockWait.standard
    private var began = MonotonicTime(nanoseconds: 0)
    private let clock = SystemClock()

    /// Whether there is another attempt, after a pause.
    ///
    /// - Parameter attempts: how many there were before on behalf of the same statement.
    func goesOn(_ attempts: Int32) -> Bool {
        if cancellation.isCancelled { return false }
        let now = clock.monotonic()
        if attempts == 0 { began = now }
        var left = patience - (now - began)
        if let deadline { left = min(left, deadline - now) }
        guard left > .zero else { return false }
        let pause = attempts < Self.shortPauses ? Self.pauses.short : Self.pauses.long
        clock.sleep(for: min(pause, left), cancellation: cancellation)
        return true
    }

    /// Waits within `body` for another span than the standard one.
    func withPatience<Result>(_ patience: Duration, _ body: () throws -> Result) rethrows -> Result {
        let former = self.patience
        self.patience = patience
        defer { self.patience = former }
        return try body()
    }

    /// Ends the waits within `body` as a call asks for it.
    func during<Result>(_ cancellation: Cancellation, until deadline: MonotonicTime, _ body: () throws -> Result)
        rethrows -> Result
    {
        let former = (self.cancellation, self.deadline)
        (self.cancellation, self.deadline) = (cancellation, deadline)
        defer { (self.cancellation, self.deadline) = former }
        return try body()
    }
}
