import DataValue
import SystemSupport

/// Functions that read files, and look into what the service answered.
extension NativeFunction {
    static let documents: [NativeFunction] = [
        NativeFunction("read", 1...1) { .string(try $0.fileContent()) },
        NativeFunction("lines", 1...1) { arguments in
            let text = try arguments.fileContent()
            var breaks = 0
            for byte in text.utf8 where byte == 0x0A { breaks += 1 }
            try arguments.checkCount(breaks + 1, of: 64)
            try arguments.checkLength(text.utf8.count)
            var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            // The last line may end in a newline or not.
            if lines.last?.isEmpty == true { lines.removeLast() }
            return .list(
                lines.map { line in
                    .string(String(Substring(line.last == 0x0D ? line.dropLast() : line)))
                })
        },
        NativeFunction("items", 1...1) { arguments in
            switch arguments[0] {
            case .list: return arguments[0]
            case .record(let record):
                if let items = arguments[0].responseItems { return .list(items) }
                if let unsent = DryRunAnswer.message(record) { throw arguments.bad("there are no items: \(unsent)") }
                throw arguments.bad(
                    "the record is no response with one list of items",
                    help: "name the list: $response.VpnConnections.VpnConnection")
            default: throw arguments.wrong(0, "a response or a list")
            }
        },
        NativeFunction("query", 2...2) { arguments in
            _ = try arguments.string(1)
            return try Stage.query(arguments[0], arguments[1])
        },
        NativeFunction("yaml", 1...1) { arguments in
            try arguments.limited { () throws(LimitError) in
                var text = try YAML.limitedText(arguments[0])
                if text.hasSuffix("\n") { text.removeLast() }
                return text
            }
        },
    ]
}

extension NativeFunction.Arguments {
    /// The text of the file that the argument names, without a byte order mark. Throws `Script.File` where it is not
    /// UTF-8.
    fileprivate func fileContent() throws -> String {
        let path = try string(0)
        guard !path.isEmpty else { throw bad("the file's name is empty") }
        let bytes = try host.read(path, interrupt: interrupt)
        // A copy is made of it.
        try checkLength(bytes.count)
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        // The whole array where it can be, since that is checked and copied at once.
        let text =
            hasMark ? String(validating: bytes.dropFirst(3), as: UTF8.self) : String(validating: bytes, as: UTF8.self)
        if let text { return text }
        let place = Self.firstByteOutsideUTF8(bytes) ?? 0
        let name = path == "-" ? "standard input" : path
        throw ScriptError(
            "Script.File", "\(name): byte \(place + 1) is not UTF-8", help: "is the file text, and in this encoding?")
    }

    /// The place of the first byte that begins no character of UTF-8, or nil.
    private static func firstByteOutsideUTF8(_ bytes: [UInt8]) -> Int? {
        var place = 0
        while place < bytes.count {
            let lead = bytes[place]
            if lead < 0x80 {
                place += 1
                continue
            }
            let (length, second): (Int, ClosedRange<UInt8>) =
                switch lead {
                case 0xC2...0xDF: (2, 0x80...0xBF)
                case 0xE0: (3, 0xA0...0xBF)
                case 0xED: (3, 0x80...0x9F)
                case 0xE1...0xEF: (3, 0x80...0xBF)
                case 0xF0: (4, 0x90...0xBF)
                case 0xF1...0xF3: (4, 0x80...0xBF)
                case 0xF4: (4, 0x80...0x8F)
                default: (0, 0...0)
                }
            guard length > 0, place + length <= bytes.count, second.contains(bytes[place + 1]),
                bytes[place + 1..<place + length].allSatisfy({ $0 & 0xC0 == 0x80 })
            else { return place }
            place += length
        }
        return nil
    }
}
