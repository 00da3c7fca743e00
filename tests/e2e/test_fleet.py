# SPDX-License-Identifier: ISC
"""Several daemons share a database of Redis or Valkey: one server, a cluster of
six, and a primary with three sentinels."""
import os
import random
import signal
import subprocess
import threading
import time
import unittest

import harness
import mailservers
import servers
from harness import is_greylisted, limit, settings, wait_until

# The seconds of each part under load. FLEET_S in the environment is the length
# of the random run.
LOAD_S = 2
RANDOM_S = float(os.environ.get("FLEET_S", "6"))
RATE = 500  # requests a second
TIMEOUT_S = 0.25  # store_timeout


def has_redis():
    with open(settings.daemon, "rb") as file:
        return b"redis+cluster" in file.read()


class Load:
    """Clients that ask the daemons, RATE requests a second in all. Notes the
    time and the decision of each reply."""

    CLIENTS = 10

    def __init__(self, daemons):
        self.daemons = daemons
        self.ended = threading.Event()
        self.replies = []  # (seconds it took, action)
        self.problems = []
        self.threads = [threading.Thread(target=self.run, args=(i,))
                        for i in range(self.CLIENTS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        if self.problems:
            raise AssertionError(self.problems[0])

    def run(self, number):
        try:
            daemon = self.daemons[number % len(self.daemons)]
            with daemon.connect() as policy:
                self.ask(policy, number)
        except Exception as problem:
            self.problems.append(repr(problem))

    def ask(self, policy, number):
        n, begin = 0, time.monotonic()
        while not self.ended.is_set():
            began = time.monotonic()
            action = policy.ask(client_address=f"198.51.{number}.7",
                                sender=f"{n}@load{number}.example")
            self.replies.append((time.monotonic() - began, action))
            n += 1
            due = begin + n * self.CLIENTS / RATE
            self.ended.wait(max(0, due - time.monotonic()))

    def figures(self):
        took = sorted(seconds for seconds, _ in self.replies)
        passed_n = sum(action == "DUNNO" for _, action in self.replies)
        late_n = sum(seconds > TIMEOUT_S + 0.05 for seconds in took)
        return (f"{len(took)} replies, {passed_n} passed, {late_n} late, "
                f"p99 {took[len(took) * 99 // 100] * 1000:.1f} ms, longest "
                f"{took[-1] * 1000:.0f} ms")


class FleetTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if servers.SERVER is None or servers.CLIENT is None:
            self.skipTest("no redis-server or valkey-server is installed")
        if not has_redis():
            self.skipTest("built without hiredis")

    def start(self, kind, *arguments):
        thing = kind(os.path.join(self.folder, "servers"), *arguments)
        self.addCleanup(thing.kill)
        return thing.start()

    def start_server(self, *arguments):
        return self.start(servers.Server, arguments)

    def start_two(self, uri, **options):
        options = dict({"delay": "2s", "delay_suspicious": "2s",
                        "store_timeout": "5s"}, **options)
        return [self.start_daemon(database=uri, **options) for _ in range(2)]

    def tool(self, daemon, *arguments):
        tool = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        return subprocess.run(
            [tool, "-c", daemon.config_file, *arguments], check=True,
            stdout=subprocess.PIPE, universal_newlines=True).stdout

    def uri(self, server):
        return f"redis://127.0.0.1:{server.port}"

    def assert_shared(self, one, other, sender="a@example.net"):
        """A triplet that one has deferred passes at the other."""
        first_try = time.monotonic()
        self.assert_greylisted(one.ask(sender=sender))
        harness.retry_until_passed(
            lambda: other.ask(sender=sender) == "DUNNO", 2, first_try)
        wait_until("the other one to know it",
                   lambda: one.ask(sender=sender) == "DUNNO")

    def assert_works_again(self, daemon):
        senders = (f"again{i}@example.net" for i in range(10 ** 6))
        wait_until("greylisting to work again", lambda: is_greylisted(
            daemon.ask(sender=next(senders))), every_s=0.1)

    def report(self, what, load):
        print(f"({what}: {load.figures()}) ", end="", flush=True)


class SharingTest(FleetTest):
    def test_records_are_shared(self):
        """A triplet that one host deferred passes at the other, and then at
        both."""
        one, other = self.start_two(self.uri(self.start_server()))
        self.assert_shared(one, other)

    def test_auto_whitelist_is_shared(self):
        """Retries at both hosts together whitelist a client at both."""
        one, other = self.start_two(
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
        daemons = self.start_two(self.uri(self.start_server()))
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
            self.assertLess(time.monotonic() - began, limit(1))

    def test_correspondents_are_shared(self):
        """Mail of a user at one host lets the answer pass at the other."""
        one, other = self.start_two(self.uri(self.start_server()))
        one.ask(sasl_username="me", sender="me@example.org",
                recipient="friend@example.net")
        answer = {"sender": "friend@example.net",
                  "recipient": "me@example.org"}
        wait_until("the correspondent",
                   lambda: other.ask(**answer) == "DUNNO", every_s=0.1)

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

    def test_rights_of_the_guide(self):
        """A user with the rights of contrib/fleet can do everything, and has
        no other rights."""
        path = os.path.join(self.folder, "users.acl")
        harness.write_file(path, harness.read_file(os.path.join(
            os.path.dirname(__file__), "../../contrib/fleet/tardigrey.acl"))
            + "user default off\n")
        server = self.start_server("--aclfile", path)
        uri = f"redis://tardigrey:CHANGE-THIS@127.0.0.1:{server.port}"
        one, other = self.start_two(uri)
        self.assert_shared(one, other)
        for command in (["whitelist", "add", "client", "203.0.113.9"],
                        ["whitelist", "list"],
                        ["whitelist", "remove", "client", "203.0.113.9"],
                        ["triplets", "list"], ["stats"],
                        ["expire", "--force"]):
            self.tool(one, *command)
        self.assertNotIn("NOPERM", one.log())
        said = server.run("--user", "tardigrey", "--pass", "CHANGE-THIS",
                          "--no-auth-warning", "KEYS", "*")
        self.assertIn("NOPERM", said)

    @unittest.skipUnless(mailservers.has_postfix(), "Postfix is not installed")
    def test_two_postfix(self):
        """Mail that one real Postfix has deferred passes at another, which
        asks another daemon."""
        daemons = self.start_two(self.uri(self.start_server()))
        ports = [self.start_postfix(daemon, f"postfix{i}")
                 for i, daemon in enumerate(daemons)]

        def reply(port):
            with mailservers.Smtp(port, "192.0.2.1") as smtp:
                return smtp.try_recipient("a@example.net", "b@example.org")[0]

        first_try = time.monotonic()
        self.assertEqual(reply(ports[0]), 450)
        harness.retry_until_passed(
            lambda: reply(ports[1]) == 250, 2, first_try)
        self.assertEqual(reply(ports[0]), 250)

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
        one = self.start_daemon(database=uri)
        other = self.start_daemon(database=self.uri(server),
                                  database_password_file=path)
        wrong = self.start_daemon(database=uri.replace("%25", "%25wrong"))
        self.assert_greylisted(one.ask())
        self.assert_greylisted(other.ask())
        self.assertEqual(wrong.ask(), "DUNNO")
        wrong.wait_for_message("refuses the user or the password")
        for daemon in (one, other, wrong):
            title = harness.read_file(f"/proc/{daemon.pid}/cmdline")
            shown = self.tool(daemon, "config", "show")
            self.assertNotIn("xyzzy", daemon.log() + title + shown)


class FaultTest(FleetTest):
    """Faults of a server while requests come. The replies that are late are
    counted and printed. The limits are wide, because this machine may be
    busy."""

    def run_fault(self, what, daemons, break_it, mend_it):
        with Load(daemons) as load:
            time.sleep(LOAD_S / 4)
            break_it()
            time.sleep(LOAD_S / 2)
            mend_it()
            for daemon in daemons:
                self.assert_works_again(daemon)
        self.report(what, load)
        self.assertLess(max(seconds for seconds, _ in load.replies), limit(5))

    def test_server_hangs(self):
        """Requests get the failure policy at once while the server hangs."""
        server = self.start_server()
        daemons = self.start_two(self.uri(server), store_timeout="250ms")
        self.run_fault("hang", daemons,
                       lambda: server.signal(signal.SIGSTOP),
                       lambda: server.signal(signal.SIGCONT))

    def test_server_is_away(self):
        """The same for a server that is killed and started again."""
        server = self.start_server()
        daemons = self.start_two(self.uri(server), store_timeout="250ms")
        self.run_fault("away", daemons, server.kill, server.start)
        daemons[0].wait_for_message("works again")

    def test_scripts_are_flushed(self):
        """No reply is wrong when the server loses its scripts."""
        server = self.start_server()
        daemons = self.start_two(self.uri(server), store_timeout="250ms")
        with Load(daemons) as load:
            for _ in range(20):
                server.run("SCRIPT", "FLUSH")
                time.sleep(LOAD_S / 20)
        self.report("scripts flushed", load)
        if not settings.wrapper:
            self.assertTrue(any(is_greylisted(a) for _, a in load.replies))

    def test_server_is_full(self):
        """Known mail passes while the server is full, new mail gets the
        failure policy, and greylisting works again when there is room."""
        server = self.start_server()
        one, other = self.start_two(self.uri(server))
        self.assert_shared(one, other)
        server.run("CONFIG", "SET", "maxmemory", "1")
        self.assertEqual(one.ask(sender="a@example.net"), "DUNNO")
        self.assertEqual(one.ask(sender="new@example.net"), "DUNNO")
        one.wait_for_message("maxmemory")
        server.run("CONFIG", "SET", "maxmemory", "0")
        self.assert_works_again(one)

    def test_starts_without_its_server(self):
        """The daemon starts while the server is away."""
        server = self.start_server()
        server.kill()
        daemon = self.start_daemon(database=self.uri(server))
        self.assertEqual(daemon.ask(), "DUNNO")
        server.start()
        self.assert_works_again(daemon)


class ClusterTest(FleetTest):
    def test_cluster(self):
        """Two hosts on a cluster of six: shared records, a slot that moves
        while requests come, and a primary that dies."""
        cluster = self.start(servers.Cluster)
        one, other = self.start_two(cluster.uri)
        self.assert_shared(one, other)
        self.run_contract(cluster)
        with Load([one, other]) as load:
            cluster.move_slots(200)
        self.report("slots moved", load)
        self.assert_greylisted(one.ask(sender="lost@example.net"))
        victim = cluster.roles()[0]
        with Load([one, other]) as load:
            victim.kill()
            wait_until("a replica to be promoted",
                       lambda: len(cluster.roles()) == 3)
            for daemon in (one, other):
                self.assert_works_again(daemon)
        self.report("primary killed", load)
        self.assert_shared(other, one, "b@example.net")

    def run_contract(self, cluster):
        """The contract suite of the store, on this cluster."""
        suite = os.path.join(os.path.dirname(settings.daemon),
                             "../tests/store/test_contract_redis")
        if settings.wrapper or not os.access(suite, os.X_OK):
            return
        result = subprocess.run(
            [suite], env=dict(os.environ, FLEET_URI=cluster.uri),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            universal_newlines=True)
        self.assertEqual(result.returncode, 0, result.stdout)


class SentinelTest(FleetTest):
    def test_failover(self):
        """The daemons follow the primary that the sentinels name."""
        fleet = self.start(servers.Sentinels)
        one, other = self.start_two(fleet.uri)
        self.assert_shared(one, other)
        old = fleet.primary()
        with Load([one, other]) as load:
            old.kill()
            wait_until("a new primary", fleet.primary)
            for daemon in (one, other):
                self.assert_works_again(daemon)
        self.report("failover", load)
        self.assertEqual(one.ask(sender="a@example.net"), "DUNNO")
        self.assert_shared(other, one, "b@example.net")


class RandomTest(FleetTest):
    def test_random_faults(self):
        """Random requests at two hosts, and random faults of the server, which
        keeps its memory. At any host, no triplet passes by a retry before its
        delay, and no triplet that was deferred is new again."""
        seed = settings.seed or random.randrange(10 ** 6)
        print(f"(seed {seed}) ", end="", flush=True)
        dice = random.Random(seed)
        server = self.start_server()
        daemons = self.start_two(self.uri(server), store_timeout="250ms")
        policies = [self.connect(daemon) for daemon in daemons]
        asked_n, hangs = 0, False
        end = time.monotonic() + RANDOM_S
        while time.monotonic() < end:
            if dice.random() < 0.02:
                hangs = self.break_something(server, dice, hangs)
            dice.choice(policies).ask(
                sender=f"{dice.randrange(500)}@example.net")
            asked_n += 1
            time.sleep(0.002)
        server.signal(signal.SIGCONT)
        decisions = wait_until("the log", lambda: self.all_decisions(
            daemons, asked_n))
        self.check(decisions)

    @staticmethod
    def break_something(server, dice, hangs):
        """Returns whether the server hangs now."""
        if hangs:
            server.signal(signal.SIGCONT)
            return False
        fault = dice.choice(["hang", "scripts", "connections"])
        if fault == "hang":
            server.signal(signal.SIGSTOP)
            return True
        if fault == "scripts":
            server.run("SCRIPT", "FLUSH")
        else:
            server.run("CLIENT", "KILL", "TYPE", "normal")
        return False

    @staticmethod
    def all_decisions(daemons, n):
        decisions = [d for daemon in daemons for d in daemon.decisions()]
        return len(decisions) == n and decisions

    def check(self, decisions):
        counts, new = {}, set()
        for decision in decisions:
            reason = decision["reason"]
            counts[reason] = counts.get(reason, 0) + 1
            if reason == "new":
                self.assertNotIn(decision["sender"], new, "a record was lost")
                new.add(decision["sender"])
            if reason == "retried":
                self.assertGreaterEqual(int(decision["delay"]), 2)
        print(f"({counts}) ", end="", flush=True)
        self.assertGreater(counts.get("new", 0), 0)
