"""A person at a terminal: types at vpcsh through a pseudo-terminal and reads a real screen."""

import os
import pathlib
import re
import select
import shutil
import signal
import tempfile
import termios
import time
import unittest

import pexpect
import pyte

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("VPCSH", str(REPOSITORY / ".build" / "release" / "vpcsh"))

#: Seconds until a test gives up waiting. Nothing waits this long when it works.
PATIENCE = float(os.environ.get("PATIENCE", "10"))

PROMPT = "cn-hangzhou local> "

ENTER, TAB, UP, DOWN, LEFT, RIGHT, BACKSPACE = "\r", "\t", "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C", "\x7f"
CTRL_A, CTRL_C, CTRL_D, CTRL_E, CTRL_L, CTRL_R, CTRL_U = "\x01", "\x03", "\x04", "\x05", "\x0c", "\x12", "\x15"

#: What a line editor sends when it begins to take keys, and when it ends.
EDITING, EDITED = b"\x1b[?2004h", b"\x1b[?2004l"


def pasted(text):
    """What a terminal sends for a paste."""
    return "\x1b[200~" + text.replace("\n", "\r") + "\x1b[201~"


class Home:
    """A home folder that belongs to one test."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="vpcsh-terminal-"))
        self.state = self.path / "state"
        self.history = self.state / "vpcsh" / "history"

    def environment(self, **changes):
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.path),
            "XDG_STATE_HOME": str(self.state),
            "XDG_CONFIG_HOME": str(self.path / "config"),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        environment.update(changes)
        return {name: value for name, value in environment.items() if value is not None}

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def usual_signals():
    """The program meets signals as in a terminal of its own, even where the tests run under nohup."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """One session of the program on a screen of its own."""

    def __init__(self, home, arguments=(), columns=80, rows=24, **environment):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            PROGRAM, list(arguments), env=home.environment(**environment), cwd=str(home.path),
            dimensions=(rows, columns), timeout=PATIENCE, preexec_fn=usual_signals)
        self.child.delaybeforesend = None
        self.child.ptyproc.delayafterclose = 0
        self.child.ptyproc.delayafterterminate = 0

    # What the person sees.

    @property
    def rows(self):
        """The screen's rows without blanks at their ends."""
        return [row.rstrip() for row in self.screen.display]

    @property
    def text(self):
        return "\n".join(self.rows).rstrip()

    @property
    def before_cursor(self):
        """The row of the cursor up to the cursor. A wide character is one character here."""
        row = self.screen.buffer[self.screen.cursor.y]
        return "".join(row[column].data for column in range(self.screen.cursor.x))

    @property
    def row_at_cursor(self):
        return self.rows[self.screen.cursor.y]

    @property
    def is_editing(self):
        """Whether the program takes keys now."""
        return self.raw.rfind(EDITING) > self.raw.rfind(EDITED)

    @property
    def prompts(self):
        """How many lines the program has begun to read."""
        return self.raw.count(EDITING)

    @property
    def is_cooked(self):
        """Whether the terminal edits lines, echoes and raises signals by itself, as it does for any program."""
        flags = termios.tcgetattr(self.child.child_fd)
        wanted = termios.ICANON | termios.ECHO | termios.ISIG
        return flags[3] & wanted == wanted and bool(flags[0] & termios.ICRNL) and bool(flags[1] & termios.OPOST)

    # What the person does.

    def type(self, keys):
        """Sends keys, and takes what is shown meanwhile, or both sides would wait for each other."""
        rest = keys.encode() if isinstance(keys, str) else keys
        descriptor = self.child.child_fd
        deadline = time.monotonic() + 6 * PATIENCE
        while rest:
            readable, writable, _ = select.select([descriptor], [descriptor], [], PATIENCE)
            if readable:
                self._take(0)
            if writable:
                rest = rest[os.write(descriptor, rest[:1024]):]
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(rest)} bytes of input are not taken; the screen:\n{self.text}")

    def enter(self, line=""):
        """Types a line, presses Enter and waits until the program reads the next one."""
        before = self.prompts
        self.type(line + ENTER)
        self.wait(lambda: self.prompts > before and self.before_cursor.endswith(" "), f"a prompt after {line[:60]!r}")

    def go_on(self, line):
        """Types a line that its statement does not end with, presses Enter and waits for the next row of it."""
        row = self.screen.cursor.y
        self.type(line + ENTER)
        self.wait(lambda: self.is_editing and self.screen.cursor.y > row and self.before_cursor == "",
                  f"a row after {line[:60]!r}")

    def wait(self, condition, what, patience=None):
        """Waits until `condition` holds on what is shown."""
        deadline = time.monotonic() + (patience or PATIENCE)
        while not condition():
            if not self._take(deadline - time.monotonic()):
                if condition():
                    return
                raise AssertionError(f"no sign of {what}; the screen:\n{self.text}\n(last output {self.raw[-200:]!r})")

    def wait_for(self, text):
        """Waits until a row shows `text`."""
        self.wait(lambda: any(text in row for row in self.rows), repr(text))

    def wait_for_row(self, text):
        """Waits until a whole row is `text`."""
        self.wait(lambda: text in self.rows, f"a row {text!r}")

    def wait_for_line(self, text):
        """Waits until the line that is edited is `text`, with the cursor at its end."""
        self.wait(lambda: self.is_editing and self.before_cursor == PROMPT + text, f"the line {text!r}")

    def wait_for_prompt(self):
        self.wait_for_line("")

    def wait_until_running(self):
        """Waits until the line has been taken and its statement runs."""
        self.wait(lambda: not self.is_editing, "a running statement")

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def wait_for_end(self):
        """Waits until the program has ended; its status, or minus the signal that ended it."""
        deadline = time.monotonic() + PATIENCE
        while self._take(deadline - time.monotonic()):
            pass
        return self._status(deadline)

    def hang_up(self):
        """Takes the terminal away. The program's status, or minus the signal that ended it."""
        self._close_terminal()
        return self._status(time.monotonic() + PATIENCE)

    def kill(self, number):
        os.kill(self.child.pid, number)

    def close(self):
        """Ends the program in any case."""
        if not getattr(self, "_ended", False):
            try:
                os.kill(self.child.pid, signal.SIGKILL)
                os.waitpid(self.child.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        self._close_terminal()
        self.child.terminated = self.child.ptyproc.terminated = True

    def _close_terminal(self):
        # Not by pexpect's own close, which sleeps.
        if not self.child.closed:
            self.child.ptyproc.fileobj.close()
            self.child.closed = self.child.ptyproc.closed = True

    def _status(self, deadline):
        # The end of a process that is not waited for by signal has to be asked for.
        descriptor = os.pidfd_open(self.child.pid)
        try:
            ready, _, _ = select.select([descriptor], [], [], max(deadline - time.monotonic(), 0))
            if not ready:
                raise AssertionError(f"the program goes on; the screen:\n{self.text}")
        finally:
            os.close(descriptor)
        _, status = os.waitpid(self.child.pid, 0)
        self._ended = True
        return os.waitstatus_to_exitcode(status)

    def _take(self, patience):
        """Takes output. False when none comes within `patience` seconds, or none comes ever."""
        if patience < 0:
            return False
        descriptor = self.child.child_fd
        ready, _, _ = select.select([descriptor], [], [], patience)
        if not ready:
            return False
        try:
            data = os.read(descriptor, 65536)
        except OSError:  # The program has closed its side.
            return False
        self.raw += data
        self.stream.feed(data)
        return bool(data)


class TerminalTest(unittest.TestCase):
    """A test with a home folder, whose sessions end with it."""

    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.remove)

    def start(self, *arguments, **options):
        """A session that nothing has been waited for."""
        terminal = Terminal(self.home, arguments, **options)
        self.addCleanup(terminal.close)
        return terminal

    def session(self, *arguments, **options):
        """A session at its first prompt."""
        terminal = self.start(*arguments, **options)
        terminal.wait_for_prompt()
        return terminal

    def assert_row(self, terminal, text):
        self.assertIn(text, terminal.rows, terminal.text)

    def assert_styled(self, terminal, expected):
        """Whether anything was coloured or emphasised."""
        found = re.search(rb"\x1b\[[0-9;]*[1-9][0-9;]*m", terminal.raw)
        self.assertEqual(bool(found), expected, terminal.raw)
