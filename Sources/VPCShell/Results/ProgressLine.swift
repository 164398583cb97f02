import DataValue
import Glibc
import LineEditor
import ScriptRuntime
import Synchronization

/// A line on standard error that says how far something long has come, and that is gone when it is over.
///
/// Only on a terminal that can erase a row. It appears after half a second, since what is over by then needs no word, and
/// changes ten times a second at most. Whatever else is written erases it first (see ``Output``).
package final class ProgressLine: Sendable {
    private struct State {
        /// When the first report came since the line was cleared last, in nanoseconds.
        var began: Int64?
        var shown: Int64 = 0
        var isShown = false
        var waiting: (since: Int64, limit: Int64?)?
    }
    private let state = Mutex(State())
    private static let patience: Int64 = 500_000_000
    private static let interval: Int64 = 100_000_000
    /// What has gone on for less says nothing about the rest: nanoseconds.
    private static let estimable: Int64 = 2_000_000_000

    package init() {}

    /// How far something is: `now` in nanoseconds.
    func report(_ progress: Progress, now: Int64) {
        switch progress {
        case .items(let count, let total):
            show(counted(count, total, "items", now), now: now)
        case .iterations(let count, let total):
            show(counted(count, total, "iterations", now), now: now)
        case .waiting(let elapsed, let limit):
            state.withLock { $0.waiting = (now - elapsed, limit) }
            showWaiting(now: now)
        }
    }

    /// So many of so many, with the time that is left if it goes on as it went so far, once that can be told.
    private func counted(_ count: Int, _ total: Int?, _ noun: String, _ now: Int64) -> String {
        guard let total, total > 0 else { return "\(count) \(noun)" }
        let text = "\(count) of \(total) \(noun)"
        guard let began = state.withLock({ $0.began }), now - began >= Self.estimable, count > 0, count < total else {
            return text
        }
        let left = Double(now - began) / Double(count) * Double(total - count) / 1e9
        return "\(text), about \(ElapsedTime.whole(seconds: Int64(left.rounded(.up)))) left"
    }

    /// Something sleeps for a span, from now on, that nothing else is known about.
    func beginSleep(_ span: Int64, now: Int64) {
        state.withLock { if $0.waiting == nil { $0.waiting = (now, span) } }
    }

    /// Says how long is left of what is waited for.
    func showWaiting(now: Int64) {
        guard let waiting = state.withLock({ $0.waiting }) else { return }
        let elapsed = ElapsedTime.whole(seconds: (now - waiting.since) / 1_000_000_000)
        guard let limit = waiting.limit else { return show("waiting for \(elapsed)", now: now) }
        let left = (limit - (now - waiting.since) + 999_999_999) / 1_000_000_000
        show("waiting for \(elapsed), \(ElapsedTime.whole(seconds: left)) left", now: now)
    }

    func endSleep() { state.withLock { $0.waiting = nil } }

    private func show(_ text: String, now: Int64) {
        state.withLock { state in
            guard let began = state.began else {
                state.began = now
                return
            }
            guard now - began >= Self.patience, now - state.shown >= Self.interval else { return }
            state.shown = now
            state.isShown = true
            let columns = max(4, TerminalSize.columns(STDERR_FILENO) ?? 80)
            Self.write("\r\u{1B}[K" + String("… \(text)".prefix(columns - 1)))
        }
    }

    /// Erases the line; the next report begins anew.
    package func clear() {
        state.withLock { state in
            state.began = nil
            guard state.isShown else { return }
            state.isShown = false
            Self.write("\r\u{1B}[K")
        }
    }

    private static func write(_ text: String) {
        _ = text.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
    }
}
