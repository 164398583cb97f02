import SystemSupport

extension ValueFormatter {
    /// Between two columns; a rule under each column's name tells them apart where a cell holds blanks.
    private static let gap = "  "
    /// A column is never shortened below this (an identifier of the service takes 25) as long as it is one of several:
    /// fewer whole columns say more than many cut ones.
    private static let leastWidth = 26

    func tableText(_ value: Value) throws(LimitError) -> String {
        if value.isScalar { return scalarText(value) }
        let items = value.responseItems ?? value.listItems
        if items.isEmpty { return "(no rows)\n" }
        let grid = FlatRows(items)
        if let failure = grid.failure { throw failure }
        if grid.columns.isEmpty { return "(\(items.count) \(items.count == 1 ? "row" : "rows") without fields)\n" }

        let places =
            self.columns.map { $0.compactMap { grid.columns.firstIndex(of: $0) } } ?? Array(grid.columns.indices)
        var columns = places.map { Column(name: grid.columns[$0].visible) }
        var length = LengthGuard()
        var held = 0
        var rows: [[String]] = []
        rows.reserveCapacity(grid.rows.count)
        for row in grid.rows {
            var cells: [String] = []
            cells.reserveCapacity(places.count)
            for (position, place) in places.enumerated() {
                let cell = try row[place].map { value throws(LimitError) in try columns[position].add(value) } ?? ""
                held += cell.utf8.count + 1
                guard length.allows(held) else { throw length.failure ?? .textTooLong }
                cells.append(cell)
            }
            rows.append(cells)
        }
        let dropped = fit(&columns) + grid.columns.count - places.count

        // Every row is padded to the width of the widest cells.
        let rowWidth = columns.reduce(0) { $0 + $1.width + Self.gap.count }
        guard length.allows(rowWidth * 4) else { throw length.failure ?? .textTooLong }
        var text = line(columns.map { ($0.name, $0) }, isHeader: true)
        text += columns.map { String(repeating: "─", count: $0.width) }.joined(separator: Self.gap) + "\n"
        for row in rows {
            text += line(zip(row, columns).map { ($0, $1) }, isHeader: false)
            guard length.allows(text.utf8.count + rowWidth) else { throw length.failure ?? .textTooLong }
        }
        if dropped > 0 {
            text += "(+\(dropped) \(dropped == 1 ? "column" : "columns"): use | select or | vertical)\n"
        }
        return text
    }

    /// A value that is neither a list nor a record has no columns: it is shown as it prints.
    func scalarText(_ value: Value) -> String {
        value.displayText.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }
            .joined(separator: "\n") + "\n"
    }

    private struct Column {
        let name: String
        var width: Int
        /// Whether all cells hold numbers, which stand at the right.
        var isNumeric = false
        private var hasOther = false

        init(name: String) {
            self.name = name
            width = name.displayWidth
        }

        /// Takes a cell into account and returns its text.
        mutating func add(_ cell: Value) throws(LimitError) -> String {
            let text = try cell.limitedDisplayText().visible
            width = max(width, text.displayWidth)
            if !cell.isNumber { hasOther = true }
            isNumeric = !hasOther
            return text
        }
    }

    /// Leaves the columns that fit, at widths that fit, and returns how many were taken off the end.
    private func fit(_ columns: inout [Column]) -> Int {
        guard let limit = width else { return 0 }
        var fitting = 0
        var least = 0
        for column in columns {
            least += min(column.width, Self.leastWidth) + (fitting > 0 ? Self.gap.count : 0)
            if fitting > 0, least > limit { break }
            fitting += 1
        }
        let dropped = columns.count - fitting
        columns.removeLast(dropped)

        // The narrow columns get what they need; the others share what is left evenly.
        var room = max(1, limit - Self.gap.count * (fitting - 1))
        let narrowFirst = columns.indices.sorted { (columns[$0].width, $0) < (columns[$1].width, $1) }
        for (done, position) in narrowFirst.enumerated() {
            columns[position].width = min(columns[position].width, max(1, room / (fitting - done)))
            room -= columns[position].width
        }
        return dropped
    }

    private func line(_ cells: [(text: String, column: Column)], isHeader: Bool) -> String {
        var line = ""
        for (position, (text, column)) in cells.enumerated() {
            if position > 0 { line += Self.gap }
            line += text.shortened(toWidth: column.width)
                .padded(toWidth: column.width, alignedRight: column.isNumeric)
        }
        while line.last == " " { line.removeLast() }
        return (isHeader && styled ? "\u{1B}[1m\(line)\u{1B}[0m" : line) + "\n"
    }
}
