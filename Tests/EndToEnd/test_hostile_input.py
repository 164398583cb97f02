"""Input that nobody means well with: it gives one clear diagnostic or works, and never a crash."""

import json
import time

from program import MEMORY, PROGRAM, ProgramTest

DEPTH = 100_000


class Text(ProgramTest):
    def test_files_that_cannot_be_read(self):
        for path in ("/does/not/exist.vpcsh", str(self.folder), "/proc/self/mem", "", "a" * 5000):
            with self.subTest(path[:40]):
                result = self.run_program(path)
                self.assert_refused(result)
                self.assertEqual(result.err.count("error:"), 1)

    def test_a_nul(self):
        for content in (b"print a\0b\n", b"\0", b"print \"a\0b\"\n", b"# \0\nprint a\n"):
            with self.subTest(content):
                self.assert_refused(self.run_program(self.file("nul.vpcsh", content)), "nul.vpcsh:")
                self.assert_refused(self.run_program(stdin=content), "<stdin>:")

    def test_invalid_utf_8(self):
        for content in (b"print \xff\n", b"print fine\nprint \"\xc3\"\n", b"\xed\xa0\x80", b"print a # \xc0\xaf", b"\xff\xfep\0r\0"):
            with self.subTest(content):
                self.assert_refused(self.run_program(self.file("bytes.vpcsh", content)), "bytes.vpcsh:")
                self.assert_refused(self.run_program(stdin=content), "<stdin>:")
                if b"\0" not in content:
                    self.assert_refused(self.run_program("-c", content), "<command>:")

    def test_other_programs_files(self):
        self.assert_refused(self.run_program("/bin/ls"))
        self.assert_refused(self.run_program(__file__))

    def test_a_line_of_ten_megabytes(self):
        long = "a" * 10_000_000
        self.assert_done(self.run_program(self.file("long.vpcsh", f"print {long}\n")), long + "\n")
        self.assert_done(self.run_program(stdin=f"# {long}\nprint \"{long}\"\n"), long + "\n")
        result = self.run_program(stdin=f"print ${long}\n")
        self.assert_refused(result, "<stdin>:1:")
        self.assertLess(len(result.err), 10_000, "the diagnostic pours out the whole line")

    def test_a_line_of_many_errors(self):
        start = time.monotonic()
        result = self.run_program(stdin="print " + "$x " * 20_000)
        self.assert_refused(result)
        self.assertLess(len(result.err), 1_000_000, "nobody reads twenty thousand diagnostics")
        self.assertLess(time.monotonic() - start, 5)

    def test_the_output_of_another_program_piped_in_by_mistake(self):
        record = '{"VpcId": "vpc-1", "Cidr": "10.0.0.0/16", "Tags": ["$x", "it\'s (here)"]}'
        for text in ("[" + ", ".join([record] * 3_000) + "]", "\n".join([record] * 5_000), "<html>" + "<p>x</p>\n" * 20_000):
            with self.subTest(text[:20]):
                start = time.monotonic()
                result = self.run_program(stdin=text)
                self.assertIn(result.status, (0, 1, 2), result)
                self.assertLess(len(result.err), 1_000_000)
                self.assertLess(time.monotonic() - start, 2)

    def test_statements_that_begin_with_a_dash(self):
        self.assert_done(self.run_program("-c", "-5 + 1"), "-4\n")

    def test_nested_brackets(self):
        for opening, closing in (("(", ")"), ("[", "]"), ("{", "}"), ("if true {", "}"), ("{A: ", "}"), ("len(", ")"), ("not ", ""),
                                 ("-", ""), ("\"${", "}\""), ("1 + (", ")"), ("[1][", "]"), ("print (", ")"), ("(print ", ")")):
            for name, text in (("closed", opening * DEPTH + "1" + closing * DEPTH), ("open", opening * DEPTH), ("shut", closing * DEPTH)):
                for prefix in ("", "let x = "):
                    if not text:
                        continue
                    with self.subTest(opening + closing, form=name, prefix=prefix):
                        result = self.run_program(stdin=prefix + text, timeout=20)
                        self.assertIn(result.status, (0, 1, 2), result)
                        self.assertLess(len(result.err), 100_000)

    def test_long_chains(self):
        for text in ("1" + " + 1" * DEPTH, "$x" + ".a" * DEPTH, "if false { }" + " else if false { }" * 20_000, "[" + "1," * DEPTH + "]",
                     "let x = {}; $x" + "?" * 1000, "print " + "\\\n" * DEPTH + "a", ";" * DEPTH, "\n" * DEPTH, "|" * DEPTH,
                     "$x " + "| count " * DEPTH, "print " + "a." * DEPTH):
            with self.subTest(text[:20]):
                self.assertIn(self.run_program(stdin=text, timeout=20).status, (0, 1, 2))

    def test_unfinished_text(self):
        for text in ("\"", "'", "\"\"\"", "(", "\"${", "print \"a\nb\"", "let", "let x", "let x =", "if", "for x in", "on error", "on",
                     "print |", "x |", "$", "${", "DescribeVpcs --", "DescribeVpcs Name=", "\\", "def f(", "param", "}", "]", ")",
                     "print (1", "retry", "resume", "use 1", "break", "return 1", "set", "wait", "wait until"):
            for way, result in (("-c", self.run_program(MEMORY, "-c", text)), ("pipe", self.run_program(MEMORY, stdin=text))):
                with self.subTest(text, way=way):
                    self.assertIn(result.status, (0, 2), result)
                    if result.status == 2:
                        self.assertRegex(result.err, r"^(<command>|<stdin>):\d+:\d+: error: ")

    def test_a_hundred_thousand_piped_statements(self):
        text = "".join(f"let v{number} = {number}\n" for number in range(50_000)) + "print $v49999\n" * 50_000
        start = time.monotonic()
        result = self.run_program(stdin=text)
        elapsed = time.monotonic() - start
        self.assert_status(result, 0)
        self.assertEqual(result.out, "49999\n" * 50_000)
        print(f"\nfigure: 100,000 piped statements in {elapsed:.2f} s")
        self.assertLess(elapsed, 5)

    def test_numbers_at_the_border(self):
        cases = {"9223372036854775807 + 1": "Script.Overflow", "-9223372036854775807 - 2": "Script.Overflow",
                 "9223372036854775807 * 2": "Script.Overflow", "1 // 0": "Script.DivideByZero", "1 % 0": "Script.DivideByZero",
                 "(-9223372036854775807 - 1) // (-1)": "Script.Overflow", "(-9223372036854775807 - 1) % (-1)": None,
                 "-(-9223372036854775807 - 1)": "Script.Overflow", "106751d + 106751d": "Script.Overflow", "1d * 1e300": "Script.",
                 "int(1e300)": "Script.", "int(\"9223372036854775808\")": "Script.", "range(0, 9223372036854775807)": "Script.",
                 "range(0, 10, 0)": "Script.", "[1][9223372036854775807]": "Script.Index", "[1][-9223372036854775807 - 1]": "Script.Index",
                 "\"a\" + 1": "Script.Type"}
        for text, code in cases.items():
            with self.subTest(text):
                result = self.run_program("-c", f"print ({text})")
                if code is None:
                    self.assertEqual((result.status, result.out.strip()), (0, "0"), result)
                else:
                    self.assert_failed(result, 1, code)
        for text in ("9223372036854775808", "1e999", "0x10000000000000000", "999999999999999999d", "wait 9999999999999d"):
            with self.subTest(text):
                self.assertIn(self.run_program("-c", text).status, (0, 1, 2))

    def test_endless_recursion(self):
        self.assert_failed(self.run_program("-c", "def f(n) { return f($n + 1) }\nf(0)"), 1, "Script.Depth")


