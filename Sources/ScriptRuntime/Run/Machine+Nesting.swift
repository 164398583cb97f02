import DataValue

// A value that is nested without bound cannot be shown, compared or even taken apart: all of that calls itself for each
// level, and a thread's stack ends. So whatever puts a list or a record into another one counts the levels first.
//
// Counting must not cost more than what it guards: `{rows: $rows}` takes no time however long the list is. So the count is
// given up after a number of steps, and the machine adds up by how many levels such operations can have raised the
// deepest value. When that becomes too much, all that is in its registers is counted, once in thousands of operations.
// Records keep their count for as long as nobody changes them.
//
// What takes items of a list over into another list (stages, `+`) raises nothing, or one level that the next operation
// counts.

extension Machine {
    private static let steps = 256

    /// Throws `Script.Depth` where a row of values may not become elements, or fields, of one that lies `levels` above
    /// them.
    @inline(__always)
    func checkNesting(_ values: UnsafeMutablePointer<Value>, _ count: Int, levels: Int) throws {
        for place in 0..<count where (values + place).isContainer {
            try checkContainer(values + place, levels: levels)
        }
    }

    @inline(never)
    private func checkContainer(_ value: UnsafeMutablePointer<Value>, levels: Int) throws {
        if let found = Nesting.levels(of: value, steps: Self.steps) {
            if found + levels > SizeLimits.levels { throw ScriptError.tooManyLevels }
            return
        }
        uncountedLevels += levels + 1
        if uncountedLevels > SizeLimits.uncountedLevels { try countAll() }
    }

    /// Counts the levels of everything that the registers hold. While there is something too deep, nothing more is nested.
    private func countAll() throws {
        var known = Nesting.KnownLevels()
        for register in 0..<initialized where (stack + register).isContainer {
            if Nesting.levels(of: stack + register, &known) > SizeLimits.levels { throw ScriptError.tooManyLevels }
        }
        uncountedLevels = 0
    }
}
