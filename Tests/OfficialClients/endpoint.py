"""The embedded endpoint on a port of its own, and the official clients that are pointed at it."""

import functools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import typing
import unittest

try:
    from aliyunsdkcore.client import AcsClient
    import aliyunsdkvpc.request.v20160428
    from alibabacloud_tea_openapi.exceptions import AlibabaCloudException, ClientException, ServerException
    from alibabacloud_tea_openapi.utils_models import Config
    from alibabacloud_vpc20160428.client import Client
    from darabonba.runtime import RuntimeOptions
    import answers
except ImportError:
    answers = AcsClient = aliyunsdkvpc = AlibabaCloudException = ClientException = ServerException = None
    Client = object

MISSING = "the packages of Tests/OfficialClients/requirements.txt are not there"

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("VPCSH") or str(ROOT / ".build" / "release" / "vpcsh")

REGION = "cn-hangzhou"

REQUEST_ID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}")

DEADLINE = 30
"""Seconds after which a program counts as hung."""


# The endpoint


class Endpoint:
    """`vpcsh serve` on a free port and a database of its own.

    Its clock stands unless something else is said: what takes time is done by `settle`, at once and in order.
    """

    def __init__(self, timing="frozen"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vpcsh-endpoint-"))
        self.database = self.folder / "endpoint.db"
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--db", str(self.database), "--timing", timing],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=self.environment, cwd=self.folder, text=True)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", line)
        if found is None:
            self.stop()
            raise RuntimeError(f"the endpoint says {line!r} instead of where it listens")
        self.port = int(found.group(1))

    @property
    def environment(self):
        """Nothing of the outside but where programs are found."""
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
        }

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def stop(self):
        """Ends it as its users do; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(DEADLINE)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode

    def local(self, *arguments):
        """Runs `vpcsh local` on the database; what it prints."""
        return subprocess.run(
            [PROGRAM, "local", *arguments, "--db", str(self.database)], stdin=subprocess.DEVNULL, check=True,
            stdout=subprocess.PIPE, env=self.environment, cwd=self.folder, timeout=DEADLINE, text=True).stdout

    def settle(self, span="10s"):
        """Puts the clock forward: whatever takes time is done then."""
        self.local("advance", span)

    def user(self, name, *rules):
        """A new RAM user: the id and the secret of its key."""
        words = dict(line.split() for line in self.local("user", "add", name, *rules).splitlines())
        return words["AccessKeyId"], words["AccessKeySecret"]


# The newer client


class _NotingClient(Client):
    """The official client, which keeps the last answer as it came off the wire."""

    def call_api(self, params, request, runtime):
        self.raw = None
        self.raw = super().call_api(params, request, runtime)
        return self.raw


@functools.cache
def _hints(function):
    return typing.get_type_hints(function)


def _typed(kind, value):
    """A request's part in its declared type: records become models, also within lists."""
    if isinstance(value, list):
        return [_typed(answers.element(kind), item) for item in value]
    if isinstance(value, dict):
        declared = answers.fields(kind)
        return kind(**{name: _typed(declared[name], item) for name, item in value.items()})
    return value


