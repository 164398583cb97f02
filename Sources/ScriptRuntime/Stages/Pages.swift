import DataValue

/// The items of a list operation, fetched page by page as they are needed.
package protocol PageSource: AnyObject {
    /// The items of the next page; nil behind the last. A call that throws may be repeated: it fetches the same page.
    func next() throws -> [Value]?
}

/// Where a loop stands in the items of a page source.
final class PageCursor {
    private let source: any PageSource
    private var page: [Value] = []
    private var place = 0
    /// How many items have been given out.
    private(set) var count = 0

    init(_ source: any PageSource) { self.source = source }

    func next() throws -> Value? {
        while place >= page.count {
            guard let items = try source.next() else { return nil }
            page = items
            place = 0
        }
        defer {
            place += 1
            count += 1
        }
        return page[place]
    }
}

/// What a register holds for a page cursor: a value that no script can make or see.
enum PageHandle {
    private static let keys = KeyTable(["pages"])

    static func value(_ number: Int) -> Value { .record(Record(keyTable: keys, values: [.int(number)])) }

    static func number(_ value: Value) -> Int? {
        guard case .record(let record) = value, record.keyTable === keys, case .int(let number) = record.values[0]
        else { return nil }
        return number
    }
}

extension Machine {
    /// Begins to run through the pages of a call; null where the command has none to offer.
    func openPages(_ base: UnsafeMutablePointer<Value>, _ site: FunctionCode.CallSite) throws {
        guard let command = site.command else { return }
        guard let source = try command.pages(invocation(site, base)) else { return }
        lastCursor += 1
        cursors[lastCursor] = PageCursor(source)
        base[0] = PageHandle.value(lastCursor)
    }

    /// The next item of the loop whose state begins at a register; false at the end.
    func nextItem(_ handle: Int, _ state: UnsafeMutablePointer<Value>) throws -> Bool {
        guard let cursor = cursors[handle], let item = try cursor.next() else { return false }
        state[2] = item
        state[3] = .int(cursor.count - 1)
        return true
    }

    func closePages(_ value: Value) {
        if let number = PageHandle.number(value) { cursors[number] = nil }
    }

    /// Runs a stage over R[base] with the arguments behind it.
    func stage(_ base: UnsafeMutablePointer<Value>, _ site: FunctionCode.CallSite) throws {
        let arguments = site.argumentNames.indices.map { base[$0 + 1] }
        try checkRoom(for: base[0].ownSize)
        let input = Stage.Input(
            value: base[0], arguments: arguments, host: host, interrupt: interrupt, columns: site.output.columns)
        for place in 0...arguments.count { base[place] = .null }
        base[0] = try Stage.all[site.stage].body(input)
        try checkResult(base)
        if Stage.all[site.stage].nests { try checkNesting(base, 1, levels: 0) }
        if interrupt.isCancelled { throw Interrupted() }
    }
}
