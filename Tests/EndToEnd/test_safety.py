"""What keeps users from harm: rehearsals, read-only sessions, secrets that nobody gets to see."""

import json

from program import KEYS, MEMORY, ProgramTest, SECRET_VARIABLE, TOKEN_VARIABLE
from service import Service, chosen, error_answer, json_answer

CONNECTION = "CreateVpnConnection VpnGatewayId=vpn-1 CustomerGatewayId=cgw-1 LocalSubnet=10.0.0.0/16 RemoteSubnet=10.1.0.0/16"
PSK = "hunter2hunter2"


class Rehearsal(ProgramTest):
    def setUp(self):
        super().setUp()
        self.service = Service(chosen(lambda request: json_answer({"RequestId": "R", "TotalCount": 5, "Name": "n"})))
        self.addCleanup(self.service.close)

    def dry_run(self, text, *options):
        return self.run_program("--endpoint", self.service.url, "--dry-run", *options, "-c", text, env=KEYS)

    def actions(self):
        return [request.parameters["Action"] for request in self.service.requests]

    def test_a_write_is_shown_and_not_sent_and_a_read_is_sent(self):
        result = self.dry_run("DeleteVpc VpcId=vpc-1; let r = DescribeVpcs; print $r.TotalCount")
        self.assert_status(result, 0)
        for word in ("DeleteVpc", "VpcId", "vpc-1", "cn-hangzhou"):
            self.assertIn(word, result.err + result.out, result)
        self.assertTrue(result.out.endswith("5\n"), result)
        self.assertEqual(self.actions(), ["DescribeVpcs"])

    def test_no_field_of_what_was_not_sent_can_be_read(self):
        for text in ("let v = CreateVpc; print $v.VpcId", "let v = CreateVpc; print \"${v.VpcId}\"", "print ((CreateVpc).VpcId)",
                     "let v = CreateVpc; print $v['VpcId']", "let v = CreateVpc; let w = $v; DeleteVpc VpcId=$w.VpcId",
                     "let v = CreateVpc; print $v.RequestId", "let v = CreateVpc; print ($v.VpcId ?? \"none\")"):
            with self.subTest(text):
                result = self.dry_run(text + "; print reached")
                self.assert_failed(result, 1, "CreateVpc was not sent", "dry")
                self.assertNotIn("reached", result.out)
        self.assertEqual(self.actions(), [])

    def test_a_write_that_nothing_reads_goes_on(self):
        result = self.dry_run("let v = CreateVpc; let w = CreateVpc; print reached")
        self.assert_status(result, 0)
        self.assertEqual(result.out, "reached\n")

    def test_an_unknown_operation_counts_as_a_write(self):
        self.assert_status(self.dry_run("EraseEverything Now=true", "--force-unknown"), 0)
        self.assert_status(self.dry_run("DescribeThenErase", "--force-unknown"), 0)
        self.assertEqual(self.actions(), [])

    def test_with_read_only_it_is_refused_too(self):
        result = self.dry_run("DeleteVpc VpcId=vpc-1", "--read-only")
        self.assertIn(result.status, (0, 1), result)
        self.assertEqual(self.actions(), [])


class ReadOnly(ProgramTest):
    def test_writes_are_refused_and_nothing_changes(self):
        option = f"--local={self.folder}/a.db"
        self.assert_status(self.statements("CreateVpc", option), 0)
        before = json.loads(self.statements("DescribeVpcs", option).out)["Vpcs"]
        identity = before["Vpc"][0]["VpcId"]
        for text in (f"DeleteVpc VpcId={identity}", "CreateVpc", f"ModifyVpcAttribute VpcId={identity} VpcName=x",
                     "AssociateVpcCidrBlock VpcId=v", "EnableVpcClassicLink VpcId=v"):
            with self.subTest(text):
                result = self.run_program(option, "--read-only", "-c", text)
                self.assert_refused(result, "Client.ReadOnly", text.split()[0], status=1)
        after = json.loads(self.run_program(option, "--read-only", "-c", "DescribeVpcs").out)["Vpcs"]
        self.assertEqual([vpc["VpcId"] for vpc in after["Vpc"]], [identity])

    def test_it_goes_over_the_network_only_for_reads(self):
        service = Service(error_answer("Sent"))
        self.addCleanup(service.close)
        for text, sent in (("DescribeVpcs", 1), ("DeleteVpc VpcId=v", 0), ("DescribeAndDelete X=1", 0), ("DeleteVpc VpcId=v Action=DescribeVpcs", 0)):
            with self.subTest(text):
                before = len(service.requests)
                self.run_program("--endpoint", service.url, "--read-only", "--force-unknown", "-c", text, env=KEYS)
                self.assertEqual(len(service.requests) - before, sent)

    def test_the_script_can_handle_it(self):
        result = self.run_program(MEMORY, "--read-only", "-c", "CreateVpc on error Client.ReadOnly { print refused }")
        self.assert_done(result, "refused\n")


