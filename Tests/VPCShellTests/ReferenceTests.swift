import CloudAPI
import Glibc
import LocalVPC
import ScriptRuntime
import ScriptSyntax
import SystemSupport
import Testing
import VPCShell

/// The reference of the language, `VPCShell.docc`, is true: every example in it is run, and writes what stands below it.
///
/// A block `vpcsh` is a script, named `example.vpcsh`; the blocks that follow it say what it writes to standard
/// output (`output`, all of it; nothing where there is none), to standard error (`error`, lines of it, each by its end,
/// in order; nothing where there is none), and its exit status (`status`, 0 where there is none). A first line
/// `# arguments: …` gives the script arguments; a first line `# file: NAME` makes the block a file beside the examples
/// that follow in its article; a first line `# way: check`, `stream` or `fmt` (then without that line) has it go that way. Each example has a folder of its own, which TMPDIR names, an embedded endpoint of its
/// own, and a clock on which no time is lost.
@Suite struct ReferenceTests {
    /// The program ignores this signal too: what is written to a program that has ended fails, and nothing more.
    init() { signal(SIGPIPE, SIG_IGN) }

    @Test("an example does what stands below it", arguments: Reference.current.examples)
    func example(_ example: ReferenceExample) throws {
        let folder = try ExampleFolder()
        for file in example.files {
            try FileReplacement.replace("\(folder.path)/\(file.name)", with: Array(file.text.utf8), nil)
        }
        let time = SteppingTime()
        let output = Output(capturing: ())
        let session = Session(
            options: ShellOptions(), surroundings: Surroundings(environment: ["TMPDIR": folder.path]), output: output,
            target: .local(.memory), time: time,
            transport: try LocalEndpoint(database: .memory, time: time, timing: .fast))
        let program = Program(session: session, interrupt: Cancellation())
        let path = "\(folder.path)/example.vpcsh"
        let status: Int32
        switch example.way {
        case "check":
            try FileReplacement.replace(path, with: Array(example.text.utf8), nil)
            status = program.check([path])
        case "stream": status = try Self.withPipe(example.text) { program.stream(arguments: [], descriptor: $0) }
        case "fmt":
            let script = example.text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)[1]
            guard case .formatted(let text) = ScriptFormatter.format(SourceText(name: "t", text: String(script))) else {
                Issue.record("it was not formatted")
                return
            }
            try session.write(text, to: .output)
            status = 0
        default:
            status = program.run(
                SourceText(name: "example.vpcsh", text: example.text), arguments: example.arguments, path: path)
        }
        let (written, errors) = output.captured
        #expect(written == example.output)
        #expect(status == example.status, "standard error: \(errors)")
        if let expected = example.error {
            let missing = Self.firstMissing(expected, in: errors)
            #expect(missing == nil, "not in its place on standard error: \(errors)")
        } else {
            #expect(errors.isEmpty)
        }
    }

    /// Runs a body with the end of a pipe that yields a text.
    private static func withPipe(_ text: String, _ body: (Int32) -> Int32) throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        // Examples are shorter than a pipe holds.
        _ = Array(text.utf8).withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        close(ends[1])
        return body(ends[0])
    }

    /// The first of the lines that does not end a line of the text behind those that the lines before it ended.
    private static func firstMissing(_ lines: [String], in text: String) -> String? {
        var rest = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        for line in lines {
            guard let place = rest.firstIndex(where: { $0.hasSuffix(line) }) else { return line }
            rest = rest[(place + 1)...]
        }
        return nil
    }

    @Test("what is no example, or belongs to none, is not there")
    func isWellFormed() {
        #expect(Reference.current.problems.isEmpty)
        // A reader that finds nothing would find nothing wrong.
        #expect(Reference.current.examples.count >= 130)
    }

    @Test("every article is named on the landing page", arguments: Reference.current.articles)
    func isLinked(_ article: String) {
        #expect(article == "VPCShell" || Reference.current.landingPage.contains("- <doc:\(article)>"))
    }
}