class DeepValues(ProgramTest):
    BUILD = "let x = []\nlet i = 0\nwhile $i < 900 { set x = [$x]\nset i = $i + 1 }\n"

    def test_making(self):
        for step in ("[$x]", "{a: $x}", "[$x, $x]", "zip([$x], [1])"):
            with self.subTest(step):
                text = f"on exit {{ print left }}\nlet x = []\nfor i in range(1000000) {{ set x = {step} }}"
                result = self.statements(text)
                self.assert_failed(result, 1, "Script.Depth")
                self.assertEqual(result.out, "left\n")

    def assert_survives(self, text, *options, out=None, **others):
        result = self.run_program(*options, "-c", self.BUILD + text, **others)
        self.assertIn(result.status, (0, 1), result)
        if result.status == 1:
            self.assertIn("Script.", result.err)
        elif out is not None:
            self.assertEqual(result.out, out)

    def test_freeing(self):
        self.assert_survives("print done", out="done\n")
        self.assert_survives("set x = 1\nprint done", out="done\n")

    def test_comparing(self):
        other = self.BUILD.replace("let i", "set i").replace("x", "y")
        self.assert_survives(other + "print ($x == $y) ($x == [$y]) ($x in [$y])", out="true false true\n")

    def test_writing(self):
        expected = "[" * 901 + "]" * 901 + "\n"
        self.assert_survives("print $x", out=expected)
        self.assert_survives("print (len(json($x)))", out="1802\n")
        self.assert_survives("$x", "--format", "jsonl")

    def test_displaying_in_every_format(self):
        # Indentation that grows with the depth makes this text enormous: what is asked is only that it begins.
        for form in ("json", "yaml", "table", "vertical", "csv", "tsv"):
            with self.subTest(form):
                process = self.start("--format", form, "-c", self.BUILD + "$x")
                process.stdout.read(10)
                process.stdout.close()
                self.assertIn(process.wait(timeout=20), (0, 1, 141))
                process.stderr.close()
                process.stdout = process.stderr = None

    def test_in_an_error_and_as_an_argument(self):
        self.assert_survives("let e = json($x)\nfail \"Script.Own\" $e")
        self.assert_survives("print (1 + $x)")
        self.assert_survives("CreateVpc VpcName=$x", MEMORY)
        self.assert_survives("let r = {A: $x}\nset r.B = $x\nprint (len($r))", out="2\n")

    def test_reading(self):
        text = "print (len(parse_json(read(\"-\"))))"
        result = self.run_program("-c", text, stdin="[" * 1_000_000 + "]" * 1_000_000)
        self.assertIn(result.status, (0, 1, 2), result)


