import SystemSupport

extension JMESPathEvaluator {
    /// Calls a function. The parser has checked the number of arguments.
    mutating func call(
        _ function: JMESPathFunction, _ arguments: [Int], _ value: Value, at node: Int
    ) throws(JMESPathError) -> Value {
        var values: [Value] = []
        var expression = -1
        let parameters = function.signature.parameters
        for (position, argument) in arguments.enumerated() {
            let wanted = parameters[Swift.min(position, parameters.count - 1)]
            if case .reference(let target) = nodes[argument].kind {
                guard wanted == .expression else { throw wrongType(function, position, wanted, nil, argument) }
                expression = target
            } else {
                let given = try evaluate(argument, value)
                guard wanted.accepts(given) else { throw wrongType(function, position, wanted, given, argument) }
                values.append(given)
            }
        }
        switch function {
        case .map:
            var mapped: [Value] = []
            for item in values[0].elements { mapped.append(try evaluate(expression, item)) }
            return .list(mapped)
        case .sortBy: return .list(try sorted(values[0].elements, by: expression, function))
        case .maxBy: return try extreme(values[0].elements, by: expression, function) { $1.precedes($0) }
        case .minBy: return try extreme(values[0].elements, by: expression, function) { $0.precedes($1) }
        case .merge:
            var merged = Record()
            for case .record(let record) in values {
                for (name, field) in record.fields { merged[name] = field }
            }
            return .record(merged)
        case .notNull: return values.first { $0.jmesPathType != .null } ?? .null
        case .join:
            let pieces = values[1].elements
            let separator = values[0].stringContent?.utf8.count ?? 0
            let length = pieces.reduce(0) { $0 &+ ($1.stringContent?.utf8.count ?? 0) &+ separator }
            if length > SizeLimits.text { throw limit(.textTooLong, at: node) }
            if !MemoryHeadroom.has(length, of: 2) { throw limit(.outOfMemory, at: node) }
            return function.result(values[0], values[1])
        case .contains, .startsWith, .endsWith: return function.result(values[0], values[1])
        case .toString where values[0].jmesPathType != .string:
            do throws(LimitError) {
                return .string(try JSON.limitedText(values[0]))
            } catch {
                throw limit(error, at: node)
            }
        default: return function.result(values[0])
        }
    }

    private func wrongType(
        _ function: JMESPathFunction, _ position: Int, _ wanted: JMESPathType, _ given: Value?, _ argument: Int
    ) -> JMESPathError {
        let found = given.map { "this is of type \($0.jmesPathTypeName)" } ?? "this is an expression"
        return JMESPathError(
            .invalidType, "argument \(position + 1) of \(function.rawValue) is \(wanted.names), \(found)",
            offset: nodes[argument].offset)
    }

    /// The keys of items, which are all numbers or all strings.
    private mutating func keys(
        _ items: [Value], _ expression: Int, _ function: JMESPathFunction
    ) throws(JMESPathError) -> [Value] {
        var keys: [Value] = []
        keys.reserveCapacity(items.count)
        for item in items {
            let key = try evaluate(expression, item)
            let type = key.jmesPathType
            guard type == .number || type == .string, type == keys.first?.jmesPathType ?? type else {
                throw JMESPathError(
                    .invalidType,
                    "\(function.rawValue) compares numbers or strings, and this yields \(key.jmesPathTypeName) too",
                    offset: nodes[expression].offset)
            }
            keys.append(key)
        }
        return keys
    }

    /// Sorted by keys; items with equal keys stay in their order.
    private mutating func sorted(
        _ items: [Value], by expression: Int, _ function: JMESPathFunction
    ) throws(JMESPathError) -> [Value] {
        let keys = try keys(items, expression, function)
        let order = items.indices.sorted { left, right in
            keys[left].precedes(keys[right]) || (left < right && !keys[right].precedes(keys[left]))
        }
        return order.map { items[$0] }
    }

    /// The first of the items whose key no other's beats; null where there are no items.
    private mutating func extreme(
        _ items: [Value], by expression: Int, _ function: JMESPathFunction, _ beats: (Value, Value) -> Bool
    ) throws(JMESPathError) -> Value {
        let keys = try keys(items, expression, function)
        guard var best = items.indices.first else { return .null }
        for position in items.indices where beats(keys[position], keys[best]) { best = position }
        return items[best]
    }
}

