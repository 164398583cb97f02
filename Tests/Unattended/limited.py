"""Runs under limits of the system: address space, descriptors, sizes of files, processes."""

import os
import re
import shutil
import subprocess

from processes import expect
from program import PROGRAM

TWO_GIGABYTES = 2_000_000
"""Address space in KiB, as `ulimit -v` takes it."""

CRASH = re.compile(
    r"Fatal error|Illegal instruction|Segmentation|SIG[A-Z]{3,}|terminate called|std::bad_alloc|Crash|Backtrace|"
    r"Program crashed|stack overflow|libc\+\+abi|Trace/breakpoint|Swift/", re.I)
"""What a program says that was not ended by its own will."""

NOT_THERE = re.compile("there is no (function|stage|command|operation) ")

SECONDS = 20


def run_limited(case, *arguments, memory=None, files=None, size=None, processes=None, program=PROGRAM, as_nobody=False,
                timeout=SECONDS, **options):
    """Runs the program under limits, in the units of `ulimit`; its status, negative for a signal."""
    limits = [f"ulimit -{letter} {value}" for letter, value in
              (("v", memory), ("n", files), ("f", size), ("u", processes)) if value is not None]
    command = "; ".join([*limits, 'exec "$@"'])
    words = ["-c", command, "bash", program, *map(str, arguments)]
    if as_nobody:
        words = ["--reuid=65534", "--regid=65534", "--clear-groups", "bash", *words]
        for folder, _, names in os.walk(case.folder):
            for name in [folder, *(os.path.join(folder, name) for name in names)]:
                os.chown(name, 65534, 65534)
    return case.run(*words, program="setpriv" if as_nobody else "bash", timeout=timeout, **options)


def nobody_can_run():
    """Whether the program can be run as another user."""
    return os.geteuid() == 0 and shutil.which("setpriv") and subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM, "--version"], capture_output=True).returncode == 0


def expect_no_crash(case, status):
    """It ended by its own will, and says nothing of the language it is written in."""
    found = CRASH.search(case.err)
    expect(status >= 0, f"ended by signal {-status}; {case.told()}")
    expect(not found, f"it crashed: {found and found.group()}; {case.told()}")


def expect_refusal(case, status, statuses=(1,)):
    """It ended with an error of the language."""
    expect_no_crash(case, status)
    expect(not NOT_THERE.search(case.err), f"it is not there; {case.told()}")
    expect(status in statuses, f"expected the status {' or '.join(map(str, statuses))}; {case.told()}")
    if status != 0:
        expect("error:" in case.err, f"no message; {case.told()}")
        expect(len(case.err) < 20_000, f"the message has {len(case.err)} bytes; {case.err[:200]!r}")
