"""Terminals that are small, plain or going away, and input that nobody types."""

import random
import signal
import unittest

import terminal as t
from terminal import TerminalTest


class Surroundings(TerminalTest):
    def test_plain_terminal(self):
        shell = self.start(TERM="dumb")
        shell.wait(lambda: shell.before_cursor == t.PROMPT, "a prompt")
        shell.type("print 中" + t.ENTER)
        shell.wait_for_row("中")
        shell.wait(lambda: shell.before_cursor == t.PROMPT, "a prompt")
        shell.type("print wrong" + t.CTRL_C)
        shell.wait(lambda: shell.before_cursor == t.PROMPT, "a prompt")
        shell.type(t.CTRL_D)
        self.assertEqual(shell.wait_for_end(), 0)
        self.assertNotIn(b"\x1b", shell.raw)
        self.assertTrue(shell.is_cooked)

    def test_unknown_terminal(self):
        shell = self.start(TERM="no-such-terminal")
        shell.wait(lambda: shell.before_cursor == t.PROMPT, "a prompt")
        shell.type("print ok" + t.ENTER)
        shell.wait_for_row("ok")

    def test_no_terminal_type_at_all(self):
        shell = self.start(TERM=None)
        shell.wait(lambda: shell.before_cursor == t.PROMPT, "a prompt")
        shell.type("print ok" + t.ENTER)
        shell.wait_for_row("ok")

    def test_locale_without_wide_characters(self):
        shell = self.session(LANG="C", LC_ALL="C")
        shell.type("print 中文")
        shell.wait_for_line("print 中文")
        shell.enter()
        self.assert_row(shell, "中文")

    def test_narrow_window(self):
        shell = self.start(columns=20)
        shell.wait(lambda: shell.is_editing and shell.before_cursor == t.PROMPT, "a prompt")
        shell.type("print " + "0123456789" * 3)
        shell.wait(lambda: "".join(shell.rows).endswith("0123456789"), "a wrapped line")
        shell.enter()
        self.assert_row(shell, "01234567890123456789")
        shell.enter('[{Name: "a long name that does not fit", Id: 1}]')
        shell.enter("print next")
        self.assert_row(shell, "next")

    def test_very_narrow_window(self):
        for columns in [1, 2, 5]:
            with self.subTest(columns=columns):
                shell = self.start(columns=columns)
                shell.type("exit 3" + t.ENTER)
                self.assertEqual(shell.wait_for_end(), 3)

    def test_window_changes_its_size(self):
        shell = self.session()
        shell.type("print some words that will have to wrap soon")
        shell.wait_for_line("print some words that will have to wrap soon")
        shell.resize(30, 24)
        shell.wait(lambda: shell.before_cursor == "oon", "a new drawing")
        shell.enter()
        shell.wait_for("some words that will have to")

    def test_no_color(self):
        shell = self.session(NO_COLOR="1")
        shell.enter("nosuchcommand")
        shell.enter('[{Name: "alpha", Id: 17}]')
        self.assert_styled(shell, False)


class Ends(TerminalTest):
    def test_terminal_goes_away(self):
        for line in ["", "print half", "wait 1h" + t.ENTER, "while true { }" + t.ENTER]:
            with self.subTest(line=line):
                shell = self.session()
                shell.type(line)
                if line.endswith(t.ENTER):
                    shell.wait_until_running()
                shell.hang_up()

    def test_ended_by_a_signal_leaves_the_terminal_usable(self):
        for number in [signal.SIGTERM, signal.SIGHUP]:
            with self.subTest(signal=number.name):
                shell = self.session()
                shell.type("print half")
                shell.wait_for_line("print half")
                shell.kill(number)
                self.assertNotEqual(shell.wait_for_end(), 0)
                self.assertTrue(shell.is_cooked)
                self.assertFalse(shell.is_editing)

    def test_interrupt_from_another_process(self):
        shell = self.session()
        shell.type("print wrong")
        shell.wait_for_line("print wrong")
        shell.kill(signal.SIGINT)
        shell.wait_for_prompt()
        shell.enter("print right")
        self.assert_row(shell, "right")

    def test_stopped_and_continued(self):
        shell = self.session()
        shell.type("print half")
        shell.wait_for_line("print half")
        shell.kill(signal.SIGSTOP)
        shell.kill(signal.SIGCONT)
        shell.type(" and half")
        shell.wait_for_line("print half and half")


class Load(TerminalTest):
    def test_large_paste(self):
        shell = self.session()
        line = "# " + "x" * 61 + "\n"
        text = line * (1_000_000 // len(line)) + "print arrived"
        shell.type(t.pasted(text))
        shell.wait(lambda: "print arrived" in shell.text, "the end of the paste", patience=6 * t.PATIENCE)
        shell.enter()
        self.assert_row(shell, "arrived")

    def test_a_very_long_line_typed(self):
        shell = self.session()
        shell.type("print " + "y" * 20_000 + "end")
        shell.enter()
        shell.wait_for("end")

    def test_many_lines_at_once(self):
        shell = self.session()
        shell.type("".join(f"print {number}{t.ENTER}" for number in range(200)))
        shell.wait_for_row("199")
        shell.wait_for_prompt()

    def test_bytes_that_are_no_text(self):
        # Left out are keys that leave (Ctrl-D), stop (Ctrl-S, Ctrl-Z), enter, run programs (!), quote or repeat.
        keys = [byte for byte in range(256) if byte not in b"\x04\x13\x1a\x0a\x0d!\x16\x1b"]
        for seed in range(4):
            with self.subTest(seed=seed):
                chance = random.Random(seed)
                shell = self.session()
                shell.type(bytes(chance.choice(keys) for _ in range(4096)))
                shell.type(t.CTRL_C + t.CTRL_C + t.CTRL_U)
                before = shell.prompts
                shell.type("print fine" + t.ENTER)
                shell.wait_for_row("fine")
                shell.wait(lambda: shell.prompts > before, "a prompt")


if __name__ == "__main__":
    unittest.main()
