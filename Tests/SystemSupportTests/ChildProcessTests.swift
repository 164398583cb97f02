import Glibc
import SystemSupport
import Testing

@Suite("Programs that are run", .serialized)
struct ChildProcessTests {
    private func run(
        _ command: String, input: ChildProcess.Input = .nothing, limit: Int = 1 << 20, timeLimit: Duration? = nil,
        _ cancellation: Cancellation = Cancellation()
    ) throws(ChildProcess.Failure) -> (ending: ChildProcess.Ending, output: String) {
        var process = ChildProcess(.shell(command))
        process.input = input
        process.output = .collected(limit: limit)
        process.timeLimit = timeLimit
        let (ending, output) = try process.run(cancellation)
        return (ending, String(decoding: output, as: UTF8.self))
    }

    @Test("Input goes in, output comes out, also more of both than a pipe holds") func exchanges() throws {
        let text = String(repeating: "0123456789", count: 100_000)
        let (ending, output) = try run("cat", input: .bytes(Array(text.utf8)))
        #expect(ending == .status(0))
        #expect(output == text)
    }

    @Test func endingsAreTold() throws {
        #expect(try run("exit 3").ending == .status(3))
        #expect(try run("kill -KILL $$").ending == .signal(SIGKILL))
        #expect(try run("true", input: .bytes([UInt8](repeating: 0, count: 1 << 20))).ending == .status(0))
    }

    @Test func whatCannotBeStartedIsAnError() {
        #expect(throws: ChildProcess.Failure.self) {
            try ChildProcess(.words(["/no/such/program"])).run(Cancellation())
        }
        #expect(throws: ChildProcess.Failure.self) { try ChildProcess(.words(["a\u{0}b"])).run(Cancellation()) }
    }

    @Test("Output beyond a limit, and time beyond one, end the program") func limits() {
        #expect { try run("yes", limit: 1000) } throws: {
            if case .tooMuchOutput(limit: 1000)? = $0 as? ChildProcess.Failure { true } else { false }
        }
        #expect { try run("exec >&-; sleep 60", timeLimit: .milliseconds(50)) } throws: {
            if case .timedOut? = $0 as? ChildProcess.Failure { true } else { false }
        }
    }

    @Test("What is left in the background is not waited for") func background() throws {
        let (ending, output) = try run("sleep 60 & echo $!")
        #expect(ending == .status(0))
        let child = try #require(pid_t(output.dropLast()))
        kill(child, SIGKILL)
    }

    @Test(
        "A cancelled program ends with all that is in its group, also one that ignores SIGTERM",
        arguments: ["sleep 60 & sleep 60", "trap '' TERM; sleep 60 & sleep 60"])
    func cancelled(_ command: String) throws {
        let folder = TemporaryFolder()
        let file = folder / "pids"
        let cancellation = Cancellation()
        let wasCancelled = try whileRunning({ () -> Bool in
            do {
                _ = try run("echo $$ > \(file); \(command)", cancellation)
                return false
            } catch {
                if case ChildProcess.Failure.cancelled = error { return true } else { return false }
            }
        }) {
            while folder.text("pids")?.hasSuffix("\n") != true { poll(nil, 0, 1) }
            cancellation.cancel()
        }
        #expect(wasCancelled)
        let group = try #require(folder.text("pids").flatMap { pid_t($0.dropLast()) })
        // Nothing of the group runs: what has ended is the first process's to bury, which in a container may never happen.
        var isGone = false
        for _ in 0..<1000 where !isGone {
            isGone = !Self.runs(group: group)
            if !isGone { poll(nil, 0, 1) }
        }
        #expect(isGone)
    }

    @Test("A child has the defaults for signals") func inherited() throws {
        SignalState.prepare()
        let (_, ignored) = try run("grep SigIgn /proc/self/status")
        let mask = try #require(UInt64(ignored.split(separator: "\t").last?.dropLast() ?? "", radix: 16))
        #expect(mask & (1 << UInt64(SIGPIPE - 1)) == 0 || SignalState.wasIgnored(SIGPIPE))
        let (_, blocked) = try run("grep SigBlk /proc/self/status")
        #expect(blocked.hasSuffix("0000000000000000\n"))
    }

    /// Whether a process of the group is still there that has not ended.
    private static func runs(group: pid_t) -> Bool {
        Folder.names(in: "/proc").contains { name in
            guard Int32(name) != nil, let text = try? File.read("/proc/\(name)/stat", limit: 1 << 16, nil) else {
                return false
            }
            // Past the name of the program, which may hold anything: state, parent, group.
            let fields = String(decoding: text, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 2 && fields[0] != "Z" && Int32(fields[2]) == group
        }
    }
}
