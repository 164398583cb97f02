"""`vpcsh serve` from outside: how it starts, what it tells, how it ends, and what the shell does with it."""

import json
import re
import signal
import socket
import threading
import unittest

from program import KEYS, SECRET_VARIABLE, ID_VARIABLE
from served import ServedTest, timestamp

LOCAL_KEYS = {ID_VARIABLE: "local", SECRET_VARIABLE: "local"}


class Starting(ServedTest):
    def test_a_free_port_is_picked_and_printed_and_it_tells_how_it_is(self):
        served = self.serve("--db", ":memory:")
        self.assertGreater(served.port, 0)
        status, text = served.get("/_local/health")
        self.assertEqual((status, json.loads(text)["status"]), (200, "ok"))
        self.assertEqual(served.call("DescribeRegions").status, 200)
        status, text = served.get("/_local/metrics")
        self.assertEqual(status, 200)
        self.assertIn('vpcsh_answers_total{action="DescribeRegions",status="200"} 1', text)
        self.assertEqual(served.get("/_local/nothing")[0], 404)

    def test_the_port_that_was_asked_for(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.assertEqual(self.serve("--db", ":memory:", port=port).port, port)
        self.assert_failed(self.run_program("serve", "--db", ":memory:", "--port", str(port)), 1, "another program listens there")

    def test_only_this_machine_is_listened_to_unless_told_otherwise_with_a_warning(self):
        with socket.socket() as probe:
            served = self.serve("--db", ":memory:")
            # Another address of the loopback range is another address.
            self.assertNotEqual(probe.connect_ex(("127.0.0.2", served.port)), 0)
        served = self.serve("--db", ":memory:", "--bind", "0.0.0.0")
        served.process.send_signal(signal.SIGTERM)
        _, err = served.process.communicate(timeout=20)
        self.assertIn("warning: whoever reaches this machine", err.decode())

    def test_what_cannot_be_started(self):
        self.assert_failed(self.run_program("serve", "--db", "/dev/null/a.db"), 1, "/dev/null/a.db")
        self.assert_failed(self.run_program("serve", "--db", ":memory:", "--bind", "203.0.113.1"), 1, "no such address")
        self.assert_refused(self.run_program("serve", "--timing", "slow"), "real, fast and frozen", status=2)
        self.assert_refused(self.run_program("serve", "--port", "70000"), "70000", status=2)
        self.assert_refused(self.run_program("serve", "--key", "k"), "--secret-from", status=2)

    def test_one_database_is_served_once(self):
        first = self.serve("--db", self.database())
        self.assert_failed(self.run_program("serve", "--db", self.database()), 1, first.url)
        first.process.kill()
        first.process.wait()
        # A lock goes with its process.
        self.assertEqual(self.serve("--db", self.database()).call("DescribeRegions").status, 200)

    def test_a_key_of_ones_own(self):
        secret = self.file("secret", "shh-0123456789\n")
        served = self.serve("--db", ":memory:", "--key", "mine", "--secret-from", f"file:{secret}")
        self.assertEqual(served.call("DescribeRegions", AccessKeyId="mine", secret="shh-0123456789").status, 200)
        self.assertEqual(served.call("DescribeRegions").code, "InvalidAccessKeyId.NotFound")


class Stopping(ServedTest):
    def test_in_order_with_everything_in_the_file(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            served = self.serve("--db", self.database())
            identity = served.call("CreateVpc").value["VpcId"]
            served.process.send_signal(number)
            self.assertEqual(served.process.wait(20), 0)
            self.assertFalse((self.folder / "a.db-wal").exists(), "the database is one file when nobody uses it")
            found = self.statements(f"DescribeVpcs VpcId={identity} | count", f"--local={self.database()}")
            self.assert_done(found, "1\n")

    def test_what_is_being_answered_is_answered(self):
        served = self.serve("--db", self.database())
        self.assert_status(self.run_program("local", "fault", "set", "DescribeVpcs", "delay", "--delay", "700ms", "--db", self.database()), 0)
        connection = served.connect()
        answers = []
        call = threading.Thread(target=lambda: answers.append(served.call("DescribeVpcs", connection=connection)))
        call.start()
        while not self.open_connections(served):
            pass
        served.process.send_signal(signal.SIGTERM)
        self.assertEqual(served.process.wait(20), 0)
        call.join(20)
        self.assertEqual([answer.status for answer in answers], [200])

    @staticmethod
    def open_connections(served):
        """How many there are but for the one that asks; 0 where it does not answer any more."""
        try:
            return int(re.search(r"^vpcsh_connections (\d+)$", served.get("/_local/metrics")[1], re.M).group(1)) - 1
        except OSError:
            return 1


class Refusing(ServedTest):
    def test_signatures(self):
        served = self.serve("--db", ":memory:")
        self.assertEqual(served.call("DescribeRegions", secret="wrong").code, "SignatureDoesNotMatch")
        self.assertEqual(served.call("DescribeRegions", AccessKeyId="nobody").code, "InvalidAccessKeyId.NotFound")
        self.assertEqual(served.call("DescribeRegions", Timestamp=timestamp(-16 * 60)).code, "InvalidTimeStamp.Expired")
        self.assertEqual(served.call("DescribeRegions", Timestamp=timestamp(-14 * 60)).status, 200)
        self.assertEqual(served.call("DescribeRegions", SignatureNonce="once").status, 200)
        self.assertEqual(served.call("DescribeRegions", SignatureNonce="once").code, "SignatureNonceUsed")

    def test_what_it_lacks_names_itself(self):
        answer = self.serve("--db", ":memory:").call("CreateNatGateway")
        self.assertEqual((answer.status, answer.code), (501, "Local.NotImplemented"))
        self.assertIn("CreateNatGateway", answer.value["Message"])


class Shell(ServedTest):
    SCRIPT = """
        let vpc = CreateVpc CidrBlock=10.0.0.0/16 VpcName=office
        wait until (DescribeVpcs VpcId=$vpc.VpcId).Vpcs.Vpc[0].Status == "Available" every 100ms for 20s
        let peer = CreateCustomerGateway IpAddress=203.0.113.10 Name=berlin
        print ((DescribeCustomerGateways).CustomerGateways.CustomerGateway[0].Name)
        CreateCustomerGateway IpAddress=203.0.113.10 on error * as e { print "$e.Code $e.HttpStatus" }
        DeleteVpnConnection VpnConnectionId=vco-gone on error *.NotFound as e { print "$e.Code $e.HttpStatus" }
        DeleteCustomerGateway CustomerGatewayId=$peer.CustomerGatewayId | ignore
        DeleteVpc VpcId=$vpc.VpcId | ignore
        print (DescribeVpcs | count) (DescribeCustomerGateways | count)
        """

    def test_it_sees_over_the_socket_what_it_sees_in_process(self):
        served = self.serve("--db", self.database())
        for options in ([], ["--signature", "v1"], ["--method", "get"], ["--method", "get", "--signature", "v1"]):
            over = self.statements(self.SCRIPT, "--endpoint", served.url, *options, env=LOCAL_KEYS)
            within = self.statements(self.SCRIPT)
            self.assert_done(within)
            self.assertEqual((over.status, over.out, over.err), (within.status, within.out, within.err))

    def test_both_may_use_one_database_at_once(self):
        served = self.serve("--db", self.database())
        self.assert_done(self.statements("CreateVpc VpcName=in-process | ignore", f"--local={self.database()}"))
        self.assertEqual(served.call("DescribeVpcs").value["Vpcs"]["Vpc"][0]["VpcName"], "in-process")

    def test_the_wrong_keys_are_one_clear_error(self):
        served = self.serve("--db", ":memory:")
        result = self.statements("DescribeVpcs", "--endpoint", served.url, env=KEYS)
        self.assert_failed(result, 3, "InvalidAccessKeyId.NotFound")


class Administration(ServedTest):
    """`vpcsh local` on the database of an endpoint that runs."""

    def local(self, *arguments):
        result = self.run_program("local", *arguments, "--db", self.database(), "--format", "json")
        self.assert_status(result, 0)
        return result.out

    def test_users(self):
        served = self.serve("--db", self.database())
        key = json.loads(self.local("user", "add", "reader", "--allow", "Describe*"))
        own = {"AccessKeyId": key["AccessKeyId"], "secret": key["AccessKeySecret"]}
        self.assertEqual(served.call("DescribeVpcs", **own).status, 200)
        refused = served.call("CreateVpc", **own)
        self.assertEqual(refused.status, 403)
        self.assertIn(refused.code, ("Forbidden.RAM", "Forbidden", "Forbbiden.SubUser", "Forbidden.SubUser"))
        self.local("user", "set", "reader", "--allow", "*")
        self.assertEqual(served.call("CreateVpc", **own).status, 200)
        self.local("user", "remove", "reader")
        self.assertEqual(served.call("DescribeVpcs", **own).code, "InvalidAccessKeyId.NotFound")

    def test_faults(self):
        served = self.serve("--db", self.database())
        self.local("fault", "set", "DescribeVpcs", "throttle", "--times", "1")
        self.assertEqual(served.call("DescribeVpcs").code, "Throttling.User")
        self.assertEqual(served.call("DescribeVpcs").status, 200)
        # Both answers are lost, and the shell's client still makes one network only.
        self.local("fault", "set", "CreateVpc", "lost", "--times", "2")
        result = self.statements("CreateVpc | ignore; print (DescribeVpcs | count)", "--endpoint", served.url, env=LOCAL_KEYS)
        self.assert_done(result, "1\n")

    def test_quotas(self):
        served = self.serve("--db", self.database())
        self.local("quota", "set", "customer-gateways", "1")
        self.assertEqual(served.call("CreateCustomerGateway", {"IpAddress": "203.0.113.1"}).status, 200)
        self.assertEqual("Resource.QuotaFull", served.call("CreateCustomerGateway", {"IpAddress": "203.0.113.2"}).code)

    def test_export_and_import(self):
        served = self.serve("--db", self.database())
        served.call("CreateVpc", {"VpcName": "kept"})
        self.local("export", self.database("all.json"))
        self.local("reset", "--yes")
        self.assertEqual(served.call("DescribeVpcs").value["TotalCount"], 0)
        self.local("import", self.database("all.json"))
        self.assertEqual(served.call("DescribeVpcs").value["Vpcs"]["Vpc"][0]["VpcName"], "kept")


if __name__ == "__main__":
    unittest.main()
