"""Nothing that a script makes, reads or is answered ends the program otherwise than with an error of the language, with
two gigabytes of address space."""

import unittest

from limited import TWO_GIGABYTES, expect_no_crash, expect_refusal, run_limited
from processes import Case, LONG, check_all, expect, is_known, left_out
from program import MEMORY

TEXT = 'let s = "aaaaaaaaaaaaaaaa"\n'
BIG = 'let big = "0123456789abcdef"\nfor i in range(16) { set big = $big + $big }\n'
"""A text of one million characters."""

SHARED = "let s = [1]\nfor i in range(60) { set s = [$s, $s] }\n"
"""A small value that would be enormous as text."""

RECORDS = "let s = {A: 1}\nfor i in range(60) { set s = {A: $s, B: $s} }\n"

GROWING = {
    "a secret": 'let s = secret("aaaaaaaaaaaaaaaa")\nfor i in range(60) { set s = $s + $s }',
    "a text": TEXT + "for i in range(60) { set s = $s + $s }",
    "a text by interpolation": TEXT + 'for i in range(60) { set s = "$s$s" }',
    "a secret by interpolation": 'let s = secret("aaaaaaaaaaaaaaaa")\nfor i in range(60) { set s = "$s-$s" }',
    "a list": "let s = [1, 2]\nfor i in range(60) { set s = $s + $s }",
    "a text by quoting": 'let s = "\\""\nfor i in range(60) { set s = json($s) }',
    "a text in a function": 'def f(s) { return f($s + $s) }\nf("aaaaaaaaaaaaaaaa")',
    "a text in a parallel loop": 'for i in range(3) parallel 3 { let s = "aaaaaaaaaaaaaaaa"\nfor j in range(60) { set s = $s + $s } }',
    "a list in a parallel loop": "for i in range(3) parallel 3 { let s = [1, 2]\nfor j in range(60) { set s = $s + $s } }",
    "a list one by one": "let s = []\nwhile true { set s = $s + [1] }",
    "a list of texts": BIG + "let s = []\nlet i = 0\nwhile true { set s = $s + [\"$i$big\"]\nset i = $i + 1 }",
    "a record of texts": BIG + "let s = {}\nlet i = 0\nwhile true { set s[\"k$i\"] = \"$i$big\"\nset i = $i + 1 }",
    "a text by single characters": 'let s = ""\nwhile true { set s = $s + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }',
    "join": BIG + "let l = range(100000)\nlet s = join($l, $big)",
    "join of a shared text": BIG + "let l = []\nfor i in range(20000) { set l = $l + [$big] }\nlet s = join($l, \"\")",
    "replace": BIG + 'let s = replace($big, "0", $big)',
    "replace of nothing": BIG + 'let s = replace($big, "", $big)',
    "replace_all": BIG + 'let s = replace_all($big, "[0-9]", $big)',
    "replace_all with groups": BIG + 'let s = replace_all($big, "(.+)", "$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1")\nset s = "$s$s$s"'
                                     "\nfor i in range(40) { set s = $s + $s }",
    "split": BIG + 'let l = []\nfor i in range(1000) { set l = $l + [split($big, "")] }',
    "pad": 'let s = pad("x", 9000000000)',
    "pad_left": 'let s = pad_left("x", 9223372036854775807)',
    "range": "let s = reverse(range(1000000000))",
    "range as a value": "let s = range(1000000000)\nset s[5] = 1\nprint (len(json($s)))",
    "hosts": 'let s = cidr_hosts("10.0.0.0/2")',
    "hosts of IPv6": 'let s = cidr_hosts("2001:db8::/32")',
    "flatten": "let l = range(1000000)\nlet m = []\nfor i in range(2000) { set m = $m + [$l] }\nlet s = flatten($m)",
    "zip": "let l = range(1000000)\nlet s = $l\nfor i in range(2000) { set s = zip($s, $l) }\nprint (len(json($s)))",
    "a record of long names": BIG + "let s = {}\nlet i = 0\nwhile true { set s[\"$i$big\"] = $i\nset i = $i + 1 }",
    "json of a large list": BIG + "let l = []\nfor i in range(20000) { set l = $l + [$big] }\nlet s = json($l)",
    "parse_json": 'let s = "["\nfor i in range(27) { set s = $s + $s }\nlet v = parse_json($s)',
    "parse_yaml by anchors": 'let t = "a: &a [x, x, x, x, x, x, x, x, x]\\n"\nlet l = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]\n'
                             'for i in range(9) { set t = "${t}${l[$i + 1]}: &${l[$i + 1]} [*${l[$i]}, *${l[$i]}, *${l[$i]}, *${l[$i]}, '
                             '*${l[$i]}, *${l[$i]}, *${l[$i]}, *${l[$i]}, *${l[$i]}]\\n" }\nprint (len(json(parse_yaml($t))))',
    "a regular expression": 'let s = find("aaaa", "((a{1000}){1000}){1000}")',
    "a query": "let l = range(3000)\nlet s = query($l, '[*].[@, @, @]')\nfor i in range(60) { set s = query($s, '[@, @]') }\nprint (len(json($s)))",
    "an error's message": TEXT + 'for i in range(60) { set s = $s + $s\non error A resume\nfail "A" $s }',
    "nested lists": "let s = []\nwhile true { set s = [$s] }",
    "nested records": "let s = {}\nwhile true { set s = {A: $s} }",
    "nested lists in a parallel loop": "for i in range(3) parallel 3 { let s = []\nfor i in range(5000000) { set s = [$s] }\nprint (len(json($s))) }",
}
"""Scripts that would take all memory: each ends with an error, status 1."""

