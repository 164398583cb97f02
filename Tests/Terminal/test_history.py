"""What is remembered from one session to the next."""

import stat
import unittest

import terminal as t
from terminal import TerminalTest


class History(TerminalTest):
    def leave(self, shell):
        shell.type(t.CTRL_D)
        self.assertEqual(shell.wait_for_end(), 0)

    def test_is_kept_for_the_next_session(self):
        shell = self.session()
        shell.enter("print first")
        shell.enter("print 第二")
        shell.enter(" print hidden")
        self.leave(shell)

        self.assertEqual(stat.S_IMODE(self.home.history.stat().st_mode), 0o600)
        content = self.home.history.read_text()
        self.assertIn("print first\n", content)
        self.assertIn("print 第二\n", content)
        self.assertNotIn("hidden", content)

        shell = self.session()
        shell.type(t.UP)
        shell.wait_for_line("print 第二")
        shell.type(t.UP)
        shell.wait_for_line("print first")
        shell.enter()
        self.assert_row(shell, "first")

    def test_keeps_a_statement_of_several_lines_as_one_entry(self):
        shell = self.session()
        shell.go_on("if true {")
        shell.go_on("print inside")
        shell.enter("}")
        shell.type(t.UP)
        shell.wait(lambda: shell.row_at_cursor == "}" and shell.text.count("if true {") == 2, "the whole statement")
        shell.enter()
        self.assertEqual(shell.rows.count("inside"), 2, shell.text)

    def test_a_line_that_begins_with_a_blank_is_not_kept(self):
        shell = self.session()
        shell.enter(" print hidden")
        shell.enter("print shown")
        self.assert_row(shell, "hidden")
        kept = self.home.history.read_text()
        self.assertIn("print shown", kept)
        self.assertNotIn("hidden", kept)

    def test_keeps_a_failed_statement(self):
        shell = self.session()
        shell.enter("nosuchcommand")
        shell.type(t.UP)
        shell.wait_for_line("nosuchcommand")

    def test_two_sessions_lose_nothing(self):
        one, two = self.session(), self.session()
        one.enter("print from one")
        two.enter("print from two")
        one.enter("print one again")
        self.leave(one)
        self.leave(two)
        self.assertEqual(
            self.home.history.read_text().splitlines(), ["print from one", "print from two", "print one again"])

    def test_is_there_when_the_terminal_goes_away(self):
        shell = self.session()
        shell.enter("print kept")
        shell.hang_up()
        self.assertIn("print kept\n", self.home.history.read_text())

    def test_search(self):
        shell = self.session()
        shell.enter("print needle")
        shell.enter("print straw")
        shell.type(t.CTRL_R + "need")
        shell.wait_for("bck:need")
        shell.type(t.CTRL_E)
        shell.wait_for_line("print needle")

    def test_that_cannot_be_written_is_a_warning(self):
        self.home.history.mkdir(parents=True)
        shell = self.session()
        self.assertIn("history", shell.text)
        shell.enter("print goes on")
        self.assert_row(shell, "goes on")
        shell.enter("print and on")
        self.assertEqual(shell.text.count("not a regular file"), shell.text.count(str(self.home.history)))
        self.leave(shell)

    def test_that_is_no_text_is_passed_over(self):
        self.home.history.parent.mkdir(parents=True)
        self.home.history.write_bytes(b"print before\n" + bytes(range(256)) * 64 + b"\nprint after\n")
        shell = self.session()
        shell.type(t.UP)
        shell.wait_for_line("print after")


if __name__ == "__main__":
    unittest.main()
