# SPDX-License-Identifier: ISC
"""
An attacker and a careless administrator do everything at once: requests at
random, kill -9, truncated files, steps of the clock, changed list entries, reloads,
broken input.
A model that knows only the manuals says what may happen. Three things may not:

    lost    a triplet waits once more although its first attempt was answered,
            and no file was truncated since
    early   mail passes without a reason
    broken  a list entry is lost, the daemon ends, or the database is damaged
            although no file was truncated

The model is of safety, not of the decision: it accepts a pass if any reason for
it may exist. test_engine.c and fuzz_engine.c compare the decisions. When the clock
is set back, nothing that was answered before must pass.
"""
import collections
import contextlib
import os
import random
import sqlite3
import subprocess
import time

import harness
from harness import is_greylisted, limit, settings
from preload import WrongClock, environment, launcher

DELAY_S = 2
WINDOW_S = 3600
SPACING_S = 6
STEPS_S = (1, 5, 60, 900, 5000, 40 * 86400)
TICK_S = 1  # the daemon counts whole seconds
# After this time the daemon knows a changed entry.
NOTICED_S = 3 if harness.BUSY else 0.5

Client = collections.namedtuple("Client", "address network name pool")

CLIENTS = [
    Client("192.0.2.7", "192.0.2", None, None),
    Client("192.0.2.8", "192.0.2", None, None),
    Client("198.51.100.9", "198.51.100", None, None),
    Client("203.0.113.1", "203.0.113", "mx1.alpha-mail.net", "alpha-mail.net"),
    Client("203.0.113.2", "203.0.113", "mx2.alpha-mail.net", "alpha-mail.net"),
    Client("198.18.0.1", "198.18.0", "mx3.alpha-mail.net", "alpha-mail.net"),
    Client("198.18.1.1", "198.18.1", "mx4.alpha-mail.net", "alpha-mail.net"),
    Client("198.18.2.1", "198.18.2", "a.beta-mail.org", "beta-mail.org"),
    Client("198.18.3.1", "198.18.3", "b.beta-mail.org", "beta-mail.org"),
    Client("198.18.4.4", "198.18.4", "dyn-198-18-4-4.isp.example", None),
    Client("198.18.5.5", "198.18.5", "dyn-198-18-5-5.isp.example", None),
]
DOMAINS = ["one.example", "two.example", "gmail.com"]


class Model:
    """What may pass, and what must. Times are those of the daemon's clock, but
    for the entries, which have monotonic times."""

    def __init__(self, steps):
        self.steps = steps  # the clock is set
        self.forget()
        self.entries = {}  # sender: when it was added
        self.removed = {}  # sender: when it was removed

    def spaced(self, times_s):
        """Whether there are two proofs that are apart. If the clock is set, two
        that the daemon sees apart may be equal here."""
        if self.steps:
            return len(times_s) > 1
        return bool(times_s) and (
            max(times_s) - min(times_s) >= SPACING_S - TICK_S)

    def forget(self):
        """Files were truncated: anything may be unknown again. What was seen
        before may still be there, so it stays a reason to pass."""
        self.answered = {}  # triplet by network: when it was deferred first
        if hasattr(self, "tried"):
            self.truncations_n += 1
        else:
            # Key: truncations before: the first attempt after them. The daemon
            # may count from any of these attempts.
            self.tried = collections.defaultdict(dict)
            self.truncations_n = 0
            self.known = set()  # keys that passed by a retry
            self.proofs = collections.defaultdict(set)  # by what they open
            self.networks = collections.defaultdict(set)  # of a pool, domain

    def keys(self, client, sender, recipient):
        keys = [(client.network, sender, recipient)]
        if client.pool:
            keys.append((client.pool, sender, recipient))
        return keys

    def first_tries(self, keys, now_s):
        """The first attempts from which the daemon may count."""
        return [min(self.tried[key].get(i, now_s) for key in keys)
                for i in range(self.truncations_n + 1)]

    def note_proof(self, client, sender, first_s):
        domain = sender.partition("@")[2]
        self.proofs[client.address].add(first_s)
        if client.pool and domain != "gmail.com":
            self.proofs[client.pool, domain].add(first_s)
            self.proofs[client.pool, domain, client.network].add(first_s)

    def may_pass(self, client, sender, recipient, now_s, began_s):
        """Whether there is a reason to pass. Notes what the pass proves.
        began_s is the monotonic time of the question."""
        domain = sender.partition("@")[2]
        keys = self.keys(client, sender, recipient)
        waited = [first_s for first_s in self.first_tries(keys, now_s)
                  if now_s - first_s >= DELAY_S - TICK_S]
        if waited:
            self.known.update(keys)
            for first_s in waited:
                self.note_proof(client, sender, first_s)
            return True
        if (not self.known.isdisjoint(keys) or
                sender in self.entries or
                began_s - self.removed.get(sender, -9) < NOTICED_S):
            return True
        if self.spaced(self.proofs[client.address]):
            return True
        return client.pool is not None and (
            self.spaced(self.proofs[client.pool, domain, client.network]) or
            (self.spaced(self.proofs[client.pool, domain]) and
             len(self.networks[client.pool, domain]) > 1))

    def must_pass(self, client, sender, recipient, now_s):
        entered_s = time.monotonic()
        if entered_s - self.entries.get(sender, entered_s) > NOTICED_S:
            return True
        keys = self.keys(client, sender, recipient)
        tried_s = min(self.first_tries(keys, now_s))
        first_s = self.answered.get(keys[0], now_s)
        return (now_s - first_s >= DELAY_S + TICK_S and
                now_s - tried_s <= WINDOW_S - TICK_S)

    def note_attempt(self, client, sender, recipient, asked_s, now_s, action):
        for key in self.keys(client, sender, recipient):
            times_s, i = self.tried[key], self.truncations_n
            times_s[i] = min(asked_s, times_s.get(i, asked_s))
        domain = sender.partition("@")[2]
        if client.pool and domain != "gmail.com":
            self.networks[client.pool, domain].add(client.network)
        if is_greylisted(action):
            self.answered.setdefault((client.network, sender, recipient),
                                     now_s)

    def set_back(self):
        self.answered = {}


class AttackTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.seed = settings.seed or random.randrange(1, 10 ** 6)
        print(f"(seed {self.seed}) ", end="", flush=True)
        self.random = random.Random(self.seed)
        self.clock = None
        self.counts = collections.Counter()
        self.faults = []
        self.round = 0

    def now(self):
        return time.time() + (self.clock.offset if self.clock else 0)

    # ---- Requests ----

    def envelope(self):
        # Envelopes of the last rounds return, so that they are retried.
        age = self.random.choice((0, 0, 0, 1, 2, 5))
        number = self.random.randrange(40)
        sender = (f"s{max(0, self.round - age)}.{number}@"
                  f"{self.random.choice(DOMAINS)}")
        if self.random.random() < 0.05:
            sender = f"kept{self.random.randrange(5)}@one.example"
        return sender, f"r{self.random.randrange(2)}@our.example"

    def add_fault(self, what, client, sender, recipient):
        """Add all that the daemon has logged about a triplet."""
        self.faults.append((
            what, client, sender, recipient, self.now(), self.counts,
            [line for line in self.daemon.log().splitlines()
             if f"sender={sender}, recipient={recipient}," in line]))

    def ask(self, policy):
        client = self.random.choice(CLIENTS)
        sender, recipient = self.envelope()
        asked_s, began_s = self.now(), time.monotonic()
        must = self.model.must_pass(client, sender, recipient, asked_s)
        action = policy.ask(
            client_address=client.address, sender=sender, recipient=recipient,
            client_name=client.name or "unknown",
            reverse_client_name=client.name or "unknown")
        self.counts["requests"] += 1
        if action == "DUNNO":
            self.counts["passed"] += 1
            if not self.model.may_pass(client, sender, recipient, self.now(),
                                       began_s):
                self.add_fault("early", client, sender, recipient)
        elif is_greylisted(action):
            if must:
                self.add_fault("lost", client, sender, recipient)
        else:
            self.counts["failures"] += 1
        self.model.note_attempt(client, sender, recipient, asked_s, self.now(),
                                action)

    def burst(self):
        with self.daemon.connect() as policy:
            for _ in range(self.random.randrange(50, 400)):
                self.ask(policy)

    def garbage(self):
        self.counts["garbage"] += 1
        with self.daemon.connect() as policy:
            with contextlib.suppress(OSError):
                policy.send(self.random.randbytes(
                    self.random.randrange(1, 5000)))
                policy.send(harness.request(
                    sender=self.random.randbytes(50).replace(b"\n", b"")))
                if self.random.random() < 0.5:
                    policy.reset()

    def mutated(self):
        """A request with some octets changed, removed, repeated or added."""
        octets = bytearray(harness.request(
            client_address=f"10.0.{self.random.randrange(4)}.9",
            client_name="mx.fuzz.example", instance="f.1",
            sender=f"f{self.random.randrange(50)}@fuzz.example"))
        for _ in range(self.random.randrange(1, 5)):
            at = self.random.randrange(len(octets))
            end = at + self.random.randrange(1, 20)
            octets[at:end] = self.random.choice((
                b"", 2 * octets[at:end], b"\n", b"\n\n", b"=", b"\0",
                b"9" * 25, self.random.randbytes(3), octets[at:at + 1] * 3000))
            octets = octets or bytearray(b"=")
        return bytes(octets)

    def fuzz(self):
        """Each request has its own connection. The daemon answers it, or closes
        the connection."""
        for _ in range(300):
            self.counts["fuzzed"] += 1
            with self.daemon.connect() as policy:
                with contextlib.suppress(OSError):
                    policy.send(self.mutated())
                    policy.half_close()
                for reply in policy.rest().split(b"\n\n")[:-1]:
                    if not reply.startswith(b"action="):
                        self.faults.append(("broken", "reply", reply))

    # ---- What happens to the daemon ----

    def kill(self):
        """Kill it while requests are under way."""
        self.counts["kills"] += 1
        with self.daemon.connect() as policy:
            policy.send(b"".join(
                harness.request(sender=f"x{self.counts['kills']}.{i}@x.example")
                for i in range(20)))
            self.daemon.kill()
        self.may_truncate = True
        self.daemon.start()

    def restart(self):
        self.counts["stops"] += 1
        self.daemon.stop()
        with contextlib.closing(sqlite3.connect(self.daemon.database)) as db:
            if self.truncates:
                pass  # the file may be damaged; the daemon replaces it
            elif db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                self.faults.append(("broken", "integrity_check", [
                    line for line in self.daemon.messages()
                    if "database" in line][-5:]))
        self.may_truncate = True
        self.daemon.start()

    def truncate(self, suffix, part):
        """A new file that is damaged within ten minutes is not replaced, so do
        this once in the life of a process."""
        if not self.may_truncate:
            return
        self.may_truncate = False
        self.counts["truncations"] += 1
        path = self.daemon.database + suffix
        with contextlib.suppress(FileNotFoundError):
            os.truncate(path, int(os.path.getsize(path) * part))
        self.model.forget()
        # The next requests find out.
        with self.daemon.connect() as policy:
            for _ in range(5):
                self.ask(policy)
        self.model.forget()

    def truncate_log(self):
        self.truncate("-wal", self.random.choice((0, self.random.random())))

    def truncate_main(self):
        self.truncate("", self.random.choice((0, self.random.random())))

    def remove_log(self):
        self.counts["removals"] += 1
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.daemon.database + "-wal")

    def step_clock(self):
        """Half of the time, set it back to the truth."""
        self.counts["clock steps"] += 1
        seconds = self.random.choice((-1, 1)) * self.random.choice(STEPS_S)
        if self.random.random() < 0.5:
            seconds = -self.clock.offset
        if seconds < 0:
            self.model.set_back()
        self.clock.step(seconds)

    def reload(self):
        self.counts["reloads"] += 1
        self.daemon.reload()

    # ---- What the administrator does ----

    def tool(self, *arguments):
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        done = subprocess.run(
            [program, "-c", self.daemon.config_file, *arguments],
            env=dict(os.environ, **environment(clock=self.clock)),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            universal_newlines=True)
        self.counts["commands"] += 1
        if done.returncode != 0:
            self.faults.append(("broken", arguments, done.stdout))

    def change_entry(self):
        sender = f"kept{self.random.randrange(5)}@one.example"
        if sender in self.model.entries:
            self.tool("whitelist", "remove", "sender", sender)
            self.model.removed[sender] = time.monotonic()
            del self.model.entries[sender]
        else:
            # It may pass as soon as the command runs.
            self.model.removed[sender] = time.monotonic() + limit()
            self.tool("whitelist", "add", "sender", sender)
            self.model.removed.pop(sender)
            self.model.entries[sender] = time.monotonic()

    def back_up(self):
        copy = os.path.join(self.daemon.state, "copy")
        self.tool("backup", "--replace", copy)
        with contextlib.closing(sqlite3.connect(copy)) as db:
            if (not self.truncates and db.execute(
                    "PRAGMA integrity_check").fetchall() != [("ok",)]):
                self.faults.append(("broken", "backup"))

    def expire(self):
        self.tool("expire", "--force")

    def vacuum(self):
        with contextlib.closing(sqlite3.connect(
                self.daemon.database, timeout=limit())) as db:
            with contextlib.suppress(sqlite3.OperationalError):
                db.execute("VACUUM")

    def test_attack(self):
        self.attack()

    def test_attack_with_truncated_files(self):
        self.attack(truncates=True)

    def test_attack_with_clock_steps(self):
        self.skip_if_wrapped("it has its own way to preload")
        self.attack(steps=True)

    def attack(self, truncates=False, steps=False):
        self.truncates = truncates
        self.model = Model(steps)
        if steps:
            self.clock = WrongClock(os.path.join(self.folder, "wrong_clock"))
        self.daemon = self.start_daemon(
            launcher=launcher(clock=self.clock) if steps else (),
            delay=f"{DELAY_S}s", retry_window=f"{WINDOW_S}s", on_failure="tempfail",
            auto_whitelist_after="2", auto_whitelist_spacing=f"{SPACING_S}s")
        self.may_truncate = True
        events = [self.kill] * 6 + [self.change_entry] * 4 + [
            self.garbage, self.fuzz, self.fuzz, self.restart, self.remove_log,
            self.reload, self.back_up, self.expire, self.vacuum]
        if truncates:
            events += [self.truncate_log] * 3 + [self.truncate_main] * 2
        if steps:
            events += [self.step_clock] * 5
        end = time.monotonic() + (300 if settings.torture else 6)
        while time.monotonic() < end and not self.faults:
            self.round += 1
            self.burst()
            self.random.choice(events)()
            self.daemon.check_running()
        self.restart()
        print(", ".join(f"{n} {what}" for what, n in
                        sorted(self.counts.items())), end=" ", flush=True)
        self.assertEqual(self.faults, [])
        self.assertLess(self.counts["failures"],
                        10 * (1 + self.counts["truncations"] +
                              self.counts["removals"]))
