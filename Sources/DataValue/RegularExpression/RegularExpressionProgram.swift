/// What the matcher runs.
struct RegularExpressionProgram: Sendable {
    enum Instruction: Sendable {
        /// Takes this scalar.
        case scalar(UInt32)
        /// Takes a scalar of a set.
        case set(Int)
        /// Goes on at both places; the first is preferred.
        case split(Int, Int)
        case jump(Int)
        /// Keeps the place in the text as the start (2n) or the end (2n + 1) of group n.
        case save(Int)
        case assertion(RegularExpressionAssertion)
        case match
    }

    var instructions: [Instruction] = []
    var sets: [ScalarSet]
    /// A name, or nil, for each group.
    var groupNames: [String?]
    /// For each byte, whether a match can begin with it; nil where one may be empty.
    var firstBytes: [Bool]?
    /// Whether every match begins at the start of the text.
    var isAnchored = false

    /// How many places a match has: two for the whole and for each group.
    var slotCount: Int { (groupNames.count + 1) * 2 }
}

/// Makes a program of a tree.
struct RegularExpressionCompiler {
    private var program: RegularExpressionProgram
    /// Instructions and repetitions so far: also those of something empty count.
    private var cost = 0

    init(sets: [ScalarSet], groupNames: [String?]) {
        program = RegularExpressionProgram(sets: sets, groupNames: groupNames)
    }

    mutating func compile(
        _ tree: RegularExpressionNode
    ) throws(RegularExpressionError) -> RegularExpressionProgram {
        try emit(.save(0), at: 0)
        try add(tree)
        try emit(.save(1), at: 0)
        try emit(.match, at: 0)
        examineStart()
        return program
    }

    private mutating func count(at offset: Int) throws(RegularExpressionError) {
        cost += 1
        if cost > RegularExpression.instructionLimit {
            throw RegularExpressionError(
                message: "the pattern is too large: its repetitions come to more than "
                    + "\(RegularExpression.instructionLimit) steps", offset: offset)
        }
    }

    @discardableResult
    private mutating func emit(
        _ instruction: RegularExpressionProgram.Instruction, at offset: Int
    ) throws(RegularExpressionError) -> Int {
        try count(at: offset)
        program.instructions.append(instruction)
        return program.instructions.count - 1
    }

    private var end: Int { program.instructions.count }

    /// Lets a split, which has been emitted, go on at `taken` and `left`, the first being preferred unless it is lazy.
    private mutating func patch(_ split: Int, taken: Int, left: Int, isLazy: Bool) {
        program.instructions[split] = isLazy ? .split(left, taken) : .split(taken, left)
    }

    private mutating func add(_ node: RegularExpressionNode, offset: Int = 0) throws(RegularExpressionError) {
        switch node {
        case .empty: break
        case .scalar(let value): try emit(.scalar(value), at: offset)
        case .set(let place): try emit(.set(place), at: offset)
        case .assertion(let assertion): try emit(.assertion(assertion), at: offset)
        case .sequence(let parts): for part in parts { try add(part, offset: offset) }
        case .group(let number, let inner):
            try emit(.save(number * 2), at: offset)
            try add(inner, offset: offset)
            try emit(.save(number * 2 + 1), at: offset)
        case .alternatives(let branches):
            var jumps: [Int] = []
            for (place, branch) in branches.enumerated() {
                if place == branches.count - 1 {
                    try add(branch, offset: offset)
                } else {
                    let split = try emit(.match, at: offset)
                    try add(branch, offset: offset)
                    jumps.append(try emit(.match, at: offset))
                    patch(split, taken: split + 1, left: end, isLazy: false)
                }
            }
            for jump in jumps { program.instructions[jump] = .jump(end) }
        case .repetition(let inner, let least, let most, let isLazy, let offset):
            try repeated(inner, least, most, isLazy, offset)
        }
    }

    /// Copies of what must come, then a loop, or optional copies one within the other.
    private mutating func repeated(
        _ inner: RegularExpressionNode, _ least: Int, _ most: Int?, _ isLazy: Bool, _ offset: Int
    ) throws(RegularExpressionError) {
        guard let most else {
            // A loop runs behind its last copy, so that what can be empty is tried before it is left (`(|a)*`).
            var skip: Int?
            if least == 0 { skip = try emit(.match, at: offset) }
            var start = end
            for _ in 0..<max(1, least) {
                try count(at: offset)
                start = end
                try add(inner, offset: offset)
            }
            let loop = try emit(.match, at: offset)
            patch(loop, taken: start, left: end, isLazy: isLazy)
            if let skip { patch(skip, taken: skip + 1, left: end, isLazy: isLazy) }
            return
        }
        for _ in 0..<least {
            try count(at: offset)
            try add(inner, offset: offset)
        }
        var splits: [Int] = []
        for _ in least..<most {
            splits.append(try emit(.match, at: offset))
            try add(inner, offset: offset)
        }
        for split in splits { patch(split, taken: split + 1, left: end, isLazy: isLazy) }
    }

    // MARK: What a match begins with

    private mutating func examineStart() {
        var bytes = [Bool](repeating: false, count: 256)
        var canBeEmpty = false
        var seen = [Bool](repeating: false, count: program.instructions.count)
        var pending = [0]
        // Anchored only as long as every way from the start passes `\A`.
        var isAnchored = true
        while let place = pending.popLast() {
            if seen[place] { continue }
            seen[place] = true
            switch program.instructions[place] {
            case .scalar(let value):
                isAnchored = false
                if value < 128 {
                    bytes[Int(value)] = true
                } else {
                    for byte in 0xC2...0xF4 { bytes[byte] = true }
                }
            case .set(let index):
                isAnchored = false
                let set = program.sets[index]
                for value in UInt32(0)..<128 where set.contains(value) { bytes[Int(value)] = true }
                if set.reachesBeyondASCII { for byte in 0xC2...0xF4 { bytes[byte] = true } }
            case .split(let first, let second): pending += [first, second]
            case .jump(let target): pending.append(target)
            case .assertion(.textStart):
                // What begins here is not looked for elsewhere, so that what it begins with matters only here.
                canBeEmpty = true
            case .save, .assertion: pending.append(place + 1)
            case .match:
                isAnchored = false
                canBeEmpty = true
            }
        }
        program.firstBytes = canBeEmpty ? nil : bytes
        program.isAnchored = isAnchored
    }
}