MAY_SUCCEED = {"a regular expression", "nested lists in a parallel loop", "hosts of IPv6"}

NEEDS = {"pad": 'print (pad("x", 1))', "pad_left": 'print (pad_left("x", 1))', "parse_yaml by anchors": 'print (parse_yaml("x"))'}
"""What some of them need of the language."""

SLOW = {"a list", "a list one by one", "a record of texts", "a text in a parallel loop", "a text by single characters", "replace_all with groups",
        "zip", "a record of long names", "a text in a function", "replace_all", "a list in a parallel loop", "a text by interpolation", "a secret by interpolation", "an error's message"}
"""Those that take seconds until they come to a limit: the long run has them."""

TEXTS_OF_SHARED = {
    "print": "print $s", "json": "$s | json", "jsonl": "$s | jsonl", "yaml": "$s | yaml", "save": "$s | save 'out'",
    "json()": "print (len(json($s)))", "yaml()": "print (len(yaml($s)))", "text": 'let t = "$s"', "displayed": "$s", "sh": "$s | sh 'cat'",
    "fail": 'fail "A" "$s"',
}
LOOKS_AT_SHARED = {
    "==": "print ($s == $s)",
    "== of another": "let t = [1]\nfor i in range(60) { set t = [$t, $t] }\nprint ($s == $t)",
    "unique": "print (len(unique($s)))", "| unique": "$s | unique | count", "in": "print ($s in [$s])", "sort": "sort([$s, $s])", "table": "$s | table", "vertical": "$s | vertical",
    "csv": "$s | csv", "tsv": "$s | tsv", "query": "print (len(query($s, '[]')))",
    "query of all": "query($s, '[][][][][][][][][][][][][][][][][][][][][][][][]') | count",
    "where": "$s | where $it == $s | count", "group": "[{K: $s}, {K: $s}] | group K | count", "max": "max($s)",
    "a secret of it": "secret($s)", "flatten": "print (len(flatten(flatten(flatten($s)))))",
    "an argument": "CreateVpc VpcName=$s", "reverse": "print (len(reverse($s)))",
}
"""What can be done with it by looking at a part, or at what is shared only once: success is as right as an error."""

