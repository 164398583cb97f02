"""A line ends with LF, CRLF or a lone CR, in every way in; and what is made of nothing still has its header."""

import itertools
import json
import os
import re
import unittest

from processes import check_all, expect, is_known
from processes import Case
from program import MEMORY, ProgramTest
from service import Service, json_answer

ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
WAYS = ("file", "stdin", "-", "-c", "--stream")


def run_way(case, way, text, options=(MEMORY,)):
    """Runs a text by one way; its status."""
    if way == "file":
        return case.run(*options, case.file("a.vpcsh", text))
    if way == "-c":
        return case.run(*options, "-c", text)
    words = {"stdin": (), "-": ("-",), "--stream": ("--stream",)}[way]
    return case.run(*options, *words, stdin=case.opened(open(case.file("stdin", text), "rb")))


class LineEnds(unittest.TestCase):
    def check(self, function, cases):
        check_all(self, function, cases, lambda item: " / ".join(map(repr, item)))

    def test_a_comment_ends_with_its_line(self):
        def run(item):
            way, end = item
            with Case() as case:
                status = run_way(case, way, f'# c{ENDS[end]}fail "X" "y"{ENDS[end]}')
                expect(status == 1 and "X: y" in case.err, f"expected the error X; {case.told()}")
                expect(re.search(r":2:1: error: X", case.err), f"expected it on line 2; {case.told()}")

        self.check(run, [(way, end) for way in WAYS for end in ENDS])

    def test_check_counts_lines(self):
        def run(item):
            with Case() as case:
                text = "".join(f"print a{ENDS[end]}" for end in item) + "print $none"
                status = case.run("check", case.file("a.vpcsh", text))
                expect(status == 2, case.told())
                expect(f"a.vpcsh:{len(item) + 1}:7: error:" in case.err, f"expected line {len(item) + 1}; {case.told()}")
                # The line that is shown is that line, and nothing drives the terminal.
                expect("    print $none\n" in case.err and "\r" not in case.err, f"the excerpt is wrong; {case.told()}")

        self.check(run, list(itertools.product(ENDS, repeat=3)))

    def test_mixtures_mean_the_same(self):
        lines = ["#!/usr/bin/env vpcsh", "# comment", "let xs = [", "  1,", "  2, # two", "]", "for x in $xs {", "  print \"$x\" \\", "    end", "}", "",
                 "if true { print yes", "}", 'print """', "  one", "    two", '  """', "let r = {", "A: 1,", "}; print $r.A", "print (1 +", "2)", "print last"]
        expected = "1 end\n2 end\nyes\none\n  two\n1\n3\nlast\n"

        def run(item):
            way, seed = item
            ends = [list(ENDS.values())[(seed + place * (seed % 5 + 1)) % 3]
                         for place in range(len(lines))] if seed > 2 else [list(ENDS.values())[seed]] * len(lines)
            with Case() as case:
                status = run_way(case, way, "".join(line + end for line, end in zip(lines, ends)))
                expect(status == 0 and case.out == expected, f"with {ends}: {case.told()}")

        self.check(run, [(way, seed) for way in WAYS for seed in range(8)])

    def test_the_line_of_a_run_time_error(self):
        def run(item):
            way, end = item
            with Case() as case:
                status = run_way(case, way, ENDS[end].join(["print a", "# c", "if true {", "", '  fail "A.B" "m"', "}", ""]))
                expect(status == 1 and ":5:3: error: A.B: m" in case.err, f"expected 5:3; {case.told()}")
                expect("\r" not in case.err, f"a raw carriage return; {case.told()}")

        self.check(run, [(way, end) for way in WAYS for end in ENDS])

    def test_a_stream_runs_a_statement_as_soon_as_its_line_has_ended(self):
        """After a lone CR the next byte may be the LF of a CRLF: that must not be waited for."""
        for end in ENDS:
            with self.subTest(end), Case() as case:
                reading, writing = os.pipe()
                case.start(MEMORY, "--stream", stdin=reading)
                os.close(reading)
                try:
                    os.write(writing, f"print one{ENDS[end]}".encode())
                    case.until(lambda: case.out == "one\n", "told", patience=5)
                    os.write(writing, f"print two{ENDS[end]}".encode())
                    case.until(lambda: case.out == "one\ntwo\n", "told", patience=5)
                finally:
                    os.close(writing)
                self.assertEqual(case.process.wait(5), 0, case.told())

    def test_laid_out_with_line_feeds(self):
        def run(end):
            with Case() as case:
                text = ENDS[end].join(["# c", "if true {", "print   x", "}", 'print "a"', ""])
                path = case.file("a.vpcsh", text)
                expect(case.run("fmt", path) == 0, case.told())
                with open(path, "rb") as file:
                    content = file.read()
                expect(content == b'# c\nif true {\n    print x\n}\nprint "a"\n', f"{content!r}")

        check_all(self, run, list(ENDS))

    def test_text_of_several_lines_has_line_feeds(self):
        def run(end):
            with Case() as case:
                text = ENDS[end].join(['let t = """', "  a", "  b", '  """', "print (json($t))", ""])
                expect(case.run("-c", text) == 0 and case.out == '"a\\nb"\n', case.told())

        check_all(self, run, list(ENDS))

    def test_a_source_and_a_script_may_differ(self):
        with Case() as case:
            case.file("library.vpcsh", "def f() {\r  return 5\r}\r")
            self.assertEqual(case.run(case.file("a.vpcsh", "source 'library.vpcsh'\r\nprint (f())\n")), 0, case.told())
            self.assertEqual(case.out, "5\n")


