"""Standard output that fails at any byte: it is told and the status says so; a reader that has left is no error."""

import errno
import os
import random
import re
import subprocess
import unittest

from preloaded import FAILING_OUTPUT, MISSING, library
from processes import Case, LONG, check_all, expect
from program import KEYS, MEMORY
from service import Service, chosen, json_answer

ON_EXIT = "on exit { warn left }\n"
LIST = '[{Name: "one", Id: 1}, {Name: "two", Id: 22}, {Name: "three"}]'
PROGRAMS = {
    "a loop of prints": (ON_EXIT + 'for i in range(20) { print "line $i" }\nwarn end', (MEMORY,)),
    "a print of many lines": (ON_EXIT + 'print """\n  a\n  b\n  c\n  """\nprint d\nwarn end', (MEMORY,)),
    "a table": (ON_EXIT + LIST + "\nwarn end", ("--format", "table")),
    "json": (ON_EXIT + LIST + "\n" + LIST + "\nwarn end", ("--format", "json")),
    "csv": (ON_EXIT + LIST + "\nwarn end", ("--format", "csv")),
    "yaml": (ON_EXIT + LIST + "\nwarn end", ("--format", "yaml")),
    "an empty list of the service": (ON_EXIT + "DescribeVpcs\nDescribeVpcs\nwarn end", (MEMORY,)),
    "pages as jsonl": (ON_EXIT + "ListIpsecServers | jsonl\nwarn end", ("--endpoint", "@url@")),
    "a parallel loop": (ON_EXIT + "for i in range(8) parallel 4 { print item }\nwarn end", (MEMORY,)),
    "output on exit": ("on exit { warn left }\non exit { print bye }\nprint one\nwarn end", (MEMORY,)),
    "a wait between": (ON_EXIT + "print one\nwait 2ms\nprint two\nwarn end", (MEMORY,)),
}
COMMANDS = {
    "--help": ("--help",), "--version": ("--version",), "the script's usage": ("@usage@", "--help"),
    "check": ("check", "--format", "json", "@script@"),
    "journal": ("journal",), "local": ("local", "--db", "@db@"), "local export": ("local", "user", "list", "--db", "@db@"),
    "fmt": ("fmt", "-"), "fmt of files": ("fmt", "--check", "@odd@"),
}
WAYS = ("file", "stdin", "-c", "--stream")


def places(length, most):
    """Where an output of this length fails: at every byte, or at a sample with both ends."""
    if length <= most:
        return range(length)
    return sorted({0, 1, 2, length - 2, length - 1, *random.Random(length).sample(range(length), most)})


def two_pages(request):
    second = request.parameters.get("NextToken")
    value = {"RequestId": "R", "MaxResults": 2, "TotalCount": 4, "IpsecServers": [
        {"IpsecServerId": f"iss-{bool(second)}-{i}"} for i in (1, 2)]}
    return json_answer(value if second else {**value, "NextToken": "next"})


class Run:
    """One program, or command, whose output can be made to fail."""

    def __init__(self, name, way=None):
        self.name, self.way = name, way

    def __str__(self):
        return f"{self.name} / {self.way or 'command'}"

    @property
    def varies(self):
        """Whether it writes something else each time: ids, times, and what several iterations print in any order."""
        return self.way is None or self.name in ("an empty list of the service", "a parallel loop")

    @property
    def status(self):
        """How it ends when its output does not fail."""
        return 1 if self.name == "fmt of files" else 0

    def start(self, case, **environment):
        """Runs it to its end, with the failing output where `environment` says so."""
        stdin = subprocess.DEVNULL
        if self.way is None:
            database = case.folder / "a.db"
            words = {
                "@script@": case.file("warned.vpcsh", "on error *.A use 1\non error *.A use 2\nprint x\n"), "@db@": str(database),
                "@usage@": case.file("usage.vpcsh", 'param gateway "which"\nparam keep: int = 1 "how many"\n'),
                "@odd@": case.file("odd.vpcsh", "print   x\n")}
            if self.name in ("journal", "local", "local export") and not database.exists():
                expect(case.run(f"--local={database}", "-c", "CreateVpc | ignore") == 0, case.told())
            arguments = [words.get(word, word) for word in COMMANDS[self.name]]
            if self.name == "fmt":
                stdin = case.opened(open(case.file("stdin", "if true {\nprint   x\n}\n" * 5), "rb"))
        else:
            text, options = PROGRAMS[self.name]
            if "@url@" in options:
                service = case.opened(Service(chosen(two_pages)))
                case.environment.update(KEYS)
                options = ("--endpoint", service.url)
            arguments = list(options)
            if self.way == "file":
                arguments.append(case.file("a.vpcsh", text))
            elif self.way == "-c":
                arguments += ["-c", text]
            else:
                arguments += ["--stream"] if self.way == "--stream" else []
                stdin = case.opened(open(case.file("stdin", text), "rb"))
        case.environment.update({"LD_PRELOAD": library(FAILING_OUTPUT), **environment})
        try:
            return case.run(*arguments, stdin=stdin)
        finally:
            for name in ("LD_PRELOAD", *environment):
                case.environment.pop(name, None)


RUNS = [Run(name, WAYS[place % len(WAYS)] if not LONG else way)
        for place, name in enumerate(PROGRAMS) for way in (WAYS if LONG else ("",))] + [Run(name) for name in COMMANDS]


