/// Finds out how long the text of a value is at least, whatever the format: a byte for each element and field, and what the
/// texts and names have. Shared parts are looked at once, so that this takes time in proportion to the value and not to
/// its text.
package struct TextMeasure {
    /// The lengths of lists and records that are referred to more than once, by where their elements lie.
    private var known: [UnsafeRawPointer: Int] = [:]
    /// More than any limit, and small enough to be added to itself.
    private static let endless = Int.max / 4

    /// In bytes.
    package static func leastLength(of value: Value) -> Int {
        var measure = TextMeasure()
        return withUnsafePointer(to: value) { measure.length($0) }
    }

    private mutating func length(_ value: UnsafePointer<Value>) -> Int {
        if case .list = value.pointee { return sum(value, value.elementsInPlace) }
        if case .record = value.pointee {
            let record = UnsafeRawPointer(value).assumingMemoryBound(to: Record.self)
            return sum(value, record.pointee.valuesInPlace)
        }
        if case .string(let text) = value.pointee { return text.utf8.count + 1 }
        return 1
    }

    private mutating func sum(_ container: UnsafePointer<Value>, _ values: UnsafeBufferPointer<Value>) -> Int {
        guard let first = values.baseAddress, !values.isEmpty else { return 1 }
        let isShared = !UnsafeMutablePointer(mutating: container).isUnshared
        if isShared, let found = known[first] { return found }
        var sum = 1
        for place in values.indices { sum = min(sum + length(first + place), Self.endless) }
        if isShared { known[first] = sum }
        return sum
    }
}
