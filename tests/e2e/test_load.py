# SPDX-License-Identifier: ISC
"""Many connections, also more than there are descriptors, and many
requests."""
import contextlib
import os
import select
import selectors
import signal
import sqlite3
import time

import harness
from harness import (
    Policy, is_greylisted, limit, promise, read_file, request, settings,
    wait_until)

# valgrind closes a connection if its descriptor is one that valgrind needs. It
# also does not let the daemon raise the limit.
KEEPS_DESCRIPTORS = "valgrind keeps some descriptors to itself"

# The longest wait for an answer while lists are read.
LONGEST_S = 0.05


class Asker:
    """A connection that sends its requests one at a time."""

    def __init__(self, number, daemon, questions_n):
        self.policy = Policy(daemon.unix if number % 2 else daemon.inet)
        self.questions = [self.question(number, i)
                          for i in range(questions_n)]
        self.wrong = []
        self.latencies_s = []
        self.next()

    @staticmethod
    def question(number, i):
        """Returns a request, and whether it passes. Every fifth one does."""
        if i % 5 == 4:
            return request(sasl_username="alice"), True
        sender = f"{number}.{i}@example.net"
        return request(sender=sender), False

    def next(self):
        octets, self.passes = self.questions.pop()
        self.asked = time.monotonic()
        self.policy.send(octets)

    def take_reply(self):
        """Read a reply. Returns whether there are more requests to send."""
        action = self.policy.reply()
        self.latencies_s.append(time.monotonic() - self.asked)
        if not (action == "DUNNO" if self.passes else is_greylisted(action)):
            self.wrong.append(action)
        if not self.questions:
            self.policy.close()
            return False
        self.next()
        return True


