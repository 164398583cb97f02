"""Statements that run as they arrive: `vpcsh --stream`."""

import os
import select
import signal
import subprocess
import time
import unittest

from program import MEMORY, ProgramTest


class Stream(ProgramTest):
    """Runs that are fed as a whole: what a stream means."""

    def stream(self, text, *arguments, options=(MEMORY,), **others):
        return self.run_program(*options, "--stream", *arguments, stdin=text, **others)

    def test_does_what_a_script_does(self):
        text = """\
            let n = 2          # a comment
            def twice(x) {
                return $x * 2
            }
            set n = twice($n) + 1; print $n
            for i in range(2) {
                print "$i"
            }
            print "two
            """.replace('"two\n', '"""\n two\n """\n')
        self.assert_done(self.stream(text), "5\n0\n1\ntwo\n")

    def test_what_came_before_an_error_has_been_done(self):
        cases = [
            ("print one\nDescribeVpcz\nprint two\n", 2, "<stdin>:2:1: error: the API has no operation"),
            ("print one\n\nlet = 5\nprint two\n", 2, "<stdin>:3:5: error:"),
            ("print one\nprint $nothing\nprint two\n", 2, "<stdin>:2:7: error: '$nothing' is not declared"),
            ('print one\nfail "A.B" "told"\nprint two\n', 1, "<stdin>:2:1: error: A.B: told"),
            ("print one\nDeleteVpc VpcId=vpc-none\nprint two\n", 3, "<stdin>:2:1: error: InvalidVpcId.NotFound"),
            ("print one\nif true {\nprint never\n", 2, "<stdin>:4:1: error: expected '}' at the end of the block"),
            ("print one\nprint 'never closed\n", 2, "<stdin>:2:7: error: the string is not closed"),
        ]
        for text, status, message in cases:
            with self.subTest(text=text):
                result = self.stream(text)
                self.assertEqual(result.status, status, result)
                self.assertEqual(result.out, "one\n", result)
                self.assertIn(message, result.err)

    def test_statements_of_one_line_run_one_by_one(self):
        result = self.stream("print one; print $nothing; print two\n")
        self.assert_status(result, 2)
        self.assertEqual(result.out, "one\n")
        self.assertIn("<stdin>:1:18: error:", result.err)

    def test_without_credentials(self):
        result = self.stream("print one\nDescribeVpcs\n", options=())
        self.assert_failed(result, 4, "credentials")
        self.assertEqual(result.out, "one\n")

    def test_the_last_line_may_lack_its_newline(self):
        self.assert_done(self.stream("print one\nprint two"), "one\ntwo\n")
        self.assert_done(self.stream(""), "")
        self.assert_done(self.stream("# nothing\n\n"), "")
        self.assert_done(self.stream("#!/usr/bin/env vpcsh\nprint x\n"), "x\n")

    def test_exit(self):
        result = self.stream("on exit { print bye }\nprint one\nexit 7\nprint two\n")
        self.assert_status(result, 7)
        self.assertEqual(result.out, "one\nbye\n")

    def test_handlers_cover_what_follows(self):
        result = self.stream('on error A.B resume\nfail "A.B" "x"\nprint after\nfail "C.D" "y"\n')
        self.assert_failed(result, 1, "<stdin>:4:1: error: C.D: y")
        self.assertEqual(result.out, "after\n")

    def test_a_handler_that_ran_to_its_end_ends_the_stream(self):
        self.assert_done(
            self.stream('on error A.B as e { print "caught $e.Code" }\nfail "A.B" "x"\nprint never\n'), "caught A.B\n")

    def test_exit_blocks_run_at_the_end(self):
        text = 'let n = 1\non exit { print "first $n" }\non exit { print second }\nset n = 2\nprint body\n'
        self.assert_done(self.stream(text), "body\nsecond\nfirst 2\n")
        result = self.stream(text + 'fail "A.B" "x"\n')
        self.assert_failed(result, 1, "A.B: x")
        self.assertEqual(result.out, "body\nsecond\nfirst 2\n")

    def test_an_error_of_an_exit_block_keeps_what_it_came_after(self):
        result = self.stream('on exit { fail "Second" "b" }\nfail "First" "a"\n')
        self.assert_failed(result, 1, "<stdin>:1:11: error: Second: b", "because of First: a")

    def test_names_are_declared_once(self):
        self.assert_failed(self.stream("let x = 1\nlet x = 2\n"), 2, "<stdin>:2:5: error: 'x' is declared already")
        self.assert_failed(self.stream("def f() { }\ndef f() { }\n"), 2, "<stdin>:2:5: error: the function 'f' is")

    def test_the_prompts_own_things_are_refused(self):
        for text in ["5\nprint $_\n", "print $error\n", "! ls\n", "DescribeVpcs ?\n"]:
            with self.subTest(text=text):
                self.assert_failed(self.stream(text), 2, "prompt" if "error" not in text else "$error")

    def test_parameters(self):
        text = 'param gateway "which"\nparam keep: int = 1\nprint "$gateway $keep"\n'
        self.assert_done(self.stream(text, "-", "--gateway", "vpn-1", "--keep=2"), "vpn-1 2\n")
        self.assert_refused(self.stream(text), "the script needs --gateway")
        self.assert_refused(self.stream(text, "-", "--gateway", "a", "--other", "b"), "no parameter 'other'")
        self.assertIn("--gateway STRING  which (required)", self.stream(text, "-", "--help").out)
        result = self.stream("print one\nparam late\n")
        self.assert_failed(result, 2, "<stdin>:2:1: error: 'param' stands at the top")
        self.assertEqual(result.out, "one\n")

    def test_takes_in_files(self):
        self.file("library.vpcsh", "def a() { return b() }\ndef b() { return $top }\nlet top = 5\n")
        self.assert_done(self.stream("source 'library.vpcsh'\nsource 'library.vpcsh'\nprint (a())\n"), "5\n")

    def test_errors_in_functions_of_earlier_lines(self):
        result = self.stream('def f() {\n  fail "A.B" "deep"\n}\nprint one\nf()\n')
        self.assert_failed(result, 1, "<stdin>:2:3: error: A.B: deep", "called at <stdin>:5:1")

    def test_standard_input_is_the_script(self):
        self.assert_failed(self.stream('print (read("-"))\n'), 1, "Script.File", "--stream")

    def test_bytes_that_are_no_text(self):
        result = self.run_program("--stream", stdin=b"print one\nprint \xff\n")
        self.assert_failed(result, 2, "<stdin>:2:", "not UTF-8")
        self.assertEqual(result.out, "one\n")

    def test_takes_nothing_else(self):
        for arguments in (["--stream", "-c", "print x"], ["--stream", "file.vpcsh"]):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.run_program(*arguments, stdin=""), "--stream")

    def test_every_line_end(self):
        for end in ("\n", "\r\n", "\r"):
            with self.subTest(repr(end)):
                text = end.join(["print one", "if true {", "print two", "}", "let s = \"\"\"", "  a", "  \"\"\"", "print $s", "nosuch", ""])
                result = self.stream(text)
                self.assert_failed(result, 2, "<stdin>:9:1:")
                self.assertEqual(result.out, "one\ntwo\na\n")

    def test_long_statements_take_no_quadratic_time(self):
        text = "let xs = [\n" + "".join(f"  {{n: {i}, s: 'x'}},\n" for i in range(60_000)) + "]\nprint (len($xs))\n"
        self.assert_done(self.stream(text), "60000\n")

    def test_memory_does_not_grow_with_the_number_of_statements(self):
        text = "let n = 0\n" + "set n = $n + 1\n" * 200_000 + "print $n\n"
        command = ["bash", "-c", f"ulimit -v 4000000; exec {self.program_path} --stream"]
        before = time.monotonic()
        result = self.run_program(*command[1:], stdin=text, program=command[0], timeout=120)
        self.assert_done(result, "200000\n")
        print(f"figure: 200,000 statements by --stream in {time.monotonic() - before:.1f} s")

    @property
    def program_path(self):
        from program import PROGRAM
        return PROGRAM


