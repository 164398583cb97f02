"""What the served endpoint survives: kills, a full disk, a database that cannot be written, requests that are none."""

import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import unittest
import urllib.parse
import uuid

from program import PROGRAM
from served import ServedTest, timestamp
from service import signature

try:
    from alibabacloud_tea_openapi import models
    from alibabacloud_tea_openapi.client import Client
    from alibabacloud_tea_util.models import RuntimeOptions
except ImportError:
    Client = None

LONG = bool(os.environ.get("VPCSH_LONG"))


class SDKWriter(threading.Thread):
    """Makes customer gateways by the official SDK, one after another, each under a token of its own, until it fails."""

    def __init__(self, served, number, start):
        super().__init__(daemon=True)
        self.client = Client(models.Config(
            access_key_id="local", access_key_secret="local", endpoint=f"127.0.0.1:{served.port}", protocol="http",
            region_id="cn-hangzhou", connect_timeout=5000, read_timeout=20000))
        self.number, self.count = number, start
        self.answered = {}
        """Token and address to the id that the answer had."""
        self.open = None
        """Token and address of the write that had no answer."""

    def create(self, token, address):
        answer = self.client.call_api(
            models.Params(
                action="CreateCustomerGateway", version="2016-04-28", protocol="HTTP", pathname="/", method="POST",
                auth_type="AK", style="RPC", req_body_type="formData", body_type="json"),
            models.OpenApiRequest(query={"RegionId": "cn-hangzhou", "IpAddress": address, "ClientToken": token}),
            RuntimeOptions(autoretry=False, max_attempts=1))
        return answer["body"]["CustomerGatewayId"]

    def run(self):
        while True:
            self.count += 1
            write = (str(uuid.uuid4()), f"20.{self.number}.{self.count // 250}.{self.count % 250 + 1}")
            self.open = write
            try:
                self.answered[write] = self.create(*write)
            except Exception:
                return
            self.open = None


class Killed(ServedTest):
    @unittest.skipIf(Client is None, "the official SDK is not there")
    def test_under_write_load_at_any_moment(self):
        rounds, writers, chance = 200 if LONG else 10, 4, random.Random(4)
        answered, made, open_writes = {}, 0, 0
        counts = [0] * writers
        for _ in range(rounds):
            served = self.serve("--db", self.database())
            threads = [SDKWriter(served, number + 1, counts[number]) for number in range(writers)]
            for thread in threads:
                thread.start()
            # At a random moment of a random write.
            goal = chance.randrange(1, 40)
            while sum(len(thread.answered) for thread in threads) < goal and any(thread.is_alive() for thread in threads):
                threads[0].join(chance.random() / 500)
            served.process.kill()
            served.process.wait()
            for thread in threads:
                thread.join(30)
                self.assertFalse(thread.is_alive(), "a write neither ended nor failed")
            fresh = {write: identity for thread in threads for write, identity in thread.answered.items()}
            answered.update(fresh)
            counts = [thread.count for thread in threads]

            served = self.serve("--db", self.database())
            again = SDKWriter(served, 0, 0)
            for write, identity in fresh.items():
                self.assertEqual(again.create(*write), identity, "a repeated token does not get its first answer")
            for thread in threads:
                if thread.open:
                    open_writes += 1
                    answered[thread.open] = again.create(*thread.open)
            made = served.items("DescribeCustomerGateways", "CustomerGateway")
            addresses = [item["IpAddress"] for item in made]
            self.assertEqual(len(addresses), len(set(addresses)), "a write was carried out twice")
            self.assertEqual({item["CustomerGatewayId"] for item in made}, set(answered.values()))
            served.process.send_signal(signal.SIGTERM)
            self.assertEqual(served.process.wait(20), 0)
        self.assertGreater(len(answered), rounds)
        print(f"figure: {rounds} kills under load of {writers} SDK clients: {len(answered)} writes, of which {open_writes} "
              "were open when it was killed; none lost, none twice")


