"""`vpcsh serve` in a process of its own, and a client of it that signs by itself."""

import dataclasses
import http.client
import itertools
import json
import re
import subprocess
import time
import urllib.parse
import uuid

from program import PROGRAM, ProgramTest
from service import signature


@dataclasses.dataclass
class Answer:
    """An answer of the endpoint: HTTP status, and the JSON in it."""

    status: int
    value: dict

    @property
    def code(self):
        return self.value.get("Code")


class Served:
    """A running endpoint."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def get(self, path):
        """Status and text of a page."""
        connection = self.connect()
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def call(self, action, parameters=None, connection=None, secret="local", **common):
        """One signed call by GET. `common` replaces parameters that every call has."""
        values = {
            "Action": action, "Version": "2016-04-28", "Format": "JSON", "AccessKeyId": "local", "RegionId": "cn-hangzhou",
            "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": str(uuid.uuid4()),
            "Timestamp": timestamp(), **(parameters or {}), **common}
        values["Signature"] = signature("GET", values, secret)
        own = connection or self.connect()
        try:
            own.request("GET", "/?" + urllib.parse.urlencode(values, quote_via=urllib.parse.quote, safe="~"))
            response = own.getresponse()
            return Answer(response.status, json.loads(response.read()))
        finally:
            if connection is None:
                own.close()

    def items(self, action, name, **parameters):
        """The items of all pages of a list operation whose items lie in `<name>s.<name>`."""
        found = []
        for page in itertools.count(1):
            answer = self.call(action, {"PageNumber": str(page), "PageSize": "50", **parameters})
            assert answer.status == 200, answer
            items = answer.value[name + "s"][name]
            found += items
            if len(found) >= answer.value["TotalCount"] or not items:
                return found


def timestamp(offset=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))


class ServedTest(ProgramTest):
    """A test that starts endpoints."""

    def serve(self, *arguments, prefix=(), port=0, **options):
        """Starts an endpoint and waits until it listens. `prefix` is put before the command line."""
        options.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen(
            [*prefix, PROGRAM, "serve", "--port", str(port), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=self.environment(), cwd=self.folder, **options)

        def end():
            if process.poll() is None:
                process.kill()
            process.communicate()

        self.addCleanup(end)
        line = process.stdout.readline().decode()
        found = re.fullmatch(r"listening on http://[^ ]*:(\d+)\n", line)
        if not found:
            self.fail(f"it does not listen: {line!r} {process.stderr.read().decode()!r}")
        return Served(process, int(found.group(1)))

    def database(self, name="a.db"):
        return str(self.folder / name)
