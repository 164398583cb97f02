import ScriptSyntax
import Testing

/// Whatever blanks, line ends, parentheses and comments a script has, formatting keeps its tree and its comments, and
/// what has been formatted stays as it is.
@Suite struct FormatPropertyTests {
    private static let noise = [
        " # c\n", "\n# own\n", "\n", " ", "\t", " \\\n", "\n\n\n", " # it's \"odd\" ${ \n", "#x\n", "\r\n", ";", ",",
        " # c\n # d\n", " \\\r\n",
    ]

    private func tree(_ bytes: [UInt8]) -> String? {
        guard case .complete(let script) = Parser.parse(SourceText(name: "t", bytes: bytes), source: 0) else {
            return nil
        }
        return TreeText.text(script)
    }

    /// The text with noise wherever it makes no difference to the tree, which finds every place where the grammar allows
    /// a comment without a list of such places.
    private func noisy(_ text: String, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(text.utf8)
        guard let expected = tree(bytes) else { return bytes }
        for _ in 0..<60 {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            var next = bytes
            if Int.random(in: 0..<5, using: &generator) == 0 {
                let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
                next.insert(UInt8(ascii: ")"), at: end)
                next.insert(UInt8(ascii: "("), at: place)
            } else {
                next.insert(contentsOf: Array((Self.noise.randomElement(using: &generator) ?? "").utf8), at: place)
            }
            if tree(next) == expected { bytes = next }
        }
        return bytes
    }

    /// The number of comments that the formatter kept, or nil after a failure.
    private func check(_ bytes: [UInt8]) -> Int? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard case .formatted(let once) = ScriptFormatter.format(SourceText(name: "t", bytes: bytes)) else {
            Issue.record("not formatted: \(text.debugDescription)")
            return nil
        }
        guard tree(Array(once.utf8)) == tree(bytes) else {
            Issue.record("another tree\n\(text)\nbecame\n\(once)")
            return nil
        }
        guard case .formatted(once) = ScriptFormatter.format(SourceText(name: "t", text: once)) else {
            Issue.record("not stable\n\(once)")
            return nil
        }
        return once.utf8.count { $0 == UInt8(ascii: "#") }
    }

    @Test(.timeLimit(.minutes(10))) func randomTrees() {
        var comments = 0
        for seed in 0..<(isLongRun ? 20_000 : 400) {
            var trees = RandomTrees(seed: UInt64(seed))
            var generator = SeededGenerator(seed: UInt64(seed) &* 77)
            guard let found = check(noisy(Printer.text(trees.script()), &generator)) else { return }
            comments += found
        }
        // Without them the noise would test little.
        #expect(comments > 2000)
    }

    @Test(.timeLimit(.minutes(10)), arguments: ParserTests.printed + FuzzTests.seeds) func writtenScripts(
        _ text: String
    ) {
        for seed in 0..<(isLongRun ? 100 : 4) {
            var generator = SeededGenerator(seed: UInt64(seed))
            guard check(noisy(text, &generator)) != nil else { return }
        }
    }
}
