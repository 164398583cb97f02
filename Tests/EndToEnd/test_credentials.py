"""Where credentials come from: the environment, profiles in all their modes, the SDKs' chain. Everything that hands out
credentials is played on loopback."""

import datetime
import json
import os
import time
import unittest

import counterparts
from counterparts import verified
from program import ID_VARIABLE, KEYS, ProgramTest, SECRET_VARIABLE
from service import Service, chosen, error_answer, in_turn, json_answer, silent, text_answer

VPCS = {"RequestId": "R-1", "TotalCount": 0, "PageNumber": 1, "PageSize": 10, "Vpcs": {"Vpc": []}}
SECRETS = ("sk-long-lived", "sk-temporary", "tok-temporary", "eyJ-oidc")


def temporary(number=1, minutes=60):
    expiration = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return {"AccessKeyId": f"STS.{number}", "AccessKeySecret": "sk-temporary", "SecurityToken": "tok-temporary",
            "Expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ")}


class CredentialTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.api = self.service(json_answer(VPCS))

    def service(self, answer):
        service = Service(answer)
        self.addCleanup(service.close)
        return service

    def configure(self, *profiles, current="default", mode=0o600):
        self.file("home/.aliyun/config.json", json.dumps({"current": current, "profiles": list(profiles)}), mode)

    def call(self, text="DescribeVpcs | ignore", *options, env=None, **others):
        result = self.run_program("--endpoint", self.api.url, *options, "-c", text, env=env, **others)
        for secret in SECRETS:
            self.assertNotIn(secret, result.out + result.err)
        return result

    def assert_key(self, key, token=None):
        parameters = self.api.requests[-1].parameters
        self.assertEqual((parameters["AccessKeyId"], parameters.get("SecurityToken")), (key, token))

    def assert_failure(self, result, *words):
        """One clear error with its code and the time that it took; nothing was sent to the API."""
        self.assert_failed(result, 4, "Client.Credentials", *words)
        self.assertRegex(result.err, r"after [\d.]+(ms|s)")
        self.assertEqual(result.err.count("error:"), 1, result)
        self.assertEqual(self.api.requests, [])


AK = {"name": "default", "mode": "AK", "access_key_id": "ak-1", "access_key_secret": "sk-long-lived", "region_id": "cn-beijing"}


class Order(CredentialTest):
    def test_the_current_profile_without_a_word(self):
        self.configure({**AK, "name": "old", "access_key_id": "ak-old"}, AK)
        self.assert_done(self.call(), "")
        self.assert_key("ak-1")
        self.assertEqual(self.api.requests[-1].parameters["RegionId"], "cn-beijing")

    def test_options_before_environment_before_configuration(self):
        self.configure(AK, {**AK, "name": "other", "access_key_id": "ak-2"})
        self.assert_done(self.call(env=KEYS))
        self.assert_key(KEYS[ID_VARIABLE])
        self.assert_done(self.call("DescribeVpcs | ignore", "--profile", "other", env=KEYS))
        self.assert_key("ak-2")
        self.assert_done(self.call(env={"ALIBABA_CLOUD_PROFILE": "other"}))
        self.assert_key("ak-2")

    def test_the_file_of_the_sdks(self):
        self.file("home/.alibabacloud/credentials",
                  "[default]\ntype = sts\naccess_key_id = ak-3\naccess_key_secret = sk-long-lived\nsecurity_token = tok-temporary\n", 0o600)
        self.assert_done(self.call())
        self.assert_key("ak-3", "tok-temporary")

    def test_a_file_that_others_can_read_is_warned_about(self):
        self.configure(AK, mode=0o644)
        result = self.call()
        self.assert_status(result, 0)
        self.assertIn("warning:", result.err)
        self.assertIn("chmod 600", result.err)
        os.chmod(self.home / ".aliyun" / "config.json", 0o600)
        self.assert_done(self.call())

    def test_files_that_cannot_be_used_stop_before_anything_runs(self):
        for content in ("", "{", "[]", '{"profiles": 3}', b"\xff\xfe", "[" * 200_000, '{"current": "x", "profiles": [{"name": "y"}]}'):
            with self.subTest(content[:20]):
                self.file("home/.aliyun/config.json", content, 0o600)
                self.assert_refused(self.call("print ran; DescribeVpcs"), "config.json", status=4)
        self.configure({**AK, "mode": "CloudSSO"})
        self.assert_refused(self.call("print ran; DescribeVpcs"), "CloudSSO", status=4)
        self.assertEqual(self.api.requests, [])

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_a_file_that_cannot_be_read(self):
        self.configure(AK, mode=0)
        self.assert_refused(self.call(), "Permission denied", status=4)


