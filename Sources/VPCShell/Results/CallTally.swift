import DataValue
import ScriptRuntime
import SystemSupport

/// The calls that a statement has made.
struct CallTally: Sendable {
    var count = 0
    /// How long they took together.
    var elapsed = Duration.zero
    /// Of the last answer.
    var requestID: String?

    mutating func add(_ answer: Value, elapsed: Duration) {
        count += 1
        self.elapsed += elapsed
        if case .record(let record) = answer, case .string(let id)? = record["RequestId"] { requestID = id }
    }
}

/// The line under a result: how much there is, which page of it, how long it took, and the request.
enum Footer {
    /// - Parameter result: What has been shown.
    /// - Returns: nil where no call was made: then there is nothing that the result does not say itself.
    static func text(_ result: Value, _ calls: CallTally) -> String? {
        guard calls.count > 0 else { return nil }
        var parts: [String] = []
        let items: Int? = if case .list(let list) = result { list.count } else { result.responseItems?.count }
        var page: String?
        if let items {
            var text = "\(items)"
            if case .record(let record) = result, case .int(let total)? = record["TotalCount"] {
                if total != items { text += " of \(total)" }
                if case .int(let number)? = record["PageNumber"], case .int(let size)? = record["PageSize"], size > 0,
                    total > size
                {
                    page = "page \(number) of \((total - 1) / size + 1)"
                }
            }
            parts.append(text + (text == "1" ? " item" : " items"))
        }
        if let page { parts.append(page) }
        if calls.count > 1 { parts.append("\(calls.count) calls") }
        parts.append(ElapsedTime.text(calls.elapsed))
        if let id = calls.requestID { parts.append("request \(id.visible)") }
        return parts.joined(separator: " · ")
    }
}

/// A measured time in words: three digits of it, not all that a clock has.
enum ElapsedTime {
    static func text(_ span: Duration) -> String {
        let milliseconds = max(0, span.nanoseconds) / 1_000_000
        if milliseconds < 1 { return "under 1 ms" }
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        let tenths = milliseconds / 100
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
        return whole(seconds: milliseconds / 1000)
    }

    /// Whole seconds in words: `9 min 48 s`.
    static func whole(seconds: Int64) -> String {
        let seconds = max(0, seconds)
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
}
