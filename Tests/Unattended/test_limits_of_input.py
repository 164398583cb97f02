"""Input without end, and more than there is room for: files, devices, programs, answers, scripts."""

import socket
import subprocess
import threading
import unittest

from limited import TWO_GIGABYTES, expect_refusal, run_limited
from processes import Case, LONG, check_all, expect
from program import KEYS, MEMORY

MEGABYTE = 1_000_000

SCRIPTS = {
    "read of /dev/zero": 'let t = read("/dev/zero")', "lines of /dev/zero": 'for l in lines("/dev/zero") { }',
    "lines of a line without end": 'let l = lines("/dev/zero")', "items of it": 'let t = parse_json(read("/dev/zero"))',
    "sh that says yes": 'null | sh "yes" | ignore', "sh without a line end": 'null | sh "cat /dev/zero" | ignore',
    "sh, kept": 'let t = null | sh "yes"', "sh in a parallel loop": 'for i in range(3) parallel 3 { null | sh "yes" | ignore }',
    "source": "source '/dev/zero'",
}
SLOW = {"items of it", "lines of a line without end", "sh, kept", "sh in a parallel loop"}
"""Much the same as others: the long run has them."""

COMMANDS = {
    "the script": ("/dev/zero",), "check": ("check", "/dev/zero"), "fmt": ("fmt", "--check", "/dev/zero"), "--replay": ("--replay", "/dev/zero", "-c", "DescribeVpcs"),
    "--ca-file": ("--ca-file", "/dev/zero", "-c", "DescribeVpcs"), "a secret": ("@script@", "--psk", "file:/dev/zero"),
    "local import": ("local", "import", "/dev/zero", "--db", "@db@"),
}
STREAMS = {"standard input": (), "-": ("-",), "--stream": ("--stream",), "check": ("check", "-"), "fmt": ("fmt", "-"), "read of -": ("-c", 'let t = read("-")'),
           "lines of -": ("-c", 'for l in lines("-") { }')}


