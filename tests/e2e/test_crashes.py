# SPDX-License-Identifier: ISC
"""
The daemon and the tools are killed at any moment. Every answer stays stored,
and the database stays undamaged. The tests kill a few times, or hundreds of
times with --torture.
"""
import contextlib
import glob
import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import threading
import time

import harness
from harness import is_greylisted, limit, settings

CONNECTIONS = 16


class Asker(threading.Thread):
    """A connection that sends requests for new senders, one after the other,
    until the daemon is killed. It notes which senders were deferred, and
    when."""

    def __init__(self, daemon, name):
        super().__init__()
        self.policy = daemon.connect()
        self.name = name
        self.deferred = {}  # sender: time of the answer
        self.others = []

    def run(self):
        with contextlib.suppress(OSError, harness.Closed):
            for i in range(10 ** 9):
                sender = f"{self.name}.{i}@example.net"
                action = self.policy.ask(sender=sender)
                if is_greylisted(action):
                    self.deferred[sender] = time.time()
                else:
                    self.others.append(action)
        self.policy.close()


class CrashTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        seed = settings.seed or random.randrange(1, 10 ** 6)
        print(f"(seed {seed}) ", end="", flush=True)
        self.random = random.Random(seed)
        self.first_seen = {}  # of all senders that were deferred

    def start_load(self, daemon, name):
        askers = [Asker(daemon, f"{name}.{i}") for i in range(CONNECTIONS)]
        for asker in askers:
            asker.start()
        return askers

    def end_load(self, askers):
        """Wait for the end of the askers. Returns all deferred senders, each
        with the time of the answer."""
        deferred = {}
        for asker in askers:
            asker.join(limit())
            self.assertFalse(asker.is_alive(), "no end of a connection")
            self.assertEqual(asker.others, [])
            deferred.update(asker.deferred)
        return deferred

    def copy_of(self, database):
        """Copy the files of the database, so that looking at them does not
        change what the next start finds."""
        folder = os.path.join(self.folder, "copy")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        for suffix in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(database + suffix, folder)
        return os.path.join(folder, os.path.basename(database))

    def inspect(self, path):
        """The database must be undamaged. It must have every deferred sender,
        with an unchanged first_seen."""
        with contextlib.closing(sqlite3.connect(path)) as db:
            self.assertEqual(
                db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            rows = dict(db.execute(
                f"SELECT sender, first_seen FROM {harness.RECORDS}"))
        for sender, since in self.first_seen.items():
            if sender not in rows:
                self.fail(f"{sender} was deferred, but has no record")
            self.assertLessEqual(rows[sender], since, sender)
        self.first_seen = {sender: rows[sender]
                           for sender in self.first_seen}

    def assert_early(self, daemon, senders):
        """A restarted daemon must have the records of these senders."""
        policy = self.connect(daemon)
        for sender in senders:
            decision = daemon.judge(policy, sender=sender)
            self.assertEqual(decision["reason"], "early", sender)

    def times(self, few, many):
        return many if settings.torture else few

    def test_daemon_is_killed_under_load(self):
        """[C53] After a kill, a deferred sender is not new again, and its
        first_seen does not change."""
        daemon = self.start_daemon(max_waiting_per_address="1G", delay="1h")
        kills_n = self.times(10, 200)
        for i in range(kills_n):
            askers = self.start_load(daemon, f"k{i}")
            time.sleep(self.random.uniform(0, 0.2))
            daemon.kill()
            deferred = self.end_load(askers)
            self.first_seen.update(deferred)
            self.inspect(self.copy_of(daemon.database))
            daemon.start()
            self.assert_early(daemon, self.random.sample(
                sorted(deferred), min(3, len(deferred))))
            self.check_log(daemon)
        daemon.stop()
        self.inspect(daemon.database)
        print(f"({kills_n} kills, {len(self.first_seen)} answered and "
              "checked, lost: 0) ", end="")

    def check_log(self, daemon):
        """Check the log for errors, and empty it, because it grows."""
        text = daemon.log()
        harness.check_reports(text)
        self.assertNotIn("reason=failure", text)
        self.assertNotIn("corrupt", text)
        harness.write_file(daemon.log_file, "")

    def start_program(self, daemon, *arguments):
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        return subprocess.Popen(
            [program, "-c", daemon.config_file, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def make_export(self, daemon, rows_n):
        """Make a file that takes a while to import."""
        path = os.path.join(self.folder, "export")
        with contextlib.closing(sqlite3.connect(daemon.database)) as db:
            db.executemany(
                "INSERT INTO record VALUES (0, '198.51.100.0/24', ?,"
                " 'b@example.org', 1, 1, NULL, 1000, 1, 0, NULL)",
                ((f"x{i}@example.com",) for i in range(rows_n)))
            db.commit()
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        with open(path, "w") as file:
            subprocess.check_call(
                [program, "-c", daemon.config_file, "triplets", "export"],
                stdout=file)
        os.chmod(path, 0o644)
        return path

    def test_visitors_are_killed_beside_the_daemon(self):
        """[C49][C52][C53] tardigrey expire and triplets import are killed
        while they run. The daemon continues, no answer is lost, and the next
        command works."""
        daemon = self.start_daemon(max_waiting_per_address="1G", delay="1h")
        export = self.make_export(daemon, 20000)
        kills_n = self.times(10, 200)
        running_n = 0
        policy = self.connect(daemon)
        for i in range(kills_n):
            arguments = (["triplets", "import", export],
                         ["expire", "--force"])[i % 2]
            visitor = self.start_program(daemon, *arguments)
            end = time.monotonic() + self.random.uniform(0, 0.25)
            n = 0
            while time.monotonic() < end:
                sender = f"v{i}.{n}@example.net"
                self.assert_greylisted(policy.ask(sender=sender))
                self.first_seen[sender] = time.time()
                n += 1
            running_n += visitor.poll() is None
            visitor.kill()
            visitor.wait()
            sender = f"v{i}.after@example.net"
            self.assert_greylisted(policy.ask(sender=sender))
            self.first_seen[sender] = time.time()
            self.inspect(daemon.database)
        self.check_log(daemon)
        self.assertEqual(self.start_program(daemon, "expire",
                                            "--force").wait(limit()),
                         0)
        with contextlib.closing(sqlite3.connect(daemon.database)) as db:
            self.assertEqual(db.execute(
                f"SELECT count(*) FROM {harness.RECORDS}"
                " WHERE sender LIKE 'x%'"
            ).fetchone(), (0,))
        daemon.stop()
        self.inspect(daemon.database)
        print(f"({kills_n} kills, {running_n} while it ran, "
              f"{len(self.first_seen)} answered and checked, lost: 0) ",
              end="")

    def test_daemon_and_visitor_are_killed_together(self):
        """[C53] All processes are killed at once, as by a reset of the
        machine. But the operating system keeps the data that they have
        written."""
        daemon = self.start_daemon(max_waiting_per_address="1G", delay="1h")
        export = self.make_export(daemon, 5000)
        kills_n = self.times(3, 50)
        for i in range(kills_n):
            askers = self.start_load(daemon, f"t{i}")
            visitors = [
                self.start_program(daemon, "triplets", "import", export),
                self.start_program(daemon, "expire", "--force")]
            time.sleep(self.random.uniform(0, 0.3))
            for visitor in visitors:
                visitor.kill()
                visitor.wait()
            daemon.kill()
            self.first_seen.update(self.end_load(askers))
            self.inspect(self.copy_of(daemon.database))
            daemon.start()
            harness.write_file(daemon.log_file, "")
        print(f"({kills_n} kills, {len(self.first_seen)} answered and "
              "checked, lost: 0) ", end="")

    def test_killed_while_a_damaged_file_is_set_aside(self):
        """[C53][C55] The daemon is killed while it renames a damaged database.
        The file exists under the old or the new name, and the next start
        works."""
        self.skip_if_wrapped("the moment would not be hit")
        daemon = self.start_daemon(max_waiting_per_address="1G", delay="1h")
        daemon.stop()
        rounds_n = self.times(10, 200)
        before_n = after_n = 0
        damaged = self.random.randbytes(200000)
        took_s = 0.02
        for i in range(rounds_n):
            for path in glob.glob(daemon.database + "*"):
                os.unlink(path)
            octets = bytearray(4096) + damaged
            harness.write_octets(daemon.database, octets)
            harness.write_octets(daemon.database + "-wal", b"log")
            began = time.monotonic()
            daemon.begin()
            # Kill at a random moment, at the latest when the daemon has begun
            # to rename. The time until then differs.
            moment = began + self.random.uniform(0, 1.2) * took_s
            while time.monotonic() < moment and os.path.exists(
                    daemon.database + "-wal"):
                pass
            if not os.path.exists(daemon.database + "-wal"):
                took_s = time.monotonic() - began
            daemon.kill()
            aside = glob.glob(daemon.database + ".corrupt-*Z")
            if aside:
                after_n += 1
                self.assertEqual(len(aside), 1)
                self.assert_octets(aside[0], octets)
            else:
                before_n += 1
                self.assert_octets(daemon.database, octets)
            harness.write_file(daemon.log_file, "")
            daemon.start()
            aside = glob.glob(daemon.database + ".corrupt-*Z")
            self.assertEqual(len(aside), 1)
            self.assert_octets(aside[0], octets)
            self.assert_greylisted(daemon.ask())
            daemon.stop()
            self.inspect(daemon.database)
        print(f"({rounds_n} kills, {before_n} before and {after_n} after it "
              "was renamed) ", end="")

    def assert_octets(self, path, wanted):
        with open(path, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).digest(),
                             hashlib.sha256(wanted).digest())
