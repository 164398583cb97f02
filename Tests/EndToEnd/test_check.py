"""`vpcsh check`, and how statuses and diagnostics come out of every way in."""

import re
import subprocess

from program import MEMORY, ProgramTest
from service import Service, error_answer


class Check(ProgramTest):
    def test_good_scripts_pass_silently_and_nothing_runs(self):
        good = self.file("good.vpcsh", "param x\nprint ran $x\nDeleteVpc VpcId=vpc-1\n")
        self.assert_done(self.run_program("check", good), "")
        self.assertFalse(self.state.exists(), "check made a database")

    def test_all_check_errors_of_a_script_in_one_run(self):
        text = "\n".join([
            "print $nowhere", "DescribeVpcz", "DescribeVpcs Foo=1", "DescribeVpcs PageSize=many", "DeleteVpc",
            "set nothing = 1", "let a = no_such(1)", "let a = len()", "no_such_command", "break", "let b = 1; let b = 2"])
        result = self.run_program("check", self.file("bad.vpcsh", text))
        self.assert_refused(result)
        lines = [int(line) for line in re.findall(r"bad\.vpcsh:(\d+):\d+: error:", result.err)]
        self.assertEqual(sorted(set(lines)), list(range(1, 12)), result)

    def test_all_syntax_errors_of_a_script_in_one_run(self):
        result = self.run_program("check", self.file("bad.vpcsh", "let = 3\nprint fine\nprint len($x)\nlet = 5\n"))
        self.assert_refused(result, "bad.vpcsh:1:", "bad.vpcsh:3:", "bad.vpcsh:4:")

    def test_syntax_and_check_errors_are_reported_together(self):
        result = self.run_program("check", self.file("bad.vpcsh", "let = 3\nprint $nowhere\nDescribeVpcz\n"))
        self.assert_refused(result, "bad.vpcsh:1:", "bad.vpcsh:2:", "bad.vpcsh:3:")

    def test_several_files_are_all_checked(self):
        good = self.file("good.vpcsh", "print fine")
        bad = self.file("bad.vpcsh", "print $a")
        worse = self.file("worse.vpcsh", "let = 1")
        result = self.run_program("check", good, bad, "/does/not/exist.vpcsh", str(self.folder), worse)
        self.assert_refused(result, "bad.vpcsh:1:7:", "/does/not/exist.vpcsh", str(self.folder), "worse.vpcsh:1:5:")
        self.assertNotIn("good.vpcsh", result.err)

    def test_standard_input_can_be_checked(self):
        self.assert_done(self.run_program("check", "-", stdin="print ran"), "")
        self.assert_refused(self.run_program("check", "-", stdin="print $x"), "<stdin>:1:7:")

    def test_it_wants_a_file(self):
        self.assert_refused(self.run_program("check"))

    def test_what_is_only_for_the_prompt_is_refused(self):
        for text in ("print $_", "! ls", "print $error", "DescribeVpcs ?"):
            with self.subTest(text):
                self.assert_refused(self.run_program("check", "-", stdin=text), "<stdin>:1:")

    def test_warnings_do_not_fail(self):
        text = "on error resume\non error A resume\nprint fine\n"
        result = self.run_program("check", "-", stdin=text)
        self.assert_status(result, 0)
        self.assertIn("<stdin>:2:", result.err)
        self.assertIn("warning:", result.err)


class ExitStatus(ProgramTest):
    """The same for a file, -c and standard input."""

    def assert_each_way(self, text, status, *words, options=(MEMORY,), env=None):
        for way, result in self.each_way(text, *options, env=env):
            with self.subTest(way, text=text):
                self.assertEqual(result.status, status, result)
                for word in words:
                    self.assertIn(word, result.err, result)

    def test_0_done(self):
        self.assert_each_way("print hello", 0)
        self.assert_each_way("exit", 0)
        self.assert_each_way("exit 0; fail \"Not\" \"reached\"", 0)

    def test_0_where_a_handler_dealt_with_the_error(self):
        self.assert_each_way("on error { warn handled }\nfail \"A\" \"b\"\nprint not", 0, "handled")

    def test_1_an_error_of_the_script(self):
        self.assert_each_way("print (1 // 0)", 1, "Script.DivideByZero")
        self.assert_each_way("fail \"My.Code\" \"my message\"", 1, "My.Code", "my message")
        self.assert_each_way("wait until false every 1ms for 2ms", 1, "Client.WaitTimeout")

    def test_1_read_only(self):
        self.assert_each_way("CreateVpc", 1, "Client.ReadOnly", options=(MEMORY, "--read-only"))

    def test_2_nothing_ran(self):
        self.assert_each_way("print ran; let = 1", 2)
        self.assert_each_way("print ran; print $nowhere", 2, "$nowhere")
        self.assert_each_way("print ran; NoSuchOperation", 2, "NoSuchOperation")

    def test_3_an_error_of_the_api(self):
        self.assert_each_way("DeleteVpc VpcId=vpc-none", 3, "InvalidVpc")

    def test_3_an_error_of_the_api_over_the_network(self):
        service = Service(error_answer("Throttling.User", 400))
        self.addCleanup(service.close)
        env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "a", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "b"}
        self.assert_each_way("DescribeVpcs", 3, "Throttling.User", "ERR-1", options=("--endpoint", service.url, "--retries", "0"), env=env)

    def test_4_not_reached(self):
        env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "a", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "b"}
        options = ("--endpoint", "http://127.0.0.1:1")
        self.assert_each_way("DescribeVpcs", 4, "Client.Network", options=options, env=env)

    def test_4_no_credentials(self):
        self.assert_each_way("DescribeVpcs", 4, options=())

    def test_n_as_given(self):
        for status in (1, 7, 130, 255):
            self.assert_each_way(f"exit {status}", status)

    def test_statuses_that_there_are_not(self):
        for text in ("exit 256", "exit (-1)", "exit 9223372036854775807"):
            self.assert_each_way(text, 1, "exit")

    def test_an_exit_inside_blocks_and_handlers(self):
        self.assert_each_way("on exit { warn left }\nfor i in [1, 2] { on error { exit 9 }\nfail \"A\" \"b\" }", 9, "left")


