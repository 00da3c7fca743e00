# SPDX-License-Identifier: ISC
"""Errors in the configuration are found at the start, and told well."""
import os

import harness
from harness import run_daemon, write_file


class ConfigTest(harness.TestCase):
    def config_file(self, text):
        path = os.path.join(self.folder, "tardigrey.conf")
        write_file(path, text)
        return path

    def assert_error(self, process, begin, *words):
        """Exit status 2, and one line for people."""
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertEqual(len(process.stderr.splitlines()), 1, process.stderr)
        self.assertTrue(process.stderr.startswith(begin), process.stderr)
        for word in words:
            self.assertIn(word, process.stderr)

    def test_good_file(self):
        """-t says so and exits 0, again and again."""
        path = self.config_file("# ours\n\ndelay = 90s\nuser = nobody\n")
        for _ in range(2):
            process = run_daemon("-t", "-c", path)
            self.assertEqual(process.returncode, 0, process.stderr)
            self.assertIn(path, process.stdout)

    def test_bad_lines(self):
        """Each line is refused with FILE:LINE and what to write, with -t and
        without."""
        for line, words in (
                ("dealy = 5m", ["dealy"]),
                ("delay = 5 parsecs", ["delay: not a duration", "such as 3m"]),
                ("delay = 400d", ["delay: out of range", "0 to 1d"]),
                ("mode = maybe", ["enforce", "shadow"]),
                ("reply = 550 5.7.1 Go away", ["reply: not a deferral"]),
                ("listen = carrier pigeon", ["listen: not an endpoint"]),
                ("socket_mode = rw", ["socket_mode: not an octal mode"]),
                ("ipv4_prefix = 33", ["8", "32"]),
                ("just words", ["not an option", "NAME = VALUE"])):
            path = self.config_file(f"user = nobody\n\n{line}\n")
            for arguments in (["-t"], ["-f"]):
                with self.subTest(line=line, arguments=arguments):
                    self.assert_error(
                        run_daemon(*arguments, "-c", path),
                        f"{path}:3: ", *words)

    def test_contradiction(self):
        """Values that are fine alone but not together."""
        path = self.config_file("user = nobody\nretry_window = 1m\n")
        self.assert_error(run_daemon("-t", "-c", path), f"{path}:2: ",
                          "retry_window", "delay")

    def test_unreadable_file(self):
        """Named, with the reason."""
        path = os.path.join(self.folder, "nowhere.conf")
        self.assert_error(run_daemon("-t", "-c", path), path, "No such file")

    def test_bad_option_on_the_command_line(self):
        """-o is held to the same rules."""
        path = self.config_file("user = nobody\n")
        for option in ("delay=soon", "dealy=5m"):
            with self.subTest(option=option):
                process = run_daemon("-t", "-c", path, "-o", option)
                self.assert_error(process, "-o", option.split("=")[0])
        process = run_daemon("-t", "-c", path, "-o", "delay")
        self.assertEqual(process.returncode, 2)

    def test_missing_account(self):
        """[C62] Never serves as root: says what to do instead."""
        path = self.config_file("user = no-such-account\n")
        for arguments in (["-t"], ["-f"]):
            process = run_daemon(*arguments, "-c", path)
            self.assert_error(process, "", "no-such-account", "create")

    def test_root_is_no_account_to_become(self):
        """[C62] Nor by asking for it."""
        path = self.config_file("user = root\n")
        self.assert_error(run_daemon("-f", "-c", path), "", "root")
