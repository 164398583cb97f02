"""Spans are measured on a clock that nobody sets: the time of day goes an hour forth or back in the middle of a wait."""

import os
import pty
import threading
import time
import unittest

from preloaded import MISSING, SET_CLOCK, library
from processes import Case, check_all, ended_within, expect
from program import KEYS, MEMORY
from service import Service, json_answer, silent

HOUR = 3600
SPANS = {
    # name: text, options, seconds that it lasts, status
    "wait": ("wait 2s", (MEMORY,), 2, 0),
    "wait until": ("wait until false for 2s", (MEMORY,), 2, 1),
    "wait until, often": ("wait until false every 50ms for 2s", (MEMORY,), 2, 1),
    "retry": ('on error * retry every 100ms for 2s\nfail "A" "b"', (MEMORY,), 2, 1),
    "retry with backoff": ('on error * retry backoff 50ms..200ms for 2s\nfail "A" "b"', (MEMORY,), 2, 1),
    "waits in a parallel loop": ("for i in range(3) parallel 3 { wait 2s }", (MEMORY,), 2, 0),
    "--timeout": ("DescribeVpcs", ("--endpoint", "@silent@", "--timeout", "2s"), 2, 4),
    "--read-timeout": ("DescribeVpcs", ("--endpoint", "@silent@", "--read-timeout", "2s", "--retries", "0"), 2, 4),
    "repetitions": ("DescribeVpcs", ("--endpoint", "@busy@", "--timeout", "2s", "--retries", "100"), 2, 3),
}


@unittest.skipIf(library(SET_CLOCK) is None, MISSING)
class Clock(unittest.TestCase):
    def lasts(self, item):
        name, shift, terminal = item
        text, options, seconds, status = SPANS[name]
        with Case() as case:
            case.environment.update({"LD_PRELOAD": library(SET_CLOCK), "CLOCK_SHIFT": str(shift), "CLOCK_AFTER": "700", **KEYS})
            if "@silent@" in options:
                options = [word.replace("@silent@", case.opened(Service(silent)).url) for word in options]
            if "@busy@" in options:
                busy = case.opened(Service(json_answer({"RequestId": "R", "Code": "ServiceUnavailable", "Message": "later"}, 503)))
                options = [word.replace("@busy@", busy.url) for word in options]
            outputs = {}
            if terminal:
                controlling, error = pty.openpty()
                threading.Thread(target=read_all, args=(controlling,), daemon=True).start()
                outputs["stderr"] = error
            started = time.monotonic()
            process = case.start(*options, "-c", text, **outputs)
            if terminal:
                os.close(error)
            took = ended_within(process, seconds + 4)
            took = None if took is None else time.monotonic() - started
            expect(took is not None, f"it goes on after {seconds + 4} s")
            # No repetition is begun that would end too late, and how long one waits is a matter of chance.
            least = 0 if name == "repetitions" else seconds - 0.3
            expect(least <= took <= seconds + 1, f"it took {took:.1f} s instead of {seconds}; {case.told()}")
            # A call that is cut off between two repetitions has had an answer, or has not.
            right = (3, 4) if name == "repetitions" else (status,)
            expect(process.returncode in right, f"status; {case.told()}")

    def test_spans_last_as_long_as_they_say(self):
        cases = [(name, shift, False) for name in SPANS for shift in (HOUR, -HOUR)]
        cases += [(name, shift, True) for name in ("wait", "wait until", "retry") for shift in (HOUR, -HOUR)]
        # They sleep: all of them can do so at once.
        check_all(
    self,
    self.lasts,
    cases,
    lambda item: f"{item[0]} / clock set by {item[1]} s{' / a terminal' if item[2] else ''}",
     at_once=len(cases))
        print(f"\nfigure: {len(cases)} spans lasted as long as they say while the clock was set")

    def test_the_library_does_set_the_clock(self):
        """Without that, the test above would say nothing."""
        with Case() as case:
            case.environment.update({"LD_PRELOAD": library(SET_CLOCK), "CLOCK_SHIFT": str(HOUR), "CLOCK_AFTER": "200"})
            status = case.run("-c", "let a = now()\nwait 400ms\nlet b = now()\nprint $a\nprint $b")
            self.assertEqual(status, 0, case.told())
            before, after = (time.strptime(line[:19], "%Y-%m-%dT%H:%M:%S") for line in case.out.splitlines())
            self.assertAlmostEqual(time.mktime(after) - time.mktime(before), HOUR, delta=5)


def read_all(descriptor):
    """Takes what is written to a terminal, until nobody has it open."""
    try:
        while os.read(descriptor, 1 << 16):
            pass
    except OSError:
        pass
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    unittest.main()