@unittest.skipIf(library(FAILING_OUTPUT) is None, MISSING)
class EveryByte(unittest.TestCase):
    MOST = 4
    """How many places are tried of an output that is longer; the long run takes them all."""

    def whole(self, run):
        """The status, the standard output and the standard error of a run whose output does not fail."""
        with Case() as case:
            status = run.start(case)
            return status, (case.folder / "stdout").read_bytes(), case.err

    def cases(self):
        wholes = dict(zip(RUNS, check_all(self, self.whole, RUNS)))
        for run, (status, out, _) in wholes.items():
            self.assertEqual(status, run.status, run)
            self.assertGreater(len(out), 0, run)
        return [(run, place, wholes[run]) for run in RUNS for place in places(len(wholes[run][1]), 1 << 20 if LONG else self.MOST)]

    def fails(self, number):
        def run_case(item):
            run, place, (_, whole, _) = item
            with Case() as case:
                status = run.start(case, OUTPUT_LIMIT=str(place), OUTPUT_ERRNO=str(number))
                expect(status == 1, f"expected the status 1; {case.told()}")
                expect(re.search("standard output.*" + os.strerror(number), case.err, re.I), f"no word of it; {case.told()}")
                expect(run.way is None or case.err.count("left\n") == 1, f"'on exit' did not run once; {case.told()}")
                written = (case.folder / "stdout").read_bytes()
                expect(written == whole[:place] or run.varies, f"written was {written!r} instead of {whole[:place]!r}")

        cases = self.cases()
        check_all(self, run_case, cases, lambda item: f"{item[0]} / failing at byte {item[1]} of {len(item[2][1])}")
        print(f"\nfigure: standard output failed ({errno.errorcode[number]}) at {len(cases)} places of {len(RUNS)} runs: each told")

    def test_no_space(self):
        self.fails(errno.ENOSPC)

    def test_a_broken_device(self):
        if not LONG:
            self.skipTest("EIO is tried by the long run; ENOSPC goes the same way")
        self.fails(errno.EIO)

    def test_a_reader_that_leaves(self):
        def run_case(item):
            run, place, _ = item
            with Case() as case:
                status = run.start(case, OUTPUT_LIMIT=str(place), OUTPUT_ERRNO=str(errno.EPIPE))
                if run.way is None:
                    expect(status in (run.status, 141), f"expected the status {run.status} or 141; {case.told()}")
                    expect(case.err == "", f"it is not quiet; {case.told()}")
                    return
                came_to_its_end = "end\n" in case.err
                # Where only the output of `on exit` is cut off, either is right.
                right = (0, 141) if came_to_its_end and run.name == "output on exit" else (0 if came_to_its_end else 141,)
                expect(status in right, f"the script {'came' if came_to_its_end else 'did not come'} to its end; {case.told()}")
                expect(case.err == ("end\n" if came_to_its_end else "") + "left\n", f"it is not quiet; {case.told()}")

        cases = self.cases()
        check_all(self, run_case, cases, lambda item: f"{item[0]} / closed at byte {item[1]} of {len(item[2][1])}")
        print(f"\nfigure: standard output was closed at {len(cases)} places of {len(RUNS)} runs: each quiet, with the right status")

    def test_short_and_interrupted_writes_lose_nothing(self):
        def run_case(run):
            _, whole, _ = self.whole(run)
            with Case() as case:
                status = run.start(case, OUTPUT_SHORT="1")
                written = (case.folder / "stdout").read_bytes()
                expect(
    status == run.status and (
        written == whole or run.varies and len(written) == len(whole)),
         f"wrote {written!r}; {case.told()}")

        # The journal counts its own runs, and times go on.
        check_all(self, run_case, [run for run in RUNS if run.name != "journal"])

    def test_a_handler_does_not_hide_it(self):
        def run_case(item):
            handler, place = item
            with Case() as case:
                case.environment.update({"LD_PRELOAD": library(FAILING_OUTPUT), "OUTPUT_LIMIT": str(place)})
                status = case.run(MEMORY, "-c", f"{handler}\nfor i in range(10) {{ print line }}\nwait 1ms\nprint last")
                expect(status == 1, f"expected the status 1; {case.told()}")

        handlers = ("on error resume", "on error * use 1", "on error { warn caught }", "on error * retry up to 2 every 0ms")
        check_all(
    self, run_case, [
        (handler, place) for handler in handlers for place in (
            0, 3, 25, 52, 53)], lambda item: f"{item[0]} / {item[1]}")


@unittest.skipIf(library(FAILING_OUTPUT) is None, MISSING)
class Journal(unittest.TestCase):
    TEXT = "on exit { warn left }\nfor i in range(6) { CreateVpc | ignore\nprint \"made $i\" }\nwarn end"

    def test_it_says_how_the_run_ended(self):
        def run_case(item):
            number, place = item
            with Case() as case:
                case.environment.update({"LD_PRELOAD": library(FAILING_OUTPUT), "OUTPUT_LIMIT": str(place), "OUTPUT_ERRNO": str(number)})
                status = case.run(f"--local={case.folder}/a.db", "-c", self.TEXT)
                for name in ("LD_PRELOAD", "OUTPUT_LIMIT"):
                    del case.environment[name]
                closed = 0 if "end\n" in case.err else 141
                expect(status == (1 if number == errno.ENOSPC else closed), f"status; {case.told()}")
                expect(case.journal_end() == f"status {status}", f"the journal says {case.journal_end()!r}; {case.told()}")
                expect(case.err.count("left\n") == 1, f"'on exit'; {case.told()}")

        length = len("made 0\n" * 6)
        step = 1 if LONG else 8
        cases = [(number, place) for number in (errno.ENOSPC, errno.EPIPE) for place in range(0, length, step)]
        check_all(self, run_case, cases, lambda item: f"{errno.errorcode[item[0]]} / at byte {item[1]} of {length}")


if __name__ == "__main__":
    unittest.main()