class LoadTest(harness.TestCase):
    def test_hundred_connections_ask_fifty_requests_each(self):
        """[C30] All replies are right, and 99 % of them come within a
        second."""
        daemon = self.start_daemon(delay="1h")
        selector = selectors.DefaultSelector()
        self.addCleanup(selector.close)
        askers = [Asker(i, daemon, 50) for i in range(100)]
        for asker in askers:
            self.addCleanup(asker.policy.close)
            selector.register(asker.policy, selectors.EVENT_READ, asker)
        while selector.get_map():
            ready = selector.select(limit())
            self.assertTrue(ready, "no reply for a long time")
            for key, _ in ready:
                descriptor = key.fd
                if not key.data.take_reply():
                    selector.unregister(descriptor)
        self.assertEqual([a.wrong for a in askers if a.wrong], [])
        latencies_s = sorted(s for a in askers for s in a.latencies_s)
        self.assertEqual(len(latencies_s), 5000)
        p99_s = latencies_s[4950]
        print(f"(p99 {p99_s * 1000:.0f} ms) ", end="")
        self.assertLess(p99_s, promise(1))

    def test_reload_of_a_long_list(self):
        """While the daemon reads a list of many lines again, and frees the old
        one, it answers the requests of a client that asks all the time. Its
        longest wait is a small part of what the reading takes."""
        lines_n = 1000000 if settings.torture else 300000
        daemon = self.make_daemon()
        path = os.path.join(daemon.folder, "long_list")
        harness.write_file(path, "".join(
            f"host{i}.example.net\n" for i in range(lines_n)))
        daemon.write_config(whitelist_clients=path)
        began = time.monotonic()
        daemon.start()
        start_s = time.monotonic() - began
        longest_s, asked_n, quiet_s = 0, 0, 0
        with daemon.connect() as policy:
            for _ in range(1000):
                asked = time.monotonic()
                self.assertTrue(is_greylisted(policy.ask()))
                quiet_s = max(quiet_s, time.monotonic() - asked)
            for _ in range(2):
                daemon.signal(signal.SIGHUP)
                daemon.wait_for_state("RELOADING=1")
                while not select.select([daemon.notify], [], [], 0)[0]:
                    asked = time.monotonic()
                    self.assertTrue(is_greylisted(policy.ask()))
                    longest_s = max(longest_s, time.monotonic() - asked)
                    asked_n += 1
                daemon.wait_for_state("READY=1")
                for _ in range(200):
                    asked = time.monotonic()
                    self.assertTrue(is_greylisted(policy.ask()))
                    longest_s = max(longest_s, time.monotonic() - asked)
        print(f"({lines_n} lines: start {1000 * start_s:.0f} ms, {asked_n} "
              f"answers meanwhile, longest {1000 * longest_s:.1f} ms, "
              f"before {1000 * quiet_s:.1f} ms) ",
              end="", flush=True)
        self.assert_answers_meanwhile(asked_n, longest_s, start_s, LONGEST_S)

    def test_many_list_entries(self):
        """While the daemon reads very many list entries again, it answers the
        requests of a client that asks all the time. The old entries count until
        it has read the new ones. Its longest wait is a small part of what the
        reading takes."""
        entries_n = 1000000 if settings.torture else 300000
        daemon = self.start_daemon()
        self.assert_greylisted(daemon.ask(sender="new@list.example"))
        daemon.stop()
        with contextlib.closing(sqlite3.connect(daemon.database)) as db:
            db.executemany(
                "INSERT INTO list_entry (list, kind, pattern) VALUES"
                " ('whitelist', 'sender', ?)",
                ((f"a{i}@list.example",) for i in range(entries_n)))
            db.commit()
        daemon.start()
        print(f"({entries_n} entries) ", end="", flush=True)
        with daemon.connect() as policy:
            self.assertEqual(policy.ask(sender="a7@list.example"), "DUNNO")
            with contextlib.closing(sqlite3.connect(daemon.database)) as db:
                db.execute(
                    "INSERT INTO list_entry (list, kind, pattern) VALUES"
                    " ('whitelist', 'sender', 'new@list.example')")
                db.commit()
            self.ask_until_in_force(policy, "new@list.example", LONGEST_S)
            self.assertEqual(policy.ask(sender="a7@list.example"), "DUNNO")
        self.check_without_requests(daemon)

    def check_without_requests(self, daemon):
        """The daemon also reads them if nobody asks."""
        with contextlib.closing(sqlite3.connect(daemon.database)) as db:
            db.execute("DELETE FROM list_entry WHERE pattern LIKE 'new@%'")
            db.commit()
        wait_until("entries are read", lambda: not self.passes_at_first(daemon),
                   every_s=3)

    def passes_at_first(self, daemon):
        return daemon.ask(sender="new@list.example") == "DUNNO"

    def test_a_thousand_idle_connections_and_one_that_asks(self):
        """[C33][C68] 1200 idle connections use little memory, and other
        clients are served."""
        daemon = self.start_daemon(delay="1h")
        self.assert_greylisted(daemon.ask())
        before_n, before_kb = daemon.files_n(), self.resident_kb(daemon)
        idle = [self.connect(daemon, daemon.unix if i % 2 else daemon.inet)
                for i in range(1200)]
        wait_until("1200 connections",
                   lambda: daemon.files_n() >= before_n - 1 + 1200)
        self.assert_greylisted(daemon.ask(sender="another@example.net"))
        self.assert_greylisted(idle[7].ask(sender="awake@example.net"))
        if not settings.wrapper:
            grown_kb = self.resident_kb(daemon) - before_kb
            self.assertLess(grown_kb / 1200, 64)

    @staticmethod
    def resident_kb(daemon):
        for line in read_file(f"/proc/{daemon.pid}/status").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])

    def test_client_that_does_not_read_its_replies(self):
        """[C34] The daemon stops reading from a client that does not read its
        replies, and serves other clients. When the client reads, it gets all
        replies."""
        daemon = self.start_daemon(delay="1h")
        policy = self.connect(daemon)
        policy.socket.setblocking(False)
        octets_n = 0
        stream = request() * 100
        while octets_n < 20e6 and self.is_taken(policy):
            # If the socket took only a part of a request, continue there.
            rest = stream[octets_n % len(request()):]
            with contextlib.suppress(BlockingIOError):
                octets_n += policy.socket.send(rest)
        self.assertLess(octets_n, 20e6)
        self.assert_greylisted(daemon.ask(sender="another@example.net"))
        policy.socket.settimeout(limit())
        for _ in range(octets_n // len(request())):
            self.assert_greylisted(policy.reply())

    @staticmethod
    def is_taken(policy):
        """Whether the socket accepts octets within half a second."""
        with selectors.DefaultSelector() as selector:
            selector.register(policy, selectors.EVENT_WRITE)
            return bool(selector.select(0.5 * settings.slow))

    def test_out_of_descriptors(self):
        """[C33] The daemon has 64 descriptors and 100 clients. The accepted
        ones are served and the others wait. One line of the log says what to
        do. When connections close, others are accepted."""
        self.skip_if_wrapped(KEEPS_DESCRIPTORS)
        daemon = self.start_daemon(
            delay="1h", launcher=["prlimit", "--nofile=64:64", "--"])
        old = self.connect(daemon)
        self.assert_greylisted(old.ask())
        many = [self.connect(daemon, daemon.unix if i % 2 else daemon.inet)
                 for i in range(100)]
        for i, policy in enumerate(many):
            policy.send(request(sender=f"{i}@example.net"))
        daemon.wait_for_message("open files")
        self.assert_greylisted(old.ask())
        self.assert_rests(daemon)
        # Each client has sent its request, so it is served when it is
        # accepted. Then it closes, and makes room for the next.
        while many:
            served = self.clients_with_a_reply(many)
            self.assert_greylisted(old.ask())
            for policy in served:
                self.assert_greylisted(policy.reply())
                policy.close()
                many.remove(policy)
        self.assertEqual(len(daemon.wait_for_message("open files")), 1)

    def assert_rests(self, daemon):
        """The daemon must wait for a free descriptor without using much
        processor time."""
        before_s = daemon.processor_s()
        time.sleep(0.5)
        self.assertLess(daemon.processor_s() - before_s, 0.25)

    def clients_with_a_reply(self, policies):
        with selectors.DefaultSelector() as selector:
            for policy in policies:
                selector.register(policy, selectors.EVENT_READ, policy)
            ready = [key.data for key, _ in selector.select(limit())]
        self.assertTrue(ready, f"{len(policies)} clients are not served")
        return ready

    def test_raises_the_limit_on_descriptors(self):
        """[C33] With a soft limit of 256 descriptors and a hard limit of 4096,
        the daemon serves 400 connections."""
        self.skip_if_wrapped(KEEPS_DESCRIPTORS)
        daemon = self.start_daemon(
            delay="1h", launcher=["prlimit", "--nofile=256:4096", "--"])
        many = [self.connect(daemon, daemon.inet) for _ in range(400)]
        self.assert_greylisted(many[-1].ask())
        self.assertRegex(read_file(f"/proc/{daemon.pid}/limits"),
                         r"Max open files +4096 +4096 ")
