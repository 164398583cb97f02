"""Processes watched from outside: what state they are in, what they have started, how fast they end. Cases run side by
side, since most of their time is spent waiting."""

import concurrent.futures
import contextlib
import functools
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
import uuid

from program import PROGRAM

LONG = bool(os.environ.get("VPCSH_LONG"))
AT_ONCE = 8
"""How many cases run at the same time."""

REACHING = 15
"""Seconds within which a process comes into the state that a case asks for."""

MARK = "VPCSH_TEST_CASE"
"""The environment variable that tells the processes of one case from all others."""


def usual_signals():
    """A test that was started by nohup, or as a background job of sh, must not hand ignored signals on. A handler is
    not inherited, and unlike the default it does not end the tests."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


usual_signals()


class Problem(Exception):
    """What a case found wrong."""


def expect(condition, text):
    if not condition:
        raise Problem(text)


class Case:
    """A folder, an environment and processes of one case's own. What it opens ends with it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vpcsh-case-"))
        (self.folder / "home").mkdir()
        self.mark = str(uuid.uuid4())
        self.ends = contextlib.ExitStack()
        self.ends.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "HOME": str(self.folder / "home"), "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CONFIG_HOME": str(self.folder / "config"), "XDG_CACHE_HOME": str(self.folder / "cache"), MARK: self.mark}
        self.process = None
        self.looked_for_children = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.looked_for_children or self.process and self.process.poll() is None:
            for pid in self.survivors():
                kill(pid)
        self.ends.close()

    def file(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def fifo(self, name="fifo"):
        path = self.folder / name
        if not path.exists():
            os.mkfifo(path)
        return str(path)

    def opened(self, thing):
        """Closes a thing at the end of the case."""
        self.ends.callback(thing.close)
        return thing

    def start(self, *command, program=PROGRAM, stdin=subprocess.DEVNULL, stdout=None, stderr=None, **options):
        """Starts the program with its output in files, which can be read at any time."""
        self.out_path, self.err_path = self.folder / "stdout", self.folder / "stderr"
        out = stdout if stdout is not None else self.opened(open(self.out_path, "wb"))
        err = stderr if stderr is not None else self.opened(open(self.err_path, "wb"))
        self.process = subprocess.Popen(
            [program, *command], stdin=stdin, stdout=out, stderr=err, env=self.environment, cwd=self.folder, **options)
        self.ends.callback(self._end)
        return self.process

    def run(self, *command, timeout=20, **options):
        """Runs to the end and yields the status: negative for a signal."""
        process = self.start(*command, **options)
        seconds = ended_within(process, timeout)
        expect(seconds is not None, f"it does not end within {timeout} s; {self.told()}")
        return process.returncode

    def _end(self):
        if self.process.poll() is None:
            kill(self.process.pid)
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        self.process.wait()

    @property
    def out(self):
        return read(self.out_path)

    @property
    def err(self):
        return read(self.err_path)

    def journal_end(self):
        """How the journal says that the only run ended."""
        runs = json.loads(subprocess.run([PROGRAM, "journal", "--format", "json"], env=self.environment, capture_output=True).stdout)
        expect(len(runs) == 1, f"{len(runs)} runs in the journal")
        return runs[0]["Ended"]

    def told(self):
        """What there is to say about it in a message."""
        return f"status {self.process.poll()}, standard output {ends_of(self.out)!r}, standard error {ends_of(self.err)!r}"

    def until(self, condition, what, patience=REACHING):
        """Waits until the condition holds, or fails."""
        deadline = time.monotonic() + patience
        while not condition():
            if self.process.poll() is not None:
                raise Problem(f"it ended before it was {what}; {self.told()}")
            if time.monotonic() > deadline:
                raise Problem(f"it never was {what}; {self.told()}")
            time.sleep(0.005)

    def survivors(self):
        """The processes of this case that still run, the program apart."""
        self.looked_for_children = True
        own = self.process.pid if self.process and self.process.poll() is None else None
        return [pid for pid in marked(self.mark) if pid != own]


def ends_of(text, length=250):
    return text if len(text) <= 2 * length else f"{text[:length]} … {text[-length:]}"


def read(path):
    try:
        return path.read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return ""


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def ended_within(process, seconds):
    """After how many seconds it ended; nothing where it goes on."""
    start = time.monotonic()
    if process.poll() is not None:
        return 0.0
    descriptor = os.pidfd_open(process.pid)
    try:
        watched = select.poll()
        watched.register(descriptor, select.POLLIN)
        if not watched.poll(seconds * 1000):
            return None
        elapsed = time.monotonic() - start
    finally:
        os.close(descriptor)
    process.wait()
    return elapsed


# What /proc tells


def marked(mark):
    """The processes that run and have this mark in their environment."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                if wanted in pathlib.Path("/proc", entry, "environ").read_bytes().split(b"\0"):
                    found.append(int(entry))
            except OSError:
                pass  # It has ended meanwhile, or belongs to somebody else.
    return found


def tasks(pid):
    """State and processor time, in ticks, of each thread."""
    found = []
    try:
        for entry in os.listdir(f"/proc/{pid}/task"):
            fields = pathlib.Path("/proc", str(pid), "task", entry, "stat").read_text().rsplit(")", 1)[1].split()
            found.append((fields[0], int(fields[11]) + int(fields[12])))
    except OSError:
        pass
    return found


def is_asleep(pid, samples=4, pause=0.01):
    """Whether every thread sleeps, in several looks one after another, and none has taken processor time meanwhile."""
    before = None
    for _ in range(samples):
        now = tasks(pid)
        if not now or any(state not in "SD" for state, _ in now) or (before and now != before):
            return False
        before = now
        time.sleep(pause)
    return True


def is_computing(pid):
    return any(state == "R" for state, _ in tasks(pid))


def sockets(pid, state, port):
    """How many of the process's TCP sockets are in this state, as /proc/net/tcp writes it, towards this port."""
    inodes = set()
    try:
        for entry in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                target = os.readlink(f"/proc/{pid}/fd/{entry}")
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
    except OSError:
        return 0
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(1 for line in map(str.split, lines)
               if line[3] == state and line[9] in inodes and int(line[2].split(":")[1], 16) == port)


@functools.cache
def is_known(statement):
    """Whether the language has all that a statement uses."""
    return subprocess.run([PROGRAM, "check", "-"], input=statement.encode(), capture_output=True).returncode == 0


def left_out(test, names, reason):
    """Says of each case that it is skipped, and why."""
    for name in names:
        with test.subTest(name):
            test.skipTest(reason)


def side_by_side(function, cases, at_once=AT_ONCE):
    """Runs cases at the same time; pairs of a case and what `function` yields or raises, in their order."""
    def guarded(case):
        try:
            return function(case)
        except Problem as problem:
            return problem
        except Exception as error:  # A test's own fault is told as such, with its case.
            return Problem(f"the test itself failed: {type(error).__name__}: {error}")

    cases = list(cases)
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        return list(zip(cases, pool.map(guarded, cases)))


def check_all(test, function, cases, name=str, at_once=AT_ONCE):
    """Runs cases side by side, and fails the test once with all that went wrong. Yields what went well. Cases whose
    names begin alike, up to " / ", and that fail alike are told once."""
    outcomes = side_by_side(function, cases, at_once)
    problems = {}
    for case, outcome in outcomes:
        if isinstance(outcome, Problem):
            kind = re.sub("[0-9]+", "", str(outcome).split(";")[0])
            problems.setdefault((name(case).split(" / ")[0], kind), []).append((case, outcome))
    if problems:
        count = sum(map(len, problems.values()))
        lines = [f"{count} of {len(outcomes)} cases:"]
        for alike in problems.values():
            case, outcome = alike[0]
            more = f" (and {len(alike) - 1} more such)" if len(alike) > 1 else ""
            lines.append(f"{name(case)}{more}: {str(outcome)[:800]}")
        test.fail("\n".join(lines))
    return [outcome for _, outcome in outcomes]
