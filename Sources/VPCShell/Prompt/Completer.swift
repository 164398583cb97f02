import CloudAPI
import DataValue
import LineEditor
import ScriptRuntime
import ScriptSyntax
import SystemSupport

/// Says what can stand at the cursor.
struct Completer {
    let session: Session
    private let identifiers: LiveIdentifiers

    init(session: Session) {
        self.session = session
        identifiers = LiveIdentifiers(session: session)
    }

    /// - Parameter value: The value of a variable.
    func complete(_ request: CompletionRequest, environment: Environment, value: (String) -> Value?) -> Completion {
        let before = Array(request.line.prefix(request.cursor))
        var start = before.count
        while start > 0, !Self.separates(before[start - 1]) { start -= 1 }
        if let dollar = before[start...].lastIndex(of: "$") {
            return variable(before, dollar, environment, value)
        }
        let word = String(before[start...])
        let prefix = String(before[..<start])
        if Self.isBehindPipe(prefix) { return completion(start, before.count, Self.stageNames, matching: word) }
        if let fields = itemFields(behind: prefix) {
            return completion(start, before.count, fields, matching: word, suffix: "")
        }
        let statement = StatementWords(prefix)
        let words = statement.words
        guard let command = words.first else {
            guard statement.expectsOperation else { return commands(start, before.count, word) }
            let names = word.isEmpty ? [] : Self.operations(matching: word)
            return Completion(replacing: start..<before.count, candidates: names.map { Candidate(text: $0) })
        }
        guard let operation = Catalogue.operation(named: command) else {
            return builtInArguments(words, start, before.count, word)
        }
        let isOption = word.hasPrefix("--")
        if let equals = word.firstIndex(of: "="), !isOption {
            let name = String(word[..<equals])
            let typed = String(word[word.index(after: equals)...])
            return values(operation, name, before.count - typed.count, before.count, typed)
        }
        if let last = words.last, last.hasPrefix("--"), words.count > 1, !isOption {
            return values(operation, String(last.dropFirst(2)), start, before.count, word)
        }
        let given = StatementWords(prefix).givenNames
        let parameters = operation.parameters.filter { !given.contains($0.name) }
        let ordered = parameters.filter(Self.isNeeded) + parameters.filter { !Self.isNeeded($0) }
        let folded = (isOption ? String(word.dropFirst(2)) : word).lowercased()
        let candidates = ordered.filter { $0.name.lowercased().hasPrefix(folded) }.map { parameter in
            Candidate(
                text: (isOption ? "--" : "") + parameter.name, note: Self.isNeeded(parameter) ? "required" : "",
                suffix: isOption ? " " : "=")
        }
        return Completion(replacing: start..<before.count, candidates: candidates)
    }

    private static func isNeeded(_ parameter: CloudAPI.Parameter) -> Bool {
        parameter.isRequired && parameter.name != "RegionId"
    }

    private static func separates(_ character: Character) -> Bool { " \t\n(;|{}[,\"'".contains(character) }

    // MARK: Variables

