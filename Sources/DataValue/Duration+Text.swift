import SystemSupport

/// The units of a duration in descending order, with their length in nanoseconds.
private let durationUnits: [(name: String, length: UInt64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
    ("ms", 1_000_000),
]

/// A span of nanoseconds in the language's shortest notation: `1m30s`, `250ms`, `0s`, `-5s`, `0.5ms`.
///
/// Every unit is as large as it can be, and those that are 0 are left out. What is below a millisecond shows as a
/// fraction of one. ``parseDuration(_:)`` reads every text that this writes back to the same span.
package func durationText(_ nanoseconds: Int64) -> String {
    if nanoseconds == 0 { return "0s" }
    var rest = nanoseconds.magnitude
    var text = nanoseconds < 0 ? "-" : ""
    for unit in durationUnits {
        let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: unit.length)
        if unit.name == "ms", remainder > 0 {
            var fraction = String(remainder + unit.length).dropFirst()
            while fraction.last == "0" { fraction.removeLast() }
            text += "\(quotient).\(fraction)ms"
        } else if quotient > 0 {
            text += "\(quotient)\(unit.name)"
        }
        rest = remainder
    }
    return text
}

/// The same for a span of the clocks' type.
package func durationText(_ span: Duration) -> String { durationText(span.nanoseconds) }

/// The nanoseconds of a duration: pairs of a number and one of the units `d h m s ms`, larger units first, each at
/// most once (`250ms`, `1h30m`), perhaps with `-` in front.
///
/// A number may have a fraction that comes to whole nanoseconds (`0.5ms`, `1.5h`). nil for any other text, and for a
/// span that 64 bits do not hold.
package func parseDuration(_ text: String) -> Int64? {
    var rest = Substring(text).utf8
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest.removeFirst() }
    var total: UInt64 = 0
    var units = durationUnits[...]
    guard !rest.isEmpty else { return nil }

    while !rest.isEmpty {
        guard let whole = takeDigits(&rest) else { return nil }
        var fraction: (value: UInt64, scale: UInt64)?
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = takeDigits(&rest)
            guard fraction != nil else { return nil }
        }
        let name = rest.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
        guard let unit = units.firstIndex(where: { $0.name.utf8.elementsEqual(name) }) else { return nil }
        rest = rest[name.endIndex...]

        let length = units[unit].length
        units = units[(unit + 1)...]
        var part = whole.value.multipliedReportingOverflow(by: length)
        guard !part.overflow else { return nil }
        if let fraction {
            let scaled = fraction.value.multipliedReportingOverflow(by: length)
            guard !scaled.overflow, scaled.partialValue.isMultiple(of: fraction.scale) else { return nil }
            part = part.partialValue.addingReportingOverflow(scaled.partialValue / fraction.scale)
            guard !part.overflow else { return nil }
        }
        let sum = total.addingReportingOverflow(part.partialValue)
        guard !sum.overflow else { return nil }
        total = sum.partialValue
    }
    if !isNegative { return Int64(exactly: total) }
    return total == Int64.min.magnitude ? Int64.min : Int64(exactly: total).map { -$0 }
}

/// The digits at the start of a text, which are taken off it, as a number, with the power of ten of their count.
/// nil where there are none, or more than 64 bits hold.
private func takeDigits(_ rest: inout Substring.UTF8View) -> (value: UInt64, scale: UInt64)? {
    var value: UInt64 = 0
    var scale: UInt64 = 1
    var hasDigits = false
    while let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        let tens = value.multipliedReportingOverflow(by: 10)
        let sum = tens.partialValue.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
        guard !tens.overflow, !sum.overflow else { return nil }
        value = sum.partialValue
        // Only a fraction's scale is used, and one of more than 18 digits is no whole number of nanoseconds.
        scale = scale.multipliedReportingOverflow(by: 10).overflow ? UInt64.max : scale * 10
        hasDigits = true
        rest.removeFirst()
    }
    return hasDigits ? (value, scale) : nil
}