class Diagnostics(ProgramTest):
    def test_the_shape(self):
        result = self.run_program(self.file("a.vpcsh", "print fine\nlet x = 1 + \"a\"\n"))
        self.assertEqual(result.out, "fine\n")
        first, line, marks, *_ = result.err.splitlines()
        self.assertRegex(first, r"a\.vpcsh:2:\d+: error: Script\.Type: ")
        self.assertEqual(line.strip(), "let x = 1 + \"a\"")
        self.assertRegex(marks, r"^\s+\^+$")

    def test_names_of_what_has_no_file(self):
        self.assert_refused(self.run_program("-c", "print $x"), "<command>:1:7: error:")
        self.assert_refused(self.run_program(stdin="print $x"), "<stdin>:1:7: error:")

    def test_marks_stand_under_the_span_also_behind_wide_characters(self):
        result = self.run_program("-c", "print \"\u7f51\u7edc\" $nowhere")
        line, marks = result.err.splitlines()[1:3]
        width = sum(2 if ord(character) > 0x2E80 else 1 for character in line[:line.index("$")])
        self.assertEqual(marks.index("^"), width, result)

    def test_no_diagnostic_comes_twice(self):
        for text in ("DescribeVpcs VpcId=$nowhere.x", "print \"$nowhere\"", "let a = $nowhere", "DeleteVpc Foo=1", "print (1 + $nowhere)"):
            with self.subTest(text):
                result = self.run_program("-c", text)
                heads = [line for line in result.err.splitlines() if ": error: " in line]
                self.assertEqual(len(heads), len(set(heads)), result)

    def test_an_error_in_an_exit_block_does_not_hide_the_one_before(self):
        result = self.run_program("-c", "on exit { fail \"Second\" \"while leaving\" }\nfail \"First\" \"the reason\"")
        self.assert_failed(result, 1, "Second", "First", "the reason")

    def test_values_in_parentheses_can_be_gone_into_inside_parentheses(self):
        cases = {"print ((1 + 1) * 2)": "4\n", "print ([1, 2][0])": "1\n", "print (({A: 5}).A)": "5\n",
                 "print ((DescribeVpcs).TotalCount)": "0\n"}
        for text, expected in cases.items():
            with self.subTest(text):
                self.assert_done(self.statements(text), expected)

    def test_output_comes_before_the_error_that_follows_it(self):
        result = self.run_program("-c", "print one; fail \"A\" \"b\"", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertLess(result.out.index("one"), result.out.index("A: b"), result)

    def test_no_escape_sequences_without_a_terminal(self):
        for options in ((), ("--format", "table"), ("--trace",)):
            result = self.run_program(
                MEMORY, *options, "-c", "CreateVpc; DescribeVpcs; warn w; fail \"A\" \"b\"", env={"CLICOLOR_FORCE": "1"})
            self.assertNotIn("\x1b", result.out + result.err, result)

    def test_what_a_service_or_a_script_says_cannot_drive_the_terminal_through_an_error(self):
        result = self.run_program("-c", "fail \"A\" \"x\\u{1B}[31mred\\u{7}\"")
        self.assert_status(result, 1)
        self.assertNotIn("\x1b", result.err, result)
        self.assertNotIn("\x07", result.err, result)

    def test_warn_goes_to_standard_error(self):
        result = self.run_program("-c", "warn one 2 [3]")
        self.assertEqual((result.status, result.out, result.err), (0, "", "one 2 [3]\n"))


class Suggestions(ProgramTest):
    CASES = {
        "DescribeVpcz": "DescribeVpcs",
        "describevpcs": "DescribeVpcs",
        "DeleteVpnConection VpnConnectionId=a": "DeleteVpnConnection",
        "DescribeVpcs VpcID=1": "VpcId",
        "DeleteVpc VpccId=1": "VpcId",
        "DeleteVpc": "VpcId",
        "prnt hello": "print",
        "let gateway = 1; print $gatewya": "gateway",
        "print (lenn([1]))": "len",
    }

    def test_nearest_names_are_offered_and_nothing_is_sent(self):
        service = Service(error_answer("Unexpected"))
        self.addCleanup(service.close)
        env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "a", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "b"}
        for text, name in self.CASES.items():
            with self.subTest(text):
                result = self.run_program(
                    "--endpoint", service.url, "-c", f"CreateVpc CidrBlock=10.0.0.0/16; {text}", env=env)
                self.assert_refused(result, name)
                self.assertIn("help:", result.err, result)
        self.assertEqual(service.requests, [])

    def test_force_unknown_lets_newer_ones_through(self):
        service = Service(error_answer("Expected"))
        self.addCleanup(service.close)
        env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "a", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "b"}
        result = self.run_program(
            "--endpoint", service.url, "--force-unknown", "-c", "DescribeNewThings Foo=1 Bar.1=x", env=env)
        self.assert_failed(result, 3, "Expected")
        parameters = service.requests[0].parameters
        self.assertEqual((parameters["Action"], parameters["Foo"], parameters["Bar.1"]), ("DescribeNewThings", "1", "x"))
