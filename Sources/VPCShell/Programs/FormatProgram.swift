import DataValue
import ScriptRuntime
import ScriptSyntax
import SystemSupport

/// `vpcsh fmt`: lays out scripts anew, each in its file, or standard input on standard output.
struct FormatProgram {
    let output: Output
    let isStyled: Bool
    /// Whether nothing is written and only told what would change.
    let checks: Bool
    let interrupt: Cancellation

    /// The exit status: 0, 2 where a text is no script or cannot be read, 1 where a check finds a script that is not
    /// formatted or a file cannot be written.
    func run(_ paths: [String]) -> Int32 {
        var status: Int32 = 0
        do {
            for path in paths { status = max(status, try format(path)) }
            try output.flush()
        } catch let error as ScriptError {
            return tell("\(error.code): \(error.message)", 1)
        } catch is OutputClosed {
            return 141
        } catch {
            return Interrupts.exitStatus
        }
        return status
    }

    private func format(_ path: String) throws -> Int32 {
        let text: SourceText
        do {
            text = try Program.read(path == "-" ? .standardInput : .file(path), interrupt)
        } catch {
            if error.isCancellation { throw Interrupted() }
            return tell(error.message, 2)
        }
        var sources = SourceMap()
        _ = sources.add(text)
        switch ScriptFormatter.format(text, hasMemory: MemoryHeadroom.has) {
        case .invalid(let diagnostics):
            try? output.write(ErrorReport(sources: sources, isStyled: isStyled).text(diagnostics), to: .error)
            return 2
        case .refused:
            return tell("\(text.name): cannot be formatted without changing what it means, so it is left as it is", 1)
        case .formatted(let formatted):
            let isSame = formatted.utf8.elementsEqual(text.bytes)
            if checks {
                if isSame { return 0 }
                try output.write(text.name + "\n", to: .output)
                return 1
            }
            if path == "-" {
                try output.write(formatted, to: .output)
                return 0
            }
            if isSame { return 0 }
            do {
                try FileReplacement.replace(path, with: Array(formatted.utf8), interrupt)
            } catch {
                return tell(error.message, 1)
            }
            try output.write(text.name + "\n", to: .output)
            return 0
        }
    }

    private func tell(_ message: String, _ status: Int32) -> Int32 {
        try? output.write(ErrorReport.plain(message, isStyled: isStyled), to: .error)
        return status
    }
}
