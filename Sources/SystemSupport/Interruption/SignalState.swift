import CLinux
import Glibc

/// How signals stood when the program was started: what whoever started it wants of it and of its children.
package enum SignalState {
    /// Before anything of ours has changed them. Read first by ``prepare()``.
    private static let inherited: (mask: sigset_t, ignored: Set<Int32>) = {
        var mask = sigset_t()
        pthread_sigmask(SIG_SETMASK, nil, &mask)
        let numbers = (1..<32).map { Int32($0) }
        return (mask, Set(numbers.filter { system_is_ignored($0) != 0 }))
    }()

    /// To be called once, before the program changes any signal: takes down how they stand, and ignores those that are
    /// errors to be met where one writes: a reader that is gone (SIGPIPE), a limit on the size of files (SIGXFSZ).
    package static func prepare() {
        _ = inherited
        InheritedDescriptors.prepare()
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// Whether whoever started the program had it ignore a signal (`nohup`, a background job of a shell without job
    /// control). Such a signal stays ignored.
    package static func wasIgnored(_ signal: Int32) -> Bool { inherited.ignored.contains(signal) }

    static var inheritedMask: sigset_t { inherited.mask }

    /// What a child has the default for, since only we ignore it.
    static var defaultsForChildren: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGPIPE, SIGXFSZ] where !wasIgnored(signal) { sigaddset(&signals, signal) }
        return signals
    }
}
