extension ValueFormatter {
    /// A header and a row per item, quoted as RFC 4180 has it; lines end in a newline alone. A field that an item does
    /// not have, and null, is empty.
    func delimitedText(_ value: Value, separator: Character) -> String {
        let grid = FlatRows(value.responseItems ?? value.listItems)
        guard !grid.columns.isEmpty else { return "" }
        var text = ""
        append(grid.columns, to: &text, separator)
        append(grid, to: &text, separator)
        return text
    }

    /// The line of a row of cells.
    func delimitedRow(_ cells: [String], separator: Character) -> String {
        var text = ""
        append(cells, to: &text, separator)
        return text
    }

    /// The lines of a grid's rows, without the header.
    func delimitedRow(_ grid: FlatRows, separator: Character) -> String {
        var text = ""
        append(grid, to: &text, separator)
        return text
    }

    private func append(_ grid: FlatRows, to text: inout String, _ separator: Character) {
        for row in grid.rows {
            let cells = grid.columns.indices.map { position in
                position < row.count ? row[position]?.cellText ?? "" : ""
            }
            append(cells, to: &text, separator)
        }
    }

    private func append(_ cells: [String], to text: inout String, _ separator: Character) {
        for (position, cell) in cells.enumerated() {
            if position > 0 { text.append(separator) }
            let mustQuote = cell.utf8.contains {
                $0 == separator.asciiValue || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
            }
            // A row that is one empty cell would be an empty line, which readers skip.
            if mustQuote || (cell.isEmpty && cells.count == 1) {
                text += "\""
                for scalar in cell.unicodeScalars {
                    if scalar == "\"" { text += "\"" }
                    text.unicodeScalars.append(scalar)
                }
                text += "\""
            } else {
                text += cell
            }
        }
        text += "\n"
    }
}

extension Value {
    fileprivate var cellText: String {
        if case .null = self { return "" }
        return displayText
    }
}
