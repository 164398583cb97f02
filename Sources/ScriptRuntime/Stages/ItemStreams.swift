import DataValue
import SystemSupport

// A statement that shows or saves the items of a list operation writes each as soon as it has come, so that a million of
// them need no more memory than one page. The loop over the items asks for it once, before the first: where the format
// has to know all of them first, and within a parallel loop, whose statements write each in one piece, the items are
// gathered instead, and what follows is what would follow without all this.

/// Where items go, one by one.
package protocol ItemSink: AnyObject {
    func put(_ item: Value) throws
    /// There are no more items. A sink that is forgotten without this leaves no half of a file behind.
    func end() throws
}

/// A sink that is being written to.
struct OpenSink {
    let sink: any ItemSink
    /// The number of the frame, and the statement in its code, that writes to it.
    let frame: Int
    let statement: Int
}

/// What a statement does with the items that it yields.
package struct ItemOutput: Sendable {
    /// nil for the format that results are shown in.
    package var format: OutputFormat?
    /// The names of the fields of each item, as far as a `select` tells them.
    package var columns: [String]?
    /// The file that they are saved in; nil for standard output.
    package var path: String?
    /// Whether there is such a file.
    var isSaved = false

    init(columns: [String]? = nil) { self.columns = columns }

    /// How many stages say so.
    var stageCount: Int { (format == nil ? 0 : 1) + (isSaved ? 1 : 0) }
}

/// What a register holds for a sink: a value that no script can make or see.
private enum SinkHandle {
    private static let keys = KeyTable(["sink"])

    static func value(_ number: Int) -> Value { .record(Record(keyTable: keys, values: [.int(number)])) }

    static func number(_ value: Value) -> Int? {
        guard case .record(let record) = value, record.keyTable === keys, case .int(let number) = record.values[0]
        else { return nil }
        return number
    }
}

extension Machine {
    /// The three steps of a loop whose items are written; R[0] holds the sink, or the items so far where there is none,
    /// and R[1] the name of the file that they are saved in.
    func items(_ instruction: Instruction, _ base: UnsafeMutablePointer<Value>, _ output: ItemOutput) throws {
        switch instruction.operation {
        case .openItems:
            var output = output
            if output.isSaved { output.path = try Stage.fileName(base[1]) }
            base[0] = .list([])
            guard iteration == nil, let sink = try host.itemSink(output, interrupt: interrupt) else { return }
            lastCursor += 1
            let statement = frames.last.map { Int($0.code.notes[$0.position - 1].statement) } ?? -1
            sinks[lastCursor] = OpenSink(sink: sink, frame: frames.count - 1, statement: statement)
            base[0] = SinkHandle.value(lastCursor)
        default:
            guard let number = SinkHandle.number(base[0]) else {
                base[0] = try Stage.written(
                    base[0], as: output, path: base[1], host: host, interrupt: interrupt)
                return
            }
            let sink = sinks.removeValue(forKey: number)?.sink
            base[0] = .null
            try sink?.end()
        }
    }

    /// Forgets the sinks of a statement that is given up in the last frame, and those of the functions that it called.
    func forgetSinks(of statement: Int) {
        if sinks.isEmpty { return }
        let frame = frames.count - 1
        sinks = sinks.filter { $0.value.frame < frame || $0.value.frame == frame && $0.value.statement != statement }
    }

    /// Hands an item to the sink in a register, or adds it to the list there.
    func putItem(_ base: UnsafeMutablePointer<Value>, _ item: UnsafeMutablePointer<Value>) throws {
        if case .list = base.pointee {
            if base.listInPlace.pointee.count & 0x7FFF == 0x7FFF { try checkRoomToAppend(base) }
            return base.listInPlace.pointee.append(item.take())
        }
        guard let number = SinkHandle.number(base[0]), let open = sinks[number] else {
            throw ScriptError("Script.File", "the output of this statement has been given up")
        }
        try open.sink.put(item.take())
    }
}

extension Stage {
    /// What becomes of gathered items: what the stages `format` and `save` make of them, one behind the other.
    static func written(
        _ items: Value, as output: ItemOutput, path: Value, host: any Host, interrupt: Cancellation
    ) throws -> Value {
        let shown = try output.format.map { try self.shown(items, as: $0, columns: output.columns, host) } ?? items
        if !output.isSaved { return shown }
        try host.save(text(of: shown), as: fileName(path), interrupt: interrupt)
        return .null
    }

    /// The text of a value in a format; of a list without items, the names of whose fields are known, its header.
    static func shown(_ value: Value, as format: OutputFormat, columns: [String]?, _ host: any Host) throws -> Value {
        if let columns, !columns.isEmpty, format == .csv || format == .tsv, case .list(let items) = value,
            items.isEmpty
        {
            return .string(ValueFormatter(format: format).emptyText(columns: columns))
        }
        return .string(try host.text(value, as: format))
    }

    static func fileName(_ value: Value) throws -> String {
        guard case .string(let path) = value else {
            throw ScriptError.type("'save' takes a file's name, not \(Operators.article(value))")
        }
        return path
    }
}