class Profiles(CredentialTest):
    def setUp(self):
        super().setUp()
        self.configure(AK, {**AK, "name": "other", "access_key_id": "ak-2", "region_id": "eu-central-1"}, {"name": "sso", "mode": "CloudSSO"})

    def test_they_are_listed(self):
        result = self.call("profile")
        self.assert_status(result, 0)
        self.assertEqual(json.loads(result.out), [
            {"Profile": "default", "Mode": "AK", "Region": "cn-beijing", "Mark": "", "InUse": True, "Default": True},
            {"Profile": "other", "Mode": "AK", "Region": "eu-central-1", "Mark": "", "InUse": False, "Default": False},
            {"Profile": "sso", "Mode": "CloudSSO", "Region": "", "Mark": "", "InUse": False, "Default": False}])

    def test_a_read_only_profile_sends_no_write(self):
        self.assert_done(self.call("profile read-only default"))
        self.assertEqual(json.loads(self.call("profile").out)[0]["Mark"], "read-only")
        self.api.requests.clear()
        self.assert_failed(self.call("CreateVpc"), 1, "Client.ReadOnly", "'default' is marked read-only")
        self.assertEqual(self.api.requests, [])
        self.assert_done(self.call("DescribeVpcs | ignore"))
        # Another profile is none of its business.
        self.assert_done(self.call("CreateVpc | ignore", "--profile", "other"))
        # The mark is taken back by a person, not by a script.
        for change in ("release", "protect"):
            self.assert_failed(self.call(f"profile {change} default"), 4, "by a person at a prompt")

    def test_a_protected_profile_leaves_deletions_to_a_person(self):
        self.assert_done(self.call("profile protect default; CreateVpc | ignore"))
        self.api.requests.clear()
        for options in ([], ["--yes"]):
            result = self.call("DeleteVpc VpcId=vpc-1", *options)
            self.assert_failed(result, 1, "Client.Declined", "'default' is protected")
        self.assertEqual(self.api.requests, [])
        self.assert_done(self.call("DeleteVpc VpcId=vpc-1 | ignore", "--profile", "other"))

    def test_marks_that_cannot_be_read_let_no_write_through(self):
        self.assert_done(self.call("profile protect default"))
        (self.folder / "config" / "vpcsh" / "profiles.json").write_text("{")
        self.api.requests.clear()
        self.assert_failed(self.call("CreateVpc"), 1, "profiles.json")
        self.assert_done(self.call("DescribeVpcs | ignore"))
        self.assertEqual([request.parameters["Action"] for request in self.api.requests], ["DescribeVpcs"])

    def test_marks_are_of_profiles_that_there_are(self):
        self.assert_failed(self.call("profile protect nobody"), 4, "there is no profile 'nobody'")
        self.assert_refused(self.call("profile guard default"), "cannot be marked 'guard'")

    def test_one_goes_over_to_another(self):
        self.assert_done(self.call("DescribeVpcs | ignore; profile other; DescribeVpcs | ignore; print (region)"), "eu-central-1\n")
        keys = [(request.parameters["AccessKeyId"], request.parameters["RegionId"]) for request in self.api.requests]
        self.assertEqual(keys, [("ak-1", "cn-beijing"), ("ak-2", "eu-central-1")])

    def test_a_region_that_was_given_stays(self):
        self.assert_done(self.call("profile other; DescribeVpcs | ignore", "--region", "cn-shanghai"))
        self.assertEqual(self.api.requests[0].parameters["RegionId"], "cn-shanghai")

    def test_one_that_cannot_be_used_changes_nothing(self):
        text = "profile nobody on error resume; profile sso on error resume; DescribeVpcs | ignore"
        self.assert_done(self.call(text))
        self.assert_key("ak-1")
        self.assert_failed(self.call("profile nobody"), 4, "Client.Credentials", "other")
        self.assert_failed(self.call("profile sso"), 4, "CloudSSO")

    def test_the_embedded_endpoint_knows_none(self):
        self.assert_failed(self.statements("profile other"), 4, "--local")


