# SPDX-License-Identifier: ISC
"""
Real faults of a database file. During a fault, on_failure decides each request
at once, the log reports the fault once, and these decisions are counted. After
the fault, greylisting continues without a restart.
"""
import contextlib
import glob
import os
import random
import shutil
import sqlite3
import subprocess
import time

import harness
from harness import is_greylisted, limit, promise, settings, wait_until
from test_store import Disk

REPLIES = {"pass": "DUNNO", "tempfail": "DEFER_IF_PERMIT 4.3.0 Temporary "
           "failure, please try again later", "close": None}


class Fault(harness.TestCase):
    def setUp(self):
        super().setUp()
        seed = settings.seed or random.randrange(1, 10 ** 6)
        self.random = random.Random(seed)
        self.seed = seed
        self.senders = (f"{i}@example.net" for i in range(10 ** 9))
        self.failed_n = 0

    def ask(self, daemon):
        """Send a request for a new sender. Returns the action, or None if the
        connection was closed."""
        began = time.monotonic()
        with daemon.connect() as policy:
            try:
                action = policy.ask(sender=next(self.senders))
            except harness.Closed:
                action = None
        # Up to store_timeout for the lookup and for the write, and some time
        # for a slow machine.
        self.assertLess(time.monotonic() - began, promise(2))
        return action

    def fails(self, daemon):
        """Whether on_failure decides the request of a new sender."""
        action = self.ask(daemon)
        if action is not None and is_greylisted(action):
            return False
        self.assertEqual(action, REPLIES[daemon.options["on_failure"]])
        self.failed_n += 1
        return True

    def greylists(self, daemon):
        return not self.fails(daemon)

    def start(self, **options):
        options.setdefault("on_failure", self.random.choice(sorted(REPLIES)))
        print(f"({options['on_failure']}) ", end="", flush=True)
        daemon = self.start_daemon(delay="1h", **options)
        for _ in range(50):
            self.assertTrue(self.greylists(daemon))
        return daemon

    def complaints(self, daemon):
        return [line for line in daemon.messages()
                if daemon.database in line and "serving" not in line]

    def suffer(self, daemon, *words, n=5, again=None):
        """on_failure must decide the requests of n new senders, and one line
        of the log must give the reason, with all words. again() renews the
        fault before each request."""
        for _ in range(n):
            if again:
                again()
            self.assertTrue(self.fails(daemon))
        complaints = self.complaints(daemon)
        self.assertEqual(len(complaints), 1, complaints)
        for word in words:
            self.assertIn(word, complaints[0])

    def meet_loss(self, daemon):
        """A file has just been lost: on_failure decides the next request. Also
        without requests, the daemon looks at its files every ten seconds. So on
        a slow machine it may have recovered before: then the log tells of the
        loss, and this request is greylisted. Returns how many records it
        made."""
        if self.fails(daemon):
            return 0
        self.assertTrue(self.complaints(daemon))
        return 1

    def assert_over(self, daemon):
        """The daemon must greylist again, "tardigrey stats" must show the
        failures, and the file must be undamaged."""
        wait_until("greylisting to work again",
                   lambda: self.greylists(daemon), every_s=0.05)
        self.assertTrue(self.greylists(daemon))
        daemon.reload()  # which writes the counts down
        self.assertEqual(self.counted_n(daemon), self.failed_n)
        daemon.stop()
        self.assert_sound(daemon.database)

    @staticmethod
    def has_database_open(daemon):
        for link in glob.glob(f"/proc/{daemon.pid}/fd/*"):
            try:
                if ".db" in os.path.basename(os.readlink(link)):
                    return True
            except FileNotFoundError:  # it was closed at this moment
                pass
        return False

    @staticmethod
    def counted_n(daemon):
        """The number of failures that "tardigrey stats" prints."""
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        text = subprocess.run(
            [program, "-c", daemon.config_file, "stats"],
            stdout=subprocess.PIPE, check=True,
            universal_newlines=True).stdout
        return sum(int(line.split()[1]) for line in text.splitlines()
                   if line.split()[:1] == ["failed"])

    def assert_sound(self, path):
        with contextlib.closing(sqlite3.connect(path)) as db:
            self.assertEqual(
                db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def rows_n(self, path):
        with contextlib.closing(sqlite3.connect(path)) as db:
            return db.execute(
                f"SELECT count(*) FROM {harness.RECORDS}").fetchone()[0]

    def times(self, few, many):
        return many if settings.torture else few

    def grow(self, daemon):
        """Add records to the main file while the daemon runs, so that it has
        some hundred pages."""
        with contextlib.closing(sqlite3.connect(daemon.database)) as db:
            db.executemany(
                "INSERT INTO record VALUES (0, ?, ?, 'b@example.org', 1, 1,"
                " NULL, 4000000000, 1, 0, NULL)",
                ((f"198.51.{i % 256}.0/24", f"{i}{'x' * 100}@example.com")
                 for i in range(5000)))
            db.commit()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class FaultsTest(Fault):
    def test_full_disk(self):
        """The disk is full, until the test makes room."""
        folder = os.path.join(self.folder, "disk")
        os.mkdir(folder)
        if subprocess.call(
                ["mount", "-t", "tmpfs", "-o", "size=24m,mode=0755",
                 "tmpfs", folder], stderr=subprocess.DEVNULL) != 0:
            self.skipTest("this machine does not let us mount a small disk")
        self.addCleanup(Disk(folder).remove)
        harness.give_to(folder)
        daemon = self.start(database=f"sqlite:{folder}/tardigrey.db")
        filler = os.path.join(folder, "filler")
        wait_until("the disk to be full", lambda: (
            self.fill(filler), self.fails(daemon))[1])
        self.suffer(daemon, again=lambda: self.fill(filler))
        # By SQLite, or by our own look at the free space.
        self.assertRegex(self.complaints(daemon)[0], "is full|MiB left")
        os.unlink(filler)
        self.assert_over(daemon)

    @staticmethod
    def fill(path):
        with open(path, "ab", buffering=0) as file, \
                contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)

    def make_disk(self):
        """Mount a file system that can be made to fail. Returns its folder,
        the name of its device, and its image."""
        folder = os.path.join(self.folder, "disk")
        image = os.path.join(self.folder, "image")
        os.mkdir(folder)
        with open(image, "wb") as file:
            file.truncate(40 << 20)
        if shutil.which("mkfs.ext4") is None or subprocess.call(
                ["mkfs.ext4", "-q", image]) != 0 or subprocess.call(
                    ["mount", "-o", "loop,errors=remount-ro", image, folder],
                    stderr=subprocess.DEVNULL) != 0:
            self.skipTest("this machine does not let us mount a disk that "
                          "can break")
        disk = Disk(folder)
        self.addCleanup(lambda: subprocess.call(
            ["umount", "--lazy", folder], stderr=subprocess.DEVNULL))
        self.addCleanup(lambda: disk in harness.running and
                        harness.running.remove(disk))
        state = os.path.join(folder, "state")
        os.mkdir(state)
        harness.give_to(state)
        device = subprocess.check_output(
            ["findmnt", "-no", "SOURCE", folder],
            universal_newlines=True).strip()
        return folder, os.path.basename(device), image

    def test_disk_becomes_read_only(self):
        """The file system has an error and becomes read-only. After it is
        repaired and mounted again, the daemon uses it again."""
        folder, device, image = self.make_disk()
        daemon = self.start(
            database=f"sqlite:{folder}/state/tardigrey.db")
        self.assertTrue(self.has_database_open(daemon))
        switch = f"/sys/fs/ext4/{device}/trigger_fs_error"
        if not os.access(switch, os.W_OK):
            self.skipTest("this kernel has no broken disks to try")
        harness.write_file(switch, "1")
        wait_until("the error to be met", lambda: self.fails(daemon))
        self.suffer(daemon)
        subprocess.check_call(["umount", "--lazy", folder])
        for _ in range(3):
            self.assertTrue(self.fails(daemon))
        wait_until("the daemon to let the disk go",
                   lambda: not self.has_database_open(daemon))
        # The mount namespace of another test may hold the old file system,
        # with its error, so a copy is repaired and mounted.
        copy = shutil.copy(image, image + ".copy")
        self.assertIn(subprocess.call(
            ["fsck.ext4", "-p", "-f", copy], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL), (0, 1))
        subprocess.check_call(["mount", "-o", "loop", copy, folder])
        self.assert_over(daemon)

    def test_file_is_removed(self):
        """The file of the database is removed: the daemon makes a new one."""
        daemon = self.start()
        for path in glob.glob(daemon.database + "*"):
            os.unlink(path)
        wait_until("the loss to be noticed", lambda: (
            self.fails(daemon) or self.complaints(daemon)))
        self.assertTrue(self.greylists(daemon))
        self.assertIn("removed or renamed", wait_until(
            "a complaint", lambda: self.complaints(daemon))[0])
        self.assert_over(daemon)

    def test_file_is_replaced_by_another_database(self):
        """Another database replaces the file: the daemon uses it, and writes
        nothing of the old write-ahead log into it."""
        for how in ("renamed", "copied"):
            with self.subTest(how=how):
                self.failed_n = 0
                daemon = self.start()
                daemon.stop()
                other = os.path.join(daemon.state, "other")
                shutil.copy(daemon.database, other)
                harness.give_to(other)
                rows_n = self.rows_n(other)
                daemon.start()
                self.grow(daemon)
                for _ in range(50):
                    self.assertTrue(self.greylists(daemon))
                if how == "renamed":
                    os.rename(other, daemon.database)
                else:
                    subprocess.check_call(["cp", other, daemon.database])
                rows_n += self.meet_loss(daemon)
                self.assertTrue(self.greylists(daemon))
                self.assertEqual(self.rows_n(daemon.database), rows_n + 1)
                self.assert_over(daemon)

    def test_permission_is_lost(self):
        """The files get another owner, so that the daemon cannot open them.
        When it owns them again, it uses them again."""
        daemon = self.start()
        os.chown(daemon.state, 0, 0)
        for path in glob.glob(daemon.database + "*"):
            os.chown(path, 0, 0)
            os.chmod(path, 0o600)
        # The daemon still has the old files open. Put new files in their
        # place.
        os.rename(daemon.database, daemon.database + ".old")
        os.rename(daemon.database + "-wal", daemon.database + ".old-wal")
        shutil.copy(daemon.database + ".old", daemon.database)
        shutil.copy(daemon.database + ".old-wal", daemon.database + "-wal")
        os.chmod(daemon.database, 0o600)
        wait_until("the loss to be noticed", lambda: self.fails(daemon))
        self.suffer(daemon)
        for path in glob.glob(daemon.database + "*"):
            harness.give_to(path)
        harness.give_to(daemon.state)
        self.assert_over(daemon)

    def test_folder_may_not_be_entered(self):
        """The daemon may not enter the folder. The log must not say that the
        file was removed."""
        daemon = self.start()
        os.chown(daemon.state, 0, 0)
        os.chmod(daemon.state, 0o700)
        self.suffer(daemon, "Permission denied")
        harness.give_to(daemon.state)
        self.assert_over(daemon)

    def test_locked_for_long(self):
        """Another process locks the database. No request waits longer than
        store_timeout, and the log reports it once a minute."""
        daemon = self.start(store_timeout="50ms")
        other = sqlite3.connect(daemon.database, isolation_level=None,
                                timeout=limit())
        other.execute("BEGIN EXCLUSIVE")
        self.suffer(daemon, "locked", n=5)
        end = time.monotonic() + self.times(1, 30)
        while time.monotonic() < end:
            self.assertTrue(self.fails(daemon))
        self.assertEqual(len(self.complaints(daemon)), 1)
        other.execute("ROLLBACK")
        other.close()
        self.assert_over(daemon)


