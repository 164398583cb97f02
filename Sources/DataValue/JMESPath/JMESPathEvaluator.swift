import SystemSupport

/// Evaluates the nodes of an expression. Recursion is bounded by ``JMESPath/depthLimit``.
struct JMESPathEvaluator {
    let nodes: [JMESPathNode]
    /// How many nodes may still be evaluated, and elements be put into lists: projections of a value with shared parts
    /// multiply. A million items with a hundred nodes for each take a second.
    private var work = 100_000_000
    /// Where a field's name stood in the last table of names that it was looked up in: the items of a list mostly
    /// share theirs. Tables are held, so that no other can appear at the same address.
    private var lookups: [(table: KeyTable?, position: Int?)]

    init(_ nodes: [JMESPathNode]) {
        self.nodes = nodes
        lookups = Array(repeating: (nil, nil), count: nodes.count)
    }

    mutating func evaluate(_ node: Int, _ value: Value) throws(JMESPathError) -> Value {
        try spend(1, at: node)
        switch nodes[node].kind {
        case .current: return value
        case .literal(let literal): return literal
        case .field(let name):
            guard case .record(let record) = value else { return .null }
            return field(name, of: record, at: node)
        case .index(let index):
            guard case .list(let items) = value else { return .null }
            let position = index < 0 ? items.count + index : index
            return items.indices.contains(position) ? items[position] : .null
        case .slice(let start, let stop, let step):
            guard case .list(let items) = value else { return .null }
            return .list(slice(items, start, stop, step))
        case .chain(let left, let right): return try evaluate(right, try evaluate(left, value))
        case .projection(let left, let right):
            guard case .list(let items) = try evaluate(left, value) else { return .null }
            return .list(try project(items, right))
        case .valueProjection(let left, let right):
            guard case .record(let record) = try evaluate(left, value) else { return .null }
            return .list(try project(Array(record.values), right))
        case .filterProjection(let left, let condition, let right):
            guard case .list(let items) = try evaluate(left, value) else { return .null }
            return .list(try project(items, right, where: condition))
        case .flatten(let operand):
            guard case .list(let items) = try evaluate(operand, value) else { return .null }
            return .list(try flatten(items, at: node))
        case .comparison(let comparison, let left, let right):
            return compare(comparison, try evaluate(left, value), try evaluate(right, value))
        case .or(let left, let right):
            let first = try evaluate(left, value)
            return first.isTrueInJMESPath ? first : try evaluate(right, value)
        case .and(let left, let right):
            let first = try evaluate(left, value)
            return first.isTrueInJMESPath ? try evaluate(right, value) : first
        case .not(let operand): return .bool(!(try evaluate(operand, value)).isTrueInJMESPath)
        case .multiselectList(let parts):
            if case .null = value { return .null }
            var items: [Value] = []
            items.reserveCapacity(parts.count)
            for part in parts { items.append(try evaluate(part, value)) }
            return .list(items)
        case .multiselectRecord(let fields):
            if case .null = value { return .null }
            return try multiselectRecord(fields, value, at: node)
        case .call(let function, let arguments): return try call(function, arguments, value, at: node)
        // A reference stands only among the arguments of a function, which evaluates what it refers to.
        case .reference: return .null
        }
    }

    private mutating func field(_ name: String, of record: Record, at node: Int) -> Value {
        if lookups[node].table !== record.keyTable {
            lookups[node] = (record.keyTable, record.position(of: name))
        }
        return lookups[node].position.map { record[position: $0] } ?? .null
    }

    private mutating func project(_ items: [Value], _ right: Int, where condition: Int? = nil) throws(JMESPathError)
        -> [Value]
    {
        let isPlain = if case .current = nodes[right].kind { true } else { false }
        var projected: [Value] = []
        for item in items {
            if projected.count & 0xFFFF == 0xFFFF {
                let size = 3 * MemoryLayout<Value>.stride
                guard MemoryHeadroom.has(projected.count, of: size) else { throw limit(.outOfMemory, at: right) }
            }
            if let condition, !(try evaluate(condition, item)).isTrueInJMESPath { continue }
            let result = isPlain ? item : try evaluate(right, item)
            if case .null = result { continue }
            projected.append(result)
        }
        return projected
    }

