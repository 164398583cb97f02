import ScriptSyntax

extension Compiler {
    /// Warns of variables that nothing reads, in the script itself and not in what it takes in. A name that begins with
    /// `_` says that this is meant.
    ///
    /// What a script declares at its top level and does not use may be for those that take it in, as long as it does
    /// nothing of its own.
    mutating func warnOfUnusedNames(in script: Script) {
        guard diagnostics.isEmpty else { return }
        var warned: Set<Span> = []
        let isLibrary = script.statements.allSatisfy { !Self.acts($0) }
        for (name, variable, isTopLevel) in declaredVariables {
            let isForOthers = isTopLevel && isLibrary
            if variable.isRead || name.text.hasPrefix("_") || name.span.source != 0 || isForOthers { continue }
            // What is compiled twice is warned of once.
            guard warned.insert(name.span).inserted else { continue }
            warnings.append(
                Diagnostic(
                    "'\(name.text)' is never read", at: name.span,
                    help: "leave it out, or call it _\(name.text) to say that this is meant", severity: .warning))
        }
    }

    private static func acts(_ statement: Statement) -> Bool {
        switch statement.kind {
        case .function, .declaration, .parameter, .onError, .onExit: false
        default: true
        }
    }
}
