import Glibc
import ScriptSyntax
import Testing

/// Whether the long runs were asked for.
let isLongRun = getenv("VPCSH_LONG") != nil

@Suite struct PrinterPropertyTests {
    /// Any tree comes back from its printed form as it was.
    @Test func printedTreesParseToThemselves() {
        for seed in 0..<(isLongRun ? 20_000 : 400) {
            var trees = RandomTrees(seed: UInt64(seed))
            let tree = trees.script()
            let text = Printer.text(tree)
            switch Parser.parse(SourceText(name: "t", text: text), source: 0) {
            case .complete(let again):
                let (expected, found) = (TreeText.text(tree), TreeText.text(again))
                if expected != found {
                    Issue.record("seed \(seed)\n\(text)\nwas   \(expected)\nbecame \(found)")
                    return
                }
            case .incomplete(let diagnostics), .invalid(let diagnostics):
                Issue.record("seed \(seed): \(diagnostics.map(\.message))\n\(text)")
                return
            }
        }
    }
}
