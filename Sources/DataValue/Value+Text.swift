extension Value {
    /// The text that a value has in interpolation and `print`: strings as they are, durations in their shortest
    /// notation, secrets masked, everything else as compact JSON in one line; that is cut where it is too long.
    package var displayText: String {
        switch self {
        case .string(let text): text
        case .duration(let span): durationText(span)
        case .secret(let secret): secret.masked
        case .int(let number): String(number)
        default: JSON.text(self)
        }
    }

    /// ``displayText`` of a value that can be of any size.
    package func limitedDisplayText() throws(LimitError) -> String {
        switch self {
        case .list, .record: try JSON.limitedText(self)
        default: displayText
        }
    }
}

extension Value {
    package var isSecret: Bool { if case .secret = self { true } else { false } }
}

extension String {
    /// Appends a number's digits, without making a text of them first.
    package mutating func append(_ number: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = number.magnitude
            var place = 20
            repeat {
                place -= 1
                digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 {
                place -= 1
                digits[place] = UInt8(ascii: "-")
            }
            self += String(decoding: digits[place...], as: UTF8.self)
        }
    }
}
