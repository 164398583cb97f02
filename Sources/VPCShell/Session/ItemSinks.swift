import DataValue
import ScriptRuntime
import SystemSupport

extension Session {
    package func itemSink(_ output: ItemOutput, interrupt: Cancellation) throws -> (any ItemSink)? {
        // What is saved without a format is JSON.
        let format = output.format ?? (output.path == nil ? self.format : .json)
        let isShown = output.path == nil
        guard
            let writer = ItemWriter(
                format: format, columns: output.columns, styled: isShown && surroundings.stylesOutput)
        else { return nil }
        guard let path = output.path else {
            // What has been written is seen before the next page is asked for: see `send`.
            return TextSink(writer, pieceSize: 1, write: { [unowned self] in try write($0, to: .output) }, commit: {})
        }
        try self.output.flush()
        let file = try Self.reporting { () throws(SystemError) in try FileReplacement(path, interrupt) }
        return TextSink(
            writer, pieceSize: 1 << 16,
            write: { text in
                try Self.reporting { () throws(SystemError) in try file.write(Array(text.utf8)) }
            }, commit: { try Self.reporting { () throws(SystemError) in try file.commit() } })
    }
}

/// Items as text, gathered into pieces of some size.
private final class TextSink: ItemSink {
    private var writer: ItemWriter
    private let pieceSize: Int
    private let write: (String) throws -> Void
    private let commit: () throws -> Void
    private var text = ""

    /// Text goes out in pieces of at least `pieceSize` bytes.
    init(
        _ writer: ItemWriter, pieceSize: Int, write: @escaping (String) throws -> Void,
        commit: @escaping () throws -> Void
    ) {
        self.writer = writer
        self.pieceSize = pieceSize
        self.write = write
        self.commit = commit
    }

    func put(_ item: Value) throws {
        do throws(ItemWriter.Failure) {
            text += try writer.text(item)
        } catch {
            try flush()
            switch error {
            case .limit(let limit): throw ScriptError("Script.Value", limit.message)
            case .newColumn(let name, let number):
                throw ScriptError(
                    "Script.Value", "item \(number) has a column '\(name)' that the header, already written, lacks",
                    help: "select the field inside: select Name=\(name)")
            }
        }
        if text.utf8.count >= pieceSize { try flush() }
    }

    func end() throws {
        do throws(LimitError) {
            text += try writer.end()
        } catch {
            throw ScriptError("Script.Value", error.message)
        }
        try flush()
        try commit()
    }

    private func flush() throws {
        if text.isEmpty { return }
        let piece = text
        text = ""
        try write(piece)
    }
}
