"""The states in which a run can be stuck, each as a script or a command line that brings the program into it, and as a
look from outside that tells when it is there."""

import dataclasses
import fcntl
import itertools
import json
import os
import socket
import sqlite3
import subprocess
import termios
import threading
import time
from typing import Callable

from processes import expect, is_asleep, is_computing, is_known, sockets
from program import KEYS, MEMORY, PROGRAM
from service import Service, chosen, json_answer, silent

READY = "ready"
BIG = 'let big = "0123456789"\nfor i in range(18) { set big = $big + $big }\n'
"""Statements that make a text of 2.6 million characters."""
SCRIPT_WAYS = ("file", "stdin", "-c")


def asleep(case):
    """It has said that it is ready, and sleeps."""
    return READY in case.err and is_asleep(case.process.pid)


def sleeping_child(count=1):
    """A child of the case runs sleep, and the program waits."""
    def look(case):
        return sum(1 for pid in case.survivors() if command(pid) == "sleep") >= count and is_asleep(case.process.pid)
    return look


def command(pid):
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip()
    except OSError:
        return ""


@dataclasses.dataclass
class State:
    """One way to be stuck. `text` is the script, made when the case has been prepared; without one, `command` is the
    whole command line and no script runs, so that nothing is to be done on exit."""

    name: str
    text: Callable = None
    command: Callable = None
    ways: tuple = SCRIPT_WAYS
    prepare: Callable = lambda case: None
    options: Callable = lambda case: (MEMORY,)
    reached: Callable = asleep
    limit: float = 1.0
    status: Callable = lambda number: 128 + number
    """The status that is right after a signal."""
    out_is_full: bool = False
    """Whether standard output is the pipe that nobody reads: the words of `on exit` go to standard error then."""
    err_is_full: bool = False
    silent_input: bool = False
    """Whether standard input is a pipe whose writer says nothing."""
    late: bool = False
    """Whether the state is one before the script has begun, with nothing to be done on exit."""

    def __str__(self):
        return self.name


def script(name, text, **others):
    return State(name, text if callable(text) else lambda case: text, **others)


# Reading and writing


