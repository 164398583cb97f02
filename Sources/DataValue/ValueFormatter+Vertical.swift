import SystemSupport

extension ValueFormatter {
    /// A line per field, names in one column; a numbered line before each item where there are several.
    func verticalText(_ value: Value) -> String {
        if value.isScalar { return scalarText(value) }
        let items = value.listItems
        if items.isEmpty { return "(no rows)\n" }
        return items.enumerated().map { verticalItem($1, number: items.count > 1 ? $0 + 1 : nil) }.joined()
    }

    /// One item, with its number, counted from 1, before it if it is not alone.
    func verticalItem(_ item: Value, number: Int?) -> String {
        var text = number.map { emphasised("*** \($0) ***") + "\n" } ?? ""
        let grid = FlatRows([item])
        let names = grid.columns.map(\.visible)
        let width = names.reduce(0) { max($0, $1.displayWidth) }
        for (name, cell) in zip(names, grid.rows[0]) {
            let shown = cell?.displayText.visible ?? ""
            text += emphasised(shown.isEmpty ? name : name.padded(toWidth: width)) + (shown.isEmpty ? "" : "  ")
            text += shown + "\n"
        }
        return text
    }

    private func emphasised(_ text: String) -> String {
        styled ? "\u{1B}[1m\(text)\u{1B}[0m" : text
    }
}
