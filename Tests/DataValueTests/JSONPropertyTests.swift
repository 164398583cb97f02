import DataValue
import Glibc
import Testing

/// How many cases a random test runs: `VPCSH_LONG=1` runs many.
let caseCount = getenv("VPCSH_LONG").map { String(cString: $0) } == "1" ? 100_000 : 2000

@Suite struct JSONPropertyTests {
    @Test func whatIsWrittenReadsBackTheSame() throws {
        for seed in 0..<caseCount {
            var generator = SeededGenerator(seed: UInt64(seed))
            let value = generator.value()
            let text = JSON.text(value)
            let compact = try JSON.parse(text)
            #expect(compact == value, "seed \(seed)")
            #expect(JSON.text(compact) == text, "seed \(seed)")
            #expect(try JSON.parse(JSON.indentedText(value)) == value, "seed \(seed)")
        }
    }

    @Test func everyDoubleReadsBackTheSame() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<caseCount * 10 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            guard case .float(let back) = try JSON.parse(JSON.text(.float(number))) else {
                Issue.record("\(number) is no float any more")
                continue
            }
            #expect(back.bitPattern == number.bitPattern)
        }
    }

    @Test func mutatedTextIsReadOrRefusedButNeverBreaks() {
        var accepted = 0
        for seed in 0..<caseCount {
            var generator = SeededGenerator(seed: UInt64(seed) | 1 << 32)
            var bytes = Array(JSON.text(generator.value()).utf8)
            for _ in 0...Int.random(in: 0..<3, using: &generator) { mutate(&bytes, &generator) }
            do throws(JSONError) {
                let value = try JSON.parse(bytes)
                accepted += 1
                #expect((try? JSON.parse(JSON.text(value))) == value, "seed \(seed)")
            } catch {
                #expect((0...bytes.count).contains(error.offset), "seed \(seed)")
            }
        }
        #expect(accepted > caseCount / 50)
        #expect(accepted < caseCount)
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let position = Int.random(in: 0...bytes.count, using: &generator)
        let signs = Array("{}[]\",:\\u0-.e ntf".utf8) + [0x80, 0xC3, 0xED, 0xF0, 0xFF, 0x00]
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.insert(signs.randomElement(using: &generator) ?? 0, at: position)
        case 1: if position < bytes.count { bytes[position] = signs.randomElement(using: &generator) ?? 0 }
        case 2: if position < bytes.count { bytes.remove(at: position) }
        default: bytes.removeSubrange(position...)
        }
    }

    /// Texts of a given size that a careless reader takes more than linear time for.
    static let families: [(name: String, text: @Sendable (Int) -> String)] = [
        ("many names", { n in "{" + (0..<n).map { "\"name\($0)\":1" }.joined(separator: ",") + "}" }),
        ("many shapes", { n in "[" + (0..<n).map { "{\"a\($0)\":1,\"b\":2}" }.joined(separator: ",") + "]" }),
        (
            "growing shapes",
            { n in "[" + (0..<n).map { "{\"a\":1,\"b\($0 % 7)\":2,\"c\($0 % 11)\":3}" }.joined(separator: ",") + "]" }
        ),
        ("long string", { n in "\"" + String(repeating: "plain text ", count: n) + "\"" }),
        ("escapes", { n in "\"" + String(repeating: "\\n\\u4e2d", count: n) + "\"" }),
        ("blanks", { n in String(repeating: " ", count: n) + "1" }),
        ("digits", { n in String(repeating: "7", count: n) }),
        (
            "unfinished strings that begin alike",
            { n in
                "[{\"k\":\"" + String(repeating: "x", count: 200) + "\"}"
                    + String(repeating: ",{\"k\":\"" + String(repeating: "x", count: 199) + "y\"}", count: n) + "]"
            }
        ),
    ]

    @Test(arguments: families.indices)
    func workGrowsWithTheTextAndNotFaster(_ family: Int) {
        let (name, text) = Self.families[family]
        let short = Array(text(2000).utf8)
        let long = Array(text(20_000).utf8)
        let shortRate = Double(JSON.parseSteps(short)) / Double(short.count)
        let longRate = Double(JSON.parseSteps(long)) / Double(long.count)
        #expect(longRate < shortRate * 1.2, "\(name)")
        #expect(longRate < 4, "\(name)")
    }
}
