import SystemSupport

extension ValueFormatter {
    /// A line per field, names in one column; a numbered line before each item where there are several.
    func verticalText(_ value: Value) throws(LimitError) -> String {
        if value.isScalar { return scalarText(value) }
        let items = value.listItems
        if items.isEmpty { return "(no rows)\n" }
        var length = LengthGuard()
        var text = ""
        for (place, item) in items.enumerated() {
            text += try verticalItem(item, number: items.count > 1 ? place + 1 : nil)
            guard length.allows(text.utf8.count) else { throw length.failure ?? .textTooLong }
        }
        return text
    }

    /// One item, with its number, counted from 1, before it if it is not alone.
    func verticalItem(_ item: Value, number: Int?) throws(LimitError) -> String {
        var text = number.map { emphasised("*** \($0) ***") + "\n" } ?? ""
        let grid = FlatRows([item])
        if let failure = grid.failure { throw failure }
        let names = grid.columns.map(\.visible)
        let width = names.reduce(0) { max($0, $1.displayWidth) }
        var length = LengthGuard()
        for (place, name) in names.enumerated() {
            let shown = try grid.rows[0][place]?.limitedDisplayText().visible ?? ""
            guard length.allows(text.utf8.count + shown.utf8.count + width) else {
                throw length.failure ?? .textTooLong
            }
            text += emphasised(shown.isEmpty ? name : name.padded(toWidth: width)) + (shown.isEmpty ? "" : "  ")
            text += shown + "\n"
        }
        return text
    }

    private func emphasised(_ text: String) -> String {
        styled ? "\u{1B}[1m\(text)\u{1B}[0m" : text
    }
}
