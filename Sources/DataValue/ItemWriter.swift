/// Writes items one by one such that the whole is what ``ValueFormatter`` makes of the list of all of them.
///
/// A table is not among the formats: the widths of its columns depend on every row. Neither is `csv` or `tsv` without
/// names: which columns there are depends on every item, unless a `select` has said it.
package struct ItemWriter {
    /// Why an item cannot be written.
    package enum Failure: Error {
        /// It has a field that the header, which has been written, has no column for; items are counted from 1.
        case newColumn(name: String, item: Int)
        case limit(LimitError)
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
    package mutating func text(_ item: Value) throws(Failure) -> String {
        count += 1
        if case .csv = format { return try row(item) }
        if case .tsv = format { return try row(item) }
        do throws(LimitError) {
            return try ownText(item)
        } catch {
            throw .limit(error)
        }
    }

    private mutating func ownText(_ item: Value) throws(LimitError) -> String {
        switch format {
        case .jsonl: return try JSON.limitedText(item) + "\n"
        case .json: return try (count == 1 ? "[\n  " : ",\n  ") + JSON.limitedIndentedText(item, level: 1)
        case .yaml: return try YAML.limitedText(.list([item]))
        case .csv, .tsv, .table: return ""
        case .vertical:
            guard count > 1 else {
                held = [item]
                return ""
            }
            var text = ""
            if let first = held.first { text = try formatter.verticalItem(first, number: 1) }
            held = []
            text += try formatter.verticalItem(item, number: count)
            return text
        }
    }

    /// The text that is due when there are no more items.
    package mutating func end() throws(LimitError) -> String {
        defer { held = [] }
        switch format {
        case .json: return count == 0 ? "[]\n" : "\n]\n"
        case .yaml where count == 0: return YAML.text(.list([]))
        case .vertical where count <= 1: return try formatter.limitedText(.list(held))
        case .csv where count == 0, .tsv where count == 0: return formatter.emptyText(columns: columns)
        default: return holdsAll ? try formatter.limitedText(.list(held)) : ""
        }
    }

    private mutating func row(_ item: Value) throws(Failure) -> String {
        if holdsAll {
            held.append(item)
            return ""
        }
        let grid = FlatRows([item])
        if grid.columns != columns {
            if count > 1, let name = grid.columns.first(where: { !columns.contains($0) }) {
                throw .newColumn(name: name, item: count)
            }
            holdsAll = true
            held = [item]
            return ""
        }
        let separator: Character = format == .csv ? "," : "\t"
        let header = count == 1 ? formatter.delimitedRow(columns, separator: separator) : ""
        do throws(LimitError) {
            return try header + formatter.delimitedRow(grid, separator: separator)
        } catch {
            throw .limit(error)
        }
    }
}
