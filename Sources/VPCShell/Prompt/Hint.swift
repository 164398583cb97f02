import CloudAPI
import LineEditor

/// What stands to the right of a line while it is typed: what the operation still needs, or what the parameter at the
/// cursor takes.
enum Hint {
    static func text(_ request: CompletionRequest) -> String {
        let before = String(request.line.prefix(request.cursor))
        let words = StatementWords(before)
        guard let name = words.command, let operation = Catalogue.operation(named: name) else { return "" }
        if let equals = words.last.firstIndex(of: "="), !words.last.hasPrefix("$") {
            let parameter = String(words.last[..<equals])
            return operation.parameter(named: parameter).map { shape(of: $0, in: operation.name) } ?? ""
        }
        let given = words.givenNames
        let missing = operation.parameters.filter { $0.isRequired && $0.name != "RegionId" && !given.contains($0.name) }
        if missing.isEmpty { return "" }
        return "needs " + missing.map(\.name).joined(separator: ", ")
    }

    private static func shape(of parameter: CloudAPI.Parameter, in operation: String) -> String {
        let words = OperationWords.parameter(parameter.name, of: operation)
        if let values = words?.values, !values.isEmpty { return values.joined(separator: "|") }
        return parameter.type.description
    }
}

/// The words of the statement that a text ends in.
struct StatementWords {
    /// The finished words; the first is the command's name.
    private(set) var words: [String] = []
    /// The unfinished last one, which may be empty.
    private(set) var last = ""
    /// Whether only an operation can be the command: behind `explain` and `code LANGUAGE`, which are not among the words.
    private(set) var expectsOperation = false

    var command: String? { words.first }

    /// The names of the arguments that have been given.
    var givenNames: Set<String> {
        Set(
            words.dropFirst().map { word in
                let name = word.hasPrefix("--") ? word.dropFirst(2) : Substring(word)
                return String(name.prefix { $0 != "=" && $0 != "." })
            })
    }

    init(_ text: String) {
        var word = ""
        var depth = 0
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil }
                word.append(character)
                continue
            }
            switch character {
            case "\"", "'":
                quote = character
                word.append(character)
            case "[":
                depth += 1
                word.append(character)
            case "]":
                depth -= 1
                word.append(character)
            case "{" where word.hasSuffix("=") || word.hasSuffix("[") || depth > 0:
                depth += 1
                word.append(character)
            case "}" where depth > 0:
                depth -= 1
                word.append(character)
            case ";", "|", "{", "}", "(", "\n":
                if depth > 0 {
                    word.append(character)
                } else {
                    words = []
                    word = ""
                    expectsOperation = false
                }
            case " ", "\t":
                if depth > 0 {
                    word.append(character)
                    continue
                }
                if !word.isEmpty { words.append(word) }
                word = ""
                // What stands behind `let name =` is a command of its own.
                if words.count == 3, ["let", "set"].contains(words[0]), words[2] == "=" { words = [] }
                if words == ["explain"] || words.count == 2 && words[0] == "code" {
                    words = []
                    expectsOperation = true
                }
            default: word.append(character)
            }
        }
        last = word
    }
}
