import Glibc
import ScriptRuntime

/// Runs programs by `sh -c`.
enum ShellProcess {
    /// Hands text to a program's standard input and yields what it writes to its standard output; its standard error is
    /// ours. The interrupt ends it.
    ///
    /// Throws `Shell.Exit` where it ends with another status than 0, ``Interrupted`` where the user stopped it.
    static func run(_ command: String, input: String, interrupt: Interrupt) throws -> String {
        // A program that ends before it has read everything is its own affair.
        _ = signal(SIGPIPE, SIG_IGN)
        var toChild: [Int32] = [-1, -1]
        var fromChild: [Int32] = [-1, -1]
        guard pipe(&toChild) == 0 else { throw failure("no pipe: \(String(cString: strerror(errno)))") }
        guard pipe(&fromChild) == 0 else {
            toChild.forEach { close($0) }
            throw failure("no pipe: \(String(cString: strerror(errno)))")
        }
        for end in toChild + fromChild { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let started = Result { try start(command, &actions) }
        close(toChild[0])
        close(fromChild[1])
        let child: pid_t
        do {
            child = try started.get()
        } catch {
            close(toChild[1])
            close(fromChild[0])
            throw error
        }
        let output = exchange(Array(input.utf8), writing: toChild[1], reading: fromChild[0], child, interrupt)
        let status = wait(for: child)
        if interrupt.isRaised { throw Interrupted() }
        try check(status, command)
        return String(decoding: output, as: UTF8.self)
    }

    /// Runs a program that has our terminal for its own, and waits for it.
    ///
    /// It is the terminal's foreground group meanwhile, so that Ctrl-C and Ctrl-\ are its own; one that came a moment
    /// too early is passed on. Since nothing could wake it again, a program that is stopped by Ctrl-Z is ended.
    ///
    /// - Parameter input: What it reads on its standard input; the terminal where it is nil.
    static func runAttached(_ command: String, input: String? = nil, interrupt: Interrupt) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var ends: [Int32] = [-1, -1]
        if input != nil {
            guard pipe(&ends) == 0 else { throw failure("no pipe: \(String(cString: strerror(errno)))") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        }
        let started = Result { try start(command, &actions, isOwnGroup: true) }
        if input != nil { close(ends[0]) }
        let child: pid_t
        do {
            child = try started.get()
        } catch {
            if input != nil { close(ends[1]) }
            throw error
        }
        // Taking the terminal back from the background would stop us.
        let former = signal(SIGTTOU, SIG_IGN)
        tcsetpgrp(STDIN_FILENO, child)
        defer {
            tcsetpgrp(STDIN_FILENO, getpgrp())
            signal(SIGTTOU, former)
        }
        if let input {
            feed(Array(input.utf8), to: ends[1])
            close(ends[1])
        }
        var status: Int32 = 0
        var isPassedOn = false
        while true {
            // A Ctrl-C that came while the terminal was still ours is the program's: its handler may run at any time.
            if interrupt.isRaised, !isPassedOn {
                isPassedOn = true
                kill(-child, SIGINT)
            }
            let waited = waitpid(child, &status, WUNTRACED | WNOHANG)
            if waited == 0 || (waited < 0 && errno == EINTR) {
                poll(nil, 0, 5)
                continue
            }
            // It asked for the terminal before it had been given it.
            guard status & 0xFF == 0x7F, [SIGTTIN, SIGTTOU].contains(status >> 8 & 0xFF) else { break }
            kill(-child, SIGCONT)
        }
        if status & 0xFF == 0x7F {
            kill(-child, SIGHUP)
            kill(-child, SIGCONT)
            _ = wait(for: child)
            throw failure("the program was stopped, so it has been ended: there is no job control")
        }
        try check(status, command)
    }

    /// Writes until everything is written or nobody reads it any more.
    private static func feed(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
        }
    }

    private static func start(_ command: String, _ actions: inout posix_spawn_file_actions_t, isOwnGroup: Bool = false)
        throws -> pid_t
    {
        // The child meets signals as any program does.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        sigaddset(&defaults, SIGINT)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        let group = isOwnGroup ? POSIX_SPAWN_SETPGROUP : 0
        posix_spawnattr_setflags(&attributes, Int16(Int(POSIX_SPAWN_SETSIGDEF) | Int(group)))
        var child = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(command), nil]
        defer { arguments.forEach { free($0) } }
        let error = posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, environ)
        if error != 0 { throw failure("sh cannot be started: \(String(cString: strerror(error)))") }
        return child
    }

    /// The status as `waitpid` has it.
    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }

    private static func check(_ status: Int32, _ command: String) throws {
        if status & 0x7F != 0 { throw failure("the program was ended by signal \(status & 0x7F)") }
        let exit = status >> 8 & 0xFF
        if exit != 0 { throw failure("the program ended with status \(exit): \(command)") }
    }

    private static func failure(_ message: String) -> ScriptError { ScriptError("Shell.Exit", message) }

    /// Writes and reads at the same time, so that neither side waits for the other for ever.
    private static func exchange(
        _ input: [UInt8], writing: Int32, reading: Int32, _ child: pid_t, _ interrupt: Interrupt
    ) -> [UInt8] {
        var writing = writing
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        defer {
            if writing >= 0 { close(writing) }
            close(reading)
        }
        var output: [UInt8] = []
        var written = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if interrupt.isRaised { kill(child, SIGTERM) }
            if written == input.count, writing >= 0 {
                close(writing)
                writing = -1
            }
            var polls = [
                pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
                pollfd(fd: writing, events: Int16(POLLOUT), revents: 0),
            ]
            if poll(&polls, writing >= 0 ? 2 : 1, 100) < 0, errno != EINTR { return output }
            if writing >= 0, polls[1].revents != 0 {
                let count = input[written...].withUnsafeBytes { write(writing, $0.baseAddress, $0.count) }
                if count > 0 { written += count } else if errno != EAGAIN { written = input.count }
            }
            if polls[0].revents != 0 {
                let count = read(reading, &chunk, chunk.count)
                if count == 0 { return output }
                if count > 0 { output.append(contentsOf: chunk[..<count]) } else if errno != EINTR { return output }
            }
        }
    }
}
