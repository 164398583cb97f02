"""Whatever a run is stuck in, one signal to it alone ends it at once: what was promised on exit is done once, the status
tells the signal, and nothing that it has started stays."""

import http.client
import os
import re
import signal
import socket
import statistics
import threading
import time
import unittest

from blocking_states import CHILDREN, COMPUTING, NETWORK, READING, READY, WAITING, WRITING, full_pipe
from processes import Case, LONG, check_all, ended_within, expect

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HANGS = 5
"""Seconds after which nothing more is expected."""


def combinations(states):
    """Every state with every signal. By default the ways in take turns, so that each signal meets each way; the long
    run takes them all."""
    for place, state in enumerate(states):
        ways = state.ways if state.text else ("command",)
        for turn, number in enumerate(SIGNALS):
            for way in ways if LONG else (ways[(place + turn) % len(ways)],):
                yield state, number, way


def named(combination):
    state, number, way = combination
    return f"{state} / {signal.Signals(number).name} / {way}"


def begin(case, state, way):
    """Starts the program and brings it into the state."""
    state.prepare(case)
    pipe = subprocess_pipe(case) if state.silent_input else None
    outputs = {}
    if state.out_is_full:
        outputs["stdout"] = full_pipe(case)
    if state.err_is_full:
        outputs["stderr"] = full_pipe(case)
    if state.text is None:
        case.start(*state.command(case), **({"stdin": pipe} if pipe is not None else {}), **outputs)
    else:
        cleanup, ready = ("warn" if state.out_is_full else "print"), ("print" if state.err_is_full else "warn")
        text = f"on exit {{ {cleanup} \"cleanup\" }}\n{ready} {READY}\n{state.text(case)}\n"
        if way == "--stream":
            reading, writing = os.pipe()
            case.ends.callback(os.close, writing)
            case.start(*state.options(case), "--stream", stdin=reading, **outputs)
            os.close(reading)
            os.write(writing, text.encode())
        elif way == "stdin":
            with open(case.file("script.vpcsh", text), "rb") as file:
                case.start(*state.options(case), stdin=file, **outputs)
        else:
            arguments = ("-c", text) if way == "-c" else (case.file("script.vpcsh", text),)
            if state.name == "a secret from a FIFO":
                arguments = (case.file("script.vpcsh", "param psk: secret\n" + text), "--psk", f"file:{case.fifo()}")
            case.start(*state.options(case), *arguments, **({"stdin": pipe} if pipe is not None else {}), **outputs)
    case.until(lambda: state.reached(case), "in the state")


def subprocess_pipe(case):
    reading, writing = os.pipe()
    os.write(writing, b"# the rest never comes\n")
    for end in (reading, writing):
        case.ends.callback(os.close, end)
    return reading


def interrupt(combination):
    """Seconds from the signal to the end."""
    state, number, way = combination
    with Case() as case:
        begin(case, state, way)
        os.kill(case.process.pid, number)
        seconds = ended_within(case.process, HANGS)
        expect(seconds is not None, f"it goes on; {case.told()}")
        expected = (state.status(number), -number)
        expect(case.process.returncode in expected, f"expected the status {expected[0]}; {case.told()}")
        deadline = time.monotonic() + 1
        # What a command left in the background when it came to its own end is not the program's any more.
        while case.survivors() and "returned" not in case.err:
            expect(time.monotonic() < deadline, "a child survives: " + ", ".join(map(command_line, case.survivors())))
            time.sleep(0.01)
        if state.text and not state.late:
            said = case.err if state.out_is_full else case.out
            expect(said.count("cleanup") == 1, f"'on exit' ran {said.count('cleanup')} times; {case.told()}")
        return seconds


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode(errors="replace")[:80]
    except OSError:
        return "?"


class Interruption(unittest.TestCase):
    latencies, tried, states = [], 0, 0

    @classmethod
    def tearDownClass(cls):
        if cls.latencies:
            ended = len(cls.latencies)
            outcome = "all" if ended == cls.tried else f"{ended}"
            print(f"\nfigure: {cls.states} states × {len(SIGNALS)} signals × {'all' if LONG else 'some'} ways in, {cls.tried} cases, tried: "
                  f"{outcome} ended with the expected status; median {statistics.median(cls.latencies) * 1000:.0f} ms, "
                  f"worst {max(cls.latencies) * 1000:.0f} ms")

    def ends(self, states):
        cases = list(combinations(states))
        kind = type(self)
        kind.tried += len(cases)
        kind.states += len(states)

        def timed(combination):
            seconds = interrupt(combination)
            if seconds > combination[0].limit:
                # A machine that is busy with something else is slow once; a program that is slow is so again.
                seconds = min(seconds, interrupt(combination))
            kind.latencies.append(seconds)
            expect(seconds <= combination[0].limit, f"it took {seconds:.2f} s")

        check_all(self, timed, cases, named)

    def test_reading(self):
        self.ends(READING)

    def test_writing(self):
        self.ends(WRITING)

    def test_waiting(self):
        self.ends(WAITING)

    def test_computing(self):
        self.ends(COMPUTING)

    def test_children(self):
        self.ends(CHILDREN)

    def test_network(self):
        self.ends(NETWORK)


class Serving(unittest.TestCase):
    """The endpoint ends in order, with status 0, whatever its clients do."""

    HELD = {
        "busy": (), "connections without a request": (b"",),
        "half a head": (b"GET /?Action=DescribeVpcs HTTP/1.1\r\nHost: 127.0.0",),
        "half a body": (b"POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 1000\r\n\r\nAction=",)}

    def test_serving_busy_clients(self):
        def stop(case_):
            held, number = case_
            with Case() as case:
                process = case.start("serve", "--port", "0", "--db", str(case.folder / "a.db"))
                case.until(lambda: "listening on" in case.out, "listening")
                port = int(re.search(r":(\d+)\n", case.out).group(1))
                stopping = threading.Event()
                case.ends.callback(stopping.set)
                answers = []
                for _ in range(4):
                    threading.Thread(target=ask_without_end, args=(port, stopping, answers), daemon=True).start()
                for text in self.HELD[held]:
                    connection = case.opened(socket.create_connection(("127.0.0.1", port)))
                    connection.sendall(text.replace(b"%d", str(port).encode()))
                case.until(lambda: len(answers) > 40, "busy")
                os.kill(process.pid, number)
                seconds = ended_within(process, HANGS)
                expect(seconds is not None, f"it goes on; {case.told()}")
                expect(process.returncode == 0, f"expected the status 0; {case.told()}")
                expect(seconds <= 1, f"it took {seconds:.2f} s")

        check_all(self, stop, [(held, number) for held in self.HELD for number in SIGNALS],
                  lambda case: f"{case[0]} / {signal.Signals(case[1]).name}")


def ask_without_end(port, stopping, answers):
    while not stopping.is_set():
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            while not stopping.is_set():
                connection.request("GET", "/?Action=DescribeRegions&Version=2016-04-28")
                connection.getresponse().read()
                answers.append(1)
                time.sleep(0.002)
        except OSError:
            return
        except http.client.HTTPException:
            return
