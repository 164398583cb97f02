"""Programs that `code` writes, run against a served endpoint, and requests that `explain` shows, sent as they are shown."""

import http.client
import json
import pathlib
import shutil
import subprocess
import sys
import unittest
import urllib.parse

from program import ID_VARIABLE, SECRET_VARIABLE
from served import ServedTest

try:
    import alibabacloud_vpc20160428
except ImportError:
    alibabacloud_vpc20160428 = None

KEYS = {ID_VARIABLE: "local", SECRET_VARIABLE: "local"}
CALLS = [
    "DescribeRegions",
    "DescribeVpcs PageSize=10 VpcName='a b+/~*%é名🦊'",
    "CreateVpc CidrBlock=10.0.0.0/16 VpcName='it is \"new\"' Description='$x `y` \\ z' Tag=[{Key: \"env\", Value: \"t=1&x\"}]",
    "CreateCustomerGateway IpAddress=203.0.113.10 Name=berlin",
    "TagResources ResourceType=VPC ResourceId=[$vpc] Tag=[{Key: \"a\", Value: \"b\"}]",
]


class CodeTest(ServedTest):
    def setUp(self):
        super().setUp()
        self.served = self.serve("--db", self.database())
        self.vpc = self.served.call("CreateVpc", {"CidrBlock": "10.0.0.0/8"}).value["VpcId"]

    def shell(self, statement):
        result = self.statements(f'let vpc = "{self.vpc}"; {statement}', "--endpoint", self.served.url, env=KEYS)
        self.assert_done(result)
        return result.out

    def run_written(self, language, interpreter, call):
        program = self.file("program", self.shell(f"code {language} {call}"))
        return subprocess.run(
            [*interpreter, program], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
            env=self.environment(KEYS))

    def assert_works(self, language, interpreter):
        for call in CALLS:
            done = self.run_written(language, interpreter, call)
            self.assertEqual(done.returncode, 0, f"{call}\n{done.stdout}\n{done.stderr}")
            self.assertIn("RequestId", json.loads(done.stdout), call)
        (made,) = [vpc for vpc in self.served.items("DescribeVpcs", "Vpc") if vpc["VpcName"]]
        self.assertEqual((made["VpcName"], made["Description"]), ('it is "new"', "$x `y` \\ z"))
        self.assertEqual(made["Tags"]["Tag"], [{"Key": "env", "Value": "t=1&x"}])
        # Run again, a program of a write does it once.
        program = self.file("again", self.shell(f"code {language} CreateCustomerGateway IpAddress=203.0.113.11"))
        answers = [
            json.loads(subprocess.run([*interpreter, program], capture_output=True, text=True, env=self.environment(KEYS)).stdout)
            for _ in range(2)]
        self.assertEqual(answers[0]["CustomerGatewayId"], answers[1]["CustomerGatewayId"])

    def assert_tells_errors(self, language, interpreter):
        done = self.run_written(language, interpreter, "DeleteVpnConnection VpnConnectionId=vco-gone")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("InvalidVpnConnectionInstanceId.NotFound", done.stdout + done.stderr)


class Curl(CodeTest):
    @unittest.skipUnless(shutil.which("curl") and shutil.which("openssl"), "curl or openssl is not there")
    def test_it_runs(self):
        self.assert_works("curl", ["bash"])
        self.assert_tells_errors("curl", ["bash"])


    @unittest.skipUnless(shutil.which("curl") and shutil.which("openssl"), "curl or openssl is not there")
    def test_a_secret_comes_from_the_environment(self):
        secret = 'p@ss+w/=&"x\\y%20'
        self.served.call("CreateVpc")
        gateway = self.shell(
            "wait until (DescribeVpcs VpcId=$vpc).Vpcs.Vpc[0].Status == \"Available\" every 100ms for 20s\n"
            "let g = CreateVpnGateway VpcId=$vpc Bandwidth=10 EnableIpsec=true\n"
            "wait until (DescribeVpnGateway VpnGatewayId=$g.VpnGatewayId).Status == \"active\" every 100ms for 20s\n"
            "let c = CreateCustomerGateway IpAddress=203.0.113.9\nprint $g.VpnGatewayId $c.CustomerGatewayId")
        vpn, customer = gateway.split()
        program = self.file("program", self.shell(
            f"code curl CreateVpnConnection VpnGatewayId={vpn} CustomerGatewayId={customer} LocalSubnet=10.0.0.0/16 "
            'RemoteSubnet=192.168.0.0/24 IkeConfig={Psk: secret("anything at all")}'))
        self.assertNotIn("anything", pathlib.Path(program).read_text())
        done = subprocess.run(
            ["bash", program], capture_output=True, text=True, env=self.environment({**KEYS, "YOUR_PSK": secret}))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        identity = json.loads(done.stdout)["VpnConnectionId"]
        found = self.served.call("DescribeVpnConnection", {"VpnConnectionId": identity})
        self.assertEqual(found.value["IkeConfig"]["Psk"], secret)


class Python(CodeTest):
    @unittest.skipIf(alibabacloud_vpc20160428 is None, "the official SDK for Python is not there")
    def test_it_runs(self):
        self.assert_works("python", [sys.executable])
        self.assert_tells_errors("python", [sys.executable])


class Explained(CodeTest):
    def test_what_is_shown_can_be_sent(self):
        for options in (["--signature", "acs3"], ["--signature", "v1"], ["--method", "get"]):
            result = self.statements(
                "explain DescribeVpcs VpcName='a b+/~*%é'", "--endpoint", self.served.url, *options, env=KEYS)
            self.assert_done(result)
            lines = [line[3:] for line in result.out.split("\n")]
            method, url = next(line.split(" ") for line in lines if line.startswith(("GET ", "POST ")))
            start = result.out.split("The headers of the request\n")[1].split("\n\n")[0]
            headers = dict(line.strip().split(": ", 1) for line in start.strip().split("\n"))
            connection = http.client.HTTPConnection("127.0.0.1", self.served.port)
            parts = urllib.parse.urlsplit(url)
            connection.request(method, f"{parts.path}?{parts.query}", headers=headers)
            self.assertEqual(connection.getresponse().status, 200, result.out)
            connection.close()

    def test_a_write_cannot_be_sent_from_where_it_is_forbidden(self):
        for options in (["--read-only"], ["--dry-run"]):
            for signature in ("acs3", "v1"):
                result = self.statements(
                    f"explain DeleteVpc VpcId={self.vpc}", "--endpoint", self.served.url, *options, "--signature", signature, env=KEYS)
                self.assert_done(result)
                self.assertRegex(result.out, r"Signature=(\*\*\*\*|%2A%2A%2A%2A)")
                self.assertNotRegex(result.out, r"Signature=[0-9a-zA-Z%]{20}")

    def test_nothing_is_sent_and_no_key_is_needed(self):
        result = self.run_program("-c", "explain DescribeVpcs; code go DescribeVpcs | ignore")
        self.assert_done(result)
        self.assertIn("a key that is made up", result.out)


if __name__ == "__main__":
    unittest.main()
