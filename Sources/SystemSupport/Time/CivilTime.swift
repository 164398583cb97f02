/// A point in time by the calendar, in UTC, from the year 0 to 9999.
package struct CivilTime: Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let seconds: Int
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    /// 1 to 366.
    package let dayOfYear: Int
    /// 0 is Sunday.
    package let weekday: Int

    private static let earliest = -62_167_219_200
    private static let latest = 253_402_300_799

    /// nil outside the years from 0 to 9999.
    package init?(seconds: Int) {
        guard (Self.earliest...Self.latest).contains(seconds) else { return nil }
        self.seconds = seconds
        // Counted from 0000-03-01, so that the leap day is a year's last; 400 years are 146,097 days.
        let days = (seconds - Self.earliest) / 86_400
        let time = (seconds - Self.earliest) % 86_400
        let marchDays = days - 60 + 146_097
        let era = marchDays / 146_097
        let dayOfEra = marchDays % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // 0 is March; the months' lengths repeat after 153 days.
        let monthFromMarch = (5 * dayFromMarch + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 - 400 + (month <= 2 ? 1 : 0)
        day = dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1
        (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
        // 0000-01-01 was a Saturday.
        weekday = (days + 6) % 7
        dayOfYear = days - Self.days(toYear: year) + 1
    }

    /// Days from 0000-01-01 to the first of January of a year.
    private static func days(toYear year: Int) -> Int {
        if year == 0 { return 0 }
        let before = year - 1
        return year * 365 + before / 4 - before / 100 + before / 400 + 1
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Reads RFC 3339, with or without seconds as the service writes it: `2026-11-22T21:12:00Z`, `2026-11-22T21:12Z`,
    /// `2026-11-22T23:12:00.5+02:00`. Parts of a second are dropped. nil for any other text.
    package init?(_ text: String) {
        var reader = Reader(rest: Array(text.utf8)[...])
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
            (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, year), hour < 24, minute < 60
        else { return nil }
        var second = 0
        if reader.take(":") {
            // A leap second is the next minute's first.
            guard let number = reader.number(2), number <= 60 else { return nil }
            second = number
            if reader.take(".") {
                guard reader.number(1) != nil else { return nil }
                while reader.number(1) != nil {}
            }
        }
        var offset = 0
        if !reader.take("Z"), !reader.take("z") {
            let isWest = reader.take("-")
            guard isWest || reader.take("+"), let hours = reader.number(2), hours < 24 else { return nil }
            _ = reader.take(":")
            guard let minutes = reader.number(2), minutes < 60 else { return nil }
            offset = (hours * 60 + minutes) * (isWest ? -60 : 60)
        }
        guard reader.rest.isEmpty else { return nil }
        let days = Self.days(toYear: year) + (1..<month).reduce(0) { $0 + Self.length(ofMonth: $1, year) } + day - 1
        self.init(seconds: Self.earliest + days * 86_400 + hour * 3600 + minute * 60 + second - offset)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ letter: Unicode.Scalar) -> Bool {
            guard let next = rest.first, UInt32(next) == letter.value else { return false }
            rest.removeFirst()
            return true
        }

        /// Exactly so many digits.
        mutating func number(_ count: Int) -> Int? {
            guard rest.count >= count else { return nil }
            var value = 0
            for byte in rest.prefix(count) {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            rest.removeFirst(count)
            return value
        }
    }

    // MARK: Text

    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// `2026-11-22T21:12:00Z`.
    package var text: String { text("%FT%TZ") ?? "" }

    /// What a directive of `strftime` stands for, in UTC and in English; nil for one that is not known.
    func text(ofDirective letter: Unicode.Scalar) -> String? {
        switch letter {
        case "Y": padded(year, 4)
        case "y": padded(year % 100, 2)
        case "m": padded(month, 2)
        case "d": padded(day, 2)
        case "e": padded(day, 2, with: " ")
        case "H": padded(hour, 2)
        case "I": padded((hour + 11) % 12 + 1, 2)
        case "M": padded(minute, 2)
        case "S": padded(second, 2)
        case "p": hour < 12 ? "AM" : "PM"
        case "j": padded(dayOfYear, 3)
        case "u": String(weekday == 0 ? 7 : weekday)
        case "w": String(weekday)
        case "a": String(Self.weekdays[weekday].prefix(3))
        case "A": Self.weekdays[weekday]
        case "b": String(Self.months[month - 1].prefix(3))
        case "B": Self.months[month - 1]
        case "F": text("%Y-%m-%d")
        case "T": text("%H:%M:%S")
        case "R": text("%H:%M")
        case "s": String(seconds)
        case "z": "+0000"
        case "Z": "UTC"
        case "n": "\n"
        case "t": "\t"
        case "%": "%"
        default: nil
        }
    }

    /// A format with its directives replaced; nil where one is not known.
    private func text(_ format: String) -> String? {
        var text = ""
        var isDirective = false
        for scalar in format.unicodeScalars {
            if isDirective {
                guard let part = self.text(ofDirective: scalar) else { return nil }
                text += part
                isDirective = false
            } else if scalar == "%" {
                isDirective = true
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return isDirective ? nil : text
    }

    /// A format with its directives replaced. Throws the part of the format that is not known.
    package func formatted(_ format: String) throws(UnknownDirective) -> String {
        if let text = text(format) { return text }
        var isDirective = false
        for scalar in format.unicodeScalars {
            if isDirective, text(ofDirective: scalar) == nil { throw UnknownDirective(text: "%\(scalar)") }
            isDirective = !isDirective && scalar == "%"
        }
        throw UnknownDirective(text: "%")
    }

    /// A directive that is not one.
    package struct UnknownDirective: Error {
        package let text: String
    }

    private func padded(_ number: Int, _ width: Int, with fill: Character = "0") -> String {
        let digits = String(number)
        return String(repeating: fill, count: max(0, width - digits.utf8.count)) + digits
    }
}
