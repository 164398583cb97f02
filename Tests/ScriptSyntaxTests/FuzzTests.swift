import ScriptSyntax
import Testing

/// Scripts with some of their bytes changed: whatever comes of it, it is a tree or diagnostics, soon.
@Suite struct FuzzTests {
    static let seeds: [String] =
        ParserTests.printed + [
            """
            #!/usr/bin/env vpcsh
            param gateway            "VPN gateway to clean up"
            param keep: int = 1      "connections to leave in place"
            on error VpnGateway.Configuring retry every 5s for 10m
            let idle = DescribeVpnConnections VpnGatewayId=$gateway | where Status != "ipsec_sa_established"
            if len($idle) <= $keep { print "nothing to do"; exit }
            for c in $idle {
                on error InvalidVpnConnectionInstanceId.NotFound as e {
                    print "$c.Name is already gone (request $e.RequestId)"
                }
                DeleteVpnConnection VpnConnectionId=$c.VpnConnectionId | ignore
                print "deleted $c.Name"
            }
            """,
            "let s = \"\"\"\n    a ${len(\"x ${1 + 2}\")} $y['k'][0].z\n    \"\"\"\n",
            "def f(a, b = {c: [1, 2.5, 1h30m]}) { on exit { print x }; return -$a.b?[$b] // 3 }",
        ]
    private static let pieces = [
        "\"", "'", "\"\"\"", "${", "$x", "(", ")", "[", "]", "{", "}", "\\", "\n", ";", "|", " on error ", "#", "=",
        "..", ".", "?", "-", "5s", "0x",
        "not ", " in ", "\u{0}", "é", "\r\n", "let ", "retry", ",", ":",
    ]

    private func mutate(_ seed: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = seed
        for _ in 0...Int.random(in: 0...3, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where place < bytes.count: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            case 1 where place < bytes.count:
                bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...8, using: &generator)))
            case 2: bytes = Array(bytes.prefix(place))
            case 3 where place < bytes.count:
                let copied = bytes[place..<min(bytes.count, place + 12)]
                bytes.insert(contentsOf: copied, at: Int.random(in: 0...bytes.count, using: &generator))
            default:
                bytes.insert(contentsOf: Array((Self.pieces.randomElement(using: &generator) ?? "").utf8), at: place)
            }
        }
        return bytes
    }

    @Test(.timeLimit(.minutes(5))) func mutatedScripts() {
        var generator = SeededGenerator(seed: 20_160_428)
        let seeds = Self.seeds.map { Array($0.utf8) }
        var parsed = 0
        for _ in 0..<(isLongRun ? 100_000 : 5_000) {
            let bytes = mutate(seeds.randomElement(using: &generator) ?? [], &generator)
            let source = SourceText(name: "t", bytes: bytes)
            var sources = SourceMap()
            _ = sources.add(source)
            switch Parser.parse(source, source: 0) {
            case .complete(let tree):
                parsed += 1
                let text = Printer.text(tree)
                guard let again = script(text), TreeText.text(again) == TreeText.text(tree) else {
                    Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription)\nprints as\n\(text)")
                    return
                }
            case .incomplete(let diagnostics), .invalid(let diagnostics):
                let renderer = DiagnosticRenderer(sources: sources)
                for diagnostic in diagnostics {
                    let isInside =
                        diagnostic.span.start <= diagnostic.span.end && Int(diagnostic.span.start) <= bytes.count
                    if diagnostic.message.isEmpty || !isInside || !renderer.text(diagnostic).hasPrefix("t:") {
                        Issue.record("\(diagnostic) for \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                        return
                    }
                }
                if diagnostics.isEmpty {
                    Issue.record("no reason: \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                }
            }
        }
        // Without both, the mutations would test little.
        #expect(parsed > 500)
    }
}
