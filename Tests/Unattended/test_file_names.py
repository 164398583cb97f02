"""A file's name is anybody's: what it holds never drives the terminal, nor forges a message."""

import json
import re
import unittest

from processes import Case, check_all, expect
from program import MEMORY
from saved import folder_of


class Names(unittest.TestCase):
    NAMES = ("x\x1b]0;evil\x07\x1b[2J.vpcsh", "x\nerror: forged\n.vpcsh", "x\r\x1b[31mgone\x7f.vpcsh", "x\u009b2J.vpcsh")

    def test_in_messages(self):
        def run(item):
            where, name = item
            with Case() as case:
                folder = folder_of(case)
                missing, wrong, place = folder / name, folder / ("w" + name), folder / name / "y"
                wrong.write_text("let = 1\nprint $nothing\n")
                quoted = re.sub(r"\\u([0-9a-f]{4})", r"\\u{\1}", json.dumps(str(place)))
                plain = case.file("plain.vpcsh", "param psk: secret\nprint x\n")
                arguments = {
                    "a missing script": (missing,), "a wrong script": (wrong,), "check": ("check", wrong, missing), "fmt": ("fmt", wrong, missing),
                    "check as json": ("check", "--format", "json", wrong),
                    "save": ("-c", f"[1] | json | save {quoted}"), "read": ("-c", f"read({quoted})"), "--ca-file": ("--ca-file", missing, "-c", "DescribeVpcs"),
                    "--replay": ("--replay", missing, "-c", "DescribeVpcs"), "--record": ("--record", place, MEMORY, "-c", "DescribeVpcs"),
                    "--local": (f"--local={place}", "-c", "CreateVpc"),
                    "a secret": (plain, "--psk", f"file:{missing}"),
                    "serve": ("serve", "--port", "0", "--db", place), "local": ("local", "--db", place),
                    "--profile": ("--profile", name, "-c", "DescribeVpcs"),
                    "an option": ("--" + name, "-c", "print x"), "an argument": (plain, "--" + name, "x"), "fail": ("-c", f'fail "A" {quoted}'),
                }[where]
                status = case.run(*map(str, arguments))
                expect(status in (1, 2, 3, 4), case.told())
                said = case.err + ("" if where != "check as json" else case.out)
                bad = re.findall(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]", said)
                expect(not bad, f"raw characters {sorted(set(bad))}; {case.told()}")
                expect(not re.search(r"^error: forged", said, re.M), f"a forged line; {case.told()}")

        wheres = ["a missing script", "a wrong script", "check", "fmt", "check as json", "save", "read", "--ca-file", "--replay", "--record", "--local", "a secret", "serve", "local",
                  "--profile", "an option", "an argument", "fail"]
        check_all(self, run, [(where, name) for where in wheres for name in self.NAMES], lambda item: f"{item[0]} / {item[1]!r}")


if __name__ == "__main__":
    unittest.main()
