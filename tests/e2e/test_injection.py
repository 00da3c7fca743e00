# SPDX-License-Identifier: ISC
"""
[C56] Requests, list files and imports can contain hostile text. The log, the
replies and the tools escape it, and it does no harm in the database.
"""
import json
import os
import pty
import re
import sqlite3
import subprocess
import time
import unicodedata

import harness
from harness import limit, settings, wait_until, write_file

# test_newlines_and_nul_end_the_request tests newlines and NUL, which end a
# value.
OVERLONG = b"a" * 1900 + b"@example.net"
HOSTILE = [
    b"a'; DROP TABLE record; --@example.net",
    b'a" OR "1"="1@example.net',
    b"%s%n%s%n@example.net",
    b"\x1b[2J\x1b]0;owned\x07@example.net",
    b"\x9b31m\x90q\x9c@example.net",
    b"a\r@example.net",
    b"a\t\x0b\x0c\x08@example.net",
    b"\x7f\x7f@example.net",
    b"\xff\xfe\xc3\x28\xed\xa0\x80@example.net",
    "a\u202eten.elpmaxe\u2066@example.net".encode(),
    "a\u2028b\u0085c\ufeff@example.net".encode(),
    b'a","reason":"passed","x":{"@example.net',
    b"a\\x0a\\n\\u000a@example.net",
    b"a, reason=passed, recipient=x@example.net",
    b"a action=DUNNO X-Header: yes@example.net",
    b"<script>alert(1)</script>@example.net",
    b"$(touch /tmp/owned)`id`;|&@example.net",
    OVERLONG,
]
PLAIN = re.compile(rb"[\x20-\x7e\t\n]*")


