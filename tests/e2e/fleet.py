# SPDX-License-Identifier: ISC
"""What the tests of several daemons with one database share: clients that ask
all daemons, and a checker of what they were answered."""
import collections
import concurrent.futures
import itertools
import os
import random
import re
import shutil
import subprocess
import tempfile
import threading
import time

import harness
import servers
from harness import is_greylisted, settings, wait_until

RATE = 500  # requests a second
DELAY_S = 2
TIMEOUT_S = 0.25  # store_timeout
LATE_S = TIMEOUT_S + 0.05

# A request in the log of its daemon.
LINE = re.compile(r"reason=([\w-]+),.*\binstance=(ask\.\d+\.\d+\.\d+)")

_numbers = itertools.count(1)  # of loads and of senders

Asked = collections.namedtuple(
    "Asked", "host triplet sent_s answered_s action instance")


def has_redis():
    with open(settings.daemon, "rb") as file:
        return b"redis+cluster" in file.read()


def has_tls():
    with open(settings.daemon, "rb") as file:
        return b"rediss+cluster" in file.read()


def why_no_tls():
    """Why the tests cannot use TLS, or None if they can."""
    if not has_tls():
        return "built without OpenSSL"
    if shutil.which("openssl") is None:
        return "openssl is not installed"
    said = subprocess.run(
        [servers.SERVER, "--port", "0", "--tls-port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        universal_newlines=True, errors="replace").stdout
    return "the server has no TLS" if "tls-port" in said else None


class Client(threading.Thread):
    """Asks the daemons for triplets of its own, one request at a time. Each is
    new, or a retry of one of its newest triplets, at any daemon. Each triplet
    has a network of its own, so that a cluster spreads the triplets."""

    def __init__(self, load, number):
        super().__init__()
        self.load = load
        self.number = number
        self.dice = random.Random(f"{load.seed}.{number}")
        self.triplets = collections.deque(maxlen=load.retried_n)
        self.asked = []
        self.problem = None

    def run(self):
        try:
            policies = [daemon.connect() for daemon in self.load.daemons]
            self.ask_all(policies)
            for policy in policies:
                policy.close()
        except Exception as problem:
            self.problem = repr(problem)

    def ask_all(self, policies):
        n, begin = 0, time.monotonic()
        while not self.load.ended.is_set():
            triplet = self.choose(n)
            host = (triplet if self.load.is_sticky
                    else self.dice.randrange(10 ** 6)) % len(policies)
            self.ask(policies[host], host, n, triplet)
            n += 1
            due = begin + n * self.load.CLIENTS / self.load.rate
            self.load.ended.wait(max(0, due - time.monotonic()))

    def choose(self, n):
        if self.triplets and self.dice.random() < self.load.retry_part:
            return self.dice.choice(self.triplets)
        self.triplets.append(n)
        return n

    def network(self, triplet):
        return f"{20 + self.number}.{triplet // 250 % 250}.{triplet % 250}"

    def ask(self, policy, host, n, triplet):
        instance = f"ask.{self.load.number}.{self.number}.{n}"
        sent_s = time.monotonic()
        action = policy.ask(client_address=f"{self.network(triplet)}.7",
                            instance=instance,
                            sender=f"{triplet}@load{self.load.number}.example")
        self.asked.append(Asked(host, triplet, sent_s, time.monotonic(), action,
                                instance))

    def ask_all_again(self, host):
        """Ask once more for each triplet that was answered."""
        with self.load.daemons[host].connect() as policy:
            for triplet in sorted({asked.triplet for asked in self.asked}):
                self.ask(policy, host, len(self.asked) + 10 ** 6, triplet)


class Clock(threading.Thread):
    """Sleeps for some milliseconds again and again. If it wakes late, the
    machine is busy, and replies may be late for this reason."""

    STEP_S = 0.01
    PAUSE_S = 0.02

    def __init__(self, ended):
        super().__init__()
        self.ended = ended
        self.longest_s = 0
        self.pauses = []  # (begin, end)

    def run(self):
        before = time.monotonic()
        while not self.ended.wait(self.STEP_S):
            now = time.monotonic()
            late_s = now - before - self.STEP_S
            self.longest_s = max(self.longest_s, late_s)
            if late_s > self.PAUSE_S:
                self.pauses.append((before, now))
            before = now

    def paused(self, begin_s, end_s):
        return any(begin < end_s and begin_s < end
                   for begin, end in self.pauses)


class Load:
    """Clients that ask the daemons, rate requests a second in all. If sticky,
    each triplet has a daemon of its own."""

    CLIENTS = 10

    def __init__(self, daemons, rate=RATE, retry_part=0.5, retried_n=200,
                 seed=None, is_sticky=False):
        self.is_sticky = is_sticky
        self.number = next(_numbers)
        self.daemons = daemons
        self.rate = rate
        self.retry_part = retry_part
        self.retried_n = retried_n
        self.seed = seed or random.randrange(10 ** 6)
        self.ended = threading.Event()
        self.clients = [Client(self, i) for i in range(self.CLIENTS)]
        self.clock = Clock(self.ended)

    def __enter__(self):
        for thread in [*self.clients, self.clock]:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in [*self.clients, self.clock]:
            thread.join()
        for client in self.clients:
            if client.problem:
                raise AssertionError(client.problem)

    def ask_all_again(self, daemon=None):
        """Ask this daemon, or the first one."""
        if daemon:
            self.daemons = [*self.daemons, daemon]
        host = len(self.daemons) - 1 if daemon else 0
        with concurrent.futures.ThreadPoolExecutor(self.CLIENTS) as pool:
            list(pool.map(lambda client: client.ask_all_again(host),
                          self.clients))

    @property
    def asked(self):
        return [asked for client in self.clients for asked in client.asked]

    def reasons(self):
        """The reason of each request, by its instance. Waits for the log."""
        wanted = {asked.instance for asked in self.asked}

        def read():
            found = {}
            for daemon in self.daemons:
                with open(daemon.log_file, errors="replace") as log:
                    for line in log:
                        match = LINE.search(line)
                        if match and match.group(2) in wanted:
                            found[match.group(2)] = match.group(1)
            return len(found) == len(wanted) and found
        return wait_until("the log", read, every_s=0.5)

    def judge(self, delay_s=DELAY_S):
        judge = Judge(self, delay_s)
        judge.judge_all(self.reasons())
        return judge


class Triplet:
    """What the answers for a triplet say about its record."""

    def __init__(self):
        self.asked_s = None  # the first attempt; it may have failed
        self.made_s = None  # when the record was made, at the earliest
        self.first_s = None  # the answer that tells of the record first
        self.passed_s = None  # when the pass was stored, at the earliest
        self.may_have_passed_s = None  # by a request that failed
        self.has_passed = False  # even if that is lost; another node may know
        self.has_failed = False  # after first_s


class Judge:
    """Checks the answers for each triplet: no pass before its delay at any
    host, and no record that was answered is lost."""

    def __init__(self, load, delay_s):
        self.load = load
        self.delay_s = delay_s
        self.counts = collections.Counter()
        self.wrong = []  # sentences
        self.lost = []  # (when the record was answered, when it was missed)
        self.failed_s = []  # when on_failure decided
        took_s = sorted(a.answered_s - a.sent_s for a in load.asked)
        self.took_s = took_s
        late = [a for a in load.asked if a.answered_s - a.sent_s > LATE_S]
        self.late_n = len(late)
        self.late_by_itself_n = sum(
            not load.clock.paused(a.sent_s, a.answered_s) for a in late)

    def judge_all(self, reasons):
        for client in self.load.clients:
            triplets = collections.defaultdict(Triplet)
            for asked in client.asked:
                reason = reasons[asked.instance]
                self.counts[reason] += 1
                self.judge_action(asked, reason)
                self.judge_one(triplets[asked.triplet], asked, reason)

    def judge_action(self, asked, reason):
        if is_greylisted(asked.action) != (reason in ("new", "early", "late")):
            self.say_wrong(asked, reason, f"the reply is {asked.action}")

    def say_wrong(self, asked, reason, why):
        self.wrong.append(f"{asked.triplet} at host {asked.host} after "
                          f"{asked.sent_s:.3f} s: {reason}, but {why}")

    def say_lost(self, triplet, asked, since_s):
        self.lost.append((since_s, asked.sent_s))
        triplet.made_s = triplet.first_s = asked.answered_s
        triplet.passed_s = None
        triplet.has_failed = False

    def judge_one(self, triplet, asked, reason):
        if triplet.asked_s is None:
            triplet.asked_s = asked.sent_s
        age_s = asked.answered_s - triplet.asked_s
        if reason == "failure":
            self.failed_s.append(asked.sent_s)
            triplet.has_failed = True
            if triplet.may_have_passed_s is None and age_s >= self.delay_s - 1:
                triplet.may_have_passed_s = asked.answered_s
            return
        if reason == "new" and triplet.first_s is not None:
            self.say_lost(triplet, asked, triplet.made_s)
        elif reason == "early":
            self.judge_early(triplet, asked)
        elif reason == "retried" and age_s < self.delay_s - 1:
            self.say_wrong(asked, reason, f"it is {age_s:.1f} s old")
        elif reason == "known" and not triplet.has_passed and \
                triplet.may_have_passed_s is None:
            self.say_wrong(asked, reason, "it has not passed")
        elif reason not in ("new", "retried", "known"):
            self.say_wrong(asked, reason, "no request is of this kind")
        if triplet.first_s is None:
            triplet.first_s = asked.answered_s
            triplet.made_s = (asked.answered_s if reason == "new"
                              else triplet.asked_s)
        triplet.has_passed |= reason in ("retried", "known")
        if reason in ("retried", "known") and triplet.passed_s is None:
            triplet.passed_s = (asked.answered_s if reason == "retried"
                                else triplet.may_have_passed_s or asked.answered_s)

    def judge_early(self, triplet, asked):
        """A second is allowed, because the daemons count whole seconds."""
        if triplet.passed_s is not None:
            self.say_lost(triplet, asked, triplet.passed_s)
        elif triplet.first_s is not None and \
                asked.sent_s - triplet.first_s > self.delay_s + 1:
            if triplet.has_failed:  # and then it was made again
                self.say_lost(triplet, asked, triplet.made_s)
            else:
                self.say_wrong(asked, "early", "its delay is over")

    def machine_is_busy(self):
        return self.load.clock.longest_s > 0.05

    def spans(self, since_s):
        """When the lost records were answered, in seconds after since_s."""
        return sorted(answered_s - since_s for answered_s, _ in self.lost)

    def figures(self):
        counts = ", ".join(f"{n} {reason}"
                           for reason, n in self.counts.most_common())
        return (f"{len(self.took_s)} replies ({counts}), {self.late_n} late "
                f"({self.late_by_itself_n} while no sleep was longer than "
                f"asked), {len(self.wrong)} wrong, {len(self.lost)} records "
                f"lost; p99 {self.took_s[len(self.took_s) * 99 // 100] * 1000:.1f} ms, "
                f"longest {self.took_s[-1] * 1000:.0f} ms, longest pause of "
                f"the machine {self.load.clock.longest_s * 1000:.0f} ms")


def memory_folder():
    """A folder in memory, if possible. A server or a daemon that waits for a busy
    disk is late."""
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = tempfile.mkdtemp(prefix="tardigrey-e2e.", dir=place)
    os.chmod(folder, 0o755)
    return folder


class FleetTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if servers.SERVER is None or servers.CLIENT is None:
            self.skipTest("no redis-server or valkey-server is installed")
        if not has_redis():
            self.skipTest("built without hiredis")

    def start(self, kind, *arguments, **options):
        thing = kind(os.path.join(self.folder, "servers"), *arguments,
                     **options)
        self.addCleanup(thing.kill)
        return thing.start()

    def start_server(self, *arguments):
        return self.start(servers.Server, arguments)

    def start_fleet(self, uri, n=2, hosts=None, **options):
        """Daemons with one database, each on one of the hosts."""
        options = dict({"delay": f"{DELAY_S}s",
                        "delay_suspicious": f"{DELAY_S}s",
                        "store_timeout": "5s"}, **options)
        launchers = [host.launcher for host in hosts] if hosts else [()] * n
        return [self.start_daemon(database=uri, launcher=launcher, **options)
                for launcher in launchers]

    def tool(self, daemon, *arguments):
        tool = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        return subprocess.run(
            [*daemon.launcher, tool, "-c", daemon.config_file, *arguments],
            check=True, stdout=subprocess.PIPE,
            universal_newlines=True).stdout

    def make_certificates(self, addresses=()):
        return servers.Certificates(
            os.path.join(self.folder, "certificates"), addresses)

    def uri(self, server, scheme="redis"):
        return f"{scheme}://127.0.0.1:{server.port}"

    def assert_shared(self, one, other, sender="a@example.net"):
        """A triplet that one has deferred passes at the other. If the machine
        is slow, a request may be decided by on_failure."""
        def reason(daemon):
            with daemon.connect() as policy:
                found = daemon.judge(policy, sender=sender)["reason"]
            return None if found == "failure" else found

        def passes(daemon):
            return reason(daemon) in ("retried", "known")

        first_try = time.monotonic()
        first = wait_until("a decision", lambda: reason(one))
        self.assertIn(first, ("new", "early"))
        harness.retry_until_passed(lambda: passes(other), DELAY_S, first_try)
        wait_until("the other one to know it", lambda: passes(one))

    def assert_works_again(self, daemon):
        """Within some seconds, new triplets are deferred again. They are of
        many clients, so they ask all nodes of a cluster. A sentinel on a busy
        machine does nothing for half a minute (TILT)."""
        def try_some():
            return all(is_greylisted(daemon.ask(
                sender=f"again{next(_numbers)}@example.net",
                client_address=f"203.0.{i}.7")) for i in range(20))
        wait_until("greylisting to work again", try_some, 60, every_s=0.1)

    def report(self, what, judge):
        print(f"({what}: {judge.figures()}) ", end="", flush=True)
        self.assertEqual(judge.wrong, [])
