import CloudAPI
import Glibc
import LocalVPC
import ScriptRuntime
import ScriptSyntax
import SystemSupport
import Testing
import VPCShell

/// Runs the scripts under `Tests/Scripts`, which carry their expectations in comments:
///
///     # expect: TEXT          a line of standard output, in order
///     # expect warn: TEXT     standard error contains it
///     # expect error: CODE    an error with this code ended the script
///     # expect check: TEXT    an error whose message contains it is reported on this line, and nothing ran
///     # expect status: N      the exit status, where it is not 0 (2 for check, 1 for error unless said otherwise)
///     # args: …               the script's arguments, separated by blanks
@Suite("Scripts that carry their expectations")
struct ScriptSuiteTests {
    /// How a script reaches the embedded endpoint.
    enum Way: CaseIterable, Sendable {
        case inProcess, overSocket
    }

    @Test("A script does what its comments say, in process and over a socket", arguments: ScriptFile.all, Way.allCases)
    func script(file: ScriptFile, way: Way) throws {
        let text = String(decoding: try File.read(file.path, limit: 1 << 26, nil), as: UTF8.self)
        let expectation = Expectation(text)
        let output = Output(capturing: ())
        let time = SteppingTime()
        let socket = way == .overSocket ? try ServedTransport(time: time) : nil
        defer { socket?.close() }
        let transport: any Transport = try socket ?? LocalEndpoint(database: .memory, time: time, timing: .fast)
        let session = Session(
            options: ShellOptions(), surroundings: Surroundings(environment: ["TEST_WORD": "from outside"]),
            output: output, target: .local(.memory), time: time, transport: transport)
        let program = Program(session: session, interrupt: Cancellation())
        // As the program does it: values can be nested more deeply than a test's own stack allows.
        let status = try SystemThread.run(stackSize: 256 << 20) {
            program.run(SourceText(name: "script", text: text), arguments: expectation.arguments, path: file.path)
        }
        let (written, errors) = output.captured
        #expect(status == expectation.status, "\(errors)")
        #expect(written == expectation.output.map { $0 + "\n" }.joined(), "\(errors)")
        for warning in expectation.warnings { #expect(errors.contains(warning), "\(errors)") }
        if let code = expectation.error { #expect(errors.contains("error: \(code): "), "\(errors)") }
        for (line, message) in expectation.checks {
            let found = errors.split(separator: "\n").contains {
                $0.hasPrefix("script:\(line):") && $0.contains(message)
            }
            #expect(found, "no error on line \(line) with: \(message)\n\(errors)")
        }
        if expectation.warnings.isEmpty, status == 0 { #expect(errors.isEmpty) }
    }

    @Test("There are scripts for every feature")
    func isComplete() {
        let folders = Set(ScriptFile.all.map(\.folder))
        for feature in [
            "commands", "control", "errors", "expressions", "limit", "parameters", "pipes", "text", "variables",
        ] {
            #expect(folders.contains(feature))
        }
        #expect(ScriptFile.all.count >= 30)
    }
}

struct ScriptFile: Sendable, CustomTestStringConvertible {
    let folder: String
    let name: String
    var path: String { "\(Self.root)/\(folder)/\(name)" }
    var testDescription: String { "\(folder)/\(name)" }

    private static var root: String {
        let file = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return file.dropLast(2).joined(separator: "/") + "/Scripts"
    }

    static let all: [ScriptFile] = entries(root).flatMap { folder in
        entries("\(root)/\(folder)").filter { $0.hasSuffix(".vpcsh") && !$0.hasPrefix("_") }
            .map { ScriptFile(folder: folder, name: $0) }
    }

    private static func entries(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

private struct Expectation {
    var output: [String] = []
    var warnings: [String] = []
    var checks: [(line: Int, message: String)] = []
    var error: String?
    var status: Int32 = 0
    var arguments: [String] = []

    init(_ text: String) {
        var given: Int32?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            func value(_ mark: String) -> String? {
                guard let range = line.firstRange(of: mark) else { return nil }
                return String(line[range.upperBound...])
            }
            if let text = value("# expect: ") { output.append(text) }
            if line.hasSuffix("# expect:") { output.append("") }
            if let text = value("# expect warn: ") { warnings.append(text) }
            if let text = value("# expect check: ") { checks.append((number + 1, text)) }
            if let text = value("# expect error: ") { error = text }
            if let text = value("# expect status: ") { given = Int32(text) }
            if let text = value("# args: ") { arguments = text.split(separator: " ").map(String.init) }
        }
        status = given ?? (checks.isEmpty ? (error == nil ? 0 : 1) : 2)
    }
}

extension Substring {
    /// The first place of a part, or nil.
    fileprivate func firstRange(of part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
