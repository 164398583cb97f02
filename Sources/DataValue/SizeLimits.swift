import SystemSupport

/// How large a value, and a text made of one, may become. A loop that doubles a text or a list would otherwise take all
/// memory within a second, and end without a word.
package enum SizeLimits {
    /// Bytes of UTF-8.
    package static let text = 256 << 20
    /// Elements of a list, fields of a record, cells of a table.
    package static let elements = 20_000_000
    /// How many lists and records may lie within each other. What walks through a value calls itself for each level, on a
    /// thread's stack; see also ``uncountedLevels``.
    package static let levels = 1000
    /// Where a value is too wide to be counted each time (see `Machine+Nesting.swift`), how many levels more than
    /// ``levels`` it may have before it is.
    package static let uncountedLevels = 4096
}

/// Why something is too large to be made. Data; the languages of errors that have a code word it.
package enum LimitError: Error, Sendable, Equatable {
    case textTooLong
    case tooManyElements
    case outOfMemory
    case tooMuchWork

    /// For a person.
    package var message: String {
        switch self {
        case .textTooLong: "the text would be longer than \(SizeLimits.text >> 20) MiB"
        case .tooManyElements: "the list would have more than \(SizeLimits.elements) elements"
        case .outOfMemory: "there is not enough memory for this"
        case .tooMuchWork: "the value is put together in so many ways that this would never end"
        }
    }
}

/// Watches the length of a text that is being written. A value whose parts are shared can be exponentially longer as a
/// text than it is itself, so that whoever writes one asks at each part.
struct LengthGuard {
    private var nextCheck: Int
    /// From here on a text is long enough for it to be worth while to find out how long it will be, in bytes.
    private static let longText = 16 << 20
    private let limit: Int
    /// The value whose text it is, for as long as it has not been measured.
    private var value: Value?
    private(set) var failure: LimitError?

    /// `value` is what the whole text is made of, where that is known: then a text that will be too long need not be
    /// written up to the limit first.
    init(limit: Int = SizeLimits.text, of value: Value? = .none) {
        self.limit = limit
        self.value = value
        nextCheck = min(MemoryHeadroom.largeSize, limit + 1)
    }

    /// Whether a text of so many bytes may go on; once it may not, it never may.
    @inline(__always)
    mutating func allows(_ count: Int) -> Bool { count < nextCheck || check(count) }

    /// Notes that there is no memory for what comes next.
    mutating func fail(_ error: LimitError) {
        if failure == nil { failure = error }
        nextCheck = 0
    }

    @inline(never)
    private mutating func check(_ count: Int) -> Bool {
        if failure != nil { return false }
        nextCheck = 0
        var least = 0
        if count >= Self.longText, let whole = value {
            least = TextMeasure.leastLength(of: whole)
            value = .none
        }
        if max(count, least) > limit {
            failure = .textTooLong
        } else if !MemoryHeadroom.has(count, of: 4) {
            // The buffer doubles, and is copied into a string at the end.
            failure = .outOfMemory
        } else {
            nextCheck = min(count * 2, limit + 1)
        }
        return failure == nil
    }
}