class Disk(ServedTest):
    def can_mount(self):
        return os.geteuid() == 0 and shutil.which("unshare") and subprocess.run(
            ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", str(self.folder)], capture_output=True).returncode == 0

    def test_full(self):
        if not self.can_mount():
            self.skipTest("a small file system cannot be mounted here")
        place = self.folder / "small"
        place.mkdir()
        mount = f'mount -t tmpfs -o size=700k tmpfs "{place}" && exec "$@"'
        served = self.serve("--db", str(place / "a.db"), prefix=["unshare", "-m", "sh", "-c", mount, "sh"])
        made, refused = set(), None
        for number in range(20_000):
            name = f"{number}-" + "x" * 100
            answer = served.call("CreateCustomerGateway", {
                "IpAddress": f"20.1.{number // 250}.{number % 250 + 1}", "Name": name, "ClientToken": f"t{number}"})
            if answer.status != 200:
                refused = answer
                break
            made.add(answer.value["CustomerGatewayId"])
        self.assertIsNotNone(refused, "the disk is never full")
        self.assertEqual((refused.status, refused.code), (507, "Local.StorageFull"), refused)
        self.assertIn("no room", refused.value["Message"])
        # Reads still work, and nothing is half there.
        self.assertEqual({item["CustomerGatewayId"] for item in served.items("DescribeCustomerGateways", "CustomerGateway")}, made)
        # With room again, the same write is carried out.
        subprocess.run(
            ["nsenter", "-t", str(served.process.pid), "-m", "mount", "-o", "remount,size=8m", str(place)], check=True)
        again = served.call("CreateCustomerGateway", {
            "IpAddress": f"20.1.{number // 250}.{number % 250 + 1}", "Name": name, "ClientToken": f"t{number}"})
        self.assertEqual(again.status, 200, again)
        self.assertNotIn(again.value["CustomerGatewayId"], made)

    def test_a_database_that_cannot_be_written(self):
        served = self.serve("--db", self.database())
        kept = served.call("CreateVpc").value["VpcId"]
        served.process.send_signal(signal.SIGTERM)
        self.assertEqual(served.process.wait(20), 0)
        if not self.can_mount():
            self.skipTest("a file system cannot be mounted read-only here")
        mount = f'mount --bind "{self.folder}" "{self.folder}" && mount -o remount,bind,ro "{self.folder}" && exec "$@"'
        result = subprocess.run(
            ["unshare", "-m", "sh", "-c", mount, "sh", PROGRAM, f"--local={self.database()}", "-c", "CreateVpc"],
            capture_output=True, text=True, env=self.environment(), stdin=subprocess.DEVNULL, timeout=30)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("error:", result.stderr)
        self.assertIn("read-only", result.stderr)
        # Nothing of it has been harmed.
        self.assert_done(
            self.statements("print ((DescribeVpcs).Vpcs.Vpc[0].VpcId)", f"--local={self.database()}"), kept + "\n")


class Malformed(ServedTest):
    """10,000 requests that are none, or none that anybody should send."""

    ABSURD = [
        "", " ", "0", "-1", "9" * 40, "null", "{}", "[]", "'", '"', "' OR '1'='1", "x'; DROP TABLE resource; --", "%", "*",
        "\0", "\r\n", "../../../etc/passwd", "file:///etc/passwd", "é" * 300, "🦊", "a" * 5000, "1.0.0.0/0", "::/0",
        '{"a":1,"a":2}', "[" * 3000, "vpc-' UNION SELECT * FROM resource --", "$(id)", "%00", "%s%s%s%n", "NaN", "1e999"]

    def test_no_crash_and_no_500(self):
        served = self.serve("--db", self.database())
        self.host = f"127.0.0.1:{served.port}"
        kept = served.call("CreateVpc").value["VpcId"]
        chance = random.Random(7)
        statuses = {}
        connection = None
        for number in range(10_000):
            data = self.request(chance)
            for attempt in range(2):
                if connection is None:
                    connection = socket.create_connection(("127.0.0.1", served.port), 20)
                try:
                    connection.sendall(data)
                    if not data.endswith(b"\r\n\r\n") and b"Content-Length" not in data:
                        connection.shutdown(socket.SHUT_WR)
                    status, closes = self.answer(connection, data.startswith(b"HEAD "))
                except (ConnectionError, TimeoutError):
                    status, closes = None, True
                if closes or status is None:
                    connection.close()
                    connection = None
                if status is not None or attempt:
                    break
            statuses[status] = statuses.get(status, 0) + 1
            if status is not None:
                self.assertLess(status, 500, data[:500])
            self.assertIsNone(served.process.poll(), f"it died of {data[:500]!r}")
        self.assertEqual(served.call("DescribeVpcs", {"VpcId": kept}).value["TotalCount"], 1)
        if connection is not None:
            connection.close()
        print(f"figure: 10,000 malformed requests over a socket: {dict(sorted(statuses.items(), key=str))}")

    @staticmethod
    def answer(connection, is_head=False):
        """Status of an answer that is read to its end, and whether the connection ends with it."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return None, True
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in lower and not is_head else 0
        while len(body) < length:
            piece = connection.recv(65536)
            if not piece:
                break
            body += piece
        return int(head.split(b" ")[1]), b"connection: close" in lower

    def request(self, chance):
        kind = chance.randrange(5)
        if kind == 0:
            return bytes(chance.randrange(256) for _ in range(chance.randrange(1, 200)))
        if kind == 1:
            # Signed and orderly, with an absurd value.
            action = chance.choice([
                "DescribeVpnConnections", "DescribeVpnConnection", "CreateVpnConnection", "DeleteVpnConnection", "CreateVpc",
                "DescribeVpcs", "ModifyVpnGatewayAttribute", "TagResources", "DescribeVpnConnectionLogs", "NoSuchAction", ""])
            name = chance.choice([
                "VpnConnectionId", "VpnGatewayId", "VpcId", "RegionId", "PageNumber", "PageSize", "LocalSubnet", "IkeConfig",
                "Tag.1.Key", "Tag.99999999999.Key", "ClientToken", "ResourceId.1", "CidrBlock", "🦊", ""])
            values = {
                "Action": action, "Version": "2016-04-28", "Format": chance.choice(["JSON", "XML", "x"]), "AccessKeyId": "local",
                "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": str(chance.random()),
                "Timestamp": timestamp(), "RegionId": "cn-hangzhou", name: chance.choice(self.ABSURD)}
            values["Signature"] = signature("GET", values, "local")
            query = urllib.parse.urlencode(values, quote_via=urllib.parse.quote, safe="~")
            return f"GET /?{query} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode()
        if kind == 2:
            path = chance.choice(["/%ff%fe?%zz", "/../../etc/passwd", "/?" + "&" * 500, "//", "*", "/?Action=%", "/_local/../x", "/?" + "a" * 9000])
            return f"{chance.choice(['GET', 'POST', 'PUT', 'BREW', 'HEAD', 'OPTIONS'])} {path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode()
        if kind == 3:
            headers = chance.choice([
                "X: " + "y" * 100_000, "\r\n".join(f"X{number}: y" for number in range(500)), "Content-Length: -5",
                "Content-Length: 99999999999999999999", "Transfer-Encoding: chunked, chunked", "x-acs-date: never",
                "Authorization: ACS3-HMAC-SHA256 Credential=,SignedHeaders=,Signature=", "Authorization: " + "🦊" * 50, ": :"])
            return f"GET / HTTP/1.1\r\nHost: {self.host}\r\n{headers}\r\n\r\n".encode()
        body = bytes(chance.randrange(256) for _ in range(chance.randrange(300)))
        return (f"POST /?Action=DescribeVpcs HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: "
                f"{chance.choice(['application/x-www-form-urlencoded', 'application/json', 'x', 'multipart/form-data'])}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body


if __name__ == "__main__":
    unittest.main()