class SecretFiles(ProgramTest):
    """`param psk: secret` with `file:PATH`: one line end is cut, of whatever kind, and a BOM; what is no text is refused."""

    def sent(self, content):
        """What a service gets as the key, and the result."""
        service = Service(json_answer({"RequestId": "R", "VpnConnectionId": "vco-1"}))
        self.addCleanup(service.close)
        script = self.file("a.vpcsh", "param psk: secret\nCreateVpnConnection VpnGatewayId=vpn-1 CustomerGatewayId=cgw-1 LocalSubnet=10.0.0.0/24 "
                                      "RemoteSubnet=10.1.0.0/24 IkeConfig={Psk: $psk} | ignore\n")
        keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "testid", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "testsecret0123"}
        result = self.run_program("--endpoint", service.url, script, "--psk", f"file:{self.file('key', content)}", env=keys)
        found = [json.loads(request.parameters["IkeConfig"])["Psk"] for request in service.requests]
        return (found[0] if found else None), result

    def test_what_is_cut(self):
        cases = {b"abc\r\n": "abc", b"abc\n": "abc", b"abc\r": "abc", b"abc": "abc", b"\xef\xbb\xbfabc": "abc", b"\xef\xbb\xbfabc\r\n": "abc",
                 b"abc\n\n": "abc\n", b" abc \n": " abc ", b"abc\r\n\r\n": "abc\r\n", "\u5bc6\u94a5\n".encode(): "\u5bc6\u94a5", b"a\nb\n": "a\nb"}
        for content, expected in cases.items():
            with self.subTest(content):
                key, result = self.sent(content)
                self.assertEqual(result.status, 0, result)
                self.assertEqual(key, expected)

    def test_what_is_refused(self):
        for content in (b"\xff", b"abc\xff\n", b"\xff\xfea\0b\0", b"\xc3", b"", b"\n"):
            with self.subTest(content):
                key, result = self.sent(content)
                self.assertIsNone(key, "it was sent")
                self.assert_refused(result, "psk")
                self.assertIn("key", result.err.replace("--psk", ""), "the message names the file")


class Headers(ProgramTest):
    """A table of nothing: its columns are known from `select`."""

    FORMS = (("csv", "VpcId,VpcName\n"), ("tsv", "VpcId\tVpcName\n"))

    def test_of_nothing(self):
        for form, header in self.FORMS:
            for text in (f"DescribeVpcs | select VpcId VpcName | {form}", f"[] | select VpcId VpcName | {form}",
                         f"DescribeVpcs | where VpcName == \"none\" | select VpcId VpcName | {form}"):
                with self.subTest(text):
                    self.assert_done(self.statements(text), header)
            with self.subTest(form, where="save"):
                self.assert_done(self.statements(f"DescribeVpcs | select VpcId VpcName | {form} | save 'out'"), "")
                self.assertEqual((self.folder / "out").read_text(), header)
            with self.subTest(form, where="renamed"):
                if not is_known("[] | select Name=(VpcName)"):
                    self.skipTest("'select' takes no expressions")
                renamed = header.replace("VpcId", "Id").replace("VpcName\n", "Name\n")
                self.assert_done(self.statements(f"[] | select Id=VpcId Name=(VpcName) | {form}"), renamed)

    def test_as_the_shells_format(self):
        for form, header in self.FORMS:
            with self.subTest(form):
                self.assert_done(self.statements("DescribeVpcs | select VpcId VpcName", MEMORY, "--format", form), header)

    def test_after_stages_that_keep_items_as_they_are(self):
        for form, header in self.FORMS:
            for stage in ("first 5", "sort VpcId", "unique", 'where VpcId == "x"'):
                with self.subTest(stage, form=form):
                    self.assert_done(self.statements(f"DescribeVpcs | select VpcId VpcName | {stage} | {form}"), header)

    def test_nothing_without_known_columns_stays_nothing(self):
        for form in ("csv", "tsv"):
            self.assertEqual(self.statements(f"[] | {form}").out.strip(), "")


if __name__ == "__main__":
    unittest.main()
