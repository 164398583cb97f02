"""Twice the input takes about twice the time, whatever it is made of: measured in the program's own processor time."""

import os
import subprocess
import unittest

from processes import Case, LONG, check_all, expect, left_out
from program import MEMORY, PROGRAM

MOST = 2.5
"""How much longer twice the size may take."""

FLOOR = 0.3
"""Seconds of processor time below which nothing is told by a ratio."""

SCALE = 1 if LONG else 0.3
"""By what the sizes below are multiplied."""

PATIENCE = 10
"""Seconds of processor time after which a run is cut off: in linear time the sizes below take one or two."""


def processor_time(case, *arguments, text=None, name="a.vpcsh", stdin=None, limit=PATIENCE):
    """Seconds of processor time that a run takes, and its status. A file of the text is its last argument."""
    words = [*arguments] + ([case.file(name, text)] if text is not None else [])
    # `ulimit -t` ends what would go on for ever.
    command = ["bash", "-c", f'ulimit -t {limit}; exec "$@"', "bash", PROGRAM, *words]
    with open(case.folder / "stdout", "wb") as out, open(case.folder / "stderr", "wb") as err:
        source = open(case.file("stdin", stdin), "rb") if stdin is not None else subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=source, stdout=out, stderr=err, env=case.environment, cwd=case.folder)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if stdin is not None:
            source.close()
    case.out_path, case.err_path, case.process = case.folder / "stdout", case.folder / "stderr", process
    expect(process.returncode not in (-24, -9), f"more than {limit} s of processor time")
    return usage.ru_utime + usage.ru_stime, process.returncode


def nested_handlers(depth):
    """Handlers that fail, one inside the other."""
    text = 'fail "A" "last"\n'
    for level in range(depth):
        text = f'on error as e{level} {{\n{text}}}\nfail "A" "at {level}"\n'
    return text


def loop(body, count, before="", after=""):
    return f"{before}\nfor i in range({count}) {{\n{body}\n}}\n{after}\n"


RUN, CHECK, FMT = (MEMORY,), ("check",), ("fmt",)

