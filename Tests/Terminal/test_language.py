"""What the language has only at the prompt."""

import unittest

import terminal as t
from terminal import TerminalTest


class OnlyAtThePrompt(TerminalTest):
    def test_the_last_result(self):
        shell = self.session()
        shell.enter("[1, 2, 3]")
        shell.enter("print (len($_))")
        self.assert_row(shell, "3")
        shell.enter("let kept = $_")
        shell.enter("print $kept")
        self.assert_row(shell, "[1,2,3]")

    def test_the_last_result_of_a_pipe(self):
        shell = self.session()
        shell.enter("format jsonl")
        shell.enter('DescribeRegions | where RegionId == "cn-beijing" | select RegionId')
        self.assert_row(shell, '{"RegionId":"cn-beijing"}')
        shell.enter("print $_[0].RegionId")
        self.assert_row(shell, "cn-beijing")

    def test_the_last_error(self):
        shell = self.session()
        shell.enter("print $error")
        self.assert_row(shell, "null")
        shell.enter('fail "A.B" "told you"')
        shell.enter('print "$error.Code: $error.Message"')
        self.assert_row(shell, "A.B: told you")
        shell.enter("DescribeVpnConnection VpnConnectionId=vco-none on error resume")
        shell.enter("print $error.Code")
        self.assert_row(shell, "InvalidVpnConnectionInstanceId.NotFound")

    def test_a_second_let_replaces_the_first(self):
        shell = self.session()
        shell.enter("let x = 1")
        shell.enter('let x = "two"')
        shell.enter("print $x")
        self.assert_row(shell, "two")

    def test_programs(self):
        shell = self.session()
        shell.enter("! echo from outside")
        self.assert_row(shell, "from outside")


class Handlers(TerminalTest):
    def test_stay_for_later_lines_and_are_listed(self):
        shell = self.session(columns=100)
        shell.enter("handlers")
        self.assert_row(shell, "(no rows)")
        shell.enter('on error A.* as e { print "caught $e.Code" }')
        shell.enter("on error B resume")
        shell.enter('fail "A.B" "x"; print never')
        self.assert_row(shell, "caught A.B")
        shell.enter("print still here")
        self.assert_row(shell, "still here")
        shell.enter("handlers | jsonl")
        self.assert_row(shell, '{"Patterns":"A.*","Action":"{ … }","Line":1}')
        self.assert_row(shell, '{"Patterns":"B","Action":"resume","Line":1}')
        # A new one with the same patterns replaces the old.
        shell.enter("on error A.* use 5")
        shell.enter("handlers | count")
        self.assert_row(shell, "2")
        shell.enter('let x = [1][2] on error Script.Index use "own"')
        shell.enter('def bad() { fail "A.B" "x" }')
        shell.enter("bad()")
        self.assert_row(shell, "5")

    def test_are_warned_about_once(self):
        shell = self.session()
        shell.enter("on error resume")
        shell.enter("on error A.B resume")
        shell.enter("print one")
        shell.enter("print two")
        self.assertEqual(shell.text.count("never reached"), 1, shell.text)


class Questions(TerminalTest):
    def test_tells_what_a_command_takes_and_gives_the_line_back(self):
        shell = self.session(rows=40)
        shell.type("CreateCustomerGateway Name=x ?" + t.ENTER)
        shell.wait_for("IpAddress")
        shell.wait_for_line("CreateCustomerGateway Name=x ")
        shell.type("IpAddress=203.0.113.10 | select Name?" + t.ENTER)
        shell.wait_for_prompt()
        self.assertNotIn("error", shell.text)

    def test_tells_the_stages(self):
        shell = self.session(rows=50)
        shell.type("[1] | ?" + t.ENTER)
        shell.wait_for("| where EXPR")
        shell.wait_for_line("[1] | ")
        shell.enter("count")
        self.assert_row(shell, "1")

    def test_alone_it_is_help(self):
        shell = self.session(rows=60)
        shell.type("?" + t.ENTER)
        shell.wait_for("help TOPIC tells more")
        shell.wait_for_prompt()

    def test_in_an_unfinished_statement(self):
        shell = self.session(rows=50)
        shell.go_on("if true {")
        shell.type("print yes; region ?" + t.ENTER)
        shell.wait_for("Show or set the region")
        shell.wait(lambda: shell.is_editing and shell.before_cursor.endswith("print yes; region "), "the line again")
        shell.go_on("cn-beijing")
        shell.enter("}")
        self.assert_row(shell, "yes")

    def test_is_text_where_text_is_due(self):
        shell = self.session()
        shell.enter("print really ?")
        self.assert_row(shell, "really ?")
        shell.enter("print ({a: 1}.b?)")
        self.assert_row(shell, "null")
        shell.enter('print "why ?"')
        self.assert_row(shell, "why ?")


if __name__ == "__main__":
    unittest.main()
