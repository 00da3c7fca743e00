# SPDX-License-Identifier: ISC
"""tardigrey-lookup asks a real DNS server, NSD. Both are in a network of their
own, which has only loopback."""
import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import time
import unittest

import harness
from harness import is_greylisted, limit, promise, read_file, settings
from harness import wait_until, write_file

marks = itertools.count()
HERE = os.path.dirname(os.path.abspath(__file__))
DELAY_S = 2

ZONE = """\
$TTL 60
@ IN SOA ns.example. host.example. 1 3600 600 86400 60
  IN NS ns.example.
ns.example. IN A 127.0.0.1
net.example. IN TXT "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0/24 -all"
net.example. IN TXT "another text"
includes.example. IN TXT "v=spf1 include:net.example -all"
six.example. IN TXT "v=spf1 ip6:2001:db8::/32 -all"
soft.example. IN TXT "v=spf1 ~all"
neutral.example. IN TXT "v=spf1 ?all"
everybody.example. IN TXT "v=spf1 +all"
broken.example. IN TXT "v=spf1 ip4:192.0.2.0/99 ipx:1 -all"
loop.example. IN TXT "v=spf1 include:loop.example -all"
slow.example. IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
silent.example. IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
servfail.example. IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
liar.example. IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
other.example. IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
third.example. IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
9.113.0.203.wl.example. IN A 127.0.5.1
8.113.0.203.wl.example. IN A 127.0.5.0
7.113.0.203.wl.example. IN A 127.0.0.255
*.mark.example. IN TXT "v=spf1 ip4:192.0.2.0/24 -all"
"""

NSD = """\
server:
  ip-address: 127.0.0.1@5353
  zonesdir: "{folder}"
  username: ""
  chroot: ""
  pidfile: "{folder}/nsd.pid"
  database: ""
  xfrdfile: "{folder}/xfrd"
  zonelistfile: "{folder}/zones"
  logfile: "{folder}/nsd.log"
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: "example"
  zonefile: "zone"
"""

# Everything runs in one network and one mount namespace, and ends together.
START = """
ip link set lo up
mount --bind {folder}/resolv.conf /etc/resolv.conf
nsd -d -c {folder}/nsd.conf &
python3 {here}/dns_faults.py 127.0.0.1:53 127.0.0.1:5353 &
exec {program} -c {config}
"""


def can_isolate():
    return shutil.which("nsd") and shutil.which("ip") and subprocess.run(
        ["unshare", "-n", "-m", "ip", "link", "set", "lo", "up"],
        stderr=subprocess.DEVNULL).returncode == 0


