# SPDX-License-Identifier: ISC
"""Several daemons share a database of Redis or Valkey. test_fleet_faults.py has the
faults, and clusters."""
import itertools
import json
import os
import signal
import subprocess
import time
import unittest

import harness
import mailservers
import servers
from fleet import FleetTest
from harness import is_greylisted, promise, settings, wait_until


class SharingTest(FleetTest):
    def test_records_are_shared(self):
        """A triplet that one host deferred passes at the other, and then at
        both."""
        one, other = self.start_fleet(self.uri(self.start_server()))
        self.assert_shared(one, other)

    def test_auto_whitelist_is_shared(self):
        """Retries at both hosts together whitelist a client at both."""
        one, other = self.start_fleet(
            self.uri(self.start_server()), auto_whitelist_after="2",
            auto_whitelist_spacing="0", delay="1s", delay_suspicious="1s")
        for daemon, sender in ((one, "a@one.example"), (other, "b@two.example")):
            self.assert_greylisted(daemon.ask(sender=sender))
            wait_until("the retry to pass",
                       lambda: daemon.ask(sender=sender) == "DUNNO",
                       every_s=0.2)
        self.assertEqual(one.ask(sender="c@three.example"), "DUNNO")
        self.assertEqual(other.ask(sender="d@four.example"), "DUNNO")

    def test_list_entries_are_in_force_everywhere(self):
        """An entry that is added or removed at one host is in force at both
        within a second."""
        daemons = self.start_fleet(self.uri(self.start_server()), delay="1h",
                                   delay_suspicious="1h")
        policies = [self.connect(daemon) for daemon in daemons]
        client = {"client_address": "203.0.113.9"}
        for policy in policies:
            self.assert_greylisted(policy.ask(**client))
        for command, passes in (("add", True), ("remove", False)):
            self.tool(daemons[0], "whitelist", command, "client",
                      "203.0.113.9")
            began = time.monotonic()
            for policy in policies:
                wait_until("the entry", lambda: is_greylisted(
                    policy.ask(**client)) != passes)
            self.assertLess(time.monotonic() - began, promise(1))

    def test_many_list_entries(self):
        """While a daemon reads very many entries again, the old ones count and
        no request waits until it has read them. It also reads them if nobody
        asks."""
        server = self.start_server()
        value = r"1 0 1 0\n\n"
        server.run(lines="".join(
            "HSET tardigrey:{lists}:entries "
            rf'"whitelist\nsender\na{i}@list.example" "{value}"' "\n"
            for i in range(100000)))
        daemon, = self.start_fleet(self.uri(server), n=1, delay="1h",
                                   delay_suspicious="1h")
        policy = self.connect(daemon)
        self.assertEqual(policy.ask(sender="a7@list.example"), "DUNNO")
        self.assert_greylisted(policy.ask(sender="new@list.example"))
        self.tool(daemon, "whitelist", "add", "sender", "new@list.example")
        self.ask_until_in_force(policy, "new@list.example", 0.1)
        self.assertEqual(policy.ask(sender="a7@list.example"), "DUNNO")
        self.tool(daemon, "whitelist", "remove", "sender", "new@list.example")
        wait_until("entries are read", lambda: is_greylisted(
            daemon.ask(sender="new@list.example")), every_s=3)
        # The first request may have waited for the first reading.
        self.assertNotIn("failure", [
            decision["reason"] for decision in daemon.decisions()[1:]])

    def test_correspondents_are_shared(self):
        """Mail of a user at one host lets the answer pass at the other."""
        one, other = self.start_fleet(self.uri(self.start_server()))
        one.ask(sasl_username="me", sender="me@example.org",
                recipient="friend@example.net")
        answer = {"sender": "friend@example.net",
                  "recipient": "me@example.org"}
        wait_until("the correspondent",
                   lambda: other.ask(**answer) == "DUNNO", every_s=0.1)

    def test_decisions_are_shared(self):
        """The decisions of both hosts are found at each, in their order, and
        at most max_decisions of them. [C74]"""
        one, other = self.start_fleet(self.uri(self.start_server()))
        for i in range(10):
            one.ask(sender=f"{i}@one.example")
            other.ask(sender=f"{i}@two.example")

        def found(*arguments):
            return [line.split("\t") for line in self.tool(
                one, "decisions", *arguments).splitlines()]

        wait_until("the decisions", lambda: len(found()) == 20, every_s=0.2)
        rows = found("--sender", "*@two.example")
        self.assertEqual([row[5] for row in rows],
                         [f"{i}@two.example" for i in range(10)])
        other.stop()
        self.assertEqual(len(found()), 20)

    def test_copy_to_a_server_and_back(self):
        """A site moves from SQLite to a server and back, and has the same
        records and entries as before."""
        server = self.start_server()
        daemon = self.start_daemon(auto_whitelist_after="2", delay="0",
                                   auto_whitelist_spacing="0")
        with daemon.connect() as policy:
            for i in range(300):
                policy.ask(sender=f"{i}@example.net",
                           client_address=f"198.51.100.{i % 250}")
        self.tool(daemon, "whitelist", "add", "client", "203.0.113.9")
        daemon.stop()
        first = daemon.options["database"]
        last = f"sqlite:{daemon.state}/last.db"
        self.tool(daemon, "copy", first, self.uri(server))
        again = self.tool(daemon, "copy", first, self.uri(server))
        self.assertTrue(again.startswith("0 records copied"), again)
        self.tool(daemon, "copy", self.uri(server), last)
        texts = []
        for uri in (first, self.uri(server), last):
            daemon.write_config(database=uri)
            texts.append([
                sorted(self.tool(daemon, *command).splitlines())
                for command in (["triplets", "export"],
                                ["--json", "whitelist", "list"])])
        self.assertGreaterEqual(len(texts[0][0]), 300)
        for text in texts[1:]:
            self.assertEqual(text, texts[0])

    def test_copy_while_both_serve(self):
        """A site moves while the old and the new daemon serve. The copy is
        killed halfway and begun again. Then the new daemon knows what the old
        one knew, and still what it has learned itself."""
        n, now_s = 30000, int(time.time())
        path = os.path.join(self.folder, "records")
        harness.write_file(path, "".join(json.dumps({
            "kind": "triplet-network", "client": "198.51.100.0/24",
            "sender": f"{i}@known.example", "recipient": "b@example.org",
            "first_seen": now_s - 900, "last_seen": now_s - 600,
            "passed": now_s - 600, "expires": now_s + 86400, "deferred": 1,
            "passes": 1}) + "\n" for i in range(n)))
        server = self.start_server()
        options = dict(delay="1h", delay_suspicious="1h", store_timeout="5s",
                       max_waiting_per_address="100k")
        old = self.start_daemon(**options)
        new = self.start_daemon(database=self.uri(server), **options)
        self.tool(old, "triplets", "import", path)
        asked = itertools.count()

        def both_serve():
            number = next(asked)
            self.assert_greylisted(new.ask(sender=f"{number}@new.example"))
            self.assert_greylisted(old.ask(sender=f"{number}@old.example"))
            self.assertEqual(old.ask(client_address="198.51.100.7",
                                     sender=f"{number}@known.example"), "DUNNO")
            return int(server.run("DBSIZE").split()[-1])

        command = [*old.launcher, os.path.join(
            os.path.dirname(settings.daemon), "tardigrey"), "-c",
            old.config_file, "copy", old.options["database"], self.uri(server)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as first:
            def copies_some():
                """It is stopped while the test looks, so that it does not end
                meanwhile."""
                first.send_signal(signal.SIGCONT)
                time.sleep(0.01)
                first.send_signal(signal.SIGSTOP)
                return both_serve() > 500

            try:
                wait_until("some records", copies_some, 60, every_s=0)
            finally:
                first.kill()
        self.assertEqual(first.returncode, -9)
        copied_n = both_serve()
        self.assertLess(copied_n, n)
        with subprocess.Popen(command, stdout=subprocess.PIPE) as second:
            while second.poll() is None:
                both_serve()
            said = second.stdout.read().decode()
        self.assertEqual(second.returncode, 0)
        there_n = int(said.split("; ")[1].split()[0])
        self.assertGreaterEqual(there_n, copied_n // 2, said)
        old.stop()
        for number in range(0, n, 500):
            self.assertEqual(new.ask(client_address="198.51.100.7",
                                     sender=f"{number}@known.example"), "DUNNO")
        waiting = self.tool(new, "triplets", "export")
        for number in range(next(asked)):
            self.assertIn(f'"{number}@new.example"', waiting)
        self.assertIn('"0@old.example"', waiting)

    def test_rights_of_the_guide(self):
        """A user with the rights of contrib/fleet can do everything, and has
        no other rights."""
        path = os.path.join(self.folder, "users.acl")
        harness.write_file(path, harness.read_file(os.path.join(
            os.path.dirname(__file__), "../../contrib/fleet/tardigrey.acl"))
            + "user default off\n")
        server = self.start_server("--aclfile", path)
        uri = f"redis://tardigrey:CHANGE-THIS@127.0.0.1:{server.port}"
        one, other = self.start_fleet(uri)
        self.assert_shared(one, other)
        for command in (["whitelist", "add", "client", "203.0.113.9"],
                        ["whitelist", "list"],
                        ["whitelist", "remove", "client", "203.0.113.9"],
                        ["triplets", "list"], ["stats"], ["decisions"],
                        ["expire", "--force"]):
            self.tool(one, *command)
        self.assertNotIn("NOPERM", one.log())
        said = server.run("--user", "tardigrey", "--pass", "CHANGE-THIS",
                          "--no-auth-warning", "KEYS", "*")
        self.assertIn("NOPERM", said)

    def test_missing_right(self):
        """A command is missing in the ACL. The log says what contrib/fleet
        says, and ACL LOG names the command."""
        guide = harness.read_file(os.path.join(
            os.path.dirname(__file__), "../../contrib/fleet/README.md"))
        texts = [text for text in ("NOPERM", "can't run this command")
                 if text in guide]
        server = self.start_server()
        for command in ("evalsha", "hset"):
            server.run("ACL", "SETUSER", f"no-{command}", "on", ">x", "~*",
                       "+@all", f"-{command}")
            one, = self.start_fleet(
                f"redis://no-{command}:x@127.0.0.1:{server.port}", 1)
            self.assertEqual(one.ask(), "DUNNO")
            harness.wait_until("the reason in the log", lambda: any(
                text in one.log() for text in texts))
            self.assertIn(command, server.run("ACL", "LOG").splitlines())

    @unittest.skipUnless(mailservers.has_postfix(), "Postfix is not installed")
    def test_two_postfix(self):
        """Two hosts, each with a real Postfix and a daemon, share a cluster.
        What one host has learned lets mail pass at the other: a triplet, that
        of another server of the pool, a client that is whitelisted
        automatically or by an entry, and a correspondent."""
        cluster = self.start(servers.Cluster)
        daemons = self.start_fleet(cluster.uri, auto_whitelist_after="2",
                                   auto_whitelist_spacing="0")
        ports = [self.start_postfix(daemon, f"postfix{i}")
                 for i, daemon in enumerate(daemons)]

        def reply(host, sender, *client):
            with mailservers.Smtp(ports[host], *client) as smtp:
                return smtp.try_recipient(sender, "b@example.org")[0]

        first_tries = [
            (0, "a@example.net", "192.0.2.1", "mail.one.example"),
            (0, "b@example.net", "192.0.2.2", "mx1.pool.example"),
            (0, "c@c.example", "192.0.2.3", "mail.three.example"),
            (1, "d@d.example", "192.0.2.3", "mail.three.example")]
        retries = [
            (1, *first_tries[0][1:]),
            (1, "b@example.net", "198.51.100.2", "mx2.pool.example"),
            (1, *first_tries[2][1:]), (0, *first_tries[3][1:])]
        began_s = []
        for attempt in first_tries:
            began_s.append(time.monotonic())
            self.assertEqual(reply(*attempt), 450)
        for attempt, first_try in zip(retries, began_s):
            harness.retry_until_passed(
                lambda: reply(*attempt) == 250, 2, first_try)
        self.assertEqual(reply(*first_tries[0]), 250)
        for host in 0, 1:
            self.assertEqual(reply(host, f"e@e{host}.example",
                                   *first_tries[3][2:]), 250)
        self.tool(daemons[0], "whitelist", "add", "client", "203.0.113.9")
        daemons[0].ask(sasl_username="me", sender="b@example.org",
                       recipient="friend@example.net")
        numbers = itertools.count(1)  # each attempt is another triplet
        wait_until("the entry", lambda: reply(
            1, f"f@f{next(numbers)}.example", "203.0.113.9") == 250,
            every_s=0.2)
        wait_until("the correspondent", lambda: reply(
            1, "friend@example.net", f"203.0.{next(numbers)}.10") == 250,
            every_s=0.2)

    def start_postfix(self, daemon, name):
        """Returns the port of its SMTP server."""
        postfix = mailservers.Postfix(
            os.path.join(self.folder, name),
            smtpd_authorized_xclient_hosts="127.0.0.0/8",
            smtpd_recipient_restrictions=mailservers.restrictions(
                f"inet:127.0.0.1:{daemon.inet[1]}"))
        port = postfix.add_smtpd()
        self.logs.append(postfix.log_file)
        postfix.start()
        self.addCleanup(postfix.stop)
        return port

    def test_a_password_is_never_shown(self):
        """The password from the file or the URI is used, and is in no log,
        output or title of a process."""
        server = self.start_server("--requirepass", "xyzzy%fish")
        path = os.path.join(self.folder, "password")
        harness.write_file(path, "xyzzy%fish\n")
        uri = f"redis://:xyzzy%25fish@127.0.0.1:{server.port}"
        one = self.start_daemon(database=uri, store_timeout="5s")
        other = self.start_daemon(database=self.uri(server),
                                  database_password_file=path,
                                  store_timeout="5s")
        wrong = self.start_daemon(database=uri.replace("%25", "%25wrong"))
        self.assert_greylisted(one.ask())
        self.assert_greylisted(other.ask())
        self.assertEqual(wrong.ask(), "DUNNO")
        wrong.wait_for_message("refuses the user or the password")
        for daemon in (one, other, wrong):
            title = harness.read_file(f"/proc/{daemon.pid}/cmdline")
            shown = self.tool(daemon, "config", "show")
            self.assertNotIn("xyzzy", daemon.log() + title + shown)