    /// Takes note of work done. Throws where there has been more than any query needs.
    @inline(__always)
    private mutating func spend(_ steps: Int, at node: Int) throws(JMESPathError) {
        work -= steps
        if work < 0 { throw limit(.tooMuchWork, at: node) }
    }

    func limit(_ error: LimitError, at node: Int) -> JMESPathError {
        JMESPathError(.invalidValue, error.message, offset: nodes[node].offset)
    }

    private mutating func flatten(_ items: [Value], at node: Int) throws(JMESPathError) -> [Value] {
        var count = 0
        for item in items { if case .list(let inner) = item { count += inner.count } else { count += 1 } }
        if count > SizeLimits.elements { throw limit(.tooManyElements, at: node) }
        if !MemoryHeadroom.has(count, of: MemoryLayout<Value>.stride) { throw limit(.outOfMemory, at: node) }
        try spend(count, at: node)
        var flat: [Value] = []
        flat.reserveCapacity(count)
        for item in items {
            if case .list(let inner) = item { flat.append(contentsOf: inner) } else { flat.append(item) }
        }
        return flat
    }

    /// The records that one node makes share their names.
    private mutating func multiselectRecord(
        _ fields: [(name: String, node: Int)], _ value: Value, at node: Int
    ) throws(JMESPathError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(fields.count)
        for field in fields { values.append(try evaluate(field.node, value)) }
        if let table = lookups[node].table { return .record(Record(keyTable: table, values: values)) }
        let record = Record(zip(fields.map(\.name), values))
        // A name given twice leaves fewer fields than there are values: such records are made one by one.
        if record.count == fields.count { lookups[node].table = record.keyTable }
        return .record(record)
    }

    private func slice(_ items: [Value], _ start: Int?, _ stop: Int?, _ step: Int) -> [Value] {
        let count = items.count
        // Positions beyond the ends are the ends; for a negative step the ends are one place further left.
        let low = step > 0 ? 0 : -1
        let high = step > 0 ? count : count - 1
        func bounded(_ position: Int) -> Int {
            // No overflow: a negative position and a count have different signs.
            min(max(position < 0 ? position + count : position, low), high)
        }
        var position = start.map(bounded) ?? (step > 0 ? low : high)
        let end = stop.map(bounded) ?? (step > 0 ? high : low)
        var taken: [Value] = []
        while step > 0 ? position < end : position > end {
            taken.append(items[position])
            let (sum, overflow) = position.addingReportingOverflow(step)
            if overflow { break }
            position = sum
        }
        return taken
    }

    /// Equality is deep; order is known only among numbers and among durations, and null for everything else.
    private func compare(_ comparison: JMESPathNode.Comparison, _ left: Value, _ right: Value) -> Value {
        switch comparison {
        case .equal: return .bool(left == right)
        case .notEqual: return .bool(left != right)
        default: break
        }
        let isLess: Bool
        let isGreater: Bool
        if case .duration(let a) = left, case .duration(let b) = right {
            (isLess, isGreater) = (a < b, a > b)
        } else if left.isNumber, right.isNumber {
            (isLess, isGreater) = (left.isLessNumber(than: right), right.isLessNumber(than: left))
        } else {
            return .null
        }
        switch comparison {
        case .less: return .bool(isLess)
        case .lessOrEqual: return .bool(!isGreater)
        case .greater: return .bool(isGreater)
        default: return .bool(!isLess)
        }
    }
}

extension Value {
    /// False are false, null, and empty strings, lists and records; everything else, 0 included, is true.
    var isTrueInJMESPath: Bool {
        switch self {
        case .null, .bool(false): false
        case .string(let text): !text.isEmpty
        case .secret(let secret): !secret.content.isEmpty
        case .list(let items): !items.isEmpty
        case .record(let record): !record.isEmpty
        default: true
        }
    }

    /// The nearest double of a number; nil for what is no number.
    var nearestDouble: Double? {
        switch self {
        case .int(let number): Double(number)
        case .float(let number): number
        case .bigNumber(let text): Double(text)
        default: nil
        }
    }

    /// Whether a number is less than another one: exactly where both are integers, else by their nearest doubles.
    func isLessNumber(than other: Value) -> Bool {
        if case .int(let a) = self, case .int(let b) = other { return a < b }
        guard let a = nearestDouble, let b = other.nearestDouble else { return false }
        return a < b
    }
}
