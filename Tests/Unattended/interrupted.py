"""Cases on a terminal: each in a folder of its own, several at the same time, and interrupted in many ways."""

import os
import pathlib
import select
import signal
import sys
import termios
import threading
import time
import types

import terminal as t

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
from processes import Case, Problem, expect  # noqa: E402

TYPED = "Ctrl-C"
WAYS = (TYPED, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HANGS = 5
SAY_READY = 'warn "rea\\u{64}y"'
"""Says that it is ready, in words that the typed line does not hold."""
ON_EXIT = 'on exit { print "clea\\u{6e}" "up" }'
SPAWNING = threading.Lock()


class TerminalCase(Case):
    """A case whose program runs on a terminal."""

    def open(self, *arguments, prompt=True):
        home = types.SimpleNamespace(path=self.folder, environment=lambda **_: self.environment)
        with SPAWNING:
            self.shell = t.Terminal(home, arguments, columns=200)
        self.ends.callback(self.shell.close)
        self.process = types.SimpleNamespace(pid=self.shell.child.pid, poll=lambda: None, wait=lambda: None)
        if prompt:
            self.at_prompt()
        return self.shell

    @property
    def out(self):
        self.pump()
        return self.shell.raw.decode(errors="replace")

    err = out

    def pump(self):
        """Takes what has been written by now; not for ever, where it is written without end."""
        for _ in range(64):
            if not self.shell._take(0):
                return

    def at_prompt(self, patience=HANGS):
        try:
            self.shell.wait(lambda: self.shell.is_editing and self.shell.row_at_cursor.endswith(">"), "the prompt", patience)
        except AssertionError:
            raise Problem(f"the prompt does not come; {self.shell.text[-300:]!r}") from None

    def ended(self, seconds=HANGS):
        """Seconds until the program's end, and its status, or minus the signal. What it writes is read meanwhile."""
        start = time.monotonic()
        descriptor = os.pidfd_open(self.process.pid)
        try:
            while True:
                left = start + seconds - time.monotonic()
                expect(left > 0, f"it goes on; {self.shell.text[-300:]!r}")
                ready, _, _ = select.select([descriptor, self.shell.child.child_fd], [], [], left)
                if not ready:
                    continue
                if descriptor in ready:
                    break
                if not self.shell._take(0):
                    ready, _, _ = select.select([descriptor], [], [], max(start + seconds - time.monotonic(), 0))
                    expect(ready, "it goes on without its terminal")
                    break
            elapsed = time.monotonic() - start
        finally:
            os.close(descriptor)
        self.pump()
        return elapsed, self.shell._status(time.monotonic() + 1)

    def interrupt(self, way):
        if way == TYPED:
            self.shell.type(t.CTRL_C)
        else:
            self.shell.kill(way)

    def expect_terminal_restored(self):
        now, usual = termios.tcgetattr(self.shell.child.child_fd), usual_attributes()
        expect(now == usual, f"the terminal is not as it was: {now[:4]} instead of {usual[:4]}")
        expect(self.shell.raw.count(t.EDITING) == self.shell.raw.count(t.EDITED), "bracketed paste is left on")

    def expect_nothing_left(self):
        deadline = time.monotonic() + 1
        # What a command left in the background when it came to its own end is not the program's any more.
        while self.survivors() and "returned\r" not in self.out:
            expect(time.monotonic() < deadline, f"a child survives: {self.survivors()}")
            time.sleep(0.01)


def usual_attributes():
    """Those of a terminal that no program has changed."""
    controlling, terminal = os.openpty()
    try:
        return termios.tcgetattr(terminal)
    finally:
        os.close(controlling)
        os.close(terminal)


def named(case):
    what, way = case
    return f"{what} / {way if isinstance(way, str) else way.name}"
