// The machine's instructions: eight bytes, an operation with three operands. `R` is the frame's registers, `K` the
// function's constants. Where a target or a large number is needed, `b` and `c` together are one 32-bit operand (`bc`).
// An instruction that takes a row of registers ("consumes") leaves null in them, so that no forgotten copy of a list
// makes the next change of that list copy it.

enum Opcode: UInt8, Sendable {
    case move  //  R[a] = R[b]
    case take  //  R[a] = R[b], consumed
    case constant  //  R[a] = K[bc]
    case integer  //  R[a] = bc as a signed number
    case null  //  R[a] = null
    case boolean  //  R[a] = (b != 0)
    case readGlobal  //  R[a] = main frame's R[bc]; Script.Value while it has no value
    case writeGlobal  //  main frame's R[bc] = R[a]
    case addGlobal  //  main frame's R[a] += R[b], where it is
    case assignGlobal  //  main frame's R[a] at the c keys R[b]… = R[b + c], consumed
    case assignFields  //  R[a].K[c + 1].K[c + 2]… (K[c] names) = R[b], consumed
    case add, subtract, multiply, divide, divideWhole, remainder  //  R[a] = R[b] op R[c]
    case addInteger  //  R[a] = R[b] + c as a signed number
    case remainderInteger  //  R[a] = R[b] % c, which is not 0
    case negate, not  //  R[a] = op R[b]
    case equal, unequal, less, lessOrEqual, contained, matches  //  R[a] = R[b] op R[c]
    case equalConstant, unequalConstant, lessConstant, lessOrEqualConstant  //  R[a] = R[b] op K[c]
    case greaterConstant, greaterOrEqualConstant  //  R[a] = R[b] op K[c]
    // A comparison with the `jumpIfFalse` behind it in one: if R[b] op R[c] (or K[c]) the jump is passed over, else taken.
    case testEqual, testUnequal, testLess, testLessOrEqual
    case testEqualConstant, testUnequalConstant, testLessConstant, testLessOrEqualConstant
    case testGreaterConstant, testGreaterOrEqualConstant
    case testFieldEqual, testFieldUnequal  //  the same for R[b].K[c] and K[a]
    case jump  //  pc = bc
    case loop  //  pc = bc, a back-edge: looks at the interrupt
    case jumpIfFalse, jumpIfTrue  //  if R[a] is false/true: pc = bc; anything but a boolean is Script.Type
    case jumpIfValue  //  unless R[a] is null: pc = bc
    case requireBoolean  //  Script.Type unless R[a] is a boolean
    case field, fieldOptional  //  R[a] = R[b].K[c]
    case fieldPath  //  R[a] = R[b].K[c + 1].K[c + 2]… (K[c] names)
    case index, indexOptional  //  R[a] = R[b][R[c]]
    case list  //  R[a] = [R[b] … c of them], consumed
    case append  //  R[a].append(R[b]), R[b] consumed
    case record  //  R[a] = a record of the shape of K[c] with R[b]…, consumed
    case assignPath  //  R[a] at the c keys R[b]… = R[b + c], consumed
    case text  //  R[a] = the texts of R[b] … c of them joined, consumed
    case growText  //  R[a] += the texts of R[b] … c of them, consumed
    case native  //  R[a] = native function b of R[a] … c of them, consumed
    case call  //  R[a] = function b of R[a] … c of them
    case command  //  R[a] = call site bc with R[a] …, consumed
    case stage  //  R[a] = stage of call site bc on R[a] with arguments R[a + 1] …, consumed
    case pages  //  R[a] = the pages of call site bc with R[a] …, consumed
    case closePages  //  forgets the pages in R[a]
    case leading  //  R[a] = R[b] as a number of items
    case argumentGiven  //  if the frame was called with more than a arguments: pc = bc
    case returnValue  //  leaves the function with R[a]
    case display  //  shows R[a], then null
    case iterate  //  begins a loop over R[a]: R[a + 1] = place before the first
    // The end of a loop's turn, which looks at the interrupt.
    case next  //  if there is one more: R[a + 2] = the item, R[a + 3] = its index or key, pc = bc
    case range  //  begins a loop over range() of R[a] … c of them: R[a] = the first number, R[a + 1] how many
    case iterateRange  //  `iterate`, unless R[a] is the number of such a loop
    case nextNumber  //  `next`; where R[a] is a number: R[a + 2] = it, R[a + 3] = its index, R[a] += R[a + 4]
    case parallel  //  runs the iterations of the loop over R[a] (R[a + 4] at once), whose body follows; then pc = bc
    case endIteration  //  an iteration of a parallel loop ends; a != 0: and the loop with it
    case fail  //  raises an error with code R[a] and message R[b]
    case exit  //  ends the program with status R[a]
    case wait  //  sleeps for R[a]
    case waitBegin  //  R[a] = state of a new `wait until`
    case waitStep  //  sleeps by state R[a], interval R[b], limit R[c] (null: default); at its end Client.WaitTimeout
    case statement  //  statement bc is begun anew: handlers count from zero
    case endExit  //  ends an `on exit` block
    case leave  //  leaves scopes up to and including a, running their `on exit`, then pc = bc
    case leaveReturn  //  leaves all scopes, running their `on exit`, then returns R[a]
    case endHandler  //  ends a handler's block: the block that declared it is left
    case retry  //  runs the failed statement again by policy bc
    case resume  //  goes on behind the failed statement
    case use  //  the failed statement yields R[a]
    case pass  //  passes the handled error outward
    case passNew  //  passes outward an error with code R[a] and message R[b], the handled one as its cause
}

extension Opcode {
    /// The comparison with a jump behind it in one, or nil.
    var fused: Opcode? {
        switch self {
        case .equal: .testEqual
        case .unequal: .testUnequal
        case .less: .testLess
        case .lessOrEqual: .testLessOrEqual
        case .equalConstant: .testEqualConstant
        case .unequalConstant: .testUnequalConstant
        case .lessConstant: .testLessConstant
        case .lessOrEqualConstant: .testLessOrEqualConstant
        case .greaterConstant: .testGreaterConstant
        case .greaterOrEqualConstant: .testGreaterOrEqualConstant
        default: nil
        }
    }
}

struct Instruction: Sendable {
    var operation: Opcode
    var a: UInt16
    var b: UInt16
    var c: UInt16

    init(_ operation: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) {
        self.operation = operation
        self.a = UInt16(truncatingIfNeeded: a)
        self.b = UInt16(truncatingIfNeeded: b)
        self.c = UInt16(truncatingIfNeeded: c)
    }

    init(_ operation: Opcode, _ a: Int, wide: Int) {
        self.init(operation, a, wide & 0xFFFF, wide >> 16)
    }

    /// `b` and `c` as one unsigned number: in this order one load reads both.
    @inline(__always)
    var wide: Int { Int(b) | Int(c) << 16 }
    /// `b` and `c` as one signed number.
    @inline(__always)
    var signedWide: Int { Int(Int32(truncatingIfNeeded: wide)) }
    /// `c` as a signed number.
    @inline(__always)
    var signedC: Int { Int(Int16(bitPattern: c)) }
}
