import CloudAPI
import DataValue
import Glibc

/// How long a connection waits for another process to let go of the file, and what ends the wait before that.
///
/// SQLite asks it before each further attempt. It belongs to the thread that uses the connection.
final class LockWait {
    /// How long is waited, in nanoseconds, unless something else is said.
    static let standard: Nanoseconds = 5_000_000_000
    /// For what can as well be done another time.
    static let moment: Nanoseconds = 200_000_000
    /// Between two attempts, in microseconds: short at first, since most locks are held for a few milliseconds, and never
    /// so long that a cancellation goes unnoticed.
    private static let pauses: (short: UInt32, long: UInt32) = (1_000, 10_000)
    private static let shortPauses: Int32 = 20

    /// When the wait ends at the latest, by the clock that nobody sets; in nanoseconds.
    var deadline: Nanoseconds = .max
    /// What ends the wait at once.
    var cancellation: Cancellation?
    /// From the first attempt on, in nanoseconds.
    private var patience = LockWait.standard
    private var began: Nanoseconds = 0
    private let clock = SystemClock()

    /// Whether there is another attempt, after a pause.
    ///
    /// - Parameter attempts: how many there were before on behalf of the same statement.
    func goesOn(_ attempts: Int32) -> Bool {
        if cancellation?.isCancelled == true { return false }
        let now = clock.monotonic()
        if attempts == 0 { began = now }
        let left = min(patience - (now - began), deadline - now)
        guard left > 0 else { return false }
        let pause = attempts < Self.shortPauses ? Self.pauses.short : Self.pauses.long
        usleep(min(pause, UInt32(clamping: left / 1000 + 1)))
        return true
    }

    /// Waits within `body` for another span than the standard one.
    func withPatience<Result>(_ patience: Nanoseconds, _ body: () throws -> Result) rethrows -> Result {
        let former = self.patience
        self.patience = patience
        defer { self.patience = former }
        return try body()
    }

    /// Ends the waits within `body` as a call asks for it.
    func during<Result>(_ cancellation: Cancellation, until deadline: Nanoseconds, _ body: () throws -> Result) rethrows
        -> Result
    {
        let former = (self.cancellation, self.deadline)
        (self.cancellation, self.deadline) = (cancellation, deadline)
        defer { (self.cancellation, self.deadline) = former }
        return try body()
    }
}
