import DataValue
import ScriptRuntime
import ScriptSyntax
import SystemSupport
import Testing

/// The same numbers each time (SplitMix64).
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Checks take time in proportion to the text, and say how much they leave out.
@Suite struct GrowthTests {
    private func diagnostics(_ text: String) throws -> [Diagnostic] {
        let source = SourceText(name: "t.vpcsh", text: text)
        guard case .complete(let script) = Parser.parse(source, source: 0) else {
            Issue.record("the text has syntax errors")
            return []
        }
        return Compiler.compile(
            script, kind: .script, environment: Environment(), host: TestHost(), warnsOfUnusedNames: true
        ).diagnostics
    }

    static let manyErrors: [(String, @Sendable (Int) -> String)] = [
        ("unknown commands", { "nosuch\($0) a b" }), ("unknown functions", { "print (nosuch\($0)(1))" }),
        ("undeclared names", { "print $nosuch\($0)" }), ("unknown stages", { "[] | nosuch\($0)" }),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: manyErrors)
    func theRestIsCounted(_ title: String, _ line: @Sendable (Int) -> String) throws {
        let count = 50_000
        let declared = (0..<20_000).map { "let _declared\($0) = \($0)\n" }.joined()
        let found = try diagnostics(declared + (0..<count).map { line($0) + "\n" }.joined())
        #expect(found.count == 51)
        #expect(found.last?.message == "\(count - 50) more errors are not shown", "\(title)")
        #expect(found.last?.omitted == count - 50)
    }

    @Test func oneMore() throws {
        let found = try diagnostics((0..<51).map { "nosuch\($0)\n" }.joined())
        #expect(found.last?.message == "1 more error is not shown")
        #expect(try diagnostics((0..<50).map { "nosuch\($0)\n" }.joined()).count == 50)
    }

    @Test(.timeLimit(.minutes(1))) func warningsToo() throws {
        let found = try diagnostics((0..<20_000).map { "let unused\($0) = 1\n" }.joined() + "print a\n")
        #expect(found.count == 51)
        #expect(found.last?.message == "19950 more warnings are not shown")
        #expect(found.last?.severity == .warning)
    }

    @Test(.timeLimit(.minutes(1))) func manyHandlers() throws {
        let exact = (0..<8000).map { "on error Code\($0).X resume\n" }.joined()
        #expect(try diagnostics(exact + "print a\n").isEmpty)
        let globs = (0..<8000).map { "let _v\($0) = 1\non error Code\($0).* Other\($0).X, *.End\($0) resume\n" }
            .joined()
        #expect(try diagnostics(globs + "print a\n").isEmpty)
    }

    /// Which handlers are never reached is what comparing each pattern with all before it would say.
    @Test func unreachableHandlers() throws {
        var generator = Numbers(state: 3)
        let parts = ["A", "B", "A.B", "A.*", "*.B", "*", "A*", "*B", "A?B", "[AB]", "A.B.C", "A.B*", "*.C", "B.*", "?"]
        for _ in 0..<300 {
            let handlers = (0..<6).map { _ in
                (0..<Int.random(in: 0...2, using: &generator)).map { _ in parts.randomElement(using: &generator) ?? "A"
                }
            }
            var expected = 0
            for (place, patterns) in handlers.enumerated() {
                let earlier = handlers[..<place]
                let isCovered =
                    patterns.isEmpty
                    ? earlier.contains { $0.isEmpty || $0.contains("*") }
                    : patterns.allSatisfy { pattern in
                        earlier.contains { before in
                            before.isEmpty
                                || before.contains { $0 == pattern || $0 == "*" || Glob.covers($0, pattern) }
                        }
                    }
                if isCovered { expected += 1 }
            }
            let text = handlers.map { "on error \($0.joined(separator: " ")) resume\n" }.joined()
            #expect(try diagnostics(text + "print a\n").count == expected, "\(text)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func parallelCallsOfManyFunctions() throws {
        let count = 3000
        let functions =
            (0..<count).map { "def f\($0)() { f\($0 + 1)() }\n" }.joined() + "def f\(count)() { set x = 1 }\n"
        let loops = (0..<count).map { "for i in [1] parallel 2 { f\($0)() }\n" }.joined()
        let found = try diagnostics("let x = 0\n" + functions + loops)
        #expect(found.first?.message == "f0(): an iteration of a parallel loop cannot set 'x', which is from outside")
        #expect(found.last?.omitted == count - 50)
    }

    // MARK: Chains of causes

    private static func chain(_ length: Int) -> ScriptError {
        (0..<length).reduce(ScriptError("C.0", "the first")) { ScriptError("C.\($1 + 1)", "later", cause: $0) }
    }

    @Test(arguments: [0, 1, 15, 16, 17, 18, 100]) func causes(_ length: Int) {
        var codes: [String] = []
        var omitted = 0
        var error: ScriptError? = Self.chain(length)
        while let current = error {
            codes.append(current.code)
            omitted += current.omittedCauses
            error = current.cause
        }
        #expect(codes.count == min(length, ScriptError.mostCauses) + 1)
        #expect(codes.count - 1 + omitted == length)
        #expect(codes.first == "C.\(length)" && codes.last == "C.0")
        let nearest = (max(0, length - 7)...length).reversed().map { "C.\($0)" }
        #expect(Array(codes.prefix(nearest.count)) == nearest)
    }

    // MARK: Line ends

    @Test func aLoneReturnEndsALine() {
        let outcome = run("# c\rprint a\rfail \"X\" \"y\"\r")
        #expect(outcome.lines == ["a"])
        #expect(outcome.ending == .error("X"))
        #expect(outcome.line == 3)
    }
}
