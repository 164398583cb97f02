"""Which service is meant: credentials, profiles, regions, the embedded endpoint's database."""

import json
import os
import pathlib
import shutil
import sqlite3
import stat

from program import (
    ID_VARIABLE, KEYS, MEMORY, REGION_VARIABLE, SECRET_VARIABLE, TOKEN_VARIABLE, ProgramTest)
from service import Service, json_answer

VPCS = {"RequestId": "R-1", "TotalCount": 0, "PageNumber": 1, "PageSize": 10, "Vpcs": {"Vpc": []}}


class Credentials(ProgramTest):
    def test_without_any_a_program_that_calls_stops_before_it_starts(self):
        for way, result in self.each_way("print ran\nDescribeVpcs\n"):
            with self.subTest(way):
                self.assert_refused(result, ID_VARIABLE, SECRET_VARIABLE, "--local", status=4)

    def test_without_any_a_call_in_a_branch_or_a_function_stops_it_too(self):
        for text in ("print ran\nif false { DescribeVpcs }", "print ran\nlet n = (DescribeVpcs).TotalCount"):
            with self.subTest(text):
                self.assert_refused(self.run_program("-c", text), ID_VARIABLE, status=4)

    def test_half_of_them(self):
        cases = [({ID_VARIABLE: "testid"}, SECRET_VARIABLE), ({SECRET_VARIABLE: "s3cr3t"}, ID_VARIABLE),
                 ({TOKEN_VARIABLE: "t0k3n"}, ID_VARIABLE), ({ID_VARIABLE: "testid", SECRET_VARIABLE: ""}, SECRET_VARIABLE)]
        for env, missing in cases:
            with self.subTest(env):
                result = self.run_program("-c", "print ran\nDescribeVpcs", env=env)
                self.assert_refused(result, missing, status=4)
                self.assertNotIn("s3cr3t", result.err)
                self.assertNotIn("t0k3n", result.err)

    def test_check_and_the_embedded_endpoint_need_none(self):
        self.assert_done(self.run_program("check", "-", stdin="DescribeVpcs"), "")
        self.assert_done(self.run_program(MEMORY, "-c", "let n = (DescribeVpcs).TotalCount; print $n"), "0\n")

    def test_the_embedded_endpoint_does_not_mind_those_that_there_are(self):
        for env in (KEYS, {ID_VARIABLE: "half"}):
            self.assert_done(self.statements("let n = (DescribeVpcs).TotalCount; print $n", env=env), "0\n")


class Regions(ProgramTest):
    def region_of_call(self, *options, env=None, text="DescribeVpcs"):
        service = Service(json_answer(VPCS))
        self.addCleanup(service.close)
        result = self.run_program("--endpoint", service.url, *options, "-c", text, env={**KEYS, **(env or {})})
        self.assert_status(result, 0)
        return service.requests[-1].parameters["RegionId"]

    def test_where_the_region_comes_from(self):
        self.assertEqual(self.region_of_call(env={REGION_VARIABLE: "eu-central-1"}), "eu-central-1")
        self.assertEqual(self.region_of_call("--region", "cn-beijing", env={REGION_VARIABLE: "eu-central-1"}), "cn-beijing")
        self.assertEqual(self.region_of_call("--region=cn-beijing"), "cn-beijing")
        self.assertEqual(self.region_of_call("--region=cn-beijing", text="DescribeVpcs RegionId=ap-southeast-1"), "ap-southeast-1")
        self.assertEqual(self.region_of_call("--region=cn-beijing", text="region us-west-1; DescribeVpcs"), "us-west-1")
        self.assertEqual(self.region_of_call(text="region cn-beijing; DescribeVpcs"), "cn-beijing")
        self.assertNotEqual(self.region_of_call(env={REGION_VARIABLE: ""}), "")

    def test_a_region_that_cannot_be_one_sends_nothing(self):
        service = Service(json_answer(VPCS))
        self.addCleanup(service.close)
        for region in ("evil.example/", "a b", "", "x@y", "../.."):
            with self.subTest(region):
                result = self.run_program("--region", region, "-c", "DescribeVpcs", env=KEYS, timeout=10)
                self.assertIn(result.status, (2, 4), result)
                self.assertIn(region or "region", result.err)


