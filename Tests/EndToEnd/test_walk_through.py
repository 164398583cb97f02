"""The example script, from beginning to end."""

import atexit
import os
import re
import shutil
import signal
import subprocess
import tempfile

from program import MEMORY, PROGRAM, ROOT, ProgramTest

EXAMPLE = ROOT / "scripts" / "examples" / "site-to-site.vpcsh"

RUNS = {
    "story": ["--format", "table", str(EXAMPLE)],
    "parameters": [str(EXAMPLE), "--name", "branch", "--office=198.51.100.7"],
}
processes = {}


def load_tests(loader, tests, pattern):
    """Starts the runs as soon as the tests are gathered: the script mostly waits, and this way nobody waits for it."""
    if not processes:
        folder = tempfile.mkdtemp(prefix="vpcsh-test-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "LANG": "C.UTF-8"}
        for name, arguments in RUNS.items():
            processes[name] = subprocess.Popen(
                [PROGRAM, MEMORY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=environment, cwd=folder)
            atexit.register(end, processes[name])
    return tests


def end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
        process.wait()


class Example(ProgramTest):
    def finished(self, name):
        try:
            out, err = processes[name].communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.fail("the example does not end")
        return processes[name].returncode, out.decode(), err.decode()

    def test_it_runs_and_tells_its_story(self):
        status, out, err = self.finished("story")
        self.assertEqual((status, err), (0, ""), out)
        steps = ["Building the cloud side", r"vpc-\w+", r"vpn-\w+", r"cgw-\w+", r"vco-\w+", "The tunnel is up",
                 "ipsec_sa_established", "Taking it down", r"VpnGateway\.Configuring", r"deleted vco-\w+", "Deleting it once more",
                 r"InvalidVpnConnectionInstanceId\.NotFound \(HTTP 404\)", "Done"]
        place = 0
        for step in steps:
            found = re.compile(step).search(out, place)
            self.assertIsNotNone(found, f"{step} is missing or comes too early:\n{out}")
            place = found.end()

    def test_its_parameters(self):
        status, out, err = self.finished("parameters")
        self.assertEqual((status, err), (0, ""), out)
        self.assertIn("198.51.100.7", out)
        self.assertIn("branch-tunnel-old", out)

    def test_its_help_and_its_check(self):
        self.assert_done(self.run_program("check", str(EXAMPLE)), "")
        result = self.run_program(str(EXAMPLE), "--help")
        self.assert_done(result)
        for word in ("--name", "--office", "--lan", "192.168.0.0/24"):
            self.assertIn(word, result.out)
