"""What signals mean beyond the first: a second one ends the program, two at once are one, those that were ignored when
it began stay ignored, and programs that it starts have nothing of it."""

import itertools
import json
import os
import re
import signal
import time
import unittest

from blocking_states import READY, sleeping_child
from processes import Case, check_all, ended_within, expect, is_asleep
from program import KEYS, MEMORY, PROGRAM
from service import Service, json_answer, silent

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
VPCS = {"RequestId": "R-1", "TotalCount": 0, "PageNumber": 1, "PageSize": 50, "Vpcs": {"Vpc": []}}


def named(case):
    return " / ".join(item.name if isinstance(item, signal.Signals) else str(item) for item in case)


class Second(unittest.TestCase):
    """`on exit` has begun and does not end: a further signal ends the program."""

    ON_EXIT = {
        "wait": "wait 1h", "loop": "while true { }", "wait until": "wait until false every 1h for 2h",
        "sh": 'null | sh "sleep 100"', "sh that ignores TERM": "null | sh \"trap '' TERM INT HUP; sleep 100\"",
        "a FIFO": 'let t = read("@fifo@")', "a call": "DescribeVpcs", "a full pipe": "while true { print 0123456789012345678901234567890123456789 }"}

    def second(self, what, first, then):
        with Case() as case:
            service = case.opened(Service(silent))
            case.environment.update(KEYS)
            body = self.ON_EXIT[what].replace("@fifo@", case.fifo())
            outputs = {}
            if what == "a full pipe":
                reading, writing = os.pipe()
                for end in (reading, writing):
                    case.ends.callback(os.close, end)
                outputs["stdout"] = writing
            case.start("--endpoint", service.url, "-c", f"on exit {{ warn leaving\n{body} }}\nwarn {READY}\nwait 1h", **outputs)
            case.until(lambda: READY in case.err and is_asleep(case.process.pid), "waiting")
            os.kill(case.process.pid, first)
            sent = time.monotonic()
            case.until(lambda: "leaving" in case.err, "in 'on exit'")
            # Nearer to the first one it would count as the same.
            case.until(lambda: time.monotonic() - sent >= 0.3, "300 ms later")
            os.kill(case.process.pid, then)
            seconds = ended_within(case.process, 5)
            expect(seconds is not None, f"it goes on after a second signal; {case.told()}")
            right = {128 + first, 128 + then, -first, -then}
            expect(case.process.returncode in right, f"expected one of {sorted(right)}; {case.told()}")
            expect(seconds <= 1, f"it took {seconds:.2f} s")
            deadline = time.monotonic() + 1
            while case.survivors():
                expect(time.monotonic() < deadline, f"a child survives; {case.survivors()}")
                time.sleep(0.01)
            return seconds

    def test_it_ends_the_program_at_once(self):
        cases = [("wait", *pair) for pair in itertools.product(SIGNALS, repeat=2)]
        cases += [(what, number, number) for what in self.ON_EXIT if what != "wait" for number in (signal.SIGINT, signal.SIGTERM)]
        seconds = check_all(self, lambda case: self.second(*case), cases, named)
        print(f"\nfigure: a second signal ended the program in {len(cases)} cases, worst {max(seconds) * 1000:.0f} ms")


class Together(unittest.TestCase):
    """A closing terminal and `timeout` send a signal to the group and to the program: it arrives twice."""

    def twice(self, pair):
        with Case() as case:
            case.start(MEMORY, "-c", f"on exit {{ wait 150ms\nprint cleanup }}\nwarn {READY}\nwait 1h")
            case.until(lambda: READY in case.err and is_asleep(case.process.pid), "waiting")
            for place, number in enumerate(pair):
                if place == 1:
                    # The program has taken note of the first: both would be one to the kernel otherwise.
                    case.until(lambda: not pending(case.process.pid), "signalled")
                    time.sleep(0.002)
                os.kill(case.process.pid, number)
            seconds = ended_within(case.process, 5)
            expect(seconds is not None, f"it goes on; {case.told()}")
            expect(case.process.returncode in [128 + number for number in pair], f"status; {case.told()}")
            expect(case.out == "cleanup\n", f"'on exit' did not come to its end; {case.told()}")

    def test_two_within_milliseconds_are_one(self):
        check_all(self, self.twice, list(itertools.product(SIGNALS, repeat=2)) * 2, named)

    def test_timeout_of_gnu(self):
        def run(number):
            with Case() as case:
                text = f"on exit {{ wait 150ms\nprint cleanup }}\nwarn {READY}\nwait 1h"
                start = time.monotonic()
                status = case.run("-s", number.name[3:], "0.4", PROGRAM, MEMORY, "-c", text, program="timeout", start_new_session=True)
                # That of `timeout` itself.
                expect(status == 124, f"status; {case.told()}")
                expect(case.out == "cleanup\n", f"'on exit' did not come to its end; {case.told()}")
                expect(time.monotonic() - start < 5, "it took long")

        check_all(self, run, SIGNALS, lambda number: number.name)


