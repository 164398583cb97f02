import Testing

import DataValue

/// What `Value+Layout.swift` relies on.
@Suite struct ValueLayoutTests {
    /// Reads a payload at the value's own address and compares it with the one that it was made from.
    private func standsAtItsAddress<Payload: Equatable>(_ payload: Payload, _ value: Value) -> Bool {
        var value = value
        return withUnsafeMutablePointer(to: &value) { pointer in
            UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Payload.self).pointee == payload
        }
    }

    @Test(arguments: ["", "short", "exactly15bytes!", String(repeating: "long ", count: 20), "日本語🔒"])
    func textStandsAtTheValuesAddress(text: String) {
        #expect(standsAtItsAddress(text, .string(text)))
        var value = Value.string(text)
        withUnsafeMutablePointer(to: &value) { $0.stringInPlace.pointee += "+" }
        #expect(value == .string(text + "+"))
    }

    @Test func listsStandAtTheValuesAddress() {
        for list: [Value] in [[], [1], [.null, "a", [2]]] {
            #expect(standsAtItsAddress(list, .list(list)))
            var value = Value.list(list)
            withUnsafeMutablePointer(to: &value) { $0.listInPlace.pointee.append(3) }
            #expect(value == .list(list + [3]))
        }
    }

    @Test(arguments: [0, 1, 2, 3, 64, 1000]) func elementsOfAListAreFound(count: Int) {
        var list = (0..<count).map { Value.int($0) }
        list.reserveCapacity(count * 2)
        for value in [Value.list(list), .list(Array(list.reversed().reversed())), .list(Array(list[...]))] {
            withUnsafePointer(to: value) { #expect($0.elementsInPlace.elementsEqual(list)) }
        }
    }

    @Test func recordsStandAtTheValuesAddress() {
        let records: [[(String, Value)]] = [[], [("a", 1)], [("a", "x"), ("b", [1])]]
        for record in records.map({ Record($0) }) {
            #expect(standsAtItsAddress(record, .record(record)))
            var value = Value.record(record)
            withUnsafeMutablePointer(to: &value) { $0.recordInPlace.pointee["new"] = 7 }
            var changed = record
            changed["new"] = 7
            #expect(value == .record(changed))
        }
    }

    @Test func numbersStandAtTheValuesAddress() {
        #expect(standsAtItsAddress(-5, .int(-5)))
        #expect(standsAtItsAddress(2.5, .float(2.5)))
        #expect(standsAtItsAddress(true, .bool(true)))
    }

    @Test func aCopyIsNotChangedInPlace() {
        let original = Value.list([1, 2])
        var copy = original
        withUnsafeMutablePointer(to: &copy) { $0.listInPlace.pointee[0] = 9 }
        #expect(original == [1, 2])
        #expect(copy == [9, 2])
    }

    @Test(arguments: [
        (Value.null, true), (.bool(true), true), (.int(1), true), (.float(1), true), (.duration(1), true),
        (.string(""), false), (.list([]), false), (.record(Record()), false), (.secret(Secret("x")), false),
        (.bigNumber("1"), false),
    ])
    func trivialIsWhatHoldsNoReference(value: Value, isTrivial: Bool) {
        var value = value
        withUnsafeMutablePointer(to: &value) { pointer in
            #expect(pointer.isTrivial == isTrivial)
            pointer.put(4)
            #expect(pointer.pointee == 4)
            pointer.clear()
            #expect(pointer.pointee == .null)
        }
    }
}