extension JMESPathFunction {
    /// The result for one argument of the right type.
    fileprivate func result(_ value: Value) -> Value {
        switch self {
        case .abs: return value.magnitude
        case .ceil: return value.rounded(.up)
        case .floor: return value.rounded(.down)
        case .sum: return value.elements.numberSum
        case .avg:
            let items = value.elements
            guard !items.isEmpty, let sum = items.numberSum.nearestDouble else { return .null }
            return .float(sum / Double(items.count))
        case .keys:
            if case .record(let record) = value { return .list(record.keys.map { .string($0) }) }
        case .values:
            if case .record(let record) = value { return .list(Array(record.values)) }
        case .length:
            if case .record(let record) = value { return .int(record.count) }
            if case .list(let items) = value { return .int(items.count) }
            let length = value.stringContent?.unicodeScalars.count ?? 0
            return value.isSecret ? .secret(Secret(String(length))) : .int(length)
        case .max: return value.elements.max { $0.precedes($1) } ?? .null
        case .min: return value.elements.min { $0.precedes($1) } ?? .null
        case .sort: return .list(value.elements.sorted { $0.precedes($1) })
        case .reverse:
            if case .list(let items) = value { return .list(items.reversed()) }
            let reversed = String((value.stringContent ?? "").reversed())
            return value.isSecret ? .secret(Secret(reversed)) : .string(reversed)
        case .type: return .string(value.jmesPathTypeName)
        case .toArray: return value.jmesPathType == .array ? value : .list([value])
        case .toString: return value
        case .toNumber: return value.number
        default: break
        }
        return .null
    }

    /// The result for two arguments of the right types.
    fileprivate func result(_ first: Value, _ second: Value) -> Value {
        switch self {
        case .contains:
            if case .list(let items) = first { return .bool(items.contains(second)) }
            guard let text = first.stringContent, let part = second.stringContent else { return .bool(false) }
            return .bool(containsText(text, part))
        case .startsWith: return .bool((first.stringContent ?? "").utf8.starts(with: (second.stringContent ?? "").utf8))
        case .endsWith:
            let text = (first.stringContent ?? "").utf8.reversed()
            return .bool(text.starts(with: (second.stringContent ?? "").utf8.reversed()))
        default: return second.elements.joined(by: first)
        }
    }
}

extension Value {
    /// The items of a list; nothing for any other value.
    fileprivate var elements: [Value] {
        if case .list(let items) = self { return items }
        return []
    }

    /// The order among numbers, and among strings: by their Unicode scalars, which is that of their bytes.
    fileprivate func precedes(_ other: Value) -> Bool {
        guard let a = stringContent, let b = other.stringContent else { return isLessNumber(than: other) }
        return a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    fileprivate var magnitude: Value {
        switch self {
        case .int(.min): .bigNumber(String(Int.min.magnitude))
        case .int(let number): .int(Swift.abs(number))
        case .float(let number): .float(number.magnitude)
        case .bigNumber(let text): .bigNumber(text.first == "-" ? String(text.dropFirst()) : text)
        default: self
        }
    }

    /// A whole number; one that no integer holds stays what it is.
    fileprivate func rounded(_ rule: FloatingPointRoundingRule) -> Value {
        switch self {
        case .float(let number): Int(exactly: number.rounded(rule)).map { .int($0) } ?? .float(number.rounded(rule))
        case .bigNumber: nearestDouble.flatMap { Int(exactly: $0.rounded(rule)) }.map { .int($0) } ?? self
        default: self
        }
    }

    /// A number as it is, the number that a string shows as JSON writes it, or null. Never from a secret, since a
    /// number cannot be one.
    fileprivate var number: Value {
        if isNumber { return self }
        guard case .string(let text) = self, let first = text.utf8.first, let last = text.utf8.last,
            first == UInt8(ascii: "-") || (first >= 0x30 && first <= 0x39), last >= 0x30, last <= 0x39,
            let number = try? JSON.parse(text)
        else { return .null }
        return number
    }
}

extension [Value] {
    /// An integer as long as all are and 64 bits hold it, else the nearest double.
    fileprivate var numberSum: Value {
        var integer = 0
        for (position, item) in enumerated() {
            if case .int(let number) = item, case let (sum, overflow) = integer.addingReportingOverflow(number),
                !overflow
            {
                integer = sum
            } else {
                return .float(self[position...].reduce(Double(integer)) { $0 + ($1.nearestDouble ?? 0) })
            }
        }
        return .int(integer)
    }

    /// Strings with a separator between them; wholly secret as soon as one of them is.
    fileprivate func joined(by separator: Value) -> Value {
        let text = compactMap(\.stringContent).joined(separator: separator.stringContent ?? "")
        return contains(where: \.isSecret) || separator.isSecret ? .secret(Secret(text)) : .string(text)
    }
}
