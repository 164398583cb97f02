"""What a person does at the prompt on a good day."""

import fcntl
import time
import unittest

import terminal as t
from terminal import TerminalTest


class Prompt(TerminalTest):
    def test_says_where_it_runs(self):
        shell = self.session()
        greeting = " ".join(shell.rows[:shell.screen.cursor.y]).lower()
        self.assertIn("no credentials", greeting)
        self.assertIn("--local", greeting)

    def test_prints(self):
        shell = self.session()
        shell.enter("print hello")
        self.assert_row(shell, "hello")

    def test_shows_records_as_a_table(self):
        shell = self.session()
        shell.enter('[{Name: "alpha", Id: 17}, {Name: "beta", Id: 4}]')
        header = next(row for row in shell.rows if "Name" in row and "Id" in row and "local>" not in row)
        alpha = next(row for row in shell.rows if "alpha" in row and "local>" not in row)
        beta = next(row for row in shell.rows if "beta" in row and "local>" not in row)
        self.assertIn("17", alpha)
        self.assertEqual(header.index("Name"), alpha.index("alpha"))
        self.assertEqual(header.index("Name"), beta.index("beta"))

    def test_goes_on_after_an_unfinished_line(self):
        shell = self.session()
        shell.go_on("if true {")
        self.assertFalse(shell.before_cursor.startswith(t.PROMPT), shell.text)
        shell.go_on("print inside")
        self.assertNotIn("inside", shell.rows)
        shell.enter("}")
        shell.wait_for_row("inside")
        shell.wait_for_prompt()

    def test_ctrl_d_leaves(self):
        shell = self.session()
        shell.type(t.CTRL_D)
        self.assertEqual(shell.wait_for_end(), 0)
        self.assertTrue(shell.is_cooked)

    def test_ctrl_d_in_a_line_does_not_leave(self):
        shell = self.session()
        shell.type("print stays" + t.CTRL_D)
        shell.enter()
        self.assert_row(shell, "stays")

    def test_exit_leaves_with_its_status(self):
        shell = self.session()
        shell.type("exit 7" + t.ENTER)
        self.assertEqual(shell.wait_for_end(), 7)
        self.assertTrue(shell.is_cooked)

    def test_errors_do_not_leave(self):
        shell = self.session()
        for line in ["nosuchcommand", "let = 1", "1 / 0", "DescribeVpnConnections NoSuch=1", 'fail "A.B" "told you"',
                     ")", "print $undeclared"]:
            with self.subTest(line=line):
                shell.enter(line)
                if not shell.before_cursor.endswith(t.PROMPT):
                    shell.type(t.CTRL_C)
                shell.wait_for_prompt()
                self.assertIn("error", shell.text + shell.raw.decode(errors="replace"))
                shell.enter("print still here")
                self.assert_row(shell, "still here")

    def test_programs_find_the_terminal_as_usual(self):
        shell = self.session()
        shell.enter("! stty -a")
        shell.wait_for("isig")
        self.assertNotIn("-icanon", shell.text)
        self.assertNotIn("-echo ", shell.text)

    def test_output_without_a_newline_does_not_spoil_the_prompt(self):
        shell = self.session()
        shell.enter("! printf half")
        shell.wait_for_prompt()
        self.assert_row(shell, "half")

    def test_edits_wide_characters(self):
        shell = self.session()
        shell.type("print 中X文é")
        shell.wait_for_line("print 中X文é")
        shell.type(t.LEFT * 2 + t.BACKSPACE + t.CTRL_E + "!")
        shell.wait_for_line("print 中文é!")
        shell.enter()
        self.assert_row(shell, "中文é!")

    def test_clears_the_screen(self):
        shell = self.session()
        shell.enter("print gone")
        shell.type("print kept" + t.CTRL_L)
        shell.wait(lambda: "gone" not in shell.text and shell.screen.cursor.y == 0, "an empty screen")
        shell.wait_for_line("print kept")

    def test_vi_keys_by_the_settings_of_the_user(self):
        (self.home.path / ".editrc").write_text("bind -v\n")
        shell = self.session()
        shell.type("print world")
        shell.wait_for_line("print world")
        shell.type("\x1b")
        # The cursor goes back by one when the Escape key has been told from a sequence.
        shell.wait(lambda: shell.before_cursor == t.PROMPT + "print worl", "command mode")
        shell.type("bihello ")
        shell.enter()
        self.assert_row(shell, "hello world")


