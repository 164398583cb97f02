"""The example script, from beginning to end."""

import re
import subprocess

from program import MEMORY, ROOT, ProgramTest

EXAMPLE = ROOT / "scripts" / "examples" / "site-to-site.vpcsh"


class Example(ProgramTest):
    @classmethod
    def setUpClass(cls):
        """The script waits for gateways: both runs go on side by side."""
        super().setUpClass()
        test = cls()
        test.setUp()
        cls.addClassCleanup(test.doCleanups)
        cls.runs = {}
        for form in ("table", None):
            options = [MEMORY] + (["--format", form] if form else [])
            arguments = ["--name", "branch", "--office=198.51.100.7"] if form is None else []
            cls.runs[form] = test.start(*options, str(EXAMPLE), *arguments)

    def finished(self, form):
        process = type(self).runs[form]
        try:
            out, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.fail("the example does not end")
        return process.returncode, out.decode(), err.decode()

    def test_it_runs_and_tells_its_story(self):
        status, out, err = self.finished("table")
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
        status, out, err = self.finished(None)
        self.assertEqual((status, err), (0, ""), out)
        self.assertIn("198.51.100.7", out)
        self.assertIn("branch-tunnel-old", out)

    def test_its_help_and_its_check(self):
        self.assert_done(self.run_program("check", str(EXAMPLE)), "")
        result = self.run_program(str(EXAMPLE), "--help")
        self.assert_done(result)
        for word in ("--name", "--office", "--lan", "192.168.0.0/24"):
            self.assertIn(word, result.out)
