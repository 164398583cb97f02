/// Points in time as the service writes them, `2026-11-22T21:12:00Z`, UTC in whole seconds, and as HTTP does.
package enum Timestamp {
    package static func text(_ time: WallTime) -> String {
        // Every time that 64 bits of nanoseconds hold is in the calendar.
        guard let date = CivilTime(seconds: time.seconds) else { return "" }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        append(date.year, 4, "-", &bytes)
        append(date.month, 2, "-", &bytes)
        append(date.day, 2, "T", &bytes)
        append(date.hour, 2, ":", &bytes)
        append(date.minute, 2, ":", &bytes)
        append(date.second, 2, "Z", &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ number: Int, _ width: Int, _ end: Unicode.Scalar, _ bytes: inout [UInt8]) {
        var divisor = width == 4 ? 1000 : 10
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
        bytes.append(UInt8(ascii: end))
    }

    /// The point in time that a text of exactly this form means; nil for any other, also for the 30th of February.
    package static func parse(_ text: String) -> WallTime? {
        guard text.utf8.count == 20, text.utf8.last == UInt8(ascii: "Z"),
            text.utf8[text.utf8.index(text.startIndex, offsetBy: 10)] == UInt8(ascii: "T"),
            let date = CivilTime(text)
        else { return nil }
        let time = WallTime(seconds: date.seconds)
        // Not so for a leap second, and for what 64 bits of nanoseconds do not hold.
        return Self.text(time) == text ? time : nil
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The point in time that a header `Date` means: `Sun, 22 Nov 2026 21:12:00 GMT`. Nil for any other form; the name of
    /// the day is not looked at.
    package static func parseHTTP(_ text: String) -> WallTime? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return parse("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }

    /// A header `Date` (RFC 9110, section 5.6.7).
    package static func httpText(_ time: WallTime) -> String {
        guard let date = CivilTime(seconds: time.seconds) else { return "" }
        return (try? date.formatted("%a, %d %b %Y %H:%M:%S GMT")) ?? ""
    }
}
