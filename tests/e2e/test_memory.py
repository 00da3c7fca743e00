# SPDX-License-Identifier: ISC
"""Each allocation fails once. The daemon, the administrator's program and the
check of qmail continue, or report an error."""
import os
import re
import signal
import socket
import subprocess
import time

import harness
from harness import is_greylisted, limit, settings, wait_until, write_file
from preload import (
    FOREVER, BadMemory, WrongClock, launcher, steps)

DELAY_S = 600
# Texts that depend on the time of the call: an age, and the end of stats.
AGO = re.compile(r' \([^()]* ago\)|(?<= to )\S+Z$|(?<="to":)[^,}]*',
                 re.MULTILINE)
# Do not run as root: glibc 2.36 crashes if an allocation fails in the first
# lookup of an account. The daemon looks up its account only if root starts it.
AS_USER = ["setpriv", f"--reuid={harness.USER}", "--regid=nogroup",
           "--clear-groups", "--"]
WRAPPED = "the wrapper has its own allocator"
SANITIZED = "AddressSanitizer ends a program if memory is short in a new thread"
FAILED = "DEFER_IF_PERMIT 4.3.0"  # on_failure = tempfail

KNOWN = "known@example.net"
BY_FILE = "a@file.example.net"
BY_ENTRY = "a@entry.example.net"


def program(name):
    return os.path.join(os.path.dirname(settings.daemon), name)


class MemoryTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.skip_if_wrapped(WRAPPED)
        self.skip_if_sanitized(SANITIZED)
        self.memory = BadMemory(os.path.join(self.folder, "bad_memory"))
        self.clock = WrongClock(os.path.join(self.folder, "wrong_clock"))
        self.preloads = {"memory": self.memory, "clock": self.clock}
        self.senders = (f"{i}@example.net" for i in range(10 ** 9))
        self.deferred = []  # senders that were deferred and must pass later
        self.kept_n = 0  # deferred senders that have passed later

    def make(self, **options):
        """Make a daemon with our allocator and clock, and with a list file."""
        path = os.path.join(self.folder, "senders")
        write_file(path, "file.example.net\n/@regex[0-9]\\./\n")
        os.chmod(path, 0o644)
        return self.make_daemon(
            launcher=AS_USER + launcher(**self.preloads), delay=f"{DELAY_S}s",
            on_failure="tempfail", whitelist_senders=path, **options)

    def start(self, **options):
        daemon = self.make(**options)
        daemon.start()
        self.tardigrey(daemon, "whitelist", "add", "sender",
                       "entry.example.net")
        self.assert_greylisted(daemon.ask(sender=KNOWN))
        self.clock.pass_time(DELAY_S)
        self.assertEqual(daemon.ask(sender=KNOWN), "DUNNO")
        return daemon

    def tardigrey(self, daemon, *arguments):
        subprocess.run(
            [program("tardigrey"), "-c", daemon.config_file, *arguments],
            check=True, stdout=subprocess.DEVNULL, timeout=limit(60))

    def report(self, what):
        print(f"({self.memory.all_failed_n} allocations failed{what}) ",
              end="")

    # ---- Asking ----

    @staticmethod
    def outcome(policy, sender):
        """Send a request. The result must be passed, deferred, failed or
        closed."""
        try:
            action = policy.ask(sender=sender)
        except (harness.Closed, ConnectionError):
            return "closed"
        if action == "DUNNO":
            return "passed"
        if is_greylisted(action):
            return "deferred"
        if action.startswith(FAILED):
            return "failed"
        raise AssertionError(f"unexpected: {action}")

    def ask_all(self, daemon, old, retry):
        """Send all kinds of requests, some of them on new connections. Each
        must be answered correctly, or fail. Returns {sender: (outcome, right
        outcome)}."""
        new = next(self.senders)
        questions = [(KNOWN, "passed"), (new, "deferred"),
                     (retry, "passed"), (BY_FILE, "passed"),
                     (BY_ENTRY, "passed"), ("a@regex7.example.net", "passed")]
        outcomes = {}
        for i, (sender, right) in enumerate(questions):
            if i % 2 == 0:
                got = self.outcome(old, sender)
            else:
                with daemon.connect(
                        daemon.unix if i == 1 else daemon.inet) as policy:
                    got = self.outcome(policy, sender)
            self.assertIn(got, (right, "failed", "closed"), sender)
            outcomes[sender] = (got, right)
        if outcomes[new][0] == "deferred":
            self.deferred.append(new)
        return outcomes

    def prepare_retry(self, daemon):
        """Make a waiting triplet that is due. Returns its sender."""
        sender = next(self.senders)
        self.assert_greylisted(daemon.ask(sender=sender))
        self.clock.pass_time(DELAY_S)
        return sender

    def wrong_outcomes(self, daemon):
        """Send requests of all kinds. Returns the wrong outcomes, which are
        failures."""
        retry = next(self.senders)
        with daemon.connect() as old:
            outcomes = {retry: (self.outcome(old, retry), "deferred")}
            if outcomes[retry][0] == "deferred":
                self.clock.pass_time(DELAY_S)
                outcomes = self.ask_all(daemon, old, retry)
        return {sender: got for sender, (got, right) in outcomes.items()
                if got != right}

    def assert_serves(self, daemon):
        """The daemon must answer all requests correctly. But if a thread of the
        store has failed before there was memory again, writes fail until the
        next checkpoint is complete."""
        daemon.check_running()
        wrong = {}

        def is_settled():
            nonlocal wrong
            wrong = self.wrong_outcomes(daemon)
            return "failed" not in wrong.values()

        wait_until("the store to work again", is_settled)
        self.assertEqual(wrong, {})

    def assert_promises_kept(self, daemon):
        """All deferred senders must pass after the delay."""
        self.clock.pass_time(DELAY_S)
        with daemon.connect() as policy:
            for sender in self.deferred:
                self.assertEqual(policy.ask(sender=sender), "DUNNO", sender)
        self.kept_n += len(self.deferred)
        self.deferred.clear()

    # ---- The daemon ----

    def start_or_say_why(self, daemon, n, fail_n):
        """Start the daemon while allocations fail. It must serve, or end with
        an error of one line. Returns whether it serves."""
        if os.path.exists(daemon.log_file):
            os.unlink(daemon.log_file)
        self.forget_states(daemon)
        daemon.notify.settimeout(0.002)
        self.memory.break_at(n, fail_n)
        daemon.begin()
        end = time.monotonic() + limit()
        while time.monotonic() < end:
            try:
                if b"READY=1" in daemon.notify.recv(4096):
                    self.memory.mend()
                    return True
            except socket.timeout:
                if daemon.process.poll() is not None:
                    break
        failed_n = self.memory.mend()
        process, daemon.process = daemon.process, None
        harness.running.remove(daemon)
        if process.poll() is None:
            process.kill()
            process.wait()
            self.fail(f"allocation {n}: neither serves nor ends")
        self.assertGreater(failed_n, 0, daemon.log())
        harness.check_reports(daemon.log())
        self.assertGreater(process.returncode, 0,
                           f"allocation {n}: {process.returncode}")
        lines = [line for line in daemon.log().splitlines()
                 if "started without it" not in line]  # the database
        self.assertEqual(len(lines), 1, f"allocation {n}:\n{daemon.log()}")
        return False

    @staticmethod
    def forget_states(daemon):
        """Drop the states that the last daemon has sent."""
        try:
            while True:
                daemon.notify.recv(4096, socket.MSG_DONTWAIT)
        except (BlockingIOError, socket.timeout):
            pass

    def try_starts(self, daemon, fail_n, quick_n):
        self.assertTrue(self.start_or_say_why(daemon, 10 ** 9, 1))
        asked_n = self.memory.asked_n
        daemon.stop()
        self.assertGreater(asked_n, 200)
        refused_n = 0
        for n in steps(asked_n + 5, quick_n):
            if not self.start_or_say_why(daemon, n, fail_n):
                refused_n += 1
                continue
            wait_until("greylisting", lambda: is_greylisted(
                daemon.ask(sender=next(self.senders))))
            daemon.stop()
        self.assertGreater(refused_n, 0)
        return refused_n

    def test_start(self):
        """The daemon starts, or it ends with an error of one line."""
        daemon = self.make()
        refused_n = self.try_starts(daemon, 1, 40)
        refused_n += self.try_starts(daemon, FOREVER, 20)
        self.report(f", {refused_n} starts refused")

    def try_all(self, daemon, step, quick_n):
        """Run a step once for each of its allocations, and let this allocation
        fail. Then do the same, but let all later ones fail too."""
        for fail_n in (1, FOREVER):
            asked_n = 1
            n = 0
            while n <= asked_n:
                retry = self.prepare_retry(daemon)
                with daemon.connect() as old:
                    # This connection is accepted before allocations fail.
                    self.assertEqual(old.ask(sender=KNOWN), "DUNNO")
                    # In the first round (n = 0) none fails: it counts them.
                    self.memory.break_at(n if n > 0 else 10 ** 9, fail_n)
                    step(daemon, old, retry)
                    if n == 0:
                        asked_n = self.memory.asked_n
                        todo = iter(steps(asked_n, quick_n))
                    self.memory.mend()
                self.assert_serves(daemon)
                self.assert_promises_kept(daemon)
                n = next(todo, asked_n + 1)

    def test_requests(self):
        """A request is answered correctly or by on_failure, or its connection is
        closed. The daemon also reads the lists meanwhile."""
        daemon = self.start()

        def step(daemon, old, retry):
            self.clock.pass_time(1)  # the lists are looked at
            self.ask_all(daemon, old, retry)

        self.try_all(daemon, step, 40)
        self.report(f", {self.kept_n} promises kept")

    def test_new_connections(self):
        """[C29][C33] Each of many new connections is served or closed. None
        stays open without an answer. The daemon does not stop accepting."""
        daemon = self.start()
        refused_n = 0
        for i in range(400 if harness.TORTURE else 80):
            policies = []
            # While the daemon is stopped, connections wait in the backlog.
            # Then all are accepted in one turn of the loop.
            daemon.signal(signal.SIGSTOP)
            for _ in range(3):
                policies.append(self.connect(daemon, (
                    daemon.unix if i % 2 else daemon.inet)))
                policies[-1].send(harness.request(sender=KNOWN))
            self.memory.break_at(i // 4 % 10 + 1,
                                 (1, 2, 5, FOREVER)[i % 4])
            daemon.signal(signal.SIGCONT)
            for policy in policies:
                try:
                    action = policy.reply()
                    self.assertTrue(
                        action == "DUNNO" or action.startswith(FAILED))
                except (harness.Closed, ConnectionError):
                    refused_n += 1
            self.memory.mend()
            self.assertEqual(daemon.ask(sender=KNOWN), "DUNNO")
        self.assertGreater(refused_n, 0)
        self.report(f", {refused_n} clients sent away")

    def test_reload(self):
        """On SIGHUP, all files are read again, or all settings stay unchanged
        and the log says so."""
        daemon = self.start()

        def step(daemon, old, retry):
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_state("RELOADING=1")
            daemon.wait_for_state("READY=1")
            self.clock.pass_time(1)
            self.ask_all(daemon, old, retry)

        self.try_all(daemon, step, 40)
        self.assertTrue(any("settings and lists are still in force" in line
                            for line in daemon.messages()))
        self.report("")

    def test_change_of_a_list(self):
        """A new list entry is in force when there is memory again, even if
        nothing changes after that."""
        daemon = self.start()
        numbers = iter(range(10 ** 6))
        added = []

        def step(daemon, old, retry):
            added.append(f"added{next(numbers)}.example.net")
            self.tardigrey(daemon, "whitelist", "add", "sender", added[-1])
            self.clock.pass_time(1)
            self.ask_all(daemon, old, retry)

        self.try_all(daemon, step, 30)
        with daemon.connect() as policy:
            for name in added:
                self.assertEqual(policy.ask(sender=f"a@{name}"), "DUNNO")
        self.report("")

    def test_other_failures(self):
        """The same with on_failure = pass and on_failure = close."""
        for policy, wanted in (("pass", "passed"), ("close", "closed")):
            daemon = self.make()
            daemon.write_config(on_failure=policy)
            daemon.start()
            for n in steps(30, 10):
                with daemon.connect() as old:
                    self.assertEqual(
                        old.ask(sasl_username="alice"), "DUNNO")
                    # Opening the database again is all that needs memory.
                    self.replace_database(daemon)
                    self.memory.break_at(n, FOREVER)
                    self.assertIn(self.outcome(old, next(self.senders)),
                                  (wanted, "deferred"))
                    self.memory.mend()
            wait_until("greylisting to work again", lambda: is_greylisted(
                daemon.ask(sender=next(self.senders))), every_s=0.01)
            daemon.stop()
        self.report("")

    def test_reopening(self):
        """The database is removed, and allocations fail while the daemon makes
        a new one. A sender that is deferred meanwhile is stored in the new
        database."""
        daemon = self.start()
        for fail_n in (1, FOREVER):
            asked_n, n = 1, 0
            while n <= asked_n:
                sender = next(self.senders)
                with daemon.connect() as old:
                    self.assertEqual(
                        old.ask(sasl_username="alice"), "DUNNO")
                    self.replace_database(daemon)
                    self.memory.break_at(n if n > 0 else 10 ** 9, fail_n)
                    # The first one notices, the next ones open it again.
                    outcomes = [self.outcome(old, sender)
                                for _ in range(3)]
                    if n == 0:
                        asked_n = self.memory.asked_n
                        todo = iter(steps(asked_n, 40))
                    self.memory.mend()
                    for outcome in outcomes:
                        self.assertIn(outcome, ("deferred", "failed"))
                    self.assert_greylisted(old.ask(sender=sender))
                    self.clock.pass_time(
                        DELAY_S if outcomes[-1] == "deferred" else 0)
                    self.assertEqual(old.ask(sender=sender) == "DUNNO",
                                     outcomes[-1] == "deferred", outcomes)
                n = next(todo, asked_n + 1)
        self.report("")

    @staticmethod
    def replace_database(daemon):
        for end in ("", "-wal", "-shm"):
            if os.path.exists(daemon.database + end):
                os.unlink(daemon.database + end)

    def test_end(self):
        """SIGTERM ends the daemon without an error, and the last request is
        answered."""
        daemon = self.start()
        self.memory.break_at(10 ** 9)
        for n in steps(20, 6):
            if daemon.process is None:
                daemon.start()
            with daemon.connect() as old:
                self.assertEqual(old.ask(sender=KNOWN), "DUNNO")
                self.memory.break_at(n, FOREVER)
                daemon.signal(signal.SIGTERM)
                self.assertIn(self.outcome(old, KNOWN),
                              ("passed", "failed", "closed"))
                daemon.wait_for_end()
                self.memory.mend()
        self.report("")

    # ---- The other programs ----

    def run_with(self, n, fail_n, command, extra):
        self.memory.break_at(n, fail_n)
        begin = launcher(**self.preloads)
        if command[0] == program("tardigrey"):
            begin = AS_USER + begin + ["SUDO_USER=root"]  # no account lookup
        process = subprocess.run(
            begin + command, env=dict(os.environ, **extra),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, universal_newlines=True,
            timeout=limit(600))
        asked_n = self.memory.asked_n
        failed_n = self.memory.mend()
        harness.check_reports(process.stderr)
        return process, asked_n, failed_n

    def try_command(self, command, quick_n, check, **extra):
        """Run a command once for each of its allocations, and let this one
        fail. Then do the same, but let all later ones fail too."""
        for _ in range(2):  # the second run does the same as all later ones
            whole, asked_n, _ = self.run_with(10 ** 9, 1, command, extra)
        self.assertEqual(whole.returncode, 0, whole.stderr)
        for fail_n in (1, FOREVER):
            for n in steps(asked_n, quick_n):
                process, _, failed_n = self.run_with(
                    n, fail_n, command, extra)
                if failed_n > 0:
                    with self.subTest(command=command[-4:], n=n,
                                      fail_n=fail_n):
                        check(whole, process)

    def check_command(self, whole, process):
        """The output must be complete and right, or the command must report an
        error of one line."""
        said = f"{process.returncode}: {process.stdout}{process.stderr}"
        if process.returncode == 0:
            self.assertEqual(*(AGO.sub("", one.stdout)
                               for one in (process, whole)), said)
            return
        self.assertIn(process.returncode, (1, 2), said)
        self.assertEqual(process.stderr.count("\n"), 1, said)

    def test_administrator(self):
        """A command of tardigrey succeeds, or it reports an error of one line.
        If it exits with 0, its output is complete."""
        daemon = self.start()
        self.assert_serves(daemon)
        daemon.stop()
        begin = [program("tardigrey"), "-c", daemon.config_file]
        for command in (
                "stats", "stats --json", "whitelist list",
                "--json whitelist list", "triplets list",
                "--json triplets list", "clients list", "expire --force",
                "config show", "config check", "triplets export",
                "whitelist check sender a@regex7.example.net",
                f"explain 192.0.2.1 {KNOWN} b@example.org",
                f"--json explain 192.0.2.1 {KNOWN} b@example.org",
                "whitelist add sender again.example.net --comment again"):
            words = command.split()
            if words[-1] == "--json":
                words = ["--json"] + words[:-1]
            self.try_command(begin + words, 8, self.check_command)
        self.report("")

    def check_rcptcheck(self, whole, process):
        """The check must accept, or defer by TARDIGREY_ON_FAILURE and report
        an error."""
        self.assertIn(process.returncode, (0, 111), process.stderr)
        if process.returncode == 111:
            self.assertNotEqual(process.stderr, "")

    def test_check_of_qmail(self):
        """tardigrey-rcptcheck accepts a known sender, or defers it by
        TARDIGREY_ON_FAILURE. This is tested with and without a daemon."""
        daemon = self.start()
        # The check has its own memory file, not that of the daemon.
        self.preloads["memory"] = self.memory = BadMemory(
            os.path.join(self.folder, "bad_memory_of_check"))
        check = [program("tardigrey-rcptcheck")]
        question = {
            "TCPREMOTEIP": "192.0.2.1", "SENDER": KNOWN,
            "RECIPIENT": "b@example.org", "TARDIGREY_ON_FAILURE": "tempfail",
            "TARDIGREY_CONFIG": daemon.config_file}
        self.try_command(check + ["-s", daemon.unix], 20, self.check_rcptcheck,
                         **question)
        daemon.stop()
        self.try_command(
            check + ["--database", f"sqlite:{daemon.database}"], 20,
            self.check_rcptcheck, **question)
        self.report("")
