"""What is written: formats that real readers read, standard output that is full, closed, or read no further."""

import csv
import io
import json
import os
import subprocess
import unittest

from program import MEMORY, PROGRAM, ProgramTest

try:
    import yaml
except ImportError:
    yaml = None

ROWS = [
    {"Name": "plain", "Note": "a,b", "Count": 1, "Nested": {"Key": "k"}},
    {"Name": "quo\"te", "Note": "two\nlines", "Count": -2, "Nested": {"Key": "\u7f51\u7edc"}},
    {"Name": "", "Note": "tab\there", "Count": 3, "Nested": {"Key": "no"}},
    {"Name": "yes", "Note": "- not: a list # or comment", "Count": 9223372036854775807, "Nested": {"Key": " blanks "}},
]
LITERAL = json.dumps(ROWS, ensure_ascii=False)


class Formats(ProgramTest):
    def shown(self, value, form):
        result = self.run_program("--format", form, "-c", value)
        self.assert_done(result)
        return result.out

    def test_json(self):
        text = self.shown(LITERAL, "json")
        self.assertEqual(json.loads(text), ROWS)
        self.assertGreater(text.count("\n"), 10, "json is indented")

    def test_json_is_what_comes_without_a_terminal_and_without_an_option(self):
        self.assertEqual(json.loads(self.run_program("-c", LITERAL).out), ROWS)
        result = self.statements("CreateVpc CidrBlock=10.0.0.0/16")
        self.assertIn("VpcId", json.loads(result.out))

    def test_jsonl(self):
        text = self.shown(LITERAL, "jsonl")
        self.assertEqual([json.loads(line) for line in text.splitlines()], ROWS)

    def test_csv(self):
        rows = list(csv.DictReader(io.StringIO(self.shown(LITERAL, "csv"), newline=""), strict=True))
        self.assert_rows(rows)

    def test_tsv(self):
        rows = list(csv.DictReader(io.StringIO(self.shown(LITERAL, "tsv"), newline=""), strict=True, delimiter="\t"))
        self.assert_rows(rows)

    def assert_rows(self, rows):
        self.assertEqual([row["Name"] for row in rows], [row["Name"] for row in ROWS])
        self.assertEqual([row["Note"] for row in rows], [row["Note"] for row in ROWS])
        self.assertEqual([row["Count"] for row in rows], [str(row["Count"]) for row in ROWS])
        self.assertEqual([row["Nested.Key"] for row in rows], [row["Nested"]["Key"] for row in ROWS])

    @unittest.skipIf(yaml is None, "PyYAML cannot be imported")
    def test_yaml(self):
        self.assertEqual(yaml.safe_load(self.shown(LITERAL, "yaml")), ROWS)
        awkward = ["", "null", "~", "true", "no", "on", "1e3", "0x1f", "1_000", "2016-04-28", "10:20", "=", "<<", "- a", "a: b",
                   "# c", "'", "\"", "x\ny\n", " a", "a ", "%", "@", "`", "&a", "*a", "!a", "|", ">", "?", "[", "{", "\u0085", "\u2028",
                   "\ufeff", "1.5", "0o17", ".inf", "\U0001F512", "a\tb", "---", "..."]
        text = self.shown(f"({json.dumps({'Values': awkward}, ensure_ascii=False)})", "yaml")
        self.assertEqual(yaml.safe_load(text), {"Values": awkward})

    def test_table_and_vertical_hold_every_field(self):
        for form in ("table", "vertical"):
            text = self.shown('[{Name: "one", State: "up"}, {Name: "two", State: "down", Extra: 7}]', form)
            for word in ("Name", "one", "up", "two", "down", "Extra", "7"):
                self.assertIn(word, text)

    def test_empty_results(self):
        self.assertEqual(json.loads(self.shown("[]", "json")), [])
        self.assertEqual(self.shown("[]", "jsonl"), "")
        self.assertEqual(self.shown("[]", "csv").strip(), "")
        self.assertEqual(self.shown("null", "json"), "")

    def test_strings_are_shown_as_they_are_in_every_format(self):
        for form in ("table", "vertical", "json", "jsonl", "csv", "tsv", "yaml"):
            self.assertEqual(self.shown("\"a, \\\"b\\\"\"", form), "a, \"b\"\n")

    def test_a_table_with_values_that_drive_terminals(self):
        text = self.shown('[{Name: "\\u{1B}[2J", Other: "a\\nb"}]', "table")
        self.assertNotIn("\x1b", text)

    def test_print(self):
        result = self.run_program("-c", "print text 1 2.0 1e3 true null [1, \"a\"] {A: {B: 1}} (90s) (0.1 + 0.2)")
        self.assert_done(result, 'text 1 2.0 1e3 true null [1,"a"] {"A":{"B":1}} 1m30s 0.30000000000000004\n')


