"""What carries requests: TLS, proxies, limits of time and size."""

import os
import time
import unittest

import counterparts
from counterparts import Authority, Proxy
from program import KEYS, ProgramTest, Result
from service import Service, in_turn, json_answer, reset, silent, text_answer

VPCS = {"RequestId": "R-1", "TotalCount": 0, "PageNumber": 1, "PageSize": 10, "Vpcs": {"Vpc": []}}


class TransportTest(ProgramTest):
    def service(self, answer, tls=None):
        service = Service(answer, tls)
        self.addCleanup(service.close)
        return service

    def call(self, url, *options, text="DescribeVpcs | ignore", env=None, **others):
        return self.run_program("--endpoint", url, *options, "-c", text, env={**KEYS, **(env or {})}, **others)


@unittest.skipIf(counterparts.x509 is None, counterparts.MISSING)
class TLS(TransportTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.secure = self.service(json_answer(VPCS), self.authority.server("127.0.0.1", "localhost"))

    def test_an_unknown_authority_is_refused_and_accepted_with_its_file(self):
        start = time.monotonic()
        result = self.call(self.secure.url)
        self.assert_refused(result, "Client.Tls", self.secure.url, status=4)
        self.assertLess(time.monotonic() - start, 5, "repeating it would be no use")
        self.assertEqual(self.secure.requests, [])
        self.assert_done(self.call(self.secure.url, "--ca-file", self.authority.path))
        self.assert_done(self.call(self.secure.url, env={"SSL_CERT_FILE": self.authority.path}))
        self.assertEqual(len(self.secure.requests), 2)

    def test_no_option_switches_the_check_off(self):
        self.assert_refused(self.call(self.secure.url, "--insecure"), "Client.Tls", status=4)

    def test_a_certificate_for_another_name_is_refused(self):
        other = self.service(json_answer(VPCS), self.authority.server("vpc.aliyuncs.com"))
        self.assert_refused(self.call(other.url, "--ca-file", self.authority.path), "Client.Tls", status=4)
        self.assertEqual(other.requests, [])

    def test_another_authority_of_the_same_name_is_refused(self):
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        other = Authority(elsewhere)
        self.assert_refused(self.call(self.secure.url, "--ca-file", other.path), "Client.Tls", status=4)

    def test_a_file_without_certificates_stops_before_anything_runs(self):
        for path in (self.file("x.pem", "nothing"), "nowhere.pem", str(self.folder)):
            self.assert_refused(self.call(self.secure.url, "--ca-file", path), path)
            self.assert_refused(self.call(self.secure.url, env={"SSL_CERT_FILE": path}), path)

    def test_a_write_that_failed_for_its_certificate_is_not_ambiguous(self):
        result = self.call(self.secure.url, text="CreateVpc on error { print $error.Code $error.Ambiguous }")
        self.assert_done(result, "Client.Tls false\n")

    def test_a_connection_is_used_again(self):
        self.assert_done(self.call(self.secure.url, "--ca-file", self.authority.path, text="DescribeVpcs | ignore\n" * 10))
        self.assertEqual(len({request.connection for request in self.secure.requests}), 1)

    def test_through_a_proxy_to_the_usual_host(self):
        secure = self.service(json_answer(VPCS), self.authority.server("vpc.aliyuncs.com"))
        proxy = Proxy(secure.port)
        self.addCleanup(proxy.close)
        options = ("--ca-file", self.authority.path, "-c", "DescribeVpcs | ignore; DescribeVpcs | ignore")
        for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            with self.subTest(variable):
                proxy.asked.clear()
                self.assert_done(self.run_program(*options, env={**KEYS, variable: proxy.url}))
                self.assertEqual(len(proxy.asked), 1)
                self.assertTrue(proxy.asked[0].startswith("CONNECT vpc.aliyuncs.com:443 "), proxy.asked)
        self.assertNotIn("proxy-authorization", proxy.asked[0])
        self.assert_done(self.run_program(*options, env={**KEYS, "HTTPS_PROXY": proxy.url.replace("//", "//me:pa%40ss@")}))
        self.assertIn("proxy-authorization: Basic bWU6cGFAc3M=", proxy.asked[-1])

    def test_exceptions_go_past_the_proxy(self):
        proxy = Proxy(self.secure.port)
        self.addCleanup(proxy.close)
        env = {"HTTPS_PROXY": proxy.url}
        self.assert_done(self.call(self.secure.url, "--ca-file", self.authority.path, env=env))
        result = self.run_program(
            "--endpoint", "https://vpc.invalid", "--retries", "0", "-c", "DescribeVpcs",
            env={**KEYS, **env, "NO_PROXY": "example.org,invalid"})
        self.assert_refused(result, "Client.Network", "cannot be resolved", status=4)
        self.assertEqual(proxy.asked, [])

    def test_a_proxy_that_refuses_and_one_that_is_not_there(self):
        refusing = Proxy(1, "407 Proxy Authentication Required")
        self.addCleanup(refusing.close)
        for url in (refusing.url, "http://127.0.0.1:1"):
            with self.subTest(url):
                text = "CreateVpc on error { print $error.Code $error.Ambiguous }"
                result = self.run_program("--retries", "0", "-c", text, env={**KEYS, "HTTPS_PROXY": url})
                self.assert_done(result, "Client.Network false\n")

    def test_a_variable_that_names_no_proxy_stops_before_anything_runs(self):
        result = self.run_program("-c", "print ran; DescribeVpcs", env={**KEYS, "HTTPS_PROXY": "ftp://me:hunter2@proxy"})
        self.assert_refused(result, "HTTPS_PROXY")
        self.assertNotIn("hunter2", result.err)


class Limits(TransportTest):
    def drip(self, pause, body=b'{"RequestId": "R"}'):
        """An answer byte by byte."""
        def answer(handler, service):
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            for byte in body:
                if service.released.wait(pause):
                    return
                try:
                    handler.wfile.write(bytes([byte]))
                except OSError:
                    return
        return answer

    def huge(self, says_so):
        """A gigabyte, which is made while it is sent."""
        def answer(handler, service):
            handler.send_response(200)
            if says_so:
                handler.send_header("Content-Length", str(1 << 30))
            handler.end_headers()
            handler.close_connection = True
            chunk = b" " * (1 << 20)
            try:
                for _ in range(1 << 10):
                    handler.wfile.write(chunk)
            except OSError:
                pass
        return answer

    def test_a_gigabyte_is_refused_without_being_taken(self):
        for says_so in (True, False):
            with self.subTest(says_so=says_so):
                service = self.service(self.huge(says_so))
                process = self.start("--endpoint", service.url, "-c", "DescribeVpcs | ignore", env=KEYS)
                error = process.stderr.read().decode()
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                self.assert_refused(Result(process.returncode, process.stdout.read().decode(), error), "Client.Answer", "larger than", status=4)
                self.assertEqual(len(service.requests), 1, "it would be as large again")
                self.assertLess(usage.ru_maxrss / 1024, 300)

    def test_a_write_with_a_huge_answer_is_unknown(self):
        service = self.service(self.huge(True))
        result = self.call(service.url, text="CreateVpc")
        self.assert_refused(result, "Client.Answer", "outcome of CreateVpc is unknown", status=4)
        self.assertIn(service.requests[0].parameters["ClientToken"], result.err)

    def test_a_byte_at_a_time_is_given_up_when_the_time_is_over(self):
        service = self.service(self.drip(0.2))
        start = time.monotonic()
        result = self.call(service.url, "--timeout", "1s")
        self.assert_refused(result, "Client.Timeout", "within 1s", status=4)
        self.assertLess(time.monotonic() - start, 5)
        self.assertRegex(result.err, r"after (1|1\.\d+|1s\d*(ms)?|9\d\dms)")

    def test_a_slow_answer_that_comes_in_time_is_taken(self):
        self.assert_done(self.call(self.service(self.drip(0.02)).url, "--timeout", "20s"))

    def test_the_limit_of_silence(self):
        service = self.service(silent)
        start = time.monotonic()
        result = self.call(service.url, "--read-timeout", "200ms", "--retries", "0")
        self.assert_refused(result, "Client.Timeout", "silent for 200ms", status=4)
        self.assertLess(time.monotonic() - start, 5)

    def test_options_that_are_no_durations(self):
        for option in ("--timeout", "--connect-timeout", "--read-timeout"):
            for value in ("0", "-1s", "soon", ""):
                self.assert_refused(self.run_program(option, value, "-c", "print ran"))
        for value in ("-1", "many", "1000"):
            self.assert_refused(self.run_program(f"--retries={value}", "-c", "print ran"))

    def test_a_cancelled_call_lets_its_connection_go_at_once(self):
        gone = []

        def watch(handler, service):
            handler.connection.settimeout(20)
            gone.append(handler.connection.recv(1))

        service = self.service(watch)
        process = self.start("--endpoint", service.url, "-c", "DescribeVpcs", env=KEYS)
        self.assertTrue(service.arrived.wait(20))
        start = time.monotonic()
        process.terminate()
        process.wait(timeout=10)
        self.assertLess(time.monotonic() - start, 2)
        while not gone and time.monotonic() - start < 10:
            time.sleep(0.01)
        self.assertEqual(gone, [b""])


class Retries(TransportTest):
    def test_a_write_is_repeated_under_one_token_until_it_is_known(self):
        service = self.service(in_turn(
            reset, text_answer("<html>", 502, "text/html"), json_answer({"Code": "Throttling.User", "Message": "m"}, 400),
            json_answer({"Code": "IdempotentProcessing", "Message": "m"}, 400), text_answer('{"RequestId": "R", "Vpc'),
            json_answer({"RequestId": "R", "VpcId": "vpc-1"})))
        result = self.call(service.url, text="let v = CreateVpc; print $v.VpcId", timeout=60)
        self.assert_done(result, "vpc-1\n")
        self.assertEqual(len(service.requests), 6)
        self.assertEqual(len({request.parameters["ClientToken"] for request in service.requests}), 1)
        self.assertEqual(len({request.parameters["SignatureNonce"] for request in service.requests}), 6)

    def test_a_write_without_a_token_is_sent_once(self):
        for answer in (reset, text_answer("", 502), json_answer({"Code": "Throttling.User", "Message": "m"}, 400)):
            service = self.service(answer)
            result = self.call(service.url, text="DeleteGlobalAccelerationInstance GlobalAccelerationInstanceId=ga-1")
            self.assertIn(result.status, (3, 4))
            self.assertEqual(len(service.requests), 1)

    def test_a_write_that_is_given_up_says_that_its_outcome_is_unknown(self):
        service = self.service(reset)
        result = self.call(service.url, "--retries", "2", text="CreateVpc")
        token = service.requests[0].parameters["ClientToken"]
        self.assert_refused(
            result, "Client.Network", f"the outcome of CreateVpc is unknown (ClientToken {token})", "3 attempts", status=4)
        self.assertEqual(len(service.requests), 3)

    def test_a_slow_pace_after_throttling(self):
        throttled = json_answer({"Code": "Throttling.User", "Message": "m"}, 400)
        service = self.service(in_turn(throttled, json_answer(VPCS)))
        start = time.monotonic()
        self.assert_done(self.call(service.url, text="DescribeVpcs | ignore\n" * 4))
        self.assertEqual(len(service.requests), 5)
        self.assertGreater(time.monotonic() - start, 2, "the calls after it keep their distance")
