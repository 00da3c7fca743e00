# SPDX-License-Identifier: ISC
"""Test tardigrey decisions, and decisions and statistics of a daemon that is
killed. Numbers in brackets are requirements."""
import fcntl
import json
import os
import pty
import sqlite3
import struct
import subprocess
import termios
import time

import harness
from harness import limit, settings, wait_until


def tardigrey(daemon, *arguments):
    """Run the program. Returns its output and its errors."""
    program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
    process = subprocess.run(
        settings.wrapper + [program, "-c", daemon.config_file, *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=limit(60), universal_newlines=True)
    harness.check_reports(process.stdout + process.stderr)
    if process.returncode != 0:
        raise AssertionError(process.stderr)
    return process.stdout, process.stderr


def on_terminal(daemon, columns, *arguments):
    """Run the program on a terminal of this width. Returns its output, which
    must be short."""
    program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
    ours, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ,
                struct.pack("4H", 24, columns, 0, 0))
    try:
        subprocess.run([program, "-c", daemon.config_file, *arguments],
                       stdin=subprocess.DEVNULL, stdout=terminal, check=True,
                       timeout=limit(60))
        return os.read(ours, 65536).decode()
    finally:
        os.close(terminal)
        os.close(ours)


def decisions(daemon, *arguments):
    output, _ = tardigrey(daemon, "--json", "decisions", *arguments)
    return [json.loads(line) for line in output.splitlines()]


class DecisionsTest(harness.TestCase):
    def test_search(self):
        """What happened to a mail is found by each option. [C74]"""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon)
        policy.ask(sender="a@example.net", client_address="192.0.2.7",
                   client_name="mail.example.net")
        policy.ask(sender="", recipient="c@example.org",
                   client_address="198.51.100.9")
        policy.ask(sender='"x, y=z"@example.com', sasl_username="u")
        daemon.restart()
        found = decisions(daemon)
        self.assertEqual([row["reason"] for row in found],
                         ["new", "new", "authenticated"])
        self.assertEqual((found[0]["wait"], found[0]["delay"]), (3600, None))
        self.assertEqual(found[2]["sender"], '"x, y=z"@example.com')
        self.assertEqual(found[0]["reference"],
                         daemon.decisions()[0]["reference"])
        for n, arguments in ((1, ("--sender", "*@Example.net")),
                             (1, ("--sender", "")),
                             (2, ("--action", "greylist")),
                             (1, ("--action", "authenticated")),
                             (1, ("--client", "198.51.100.9")),
                             (1, ("--client", "192.0.2.0/24")),
                             (1, ("--recipient", "c@*")),
                             (1, ("--reference", found[0]["reference"])),
                             (0, ("--sender", "nobody@*")),
                             (2, ("--limit", "2")),
                             (0, ("--since", "3d", "--until", "1d"))):
            self.assertEqual(len(decisions(daemon, *arguments)), n, arguments)
        output, errors = tardigrey(daemon, "decisions", "--sender", "a@*")
        self.assertIn("\tgreylist\tnew\tmail.example.net\t192.0.2.7\t",
                      output)
        self.assertEqual(errors, "")

    def test_terminal(self):
        """On a terminal, no line is too long, and the time, the reason, the
        address and the reference are never cut. A wide one shows more."""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon)
        policy.ask(sender="a-long-address@of-a-long-domain.example.net",
                   client_address="192.0.2.107",
                   client_name="a-long-name.example.net")
        daemon.restart()
        whole = [str(daemon.decisions()[0][name]) for name in
                 ("reason", "client_address", "reference")]
        for columns, has_name in ((80, False), (200, True)):
            lines = on_terminal(daemon, columns, "decisions").splitlines()
            self.assertEqual(len(lines), 2)
            self.assertEqual("client_name" in lines[0], has_name)
            self.assertRegex(lines[1], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")
            self.assertEqual("a-long-name.example.net" in lines[1], has_name)
            self.assertLessEqual(max(map(len, lines)), columns)
            for text in whole:
                self.assertIn(text, lines[1].split())

    def test_end_and_reload(self):
        """A daemon that ends loses no decision. decisions_keep = 0 removes
        them. [C74]"""
        daemon = self.start_daemon()
        for i in range(100):
            daemon.ask(sender=f"{i}@example.net")
        daemon.restart()
        self.assertEqual(len(decisions(daemon)), 100)
        daemon.reload(decisions_keep="0")
        policy = self.connect(daemon)
        wait_until("an empty table", lambda: (
            policy.ask(sender="z@example.net"), not decisions(daemon))[1])
        _, errors = tardigrey(daemon, "decisions")
        self.assertIn("decisions_keep = 0", errors)

    def test_kill(self):
        """A daemon is killed again and again. What was kept stays, in its
        order, and the statistics never go back. [C53][C74]"""
        daemon = self.start_daemon(delay="1h", max_waiting_per_address="10k")
        asked_n, kept, total = 0, [], 0
        for _ in range(3):
            policy = self.connect(daemon)
            goal = len(kept) + 20

            def kept_now():
                nonlocal asked_n
                for _ in range(50):
                    policy.ask(sender=f"{asked_n}@example.net")
                    asked_n += 1
                rows = [row["sender"] for row in decisions(daemon)]
                return len(rows) >= goal and rows

            before = wait_until("decisions that are kept", kept_now,
                                seconds=40, every_s=0.3)
            output, _ = tardigrey(daemon, "--json", "stats")
            counted = json.loads(output)["total"]
            daemon.kill()
            daemon.start()
            kept = [row["sender"] for row in decisions(daemon)]
            self.assertEqual(kept[:len(before)], before)
            self.assertEqual(len(set(kept)), len(kept))
            output, _ = tardigrey(daemon, "--json", "stats")
            total = json.loads(output)["total"]
            self.assertGreaterEqual(total, counted)
            self.assertLessEqual(total, asked_n)
        daemon.stop()
        with sqlite3.connect(daemon.database) as database:
            self.assertEqual(database.execute(
                "PRAGMA integrity_check").fetchall(), [("ok",)])

    def test_flood(self):
        """At most 500 decisions a second are kept, and the others are
        counted. [C74]"""
        daemon = self.start_daemon(delay="1h", log="stderr",
                                   max_waiting_per_address="100k")
        policy = self.connect(daemon)
        n, began = 6000, time.monotonic()
        for i in range(0, n, 100):
            policy.send(b"".join(
                harness.request(sender=f"{j}@example.net")
                for j in range(i, i + 100)))
            for _ in range(100):
                policy.reply()
        took_s = time.monotonic() - began
        daemon.stop()
        rows = decisions(daemon)
        _, errors = tardigrey(daemon, "decisions")
        if took_s >= n / 500:
            self.skipTest(f"this machine needs {took_s:.0f} s for the flood")
        self.assertLess(len(rows), n)
        self.assertIn(f" {n - len(rows)} decisions of this time were not "
                      "kept, because there were too many in a second, or "
                      "the database was away or full\n", errors)
