/// What formatting a text came to.
package enum FormatOutcome: Sendable, Equatable {
    /// The formatted text; it may be the text as it was.
    case formatted(String)
    /// The text is no script: why.
    case invalid([Diagnostic])
    /// Formatting would have changed what the script means, so the text is to be left alone. Never seen so far.
    case refused
}

/// Lays out a script anew without changing its tree.
///
/// What a token looks like is the author's business: numbers, strings and arguments are copied as they stand. Blanks,
/// indentation, blank lines, trailing commas and the places of comments are the formatter's. Where the author ends a
/// line inside a statement, a line ends, unless it would be an odd place; where a line would be longer than
/// ``widthLimit``, more lines end. So a text that has been formatted is formatted to itself.
///
/// The result is parsed before it is handed out: a formatter that errs must not cost anybody a script.
package enum ScriptFormatter {
    /// The columns that a line takes at most, if there is a place to break it.
    package static let widthLimit = 100
    static let indentation = 4

    /// `hasMemory` is asked whether so many bytes more can be allocated.
    package static func format(
        _ text: SourceText, hasMemory: @escaping (Int) -> Bool = { _ in true }
    ) -> FormatOutcome {
        let tree: Script
        switch Parser.parse(text, source: 0, hasMemory: { hasMemory($0 * 2) }) {
        case .complete(let script): tree = script
        case .incomplete(let diagnostics), .invalid(let diagnostics): return .invalid(diagnostics)
        }
        var builder = LayoutBuilder(text.bytes)
        guard let layout = builder.layout(of: tree) else { return .refused }
        let formatted = LayoutPrinter.text(layout)
        let again = SourceText(name: text.name, text: formatted)
        guard case .complete(let same) = Parser.parse(again, source: 0), Printer.text(same) == Printer.text(tree)
        else { return .refused }
        var reader = LayoutBuilder(again.bytes)
        guard reader.layout(of: same) != nil, reader.commentTexts == builder.commentTexts else { return .refused }
        return .formatted(formatted)
    }
}
