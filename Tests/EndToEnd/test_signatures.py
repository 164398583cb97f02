"""Signatures, by the official SDKs' own signers."""

import itertools
import unittest

import counterparts
from counterparts import verified
from program import ID_VARIABLE, KEYS, ProgramTest, SECRET_VARIABLE, TOKEN_VARIABLE
from service import Service, in_turn, json_answer, text_answer

KINDS = list(itertools.product(("acs3", "v1"), ("post", "get")))
AWKWARD = {
    "blanks": "a  b ", "plus": "a+b+", "slash": "/a/b/", "tilde": "~a~", "star": "*a*", "percent": "100% %2F %zz",
    "ampersand": "a=b&c=d?e#f", "chinese": "\u540d\u5b57", "emoji": "\U0001f512\U0001f468\u200d\U0001f469\u200d\U0001f466", "empty": "",
    "controls": "a\tb\nc\r", "quotes": "'\"`", "combining": "e\u0301", "backslash": "\\", "unreserved": "A-Z_a.z~0"}


@unittest.skipIf(counterparts.Utils is None, counterparts.MISSING)
class Signatures(ProgramTest):
    def setUp(self):
        super().setUp()
        answer = json_answer({"RequestId": "R", "VpnConnectionId": "vco-1"})
        self.service = Service(verified(lambda _: KEYS[SECRET_VARIABLE], answer))
        self.addCleanup(self.service.close)

    def call(self, text, kind, method, *options, env=None):
        result = self.run_program(
            "--endpoint", self.service.url, "--signature", kind, "--method", method, *options, "-c", text,
            env={**KEYS, **(env or {})})
        self.assertEqual(getattr(self.service, "problems", []), [])
        self.assert_status(result, 0)
        request = self.service.requests[-1]
        self.assertEqual(request.method, method.upper())
        self.assertEqual("Authorization" in request.headers, kind == "acs3")
        return request

    def test_awkward_values(self):
        for kind, method in KINDS:
            for name, value in AWKWARD.items():
                with self.subTest(name, kind=kind, method=method):
                    request = self.call('let x = env("X"); DescribeVpcs VpcName=$x', kind, method, env={"X": value})
                    self.assertEqual(request.parameters["VpcName"], value)

    def test_a_repeated_parameter(self):
        text = 'DescribeVpcs Tag=[{Key: "a b", Value: "\u00e9/+"}, {Key: "c", Value: ""}, {Key: "d"}]'
        for kind, method in KINDS:
            with self.subTest(kind, method=method):
                parameters = self.call(text, kind, method).parameters
                names = sorted(name for name in parameters if name.startswith("Tag."))
                self.assertEqual(names, ["Tag.1.Key", "Tag.1.Value", "Tag.2.Key", "Tag.2.Value", "Tag.3.Key"])
                self.assertEqual(parameters["Tag.1.Value"], "\u00e9/+")

    def test_ten_and_more_of_one(self):
        # Sorted as text: Tag.10 stands before Tag.2.
        tags = ", ".join(f'{{Key: "k{number}", Value: "v"}}' for number in range(1, 13))
        for kind, method in KINDS:
            with self.subTest(kind, method=method):
                self.assertEqual(self.call(f"DescribeVpcs Tag=[{tags}]", kind, method).parameters["Tag.12.Key"], "k12")

    def test_a_value_of_100_kilobytes(self):
        value = ("\u540d/+ %~" * 20_000)[:80_000]
        self.assertGreater(len(value.encode()), 100_000)
        path = self.file("value.txt", value)
        start = "CreateVpnConnection VpnGatewayId=g CustomerGatewayId=c LocalSubnet=a RemoteSubnet=b"
        for name in ("RemoteCaCertificate", "TunnelOptionsSpecification.1.RemoteCaCertificate"):
            for kind, method in KINDS:
                with self.subTest(name, kind=kind, method=method):
                    parameters = self.call(f"{start} {name}=(read('{path}'))", kind, method).parameters
                    self.assertEqual(parameters[name], value)

    def test_a_body(self):
        text = ("CreateVpnConnection VpnGatewayId=g LocalSubnet=a RemoteSubnet=b "
                "TunnelOptionsSpecification=[{CustomerGatewayId: \"c 1\", TunnelIkeConfig: {Psk: \"p&=+ \u540d\"}}]")
        for kind, method in KINDS:
            with self.subTest(kind, method=method):
                request = self.call(text, kind, method)
                self.assertEqual(bool(request.body), method == "post")
                self.assertEqual(request.parameters["TunnelOptionsSpecification.1.TunnelIkeConfig.Psk"], "p&=+ \u540d")
                self.assertEqual(request.headers.get("Content-Type"), "application/x-www-form-urlencoded" if request.body else None)

    def test_a_token_of_temporary_credentials(self):
        for kind, method in KINDS:
            with self.subTest(kind, method=method):
                request = self.call("DescribeVpcs", kind, method, env={TOKEN_VARIABLE: "t0k3n/+= x"})
                self.assertEqual(request.parameters["SecurityToken"], "t0k3n/+= x")

    def test_the_newer_signature_is_the_default(self):
        self.assert_status(self.run_program("--endpoint", self.service.url, "-c", "DescribeVpcs", env=KEYS), 0)
        self.assertTrue(self.service.requests[0].headers["Authorization"].startswith("ACS3-HMAC-SHA256 "))

    def test_another_product_is_signed_in_the_same_way(self):
        text = "call Ecs 2014-05-26 DescribeInstances RegionId=cn-beijing Tag.1.Key='a b' Filter=[{Key: \"k\", Value: [1, 2]}]"
        for kind, method in KINDS:
            with self.subTest(kind, method=method):
                parameters = self.call(text, kind, method).parameters
                self.assertEqual((parameters["Action"], parameters["Version"]), ("DescribeInstances", "2014-05-26"))
                self.assertEqual(parameters["Tag.1.Key"], "a b")

    def test_the_verifier_finds_a_wrong_secret(self):
        result = self.run_program(
            "--endpoint", self.service.url, "-c", "DescribeVpcs", env={ID_VARIABLE: "testid", SECRET_VARIABLE: "wrong"})
        self.assert_failed(result, 3, "SignatureDoesNotMatch")


