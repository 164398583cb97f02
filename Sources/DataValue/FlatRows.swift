/// Items as rows of one grid: nested records are flattened by dots (`IkeConfig.IkeVersion`), columns stand in the order
/// in which they first appear, and an item that is no record stands in the column `value`.
struct FlatRows {
    private(set) var columns: [String] = []
    /// A cell for each column up to the last one that the row has; nil where the item has no such field.
    private(set) var rows: [[Value?]] = []
    private var positions: [String: Int] = [:]

    init(_ items: [Value]) {
        rows.reserveCapacity(items.count)
        for item in items {
            var row: [Value?] = []
            row.reserveCapacity(columns.count)
            if case .record(let record) = item {
                add(record, prefix: "", depth: 0, to: &row)
            } else {
                put(item, "value", in: &row)
            }
            rows.append(row)
        }
    }

    /// What lies deeper stays in one cell.
    private static let depthLimit = 32

    private mutating func add(_ record: Record, prefix: String, depth: Int, to row: inout [Value?]) {
        for (key, value) in record.fields {
            let name = prefix + key
            if depth < Self.depthLimit, case .record(let nested) = value, !nested.isEmpty {
                add(nested, prefix: name + ".", depth: depth + 1, to: &row)
            } else {
                put(value, name, in: &row)
            }
        }
    }

    /// A name that the row has already (`a.b` may be a field of its own and a nested one) gets a number behind it, so
    /// that no field is lost.
    private mutating func put(_ value: Value, _ name: String, in row: inout [Value?]) {
        var position = position(of: name)
        var number = 2
        while position < row.count, row[position] != nil {
            position = self.position(of: "\(name) (\(number))")
            number += 1
        }
        while row.count <= position { row.append(nil) }
        row[position] = .some(value)
    }

    private mutating func position(of name: String) -> Int {
        if let position = positions[name] { return position }
        positions[name] = columns.count
        columns.append(name)
        return columns.count - 1
    }
}
