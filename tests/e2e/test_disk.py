# SPDX-License-Identifier: ISC
"""Test a small disk: a flood fills it, a reader blocks the log, or syncs fail.
Known mail always passes, and the daemon recovers without a restart."""
import os
import sqlite3
import subprocess
import time

import harness
from harness import is_greylisted, request, settings, wait_until
from preload import WrongClock, environment, launcher
from test_store import Disk

AT_ONCE = 50
DELAY_S = 2
MIB = 1 << 20
SMALL_LOG = 4 * MIB  # a log of up to this size is not emptied


class DiskTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.asked_n = 0

    def make_disk(self, mib):
        """Mount a file system of this size. Return its folder."""
        folder = os.path.join(self.folder, "disk")
        os.mkdir(folder)
        if os.geteuid() != 0 or subprocess.call(
                ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0755",
                 "tmpfs", folder], stderr=subprocess.DEVNULL) != 0:
            self.skipTest("mounting a small file system needs root")
        self.addCleanup(Disk(folder).remove)
        harness.give_to(folder)
        return folder

    def start(self, folder, **options):
        """Start a daemon that has a triplet that has passed."""
        daemon = self.start_daemon(
            delay=f"{DELAY_S}s", database=f"sqlite:{folder}/tardigrey.db",
            **options)
        self.known = {"client_address": "10.0.0.5",
                      "sender": "k@known.example"}
        began = time.monotonic()
        self.assert_greylisted(daemon.ask(**self.known))
        harness.retry_until_passed(
            lambda: daemon.ask(**self.known) == "DUNNO", DELAY_S, began)
        return daemon

    def assert_known(self, daemon):
        with daemon.connect() as policy:
            decision = daemon.judge(policy, **self.known)
        self.assertEqual((decision["reply"], decision["reason"]),
                         ("DUNNO", "known"))

    def assert_known_beside_flood(self, daemon):
        """Send known mail together with many new triplets."""
        others = [daemon.connect() for _ in range(20)]
        for policy in others:
            self.addCleanup(policy.close)
        for _ in range(10):
            for policy in others:
                policy.send(b"".join(
                    request(client_address="20.0.0.1",
                            sender=f"{i}@others.example") for i in range(30)) +
                    request(**self.known))
            for policy in others:
                replies = [policy.reply() for _ in range(31)]
                self.assertEqual(replies[-1], "DUNNO")
                self.assertNotIn("DUNNO", replies[:-1])

    def log_octets(self, daemon):
        return os.path.getsize(daemon.database + "-wal")

    @staticmethod
    def free_octets(folder):
        system = os.statvfs(folder)
        return system.f_bavail * system.f_frsize

    def ask_new(self, policy, n=AT_ONCE, octets_n=100):
        """Ask for new triplets with long addresses. Return how many were
        deferred."""
        self.asked_n += n
        policy.send(b"".join(
            request(client_address=f"20.{i // 65536}.{i // 256 % 256}."
                    f"{i % 256}", client_name="unknown",
                    sender=f"{i}{'x' * octets_n}@flood.example",
                    recipient=f"{'r' * octets_n}@example.org")
            for i in range(self.asked_n - n, self.asked_n)))
        return sum(is_greylisted(policy.reply()) for _ in range(n))

    def flood(self, daemon, most_n=10 ** 6):
        """Ask until a new triplet is not stored. Return the largest log and
        the least free space."""
        folder = os.path.dirname(daemon.database)
        largest, least_free = 0, self.free_octets(folder)
        with daemon.connect() as policy:
            while self.asked_n < most_n:
                deferred_n = self.ask_new(policy)
                largest = max(largest, self.log_octets(daemon))
                least_free = min(least_free, self.free_octets(folder))
                if deferred_n == 0:
                    return largest, least_free
        self.fail(f"{most_n} new triplets were stored")

    def defers(self, daemon):
        with daemon.connect() as policy:
            return self.ask_new(policy, 1, 1) == 1

    def test_flood(self):
        """[C55] A flood does not fill a disk of 200 MiB. Known mail passes,
        and the log takes at most a tenth of the free space. When there is
        space again, new mail is deferred again."""
        folder = self.make_disk(200)
        filler = os.path.join(folder, "filler")
        fill = 0 if settings.torture else 120 * MIB
        with open(filler, "wb") as file:
            file.write(bytes(fill))
        daemon = self.start(folder, on_failure="tempfail")
        largest, least_free = self.flood(daemon)
        print(f"({self.asked_n} asked, log at most {largest / MIB:.1f} MiB, "
              f"at least {least_free / MIB:.1f} MiB free) ", end="",
              flush=True)
        self.assertLess(largest, (200 * MIB - fill) // 10 * 3 // 2 + 4 * MIB)
        self.assertGreater(least_free, 4 * MIB)
        daemon.wait_for_message("MiB left", "new triplets are not stored")
        self.assert_known_beside_flood(daemon)
        wait_until("the log to be emptied", lambda: (
            self.defers(daemon),
            self.log_octets(daemon) <= SMALL_LOG)[1], every_s=0.1)
        self.assert_known(daemon)
        if fill == 0:
            return
        os.unlink(filler)
        wait_until("new mail to be deferred", lambda: self.defers(daemon))
        daemon.wait_for_message("works again")
        self.assert_known(daemon)

    def start_again(self, daemon, *words):
        """Start a daemon that cannot write its database. It says so, known
        mail passes, and new mail passes too."""
        daemon.start()
        daemon.wait_for_message(daemon.database, *words)
        self.assertEqual(daemon.ask(**self.known), "DUNNO")
        self.assertFalse(self.defers(daemon))

    def test_starts_on_a_full_disk(self):
        """[C55] The daemon starts on a full disk, and defers new mail when
        there is space. tardigrey says that the disk is full."""
        folder = self.make_disk(64)
        daemon = self.start(folder)
        daemon.stop()
        filler = os.path.join(folder, "filler")
        subprocess.call(["dd", "if=/dev/zero", f"of={filler}", "bs=4k"],
                        stderr=subprocess.DEVNULL)
        self.assertEqual(self.free_octets(folder), 0)
        self.start_again(daemon, "the disk is full")
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        process = subprocess.run(
            [program, "-c", daemon.config_file, "whitelist", "add", "client",
             "192.0.2.0/24"], stderr=subprocess.PIPE, universal_newlines=True)
        self.assertEqual(process.returncode, 1)
        self.assertIn("the disk is full", process.stderr)
        os.unlink(filler)
        wait_until("new mail to be deferred", lambda: self.defers(daemon))
        self.assert_known(daemon)

    def test_starts_on_a_read_only_disk(self):
        """[C55] The daemon starts on a file system that is mounted read-only,
        and defers new mail when it can be written."""
        folder = self.make_disk(64)
        daemon = self.start(folder)
        daemon.stop()
        subprocess.check_call(["mount", "-o", "remount,ro", folder])
        self.start_again(daemon, "read-only")
        subprocess.check_call(["mount", "-o", "remount,rw", folder])
        wait_until("new mail to be deferred", lambda: self.defers(daemon))
        self.assert_known(daemon)

    def test_max_database_size(self):
        """max_database_size limits the database. There is room again after
        records have expired, or after a reload that raises the limit."""
        self.skip_if_wrapped("it has its own way to preload")
        size = 20 * 10 ** 6
        clock = WrongClock(os.path.join(self.folder, "wrong_clock"))
        daemon = self.start(self.make_disk(200), max_database_size=size,
                            retry_window="1h", launcher=launcher(clock=clock))
        largest, _ = self.flood(daemon)
        print(f"({self.asked_n} asked) ", end="", flush=True)
        self.assertLess(largest, size // 10 * 3 + 4 * MIB)
        self.assertLess(os.path.getsize(daemon.database), size + 4 * MIB)
        daemon.wait_for_message("max_database_size")
        self.assert_known(daemon)
        clock.pass_time(3700)
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        wait_until("new mail to be deferred", lambda: (
            subprocess.check_call(
                [program, "-c", daemon.config_file, "expire",
                 "--force"], env=dict(os.environ, **environment(clock=clock)),
                stdout=subprocess.DEVNULL), self.defers(daemon))[1],
            every_s=0.5)
        self.asked_n = 0
        self.flood(daemon)
        daemon.reload(max_database_size="40M")
        wait_until("new mail to be deferred", lambda: self.defers(daemon))

    def test_old_reader(self):
        """Another process does not end its read transaction. The write-ahead
        log stays within its limit, and the daemon logs the cause. The daemon
        recovers when the process ends."""
        folder = self.make_disk(200)
        daemon = self.start(folder)
        reader = sqlite3.connect(f"file:{daemon.database}?mode=ro", uri=True,
                                 isolation_level=None)
        self.addCleanup(reader.close)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM record").fetchone()
        largest, least_free = self.flood(daemon)
        print(f"({self.asked_n} asked, log at most {largest / MIB:.1f} MiB, "
              f"{least_free / MIB:.1f} MiB free) ", end="", flush=True)
        self.assertLess(largest, 4 * 20 * MIB + 8 * MIB)
        self.assertGreater(least_free, 20 * MIB)
        daemon.wait_for_message("another process has been reading it since",
                                "cannot be emptied")
        self.assert_known(daemon)
        reader.close()
        wait_until("new mail to be deferred", lambda: self.defers(daemon))
        self.assert_known(daemon)
        self.assertLess(self.log_octets(daemon), 20 * MIB)

    def test_quiet(self):
        """After a flood the log is emptied, at 95 requests a second and
        without requests."""
        daemon = self.start_daemon(delay="1h")
        for idle in (False, True):
            with self.subTest(idle=idle), daemon.connect() as policy:
                end = time.monotonic() + harness.limit(60)
                while self.log_octets(daemon) <= 2 * SMALL_LOG:
                    if time.monotonic() > end:
                        self.skipTest("the log is emptied faster than filled")
                    self.ask_new(policy)
                began = time.monotonic()
                while self.log_octets(daemon) > SMALL_LOG:
                    self.assertLess(time.monotonic() - began,
                                    harness.promise(30))
                    if not idle:
                        self.ask_new(policy, 1, 1)
                    time.sleep(1 / 95)
                print(f"({time.monotonic() - began:.1f} s) ", end="",
                      flush=True)

    def test_failing_sync(self):
        """[C55] The disk accepts writes but syncs fail. The daemon logs the
        error, on_failure decides new mail, and known mail passes."""
        library = os.path.join(os.path.dirname(settings.daemon), os.pardir,
                               "tests", "torture", "bad_sync.so")
        if not os.access(library, os.R_OK):
            self.fail(f"no {library}: run make check first")
        switch = os.path.join(self.folder, "syncs-fail")
        state = os.path.join(self.folder, "state")
        os.mkdir(state)
        harness.give_to(state)
        self.launcher = [
            "env", f"LD_PRELOAD={os.path.abspath(library)}",
            f"BAD_SYNC={switch}", "ASAN_OPTIONS=verify_asan_link_order=0"]
        daemon = self.start(state, launcher=self.launcher)
        self.assertTrue(self.defers(daemon))
        harness.write_file(switch, "")
        wait_until("the error to be met", lambda: not self.defers(daemon))
        daemon.wait_for_message("cannot sync the write-ahead log",
                                "Input/output error")
        for _ in range(20):
            self.assertFalse(self.defers(daemon))
        self.assert_known(daemon)
        os.unlink(switch)
        wait_until("new mail to be deferred", lambda: self.defers(daemon))
        daemon.wait_for_message("works again")