DEEP = {
    "recursion": "def f(n) { return f($n + 1) }\nf(0)",
    "recursion of two": "def f(n) { return g($n + 1) }\ndef g(n) { return f($n + 1) }\nf(0)",
    "recursion with values": "def f(n, l) { let m = $l + [$n]\nreturn 1 + f($n + 1, $m) }\nf(0, [])",
    "recursion in a parallel loop": "def f(n) { return f($n + 1) }\nfor i in range(3) parallel 3 { f(0) }",
    "recursion in nested parallel loops": "def f(n) { return f($n + 1) }\nfor i in range(3) parallel 3 { for j in range(3) parallel 3 { f(0) } }",
    "a parallel loop in recursion": "def f(n) { for i in range(2) parallel 2 { f($n + 1) } }\nf(0)",
    "recursion in a handler": 'def f(n) { on error { f($n + 1) }\nfail "A" "b" }\nf(0)',
    "recursion under handlers": 'def f(n) { on error A resume\nf($n + 1) }\nf(0)',
    "recursion on exit": "def f(n) { on exit { f($n + 1) } }\nf(0)",
    "recursion in where": "def f(n) { return ([1] | where f($n + 1)) }\nf(0)",
    "recursion in wait until": "def f(n) { wait until f($n + 1)\nreturn true }\nf(0)",
    "recursion in an argument": "def f(n) { return max(f($n + 1), 1) }\nf(0)",
    "recursion in text": 'def f(n) { return "x${f($n + 1)}" }\nf(0)',
}


class Growing(unittest.TestCase):
    def check(self, scripts, statuses=lambda name: (1,), most=3, **limits):
        """At most three at once: each may take two gigabytes."""
        def run(name):
            with Case() as case:
                path = case.file("a.vpcsh", scripts[name] + "\n")
                status = run_limited(case, MEMORY, path, memory=TWO_GIGABYTES, **limits)
                expect_refusal(case, status, statuses(name))

        check_all(self, run, list(scripts), at_once=most)
        print(f"\nfigure: {len(scripts)} scripts in 2 GB of address space: each ended by its own will")

    def test_what_grows_without_end(self):
        scripts = {name: text for name, text in GROWING.items() if LONG or name not in SLOW}
        unknown = {name: need for name, need in NEEDS.items() if not is_known(need)}
        left_out(self, unknown, "the language does not have it")
        scripts = {name: text for name, text in scripts.items() if name not in unknown}
        self.check(scripts, lambda name: (0, 1) if name in MAY_SUCCEED else (1,))

    def test_shared_values_as_text(self):
        self.check({f"{kind} by {name}": made + text for kind, made in (("lists", SHARED), ("records", RECORDS))
                    for name, text in TEXTS_OF_SHARED.items()})

    def test_shared_values_looked_at(self):
        self.check({f"{kind} by {name}": made + text for kind, made in (("lists", SHARED), ("records", RECORDS))
                    for name, text in LOOKS_AT_SHARED.items() if LONG or kind == "lists" and name != "query of all"}, lambda _: (0, 1, 2, 3))

    def test_recursion(self):
        self.check({name: text for name, text in DEEP.items() if LONG or name != "recursion with values"})

    def test_many_iterations_at_once(self):
        scripts = {
            "200 in 200": "for i in range(200) parallel 200 { for j in range(200) parallel 200 { wait 1ms } }\nprint done",
            "1000": "for i in range(1000) parallel 1000 { wait 20ms }\nprint done",
            "four levels": "for a in range(12) parallel 12 { for b in range(12) parallel 12 { for c in range(12) parallel 12 { "
                           "for d in range(4) parallel 4 { } } } }\nprint done",
            "through functions": "def f(n) { if $n > 0 { for i in range(6) parallel 6 { f($n - 1) } } }\nf(4)\nprint done"}

        def run(name):
            with Case() as case:
                status = run_limited(case, case.file("a.vpcsh", scripts[name]), memory=TWO_GIGABYTES)
                expect_no_crash(case, status)
                expect((status, case.out) == (0, "done\n"), f"it did not come to its end; {case.told()}")

        check_all(self, run, list(scripts), at_once=2)

    def test_an_error_leaves_room_to_go_on(self):
        """What took the memory is let go: the handler runs, and so does what comes after."""
        def run(name):
            with Case() as case:
                text = (f"on exit {{ print cleanup }}\ndef take() {{\n{GROWING[name]}\n}}\n"
                        "take() on error as e { print \"caught $e.Code\" }\nprint after")
                status = run_limited(case, case.file("a.vpcsh", text), memory=TWO_GIGABYTES)
                expect_no_crash(case, status)
                expect(status == 0 and case.out.startswith("caught Script.") and case.out.endswith("after\ncleanup\n"), case.told())

        check_all(self, run, ["a text", "a secret", "replace", "nested lists", *(["a list", "a list of texts"] if LONG else [])], at_once=3)


if __name__ == "__main__":
    unittest.main()
