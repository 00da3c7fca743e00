# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The Tardigrey developers
"""tardigrey import takes over the records of real postgrey, sqlgrey and
greylistd, and the files in tests/import/data. The daemon must then decide as the
other program would."""
import glob
import os
import re
import socket
import sqlite3
import signal
import subprocess
import time

import harness
import test_postgrey
from harness import (
    USER, free_port, give_to, settings, wait_until, write_file)

ANNA = {"client_address": "192.0.2.7", "client_name": "unknown",
        "sender": "anna@example.net", "recipient": "bob@example.org"}
BOUNCE = {"client_address": "198.51.100.9", "client_name": "unknown",
          "sender": "", "recipient": "bob@example.org"}


def perl(*arguments):
    """The command that runs an unpacked Perl program, and its environment."""
    root = settings.postgrey
    libraries = glob.glob(f"{root}/usr/lib/*/perl5/*")
    libraries += [f"{root}/usr/share/perl5"]
    objects = glob.glob(f"{root}/usr/lib/*-linux-gnu*")
    command = ["perl", *(f"-I{path}" for path in libraries), *arguments]
    return command, dict(os.environ, LD_LIBRARY_PATH=":".join(objects))


class ImportTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if settings.postgrey is None:
            self.skipTest("no postgrey: get-packages postgrey FOLDER, then "
                          "--postgrey FOLDER")
        self.skip_if_wrapped("one import is enough")
        self.daemon = self.start_daemon(delay="1h", auto_whitelist_after="2")

    def run_import(self, *arguments):
        tool = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        return subprocess.run(
            [tool, "-c", self.daemon.config_file, "import", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True,
            universal_newlines=True,
            # A parent that does not wait for its children passes this on.
            preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        ).stdout

    def import_twice(self, *arguments, records_n):
        """A dry run writes nothing, and a second import changes nothing."""
        self.assertIn(f"{records_n} records would be imported",
                      self.run_import(*arguments, "--dry-run"))
        first = self.run_import(*arguments)
        self.assertIn(f"{records_n} records imported", first)
        self.assertIn("\n0 of them were in the database already\n", first)
        second = int(time.time())
        wait_until("the next second", lambda: int(time.time()) > second)
        self.assertIn(f"\n{records_n} of them were in the database already\n",
                      self.run_import(*arguments))
        return first

    def reason_of(self, **attributes):
        with self.daemon.connect() as policy:
            return self.daemon.judge(policy, **attributes)["reason"]

    def assert_reason(self, reason, **attributes):
        self.assertEqual(self.reason_of(**attributes), reason, attributes)

    # ---- postgrey ----

    def fill_postgrey(self, address):
        """Send requests, some of them as if they came earlier."""
        now_s = int(time.time())
        clients_n = 0
        with self.connect(self.daemon, address) as policy:
            def ask(ago_s, **attributes):
                return policy.ask(policy_test_time=str(now_s - ago_s),
                                  **attributes)

            ask(2000, **ANNA)
            self.assertIn("X-Greylist", ask(1000, **ANNA))
            ask(3000, **BOUNCE)
            ask(50 * 86400, **dict(ANNA, sender="old@example.net"))
            ask(900, **dict(ANNA, sender="list-4711-x@example.net"))
            client = {"client_address": "203.0.113.5"}
            while not ask(0, **dict(ANNA, **client, sender="z@example.net")
                          ).startswith("DUNNO"):
                clients_n += 1
                self.assertLess(clients_n, 10)
                sender = f"{chr(96 + clients_n)}@example.com"
                for ago_s in (90000 - clients_n * 4000,
                              89000 - clients_n * 4000):
                    ask(ago_s, **dict(ANNA, **client, sender=sender))

    def test_postgrey(self):
        """Also while postgrey runs, and has not written all records."""
        write_file(f"{self.folder}/none", "")
        os.chmod(f"{self.folder}/none", 0o644)
        postgrey = test_postgrey.Postgrey(
            self.folder, f"{self.folder}/none", f"{self.folder}/none")
        self.addCleanup(postgrey.stop)
        self.fill_postgrey(postgrey.address)
        report = self.import_twice("postgrey", f"{self.folder}/postgrey",
                                   records_n=11)
        self.assertIn("6 passed and 3 waiting triplets, 2 clients, 0 list "
                      "entries\n", report)
        self.assertIn("\n1 skipped: expired\n", report)
        self.assertIn("\n1 sender with # for a number", report)
        self.assert_reason("known", **ANNA)
        # The network of the triplet, not only its address, is known.
        self.assert_reason("known", **dict(ANNA, client_address="192.0.2.99"))
        self.assert_reason("early", **BOUNCE)
        self.assert_reason("auto-whitelisted", **dict(
            ANNA, client_address="203.0.113.5", sender="new@example.net"))
        self.assert_reason("new", **dict(ANNA, sender="old@example.net"))
        # The wait began with the first attempt at postgrey, 50 minutes ago.
        self.daemon.reload(delay="50m")
        self.assert_reason("retried", **BOUNCE)

    def test_dump_of_postgrey(self):
        """The text of db_dump(1), for hosts without Berkeley DB."""
        now_s = int(time.time())
        write_file(f"{self.folder}/dump", "VERSION=3\nformat=print\n"
                   "type=btree\ndb_pagesize=4096\nHEADER=END\n"
                   " 192.0.2.0/anna@example.net/bob@example.org\n"
                   f" {now_s - 2000},{now_s - 1000}\nDATA=END\n"
                   "VERSION=3\nformat=bytevalue\nHEADER=END\n"
                   f" {b'203.0.113.5'.hex()}\n {f'5,{now_s}'.encode().hex()}\n"
                   "DATA=END\n")
        self.import_twice("postgrey", f"{self.folder}/dump", records_n=2)
        self.assert_reason("known", **ANNA)
        self.assert_reason("auto-whitelisted", **dict(
            ANNA, client_address="203.0.113.5", sender="new@example.net"))

    # ---- sqlgrey ----

    def start_sqlgrey(self, folder):
        port = free_port()
        root = settings.postgrey
        write_file(f"{folder}/sqlgrey.conf", "".join(
            f"{line}\n" for line in (
                f"conf_dir = {root}/etc/sqlgrey", f"user = {USER}",
                "group = nogroup", f"inet = 127.0.0.1:{port}",
                f"pidfile = {folder}/sqlgrey.pid", "reconnect_delay = 0",
                "db_type = SQLite", f"db_name = {folder}/sqlgrey.db")))
        command, environment = perl(f"{root}/usr/sbin/sqlgrey", "-f",
                                    f"{folder}/sqlgrey.conf")
        with open(f"{folder}/sqlgrey.log", "w") as log:
            process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

        def listens():
            if process.poll() is not None:
                raise AssertionError(
                    harness.read_file(f"{folder}/sqlgrey.log"))
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except OSError:
                return False
            return True

        wait_until("sqlgrey to listen", listens)
        return "127.0.0.1", port

    def test_sqlgrey(self):
        folder = f"{self.folder}/sqlgrey"
        os.makedirs(folder)
        give_to(folder)
        address = self.start_sqlgrey(folder)
        dynamic = dict(ANNA, client_address="203.0.113.77",
                       client_name="203-0-113-77.dyn.example.com")
        with self.connect(self.daemon, address) as policy:
            for sender in ("a@example.com", "b@example.com"):
                def passes():
                    return policy.ask(**dict(dynamic, sender=sender)
                                      ).startswith("PREPEND")
                wait_until("sqlgrey to let a retry pass", passes)
            policy.ask(**ANNA)
            policy.ask(**BOUNCE)
        report = self.import_twice("sqlgrey", f"{folder}/sqlgrey.db",
                                   records_n=3)
        self.assertIn("0 passed and 2 waiting triplets, 1 client, ", report)
        self.assert_reason("early", **ANNA)
        self.assert_reason("early", **BOUNCE)
        self.assert_reason("auto-whitelisted", **dict(
            dynamic, sender="c@example.com"))
        # A dump of the same database has the same records.
        with sqlite3.connect(f"{folder}/sqlgrey.db") as database:
            write_file(f"{folder}/dump", "".join(
                f"{line}\n" for line in database.iterdump()))
        self.assertIn("\n3 of them were in the database already\n",
                      self.run_import("sqlgrey", f"{folder}/dump"))

    # ---- greylistd ----

    def start_greylistd(self, folder):
        root = settings.postgrey
        config = harness.read_file(f"{root}/etc/greylistd/config")
        config = config.replace("/var/run/greylistd", folder)
        config = config.replace("/var/lib/greylistd", folder)
        config = re.sub(r"(?m)^retryMin.*", "retryMin = 0", config)
        # The account of the package may be missing.
        config = re.sub(r"(?m)^\[socket\].*", "[socket]\nowner = root:root",
                        config)
        write_file(f"{folder}/config", config)
        # The path of the configuration file is fixed.
        program = harness.read_file(f"{root}/usr/sbin/greylistd")
        write_file(f"{folder}/greylistd", program.replace(
            "/etc/greylistd/config", f"{folder}/config"))
        with open(f"{folder}/greylistd.log", "w") as log:
            process = subprocess.Popen(
                ["python3", f"{folder}/greylistd"], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until("greylistd to listen", lambda: self.listens(folder))

    @staticmethod
    def listens(folder):
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(f"{folder}/socket") == 0

    @staticmethod
    def ask_greylistd(folder, line):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"{folder}/socket")
            client.sendall(line.encode())
            client.shutdown(socket.SHUT_WR)
            return client.recv(1000).decode()

    def test_greylistd(self):
        folder = f"{self.folder}/greylistd"
        os.makedirs(folder)
        self.start_greylistd(folder)

        def ask(line):
            return self.ask_greylistd(folder, line)

        anna = "192.0.2.7 anna@example.net bob@example.org"
        wait_until("greylistd to let a retry pass",
                   lambda: ask(f"--grey {anna}") == "false")
        ask("--grey 198.51.100.9 bob@example.org")  # the null sender
        ask("add --white 203.0.113.5")
        ask("add --black 203.0.113.6 spam@example.net bob@example.org")
        ask("save")
        report = self.import_twice("greylistd", folder, records_n=3)
        self.assertIn("1 passed and 1 waiting triplets, 1 client, ", report)
        self.assertIn("\n1 skipped: it blocks mail, and Tardigrey does not",
                      report)
        self.assert_reason("known", **ANNA)
        self.assert_reason("early", **BOUNCE)
        self.assert_reason("auto-whitelisted", **dict(
            ANNA, client_address="203.0.113.5"))

    # ---- Files of other programs ----

    def copy_data(self, name):
        """Copy a file of tests/import/data, as if it had been made now."""
        folder = os.path.join(os.path.dirname(__file__), "../import/data")
        made_s = 1795930000
        ago_s = int(time.time()) - made_s
        path = f"{self.folder}/{name}"
        write_file(path, re.sub(
            r"\b179[0-9]{7}\b", lambda time_s: str(int(time_s[0]) + ago_s),
            harness.read_file(f"{folder}/{name}")))
        return path

    def test_sql_dumps(self):
        for program, passed_n, waiting_n, clients_n, entries_n in (
                ("gld", 1, 2, 0, 4), ("iredapd", 2, 2, 2, 12),
                ("policyd", 1, 2, 1, 2), ("proxmox", 1, 3, 0, 0)):
            with self.subTest(program=program):
                path = self.copy_data(f"{program}.sql")
                # Each program has other records, and some of the same.
                report = self.run_import(program, path)
                self.assertIn(
                    f"{passed_n} passed and {waiting_n} waiting triplets, "
                    f"{clients_n} client", report)
                self.assertIn(f"{entries_n} list entr", report)
                records_n = passed_n + waiting_n + clients_n + entries_n
                self.assertIn(
                    f"\n{records_n} of them were in the database already\n",
                    self.run_import(program, path))
        self.assert_reason("early", **ANNA)
        self.assert_reason("known", **dict(
            ANNA, client_address="192.0.2.50", sender="c@example.edu"))
        self.assert_reason("auto-whitelisted", **dict(
            ANNA, client_address="2001:db8::7", sender="new@example.com"))
        # A new entry is used within a moment.
        wait_until("the entry to be used", lambda: self.reason_of(
            **dict(ANNA, recipient="boss@example.org")) ==
            "recipient-whitelist")

    def test_milter_greylist(self):
        report = self.import_twice(
            "milter-greylist", self.copy_data("milter-greylist.db"),
            records_n=7)
        self.assertIn("2 passed and 5 waiting triplets", report)
        self.assert_reason("known", **ANNA)
        self.assert_reason("early", **dict(ANNA, recipient="slow@example.org"))

    def test_dump_that_is_cut(self):
        path = self.copy_data("gld.sql")
        text = harness.read_file(path)
        write_file(path, text[:text.index("'anna@example.com'")])
        with self.assertRaises(subprocess.CalledProcessError) as caught:
            self.run_import("gld", path)
        self.assertIn("2 records imported", caught.exception.output)
        self.assertRegex(caught.exception.output,
                         r":[0-9]+: the dump ends within a statement")