def full_pipe(case, err=False):
    """A pipe of one page that nobody reads: its writing end, with the reading end kept open."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, 1031, 4096)  # F_SETPIPE_SZ
    for end in (reading, writing):
        case.ends.callback(os.close, end)
    case.pipe = reading
    return writing


def pipe_is_full(case):
    waiting = bytearray(4)
    fcntl.ioctl(case.pipe, termios.FIONREAD, waiting)
    return int.from_bytes(waiting, "little") >= 2048 and is_asleep(case.process.pid)


READING = [
    State("a script from a silent pipe", command=lambda case: ("-",), silent_input=True, reached=lambda case: is_asleep(case.process.pid)),
    State("a script from a silent pipe without -", command=lambda case: (), silent_input=True,
          reached=lambda case: is_asleep(case.process.pid)),
    State("check of a FIFO", command=lambda case: ("check", case.fifo()), reached=lambda case: is_asleep(case.process.pid)),
    State("fmt of a FIFO", command=lambda case: ("fmt", case.fifo()), reached=lambda case: is_asleep(case.process.pid)),
    State("a FIFO as the script", command=lambda case: (case.fifo(),), reached=lambda case: is_asleep(case.process.pid)),
    State("--replay of a FIFO", command=lambda case: ("--replay", case.fifo(), "-c", "DescribeVpcs"),
          reached=lambda case: is_asleep(case.process.pid)),
    script("read of -", 'let t = read("-")', ways=("file", "-c"), silent_input=True),
    script("lines of -", 'for l in lines("-") { print $l }', ways=("file", "-c"), silent_input=True),
    script("read of a FIFO", lambda case: f'let t = read("{case.fifo()}")'),
    script("lines of a FIFO", lambda case: f'for l in lines("{case.fifo()}") {{ print $l }}'),
    script("source of a FIFO", lambda case: f"source '{case.fifo()}'", late=True,
           reached=lambda case: is_asleep(case.process.pid)),
    script("a secret from a FIFO", "print x", late=True, ways=("file",), options=lambda case: (MEMORY,),
           reached=lambda case: is_asleep(case.process.pid)),
    State("--stream without input", ways=("--stream",), text=lambda case: ""),
]

WRITING = [
    script("save to a FIFO", lambda case: f"[1, 2] | json | save '{case.fifo()}'"),
    *([script("append to a FIFO", lambda case: f"[1, 2] | json | append '{case.fifo()}'")] if is_known("[1] | json | append 'x'") else []),
    script(
    "a full pipe, in a loop",
    "while true { print 0123456789012345678901234567890123456789 }",
    out_is_full=True,
     reached=pipe_is_full),
    script("a full pipe, one value", BIG + "print $big", out_is_full=True, reached=pipe_is_full),
    script("a full pipe, a list", "range(300000) | table", out_is_full=True, reached=pipe_is_full),
    script(
    "a full pipe at standard error",
    "while true { warn 0123456789012345678901234567890123456789 }",
    err_is_full=True,
     reached=pipe_is_full),
]

# Waiting and computing

WAITING = [
    script("wait", "wait 1h"),
    script("wait until", "wait until false"),
    script("wait until, seldom", "wait until false every 1h for 2h"),
    script("retry", 'on error * retry every 1h\nfail "A.B" "c"'),
    script("retry with backoff", 'on error * retry backoff 1h..2h\nfail "A.B" "c"'),
    script("a parallel loop that waits", "for i in range(4) parallel 4 { wait 1h }"),
    script("a parallel loop of calls and waits",
     "for i in range(4) parallel 4 { DescribeRegions | ignore\nwait until false every 1h for 2h }"),
]

COMPUTING = [
    script("a loop", "while true { }", reached=lambda case: READY in case.err and is_computing(case.process.pid)),
    script("a loop that counts", "let i = 0\nwhile true { set i = $i + 1 }",
           reached=lambda case: READY in case.err and is_computing(case.process.pid)),
    script("a parallel loop", "for i in range(4) parallel 4 { while true { } }",
           reached=lambda case: READY in case.err and is_computing(case.process.pid)),
    script("a long range", "for i in range(9000000000000) { }", reached=lambda case: READY in case.err and is_computing(case.process.pid)),
    script("one function that takes long", BIG.replace("18", "20") + 'print (len(replace_all($big, "([0-9]+)*y", "z")))',
           reached=lambda case: READY in case.err and is_computing(case.process.pid)),
]

# Children

CHILDREN = [
    script("sh", 'null | sh "sleep 100"', reached=sleeping_child()),
    script("sh that leaves a child", 'null | sh "sleep 100 &"\nwarn returned\nwait 1h', reached=sleeping_child()),
    script("sh that ignores TERM", "null | sh \"trap '' TERM; sleep 100\"", reached=sleeping_child(), limit=3.0),
    script("sh that ignores all", "null | sh \"trap '' TERM INT HUP; sleep 100; sleep 100\"", reached=sleeping_child(), limit=3.0),
    script("a stage of sh that reads nothing", BIG + '$big | sh "sleep 100"', reached=sleeping_child()),
    script("sh that closes its output", 'null | sh "exec >&- 2>&-; sleep 100"', reached=sleeping_child()),
    script("sh in a parallel loop", 'for i in range(3) parallel 3 { null | sh "sleep 100" }', reached=sleeping_child(3)),
    script("sh with a grandchild in the background", 'null | sh "(sleep 100; true) & sleep 100"', reached=sleeping_child(2)),
]

# The network


def fake(answer):
    """Starts a service; it is known to be reached as soon as a request has arrived."""
    def prepare(case):
        case.service = case.opened(Service(answer))
        case.environment.update(KEYS)
    return prepare


def at_service(case):
    return ("--endpoint", case.service.url)


def asked(case):
    return case.service.arrived.is_set()


def listener(case, backlog=5):
    case.listener = case.opened(socket.socket())
    case.listener.bind(("127.0.0.1", 0))
    case.listener.listen(backlog)
    case.port = case.listener.getsockname()[1]
    case.environment.update(KEYS)


def full_backlog(case):
    """A port whose queue is full of connections that nobody accepts: further ones stay without an answer."""
    listener(case, 0)
    case.fillers = []
    for _ in range(4):
        filler = case.opened(socket.socket())
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", case.port))
        case.fillers.append(filler)


def take_one(case):
    """Accepts one connection and hears its first bytes."""
    try:
        connection, _ = case.listener.accept()
        case.opened(connection)
        if connection.recv(10):
            case.heard.set()
    except OSError:
        pass


def silent_handshake(case):
    """A port that takes what a TLS client says first, and says nothing."""
    listener(case)
    case.heard = threading.Event()
    threading.Thread(target=take_one, args=(case,), daemon=True).start()


def endless_pages(case):
    """Always one more page, each with a token of its own."""
    numbers = itertools.count(1)

    def page(_):
        number = next(numbers)
        # The test's own processor time is not what is measured.
        time.sleep(0.005)
        return json_answer({"RequestId": f"R-{number}", "NextToken": f"token-{number}", "MaxResults": 1,
                            "TotalCount": 1 << 40, "IpsecServers": [{"IpsecServerId": f"iss-{number}"}]})

    fake(chosen(page))(case)


def external_program(text):
    def prepare(case):
        fake(silent)(case)
        for name in KEYS:
            del case.environment[name]
        path = case.file("get-key", f"#!/bin/sh\n{text}\n")
        os.chmod(path, 0o755)
        case.file("home/.aliyun/config.json", json.dumps(
            {"current": "default", "profiles": [{"name": "default", "mode": "External", "process_command": path, "region_id": "cn-hangzhou"}]}))
        os.chmod(case.folder / "home/.aliyun/config.json", 0o600)
    return prepare


def credentials_address(case):
    """The program that hands out keys by HTTP never answers."""
    fake(silent)(case)
    for name in KEYS:
        del case.environment[name]
    case.environment["ALIBABA_CLOUD_CREDENTIALS_URI"] = case.service.url


def proxy(case):
    listener(case)
    case.environment["HTTPS_PROXY"] = f"http://127.0.0.1:{case.port}"
    case.heard = threading.Event()
    threading.Thread(target=take_one, args=(case,), daemon=True).start()


def locked_database(case):
    """Another process holds the database's lock."""
    path = str(case.folder / "locked.db")
    done = subprocess.run([PROGRAM, f"--local={path}", "-c", "CreateVpc | ignore"], env=case.environment, capture_output=True)
    expect(done.returncode == 0, f"no database: {done.stderr!r}")
    connection = case.opened(sqlite3.connect(path, check_same_thread=False, isolation_level=None))
    connection.execute("BEGIN EXCLUSIVE")