class Conversation(ProgramTest):
    """Another program at the other end, which reads an answer before it sends the next statement."""

    def open(self, *options):
        return self.start(*(options or (MEMORY,)), "--stream", stdin=subprocess.PIPE, bufsize=0)

    def ask(self, shell, text, patience=10):
        shell.stdin.write(text.encode())
        ready, _, _ = select.select([shell.stdout], [], [], patience)
        self.assertTrue(ready, f"no answer to {text!r}")
        return os.read(shell.stdout.fileno(), 1 << 16).decode()

    def test_answers_before_more_arrives(self):
        shell = self.open()
        self.assertEqual(self.ask(shell, "print one\n"), "one\n")
        self.assertEqual(self.ask(shell, "let n = 2\nprint $n\n"), "2\n")
        shell.stdin.write(b"if $n == 2 {\n")
        ready, _, _ = select.select([shell.stdout], [], [], 0.3)
        self.assertFalse(ready, "a statement that is not whole ran")
        self.assertEqual(self.ask(shell, "print yes\n}\n"), "yes\n")
        self.assertIn("cn-hangzhou", self.ask(shell, "DescribeRegions\n"))
        shell.stdin.close()
        self.assertEqual(shell.wait(10), 0)

    def test_a_line_end_in_two_pieces(self):
        shell = self.open()
        self.assertEqual(self.ask(shell, "print one\r"), "one\n")
        self.assertEqual(self.ask(shell, "\nprint two\r\n"), "two\n")

    def test_the_interrupt_ends_it_while_it_waits(self):
        shell = self.open()
        self.assertEqual(self.ask(shell, "on exit { print bye }\nprint one\n"), "one\n")
        shell.send_signal(signal.SIGINT)
        self.assertEqual(shell.wait(10), 130)
        self.assertEqual(shell.stdout.read(), b"bye\n")

    def test_the_interrupt_ends_what_runs(self):
        shell = self.open()
        self.assertEqual(self.ask(shell, "print one\n"), "one\n")
        self.assertEqual(self.ask(shell, "wait 10ms; while true { wait 1ms; print two; wait 1ms }\n")[:4], "two\n")
        shell.send_signal(signal.SIGINT)
        self.assertEqual(shell.wait(10), 130)

    def test_ends_quietly_when_nobody_reads(self):
        shell = self.open()
        self.assertEqual(self.ask(shell, "print one\n"), "one\n")
        shell.stdout.close()
        try:
            shell.stdin.write(b"print two\nprint three\n")
            shell.stdin.close()
        except BrokenPipeError:
            pass
        self.assertEqual(shell.wait(10), 0)
        self.assertEqual(shell.stderr.read(), b"")
        shell.stdout = open(os.devnull, "rb")


if __name__ == "__main__":
    unittest.main()
