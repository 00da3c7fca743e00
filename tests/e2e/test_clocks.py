# SPDX-License-Identifier: ISC
"""The clock is set forward and back, while the daemon runs and while it is
stopped. Numbers in brackets are requirements."""
import itertools
import json
import os
import random
import re
import subprocess
import time

import harness
from harness import is_greylisted, limit, settings, wait_until
from preload import WrongClock, environment, launcher

DELAY_S = 180
WINDOW_S = 86400
DAY_S = 86400
YEAR_S = 365 * DAY_S
STEPS_S = [1, 10, 179, 180, 181, 3600, DAY_S - 1, DAY_S + 1, 34 * DAY_S,
           36 * DAY_S, YEAR_S, 10 * YEAR_S]


def wait_of(action):
    """The seconds that the text of a deferral tells the client to wait."""
    return int(re.search(r"in (-?\d+) seconds", action).group(1))


class ClockTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.skip_if_wrapped("it has its own way to preload")
        self.clock = WrongClock(os.path.join(self.folder, "wrong_clock"))
        self.senders = (f"{i}@example.net" for i in itertools.count())
        self.steps_n = self.asked_n = 0

    def start(self, **options):
        daemon = self.make_daemon(
            launcher=launcher(clock=self.clock), delay=f"{DELAY_S}s",
            **options)
        daemon.start()
        return daemon

    def tardigrey(self, daemon, *arguments):
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        process = subprocess.run(
            [program, "-c", daemon.config_file, *arguments],
            env=dict(os.environ, **environment(clock=self.clock)),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            universal_newlines=True, timeout=limit(60))
        harness.check_reports(process.stderr)
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        self.assertNotRegex(process.stdout, r"(^|[ \t\":(])-\d")
        return process.stdout

    def explain(self, daemon, sender):
        """Run explain in both forms. Returns its JSON. No number may be
        negative."""
        words = ["explain", "192.0.2.1", sender, "b@example.org"]
        self.tardigrey(daemon, *words)
        return json.loads(self.tardigrey(daemon, "--json", *words))

    def ask(self, policy, sender):
        """Returns whether the mail passes. A deferral must not be longer than
        the delay."""
        self.asked_n += 1
        action = policy.ask(sender=sender)
        if action == "DUNNO":
            return True
        self.assert_greylisted(action)
        self.assertTrue(1 <= wait_of(action) <= DELAY_S, action)
        return False

    def make_known(self, policy):
        sender = next(self.senders)
        self.assertFalse(self.ask(policy, sender))
        self.clock.pass_time(DELAY_S)
        self.assertTrue(self.ask(policy, sender))
        return sender

    def step(self, seconds):
        self.steps_n += 1
        self.clock.step(seconds)

    def report(self):
        print(f"({self.steps_n} steps, {self.asked_n} requests) ", end="")

    def assert_serves(self, policy, daemon, waiting, explain=True):
        """A new sender must be deferred for exactly the delay. The sender
        "waiting", which was deferred earlier, must pass after the delay at the
        latest. Returns whether it passes now."""
        new = next(self.senders)
        action = policy.ask(sender=new)
        self.assert_greylisted(action)
        self.assertEqual(wait_of(action), DELAY_S)
        passed = self.ask(policy, waiting)
        if explain:
            shown = self.explain(daemon, new)
            self.assertEqual(shown["reason"], "early")
            self.assertTrue(1 <= shown["wait"] <= DELAY_S, shown)
        self.clock.pass_time(DELAY_S)
        self.assertTrue(self.ask(policy, new))
        self.assertTrue(self.ask(policy, waiting))
        return passed

    def assert_log_is_sane(self, daemon):
        self.assertNotRegex(daemon.log(), r"(wait|age|delay)=-")
        for decision in daemon.decisions():
            self.assertLessEqual(int(decision.get("wait", 0)), DELAY_S)

    def take_step(self, daemon, policy, seconds, explain=True):
        """[C57] Set the clock, while one sender is known and another one
        waits."""
        known, waiting = self.make_known(policy), next(self.senders)
        began = time.monotonic()
        self.assertFalse(self.ask(policy, waiting))
        self.step(seconds)
        if seconds < 35 * DAY_S - DELAY_S:
            self.assertTrue(self.ask(policy, known), seconds)
        else:
            self.assertFalse(self.ask(policy, known), seconds)
        passed = self.assert_serves(policy, daemon, waiting, explain)
        # The clock counts whole seconds, and some may have passed meanwhile.
        late_s = int(time.monotonic() - began) + 1
        self.assertIn(passed, [DELAY_S <= seconds + s <= WINDOW_S
                               for s in range(late_s + 1)], seconds)

    def test_steps_of_a_running_daemon(self):
        """[C57] The clock is set forward and back by seconds, hours and years.
        After a step back no new sender passes. After any step no sender waits
        longer than the delay."""
        daemon = self.start()
        policy = self.connect(daemon)
        for seconds in STEPS_S:
            for sign in (1, -1):
                with self.subTest(seconds=sign * seconds):
                    self.take_step(daemon, policy, sign * seconds)
        self.assert_log_is_sane(daemon)
        self.report()

    def test_steps_in_any_order(self):
        """[C57] The clock is set many times, forward and back at random."""
        daemon = self.start()
        policy = self.connect(daemon)
        dice = random.Random(1)
        for _ in range(3000 if harness.TORTURE else 100):
            seconds = dice.choice(STEPS_S) * dice.choice((1, -1))
            if self.clock.offset + seconds < -45 * YEAR_S:
                seconds = -seconds  # the time must stay after 1970
            with self.subTest(step=self.steps_n, seconds=seconds):
                self.take_step(daemon, policy, seconds, explain=False)
        self.assert_log_is_sane(daemon)
        self.report()

    def test_steps_between_two_runs(self):
        """[C57] The clock is set while the daemon is stopped: for example, a
        machine without a battery starts in 1970."""
        daemon = self.start()
        for seconds in (3600, -3600, 10 * YEAR_S, -10 * YEAR_S, -50 * YEAR_S,
                        50 * YEAR_S):
            with self.connect(daemon) as policy:
                known, waiting = self.make_known(policy), next(self.senders)
                self.assertFalse(self.ask(policy, waiting))
            daemon.stop()
            self.step(seconds)
            daemon.start()
            with self.subTest(seconds=seconds), \
                    self.connect(daemon) as policy:
                self.assertEqual(self.ask(policy, known),
                                 seconds < 35 * DAY_S)
                self.assert_serves(policy, daemon, waiting)
        self.assert_log_is_sane(daemon)
        self.report()

    def refused(self, daemon, *words):
        """Check that tardigrey expire refuses with these words."""
        program = os.path.join(os.path.dirname(settings.daemon), "tardigrey")
        process = subprocess.run(
            [program, "-c", daemon.config_file, "expire"],
            env=dict(os.environ, **environment(clock=self.clock)),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            universal_newlines=True, timeout=limit(60))
        harness.check_reports(process.stderr)
        self.assertEqual((process.returncode, process.stdout), (1, ""))
        for word in words + ("--force",):
            self.assertIn(word, process.stderr)

    def test_expiry_doubts_the_clock(self):
        """[C51][C57] expire refuses if the kernel says that the clock is not
        synchronised, if it is earlier than the program, and if the kernel does
        not say and the clock has jumped, also a while ago. It trusts a
        synchronised clock."""
        daemon = self.start()
        policy = self.connect(daemon)
        self.make_known(policy)
        self.assert_counts_are_written(daemon)
        for sync in (1, 2, 3):
            with self.subTest(sync=sync):
                self.clock.set_sync(sync)
                self.step(-10 * YEAR_S)
                self.refused(daemon, "this program is newer")
                self.step(10 * YEAR_S)
        self.clock.set_sync(2)
        self.refused(daemon, "no time daemon")
        self.clock.set_sync(3)
        self.assertEqual(self.removed(daemon), 0)
        self.step(10 * YEAR_S)
        self.refused(daemon, "may be ahead")
        self.assertFalse(self.ask(policy, next(self.senders)))
        self.assert_counts_are_written(daemon)
        self.refused(daemon, "may be ahead")
        self.clock.set_sync(1)
        self.assertEqual(self.removed(daemon), 1)

    def removed(self, daemon, *options):
        shown = json.loads(self.tardigrey(daemon, "--json", "expire",
                                          *options))
        return shown["waiting"] + shown["passed"]

    def test_expiry_by_a_wrong_clock(self):
        """[C51][C57] If the clock is years slow, expire removes nothing. If it
        is years fast, expire --force removes all records; then mail is
        deferred once more, but only once."""
        daemon = self.start()
        policy = self.connect(daemon)
        known, waiting = self.make_known(policy), next(self.senders)
        self.assertFalse(self.ask(policy, waiting))
        self.step(-10 * YEAR_S)
        self.assertEqual(self.removed(daemon, "--force"), 0)
        self.step(10 * YEAR_S)
        self.assertEqual(self.removed(daemon, "--force"), 0)
        self.step(10 * YEAR_S)
        self.assertEqual(self.removed(daemon, "--force"), 2)
        self.step(-10 * YEAR_S)
        for sender in (known, waiting):
            self.assertFalse(self.ask(policy, sender))
        self.clock.pass_time(DELAY_S)
        for sender in (known, waiting):
            self.assertTrue(self.ask(policy, sender))
        # A sender that became known while the clock was fast stays known for
        # as much longer.
        self.step(10 * YEAR_S)
        late = self.make_known(policy)
        self.step(-10 * YEAR_S)
        self.assertTrue(self.ask(policy, late))
        self.step(100 * DAY_S)
        self.assertEqual(self.removed(daemon, "--force"), 2)
        self.assertTrue(self.ask(policy, late))
        self.report()

    def test_timers_do_not_look_at_the_time_of_day(self):
        """[C31][C57] Setting the clock does not change when idle connections
        are closed, lists are read, counts are written, and messages are
        repeated."""
        daemon = self.start()
        idle = self.connect(daemon)
        self.assertFalse(self.ask(idle, next(self.senders)))
        for seconds in (10 * YEAR_S, -20 * YEAR_S, 10 * YEAR_S):
            self.step(seconds)
            self.assert_lists_are_read(daemon, f"a{seconds}.example.net")
        self.assert_repeats_once_a_minute(daemon)
        self.assertFalse(self.ask(idle, next(self.senders)))
        # The hour of an idle connection is measured by the monotonic clock.
        self.clock.pass_time(3700)
        daemon.ask()
        self.assert_closed(idle)
        self.assert_counts_are_written(daemon)
        self.report()

    def assert_lists_are_read(self, daemon, domain):
        self.tardigrey(daemon, "whitelist", "add", "sender", domain)
        wait_until("the entry to be in force", lambda: not is_greylisted(
            daemon.ask(sender=f"{next(self.senders)[:-12]}@{domain}")))

    def assert_repeats_once_a_minute(self, daemon):
        def say():
            with daemon.connect() as policy:
                policy.send(b"bad\n\n")
                self.assert_closed(policy)
            return len([line for line in daemon.messages()
                        if "bad request" in line])

        wait_until("the first line", lambda: say() == 1)
        for seconds in (10 * YEAR_S, -10 * YEAR_S):
            self.step(seconds)
            self.assertEqual(say(), 1)
        self.clock.pass_time(61)
        wait_until("the next line", lambda: say() == 2)

    def assert_counts_are_written(self, daemon):
        """The counts must be written every ten seconds of the monotonic
        clock."""
        def known_n():
            daemon.ask(sasl_username="alice")
            self.clock.pass_time(11)
            shown = self.tardigrey(daemon, "--json", "stats")
            return sum(reason["n"] for reason in json.loads(shown)["reasons"]
                       if reason["name"] == "authenticated")

        wait_until("the counts", known_n)
