import CloudAPI
import LineEditor
import ScriptRuntime
import ScriptSyntax

/// Says what can stand at the cursor.
struct Completer {
    let session: Session

    func complete(_ request: CompletionRequest, environment: Environment) -> Completion {
        let before = Array(request.line.prefix(request.cursor))
        var start = before.count
        while start > 0, !Self.separates(before[start - 1]) { start -= 1 }
        let word = String(before[start...])
        if word.hasPrefix("$") {
            return completion(
                start + 1, of: before.count, environment.variableNames, matching: String(word.dropFirst()), suffix: "")
        }
        if let dollar = before[start...].lastIndex(of: "$"),
            before[(dollar + 1)...].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
        {
            let name = String(before[(dollar + 1)...])
            return completion(dollar + 1, of: before.count, environment.variableNames, matching: name, suffix: "")
        }
        let words = statement(before[..<start])
        if words.isEmpty { return commands(start, before.count, word, environment) }
        guard let operation = Catalogue.operation(named: words[0]) else {
            return builtInArguments(words, start, before.count, word)
        }
        if let equals = word.firstIndex(of: "=") {
            return values(
                operation, String(word[..<equals]), start + word.distance(from: word.startIndex, to: equals) + 1,
                before.count, String(word[word.index(after: equals)...]))
        }
        let given = Set(words.dropFirst().map { String($0.split(separator: "=", maxSplits: 1).first ?? "") })
        let parameters = operation.parameters.filter { !given.contains($0.name) }
        let ordered = parameters.filter(\.isRequired) + parameters.filter { !$0.isRequired }
        let folded = word.lowercased()
        let candidates = ordered.filter { $0.name.lowercased().hasPrefix(folded) }.map { parameter in
            Candidate(
                text: parameter.name, note: parameter.isRequired && parameter.name != "RegionId" ? "required" : "",
                suffix: "=")
        }
        return Completion(replacing: start..<before.count, candidates: candidates)
    }

    private static func separates(_ character: Character) -> Bool { " \t(;|{}[,\"".contains(character) }

    /// The words of the statement that the cursor stands in, the unfinished last one left out.
    private func statement(_ text: ArraySlice<Character>) -> [String] {
        var words: [String] = []
        var word = ""
        func isPrefix() -> Bool { words.count == 3 && words[0] == "let" && words[2] == "=" }
        for character in text {
            switch character {
            case ";", "|", "{", "}", "(", "\n":
                words = []
                word = ""
            case " ", "\t":
                if !word.isEmpty { words.append(word) }
                word = ""
                // What stands behind `let name =` is a command of its own.
                if isPrefix() { words = [] }
            default: word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        return isPrefix() ? [] : words
    }

    private func completion(
        _ start: Int, of end: Int, _ names: [String], matching prefix: String, suffix: String = " "
    ) -> Completion {
        let folded = prefix.lowercased()
        let candidates = names.filter { $0.lowercased().hasPrefix(folded) }.map { Candidate(text: $0, suffix: suffix) }
        return Completion(replacing: start..<end, candidates: candidates)
    }

    private static let statementWords = [
        "break", "continue", "def", "exit", "fail", "for", "if", "let", "on", "return", "set", "wait", "while",
    ]

    private func commands(_ start: Int, _ end: Int, _ word: String, _ environment: Environment) -> Completion {
        let folded = word.lowercased()
        var names = (BuiltIns.names + Self.statementWords).filter { $0.hasPrefix(folded) }.sorted()
        // 400 operations are of no help until something has been typed.
        if !word.isEmpty { names += Catalogue.operationNames.filter { $0.lowercased().hasPrefix(folded) } }
        return Completion(replacing: start..<end, candidates: names.map { Candidate(text: $0) })
    }

    private func builtInArguments(_ words: [String], _ start: Int, _ end: Int, _ word: String) -> Completion {
        guard words.count == 1 else { return .none }
        switch words[0] {
        case "region": return completion(start, of: end, Catalogue.regions, matching: word)
        case "format":
            return completion(
                start, of: end, ["csv", "json", "jsonl", "table", "tsv", "vertical", "yaml"], matching: word)
        case "help": return completion(start, of: end, BuiltIns.names + Catalogue.operationNames, matching: word)
        case "on": return completion(start, of: end, ["error", "exit"], matching: word)
        default: return .none
        }
    }

    private func values(
        _ operation: CloudAPI.Operation, _ name: String, _ start: Int, _ end: Int, _ prefix: String
    ) -> Completion {
        guard let parameter = operation.parameter(named: name) else { return .none }
        if name == "RegionId" { return completion(start, of: end, Catalogue.regions, matching: prefix) }
        if case .bool = parameter.type { return completion(start, of: end, ["false", "true"], matching: prefix) }
        return .none
    }
}