class ClockSkew(ProgramTest):
    """The service's clock stands elsewhere: it says so with the error, and the time by its header `Date`."""

    EXPIRED = '{"RequestId": "E", "Code": "InvalidTimeStamp.Expired", "Message": "The time is off."}'

    def test_it_is_corrected_once_for_all_calls(self):
        expired = text_answer(self.EXPIRED, 400)

        def late(handler, service):
            handler.date_time_string = lambda timestamp=None: "Tue, 01 Jan 2030 00:00:00 GMT"
            expired(handler, service)

        service = Service(in_turn(late, json_answer({"RequestId": "R"})))
        self.addCleanup(service.close)
        for kind in ("acs3", "v1"):
            with self.subTest(kind):
                service.requests.clear()
                result = self.run_program(
                    "--endpoint", service.url, "--signature", kind, "-c", "CreateVpc | ignore; CreateVpc | ignore", env=KEYS)
                self.assert_done(result, "")
                times = [request.parameters["Timestamp"] for request in service.requests]
                self.assertEqual(len(times), 3)
                self.assertNotIn("2030", times[0])
                self.assertTrue(all(time.startswith("2030-01-01T00:0") for time in times[1:]), times)
                tokens = [request.parameters["ClientToken"] for request in service.requests]
                self.assertEqual(tokens[0], tokens[1])
                self.assertNotEqual(tokens[1], tokens[2])

    def test_where_that_is_no_use_the_error_stands(self):
        service = Service(text_answer(self.EXPIRED, 400))
        self.addCleanup(service.close)
        self.assert_failed(
            self.run_program("--endpoint", service.url, "-c", "DescribeVpcs", env=KEYS), 3, "InvalidTimeStamp.Expired")
        self.assertEqual(len(service.requests), 2)
