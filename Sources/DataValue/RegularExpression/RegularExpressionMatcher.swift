import SystemSupport

/// Runs through a text once with all the places of the program that it could be at (a Pike machine).
///
/// A thread is a place in the program at an instruction that takes a scalar, or at its end, with the places in the text
/// that its groups have so far. The threads of one place in the text stand in order of preference, and no two of them
/// are at the same instruction: the earlier one would find whatever the later one could. Hence the bound on the time.
struct RegularExpressionMatcher {
    private let program: RegularExpressionProgram
    private let text: UnsafeBufferPointer<UInt8>
    private let slotCount: Int

    /// The threads of one place in the text.
    private struct Threads {
        /// Where each stands in the program.
        var places: [Int] = []
        /// The slots of each, one after the other.
        var slots: [Int] = []

        mutating func removeAll() {
            places.removeAll(keepingCapacity: true)
            slots.removeAll(keepingCapacity: true)
        }
    }
    private var current = Threads()
    private var upcoming = Threads()
    /// The round in which each instruction was last looked at.
    private var visited: [Int]
    private var round = 0
    /// What ``follow(_:at:)`` still has to do: follow the program from a place, or give a slot its old value back.
    private enum Task {
        case follow(Int)
        case restore(slot: Int, Int)
    }
    private var pending: [Task] = []
    /// The slots of the thread that is being followed.
    private var slots: [Int]
    private var found: [Int] = []
    private var work = 0
    private let workLimit: Int
    /// When to look whether the search is to go on; steps of this many take 20 ms.
    private var nextCheck: Int
    private static let checkInterval = 1 << 19
    private let cancellation: Cancellation?
    /// Whether a search was given up because it took too long.
    private(set) var isExhausted = false

    init(
        _ program: RegularExpressionProgram, _ text: UnsafeBufferPointer<UInt8>, workLimit: Int,
        _ cancellation: Cancellation?
    ) {
        self.cancellation = cancellation
        nextCheck = min(Self.checkInterval, workLimit)
        self.program = program
        self.text = text
        self.workLimit = workLimit
        slotCount = program.slotCount
        visited = Array(repeating: 0, count: program.instructions.count)
        slots = Array(repeating: -1, count: slotCount)
    }

    /// What the last search found.
    var match: RegularExpression.Match {
        RegularExpression.Match(
            ranges: (0..<slotCount / 2).map { group in
                let start = found[group * 2]
                let end = found[group * 2 + 1]
                return start >= 0 && end >= start ? start..<end : nil
            })
    }

    /// The next place between two scalars.
    func boundary(behind place: Int) -> Int {
        var place = place + 1
        while place < text.count, text[place] & 0xC0 == 0x80 { place += 1 }
        return place
    }

    /// Looks for the first match at or behind a place; false where there is none.
    mutating func search(from start: Int) -> Bool {
        var position = start
        while position < text.count, text[position] & 0xC0 == 0x80 { position += 1 }
        found = []
        upcoming.removeAll()
        round += 1
        while true {
            if found.isEmpty {
                if upcoming.places.isEmpty {
                    if program.isAnchored, position > 0 { return false }
                    if let firstBytes = program.firstBytes {
                        while position < text.count, !firstBytes[Int(text[position])] { position += 1 }
                        if position == text.count { return false }
                    }
                }
                // A match that begins here is worse than any that began before.
                for slot in 0..<slotCount { slots[slot] = -1 }
                follow(0, at: position)
            } else if upcoming.places.isEmpty {
                return true
            }
            swap(&current, &upcoming)
            upcoming.removeAll()
            round += 1
            let (scalar, length) = position < text.count ? decode(position) : (UInt32.max, 1)
            step(scalar, to: position + length)
            if work > nextCheck, !mayGoOn() { return false }
            if position >= text.count { return !found.isEmpty }
            position += length
        }
    }

    @inline(never)
    private mutating func mayGoOn() -> Bool {
        isExhausted = work > workLimit
        nextCheck = min(work + Self.checkInterval, workLimit)
        return !isExhausted && cancellation?.isCancelled != true
    }

    /// Lets each thread take a scalar, or, at the end of the program, count as the best match so far.
    private mutating func step(_ scalar: UInt32, to position: Int) {
        work += current.places.count
        for thread in current.places.indices {
            let place = current.places[thread]
            let takes: Bool
            switch program.instructions[place] {
            case .scalar(let value): takes = value == scalar
            case .set(let index): takes = scalar != .max && program.sets[index].contains(scalar)
            default:
                // The threads behind this one are worse.
                found = Array(current.slots[thread * slotCount..<(thread + 1) * slotCount])
                return
            }
            if takes {
                for slot in 0..<slotCount { slots[slot] = current.slots[thread * slotCount + slot] }
                follow(place + 1, at: position)
            }
        }
    }

    /// Adds the threads that a place in the program leads to without taking anything, best first, to the upcoming ones.
    private mutating func follow(_ start: Int, at position: Int) {
        pending.append(.follow(start))
        while let task = pending.popLast() {
            guard case .follow(var place) = task else {
                if case .restore(let slot, let old) = task { slots[slot] = old }
                continue
            }
            var goesOn = true
            while goesOn, visited[place] != round {
                visited[place] = round
                work += 1
                switch program.instructions[place] {
                case .split(let first, let second):
                    pending.append(.follow(second))
                    place = first
                case .jump(let target): place = target
                case .save(let slot):
                    pending.append(.restore(slot: slot, slots[slot]))
                    slots[slot] = position
                    place += 1
                case .assertion(let assertion):
                    goesOn = holds(assertion, at: position)
                    place += 1
                case .scalar, .set, .match:
                    upcoming.places.append(place)
                    upcoming.slots.append(contentsOf: slots)
                    work += slotCount / 8
                    goesOn = false
                }
            }
        }
    }

    private func holds(_ assertion: RegularExpressionAssertion, at position: Int) -> Bool {
        switch assertion {
        case .textStart: position == 0
        case .textEnd: position == text.count
        case .lastLineEnd: position == text.count || position == text.count - 1 && text[position] == 0x0A
        case .lineStart: position == 0 || text[position - 1] == 0x0A
        case .lineEnd: position == text.count || text[position] == 0x0A
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .noWordBoundary: isWord(position - 1) == isWord(position)
        }
    }

    private func isWord(_ position: Int) -> Bool {
        guard position >= 0, position < text.count else { return false }
        switch text[position] {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
        default: return false
        }
    }

    /// The scalar at a place, and its length. The text is valid UTF-8.
    @inline(__always)
    private func decode(_ position: Int) -> (UInt32, Int) {
        let lead = UInt32(text[position])
        if lead < 0x80 { return (lead, 1) }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard position + length <= text.count else { return (lead, text.count - position) }
        var value = lead & (0x7F >> UInt32(length))
        for next in 1..<length { value = value << 6 | UInt32(text[position + next] & 0x3F) }
        return (value, length)
    }
}
