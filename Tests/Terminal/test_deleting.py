"""What is asked before something is destroyed."""

import json
import re
import signal
import subprocess
import tempfile
import unittest

from terminal import CTRL_C, PROGRAM, TerminalTest

GATEWAY = (
    "let vpc = CreateVpc CidrBlock=10.0.0.0/16 VpcName=lab\n"
    'wait until (DescribeVpcs VpcId=$vpc.VpcId).Vpcs.Vpc[0].Status == "Available" every 100ms\n'
    "let g = CreateVpnGateway VpcId=$vpc.VpcId Bandwidth=10 EnableIpsec=true Name=berlin\n"
    'wait until (DescribeVpnGateway VpnGatewayId=$g.VpnGatewayId).Status == "active" every 100ms\n'
    "let c = CreateCustomerGateway IpAddress=203.0.113.10 Name=office\n"
    "let vco = CreateVpnConnection VpnGatewayId=$g.VpnGatewayId CustomerGatewayId=$c.CustomerGatewayId "
    "LocalSubnet=10.0.0.0/16 RemoteSubnet=192.168.0.0/24 Name=tunnel\n"
    'wait until (DescribeVpnGateway VpnGatewayId=$g.VpnGatewayId).Status == "active" every 100ms\n')


class Asking(TerminalTest):
    def asked(self, shell, statement):
        before = shell.text.count("[y/N]")
        shell.type(statement + "\r")
        shell.wait(lambda: shell.text.count("[y/N]") > before, "the question")

    def test_it_names_what_is_hit_and_what_depends_on_it(self):
        (self.home.path / "make.vpcsh").write_text(GATEWAY)
        shell = self.session(columns=100)
        shell.enter("source 'make.vpcsh'")
        self.asked(shell, "DeleteVpnGateway VpnGatewayId=$g.VpnGatewayId")
        self.assert_row(shell, "DeleteVpnGateway in cn-hangzhou")
        self.assertRegex(shell.text, r"VpnGatewayId vpn-\w+  berlin  active")
        self.assertIn("depends on it: 1 IPsec connection (tunnel)", shell.text)
        shell.enter("n")
        self.assertIn("Client.Declined", shell.text)
        self.asked(shell, "DeleteCustomerGateway CustomerGatewayId=$c.CustomerGatewayId")
        self.assertRegex(shell.text, r"CustomerGatewayId cgw-\w+  office  203.0.113.10")
        shell.enter("")
        self.asked(shell, "DeleteVpnConnection VpnConnectionId=$vco.VpnConnectionId")
        self.assertIn("10.0.0.0/16  192.168.0.0/24", shell.text)
        shell.enter("y")
        shell.enter("print (DescribeVpnConnections | count)")
        self.assert_row(shell, "0")

    def test_what_cuts_traffic_asks_and_a_new_name_does_not(self):
        (self.home.path / "make.vpcsh").write_text(GATEWAY)
        shell = self.session(columns=100)
        shell.enter("source 'make.vpcsh'")
        shell.enter('ModifyVpnConnectionAttribute VpnConnectionId=$vco.VpnConnectionId Name=renamed | ignore; print done')
        self.assert_row(shell, "done")
        self.asked(shell, "ModifyVpnConnectionAttribute VpnConnectionId=$vco.VpnConnectionId RemoteSubnet=172.16.0.0/24")
        self.assertRegex(shell.text, r"VpnConnectionId vco-\w+  renamed")
        shell.enter("n")
        self.assertIn("Client.Declined", shell.text)

    def test_what_is_not_there_is_told_before_the_question(self):
        shell = self.session()
        self.asked(shell, "DeleteVpnConnection VpnConnectionId=vco-gone")
        self.assertIn("could not be found out: InvalidVpnConnectionInstanceId.NotFound", shell.text)
        shell.enter("n")

    def test_without_the_question_by_option_and_by_yes(self):
        shell = self.session()
        shell.enter("option confirm off")
        shell.enter("let v = CreateVpc; wait 1s; DeleteVpc VpcId=$v.VpcId | ignore; print done")
        self.assert_row(shell, "done")
        other = self.session("--yes")
        other.enter("let v = CreateVpc; wait 1s; DeleteVpc VpcId=$v.VpcId | ignore; print done")
        self.assert_row(other, "done")

    def test_in_a_script_that_is_typed_into_a_loop_each_is_asked_for(self):
        shell = self.session()
        shell.enter("for n in range(2) { CreateVpc VpcName=\"v$n\" | ignore }; wait 1s")
        shell.type("for v in (DescribeVpcs | items) { DeleteVpc VpcId=$v.VpcId on error resume }\r")
        shell.wait_for("[y/N]")
        shell.type("n\r")
        shell.wait(lambda: shell.text.count("[y/N]") == 2, "the second question")
        shell.enter("y")
        shell.enter("print (DescribeVpcs | count)")
        self.assert_row(shell, "1")


    def test_iterations_that_run_at_once_ask_one_after_the_other(self):
        shell = self.session(rows=40)
        shell.enter('for n in range(3) { CreateVpc VpcName="v$n" | ignore }; wait 1s; let all = DescribeVpcs | items')
        shell.type("for v in $all parallel 3 { DeleteVpc VpcId=$v.VpcId on error Client.Declined resume }\r")
        for number, answer in enumerate(["n", "y"], start=1):
            shell.wait(lambda: shell.text.count("[y/N]") == number, "a question")
            shell.type(answer + "\r")
        shell.wait(lambda: shell.text.count("[y/N]") == 3, "the last question")
        shell.enter("n")
        shell.enter("print left (DescribeVpcs | count)")
        self.assert_row(shell, "left 2")

    def test_ctrl_c_is_a_no_at_once_and_ends_the_statement(self):
        shell = self.session()
        shell.enter("let v = CreateVpc; wait 1s")
        self.asked(shell, "DeleteVpc VpcId=$v.VpcId; print never")
        shell.type("y" + CTRL_C)
        shell.wait(lambda: shell.is_editing, "the prompt")
        shell.enter("print left (DescribeVpcs | count)")
        self.assert_row(shell, "left 1")
        self.assertNotIn("never", shell.rows)

    def test_watch_only_looks(self):
        shell = self.session()
        shell.type("watch 200ms CreateVpc\r")
        shell.wait_for("'watch' only looks")
        shell.type(CTRL_C)
        shell.wait(lambda: shell.is_editing, "the prompt")
        shell.enter("print left (DescribeVpcs | count)")
        self.assert_row(shell, "left 0")


