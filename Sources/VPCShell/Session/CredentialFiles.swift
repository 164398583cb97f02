import CloudAPI
import DataValue
import SystemSupport

extension Surroundings {
    /// More than this is not a profile.
    private static let programOutputLimit = 1 << 20

    /// What the search for credentials sees of the world.
    ///
    /// - Parameter interrupt: Ends the wait for a file that is a FIFO.
    func credentialWorld(
        _ options: ShellOptions, transport: any Transport, clock: any TimeSource, interrupt: Cancellation?
    ) -> CredentialWorld {
        let timeout = options.timeout
        return CredentialWorld(
            environment: environment,
            readFile: { path throws(CredentialsFailure) in
                if File.isMissing(path) { return nil }
                do throws(SystemError) {
                    return try File.read(path, limit: 1 << 20, interrupt)
                } catch {
                    throw CredentialsFailure(error.message)
                }
            },
            isReadableByOthers: { File.isReadableByOthers($0) },
            run: { words, limit, cancellation throws(CredentialsFailure) in
                try Self.output(of: words, limit: min(limit, timeout ?? limit), cancellation)
            },
            isInstance: {
                let vendor = try? File.read("/sys/class/dmi/id/sys_vendor", limit: 1 << 10, nil)
                return String(decoding: vendor ?? [], as: UTF8.self).hasPrefix("Alibaba Cloud")
            }, transport: transport, clock: clock, allowsInsecure: options.allowsInsecureEndpoint)
    }

    /// What a program that hands out credentials writes to its standard output. Its standard error is ours, so that it can
    /// speak to the user; it reads nothing, since our standard input may be a script.
    private static func output(of words: [String], limit: Duration, _ cancellation: Cancellation)
        throws(CredentialsFailure) -> [UInt8]
    {
        let program = "the program '\(words.first ?? "")' that hands out credentials"
        var process = ChildProcess(.words(words))
        process.output = .collected(limit: programOutputLimit)
        process.timeLimit = limit
        let ending: ChildProcess.Ending
        let output: [UInt8]
        do {
            (ending, output) = try process.run(cancellation)
        } catch {
            switch error {
            case .system(let problem): throw CredentialsFailure("\(program) cannot be run: \(problem.message)")
            case .cancelled: throw CredentialsFailure("\(program) was interrupted")
            case .timedOut: throw CredentialsFailure("\(program) did not end within \(durationText(limit))")
            case .tooMuchOutput(let limit): throw CredentialsFailure("\(program) writes more than \(limit >> 20) MiB")
            }
        }
        switch ending {
        case .status(0): return output
        case .status(let status): throw CredentialsFailure("\(program) ended with status \(status)")
        case .signal(let signal): throw CredentialsFailure("\(program) was ended by signal \(signal)")
        case .stopped: throw CredentialsFailure("\(program) was stopped, and so has been ended")
        }
    }
}
