# SPDX-License-Identifier: ISC
"""The database fails, and works again later."""
import contextlib
import glob
import os
import random
import sqlite3
import subprocess
import time

import harness
from harness import is_greylisted, limit, promise, wait_until


class Disk:
    """A mounted folder that must not outlive the tests."""

    def __init__(self, folder):
        self.folder = folder
        harness.running.append(self)

    def remove(self):
        harness.running.remove(self)
        subprocess.check_call(["umount", self.folder])

    def kill(self):
        subprocess.call(["umount", "--lazy", self.folder])


class StoreTest(harness.TestCase):
    @contextlib.contextmanager
    def locked(self, daemon):
        """Lock the database by another connection."""
        other = sqlite3.connect(daemon.database, isolation_level=None,
                                timeout=limit())
        try:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
        finally:
            other.close()

    def complaints(self, daemon):
        """Lines of the log about the database."""
        return [line for line in daemon.messages()
                if daemon.database in line and "serving" not in line]

    def assert_recovers(self, daemon):
        """The daemon must greylist again, without a restart."""
        senders = (f"again{i}@example.net" for i in range(10 ** 6))
        wait_until("greylisting to work again", lambda: is_greylisted(
            daemon.ask(sender=next(senders))), every_s=0.1)

    def test_records_survive_a_restart(self):
        """[C1][C5] A waiting triplet passes after a restart, and a passed
        triplet is still known."""
        daemon = self.start_daemon(delay="2s")
        first_try = time.monotonic()
        self.assert_greylisted(daemon.ask())
        daemon.restart()
        harness.retry_until_passed(
            lambda: daemon.ask() == "DUNNO", 2, first_try)
        daemon.restart()
        decision = daemon.judge(self.connect(daemon))
        self.assertEqual((decision["reply"], decision["reason"]),
                         ("DUNNO", "known"))

    def test_locked_database_lets_mail_pass(self):
        """[C29][C30][C55] While the database is locked, new mail passes within
        a second, a waiting triplet stays deferred, and the log reports the
        lock once. Afterwards the daemon greylists again."""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon)
        self.assert_greylisted(policy.ask())
        with self.locked(daemon):
            for i in range(5):
                began = time.monotonic()
                decision = daemon.judge(policy, sender=f"{i}@example.net")
                self.assertLess(time.monotonic() - began, promise(1))
                self.assertEqual((decision["reply"], decision["reason"]),
                                 ("DUNNO", "failure"))
            self.assert_greylisted(policy.ask())
            self.assertEqual(daemon.ask(sasl_username="alice"), "DUNNO")
            self.assertEqual(len(self.complaints(daemon)), 1)
        self.assert_recovers(daemon)
        self.assertEqual(len(self.complaints(daemon)), 1)

    def test_locked_database_with_tempfail(self):
        """[C29] on_failure = tempfail: mail is deferred, with a text that does
        not mention greylisting."""
        daemon = self.start_daemon(delay="1h", on_failure="tempfail")
        with self.locked(daemon):
            self.assertRegex(daemon.ask(), r"^DEFER(_IF_PERMIT)? 4\.3\.0 ")
        self.assert_recovers(daemon)

    def test_locked_database_with_close(self):
        """[C29] on_failure = close: the connection is closed without a reply,
        so that Postfix uses default_action. Other connections stay open."""
        daemon = self.start_daemon(delay="1h", on_failure="close")
        bystander = self.connect(daemon)
        with self.locked(daemon):
            policy = self.connect(daemon)
            policy.send(harness.request())
            self.assert_closed(policy)
        self.assertEqual(bystander.ask(sasl_username="alice"), "DUNNO")
        self.assert_recovers(daemon)

    def test_lock_that_ends_in_time_costs_nothing(self):
        """[C49] The daemon waits for a short transaction of another
        program."""
        daemon = self.start_daemon(delay="1h", store_timeout="10s")
        policy = self.connect(daemon)
        with self.locked(daemon):
            policy.send(harness.request())
            time.sleep(0.3)
        self.assert_greylisted(policy.reply())
        self.assertEqual(self.complaints(daemon), [])

    def test_garbage_in_place_of_the_database(self):
        """[C29][C55] New mail passes while the database is damaged. When the
        file is removed, the daemon makes a new one."""
        daemon = self.start_daemon(delay="1h", on_corruption="refuse")
        policy = self.connect(daemon)
        senders = self.long_senders()
        # Store more than SQLite keeps in its cache, so that it reads the file.
        for _ in range(60):
            policy.send(b"".join(
                harness.request(sender=next(senders)) for _ in range(30)))
            for _ in range(30):
                self.assert_greylisted(policy.reply())
        for path in self.database_files(daemon):
            self.overwrite(path)
        wait_until("the damage to be noticed", lambda: policy.ask(
            sender=next(senders)) == "DUNNO", every_s=0)
        for _ in range(5):
            self.assertEqual(policy.ask(sender=next(senders)), "DUNNO")
        self.assertEqual(len(self.complaints(daemon)), 1)
        for path in glob.glob(daemon.database + "*"):
            os.unlink(path)
        self.assert_recovers(daemon)

    @staticmethod
    def long_senders():
        """Yields new senders, so that their records are spread over all pages
        of the file."""
        scatter = random.Random(1)
        while True:
            yield f"{scatter.random()}{'x' * 1900}@example.net"

    @staticmethod
    def database_files(daemon):
        """The main file and the write-ahead log, without the -shm file, which
        is only shared memory."""
        return [path for path in glob.glob(daemon.database + "*")
                if not path.endswith("-shm")]

    @staticmethod
    def overwrite(path):
        size = os.path.getsize(path)
        with open(path, "r+b") as file:
            file.write(b"garbage " * (size // 8))

    def test_full_disk(self):
        """[C29][C55] Mail passes while the disk is full, and the log reports
        it once. Greylisting continues when there is room again."""
        disk = self.small_disk()
        daemon = self.start_daemon(
            delay="1h", database=f"sqlite:{disk}/tardigrey.db")
        policy = self.connect(daemon)
        self.assert_greylisted(policy.ask())
        filler = os.path.join(disk, "filler")
        self.fill_disk(filler)
        senders = (f"{i}@example.net" for i in range(10 ** 6))
        wait_until("the disk to be full", lambda: policy.ask(
            sender=next(senders)) == "DUNNO")
        for _ in range(5):
            self.fill_disk(filler)  # the daemon may have freed some room
            self.assertEqual(policy.ask(sender=next(senders)), "DUNNO")
        self.assertEqual(len(self.complaints(daemon)), 1)
        # By SQLite, or by our own look at the free space.
        self.assertRegex(self.complaints(daemon)[0], "is full|MiB left")
        os.unlink(filler)
        self.assert_recovers(daemon)

    def small_disk(self):
        """Mount a small disk. Skip the test if this is not allowed, for
        example in a container."""
        folder = os.path.join(self.folder, "disk")
        os.mkdir(folder)
        status = subprocess.call(
            ["mount", "-t", "tmpfs", "-o", "size=24m,mode=0755", "tmpfs",
             folder], stderr=subprocess.DEVNULL)
        if status != 0:
            self.skipTest("this machine does not let us mount a small disk")
        self.addCleanup(Disk(folder).remove)
        harness.give_to(folder)
        return folder

    @staticmethod
    def fill_disk(path):
        with open(path, "ab", buffering=0) as file, \
                contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)

    def test_other_programs_may_read_and_write(self):
        """[C49] The administrator deletes a row with SQL while the daemon
        serves. Then the triplet is new again."""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon)
        for _ in range(2):
            self.assert_greylisted(policy.ask())
        other = sqlite3.connect(daemon.database, timeout=limit())
        self.addCleanup(other.close)
        rows = other.execute(
            f"SELECT client, sender, recipient FROM {harness.RECORDS}"
        ).fetchall()
        self.assertEqual(
            rows, [("192.0.2.0/24", "a@example.net", "b@example.org")])
        other.execute("DELETE FROM waiting")
        other.commit()
        self.assert_greylisted(policy.ask())
        self.assertEqual(daemon.reasons(3), ["new", "early", "new"])

    def test_database_that_is_replaced_is_noticed(self):
        """[C55] The administrator renames the files. The daemon makes new
        ones, and does not write to the renamed ones."""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon)
        self.assert_greylisted(policy.ask())
        for path in glob.glob(daemon.database + "*"):
            os.rename(path, path.replace("tardigrey.db", "away.db"))
        wait_until("a new file", lambda: is_greylisted(policy.ask()) and
                   os.path.exists(daemon.database), every_s=0.1)
        wait_until("the triplet in the new file", lambda: is_greylisted(
            policy.ask(sender="c@example.net")) and self.rows_n(daemon))

    @staticmethod
    def rows_n(daemon):
        other = sqlite3.connect(daemon.database, timeout=limit())
        try:
            return other.execute(
                f"SELECT count(*) FROM {harness.RECORDS}").fetchone()[0]
        finally:
            other.close()

    def assert_does_not_start(self, daemon, *words):
        process = harness.run_daemon("-f", "-c", daemon.config_file)
        self.assertGreater(process.returncode, 0)
        for word in words:
            self.assertIn(word, process.stderr)

    def test_folder_that_others_may_write_to_is_refused(self):
        """[C62] If other users can write to the folder, the daemon does not
        start: they could replace the database."""
        for mode in (0o770, 0o707):
            with self.subTest(mode=oct(mode)):
                daemon = self.make_daemon()
                os.chmod(daemon.state, mode)
                self.assert_does_not_start(daemon, daemon.database)
                self.assertEqual(os.listdir(daemon.state), [])

    def test_database_of_another_program_is_refused(self):
        """The daemon does not overwrite a database of another program."""
        daemon = self.make_daemon()
        other = sqlite3.connect(daemon.database)
        other.execute("CREATE TABLE precious (x)")
        other.commit()
        other.close()
        harness.give_to(daemon.database)
        before = self.octets_of(daemon.database)
        self.assert_does_not_start(daemon, daemon.database)
        self.assertEqual(self.octets_of(daemon.database), before)

    @staticmethod
    def octets_of(path):
        with open(path, "rb") as file:
            return file.read()
