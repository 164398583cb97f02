import Glibc
import Synchronization

/// Lends our terminal to a child's process group: whoever is in the terminal's foreground group may read from it and gets
/// its keys' signals.
struct TerminalOwnership {
    private let child: pid_t
    private var terminal: Int32 = -1
    private(set) var wasGiven = false
    /// There is one terminal, and one child can have it.
    private static let isLent = Atomic<Bool>(false)

    init(of child: pid_t) { self.child = child }

    /// False where there is no terminal, or it is not ours to give.
    @discardableResult
    mutating func give() -> Bool {
        if terminal >= 0 { return true }
        let opened = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard opened >= 0 else { return false }
        guard tcgetpgrp(opened) == getpgrp(), !Self.isLent.exchange(true, ordering: .acquiring) else {
            close(opened)
            return false
        }
        terminal = opened
        wasGiven = true
        Self.setForeground(child, opened)
        return true
    }

    mutating func takeBack() {
        guard terminal >= 0 else { return }
        Self.setForeground(getpgrp(), terminal)
        close(terminal)
        terminal = -1
        Self.isLent.store(false, ordering: .releasing)
    }

    /// From the background, which is where we are while the terminal is lent, this would stop us.
    private static func setForeground(_ group: pid_t, _ terminal: Int32) {
        var blocked = sigset_t()
        var former = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTTOU)
        pthread_sigmask(SIG_BLOCK, &blocked, &former)
        tcsetpgrp(terminal, group)
        pthread_sigmask(SIG_SETMASK, &former, nil)
    }
}
