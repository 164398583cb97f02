"""Ctrl-C and signals at the prompt, whatever a statement is stuck in: the statement ends and the session goes on, or the
session ends in order and leaves the terminal as it was."""

import os
import pathlib
import select
import signal
import statistics
import sys
import termios
import threading
import time
import types
import unittest

import terminal as t

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
from blocking_states import CHILDREN, COMPUTING, NETWORK, READING, READY, WAITING, WRITING  # noqa: E402
from processes import Case, Problem, check_all, expect, is_asleep  # noqa: E402

TYPED = "Ctrl-C"
WAYS = (TYPED, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Those that can be typed at a prompt.
STATES = [state for state in READING + WRITING + WAITING + COMPUTING + CHILDREN + NETWORK
          if state.text and not state.out_is_full and not state.err_is_full and "--stream" not in state.ways
          and state.name != "a secret from a FIFO"]
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


class AtThePrompt(unittest.TestCase):
    latencies, tried = [], 0

    @classmethod
    def tearDownClass(cls):
        if cls.latencies:
            ended = len(cls.latencies)
            print(f"\nfigure: {len(STATES)} states × {len(WAYS)} ways to interrupt at the prompt, {cls.tried} cases, tried: "
                  f"{'all' if ended == cls.tried else ended} ended as expected; "
                  f"median {statistics.median(cls.latencies) * 1000:.0f} ms, worst {max(cls.latencies) * 1000:.0f} ms")

    def interrupted(self, item):
        state, way = item
        with TerminalCase() as case:
            state.prepare(case)
            shell = case.open("--no-rc", *state.options(case))
            text = state.text(case).strip().replace("\n", "; ")
            # A block keeps handlers and names of the state to itself; only `source`, which is read before anything
            # runs, cannot stand in one.
            sourcing = text.startswith("source")
            shell.type((text if sourcing else f"{{ {ON_EXIT}; {SAY_READY}; {text} }}") + t.ENTER)
            if sourcing:
                case.until(lambda: case.out and not shell.is_editing, "running")
            case.until(lambda: (sourcing or READY in case.out) and state.reached(case), "in the state")
            start = time.monotonic()
            case.interrupt(way)
            if way in (TYPED, signal.SIGINT):
                case.at_prompt()
                seconds = time.monotonic() - start
                shell.type('print "still" "he\\u{72}e"' + t.ENTER)
                shell.wait_for_row("still here")
            else:
                seconds, status = case.ended()
                expect(status in (128 + way, -way), f"expected the status {128 + way}, not {status}")
                case.expect_terminal_restored()
            expect(sourcing or case.out.count("clean up") == 1, f"'on exit' ran {case.out.count('clean up')} times")
            case.expect_nothing_left()
            return seconds

    def test_states(self):
        cases = [(state, way) for state in STATES for way in WAYS]
        kind = type(self)
        kind.tried = len(cases)

        def timed(item):
            seconds = self.interrupted(item)
            if seconds > item[0].limit:
                # A machine that is busy with something else is slow once; a program that is slow is so again.
                seconds = min(seconds, self.interrupted(item))
            kind.latencies.append(seconds)
            expect(seconds <= item[0].limit, f"it took {seconds:.2f} s")

        check_all(self, timed, cases, named)

    def test_while_nothing_runs(self):
        def interrupt(item):
            typed, way = item
            with TerminalCase() as case:
                shell = case.open("--no-rc", "--local=:memory:")
                shell.type(typed)
                case.until(lambda: case.out and shell.before_cursor.endswith(typed.split("\n")[-1].strip()), "typed")
                if way in (TYPED, signal.SIGINT):
                    before = shell.prompts
                    case.interrupt(way)
                    case.until(lambda: case.out and shell.prompts > before and shell.before_cursor == t.PROMPT, "at a fresh prompt")
                    shell.type('print "still" "he\\u{72}e"' + t.ENTER)
                    shell.wait_for_row("still here")
                else:
                    case.interrupt(way)
                    seconds, status = case.ended()
                    expect(status in (128 + way, -way), f"expected the status {128 + way}, not {status}")
                    expect(seconds <= 1, f"it took {seconds:.2f} s")
                    case.expect_terminal_restored()

        check_all(self, interrupt, [(typed, way) for typed in ("", "print half") for way in WAYS],
                  lambda case: named((case[0] or "an empty line", case[1])))


    def test_on_exit_of_the_session(self):
        """At a bare prompt the block is the session: what was promised there is done when it ends, and only then."""
        def end(way):
            with TerminalCase() as case:
                shell = case.open("--no-rc", "--local=:memory:")
                shell.enter(ON_EXIT)
                shell.enter("print one")
                shell.type("wait 1h" + t.ENTER)
                shell.wait_until_running()
                shell.type(t.CTRL_C)
                case.at_prompt()
                expect("clean up" not in case.out, "'on exit' of the session ran after a line")
                if isinstance(way, str):
                    shell.type(way)
                else:
                    shell.kill(way)
                case.ended()
                expect(case.out.count("clean up") == 1, f"'on exit' ran {case.out.count('clean up')} times at the end")

        check_all(self, end, [t.CTRL_D, "exit 3" + t.ENTER, signal.SIGTERM, signal.SIGHUP], lambda way: f"{way!r}")


class Scripts(unittest.TestCase):
    """Runs on a terminal that are no session."""

    def run_until(self, way, text, *arguments, reached, typed="", kept=True):
        """Starts a script with its marker of what was done on exit, interrupts it, and looks at what is left."""
        with TerminalCase() as case:
            words = [argument.replace("@script@", case.file("a.vpcsh", text)) for argument in arguments]
            shell = case.open("--local=:memory:", *words, prompt=False)
            shell.type(typed)
            case.until(lambda: reached(case), "in the state")
            case.interrupt(way)
            seconds, status = case.ended()
            number = signal.SIGINT if way == TYPED else way
            expect(status in (128 + number, -number), f"expected the status {128 + number}, not {status}: {case.out[-300:]!r}")
            expect(seconds <= 1, f"it took {seconds:.2f} s")
            expect(case.out.count("clean up") == (1 if kept else 0), f"'on exit' ran {case.out.count('clean up')} times")
            case.expect_terminal_restored()
            case.expect_nothing_left()

    def check(self, *arguments, **options):
        check_all(self, lambda way: self.run_until(way, *arguments, **options), WAYS, lambda way: named(("here", way)))

    def test_a_script_that_is_typed(self):
        self.check("", "-", kept=False, typed="print never\r", reached=lambda case: "never" in case.out and is_asleep(case.process.pid))

    def test_a_secret_that_is_asked_for(self):
        # At this point nothing has run: the secret is a parameter.
        self.check(f"param psk: secret\n{ON_EXIT}\nprint never\n", "@script@", "--psk", "-", kept=False,
                   reached=lambda case: "psk" in case.out and is_asleep(case.process.pid))

    def test_reading_standard_input(self):
        self.check(f'{ON_EXIT}\n{SAY_READY}\nlet t = read("-")\n', "@script@",
                   reached=lambda case: READY in case.out and is_asleep(case.process.pid))

    def test_waiting_with_a_line_of_progress(self):
        self.check(f"{ON_EXIT}\n{SAY_READY}\nwait 1h\n", "@script@",
                   reached=lambda case: READY in case.out and is_asleep(case.process.pid))

    def test_a_child(self):
        self.check(f'{ON_EXIT}\n{SAY_READY}\nnull | sh "sleep 100"\n', "@script@",
                   reached=lambda case: READY in case.out and case.survivors() and is_asleep(case.process.pid))


class Unread(unittest.TestCase):
    """A terminal that shows nothing: nobody reads its output, or Ctrl-S has stopped it."""

    LOOP = "on exit { [1] | json | save 'left' }\nlet i = 0\nwhile true { print 0123456789012345678901234567890123456789 }\n"

    def test_a_signal_ends_the_run_all_the_same(self):
        def end(item):
            what, number = item
            with TerminalCase() as case:
                shell = case.open("--local=:memory:", case.file("a.vpcsh", self.LOOP), prompt=False)
                if what == "stopped":
                    shell.wait(lambda: b"0123" in shell.raw, "output")
                    os.write(shell.child.child_fd, b"\x13")
                    case.until(lambda: not shell._take(0.05), "stopped")
                case.until(lambda: is_asleep(case.process.pid, pause=0.02), "stuck in writing")
                descriptor = os.pidfd_open(case.process.pid)
                case.ends.callback(os.close, descriptor)
                shell.kill(number)
                # What it still wants to say is not read.
                expect(select.select([descriptor], [], [], HANGS)[0], "it goes on")
                expect(shell._status(time.monotonic() + 1) in (128 + number, -number), "status")
                expect((case.folder / "left").exists(), "'on exit' did not run")

        check_all(self, end, [(what, number) for what in ("unread", "stopped") for number in WAYS[1:]], named)

    def test_ctrl_c_ends_the_statement_at_a_prompt(self):
        with TerminalCase() as case:
            shell = case.open("--no-rc", "--local=:memory:")
            shell.type("while true { print 0123456789012345678901234567890123456789 }" + t.ENTER)
            case.until(lambda: is_asleep(case.process.pid, pause=0.02), "stuck in writing")
            shell.kill(signal.SIGINT)
            # Now somebody reads again.
            shell.wait(lambda: shell.is_editing and shell.before_cursor == t.PROMPT, "the prompt")
            shell.type('print "still" "he\\u{72}e"' + t.ENTER)
            shell.wait_for_row("still here")


class HangingUp(unittest.TestCase):
    """The terminal goes away: the session ends, with what was promised on exit, and its children with it."""

    def test_it_goes_away(self):
        bodies = {"idle": "", "wait": "wait 1h", "loop": "while true { }", "output": "while true { print 01234567890123456789 }",
                  "sh": 'null | sh "sleep 100"', "sh that ignores it": "null | sh \"trap '' TERM INT HUP; sleep 100\"",
                  "input": 'let t = read("-")', "wait until": "wait until false", "parallel": "for i in range(3) parallel 3 { wait 1h }"}

        def hang_up(item):
            what, way = item
            with TerminalCase() as case:
                on_exit = f"on exit {{ [1] | json | save '{case.folder}/left' }}"
                if way == "the prompt":
                    shell = case.open("--no-rc", "--local=:memory:")
                    shell.enter(on_exit)
                    if bodies[what]:
                        shell.type(bodies[what] + t.ENTER)
                        shell.wait_until_running()
                else:
                    text = f"{on_exit}\n{SAY_READY}\n{bodies[what] or 'wait 1h'}\n"
                    shell = case.open("--local=:memory:", case.file("a.vpcsh", text), prompt=False)
                    shell.wait(lambda: READY.encode() in shell.raw, READY)
                if what not in ("loop", "output"):
                    case.until(lambda: case.out is not None and is_asleep(case.process.pid), "waiting")
                shell._close_terminal()
                status = shell._status(time.monotonic() + HANGS)
                # What is written to, or read from, a terminal that is gone may fail before the signal is looked at.
                right = {129, -signal.SIGHUP} | ({1} if what in ("output", "input") else set())
                expect(status in right, f"status {status}")
                expect((case.folder / "left").exists(), "'on exit' did not run")
                case.expect_nothing_left()

        check_all(self, hang_up, [(what, way) for what in bodies for way in ("the prompt", "a script")],
                  lambda case: f"{case[0]} / {case[1]}")


if __name__ == "__main__":
    unittest.main()