class Roles(CredentialTest):
    ROLE = {"ram_role_arn": "acs:ram::1:role/night", "ram_session_name": "vpn"}

    def sts(self, answer):
        sts = self.service(answer)
        return sts, {"VPCSH_STS_ENDPOINT": sts.url}

    @unittest.skipIf(counterparts.Utils is None, counterparts.MISSING)
    def test_a_role_is_assumed_once_and_used_for_all_calls(self):
        answer = json_answer({"RequestId": "S", "Credentials": temporary()})
        sts, env = self.sts(verified({"ak-1": "sk-long-lived"}.get, answer))
        self.api.answer = verified({"STS.1": "sk-temporary"}.get, json_answer(VPCS))
        self.configure({**AK, **self.ROLE, "mode": "RamRoleArn", "expired_seconds": 900})
        self.assert_done(self.call("DescribeVpcs | ignore\n" * 5, env=env))
        self.assert_key("STS.1", "tok-temporary")
        self.assertEqual((len(sts.requests), len(self.api.requests)), (1, 5))
        parameters = sts.requests[0].parameters
        self.assertEqual(parameters["RoleArn"], "acs:ram::1:role/night")
        self.assertEqual(parameters["DurationSeconds"], "900")

    def test_roles_in_a_chain(self):
        answers = [json_answer({"RequestId": "S", "Credentials": temporary(number)}) for number in (1, 2)]
        sts, env = self.sts(in_turn(*answers))
        self.configure({**self.ROLE, "name": "default", "mode": "ChainableRamRoleArn", "source_profile": "step"},
                       {**self.ROLE, "name": "step", "mode": "ChainableRamRoleArn", "source_profile": "key"}, {**AK, "name": "key"})
        self.assert_done(self.call(env=env))
        self.assert_key("STS.2", "tok-temporary")
        self.assertEqual([request.parameters["AccessKeyId"] for request in sts.requests], ["ak-1", "STS.1"])

    def test_a_token_that_the_service_takes_for_expired_is_renewed_and_the_call_sent_again(self):
        answers = [json_answer({"RequestId": "S", "Credentials": temporary(number)}) for number in (1, 2)]
        sts, env = self.sts(in_turn(*answers))
        self.api.answer = in_turn(error_answer("InvalidSecurityToken.Expired", 403), json_answer({"RequestId": "R", "VpcId": "v"}))
        self.configure({**AK, **self.ROLE, "mode": "RamRoleArn"})
        self.assert_done(self.call("CreateVpc | ignore", env=env))
        self.assertEqual([request.parameters["AccessKeyId"] for request in self.api.requests], ["STS.1", "STS.2"])
        self.assertEqual(len({request.parameters["ClientToken"] for request in self.api.requests}), 1)

    def test_an_expired_token_of_the_users_own_is_one_clear_error(self):
        self.api.answer = error_answer("InvalidSecurityToken.Expired", 403, "The token is over.")
        result = self.call(env={**KEYS, "ALIBABA_CLOUD_SECURITY_TOKEN": "tok-temporary"})
        self.assert_failed(result, 3, "InvalidSecurityToken.Expired", "ERR-1", "403")
        self.assertEqual(len(self.api.requests), 1)

    def test_what_sts_can_answer_instead(self):
        self.configure({**AK, **self.ROLE, "mode": "RamRoleArn"})
        for name, answer, words in (
                ("refusal", error_answer("NoPermission", 403, "You may not."), ("NoPermission", "You may not.", "403", "ERR-1")),
                ("html", text_answer("<html>", kind="text/html"), ("web page",)), ("empty", text_answer(""), ("empty",)),
                ("no credentials", json_answer({"RequestId": "S"}), ("no credentials",)),
                ("half of them", json_answer({"Credentials": {"AccessKeyId": "x"}}), ("no access key",))):
            with self.subTest(name):
                _, env = self.sts(answer)
                self.assert_failure(self.call(env=env), *words)

    def test_sts_that_is_not_there(self):
        self.configure({**AK, **self.ROLE, "mode": "RamRoleArn"})
        self.assert_failure(self.call(env={"VPCSH_STS_ENDPOINT": "http://127.0.0.1:1"}), "cannot be reached")

    def test_an_oidc_token(self):
        sts, env = self.sts(json_answer({"RequestId": "S", "Credentials": temporary()}))
        token = self.file("token", "eyJ-oidc\n", 0o600)
        profile = {**self.ROLE, "name": "default", "mode": "OIDC", "oidc_provider_arn": "acs:ram::1:oidc-provider/p", "oidc_token_file": token}
        variables = {"ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1:role/night", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1:oidc-provider/p",
                     "ALIBABA_CLOUD_OIDC_TOKEN_FILE": token}
        for way in ("profile", "environment"):
            with self.subTest(way):
                if way == "profile":
                    self.configure(profile)
                else:
                    os.unlink(self.home / ".aliyun" / "config.json")
                    env.update(variables)
                self.assert_done(self.call(env=env))
                self.assert_key("STS.1", "tok-temporary")
                parameters = sts.requests[-1].parameters
                self.assertEqual(parameters["Action"], "AssumeRoleWithOIDC")
                self.assertEqual(parameters["OIDCToken"], "eyJ-oidc")
                self.assertNotIn("Signature", parameters)
        os.unlink(token)
        self.api.requests.clear()
        self.assert_failure(self.call(env=env), "is not there")

    def test_a_refused_oidc_token_is_not_repeated(self):
        _, env = self.sts(error_answer("AuthenticationFail.OIDCToken.Expired", 400, "eyJ-oidc is over"))
        token = self.file("token", "eyJ-oidc", 0o600)
        self.configure({**self.ROLE, "name": "default", "mode": "OIDC", "oidc_provider_arn": "p", "oidc_token_file": token})
        self.assert_failure(self.call(env=env), "AuthenticationFail.OIDCToken.Expired", "**** is over")


