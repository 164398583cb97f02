import DataValue
import SystemSupport

// Limits as errors of the language, and what is asked before something large is made.

extension ScriptError {
    /// What would be made next is too large.
    static func limit(_ error: LimitError) -> ScriptError {
        error == .outOfMemory ? outOfMemory : .value(error.message)
    }

    /// What would be made next is too large for the memory that the process may have.
    static var outOfMemory: ScriptError {
        .value(LimitError.outOfMemory.message, help: "do the work in smaller pieces")
    }

    /// What would be made next is nested too deeply.
    static var tooManyLevels: ScriptError {
        ScriptError(
            "Script.Depth", "lists and records would lie more than \(SizeLimits.levels) levels within each other",
            help: "does something take in itself again and again?")
    }
}

extension SizeLimits {
    /// Throws `Script.Value` where a text of `count` bytes must not become `more` longer.
    @inline(__always)
    static func check(text count: Int, plus more: Int = 0) throws {
        // Within a mebibyte no question needs to be asked twice.
        if (count &+ more) >> 20 != count >> 20 || more < 0 { try checkLarge(text: count, plus: more) }
    }

    @inline(never)
    private static func checkLarge(text count: Int, plus more: Int) throws {
        let (sum, overflow) = count.addingReportingOverflow(more)
        if overflow || sum > text { throw ScriptError.limit(.textTooLong) }
        // Storage doubles as it grows.
        if !MemoryHeadroom.has(sum, of: 2) { throw ScriptError.outOfMemory }
    }

    /// Throws `Script.Value` where there is no memory to look at the scalars of a text of `count` bytes one by one.
    static func checkScalars(of count: Int) throws {
        if count >= MemoryHeadroom.largeSize, !MemoryHeadroom.has(count, of: 8) { throw ScriptError.outOfMemory }
    }

    /// Throws `Script.Value` where a list of `count` elements must not become `more` longer.
    @inline(__always)
    static func check(elements count: Int, plus more: Int) throws {
        if (count &+ more) >> 15 != count >> 15 || more < 0 { try checkLarge(elements: count, plus: more) }
    }

    @inline(never)
    private static func checkLarge(elements count: Int, plus more: Int) throws {
        let (sum, overflow) = count.addingReportingOverflow(more)
        if overflow || sum > elements { throw ScriptError.limit(.tooManyElements) }
        if !MemoryHeadroom.has(sum, of: 2 * MemoryLayout<Value>.stride) { throw ScriptError.outOfMemory }
    }

    /// The same for a record of `count` fields that gets one more, with the table of its names.
    @inline(__always)
    static func check(fields count: Int) throws {
        if count & 0x3FFF == 0x3FFF { try checkLarge(fields: count) }
    }

    @inline(never)
    private static func checkLarge(fields count: Int) throws {
        if count > elements { throw ScriptError.value("the record would have more than \(elements) fields") }
        if !MemoryHeadroom.has(count, of: 256) { throw ScriptError.outOfMemory }
    }

    /// Throws `Script.Value` where a large list that somebody else holds too cannot be copied for a change.
    @inline(__always)
    static func checkCopy(_ list: UnsafeMutablePointer<Value>) throws {
        let count = list.listInPlace.pointee.count
        if count >= 1 << 15, !list.isUnshared, !MemoryHeadroom.has(count, of: MemoryLayout<Value>.stride) {
            throw ScriptError.outOfMemory
        }
    }
}

extension Value {
    /// ``displayText``, or `Script.Value` where that would be too long.
    func shownText() throws -> String {
        do throws(LimitError) {
            return try limitedDisplayText()
        } catch {
            throw ScriptError.limit(error)
        }
    }

    /// About how much memory a copy of the value alone takes, without that of its elements: bytes.
    var ownSize: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .secret(let secret): secret.size
        case .list(let elements): elements.count * MemoryLayout<Value>.stride
        case .record(let record): record.count * MemoryLayout<Value>.stride
        default: 0
        }
    }
}

extension Machine {
    /// What a machine may allocate, in bytes, before it asks whether there is memory left. Iterations run by the hundred.
    private var wholeAllowance: Int { iteration == nil ? 8 << 20 : 256 << 10 }

    /// Takes note of memory that has been allocated in small pieces. Throws `Script.Value` where there is hardly any left:
    /// then there still is enough to tell so and to run what is to be run at the end. What is released again is not
    /// counted, which only makes the question come more often.
    @inline(__always)
    func charge(_ bytes: Int) throws {
        allowance &-= bytes
        if allowance < 0 { try renewAllowance() }
    }

    @inline(never)
    private func renewAllowance() throws {
        allowance = wholeAllowance
        if !MemoryHeadroom.has(0) { throw ScriptError.outOfMemory }
    }
}

extension Machine {
    /// Throws `Script.Value` where there is no memory to work on a value of a size in bytes.
    func checkRoom(for size: Int) throws {
        if size >= MemoryHeadroom.largeSize, !MemoryHeadroom.has(size, of: 4) { throw ScriptError.outOfMemory }
    }

    /// What a function or a stage has made: its size is noted, its length and its levels are checked.
    func checkResult(_ result: UnsafeMutablePointer<Value>) throws {
        switch result.pointee {
        case .null, .bool, .int, .float, .duration, .bigNumber: return
        case .string(let text):
            if text.utf8.count > SizeLimits.text { throw ScriptError.limit(.textTooLong) }
        case .secret(let secret):
            if secret.size > SizeLimits.text { throw ScriptError.limit(.textTooLong) }
        case .list(let elements):
            if elements.count > SizeLimits.elements { throw ScriptError.limit(.tooManyElements) }
        case .record: break
        }
        try charge(result.pointee.ownSize)
    }
}
