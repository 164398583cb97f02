import DataValue
import ScriptRuntime
import ScriptSyntax
import Synchronization
import SystemSupport

/// A host with files, variables and a clock, which keeps what is displayed.
final class FunctionHost: Host {
    let files: [String: [UInt8]]
    let time: Int64
    private let shown = Mutex<[Value]>([])
    var values: [Value] { shown.withLock { $0 } }

    init(files: [String: [UInt8]] = [:], time: Int64 = 0) {
        self.files = files
        self.time = time
    }

    func command(named name: String) -> (any ScriptRuntime.Command)? { nil }
    func commandNames(near name: String) -> [String] { [] }
    func display(_ value: Value) { shown.withLock { $0.append(value) } }
    func write(_ text: String, to stream: OutputStream) {}
    func now() -> WallTime { WallTime(nanoseconds: time) }
    func sleep(for span: Duration, interrupt: Cancellation) {}
    func random() -> Double { 0.5 }
    func environment(_ name: String) -> String? { name == "HOME" ? "/home/me" : nil }
    func read(_ path: String, interrupt: Cancellation) throws -> [UInt8] {
        guard let content = files[path] else { throw ScriptError("Script.File", "\(path): no such file") }
        return content
    }
}

extension FunctionTests {
    /// What an expression yields, or the error that it raises.
    func evaluate(_ expression: String, host: FunctionHost = FunctionHost()) throws -> Result<Value, ScriptError> {
        let source = SourceText(name: "t", text: "(\(expression))")
        var sources = SourceMap()
        guard case .complete(let script) = Parser.parse(source, source: sources.add(source)) else {
            throw ScriptError("Test.Syntax", expression)
        }
        let (unit, diagnostics) = Compiler.compile(script, kind: .script, environment: Environment(), host: host)
        guard let unit else { throw ScriptError("Test.Check", diagnostics.map(\.message).joined()) }
        do {
            try Machine(host: host, interrupt: Cancellation()).run(unit)
            return .success(host.values.first ?? .null)
        } catch let error as UncaughtError {
            return .failure(error.error)
        }
    }

    /// The value in one line, secrets masked.
    func text(_ expression: String, host: FunctionHost = FunctionHost()) throws -> String {
        switch try evaluate(expression, host: host) {
        case .success(let value): JSON.text(value)
        case .failure(let error): "\(error.code): \(error.message)"
        }
    }
}