class Instance(CredentialTest):
    def metadata(self, answer):
        service = self.service(answer)
        return service, {"VPCSH_METADATA_ENDPOINT": service.url}

    @staticmethod
    def good(request):
        if request.path == "/latest/api/token":
            return text_answer("meta-token") if request.method == "PUT" else text_answer("", 405)
        if request.headers.get("X-aliyun-ecs-metadata-token") != "meta-token":
            return text_answer("", 403)
        if request.path.endswith("/security-credentials/"):
            return text_answer("web-role")
        return json_answer({"Code": "Success", **temporary()}) if request.path.endswith("/web-role") else text_answer("", 404)

    def test_the_role_of_the_instance(self):
        for name in ("web-role", None):
            with self.subTest(name):
                metadata, env = self.metadata(chosen(self.good))
                self.configure({"name": "default", "mode": "EcsRamRole", **({"ram_role_name": name} if name else {})})
                self.assert_done(self.call("DescribeVpcs | ignore; DescribeVpcs | ignore", env=env))
                self.assert_key("STS.1", "tok-temporary")
                self.assertEqual(len(metadata.requests), 2 if name else 3)

    def test_by_the_environment(self):
        _, env = self.metadata(chosen(self.good))
        self.assert_done(self.call(env={**env, "ALIBABA_CLOUD_ECS_METADATA": "web-role"}))
        self.assert_key("STS.1", "tok-temporary")

    def test_what_it_can_answer_instead(self):
        self.configure({"name": "default", "mode": "EcsRamRole"})
        for name, answer, word in (("nothing", text_answer("", 404), "404"), ("html", text_answer("<html> </html>"), "no role"),
                                   ("failure", chosen(lambda request: self.good(request) if "web-role" not in request.path else json_answer({"Code": "Failed"})), "Failed")):
            with self.subTest(name):
                _, env = self.metadata(answer)
                self.assert_failure(self.call(env=env), word)

    def test_silence_is_given_up_after_seconds(self):
        self.configure({"name": "default", "mode": "EcsRamRole"})
        _, env = self.metadata(silent)
        start = time.monotonic()
        self.assert_failure(self.call(env=env), "does not answer")
        self.assertLess(time.monotonic() - start, 10)