class InjectionTest(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.share_daemon(delay="1h", header="yes", auto_whitelist_after="1")

    # ---- The administrator's program ----

    def run_tool(self, *arguments, stdin=b"", statuses=(0,), options=(),
                 tell=False):
        """Run tardigrey. Returns its output or, if tell is set, the
        process."""
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        process = subprocess.run(
            settings.wrapper + [program, "-c", self.daemon.config_file,
                                *options, *arguments],
            env=dict(os.environ, LC_ALL="C.UTF-8"), input=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=limit(60))
        harness.check_reports(process.stderr.decode("latin-1"))
        self.assertIn(process.returncode, statuses,
                      (arguments, process.stderr))
        self.assert_visible(process.stdout + process.stderr)
        return process if tell else process.stdout

    def on_terminal(self, *arguments):
        """Run tardigrey on a terminal. Returns its output, in which the
        terminal has added carriage returns."""
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [program, "-c", self.daemon.config_file, *arguments],
            env=dict(os.environ, LC_ALL="C.UTF-8"),
            stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)
        output = b""
        try:
            while True:
                octets = os.read(ours, 65536)
                if not octets:
                    break
                output += octets
        except OSError:
            pass  # the other end is closed
        os.close(ours)
        process.wait()
        self.assert_visible(output.replace(b"\r\n", b"\n"))
        return output

    def assert_inert(self, octets):
        match = PLAIN.match(octets)
        self.assertEqual(match.end(), len(octets),
                         octets[max(0, match.end() - 60):match.end() + 20])

    def assert_visible(self, octets):
        """The tools print UTF-8 in a UTF-8 locale: characters that are visible
        and neither control the terminal nor change the direction."""
        for character in octets.decode():
            self.assertFalse(
                character not in "\t\n" and unicodedata.category(character) in
                ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"),
                (character, octets))

    def assert_intact(self):
        database = sqlite3.connect(self.daemon.database, timeout=limit())
        try:
            self.assertEqual(database.execute(
                "PRAGMA integrity_check").fetchall(), [("ok",)])
            return database.execute(
                f"SELECT count(*) FROM {harness.RECORDS}").fetchone()[0]
        finally:
            database.close()

    def show_all(self):
        """Run every command that prints stored text, in every form."""
        for command in (["triplets", "list"], ["triplets", "export"],
                        ["clients", "list"], ["whitelist", "list"],
                        ["greylist", "list"], ["stats"],
                        ["config", "show"]):
            with self.subTest(command=command):
                self.run_tool(*command)
                self.on_terminal(*command)
                for line in self.run_tool(*command,
                                          options=["--json"]).splitlines():
                    self.assertIsInstance(json.loads(line), dict)

    def ask_hostile(self, **attributes):
        """Send a request. The reply must be one harmless line."""
        with self.daemon.connect() as policy:
            policy.send(harness.request(**attributes))
            reply = policy.reply()
            self.assertRegex(
                reply, r"^(DEFER_IF_PERMIT 4\.|DUNNO$|PREPEND X-Greylist: )")
            self.assert_inert(reply.encode("ascii"))
            self.assertLess(len(reply), 510)
            return reply

    # ---- Tests ----

    def test_attributes_of_requests(self):
        names = ["client_name", "client_address", "sender", "recipient",
                 "protocol_state", "instance", "queue_id", "policy_context",
                 "sasl_username", "helo_name", "stress", "etrn_domain",
                 "reverse_client_name", "size", "recipient_count"]
        before_n = self.assert_intact()
        asked_n = len(self.daemon.decisions())
        for value in HOSTILE:
            for name in names:
                if value == OVERLONG and name not in ("sender", "recipient"):
                    self.check_overlong(name)
                else:
                    self.ask_hostile(**{name: value})
                    asked_n += 1
        self.assertGreater(self.assert_intact(), before_n)
        wait_until("all decisions",
                   lambda: len(self.daemon.decisions()) >= asked_n)
        with open(self.daemon.log_file, "rb") as file:
            log = file.read()
        self.assert_inert(log)
        for decision in self.daemon.decisions():
            self.assertIn(decision["action"], ("greylist", "pass"))
            self.assertNotEqual(decision["reason"], "passed")  # made up
        self.show_all()

    def check_overlong(self, name):
        """A value that is too long is ignored, or it closes the connection."""
        with self.daemon.connect() as policy:
            policy.send(harness.request(**{name: OVERLONG}))
            policy.half_close()
            self.assertIn(policy.rest().count(b"action="), (0, 1))

    def test_header(self):
        """The header that is added to the mail has no text of the request."""
        self.daemon.reload(delay="1s")
        self.addCleanup(self.daemon.reload, delay="1h")

        def ask(attempt):
            # Use a different client for each: a client that has passed would
            # be auto-whitelisted.
            return [self.ask_hostile(client_address=f"198.18.{number}.1",
                                     sender=value, recipient=value,
                                     client_name=value, helo_name=value,
                                     instance=attempt + value[:20])
                    for number, value in enumerate(HOSTILE)]

        for reply in ask(b"1"):
            self.assertRegex(reply, "^DEFER_IF_PERMIT ")
        time.sleep(2)
        for reply in ask(b"2"):
            self.assertRegex(reply, "^PREPEND X-Greylist: ")

    def test_newlines_and_nul_end_the_request(self):
        """A value cannot contain a newline or a NUL. Text after a newline is
        another attribute, and a NUL closes the connection."""
        with self.daemon.connect() as policy:
            policy.send(harness.request(sender=b"a\x00b@example.net"))
            octets = policy.rest()
        self.assertNotIn(b"\x00", octets)
        with self.daemon.connect() as policy:
            policy.send(harness.request(
                sender=b"a@example.net\nrecipient=evil@example.org\n\n"
                b"request=smtpd_access_policy"))
            octets = policy.received + policy.socket.recv(65536)
        self.assert_inert(octets)

    def test_imported_triplets(self):
        rows = self.run_tool("triplets", "export").splitlines()
        if not rows:
            self.ask_hostile()
            rows = self.run_tool("triplets", "export").splitlines()
        row = json.loads(rows[0])
        texts = [name for name, value in row.items()
                 if isinstance(value, str)]
        for value in HOSTILE + [b"a\nb\x00c", b"\n\n", b"\x00"]:
            for name in texts:
                # Text that is not UTF-8 is an error, which is escaped too.
                line = json.dumps(dict(row, **{
                    name: value.decode("utf-8", "replace")}))
                raw = line.encode().replace(b"a", b"\xff\x1b[31m")
                for octets in (line.encode(), raw):
                    self.run_tool("triplets", "import",
                                  stdin=octets + b"\n",
                                  statuses=(0, 1))
        self.assert_intact()
        self.show_all()

    def test_export_comes_back(self):
        """Hostile text in the store survives an export and an import
        unchanged. The order may change: an import appends each triplet that
        was deferred once to the queue, but an import that changed the times of
        a waiting triplet has moved it out of the queue."""
        for value in HOSTILE:
            self.ask_hostile(sender=value, recipient=value)
        exported = self.run_tool("triplets", "export")
        before = self.keys(exported)
        self.assertTrue(any("drop table" in key for key in before))
        # Use the folder of the daemon, which has the right owner and mode.
        other = ["-o", f"database=sqlite:{self.daemon.database}.other"]
        self.run_tool("triplets", "import", stdin=exported, options=other)
        after = self.run_tool("triplets", "export", options=other)
        self.assertEqual(self.keys(after), before)

    @staticmethod
    def keys(exported):
        """The parts of the exported lines that an import does not change,
        sorted."""
        return sorted(line.split('"first_seen"')[0]
                      for line in exported.decode("ascii").splitlines())

    def add_hostile(self, command, kind, pattern):
        """Add an entry. It must be stored unchanged, or be refused. Returns
        whether it was stored."""
        before = self.patterns(command, kind)
        process = self.run_tool(command, "add", kind, pattern,
                                statuses=(0, 2), tell=True)
        after = self.patterns(command, kind)
        if process.returncode == 2:
            self.assertEqual(after, before)
        else:
            self.assertTrue(os.fsencode(pattern).lower() in after)
        return process.returncode == 0

    def patterns(self, command, kind):
        """The stored patterns, in lowercase, because addresses are stored
        so."""
        lines = self.run_tool(command, "list", kind, options=["--json"])
        rows = [json.loads(line) for line in lines.splitlines()]
        return [bytes.fromhex(row["pattern_hex"]).lower()
                if "pattern_hex" in row else row["pattern"].encode().lower()
                for row in rows]

    def test_entries(self):
        taken = 0
        for value in HOSTILE:
            value = os.fsdecode(value)
            for command in ("whitelist", "greylist"):
                for kind in ("client", "sender", "recipient"):
                    taken += self.add_hostile(command, kind, value)
                    check = [command, "check", kind, value]
                    self.run_tool(*check, statuses=(0, 1, 2))
                    self.on_terminal(*check)
                    for line in self.run_tool(
                            *check, options=["--json"],
                            statuses=(0, 1, 2)).splitlines():
                        self.assertIsInstance(json.loads(line), dict)
            for kind in ("client", "sender", "recipient"):
                self.run_tool("whitelist", "add", kind,
                              f"/{value[:100]}/", statuses=(0, 2))
        self.assertGreater(taken, len(HOSTILE))
        self.assert_intact()
        self.show_all()

    def test_comments(self):
        for value in HOSTILE:
            value = os.fsdecode(value)
            for comment in (value[:200], value[:20] + "\n" + value[:20]):
                self.run_tool(
                    "whitelist", "add", "sender", "ok@example.com",
                    "--comment", comment, statuses=(0, 2))
                self.show_all_lists()
        self.show_all()

    def test_names_and_options(self):
        """Error messages escape names of files and values of options."""
        for value in HOSTILE:
            value = os.fsdecode(value)
            self.run_tool("backup",
                          os.path.join(self.folder, "none", value),
                          statuses=(1, 2, 3))
            for option in ("listen", "database", "greylist_action",
                           "whitelist_senders", value.split("=")[0]):
                for command in ("check", "show"):
                    self.run_tool("config", command,
                                  options=["-o", f"{option}={value}"],
                                  statuses=(0, 1, 2))

    def show_all_lists(self):
        self.run_tool("whitelist", "list")
        for line in self.run_tool("whitelist", "list",
                                  options=["--json"]).splitlines():
            json.loads(line)

    def test_entries_made_with_sql(self):
        """Text that another program has written into the database is escaped
        too."""
        database = sqlite3.connect(self.daemon.database, timeout=limit())
        database.text_factory = bytes
        columns = [name for _, name, kind, *_ in database.execute(
            "PRAGMA table_info(waiting)") if kind in (b"TEXT", b"BLOB",
                                                      "TEXT", "BLOB")]
        self.assertTrue(columns)
        self.ask_hostile(sender="sql@example.net")
        for value in HOSTILE:
            with database:
                for name in columns:
                    name = name.decode() if isinstance(name, bytes) else name
                    database.execute(
                        f"UPDATE waiting SET {name} = CAST(? AS TEXT)"
                        " WHERE id = (SELECT max(id) FROM waiting)",
                        (value[:400],))
            self.show_all()
        database.close()

    def test_explain(self):
        for value in HOSTILE:
            value = os.fsdecode(value)
            for words, status in (
                    (["192.0.2.1", value, "b@example.org"], 0),
                    (["192.0.2.1", "a@example.net", value], 0),
                    ([value, "a@example.net", "b@example.org"], 2),
                    ([value], 2)):
                for options in ([], ["--json"]):
                    self.run_tool("explain", *words, options=options,
                                  statuses=(status,))
            self.on_terminal("explain", "192.0.2.1", value, "b@example.org")

    def test_rcptcheck(self):
        program = os.path.join(os.path.dirname(settings.daemon),
                               "tardigrey-rcptcheck")
        for value in HOSTILE:
            for name in ("TCPREMOTEIP", "TCPREMOTEHOST", "SENDER",
                         "RECIPIENT", "TARDIGREY_SOCKET", "SMTPRCPTTO"):
                environment = {
                    b"TCPREMOTEIP": b"192.0.2.9", b"SENDER": b"a@example.net",
                    b"RECIPIENT": b"b@example.org",
                    b"TARDIGREY_SOCKET": os.fsencode(self.daemon.unix),
                    name.encode(): value}
                process = subprocess.run(
                    settings.wrapper + [program], env=environment,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE, timeout=limit())
                self.assertIn(process.returncode, (0, 100, 111))
                self.assert_inert(process.stdout + process.stderr)