class StandardOutput(ProgramTest):
    def test_a_closed_pipe_ends_quietly(self):
        text = "let i = 0\nwhile true { print \"line $i\"\nset i = $i + 1 }"
        process = self.start(MEMORY, "-c", text)
        self.assertEqual(process.stdout.readline(), b"line 0\n")
        process.stdout.close()
        self.assertEqual(process.wait(timeout=20), 141)
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        process.stdout = process.stderr = None

    def test_head(self):
        command = f"'{PROGRAM}' --local=:memory: -c 'for i in range(100000) {{ print $i }}' | head -1"
        result = self.run_program("-o", "pipefail", "-c", command, program="/bin/bash")
        self.assertEqual((result.status, result.out, result.err), (141, "0\n", ""))

    def test_exit_blocks_run_when_the_pipe_is_closed(self):
        marker = self.folder / "marker.db"
        text = "on exit { CreateVpc CidrBlock=10.0.0.0/16 }\nwhile true { print yes }"
        process = self.start(f"--local={marker}", "-c", text)
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=20), 141)
        self.assertIn("\"TotalCount\": 1", self.statements("DescribeVpcs", f"--local={marker}").out)
        process.stderr.close()
        process.stdout = process.stderr = None

    def test_a_full_device_is_an_error(self):
        with open("/dev/full", "wb") as full:
            for text in ("print hello", "[1, 2]", "for i in range(100000) { print $i }"):
                with self.subTest(text):
                    result = self.run_program("-c", text, stdout=full)
                    self.assertNotEqual(result.status, 0, result)
                    self.assertIn("No space left", result.err)
            for arguments in (["--help"], ["--version"], [self.file("a.vpcsh", "param x"), "--help"]):
                with self.subTest(arguments):
                    self.assertNotEqual(self.run_program(*arguments, stdout=full).status, 0, arguments)

    def test_a_full_device_does_not_hide_the_scripts_own_status(self):
        with open("/dev/full", "wb") as full:
            self.assert_status(self.run_program("-c", "print hello; exit 7", stdout=full), 7)
            self.assertNotEqual(self.run_program("-c", "on error resume\nprint hello", stdout=full).status, 0)

    def test_what_exit_blocks_do_is_done_when_output_fails(self):
        loops = ("for i in range(100000) { print $i }", "print a\nfail \"X\" \"x\"", "print a", "[1, 2]",
                 "for i in range(9) parallel 3 { on exit { print inner; [1] | json | save \"inner\" }; fail \"X\" \"x\" }")
        with open("/dev/full", "wb") as full:
            for text in loops:
                with self.subTest(text):
                    (self.folder / "left").unlink(missing_ok=True)
                    script = "on exit { print cleaning; [1] | json | save 'left'; print cleaned }\n" + text
                    result = self.run_program("-c", script, stdout=full)
                    self.assert_status(result, 1)
                    self.assertIn("No space left", result.err)
                    self.assertEqual((self.folder / "left").read_text(), "[\n  1\n]\n", result)
        self.assertTrue((self.folder / "inner").exists())

    def test_a_closed_standard_output_is_an_error(self):
        result = self.run_program("-c", f"'{PROGRAM}' -c 'print hello' >&-", program="/bin/sh")
        self.assertNotEqual(result.status, 0, result)
        self.assertNotEqual(result.err, "")

    def test_a_closed_standard_output_never_becomes_the_database(self):
        database = f"{self.folder}/a.db"
        command = f"'{PROGRAM}' --local='{database}' -c 'CreateVpc; print hello; CreateVpc; print (\"x\" * 1)' >&- 2>&-"
        self.run_program("-c", command.replace("(\"x\" * 1)", "hello"), program="/bin/sh")
        result = self.statements("let n = (DescribeVpcs).TotalCount; print ($n >= 0)", f"--local={database}")
        self.assert_done(result, "true\n")

    def test_closed_standard_input_and_error_do_no_harm(self):
        result = self.run_program("-c", f"'{PROGRAM}' -c 'warn w; print hello' <&- 2>&-", program="/bin/sh")
        self.assertEqual((result.status, result.out), (0, "hello\n"))

    def test_a_program_from_a_closed_standard_input_does_not_hang(self):
        result = self.run_program("-c", f"'{PROGRAM}' <&-", program="/bin/sh", timeout=5)
        self.assertEqual(result.out, "", result)

    def test_closed_descriptors_are_not_taken_for_something_else(self):
        for closed in ("<&- >&-", "<&- >&- 2>&-", ">&- 2>&-"):
            with self.subTest(closed):
                command = f"'{PROGRAM}' -c 'print hello; wait 10ms; exit 7' {closed}; echo $?"
                result = self.run_program("-c", command, program="/bin/sh", timeout=5)
                self.assertIn(result.out, ("1\n", "7\n"), result)

    def test_no_question_is_asked_without_a_terminal(self):
        text = "let v = CreateVpc CidrBlock=10.0.0.0/16\nwait 400ms\nDeleteVpc VpcId=$v.VpcId\nprint deleted"
        result = self.run_program(MEMORY, "--format", "jsonl", stdin=text)
        self.assert_status(result, 0)
        self.assertTrue(result.out.endswith("deleted\n"), result)

    def test_help_and_version_do_not_mind_a_closed_pipe(self):
        reading, writing = os.pipe()
        os.close(reading)
        try:
            for option in ("--help", "--version"):
                result = self.run_program(option, stdout=writing, stderr=subprocess.PIPE)
                self.assertEqual((result.status, result.err), (0, ""), option)
        finally:
            os.close(writing)
