"""Devices that are full, pipes whose reader leaves, pipes that do not block: outputs as they really are."""

import fcntl
import os
import subprocess
import threading
import time
import unittest

from processes import Case, check_all, expect
from program import MEMORY, PROGRAM

WAYS = ("file", "stdin", "-c", "--stream")


class Devices(unittest.TestCase):
    def test_reads_to_a_full_device(self):
        def run_case(way):
            with Case() as case, open("/dev/full", "wb") as full:
                text = "on exit { warn left }\nDescribeVpcs\nDescribeRegions\nwarn end\n"
                words = ("-c", text) if way == "-c" else (case.file("a.vpcsh", text),) if way == "file" else ()
                if way == "--stream":
                    words = ("--stream",)
                stdin = case.opened(open(case.file("stdin", text), "rb")) if way in ("stdin", "--stream") else subprocess.DEVNULL
                status = case.run(MEMORY, "--no-rc", *words, stdin=stdin, stdout=full)
                expect(status == 1 and "standard output" in case.err and "left\n" in case.err, case.told())

        check_all(self, run_case, WAYS)

    def test_writes_to_a_full_disk(self):
        with Case() as case:
            disk = case.folder / "disk"
            disk.mkdir()
            mounted = os.geteuid() == 0 and subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", disk], capture_output=True).returncode == 0
            if not mounted:
                self.skipTest("a small disk cannot be mounted: that takes root")
            case.ends.callback(subprocess.run, ["umount", "-l", disk], check=True)
            with open(disk / "out", "wb") as out:
                text = "on exit { warn left }\nfor i in range(1000) { CreateVpc | ignore\nprint \"made number $i of a great many things\" }"
                status = case.run(f"--local={case.folder}/a.db", "-c", text, stdout=out, timeout=60)
            self.assertEqual(status, 1, case.told())
            self.assertRegex(case.err, "standard output.*No space left", case.told())
            self.assertIn("left\n", case.err)
            self.assertEqual(case.journal_end(), "status 1")

    def test_head(self):
        """A script that would make 2,000 things, and a reader of one line."""
        def run_case(way):
            with Case() as case:
                text = 'on exit { warn left }\nfor i in range(2000) { CreateVpc | ignore\nprint "made $i" }\n'
                path = case.file("a.vpcsh", text)
                words = {
    "file": f"'{path}'",
    "-c": f"-c \"$(cat '{path}')\"",
    "stdin": f"<'{path}'",
     "--stream": f"--stream <'{path}'"}[way]
                command = f"'{PROGRAM}' --local='{case.folder}/a.db' {words} | head -1; echo ${{PIPESTATUS[0]}}"
                case.run("-c", command, program="bash", timeout=60)
                expect(case.out == "made 0\n141\n", f"expected 'made 0' and 141; {case.told()}")
                expect(case.err == "left\n", f"it is not quiet; {case.told()}")
                expect(case.journal_end() == "status 141", f"the journal says {case.journal_end()!r}")

        check_all(self, run_case, WAYS)

    def test_head_of_many_lines_and_of_a_script_that_is_done(self):
        def run_case(item):
            text, expected = item
            with Case() as case:
                path = case.file("a.vpcsh", text)
                case.run("-c", f"'{PROGRAM}' '{path}' | head -1; echo ${{PIPESTATUS[0]}}", program="bash", timeout=60)
                expect(case.out.splitlines()[-1] == expected and case.err == "", f"expected {expected}; {case.told()}")

        check_all(self, run_case, [
            ("for i in range(1000000) { print $i }", "141"), ("while true { print yes }", "141"), ("print one\nprint two", "0"),
            ("range(300000)", "141"), ("print one", "0")])

    def test_a_pipe_that_does_not_block_is_waited_for(self):
        """Another program may have set the pipe that both write to so that it never blocks."""
        with Case() as case:
            reading, writing = os.pipe()
            fcntl.fcntl(writing, fcntl.F_SETFL, os.O_NONBLOCK)
            fcntl.fcntl(writing, 1031, 4096)  # F_SETPIPE_SZ
            taken = []

            def take():
                while chunk := os.read(reading, 1000):
                    taken.append(chunk)
                    time.sleep(0.0005)
                os.close(reading)

            thread = threading.Thread(target=take, daemon=True)
            thread.start()
            case.start("-c", "for i in range(20000) { print $i }", stdout=writing)
            os.close(writing)
            self.assertEqual(case.process.wait(30), 0, case.told())
            thread.join(10)
            self.assertEqual(b"".join(taken), "".join(f"{i}\n" for i in range(20000)).encode())


if __name__ == "__main__":
    unittest.main()
