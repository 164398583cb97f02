"""The journal: what a run has written can be told, whatever became of the run."""

import json
import os
import signal
import stat
import unittest

from program import KEYS, MEMORY, ProgramTest
from service import Service, error_answer, in_turn, json_answer, reset, silent

PSK = "hunter2hunter2"


class JournalTest(ProgramTest):
    def service(self, answer):
        service = Service(answer)
        self.addCleanup(service.close)
        return service

    def runs(self):
        result = self.run_program("journal")
        self.assert_status(result, 0)
        return json.loads(result.out)

    def writes(self, run):
        result = self.run_program("journal", run)
        self.assert_status(result, 0)
        return json.loads(result.out)


class Killed(JournalTest):
    def test_a_run_that_was_killed_while_a_write_was_under_way(self):
        service = self.service(silent)
        text = self.file("night.vpcsh", "CreateVpc VpcName=made\nprint never\n")
        process = self.start("--endpoint", service.url, text, env=KEYS)
        self.assertTrue(service.arrived.wait(20))
        # What it means to do is in the journal before it is done, and the run is known to be alive.
        (run,) = self.runs()
        self.assertEqual((run["Ended"], run["Program"], run["Target"], run["Unknown"]), ("running", text, "env", 1))
        process.kill()
        process.wait()
        (run,) = self.runs()
        self.assertEqual((run["Ended"], run["Writes"], run["Unknown"]), ("killed", 1, 1))
        (write,) = self.writes(run["Run"])
        self.assertEqual((write["Action"], write["Outcome"], write["Sendings"]), ("CreateVpc", "unknown", 1))
        self.assertEqual(write["ClientToken"], service.requests[0].parameters["ClientToken"])
        self.assertEqual(write["Parameters"]["VpcName"], "made")
        # With the token the write can be sent again without harm.
        service.answer = json_answer({"RequestId": "R", "VpcId": "vpc-1"})
        self.assert_status(self.run_program(
            "--endpoint", service.url, "-c", f"CreateVpc VpcName=made ClientToken={write['ClientToken']}", env=KEYS), 0)
        self.assertEqual(len({request.parameters["ClientToken"] for request in service.requests}), 1)

    def test_kills_at_any_moment_leave_a_journal_that_accounts_for_every_request(self):
        for round_number in range(20 if os.environ.get("VPCSH_LONG") else 6):
            service = self.service(json_answer({"RequestId": "R", "VpcId": "vpc-1"}))
            process = self.start("--endpoint", service.url, "-c", "while true { CreateVpc | ignore }", env=KEYS)
            self.assertTrue(service.arrived.wait(20))
            while len(service.requests) < 5 + 7 * round_number:
                pass
            process.kill()
            process.wait()
            run = self.runs()[0]
            writes = self.writes(run["Run"])
            sent = [request.parameters["ClientToken"] for request in service.requests]
            noted = [write["ClientToken"] for write in writes]
            self.assertEqual(noted[:len(sent)], sent, "a request left that was not noted before")
            self.assertLessEqual(len(noted), len(sent) + 1)
            self.assertTrue(all(write["Outcome"] == "done" for write in writes[:-1]))
            self.assertIn(writes[-1]["Outcome"], ("done", "unknown"))

    def test_a_database_of_the_embedded_endpoint(self):
        option = f"--local={self.folder}/a.db"
        process = self.start(option, "-c", "let v = CreateVpc; print $v.VpcId; wait 60s")
        identity = process.stdout.readline().decode().strip()
        process.kill()
        process.wait()
        (run,) = self.runs()
        self.assertEqual((run["Ended"], run["Target"]), ("killed", "local"))
        self.assertIn(f"VpcId={identity}", self.writes(run["Run"])[0]["Made"])