    /// A variable, or behind a dot a field of the value that it has.
    private func variable(
        _ before: [Character], _ dollar: Int, _ environment: Environment, _ value: (String) -> Value?
    ) -> Completion {
        var path = String(before[(dollar + 1)...])
        var start = dollar + 1
        if path.hasPrefix("{") {
            path.removeFirst()
            start += 1
        }
        guard let dot = path.lastIndex(of: ".") else {
            return completion(start, before.count, environment.variableNames, matching: path, suffix: "")
        }
        let typed = String(path[path.index(after: dot)...])
        let steps = path[..<dot].split(whereSeparator: { ".[]?".contains($0) }).map(String.init)
        guard let name = steps.first, var current = value(name) else { return .none }
        for step in steps.dropFirst() {
            switch current {
            case .record(let record): current = record[step] ?? .null
            case .list(let list): current = Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil } ?? .null
            default: return .none
            }
        }
        guard case .record(let record) = current else { return .none }
        return completion(before.count - typed.count, before.count, Array(record.keys), matching: typed, suffix: "")
    }

    // MARK: Pipes

    private static let stageNames = stageForms.compactMap { $0.split(separator: " ").first.map(String.init) }

    private static func isBehindPipe(_ prefix: String) -> Bool {
        prefix.last { $0 != " " && $0 != "\t" } == "|"
    }

    /// The fields of what a list operation before the pipe yields, behind a stage that takes fields.
    private func itemFields(behind prefix: String) -> [String]? {
        let statement =
            prefix.split(omittingEmptySubsequences: false, whereSeparator: { ";\n".contains($0) }).last ?? ""
        let parts = statement.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count > 1, let stage = parts.last?.split(separator: " ").first,
            ["where", "select", "sort", "group", "unique"].contains(stage),
            let command = StatementWords(String(parts[0]) + " ").words.first,
            let operation = Catalogue.operation(named: command), let path = operation.itemPath,
            case .list(.record(let fields))? = operation.answer.shape(at: path)
        else { return nil }
        return fields.map(\.name)
    }

    // MARK: Commands

    private static let statementWords = [
        "break", "continue", "def", "exit", "fail", "for", "if", "let", "on", "return", "set", "wait", "while",
    ]

    private func commands(_ start: Int, _ end: Int, _ word: String) -> Completion {
        let folded = word.lowercased()
        var names = (BuiltIns.names + Self.statementWords).filter { $0.hasPrefix(folded) }.sorted()
        // 400 operations are of no help until something has been typed.
        if !word.isEmpty { names += Self.operations(matching: word) }
        return Completion(replacing: start..<end, candidates: names.map { Candidate(text: $0) })
    }

    /// The operations whose name begins with a text, in any case; where there is none, those whose parts begin with pieces
    /// of it, in order: `dvc` is DescribeVpnConnections.
    static func operations(matching text: String) -> [String] {
        let folded = text.lowercased()
        let direct = Catalogue.operationNames.filter { $0.lowercased().hasPrefix(folded) }
        if !direct.isEmpty { return direct }
        let letters = Array(folded.utf8)
        return Catalogue.operationNames.filter { matches(letters[...], parts(of: $0)[...]) }
    }

    private static func parts(of name: String) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        for byte in name.utf8 {
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            if isCapital || parts.isEmpty { parts.append([]) }
            parts[parts.count - 1].append(isCapital ? byte | 0x20 : byte)
        }
        return parts
    }

    /// Whether the letters are beginnings of the parts, one after the other, the first part included and none left out.
    private static func matches(_ letters: ArraySlice<UInt8>, _ parts: ArraySlice<[UInt8]>) -> Bool {
        if letters.isEmpty { return true }
        guard let part = parts.first else { return false }
        var count = 0
        for (letter, own) in zip(letters, part) {
            if letter != own { break }
            count += 1
        }
        while count > 0 {
            if matches(letters.dropFirst(count), parts.dropFirst()) { return true }
            count -= 1
        }
        return false
    }

    private func builtInArguments(_ words: [String], _ start: Int, _ end: Int, _ word: String) -> Completion {
        switch words[0] {
        case "source", "save-session": return files(start, end, word)
        case "option" where words.count == 2: return completion(start, end, ["on", "off"], matching: word)
        case "watch": return commands(start, end, word)
        case "profile" where words.count == 2: return completion(start, end, session.profileNames, matching: word)
        default: break
        }
        guard words.count == 1 else { return .none }
        switch words[0] {
        case "code": return completion(start, end, ProgramLanguage.names, matching: word)
        case "errors": return completion(start, end, OperationWords.codes, matching: word)
        case "region": return completion(start, end, Catalogue.regions, matching: word)
        case "format": return completion(start, end, OutputFormat.allCases.map(\.rawValue).sorted(), matching: word)
        case "option": return completion(start, end, OptionCommand.names, matching: word)
        case "timing": return completion(start, end, ["off", "on"], matching: word)
        case "profile":
            return completion(start, end, ["protect", "read-only", "release"] + session.profileNames, matching: word)
        case "help":
            return completion(
                start, end, BuiltIns.names + HelpTopic.all.map(\.name) + Catalogue.operationNames, matching: word)
        case "on": return completion(start, end, ["error", "exit"], matching: word)
        default: return .none
        }
    }

    // MARK: Values

    private func values(
        _ operation: CloudAPI.Operation, _ name: String, _ start: Int, _ end: Int, _ prefix: String
    ) -> Completion {
        guard let parameter = operation.parameter(named: name) else { return .none }
        if name == "RegionId" { return completion(start, end, Catalogue.regions, matching: prefix) }
        if case .bool = parameter.type { return completion(start, end, ["false", "true"], matching: prefix) }
        if let values = OperationWords.parameter(name, of: operation.name)?.values, !values.isEmpty {
            return completion(start, end, values, matching: prefix)
        }
        let found = identifiers.candidates(for: name).filter { $0.text.hasPrefix(prefix) }
        return Completion(replacing: start..<end, candidates: found)
    }

    private func completion(
        _ start: Int, _ end: Int, _ names: [String], matching prefix: String, suffix: String = " "
    ) -> Completion {
        let folded = prefix.lowercased()
        let candidates = names.filter { $0.lowercased().hasPrefix(folded) }.map { Candidate(text: $0, suffix: suffix) }
        return Completion(replacing: start..<end, candidates: candidates)
    }

    /// Files whose path begins as what has been typed; folders end in a slash, and hidden ones are offered when asked for.
    private func files(_ start: Int, _ end: Int, _ typed: String) -> Completion {
        let slash = typed.lastIndex(of: "/")
        let folder = slash.map { String(typed[...$0]) } ?? ""
        let prefix = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
        let names = Folder.names(in: folder.isEmpty ? "." : folder).filter { name in
            name.hasPrefix(prefix) && (prefix.hasPrefix(".") || !name.hasPrefix("."))
        }
        let candidates = names.map { name in
            let isFolder = File.isFolder(folder + name)
            return Candidate(text: folder + name + (isFolder ? "/" : ""), suffix: isFolder ? "" : " ")
        }
        return Completion(replacing: start..<end, candidates: candidates)
    }
}
