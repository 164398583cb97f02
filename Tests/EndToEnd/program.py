"""Runs the program as its users do: in a process of its own, in a folder and an environment of its own."""

import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("VPCSH") or str(ROOT / ".build" / "release" / "vpcsh")

MEMORY = "--local=:memory:"
"""A throw-away embedded endpoint: most tests need no more."""

ID_VARIABLE = "ALIBABA_CLOUD_ACCESS_KEY_ID"
SECRET_VARIABLE = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
TOKEN_VARIABLE = "ALIBABA_CLOUD_SECURITY_TOKEN"
REGION_VARIABLE = "ALIBABA_CLOUD_REGION_ID"

KEYS = {ID_VARIABLE: "testid", SECRET_VARIABLE: "testsecret0123"}

DEADLINE = 30
"""Seconds after which a run counts as hung."""


@dataclasses.dataclass
class Result:
    """How a run ended. `status` is negative where a signal killed the program."""

    status: int
    out: str
    err: str

    def __str__(self):
        return f"status {self.status}\n--- standard output\n{self.out[:2000]}\n--- standard error\n{self.err[:2000]}"


class ProgramTest(unittest.TestCase):
    """A test with a home folder of its own, and ways to run the program in it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vpcsh-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = self.folder / "home"
        self.home.mkdir()
        self.state = self.folder / "state"

    def environment(self, extra=None):
        """Nothing of the outside but where programs are found."""
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.state),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            **(extra or {}),
        }

    def run_program(self, *arguments, stdin=None, env=None, timeout=DEADLINE, program=PROGRAM, **options):
        """Runs to the end. What it writes must be valid UTF-8 and it must not die of a signal."""
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        data = stdin.encode() if isinstance(stdin, str) else stdin
        if data is None:
            options.setdefault("stdin", subprocess.DEVNULL)
        if data is not None:
            options["stdin"] = subprocess.PIPE
        # A session of its own, so that a run that hangs can be ended with all that it started.
        process = subprocess.Popen(
            [program, *arguments], env=self.environment(env), cwd=self.folder, start_new_session=True, **options)
        try:
            out, err = process.communicate(data, timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.fail(f"it does not end within {timeout} s: {[str(argument)[:200] for argument in arguments]}")
        result = Result(process.returncode, (out or b"").decode(), (err or b"").decode())
        self.assertGreaterEqual(result.status, 0, f"killed by a signal\n{result}")
        return result

    def statements(self, text, *options, **others):
        """Runs statements by -c, on a throw-away endpoint unless options say otherwise."""
        return self.run_program(*(options or (MEMORY,)), "-c", text, **others)

    def start(self, *arguments, env=None, **options):
        """Starts the program with pipes; it is killed at the end of the test where it has not ended by then."""
        process = subprocess.Popen(
            [PROGRAM, *arguments], stdin=options.pop("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment(env), cwd=self.folder, **options)

        def end():
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            if process.stdin is not None and process.stdin.closed:
                process.stdin = None
            process.communicate()

        self.addCleanup(end)
        return process

    def file(self, name, content, mode=0o644):
        """Writes a file into the test's folder; yields its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        return str(path)

    # What is expected

    def assert_status(self, result, status):
        self.assertEqual(result.status, status, result)

    def assert_done(self, result, out=None):
        """It went well, with that standard output and nothing on standard error."""
        self.assertEqual(result.status, 0, result)
        self.assertEqual(result.err, "", result)
        if out is not None:
            self.assertEqual(result.out, out, result)

    def assert_refused(self, result, *words, status=2):
        """Nothing ran and nothing was written to standard output; the diagnostic has these words."""
        self.assert_failed(result, status, *words)
        self.assertEqual(result.out, "", result)

    def assert_failed(self, result, status, *words):
        self.assertEqual(result.status, status, result)
        self.assertIn("error:", result.err.lower(), result)
        for word in words:
            self.assertIn(word, result.err, result)

    def each_way(self, text, *options, env=None):
        """The same text as a file, by -c, by a pipe and by '-': pairs of a way's name and its result."""
        path = self.file("each-way.vpcsh", text)
        yield "file", self.run_program(*options, path, env=env)
        yield "-c", self.run_program(*options, "-c", text, env=env)
        yield "pipe", self.run_program(*options, stdin=text, env=env)
        yield "-", self.run_program(*options, "-", stdin=text, env=env)