def at_locked_database(case):
    return (f"--local={case.folder}/locked.db",)


NETWORK = [
    script("a call that is not answered", "DescribeVpcs", prepare=fake(silent), options=at_service, reached=asked),
    script("a write that is not answered", "CreateVpc", prepare=fake(silent), options=at_service, reached=asked),
    script("calls in a parallel loop", "for i in range(4) parallel 4 { DescribeVpcs }", prepare=fake(silent), options=at_service,
           reached=lambda case: len(case.service.requests) >= 4),
    script("a connection that is not accepted", "DescribeVpcs", prepare=full_backlog,
           options=lambda case: ("--endpoint", f"http://127.0.0.1:{case.port}"),
           reached=lambda case: sockets(case.process.pid, "02", case.port) > 0),
    script("a silent handshake", "DescribeVpcs", prepare=silent_handshake,
           options=lambda case: ("--endpoint", f"https://127.0.0.1:{case.port}"), reached=lambda case: case.heard.is_set()),
    script("a silent proxy", "DescribeVpcs", prepare=proxy, options=lambda case: (), reached=lambda case: case.heard.is_set()),
    script("endless pages", "ListIpsecServers | count", prepare=endless_pages, options=at_service,
           reached=lambda case: len(case.service.requests) >= 5),
    script("a repeated call", "DescribeVpcs", prepare=fake(json_answer({"RequestId": "R", "Code": "ServiceUnavailable", "Message": "later"}, 503)),
           options=lambda case: (*at_service(case), "--retries", "100"), reached=lambda case: len(case.service.requests) >= 2),
    script("a locked database", "CreateVpc", prepare=locked_database, options=at_locked_database),
    script("a credentials program", "DescribeVpcs", prepare=external_program("sleep 30"), options=at_service, reached=sleeping_child()),
    script("a credentials program that closes its output", "DescribeVpcs", prepare=external_program("exec >&-; sleep 30"),
           options=at_service, reached=sleeping_child()),
    script("a credentials program that ignores TERM", "DescribeVpcs", prepare=external_program("trap '' TERM INT HUP; sleep 30; sleep 30"),
           options=at_service, reached=sleeping_child(), limit=3.0),
    script("a silent credentials address", "DescribeVpcs", prepare=credentials_address, options=at_service, reached=asked),
]
