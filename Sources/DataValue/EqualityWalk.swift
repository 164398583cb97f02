/// Compares lists and records with all that lies in them.
///
/// Two values put together from shared parts (`[$s, $s]`, again and again) have exponentially more paths than parts. Since
/// the first difference ends the comparison, a pair of parts that has been compared, or is being compared, need not be
/// looked at again; pairs are kept only once a comparison has become long, and only where both parts are referred to more
/// than once, without which no pair comes again.
struct EqualityWalk {
    private struct Pair: Hashable {
        let left: UnsafeRawPointer
        let right: UnsafeRawPointer
    }
    private var steps = 0
    private var compared: Set<Pair> = []
    private static let shortWalk = 1000

    static func areEqual(_ left: Value, _ right: Value) -> Bool {
        withUnsafePointer(to: left) { left in
            withUnsafePointer(to: right) { right in
                var walk = EqualityWalk()
                return walk.areEqual(left, right)
            }
        }
    }

    private mutating func areEqual(_ left: UnsafePointer<Value>, _ right: UnsafePointer<Value>) -> Bool {
        if case .list = left.pointee {
            guard case .list = right.pointee else { return false }
            return areEqualLists(left, right)
        }
        if case .record = left.pointee {
            guard case .record = right.pointee else { return false }
            return areEqualRecords(left, right)
        }
        return left.pointee == right.pointee
    }

    private mutating func areEqualLists(_ left: UnsafePointer<Value>, _ right: UnsafePointer<Value>) -> Bool {
        let (a, b) = (left.elementsInPlace, right.elementsInPlace)
        guard a.count == b.count else { return false }
        guard let first = a.baseAddress, let second = b.baseAddress, first != second, !a.isEmpty else { return true }
        if isKnown(left, right, first, second) { return true }
        for place in a.indices where !areEqual(first + place, second + place) { return false }
        return true
    }

    /// Records are equal when they have the same fields, in whatever order.
    private mutating func areEqualRecords(_ left: UnsafePointer<Value>, _ right: UnsafePointer<Value>) -> Bool {
        let a = UnsafeRawPointer(left).assumingMemoryBound(to: Record.self)
        let b = UnsafeRawPointer(right).assumingMemoryBound(to: Record.self)
        let count = a.pointee.count
        guard count == b.pointee.count else { return false }
        if count == 0 { return true }
        let first = a.pointee.place(of: 0)
        let second = b.pointee.place(of: 0)
        if first == second || isKnown(left, right, first, second) { return true }
        if a.pointee.keyTable === b.pointee.keyTable {
            for place in 0..<count where !areEqual(first + place, second + place) { return false }
            return true
        }
        for place in 0..<count {
            guard let other = b.pointee.position(of: a.pointee.keys[place]),
                areEqual(first + place, second + other)
            else { return false }
        }
        return true
    }

    /// Whether a pair has been met before; from now on it has.
    private mutating func isKnown(
        _ left: UnsafePointer<Value>, _ right: UnsafePointer<Value>, _ first: UnsafePointer<Value>,
        _ second: UnsafePointer<Value>
    ) -> Bool {
        steps &+= 1
        guard steps > Self.shortWalk, !UnsafeMutablePointer(mutating: left).isUnshared,
            !UnsafeMutablePointer(mutating: right).isUnshared
        else { return false }
        return !compared.insert(Pair(left: first, right: second)).inserted
    }
}