class Endless(unittest.TestCase):
    def test_devices_and_programs(self):
        def run(item):
            kind, name = item
            with Case() as case:
                case.environment.update(KEYS)
                if kind == "script":
                    arguments = (MEMORY, case.file("a.vpcsh", f"{SCRIPTS[name]}\n"))
                else:
                    places = {"@script@": case.file("secret.vpcsh", "param psk: secret\nprint ok\n"), "@db@": str(case.folder / "a.db")}
                    arguments = [places.get(word, word) for word in COMMANDS[name]]
                status = run_limited(case, *arguments, memory=TWO_GIGABYTES)
                expect_refusal(case, status, (1, 2, 4))
                expect(not case.survivors(), "a child survives")

        check_all(self, run, [("script", name) for name in SCRIPTS if LONG or name not in SLOW] + [("option", name)
                  for name in COMMANDS], lambda item: f"{item[1]} ({item[0]})", at_once=3)

    def test_standard_input(self):
        def run(item):
            name, source = item
            with Case() as case:
                writer = subprocess.Popen(source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                case.ends.callback(writer.wait)
                case.ends.callback(writer.kill)
                status = run_limited(case, *STREAMS[name], memory=TWO_GIGABYTES, stdin=writer.stdout)
                writer.stdout.close()
                expect_refusal(case, status, (1, 2))

        sources = (("cat", "/dev/zero"), ("yes",), ("yes", "# " + "x" * 1000))
        # Lines that are read one by one may go on for ever.
        cases = [(name, source) for name in STREAMS for source in (sources if LONG else sources[:2])
                 if not (name in ("--stream", "lines of -") and source[0] == "yes")]
        check_all(self, run, cases, lambda item: f"{item[0]} from {' '.join(item[1])[:20]}", at_once=3)


class Answers(unittest.TestCase):
    """A service that answers with more than anybody can take."""

    @staticmethod
    def send(listener, head, chunk, size):
        """Answers each connection with `size` bytes."""
        def answer(connection):
            try:
                connection.recv(1 << 16)
                connection.sendall(head)
                for _ in range(size // len(chunk)):
                    connection.sendall(chunk)
            except OSError:
                pass
            finally:
                connection.close()

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()

    def test_five_hundred_megabytes(self):
        size = 500 * MEGABYTE
        item = b'{"VpcId": "vpc-1", "Description": "' + b"x" * 900 + b'"},'
        chunk = item * 100
        chunked = b"%x\r\n%s\r\n" % (len(chunk), chunk)
        begun = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        opening = b'{"RequestId": "R", "TotalCount": 1, "Vpcs": {"Vpc": ['
        kinds = {
            "a length": (begun + b"Content-Length: %d\r\n\r\n" % size + opening, chunk),
            "chunks": (begun + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(opening), opening), chunked),
            "no length": (begun + b"Connection: close\r\n\r\n" + opening, chunk),
            "a header": (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 100_000), "headers": (b"HTTP/1.1 200 OK\r\n", b"X-Some: y\r\n" * 10_000),
            "a status line": (b"HTTP/1.1 200 ", b"x" * 100_000), "an error": (begun.replace(b"200 OK", b"400 Bad") + b"Connection: close\r\n\r\n", b"x" * 100_000),
            "brackets": (begun + b"Connection: close\r\n\r\n", b"[" * 100_000), "trailers": (begun + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X: y\r\n" * 10_000),
        }

        def run(name):
            with Case() as case:
                listener = case.opened(socket.create_server(("127.0.0.1", 0)))
                self.send(listener, *kinds[name], size)
                case.environment.update(KEYS)
                url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                status = run_limited(case, "--endpoint", url, "--retries", "0", "-c", "DescribeVpcs | count", memory=TWO_GIGABYTES)
                expect_refusal(case, status, (4,))

        check_all(self, run, list(kinds), at_once=3)


class Large(unittest.TestCase):
    """Scripts and lines of a hundred megabytes: they run, or are refused with a message."""

    SIZE = 100 * MEGABYTE

    def refused_or_run(self, make, cases, at_once=2):
        def run(name):
            with Case() as case:
                arguments, stdin = make(case, cases[name])
                status = run_limited(case, *arguments, memory=TWO_GIGABYTES, timeout=30, **
                                     ({"stdin": case.opened(open(stdin, "rb"))} if stdin else {}))
                expect_refusal(case, status, (0, 1, 2))

        check_all(self, run, list(cases), at_once=at_once)

    def repeated(self, text):
        return text * (self.SIZE // len(text))

    def test_scripts(self):
        cases = {"comments": "# a comment of a script that goes on and on\n", "statements": "print x\n", "one line": "print x; "}
        if LONG:
            cases |= {
    "declarations": "let x = 1\n",
    "brackets": "[",
    "blanks": " ",
    "line ends": "\n",
    "semicolons": ";",
    "a text": "x",
    "names": "$x ",
     "strings": '"x" '}
        self.refused_or_run(lambda case, text: ((MEMORY, case.file("a.vpcsh", self.repeated(text))), None), cases)

    def test_scripts_that_are_checked_and_laid_out(self):
        cases = {"check": ("check",), "fmt": ("fmt", "--check")}
        self.refused_or_run(lambda case, words: ((*words, case.file("a.vpcsh", self.repeated("print x\n"))), None), cases)

    def test_a_line_of_a_stream(self):
        cases = {"a comment": "# " + "x" * self.SIZE, "a word": "print " + "x" * \
            self.SIZE, "a text that is not closed": 'print "' + "x" * self.SIZE}
        if LONG:
            cases |= {"brackets": "[" * self.SIZE, "an open block": "if true {\n" + "print x\n" * (self.SIZE // 8)}
        self.refused_or_run(lambda case, text: (("--stream",), case.file("input", text)), cases)

    def test_values_in_files(self):
        cases = {"json of brackets": ('let v = parse_json(read("{}"))', "["), "json of objects": ('let v = parse_json(read("{}"))', '{"a":'),
                 "lines": ('print (len(lines("{}")))', "x\n")}
        if LONG:
            cases |= {"split": ('print (len(split(read("{}"), "x")))', "x"), "text": ('print (len(read("{}")))', "x"), "upper": ('print (len(upper(read("{}"))))', "\u00e9"),
                      "replace": ('print (len(replace(read("{}"), "x", "yy")))', "x"), "json list": ('print (len(parse_json("[" + read("{}") + "1]")))', "1,")}

        def make(case, pair):
            path = case.file("input", self.repeated(pair[1]))
            return (MEMORY, "-c", pair[0].replace("{}", path)), None

        self.refused_or_run(make, cases)


if __name__ == "__main__":
    unittest.main()