def pending(pid):
    """Whether a signal has been sent that the process has not taken yet."""
    with open(f"/proc/{pid}/status") as file:
        return any(int(value, 16) for value in re.findall(r"^(?:Sig|Shd)Pnd:\t(\w+)", file.read(), re.M))


class Ignored(unittest.TestCase):
    """Signals that are ignored when the program begins: nohup, background jobs, traps of the calling shell."""

    TEXT = f"on exit {{ print cleanup }}\nwarn {READY}\nwait 700ms\nprint done"

    def goes_on(self, case, number, *command, program="/bin/sh"):
        case.start(*command, program=program, start_new_session=True)
        case.until(lambda: READY in case.err, "ready")
        pid = self.vpcsh(case)
        os.kill(pid, number)
        expect(ended_within(case.process, 10) is not None, f"it does not end; {case.told()}")
        expect(case.process.returncode == 0 and case.out == "done\ncleanup\n", f"the signal was not ignored; {case.told()}")

    @staticmethod
    def vpcsh(case):
        """The program's process, which a shell may have become or have started."""
        for pid in [case.process.pid, *case.survivors()]:
            try:
                if os.path.samefile(f"/proc/{pid}/exe", PROGRAM):
                    return pid
            except OSError:
                pass
        raise AssertionError("the program does not run")

    def test_they_stay_so(self):
        def run(item):
            way, number = item
            with Case() as case:
                script = case.file("a.vpcsh", self.TEXT)
                commands = {
                    "trap": f"trap '' {number.name[3:]}; exec '{PROGRAM}' {MEMORY} '{script}'",
                    "nohup": f"exec nohup '{PROGRAM}' {MEMORY} '{script}' </dev/null",
                    "a background job": f"'{PROGRAM}' {MEMORY} '{script}' & wait $!"}
                self.goes_on(case, number, "-c", commands[way])

        cases = [("trap", number) for number in SIGNALS] + [("nohup", signal.SIGHUP), ("a background job", signal.SIGINT)]
        check_all(self, run, cases, named)

    def test_the_others_still_end_it(self):
        def run(ignored):
            with Case() as case:
                script = case.file("a.vpcsh", self.TEXT.replace("700ms", "1h"))
                case.start("-c", f"trap '' {ignored.name[3:]}; exec '{PROGRAM}' {MEMORY} '{script}'", program="/bin/sh")
                case.until(lambda: READY in case.err, "ready")
                other = signal.SIGTERM if ignored != signal.SIGTERM else signal.SIGINT
                os.kill(case.process.pid, other)
                expect(ended_within(case.process, 5) is not None, f"it goes on; {case.told()}")
                expect(case.process.returncode == 128 + other and case.out == "cleanup\n", f"status or 'on exit'; {case.told()}")

        check_all(self, run, SIGNALS, lambda number: number.name)

    def test_an_endpoint_that_nohup_started(self):
        with Case() as case:
            case.start(PROGRAM, "serve", "--port", "0", "--db", ":memory:", program="nohup")
            case.until(lambda: "listening on" in case.out, "listening")
            os.kill(case.process.pid, signal.SIGHUP)
            self.assertIsNone(ended_within(case.process, 0.5), case.told())
            os.kill(case.process.pid, signal.SIGTERM)
            self.assertIsNotNone(ended_within(case.process, 5))
            self.assertEqual(case.process.returncode, 0)


def numbers_in(mask):
    """The signals of a mask as /proc writes it, but for the two that glibc keeps for itself and that its posix_spawn
    leaves ignored."""
    return [number for number in range(1, 65) if int(mask, 16) >> (number - 1) & 1 and number not in (32, 33)]


