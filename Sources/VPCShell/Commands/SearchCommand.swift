import CloudAPI
import DataValue
import ScriptRuntime

/// `search WORDS`: operations whose name, summary or parameters have all of the words in them.
struct SearchCommand: ScriptRuntime.Command {
    var signature: CommandSignature {
        CommandSignature(
            name: "search", summary: "Find operations by words of their name, summary and parameters",
            parameters: [.init("words", "what to look for; each word must occur", isRequired: true)],
            examples: ["search ipsec delete", "search customer gateway"])
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        arguments.isEmpty ? [.init("search needs words to look for", help: signature.examples.first)] : []
    }

    /// The best first: those with all words in the name, then in the summary, then in a parameter.
    func run(_ invocation: Invocation) throws -> Value {
        let words = invocation.arguments.flatMap { argument in
            ((argument.name.map { $0 + "=" } ?? "") + argument.value.displayText).lowercased().split(separator: " ")
                .map(String.init)
        }
        guard !words.isEmpty else { throw ScriptError("Script.Value", "search needs words to look for") }
        let found = Catalogue.operationNames.compactMap { name in
            Self.match(name, words).map { (name: name, rank: $0.rank, parameters: $0.parameters) }
        }
        // Where no parameter was what was found, there is nothing to say of them.
        let showsParameters = found.contains { !$0.parameters.isEmpty }
        let sorted = (0...2).flatMap { rank in found.filter { $0.rank == rank } }
        return .list(
            sorted.map { match in
                var record = Record()
                record["Operation"] = .string(match.name)
                record["Summary"] = .string(OperationWords.summary(of: match.name) ?? "")
                if showsParameters { record["Parameters"] = .string(match.parameters.joined(separator: ", ")) }
                return .record(record)
            })
    }

    private static func match(_ name: String, _ words: [String]) -> (rank: Int, parameters: [String])? {
        let folded = name.lowercased()
        let rest = words.filter { !folded.contains($0) }
        if rest.isEmpty { return (0, []) }
        let summary = (OperationWords.summary(of: name) ?? "").lowercased()
        let left = rest.filter { !summary.contains($0) }
        if left.isEmpty { return (1, []) }
        guard let operation = Catalogue.operation(named: name) else { return nil }
        var parameters: [String] = []
        for word in left {
            let matching = operation.parameters.filter { parameter in
                parameter.name.lowercased().contains(word)
                    || (OperationWords.parameter(parameter.name, of: name)?.meaning.lowercased().contains(word) ?? false)
            }
            if matching.isEmpty { return nil }
            parameters += matching.map(\.name).filter { !parameters.contains($0) }
        }
        return (2, parameters)
    }
}

/// `errors CODE`: the cause of an error and what to do about it; `errors PART`: those that have it in their code.
struct ErrorsCommand: ScriptRuntime.Command {
    var signature: CommandSignature {
        CommandSignature(
            name: "errors", summary: "Tell the cause of an error and its remedy, by its code or a part of it",
            parameters: [.init("code", "the code, or a part of it; all codes without")],
            examples: ["errors VpnGateway.Configuring", "errors NotFound"])
    }

    func problems(with arguments: [(name: String?, value: Value?)]) -> [ScriptRuntime.ArgumentProblem] {
        arguments.count > 1 ? [.init("errors takes one code", argument: 1)] : []
    }

    func run(_ invocation: Invocation) throws -> Value {
        let part = invocation.arguments.first?.value.displayText ?? ""
        if let exact = OperationWords.error(part) { return .string(OperationHelp.text(of: exact)) }
        let folded = part.lowercased()
        let found = OperationWords.codes.filter { folded.isEmpty || $0.lowercased().contains(folded) }
        guard !found.isEmpty else {
            let nearest = Spelling.nearest(to: part, among: OperationWords.codes)
            throw ScriptError(
                "Script.Value", "nothing is known of an error '\(part)'",
                help: nearest.isEmpty
                    ? "errors lists those that are known" : "is it \(nearest.joined(separator: " or "))?")
        }
        return .list(
            found.compactMap { OperationWords.error($0) }.map { error in
                var record = Record()
                record["Code"] = .string(error.code)
                record["Cause"] = .string(error.cause)
                record["Remedy"] = .string(error.remedy)
                return .record(record)
            })
    }
}
