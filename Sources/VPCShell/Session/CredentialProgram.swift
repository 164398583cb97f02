import CloudAPI
import DataValue
import Glibc

/// Runs a program that hands out credentials: by its words, without a shell, for a limited time.
enum CredentialProgram {
    /// More than this is no profile.
    private static let outputLimit = 1 << 20

    /// What the program writes to its standard output. Its standard error is ours, so that it can speak to the user; it
    /// reads nothing, since our standard input may be a script.
    static func run(_ words: [String], limit: Int64, cancellation: Cancellation) throws(CredentialsFailure) -> [UInt8] {
        let name = words.first ?? ""
        guard !words.contains(where: { $0.utf8.contains(0) }) else {
            throw CredentialsFailure("process_command has a NUL in it")
        }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw CredentialsFailure("no pipe: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let child: pid_t
        do {
            child = try start(words, writing: ends[1])
        } catch {
            close(ends[1])
            throw error
        }
        close(ends[1])
        let (output, problem) = collect(from: ends[0], limit: limit, cancellation)
        if problem != nil { kill(-child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        if let problem { throw CredentialsFailure("the program '\(name)' that hands out credentials \(problem)") }
        if status & 0x7F != 0 {
            throw CredentialsFailure("the program '\(name)' was ended by signal \(status & 0x7F)")
        }
        guard status >> 8 & 0xFF == 0 else {
            throw CredentialsFailure(
                "the program '\(name)' that hands out credentials ended with status \(status >> 8 & 0xFF)")
        }
        return output
    }

    /// The program in a process group of its own, so that it can be ended with all that it has started.
    private static func start(_ words: [String], writing: Int32) throws(CredentialsFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, writing, STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(Int(POSIX_SPAWN_SETSIGDEF) | Int(POSIX_SPAWN_SETPGROUP)))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, words.first ?? "", &actions, &attributes, &arguments, environ)
        guard failure == 0 else {
            throw CredentialsFailure(
                "the program '\(words.first ?? "")' that hands out credentials cannot be started: "
                    + String(cString: strerror(failure)).lowercased())
        }
        return child
    }

    /// Everything up to the end, or what keeps it from being taken.
    private static func collect(from descriptor: Int32, limit: Int64, _ cancellation: Cancellation) -> (
        [UInt8], problem: String?
    ) {
        let clock = SystemClock()
        let end = clock.monotonic() + limit
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            if cancellation.isCancelled { return (output, "was interrupted") }
            let left = end - clock.monotonic()
            if left <= 0 { return (output, "did not end within \(durationText(limit))") }
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // An interrupt is seen within a twentieth of a second.
            let ready = poll(&polled, 1, Int32(min(50, left / 1_000_000 + 1)))
            if ready == 0 || ready < 0 && errno == EINTR { continue }
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return (output, nil) }
            if count < 0 {
                if errno == EINTR { continue }
                return (output, "cannot be read: \(String(cString: strerror(errno)))")
            }
            output.append(contentsOf: chunk[..<count])
            if output.count > outputLimit { return (output, "writes more than \(outputLimit >> 20) MiB") }
        }
    }
}

extension Surroundings {
    /// What the search for credentials sees of the world.
    func credentialWorld(_ options: ShellOptions, transport: any Transport, clock: any TimeSource) -> CredentialWorld {
        let timeout = options.timeout
        return CredentialWorld(
            environment: environment,
            readFile: { path throws(CredentialsFailure) in
                if access(path, F_OK) != 0, errno == ENOENT || errno == ENOTDIR { return nil }
                do throws(FileContent.Problem) {
                    return try FileContent.read(path, limit: 1 << 20)
                } catch {
                    throw CredentialsFailure(error.message)
                }
            },
            isReadableByOthers: { path in
                var status = stat()
                return stat(path, &status) == 0 && status.st_mode & (S_IRGRP | S_IROTH) != 0
            },
            run: { words, limit, cancellation throws(CredentialsFailure) in
                try CredentialProgram.run(words, limit: min(limit, timeout ?? limit), cancellation: cancellation)
            },
            isInstance: {
                let vendor = try? FileContent.read("/sys/class/dmi/id/sys_vendor", limit: 1 << 10)
                return String(decoding: vendor ?? [], as: UTF8.self).hasPrefix("Alibaba Cloud")
            }, transport: transport, clock: clock, allowsInsecure: options.allowsInsecureEndpoint)
    }
}
