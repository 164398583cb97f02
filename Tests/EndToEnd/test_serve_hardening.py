"""What the served endpoint owes to whoever else is on the machine: pages in a browser, slow and greedy clients, a process
with few descriptors, keys that are gone, requests that are sent again, a database that is locked."""

import os
import pathlib
import re
import resource
import signal
import socket
import sqlite3
import time
import urllib.parse
import uuid

from program import ProgramTest
from served import ServedTest, timestamp
from service import signature


def exchange(port, data, until_end=True):
    """What a server says to bytes, until it ends the connection or, without `until_end`, has sent a head."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        try:
            connection.sendall(data)
        except ConnectionError:
            pass
        answer = b""
        while until_end or b"\r\n\r\n" not in answer:
            piece = connection.recv(65536)
            if not piece:
                break
            answer += piece
        return answer.decode()


def signed(action, method="GET", **parameters):
    """The target of a signed request."""
    values = {
        "Action": action, "Version": "2016-04-28", "Format": "JSON", "AccessKeyId": "local", "RegionId": "cn-hangzhou",
        "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": str(uuid.uuid4()),
        "Timestamp": timestamp(), **parameters}
    values["Signature"] = signature(method, values, "local")
    return "/?" + urllib.parse.urlencode(values, quote_via=urllib.parse.quote, safe="~")


class Pages(ServedTest):
    """The key is known to all, so a page of any site could sign: it is told by where it comes from."""

    def test_pages_of_other_sites_neither_read_nor_write(self):
        served = self.serve("--db", ":memory:")
        own = f"Host: 127.0.0.1:{served.port}"
        for lines in (f"Host: rebound.example:{served.port}", "Host: 127.0.0.1", f"{own}\r\nOrigin: http://evil.example",
                      f"{own}\r\nOrigin: null", f"{own}\r\nSec-Fetch-Site: cross-site"):
            for target in (signed("CreateVpc"), "/_local/health", "/_local/metrics"):
                with self.subTest(lines, target=target[:20]):
                    answer = exchange(served.port, f"GET {target} HTTP/1.1\r\n{lines}\r\n\r\n".encode())
                    self.assertTrue(answer.startswith("HTTP/1.1 403 "), answer)
                    self.assertRegex(answer, "Local.Foreign(Host|Origin)")
        self.assertEqual(served.call("DescribeVpcs").value["TotalCount"], 0)

    def test_clients_and_the_servers_own_pages_do(self):
        served = self.serve("--db", ":memory:")
        for host in (f"127.0.0.1:{served.port}", f"localhost:{served.port}"):
            for line in ("", f"Origin: http://{host}\r\n", "Sec-Fetch-Site: none\r\n"):
                request = f"GET {signed('DescribeVpcs')} HTTP/1.1\r\nHost: {host}\r\n{line}Connection: close\r\n\r\n"
                self.assertTrue(exchange(served.port, request.encode()).startswith("HTTP/1.1 200 "))

    def test_where_other_machines_are_let_in_names_are_free_and_sites_are_not(self):
        served = self.serve("--db", ":memory:", "--bind", "0.0.0.0")
        request = f"GET {signed('DescribeVpcs')} HTTP/1.1\r\nHost: box.example:{served.port}\r\nConnection: close\r\n"
        self.assertTrue(exchange(served.port, f"{request}\r\n".encode()).startswith("HTTP/1.1 200 "))
        answer = exchange(served.port, f"{request}Origin: http://evil.example\r\n\r\n".encode())
        self.assertTrue(answer.startswith("HTTP/1.1 403 "), answer)


class Sizes(ServedTest):
    def test_what_is_too_long_is_refused_at_once(self):
        served = self.serve("--db", ":memory:")
        own = f"Host: 127.0.0.1:{served.port}\r\n"
        chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
        cases = [
            (413, f"POST / HTTP/1.1\r\n{own}Content-Length: 1048577\r\n\r\n".encode()),
            (413, f"POST / HTTP/1.1\r\n{own}Content-Length: 8000000\r\n\r\n".encode() + b"a" * 8_000_000),
            (413, f"POST / HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 100),
            (414, f"GET /?{'a' * 200_000} HTTP/1.1\r\n{own}\r\n".encode()),
            (414, f"GET /?{'a' * 90_000}".encode()),
            (431, f"GET / HTTP/1.1\r\n{own}X: {'a' * 90_000}\r\n\r\n".encode()),
            (431, f"GET / HTTP/1.1\r\n{own}{'X: y' + chr(13) + chr(10)}".encode() + b"X: y\r\n" * 300 + b"\r\n"),
            (431, f"GET / HTTP/1.1\r\n{own}".encode() + (b"X: " + b"a" * 60_000 + b"\r\n") * 9 + b"\r\n"),
        ]
        for status, data in cases:
            with self.subTest(status, data=data[:30]):
                began = time.monotonic()
                # The client sees the answer, although it was still sending.
                answer = exchange(served.port, data, until_end=False)
                self.assertTrue(answer.startswith(f"HTTP/1.1 {status} "), answer[:200])
                self.assertIn("Connection: close", answer)
                self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(served.call("DescribeVpcs").status, 200)

    def test_head_methods_and_dates(self):
        served = self.serve("--db", ":memory:")
        end = f"Host: 127.0.0.1:{served.port}\r\nConnection: close\r\n\r\n"

        def head(method, target):
            top, _, body = exchange(served.port, f"{method} {target} HTTP/1.1\r\n{end}".encode()).partition("\r\n\r\n")
            lines = top.split("\r\n")
            fields = dict(line.split(": ", 1) for line in lines[1:])
            self.assertRegex(fields["Date"], r"^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$")
            return lines[0].split(" ")[1], fields, body

        _, _, body = head("GET", "/_local/health")
        status, fields, nothing = head("HEAD", "/_local/health")
        self.assertEqual((status, int(fields["Content-Length"]), nothing), ("200", len(body), ""))
        status, fields, nothing = head("HEAD", "/?Format=JSON")
        self.assertEqual((status, fields["Allow"], nothing), ("405", "GET, POST", ""))
        self.assertGreater(int(fields["Content-Length"]), 0)
        for method, target, allowed in (("PUT", "/", "GET, POST"), ("DELETE", "/_local/health", "GET, HEAD")):
            status, fields, _ = head(method, target)
            self.assertEqual((status, fields["Allow"]), ("405", allowed))


class Descriptors(ServedTest):
    def cpu(self, served):
        """Seconds of processor time so far."""
        words = pathlib.Path(f"/proc/{served.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def test_without_descriptors_it_rests_and_goes_on_when_there_are_some(self):
        served = self.serve("--db", ":memory:")
        idle = [socket.create_connection(("127.0.0.1", served.port), 10) for _ in range(5)]
        # Each has a request that is half there, so that none of them is idle.
        for connection in idle:
            connection.sendall(b"GET /_loc")
        self.assertEqual(served.get("/_local/health")[0], 200)
        used = len(os.listdir(f"/proc/{served.process.pid}/fd"))
        resource.prlimit(served.process.pid, resource.RLIMIT_NOFILE, (used, used))
        waiting = [socket.create_connection(("127.0.0.1", served.port), 10) for _ in range(20)]
        before, began = self.cpu(served), time.monotonic()
        # A half-sent request on a connection that is there is not served meanwhile, so that this is a wait of a second.
        waiting[-1].settimeout(1)
        with self.assertRaises(TimeoutError):
            waiting[-1].recv(1)
        share = (self.cpu(served) - before) / (time.monotonic() - began)
        print(f"figure: at the descriptor limit the server takes {share:.0%} of a processor")
        self.assertLess(share, 0.1)
        for connection in idle + waiting[:-1]:
            connection.close()
        waiting[-1].settimeout(10)
        waiting[-1].sendall(f"GET /_local/health HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode())
        self.assertTrue(waiting[-1].recv(65536).startswith(b"HTTP/1.1 200 "))
        waiting[-1].close()

    def test_few_descriptors_are_few_connections(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (80, 80))

        served = self.serve("--db", ":memory:", preexec_fn=few)
        connections = [socket.create_connection(("127.0.0.1", served.port), 10) for _ in range(120)]
        for connection in connections:
            self.addCleanup(connection.close)
        # The oldest went for the newest, which is served.
        connections[-1].sendall(f"GET /_local/health HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode())
        self.assertTrue(connections[-1].recv(65536).startswith(b"HTTP/1.1 200 "))
        self.assertEqual(connections[0].recv(1), b"")
        self.assertEqual(served.call("DescribeRegions").status, 200)


class Replays(ServedTest):
    def outcome(self, served, target):
        answer = exchange(
            served.port, f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nConnection: close\r\n\r\n".encode())
        return "used" if "SignatureNonceUsed" in answer else answer.split(" ")[1]

    def test_no_write_is_taken_again_however_the_server_ended(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            served = self.serve("--db", self.database())
            targets = [signed("CreateVpc"), signed("CreateVpc", DryRun="true"), signed("DeleteVpc", VpcId="vpc-none")]
            self.assertEqual([self.outcome(served, target) for target in targets], ["200", "400", "404"])
            count = served.call("DescribeVpcs").value["TotalCount"]
            served.process.send_signal(number)
            served.process.wait(20)
            again = self.serve("--db", self.database())
            self.assertEqual([self.outcome(again, target) for target in targets], ["used"] * 3)
            self.assertEqual(again.call("DescribeVpcs").value["TotalCount"], count)
            again.process.terminate()
            again.process.wait(20)

    def test_no_read_is_after_a_stop_in_order(self):
        target = signed("DescribeVpcs")
        served = self.serve("--db", self.database())
        self.assertEqual([self.outcome(served, target) for _ in range(2)], ["200", "used"])
        served.process.terminate()
        served.process.wait(20)
        self.assertEqual(self.outcome(self.serve("--db", self.database()), target), "used")


class Secrets(ServedTest):
    def test_keys_of_what_is_gone_are_in_no_file(self):
        served = self.serve("--db", self.database())
        script = """
            let vpc = CreateVpc CidrBlock=10.0.0.0/16
            wait until (DescribeVpcs VpcId=$vpc.VpcId).Vpcs.Vpc[0].Status == "Available" every 50ms for 20s
            let gateway = CreateVpnGateway VpcId=$vpc.VpcId Bandwidth=10
            on error VpnGateway.Configuring retry every 100ms for 20s
            wait until (DescribeVpnGateway VpnGatewayId=$gateway.VpnGatewayId).Status == "active" every 50ms for 20s
            let peer = CreateCustomerGateway IpAddress=203.0.113.10
            let connection = CreateVpnConnection VpnGatewayId=$gateway.VpnGatewayId \\
                CustomerGatewayId=$peer.CustomerGatewayId LocalSubnet=10.0.0.0/16 RemoteSubnet=192.168.0.0/24 \\
                IkeConfig={Psk: "first-key-012345"}
            ModifyVpnConnectionAttribute VpnConnectionId=$connection.VpnConnectionId \\
                IkeConfig={Psk: "second-key-67890"} | ignore
            DeleteVpnConnection VpnConnectionId=$connection.VpnConnectionId | ignore
            """
        keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "local", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "local"}
        self.assert_status(self.statements(script, "--endpoint", served.url, env=keys), 0)
        served.process.terminate()
        served.process.wait(20)
        for path in self.folder.glob("a.db*"):
            for key in (b"first-key-012345", b"second-key-67890"):
                self.assertNotIn(key, path.read_bytes(), path)


class Rules(ProgramTest):
    def local(self, *arguments):
        return self.run_program("local", *arguments, "--db", str(self.folder / "a.db"))

    def test_what_would_never_apply_is_refused(self):
        for rule in ("deletevpc", "VPC:DeleteVpc", "Delete*", "*@vco-*", "*@acs:vpc:*:*:vpc/vpc-1"):
            self.assert_status(self.local("user", "set", "root", "--deny", rule), 0)
        for rule, words in (("DeleteVcp", "DeleteVpc"), ("acs:vpc:*:*:vpc/vpc-1", "*@acs:vpc:*:*:vpc/vpc-1"),
                            ("*@vpc/vpc-1", "acs:vpc:"), ("ecs:RunInstances", "vpc:DeleteVpc")):
            with self.subTest(rule):
                self.assert_failed(self.local("user", "add", "u", "--deny", rule), 1, words)
                self.assert_failed(self.local("user", "set", "root", "--deny", rule), 1, words)
        self.assert_failed(self.local("fault", "set", "DeleteVcp", "throttle"), 1, "DeleteVpc")
        self.assertNotIn("u ", self.local("user", "list").out)

    def test_the_database_is_named_where_people_name_it(self):
        path = str(self.folder / "a.db")
        for arguments in (
                ["--db", path, "fault", "set", "DescribeVpcs", "throttle"], ["fault", "--db", path, "set", "CreateVpc", "500"],
                [f"--db={path}", "fault", "set", "DeleteVpc", "503"]):
            self.assert_status(self.run_program("local", *arguments), 0)
        listed = self.run_program("local", "--db", path, "--format", "csv", "fault")
        for name in ("DescribeVpcs", "CreateVpc", "DeleteVpc"):
            self.assertIn(name, listed.out)


class Locked(ServedTest):
    """Another process holds the database locked."""

    def lock(self):
        self.assert_status(self.statements("CreateVpc | ignore", f"--local={self.database()}"), 0)
        connection = sqlite3.connect(self.database(), isolation_level=None)
        self.addCleanup(connection.close)
        connection.execute("BEGIN IMMEDIATE")
        return connection

    def test_an_interrupt_ends_the_wait(self):
        self.lock()
        process = self.start(f"--local={self.database()}", "-c", "DescribeVpcs | ignore\nwarn ready\nCreateVpc")
        self.assertEqual(process.stderr.readline(), b"ready\n")
        # The write begins to wait at once; it would for five seconds.
        with self.assertRaises(Exception):
            process.wait(0.3)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        took = time.monotonic() - began
        print(f"figure: Ctrl-C while the database is locked: {took * 1000:.0f} ms")
        self.assertEqual(process.returncode, 130)
        self.assertLess(took, 0.5)

    def test_a_time_limit_ends_it(self):
        self.lock()
        began = time.monotonic()
        result = self.statements("CreateVpc", f"--local={self.database()}", "--timeout", "1s")
        self.assertLess(time.monotonic() - began, 2)
        self.assert_failed(result, 4, "Client.Timeout")

    def test_the_server_answers_after_some_seconds_and_stops_at_once(self):
        self.lock()
        served = self.serve("--db", self.database())
        answer = served.call("CreateVpc")
        self.assertEqual((answer.status, answer.code), (503, "Local.DatabaseLocked"))
        connection = served.connect()
        connection.request("GET", signed("CreateVpc"))
        self.assertEqual(served.call("DescribeVpcs").status, 200)
        began = time.monotonic()
        served.process.terminate()
        self.assertEqual(served.process.wait(20), 0)
        self.assertLess(time.monotonic() - began, 1)
        connection.close()