TEXTS = {
    # name: command, size, text of a size, statuses that are right
    "unknown commands": (CHECK, 50_000, lambda n: "".join(f"frobnicate{i} x\n" for i in range(n)), (2,)),
    "unknown operations": (CHECK, 50_000, lambda n: "".join(f"DescribeVpcz{i} X=1\n" for i in range(n)), (2,)),
    "undeclared names": (CHECK, 50_000, lambda n: "".join(f"print $name{i}\n" for i in range(n)), (2,)),
    "undeclared names beside declared ones": (CHECK, 10_000, lambda n: "".join(f"let name{i} = 1\nprint $nome{i}\n" for i in range(n)), (2,)),
    "unknown functions": (CHECK, 50_000, lambda n: "".join(f"print (lem{i}(1))\n" for i in range(n)), (2,)),
    "unknown parameters": (CHECK, 20_000, lambda n: "".join(f"DescribeVpcs VpcIdz{i}=1\n" for i in range(n)), (2,)),
    "syntax errors": (CHECK, 50_000, lambda n: "let = 1\n" * n, (2,)),
    "errors in one line": (CHECK, 20_000, lambda n: "print " + "$x " * n + "\n", (2,)),
    "warnings": (CHECK, 8_000, lambda n: "on error A.B resume\n" * n + "print x\n", (0, 2)),
    "unknown commands as json": (("check", "--format", "json"), 50_000, lambda n: "".join(f"frobnicate{i} x\n" for i in range(n)), (2,)),
    "check of statements": (CHECK, 100_000, lambda n: "print x\n" * n, (0,)),
    "check of names": (CHECK, 20_000, lambda n: "".join(f"let n{i} = {i}\nprint $n{i}\n" for i in range(n)), (0,)),
    "check of functions": (CHECK, 20_000, lambda n: "".join(f"def f{i}() {{ return {i} }}\nprint (f{i}())\n" for i in range(n)), (0,)),
    "handlers in a block": (CHECK, 4_000, lambda n: "".join(f"on error A{i}.* resume\n" for i in range(n)) + "print x\n", (0,)),
    "handlers in a block that runs": (RUN, 4_000, lambda n: "".join(f"on error A{i}.* resume\n" for i in range(n)) + 'fail "A0.x" "y"\n', (0,)),
    "nested failing handlers": (CHECK, 48, nested_handlers, (0,)),
    "nested failing handlers that run": (RUN, 48, nested_handlers, (1,)),
    "fmt of statements": (FMT, 100_000, lambda n: "print   x;print y\n" * n, (0,)),
    "fmt of blocks": (FMT, 50_000, lambda n: "if true {\nprint x\n}\n" * n, (0,)),
    "fmt of nested blocks": (FMT, 100, lambda n: "if true {\n" * n + "print x\n" + "}\n" * n, (0,)),
    "fmt of nested lists": (FMT, 100, lambda n: "let x = " + "[" * n + "1" + "]" * n + "\n", (0,)),
    "fmt of nested records": (FMT, 100, lambda n: "let x = " + "{A: " * n + "1" + "}" * n + "\n", (0,)),
    "fmt of nested parentheses": (FMT, 100, lambda n: "let x = " + "(1 + " * n + "1" + ")" * n + "\n", (0,)),
    "fmt of nested calls": (FMT, 100, lambda n: "let x = " + "len(" * n + "1" + ")" * n + "\n", (0,)),
    "fmt of a long list": (FMT, 100_000, lambda n: "let x = [" + "1, " * n + "1]\n", (0,)),
    "fmt of a long sum": (FMT, 50_000, lambda n: "let x = 1" + " + 1" * n + "\n", (0, 2)),
    "fmt of a long pipe": (FMT, 20_000, lambda n: "[1] " + "| first 1 " * n + "\n", (0, 2)),
    "fmt of long arguments": (FMT, 50_000, lambda n: "print " + "word " * n + "\n", (0,)),
    "fmt of a long text": (FMT, 1_000_000, lambda n: 'print "' + "${1}x" * (n // 5) + '"\n', (0,)),
    "fmt of comments": (FMT, 100_000, lambda n: "# comment\nprint x # behind it\n" * n, (0,)),
    "fmt of carriage returns": (FMT, 100_000, lambda n: "print x\r\n" * n, (0,)),
    "else if": (CHECK, 2_000, lambda n: "if false { }" + " else if false { }" * n + "\n", (0, 2)),
    "a chain of causes": (RUN, 1_000, lambda n: 'def f(n) {\non error as e { fail "A" "again" }\nif $n == 0 { fail "A" "first" }\nf($n - 1)\n}\nf(%d)\n' % n, (1,)),
    "a chain of causes in a loop": (RUN, 1_000, lambda n: "".join(f'on error A{i} fail "A{i + 1}" "m"\n' for i in reversed(range(n))) + 'fail "A0" "x"\n', (1,)),
}
STREAMS = {
    "a stream of declarations": (8_000, lambda n: "".join(f"let v{i} = {i}\n" for i in range(n)), (0,)),
    "a stream of functions": (4_000, lambda n: "".join(f"def f{i}() {{ return {i} }}\n" for i in range(n)), (0,)),
    "a stream of prints": (50_000, lambda n: "print x\n" * n, (0,)),
    "a stream of one statement": (100_000, lambda n: "let l = [\n" + "1,\n" * n + "]\n", (0,)),
    "a stream of blocks": (20_000, lambda n: "if true {\nprint x\n}\n" * n, (0,)),
}
APPENDING = {
    "a local": ("set l = $l + [$i]", "let l = []", "print (len($l))"),
    "a global from a function": ("f($i)", "let l = []\ndef f(i) { set l = $l + [$i] }", "print (len($l))"),
    "a field": ("set r.l = $r.l + [$i]", "let r = {l: []}", "print (len($r.l))"),
    "a field of a field": ("set r.a.l = $r.a.l + [$i]", "let r = {a: {l: []}}", "print (len($r.a.l))"),
    "an element": ("set l[0] = $l[0] + [$i]", "let l = [[]]", "print (len($l[0]))"),
    "a key": ('set g["k"] = $g["k"] + [$i]', "let g = {k: []}", 'print (len($g["k"]))'),
    "what a function returns": ("set l = f($l, $i)", "let l = []\ndef f(l, i) { return $l + [$i] }", "print (len($l))"),
    "two at once": ("set l = $l + [$i] + [$i]", "let l = []", "print (len($l))"),
    "in front": ("set l = [$i] + $l", "let l = []", "print (len($l))"),
    "a text": ('set s = "${s}x"', 'let s = ""', "print (len($s))"),
    "a text by two": ('set s = $s + "x" + "y"', 'let s = ""', "print (len($s))"),
    "a secret": ('set s = $s + "x"', 'let s = secret("y")', "print (len(reveal($s)))"),
    "a record": ('set r["k$i"] = $i', "let r = {}", "print (len($r))"),
    "the rest of a list": ("set l = first($l, len($l) - 1)", "let l = range(40000)", "print (len($l))"),
    "the last of a list": ("let x = ($l | last 1)", "let l = range(40000)", "print done"),
    "characters of a text": ("let c = $s[$i]", 'let s = ""\nfor i in range(40000) { set s = $s + "x" }', "print done"),
    "the length of a text": ("let n = len($s)", 'let s = ""\nfor i in range(40000) { set s = $s + "x" }', "print done"),
}


NOT_LINEAR = {
    "a stream of declarations", "a stream of functions", "a field", "a field of a field", "an element", "a key",
    "what a function returns", "two at once", "in front", "a secret"}
"""What is known to grow faster than its input, and is not measured."""


class Growth(unittest.TestCase):
    def doubled(self, once):
        """Measures a size and its double; anew, where other work on the machine may have spoilt it."""
        for attempt in range(3):
            short, long = once(1), once(2)
            ratio = long / max(short, 0.001)
            if long < FLOOR or ratio <= MOST:
                return
            if ratio > 3.3 and attempt:
                break  # No noise does that twice.
        expect(False, f"twice the size takes {ratio:.1f} times the processor time: {short:.2f} s, {long:.2f} s")

    def check(self, measured, names):
        # Two at a time: processor time grows too where caches are shared by more.
        check_all(self, lambda name: self.doubled(lambda times: measured(name, times)), names, at_once=2)

    def test_checked_laid_out_and_run(self):
        def measured(name, times):
            command, size, text, statuses = TEXTS[name]
            with Case() as case:
                seconds, status = processor_time(case, *command, text=text(int(size * SCALE) * times))
                expect(status in statuses, f"status {status}; {case.told()}")
                return seconds

        self.check(measured, list(TEXTS))

    def test_streams(self):
        def measured(name, times):
            size, text, statuses = STREAMS[name]
            with Case() as case:
                seconds, status = processor_time(case, MEMORY, "--stream", stdin=text(int(size * SCALE) * times))
                expect(status in statuses, f"status {status}; {case.told()}")
                return seconds

        left_out(self, NOT_LINEAR & set(STREAMS), "it grows with the square")
        self.check(measured, [name for name in STREAMS if name not in NOT_LINEAR])

    def test_what_a_loop_adds_to(self):
        def measured(name, times):
            body, before, after = APPENDING[name]
            with Case() as case:
                seconds, status = processor_time(case, MEMORY, text=loop(body, int(15_000 * SCALE) * times, before, after))
                expect(status == 0, f"status {status}; {case.told()}")
                return seconds

        left_out(self, NOT_LINEAR & set(APPENDING), "it grows with the square")
        self.check(measured, [name for name in APPENDING if name not in NOT_LINEAR])


class Diagnostics(unittest.TestCase):
    COUNT = 200_000

    def check_of(self, text, *options):
        with Case() as case:
            seconds, status = processor_time(case, "check", *options, text=text)
            self.assertEqual(status, 2, case.told())
            self.assertLess(seconds, 5, "processor time")
            print(f"\nfigure: {self.COUNT:,} faulty statements checked in {seconds:.1f} s of processor time")
            return case.out, case.err

    def test_at_most_fifty_are_shown_and_the_rest_counted(self):
        for name, text in (("commands", "".join(f"frobnicate{i} x\n" for i in range(self.COUNT))),
                           ("names", "".join(f"print $nam{i}\n" for i in range(self.COUNT)))):
            with self.subTest(name):
                _, err = self.check_of(text)
                shown = err.count("error: ")
                self.assertLessEqual(shown, 51)
                self.assertGreaterEqual(shown, 50)
                self.assertRegex(err.replace(",", ""), rf"\b{self.COUNT - 50}\b", "the rest is counted")

    def test_as_json(self):
        out, _ = self.check_of("".join(f"frobnicate{i} x\n" for i in range(self.COUNT)), "--format", "json")
        self.assertLess(len(out), 200_000)

    def test_three_hundred_failing_handlers_one_inside_the_other(self):
        for command, statuses in ((CHECK, (0, 2)), (RUN, (1, 2))):
            with Case() as case:
                seconds, status = processor_time(case, *command, text=nested_handlers(300))
                # There may be a limit to how deep a script is nested.
                self.assertIn(status, statuses, case.told())
                self.assertLess(seconds, 2, "processor time")
                self.assertLess(len(case.err), 100_000)

    def test_fmt_of_two_hundred_thousand_lines(self):
        with Case() as case:
            seconds, status = processor_time(case, "fmt", text="print   x\n" * self.COUNT)
            self.assertEqual(status, 0, case.told())
            self.assertLess(seconds, 5, "processor time")


if __name__ == "__main__":
    unittest.main()
