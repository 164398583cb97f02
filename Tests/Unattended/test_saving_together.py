"""Several that save, or read, the same file at the same time, and one that is killed."""

import json
import os
import random
import signal
import subprocess
import time
import unittest

from processes import Case, LONG, check_all, expect, is_known
from program import PROGRAM
from saved import folder_of, save


class Together(unittest.TestCase):
    """Versions of a file that tell whether they are whole: a list of one number, as long as all others."""

    LENGTH = 20_000

    def whole(self, path):
        """The version that a file holds, or nothing where it is torn."""
        value = json.loads(path.read_text())
        return value[0] if len(value) == self.LENGTH and len(set(value)) == 1 else None

    def version(self, number):
        return f"let l = []\nfor i in range({self.LENGTH}) {{ set l = $l + [{number}] }}\n"

    def all_at_once(self, case, scripts):
        """Runs scripts in a process each; all go well."""
        processes = [subprocess.Popen([PROGRAM, script], env=case.environment, stderr=subprocess.PIPE) for script in scripts]
        ends = [(process.communicate(timeout=60)[1].decode(), process.returncode) for process in processes]
        self.assertEqual(set(ends), {("", 0)})

    def test_sixteen_iterations_save_one_path(self):
        def run(rounds):
            with Case() as case:
                text = (
                    f"for n in range(16) parallel 16 {{\n{self.version('$n')}for k in range({rounds}) {{ $l | json | save 'out' }}\n}}\nprint done")
                expect(save(case, text) == 0 and case.out == "done\n", case.told())
                expect(self.whole(folder_of(case) / "out") in range(16), "the content is torn")
                expect(os.listdir(folder_of(case)) == ["out"], f"left over: {os.listdir(folder_of(case))}")

        check_all(self, run, [1, 5])

    def test_sixteen_processes_save_one_path(self):
        with Case() as case:
            path = folder_of(case) / "out"
            scripts = [case.file(f"{n}.vpcsh", f"{self.version(n)}for k in range(5) {{ $l | json | save '{path}' }}\n") for n in range(16)]
            self.all_at_once(case, scripts)
            self.assertIn(self.whole(path), range(16))
            self.assertEqual(os.listdir(folder_of(case)), ["out"])

    def test_killed_at_any_moment(self):
        def run(seed):
            with Case() as case:
                path = folder_of(case) / "out"
                path.write_text(json.dumps([-1] * self.LENGTH))
                process = case.start("-c", f"let n = 0\nwhile true {{\n{self.version('$n')}$l | json | save '{path}'\nset n = $n + 1 }}")
                case.until(lambda: self.whole(path) not in (-1, None) or seed % 5 == 0, "saving")
                # Any moment of the next few versions.
                time.sleep(random.Random(seed).random() * 0.06)
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
                expect(self.whole(path) is not None, "the file is torn")

        check_all(self, run, range(60 if LONG else 12))

    def test_a_reader_sees_one_version_or_another(self):
        with Case() as case:
            path = folder_of(case) / "out"
            path.write_text(json.dumps([-1] * self.LENGTH))
            process = case.start("-c", f"for n in range(20) {{\n{self.version('$n')}$l | json | save '{path}'\n}}")
            seen = set()
            while process.poll() is None:
                seen.add(self.whole(path))
            self.assertEqual(process.returncode, 0, case.told())
            self.assertNotIn(None, seen, "a reader saw a torn file")

    @unittest.skipUnless(is_known("[1] | json | append 'x'"), "there is no stage 'append'")
    def test_lines_that_several_processes_append_stay_whole(self):
        with Case() as case:
            path = folder_of(case) / "out"
            scripts = [
    case.file(
        f"{n}.vpcsh",
         f"for k in range(200) {{ [{{P: {n}, K: $k, T: \"{'x' * 300}\"}}] | jsonl | append '{path}' }}\n") for n in range(8)]
            self.all_at_once(case, scripts)
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            self.assertEqual(sorted((line["P"], line["K"]) for line in lines), [(n, k) for n in range(8) for k in range(200)])


if __name__ == "__main__":
    unittest.main()