class Profiles(ProgramTest):
    def write(self, content):
        self.file("home/.aliyun/config.json", content if isinstance(content, (str, bytes)) else json.dumps(content))

    def call(self, profile, env=None):
        service = Service(json_answer(VPCS))
        self.addCleanup(service.close)
        result = self.run_program("--endpoint", service.url, "--profile", profile, "-c", "DescribeVpcs", env=env)
        return result, service.requests

    CONFIGURATION = {
        "current": "default",
        "profiles": [
            {"name": "default", "mode": "AK", "access_key_id": "ak-default", "access_key_secret": "sk-default",
             "region_id": "cn-shanghai", "output_format": "json", "language": "en"},
            {"name": "sts", "mode": "StsToken", "access_key_id": "ak-sts", "access_key_secret": "sk-sts",
             "sts_token": "the-token", "region_id": "cn-beijing"},
            {"name": "arn", "mode": "RamRoleArn", "access_key_id": "ak", "access_key_secret": "sk"},
            {"name": "empty", "mode": "AK", "access_key_id": "", "access_key_secret": ""},
        ],
    }

    def test_keys_of_a_profile(self):
        self.write(self.CONFIGURATION)
        result, requests = self.call("default", env={ID_VARIABLE: "other", SECRET_VARIABLE: "other"})
        self.assert_status(result, 0)
        self.assertEqual(requests[0].parameters["AccessKeyId"], "ak-default")
        self.assertNotIn("SecurityToken", requests[0].parameters)

    def test_token_of_a_profile(self):
        self.write(self.CONFIGURATION)
        result, requests = self.call("sts")
        self.assert_status(result, 0)
        self.assertEqual(requests[0].parameters["AccessKeyId"], "ak-sts")
        self.assertEqual(requests[0].parameters["SecurityToken"], "the-token")

    def test_the_region_of_a_profile_is_used_where_no_other_is_given(self):
        self.write(self.CONFIGURATION)
        self.assertEqual(self.call("default")[1][0].parameters["RegionId"], "cn-shanghai")
        requests = self.call("default", env={REGION_VARIABLE: "eu-central-1"})[1]
        self.assertIn(requests[0].parameters["RegionId"], ("cn-shanghai", "eu-central-1"))

    def test_profiles_that_cannot_be_used(self):
        self.write(self.CONFIGURATION)
        for name, word in (("nobody", "sts"), ("arn", "RamRoleArn"), ("empty", "empty"), ("", "")):
            with self.subTest(name):
                result, requests = self.call(name)
                self.assert_refused(result, word, status=4)
                self.assertEqual(requests, [])

    def test_files_that_cannot_be_used(self):
        for content in ("", "{", "[]", "null", '{"profiles": 3}', b"\xff\xfe", '{"profiles": [3, null, {"name": 4}]}', "[" * 200_000):
            with self.subTest(content[:30]):
                self.write(content)
                self.assert_refused(self.call("default")[0], status=4)

    def test_no_file_or_a_folder_in_its_place(self):
        self.assert_refused(self.call("default")[0], "default", status=4)
        (self.home / ".aliyun" / "config.json").mkdir(parents=True)
        self.assert_refused(self.call("default")[0], "config.json", status=4)
        self.assert_refused(self.call("default", env={"HOME": ""})[0], status=4)


