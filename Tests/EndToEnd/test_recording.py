"""Recording a run and replaying it without a service."""

import json
import pathlib
import stat

from program import KEYS, MEMORY, ProgramTest
from service import Service, error_answer, in_turn, json_answer

PSK = "hunter2hunter2"
SCRIPT = """\
let made = CreateVpc VpcName=one
print $made.VpcId
wait until (DescribeVpcAttribute VpcId=$made.VpcId).Status == "Available" every 1ms for 5s
DeleteVpc VpcId=$made.VpcId on error DependencyViolation as e { print "$e.Code $e.HttpStatus $e.RequestId" }
"""


class Recording(ProgramTest):
    def setUp(self):
        super().setUp()
        self.path = str(self.folder / "run.jsonl")
        self.service = Service(in_turn(
            json_answer({"RequestId": "R-1", "VpcId": "vpc-1"}), json_answer({"RequestId": "R-2", "Status": "Pending"}),
            json_answer({"RequestId": "R-3", "Status": "Available"}), error_answer("DependencyViolation", 400)))
        self.addCleanup(self.service.close)

    def record(self, text=SCRIPT, *options):
        return self.run_program("--endpoint", self.service.url, "--record", self.path, *options, "-c", text, env=KEYS)

    def recording(self):
        return pathlib.Path(self.path).read_text()

    def replay(self, text=SCRIPT, *options):
        return self.run_program("--replay", self.path, *options, "-c", text)

    def test_a_replay_prints_what_the_run_printed_without_service_and_credentials(self):
        recorded = self.record()
        self.assert_done(recorded, "vpc-1\nDependencyViolation 400 ERR-1\n")
        self.assertEqual(self.replay(), recorded)
        self.assertEqual(len(self.service.requests), 4)

    def test_an_unknown_request_fails_with_the_nearest_recorded_one(self):
        self.record()
        result = self.replay(SCRIPT.replace("VpcName=one", "VpcName=two"))
        self.assert_refused(
            result, "Client.Replay", 'VpcName="two"', "the nearest is", 'VpcName="one"', "differs in VpcName", status=4)
        self.assert_refused(self.replay("DescribeVpnGateways"), "Client.Replay", "no such request", status=4)
        self.assert_failed(self.replay("CreateVpc VpcName=one\nCreateVpc VpcName=one"), 4, "Client.Replay", "recorded once")

    def test_no_secret_is_recorded(self):
        self.service.answer = json_answer({"RequestId": "R", "VpnConnectionId": "v", "IkeConfig": {"Psk": PSK}})
        text = ("param psk: secret\nlet c = CreateVpnConnection VpnGatewayId=v CustomerGatewayId=c LocalSubnet=a RemoteSubnet=b "
                f"IkeConfig={{Psk: $psk}}\nprint $c.IkeConfig.Psk\n")
        options = ("--endpoint", self.service.url, "--record", self.path)
        result = self.run_program(*options, "-c", text, "--", "--psk", "env:P", env={**KEYS, "P": PSK, "ALIBABA_CLOUD_SECURITY_TOKEN": "t0ken-secret"})
        self.assert_done(result, "****\n")
        content = self.recording()
        for secret in (PSK, *KEYS.values(), "t0ken-secret"):
            self.assertNotIn(secret, content)
        self.assertEqual(stat.S_IMODE((self.folder / "run.jsonl").stat().st_mode), 0o600)
        result = self.run_program("--replay", self.path, "-c", text, "--", "--psk", "env:P", env={"P": "another"})
        self.assert_done(result, "****\n")

    def test_what_a_user_has_is_not_written_over(self):
        precious = self.file("precious", "data")
        result = self.run_program(MEMORY, "--record", precious, "-c", "print ran")
        self.assert_refused(result, "precious", "left alone")
        self.assertEqual(pathlib.Path(precious).read_text(), "data")
        self.record()
        first = self.recording()
        self.service.requests.clear()
        self.record()
        self.assertEqual(self.recording().count("\n"), first.count("\n"), "a recording is replaced by a new one")

    def test_what_cannot_be_used(self):
        self.assert_refused(self.run_program("--replay", "nowhere", "-c", "print ran"), "nowhere")
        for content in ("", "hello", "{}\n", '{"recording":"vpcsh","version":1}\n{"a":1}\n'):
            self.assert_refused(self.run_program("--replay", self.file("bad", content), "-c", "print ran"), "bad")
        self.assert_refused(self.run_program(MEMORY, "--record", "/no/such/folder/x", "-c", "print ran"), "/no/such/folder/x")
        self.record()
        for option in (("--local",), ("--endpoint", "https://x"), ("--profile", "p"), ("--record", "y")):
            self.assert_refused(self.run_program("--replay", self.path, *option, "-c", "print ran"), option[0])

    def test_guards_hold_in_a_replay_too(self):
        self.record()
        self.assert_refused(self.replay(SCRIPT, "--read-only"), "Client.ReadOnly", status=1)

    def test_a_real_run_on_the_embedded_endpoint(self):
        text = ("for i in range(3) { CreateVpc VpcName=\"v$i\" | ignore }\n"
                "for v in (DescribeVpcs) { print $v.VpcName; DeleteVpc VpcId=$v.VpcId on error resume }")
        recorded = self.run_program(MEMORY, "--record", self.path, "-c", text)
        self.assert_status(recorded, 0)
        self.assertEqual(self.replay(text), recorded)
        lines = [json.loads(line) for line in self.recording().splitlines()]
        self.assertEqual(lines[0], {"recording": "vpcsh", "version": 1})
        self.assertEqual(len(lines), 8)
