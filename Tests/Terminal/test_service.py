"""A prompt on a service over the network that is slow, silent or not there: what a person sees, and what is not lost."""

import json
import pathlib
import signal
import subprocess
import sys
import time
import unittest

import terminal as t
from terminal import PROGRAM, TerminalTest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
from service import Service, chosen, error_answer, json_answer, silent  # noqa: E402

KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "testid", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "testsecret0123"}


class ServiceTest(TerminalTest):
    def service(self, answer):
        service = Service(answer)
        self.addCleanup(service.close)
        return service

    def on(self, service, *arguments, **environment):
        """A session at its first prompt on a service."""
        shell = self.start("--endpoint", service.url, *arguments, **{**KEYS, **environment})
        self.at_prompt(shell)
        return shell

    def at_prompt(self, shell):
        shell.wait(lambda: shell.is_editing and shell.row_at_cursor.endswith("env>"), "the prompt")

    def journal(self):
        """The writes of the newest run."""
        def asked(*arguments):
            return json.loads(subprocess.run(
                [PROGRAM, "journal", *arguments], capture_output=True, env=self.home.environment(), check=True).stdout)
        return asked(asked()[0]["Run"])


class Interrupted(ServiceTest):
    def test_a_call_ends_within_a_tenth_of_a_second_and_the_session_is_intact(self):
        service = self.service(silent)
        shell = self.on(service)
        shell.enter("let kept = 17")
        shell.type("DescribeVpcs" + t.ENTER)
        self.assertTrue(service.arrived.wait(20))
        began = time.monotonic()
        shell.type(t.CTRL_C)
        self.at_prompt(shell)
        # Ten times what is promised: the machine may be busy.
        self.assertLess(time.monotonic() - began, 1)
        self.assertIn("interrupted", shell.text)
        service.answer = json_answer({"RequestId": "R", "Vpcs": {"Vpc": []}, "TotalCount": 0})
        shell.type("print ((DescribeVpcs).TotalCount) $kept" + t.ENTER)
        shell.wait_for_row("0 17")

    def test_a_write_is_reported_as_unknown_with_its_token(self):
        service = self.service(silent)
        shell = self.on(service, columns=200)
        shell.type("CreateVpc VpcName=new" + t.ENTER)
        self.assertTrue(service.arrived.wait(20))
        shell.type(t.CTRL_C)
        self.at_prompt(shell)
        token = service.requests[0].parameters["ClientToken"]
        self.assertIn("unknown", shell.text)
        self.assertIn(token, shell.text)
        (write,) = self.journal()
        self.assertEqual((write["Outcome"], write["ClientToken"]), ("unknown", token))

    def test_a_loop_a_wait_and_a_page(self):
        service = self.service(json_answer({"RequestId": "R", "Vpcs": {"Vpc": []}, "TotalCount": 0}))
        shell = self.on(service)
        for line in ("while true { DescribeVpcs | ignore }", "wait 1h", "wait until false every 1h for 2h"):
            with self.subTest(line):
                shell.type(line + t.ENTER)
                shell.wait_until_running()
                shell.type(t.CTRL_C)
                self.at_prompt(shell)


class Hostile(ServiceTest):
    EVIL = "\x1b]0;owned\x07\x1b[2J"

    def test_what_a_service_says_cannot_drive_the_terminal(self):
        service = self.service(json_answer(
            {"RequestId": "R" + self.EVIL, "Code": "C" + self.EVIL, "Message": "m" + self.EVIL}, 400))
        shell = self.on(service, "--trace")
        shell.type("DescribeVpcs" + t.ENTER)
        shell.wait_for("error:")
        self.at_prompt(shell)
        service.answer = json_answer({
            "RequestId": "R" + self.EVIL, "TotalCount": 1, "Vpcs": {"Vpc": [{"VpcId": "vpc-1\n! touch x", "VpcName": self.EVIL}]}})
        shell.type("DescribeVpcs" + t.ENTER)
        shell.wait_for("1 item")
        self.at_prompt(shell)
        shell.type("DescribeVpcAttribute VpcId=" + t.TAB + t.TAB + "x")
        shell.wait(lambda: shell.before_cursor.endswith("VpcId=x"), "the line")
        self.assertNotIn(b"\x1b]0;owned", shell.raw)


class Asking(ServiceTest):
    def test_what_could_not_be_found_out_is_not_passed_over(self):
        def choose(request):
            if request.parameters["Action"] == "DescribeVpnGateway":
                return json_answer({"RequestId": "R", "VpnGatewayId": "vpn-1", "Name": "berlin", "Status": "active"})
            return error_answer("Forbidden", 403)
        shell = self.on(self.service(chosen(choose)))
        shell.type("DeleteVpnGateway VpnGatewayId=vpn-1" + t.ENTER)
        shell.wait_for("[y/N]")
        self.assertIn("VpnGatewayId vpn-1  berlin  active", shell.text)
        self.assertIn("what depends on it could not all be found out: Forbidden", shell.text)
        shell.type("n" + t.ENTER)
        self.at_prompt(shell)