class Databases(ProgramTest):
    COUNT = "let n = (DescribeVpcs).TotalCount; print $n"

    def test_a_database_keeps_its_state_between_runs(self):
        option = f"--local={self.folder}/a.db"
        self.assert_status(self.statements("CreateVpc CidrBlock=10.0.0.0/16", option), 0)
        self.assert_done(self.statements(self.COUNT, option), "1\n")
        self.assert_done(self.statements(self.COUNT, f"--local={self.folder}/b.db"), "0\n")

    def test_one_in_memory_is_thrown_away(self):
        self.assert_status(self.statements("CreateVpc"), 0)
        self.assert_done(self.statements(self.COUNT), "0\n")
        self.assertEqual(os.listdir(self.folder), ["home"])

    def test_without_a_name_it_lies_in_the_state_folder_which_is_private(self):
        old = os.umask(0)
        try:
            self.assert_status(self.statements("CreateVpc", "--local"), 0)
        finally:
            os.umask(old)
        self.assert_done(self.statements(self.COUNT, "--local"), "1\n")
        folder = self.state / "vpcsh"
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
        self.assertTrue(any(folder.iterdir()))
        self.assertEqual(list(self.home.iterdir()), [])

    def test_nobody_else_can_read_a_database(self):
        # It holds pre-shared keys in plain text, and --local=FILE can lie in a folder that others enter.
        path = self.folder / "a.db"
        self.assert_status(self.statements("CreateVpc", f"--local={path}"), 0)
        for file in self.folder.glob("a.db*"):
            self.assertEqual(stat.S_IMODE(file.stat().st_mode) & 0o077, 0, f"{file.name} can be read by others")

    def test_the_file_holds_everything_once_the_program_has_ended(self):
        path = self.folder / "a.db"
        self.assert_status(self.statements("CreateVpc", f"--local={path}"), 0)
        shutil.copy(path, self.folder / "copy.db")
        self.assert_done(self.statements(self.COUNT, f"--local={self.folder}/copy.db"), "1\n")

    def test_damaged_databases(self):
        path = self.folder / "a.db"
        text = "let i = 0\nwhile $i < 30 { let v = CreateVpc\nset i = $i + 1 }"
        self.assert_status(self.statements(text, f"--local={path}"), 0)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.close()
        whole = path.read_bytes()
        noise = bytes(range(256)) * 16
        damaged = {"cut": whole[:len(whole) // 2], "header": whole[:20] + noise[:60] + whole[80:],
                   "schema": whole[:100] + noise[:2000] + whole[2100:], "pages": whole[:4096] + noise * (len(whole) // 4096 - 1),
                   "one byte": whole[:18] + b"\xff" + whole[19:]}
        for name, content in damaged.items():
            for call in ("DescribeVpcs", "CreateVpc"):
                with self.subTest(name, call=call):
                    copy = self.file(f"{name}-{call}.db", content)
                    result = self.statements(call, f"--local={copy}")
                    self.assertIn(result.status, (0, 3, 4), result)
                    if result.status == 0 and call == "DescribeVpcs":
                        self.assertEqual(json.loads(result.out)["TotalCount"], 30, "records vanished without a word")

    def test_another_programs_database_is_left_alone(self):
        path = self.folder / "other.db"
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE t (x)")
        connection.commit()
        connection.close()
        before = path.read_bytes()
        self.assert_refused(self.statements("CreateVpc", f"--local={path}"), "other.db", status=4)
        self.assertEqual(path.read_bytes(), before)

    def test_without_a_state_folder_it_lies_in_the_home_folder(self):
        env = {"XDG_STATE_HOME": ""}
        self.assert_status(self.statements("CreateVpc", "--local", env=env), 0)
        self.assertTrue((self.home / ".local/state/vpcsh").is_dir())
        self.assert_done(self.statements(self.COUNT, "--local", env={"XDG_STATE_HOME": "relative"}), "1\n")
        self.assertFalse((self.folder / "relative").exists())

    def test_without_any_home(self):
        result = self.statements("CreateVpc", "--local", env={"XDG_STATE_HOME": "", "HOME": ""})
        self.assertIn(result.status, (2, 4), result)
        self.assertIn("error:", result.err)

    def test_local_stands_without_a_value_before_everything(self):
        path = self.file("count.vpcsh", self.COUNT)
        self.assert_done(self.run_program("--local", path), "0\n")
        self.assert_done(self.run_program("--local", "--format", "json", path), "0\n")
        self.assert_done(self.run_program("--format", "json", "--local", path), "0\n")
        self.assert_done(self.run_program("--local", "-", stdin=self.COUNT), "0\n")
        self.assert_done(self.run_program("--local", stdin=self.COUNT), "0\n")
        self.assert_done(self.run_program("-c", self.COUNT, "--local"), "0\n")

    def test_paths_that_are_no_database(self):
        text = self.file("a.txt", "just some text\n" * 100)
        cases = {"a folder": str(self.folder), "a text file": text, "a device": "/dev/null/x", "a full device": "/dev/full",
                 "a missing folder": f"{self.folder}/no/such/a.db"}
        for name, path in cases.items():
            with self.subTest(name):
                result = self.statements("CreateVpc", f"--local={path}")
                self.assert_refused(result, path, status=result.status if result.status in (2, 4) else 4)
                self.assertNotIn("because of", result.err)
        self.assertEqual(pathlib.Path(text).read_text(), "just some text\n" * 100, "a file of the user's was changed")

    def test_processes_that_begin_a_database_at_once(self):
        for attempt in range(6):
            option = f"--local={self.folder}/new-{attempt}.db"
            processes = [self.start(option, "-c", "CreateVpc") for _ in range(4)]
            for process in processes:
                _, err = process.communicate(timeout=30)
                self.assertEqual((process.returncode, err.decode()), (0, ""))
            self.assert_done(self.statements(self.COUNT, option), "4\n")

    def test_two_processes_at_once(self):
        option = f"--local={self.folder}/shared.db"
        self.assert_done(self.statements(self.COUNT, option), "0\n")
        text = "let i = 0\nwhile $i < 40 { CreateVpc CidrBlock=10.0.0.0/16\nset i = $i + 1 }"
        processes = [self.start(option, "--format", "jsonl", "-c", text) for _ in range(2)]
        identities = []
        for process in processes:
            out, err = process.communicate(timeout=30)
            self.assertEqual((process.returncode, err.decode()), (0, ""))
            identities += [json.loads(line)["VpcId"] for line in out.splitlines()]
        self.assertEqual(len(set(identities)), 80)
        self.assert_done(self.statements(self.COUNT, option), "80\n")

    def test_what_was_answered_survives_a_kill(self):
        option = f"--local={self.folder}/killed.db"
        text = "while true { let vpc = CreateVpc CidrBlock=10.0.0.0/16\nprint $vpc.VpcId\nwait 1ms }"
        process = self.start(option, "-c", text)
        answered = [process.stdout.readline().strip() for _ in range(5)]
        process.kill()
        answered += process.stdout.read().split()
        process.wait()
        kept = json.loads(self.statements("DescribeVpcs PageSize=50", option).out)
        self.assertGreaterEqual(kept["TotalCount"], len(answered))
        identities = {vpc["VpcId"] for vpc in kept["Vpcs"]["Vpc"]}
        for identity in answered[:5]:
            self.assertIn(identity.decode(), identities)
