"""The ways in: a file, the first line of a script, standard input, -c; and the arguments of scripts."""

import os

from program import (
    ID_VARIABLE, MEMORY, PROGRAM, REGION_VARIABLE, SECRET_VARIABLE, TOKEN_VARIABLE, ProgramTest)


class WaysIn(ProgramTest):
    def test_file_argument_pipe_and_dash_mean_the_same(self):
        for way, result in self.each_way("let x = 40\nprint ($x + 2)\n"):
            with self.subTest(way):
                self.assert_done(result, "42\n")

    def test_a_script_is_run_through_its_first_line_from_the_path(self):
        (self.folder / "bin").mkdir()
        os.symlink(PROGRAM, self.folder / "bin" / "vpcsh")
        self.file("bin/greet", "#!/usr/bin/env vpcsh\nparam who = \"you\"\nprint \"hello $who\"\n", mode=0o755)
        path = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        result = self.run_program("-c", "greet --who me", env=path, program="/bin/sh")
        self.assert_done(result, "hello me\n")

    def test_nothing_at_all_is_a_program_that_does_nothing(self):
        for way, result in self.each_way(""):
            with self.subTest(way):
                self.assert_done(result, "")
        for way, result in self.each_way("# only a comment"):
            with self.subTest(way, text="a comment"):
                self.assert_done(result, "")

    def test_a_file_may_end_without_a_newline_have_a_byte_order_mark_or_carriage_returns(self):
        self.assert_done(self.run_program(self.file("a.vpcsh", "print one")), "one\n")
        self.assert_done(self.run_program(self.file("b.vpcsh", b"\xef\xbb\xbfprint one\n")), "one\n")
        self.assert_done(self.run_program(self.file("c.vpcsh", b"print one\r\nprint two\r\n")), "one\ntwo\n")

    def test_files_with_awkward_names(self):
        for name in ("with blank.vpcsh", "uml\u00e4ut.vpcsh", "check.vpcsh", "a=b.vpcsh"):
            with self.subTest(name):
                self.assert_done(self.run_program(self.file(name, "print ok")), "ok\n")

    def test_a_file_named_like_an_option_or_a_word_of_the_shell_is_reached_by_a_path(self):
        for name in ("check", "-c", "--local", "help", "run"):
            with self.subTest(name):
                self.file(name, "print ok")
                self.assert_done(self.run_program(f"./{name}"), "ok\n")

    def test_options_behind_the_script_are_the_scripts(self):
        path = self.file("a.vpcsh", "param region = \"none\"\nparam format = \"none\"\nprint $region $format\n")
        self.assert_done(self.run_program("--region", "cn-beijing", path, "--region", "here", "--format=x"), "here x\n")

    def test_what_c_runs_has_arguments_behind_two_dashes(self):
        text = "param x: int\nprint ($x + 1)"
        self.assert_done(self.run_program("-c", text, "--", "--x", "1"), "2\n")
        self.assert_done(self.run_program("-", "--x=1", stdin=text), "2\n")

    def test_c_needs_its_statements(self):
        self.assert_refused(self.run_program("-c"))

    def test_c_given_twice_does_not_silently_drop_one(self):
        result = self.run_program("-c", "print one", "-c", "print two")
        self.assertTrue(result.status == 2 or result.out == "one\ntwo\n", result)

    def test_options_behind_c_are_heeded_or_refused(self):
        result = self.run_program(MEMORY, "-c", "CreateVpc", "--read-only")
        self.assertIn(result.status, (1, 2), result)
        result = self.run_program(MEMORY, self.file("a.vpcsh", "CreateVpc"), "--dry-run")
        self.assert_refused(result)

    def test_standard_input_is_read_whole_before_anything_runs(self):
        result = self.run_program(stdin="print one\nprint $nowhere\n")
        self.assert_refused(result, "<stdin>:2:7: error:")


class OptionsOfTheProgram(ProgramTest):
    def test_version(self):
        result = self.run_program("--version")
        self.assert_done(result)
        self.assertRegex(result.out, r"\Avpcsh \d+\.\d+\.\d+\n\Z")

    def test_version_behind_other_options(self):
        for options in (["--local=:memory:"], ["--no-rc"], ["--yes", "--trace"]):
            self.assert_done(self.run_program(*options, "--version"), self.run_program("--version").out)

    def test_help_names_every_option_and_way_in(self):
        result = self.run_program("--help")
        self.assert_done(result)
        words = ["--local", "--endpoint", "--insecure", "--region", "--profile", "--format", "--dry-run", "--read-only",
                 "--yes", "--timeout", "--trace", "--no-rc", "--version", "--help", "-c", "check", "table", "vertical",
                 "jsonl", "csv", "tsv", "yaml", ID_VARIABLE, SECRET_VARIABLE, TOKEN_VARIABLE, REGION_VARIABLE]
        self.assertEqual([word for word in words if word not in result.out], [], "not in --help")
        for line in result.out.splitlines():
            self.assertLessEqual(len(line), 100, "help is to be read on any terminal")

    def test_help_of_check(self):
        result = self.run_program("check", "--help")
        self.assert_done(result)
        self.assertIn("check", result.out)

    def test_unknown_options_are_named_and_nothing_runs(self):
        for option in ("--lcoal", "--dryrun", "--readonly", "-x", "--read-only=yes"):
            with self.subTest(option):
                self.assert_refused(self.run_program(option, "-c", "print ran"), option.split("=")[0])

    def test_a_mistyped_option_before_a_script_is_not_taken_for_a_file(self):
        path = self.file("a.vpcsh", "print ran")
        result = self.run_program("--dry-rum", path)
        self.assert_refused(result, "--dry-rum")
        self.assertNotIn("No such file", result.err)

    def test_values_that_options_cannot_have(self):
        for arguments in (["--format", "xml"], ["--timeout", "soon"], ["--timeout", "0s"], ["--timeout=-1s"]):
            with self.subTest(arguments):
                self.assert_refused(self.run_program(*arguments, "-c", "print ran"))
        self.assert_refused(self.run_program("--format"))

    def test_two_targets_at_once(self):
        self.assert_refused(
            self.run_program(MEMORY, "--endpoint", "http://127.0.0.1:1", "-c", "print ran"), "--local", "--endpoint")

    def test_an_unknown_region_is_no_reason_to_send_anything(self):
        result = self.run_program(MEMORY, "--region", "cn-nowhere", "-c", "DescribeVpcs")
        self.assert_failed(result, 3, "InvalidRegionId.NotFound", "cn-nowhere")


