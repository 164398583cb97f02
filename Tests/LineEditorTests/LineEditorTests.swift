import Glibc
import LineEditor
import SystemSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct LineEditorTests {
    @Test("Lines, wide characters and editing keys") func editing() throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(3)
        #expect(terminal.waitsForPrompt())
        terminal.type("print 1\n")
        #expect(terminal.waitsForPrompt())
        terminal.type("b中é😀\u{7f}c\u{1}a\u{5}d\n")
        #expect(terminal.waitsForPrompt())
        terminal.type("first second\u{17}\u{1b}[D\u{1b}[3~!\u{1b}[H<\n")
        #expect(terminal.finish() == [.line("print 1"), .line("ab中écd"), .line("<first!")])
        #expect(terminal.isCooked)
    }

    @Test("Ctrl-C drops the line, Ctrl-D ends an empty one, and the terminal is cooked in between")
    func controlKeys() throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(3)
        #expect(terminal.waitsForPrompt())
        terminal.type("delete it all\u{3}")
        #expect(terminal.waits(for: "^C\r\n"))
        #expect(terminal.waitsForPrompt())
        terminal.type("x\u{4}\n")
        #expect(terminal.waitsForPrompt())
        terminal.type("\u{4}")
        #expect(terminal.finish() == [.interrupted, .line("x"), .endOfInput])
        #expect(terminal.isCooked)
    }

    @Test("A pasted text is one entry and waits for Enter") func paste() throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(1)
        #expect(terminal.waits(for: "\u{1b}[?2004h"))
        terminal.type("a \u{1b}[200~one\r\ntwo\rthree\u{3}\u{7}\t4\r\u{1b}[201~ b\n")
        #expect(terminal.finish() == [.line("a one\ntwo\nthree\t4 b")])
        #expect(terminal.waits(for: "\u{1b}[?2004l"))
    }

    @Test("A large paste arrives whole", arguments: ["emacs", "vi"]) func largePaste(keys: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("bind \(keys == "vi" ? "-v" : "-e")\n", to: "editrc")
        let terminal = try #require(PseudoTerminal())
        terminal.start(1, settings: folder.path("editrc"))
        #expect(terminal.waitsForPrompt())
        let text = String(repeating: "let x = 'ü'\n", count: 80_000) + "end"
        terminal.type("\u{1b}[200~\(text)\u{1b}[201~\n")
        #expect(terminal.finish() == [.line(text)])
    }

    @Test("The end of a paste that got lost does not lock the user in") func lostPaste() throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(1)
        #expect(terminal.waitsForPrompt())
        terminal.type("\u{1b}[200~half")
        // A key that is read together with the text before it belongs to the paste; people press it again.
        repeat { terminal.type("\u{3}") } while !terminal.waits(for: "^C", milliseconds: 20)
        #expect(terminal.finish() == [.interrupted])
    }

    @Test("vi keys from the settings file, with completion and paste") func viKeys() throws {
        let folder = try TemporaryFolder()
        try folder.write("bind -v\n", to: "editrc")
        let terminal = try #require(PseudoTerminal())
        terminal.start(2, settings: folder.path("editrc"), completer: { complete($0) })
        #expect(terminal.waitsForPrompt())
        terminal.type("pri\tworld")
        #expect(terminal.waits(for: "world"))
        terminal.type("\u{1b}")
        #expect(terminal.waits(for: "\u{8}"))
        terminal.type("0ione \n")
        #expect(terminal.waitsForPrompt())
        terminal.type("x\u{1b}[200~yz\u{1b}[201~w\n")
        #expect(terminal.finish() == [.line("one print world"), .line("xyzw")])
    }

    @Test("Tab inserts, extends and lists") func completion() throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(1, completer: { complete($0) })
        #expect(terminal.waitsForPrompt())
        terminal.type("Desc\t")
        #expect(terminal.waits(for: "ribeVpn"))
        terminal.type("\t")
        #expect(terminal.waits(for: "DescribeVpnConnections  lists connections"))
        #expect(terminal.waits(for: "DescribeVpnGateways"))
        #expect(terminal.waits(for: "> DescribeVpn"))
        terminal.type("G\tx\n")
        #expect(terminal.finish() == [.line("DescribeVpnGateways x")])
    }

    @Test("Initial text stands in the line") func initialText() throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(1, initialText: "né\t中")
        #expect(terminal.waits(for: "中"))
        terminal.type("!\n")
        #expect(terminal.finish() == [.line("né\t中!")])
    }

    @Test("Up and Ctrl-R find earlier entries, multi-line ones whole") func pastLines() throws {
        var history = History()
        history.add("if true {\n  print 'x'\n}")
        history.add("wait 1s")
        let terminal = try #require(PseudoTerminal())
        terminal.start(3, history: history)
        #expect(terminal.waitsForPrompt())
        terminal.type("\u{1b}[A\u{1b}[A\n")
        #expect(terminal.waits(for: "}"))
        #expect(terminal.waitsForPrompt())
        terminal.type("\u{12}ait")
        #expect(terminal.waits(for: "bck:"))
        terminal.type("\n")
        #expect(terminal.waitsForPrompt())
        terminal.type("\u{12}ait\u{3}")
        #expect(terminal.finish() == [.line("if true {\n  print 'x'\n}"), .line("wait 1s"), .interrupted])
    }

    @Test("A terminal that cannot be edited on is read by lines", arguments: ["dumb", "", "no-such-terminal", nil])
    func plain(type: String?) throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(2, prompt: "\u{1b}[1m>\u{1b}[0m ", type: type)
        #expect(terminal.waits(for: "> "))
        #expect(terminal.shown == "> ")
        terminal.type("print 中\n")
        #expect(terminal.waits(for: "> "))
        terminal.type("\u{4}")
        #expect(terminal.finish() == [.line("print 中"), .endOfInput])
        #expect(!terminal.shown.contains("\u{1b}"))
    }

    @Test("The end of the terminal is the end of the input", arguments: ["xterm", "dumb"])
    func hangUp(type: String) throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(2, type: type)
        #expect(terminal.waits(for: "> "))
        terminal.type("half a line")
        #expect(terminal.hangUp() == [.endOfInput, .endOfInput])
    }

    @Test("Bytes that are no text do no harm") func junk() throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(2)
        #expect(terminal.waitsForPrompt())
        terminal.type(bytes: [0xff, 0xc3, 0x28, 0xe4, 0xb8, 0x41, 0x9b, 0xf4, 0x90, 0x80, 0x80, 0x0a])
        #expect(terminal.waitsForPrompt())
        terminal.type("ok\n")
        let inputs = terminal.finish()
        #expect(inputs.last == .line("ok"))
        guard case .line(let text) = inputs.first else { Issue.record("\(inputs)"); return }
        #expect(text.filter(\.isASCII) == "(A")
    }

    @Test("A window of few columns wraps", arguments: [1, 3, 4, 20] as [UInt16]) func narrow(columns: UInt16) throws {
        let terminal = try #require(PseudoTerminal(columns: columns))
        terminal.start(2, prompt: "cn-hangzhou local> ")
        #expect(terminal.waits(for: ">"))
        terminal.type("print 中中中中中中中中中中中中中\n")
        terminal.type("\u{4}")
        #expect(terminal.finish() == [.line("print 中中中中中中中中中中中中中"), .endOfInput])
    }

    @Test("A new row is begun by as many blanks as the terminal is wide") func startRow() throws {
        let terminal = try #require(PseudoTerminal(columns: 7))
        let editor = try #require(
            LineEditor(
                programName: "test", input: terminal.device, output: terminal.device, error: terminal.device,
                terminalType: "xterm", settings: "/dev/null"))
        editor.startRow()
        #expect(terminal.waits(for: "       \r\u{1b}[K"))
        #expect(terminal.shown == "       \r\u{1b}[K")
    }

    @Test("No terminal, no editor") func noTerminal() {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        defer { ends.forEach { close($0) } }
        #expect(
            LineEditor(
                programName: "test", input: ends[0], output: ends[1], error: ends[1], terminalType: "xterm") == nil)
        #expect(!isTerminal(ends[0]))
        #expect(TerminalSize.columns(ends[0]) == nil)
    }

    @Test("SIGINT sent to the process drops the line, and handlers are put back") func signal() throws {
        let terminal = try #require(PseudoTerminal(columns: 33))
        #expect(TerminalSize.columns(terminal.device) == 33)
        terminal.start(1)
        #expect(terminal.waitsForPrompt())
        terminal.type("half")
        #expect(terminal.waits(for: "half"))
        kill(getpid(), SIGINT)
        #expect(terminal.waits(for: "^C"))
        #expect(terminal.finish() == [.interrupted])
        var action = sigaction()
        sigaction(SIGINT, nil, &action)
        #expect(action.__sigaction_handler.sa_handler == nil)
        #expect(terminal.isCooked)
    }

    @Test("What is typed behind Ctrl-C belongs to the next line") func typedBehindInterrupt() throws {
        let terminal = try #require(PseudoTerminal())
        terminal.start(2)
        #expect(terminal.waitsForPrompt())
        terminal.type("wrong")
        #expect(terminal.waits(for: "wrong"))
        terminal.type("\u{3}right\n")
        #expect(terminal.finish() == [.interrupted, .line("right")])
    }

    @Test("vi commands on an empty line leave it in order") func emptyLineInViMode() throws {
        let folder = try TemporaryFolder()
        try folder.write("bind -v\n", to: "editrc")
        let terminal = try #require(PseudoTerminal())
        terminal.start(1, settings: folder.path("editrc"))
        #expect(terminal.waitsForPrompt())
        terminal.type("x\u{1b}")
        #expect(terminal.waits(for: "\u{8}"))
        terminal.type("xxddpu~DiX~\u{7f}\u{7f}\u{7f}ok\n")
        guard case .line(let text) = try #require(terminal.finish().first) else {
            Issue.record("no line")
            return
        }
        #expect(text.contains("ok"))
    }

    @Test("A change of the window's size draws the line again") func resize() throws {
        let terminal = try #require(PseudoTerminal(columns: 40))
        terminal.start(1)
        #expect(terminal.waitsForPrompt())
        terminal.type("some words that wrap when it gets small")
        #expect(terminal.waits(for: "smal"))
        var size = winsize(ws_row: 24, ws_col: 20, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal.device, UInt(TIOCSWINSZ), &size)
        kill(getpid(), SIGWINCH)
        #expect(terminal.waits(for: "\u{1b}[2A\u{1b}[J"))
        #expect(terminal.waits(for: "> some words that wr"))
        terminal.type("\n")
        #expect(terminal.finish() == [.line("some words that wrap when it gets small")])
    }
}

private func complete(_ request: CompletionRequest) -> Completion {
    let word = request.line.prefix(request.cursor).split(separator: " ", omittingEmptySubsequences: false).last ?? ""
    let all = [
        Candidate(text: "DescribeVpnConnections", note: "lists connections"),
        Candidate(text: "DescribeVpnGateways", note: "lists gateways"),
        Candidate(text: "print"),
    ]
    return Completion(
        replacing: request.cursor - word.count..<request.cursor, candidates: all.filter { $0.text.hasPrefix(word) })
}
