import Glibc

/// Stopping and going on, as with Ctrl-Z and `fg`.
package enum JobControl {
    /// Stops the process, with all that runs in the terminal's foreground beside it, as the terminal's own key would.
    /// Returns when the process goes on: at once where nobody could wake it.
    package static func stop() {
        // A signal to the whole group may come to another thread of ours, and this one would go on for a moment and set
        // the terminal, which by then is the shell's. So the others are told, and this thread stops the process itself.
        let former = signal(SIGTSTP, SIG_IGN)
        kill(0, SIGTSTP)
        stopAlone()
        signal(SIGTSTP, former)
    }

    /// Stops the process alone: for when the others have been told.
    package static func stopAlone() {
        let former = signal(SIGTSTP, SIG_DFL)
        raise(SIGTSTP)
        signal(SIGTSTP, former)
    }
}
