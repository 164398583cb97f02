extension JSONReader {
    /// Reads a number, whose first byte is `-` or a digit.
    mutating func readNumber() throws(JSONError) -> Value {
        let start = at
        let isNegative = input[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }

        // Up to 18 digits are counted exactly by `magnitude`; what has more goes by its text.
        var magnitude: UInt64 = 0
        let digitsStart = at
        readDigits(into: &magnitude)
        var digitCount = at - digitsStart
        guard digitCount > 0 else { throw failure("expected a digit, found \(found())") }
        guard digitCount == 1 || input[digitsStart] != UInt8(ascii: "0") else {
            throw failure("a number has no leading zeros", at: digitsStart)
        }
        steps &+= digitCount
        guard at < end, input[at] == UInt8(ascii: ".") || input[at] | 0x20 == UInt8(ascii: "e") else {
            if digitCount <= 18 { return .int(isNegative ? -Int(magnitude) : Int(magnitude)) }
            let text = tokenText(from: start)
            return Int(text).map { .int($0) } ?? .bigNumber(text)
        }

        var scale = 0
        if input[at] == UInt8(ascii: ".") {
            at += 1
            let fractionStart = at
            readDigits(into: &magnitude)
            scale = at - fractionStart
            guard scale > 0 else { throw failure("expected a digit, found \(found())") }
            digitCount += scale
        }
        let hasExponent = at < end && input[at] | 0x20 == UInt8(ascii: "e")
        if hasExponent {
            at += 1
            if at < end, input[at] == UInt8(ascii: "+") || input[at] == UInt8(ascii: "-") { at += 1 }
            let exponentStart = at
            var ignored: UInt64 = 0
            readDigits(into: &ignored)
            guard at > exponentStart else { throw failure("expected a digit, found \(found())") }
        }
        steps &+= at - start

        // Both sides are exact doubles here, so that the quotient is the nearest one; and fifteen digits always
        // come back.
        if !hasExponent, digitCount <= 15 {
            let number = Double(magnitude) / Self.powersOfTen[scale]
            return .float(isNegative ? -number : number)
        }
        let text = tokenText(from: start)
        return Double(keepingDigitsOf: text).map { .float($0) } ?? .bigNumber(text)
    }

    @inline(__always)
    private mutating func readDigits(into magnitude: inout UInt64) {
        while at < end {
            let digit = input[at] &- UInt8(ascii: "0")
            guard digit < 10 else { return }
            magnitude = magnitude &* 10 &+ UInt64(digit)
            at += 1
        }
    }

    private func tokenText(from start: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: input + start, count: at - start), as: UTF8.self)
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]
}

extension Double {
    /// The number that a JSON number stands for, if writing it gives the same number again; nil if digits would be
    /// lost, or the number is too large or too small.
    package init?(keepingDigitsOf text: String) {
        guard let wanted = DecimalDigits(text) else { return nil }
        if wanted.digits.isEmpty {
            self = text.utf8.first == UInt8(ascii: "-") ? -0.0 : 0.0
            return
        }
        // No shortest notation of a double has more than 17 digits.
        guard wanted.digits.count <= 17, let number = Double(text), number.isFinite,
            DecimalDigits(number.description) == wanted
        else { return nil }
        self = number
    }
}

/// A decimal number taken apart: 0.digits × 10^exponent, without zeros at either end of the digits.
private struct DecimalDigits: Equatable {
    var digits: [UInt8] = []
    var exponent = 0

    /// nil where the exponent is beyond all bounds.
    init?(_ text: String) {
        var seenPoint = false
        var written: [UInt8]?
        var pendingZeros = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "."): seenPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): written = []
            case UInt8(ascii: "-"), UInt8(ascii: "+"): written?.append(byte)
            default:
                if written != nil {
                    written?.append(byte)
                } else if byte == UInt8(ascii: "0") {
                    if digits.isEmpty {
                        if seenPoint { exponent -= 1 }
                    } else {
                        pendingZeros += 1
                        if !seenPoint { exponent += 1 }
                    }
                } else {
                    // More digits than any double shows are all that matters here.
                    while pendingZeros > 0, digits.count < 20 {
                        digits.append(UInt8(ascii: "0"))
                        pendingZeros -= 1
                    }
                    pendingZeros = 0
                    if digits.count < 20 { digits.append(byte) }
                    if !seenPoint { exponent += 1 }
                }
            }
        }
        if digits.isEmpty {
            exponent = 0
        } else if let written {
            guard let power = Int(String(decoding: written, as: UTF8.self)),
                case let (sum, overflow) = exponent.addingReportingOverflow(power), !overflow
            else { return nil }
            exponent = sum
        }
    }
}
