# SPDX-License-Identifier: ISC
"""
A day of mail in minutes: the clock of the daemon runs fast. Mail comes in, is
retried too early, in time and too late, becomes known and expires. In between,
the lists change, the configuration is read again, the administrator reads and
writes the database, copies it and removes what has expired, and clients come and
go.

Every answer is checked. Memory, descriptors, files and counters are measured all
the time, and the curves are printed. SOAK_S is the length in seconds; "make
soak" runs half an hour.
"""
import collections
import heapq
import os
import random
import sqlite3
import subprocess
import time

import harness
from harness import is_greylisted, read_file, settings, write_file
from preload import WrongClock, environment, launcher

SOAK_S = float(os.environ.get("SOAK_S", "100"))
DAY_S = 86400
DELAY_S, WINDOW_S, KEEP_S = 180, 2 * 3600, 6 * 3600
# A use may be stored later by 1/840 of the lifetime.
LAG_S = KEEP_S // 840 + 1
RATE = 300  # requests a second
HOURS = 24
WARM_UP = 0.45  # part of the run until memory must not grow any more
GROWTH = 1.05
WAL_MAX = 64 << 20
NETWORKS = 2000

Sample = collections.namedtuple(
    "Sample", "hour rss_kb files threads wal_kb database_kb waiting known"
    " counted cpu_us p50_us p999_us")


class SoakTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.skip_if_wrapped("it would measure the wrapper")
        self.skip_if_sanitized("it would measure the sanitizer")
        self.random = random.Random(settings.seed)
        self.clock = WrongClock(os.path.join(self.folder, "wrong_clock"))
        self.senders_n = 0
        self.plans = []  # (time, number, what, mail, times) to come
        self.known = []  # [mail, last use before, after]
        self.samples, self.latencies_us = [], []
        self.asked_n = 0
        self.entries = []

    # ---- The clock ----

    def set_clock(self):
        """Let the day pass. Only this sets the clock, so a request is decided
        between now() before and now() after it."""
        elapsed_s = time.monotonic() - self.began
        self.clock.set(int(elapsed_s * (DAY_S / SOAK_S - 1)))

    def now(self):
        return int(time.time()) + self.clock.offset

    # ---- Mail ----

    def plan(self, at_s, what, mail, times):
        heapq.heappush(self.plans, (at_s, len(self.plans) + self.asked_n * 16,
                                    what, mail, times))

    def ask(self, mail):
        """Send a request. Returns whether it passes, and the times before and
        after."""
        before_s = self.now()
        began = time.perf_counter()
        action = self.random.choice(self.clients).ask(**mail)
        self.latencies_us.append((time.perf_counter() - began) * 1e6)
        self.asked_n += 1
        self.assertTrue(action == "DUNNO" or is_greylisted(action), action)
        return action == "DUNNO", (before_s, self.now())

    def new_mail(self):
        self.senders_n += 1
        network = self.random.randrange(NETWORKS)
        return {"client_address":
                f"10.{network // 256}.{network % 256}.{self.senders_n % 250}",
                "client_name": "unknown",
                "sender": f"s{self.senders_n}@soak.example"}

    def send_new(self):
        mail = self.new_mail()
        passes, times = self.ask(mail)
        self.assertFalse(passes, f"new mail passed: {mail}")
        fate = self.random.random()
        if fate < 0.35:
            self.plan(times[1] + self.random.randrange(DELAY_S + 1, 1200),
                      "due", mail, times)
        if fate < 0.1:
            self.plan(times[1] + self.random.randrange(1, DELAY_S // 2),
                      "early", mail, times)
        elif 0.97 < fate:
            self.plan(times[1] + WINDOW_S + 60, "late", mail, times)

    def send_planned(self, what, mail, times):
        now_s = self.now()
        passes, used = self.ask(mail)
        if what == "early":
            if used[1] < times[0] + DELAY_S:
                self.assertFalse(passes, f"passed too early: {mail}")
        elif what == "due":
            if used[1] <= times[0] + WINDOW_S:
                self.assertTrue(passes, f"a due retry was deferred: {mail}")
                self.known.append([mail, *used])
        elif what == "late":
            self.assertFalse(passes, f"{now_s - times[1]} s after its first "
                             f"attempt still waiting: {mail}")

    def send_known(self):
        """Known mail passes. If it has not been used for "keep", it is new."""
        i = self.random.randrange(len(self.known))
        mail, before_s, after_s = self.known[i]
        if self.random.random() < 0.3 and \
                self.now() <= after_s + KEEP_S + LAG_S:
            return  # leave it alone for a while
        passes, used = self.ask(mail)
        if used[1] <= before_s + KEEP_S - LAG_S:
            self.assertTrue(passes, f"known mail was deferred: {mail}")
        elif used[0] > after_s + KEEP_S + LAG_S:
            self.assertFalse(passes, f"expired too late: {mail}")
        if passes:
            self.known[i] = [mail, *used]
        else:
            del self.known[i]

    def send_one(self):
        if self.plans and self.plans[0][0] <= self.now():
            _, _, what, mail, times = heapq.heappop(self.plans)
            self.send_planned(what, mail, times)
        elif self.known and self.random.random() < 0.35:
            self.send_known()
        else:
            self.send_new()

    # ---- What else happens in a day ----

    def tardigrey(self, *arguments):
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        process = subprocess.run(
            [program, "-c", self.daemon.config_file, *arguments],
            env=dict(os.environ, **environment(clock=self.clock)),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            universal_newlines=True, timeout=harness.limit(60))
        self.assertEqual(process.returncode, 0, process.stdout)
        return process.stdout

    def change_client(self):
        """A client goes, and another one comes."""
        i = self.random.randrange(len(self.clients))
        self.clients[i].close()
        self.clients[i] = self.daemon.connect()
        self.clients[i].ask()  # the daemon has accepted it

    def change_list_file(self):
        write_file(self.list_file, "".join(
            f"listed{i}.example\n" for i in range(self.random.randrange(400))))
        self.daemon.reload()

    def change_entries(self):
        for entry in self.entries:
            self.tardigrey("whitelist", "remove", "sender", entry)
        self.entries = [f"e{self.asked_n}.{i}.example" for i in range(3)]
        for entry in self.entries:
            self.tardigrey("whitelist", "add", "sender", entry)
        harness.wait_until("the entry to be used", lambda: self.daemon.ask(
            sender=f"a@{self.entries[-1]}") == "DUNNO")

    def change_triplets(self):
        mail = self.new_mail()
        words = [mail["client_address"], mail["sender"], "b@example.org"]
        self.assertFalse(self.ask(mail)[0])
        self.tardigrey("triplets", "approve", *words)
        self.assertTrue(self.ask(mail)[0], "an approved triplet")
        self.tardigrey("triplets", "forget", *words)
        self.assertFalse(self.ask(mail)[0], "a forgotten triplet")

    def read(self):
        self.tardigrey("stats")
        self.tardigrey("clients", "list")

    def back_up(self):
        copy = os.path.join(self.daemon.state, "copy")
        self.tardigrey("backup", copy)
        os.unlink(copy)

    def expire(self):
        """After it, no record is left that expired before it."""
        now_s = self.now()
        self.tardigrey("expire", "--force")
        for table in ("record", "waiting"):
            self.assertEqual(self.query(
                f"SELECT count(*) FROM {table} WHERE kind >= 0 AND expires < "
                f"{now_s - 60}"), 0, f"{table}: expired rows are left")

    def hour(self):
        """One of the hours of the day."""
        jobs = [self.change_client, self.change_list_file, self.change_entries,
                self.change_triplets, self.read, self.back_up, self.expire]
        for job in self.random.sample(jobs, 4):
            job()

    # ---- Measuring ----

    def query(self, sql):
        database = sqlite3.connect(f"file:{self.daemon.database}?mode=ro",
                                   uri=True, timeout=harness.limit())
        try:
            return database.execute(sql).fetchone()[0] or 0
        finally:
            database.close()

    def status(self, name):
        for line in read_file(f"/proc/{self.daemon.pid}/status").splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])

    def cpu_us(self):
        """The processor time of the daemon."""
        fields = read_file(f"/proc/{self.daemon.pid}/stat").split(") ")[1]
        ticks = sum(map(int, fields.split()[11:13]))
        return ticks * 1000000 // os.sysconf("SC_CLK_TCK")

    def warm(self):
        return [s for s in self.samples if s.hour >= HOURS * WARM_UP]

    def settled(self, name, read):
        """The descriptors or threads, after those are gone that the daemon
        needs for a moment: of clients that have gone, of a reload. Fails if
        there are more than at an earlier hour of the warm part."""
        least = min((getattr(s, name) for s in self.warm()), default=1000)
        found = []

        def is_settled():
            found.append(read())
            return found[-1] <= least
        harness.wait_until(f"no more than {least} {name}", is_settled)
        return found[-1]

    def sample(self, hour):
        latencies, self.latencies_us = sorted(self.latencies_us) or [0], []
        cpu_us = self.cpu_us()
        n = self.asked_n - self.asked_before_n
        self.samples.append(Sample(
            hour, self.status("VmRSS"),
            self.settled("files", self.daemon.files_n),
            self.settled("threads", lambda: self.status("Threads")),
            os.path.getsize(self.daemon.database + "-wal") // 1024,
            os.path.getsize(self.daemon.database) // 1024,
            self.query("SELECT sum((kind >= 0) + ifnull(pool <> '', 0))"
                       " FROM waiting"),
            self.query("SELECT count(*) FROM record"),
            self.query("SELECT sum(n) FROM stat"),
            (cpu_us - self.cpu_before_us) // max(n, 1),
            int(latencies[len(latencies) // 2]),
            int(latencies[len(latencies) * 999 // 1000])))
        self.cpu_before_us, self.asked_before_n = cpu_us, self.asked_n

    def print_curves(self):
        print()
        for row in [Sample._fields, *self.samples]:
            print("    " + " ".join(f"{value!s:>11}" for value in row))
        print("    ", end="")

    @staticmethod
    def middle(samples, name):
        values = sorted(getattr(sample, name) for sample in samples)
        return values[len(values) // 2]

    def check_memory(self):
        if harness.BUSY and self.asked_n < RATE * SOAK_S / 2:
            # The caches become full after some 10,000 requests.
            print("(too few requests to fill the caches) ", end="")
            return
        warm = self.warm()
        early, late = warm[:len(warm) // 2], warm[len(warm) // 2:]
        # The cache grows with the database until it is full. On a busy machine
        # most of the mail may come late.
        cached_kb = max(0, self.middle(late, "database_kb") -
                        self.middle(early, "database_kb"))
        self.assertLessEqual(
            self.middle(late, "rss_kb"),
            GROWTH * self.middle(early, "rss_kb") + cached_kb, "memory grows")

    def check_curves(self):
        self.check_memory()
        # The log may be as long as the database.
        for s in self.samples:
            self.assertLess(s.wal_kb, max(WAL_MAX >> 10, s.database_kb * 1.2))
        counted = [s.counted for s in self.samples]
        self.assertEqual(counted, sorted(counted), "a counter fell")
        self.check_speed()
        # The log has a line for each decision, and few others.
        messages = self.daemon.messages()
        self.assertLess(len(messages), 40 + 10 * HOURS, messages[-20:])

    def check_speed(self):
        """Other programs on this machine change the latency by more than 20 %.
        So print it, and fail only if the daemon also needs more processor time
        for a request."""
        third = len(self.samples) // 3
        first, last = self.samples[1:1 + third], self.samples[-third:]
        if not self.middle(first, "p999_us") or not self.middle(first, "cpu_us"):
            # Most hours passed without a request.
            self.assertTrue(harness.BUSY, "too few requests")
            print("(too few requests to measure) ", end="")
            return
        ratio = {name: self.middle(last, name) / self.middle(first, name)
                 for name in ("p999_us", "cpu_us")}
        print(f"(last third to first: p99.9 {ratio['p999_us']:.2f}, processor"
              f" time {ratio['cpu_us']:.2f}) ", end="")
        self.assertFalse(not harness.BUSY and ratio["p999_us"] > 1.2 and
                         ratio["cpu_us"] > 1.3, "the daemon becomes slower")

    # ---- The day ----

    def begin(self):
        self.list_file = os.path.join(self.folder, "list")
        write_file(self.list_file, "listed.example\n")
        self.daemon = self.start_daemon(
            launcher=launcher(clock=self.clock), delay=f"{DELAY_S}s",
            retry_window=f"{WINDOW_S}s", keep=f"{KEEP_S}s",
            whitelist_senders=self.list_file, store_timeout="5s")
        self.clients = [self.connect(self.daemon) for _ in range(20)]
        self.cpu_before_us, self.asked_before_n = self.cpu_us(), 0

    def send_until(self, end):
        while time.monotonic() < end:
            self.set_clock()
            self.send_one()
            ahead_s = (self.asked_n / RATE) - (time.monotonic() - self.began)
            if ahead_s > 0:
                time.sleep(min(ahead_s, 0.05))

    def test_day(self):
        """A day: memory, descriptors and files do not grow, counters do not
        fall, nothing passes early or expires late."""
        self.began = time.monotonic()
        self.begin()
        self.began = time.monotonic()
        try:
            for hour in range(1, HOURS + 1):
                self.send_until(self.began + hour * SOAK_S / HOURS)
                self.hour()
                self.sample(hour)
        finally:
            self.print_curves()
        print(f"({self.asked_n} requests) ", end="")
        self.check_curves()
