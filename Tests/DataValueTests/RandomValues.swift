import DataValue

/// A generator with a seed (SplitMix64), so that a failing case comes again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Strings that some reader or writer is likely to get wrong.
let awkwardStrings = [
    "", " ", "a b", "-", "- a", "?", ": ", "a: b", "a #b", "#", "null", "Null", "~", "true", "Yes", "off", "y", "0",
    "-1",
    "1_000", "0x1F", "0o17", "010", "1e3", "1.0", ".5", "+.inf", ".NaN", "12:30:45", "2001-12-14", "=", "<<", "---",
    "...",
    "%a", "@a", "`a`", "!a", "&a", "*a", "|", ">", "[a]", "{a}", "a,b", "\"", "'", "it's", "\\", "\\n", "\n", "a\n",
    "\na",
    "a\nb", "\r\n", "\t", "a\tb", " a", "a ", "\u{0}", "\u{1B}[31m", "\u{7F}", "\u{85}", "\u{9B}", "\u{A0}", "\u{2028}",
    "\u{FEFF}", "é", "e\u{301}", "办公室", "東京 1", "👩‍👩‍👧", "🇩🇪", "\u{FFFE}", "\u{10FFFF}", "a\u{0}b", "${x}", "$x", "vco-bp1",
    "10.0.0.0/16", "192.168.0.1", "169.254.10.0/30", "*.NotFound", "a:b", "a:", ":a", "1,5", "\"a\"", "''",
]

extension SeededGenerator {
    mutating func string() -> String {
        switch Int.random(in: 0..<4, using: &self) {
        case 0: return awkwardStrings.randomElement(using: &self) ?? ""
        case 1: return (awkwardStrings.randomElement(using: &self) ?? "") + string()
        case 2:
            let letters = Array("abcXYZ019-_. ")
            return String(
                (0..<Int.random(in: 0..<30, using: &self)).map { _ in letters.randomElement(using: &self) ?? "a" })
        default:
            var text = ""
            for _ in 0..<Int.random(in: 0..<6, using: &self) {
                if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) {
                    text.unicodeScalars.append(scalar)
                }
            }
            return text
        }
    }

    mutating func number() -> Value {
        switch Int.random(in: 0..<5, using: &self) {
        case 0: return .int(Int.random(in: -100...100, using: &self))
        case 1: return .int(Int(truncatingIfNeeded: next()))
        case 2: return .float(Double(Int.random(in: -10_000...10_000, using: &self)) / 100)
        case 3:
            let number = Double(bitPattern: next())
            return number.isFinite ? .float(number) : .null
        default: return .bigNumber("\(next())\(next())")
        }
    }

    /// Any value that JSON can carry.
    mutating func value(depth: Int = 4) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return number()
        case 3, 4: return .string(string())
        case 5: return .list((0..<Int.random(in: 0..<5, using: &self)).map { _ in value(depth: depth - 1) })
        case 6:
            // Alike items, as the service answers them.
            let names = (0..<Int.random(in: 0..<20, using: &self)).map { _ in string() }
            return .list(
                (0..<Int.random(in: 0..<5, using: &self)).map { _ in
                    .record(
                        Record(
                            names.filter { _ in Int.random(in: 0..<10, using: &self) > 0 }.map {
                                ($0, value(depth: depth - 2))
                            }))
                })
        default:
            return .record(
                Record((0..<Int.random(in: 0..<5, using: &self)).map { _ in (string(), value(depth: depth - 1)) }))
        }
    }
}