class External(CredentialTest):
    def program(self, script, **profile):
        path = self.file("get key", f"#!/bin/sh\n{script}\n", 0o755)
        self.configure({"name": "default", "mode": "External", "process_command": f"'{path}' first \"second third\"", **profile})

    GOOD = {"mode": "StsToken", "access_key_id": "ak-x", "access_key_secret": "sk-temporary", "sts_token": "tok-temporary"}

    def test_a_program_hands_them_out_once(self):
        self.program(f"echo \"$# $2\" >> '{self.folder}/calls'; echo '{json.dumps(self.GOOD)}'")
        self.assert_done(self.call("DescribeVpcs | ignore; DescribeVpcs | ignore"))
        self.assert_key("ak-x", "tok-temporary")
        self.assertEqual((self.folder / "calls").read_text(), "2 second third\n")

    def test_it_does_not_read_the_script_from_standard_input(self):
        self.program(f"cat > /dev/null; echo '{json.dumps(self.GOOD)}'")
        result = self.run_program("--endpoint", self.api.url, stdin="DescribeVpcs | ignore\nprint done\n")
        self.assert_done(result, "done\n")

    def test_what_can_go_wrong(self):
        for name, script, words in (
                ("fails", "exit 3", ("status 3",)), ("is killed", "kill -9 $$", ("signal 9",)), ("says nothing", "true", ("no record in JSON",)),
                ("prints rubbish", "echo sk-temporary tok-temporary", ("no record in JSON",)),
                ("prints half", "echo '{\"mode\": \"AK\", \"access_key_id\": \"x\"'", ("no record in JSON",)),
                ("prints without end", "yes", ("1 MiB",)), ("names no key", "echo '{\"mode\": \"AK\"}'", ("access_key_id",))):
            with self.subTest(name):
                self.program(script)
                self.assert_failure(self.call(), *words)
        self.configure({"name": "default", "mode": "External", "process_command": "/no/such/program"})
        self.assert_failure(self.call(), "/no/such/program", "No such file")

    def test_one_that_hangs_is_ended_with_all_that_it_started(self):
        self.program(f"(sleep 61; true) & echo $! > '{self.folder}/child'; sleep 61")
        start = time.monotonic()
        self.assert_failure(self.call("DescribeVpcs", "--timeout", "1s"), "did not end within 1s")
        self.assertLess(time.monotonic() - start, 10)
        child = int((self.folder / "child").read_text())
        for _ in range(100):
            try:
                os.kill(child, 0)
            except ProcessLookupError:
                break
            time.sleep(0.02)
        else:
            self.assertIn("Z", open(f"/proc/{child}/stat").read().split()[2])

    def test_what_it_writes_to_standard_error_is_for_the_user(self):
        self.program(f"echo 'confirm on your phone' >&2; echo '{json.dumps(self.GOOD)}'")
        result = self.call()
        self.assert_status(result, 0)
        self.assertEqual(result.err, "confirm on your phone\n")


class URI(CredentialTest):
    def test_a_service_hands_them_out(self):
        service = self.service(json_answer({"Code": "Success", **temporary()}))
        for way in ("profile", "environment"):
            with self.subTest(way):
                env = {}
                if way == "profile":
                    self.configure({"name": "default", "mode": "CredentialsURI", "credentials_uri": service.url + "/creds?for=me"})
                else:
                    os.unlink(self.home / ".aliyun" / "config.json")
                    env = {"ALIBABA_CLOUD_CREDENTIALS_URI": service.url + "/creds?for=me"}
                self.assert_done(self.call(env=env))
                self.assert_key("STS.1", "tok-temporary")
                self.assertEqual((service.requests[-1].method, service.requests[-1].path), ("GET", "/creds?for=me"))

    def test_what_it_can_answer_instead(self):
        for name, answer, word in (("failure", text_answer("tok-temporary", 500), "500"), ("rubbish", text_answer("sk-temporary"), "record"),
                                   ("refusal", json_answer({"Code": "Denied"}), "Denied")):
            with self.subTest(name):
                self.configure({"name": "default", "mode": "CredentialsURI", "credentials_uri": self.service(answer).url})
                self.assert_failure(self.call(), word)
