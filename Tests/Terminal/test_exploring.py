"""What helps a person who explores: hints, completion, results, and the prompt's own commands."""

import unittest

import terminal as t
from terminal import TerminalTest


class Completing(TerminalTest):
    def test_an_operation_by_parts(self):
        shell = self.session()
        shell.type("dvc" + t.TAB)
        shell.wait(lambda: any("DescribeVpnConnections" in row for row in shell.rows), "the operation")
        self.assertIn("DeleteVpnConnection", shell.text)

    def test_fields_of_a_live_value(self):
        shell = self.session()
        shell.enter("let x = {Alpha: 1, Beta: 2}")
        shell.type("print $x.Al" + t.TAB)
        shell.wait_for_line("print $x.Alpha")

    def test_ids_of_what_there_is(self):
        shell = self.session()
        shell.enter("let vpc = CreateVpc CidrBlock=10.0.0.0/16 VpcName=lab")
        shell.enter("format jsonl")
        shell.type("DescribeVpcAttribute VpcId=" + t.TAB)
        shell.wait(lambda: "VpcId=vpc-" in shell.row_at_cursor, "the id")

    def test_what_is_missing_stands_at_the_right(self):
        shell = self.session()
        shell.type("DeleteVpnConnection ")
        shell.wait(lambda: "needs VpnConnectionId" in shell.row_at_cursor, "the hint")
        shell.type("VpnConnectionId=")
        shell.wait(lambda: "string" in shell.row_at_cursor, "the shape")


class Results(TerminalTest):
    def test_a_list_has_a_footer(self):
        shell = self.session()
        shell.enter("CreateVpc CidrBlock=10.0.0.0/16 VpcName=a | ignore")
        shell.enter("DescribeVpcs")
        self.assertTrue(any(row.startswith("1 item · ") and "request" in row for row in shell.rows), shell.text)
        self.assertTrue(any(row.startswith("VpcId") and "CidrBlock" in row for row in shell.rows), shell.text)

    def test_long_results_go_to_the_pager(self):
        shell = self.session(PAGER="tr a-z A-Z | head -n 2 #")
        shell.enter("format jsonl")
        shell.enter("range(0, 60)")
        self.assertIn("1", shell.rows)
        self.assertNotIn("59", shell.rows, shell.text)

    def test_a_pager_that_is_stopped_gives_the_prompt_back(self):
        shell = self.session(PAGER="sleep 60 #")
        shell.enter("format jsonl")
        shell.type("range(0, 60)" + t.ENTER)
        shell.wait_until_running()
        shell.type(t.CTRL_C)
        shell.wait(lambda: shell.is_editing, "the prompt")
        shell.enter("print here")
        self.assert_row(shell, "here")

    def test_timing(self):
        shell = self.session()
        shell.enter("timing on")
        shell.enter("print x")
        self.assertTrue(any(row.startswith("time: ") for row in shell.rows), shell.text)


class Progress(TerminalTest):
    def test_of_a_parallel_loop_with_the_time_that_is_left(self):
        shell = self.session()
        shell.type("for n in range(0, 60) parallel 4 { wait 300ms }" + t.ENTER)
        shell.wait(lambda: "of 60 iterations, about" in shell.text, "how far it is")
        shell.type(t.CTRL_C)
        shell.wait(lambda: shell.is_editing, "the prompt")
        self.assertNotIn("iterations", shell.text)

    def test_of_a_wait_with_the_time_that_is_left(self):
        shell = self.session()
        shell.type("wait 30s" + t.ENTER)
        shell.wait(lambda: "waiting for" in shell.text and "left" in shell.text, "how long it takes")
        shell.type(t.CTRL_C)
        shell.wait(lambda: shell.is_editing, "the prompt")
        self.assertNotIn("left", shell.text)


class Finding(TerminalTest):
    def test_search_errors_and_topics(self):
        shell = self.session()
        shell.enter("search customer gateway delete")
        self.assertTrue(any(row.startswith("DeleteCustomerGateway") for row in shell.rows), shell.text)
        shell.enter("errors VpnGateway.Configuring")
        self.assertIn("retry every 5s for 10m", shell.text)
        shell.enter("help pipes")
        self.assertIn("> DescribeRegions | query", shell.text)

    def test_completion_behind_explain_and_code(self):
        shell = self.session()
        shell.type("code py" + t.TAB)
        shell.wait_for_line("code python ")
        shell.type("dvpcs" + t.TAB)
        shell.wait_for_line("code python DescribeVpcs ")
        shell.type("VpcN" + t.TAB)
        shell.wait_for_line("code python DescribeVpcs VpcName=")
        shell.type("x" + t.ENTER)
        shell.wait(lambda: "DescribeVpcsRequest" in shell.text, "the program")
        shell.type("explain DeleteVpnConnection ")
        shell.wait(lambda: "needs VpnConnectionId" in shell.row_at_cursor, "the hint")

    def test_help_behind_an_unfinished_call(self):
        shell = self.session()
        shell.type("code curl DescribeVpcs ?" + t.ENTER)
        shell.wait(lambda: "Its items lie in Vpcs.Vpc" in shell.text, "its help")


class LiveCompletion(TerminalTest):
    def test_it_can_be_turned_off(self):
        shell = self.session()
        shell.enter("let vpc = CreateVpc CidrBlock=10.0.0.0/16 VpcName=lab")
        shell.enter("option live-completion off")
        shell.type("DescribeVpcAttribute VpcId=" + t.TAB + "x")
        shell.wait_for_line("DescribeVpcAttribute VpcId=x")


class OwnCommands(TerminalTest):
    def test_history_lists_without_duplicates_and_secrets(self):
        shell = self.session()
        for line in ["print one", "print two", "print one", 'let p = secret("hush-hush")']:
            shell.enter(line)
        shell.enter("history print")
        self.assertEqual([row.split("  ", 1)[1] for row in shell.rows if row[:1].isdigit()], ["print two", "print one", "history print"])
        self.assertNotIn("hush", self.home.history.read_text())

    def test_edit_brings_the_statement_back(self):
        shell = self.session(EDITOR="sed -i s/wrong/right/")
        shell.enter("print wrong")
        shell.type("edit" + t.ENTER)
        shell.wait_for_line("print right")
        shell.enter()
        self.assert_row(shell, "right")

    def test_save_session_lifts_ids(self):
        shell = self.session()
        shell.enter("DescribeVpcs VpcId=vpc-bp1234567890 | count")
        shell.enter("nosuchcommand")
        shell.enter("save-session kept.vpcsh")
        text = (self.home.path / "kept.vpcsh").read_text()
        self.assertIn('param vpc = "vpc-bp1234567890"', text)
        self.assertIn("DescribeVpcs VpcId=$vpc | count", text)
        self.assertNotIn("nosuchcommand", text)

    def test_watch_runs_until_it_is_stopped(self):
        shell = self.session()
        shell.enter("let n = 0")
        shell.type("watch 200ms set n = $n + 1; print \"at $n\"" + t.ENTER)
        shell.wait(lambda: any(row.strip("* ") == "at 3" for row in shell.rows), "the third time")
        shell.type(t.CTRL_C)
        shell.wait(lambda: shell.is_editing, "the prompt")
        shell.enter("print here")
        self.assert_row(shell, "here")


if __name__ == "__main__":
    unittest.main()
