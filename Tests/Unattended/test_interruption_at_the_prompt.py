"""Ctrl-C and signals at the prompt, whatever a statement is stuck in: the statement ends and the session goes on, or the
session ends in order and leaves the terminal as it was."""

import signal
import statistics
import time
import unittest

import terminal as t
from interrupted import ON_EXIT, SAY_READY, TYPED, TerminalCase, WAYS, named
from blocking_states import CHILDREN, COMPUTING, NETWORK, READING, READY, WAITING, WRITING
from processes import LONG, check_all, expect, is_asleep

#: Those that can be typed at a prompt.
STATES = [state for state in READING + WRITING + WAITING + COMPUTING + CHILDREN + NETWORK
          if state.text and not state.out_is_full and not state.err_is_full and "--stream" not in state.ways
          and state.name != "a secret from a FIFO"]


class AtThePrompt(unittest.TestCase):
    latencies, tried = [], 0

    @classmethod
    def tearDownClass(cls):
        if cls.latencies:
            ended = len(cls.latencies)
            print(f"\nfigure: {len(STATES)} states × {'all' if LONG else 'some'} ways to interrupt at the prompt, {cls.tried} cases, tried: "
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
        # By default one way that goes on and one that ends, in turn.
        cases = [(state, way) for place, state in enumerate(STATES) for way in (WAYS if LONG else (WAYS[place % 2], WAYS[2 + place % 2]))]
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


if __name__ == "__main__":
    unittest.main()
