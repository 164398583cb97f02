import CLibEdit
import SystemSupport

extension LineEditor {
    /// Completes what is before the cursor.
    func completeKey() -> Effect {
        guard let completer else { return .bell }
        let request = currentRequest()
        let action = CompletionAction(request, completer(request), again: request == ambiguous)
        defer { ambiguous = currentRequest() }
        switch action {
        case .nothing:
            return .bell
        case .replace(let range, let text, let skipping):
            return replace(range, of: request.line, by: text, skipping: skipping)
        case .list(let candidates):
            return list(candidates)
        }
    }

    func currentRequest() -> CompletionRequest {
        let (scalars, cursor) = currentLine()
        let line = WideText.string(scalars)
        // The cursor stands between scalars, a request counts characters.
        let index = line.unicodeScalars.index(line.startIndex, offsetBy: cursor)
        return CompletionRequest(line: line, cursor: line[..<index].count)
    }

    private func replace(_ range: Range<Int>, of line: String, by text: String, skipping: Int) -> Effect {
        guard let editor else { return .bell }
        let cursor = currentLine().cursor
        let lower = line.index(line.startIndex, offsetBy: range.lowerBound)
        let upper = line.index(line.startIndex, offsetBy: range.upperBound)
        let skipEnd = line.index(upper, offsetBy: skipping, limitedBy: line.endIndex) ?? line.endIndex
        let scalars = line.unicodeScalars
        let end = scalars.distance(from: scalars.startIndex, to: upper)
        let count = scalars.distance(from: lower, to: upper)
        el_cursor(editor, Int32(clamping: end - cursor))
        el_deletestr(editor, Int32(clamping: count))
        if !text.isEmpty, libedit_insert(editor, WideText.terminated(text)) != 0 { return .bell }
        el_cursor(editor, Int32(clamping: scalars.distance(from: upper, to: skipEnd)))
        return .refresh
    }

    private func list(_ candidates: [Candidate]) -> Effect {
        guard let editor else { return .bell }
        let lines = CandidateList.lines(
            candidates, width: TerminalSize.columns(output) ?? 80, height: TerminalSize.rows(output) ?? 24)
        moveToEnd()
        show("\n" + lines.joined(separator: "\n") + "\n")
        libedit_refresh(editor)
        return .nothing
    }
}