class Children(unittest.TestCase):
    """A program that a script starts sees standard input, output and error, and meets signals as in any shell."""

    LOOK = "grep -E '^Sig(Blk|Ign)' /proc/self/status; ls -l /proc/self/fd"

    def assert_clean(self, text, where):
        signals = [(name, *numbers_in(value)) for name, value in re.findall(r"^Sig(Blk|Ign):\t(\w+)$", text, re.M)]
        found = re.findall(r" (\d+) -> (.*)$", text, re.M)
        self.assertGreaterEqual(len(found), 4, text)
        # The fourth is that of ls itself, on the folder.
        others = [(number, target) for number, target in found if int(number) > 2 and not re.fullmatch(r"/proc/\d+/fd", target)]
        self.assertEqual((set(signals), others), ({("Blk",), ("Ign",)}, []), where)

    def test_in_sh(self):
        calls = {
            "a fresh run": ("", ()), "the database": ("CreateVpc | ignore\n", ("--local=@db@",)),
            "HTTP": ("DescribeVpcs | ignore\n", ("--endpoint", "@url@")),
            "a recording": ("DescribeVpcs | ignore\n", ("--endpoint", "@url@", "--record", "@folder@/record")),
            "a write with its journal": ("CreateVpc | ignore\n", ("--endpoint", "@url@"))}
        for where, (statements, options) in calls.items():
            for form in ("null | sh '@look@'", "for i in range(6) parallel 6 { null | sh '@look@' }"):
                with self.subTest(where, form=form), Case() as case:
                    service = case.opened(Service(json_answer({**VPCS, "VpcId": "vpc-1"})))
                    case.environment.update(KEYS)
                    look = case.file("look", f"#!/bin/sh\n{self.LOOK}\n")
                    os.chmod(look, 0o755)
                    places = {"@db@": case.folder / "a.db", "@url@": service.url, "@folder@": case.folder}
                    filled = list(options)
                    for name, value in places.items():
                        filled = [option.replace(name, str(value)) for option in filled]
                    status = case.run(*filled, case.file("a.vpcsh", statements + form.replace("@look@", look)))
                    self.assertEqual(status, 0, case.told())
                    self.assert_clean(case.out, where)

    def test_in_a_credentials_program(self):
        with Case() as case:
            service = case.opened(Service(json_answer(VPCS)))
            keys = json.dumps({"mode": "AK", "access_key_id": "x", "access_key_secret": "y"})
            path = case.file("get-key", f"#!/bin/sh\n({self.LOOK}) >{case.folder}/seen\necho '{keys}'\n")
            os.chmod(path, 0o755)
            case.file("home/.aliyun/config.json", json.dumps({"current": "default", "profiles": [
                {"name": "default", "mode": "External", "process_command": path, "region_id": "cn-hangzhou"}]}))
            self.assertEqual(case.run("--endpoint", service.url, "-c", "DescribeVpcs | ignore"), 0, case.told())
            self.assert_clean((case.folder / "seen").read_text(), "a credentials program")

    def test_a_program_whose_reader_leaves_ends_quietly(self):
        with Case() as case:
            self.assertEqual(case.run("-c", "null | sh 'yes | head -1'"), 0, case.told())
            self.assertEqual((case.out, case.err), ("y\n", ""))

    def test_what_was_ignored_before_is_ignored_in_them_too(self):
        with Case() as case:
            text = case.file("a.vpcsh", "null | sh 'grep SigIgn /proc/self/status'")
            case.run("-c", f"trap '' HUP; exec '{PROGRAM}' '{text}'", program="/bin/sh")
            ignored = re.search(r"SigIgn:\t(\w+)", case.out).group(1)
            self.assertEqual(numbers_in(ignored), [signal.SIGHUP], case.told())

    def test_an_interrupt_of_the_whole_group_is_no_error_of_the_child(self):
        """Ctrl-C reaches the child and the program: it ends as interrupted, not with an error of sh."""
        with Case() as case:
            case.start(MEMORY, "-c", f"on error * {{ print caught }}\non exit {{ print cleanup }}\nwarn {READY}\nnull | sh 'sleep 100'",
                       start_new_session=True)
            case.until(lambda: sleeping_child()(case), "waiting for its child")
            os.killpg(case.process.pid, signal.SIGINT)
            self.assertIsNotNone(ended_within(case.process, 5), case.told())
            self.assertEqual((case.process.returncode, case.out), (130, "cleanup\n"), case.told())


if __name__ == "__main__":
    unittest.main()
