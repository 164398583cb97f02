import CLibEdit
import Glibc
import SystemSupport

/// Names for the library, which keeps the pointers: they live as long as the process.
private struct CommandName: @unchecked Sendable {
    let pointer: UnsafePointer<Int32>

    init(_ name: StaticString) {
        let characters = WideText.terminated("\(name)")
        let copy = UnsafeMutablePointer<Int32>.allocate(capacity: characters.count)
        copy.initialize(from: characters, count: characters.count)
        pointer = UnsafePointer(copy)
    }
}

private let interruptName = CommandName("shell-interrupt")
private let suspendName = CommandName("shell-suspend")
private let completeName = CommandName("shell-complete")
private let pasteName = CommandName("shell-paste")
private let initialTextName = CommandName("shell-initial-text")
private let enterName = CommandName("shell-enter")
private let upName = CommandName("shell-up")
private let downName = CommandName("shell-down")
private let helpText = CommandName("command of the shell")

extension LineEditor {
    /// What a command tells the library to do next.
    enum Effect: Int32 {
        case nothing = 0
        case endOfLine = 2
        case refresh = 4
        case bell = 6
    }

    /// Binds the keys. The user's settings come in between: they may take over editing keys, while those that make
    /// the shell safe (interrupt, paste) and complete stay.
    func bindKeys(_ editor: OpaquePointer, settings: String?) {
        addCommand(editor, interruptName) { editor, _ in LineEditor.run(editor) { $0.interruptKey() } }
        addCommand(editor, suspendName) { editor, _ in LineEditor.run(editor) { $0.suspendKey() } }
        addCommand(editor, completeName) { editor, _ in LineEditor.run(editor) { $0.completeKey() } }
        addCommand(editor, pasteName) { editor, _ in LineEditor.run(editor) { $0.pasteKey() } }
        addCommand(editor, initialTextName) { editor, _ in LineEditor.run(editor) { $0.initialTextKey() } }
        addCommand(editor, enterName) { editor, _ in LineEditor.run(editor) { $0.enterKey() } }
        addCommand(editor, upName) { editor, _ in LineEditor.run(editor) { $0.rowKey(up: true) } }
        addCommand(editor, downName) { editor, _ in LineEditor.run(editor) { $0.rowKey(up: false) } }

        libedit_set_editor(editor, WideText.terminated("emacs"))
        for (key, command) in LineEditor.editingKeys { bind(editor, key, command) }
        for (key, name) in LineEditor.rowKeys { libedit_bind(editor, WideText.terminated(key), name.pointer) }
        el_source(editor, settings)
        let isVi = libedit_is_vi(editor) != 0
        if isVi { bind(editor, "^R", "em-inc-search-prev") }

        let keys: [(String, CommandName)] = [
            ("^C", interruptName), ("^Z", suspendName), ("^I", completeName),
            ("\\201", pasteName), ("\\202", initialTextName), ("^M", enterName), ("^J", enterName),
        ]
        // What these stand for cannot be called from a command; a command can have it come next as a key.
        let standIns = [("\\203", "ed-newline"), ("\\204", "ed-prev-history"), ("\\205", "ed-next-history")]
        for (key, command) in standIns {
            bind(editor, key, command)
            if isVi { libedit_bind_alternative(editor, WideText.terminated(key), WideText.terminated(command)) }
        }
        for (key, name) in keys {
            libedit_bind(editor, WideText.terminated(key), name.pointer)
            if isVi { libedit_bind_alternative(editor, WideText.terminated(key), name.pointer) }
        }
        libedit_take_keys_as_they_are(editor)
    }

    /// Keys that people expect and that libedit leaves unbound.
    private static let editingKeys = [
        ("^R", "em-inc-search-prev"), ("^W", "ed-delete-prev-word"),
        ("\\e[H", "ed-move-to-beg"), ("\\eOH", "ed-move-to-beg"), ("\\e[1~", "ed-move-to-beg"),
        ("\\e[F", "ed-move-to-end"), ("\\eOF", "ed-move-to-end"), ("\\e[4~", "ed-move-to-end"),
        ("\\e[3~", "ed-delete-next-char"),
        ("\\e[1;5C", "em-next-word"), ("\\e[1;3C", "em-next-word"),
        ("\\e[1;5D", "ed-prev-word"), ("\\e[1;3D", "ed-prev-word"),
    ]