class DamageTest(Fault):
    def overwrite_pages(self, path, n, first=0):
        """Overwrite n pages, chosen at random, with random octets."""
        pages = range(first, os.path.getsize(path) // 4096)
        with open(path, "r+b") as file:
            for page in self.random.sample(pages, min(n, len(pages))):
                file.seek(page * 4096)
                file.write(self.random.randbytes(4096))

    def asides(self, daemon):
        return sorted(path for path in glob.glob(
            daemon.database + ".corrupt-*") if not path.endswith("-wal"))

    def test_pages_are_overwritten_while_it_runs(self):
        """The daemon renames the damaged file and makes a new one. The log
        says so. Only a few requests are decided by on_failure."""
        for _ in range(self.times(4, 40)):
            seed = self.random.randrange(10 ** 6)
            with self.subTest(seed=seed):
                self.random = random.Random(seed)
                self.damage_once(self.random.choice((2, 20, 10 ** 6)))

    def damage_once(self, pages_n):
        self.failed_n = 0
        daemon = self.start(on_failure="pass")
        self.grow(daemon)
        self.overwrite_pages(daemon.database, pages_n)
        for _ in range(30):
            self.fails(daemon)
        self.look_everywhere(daemon)
        if pages_n > 10:
            self.assertEqual(len(self.asides(daemon)), 1)
        for path in self.asides(daemon):
            [line] = daemon.wait_for_message("has been set aside")
            self.assertIn(path, line)
            self.assertIn("database " + daemon.database, line)
        if self.asides(daemon):
            wait_until("greylisting to work again",
                       lambda: self.greylists(daemon))
            for _ in range(30):
                self.assertTrue(self.greylists(daemon))
            self.assert_sound_now(daemon)
        daemon.stop()

    def look_everywhere(self, daemon):
        """Send requests for all records of grow(), so that the daemon reads
        every page."""
        with daemon.connect() as policy:
            for i in range(5000):
                policy.send(harness.request(
                    sender=f"{i}{'x' * 100}@example.com",
                    client_address=f"198.51.{i % 256}.1"))
                policy.reply()
                if i % 500 == 0 and self.asides(daemon):
                    return

    def assert_sound_now(self, daemon):
        """Copy the database while the daemon runs, and check the copy."""
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        copy = os.path.join(daemon.state, "copy")
        subprocess.check_call(
            [program, "-c", daemon.config_file, "backup", copy],
            stdout=subprocess.DEVNULL)
        self.assert_sound(copy)
        os.unlink(copy)

    def test_pages_are_overwritten_before_it_starts(self):
        """The daemon starts. It has renamed the damaged file and has not
        changed it."""
        daemon = self.start(on_failure="pass")
        self.grow(daemon)
        daemon.stop()
        with open(daemon.database, "rb") as file:
            sound = file.read()
        for _ in range(self.times(4, 40)):
            for path in glob.glob(daemon.database + "*"):
                os.unlink(path)
            damaged = (sound[:100] + self.random.randbytes(4096 - 100) +
                       sound[4096:])
            harness.write_octets(daemon.database, damaged)
            daemon.start()
            [aside] = self.asides(daemon)
            with open(aside, "rb") as file:
                self.assertEqual(file.read(), damaged)
            self.assertEqual(len(daemon.wait_for_message("set aside")), 1)
            self.assertTrue(self.greylists(daemon))
            daemon.stop()
            self.assert_sound(daemon.database)
            harness.write_file(daemon.log_file, "")

    def test_damage_with_refuse(self):
        """on_corruption = refuse: the damaged file stays, on_failure decides,
        and the log reports it. tardigrey reports it too and says what to do.
        The daemon starts with this file and reports it too."""
        daemon = self.start(on_corruption="refuse")
        self.grow(daemon)
        self.overwrite_pages(daemon.database, 10 ** 6, first=1)
        self.suffer(daemon, "malformed", "(on_corruption = refuse)", ".recover")
        self.assertEqual(self.asides(daemon), [])
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        visit = subprocess.run(
            [program, "-c", daemon.config_file, "triplets", "list"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            universal_newlines=True)
        self.assertEqual(visit.returncode, 1)
        self.assertIn(".recover", visit.stderr)
        daemon.stop()
        with open(daemon.database, "r+b") as file:
            file.seek(100)
            file.write(self.random.randbytes(3996))
        harness.write_file(daemon.log_file, "")
        daemon.start()
        daemon.wait_for_message("(on_corruption = refuse)", "started without")
        self.assertTrue(self.fails(daemon))
        self.assertEqual(self.asides(daemon), [])

    def test_files_are_truncated(self):
        """The write-ahead log or the main file is emptied or truncated while
        the daemon is busy. The daemon says so, and works again; the database
        is sound after a stop, and the list entry is still there."""
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        for _ in range(self.times(1, 20)):
            for suffix, part in (("-wal", 0), ("-wal", 0.6), ("", 0),
                                 ("", 0.5)):
                with self.subTest(suffix=suffix, part=part):
                    daemon = self.start(on_failure="pass")
                    self.grow(daemon)
                    subprocess.check_call(
                        [program, "-c", daemon.config_file, "whitelist", "add",
                         "sender", "kept@example.com"],
                        stdout=subprocess.DEVNULL)
                    for _ in range(50):
                        self.assertTrue(self.greylists(daemon))
                    path = daemon.database + suffix
                    os.truncate(path, int(os.path.getsize(path) * part))
                    for _ in range(5):
                        self.fails(daemon)
                    daemon.wait_for_message("was emptied or truncated")
                    self.look_everywhere(daemon)
                    wait_until("greylisting to work again",
                               lambda: self.greylists(daemon))
                    self.wait_for_entry(daemon)
                    daemon.stop()
                    self.assert_sound(daemon.database)
                    daemon.start()
                    self.wait_for_entry(daemon)
                    daemon.stop()

    @staticmethod
    def wait_for_entry(daemon):
        """The daemon looks for changed entries every 200 ms."""
        def passes():
            with daemon.connect() as policy:
                return policy.ask(sender="kept@example.com") == "DUNNO"
        wait_until("the list entry to count", passes, every_s=0.05)

    def test_schema_becomes_newer(self):
        """A newer version changes the schema while the daemon runs. The daemon
        says so and writes no more."""
        daemon = self.start(on_failure="pass")
        with contextlib.closing(sqlite3.connect(daemon.database)) as db:
            db.execute("CREATE TABLE news (a)")
            db.execute("PRAGMA user_version = 99")
            db.commit()
        rows_n = self.rows_n(daemon.database)
        self.suffer(daemon, "newer Tardigrey")
        self.assertEqual(self.rows_n(daemon.database), rows_n)
        daemon.stop()

    def test_log_is_removed(self):
        """The write-ahead log is removed: no stored record is lost."""
        daemon = self.start(on_failure="pass")
        rows_n = self.rows_n(daemon.database)
        os.unlink(daemon.database + "-wal")
        rows_n += self.meet_loss(daemon)
        self.assertIn("write-ahead log", wait_until(
            "a complaint", lambda: self.complaints(daemon))[0])
        self.assertTrue(self.greylists(daemon))
        self.assertEqual(self.rows_n(daemon.database), rows_n + 1)
        self.assert_over(daemon)

    def test_log_is_damaged_before_a_start(self):
        """The write-ahead log is damaged: SQLite uses its undamaged beginning,
        and the main file stays valid."""
        daemon = self.start(on_failure="pass")
        for _ in range(self.times(5, 50)):
            for _ in range(20):
                self.assertTrue(self.greylists(daemon))
            daemon.kill()
            path = daemon.database + "-wal"
            with open(path, "r+b") as file:
                file.seek(self.random.randrange(os.path.getsize(path)))
                file.write(self.random.randbytes(5000))
            daemon.start()
            self.assertTrue(self.greylists(daemon))
            self.assert_sound_now(daemon)
        self.assertEqual(self.failed_n, 0)
        daemon.stop()
        self.assert_sound(daemon.database)
