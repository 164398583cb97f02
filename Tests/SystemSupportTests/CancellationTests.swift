import Glibc
import Synchronization
import SystemSupport
import Testing

@Suite("Cancellation, clocks, threads")
struct CancellationTests {
    @Test func aChildCountsAsRaisedWithItsParentUntilItIsReset() {
        let parent = Cancellation()
        let child = Cancellation(parent: parent)
        #expect(!child.isCancelled)
        parent.cancel()
        #expect(child.isCancelled)
        child.reset()
        #expect(!child.isCancelled && parent.isCancelled)
        child.cancel()
        #expect(child.isCancelled)
    }

    @Test("Observers are called for their own and for the parent's raising, and not once they are gone")
    func observers() {
        let parent = Cancellation()
        let child = Cancellation(parent: parent)
        let count = Mutex(0)
        child.whileObserving({ count.withLock { $0 += 1 } }) {
            child.cancel()
            parent.cancel()
        }
        #expect(count.withLock { $0 } == 2)
        parent.cancel()
        #expect(count.withLock { $0 } == 2)
        child.whileObserving({ count.withLock { $0 += 1 } }) {}
        #expect(count.withLock { $0 } == 3, "raised before it was observed")
    }

    @Test("Whatever waits is woken: a sleep, a wait, a pipe", arguments: 0..<3) func waits(_ kind: Int) throws {
        let cancellation = Cancellation()
        let pipe = try Descriptor.pipe()
        defer {
            close(pipe.reading)
            close(pipe.writing)
        }
        let began = MonotonicTime.now
        _ = try whileRunning({
            switch kind {
            case 0: SystemClock().sleep(for: .seconds(3600), cancellation: cancellation)
            case 1: cancellation.wait()
            default: _ = Descriptor.wait(for: POLLIN, on: pipe.reading, cancellation)
            }
        }) { cancellation.cancel() }
        #expect(MonotonicTime.now - began < .seconds(60))
    }

    @Test func aPipeThatIsReadyIsReadAlsoByAPatientReader() throws {
        let pipe = try Descriptor.pipe()
        defer { close(pipe.reading) }
        #expect(Descriptor.wait(for: POLLIN, on: pipe.reading, until: .now, nil) == .timedOut)
        _ = write(pipe.writing, "abc", 3)
        #expect(try Descriptor.read(pipe.reading, upTo: 10, name: "pipe", nil) == Array("abc".utf8))
        close(pipe.writing)
        #expect(try Descriptor.read(pipe.reading, upTo: 10, name: "pipe", nil) == nil)
    }

    @Test("A full pipe is given up when the cancellation is raised, and a pipe without a reader is told") func output()
        throws
    {
        let pipe = try Descriptor.pipe()
        let channel = OutputChannel(pipe.writing, name: "the pipe")
        let cancellation = Cancellation()
        let kind = try whileRunning({ () -> SystemError.Kind? in
            do {
                try channel.write([UInt8](repeating: 0, count: 10 << 20), cancellation)
                return nil
            } catch { return (error as? SystemError)?.kind }
        }) { cancellation.cancel() }
        #expect(kind == .cancelled)
        // Whoever shares the pipe sees no change of its flags.
        #expect(fcntl(pipe.writing, F_GETFL) & O_NONBLOCK == 0)
        signal(SIGPIPE, SIG_IGN)
        close(pipe.reading)
        #expect { try channel.write([1], nil) } throws: { ($0 as? SystemError)?.isClosedPipe == true }
        close(pipe.writing)
    }

    @Test func aThreadThatCannotStartSaysSo() {
        #expect(throws: SystemError.self) { try SystemThread.start(stackSize: 1 << 60) {}.join() }
    }

    @Test func timesAreKeptToWhatTheyHold() {
        #expect(WallTime(nanoseconds: .max) + .seconds(1) == WallTime(nanoseconds: .max))
        #expect(MonotonicTime(nanoseconds: .min) + .seconds(-1) == MonotonicTime(nanoseconds: .min))
        #expect(WallTime(nanoseconds: -1).seconds == -1)
        #expect(Duration.seconds(1 << 50).nanoseconds == .max)
        #expect(Duration.nanoseconds(1).millisecondsRoundedUp == 1)
        #expect(Timestamp.httpText(WallTime(seconds: 1_795_381_920)) == "Sun, 22 Nov 2026 21:12:00 GMT")
    }
}
