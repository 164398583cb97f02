import DataValue
import Testing

/// Items that are written one by one come to the same text as the list of them.
@Suite struct ItemWriterTests {
    private func written(_ items: [Value], _ format: OutputFormat, columns: [String]? = nil) throws -> String? {
        guard var writer = ItemWriter(format: format, columns: columns) else { return nil }
        var text = ""
        for item in items { text += try writer.text(item) }
        return try text + writer.end()
    }

    static let lists: [[Value]] = [
        [], [nil], [1], ["a", "b"], [["a": 1]], [["a": 1], ["b": ["c": [1, 2]]]], [[], [:]], [["x": "line\nbreak"]],
        [[["deep": [["a": nil]]]]], [.secret(Secret("s")), .duration(5_000_000_000)],
    ]

    @Test(arguments: lists, [OutputFormat.json, .jsonl, .yaml, .vertical])
    func sameAsTheWhole(_ items: [Value], _ format: OutputFormat) throws {
        #expect(try written(items, format) == ValueFormatter(format: format).text(.list(items)))
    }

    @Test(arguments: [OutputFormat.json, .jsonl, .yaml, .vertical]) func sameForRandomItems(_ format: OutputFormat)
        throws
    {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let items = (0..<Int.random(in: 0...4, using: &generator)).map { _ in generator.value(depth: 3) }
            #expect(try written(items, format) == ValueFormatter(format: format).text(.list(items)))
        }
    }

    @Test(arguments: [OutputFormat.csv, .tsv]) func delimited(_ format: OutputFormat) throws {
        let items: [Value] = [
            ["Name": "a, \"b\"", "List": [1, 2], "None": nil], ["Name": "tab\there", "List": [], "None": [:]],
        ]
        let names = ["Name", "List", "None"]
        #expect(try written(items, format, columns: names) == ValueFormatter(format: format).text(.list(items)))
        let separator = format == .csv ? "," : "\t"
        #expect(try written([], format, columns: names) == names.joined(separator: separator) + "\n")
        #expect(try written(items, format) == nil)
    }

    /// Where the first item shows that there are more columns than its names, all are waited for.
    @Test func nestedFields() throws {
        let items: [Value] = [["Name": "a", "Peer": ["Ip": "1"]], ["Name": "b", "Peer": ["Port": 2]]]
        #expect(
            try written(items, .csv, columns: ["Name", "Peer"]) == "Name,Peer.Ip,Peer.Port\na,1,\nb,,2\n")
        #expect(throws: ItemWriter.Failure.self) {
            _ = try written([["Name": "a", "Peer": nil], items[0]], .csv, columns: ["Name", "Peer"])
        }
    }

    @Test func aTableNeedsAllItems() { #expect(ItemWriter(format: .table, columns: ["a"]) == nil) }
}
