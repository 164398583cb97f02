import SystemSupport

/// Items as rows of one grid: nested records are flattened by dots (`IkeConfig.IkeVersion`), columns stand in the order
/// in which they first appear, and an item that is no record stands in the column `value`.
struct FlatRows {
    /// The cells of one item. Those before its first are not held: of items that have no fields in common, each begins
    /// where the one before it ended.
    struct Row {
        fileprivate var first = 0
        fileprivate var cells: [Value?] = []

        /// nil where the item has no such field.
        subscript(column: Int) -> Value? {
            let place = column - first
            return cells.indices.contains(place) ? cells[place] : nil
        }

        fileprivate mutating func put(_ value: Value, at column: Int) {
            if cells.isEmpty { first = column }
            if column < first {
                cells.insert(contentsOf: repeatElement(nil, count: first - column), at: 0)
                first = column
            }
            while cells.count <= column - first { cells.append(nil) }
            cells[column - first] = .some(value)
        }
    }

    private(set) var columns: [String] = []
    private(set) var rows: [Row] = []
    /// Why the grid is not whole; nil where it is.
    private(set) var failure: LimitError?
    private var positions: [String: Int] = [:]
    private var cellCount = 0
    private var nameSize = 0

    init(_ items: [Value]) {
        guard items.count < 1 << 15 || MemoryHeadroom.has(items.count, of: 128) else {
            failure = .outOfMemory
            return
        }
        rows.reserveCapacity(items.count)
        for item in items {
            if failure != nil { return }
            var row = Row()
            if case .record(let record) = item {
                row.cells.reserveCapacity(min(columns.count, record.count * 4))
                add(record, prefix: "", depth: 0, to: &row)
            } else {
                put(item, "value", in: &row)
            }
            rows.append(row)
            count(row)
        }
    }

    /// What lies deeper stays in one cell.
    private static let depthLimit = 32
    /// More columns than this are no table to anybody; a record with shared parts has exponentially many.
    private static let columnLimit = 100_000

    private mutating func count(_ row: Row) {
        let before = cellCount
        cellCount += row.cells.count
        if cellCount > SizeLimits.elements { return failure = .tooManyElements }
        if cellCount >> 15 != before >> 15, !MemoryHeadroom.has(cellCount) { failure = .outOfMemory }
    }

    private mutating func add(_ record: Record, prefix: String, depth: Int, to row: inout Row) {
        for (key, value) in record.fields {
            if failure != nil { return }
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
    private mutating func put(_ value: Value, _ name: String, in row: inout Row) {
        var position = position(of: name)
        var number = 2
        while row[position] != nil {
            position = self.position(of: "\(name) (\(number))")
            number += 1
        }
        row.put(value, at: position)
    }

    private mutating func position(of name: String) -> Int {
        if let position = positions[name] { return position }
        if columns.count >= Self.columnLimit { failure = .tooManyElements }
        nameSize += name.utf8.count
        if nameSize > SizeLimits.text { failure = .textTooLong }
        positions[name] = columns.count
        columns.append(name)
        return columns.count - 1
    }
}
