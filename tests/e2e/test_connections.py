# SPDX-License-Identifier: ISC
"""Clients that misbehave, and thousands of clients at once. Numbers in
brackets are requirements."""
import itertools
import os
import resource
import selectors
import signal
import time

import harness
from harness import (
    TORTURE, limit, promise, read_file, request, settings, wait_until)
from preload import WrongClock, launcher
from test_protocol import PASSES, padded

# tardigreyd(8) gives these figures, the memory of a connection.
IDLE_OCTETS, CONNECTION_OCTETS = 6000, 16000


class ConnectionsTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.senders = (f"{i}@example.net" for i in itertools.count())
        self.connections_n = self.requests_n = 0
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE,
                        (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE,
                           (max(hard, 12000), max(hard, 12000)))

    def connect(self, daemon, address=None):
        self.connections_n += 1
        return super().connect(daemon, address)

    def address(self, daemon, i):
        return daemon.unix if i % 2 else daemon.inet

    def ask_new(self, policy):
        self.requests_n += 1
        self.assert_greylisted(policy.ask(sender=next(self.senders)))

    def assert_serves_others(self, daemon):
        """A new connection must be served within a few seconds."""
        began = time.monotonic()
        with daemon.connect() as policy:
            self.connections_n += 1
            self.ask_new(policy)
        self.assertLess(time.monotonic() - began, promise(5))

    def report(self, more=""):
        print(f"({self.connections_n} connections, {self.requests_n} "
              f"requests, 0 lost, 0 wrong{more}) ", end="")

    def files_at_rest(self, daemon):
        """The number of open descriptors of the daemon when it has no
        clients. On a slow machine it may count one that has just left."""
        self.assert_serves_others(daemon)
        return wait_until("the descriptors to settle", lambda: self.settled(
            daemon), every_s=0)

    @staticmethod
    def settled(daemon):
        n = daemon.files_n()
        time.sleep(0.1 * settings.slow)
        return n if n == daemon.files_n() else None

    # ---- Memory ----

    @staticmethod
    def resident_octets(daemon):
        for line in read_file(f"/proc/{daemon.pid}/status").splitlines():
            if line.startswith("VmRSS:"):
                return 1024 * int(line.split()[1])

    def test_thousands_of_idle_clients(self):
        """[C33][C68] Each idle client costs a small fixed amount of memory,
        also after the largest possible request. Other clients are served
        meanwhile. All idle clients are served in the end."""
        self.skip_if_wrapped("it keeps some descriptors to itself")
        n = 5000 if TORTURE else 1500
        # The cache fills while the clients ask. It is not theirs.
        daemon = self.start_daemon(
            delay="1h", record_cache="0",
            launcher=["prlimit", "--nofile=8192:8192", "--"])
        old = self.connect(daemon)
        for _ in range(300):  # so that the daemon has used its buffers
            self.ask_new(old)
        before = self.resident_octets(daemon)
        idle = [self.connect(daemon, self.address(daemon, i)) for i in range(n)]
        wait_until("all to be accepted", lambda: daemon.files_n() > n)
        self.assert_serves_others(daemon)
        self.ask_new(old)
        after_idle = self.resident_octets(daemon)
        for policy in idle:
            octets = padded(16384).replace(
                b"a@example.net", next(self.senders).encode()[:13])
            policy.send(octets)
        for policy in idle:
            self.requests_n += 1
            self.assert_greylisted(policy.reply())
        after_large = self.resident_octets(daemon)
        for policy in idle:
            self.ask_new(policy)
        idle_each = (after_idle - before) // n
        large_each = (after_large - before) // n
        if not harness.is_sanitized():
            self.assertLess(idle_each, IDLE_OCTETS)
            self.assertLess(large_each, CONNECTION_OCTETS)
        self.report(f", {idle_each} octets for each idle one, {large_each} "
                    "after large requests")

    # ---- Slow ----

    def test_an_octet_a_second(self):
        """[C22][C31][C34] Many clients send one octet a second. Each is
        answered at the end of its request, and other clients are answered at
        once meanwhile. A connection that has been silent for an hour is
        closed. The test advances the clock of the daemon itself."""
        self.skip_if_wrapped("it has its own way to preload")
        clock = WrongClock(os.path.join(self.folder, "wrong_clock"))
        daemon = self.start_daemon(
            delay="20h", launcher=launcher(clock=clock))
        silent = self.connect(daemon)
        self.ask_new(silent)
        slow = [self.connect(daemon, self.address(daemon, i))
                for i in range(500 if TORTURE else 50)]
        octets = request(sender="slow@example.net", x="y" * (
            3000 if TORTURE else 0))
        clock.pass_time(3650 - len(octets))
        for i in range(len(octets)):
            for policy in slow:
                policy.send(octets[i:i + 1])
            if i % 25 == 0:
                self.assert_serves_others(daemon)
            clock.pass_time(1)
        for policy in slow:
            self.requests_n += 1
            self.assert_greylisted(policy.reply())
        clock.pass_time(61)
        self.ask_new(slow[0])
        self.assert_closed(silent)
        for policy in slow:
            self.ask_new(policy)
        self.report()

    # ---- Without end ----

    def pour(self, policy, octets):
        """Send until the daemon closes the connection. Returns the number of
        octets sent, and the octets received."""
        sent_n = 0
        try:
            while sent_n < 50e6:
                policy.send(octets)
                sent_n += len(octets)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return sent_n, policy.rest()

    def test_requests_without_end(self):
        """[C20][C34] If a request has more than 16 KiB, for example because it
        has no newline or no end, the connection is closed without a reply. A
        request of ten thousand attributes is too long; one of four thousand is
        not."""
        daemon = self.start_daemon(delay="1h")
        for what, octets in (
                ("no newline", b"x" * 1000), ("no equals sign", b"xyz\n" * 99),
                ("no empty line", b"sender=a@example.net\n" * 100),
                ("no name", b"=\n" * 1000), ("octets of zero", b"\0" * 1000)):
            for i in range(50 if TORTURE else 4):
                with self.subTest(what=what):
                    policy = self.connect(daemon, self.address(daemon, i))
                    sent_n, said = self.pour(policy, octets)
                    self.assertEqual(said, b"")
                    self.assertLess(sent_n, 10e6)
                    self.assert_serves_others(daemon)
        for n, answered in ((10000, False), (4000, True)):
            policy = self.connect(daemon)
            try:
                policy.send(b"a=\n" * n + request())
            except OSError:
                pass  # the daemon need not read all octets
            if answered:
                self.assert_greylisted(policy.reply())
            else:
                self.assert_closed(policy)
        self.assert_serves_others(daemon)
        self.report()

    # ---- Gone ----

    def test_half_closed_at_every_octet(self):
        """[C32][C34] The client sends the first n octets of two requests, and
        closes its side. Each complete request is answered, and then the
        connection ends. This is repeated for every n."""
        daemon = self.start_daemon(delay="1h")
        before_n = self.files_at_rest(daemon)
        first, second = request(**PASSES), request(sender="")
        stream = first + second
        for n in range(len(stream) + 1):
            with daemon.connect(self.address(daemon, n)) as policy:
                self.connections_n += 1
                policy.send(stream[:n])
                policy.half_close()
                replies = policy.rest().split(b"\n\n")
            wanted_n = (n >= len(first)) + (n == len(stream))
            self.requests_n += wanted_n
            self.assertEqual(replies.pop(), b"")
            self.assertEqual(len(replies), wanted_n, n)
        wait_until("all descriptors to be closed",
                   lambda: daemon.files_n() <= before_n)
        self.report()

    def test_reset_while_it_answers(self):
        """[C34] The client closes the connection before the daemon sends the
        replies, which fit into the socket buffer or do not. The daemon is
        stopped while the client sends and closes, so it finds the closed
        connection only when it answers."""
        daemon = self.start_daemon(delay="1h")
        before_n = self.files_at_rest(daemon)
        for i in range(300 if TORTURE else 40):
            gone = [daemon.connect(self.address(daemon, j)) for j in range(4)]
            self.connections_n += 4
            stream = request() * (1, 2, 17, 400)[i % 4]
            if i % 3 == 0:
                for policy in gone:
                    policy.send(stream[:2000])
            daemon.signal(signal.SIGSTOP)
            for j, policy in enumerate(gone):
                policy.socket.setblocking(False)
                try:
                    policy.socket.send(stream)
                except BlockingIOError:
                    pass
                (policy.reset if (i + j) % 4 else policy.close)()
            daemon.signal(signal.SIGCONT)
            self.assert_serves_others(daemon)
        wait_until("all descriptors to be closed",
                   lambda: daemon.files_n() <= before_n)
        self.report()

    # ---- Many at once ----

    def flood(self, n):
        """Returns a list that says which of n requests pass, and the
        requests."""
        passes = [i % 7 == 0 for i in range(n)]
        return passes, b"".join(
            request(**PASSES) if p else request(sender=next(self.senders))
            for p in passes)

    @staticmethod
    def advance(selector, key):
        """Send as many octets as the socket accepts. Returns the number."""
        try:
            n = key.fileobj.send(key.data[0])
        except BlockingIOError:
            return 0
        key.data[0] = key.data[0][n:]
        if not key.data[0]:
            selector.unregister(key.fileobj)
        return n

    def test_pipelining_without_reading(self):
        """[C22][C30][C34] Clients send thousands of requests and do not read.
        The daemon stops reading from them and serves other clients. When they
        read, they get all replies in order."""
        daemon = self.start_daemon(delay="1h")
        n = 5000 if TORTURE else 1000
        floods = []
        with selectors.DefaultSelector() as selector:
            for i in range(20 if TORTURE else 4):
                policy = self.connect(daemon, self.address(daemon, i))
                passes, stream = self.flood(n)
                floods.append((policy, passes))
                policy.socket.setblocking(False)
                selector.register(policy.socket, selectors.EVENT_WRITE,
                                  [memoryview(stream)])
            while self.push(selector, 1):
                self.assert_serves_others(daemon)
            # The sockets accept no more octets. From now on the clients read.
            self.assert_serves_others(daemon)
            counts = [0] * len(floods)
            while min(counts) < n:
                self.push(selector, 0.01)
                for i, (policy, passes) in enumerate(floods):
                    counts[i] += self.read_replies(
                        policy, passes[counts[i]:])
        self.requests_n += n * len(floods)
        self.report()

    def push(self, selector, seconds):
        """Send what the sockets accept. Returns whether anything was sent."""
        if not selector.get_map():
            return False
        return sum(self.advance(selector, key) for key, _ in
                   selector.select(seconds * settings.slow))

    def read_replies(self, policy, passes):
        """Read the replies that have come. They must be right. Returns how
        many."""
        try:
            octets = policy.socket.recv(1 << 20)
        except BlockingIOError:
            return 0
        self.assertNotEqual(octets, b"", "closed")
        *replies, policy.received = (policy.received + octets).split(b"\n\n")
        for reply, wanted in zip(replies, passes):
            self.assertEqual(reply == b"action=DUNNO", wanted, reply)
            self.assertTrue(wanted or b"Greylisted" in reply, reply)
        return len(replies)

    def test_more_clients_than_descriptors(self):
        """[C33] There are more clients than descriptors, several times. The
        accepted ones are served at once, and the others when a descriptor is
        free. None is lost. At the end the daemon serves as before."""
        self.skip_if_wrapped("it keeps some descriptors to itself")
        daemon = self.start_daemon(
            delay="1h", launcher=["prlimit", "--nofile=96:96", "--"])
        old = self.connect(daemon)
        self.ask_new(old)
        for wave in range(20 if TORTURE else 3):
            many = [self.connect(daemon, self.address(daemon, i))
                     for i in range(300)]
            for policy in many:
                policy.send(request(sender=next(self.senders)))
            with selectors.DefaultSelector() as selector:
                for policy in many:
                    selector.register(policy, selectors.EVENT_READ)
                while selector.get_map():
                    ready = selector.select(limit())
                    self.assertTrue(ready, "no client is served")
                    self.ask_new(old)
                    for key, _ in ready:
                        self.requests_n += 1
                        self.assert_greylisted(key.fileobj.reply())
                        selector.unregister(key.fileobj)
                        key.fileobj.close()
        self.assertEqual(len(daemon.wait_for_message("open files")), 1)
        self.assert_serves_others(daemon)
        self.report()

    def test_few_descriptors_at_the_start(self):
        """[C33] With few descriptors, the daemon serves, or it ends with an
        error of one line. With fewer than four, its libraries cannot be
        loaded."""
        self.skip_if_wrapped("it needs descriptors itself")
        self.skip_if_sanitized("a sanitizer needs descriptors itself")
        refused_n = 0
        for n in range(4, 16):
            with self.subTest(descriptors=n):
                daemon = self.make_daemon(launcher=[
                    "prlimit", f"--nofile={n}:{n}", "--"])
                daemon.begin()
                status = wait_until("it to serve or to end", lambda: (
                    "serving" in daemon.log() or
                    self.status_of(daemon)), every_s=0.005)
                if status is True:
                    daemon.stop()
                    continue
                refused_n += 1
                harness.running.remove(daemon)
                daemon.process = None
                self.assertEqual(status, 1)
                self.assertEqual(daemon.log().count("\n"), 1, daemon.log())
        self.assertGreater(refused_n, 0)

    @staticmethod
    def status_of(daemon):
        """The exit status of the daemon, None while it runs, or -1 instead of
        0, which is wrong here."""
        status = daemon.process.poll()
        return status if status is None or status != 0 else -1