class FilesTest(harness.TestCase):
    """Files that cannot be read, or that are too large or invalid."""

    def check(self, path, option=None):
        """Run tardigreyd -t, which must fail. Returns its error."""
        config = path
        if option is not None:
            config = os.path.join(self.folder, "conf")
            write_file(config, f"{option} = {path}\n"
                       f"database = sqlite:{self.folder}/db\n")
        process = subprocess.run(
            [settings.daemon, "-t", "-c", config],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=limit(60))
        self.assertEqual(process.returncode, 2, process.stdout)
        self.assertRegex(process.stderr, rb"\A[\x20-\x7e\n]+\Z")
        self.assertIn(os.fsencode(path), process.stderr)
        return process.stderr

    def test_files_that_cannot_be_read(self):
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        missing = os.path.join(self.folder, "missing")
        for path in (fifo, self.folder, "/dev/zero", "/dev/mem", missing):
            for option in (None, "whitelist_clients", "greylist_senders",
                           "whitelist_recipients"):
                with self.subTest(path=path, option=option):
                    self.check(path, option)

    def test_large_file(self):
        """A file that is larger than the limit is refused."""
        path = os.path.join(self.folder, "large")
        with open(path, "wb") as file:
            for _ in range(100):
                file.write(b"192.0.2.1\n" * 100000)
        for option in (None, "whitelist_clients"):
            with self.subTest(option=option):
                self.assertIn(b"the file is too long (at most",
                              self.check(path, option))

    def test_hostile_lists(self):
        """Error messages escape the text of a list file."""
        path = os.path.join(self.folder, "list")
        for value in HOSTILE:
            with open(path, "wb") as file:
                file.write(b"!!/ " + value + b"\n")
            with self.subTest(value=value[:60]):
                self.check(path, "whitelist_clients")
                self.check(path)