class Calls:
    """The newer client: `calls.create_vpc(vpc_name="n")` builds the operation's typed request, sends it, and yields the
    typed body of the answer.

    Every answer is checked as a whole: no value has another type than the model declares, and no field gets lost since
    the model does not have it. A request that has a region and says nothing of it is about `region`.
    """

    def __init__(self, endpoint, key="local", secret="local", region=REGION):
        self.endpoint = endpoint
        self.region = region
        self.client = _NotingClient(Config(
            access_key_id=key, access_key_secret=secret, endpoint=endpoint.address, protocol="http",
            no_proxy="127.0.0.1", connect_timeout=10_000, read_timeout=DEADLINE * 1000))
        self.answers = {}
        """The bodies of all answers, by the SDK's name of the operation."""
        self.problems = []
        """What is wrong with answers, where `notes_problems` says that calls go on all the same."""
        self.notes_problems = False

    @staticmethod
    def names():
        """All operations that the SDK has, by its names of them."""
        return sorted(
            name.removesuffix("_with_options") for name in dir(Client)
            if name.endswith("_with_options") and not name.startswith("_"))

    @staticmethod
    def request_class(name):
        """The type of an operation's request; nothing where it has none."""
        return _hints(getattr(Client, name)).get("request")

    @staticmethod
    def body_class(name):
        return answers.fields(_hints(getattr(Client, name))["return"])["body"]

    def __getattr__(self, name):
        if name.startswith("_") or not hasattr(Client, f"{name}_with_options"):
            raise AttributeError(name)
        return functools.partial(self.call, name)

    def call(self, name, /, **parameters):
        kind = self.request_class(name)
        request = []
        if kind is not None:
            if "region_id" in answers.fields(kind):
                parameters.setdefault("region_id", self.region)
            request = [_typed(kind, parameters)]
        response = getattr(self.client, f"{name}_with_options")(*request, RuntimeOptions())
        self.answers.setdefault(name, []).append(response.body)
        problems = [f"{name}: {problem}" for problem in self.problems_of(response)]
        if problems and not self.notes_problems:
            raise AssertionError("\n".join(problems))
        self.problems += problems
        return response.body

    def problems_of(self, response):
        """What a client would stumble over in an answer."""
        yield from answers.wrong_types(response.body)
        yield from answers.lost_fields(self.client.raw["body"], response.body.to_map())
        if response.status_code != 200:
            yield f"the status is {response.status_code}"
        if not REQUEST_ID.fullmatch(response.body.request_id or ""):
            yield f"the request id is {response.body.request_id}"
        if response.headers.get("x-acs-request-id") != response.body.request_id:
            yield f"the header x-acs-request-id is {response.headers.get('x-acs-request-id')}"


def as_json(**fields):
    """A structure as the parameters that hold JSON want it."""
    return json.dumps(fields)


# Tests


@unittest.skipIf(answers is None, MISSING)
class OfficialClientTest(unittest.TestCase):
    """Tests that share an endpoint, which stands for as long as the class is run."""

    TIMING = "frozen"

    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint(cls.TIMING)
        cls.addClassCleanup(cls.endpoint.stop)
        cls.calls = Calls(cls.endpoint)

    def settle(self, span="10s"):
        self.endpoint.settle(span)

    # What is expected

    def assert_fields(self, model, **values):
        """The model has these values."""
        found = {name: getattr(model, name) for name in values}
        self.assertEqual(found, values)

    def assert_filled(self, model, *names):
        """The model has something in each of these fields: no empty text, no empty list. `a.b` is a field of a field;
        lists are gone through."""
        self.assertEqual([name for name in names if not answers.is_filled(model, name)], [])

    def assert_complete(self, model, *without):
        """The answer has all fields that the model declares, at every depth, except for those that are named."""
        self.assertEqual(sorted(answers.absent(model)), sorted(without))

    def assert_agrees(self, answer, found, *without):
        """What both answers have is the same in both, except for what is named and for the requests' ids."""
        one, other = ({name: value for name, value in model.to_map().items() if name not in ("RequestId", *without)}
                      for model in (answer, found))
        common = one.keys() & other.keys()
        self.assertGreaterEqual(len(common), 3)
        self.assertEqual({name: one[name] for name in common}, {name: other[name] for name in common})

    def assert_refused(self, status, code, call, *words, **parameters):
        """The call fails with the SDK's own exception, which has the status, the code and an id; yields it."""
        with self.assertRaises(AlibabaCloudException) as caught:
            call(**parameters)
        error = caught.exception
        self.assertEqual((error.status_code, error.code), (status, code), error.message)
        self.assertIsInstance(error, ClientException if status < 500 else ServerException)
        self.assertRegex(error.request_id, REQUEST_ID)
        self.assertEqual(error.data["RequestId"], error.request_id)
        self.assertEqual(error.data["HostId"], self.endpoint.address)
        for word in words:
            self.assertIn(word, error.message)
        return error

    def assert_gone(self, code, call, **parameters):
        self.assert_refused(404, code, call, **parameters)
