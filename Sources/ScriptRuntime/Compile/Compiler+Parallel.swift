import ScriptSyntax

// An iteration of a parallel loop works on a copy of what it sees, so a `set` of a name from outside would be lost: it is
// refused. That holds for the functions that it calls too, which is known only when all of them have been compiled.

/// What a function does that an iteration must not, as far as it is written in the function itself.
struct FunctionEffects: Sendable {
    /// A top-level name that it sets.
    var assigned: String?
    var calls: Set<String> = []
}

extension Compiler {
    mutating func noteAssignment(to name: Name, _ target: Resolved) {
        if case .global = target { effects[builder.name, default: FunctionEffects()].assigned = name.text }
        guard let boundary = builder.surroundings.parallelBlocks else { return }
        let isInside = builder.surroundings.blocks[boundary...].contains { $0[name.text] != nil }
        if !isInside { report(Self.refusal(name.text), at: name.span, help: Self.advice) }
    }

    mutating func noteCall(of function: Name) {
        if builder.isMain == false { effects[builder.name, default: FunctionEffects()].calls.insert(function.text) }
        if builder.surroundings.parallelBlocks != nil { parallelCalls.append(function) }
    }

    /// Reports iterations that call, over however many others, a function that sets a top-level name.
    mutating func checkParallelCalls() {
        if parallelCalls.isEmpty { return }
        // From the functions that set a name to those that call them: each function is looked at once.
        var callers: [String: [String]] = [:]
        for (name, effect) in effects { for called in effect.calls { callers[called, default: []].append(name) } }
        var assigned: [String: String] = [:]
        var open = effects.filter { $0.value.assigned != nil }.keys.sorted()
        for name in open { assigned[name] = effects[name]?.assigned }
        var next = 0
        while next < open.count {
            let name = open[next]
            next += 1
            for caller in (callers[name] ?? []).sorted() where assigned[caller] == nil {
                assigned[caller] = assigned[name]
                open.append(caller)
            }
        }
        for call in parallelCalls {
            guard let name = assigned[call.text] else { continue }
            report("\(call.text)(): " + Self.refusal(name), at: call.span, help: Self.advice)
        }
    }

    private static func refusal(_ name: String) -> String {
        "an iteration of a parallel loop cannot set '\(name)', which is from outside"
    }
    private static let advice = "leave out 'parallel', or print what each iteration finds"
}
