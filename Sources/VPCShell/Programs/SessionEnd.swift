import ScriptRuntime
import ScriptSyntax

extension Environment {
    /// What `on exit` has left for the end of a stream or of a prompt's session, as a unit; nil where there is nothing.
    func endingUnit(host: any Host) -> (unit: CompiledUnit?, diagnostics: [Diagnostic])? {
        if exitBlocks.isEmpty { return nil }
        let script = Script(statements: exitBlocks.map { Statement(kind: .onExit($0), span: $0.span) })
        var environment = self
        environment.forgetSession()
        return Compiler.compile(script, kind: .script, environment: environment, host: host)
    }
}
