"""Calls over HTTP: what is sent, and what is made of every kind of answer."""

import datetime
import json
import re
import signal

from program import KEYS, SECRET_VARIABLE, TOKEN_VARIABLE, ProgramTest
from service import (
    Service, chosen, error_answer, half_answer, json_answer, reset, signature, silent, text_answer)

VPCS = {"RequestId": "R-1", "TotalCount": 0, "PageNumber": 1, "PageSize": 10, "Vpcs": {"Vpc": []}}


class NetworkTest(ProgramTest):
    def service(self, answer):
        service = Service(answer)
        self.addCleanup(service.close)
        return service

    def call(self, service, text="DescribeVpcs", *options, env=None, **others):
        return self.run_program("--endpoint", service.url, *options, "-c", text, env={**KEYS, **(env or {})}, **others)


class Requests(NetworkTest):
    def test_a_signed_request_and_its_answer(self):
        service = self.service(json_answer(VPCS))
        awkward = "a b+c&d=e/\u7f51~*%27'"
        result = self.call(
            service, f"DescribeVpcs VpcName=\"{awkward}\" PageSize=10 Tag.1.Key=env --VpcId vpc-1", "--signature", "v1")
        self.assert_status(result, 0)
        self.assertEqual(json.loads(result.out), VPCS)
        self.assertEqual(result.err, "")
        (request,) = service.requests
        self.assertEqual(request.method, "POST")
        parameters = request.parameters
        expected = {
            "Action": "DescribeVpcs", "Version": "2016-04-28", "Format": "JSON", "AccessKeyId": KEYS["ALIBABA_CLOUD_ACCESS_KEY_ID"],
            "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "RegionId": "cn-hangzhou", "PageSize": "10",
            "VpcName": awkward, "Tag.1.Key": "env", "VpcId": "vpc-1"}
        self.assertEqual({name: parameters.get(name) for name in expected}, expected)
        self.assertEqual(parameters["Signature"], signature("POST", parameters, KEYS[SECRET_VARIABLE]))
        self.assertNotIn("SecurityToken", parameters)
        self.assertEqual(request.headers["Host"], f"127.0.0.1:{service.port}")
        self.assertEqual(request.headers["User-Agent"].split("/")[0].split(" ")[0], "vpcsh")
        sent = datetime.datetime.strptime(parameters["Timestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
        age = datetime.datetime.now(datetime.timezone.utc) - sent
        self.assertLess(abs(age.total_seconds()), 60)

    def test_a_token_of_temporary_credentials_is_sent_and_signed(self):
        service = self.service(json_answer(VPCS))
        self.assert_status(self.call(service, "DescribeVpcs", "--signature", "v1", env={TOKEN_VARIABLE: "t0k3n/+="}), 0)
        parameters = service.requests[0].parameters
        self.assertEqual(parameters["SecurityToken"], "t0k3n/+=")
        self.assertEqual(parameters["Signature"], signature("POST", parameters, KEYS[SECRET_VARIABLE]))

    def test_a_write_carries_one_client_token_and_calls_have_nonces_of_their_own(self):
        service = self.service(json_answer({"RequestId": "R", "VpcId": "vpc-1"}))
        self.assert_status(self.call(service, "CreateVpc; CreateVpc; CreateVpc ClientToken=mine"), 0)
        tokens = [request.parameters["ClientToken"] for request in service.requests]
        self.assertEqual(len(set(tokens)), 3)
        self.assertEqual(tokens[2], "mine")
        self.assertTrue(all(token.isascii() and 0 < len(token) <= 64 for token in tokens))
        self.assertEqual(len({request.parameters["SignatureNonce"] for request in service.requests}), 3)

    def test_a_record_for_a_text_parameter_is_sent_as_json_and_lists_are_numbered(self):
        service = self.service(json_answer({"RequestId": "R", "VpnConnectionId": "vco-1"}))
        text = ("CreateVpnConnection VpnGatewayId=g CustomerGatewayId=c LocalSubnet=10.0.0.0/16 RemoteSubnet=10.1.0.0/16 "
                "IkeConfig={IkeVersion: \"ikev2\", IkeLifetime: 86400} Tags=[{Key: \"a\", Value: \"b\"}, {Key: \"c\"}]")
        self.assert_status(self.call(service, text), 0)
        parameters = service.requests[0].parameters
        self.assertEqual(json.loads(parameters["IkeConfig"]), {"IkeVersion": "ikev2", "IkeLifetime": 86400})
        self.assertEqual([parameters["Tags.1.Key"], parameters["Tags.1.Value"], parameters["Tags.2.Key"]], ["a", "b", "c"])

    def test_text_stays_text(self):
        service = self.service(json_answer(VPCS))
        self.assert_status(self.call(service, "DescribeVpcs VpcName=007 VpcId=1e3 VpcOwnerId=9223372036854775807"), 0)
        parameters = service.requests[0].parameters
        self.assertEqual([parameters["VpcName"], parameters["VpcId"], parameters["VpcOwnerId"]], ["007", "1e3", "9223372036854775807"])

    def test_lines_of_the_vendors_cli(self):
        service = self.service(json_answer(VPCS))
        lines = ["aliyun vpc DescribeVpcs --RegionId cn-beijing --PageSize 10", "aliyun vpc DescribeVpcs --RegionId=cn-beijing --PageSize=10",
                 "DescribeVpcs --RegionId 'cn-beijing' --PageSize \"10\"", "aliyun vpc DescribeVpcs --region cn-beijing --PageSize 10",
                 "aliyun vpc DescribeVpcs --RegionId cn-beijing \\\n  --PageSize 10"]
        for line in lines:
            with self.subTest(line):
                self.assert_status(self.call(service, line), 0)
                parameters = service.requests[-1].parameters
                self.assertEqual((parameters["RegionId"], parameters["PageSize"]), ("cn-beijing", "10"))
        self.assert_status(self.call(service, "aliyun vpc DescribeVpcs --Tag.1.Key env --Tag.1.Value 'a b'"), 0)
        self.assertEqual(service.requests[-1].parameters["Tag.1.Value"], "a b")

    def test_several_calls_use_one_connection(self):
        service = self.service(json_answer(VPCS))
        self.assert_status(self.call(service, "let i = 0\nwhile $i < 20 { let r = DescribeVpcs\nset i = $i + 1 }"), 0)
        self.assertEqual(len(service.requests), 20)
        self.assertEqual(len({request.connection for request in service.requests}), 1)

    def test_a_script_that_is_not_run_sends_nothing(self):
        service = self.service(json_answer(VPCS))
        for text in ("DeleteVpc VpcId=vpc-1\nlet = 1", "DeleteVpc VpcId=vpc-1\nprint $nowhere", "param x\nDeleteVpc VpcId=vpc-1"):
            self.assert_refused(self.call(service, text))
        self.assertEqual(service.requests, [])

    def test_a_value_of_the_wrong_type_known_only_at_run_time_is_not_sent(self):
        service = self.service(json_answer(VPCS))
        result = self.call(service, "let size = \"many\"; DescribeVpcs PageSize=$size")
        self.assertIn(result.status, (1, 2), result)
        self.assertIn("PageSize", result.err)
        self.assertEqual(service.requests, [])


class Answers(NetworkTest):
    GARBLED = {
        "empty": text_answer(""),
        "blanks": text_answer(" \n\n"),
        "html": text_answer("<html><body>Sign in to the hotel's network</body></html>", kind="text/html"),
        "html with an error's status": text_answer("<!DOCTYPE html><html>Bad gateway</html>", 502, "text/html"),
        "half json": text_answer('{"RequestId": "R-1", "Vpcs": {"Vpc": [{"VpcId":'),
        "json that is no record": text_answer("[1, 2]"),
        "a number": text_answer("3"),
        "text": text_answer("Service temporarily unavailable"),
        "no utf-8": text_answer(b'{"RequestId": "\xff\xfe"}'),
        "deeply nested": text_answer("[" * 300_000 + "]" * 300_000),
        "a redirect": text_answer("", 302, headers=[("Location", "http://127.0.0.1:1/elsewhere")]),
        "a redirect with a body": text_answer('{"RequestId": "R"}', 307, headers=[("Location", "https://evil.example/")]),
        "an error without a code": json_answer({"Message": "no"}, 400),
        "an empty error": text_answer("", 500),
    }

    def test_what_is_not_understood_is_client_answer_and_status_4(self):
        for name, answer in self.GARBLED.items():
            with self.subTest(name):
                service = self.service(answer)
                result = self.call(service, "DescribeVpcs; print reached", "--retries", "0")
                self.assert_refused(result, "Client.Answer", status=4)
                self.assertLess(len(result.err), 2000, "the answer is not to be poured out")
                self.assertEqual(len(service.requests), 1)

    def test_broken_connections_are_client_network_and_status_4(self):
        for name, answer in (("reset", reset), ("half", half_answer('{"RequestId": ', 500))):
            with self.subTest(name):
                self.assert_refused(self.call(self.service(answer), "DescribeVpcs", "--retries", "0"), "Client.", status=4)

    def test_silence_is_client_timeout_and_status_4(self):
        result = self.call(self.service(silent), "DescribeVpcs", "--timeout", "250ms", timeout=10)
        self.assert_refused(result, "Client.Timeout", "250ms", status=4)

    def test_a_timeout_in_seconds(self):
        result = self.call(self.service(silent), "DescribeVpcs", "--timeout=1s", timeout=10)
        self.assert_refused(result, "Client.Timeout", status=4)

    def test_nobody_is_there(self):
        result = self.run_program("--endpoint", "http://127.0.0.1:1", "--retries", "1", "-c", "DescribeVpcs", env=KEYS)
        self.assert_refused(result, "Client.Network", "127.0.0.1:1", "2 attempts", status=4)

    def test_a_write_whose_answer_is_lost_is_ambiguous_and_says_so(self):
        for name, answer in (("reset", reset), ("empty", text_answer("")), ("500", error_answer("InternalError", 500))):
            with self.subTest(name):
                service = self.service(answer)
                text = "CreateVpc on error { warn \"ambiguous $error.Ambiguous\" }"
                self.assertIn("ambiguous true", self.call(service, text, "--retries", "0").err)
                result = self.call(service, "CreateVpc", "--retries", "0")
                self.assertIn("may have", result.err)
                token = service.requests[1].parameters["ClientToken"]
                self.assertIn(f"the outcome of CreateVpc is unknown (ClientToken {token})", result.err)
                self.assertEqual(len(service.requests), 2)

    def test_a_refused_write_and_an_unreached_service_are_not_ambiguous(self):
        text = "CreateVpc on error { warn \"ambiguous $error.Ambiguous\" }"
        self.assertIn("ambiguous false", self.call(self.service(error_answer("Forbidden", 403)), text).err)
        result = self.run_program("--endpoint", "http://127.0.0.1:1", "--retries", "0", "-c", text, env=KEYS)
        self.assertIn("ambiguous false", result.err)

    def test_a_read_that_failed_does_not_speak_of_work_done(self):
        result = self.call(self.service(reset), "DescribeVpcs", "--retries", "0")
        self.assertNotIn("may have done", result.err, result)

    def test_a_retry_keeps_the_client_token_where_the_outcome_is_unknown(self):
        service = self.service(chosen(
            lambda request: json_answer({"RequestId": "R", "VpcId": "vpc-1"}) if len(service.requests) > 2
            else error_answer("ServiceUnavailable", 503)))
        text = "let v = CreateVpc on error ServiceUnavailable retry every 1ms\nprint $v.VpcId"
        self.assert_done(self.call(service, text, "--retries", "0"), "vpc-1\n")
        self.assertEqual(len({request.parameters["ClientToken"] for request in service.requests}), 1)
        self.assertEqual(len({request.parameters["SignatureNonce"] for request in service.requests}), 3)

    def test_errors_in_json_and_in_xml(self):
        xml = ("<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>ERR-1</RequestId><HostId>vpc</HostId>"
               "<Code>Forbbiden.SubUser</Code><Message>User &lt;x&gt; not authorized.</Message></Error>")
        answers = {"json": error_answer("Forbbiden.SubUser", 403, "User <x> not authorized."),
                   "xml": text_answer(xml, 403, "text/xml")}
        for name, answer in answers.items():
            with self.subTest(name):
                result = self.call(self.service(answer))
                self.assert_refused(
                    result, "Forbbiden.SubUser", "User <x> not authorized.", "403", "ERR-1", "DescribeVpcs", status=3)

    def test_a_failure_that_only_the_answer_tells_is_one(self):
        service = self.service(json_answer({"Success": False, "Code": "Forbidden.X", "Message": "no", "RequestId": "R-1"}))
        for text in ("DescribeVpcs", "CreateVpc", "print (DescribeVpcs | count)", "for v in (DescribeVpcs) { print x }"):
            self.assert_failed(self.call(service, text), 3, "Forbidden.X", "R-1")
        service = self.service(json_answer({"RequestId": "R", "TotalCount": 1, "Vpcs": "nope"}))
        self.assert_failed(self.call(service, "print (DescribeVpcs | count)"), 4, "Client.Answer")

    def test_the_fields_of_an_error(self):
        text = ("DeleteVpc VpcId=vpc-1 on error as e "
                "{ print $e.Code $e.HttpStatus $e.RequestId $e.Action $e.Line $e.Attempts $e.Ambiguous }")
        result = self.call(self.service(error_answer("DependencyViolation", 400)), text)
        self.assert_done(result, "DependencyViolation 400 ERR-1 DeleteVpc 1 1 false\n")

    def test_big_numbers_keep_their_digits_and_fields_their_order(self):
        body = '{"Z": 1, "OwnerId": 123456789012345678901234567890, "A": 1.10, "RequestId": "R"}'
        result = self.call(self.service(text_answer(body)))
        self.assert_status(result, 0)
        self.assertIn("123456789012345678901234567890", result.out)
        self.assertEqual(list(json.loads(result.out)), ["Z", "OwnerId", "A", "RequestId"])

    def test_a_large_answer(self):
        vpcs = [{"VpcId": f"vpc-{number}", "Description": "x" * 200} for number in range(50_000)]
        service = self.service(json_answer({**VPCS, "Vpcs": {"Vpc": vpcs}}))
        self.assert_done(self.call(service, "let r = DescribeVpcs; print (len($r.Vpcs.Vpc))"), "50000\n")

    def test_control_characters_of_an_answer_do_not_reach_the_terminal_by_an_error(self):
        result = self.call(self.service(error_answer("Bad", 400, "\x1b]0;owned\x07\x1b[2J")))
        self.assert_status(result, 3)
        self.assertNotRegex(result.err, "[\x00-\x08\x0b-\x1f\x7f]")


class Endpoints(NetworkTest):
    def test_plain_http_goes_only_to_this_machine(self):
        for url in ("http://vpc.example", "http://192.0.2.1:80", "http://127.0.0.1.example", "http://localhost.example:80",
                    "http://[2001:db8::1]:80", "http://0x7f000001", "http://user@127.0.0.1:1", "http://127.1:1"):
            with self.subTest(url):
                result = self.run_program("--endpoint", url, "-c", "DescribeVpcs", env=KEYS, timeout=10)
                self.assertIn(result.status, (2, 4), result)
                self.assertNotRegex(result.err, "cannot be reached|cannot be resolved|takes no connection", result)

    def test_it_is_refused_before_anything_runs(self):
        result = self.run_program("--endpoint", "http://vpc.example", "-c", "print ran\nDescribeVpcs", env=KEYS, timeout=10)
        self.assert_refused(result, "http://vpc.example", "--insecure")

    def test_loopback_by_every_name(self):
        service = self.service(json_answer(VPCS))
        for url in (f"http://localhost:{service.port}", f"http://127.0.0.1:{service.port}/", f"HTTP://127.0.0.1:{service.port}"):
            with self.subTest(url):
                self.assert_status(self.run_program("--endpoint", url, "-c", "DescribeVpcs", env=KEYS), 0)

    def test_insecure_allows_it(self):
        # A port that nothing listens on, by an address of this machine that does not look like loopback.
        result = self.run_program("--insecure", "--retries", "0", "--endpoint", "http://0.0.0.0:1", "-c", "DescribeVpcs", env=KEYS, timeout=10)
        self.assert_refused(result, "cannot be reached", status=4)

    def test_what_is_no_url(self):
        for url in ("", "http://", "ftp://127.0.0.1", "http://127.0.0.1:0", "http://127.0.0.1:99999", "http://127.0.0.1:1/path",
                    "http://127.0.0.1:1?x=y", "http://a b", "http://127.0.0.1:1\r\nX: y"):
            with self.subTest(url):
                result = self.run_program("--endpoint", url, "-c", "DescribeVpcs", env=KEYS, timeout=10)
                self.assertIn(result.status, (2, 4), result)
                self.assertNotIn("refused", result.err)

    def test_a_password_in_the_url_is_not_repeated(self):
        result = self.run_program("--endpoint", "https://user:pa55word@vpc.example", "-c", "DescribeVpcs", env=KEYS, timeout=10)
        self.assertIn(result.status, (2, 4), result)
        self.assertNotIn("pa55word", result.err)

    def test_tls_that_is_none_is_client_tls_or_network(self):
        service = self.service(json_answer(VPCS))
        result = self.run_program("--retries", "0", "--endpoint", f"https://127.0.0.1:{service.port}", "-c", "DescribeVpcs", env=KEYS, timeout=10)
        self.assertEqual(result.status, 4, result)
        self.assertTrue(re.search(r"Client\.(Tls|Network)", result.err), result)
        self.assertEqual(service.requests, [])


class Interrupted(NetworkTest):
    def interrupt(self, text, number):
        service = self.service(silent)
        process = self.start("--endpoint", service.url, "-c", text, env=KEYS)
        self.assertTrue(service.arrived.wait(20), "the call was never made")
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        return process.returncode, out.decode(), err.decode()

    def test_a_call_that_takes_long_can_be_interrupted(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(number):
                text = "on error { print caught }\non exit { print left }\nDescribeVpcs\nprint reached"
                self.assertEqual(self.interrupt(text, number)[:2], (status, "left\n"))

    def test_an_interrupted_write_says_that_it_may_have_been_done(self):
        status, _, err = self.interrupt("CreateVpc", signal.SIGINT)
        self.assertEqual(status, 130)
        self.assertIn("CreateVpc", err, "whoever interrupts a write has to know that it may have been carried out")
