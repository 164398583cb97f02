/// The ways in which the shell can show a value.
package enum OutputFormat: String, CaseIterable, Sendable {
    case table, vertical, json, jsonl, csv, tsv, yaml
}

/// Turns values into text in one of the output formats. Secrets are masked in all of them.
///
/// | format | shows | of a response with one list of records |
/// |---|---|---|
/// | `table` | a row per item, within the terminal's width | the list's items |
/// | `vertical` | a line per field, items apart | the whole response |
/// | `json`, `yaml` | the whole value, indented | the whole response |
/// | `jsonl` | compact JSON, a line per item | the list's items |
/// | `csv`, `tsv` | a header and a row per item | the list's items |
///
/// The items of a list are its elements; any other value is one item.
package struct ValueFormatter: Sendable {
    package var format: OutputFormat
    /// The columns of the terminal; nil where there is no limit.
    package var width: Int?
    /// Whether headers are emphasised by escape sequences.
    package var styled: Bool
    /// The columns of a table, of which those are shown that there are; nil for all. Others are counted below it.
    package var columns: [String]?

    package init(format: OutputFormat, width: Int? = nil, styled: Bool = false, columns: [String]? = nil) {
        self.format = format
        self.width = width
        self.styled = styled
        self.columns = columns
    }

    /// The value's text, which ends in a newline unless it is empty. For values that the shell makes itself; of one whose
    /// text would be too long, only why there is none.
    package func text(_ value: Value) -> String {
        do throws(LimitError) {
            return try limitedText(value)
        } catch {
            return "(\(error.message))\n"
        }
    }

    /// The same of a value that can be of any size.
    package func limitedText(_ value: Value) throws(LimitError) -> String {
        switch format {
        case .table: try tableText(value)
        case .vertical: try verticalText(value)
        case .json: try JSON.limitedIndentedText(value) + "\n"
        case .jsonl: try linesText(value)
        case .csv: try delimitedText(value, separator: ",")
        case .tsv: try delimitedText(value, separator: "\t")
        case .yaml: try YAML.limitedText(value)
        }
    }

    /// The text of a list without items, of which the names of the fields are known: their header, in the formats that
    /// have one.
    package func emptyText(columns: [String]) -> String {
        switch format {
        case .csv: delimitedRow(columns, separator: ",")
        case .tsv: delimitedRow(columns, separator: "\t")
        default: text(.list([]))
        }
    }

    private func linesText(_ value: Value) throws(LimitError) -> String {
        var writer = JSONWriter(indents: false, of: value)
        for item in value.responseItems ?? value.listItems {
            writer.write(item)
            if let failure = writer.failure { throw failure }
            writer.bytes.append(0x0A)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension Value {
    /// The elements of a list; any other value as the only item.
    package var listItems: [Value] {
        if case .list(let items) = self { return items }
        return [self]
    }

    /// The items of an API response: of a record that has `RequestId` and exactly one field whose value is a record
    /// with a single field, a list of records. nil for any other value.
    ///
    ///     {"RequestId": …, "TotalCount": 2, "VpnConnections": {"VpnConnection": [{…}, {…}]}}
    package var responseItems: [Value]? {
        guard case .record(let response) = self, response["RequestId"] != nil else { return nil }
        var found: [Value]?
        for field in response.values {
            guard case .record(let wrapper) = field, wrapper.count == 1, case .list(let items) = wrapper.values[0],
                items.allSatisfy(\.isRecord)
            else { continue }
            guard found == nil else { return nil }
            found = items
        }
        return found
    }

    private var isRecord: Bool {
        if case .record = self { return true }
        return false
    }

    /// Whether the value is neither a list nor a record.
    package var isScalar: Bool {
        switch self {
        case .list, .record: false
        default: true
        }
    }

    var isNumber: Bool {
        switch self {
        case .int, .float, .bigNumber: true
        default: false
        }
    }
}
