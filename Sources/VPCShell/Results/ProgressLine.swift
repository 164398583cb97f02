import DataValue
import LineEditor
import ScriptRuntime
import Synchronization
import SystemSupport

/// A line on standard error that says how far something long has come, and that is gone when it is over.
///
/// Only on a terminal that can erase a row. It appears after half a second, since what is over by then needs no word, and
/// changes ten times a second at most. Whatever else is written erases it first (see ``Output``).
package final class ProgressLine: Sendable {
    private struct State {
        /// When the first report came since the line was cleared last.
        var began: MonotonicTime?
        var shown = MonotonicTime(nanoseconds: .min)
        var isShown = false
        var waiting: (since: MonotonicTime, limit: Duration?)?
    }
    private let state = Mutex(State())
    private static let patience = Duration.milliseconds(500)
    private static let interval = Duration.milliseconds(100)
    /// What has gone on for less says nothing about the rest.
    private static let estimable = Duration.seconds(2)

    package init() {}

    /// How far something is.
    func report(_ progress: Progress, now: MonotonicTime) {
        switch progress {
        case .items(let count, let total):
            show(counted(count, total, "items", now), now: now)
        case .iterations(let count, let total):
            show(counted(count, total, "iterations", now), now: now)
        case .waiting(let elapsed, let limit):
            state.withLock { $0.waiting = (now + (.zero - elapsed), limit) }
            showWaiting(now: now)
        }
    }

    /// So many of so many, with the time that is left if it goes on as it went so far, once that can be told.
    private func counted(_ count: Int, _ total: Int?, _ noun: String, _ now: MonotonicTime) -> String {
        guard let total, total > 0 else { return "\(count) \(noun)" }
        let text = "\(count) of \(total) \(noun)"
        guard let began = state.withLock({ $0.began }), now - began >= Self.estimable, count > 0, count < total else {
            return text
        }
        let left = (now - began).inSeconds / Double(count) * Double(total - count)
        return "\(text), about \(ElapsedTime.whole(seconds: Int64(left.rounded(.up)))) left"
    }

    /// Something sleeps for a span, from now on, that nothing else is known about.
    func beginSleep(_ span: Duration, now: MonotonicTime) {
        state.withLock { if $0.waiting == nil { $0.waiting = (now, span) } }
    }

    /// Says how long is left of what is waited for.
    func showWaiting(now: MonotonicTime) {
        guard let waiting = state.withLock({ $0.waiting }) else { return }
        let elapsed = ElapsedTime.whole(seconds: (now - waiting.since).components.seconds)
        guard let limit = waiting.limit else { return show("waiting for \(elapsed)", now: now) }
        let left = (limit - (now - waiting.since) + .nanoseconds(999_999_999)).components.seconds
        show("waiting for \(elapsed), \(ElapsedTime.whole(seconds: left)) left", now: now)
    }

    func endSleep() { state.withLock { $0.waiting = nil } }

    private func show(_ text: String, now: MonotonicTime) {
        state.withLock { state in
            guard let began = state.began else {
                state.began = now
                return
            }
            guard now - began >= Self.patience, now - state.shown >= Self.interval else { return }
            state.shown = now
            state.isShown = true
            let columns = max(4, TerminalSize.columns(2) ?? 80)
            OutputChannel.standardError.offer("\r\u{1B}[K" + String("… \(text)".prefix(columns - 1)))
        }
    }

    /// Erases the line; the next report begins anew.
    package func clear() {
        state.withLock { state in
            state.began = nil
            guard state.isShown else { return }
            state.isShown = false
            OutputChannel.standardError.offer("\r\u{1B}[K")
        }
    }
}
