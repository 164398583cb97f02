/// How large a value may become. A loop that doubles a text or a list would otherwise take all memory within a second,
/// and end without a word.
enum SizeLimits {
    /// Bytes of UTF-8.
    static let text = 256 << 20
    static let elements = 20_000_000

    @inline(__always)
    static func check(text count: Int, plus more: Int = 0) throws {
        if count &+ more > text { throw tooLong }
    }

    @inline(__always)
    static func check(elements count: Int, plus more: Int) throws {
        if count &+ more > elements { throw tooMany }
    }

    @inline(never)
    private static var tooLong: ScriptError { .value("the text would be longer than \(text >> 20) MiB") }

    @inline(never)
    private static var tooMany: ScriptError { .value("the list would have more than \(elements) elements") }
}
