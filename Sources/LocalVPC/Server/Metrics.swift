import NIOCore
import Synchronization
import SystemSupport

/// Counts of what was answered, in the text form that Prometheus reads.
final class Metrics: Sendable {
    private struct Key: Hashable {
        let action: String
        let status: Int
    }
    private struct State {
        var answers: [Key: Int] = [:]
        /// Calls by how long they took; the last holds all that took longer.
        var durations = [Int](repeating: 0, count: Metrics.limits.count + 1)
        var seconds = 0.0
    }
    private let state = Mutex(State())
    /// Upper ends of the classes of durations, in seconds.
    private static let limits = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]

    /// - Parameter status: 0 where a fault kept the answer back.
    func count(action: String, status: Int, since began: NIODeadline) {
        let seconds = Double((NIODeadline.now() - began).nanoseconds) / 1e9
        let place = Self.limits.firstIndex { seconds <= $0 } ?? Self.limits.count
        state.withLock { state in
            state.answers[Key(action: action, status: status), default: 0] += 1
            state.durations[place] += 1
            state.seconds += seconds
        }
    }

    func text(connections: Int) -> String {
        let state = state.withLock { $0 }
        var lines = [
            "# HELP vpcsh_answers_total Calls answered, by operation and HTTP status; status 0 was kept back by a fault.",
            "# TYPE vpcsh_answers_total counter",
        ]
        let sorted = state.answers.sorted { ($0.key.action, $0.key.status) < ($1.key.action, $1.key.status) }
        for (key, count) in sorted {
            lines.append(
                "vpcsh_answers_total{action=\"\(Self.escaped(key.action))\",status=\"\(key.status)\"} \(count)")
        }
        lines += [
            "# HELP vpcsh_answer_seconds How long calls took, from the last byte of the request to the answer.",
            "# TYPE vpcsh_answer_seconds histogram",
        ]
        var total = 0
        for (limit, count) in zip(Self.limits, state.durations) {
            total += count
            lines.append("vpcsh_answer_seconds_bucket{le=\"\(limit)\"} \(total)")
        }
        total += state.durations.last ?? 0
        lines += [
            "vpcsh_answer_seconds_bucket{le=\"+Inf\"} \(total)", "vpcsh_answer_seconds_sum \(state.seconds)",
            "vpcsh_answer_seconds_count \(total)", "# HELP vpcsh_connections Open connections.",
            "# TYPE vpcsh_connections gauge", "vpcsh_connections \(connections)", "",
        ]
        return lines.joined(separator: "\n")
    }

    /// Of names that clients send, only known ones get here; an unknown one counts under none.
    private static func escaped(_ text: String) -> String { text.filter { $0.isASCII && ($0.isLetter || $0.isNumber) } }
}
