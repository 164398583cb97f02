/// Writes items one by one such that the whole is what ``ValueFormatter`` makes of the list of all of them.
///
/// A table is not among the formats: the widths of its columns depend on every row. Neither is `csv` or `tsv` without
/// names: which columns there are depends on every item, unless a `select` has said it.
package struct ItemWriter {
    /// An item has a field that the header, which has been written, has no column for.
    package struct NewColumn: Error {
        package let name: String
        /// Counted from 1.
        package let item: Int
    }

    private let format: OutputFormat
    private let formatter: ValueFormatter
    private let columns: [String]
    private var count = 0
    /// What waits: the only item so far of `vertical`, which is numbered only if it does not stay alone, and all items
    /// of a `csv` whose first one has more columns than its names tell.
    private var held: [Value] = []
    private var holdsAll = false

    /// nil where the items cannot be written before all of them are known.
    package init?(format: OutputFormat, columns: [String]?, styled: Bool = false) {
        switch format {
        case .table: return nil
        case .csv, .tsv: if columns == nil { return nil }
        case .vertical, .json, .jsonl, .yaml: break
        }
        self.format = format
        self.columns = columns ?? []
        formatter = ValueFormatter(format: format, styled: styled)
    }

    /// The text that is due when another item has come.
    package mutating func text(_ item: Value) throws(NewColumn) -> String {
        count += 1
        if holdsAll {
            held.append(item)
            return ""
        }
        switch format {
        case .jsonl: return JSON.text(item) + "\n"
        case .json: return (count == 1 ? "[\n  " : ",\n  ") + JSON.indentedText(item, level: 1)
        case .yaml: return YAML.text(.list([item]))
        case .vertical:
            guard count > 1 else {
                held = [item]
                return ""
            }
            let first = held.map { formatter.verticalItem($0, number: 1) }.joined()
            held = []
            return first + formatter.verticalItem(item, number: count)
        case .csv, .tsv, .table: return try row(item)
        }
    }

    /// The text that is due when there are no more items.
    package mutating func end() -> String {
        defer { held = [] }
        switch format {
        case .json: return count == 0 ? "[]\n" : "\n]\n"
        case .yaml where count == 0: return YAML.text(.list([]))
        case .vertical where count <= 1: return formatter.text(.list(held))
        default: return holdsAll ? formatter.text(.list(held)) : ""
        }
    }

    private mutating func row(_ item: Value) throws(NewColumn) -> String {
        let grid = FlatRows([item])
        if grid.columns != columns {
            if count > 1, let name = grid.columns.first(where: { !columns.contains($0) }) {
                throw NewColumn(name: name, item: count)
            }
            holdsAll = true
            held = [item]
            return ""
        }
        let separator: Character = format == .csv ? "," : "\t"
        return (count == 1 ? formatter.delimitedRow(columns, separator: separator) : "")
            + formatter.delimitedRow(grid, separator: separator)
    }
}