class Ended(JournalTest):
    def test_what_is_known_of_writes_that_came_to_an_end(self):
        service = self.service(in_turn(
            json_answer({"RequestId": "R-1", "VpcId": "vpc-1"}), error_answer("QuotaExceeded.Vpc", 400), reset,
            json_answer({"RequestId": "R-2", "VpcId": "vpc-2"}), reset, error_answer("Throttling.User", 400)))
        text = ("CreateVpc | ignore\nCreateVpc on error resume\nCreateVpc | ignore\n"
                "CreateVpc on error resume\nexit 7")
        result = self.run_program("--endpoint", service.url, "--timeout", "2s", "-c", text, env=KEYS)
        self.assert_status(result, 7)
        (run,) = self.runs()
        self.assertEqual((run["Ended"], run["Program"], run["Writes"], run["Unknown"]), ("status 7", "-c", 4, 1), self.writes(run["Run"]))
        writes = self.writes(run["Run"])
        self.assertEqual([write["Outcome"] for write in writes], ["done", "refused", "done", "unknown"])
        self.assertEqual([write["RequestId"] for write in writes[:3]], ["R-1", "ERR-1", "R-2"])
        self.assertEqual(writes[1]["Code"], "QuotaExceeded.Vpc")
        self.assertEqual(writes[2]["Sendings"], 2)

    def test_reads_leave_none_nor_does_what_is_thrown_away_or_not_sent(self):
        service = self.service(json_answer({"RequestId": "R"}))
        self.run_program("--endpoint", service.url, "-c", "DescribeVpcs", env=KEYS)
        self.run_program("--endpoint", service.url, "--read-only", "-c", "CreateVpc", env=KEYS)
        self.run_program("--endpoint", service.url, "--dry-run", "-c", "CreateVpc", env=KEYS)
        self.statements("CreateVpc", MEMORY)
        self.assertEqual(self.runs(), [])

    def test_no_secret_and_nobody_elses_business(self):
        service = self.service(json_answer({"RequestId": "R"}))
        text = ("param psk: secret\nCreateVpnConnection VpnGatewayId=v CustomerGatewayId=c LocalSubnet=a RemoteSubnet=b "
                "IkeConfig={Psk: $psk} Name=visible")
        self.assert_status(self.run_program(
            "--endpoint", service.url, "-c", text, "--", "--psk", "env:P", env={**KEYS, "P": PSK}), 0)
        folder = self.state / "vpcsh" / "journal"
        (file,) = folder.iterdir()
        content = file.read_text()
        self.assertNotIn(PSK, content)
        self.assertNotIn("testsecret", content)
        self.assertIn("visible", content)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)

    def test_no_write_is_sent_that_the_journal_cannot_tell_of(self):
        service = self.service(json_answer({"RequestId": "R", "VpcId": "v"}))
        blocked = self.file("blocked", "a file where a folder is due")
        result = self.run_program("--endpoint", service.url, "-c", "CreateVpc | ignore", env={**KEYS, "XDG_STATE_HOME": blocked})
        self.assert_refused(result, "Script.File", "CreateVpc was not sent", "journal", status=1)
        self.assertEqual(service.requests, [])
        # Reads need none.
        result = self.run_program("--endpoint", service.url, "-c", "CreateVpc on error Script.File resume; DescribeVpcs VpcId=v | ignore on error resume", env={**KEYS, "XDG_STATE_HOME": blocked})
        self.assertEqual([request.parameters["Action"] for request in service.requests], ["DescribeVpcs"], result)


class Looking(JournalTest):
    def test_formats_and_names(self):
        option = f"--local={self.folder}/a.db"
        self.statements("CreateVpc | ignore", option)
        (run,) = self.runs()
        self.assertIn("Run", self.run_program("journal", "--format", "table").out)
        self.assertEqual(len(self.writes(run["Run"][:12])), 1)
        self.assert_refused(self.run_program("journal", "nothing"), "nothing")
        self.assert_refused(self.run_program("journal", "--format", "nothing"), "nothing")
        self.statements("CreateVpc | ignore", option)
        self.assert_refused(self.run_program("journal", "2"), "several")

    def test_lines_that_are_none_and_files_that_are_none(self):
        self.statements("CreateVpc | ignore", f"--local={self.folder}/a.db")
        folder = self.state / "vpcsh" / "journal"
        (file,) = folder.iterdir()
        file.write_bytes(file.read_bytes()[:-30] + b"\xff\x00{\n[]\nnull")
        (folder / "empty.jsonl").write_bytes(b"")
        (folder / "other.txt").write_bytes(b"x")
        runs = self.runs()
        self.assertEqual(len(runs), 2)
        self.assertEqual([run["Writes"] for run in runs if run["Run"] != "empty"], [1])

    def test_without_any(self):
        self.assertEqual(self.runs(), [])
        self.assert_refused(self.run_program("journal", env={"HOME": "", "XDG_STATE_HOME": ""}), "home")
