import LineEditor
import SystemSupport
import Testing

@Suite struct PromptTextTests {
    @Test(
        "Styling stands between delimiters and takes no columns",
        arguments: [
            ("plain> ", "plain> ", "plain> "),
            ("\u{1b}[1mbold\u{1b}[0m> ", "|\u{1b}[1m|bold|\u{1b}[0m|> ", "bold> "),
            ("\u{1b}[1m\u{1b}[32mx> ", "|\u{1b}[1m\u{1b}[32m|x> ", "x> "),
            ("x>\u{1b}[0m", "x|\u{1b}[0m|>", "x>"),
            ("x\u{1b}[1m>\u{1b}[0m", "x|\u{1b}[1m\u{1b}[0m|>", "x>"),
            ("\u{1b}]0;title\u{7}x> ", "|\u{1b}]0;title\u{7}|x> ", "x> "),
            ("\u{1b}]8;;\u{1b}\\x> ", "|\u{1b}]8;;\u{1b}\\|x> ", "x> "),
            ("a\u{1b}[1m\nb> ", "a\n|\u{1b}[1m|b> ", "a\nb> "),
            ("bell\u{7}\u{1b}[\u{1}> ", "bell[> ", "bell[> "),
            ("\u{1b}[1m", "", ""),
            ("", "", ""),
        ]) func marking(prompt: String, marked: String, visible: String)
    {
        let text = PromptText(prompt)
        #expect(text.marked == String(marked.map { $0 == "|" ? "\u{1}" : $0 }))
        #expect(text.visible == visible)
    }
}

@Suite struct CompletionTests {
    private func action(
        _ line: String, _ range: Range<Int>, _ candidates: [Candidate], again: Bool = false
    ) -> CompletionAction {
        CompletionAction(
            CompletionRequest(line: line, cursor: range.upperBound),
            Completion(replacing: range, candidates: candidates), again: again)
    }

    @Test func one() {
        #expect(action("pri", 0..<3, [Candidate(text: "print")]) == .replace(range: 0..<3, text: "print ", skipping: 0))
        #expect(
            action("x V", 2..<3, [Candidate(text: "VpnId", suffix: "=")])
                == .replace(range: 2..<3, text: "VpnId=", skipping: 0))
    }

    @Test("A suffix that is there already is stepped over") func suffixThere() {
        #expect(
            action("V=1", 0..<1, [Candidate(text: "VpnId", suffix: "=")])
                == .replace(range: 0..<1, text: "VpnId", skipping: 1))
    }

    @Test func several() {
        let candidates = [Candidate(text: "describeA"), Candidate(text: "describeB")]
        #expect(action("de", 0..<2, candidates) == .replace(range: 0..<2, text: "describe", skipping: 0))
        #expect(action("describe", 0..<8, candidates) == .nothing)
        #expect(action("describe", 0..<8, candidates, again: true) == .list(candidates))
        #expect(action("DESC", 0..<4, candidates) == .replace(range: 0..<4, text: "describe", skipping: 0))
        #expect(
            action("z", 0..<1, [Candidate(text: "a"), Candidate(text: "b")], again: true)
                == .list([Candidate(text: "a"), Candidate(text: "b")]))
    }

    @Test("Ranges that do not fit are clamped") func clamped() {
        #expect(action("", 0..<0, []) == .nothing)
        #expect(action("ab", -3..<99, [Candidate(text: "x")]) == .replace(range: 0..<2, text: "x ", skipping: 0))
    }

    @Test(arguments: [
        (["print", "private"], "pri"), (["中文", "中国"], "中"), (["a"], "a"), ([], ""), (["a", ""], ""),
        (["e\u{301}x", "ey"], ""),
    ]) func commonPrefix(texts: [String], expected: String) {
        #expect(CompletionAction.commonPrefix(of: texts) == expected)
    }
}

@Suite struct CandidateListTests {
    init() { DisplayWidth.useLocale() }

    private func candidates(_ count: Int) -> [Candidate] { (0..<count).map { Candidate(text: "item\($0)") } }

    @Test("Columns are read downwards") func columns() {
        #expect(CandidateList.lines(candidates(5), width: 19, height: 24) == ["item0  item3", "item1  item4", "item2"])
        #expect(CandidateList.lines(candidates(2), width: 5, height: 24) == ["ite…", "ite…"])
        #expect(CandidateList.lines([], width: 80, height: 24) == [])
    }

    @Test("Notes take a line each, and are cut") func notes() {
        let candidates = [Candidate(text: "a", note: "one\u{1b}[2J word or two"), Candidate(text: "中文", note: "")]
        #expect(CandidateList.lines(candidates, width: 80, height: 24) == ["a     one\\u{1B}[2J word or two", "中文"])
        #expect(CandidateList.lines(candidates, width: 20, height: 24)[0] == "a     one\\u{1B}[2J…")
        #expect(CandidateList.lines(candidates, width: 80, height: 3) == ["a     中文"])
        #expect(CandidateList.lines(candidates, width: 12, height: 24) == ["a     中文"])
    }

    @Test("Beyond the limit the rest is counted") func many() {
        let lines = CandidateList.lines(candidates(416), width: 80, height: 24)
        #expect(lines.last == "… and 316 more")
        #expect(lines.joined().contains("item99"))
        #expect(!lines.joined().contains("item100"))
    }

    @Test("No line reaches the right edge", arguments: [1, 2, 3, 10, 20, 79, 80, 300]) func width(width: Int) {
        let candidates = candidates(120) + [Candidate(text: String(repeating: "中", count: 50), note: "n")]
        for line in CandidateList.lines(candidates, width: width, height: 200, limit: 500) {
            #expect(line.displayWidth <= max(width - 1, 1))
        }
    }
}

@Suite struct ScreenPositionTests {
    init() { DisplayWidth.useLocale() }

    @Test(arguments: [
        ("", 0, 0), ("abc", 0, 3), ("0123456789", 1, 0), ("a\nb", 1, 1), ("\tx", 0, 9), ("12345678中中", 1, 2),
        ("123456789中", 1, 2), ("e\u{301}", 0, 1), ("\u{1}", 0, 2),
    ]) func ends(text: String, row: Int, column: Int) {
        var position = ScreenPosition()
        position.write(text.unicodeScalars, width: 10)
        #expect(position.row == row)
        #expect(position.column == column)
    }
}

@Suite struct PasteTextTests {
    @Test(arguments: [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"), ("x\r", "x"), ("x\n\n", "x"), ("a\u{1b}[31mb\u{0}\u{7f}\u{9b}", "a[31mb"),
        ("tab\there", "tab\there"), ("", ""), ("中\r\u{3}é", "中\né"),
    ]) func cleaned(raw: String, text: String) {
        #expect(PasteText.cleaned(raw.utf8) == text)
    }

    @Test func badBytes() {
        #expect(PasteText.cleaned([0x61, 0xff, 0x62]) == "a\u{fffd}b")
    }
}
