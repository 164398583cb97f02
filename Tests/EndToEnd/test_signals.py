"""Signals: what runs is stopped, what was promised on exit is done, and the status tells which signal it was."""

import signal
import time

from program import MEMORY, ProgramTest

SIGNALS = ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129))


class Signals(ProgramTest):
    def interrupt(self, text, number, *, way="-c", stdin=None):
        """Sends a signal as soon as the program has written a line to standard error."""
        if way == "-c":
            process = self.start(MEMORY, "-c", text)
        else:
            process = self.start(MEMORY, self.file("a.vpcsh", text))
        self.assertEqual(process.stderr.readline(), b"ready\n")
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        return process.returncode, out.decode(), err.decode()

    def test_waiting_and_computing_end_and_their_exit_blocks_run(self):
        bodies = ["wait 1h", "while true { }", "wait until false every 1h for 2h", "let i = 0\nwhile true { set i = $i + 1 }",
                  "on error retry every 1h for 2h\nfail \"A\" \"b\""]
        for body in bodies:
            for number, status in SIGNALS[:2]:
                with self.subTest(body, signal=number):
                    text = f"on exit {{ print outer }}\n{{ on exit {{ print inner }}\nwarn ready\n{body}\n}}\nprint reached"
                    self.assertEqual(self.interrupt(text, number)[:2], (status, "inner\nouter\n"))

    def test_a_hang_up_ends_it_too(self):
        self.assertEqual(self.interrupt("on exit { print left }\nwarn ready\nwait 1h", signal.SIGHUP)[:2], (129, "left\n"))

    def test_no_handler_catches_an_interrupt(self):
        text = "on error *.* { print caught }\non error * resume\nwarn ready\nwait 1h\nprint reached"
        for way in ("-c", "file"):
            self.assertEqual(self.interrupt(text, signal.SIGINT, way=way)[:2], (130, ""))

    def test_a_second_interrupt_ends_an_exit_block_that_hangs(self):
        process = self.start(MEMORY, "-c", "on exit { warn leaving\nwhile true { } }\nwarn ready\nwait 1h")
        self.assertEqual(process.stderr.readline(), b"ready\n")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.stderr.readline(), b"leaving\n")
        # What follows at once counts as one event with the first.
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        process.communicate(timeout=5)
        self.assertIn(process.returncode, (130, -signal.SIGINT))
