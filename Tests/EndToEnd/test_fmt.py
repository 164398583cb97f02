"""`vpcsh fmt`: scripts laid out anew."""

import os
import pathlib
import unittest

from program import ROOT, ProgramTest

UGLY = 'let x=1 # why\n\n\nif $x==1{print "a"  ;exit}\n'
PRETTY = 'let x = 1  # why\n\nif $x == 1 { print "a"; exit }\n'


class Format(ProgramTest):
    def read(self, path):
        return pathlib.Path(path).read_text()

    def test_replaces_what_changes_and_names_it(self):
        ugly, pretty = self.file("ugly.vpcsh", UGLY, mode=0o750), self.file("pretty.vpcsh", PRETTY)
        before = os.stat(pretty).st_mtime_ns
        self.assert_done(self.run_program("fmt", ugly, pretty), f"{ugly}\n")
        self.assertEqual(self.read(ugly), PRETTY)
        self.assertEqual(os.stat(ugly).st_mode & 0o777, 0o750)
        self.assertEqual(os.stat(pretty).st_mtime_ns, before)
        self.assert_done(self.run_program("fmt", ugly, pretty), "")

    def test_check_changes_nothing(self):
        ugly, pretty = self.file("ugly.vpcsh", UGLY), self.file("pretty.vpcsh", PRETTY)
        result = self.run_program("fmt", "--check", pretty, ugly)
        self.assertEqual((result.status, result.out, result.err), (1, f"{ugly}\n", ""))
        self.assertEqual(self.read(ugly), UGLY)
        self.assert_done(self.run_program("fmt", "--check", pretty), "")

    def test_standard_input(self):
        self.assert_done(self.run_program("fmt", "-", stdin=UGLY), PRETTY)
        result = self.run_program("fmt", "--check", "-", stdin=UGLY)
        self.assertEqual((result.status, result.out), (1, "<stdin>\n"))
        self.assert_done(self.run_program("fmt", "--check", "-", stdin=PRETTY), "")

    def test_what_is_no_script_is_left_alone(self):
        bad, ugly = self.file("bad.vpcsh", "print a\nlet = 1\n"), self.file("ugly.vpcsh", UGLY)
        result = self.run_program("fmt", bad, ugly)
        self.assert_failed(result, 2, f"{bad}:2:5: error:")
        self.assertEqual(result.out, f"{ugly}\n")
        self.assertEqual(self.read(bad), "print a\nlet = 1\n")
        self.assertEqual(self.read(ugly), PRETTY)
        self.assert_refused(self.run_program("fmt", "-", stdin="let = 1\n"), "<stdin>:1:5")
        self.assert_refused(self.run_program("fmt", str(self.folder / "none.vpcsh")), "No such file")
        self.assert_refused(self.run_program("fmt", "-", stdin=b"print \xff\n"), "not UTF-8")

    def test_names_that_are_not_declared_are_no_matter(self):
        self.assert_done(self.run_program("fmt", "-", stdin="NoSuchOperation X=$y\n"), "NoSuchOperation X=$y\n")

    def test_links_stay_links(self):
        ugly = self.file("ugly.vpcsh", UGLY)
        link = self.folder / "link.vpcsh"
        link.symlink_to(ugly)
        self.assert_done(self.run_program("fmt", str(link)), f"{link}\n")
        self.assertTrue(link.is_symlink())
        self.assertEqual(self.read(ugly), PRETTY)

    def test_what_cannot_be_written_is_an_error(self):
        folder = self.folder / "full"
        folder.mkdir()
        script = folder / "ugly.vpcsh"
        script.write_text(UGLY)
        # A limit on the size of files holds for root, too.
        result = self.run_program("-c", f"ulimit -f 0; exec $0 fmt {script}", self.program_path, program="bash")
        self.assert_failed(result, 1, "ugly.vpcsh")
        self.assertEqual(script.read_text(), UGLY)
        self.assertEqual(sorted(folder.iterdir()), [script], "nothing is left of the attempt")

    @property
    def program_path(self):
        from program import PROGRAM
        return PROGRAM

    def test_usage(self):
        self.assert_failed(self.run_program("fmt"), 2)
        self.assertIn("--check", self.run_program("fmt", "--help").out)

    def test_the_scripts_of_this_project(self):
        """All of them, with all of their comments; a script with errors of its syntax is for other tests."""
        count = 0
        for path in sorted(ROOT.glob("Tests/Scripts/*/*.vpcsh")) + sorted(ROOT.glob("scripts/examples/*.vpcsh")):
            with self.subTest(path=path.name):
                text = path.read_text()
                result = self.run_program("fmt", "-", stdin=text)
                if result.status == 2:
                    self.assertTrue("expect check:" in text or path.name == "_broken.vpcsh", result)
                    continue
                self.assert_done(result)
                self.assertEqual(result.out.count("#"), text.count("#"))
                self.assert_done(self.run_program("fmt", "-", stdin=result.out), result.out)
                count += 1
        self.assertGreater(count, 40)


if __name__ == "__main__":
    unittest.main()