class Interrupt(TerminalTest):
    def test_drops_the_line(self):
        shell = self.session()
        shell.type("print wrong")
        shell.wait_for_line("print wrong")
        shell.type(t.CTRL_C)
        shell.wait_for_prompt()
        self.assertNotIn("wrong", shell.rows)
        shell.enter("print right")
        self.assert_row(shell, "right")

    def test_drops_all_lines_of_an_unfinished_statement(self):
        shell = self.session()
        shell.go_on("if true {")
        shell.go_on("print wrong")
        shell.type(t.CTRL_C)
        shell.wait_for_prompt()
        shell.enter("print right")
        self.assert_row(shell, "right")
        self.assertNotIn("wrong", shell.rows)

    def test_stops_what_runs(self):
        shell = self.session()
        for line in ["wait 1h", "while true { }", "while true { wait 10ms }", "! sleep 3600"]:
            with self.subTest(line=line):
                shell.type(line + t.ENTER)
                shell.wait_until_running()
                began = time.monotonic()
                shell.type(t.CTRL_C)
                shell.wait_for_prompt()
                self.assertLess(time.monotonic() - began, 0.5)
                shell.enter("print next")
                self.assert_row(shell, "next")

    def test_right_behind_enter_is_not_lost(self):
        shell = self.session()
        shell.enter("print first")
        with open(self.home.history) as history:
            # Another session at the history holds the program up between taking the line and running it.
            fcntl.flock(history, fcntl.LOCK_EX)
            shell.type("wait 1h" + t.ENTER)
            shell.wait_until_running()
            shell.type(t.CTRL_C)
            shell.wait_for("^C")
        shell.wait_for_prompt()
        shell.enter("print next")
        self.assert_row(shell, "next")

    def test_ends_an_incremental_search(self):
        shell = self.session()
        shell.enter("print found")
        shell.type(t.CTRL_R + "fou")
        shell.wait_for("bck:")
        shell.type(t.CTRL_C)
        shell.wait_for_prompt()


class Completion(TerminalTest):
    def test_commands(self):
        shell = self.session()
        shell.type("pri" + t.TAB)
        shell.wait_for_line("print ")

    def test_operations(self):
        shell = self.session()
        shell.type("DescribeVpnConnec" + t.TAB)
        shell.wait_for_line("DescribeVpnConnection")
        shell.type(t.TAB)
        shell.wait(lambda: shell.text.count("DescribeVpnConnections") >= 1 and shell.is_editing, "a list")
        shell.wait_for_line("DescribeVpnConnection")

    def test_parameters(self):
        shell = self.session()
        shell.type("DescribeVpnConnections Vpn" + t.TAB + t.TAB)
        shell.wait_for("VpnConnectionId")
        shell.wait_for("VpnGatewayId")
        shell.wait_for_line("DescribeVpnConnections Vpn")
        shell.type("G" + t.TAB)
        shell.wait_for_line("DescribeVpnConnections VpnGatewayId=")

    def test_variables(self):
        shell = self.session()
        shell.enter("let gateway = 17")
        shell.type("print $gat" + t.TAB)
        shell.wait(lambda: "print $gateway" in shell.row_at_cursor, "the variable")
        shell.enter()
        self.assert_row(shell, "17")

    def test_nothing_to_complete(self):
        shell = self.session()
        shell.type("zzzz" + t.TAB + t.TAB + "y")
        shell.wait_for_line("zzzzy")


class Paste(TerminalTest):
    def test_waits_for_enter(self):
        shell = self.session()
        shell.type(t.pasted("print one\nprint two\n"))
        shell.wait(lambda: any(row.endswith("print two") for row in shell.rows), "the pasted lines")
        shell.type(" and more")
        shell.wait(lambda: any(row.endswith("two and more") for row in shell.rows), "an edited paste")
        self.assertEqual(shell.prompts, 1)
        self.assertNotIn("one", shell.rows)
        shell.enter()
        self.assert_row(shell, "one")
        self.assert_row(shell, "two and more")

    def test_can_be_dropped(self):
        shell = self.session()
        shell.type(t.pasted("print one\nprint two"))
        shell.wait(lambda: any(row.endswith("print two") for row in shell.rows), "the pasted lines")
        shell.type(t.CTRL_C)
        shell.wait_for_prompt()
        self.assertNotIn("one", shell.rows)


if __name__ == "__main__":
    unittest.main()
