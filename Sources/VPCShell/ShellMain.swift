import CloudAPI
import Glibc
import LineEditor
import ScriptRuntime
import SystemSupport

/// What the program does, once its command line has been understood.
package enum ShellMain {
    package static let version = "0.1.0"

    package enum Task: Sendable {
        /// A prompt where there is a terminal, else the statements on standard input.
        case promptOrInput
        case program(Program.Source, arguments: [String])
        case check([String])
        /// Lays out scripts anew; `checks` only tells which are not laid out so.
        case format([String], checks: Bool)
        /// The statements on standard input, each run as it arrives.
        case stream(arguments: [String])
        /// What runs have written: all of them, or one.
        case journal(String?)

        /// What a journal calls it.
        fileprivate var name: String {
            switch self {
            case .promptOrInput, .stream: "<stdin>"
            case .program(.file(let path), _): path
            case .program(.text, _): "-c"
            case .program(.standardInput, _): "<stdin>"
            case .check, .journal, .format: ""
            }
        }
    }

    /// Tells the allocator what this program is like: it makes many small things and keeps most of them, so that giving
    /// memory back early, and merging small pieces whenever a large one is asked for, cost a fifth of the time of a long
    /// script and save nothing.
    package static func tuneMemory() {
        // Swift's Glibc module does not show <malloc.h>; a C library without this function has nothing to be told.
        guard let symbol = dlsym(nil, "mallopt") else { return }
        typealias SetOption = @convention(c) (_ parameter: Int32, _ value: Int32) -> Int32
        let setOption = unsafeBitCast(symbol, to: SetOption.self)
        let (fastBinLimit, trimThreshold, topPad, mapThreshold): (Int32, Int32, Int32, Int32) = (1, -1, -2, -3)
        _ = setOption(fastBinLimit, 0)
        _ = setOption(trimThreshold, 64 << 20)
        _ = setOption(topPad, 1 << 20)
        _ = setOption(mapThreshold, 32 << 20)
    }

    /// Puts something harmless where standard input, output or error are closed, so that no file that is opened later
    /// takes their place and is written to by mistake. To be called before anything else.
    package static func secureStandardDescriptors() {
        for descriptor in 0...2 where fcntl(Int32(descriptor), F_GETFD) < 0 {
            // The lowest free descriptor is taken, which is this one. Output that was closed stays an error.
            _ = open("/dev/null", descriptor == 0 ? O_RDONLY : O_RDONLY | O_CLOEXEC)
        }
        SignalState.prepare()
    }

    /// Writes a text to standard output; the exit status.
    package static func show(_ text: String) -> Int32 { show(text, Output(outputIsTerminal: false)) }

    private static func show(_ text: String, _ output: Output) -> Int32 {
        do {
            try output.write(text, to: .output)
            try output.flush()
            return 0
        } catch is OutputClosed {
            return 0
        } catch is Interrupted {
            return Interrupts.exitStatus
        } catch {
            try? output.write(ErrorReport.plain(output.failure?.message ?? "\(error)", isStyled: false), to: .error)
            return 1
        }
    }

    /// For the main thread of a script, in bytes: the deepest nesting of scripts and values is taken apart on the first; where there is no room for the first, the next is taken.
    private static let stackSizes = [64 << 20, 16 << 20]

    /// Runs a task to its end; yields the exit status.
    package static func run(_ task: Task, _ options: ShellOptions) -> Int32 {
        let surroundings = Surroundings(
            environment: environment(), inputIsTerminal: isTerminal(STDIN_FILENO),
            outputIsTerminal: isTerminal(STDOUT_FILENO), errorIsTerminal: isTerminal(STDERR_FILENO))
        MemoryHeadroom.prepare()
        let interrupt = Cancellation()
        let isPrompt =
            if case .promptOrInput = task { surroundings.inputIsTerminal && surroundings.outputIsTerminal } else {
                false
            }
        do throws(SystemError) {
            try Interrupts.begin(interrupt, isPrompt ? .prompt : .program)
            for size in stackSizes.dropLast() {
                let status = try? SystemThread.run(stackSize: size) {
                    run(task, options, surroundings, interrupt, isPrompt: isPrompt)
                }
                if let status { return status }
            }
            return try SystemThread.run(stackSize: stackSizes[stackSizes.count - 1]) {
                run(task, options, surroundings, interrupt, isPrompt: isPrompt)
            }
        } catch {
            let output = Output(outputIsTerminal: false)
            try? output.write(ErrorReport.plain(error.message, isStyled: surroundings.stylesErrors), to: .error)
            return 1
        }
    }

    private static func run(
        _ task: Task, _ options: ShellOptions, _ surroundings: Surroundings, _ interrupt: Cancellation, isPrompt: Bool
    ) -> Int32 {
        let output = Output(
            outputIsTerminal: surroundings.outputIsTerminal,
            progress: surroundings.errorIsTerminal && surroundings.canErase ? ProgressLine() : nil,
            cancellation: interrupt)
        switch task {
        case .format(let paths, let checks):
            return FormatProgram(
                output: output, isStyled: surroundings.stylesErrors, checks: checks, interrupt: interrupt
            ).run(paths)
        case .journal(let run): return show(journalOf: run, options, surroundings, output)
        case .promptOrInput, .program, .check, .stream: break
        }
        var target: Target
        let network: HTTPTransport
        let recording: RecordingFile?
        var notice: String?
        do throws(UsageError) {
            network = try transport(options, surroundings)
            if case .check = task {
                recording = nil
                target = .none
            } else {
                target = try Target.resolve(options, surroundings, transport: network, interrupt: interrupt)
                recording = try options.recordPath.map { path throws(UsageError) in try RecordingFile(path) }
            }
        } catch {
            if interrupt.isCancelled { return Interrupts.exitStatus }
            let text = ErrorReport.plain(error.message, help: error.help, isStyled: surroundings.stylesErrors)
            try? output.write(text, to: .error)
            return error.status
        }
        if isPrompt {
            notice = "vpcsh \(version) — help explains, Tab completes, Ctrl-D leaves"
            if case .none = target {
                target = .local(.standard)
                notice =
                    (notice ?? "")
                    + "\nNo credentials are set: this is the embedded endpoint (--local). Nothing here is real or costs money."
            }
        }
        // Kept to the process's end: to take it down in order waits for connections that nobody answers.
        _ = Unmanaged.passRetained(network)
        let session = Session(
            options: options, surroundings: surroundings, output: output, target: target, network: network,
            recording: recording, programName: isPrompt ? "prompt" : task.name)
        for warning in target.warnings { try? output.write("warning: \(warning)\n", to: .error) }
        let program = Program(session: session, interrupt: interrupt)
        let status =
            switch task {
            case .check(let paths): program.check(paths)
            case .program(let source, let arguments): program.run(source, arguments: arguments)
            case .promptOrInput where isPrompt: PromptLoop(session: session, interrupt: interrupt).run(notice: notice)
            case .stream(let arguments): program.stream(arguments: arguments)
            case .promptOrInput, .journal, .format: program.run(.standardInput, arguments: [])
            }
        session.close(status: status)
        return status
    }

    /// The way to the network, as the options and the environment have it.
    private static func transport(_ options: ShellOptions, _ surroundings: Surroundings) throws(UsageError)
        -> HTTPTransport
    {
        let proxies: ProxySettings
        do {
            proxies = try ProxySettings(surroundings.environment)
        } catch {
            throw UsageError(error.message)
        }
        do {
            let replacement = surroundings.environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
            let trust = try TrustedAuthorities(additional: options.authorityFile, replacement: replacement)
            return HTTPTransport(proxies: proxies, trust: trust)
        } catch {
            throw UsageError(error.message)
        }
    }

    private static func show(
        journalOf run: String?, _ options: ShellOptions, _ surroundings: Surroundings, _ output: Output
    ) -> Int32 {
        let width = surroundings.outputIsTerminal ? TerminalSize.columns(1) : nil
        do throws(UsageError) {
            let report = JournalReport(surroundings, format: options.format, width: width)
            let text = try report.text(run: run)
            return show(text.isEmpty || text.hasSuffix("\n") ? text : text + "\n", output)
        } catch {
            let text = ErrorReport.plain(error.message, help: error.help, isStyled: surroundings.stylesErrors)
            try? output.write(text, to: .error)
            return error.status
        }
    }

    static func environment() -> [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let line = entry.pointee {
            let text = String(cString: line)
            if let equals = text.firstIndex(of: "=") {
                result[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }
}
