# SPDX-License-Identifier: ISC
"""Test a daemon whose log is not read. The daemon must still answer and stop.
Numbers in brackets are requirements."""
import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time

import harness
from harness import limit, promise, wait_until

REQUESTS = 500

# Run a command with another /dev, in a new mount namespace.
OTHER_DEV = ["unshare", "--mount", "sh", "-c",
             'for file in null zero random urandom; do '
             ': > "$0/$file" && mount --bind "/dev/$file" "$0/$file" || exit; '
             'done; mount --rbind "$0" /dev && exec "$@"']

# Run a command with a descriptor of the test as its standard error.
OTHER_STDERR = [sys.executable, "-c",
                "import os, sys; os.dup2(int(sys.argv[1]), 2); "
                "os.execvp(sys.argv[2], sys.argv[2:])"]


class LogTest(harness.TestCase):
    def assert_answers_and_stops(self, daemon, stops_s=2):
        """Ask on two connections, then stop the daemon."""
        policies = [self.connect(daemon) for _ in range(2)]
        for i in range(REQUESTS):
            self.assert_greylisted(
                policies[i % 2].ask(sender=f"{i}@example.net"))
        began = time.monotonic()
        daemon.signal(signal.SIGTERM)
        daemon.wait_for_end()
        self.assertLess(time.monotonic() - began, promise(stops_s))

    def test_never_returned(self):
        """A triplet ends without a retry: one line for it. [C73]"""
        daemon = self.start_daemon(delay="1s", retry_window="2s", keep="1h")
        policy = self.connect(daemon)
        attributes = {"client_address": "192.0.2.7",
                      "client_name": "mail.gone.example.net",
                      "reverse_client_name": "mail.gone.example.net",
                      "sender": "gone@example.net",
                      "recipient": "b@example.org"}
        self.assert_greylisted(policy.ask(**attributes))
        daemon.wait_for_reason("new")
        reference = daemon.decisions()[0]["reference"]

        def line():
            policy.ask(sender="other@example.com")
            return [line for line in daemon.log().splitlines()
                    if "action=expire" in line and "gone@" in line]

        wait_until("the line of a triplet that never returned", line)
        self.assertEqual(len(line()), 1)
        self.assertRegex(
            line()[0],
            r": action=expire, reason=never-returned, "
            r"client_address=192\.0\.2\.7, sender=gone@example\.net, "
            r"recipient=b@example\.org, age=\d+, key_client=example\.net, "
            rf"reference={reference}$")

    # ---- syslog ----

    def make_daemon_with_syslog(self):
        """Make a daemon whose /dev/log belongs to this test."""
        self.dev = os.path.join(self.folder, "dev")
        os.mkdir(self.dev)
        if subprocess.call(OTHER_DEV + [self.dev, "true"],
                           stderr=subprocess.DEVNULL) != 0:
            self.skipTest("this machine does not let us replace /dev")
        return self.make_daemon(
            delay="1h", log="syslog", max_waiting_per_address="10k",
            launcher=OTHER_DEV + [self.dev])

    def start_syslog(self, kind=socket.SOCK_DGRAM):
        path = os.path.join(self.dev, "log")
        if os.path.exists(path):
            os.unlink(path)
        syslog = socket.socket(socket.AF_UNIX, kind)
        self.addCleanup(syslog.close)
        syslog.bind(path)
        os.chmod(path, 0o666)
        syslog.settimeout(limit())
        return syslog

    @staticmethod
    def read_until(syslog, word):
        """Read log lines until one has this word. Return all lines."""
        lines = []
        while not lines or word not in lines[-1]:
            lines.append(syslog.recv(16384).decode())
        return lines

    def test_syslog_that_does_not_read(self):
        """[C59] The syslog daemon does not read. The daemon does not wait."""
        daemon = self.make_daemon_with_syslog()
        self.start_syslog()
        daemon.start()
        self.assert_answers_and_stops(daemon)

    def test_no_syslog(self):
        """[C59] The daemon answers without /dev/log."""
        daemon = self.make_daemon_with_syslog()
        daemon.start()
        self.assert_answers_and_stops(daemon)

    def test_syslog_with_a_stream(self):
        """[C59] /dev/log is a stream socket. The daemon says so, once, and
        answers."""
        daemon = self.make_daemon_with_syslog()
        self.start_syslog(socket.SOCK_STREAM).listen()
        daemon.start()
        self.assert_answers_and_stops(daemon)
        self.assertEqual(daemon.log().count("/dev/log is a stream socket"), 1)

    def test_syslog_gets_all_lines(self):
        """[C59] A syslog daemon that starts to read late, or that restarts,
        gets every line in order."""
        daemon = self.make_daemon_with_syslog()
        syslog = self.start_syslog()
        daemon.start()
        policy = self.connect(daemon)
        for i in range(100):
            policy.ask(sender=f"{i}@example.net")
        lines = self.read_until(syslog, "sender=99@")
        decisions = [line for line in lines if "action=" in line]
        for i, line in enumerate(decisions):
            self.assertRegex(
                line, r"^<22>[A-Z][a-z]{2} [ 123]\d \d\d:\d\d:\d\d tardigreyd"
                rf"\[{daemon.pid}\]: action=greylist, ")
            self.assertIn(f" sender={i}@example.net,", line)
        self.assertEqual(len(decisions), 100)
        syslog.close()
        policy.ask(sender="100@example.net")
        syslog = self.start_syslog()
        self.assertEqual(len(self.read_until(syslog, "sender=100@")), 1)

    def test_dropped_lines_are_counted(self):
        """[C59] One line reports how many lines were dropped."""
        daemon = self.make_daemon_with_syslog()
        syslog = self.start_syslog()
        daemon.start()
        policy = self.connect(daemon)
        for i in range(3000):
            policy.ask(sender=f"{i}@example.net")
        lines = self.read_until(syslog, " were dropped: ")
        dropped_n = int(re.search(r"\]: (\d+) log lines", lines[-1]).group(1))
        logged_n = sum("action=" in line for line in lines)
        self.assertEqual(logged_n + dropped_n, 3000)

    # ---- stderr ----

    def make_daemon_with_full_pipe(self):
        """Make a daemon with a full pipe as standard error."""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        os.set_blocking(writer, False)
        try:
            while True:
                os.write(writer, b"x" * 4095 + b"\n")
        except BlockingIOError:
            os.set_blocking(writer, True)
        daemon = self.make_daemon(
            delay="1h", inherit=[writer],
            launcher=OTHER_STDERR + [str(writer)])
        return daemon, reader, writer

    def test_stderr_that_is_not_read(self):
        """[C59] The pipe stays blocking for other processes."""
        daemon, _, writer = self.make_daemon_with_full_pipe()
        self.addCleanup(os.close, writer)
        daemon.start()
        flags = fcntl.fcntl(writer, fcntl.F_GETFL)
        self.assertEqual(flags & os.O_NONBLOCK, 0)
        self.assert_answers_and_stops(daemon)

    def test_stderr_gets_all_lines(self):
        """[C59] The reader of the pipe starts to read late."""
        daemon, reader, writer = self.make_daemon_with_full_pipe()
        daemon.start()
        os.close(writer)
        with self.connect(daemon) as policy:
            for i in range(100):
                policy.ask(sender=f"{i}@example.net")
        octets = b""

        def has_all():
            nonlocal octets
            octets += os.read(reader, 65536)
            return b"sender=99@" in octets

        wait_until("the last line", has_all)
        self.assertEqual(
            re.findall(rb"sender=(\d+)@", octets),
            [b"%d" % i for i in range(100)])
