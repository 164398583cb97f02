"""Folders in which scripts save, and what is found there afterwards."""

import os
import pathlib
import stat

from program import MEMORY

SAVE = "[{A: 1}] | json | save 'out'"
SAVED = '[\n  {\n    "A": 1\n  }\n]'


def folder_of(case):
    """A folder of its own for what is saved, so that everything else in it can be counted."""
    folder = case.folder / "place"
    folder.mkdir(exist_ok=True)
    return folder


def state_of(folder):
    """What each thing in a folder is, and holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if stat.S_ISREG(about.st_mode) else b""
        found[str(path.relative_to(folder))] = (stat.filemode(about.st_mode), about.st_nlink, content)
    return found


def save(case, text=SAVE, **options):
    """Runs a script whose place is the folder; its status."""
    script = case.file("a.vpcsh", text.replace("'out", f"'{folder_of(case)}/out") + "\n")
    return case.run(MEMORY, script, **options)


def device(case, name, minor):
    """A device of the case's own for root, who could replace that of the machine; nobody else can."""
    if os.geteuid() != 0:
        return pathlib.Path("/dev", name)
    path = case.folder / f"device-{name}"
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
    return path


def is_saved(path):
    return path.read_text().strip() == SAVED
