import DataValue
import Glibc
import ScriptSyntax

/// A function's run: where its registers begin, and where it stands in its code.
///
/// It counts no references: the machine's ``CalleeTable`` keeps all code alive for as long as anything runs.
struct Frame {
    let callee: UnsafePointer<Callee>
    let base: Int
    let argumentCount: Int
    var position: Int

    init(callee: UnsafePointer<Callee>, base: Int, argumentCount: Int, position: Int) {
        self.callee = callee
        self.base = base
        self.argumentCount = argumentCount
        self.position = position
    }

    var code: FunctionCode {
        // A frame is made only of a function that is defined.
        callee.pointee.code.unsafelyUnwrapped.takeUnretainedValue()
    }
}

/// The frames of a machine, outermost first.
///
/// It begins small and grows in ``grow()`` alone; no pointer to a frame is kept across that.
final class FrameStack {
    private var storage: UnsafeMutablePointer<Frame>
    private var end: UnsafeMutablePointer<Frame>
    private let capacity: Int
    /// The last frame's place; there must be one.
    private(set) var top: UnsafeMutablePointer<Frame>

    private static let firstCapacity = 60

    /// `capacity` is the most that it may hold.
    init(capacity: Int) {
        self.capacity = capacity
        let first = min(capacity, Self.firstCapacity)
        // One place before the first frame, for `top` to stand at while there is none.
        storage = .allocate(capacity: first + 1)
        top = storage
        end = storage + first
    }
    deinit { free(storage) }

    /// Makes room for more frames; false where there are as many as there may be. Throws `Script.Value` where there is no
    /// memory for them.
    func grow() throws -> Bool {
        let room = end - storage
        guard room < capacity else { return false }
        let larger = min(room * 2, capacity)
        let height = count
        guard let memory = realloc(storage, (larger + 1) * MemoryLayout<Frame>.stride) else {
            throw ScriptError.outOfMemory
        }
        storage = memory.assumingMemoryBound(to: Frame.self)
        top = storage + height
        end = storage + larger
        return true
    }

    @inline(__always)
    var count: Int { top - storage }
    @inline(__always)
    var isEmpty: Bool { top == storage }
    /// Whether there is only the outermost frame.
    @inline(__always)
    var isSingle: Bool { top == storage + 1 }
    @inline(__always)
    var isFull: Bool { top == end }
    var indices: Range<Int> { 0..<count }
    var last: Frame? { isEmpty ? nil : top.pointee }

    subscript(place: Int) -> Frame { storage[place + 1] }

    /// There must be room, which ``Machine/prepareCall(_:base:)`` sees to.
    @inline(__always)
    func push(_ frame: Frame) {
        top += 1
        top.initialize(to: frame)
    }

    @inline(__always)
    func popLast() -> Frame? {
        isEmpty ? nil : pop()
    }

    /// Takes off the last frame; there must be one.
    @inline(__always)
    func pop() -> Frame {
        defer { top -= 1 }
        return top.pointee
    }

    func removeAll() { top = storage }

    /// Takes over another machine's frames, with this machine's own table of functions. Of their registers those of the
    /// last frame are there, beginning at `lastBase`; the frames before are only counted and told of.
    func copy(_ other: FrameStack, from table: CalleeTable, to own: CalleeTable, lastBase: Int) throws {
        removeAll()
        while end - storage < other.count { if try !grow() { return } }
        for place in other.indices {
            let frame = other[place]
            push(
                Frame(
                    callee: own.function(table.place(of: frame.callee)), base: place == other.count - 1 ? lastBase : 0,
                    argumentCount: frame.argumentCount, position: frame.position))
        }
    }
}

/// Where the field of a name stood last, for a shape of record (see `Record.shape`); no shape is 0.
struct FieldCache {
    var shape: Int
    var position: Int
}

/// What a call needs of a function, where one look finds all of it.
struct Callee {
    /// Nil while the function is not defined.
    let code: Unmanaged<FunctionCode>?
    let instructions: UnsafePointer<Instruction>
    let constants: UnsafePointer<Value>
    /// More than there can be while the function is not defined, so that a call needs no look at ``code``.
    let registerCount: Int
    /// One for each constant: where the field of that name was found.
    let fields: UnsafeMutablePointer<FieldCache>
}

/// The functions of a unit, its main part last. One machine's own, since the caches in it are written while it runs.
final class CalleeTable {
    let base: UnsafeMutablePointer<Callee>
    private let codes: [FunctionCode?]
    private let nothing = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)

    /// No functions.
    convenience init() { self.init(codes: []) }

    convenience init(_ functions: [FunctionCode?], main: FunctionCode) { self.init(codes: functions + [main]) }

    private init(codes: [FunctionCode?]) {
        self.codes = codes
        base = .allocate(capacity: max(1, codes.count))
        for (place, code) in codes.enumerated() {
            guard let code else {
                let callee = Callee(
                    code: nil, instructions: UnsafePointer(nothing.assumingMemoryBound(to: Instruction.self)),
                    constants: UnsafePointer(nothing.assumingMemoryBound(to: Value.self)),
                    registerCount: Machine.stackCapacity + 1,
                    fields: nothing.assumingMemoryBound(to: FieldCache.self))
                (base + place).initialize(to: callee)
                continue
            }
            let callee = Callee(
                code: .passUnretained(code), instructions: code.code, constants: code.constants,
                registerCount: max(1, code.registerCount), fields: Self.caches(code.constantCount))
            (base + place).initialize(to: callee)
        }
    }

    deinit {
        for (place, code) in codes.enumerated() where code != nil { free(base[place].fields) }
        base.deallocate()
        nothing.deallocate()
    }

    var main: UnsafePointer<Callee> { UnsafePointer(base + (codes.count - 1)) }

    func function(_ place: Int) -> UnsafePointer<Callee> { UnsafePointer(base + place) }
    func place(of callee: UnsafePointer<Callee>) -> Int { callee - UnsafePointer(base) }

    /// The same functions for another machine.
    func withOwnCaches() -> CalleeTable { CalleeTable(codes: codes) }

    /// Zeroed, and not touched before it is used.
    private static func caches(_ count: Int) -> UnsafeMutablePointer<FieldCache> {
        let count = max(1, count)
        if let memory = calloc(count, MemoryLayout<FieldCache>.stride) {
            return memory.bindMemory(to: FieldCache.self, capacity: count)
        }
        let memory = UnsafeMutablePointer<FieldCache>.allocate(capacity: count)
        memory.initialize(repeating: FieldCache(shape: 0, position: 0), count: count)
        return memory
    }
}