class Secrets(TerminalTest):
    def test_a_secret_that_is_asked_for_can_be_declined_and_leaves_the_terminal_as_it_was(self):
        (self.home.path / "s.vpcsh").write_text("param psk: secret\nprint (len($psk))\n")
        for keys, status in ((CTRL_C, 130), ("\r", 2), ("\x04", 2)):
            with self.subTest(keys):
                shell = self.start("--local=:memory:", "s.vpcsh", "--psk", "-")
                shell.wait_for("psk:")
                shell.type(keys)
                self.assertEqual(shell.wait_for_end(), status, shell.text)
                self.assertTrue(shell.is_cooked)
        shell = self.start("--local=:memory:", "s.vpcsh", "--psk", "-")
        shell.wait_for("psk:")
        shell.kill(signal.SIGTERM)
        self.assertEqual(shell.wait_for_end(), 143)
        self.assertTrue(shell.is_cooked)
        shell = self.start("--local=:memory:", "s.vpcsh", "--psk", "-")
        shell.wait_for("psk:")
        shell.type("hunter2hunter2\r")
        self.assertEqual(shell.wait_for_end(), 0)
        self.assertNotIn(b"hunter2", shell.raw)


class Protected(TerminalTest):
    """A profile whose deletions are typed out, on a served endpoint."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.served = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--db", f"{folder.name}/a.db"], stdout=subprocess.PIPE, text=True,
            env=self.home.environment())
        self.addCleanup(self.served.communicate)
        self.addCleanup(self.served.kill)
        self.url = self.served.stdout.readline().split()[-1]
        configuration = self.home.path / ".aliyun" / "config.json"
        configuration.parent.mkdir()
        configuration.write_text(json.dumps({"current": "prod", "profiles": [{
            "name": "prod", "mode": "AK", "access_key_id": "local", "access_key_secret": "local", "region_id": "cn-hangzhou"}]}))
        configuration.chmod(0o600)

    def test_the_name_must_be_typed(self):
        # Also where no questions are wanted.
        shell = self.start("--endpoint", self.url, "--yes")
        shell.wait(lambda: shell.is_editing and "prod>" in shell.row_at_cursor, "the prompt")
        shell.enter("profile protect prod")
        shell.enter("let v = CreateVpc VpcName=precious; wait 1s")
        for answer in ("y", "precious"):
            shell.type("DeleteVpc VpcId=$v.VpcId | ignore\r")
            shell.wait(lambda: "Type precious to go on: " in shell.before_cursor, "the question")
            shell.enter(answer)
            shell.enter("print count is (DescribeVpcs | count)")
        self.assertIn("Client.Declined", shell.text)
        self.assertEqual(re.findall(r"^count is \d", shell.text, re.M), ["count is 1", "count is 0"])

    def test_read_only(self):
        shell = self.start("--endpoint", self.url)
        shell.wait(lambda: shell.is_editing and "prod>" in shell.row_at_cursor, "the prompt")
        shell.enter("profile read-only prod")
        shell.enter("CreateVpc")
        self.assertIn("Client.ReadOnly", shell.text)


if __name__ == "__main__":
    unittest.main()