class Gone(ServiceTest):
    def test_the_terminal_is_closed_during_a_write(self):
        service = self.service(silent)
        shell = self.on(service)
        shell.enter("print first")
        shell.type("CreateVpc VpcName=new" + t.ENTER)
        self.assertTrue(service.arrived.wait(20))
        shell.hang_up()
        (write,) = self.journal()
        self.assertEqual(write["Outcome"], "unknown")
        self.assertEqual(write["ClientToken"], service.requests[0].parameters["ClientToken"])
        self.assertIn("CreateVpc VpcName=new", self.home.history.read_text())

    def test_killed_during_a_write(self):
        service = self.service(silent)
        shell = self.on(service)
        shell.type("CreateVpc VpcName=new" + t.ENTER)
        self.assertTrue(service.arrived.wait(20))
        shell.kill(signal.SIGKILL)
        shell.wait_for_end()
        (write,) = self.journal()
        self.assertEqual((write["Action"], write["Outcome"]), ("CreateVpc", "unknown"))


class Completing(ServiceTest):
    def test_ids_do_not_hold_up_a_tab_and_print_no_error(self):
        service = self.service(silent)
        shell = self.on(service)
        began = time.monotonic()
        shell.type("DescribeVpcAttribute VpcId=" + t.TAB + "x")
        shell.wait(lambda: shell.before_cursor.endswith("VpcId=x"), "the line")
        # 300 ms are promised; the machine may be busy.
        self.assertLess(time.monotonic() - began, 2)
        self.assertNotIn("error", shell.text)

    def test_ids_with_their_names_and_once_for_several_tabs(self):
        items = [{"VpcId": f"vpc-{number}", "VpcName": f"name-{number}", "Status": "Available"} for number in range(3)]
        service = self.service(json_answer({"RequestId": "R", "Vpcs": {"Vpc": items}, "TotalCount": 3}))
        shell = self.on(service)
        shell.type("DescribeVpcAttribute VpcId=vpc-" + t.TAB + t.TAB)
        shell.wait(lambda: any("vpc-2" in row and "name-2" in row for row in shell.rows), "the ids")
        shell.type("1")
        shell.wait(lambda: shell.before_cursor.endswith("VpcId=vpc-1"), "the line")
        self.assertEqual(len(service.requests), 1)


class Starting(ServiceTest):
    def test_it_asks_the_network_nothing(self):
        service = self.service(silent)
        shell = self.on(service)
        shell.type("print (1 + 1)" + t.ENTER)
        shell.wait_for_row("2")
        self.assertEqual(service.requests, [])

    def test_the_start_file_runs_at_a_prompt_only(self):
        folder = self.home.path / "config" / "vpcsh"
        folder.mkdir(parents=True)
        (folder / "rc.vpcsh").write_text('let greeting = "from the file"\n')
        shell = self.session()
        shell.enter("print $greeting")
        self.assert_row(shell, "from the file")
        plain = subprocess.run([PROGRAM, "-c", "print $greeting"], capture_output=True, text=True, env=self.home.environment())
        self.assertEqual(plain.returncode, 2)
        self.assertIn("$greeting", plain.stderr)
        shell = self.session("--no-rc")
        shell.enter("print $greeting")
        self.assertIn("not declared", shell.text)

    def test_a_start_file_that_is_wrong_is_told_and_the_prompt_comes_all_the_same(self):
        folder = self.home.path / "config" / "vpcsh"
        folder.mkdir(parents=True)
        (folder / "rc.vpcsh").write_text("print one\nnosuchcommand\n")
        shell = self.session()
        self.assertIn("nosuchcommand", shell.text)
        shell.enter("print here")
        self.assert_row(shell, "here")

    def test_without_a_home_folder_or_with_one_that_is_not_there(self):
        for environment in ({"HOME": None, "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None},
                            {"HOME": "/dev/null/nowhere", "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None}):
            with self.subTest(environment):
                shell = self.session("--local=:memory:", **environment)
                shell.enter("print here")
                self.assert_row(shell, "here")

    def test_200_columns_and_20(self):
        for columns, rows in ((200, 50), (20, 10)):
            with self.subTest(columns):
                shell = self.start("--local=:memory:", columns=columns, rows=rows)
                shell.wait(lambda: shell.is_editing, "the prompt")
                before = shell.prompts
                shell.type("CreateVpc CidrBlock=10.0.0.0/16 VpcName=lab | ignore" + t.ENTER)
                shell.wait(lambda: shell.prompts > before, "the prompt")
                shell.type("DescribeVpcs" + t.ENTER)
                shell.wait(lambda: shell.prompts > before + 1, "the prompt")
                self.assertIn("vpc-", "".join(row for row in shell.rows))
                self.assertTrue(all(len(row) <= columns for row in shell.rows))


if __name__ == "__main__":
    unittest.main()
