extension ValueFormatter {
    /// A header and a row per item, quoted as RFC 4180 has it; lines end in a newline alone. A field that an item does
    /// not have, and null, is empty.
    func delimitedText(_ value: Value, separator: Character) throws(LimitError) -> String {
        let grid = FlatRows(value.responseItems ?? value.listItems)
        if let failure = grid.failure { throw failure }
        guard !grid.columns.isEmpty else { return "" }
        var text = ""
        append(grid.columns, to: &text, separator)
        try append(grid, to: &text, separator)
        return text
    }

    /// The line of a row of cells.
    func delimitedRow(_ cells: [String], separator: Character) -> String {
        var text = ""
        append(cells, to: &text, separator)
        return text
    }

    /// The lines of a grid's rows, without the header.
    func delimitedRow(_ grid: FlatRows, separator: Character) throws(LimitError) -> String {
        if let failure = grid.failure { throw failure }
        var text = ""
        try append(grid, to: &text, separator)
        return text
    }

    private func append(_ grid: FlatRows, to text: inout String, _ separator: Character) throws(LimitError) {
        var length = LengthGuard()
        for row in grid.rows {
            for position in grid.columns.indices {
                if position > 0 { text.append(separator) }
                let cell = try row[position]?.cellText() ?? ""
                guard length.allows(text.utf8.count + cell.utf8.count) else { throw length.failure ?? .textTooLong }
                append(cell, isAlone: grid.columns.count == 1, to: &text, separator)
            }
            text += "\n"
        }
    }

    private func append(_ cells: [String], to text: inout String, _ separator: Character) {
        for (position, cell) in cells.enumerated() {
            if position > 0 { text.append(separator) }
            append(cell, isAlone: cells.count == 1, to: &text, separator)
        }
        text += "\n"
    }

    private func append(_ cell: String, isAlone: Bool, to text: inout String, _ separator: Character) {
        let mustQuote = cell.utf8.contains {
            $0 == separator.asciiValue || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
        }
        // A row that is one empty cell would be an empty line, which readers skip.
        guard mustQuote || (cell.isEmpty && isAlone) else { return text += cell }
        text += "\""
        for scalar in cell.unicodeScalars {
            if scalar == "\"" { text += "\"" }
            text.unicodeScalars.append(scalar)
        }
        text += "\""
    }
}

extension Value {
    fileprivate func cellText() throws(LimitError) -> String {
        if case .null = self { return "" }
        return try limitedDisplayText()
    }
}
