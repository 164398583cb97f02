"""`save` replaces a file as a whole, and nothing else: whatever lies in its way, however it ends, whoever else saves."""

import os
import stat
import subprocess
import threading
import unittest

from limited import nobody_can_run, run_limited
from processes import Case, check_all, expect, is_known
from program import MEMORY, PROGRAM
from saved import SAVE, SAVED, device, folder_of, is_saved, save, state_of


class InTheWay(unittest.TestCase):
    def test_what_is_planted_at_a_temporary_name_is_never_followed(self):
        """Somebody who can write in the folder guesses the name that the content is first written to."""
        def plant(kind, path, victim):
            {"link": lambda: os.symlink(victim, path), "hard link": lambda: os.link(victim, path), "FIFO": lambda: os.mkfifo(path),
             "folder": lambda: os.mkdir(path), "dangling link": lambda: os.symlink(f"{victim}.new", path)}[kind]()

        def run(kind):
            with Case() as case:
                folder, fifo = folder_of(case), case.fifo("gate")
                victim = case.folder / "victim"
                victim.write_text("precious\n")
                # It waits until its process number is known and everything is in place.
                script = case.file("a.vpcsh", f"null | sh 'cat {fifo}' | ignore\n" + SAVE.replace("'out'", f"'{folder}/out'"))
                process = case.start(MEMORY, script)
                pid = process.pid
                for name in (f"out.{pid}.partial", f".out.{pid}.partial", f"out.{pid}", f"out.{pid}.tmp",
                             f".out.{pid}", "out.partial", "out.tmp", ".out.tmp", ".out", "out~"):
                    plant(kind, folder / name, victim)
                before = state_of(folder)
                with open(fifo, "w") as gate:
                    gate.write("go\n")
                expect(process.wait(10) == 0, case.told())
                after = state_of(folder)
                expect(is_saved(folder / "out") and not (folder / "out").is_symlink(), f"the content is wrong; {after.get('out')}")
                del after["out"]
                expect(after == before, f"other things in the folder have changed: {set(after.items()) ^ set(before.items())}")
                expect(victim.read_text() == "precious\n" and not os.path.exists(f"{victim}.new"), "what a link points to was written")

        check_all(self, run, ["link", "hard link", "FIFO", "folder", "dangling link"])

    def test_a_link_stays_a_link(self):
        def run(kind):
            with Case() as case:
                folder = folder_of(case)
                other = case.folder / "other"
                other.mkdir()
                target = {
    "absolute": other / "target",
    "relative": folder / "target",
    "of a link": other / "target",
     "dangling": other / "target"}[kind]
                if kind != "dangling":
                    target.write_text("old\n")
                    target.chmod(0o640)
                if kind == "of a link":
                    os.symlink(target, other / "between")
                os.symlink({"relative": "target", "of a link": other / "between"}.get(kind, target), folder / "out")
                expect(save(case) == 0, case.told())
                expect((folder / "out").is_symlink(), "the link has been replaced")
                expect(is_saved(target), f"its target holds {target.read_text() if target.exists() else None!r}")
                expect(kind == "dangling" or stat.S_IMODE(target.stat().st_mode) == 0o640, "the target's mode has changed")
                left = set(os.listdir(folder)) | set(os.listdir(other))
                expect(left <= {"out", "target", "between"}, f"left over: {left}")

        check_all(self, run, ["absolute", "relative", "of a link", "dangling"])

    def test_a_link_that_leads_to_itself(self):
        with Case() as case:
            os.symlink("out", folder_of(case) / "out")
            self.assertEqual(save(case), 1, case.told())
            self.assertIn("Script.File", case.err)
            self.assertEqual(os.listdir(folder_of(case)), ["out"])

    def test_what_is_no_file(self):
        def run(name):
            with Case() as case:
                folder = folder_of(case)
                places = {"a folder": "out", "in a missing folder": "out/in", "below a file": "out.file/x"}
                if name == "a folder":
                    (folder / "out").mkdir()
                if name == "below a file":
                    (folder / "out.file").write_text("x")
                before = state_of(folder)
                path = "" if name == "no name" else str(device(case, "full", 7)) if name == "a full device" else None
                text = f"[1] | json | save '{path}'" if path is not None else f"[1] | json | save '{places[name]}'"
                expect(save(case, text) in (1, 2), case.told())
                expect("error:" in case.err, case.told())
                expect(state_of(folder) == before, f"left over: {state_of(folder)}")

        check_all(self, run, ["a folder", "in a missing folder", "below a file", "a full device", "no name"])

    def test_devices_and_outputs(self):
        """Links to the run's own outputs, such as /dev/stdout is one. They lie in the test's folder, lest a program that
        replaces them does harm to the machine."""
        for name, target in (("null", None), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"), ("number", "/dev/fd/1")):
            for kind in ("a pipe", "a file that is added to", "a file"):
                with self.subTest(name, output=kind), Case() as case:
                    path = case.folder / name
                    if target is None:
                        path = device(case, name, 3)
                    else:
                        os.symlink(target, path)
                    before = path.lstat()
                    script = case.file("a.vpcsh", f"print before\n[1] | jsonl | save '{path}'\nprint after\n")
                    command = f"'{PROGRAM}' '{script}' 2>'{case.folder}/err'" + (
                        " | cat" if kind == "a pipe" else f" {'>' if kind == 'a file' else '>>'}'{case.folder}/all'; cat '{case.folder}/all'")
                    self.assertEqual(case.run("-o", "pipefail", "-c", command, program="bash"), 0, case.told())
                    self.assertEqual(case.out, "before\nafter\n" if name in ("null", "stderr") else "before\n1\nafter\n")
                    self.assertEqual((case.folder / "err").read_text(), "1\n" if name == "stderr" else "")
                    self.assertEqual((path.lstat().st_ino, path.lstat().st_mode), (before.st_ino, before.st_mode), "it has been replaced")

    def test_a_fifo_with_a_reader(self):
        with Case() as case:
            path = folder_of(case) / "out"
            os.mkfifo(path)
            heard = []
            reader = threading.Thread(target=lambda: heard.append(path.read_text()), daemon=True)
            reader.start()
            self.assertEqual(save(case), 0, case.told())
            reader.join(5)
            self.assertEqual([text.strip() for text in heard], [SAVED])
            self.assertTrue(stat.S_ISFIFO(path.lstat().st_mode), "the FIFO has been replaced")
            self.assertEqual(os.listdir(folder_of(case)), ["out"])

    def test_long_names(self):
        for name in ("n" * 255, "\u7f51" * 85, "n" * 250, "." + "n" * 254):
            with self.subTest(name[:10], bytes=len(name.encode())), Case() as case:
                folder = folder_of(case)
                for _ in range(2):
                    self.assertEqual(case.run("-c", f"[{{A: 1}}] | json | save '{folder}/{name}'"), 0, case.told())
                self.assertEqual(os.listdir(folder), [name])
                self.assertTrue(is_saved(folder / name))
        with Case() as case:
            self.assertEqual(case.run("-c", f"[1] | json | save '{folder_of(case)}/{'n' * 256}'"), 1, case.told())
            self.assertEqual(os.listdir(folder_of(case)), [])


class Modes(unittest.TestCase):
    def test_an_existing_file_keeps_its_mode(self):
        for mode in (0o600, 0o640, 0o664, 0o755, 0o666):
            with self.subTest(oct(mode)), Case() as case:
                path = folder_of(case) / "out"
                path.write_text("old\n")
                path.chmod(mode)
                self.assertEqual(save(case), 0, case.told())
                self.assertEqual(oct(stat.S_IMODE(path.stat().st_mode)), oct(mode))
                self.assertTrue(is_saved(path))

    @unittest.skipUnless(os.geteuid() == 0, "another owner takes root")
    def test_an_existing_file_keeps_its_owner(self):
        with Case() as case:
            path = folder_of(case) / "out"
            path.write_text("old\n")
            os.chown(path, 65534, 12)
            path.chmod(0o640)
            self.assertEqual(save(case), 0, case.told())
            about = path.stat()
            self.assertEqual((about.st_uid, about.st_gid, oct(stat.S_IMODE(about.st_mode))), (65534, 12, "0o640"))

    def test_a_new_file_obeys_the_umask(self):
        for umask, mode in (("022", 0o644), ("077", 0o600), ("000", 0o666), ("027", 0o640)):
            with self.subTest(umask), Case() as case:
                path = folder_of(case) / "out"
                script = case.file("a.vpcsh", SAVE.replace("'out'", f"'{path}'"))
                self.assertEqual(case.run("-c", f"umask {umask}; exec '{PROGRAM}' '{script}'", program="bash"), 0, case.told())
                self.assertEqual(oct(stat.S_IMODE(path.stat().st_mode)), oct(mode))

    @unittest.skipUnless(is_known("[1] | json | save 'x' mode=0600"), "'save' takes no mode")
    def test_a_mode_that_was_asked_for(self):
        for text, umask, mode in (("mode=0600", "000", 0o600), ("mode=0644", "077", 0o644), ("mode=0600", "022", 0o600)):
            with self.subTest(text, umask=umask), Case() as case:
                path = folder_of(case) / "out"
                script = case.file("a.vpcsh", SAVE.replace("'out'", f"'{path}' {text}"))
                self.assertEqual(case.run("-c", f"umask {umask}; exec '{PROGRAM}' '{script}'", program="bash"), 0, case.told())
                self.assertEqual(oct(stat.S_IMODE(path.stat().st_mode)), oct(mode))


class Refused(unittest.TestCase):
    @unittest.skipUnless(nobody_can_run(), "the program cannot be run as a user who may not write everywhere")
    def test_a_folder_that_may_not_be_written(self):
        for existing in (False, True):
            with self.subTest(existing=existing), Case() as case:
                folder = folder_of(case)
                path = folder / "out"
                if existing:
                    path.write_text("old\n")
                script = case.file("a.vpcsh", SAVE.replace("'out'", f"'{path}'"))
                run_limited(case, "-c", "print x", as_nobody=True)
                os.chown(folder, 0, 0)
                os.chmod(folder, 0o755)
                if existing:
                    os.chown(path, 65534, 65534)
                status = case.run("--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM, script, program="setpriv")
                if existing and status == 0:
                    # The file itself may be written: in place, as there is no other way.
                    self.assertTrue(is_saved(path))
                else:
                    self.assertEqual(status, 1, case.told())
                    self.assertRegex(case.err, "Script.File.*[Pp]ermission denied", case.told())
                    self.assertEqual(path.exists() and path.read_text(), existing and "old\n")
                self.assertEqual(os.listdir(folder), ["out"] if existing else [])

    def test_a_full_disk_leaves_the_old_content(self):
        with Case() as case:
            folder = folder_of(case)
            mounted = os.geteuid() == 0 and subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True).returncode == 0
            if not mounted:
                self.skipTest("a small disk cannot be mounted: that takes root")
            case.ends.callback(subprocess.run, ["umount", "-l", folder], check=True)
            (folder / "out").write_text("old\n")
            self.assertEqual(save(case, "range(100000) | json | save 'out'"), 1, case.told())
            self.assertRegex(case.err, "Script.File.*No space left", case.told())
            self.assertEqual(state_of(folder), {"out": ("-rw-r--r--", 1, b"old\n")})
            self.assertEqual(save(case, "range(100000) | json | save 'out2' on error Script.File { print told }"), 0, case.told())
            self.assertEqual(os.listdir(folder), ["out"])


class Laying(unittest.TestCase):
    """`fmt` replaces files too."""

    def test_fmt_keeps_links_modes_and_everything_else(self):
        with Case() as case:
            folder = folder_of(case)
            (folder / "target.vpcsh").write_text("print   x\n")
            (folder / "target.vpcsh").chmod(0o750)
            os.symlink("target.vpcsh", folder / "out.vpcsh")
            self.assertEqual(case.run("fmt", str(folder / "out.vpcsh")), 0, case.told())
            self.assertEqual(state_of(folder), {
                "target.vpcsh": ("-rwxr-x---", 1, b"print x\n"), "out.vpcsh": ("lrwxrwxrwx", 1, "target.vpcsh")})


if __name__ == "__main__":
    unittest.main()