class LittleMemory(ProgramTest):
    """With 2 GB of address space nothing that a script makes ends the process: an error says so, and what is to be done
    at the end is done."""

    LONG = 'let s = "0123456789abcdef"\nfor i in range(22) { set s = $s + $s }\n'
    ENDLESS = "for i in range(100000000)"

    SCRIPTS = {
        "a list": "let x = [1]\nfor i in range(60) { set x = $x + $x }",
        "a list of lists": "let x = []\n" + ENDLESS + " { set x = $x + [[$i, $i, $i, $i]] }",
        "lists within lists": "let x = []\n" + ENDLESS + " { let y = []\nfor j in range(100) { set y = $y + [[$j]] }\nset x = $x + [$y] }",
        "records": "let x = []\n" + ENDLESS + ' { set x = $x + [{a: $i, b: "number $i of many, many more"}] }',
        "a record": "let x = {}\n" + ENDLESS + ' { set x["$i"] = $i }',
        "texts": LONG + 'let x = []\nfor i in range(1000) { set x = $x + ["$s$i"] }',
        "a secret": 'let x = secret("aaaaaaaaaaaaaaaa")\nfor i in range(60) { set x = $x + $x }',
        "pieces": LONG + 'let x = []\nfor i in range(100) { set x = $x + split($s, "0") }',
        "matches": LONG + 'print (len(replace_all($s, "[0-9]", "$0$0$0$0$0$0$0$0")))',
        "cases": LONG + "let x = []\nfor i in range(100) { set x = $x + [upper($s), lower($s)] }",
        "numbers": "let x = []\nfor i in range(100) { set x = $x + [range(10000000)] }",
        "sorting": "let x = []\nfor i in range(100) { set x = $x + [sort(reverse(range(5000000)))] }",
        "a copy": "let x = range(10000000)\nlet y = []\nfor i in range(100) { let z = $x\nset z[0] = $i\nset y = $y + [$z] }",
        "JSON": "let t = json(range(5000000))\nlet x = []\nfor i in range(100) { set x = $x + [parse_json($t)] }",
        "nested JSON": 'let t = "[" + join(range(3000000), ",[],{},[[1]],") + "]"\nlet x = []\nfor i in range(100) { set x = $x + [parse_json($t)] }',
        "stages": "let x = range(3000000)\nlet y = []\nfor i in range(100) { set y = $y + [($x | where $it >= 0)] }",
        "groups": "let x = parse_json(json(range(3000000)))\nlet y = ($x | where $it > 5)\nlet z = []\nfor i in range(100) { set z = $z + [zip($x, $y)] }",
        "formats": LONG + "let y = []\nfor i in range(100) { set y = $y + [([{a: $s}] | csv), ([{a: $s}] | json)] }",
        "a table": 'let x = [{a: join(range(1000000), "")}] + range(1000)\nprint (len(($x | table)))',
        "iterations": "for i in range(1000) parallel 200 { let x = []\nfor j in range(1000000) { set x = $x + [[$j, $i]] } }",
        "iterations in iterations": 'for i in range(60) parallel 200 { for j in range(20) parallel 200 { let x = $i * $j } }\nfail "Script.Value" "done"',
        "calls": 'def f(n) { if $n == 0 { return 0 }; return 1 + f($n - 1) }\nfor i in range(60) parallel 60 { let x = f(9000) }\nfail "Script.Value" "done"',
    }

    def test_nothing_ends_the_process(self):
        for title, text in self.SCRIPTS.items():
            with self.subTest(title):
                script = self.file("large.vpcsh", "on exit { print left }\n" + text + "\n")
                command = f"ulimit -v 2000000; exec {PROGRAM} {script}"
                result = self.run_program("-c", command, program="bash", timeout=120)
                self.assert_failed(result, 1, "Script.Value")
                self.assertTrue(result.out.endswith("left\n"), result)

    def test_scripts(self):
        statements = self.file("statements.vpcsh", "a\n" * 4_000_000)
        elements = self.file("elements.vpcsh", "".join("let x%d = [%s]\n" % (i, "[1]," * 500_000) for i in range(6)))
        for path in (statements, elements):
            for command in ("", "check", "fmt --check"):
                with self.subTest(path=path, command=command):
                    result = self.run_program(
                        "-c", f"ulimit -v 2000000; exec {PROGRAM} {command} {path}", program="bash", timeout=120)
                    self.assert_failed(result, 2)

    def test_a_service_with_little_memory(self):
        command = f"ulimit -v 2000000; exec {PROGRAM} {MEMORY} -c 'DescribeRegions | count'"
        self.assert_status(self.run_program("-c", command, program="bash"), 0)


class ManyMistakes(ProgramTest):
    def test_they_are_counted(self):
        for line in ("nosuch{}", "print $nosuch{}", "let = {}"):
            with self.subTest(line):
                path = self.file("wrong.vpcsh", "".join(line.format(i) + "\n" for i in range(200_000)))
                start = time.monotonic()
                result = self.run_program("check", path)
                self.assert_refused(result, "199950 more errors are not shown")
                self.assertEqual(result.err.count("error:"), 51)
                result = self.run_program("check", "--format", "json", path)
                self.assertEqual(len(json.loads(result.out)), 51)
                self.assertLess(time.monotonic() - start, 20)