class Lookup:
    """tardigrey-lookup with its DNS servers."""

    def __init__(self, folder, daemon):
        self.folder = os.path.join(folder, "dns")
        os.mkdir(self.folder)
        self.log_file = os.path.join(self.folder, "log")
        for name, text in [
                ("zone", ZONE), ("nsd.conf", NSD.format(folder=self.folder)),
                ("resolv.conf", "nameserver 127.0.0.1\n"),
                ("start", START.format(
                    folder=self.folder, here=HERE, program=self.program(),
                    config=daemon.config_file))]:
            write_file(os.path.join(self.folder, name), text)

    @staticmethod
    def program():
        return os.path.join(os.path.dirname(settings.daemon),
                            "tardigrey-lookup")

    def start(self):
        with open(self.log_file, "a") as log:
            self.process = subprocess.Popen(
                ["unshare", "-n", "-m", "-p", "-f", "--kill-child", "sh", "-e",
                 os.path.join(self.folder, "start")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
        harness.running.append(self)

    def stop(self):
        harness.running.remove(self)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(limit())

    kill = stop


@unittest.skipUnless(os.access(Lookup.program(), os.X_OK)
                     if settings.daemon else False,
                     "tardigrey-lookup was not built")
@unittest.skipUnless(can_isolate(), "NSD or namespaces are missing")
class LookupCase(harness.TestCase):
    OPTIONS = {}

    @classmethod
    def setUpClass(cls):
        cls.share_daemon(delay=f"{DELAY_S}s", auto_whitelist_spacing="0",
                         **cls.OPTIONS)
        cls.daemon.stop()
        cls.daemon.write_config(lookup=os.path.join(cls.daemon.run, "lookup"))
        cls.daemon.start()
        cls.lookup = Lookup(cls.common, cls.daemon)
        cls.share_log(cls.lookup.log_file)
        cls.lookup.start()
        cls.addClassCleanup(cls.lookup.stop)
        cls.wait_for_lookups()

    @classmethod
    def ask(cls, client, sender, recipient):
        return cls.daemon.ask(client_address=client, client_name="unknown",
                              reverse_client_name="unknown",
                              sender=sender, recipient=recipient)

    @classmethod
    def pools_of(cls, sender):
        """The pools under which there is a triplet of this sender."""
        tool = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        output = subprocess.run(
            [tool, "-c", cls.daemon.config_file, "triplets", "export"],
            capture_output=True, text=True, check=True).stdout
        return {line.split('"client":"')[1].split('"')[0]
                for line in output.splitlines()
                if f'"sender":"{sender}"' in line and '"@' in line}

    @classmethod
    def wait_for_lookups(cls):
        """Wait until the workers are connected and the DNS servers reply."""
        numbers = iter(range(1000))

        def works():
            sender = f"begin{next(numbers)}@net.example"
            cls.ask(f"192.0.2.{next(numbers) % 250}", sender, "r@d.example")
            time.sleep(0.3)
            return cls.pools_of(sender)

        wait_until("tardigrey-lookup to answer", works, 30)

    def assert_known(self, client, sender, is_authorised=True):
        """A first attempt is deferred. The answer makes a triplet of the
        domain, or not."""
        domain = sender.partition("@")[2]
        self.assertTrue(is_greylisted(
            self.ask(client, sender, "first@d.example")))
        if is_authorised:
            wait_until("the answer", lambda: self.pools_of(sender) ==
                       {f"@{domain}"}, 20)
        else:
            self.wait_for_a_later_answer()
            wait_until("the workers to be idle", self.are_idle, 60)
            self.assertEqual(self.pools_of(sender), set())

    def wait_for_a_later_answer(self):
        """After it, all questions of before have reached a worker, because the
        daemon keeps their order."""
        sender = f"a@m{next(marks)}.mark.example"
        self.assertTrue(is_greylisted(
            self.ask("192.0.2.240", sender, "mark@d.example")))
        wait_until("a later answer", lambda: self.pools_of(sender), 60)

    def are_idle(self):
        """Whether all workers wait for a question, and none for DNS. Look
        twice: a question may be on its way."""
        for _ in range(2):
            names = self.workers().values()
            if len(names) < 8 or not all("unix" in name for name in names):
                return False
            time.sleep(0.1)
        return True

    def supervisor(self):
        """The process that starts the workers."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError, IndexError):
                command = read_file(f"/proc/{pid}/cmdline").split("\0")
                parent = read_file(f"/proc/{pid}/stat").split()[3]
                if (command[0] == Lookup.program() and
                        self.daemon.config_file in command and
                        read_file(f"/proc/{parent}/comm").strip() !=
                        "tardigrey-looku"):
                    return pid
        raise AssertionError("no tardigrey-lookup runs")

    def workers(self):
        """The processes that answer, by the kernel's names of what they wait
        for."""
        supervisor, found = self.supervisor(), {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError, IndexError):  # ended
                fields = read_file(f"/proc/{pid}/stat").split()
                if (fields[1] == "(tardigrey-looku)" and
                        fields[3] == supervisor):
                    found[pid] = read_file(f"/proc/{pid}/wchan")
        return found


class AtOnceTest(LookupCase):
    OPTIONS = dict(spf_pass_at_once="1", auto_whitelist_after="0")

    def test_one_retry_opens_the_domain(self):
        """[C71] After one retry of the domain, every authorised host passes
        once it is known to be authorised. Others do not."""
        first = "192.0.2.230", "a@net.example", "first@d.example"
        first_try = time.monotonic()
        self.assert_known(*first[:2])
        harness.retry_until_passed(
            lambda: self.ask(*first) == "DUNNO", DELAY_S, first_try)
        self.assert_known("198.51.100.230", "b@net.example")
        self.assertEqual(self.ask("198.51.100.230", "new@net.example",
                                  "new@d.example"), "DUNNO")
        self.daemon.wait_for_reason("authorised")
        self.assert_known("203.0.113.230", "c@net.example", False)
        self.assertTrue(is_greylisted(self.ask(
            "203.0.113.230", "new@net.example", "new@d.example")))


class LookupTest(LookupCase):
    OPTIONS = dict(lookup_dnswl="wl.example", auto_whitelist_after="2")

    def test_authorised_hosts_are_one_pool(self):
        """[C71] Two networks that have no name retry for each other, because SPF
        lets both send. A third one does not."""
        self.assert_known("192.0.2.201", "a@net.example")
        self.assert_known("198.51.100.201", "other-a@net.example")
        time.sleep(DELAY_S)
        reply = self.ask("198.51.100.201", "a@net.example", "first@d.example")
        self.assertEqual(reply, "DUNNO")
        wait_until("the decision", lambda: any(
            d["reason"] == "retried" and d["key_client"] == "@net.example" and
            d["client_address"] == "198.51.100.201"
            for d in self.daemon.decisions()))
        self.assertTrue(is_greylisted(self.ask(
            "203.0.113.201", "a@net.example", "first@d.example")))
        self.assertTrue(is_greylisted(self.ask(
            "198.51.100.201", "b@net.example", "first@d.example")))

    def test_domain_passes_at_once_after_two_retries(self):
        """[C71] After two retries of the domain, an authorised host passes at once,
        once it is known to be authorised. Others do not."""
        clients = "192.0.2.220", "198.51.100.221"
        for i, client in enumerate(clients):
            self.ask(client, f"c{i}@includes.example", "r@d.example")
        for i in range(2):
            wait_until("the answer", lambda: self.pools_of(
                f"c{i}@includes.example"), 20)
        time.sleep(DELAY_S)
        for i, client in enumerate(clients):
            self.assertEqual(self.ask(client, f"c{i}@includes.example",
                                      "r@d.example"), "DUNNO")
        self.assert_known("198.51.100.220", "c3@includes.example")
        self.assertEqual(self.ask("198.51.100.220", "new@includes.example",
                                  "new@d.example"), "DUNNO")
        self.assertTrue(is_greylisted(self.ask(
            "203.0.113.220", "new@includes.example", "new@d.example")))

    def test_ipv6(self):
        self.assert_known("2001:db8:1::1", "a@six.example")

    def test_dnswl(self):
        """A whitelisted client is authorised for any domain. Trust 0 and
        error codes do not count."""
        self.assert_known("203.0.113.9", "a@unrelated.example")
        self.assert_known("203.0.113.8", "b@unrelated.example", False)
        self.assert_known("203.0.113.7", "c@unrelated.example", False)

    def test_results_that_are_no_pass(self):
        """[C71] Only a pass counts, and not that of a record for everybody."""
        for i, name in enumerate(["soft", "neutral", "everybody", "broken",
                                  "loop", "missing", "servfail", "liar",
                                  "other"]):
            with self.subTest(name):
                self.assert_known(f"192.0.2.{100 + i}", f"a@{name}.example",
                                  False)

    def test_slow_server(self):
        """[C72] The daemon does not wait. The answer comes later."""
        begin = time.monotonic()
        self.assertTrue(is_greylisted(self.ask(
            "192.0.2.90", "a@slow.example", "r@d.example")))
        if not harness.BUSY:
            self.assertLess(time.monotonic() - begin, min(1.9, limit(1)))
        wait_until("the answer", lambda: self.pools_of("a@slow.example"), 20)

    def test_silent_server_and_flood(self):
        """[C72] While all workers wait for a silent server, the daemon answers as
        usual. Questions are dropped, and the log says so."""
        begin = time.monotonic()
        with self.daemon.connect() as policy:
            for i in range(400):
                policy.ask(client_address=f"10.{i % 250}.1.1",
                           client_name="unknown", sender=f"s{i}@silent.example",
                           recipient="r@d.example")
        self.assertLess(time.monotonic() - begin, promise(10))
        wait_until("a warning", lambda: any(
            "tardigrey-lookup" in line and "dropped" in line
            for line in self.daemon.messages()))
        self.restart_lookup()

    def restart_lookup(self):
        self.lookup.stop()
        self.daemon.restart()
        self.lookup.start()
        self.wait_for_lookups()

    def test_killed_workers_start_again(self):
        """[C72] All workers are killed. The daemon goes on, and so do lookups."""
        for pid in self.workers():
            os.kill(int(pid), signal.SIGKILL)
        self.assertTrue(is_greylisted(self.ask(
            "192.0.2.91", "killed@net.example", "r@d.example")))
        self.wait_for_lookups()


class LiarTest(harness.TestCase):
    """A process in place of tardigrey-lookup sends whatever it likes."""

    def connect(self):
        wire = socket.socket(socket.AF_UNIX)
        wire.settimeout(limit())
        wire.connect(self.path)
        self.addCleanup(wire.close)
        return wire

    def setUp(self):
        super().setUp()
        daemon = self.daemon = self.make_daemon(delay="1h")
        self.path = os.path.join(daemon.run, "lookup")
        daemon.write_config(lookup=self.path)
        daemon.start()

    def ask(self, number):
        self.assertTrue(is_greylisted(self.daemon.ask(
            client_address=f"192.0.{number}.1", client_name="unknown",
            sender=f"a{number}@example.net", recipient="r@d.example")))

    def test_lies(self):
        """[C72] Everything but one good line closes the connection, or is ignored.
        Nothing passes because of it."""
        for i, lie in enumerate([
                b"\n", b"yes\n", b"1\n", b"99 yes\n", b"-1 yes\n", b"1 maybe\n",
                b"1 yes yes\n", b"1 yes\n1 yes\n", b"\0\n", b"1 yes",
                b"x" * 5000, b"99999999999999999999999 yes\n",
                b"\xff\xfe 1 yes\n"]):
            wire = self.connect()
            self.ask(i)
            question = wire.recv(1000)
            self.assertRegex(question,
                             rb"\A[0-9]+ 192\.0\.%d\.1 example\.net\n\Z" % i)
            wire.sendall(lie)
            self.ask(i)
            wire.close()
        self.ask(200)

    def test_unasked_answer_disconnects(self):
        wire = self.connect()
        wire.sendall(b"1 yes\n")
        self.assertEqual(wire.recv(1), b"")

    def test_true_answer(self):
        """The wire works in general, without DNS."""
        wire = self.connect()
        self.ask(1)
        number = wire.recv(1000).split()[0]
        wire.sendall(number + b" yes\n")
        self.ask(1)
        wait_until("the pool in the log", lambda: any(
            d.get("key_client") == "@example.net"
            for d in self.daemon.decisions()) or self.ask(1), 5)

    def test_only_the_account_may_connect(self):
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(self.path).st_uid,
                         os.stat(self.daemon.run).st_uid)

    def test_many_connections(self):
        """More processes than the daemon serves are turned away."""
        wires = []
        for _ in range(40):
            wires.append(self.connect())
            self.daemon.ask(protocol_state="VRFY")  # a turn of the loop
        self.assertEqual(sum(map(self.is_closed, wires)), 40 - 16)

    def test_descriptors_are_kept(self):
        """Clients do not take the descriptors of tardigrey-lookup."""
        self.daemon.stop()
        self.daemon.launcher = ["prlimit", "--nofile=64:64", "--"]
        self.daemon.start()
        clients = [self.daemon.connect() for _ in range(60)]
        for client in clients:
            self.addCleanup(client.close)
        wires = []
        for _ in range(16):
            wires.append(self.connect())
            clients[0].ask(protocol_state="VRFY")  # a turn of the loop
        for i in range(16):
            clients[0].ask(
                client_address=f"192.0.{i}.1", client_name="unknown",
                sender=f"a{i}@example.net", recipient="r@d.example")
        for wire in wires:
            self.assertRegex(wire.recv(1000), b" example.net\n")

    def is_closed(self, wire):
        wire.settimeout(0.05)
        try:
            return wire.recv(1000) == b""
        except socket.timeout:
            return False

    def test_other_files_stay(self):
        """A file that is not a socket, and the socket of another daemon, are
        errors."""
        other = self.make_daemon()
        for path, reason in [(self.path, "another server is listening there"),
                             (other.config_file, "is not a socket")]:
            other.write_config(lookup=path)
            before = os.stat(path).st_ino
            result = harness.run_daemon("-f", "-c", other.config_file)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, f"lookup: .*{path}: .*{reason}")
            self.assertEqual(os.stat(path).st_ino, before)
        self.connect()

    def test_socket_of_a_successor_stays(self):
        os.unlink(self.path)
        with socket.socket(socket.AF_UNIX) as successor:
            successor.bind(self.path)
        self.daemon.stop()
        self.assertTrue(os.path.exists(self.path))

    def test_socket_is_removed_at_the_end(self):
        self.daemon.stop()
        self.assertFalse(os.path.exists(self.path))
        self.daemon.start()
        self.daemon.kill()  # leaves the socket
        self.daemon.start()
        self.connect()