    private static let rowKeys = [
        ("\\e[A", upName), ("\\eOA", upName), ("^P", upName), ("\\e[B", downName), ("\\eOB", downName),
        ("^N", downName),
    ]

    private func bind(_ editor: OpaquePointer, _ key: String, _ command: String) {
        libedit_bind(editor, WideText.terminated(key), WideText.terminated(command))
    }

    private func addCommand(
        _ editor: OpaquePointer, _ name: CommandName, _ function: @escaping libedit_command_function
    ) {
        libedit_add_command(editor, name.pointer, helpText.pointer, function)
    }

    private static func run(_ editor: OpaquePointer?, _ command: (LineEditor) -> Effect) -> UInt8 {
        guard let owner = owner(of: editor) else { return UInt8(Effect.bell.rawValue) }
        return UInt8(command(owner).rawValue)
    }

    private func interruptKey() -> Effect {
        interrupt()
        return .endOfLine
    }

    private func suspendKey() -> Effect {
        guard let editor else { return .bell }
        moveToEnd()
        show("\u{1b}[?2004l\n")
        libedit_prepare_terminal(editor, 0)
        JobControl.stop()
        libedit_prepare_terminal(editor, 1)
        show("\u{1b}[?2004h")
        libedit_refresh(editor)
        return .nothing
    }

    /// Ends the line, or goes on in a new row of it.
    private func enterKey() -> Effect {
        if let isComplete, !isComplete(WideText.string(currentLine().scalars)) { return insert("\n") }
        pendingKeys.append(PrivateKey.newline)
        return .nothing
    }

    /// Goes to the row above or below in a line of several rows, and beyond its first and last to another entry.
    private func rowKey(up: Bool) -> Effect {
        let newline = Int32(UInt8(ascii: "\n"))
        let (scalars, cursor) = currentLine()
        let start = (scalars[..<cursor].lastIndex(of: newline) ?? -1) + 1
        let target: (start: Int, end: Int)
        if up {
            guard start > 0 else {
                pendingKeys.append(PrivateKey.previousEntry)
                return .nothing
            }
            target = ((scalars[..<(start - 1)].lastIndex(of: newline) ?? -1) + 1, start - 1)
        } else {
            guard let end = scalars[cursor...].firstIndex(of: newline) else {
                pendingKeys.append(PrivateKey.nextEntry)
                return .nothing
            }
            target = (end + 1, scalars[(end + 1)...].firstIndex(of: newline) ?? scalars.count)
        }
        guard let editor else { return .bell }
        el_cursor(editor, Int32(clamping: min(target.start + cursor - start, target.end) - cursor))
        return .refresh
    }

    private func initialTextKey() -> Effect {
        insert(initialText)
    }

    /// Takes everything up to the end of the paste.
    private func pasteKey() -> Effect {
        var content: [UInt8] = []
        var tooLarge = false
        while true {
            while let byte = bytes[0] {
                bytes.removeFirst()
                if !tooLarge { content.append(byte) }
                if tooLarge {
                    // Only the end matters: keep as much as it is long.
                    content.removeFirst(max(content.count - PasteText.end.count + 1, 0))
                    content.append(byte)
                }
                if byte == UInt8(ascii: "~"), content.suffix(PasteText.end.count) == PasteText.end[...] {
                    return tooLarge ? refusePaste() : insert(PasteText.cleaned(content.dropLast(PasteText.end.count)))
                }
                if content.count > PasteText.maximumBytes { tooLarge = true }
            }
            guard fill(1 << 16, timeout: -1) else { return .endOfLine }
            // Ctrl-C that comes alone is a key: the way out if the end of a paste got lost. Inside of pasted text it is
            // not, or a text could end its own paste and have its rest run.
            if bytes.count == 1, bytes[0] == 0x03 { return interruptKey() }
        }
    }

    private func refusePaste() -> Effect {
        guard let editor else { return .bell }
        moveToEnd()
        show("\nA paste of more than \(PasteText.maximumBytes >> 20) MiB is not taken.\n")
        libedit_refresh(editor)
        return .bell
    }

    private func insert(_ text: String) -> Effect {
        guard let editor, !text.isEmpty else { return .refresh }
        return libedit_insert(editor, WideText.terminated(text)) == 0 ? .refresh : .bell
    }
}
