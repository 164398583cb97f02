/// Points in time as HTTP has them (RFC 9110, 5.6.7): `Sun, 22 Nov 2026 21:12:00 GMT`.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// - Parameter seconds: since 1970, which began on a Thursday.
    static func text(seconds: Int64) -> String {
        // `2026-11-22T21:12:00Z`, year, month and day of which are to be turned round.
        let parts = Timestamp.text(seconds: seconds).split { "-TZ".contains($0) }
        guard parts.count == 4, let month = Int(parts[1]), months.indices.contains(month - 1) else { return "" }
        let day = (seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)) % 7
        return "\(days[Int(day < 0 ? day + 7 : day)]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]) GMT"
    }
}
