import CLinux
import Glibc

/// A child process while it runs. One thread owns it.
struct RunningProcess {
    private let child: pid_t
    /// Readable once the child has ended; -1 where the kernel cannot tell, and then it is asked now and then.
    private var ended: Int32 = -1
    /// Our ends of its pipes, -1 where there is none or it is closed.
    private var writing: Int32 = -1
    private var reading: Int32 = -1
    private let input: [UInt8]
    private var written = 0
    private let limit: Int
    private(set) var collected: [UInt8] = []
    private var terminal: TerminalOwnership
    /// Whether it has the terminal for its own, and so what is typed there.
    private let isForeground: Bool
    private var hasPassedOn = false
    /// Whether its status has been taken: then its number may be another process's.
    private var isReaped = false

    init(_ process: ChildProcess) throws(SystemError) {
        for word in process.program.words where word.utf8.contains(0) {
            throw SystemError(.other, "an argument of a program cannot contain a NUL")
        }
        var childInput: Int32 = -1
        var childOutput: Int32 = -1
        var ours: [Int32] = []
        func give(_ descriptor: Int32) { if descriptor >= 0 { Glibc.close(descriptor) } }
        defer {
            give(childInput)
            give(childOutput)
        }
        if case .bytes(let bytes) = process.input {
            input = bytes
            let pipe = try Descriptor.pipe()
            (childInput, writing) = (pipe.reading, pipe.writing)
            ours.append(writing)
            _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        } else {
            input = []
        }
        if case .collected(let limit) = process.output {
            self.limit = limit
            do {
                let pipe = try Descriptor.pipe()
                (reading, childOutput) = (pipe.reading, pipe.writing)
                ours.append(reading)
                _ = fcntl(reading, F_SETFL, O_NONBLOCK)
            } catch {
                ours.forEach(give)
                throw error
            }
        } else {
            limit = 0
        }
        do {
            child = try Self.start(process, input: childInput, output: childOutput)
        } catch {
            ours.forEach(give)
            throw error
        }
        isForeground = process.isForeground
        ChildRegistry.add(child)
        ended = system_process_descriptor(child)
        terminal = TerminalOwnership(of: child)
        if process.isForeground { terminal.give() }
    }

    func close() {
        for descriptor in [writing, reading, ended] where descriptor >= 0 { Glibc.close(descriptor) }
    }

    private static func start(_ process: ChildProcess, input: Int32, output: Int32) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if input >= 0 { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
        if case .nothing = process.input {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        if output >= 0 { posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) }
        InheritedDescriptors.closeOthersInChildren()
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = SignalState.defaultsForChildren
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        var mask = SignalState.inheritedMask
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setflags(
            &attributes,
            Int16(Int(POSIX_SPAWN_SETSIGDEF) | Int(POSIX_SPAWN_SETSIGMASK) | Int(POSIX_SPAWN_SETPGROUP)))
        let words = process.program.words
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, words.first ?? "", &actions, &attributes, &arguments, environ)
        guard failure == 0 else { throw SystemError(words.first ?? "", number: failure) }
        return child
    }

    // MARK: Running

    private static let lookInterval: Int32 = 10

    /// Hands over the input and gathers the output until the child has ended.
    mutating func exchange(
        _ waker: DescriptorWaker, _ deadline: MonotonicTime?, _ cancellation: Cancellation
    ) throws(ChildProcess.Failure) -> ChildProcess.Ending {
        while true {
            if cancellation.isCancelled { try pass() }
            if let deadline, MonotonicTime.now >= deadline { throw .timedOut }
            feed()
            try gather()
            if let ending = try look() {
                try gather()
                terminal.takeBack()
                // What was typed at the terminal while it was lent was meant for us, too.
                if ending == .signal(SIGINT), terminal.wasGiven, !isForeground { cancellation.cancel() }
                return ending
            }
            wait(waker, deadline)
        }
    }

    /// A Ctrl-C that came before the terminal was the program's is meant for it, and it may do with it what it likes.
    private mutating func pass() throws(ChildProcess.Failure) {
        guard isForeground, Interrupts.endingSignal == nil else { throw .cancelled }
        if !hasPassedOn { kill(-child, SIGINT) }
        hasPassedOn = true
    }

    private func wait(_ waker: DescriptorWaker, _ deadline: MonotonicTime?) {
        var entries = [
            pollfd(fd: hasPassedOn ? -1 : waker.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: ended, events: Int16(POLLIN), revents: 0),
            pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: writing, events: Int16(POLLOUT), revents: 0),
        ]
        // A child that stops tells nobody but whoever asks.
        var patience: Int32 = ended < 0 || waker.descriptor < 0 ? Self.lookInterval : 100
        if let deadline { patience = min(patience, (deadline - .now).millisecondsRoundedUp) }
        poll(&entries, 4, patience)
    }

    /// Writes as much of the input as goes.
    private mutating func feed() {
        while writing >= 0 {
            if written == input.count { return closeWriting() }
            let count = input.withUnsafeBytes {
                write(writing, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                // A program that does not read all of its input is within its rights.
                return closeWriting()
            }
        }
    }

    private mutating func closeWriting() {
        Glibc.close(writing)
        writing = -1
    }

    /// Reads what there is of the output.
    private mutating func gather() throws(ChildProcess.Failure) {
        while reading >= 0 {
            var failure: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, filled in
                let count = read(reading, buffer.baseAddress, buffer.count)
                failure = count < 0 ? errno : 0
                filled = max(0, count)
            }
            if failure == EINTR { continue }
            if failure == EAGAIN { return }
            if piece.isEmpty {
                Glibc.close(reading)
                reading = -1
                return
            }
            if collected.count + piece.count > limit { throw .tooMuchOutput(limit: limit) }
            collected += piece
        }
    }

    /// Whether the child has ended. One that was stopped for want of the terminal gets it, if it is ours to give.
    private mutating func look() throws(ChildProcess.Failure) -> ChildProcess.Ending? {
        var status: Int32 = 0
        let waited = waitpid(child, &status, WNOHANG | WUNTRACED)
        if waited == 0 || waited < 0 && errno == EINTR { return nil }
        if waited < 0 {
            reaped()
            throw .system(SystemError("waiting for a program"))
        }
        if status & 0xFF == 0x7F {
            let signal = status >> 8 & 0xFF
            if signal == SIGTTIN || signal == SIGTTOU, terminal.give() {
                kill(-child, SIGCONT)
                return nil
            }
            end()
            terminal.takeBack()
            return .stopped
        }
        reaped()
        return status & 0x7F != 0 ? .signal(status & 0x7F) : .status(status >> 8 & 0xFF)
    }

    private mutating func reaped() {
        isReaped = true
        ChildRegistry.remove(child)
    }

    // MARK: Ending

    /// Ends the child and whatever else is in its group.
    mutating func end() {
        defer { terminal.takeBack() }
        if isReaped { return }
        kill(-child, SIGTERM)
        // One that is stopped takes no signal but this.
        kill(-child, SIGCONT)
        let deadline = MonotonicTime.now + ChildProcess.grace
        var status: Int32 = 0
        while MonotonicTime.now < deadline {
            let waited = waitpid(child, &status, WNOHANG)
            if waited == child || waited < 0 && errno != EINTR { break }
            var entry = pollfd(fd: ended, events: Int16(POLLIN), revents: 0)
            // A pipe that is full may be what keeps it from ending.
            try? gather()
            poll(&entry, 1, Self.lookInterval)
        }
        kill(-child, SIGKILL)
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        reaped()
    }
}
