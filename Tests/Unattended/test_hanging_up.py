"""Terminals that nobody reads, that Ctrl-S has stopped, or that go away in the middle of something."""

import os
import select
import signal
import time
import unittest

import terminal as t
from interrupted import HANGS, SAY_READY, TerminalCase, WAYS, named
from blocking_states import READY
from processes import check_all, expect, is_asleep


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
                # What is written to, or read from, a terminal that is gone may fail, or end, before the signal is looked at.
                right = {129, -signal.SIGHUP} | ({0, 1} if what in ("output", "input") else set())
                expect(status in right, f"status {status}")
                expect((case.folder / "left").exists(), "'on exit' did not run")
                case.expect_nothing_left()

        check_all(self, hang_up, [(what, way) for what in bodies for way in ("the prompt", "a script")],
                  lambda case: f"{case[0]} / {case[1]}")


if __name__ == "__main__":
    unittest.main()
