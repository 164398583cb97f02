"""Few descriptors, small files, few processes, little memory: a run does what can be done, or says what could not."""

import os
import re
import unittest

from limited import expect_no_crash, nobody_can_run, run_limited
from processes import Case, LONG, check_all, expect
from program import KEYS, MEMORY, PROGRAM
from service import Service, json_answer

VPCS = {"RequestId": "R-1", "TotalCount": 0, "PageNumber": 1, "PageSize": 50, "Vpcs": {"Vpc": []}}
SCRIPTS = {
    "print": "print done", "calls": "for i in range(60) parallel 60 { DescribeVpcs | ignore }\nprint done",
    "sh": "for i in range(30) parallel 30 { null | sh 'sleep 0.05; echo x' | ignore }\nprint done",
    "save": "for i in range(60) parallel 60 { [$i] | json | save \"out-$i\" }\nprint done",
    "read": "for i in range(60) parallel 60 { let t = read(\"/proc/self/status\") }\nprint done",
    "one after another": "for i in range(100) { null | sh 'echo x' | ignore\n[$i] | json | save 'out'\nlet t = read('out') }\nprint done",
}


def ran_or_said_why(case, status):
    """It did all of it, or an error says what was lacking."""
    if status == 127 and "error while loading shared libraries" in case.err:
        return  # Not even the libraries could be opened: the program has not begun.
    expect_no_crash(case, status)
    if status == 0:
        expect(case.out.endswith("done\n"), f"status 0, but it did not come to its end; {case.told()}")
    else:
        expect(status in (1, 2, 4) and re.search("error:", case.err), f"no message; {case.told()}")


class Descriptors(unittest.TestCase):
    def run_with(self, item):
        name, files, target = item
        with Case() as case:
            service = case.opened(Service(json_answer(VPCS)))
            case.environment.update(KEYS)
            options = {"memory": (MEMORY,), "file": (f"--local={case.folder}/a.db",), "http": ("--endpoint", service.url)}[target]
            status = run_limited(case, *options, case.file("a.vpcsh", SCRIPTS[name]), files=files)
            ran_or_said_why(case, status)
            return status

    def test_twenty(self):
        """Enough for one thing after another. What wants more at a time is told, or waits for its turn."""
        cases = [(name, 20, target) for name in SCRIPTS for target in ("memory", "file", "http")]
        statuses = check_all(self, self.run_with, cases, str)
        for case, status in zip(cases, statuses):
            if case[0] in ("print", "one after another"):
                self.assertEqual(status, 0, case)

    def test_ever_fewer(self):
        numbers = range(3, 20) if LONG else (3, 5, 8, 12)
        check_all(self, self.run_with, [(name, number, target) for number in numbers for name in ("print", "one after another")
                                       for target in ("memory", "file", "http")], str)


class Files(unittest.TestCase):
    """`ulimit -f`: no file may become longer. Blocks of 1,024 bytes."""

    def test_what_is_written(self):
        def run(item):
            name, size = item
            text = {"save": "range(2000) | json | save 'out'\nprint done", "write": "for i in range(200) { CreateVpc | ignore }\nprint done",
                    "recording": "for i in range(50) { DescribeVpcs | ignore }\nprint done"}[name]
            with Case() as case:
                options = ["--local=" + (str(case.folder / "a.db") if name == "write" else ":memory:")]
                options += ["--record", str(case.folder / "record")] if name == "recording" else []
                words = " ".join(f"'{word}'" for word in (*options, case.file("a.vpcsh", text)))
                # Its own outputs are pipes: they are no files.
                command = f"(ulimit -f {size}; '{PROGRAM}' {words}; echo status $?) 2>&1 | cat"
                case.run("-c", command, program="bash")
                found = re.search(r"status (\d+)\n$", case.out)
                expect(found, case.told())
                status = int(found.group(1))
                expect(status < 128, f"ended by a signal; {case.told()}")
                # A recording goes by the board, and the run goes on, as told.
                right = status in (1, 2, 4) and "error:" in case.out or name == "recording" and "warning:" in case.out
                expect(right, f"no error is told; {case.told()}")

        check_all(self, run, [(name, size) for name in ("save", "write", "recording") for size in (0, 1)], str)

    def test_standard_output(self):
        def run(size):
            with Case() as case, open(case.folder / "err", "wb") as err:
                # Standard error is a file under the same limit: a pipe stands in for it.
                command = f"(ulimit -f {size}; exec '{PROGRAM}' -c 'for i in range(2000) {{ print $i }}') 2> >(cat >'{case.folder}/said'); s=$?; wait; exit $s"
                status = case.run("-c", command, program="bash", stderr=err)
                said = (case.folder / "said").read_text()
                expect(status == 1 and "standard output" in said and "too large" in said.lower(), f"status {status}, {said!r}")

        check_all(self, run, [0, 1])

    def test_nothing_to_write_needs_no_file(self):
        with Case() as case:
            command = f"(ulimit -f 0; '{PROGRAM}' {MEMORY} -c 'DescribeVpcs | count; print done'; echo status $?) 2>&1 | cat"
            case.run("-c", command, program="bash")
            self.assertEqual(case.out, "0\ndone\nstatus 0\n")

    def test_an_append_that_does_not_fit_leaves_the_old_content(self):
        with Case() as case:
            case.file("out", "old\n")
            command = f"(ulimit -f 1; '{PROGRAM}' {MEMORY} -c 'range(2000) | json | save \"out\"'; echo status $?) 2>&1 | cat"
            case.run("-c", command, program="bash")
            self.assertIn("status 1", case.out)
            self.assertEqual((case.folder / "out").read_text(), "old\n")
            self.assertEqual(sorted(os.listdir(case.folder))[-4:], sorted(["home", "out", "stderr", "stdout"]), "something is left over")


@unittest.skipUnless(nobody_can_run(), "the limit of processes takes root, and a program that others can run")
class Processes(unittest.TestCase):
    def test_few(self):
        """Threads are processes to this limit."""
        def run(item):
            name, number = item
            with Case() as case:
                status = run_limited(case, MEMORY, case.file("a.vpcsh", SCRIPTS[name]), processes=number, as_nobody=True)
                ran_or_said_why(case, status)

        numbers = (1, 2, 3, 4, 6, 10, 30) if LONG else (1, 2, 3, 5, 9)
        # They count together: one after another.
        check_all(self, run, [(name, number) for number in numbers for name in ("print", "calls", "sh", "read")], str, at_once=1)


class Memory(unittest.TestCase):
    def test_little(self):
        """From not even enough to begin up to plenty: it begins, or says that it cannot."""
        def run(item):
            name, memory = item
            with Case() as case:
                status = run_limited(case, MEMORY, case.file("a.vpcsh", SCRIPTS[name]), memory=memory)
                ran_or_said_why(case, status)

        sizes = range(50_000, 2_000_000, 50_000) if LONG else (100_000, 200_000, 500_000, 1_100_000)
        check_all(self, run, [(name, size) for size in sizes for name in ("print", "calls", "one after another")], str, at_once=3)

    def test_four_hundred_megabytes_suffice(self):
        for name in ("print", "one after another"):
            with self.subTest(name), Case() as case:
                status = run_limited(case, MEMORY, case.file("a.vpcsh", SCRIPTS[name]), memory=400_000)
                self.assertEqual((status, case.out), (0, "done\n"), case.told())


if __name__ == "__main__":
    unittest.main()
