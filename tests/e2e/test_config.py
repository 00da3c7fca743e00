# SPDX-License-Identifier: ISC
"""Errors in the configuration are found at the start and reported clearly."""
import os
import resource
import subprocess

import harness
from fleet import has_tls
from harness import run_daemon, settings, write_file


def check_by_tool(path):
    """tardigrey config check"""
    program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
    return subprocess.run(
        settings.wrapper + [program, "-c", path, "config", "check"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        universal_newlines=True, check=False)


class ConfigTest(harness.TestCase):
    def config_file(self, text):
        path = os.path.join(self.folder, "tardigrey.conf")
        write_file(path, text)
        return path

    def assert_error(self, process, begin, *words):
        """The exit status must be 2, with one line of error text."""
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertEqual(len(process.stderr.splitlines()), 1, process.stderr)
        self.assertTrue(process.stderr.startswith(begin), process.stderr)
        for word in words:
            self.assertIn(word, process.stderr)

    def test_good_file(self):
        """With -t and a good file, the daemon says so and exits with 0."""
        path = self.config_file("# ours\n\ndelay = 90s\nuser = nobody\n")
        for _ in range(2):
            process = run_daemon("-t", "-c", path)
            self.assertEqual(process.returncode, 0, process.stderr)
            self.assertIn(path, process.stdout)

    def test_bad_lines(self):
        """A bad line is refused, with -t and without. The error has FILE:LINE
        and says what to write."""
        for line, words in (
                ("dealy = 5m", ["dealy"]),
                ("delay = 5 parsecs", ["delay: not a duration", "such as 60s"]),
                ("delay = 400d", ["delay: out of range", "0 to 1d"]),
                ("mode = maybe", ["enforce", "shadow"]),
                ("reply = 550 5.7.1 Go away", ["reply: not a deferral"]),
                ("listen = carrier pigeon", ["listen: not an endpoint"]),
                ("socket_mode = rw", ["socket_mode: not an octal mode"]),
                ("ipv4_prefix = 33", ["8", "32"]),
                ("database_fallback = memory:",
                 ["database_fallback: not a file", "sqlite:/PATH"]),
                ("database_fallback = sqlite:/a.db",
                 ["database is not a server", "leave one of the two out"]),
                ("just words", ["not an option", "NAME = VALUE"])):
            path = self.config_file(f"user = nobody\n\n{line}\n")
            for arguments in (["-t"], ["-f"]):
                with self.subTest(line=line, arguments=arguments):
                    self.assert_error(
                        run_daemon(*arguments, "-c", path),
                        f"{path}:3: ", *words)

    def test_contradiction(self):
        """Two values that are valid alone but not together are refused."""
        path = self.config_file("user = nobody\nretry_window = 1m\n")
        self.assert_error(run_daemon("-t", "-c", path), f"{path}:2: ",
                          "retry_window", "delay")

    def test_unreadable_file(self):
        """The error names the file and the reason."""
        path = os.path.join(self.folder, "nowhere.conf")
        self.assert_error(run_daemon("-t", "-c", path), path, "No such file")

    def test_bad_option_on_the_command_line(self):
        """An error in an option -o is reported in the same way."""
        path = self.config_file("user = nobody\n")
        for option in ("delay=soon", "dealy=5m"):
            with self.subTest(option=option):
                process = run_daemon("-t", "-c", path, "-o", option)
                self.assert_error(process, "-o", option.split("=")[0])
        process = run_daemon("-t", "-c", path, "-o", "delay")
        self.assertEqual(process.returncode, 2)

    def test_missing_account(self):
        """[C62] If the account does not exist, the daemon does not run as
        root. The error says what to do."""
        path = self.config_file("user = no-such-account\n")
        for arguments in (["-t"], ["-f"]):
            process = run_daemon(*arguments, "-c", path)
            self.assert_error(process, "", "no-such-account", "create")

    def tls_files(self):
        """Make a file that is empty, and one that the account cannot read."""
        empty, secret = (os.path.join(self.folder, name)
                         for name in ("empty.pem", "secret.pem"))
        write_file(empty, "")
        write_file(secret, "")
        os.chmod(secret, 0)
        return empty, secret

    def test_wrong_tls_files(self):
        """A file of TLS with which the daemon would not start is an error
        of the configuration. A database without TLS does not need it."""
        if not has_tls():
            self.skipTest("built without OpenSSL")
        empty, secret = self.tls_files()
        for name, file, words in (
                ("ca", "/nonexistent", "No such file or directory"),
                ("ca", secret, "Permission denied"),
                ("ca", empty, "not a certificate of a CA in PEM form"),
                ("cert", "/nonexistent", "No such file or directory"),
                ("cert", empty, "not a certificate in PEM form")):
            options = f"user = nobody\ndatabase_tls_{name}_file = {file}\n"
            if name == "cert":
                options += f"database_tls_key_file = {empty}\n"
            begin = f":2: database_tls_{name}_file: {file}: {words}"
            with self.subTest(name=name, file=file):
                path = self.config_file(
                    f"{options}database = rediss://localhost\n")
                for process in (run_daemon("-t", "-c", path),
                                check_by_tool(path)):
                    self.assertEqual(process.returncode, 2, process.stderr)
                    self.assertIn(path + begin, process.stderr)
                path = self.config_file(f"{options}database = memory:\n")
                self.assertEqual(run_daemon("-t", "-c", path).returncode, 0)

    def test_option_user_must_not_be_root(self):
        """[C62] The option user must not be root."""
        path = self.config_file("user = root\n")
        self.assert_error(run_daemon("-f", "-c", path), "", "root")

    def test_too_few_descriptors(self):
        """With a limit on open files that leaves nothing for connections, the
        daemon does not start, and says how many it needs."""
        path = self.config_file(
            f"user = nobody\nlisten = unix:{self.folder}/policy.sock\n"
            f"database = sqlite:{self.folder}/t.db\n")
        process = run_daemon(
            "-f", "-c", path,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                  (31, 31)))
        self.assertEqual(process.returncode, 1, process.stderr)
        # valgrind keeps some descriptors, and reports a lower limit.
        self.assertRegex(process.stderr, r"limit on open files is \d+;")
        self.assertIn("at least 32", process.stderr)