class Secrets(ProgramTest):
    ALL = (PSK, "sk-very-secret", "token-very-secret")

    def run_with_secrets(self, answer, text, *options, status=None):
        self.service = Service(answer)
        self.addCleanup(self.service.close)
        env = {**KEYS, SECRET_VARIABLE: "sk-very-secret", TOKEN_VARIABLE: "token-very-secret", "MY_PSK": PSK}
        result = self.run_program(
            "--endpoint", self.service.url, *options, "-c", text, "--", *(["--psk", "env:MY_PSK"] if "param psk" in text else []),
            env=env)
        if status is not None:
            self.assert_status(result, status)
        for secret in self.ALL:
            self.assertNotIn(secret, result.out + result.err, result)
        return result

    CREATE = f"param psk: secret\n{CONNECTION} IkeConfig={{Psk: $psk, IkeVersion: \"ikev2\"}}"

    def test_the_content_is_sent_to_the_service_and_shown_nowhere(self):
        for options in ((), ("--trace",)):
            with self.subTest(options):
                self.run_with_secrets(json_answer({"RequestId": "R"}), self.CREATE, *options, status=0)
                self.assertEqual(json.loads(self.service.requests[0].parameters["IkeConfig"])["Psk"], PSK)

    def test_not_in_a_dry_run_nor_in_an_error(self):
        result = self.run_with_secrets(json_answer({}), self.CREATE, "--dry-run", "--trace", status=0)
        self.assertIn("****", result.err)
        self.run_with_secrets(error_answer("Invalid", 400), self.CREATE, "--trace", status=3)

    def test_a_literal_is_masked_in_what_is_shown_of_its_line(self):
        call = "CreateVpnConnection VpnGatewayId=v CustomerGatewayId=c LocalSubnet=a RemoteSubnet=b"
        for text in (
                f"{call} IkeConfig={{Psk: hunter2hunter2}}",
                f'{call} IkeConfig={{"Psk": "hunter2hunter2"}} Bad=1',
                f'{call} IkeConfig={{Psk: secret("hunter2hunter2")}}',
                f"{call} --Psk hunter2hunter2", f'{call} Psk="quo\\"hunter2hunter2"', "let k = {Psk: 'hunter2hunter2', IkeVersion: ikev2}",
                'let k = {Psk: "hunter2hunter2"}; DescribeVpcs Nothing=$k'):
            with self.subTest(text):
                for result in (self.statements(text), self.run_program("check", self.file("a.vpcsh", text))):
                    self.assertNotIn("hunter2", result.out + result.err)
                self.assertNotEqual(self.statements(text).status, 0)

    def test_what_the_trace_tells(self):
        result = self.run_with_secrets(json_answer({"RequestId": "R-77"}), "DescribeVpcs PageSize=3", "--trace", status=0)
        for word in ("DescribeVpcs", "PageSize", "200", "R-77"):
            self.assertIn(word, result.err)
        self.assertEqual(json.loads(result.out), {"RequestId": "R-77"})

    def test_a_service_that_repeats_the_token_or_the_secret_in_its_message(self):
        message = "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&SecurityToken%3Dtoken-very-secret"
        self.run_with_secrets(error_answer("SignatureDoesNotMatch", 400, message), "DescribeVpcs", status=3)
        self.run_with_secrets(error_answer("Invalid", 400, f"The Psk {PSK} is too weak"), self.CREATE, status=3)

    ANSWER = {"RequestId": "R", "VpnConnectionId": "vco-1", "IkeConfig": {"Psk": PSK, "IkeVersion": "ikev1"},
              "TunnelOptionsSpecification": {"TunnelOptions": [{"TunnelIkeConfig": {"Psk": PSK}}]},
              "VcoHealthCheck": {"Enable": "true"}}

    def test_what_the_service_answers_is_masked_in_every_format_and_derivation(self):
        read = "let c = DescribeVpnConnection VpnConnectionId=vco-1"
        for form in ("json", "jsonl", "csv", "tsv", "yaml", "table", "vertical"):
            with self.subTest(form):
                result = self.run_with_secrets(
                    json_answer(self.ANSWER), "DescribeVpnConnection VpnConnectionId=vco-1", "--format", form, "--trace", status=0)
                self.assertIn("****", result.out)
        for text in ("print $c.IkeConfig.Psk", "print \"the key is $c.IkeConfig.Psk\"", "$c.IkeConfig.Psk", "print (json($c))",
                     "print ($c.IkeConfig.Psk + \"x\")", "print [$c.IkeConfig.Psk] {A: $c.IkeConfig.Psk}", "warn $c.IkeConfig",
                     "fail \"Code\" \"with $c.IkeConfig.Psk\"", "fail \"$c.IkeConfig.Psk\" \"m\"", "print (upper($c.IkeConfig.Psk))",
                     "print (1 + $c.IkeConfig.Psk)", "print $c.IkeConfig.Psk.Field", "DescribeVpcs PageSize=$c.IkeConfig.Psk"):
            with self.subTest(text):
                self.run_with_secrets(json_answer(self.ANSWER), f"{read}\n{text}")

    def test_a_comparison_uses_the_content(self):
        text = f"let c = DescribeVpnConnection VpnConnectionId=vco-1\nprint ($c.IkeConfig.Psk == env(\"MY_PSK\"))"
        self.assertEqual(self.run_with_secrets(json_answer(self.ANSWER), text, status=0).out, "true\n")

    def test_a_secret_read_from_the_service_can_be_sent_back(self):
        text = f"let c = DescribeVpnConnection VpnConnectionId=vco-1\n{CONNECTION} IkeConfig=$c.IkeConfig"
        self.run_with_secrets(json_answer(self.ANSWER), text, "--trace", status=0)
        self.assertEqual(json.loads(self.service.requests[1].parameters["IkeConfig"])["Psk"], PSK)

    def test_a_literal_in_a_line_that_fails_is_not_shown_with_the_line(self):
        for literal in (f"{{Psk: \"{PSK}\"}}", f"'{{\"Psk\": \"{PSK}\"}}'"):
            with self.subTest(literal):
                self.run_with_secrets(error_answer("Invalid", 400), f"{CONNECTION} IkeConfig={literal}", status=3)

    def test_the_embedded_endpoint_does_the_same(self):
        result = self.statements(f"{CONNECTION} IkeConfig={{Psk: secret(\"{PSK}\")}}", MEMORY, "--trace", "--dry-run")
        self.assertNotIn(PSK, result.out + result.err)