/// A script of the reference, with what it writes.
struct ReferenceExample: Sendable, CustomTestStringConvertible {
    /// Where its first line stands: `Errors.md:12`.
    let place: String
    let text: String
    let arguments: [String]
    /// `check`, `stream` or `fmt`; nil for a script that is run.
    let way: String?
    /// The files that its article shows before it.
    let files: [(name: String, text: String)]
    var output = ""
    var error: [String]?
    var status: Int32 = 0

    var testDescription: String { place }
}

/// The articles, read.
struct Reference: Sendable {
    static let current = Reference(folder: sourceFolder(#filePath) + "/Sources/VPCShell/VPCShell.docc")

    private(set) var articles: [String] = []
    private(set) var landingPage = ""
    private(set) var examples: [ReferenceExample] = []
    private(set) var problems: [String] = []

    /// The package's folder, from the path of this file.
    private static func sourceFolder(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    }

    init(folder: String) {
        for name in ExampleFolder.names(in: folder).sorted() where name.hasSuffix(".md") {
            do {
                let text = String(decoding: try File.read("\(folder)/\(name)", limit: 1 << 26, nil), as: UTF8.self)
                articles.append(String(name.dropLast(3)))
                if name == "VPCShell.md" { landingPage = text }
                read(name, text)
            } catch {
                problems.append(error.message)
            }
        }
    }

    /// A block between two lines of three backquotes.
    private struct Fence {
        let language: String
        /// The number of its first line.
        let line: Int
        let lines: [String]
        /// Whether nothing but blank lines is between it and the block before it.
        let isAdjacent: Bool

        var text: String { lines.map { $0 + "\n" }.joined() }

        /// What the first line says behind a word, where it is a comment that begins with this word.
        func note(_ word: String) -> String? {
            guard let first = lines.first, first.hasPrefix("# \(word): ") else { return nil }
            return String(first.dropFirst(word.count + 4))
        }
    }

    private func fences(_ text: String) -> [Fence] {
        var fences: [Fence] = []
        var isAdjacent = false
        var open: (language: String, line: Int, lines: [String])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let current = open {
                if line == "```" {
                    fences.append(
                        Fence(
                            language: current.language, line: current.line, lines: current.lines,
                            isAdjacent: isAdjacent))
                    open = nil
                    isAdjacent = true
                } else {
                    open?.lines.append(String(line))
                }
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), index + 2, [])
            } else if !line.isEmpty {
                isAdjacent = false
            }
        }
        return fences
    }

    private mutating func read(_ name: String, _ text: String) {
        var files: [(name: String, text: String)] = []
        var example: ReferenceExample?
        for fence in fences(text) {
            let place = "\(name):\(fence.line)"
            if fence.language == "vpcsh" {
                if let finished = example { examples.append(finished) }
                example = nil
                if let file = fence.note("file") {
                    files.append((file, fence.text))
                } else {
                    let arguments = fence.note("arguments")?.split(separator: " ").map { String($0) }
                    example = ReferenceExample(
                        place: place, text: fence.text, arguments: arguments ?? [], way: fence.note("way"), files: files
                    )
                }
                continue
            }
            if example == nil || !fence.isAdjacent { problems.append("\(place): belongs to no example") }
            switch fence.language {
            case "output": example?.output = fence.text
            case "error": example?.error = fence.lines
            case "status":
                if let status = fence.lines.first.flatMap({ Int32($0) }) {
                    example?.status = status
                } else {
                    problems.append("\(place): no status")
                }
            default: problems.append("\(place): nothing runs '\(fence.language)'")
            }
        }
        if let finished = example { examples.append(finished) }
    }
}

/// A folder that is gone when nobody holds it any more.
private final class ExampleFolder {
    let path: String

    init() throws {
        var template = Array("\(P_tmpdir)/vpcsh-reference-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FolderError() }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private struct FolderError: Error {}

    deinit {
        for name in Self.names(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// What lies in a folder; nothing where it cannot be read.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