class ScriptParameters(ProgramTest):
    TYPES = """
        param s
        param i: int
        param f: float
        param b: bool
        param d: duration
        param l: list
        param with_default: int = 7 "how many"
        print $s ($i + 1) ($f * 2) (not $b) $d $l[1] $with_default
        """

    def test_every_type_in_both_forms(self):
        values = {"s": "a b", "i": "41", "f": "1.25", "b": "true", "d": "90s", "l": "x,y,z"}
        expected = "a b 42 2.5 false 1m30s y 7\n"
        path = self.file("types.vpcsh", self.TYPES)
        apart = [part for name, value in values.items() for part in (f"--{name}", value)]
        self.assert_done(self.run_program(path, *apart), expected)
        joined = [f"--{name}={value}" for name, value in values.items()]
        self.assert_done(self.run_program(path, *joined), expected)
        self.assert_done(self.run_program(path, *joined, "--with_default=8"), expected.replace(" 7", " 8"))

    def test_values_keep_what_looks_special(self):
        for value in ("", "--s", "-1", "a=b=c", "$HOME ${1 + 1}", "007", "\u00e9\U0001F512", "line\nbreak", "'\"\\"):
            with self.subTest(value):
                result = self.run_program("-c", "param s\nprint $s", "--", f"--s={value}")
                self.assert_done(result, value + "\n")

    def test_negative_numbers(self):
        self.assert_done(self.run_program("-c", "param i: int\nprint ($i + 1)", "--", "--i", "-5"), "-4\n")
        self.assert_done(self.run_program("-c", "param i: int\nprint ($i + 1)", "--", "--i=-5"), "-4\n")

    def test_ill_typed_values(self):
        cases = {"int": ["x", "", "1.5", "9223372036854775808", "1 "], "float": ["x", ""],
                 "bool": ["yes", "TRUE", "1", ""], "duration": ["x", "5", ""]}
        for kind, values in cases.items():
            for value in values:
                with self.subTest(kind, value=value):
                    result = self.run_program("-c", f"param p: {kind}\nprint ran", "--", f"--p={value}")
                    self.assert_refused(result, "--p")

    def test_missing_unknown_repeated_and_misplaced_arguments(self):
        text = "param gateway\nparam keep: int = 1\nprint ran"
        cases = {
            "missing": ([], "--gateway"),
            "unknown": (["--gateway", "g", "--kep", "2"], "--keep"),
            "twice": (["--gateway", "g", "--gateway", "h"], "--gateway"),
            "no value": (["--gateway"], "--gateway"),
            "a word": (["--gateway", "g", "extra"], "extra"),
        }
        for way in ("file", "-c", "-"):
            for name, (arguments, word) in cases.items():
                with self.subTest(way, case=name):
                    if way == "file":
                        result = self.run_program(self.file("p.vpcsh", text), *arguments)
                    elif way == "-c":
                        result = self.run_program("-c", text, "--", *arguments)
                    else:
                        result = self.run_program("-", *arguments, stdin=text)
                    self.assert_refused(result, word)

    def test_help_of_a_script_tells_its_parameters_and_runs_nothing(self):
        text = "#!/usr/bin/env vpcsh\nparam gateway \"VPN gateway to clean up\"\nparam keep: int = 1 \"how many stay\"\nprint ran"
        path = self.file("clean.vpcsh", text)
        result = self.run_program(path, "--help")
        self.assert_done(result)
        for word in ("--gateway", "VPN gateway to clean up", "required", "--keep", "how many stay", "1", "clean.vpcsh"):
            self.assertIn(word, result.out, result)
        self.assertNotIn("ran", result.out.replace("gateway", ""), result)

    def test_help_of_a_script_needs_no_credentials(self):
        result = self.run_program(self.file("a.vpcsh", "param x\nDescribeVpcs"), "--help")
        self.assert_done(result)

    def test_secrets_come_from_the_environment_or_a_file(self):
        text = "param psk: secret\nprint $psk (len($psk)) ($psk == \"hunter2hunter2\")"
        from_environment = self.run_program("-c", text, "--", "--psk", "env:MY_PSK", env={"MY_PSK": "hunter2hunter2"})
        secret_file = self.file("psk.txt", "hunter2hunter2\n")
        from_file = self.run_program("-c", text, "--", f"--psk=file:{secret_file}")
        for result in (from_environment, from_file):
            self.assertEqual(result.status, 0, result)
            self.assertIn("****", result.out, result)
            self.assertTrue(result.out.rstrip().endswith("true"), result)
            self.assertNotIn("hunter2", result.out + result.err)

    def test_secrets_never_come_from_the_command_line(self):
        for value in ("hunter2hunter2", "env:NOT_SET", "file:/does/not/exist", "env:", "file:", "-"):
            with self.subTest(value):
                result = self.run_program("-c", "param psk: secret\nprint ran", "--", "--psk", value)
                self.assert_refused(result, "psk")
                self.assertNotIn("hunter2", result.err, "even a refused secret is not shown")
